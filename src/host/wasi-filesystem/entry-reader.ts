// The entries of a directory as WASI 0.3 has them: a stream, read from the host as the guest reads, and a future of its end.
import type { Dir } from 'node:fs';

import { FutureValue } from '../../wit/future-value.ts';
import type { StreamReader } from '../../wit/stream.ts';
import { err, okay, type Result } from '../../wit/types.ts';
import { withDirectory, type Descriptor } from './descriptor.ts';
import { openEntries, readEntry } from './entry-stream.ts';
import { errorCodeOf } from './error.ts';
import type { Shared } from './shared.ts';
import type { FilesystemState } from './state.ts';
import { descriptorType3, errorCode3, type DirectoryEntry3, type ErrorCode3 } from './vocabulary-3.ts';

/** Entries that are read ahead: as many as Node reads at once. */
const entriesMax = 32;

export class EntryReader implements StreamReader<DirectoryEntry3[]> {
  readonly end: FutureValue<Result<undefined, ErrorCode3>> = new FutureValue<Result<undefined, ErrorCode3>>();
  readonly #state: FilesystemState;
  readonly #opening: Promise<Shared<Dir>>;
  #entries: DirectoryEntry3[] = [];
  #isReading = false;
  #isOver = false;
  #notify: (() => void) | undefined;

  /** Begins to open the directory: the guest may drop its descriptor at once. */
  constructor(state: FilesystemState, descriptor: Descriptor) {
    this.#state = state;
    this.#opening = withDirectory(state, descriptor, directory => openEntries(state, directory));
    // Told by the first read.
    this.#opening.catch(() => undefined);
  }

  get ended(): boolean {
    return this.#isOver && this.#entries.length === 0;
  }

  read(max: number): DirectoryEntry3[] | undefined {
    if (this.#entries.length > 0) return this.#entries.splice(0, max);
    this.#fill();
    return undefined;
  }

  whenReady(notify: () => void): void {
    if (this.#entries.length > 0 || this.#isOver) return notify();
    this.#notify = notify;
    this.#fill();
  }

  cancel(): void {
    this.#notify = undefined;
    this.dispose();
  }

  dispose(): void {
    this.#entries = [];
    this.#finish(okay);
  }

  #fill(): void {
    if (this.#isReading || this.#isOver) return;
    this.#isReading = true;
    void this.#readAhead().then(() => {
      this.#isReading = false;
      const notify = this.#notify;
      this.#notify = undefined;
      notify?.();
    });
  }

  async #readAhead(): Promise<void> {
    try {
      const entries = await this.#opening;
      for (let count = 0; count < entriesMax; count += 1) {
        const entry = await entries.use(readEntry);
        if (this.#isOver) return;
        if (!entry) return this.#finish(okay);
        this.#entries.push({ type: descriptorType3(entry.type), name: entry.name });
      }
    } catch (error) {
      // Nobody waits here who could be told of a bug of the host's.
      this.#finish(err(errorCode3(errorCodeOf(error) ?? 'io')));
    }
  }

  #finish(end: Result<undefined, ErrorCode3>): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#state.forget(this);
    this.#opening.then(
      entries => entries.release(),
      () => undefined,
    );
    this.end.resolve(end);
  }
}
