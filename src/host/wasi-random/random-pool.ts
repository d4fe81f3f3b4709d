// Secure random numbers, fetched from the system many at a time: a call for eight bytes costs as much as one for thousands.
import { randomFillSync } from 'node:crypto';

const poolBytes = 8192;

export class RandomPool {
  readonly #bytes = new Uint8Array(poolBytes);
  readonly #view = new DataView(this.#bytes.buffer);
  /** What lies before was given away. */
  #used = poolBytes;

  u64(): bigint {
    if (this.#used === poolBytes) {
      randomFillSync(this.#bytes);
      this.#used = 0;
    }
    const value = this.#view.getBigUint64(this.#used, true);
    // No number is given twice, nor left where it could be read again.
    this.#view.setBigUint64(this.#used, 0n, true);
    this.#used += 8;
    return value;
  }
}
