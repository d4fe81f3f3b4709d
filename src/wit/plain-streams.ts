// Streams and futures between jco's plain bindings and host code: jco takes async iterables and thenables, and gives its own.
import type { HostScope } from './scope.ts';
import type { FutureReader, StreamReader } from './stream.ts';

/** What the instance, which the streams belong to, is told. */
export interface StreamOwner {
  readonly scope: HostScope;
  /** The host reads what the guest writes; call what it gives when that is over. */
  reading(reader: Reading): () => void;
}

/** A stream or future that the host reads. */
export interface Reading {
  /** Its writer has gone: nothing will come of what is waited for. */
  giveUp(): void;
}

type Convert = ((value: unknown) => unknown) | undefined;

/** The most items that are asked for, or given, at once. */
const itemsMax = 64 * 1024;

/** What jco gives for a readable end of the guest's. */
interface JcoStream {
  read(options: { readonly count: number }): Promise<{ readonly value?: unknown; readonly done?: boolean }>;
  [Symbol.dispose](): void;
}

/** A guest's stream, as host code reads it. */
export class PlainStreamReader implements StreamReader<unknown>, Reading {
  readonly #stream: JcoStream;
  readonly #lift: Convert;
  readonly #isBytes: boolean;
  readonly #over: () => void;
  #chunk: Uint8Array | unknown[] | undefined;
  #done = false;
  #reading = false;
  #notify: (() => void) | undefined;

  constructor(stream: unknown, owner: StreamOwner, { lift, isBytes }: { readonly lift: Convert; readonly isBytes: boolean }) {
    this.#stream = stream as JcoStream;
    this.#lift = lift;
    this.#isBytes = isBytes;
    this.#over = owner.reading(this);
  }

  get ended(): boolean {
    return this.#done && this.#chunk === undefined;
  }

  read(max: number): Uint8Array | unknown[] | undefined {
    const chunk = this.#chunk;
    if (chunk === undefined || chunk.length <= max) {
      this.#chunk = undefined;
      return chunk;
    }
    this.#chunk = chunk instanceof Uint8Array ? chunk.subarray(max) : chunk.slice(max);
    return chunk instanceof Uint8Array ? chunk.subarray(0, max) : chunk.slice(0, max);
  }

  whenReady(notify: () => void): void {
    if (this.#chunk !== undefined || this.#done) return notify();
    this.#notify = notify;
    if (!this.#reading) this.#fill();
  }

  cancel(): void {
    if (this.#done) return;
    this.#finish();
    this.#chunk = undefined;
    try {
      this.#stream[Symbol.dispose]();
    } catch {
      // jco does not let an end go that the guest has let go before.
    }
  }

  giveUp(): void {
    if (!this.#reading) return;
    this.#finish();
    this.#tell();
  }

  #fill(): void {
    this.#reading = true;
    this.#stream.read({ count: itemsMax }).then(
      ({ value, done }) => {
        this.#reading = false;
        const chunk = value === undefined ? undefined : this.#chunkOf(value);
        if (!this.#done && chunk && chunk.length > 0) this.#chunk = chunk;
        if (done) this.#finish();
        if (this.#chunk === undefined && !this.#done) return this.#fill();
        this.#tell();
      },
      () => {
        this.#finish();
        this.#tell();
      },
    );
  }

  #chunkOf(value: unknown): Uint8Array | unknown[] {
    if (value instanceof Uint8Array) return value;
    const items: unknown[] = Array.isArray(value) ? value : [value];
    if (this.#isBytes) return Uint8Array.from(items as number[]);
    return this.#lift ? items.map(this.#lift) : items;
  }

  #finish(): void {
    this.#done = true;
    this.#over();
  }

  #tell(): void {
    const notify = this.#notify;
    this.#notify = undefined;
    notify?.();
  }
}

/** A guest's future, as host code reads it. */
export class PlainFutureReader implements FutureReader<unknown>, Reading {
  readonly #future: PromiseLike<unknown>;
  readonly #lift: Convert;
  readonly #over: () => void;
  #isAsked = false;
  #notify: (() => void) | undefined;
  settled: { readonly value: unknown } | undefined;
  abandoned = false;

  constructor(future: unknown, owner: StreamOwner, lift: Convert) {
    this.#future = future as PromiseLike<unknown>;
    this.#lift = lift;
    this.#over = owner.reading(this);
  }

  whenReady(notify: () => void): void {
    this.#notify = notify;
    if (this.settled || this.abandoned) this.#tell();
    else this.#ask();
  }

  /** jco has no way to let go of it, and its writer would wait: it is read and thrown away. */
  cancel(): void {
    this.#notify = undefined;
    this.#over();
    this.#ask();
  }

  giveUp(): void {
    if (!this.#isAsked || this.settled) return;
    this.abandoned = true;
    this.#tell();
  }

  #ask(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#future.then(
      value => {
        this.settled = { value: this.#lift ? this.#lift(value) : value };
        this.#tell();
      },
      () => {
        this.abandoned = true;
        this.#tell();
      },
    );
  }

  #tell(): void {
    this.#over();
    const notify = this.#notify;
    this.#notify = undefined;
    notify?.();
  }
}

/** A host's stream, as jco reads it. Bytes go in pieces, all else item by item. */
export function plainStream(
  reader: StreamReader<unknown>,
  { scope }: StreamOwner,
  lower: Convert,
): AsyncIterableIterator<unknown> {
  let items: unknown[] = [];
  const next = async (): Promise<IteratorResult<unknown>> => {
    for (;;) {
      if (items.length > 0) {
        const item = items.shift();
        return { value: lower ? lower(item) : item, done: false };
      }
      const chunk = reader.read(itemsMax);
      if (chunk instanceof Uint8Array) return { value: chunk, done: false };
      if (chunk !== undefined) items = [...(chunk as unknown[])];
      else if (reader.ended) return { value: undefined, done: true };
      // One piece comes after the other.
      else if (!(await came(reader, scope))) return { value: undefined, done: true };
    }
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next,
    return: () => {
      reader.cancel();
      return Promise.resolve({ value: undefined, done: true });
    },
  };
}

/** A host's future, as jco reads it: nothing happens before it is asked for. */
export function plainFuture(reader: FutureReader<unknown>, { scope }: StreamOwner, lower: Convert): PromiseLike<unknown> {
  let asked: Promise<unknown> | undefined;
  const ask = async (): Promise<unknown> => {
    await came(reader, scope);
    // An invocation that was given up has nobody left to ask.
    if (!reader.settled) return new Promise(() => {});
    const { value } = reader.settled;
    return lower ? lower(value) : value;
  };
  // oxlint-disable-next-line unicorn/no-thenable -- this is what jco wants
  return { then: (resolved, rejected) => (asked ??= ask()).then(resolved, rejected) };
}

/** False when the invocation was given up before. A guest that is suspended must not be told by a rejection (jco-notes 2.4). */
function came(reader: Pick<StreamReader<unknown>, 'whenReady'>, scope: HostScope): Promise<boolean> {
  return scope.wait(new Promise<void>(resolve => reader.whenReady(resolve))).then(
    () => true,
    () => false,
  );
}
