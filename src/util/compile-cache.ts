// Node's cache of compiled JavaScript (`module.enableCompileCache`), for threads and processes of ours: Node does not hand it on.
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';

/** The environment of this process for a thread or process of ours, which uses the cache that this one uses, if it uses one. */
export function environmentWithCompileCache(): NodeJS.ProcessEnv {
  const versioned = getCompileCacheDir();
  // oxlint-disable-next-line no-restricted-properties -- Nothing is read: it is handed on whole, as Node would.
  const { env } = process;
  // Node adds the folder of its own version again.
  return versioned === undefined ? env : { ...env, NODE_COMPILE_CACHE: dirname(versioned) };
}
