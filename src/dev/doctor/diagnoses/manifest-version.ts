// `manifest-version`: the version is missing, stands under its old key, or is none that there is.
import { setInTable, positionOf, replaceSpan } from '../../toml/edit.ts';
import type { Diagnosis } from '../diagnosis.ts';
import { editManifest } from '../edit-manifest.ts';

export const manifestVersion: Diagnosis = {
  name: 'manifest-version',
  examine: async patient => {
    const { root } = patient;
    if (!root) return [];
    const version = root.member('spin_manifest_version');
    const old = root.member('spin_version');
    const found = version ?? old;
    // Version 1 under either key is version-1's.
    if (found?.value === '1' || (version?.value === 2n && !old)) return [];
    // What only a version 1 manifest has; `version-1` goes on from there.
    const wanted = Array.isArray(root.member('component')?.value) ? '"1"' : '2';
    const message = !found
      ? 'the manifest does not say its version'
      : old
        ? '`spin_version` is the key of version 1 manifests'
        : 'the manifest has a version that there is not';
    const fix = editManifest(patient, `write spin_manifest_version = ${wanted}`, text => {
      const key = positionOf(text, ['spin_version']);
      const renamed = key && !version ? replaceSpan(text, key.key, 'spin_manifest_version') : text;
      if (found) return setInTable(renamed, [], 'spin_manifest_version', wanted);
      return `spin_manifest_version = ${wanted}\n${text}`;
    });
    return [{ message, at: found?.keyAt ?? root.at, help: [`write spin_manifest_version = ${wanted} in the first line`], fix }];
  },
};
