// `source-stale`: a file that a component is built from is newer than the component.
import { stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';

import { openApplicationFolder } from '../../../app/application-folder.ts';
import { findFiles } from '../../../app/find-files.ts';
import { globSegments } from '../../../util/glob.ts';
import type { Diagnosis, Patient } from '../diagnosis.ts';
import { sourceFiles, type SourceFile } from '../sources.ts';

/** A checkout by git gives all files about the same time, in any order: less than this is no difference. */
const toleranceMs = 2_000;

export const sourceStale: Diagnosis = {
  name: 'source-stale',
  examine: async patient => {
    const found = [];
    for (const source of await sourceFiles(patient)) {
      const { component, shown, at, modifiedMs } = source;
      const newest = modifiedMs === undefined ? undefined : await newestInput(source, patient);
      if (newest === undefined || modifiedMs === undefined || newest.modifiedMs <= modifiedMs + toleranceMs) continue;
      found.push({
        message: `the component "${component}" is older than what it is built from: ${newest.path} was changed after ${shown}`,
        at,
        help: [`tspin build -c ${component}`],
        fix: { about: `build ${component}`, apply: () => patient.machine.build(component) },
      });
    }
    return found;
  },
};

interface Input {
  /** Relative to the app's folder. */
  readonly path: string;
  readonly modifiedMs: number;
}

async function newestInput({ section: { build }, path }: SourceFile, { file }: Patient): Promise<Input | undefined> {
  if (!build) return undefined;
  const folder = resolve(file.directory, build.workdir ?? '.');
  const application = await openApplicationFolder(folder);
  let newest: Input | undefined;
  for (const pattern of build.watch) {
    for await (const found of findFiles(application, globSegments(pattern))) {
      const input = join(folder, found.path);
      if (found.kind !== 'file' || input === path) continue;
      const { mtimeMs } = await stat(input);
      if (newest === undefined || mtimeMs > newest.modifiedMs)
        newest = { path: relative(file.directory, input), modifiedMs: mtimeMs };
    }
  }
  return newest;
}
