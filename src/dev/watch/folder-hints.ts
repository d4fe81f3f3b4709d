// Says that something happened in one of some folders. What it was is not said, nor believed: a snapshot tells (ADR 022).
import { watch, type FSWatcher } from 'node:fs';

/** File systems that tell of nothing (network drives, folders of virtual machines) are looked at so often. */
const lookMs = 2_000;

export interface FolderHintsOptions {
  readonly onHint: () => void;
  /** It is time to look, though nothing was heard. */
  readonly onLook: () => void;
  /** Told once: that folders cannot be watched, and why. They are still looked at now and then. */
  readonly onTrouble: (reason: string) => void;
}

interface Watched {
  readonly identity: string;
  readonly watcher: FSWatcher | undefined;
}

export class FolderHints {
  readonly #options: FolderHintsOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #timer: NodeJS.Timeout;
  #troubled = false;

  constructor(options: FolderHintsOptions) {
    this.#options = options;
    this.#timer = setInterval(options.onLook, lookMs);
  }

  /**
   * From now on these are watched. `identity` tells a folder from another that has its name later. True when one was not watched
   * before: what happened in it since it was read was not heard.
   */
  set(folders: ReadonlyMap<string, string>): boolean {
    for (const [path, { identity, watcher }] of this.#watched) {
      if (folders.get(path) === identity) continue;
      watcher?.close();
      this.#watched.delete(path);
    }
    let isNew = false;
    for (const [path, identity] of folders) {
      if (this.#watched.has(path)) continue;
      isNew = true;
      this.#watched.set(path, { identity, watcher: this.#watch(path) });
    }
    return isNew;
  }

  close(): void {
    clearInterval(this.#timer);
    for (const { watcher } of this.#watched.values()) watcher?.close();
    this.#watched.clear();
  }

  #watch(path: string): FSWatcher | undefined {
    try {
      const watcher = watch(path, { persistent: true }, this.#options.onHint);
      watcher.on('error', error => this.#trouble(error));
      return watcher;
    } catch (error) {
      this.#trouble(error);
      return undefined;
    }
  }

  #trouble(error: unknown): void {
    // The folder is gone: the next snapshot says so.
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || this.#troubled) return;
    this.#troubled = true;
    this.#options.onTrouble(error instanceof Error ? error.message : String(error));
  }
}
