// The host object behind a guest's `cas`: a key, and what the guest was last told of its value.
import { ok, type Result } from '../../wit/types.ts';
import type { OpenStore } from './declarations.ts';
import type { KeyValueState } from './open-stores.ts';
import type { Awaitable, StoreError, StoreResult } from './store.ts';

/** What a `cas` takes in the host besides its key and value, about. */
const overheadBytes = 200;

/** Nothing was read yet, or what was read: a value, or that there is none. */
type Seen = { readonly value: Uint8Array | undefined } | undefined;

export class CompareAndSwap {
  readonly #bucket: OpenStore;
  readonly #key: string;
  readonly #hold: KeyValueState['hold'];
  #seen: Seen;
  #heldBytes = 0;

  constructor(bucket: OpenStore, key: string, hold: KeyValueState['hold']) {
    this.#bucket = bucket;
    this.#key = key;
    this.#hold = hold;
    this.#holdBytes();
  }

  /** Reads the value and remembers it. */
  current(): Awaitable<StoreResult<Uint8Array | undefined>> {
    const { store, label } = this.#bucket;
    const given = store.get(label, this.#key);
    return given instanceof Promise ? given.then(read => this.#remember(read)) : this.#remember(given);
  }

  /** Whether it was done. What was never read is not compared, as in Spin. */
  swap(value: Uint8Array): Awaitable<StoreResult<boolean>> {
    const { store, label } = this.#bucket;
    if (this.#seen) return store.swap(label, this.#key, this.#seen.value, value);
    const given = store.set(label, this.#key, value);
    return given instanceof Promise ? given.then(asSwapped) : asSwapped(given);
  }

  /** Another one for the same key, which has read what there is now. */
  async renewed(): Promise<Result<CompareAndSwap, StoreError>> {
    const next = new CompareAndSwap(this.#bucket, this.#key, this.#hold);
    const read = await next.current();
    if (read.tag === 'ok') return ok(next);
    next.release();
    return read;
  }

  /** The guest has it no more. */
  release(): void {
    this.#hold(-this.#heldBytes);
    this.#heldBytes = 0;
  }

  #remember(read: StoreResult<Uint8Array | undefined>): StoreResult<Uint8Array | undefined> {
    if (read.tag === 'err') return read;
    this.#seen = { value: read.val };
    this.#holdBytes();
    return read;
  }

  #holdBytes(): void {
    const bytes = overheadBytes + this.#key.length + (this.#seen?.value?.byteLength ?? 0);
    const before = this.#heldBytes;
    // First, since holding may trap.
    this.#heldBytes = bytes;
    this.#hold(bytes - before);
  }
}

const asSwapped = (given: StoreResult<undefined>): StoreResult<boolean> => (given.tag === 'ok' ? ok(true) : given);
