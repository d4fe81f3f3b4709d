// Keeps shells on disk, in the cache. A shell that cannot be read or written is made again, at the cost of time.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdapterName } from '../adapter.ts';
import { sha256, shellKey } from '../cache-key.ts';
import type { Shell } from './shell.ts';

/** Where they are, in the cache. */
export const shellsFolder = 'shells';

interface Written {
  readonly before: string;
  readonly after: string;
  readonly producers: string | undefined;
}

/** `face`: of the module. */
export interface ShellName {
  readonly adapter: AdapterName;
  readonly face: string;
}

export class ShellStore {
  readonly #directory: string;

  constructor(cacheDirectory: string) {
    this.#directory = join(cacheDirectory, shellsFolder);
  }

  /** Undefined where there is none, and for one that is damaged. Never rejects. */
  async read(name: ShellName): Promise<Shell | undefined> {
    try {
      const [digest, text = ''] = (await readFile(this.#file(name), 'utf8')).split('\n', 2);
      if (sha256(text) !== digest) return undefined;
      // What the digest covers was written by `write`.
      const { before, after, producers } = JSON.parse(text) as Written;
      return {
        before: bytesOf(before),
        after: bytesOf(after),
        producers: producers === undefined ? undefined : bytesOf(producers),
      };
    } catch {
      return undefined;
    }
  }

  /** Never rejects. */
  async write(name: ShellName, { before, after, producers }: Shell): Promise<void> {
    const file = this.#file(name);
    const making = join(this.#directory, `.${crypto.randomUUID()}`);
    const written: Written = { before: textOf(before), after: textOf(after), producers: producers && textOf(producers) };
    const text = JSON.stringify(written);
    try {
      await mkdir(this.#directory, { recursive: true, mode: 0o700 });
      await writeFile(making, `${sha256(text)}\n${text}`);
      await rename(making, file);
    } catch {
      // The next build takes as long as this one.
    }
  }

  #file(name: ShellName): string {
    return join(this.#directory, `${shellKey(name)}.json`);
  }
}

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'base64');
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
