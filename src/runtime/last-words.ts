// Keeps the end of what an invocation printed to stderr, for the report of a trap.

const bytesMax = 2048;
const linesMax = 10;

export class LastWords {
  #tail = Buffer.alloc(0);

  add(bytes: Uint8Array): void {
    this.#tail = Buffer.concat([this.#tail, bytes.subarray(-bytesMax)]).subarray(-bytesMax);
  }

  /** The last whole lines; the first may be cut. */
  get lines(): string[] {
    const text = this.#tail.toString('utf8').trimEnd();
    return text === '' ? [] : text.split('\n').slice(-linesMax);
  }
}
