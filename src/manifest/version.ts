// The manifest's version, looked at before anything else (spin-behaviour 1.1).
import { TspinError } from '../errors.ts';
import type { Entry } from './entry.ts';

export function requireVersion2(root: Entry): void {
  const version = root.member('spin_manifest_version') ?? root.member('spin_version');
  const help = 'write spin_manifest_version = 2';
  if (!version)
    throw new TspinError('manifest-version', 'the manifest has no `spin_manifest_version`', {
      at: root.at,
      help: `${help} in the first line`,
    });
  if (version.value === '1') throw version1(version);
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
}

function version1(version: Entry): TspinError {
  return new TspinError('manifest-not-served', 'tspin does not serve version 1 manifests yet', {
    at: version.at,
    help: [
      'write spin_manifest_version = 2 and move name, version and description under [application]',
      'turn each [[component]] into [component.<id>] and its trigger into [[trigger.http]] with route and component',
    ],
  });
}
