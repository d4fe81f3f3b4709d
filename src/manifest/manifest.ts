// A manifest of either version: text in, typed data out. Pure: never touches disk or Wasm.
import { readApplication, type ApplicationSection } from './application.ts';
import { readComponent, type ComponentSection } from './component.ts';
import { parseDocument } from './document.ts';
import type { Entry } from './entry.ts';
import { componentId, keyIs, variableName } from './identifier.ts';
import { normalise, type ManifestTrigger } from './normalise.ts';
import { mapOf, readTable, required, withDefault } from './readers.ts';
import { checkReferences } from './references.ts';
import { readTriggers } from './trigger.ts';
import { readVariable, type VariableSection } from './variable.ts';
import { readManifest1 } from './manifest-1.ts';
import { manifestVersion, type ManifestVersion } from './version.ts';

export interface Manifest {
  /** The path as messages show it. */
  readonly file: string;
  readonly version: ManifestVersion;
  readonly application: ApplicationSection;
  readonly variables: ReadonlyMap<string, VariableSection>;
  /** Each with an id, in file order within a type. */
  readonly triggers: readonly ManifestTrigger[];
  /** In file order, then those written inline in triggers. */
  readonly components: ReadonlyMap<string, ComponentSection>;
}

/**
 * Reads and checks a manifest.
 * @param file the path as messages are to show it.
 * @throws TspinError at the first mistake, with its place.
 */
export function parseManifest(text: string, file: string): Manifest {
  const root = parseDocument(text, file);
  const version = manifestVersion(root);
  const manifest = { file, version, ...(version === 1 ? readManifest1(root) : readManifest2(root)) };
  checkReferences(manifest);
  return manifest;
}

function readManifest2(root: Entry): Omit<Manifest, 'file' | 'version'> {
  const fields = readTable(root, {
    spin_manifest_version: required(() => undefined, ''),
    application: required(readApplication, '[application] with the name of the app'),
    variables: withDefault(mapOf(readVariable, keyIs(variableName)), new Map<string, VariableSection>()),
    trigger: required(readTriggers, '[[trigger.http]] with a route and a component'),
    component: withDefault(mapOf(readComponent, keyIs(componentId)), new Map<string, ComponentSection>()),
  });
  const { application, variables } = fields;
  return { application, variables, ...normalise(fields.trigger, fields.component) };
}
