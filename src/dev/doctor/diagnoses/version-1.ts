// `version-1`: a manifest of version 1, which can be converted (spin-behaviour 1.17).
import { copyFile } from 'node:fs/promises';

import type { Entry } from '../../../manifest/entry.ts';
import { convertVersion1, textOf } from '../convert-version-1.ts';
import type { Diagnosis, Finding } from '../diagnosis.ts';
import { writeManifest } from '../edit-manifest.ts';

export const version1: Diagnosis = {
  name: 'version-1',
  examine: async ({ root, file }) => {
    const version = root && (root.member('spin_manifest_version') ?? root.member('spin_version'));
    if (!root || version?.value !== '1') return [];
    const problems = triggerProblems(root);
    if (problems.length > 0) return problems;
    const backup = `${file.path}.v1_backup`;
    return [
      {
        message: 'the manifest is of version 1, which Spin has replaced',
        at: version.at,
        help: [`convert it; comments are lost, and the old one is kept as ${file.shown}.v1_backup`],
        fix: {
          about: `convert ${file.shown} to version 2`,
          apply: async () => {
            await copyFile(file.path, backup);
            await writeManifest(file, convertVersion1(root));
          },
        },
      },
    ];
  },
};

/** What has to be there for a conversion, and only the user can know. */
function triggerProblems(root: Entry): readonly Omit<Finding, 'diagnosis'>[] {
  const trigger = root.member('trigger');
  if (!trigger?.member('type')) {
    return [
      { message: 'the manifest does not say its trigger', at: root.at, help: ['write trigger = { type = "http" } at the top'] },
    ];
  }
  const isHttp = trigger.member('type')?.value === 'http';
  return (root.member('component')?.elements ?? []).flatMap(component => {
    const own = component.member('trigger');
    const id = textOf(component.member('id'));
    if (!own)
      return [
        {
          message: `the component "${id}" has no trigger`,
          at: component.at,
          help: ['add [component.trigger] with route = "/..." to it'],
        },
      ];
    if (!isHttp || own.member('route')) return [];
    return [{ message: `the trigger of the component "${id}" has no route`, at: own.at, help: ['add route = "/..." to it'] }];
  });
}
