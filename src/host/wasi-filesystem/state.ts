// What one invocation has open, with a limit, so that its end can close what the guest left.
import type { Mount } from '../../app/app.ts';
import type { RootDescriptor } from './descriptor.ts';
import type { Directory } from './directory.ts';
import { FilesystemError } from './error.ts';
import type { Platform } from './platform.ts';
import { Shared, type Closable, type OpenCount } from './shared.ts';

/** How many descriptors, file streams and directory-entry streams one invocation may have open at a time. */
export const openMax = 1024;

/**
 * Operations of one invocation that are under way at a time; more wait for them. A guest of 0.3 may start as many as it has
 * handles, and one that walks a path has up to 128 directories open meanwhile.
 */
export const operationsMax = 16;

export interface Disposable {
  /** May be called again. */
  dispose(): void;
}

/** What the invocations of an app share. */
export interface FilesystemHost {
  readonly platform: Platform;
  readonly count: OpenCount;
}

export class FilesystemState {
  readonly roots: readonly RootDescriptor[];
  readonly platform: Platform;
  readonly #count: OpenCount;
  readonly #open = new Set<Disposable>();
  readonly #rootsOpen = new Map<Mount, Promise<Shared<Directory>>>();
  /** The last operation of each that may run beside the others. */
  readonly #lanes: Promise<unknown>[] = Array.from({ length: operationsMax }, () => Promise.resolve());
  #operations = 0;
  #opening = 0;
  #over = false;

  constructor({ platform, count }: FilesystemHost, roots: readonly RootDescriptor[]) {
    this.platform = platform;
    this.#count = count;
    this.roots = roots;
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** The opened root of a mount, which stays open until the invocation ends. */
  root(mount: Mount): Promise<Shared<Directory>> {
    if (this.#over) throw new FilesystemError('bad-descriptor');
    const open = this.#rootsOpen.get(mount);
    if (open) return open;
    const opening = this.platform.openRoot(mount.hostPath).then(directory => this.share(directory));
    this.#rootsOpen.set(mount, opening);
    // The folder may be there at the next try.
    opening.catch(() => this.#rootsOpen.delete(mount));
    return opening;
  }

  share<T extends Closable>(object: T): Shared<T> {
    return new Shared(object, this.#count);
  }

  /** Refuses to open one more than the limit; asked before anything is opened. */
  demandRoom(): void {
    if (this.#open.size + this.#opening >= openMax) throw new FilesystemError('insufficient-memory');
  }

  /** Opens something that will be kept: it counts from now on. */
  async opening<T>(open: () => Promise<T>): Promise<T> {
    this.demandRoom();
    this.#opening += 1;
    try {
      return await open();
    } finally {
      this.#opening -= 1;
    }
  }

  /** Does the work when its turn comes, after that of some operation before it. */
  operate<T>(work: () => Promise<T>): Promise<T> {
    const lane = this.#operations % operationsMax;
    this.#operations += 1;
    const done = (this.#lanes[lane] ?? Promise.resolve()).then(work);
    this.#lanes[lane] = done.catch(() => undefined);
    return done;
  }

  /** Takes note of what the guest has been given. When the invocation ended meanwhile it is let go at once. */
  keep<T extends Disposable>(object: T): T {
    this.#open.add(object);
    if (this.#over) {
      object.dispose();
      throw new FilesystemError('bad-descriptor');
    }
    return object;
  }

  /** False when it was let go before. */
  forget(object: Disposable): boolean {
    return this.#open.delete(object);
  }

  end(): void {
    this.#over = true;
    for (const object of this.#open) object.dispose();
    for (const opening of this.#rootsOpen.values()) {
      opening.then(
        root => root.release(),
        () => undefined,
      );
    }
    this.#rootsOpen.clear();
  }
}
