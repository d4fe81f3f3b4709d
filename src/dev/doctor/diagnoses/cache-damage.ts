// `cache-damage`: a prepared component in the cache is not what it was when it was written.
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { readEntry } from '../../../wasm/cache-entry.ts';
import { entryName } from '../../../wasm/cache-prune.ts';
import type { Diagnosis } from '../diagnosis.ts';

export const cacheDamage: Diagnosis = {
  name: 'cache-damage',
  examine: async ({ machine: { cacheDirectory } }) => {
    const names = await readdir(cacheDirectory).catch((): string[] => []);
    const damaged: string[] = [];
    for (const name of names.toSorted()) {
      // Notes on sources lie there as well, and what is in the making.
      if (!entryName.test(name)) continue;
      const path = join(cacheDirectory, name);
      if ((await readEntry(path, Date.now())).state === 'damaged') damaged.push(path);
    }
    if (damaged.length === 0) return [];
    return [
      {
        message: `the cache of prepared components has ${damaged.length === 1 ? 'a damaged entry' : `${damaged.length} damaged entries`}`,
        help: [`tspin makes them anew when it needs them; the disk may be failing. They are in ${cacheDirectory}`],
        fix: {
          about: 'remove the damaged entries',
          apply: async () => {
            for (const path of damaged) await rm(path, { recursive: true, force: true });
          },
        },
      },
    ];
  },
};
