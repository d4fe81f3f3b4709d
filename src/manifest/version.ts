// The manifest's version, looked at before anything else (spin-behaviour 1.1).
import { TspinError } from '../errors.ts';
import type { Entry } from './entry.ts';

export type ManifestVersion = 1 | 2;

/** Throws TspinError `manifest-version`. */
export function manifestVersion(root: Entry): ManifestVersion {
  const version = root.member('spin_manifest_version') ?? root.member('spin_version');
  const help = 'write spin_manifest_version = 2';
  if (!version)
    throw new TspinError('manifest-version', 'the manifest has no `spin_manifest_version`', {
      at: root.at,
      help: `${help} in the first line`,
    });
  if (version.value === '1') return 1;
  if (version.value !== 2n) {
    const { text, column, length } = version.at;
    const found = text.slice(column - 1, column - 1 + length);
    throw new TspinError('manifest-version', `${found} is not a version of the manifest that tspin reads`, {
      at: version.at,
      help,
    });
  }
  if (version.key === 'spin_version') {
    throw new TspinError('manifest-version', '`spin_version` is the key of version 1 manifests', { at: version.keyAt, help });
  }
  return 2;
}
