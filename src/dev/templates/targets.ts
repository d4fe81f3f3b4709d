// The target environments of a new app (`-E`): `targets` of [application]. Spin's build checks against them; ours does not.
import { inlineToml, setInTable } from '../toml/edit.ts';

export const setTargets = (manifest: string, targets: readonly string[]): string =>
  setInTable(manifest, ['application'], 'targets', inlineToml(targets));
