// The stores of an app: their files and the one thread that writes them, opened and closed as one. Each thread that serves has its
// own connections to them.
import { existsSync } from 'node:fs';
import { locate } from './location.ts';
import { SharedFile, type FileConnection, type SharedFileOptions } from './shared-file.ts';
import { StorageThread } from './storage-thread.ts';
import type { LabelledFile } from './used-files.ts';
import type { Writer } from './writer.ts';

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
  readonly file: SharedFile;
}

export class AppStores {
  readonly #thread: StorageThread;
  readonly #files: readonly OpenFile[];

  private constructor(thread: StorageThread, files: readonly OpenFile[]) {
    this.#thread = thread;
    this.#files = files;
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
    const opened: OpenFile[] = [];
    try {
      for (const { labels, place } of thoseThereFirst(files)) {
        const location = locate(place, options.temporaryDirectory);
        opened.push({ labels, file: await SharedFile.open(thread, location, warn, options) });
      }
      return new AppStores(thread, opened);
    } catch (error) {
      await new AppStores(thread, opened).close();
      throw error;
    }
  }

  /** What writes the label's file for the app itself. */
  writerOf(label: string): Writer | undefined {
    return this.#files.find(({ labels }) => labels.includes(label))?.file.writer;
  }

  connect(): StoresConnection {
    return { files: this.#files.map(({ labels, file }) => ({ labels, ...file.connect() })) };
  }

  /** After all connections: the last connection that closes gives a file back as one file. */
  async close(): Promise<void> {
    for (const { file } of this.#files) await file.close();
    await this.#thread.close();
    for (const { file } of this.#files) file.remove();
  }
}

/** What is wrong with a file that is there is found before others are made. */
const thoseThereFirst = (files: readonly LabelledFile[]): readonly LabelledFile[] => {
  const isThere = ({ place }: LabelledFile): boolean => place !== undefined && existsSync(place.path);
  return files.toSorted((a, b) => Number(isThere(b)) - Number(isThere(a)));
};

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
