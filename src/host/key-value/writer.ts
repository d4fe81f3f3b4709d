// A client of the storage thread for one file: hands it writes, resolves each when its commit is on disk.
import type { MessagePort } from 'node:worker_threads';
import { err, ok, okay } from '../../wit/types.ts';
import { failureText, startError, type FilePlace } from './sqlite-failure.ts';
import type { StoreResult } from './store.ts';
import { packWrites } from './packed-writes.ts';
import { sizeOf } from './write-size.ts';
import type { FromWriter, Outcome, Outcomes, ToWriter, Write } from './writer-messages.ts';

/**
 * Bytes of keys and values that may be on their way to the storage thread; further writes wait their turn here, and so
 * does their guest. A disk that writes 100 MB/s is a third of a second behind then.
 */
export const queueBytesMax: number = 32 * 1024 * 1024;

interface Pending {
  readonly write: Write;
  readonly bytes: number;
  readonly settle: (outcome: Outcome | undefined) => void;
}

export interface WriterOptions {
  readonly bytesMax?: number | undefined;
  /** Called when the first write is on its way. */
  readonly wanted?: () => void;
}

export class Writer {
  /** `wal`, or another mode where the file's file system has no shared memory. */
  readonly journalMode: string;
  readonly #port: MessagePort;
  readonly #queueBytesMax: number;
  #wanted: (() => void) | undefined;
  /** Not yet admitted to the queue, oldest first. */
  readonly #waiting: Pending[] = [];
  /** Admitted, to be sent at the end of this turn of the event loop. */
  #outgoing: Pending[] = [];
  /** Sent and unanswered, oldest first. */
  readonly #sent: Pending[][] = [];
  #queuedBytes = 0;
  #commits = 0;
  /** The last write was kept. */
  #isKeeping = false;
  /** Why no write is taken any more. */
  #ended: string | undefined;
  #drained: PromiseWithResolvers<void> | undefined;
  readonly #opened = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<string | undefined>();

  /** Opens the file of the port. Throws TspinError when the thread cannot open it. */
  static async open(port: MessagePort, place: FilePlace, bytesMax: number = queueBytesMax): Promise<Writer> {
    const answer = await firstMessage(port);
    if (answer.kind === 'refused') throw startError(answer.failure, place);
    if (answer.kind !== 'opened') throw new Error(`the storage thread answered ${answer.kind} to an open`);
    const writer = new Writer(port, answer.journalMode, { bytesMax });
    writer.#opened.resolve();
    return writer;
  }

  /** Of a file that was opened by somebody else already: it need not wait for the thread, which may not even have started. */
  constructor(port: MessagePort, journalMode: string, { bytesMax = queueBytesMax, wanted }: WriterOptions = {}) {
    this.#port = port;
    this.#queueBytesMax = bytesMax;
    this.#wanted = wanted;
    this.journalMode = journalMode;
    port.on('message', (message: FromWriter) => this.#hear(message));
    port.on('close', () => this.#end('the storage thread has ended'));
    port.unref();
  }

  /** Resolves when the thread has opened the file, or never will. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  /** How many commits the file had when it last answered, of all its clients. */
  get commits(): number {
    return this.#commits;
  }

  /** The last write was kept, and less than half of what may wait waits. */
  get isReliable(): boolean {
    return this.#isKeeping && this.#queuedBytes * 2 < this.#queueBytesMax;
  }

  set(store: string, key: string, value: Uint8Array): Promise<StoreResult<undefined>> {
    return this.#submit({ kind: 'set', store, key, value }, written);
  }

  delete(store: string, key: string): Promise<StoreResult<undefined>> {
    return this.#submit({ kind: 'delete', store, key }, written);
  }

  setMany(store: string, pairs: readonly (readonly [string, Uint8Array])[]): Promise<StoreResult<undefined>> {
    return this.#submit({ kind: 'set-many', store, pairs }, written);
  }

  deleteMany(store: string, keys: readonly string[]): Promise<StoreResult<undefined>> {
    return this.#submit({ kind: 'delete-many', store, keys }, written);
  }

  increment(store: string, key: string, delta: bigint): Promise<StoreResult<bigint>> {
    return this.#submit({ kind: 'increment', store, key, delta }, outcome =>
      outcome?.kind === 'counted' ? ok(outcome.value) : fault(outcome),
    );
  }

  /** Sets `value` if the key's is `expected` (undefined: if there is none), and says whether it did. */
  swap(store: string, key: string, expected: Uint8Array | undefined, value: Uint8Array): Promise<StoreResult<boolean>> {
    return this.#submit({ kind: 'swap', store, key, expected, value }, outcome =>
      outcome?.kind === 'swapped' ? ok(outcome.swapped) : fault(outcome),
    );
  }

  /** Finishes the writes. Gives a reason when the file could not be given back as Spin keeps it. */
  async close(): Promise<string | undefined> {
    if (this.#ended !== undefined) return undefined;
    this.#ended = 'the store is closed';
    if (this.#queuedBytes > 0) {
      this.#drained = Promise.withResolvers();
      await this.#drained.promise;
    }
    this.#port.ref();
    this.#say({ kind: 'close' });
    return this.#closed.promise;
  }

  #submit<T>(write: Write, read: (outcome: Outcome | undefined) => StoreResult<T>): Promise<StoreResult<T>> {
    if (this.#ended !== undefined) return Promise.resolve(failed(this.#ended));
    const { promise, resolve } = Promise.withResolvers<StoreResult<T>>();
    this.#waiting.push({ write, bytes: sizeOf(write), settle: outcome => resolve(read(outcome)) });
    this.#admit();
    return promise;
  }

  /** Takes from the waiting what the queue has room for; one that is larger than the queue goes alone. */
  #admit(): void {
    for (;;) {
      const [next] = this.#waiting;
      if (!next || (this.#queuedBytes > 0 && this.#queuedBytes + next.bytes > this.#queueBytesMax)) return;
      this.#waiting.shift();
      if (this.#queuedBytes === 0) this.#port.ref();
      this.#queuedBytes += next.bytes;
      if (this.#outgoing.push(next) === 1) setImmediate(() => this.#send());
    }
  }

  #send(): void {
    const batch = this.#outgoing;
    this.#outgoing = [];
    if (batch.length === 0) return;
    this.#wanted?.();
    this.#wanted = undefined;
    this.#sent.push(batch);
    const writes = packWrites(batch.map(({ write }) => write));
    this.#say({ kind: 'writes', writes }, [writes.values.buffer]);
  }

  #say(message: ToWriter, transfer: readonly ArrayBuffer[] = []): void {
    this.#port.postMessage(message, [...transfer]);
  }

  #hear(message: FromWriter): void {
    switch (message.kind) {
      case 'opened':
        return this.#opened.resolve();
      case 'refused':
        return this.#end(failureText(message.failure));
      case 'done':
        return this.#done(message.outcomes, message.commits);
      case 'closed':
        return this.#closed.resolve(message.unfinished);
    }
  }

  #done(outcomes: Outcomes, commits: number): void {
    const batch = this.#sent.shift();
    if (!batch) throw new Error('the storage thread answered a batch that was not sent');
    this.#commits = commits;
    const byIndex = new Map(outcomes);
    for (const [index, { bytes, settle }] of batch.entries()) {
      const outcome = byIndex.get(index);
      this.#queuedBytes -= bytes;
      this.#isKeeping = outcome?.kind !== 'failed';
      settle(outcome);
    }
    this.#admit();
    if (this.#queuedBytes > 0) return;
    this.#port.unref();
    this.#drained?.resolve();
  }

  /** The port is gone, after a clean close, with the thread or because it could not open the file: nobody may wait for ever. */
  #end(reason: string): void {
    this.#ended ??= reason;
    this.#isKeeping = false;
    const left = [...this.#sent.flat(), ...this.#outgoing, ...this.#waiting];
    this.#sent.length = 0;
    this.#outgoing = [];
    this.#waiting.length = 0;
    this.#queuedBytes = 0;
    for (const { settle } of left) settle({ kind: 'refused', message: reason });
    this.#drained?.resolve();
    this.#opened.resolve();
    this.#closed.resolve(undefined);
  }
}

const failed = (message: string): StoreResult<never> => err({ kind: 'failed', message });

const written = (outcome: Outcome | undefined): StoreResult<undefined> => (outcome ? fault(outcome) : okay);

function fault(outcome: Outcome | undefined): StoreResult<never> {
  if (outcome?.kind === 'refused') return failed(outcome.message);
  if (outcome?.kind === 'failed') return failed(failureText(outcome.failure));
  throw new Error(`the storage thread answered ${outcome?.kind} to a write that is answered otherwise`);
}

function firstMessage(port: MessagePort): Promise<FromWriter> {
  const { promise, resolve, reject } = Promise.withResolvers<FromWriter>();
  const closed = (): void => reject(new Error('the storage thread ended while it opened a file'));
  port.once('close', closed);
  port.once('message', (message: FromWriter) => {
    port.off('close', closed);
    resolve(message);
  });
  return promise;
}
