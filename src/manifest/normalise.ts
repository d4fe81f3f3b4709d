// Gives every trigger an id and every inline component a name, as Spin does (spin-behaviour 1.15).
import type { ComponentSection } from './component.ts';
import type { Located } from './entry.ts';
import { identifierProblem, kebab } from './identifier.ts';
import type { ComponentReference, WrittenTrigger } from './trigger.ts';

export interface ManifestTrigger extends Omit<WrittenTrigger, 'component' | 'roles'> {
  readonly id: string;
  /** The id of the component that answers; undefined only for a static response or a type other than `http`. */
  readonly component: Located<string> | undefined;
  readonly roles: ReadonlyMap<string, readonly Located<string>[]>;
}

export interface Normalised {
  readonly triggers: readonly ManifestTrigger[];
  /** The written ones, then the inline ones. */
  readonly components: ReadonlyMap<string, ComponentSection>;
}

export function normalise(written: readonly WrittenTrigger[], components: ReadonlyMap<string, ComponentSection>): Normalised {
  const ids = triggerIds(written);
  const all = new Map(components);
  const triggers = written.map((trigger, index) => {
    const id = ids[index];
    if (id === undefined) throw new Error('each trigger gets an id');
    return nameComponents(trigger, id, all);
  });
  return { triggers, components: all };
}

function triggerIds(triggers: readonly WrittenTrigger[]): readonly string[] {
  // All written ids first: a trigger without one must not take that of a later trigger.
  const taken = new Set(triggers.flatMap(({ id }) => (id === undefined ? [] : [id])));
  return triggers.map(({ id, type, component }) => {
    if (id !== undefined) return id;
    const natural = component?.kind === 'id' ? `${component.id}-${type}-trigger` : undefined;
    const free = natural !== undefined && !taken.has(natural) ? natural : firstFree(`${type}-trigger`, taken);
    taken.add(free);
    return free;
  });
}

/** `stem1`, `stem2` … */
function firstFree(stem: string, taken: { has(id: string): boolean }): string {
  let number = 1;
  while (taken.has(`${stem}${number}`)) number++;
  return `${stem}${number}`;
}

/** Adds the trigger's inline components to `components`. */
function nameComponents(trigger: WrittenTrigger, id: string, components: Map<string, ComponentSection>): ManifestTrigger {
  const count = (trigger.component ? 1 : 0) + [...trigger.roles.values()].flat().length;
  const name = (reference: ComponentReference): Located<string> => {
    if (reference.kind === 'id') return { value: reference.id, at: reference.at };
    const natural = `${id}-component`;
    const isFree = count === 1 && identifierProblem(natural, kebab) === undefined && !components.has(natural);
    const value = isFree ? natural : firstFree('inline-component', components);
    components.set(value, reference.component);
    return { value, at: reference.at };
  };
  const component = trigger.component && name(trigger.component);
  const roles = new Map([...trigger.roles].map(([role, references]) => [role, references.map(name)]));
  return { ...trigger, id, component, roles };
}
