// The stores of an app: their files and the one thread that writes them, opened and closed as one. Each thread that serves has its
// own connections to them.
import { existsSync } from 'node:fs';
import { locate } from './location.ts';
import { SharedFile, type FileConnection, type NotWritten, type SharedFileOptions } from './shared-file.ts';
import { StorageThread } from './storage-thread.ts';
import type { LabelledFile } from './used-files.ts';

export interface AppStoresOptions extends SharedFileOptions {
  /** Where stores in memory have their file; the system's folder for such files by default. */
  readonly temporaryDirectory?: string;
}

/** What another thread needs to have all stores: plain data, and a port for each file. */
export interface StoresConnection {
  readonly files: readonly LabelledConnection[];
}

export interface LabelledConnection extends FileConnection {
  readonly labels: readonly string[];
}

interface OpenFile {
  readonly labels: readonly string[];
  /** Undefined: in memory. */
  readonly path: string | undefined;
  readonly file: SharedFile;
}

interface Parts {
  readonly thread: StorageThread;
  readonly warn: (message: string) => void;
  readonly options: AppStoresOptions;
}

export class AppStores {
  readonly #parts: Parts;
  /** Everything that was opened. */
  #opened: readonly OpenFile[] = [];
  /** What the app uses now, with the labels that it has for it now. */
  #files: readonly OpenFile[] = [];

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Throws TspinError; nothing is left open then. */
  static async open(
    files: readonly LabelledFile[],
    warn: (message: string) => void,
    options: AppStoresOptions = {},
  ): Promise<AppStores> {
    const thread = new StorageThread(error =>
      warn(`the storage thread has crashed, writes fail from now on: ${describe(error)}`),
    );
    const stores = new AppStores({ thread, warn, options });
    try {
      await stores.use(files);
      return stores;
    } catch (error) {
      await stores.close();
      throw error;
    }
  }

  /** From now on the app has these files: those it lacks are opened, the others stay open. Throws TspinError; all is as before then. */
  async use(files: readonly LabelledFile[]): Promise<void> {
    const { thread, warn, options } = this.#parts;
    const made: OpenFile[] = [];
    const used: OpenFile[] = [];
    try {
      for (const { labels, place } of thoseThereFirst(files)) {
        const known = this.#opened.find(({ path }) => path === place?.path);
        const file = known?.file ?? (await SharedFile.open(thread, locate(place, options.temporaryDirectory), warn, options));
        const one: OpenFile = { labels, path: place?.path, file };
        used.push(one);
        if (!known) made.push(one);
      }
    } catch (error) {
      for (const { file } of made) await file.close();
      throw error;
    }
    this.#opened = [...this.#opened, ...made];
    this.#files = used;
  }

  /** Writes to the label's store before anybody is connected. Gives the first pair that could not be written. */
  async write(label: string, pairs: readonly (readonly [string, Uint8Array])[]): Promise<NotWritten | undefined> {
    return this.#files.find(({ labels }) => labels.includes(label))?.file.write(label, pairs);
  }

  connect(): StoresConnection {
    return { files: this.#files.map(({ labels, file }) => ({ labels, ...file.connect() })) };
  }

  /** After all connections: the last connection that closes gives a file back as one file. */
  async close(): Promise<void> {
    for (const { file } of this.#opened) await file.close();
    await this.#parts.thread.close();
    for (const { file } of this.#opened) file.remove();
  }
}

/** What is wrong with a file that is there is found before others are made. */
const thoseThereFirst = (files: readonly LabelledFile[]): readonly LabelledFile[] => {
  const isThere = ({ place }: LabelledFile): boolean => place !== undefined && existsSync(place.path);
  return files.toSorted((a, b) => Number(isThere(b)) - Number(isThere(a)));
};

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
