// `manifest-mistake`: anything else that keeps the manifest from being read.
import type { Diagnosis } from '../diagnosis.ts';
import { manifestVersion } from './manifest-version.ts';
import { version1 } from './version-1.ts';

export const manifestMistake: Diagnosis = {
  name: 'manifest-mistake',
  examine: async patient => {
    const { problem } = patient;
    if (!problem) return [];
    // Those say it better, and what is said of the rest may be wrong until they are cured.
    const earlier = [...(await version1.examine(patient)), ...(await manifestVersion.examine(patient))];
    return earlier.length > 0 ? [] : [{ message: problem.message, at: problem.at, help: problem.help }];
  },
};
