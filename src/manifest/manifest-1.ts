// A manifest of version 1, read as what it means in version 2 (spin-behaviour 1.17). Places are those of the file as written.
import { TspinError } from '../errors.ts';
import { readTriggerTable, type ApplicationSection } from './application.ts';
import type { ComponentSection } from './component.ts';
import type { Entry } from './entry.ts';
import { keyIs, variableName } from './identifier.ts';
import { wrongType } from './mistakes.ts';
import type { ManifestTrigger, Normalised } from './normalise.ts';
import { list, located, mapOf, optional, readTable, required, string, withDefault } from './readers.ts';
import { readVariable, type VariableSection } from './variable.ts';
import { readComponent1, type Component1 } from './component-1.ts';

export interface Manifest1 extends Normalised {
  readonly application: ApplicationSection;
  readonly variables: ReadonlyMap<string, VariableSection>;
}

/** Throws TspinError at the first mistake. */
export function readManifest1(root: Entry): Manifest1 {
  const version = optional(string);
  // What a component's trigger may say depends on the one type that the app has.
  const type = root.member('trigger')?.member('type');
  const typeName = typeof type?.value === 'string' ? type.value : '';
  const fields = readTable(root, {
    spin_manifest_version: version,
    spin_version: version,
    name: required(located(string), 'name = "my-app"'),
    version: withDefault(string, ''),
    description: withDefault(string, ''),
    authors: withDefault(list(string), []),
    trigger: required(entry => readTrigger(entry), 'trigger = { type = "http" }'),
    variables: withDefault(mapOf(readVariable, keyIs(variableName)), new Map<string, VariableSection>()),
    component: withDefault(
      list(entry => readComponent1(entry, typeName)),
      [],
    ),
  });
  const { name, version: appVersion, description, authors, trigger, variables } = fields;
  return {
    application: { name, version: appVersion, description, authors, targets: [], ...trigger },
    variables,
    components: componentsOf(fields.component),
    triggers: fields.component.map(component => triggerOf(component, typeName)),
  };
}

/** `type`, and beside it what version 2 has in `[application.trigger.<type>]`. */
function readTrigger(entry: Entry): Pick<ApplicationSection, 'httpBase' | 'redisAddress'> {
  if (!entry.table) throw wrongType(entry, 'a table', 'write trigger = { type = "http" }');
  const type = required(string, 'type = "http"');
  const name = entry.member('type') ? string(entry.member('type') ?? entry) : type.absent(entry, 'type');
  return readTriggerTable(entry, name, { type });
}

function componentsOf(read: readonly Component1[]): ReadonlyMap<string, ComponentSection> {
  const components = new Map<string, ComponentSection>();
  for (const { id, section } of read) {
    if (components.has(id.value)) {
      throw new TspinError('manifest-invalid-value', `two components have the id "${id.value}"`, {
        at: id.at,
        help: 'give each component an id of its own; the case of letters, - and _ make no difference',
      });
    }
    components.set(id.value, section);
  }
  return components;
}

const triggerOf = ({ id, at, settings }: Component1, type: string): ManifestTrigger => ({
  type,
  id: `trigger-${id.value}`,
  component: id,
  roles: new Map(),
  dependencies: new Map(),
  settings,
  at,
});
