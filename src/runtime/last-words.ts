// Keeps the end of what an invocation printed to stderr, for the report of a trap.

/** A recursion without end in a guest in JavaScript is told in 128 lines, the message before them. */
const bytesMax = 16_384;
const linesMax = 20;
/** So many equal lines in a row are told as one. */
const equalMin = 3;

export class LastWords {
  #chunks: Buffer[] = [];
  #bytes = 0;

  add(bytes: Uint8Array): void {
    // A copy: they are the guest's memory.
    const chunk = Buffer.from(bytes.subarray(-bytesMax));
    this.#chunks.push(chunk);
    this.#bytes += chunk.byteLength;
    // Not at each line: a guest may print many.
    if (this.#bytes > 2 * bytesMax) this.#trim();
  }

  /** The last whole lines; the first may be cut. */
  get lines(): string[] {
    this.#trim();
    const text = Buffer.concat(this.#chunks).toString('utf8').trimEnd();
    return text === '' ? [] : withoutRepeats(text.split('\n')).slice(-linesMax);
  }

  #trim(): void {
    const tail = Buffer.concat(this.#chunks).subarray(-bytesMax);
    this.#chunks = [tail];
    this.#bytes = tail.byteLength;
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
