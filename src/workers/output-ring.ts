// What the guests of a worker print, on its way to the main thread: a ring of shared memory. It is bounded; a guest that prints
// faster than the main thread writes waits; and what was printed is not lost when the worker is ended.
import type { GuestOutput } from '../host/interface.ts';

/** Output that may be under way. */
const ringBytes = 256 * 1024;

/**
 * So long a guest's print waits for room. The main thread only ever copies what it takes to files and terminal, so there is room
 * at once unless it is stopped in a debugger or kept busy by a program; then the print is dropped.
 */
const waitMs = 2_000;

/** Words before the ring. Both positions only grow, and wrap at 2^32; the ring's size divides that. */
const writtenWord = 0;
const takenWord = 1;
/** 1: the main thread was told that there is something. */
const toldWord = 2;
const wordsBytes = 16;

/** Before each piece: its length (4 bytes), its stream (2), the place of its component in the list of all (2). */
const headBytes = 8;
const streams = ['stdout', 'stderr'] as const;

export type RingMemory = SharedArrayBuffer;

export const newRingMemory = (): RingMemory => new SharedArrayBuffer(wordsBytes + ringBytes);

class Ring {
  readonly words: Int32Array;
  readonly #bytes: Uint8Array;

  constructor(memory: RingMemory) {
    this.words = new Int32Array(memory, 0, wordsBytes / 4);
    this.#bytes = new Uint8Array(memory, wordsBytes);
  }

  get used(): number {
    return (Atomics.load(this.words, writtenWord) - Atomics.load(this.words, takenWord)) >>> 0;
  }

  copyIn(position: number, bytes: Uint8Array): void {
    const at = (position >>> 0) % ringBytes;
    const first = Math.min(bytes.byteLength, ringBytes - at);
    this.#bytes.set(bytes.subarray(0, first), at);
    if (first < bytes.byteLength) this.#bytes.set(bytes.subarray(first), 0);
  }

  copyOut(position: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    const at = (position >>> 0) % ringBytes;
    const first = Math.min(length, ringBytes - at);
    bytes.set(this.#bytes.subarray(at, at + first));
    if (first < length) bytes.set(this.#bytes.subarray(0, length - first), first);
    return bytes;
  }
}

export interface RingWriterOptions {
  /** Ids of the app's components. */
  readonly components: readonly string[];
  /** Tells the main thread that there is something to take. */
  readonly tell: () => void;
  /**
   * Calls it in a few milliseconds. To tell of each print at once would have the main thread run between every two of them, which
   * takes longer than most requests.
   */
  readonly soon: (tell: () => void) => void;
  /** Tells the user that output was lost. */
  readonly warn: (message: string) => void;
}

/** The worker's end. */
export class RingWriter implements GuestOutput {
  readonly #ring: Ring;
  readonly #options: RingWriterOptions;
  readonly #places: ReadonlyMap<string, number>;
  #hasWarned = false;
  /** The main thread is to be told soon. */
  #isToTell = false;
  readonly #tellNow = (): void => {
    if (!this.#isToTell) return;
    this.#isToTell = false;
    this.#options.tell();
  };

  constructor(memory: RingMemory, options: RingWriterOptions) {
    this.#ring = new Ring(memory);
    this.#options = options;
    this.#places = new Map(options.components.map((id, place) => [id, place]));
  }

  write(component: string, stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    const place = this.#places.get(component);
    if (place === undefined) throw new Error(`the app has no component ${component}`);
    // A print larger than a part of the ring goes in pieces, so that it can be taken while it is written.
    const pieceBytes = ringBytes / 4;
    for (let start = 0; start < bytes.byteLength; start += pieceBytes) {
      const piece = bytes.subarray(start, start + pieceBytes);
      if (!this.#waitFor(headBytes + piece.byteLength)) return this.#lost();
      this.#put(place, streams.indexOf(stream), piece);
    }
  }

  #put(place: number, stream: number, piece: Uint8Array): void {
    const { words } = this.#ring;
    const head = new DataView(new ArrayBuffer(headBytes));
    head.setUint32(0, piece.byteLength);
    head.setUint16(4, stream);
    head.setUint16(6, place);
    const at = Atomics.load(words, writtenWord);
    this.#ring.copyIn(at, new Uint8Array(head.buffer));
    this.#ring.copyIn(at + headBytes, piece);
    Atomics.add(words, writtenWord, headBytes + piece.byteLength);
    if (Atomics.exchange(words, toldWord, 1) === 0) {
      this.#isToTell = true;
      this.#options.soon(this.#tellNow);
    }
    if (this.#isToTell && this.#ring.used > ringBytes / 4) this.#tellNow();
  }

  /** False when there was no room in time. */
  #waitFor(bytes: number): boolean {
    const { words } = this.#ring;
    const deadline = performance.now() + waitMs;
    for (;;) {
      const taken = Atomics.load(words, takenWord);
      if (ringBytes - this.#ring.used >= bytes) return true;
      this.#tellNow();
      const left = deadline - performance.now();
      if (left <= 0) return false;
      Atomics.wait(words, takenWord, taken, left);
    }
  }

  #lost(): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#options.warn(`output of the app is lost: it was not taken for ${waitMs / 1000} s`);
  }
}

/** The main thread's end: hands on all that is there. */
export class RingReader {
  readonly #ring: Ring;
  readonly #components: readonly string[];

  constructor(memory: RingMemory, components: readonly string[]) {
    this.#ring = new Ring(memory);
    this.#components = components;
  }

  /** To be called when the writer tells, now and then for one that cannot tell, and once more when its worker has ended. */
  take(output: GuestOutput): void {
    const { words } = this.#ring;
    // Before the first look: whatever is written after it is told again.
    Atomics.store(words, toldWord, 0);
    while (this.#ring.used >= headBytes) {
      const at = Atomics.load(words, takenWord);
      const head = new DataView(this.#ring.copyOut(at, headBytes).buffer);
      const length = head.getUint32(0);
      const bytes = this.#ring.copyOut(at + headBytes, length);
      const component = this.#components[head.getUint16(6)];
      const stream = streams[head.getUint16(4)];
      Atomics.add(words, takenWord, headBytes + length);
      Atomics.notify(words, takenWord);
      if (component !== undefined && stream) output.write(component, stream, bytes);
    }
  }
}
