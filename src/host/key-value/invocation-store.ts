// A store as one invocation sees it. A write is done for its guest as soon as it is on its way; what the guest says waits for the
// disk in its place (ADR 023). Until then the guest reads what it wrote from here.
import { ok, okay } from '../../wit/types.ts';
import type { Kept } from '../withheld.ts';
import { OwnWrites } from './own-writes.ts';
import { errorText, type Awaitable, type Store, type StoreResult } from './store.ts';

/** What a write that waits costs besides its bytes, about. */
const overheadBytes = 128;

/** What the stores of one invocation share. */
export class Withholding {
  /** Undefined: the guest has to wait for this write. */
  readonly withhold: (bytes: number) => Kept | undefined;
  #own: OwnWrites | undefined;

  constructor(withhold: (bytes: number) => Kept | undefined) {
    this.withhold = withhold;
  }

  /** Undefined for none. */
  get own(): OwnWrites | undefined {
    return this.#own?.isEmpty === false ? this.#own : undefined;
  }

  /** Where the next is noted. */
  get noted(): OwnWrites {
    return (this.#own ??= new OwnWrites());
  }
}

export class InvocationStore implements Store {
  readonly #store: Store;
  readonly #shared: Withholding;

  constructor(store: Store, shared: Withholding) {
    this.#store = store;
    this.#shared = shared;
  }

  get isReliable(): boolean {
    return this.#store.isReliable;
  }

  get(label: string, key: string): Awaitable<StoreResult<Uint8Array | undefined>> {
    const written = this.#shared.own?.get(label, key);
    return written ? ok(written.value) : this.#store.get(label, key);
  }

  exists(label: string, key: string): Awaitable<StoreResult<boolean>> {
    const written = this.#shared.own?.get(label, key);
    return written ? ok(written.value !== undefined) : this.#store.exists(label, key);
  }

  getKeys(label: string): Awaitable<StoreResult<string[]>> {
    return this.#settled(() => this.#store.getKeys(label));
  }

  getMany(label: string, keys: readonly string[]): Awaitable<StoreResult<[string, Uint8Array][]>> {
    return this.#settled(() => this.#store.getMany(label, keys));
  }

  set(label: string, key: string, value: Uint8Array): Awaitable<StoreResult<undefined>> {
    return this.#write({ label, key, value }, () => this.#store.set(label, key, value));
  }

  delete(label: string, key: string): Awaitable<StoreResult<undefined>> {
    return this.#write({ label, key, value: undefined }, () => this.#store.delete(label, key));
  }

  setMany(label: string, pairs: readonly (readonly [string, Uint8Array])[]): Awaitable<StoreResult<undefined>> {
    return this.#inOrder(() => this.#store.setMany(label, pairs));
  }

  deleteMany(label: string, keys: readonly string[]): Awaitable<StoreResult<undefined>> {
    return this.#inOrder(() => this.#store.deleteMany(label, keys));
  }

  increment(label: string, key: string, delta: bigint): Awaitable<StoreResult<bigint>> {
    return this.#inOrder(() => this.#store.increment(label, key, delta));
  }

  swap(label: string, key: string, expected: Uint8Array | undefined, value: Uint8Array): Awaitable<StoreResult<boolean>> {
    return this.#inOrder(() => this.#store.swap(label, key, expected, value));
  }

  /** The store is its file's, and outlives the invocation. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  #write({ label, key, value }: OneWrite, write: () => Awaitable<StoreResult<undefined>>): Awaitable<StoreResult<undefined>> {
    // Asked first: the write may be what fills the queue.
    const { isReliable } = this.#store;
    const isElsewhere = this.#shared.own?.areElsewhere(this.#store) === true;
    const given = this.#inOrder(write);
    if (!isReliable || isElsewhere || !(given instanceof Promise)) return given;
    const kept = this.#shared.withhold(overheadBytes + key.length + (value?.byteLength ?? 0));
    if (!kept) return given;
    const settled = this.#shared.noted.add(this.#store, label, key, value);
    void given.then(result => {
      settled();
      kept(result.tag === 'err' ? errorText(result.val) : undefined);
    });
    return okay;
  }

  /** The writing thread does what it is handed in that order, and looks at what it did before. Another file has an order of its own. */
  #inOrder<T>(write: () => Awaitable<T>): Awaitable<T> {
    const { own } = this.#shared;
    return own?.areElsewhere(this.#store) ? own.settled().then(write) : write();
  }

  #settled<T>(read: () => Awaitable<T>): Awaitable<T> {
    const { own } = this.#shared;
    return own ? own.settled().then(read) : read();
  }
}

interface OneWrite {
  readonly label: string;
  readonly key: string;
  /** Undefined: it is deleted. */
  readonly value: Uint8Array | undefined;
}
