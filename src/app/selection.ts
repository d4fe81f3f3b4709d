// The triggers and components that a run is about: those that `-c` keeps, and of them those that a trigger uses.
import { TspinError } from '../errors.ts';
import type { ComponentSection } from '../manifest/component.ts';
import type { Manifest } from '../manifest/manifest.ts';
import type { ManifestTrigger } from '../manifest/normalise.ts';
import { suggest } from '../util/suggest.ts';

export interface Selection {
  readonly triggers: readonly ManifestTrigger[];
  /** In manifest order. */
  readonly components: ReadonlyMap<string, ComponentSection>;
}

/**
 * @param kept the ids given with `-c`; undefined: all.
 * @throws TspinError `unknown-component`, `no-triggers`
 */
export function select(manifest: Manifest, kept: readonly string[] | undefined): Selection {
  checkComponentIds(kept ?? [], [...manifest.components.keys()]);
  const triggers = kept
    ? manifest.triggers.filter(({ component }) => component && kept.includes(component.value))
    : manifest.triggers;
  if (triggers.length === 0) throw noTriggers(kept, manifest);
  const used = new Set(triggers.flatMap(({ component }) => (component ? [component.value] : [])));
  return { triggers, components: new Map([...manifest.components].filter(([id]) => used.has(id))) };
}

/** Throws TspinError when one of the ids is not among the known ones. */
export function checkComponentIds(ids: readonly string[], known: readonly string[]): void {
  for (const id of ids) if (!known.includes(id)) throw unknownComponent(id, known);
}

function unknownComponent(id: string, known: readonly string[]): TspinError {
  const near = suggest(id, known);
  const help = [
    ...(near ? [`did you mean "${near}"?`] : []),
    known.length === 0 ? 'the app has no components' : `the components are: ${known.join(', ')}`,
  ];
  return new TspinError('unknown-component', `the app has no component "${id}"`, { help });
}

function noTriggers(kept: readonly string[] | undefined, { version }: Manifest): TspinError {
  if (!kept)
    return new TspinError('no-triggers', 'the app has no trigger, so nothing would be served', {
      help: version === 1 ? 'add a [[component]] with its trigger' : 'add a [[trigger.http]] with a route and a component',
    });
  const names = kept.map(id => `"${id}"`).join(', ');
  return new TspinError('no-triggers', `no trigger of the app names ${names}`, {
    help: 'add a [[trigger.http]] for it, or leave out -c',
  });
}
