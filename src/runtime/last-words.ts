// Keeps the end of what an invocation printed to stderr, for the report of a trap.

/** A recursion without end in a guest in JavaScript is told in 128 lines, the message before them. */
const bytesMax = 16_384;
const linesMax = 20;
/** So many equal lines in a row are told as one. */
const equalMin = 3;

/** What is kept at first; doubled as more is printed, up to twice `bytesMax`. */
const firstBytes = 1024;

export class LastWords {
  /** One for all that is printed: a guest may print many lines, and each would leave its buffer behind. */
  #kept = new Uint8Array(firstBytes);
  #length = 0;

  add(bytes: Uint8Array): void {
    const added = bytes.subarray(-bytesMax);
    this.#makeRoom(added.byteLength);
    this.#kept.set(added, this.#length);
    this.#length += added.byteLength;
  }

  /** The last whole lines; the first may be cut. */
  get lines(): string[] {
    const tail = this.#kept.subarray(Math.max(0, this.#length - bytesMax), this.#length);
    const text = Buffer.from(tail.buffer, tail.byteOffset, tail.byteLength).toString('utf8').trimEnd();
    return text === '' ? [] : withoutRepeats(text.split('\n')).slice(-linesMax);
  }

  #makeRoom(more: number): void {
    const wanted = this.#length + more;
    if (wanted <= this.#kept.byteLength) return;
    if (wanted > 2 * bytesMax) {
      this.#kept.copyWithin(0, this.#length - bytesMax, this.#length);
      this.#length = bytesMax;
      return;
    }
    let size = this.#kept.byteLength;
    while (size < wanted) size *= 2;
    const larger = new Uint8Array(size);
    larger.set(this.#kept.subarray(0, this.#length));
    this.#kept = larger;
  }
}

/** `depth@cart.js:71:10 (128 times)` */
function withoutRepeats(lines: readonly string[]): string[] {
  const told: string[] = [];
  for (let from = 0; from < lines.length;) {
    const line = lines[from] ?? '';
    let to = from + 1;
    while (lines[to] === line) to += 1;
    if (to - from < equalMin || line.trim() === '') told.push(...lines.slice(from, to));
    else told.push(`${line} (${to - from} times)`);
    from = to;
  }
  return told;
}
