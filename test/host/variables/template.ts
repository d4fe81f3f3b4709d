// Templates as the manifest's reader makes them.
import type { Template } from '../../../src/manifest/template.ts';
import { parseManifest } from '../../../src/manifest/manifest.ts';

/** The templates of a component's `variables`; every name they use is one of `names`. */
export function templates(names: readonly string[], variables: Readonly<Record<string, string>>): ReadonlyMap<string, Template> {
  const { components } = parseManifest(
    [
      'spin_manifest_version = 2',
      'application = { name = "a" }',
      'trigger = {}',
      '[variables]',
      ...names.map(name => `${name} = { default = "" }`),
      '[component.c]',
      'source = "c.wasm"',
      '[component.c.variables]',
      ...Object.entries(variables).map(([name, text]) => `${name} = ${JSON.stringify(text)}`),
    ].join('\n'),
    'spin.toml',
  );
  return components.get('c')?.variables ?? new Map();
}
