// What a key-value backend gives to the host interfaces above it. It knows neither WIT nor permissions nor components.
import type { Result } from '../../wit/types.ts';

/** Why a store could not do what was asked. Nothing is thrown: the errors of a store are values. */
export type StoreError =
  | { readonly kind: 'result-too-large'; readonly limitBytes: number }
  /** The backend's reason in words, meant for the guest: no paths of the host. */
  | { readonly kind: 'failed'; readonly message: string };

export type StoreResult<T> = Result<T, StoreError>;

/** A local store answers at once, a remote one later. A promise is never rejected. */
export type Awaitable<T> = T | Promise<T>;

/**
 * Values under keys, apart for each label. Keys and labels are any Unicode text, the empty one too; values are any bytes.
 * Whoever has seen a write resolve finds its effect in every later call, through any `Store` on the same data. Every operation
 * is one step: what goes on at the same time sees it wholly or not at all.
 */
export interface Store {
  /**
   * A write that is handed over now will be kept, as far as anybody can know: the last one was, and not too many wait. False until
   * the first was kept.
   */
  readonly isReliable: boolean;
  /** The value, or undefined when the key is missing. */
  get(label: string, key: string): Awaitable<StoreResult<Uint8Array | undefined>>;
  /** Resolves when the value is kept for good. Until then `value` must not change. */
  set(label: string, key: string, value: Uint8Array): Awaitable<StoreResult<undefined>>;
  /** Deleting a missing key is no error. */
  delete(label: string, key: string): Awaitable<StoreResult<undefined>>;
  exists(label: string, key: string): Awaitable<StoreResult<boolean>>;
  /** All keys of the label, in no promised order. */
  getKeys(label: string): Awaitable<StoreResult<string[]>>;
  /** Those of the keys that exist, each once, in the order of their bytes. */
  getMany(label: string, keys: readonly string[]): Awaitable<StoreResult<[string, Uint8Array][]>>;
  /** All of them or none; the last of a key wins. */
  setMany(label: string, pairs: readonly (readonly [string, Uint8Array])[]): Awaitable<StoreResult<undefined>>;
  deleteMany(label: string, keys: readonly string[]): Awaitable<StoreResult<undefined>>;
  /** Adds to the counter of the key, which begins at 0, and gives the sum. Fails on a value that is none, and beyond an s64. */
  increment(label: string, key: string, delta: bigint): Awaitable<StoreResult<bigint>>;
  /** Sets `value` if the key's is `expected`, or if it has none when that is undefined; says whether it did. */
  swap(label: string, key: string, expected: Uint8Array | undefined, value: Uint8Array): Awaitable<StoreResult<boolean>>;
  /** Finishes what was asked before, then lets go of files and connections. */
  close(): Promise<void>;
}

/** The most bytes that one read may give, the overhead below included (spin-behaviour 3.2). */
export const resultBytesMax: number = 128 * 1024 * 1024;

/** What Spin counts for a result and for each of its keys besides their bytes: the size of a Rust `String` or `Vec`. */
export const resultOverheadBytes = 24;

/** What Spin counts for a key and a value of `getMany` besides their bytes. */
export const pairOverheadBytes = 48;

export const errorText = (error: StoreError): string =>
  error.kind === 'failed' ? error.message : `query result exceeds limit of ${error.limitBytes} bytes`;
