// Streams and futures of the component model (WASI 0.3) as values: the readable end as host code holds it, whoever writes.

/** The readable end of a `stream<T>`: chunks are `Uint8Array` for u8 and arrays for all else. It has one reader. */
export interface StreamReader<Chunk> {
  /** At most `max` items (at least 1) of those that are there now; undefined when there are none now. */
  read(max: number): Chunk | undefined;
  /** The host writes it: what is still to come needs no guest, but lasts only as long as its invocation. */
  readonly isHosts?: boolean;
  /** Nothing will come any more: the writer has gone and all that it wrote was read. */
  readonly ended: boolean;
  /** Calls `notify` once, as soon as `read` would give something or `ended` is true: at once if that is so now. */
  whenReady(notify: () => void): void;
  /** The reader goes away: the writer learns that nobody listens. */
  cancel(): void;
}

/** The readable end of a `future<T>`. It has one reader. */
export interface FutureReader<T> {
  /** The value, in a box because it may be undefined itself; undefined as long as there is none. */
  readonly settled: { readonly value: T } | undefined;
  /** The writer has gone without a value (only when its instance ended): there will never be one. */
  readonly abandoned: boolean;
  /** Calls `notify` once, as soon as `settled` or `abandoned`: at once if that is so now. */
  whenReady(notify: () => void): void;
  cancel(): void;
}
