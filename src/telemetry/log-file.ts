// One log file: appended to, in the order of the writes.
import { closeSync, openSync, writeSync } from 'node:fs';

/** So much is gathered in one turn of the event loop before it is written at once. */
const gatheredBytesMax = 64 * 1024;

/**
 * Gathers what is written in one turn of the event loop and appends it when the turn ends. The write itself is
 * synchronous: it only copies to the system's page cache, it keeps the order, and a guest that prints without end is
 * slowed down by it instead of filling our memory.
 */
export class LogFile {
  readonly #path: string;
  readonly #warn: (message: string) => void;
  #descriptor: number | undefined;
  #gathered: Uint8Array[] = [];
  #gatheredBytes = 0;
  #flush: NodeJS.Immediate | undefined;
  #hasWarned = false;

  constructor(path: string, warn: (message: string) => void) {
    this.#path = path;
    this.#warn = warn;
  }

  write(bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return;
    // Copied: the guest's memory is its own again after the call.
    this.#gathered.push(bytes.slice());
    this.#gatheredBytes += bytes.byteLength;
    if (this.#gatheredBytes >= gatheredBytesMax) this.#writeOut();
    else this.#flush ??= setImmediate(() => this.#writeOut());
  }

  close(): void {
    this.#writeOut();
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  /** A disk that is full or gone costs the log, not the app: said once, and tried again with the next output. */
  #writeOut(): void {
    clearImmediate(this.#flush);
    this.#flush = undefined;
    const bytes = Buffer.concat(this.#gathered);
    this.#gathered = [];
    this.#gatheredBytes = 0;
    if (bytes.byteLength === 0) return;
    try {
      this.#descriptor ??= openSync(this.#path, 'a');
      for (let written = 0; written < bytes.byteLength;) written += writeSync(this.#descriptor, bytes, written);
    } catch (error) {
      if (this.#hasWarned) return;
      this.#hasWarned = true;
      this.#warn(`output of the app is lost: ${error instanceof Error ? error.message : String(error)} (${this.#path})`);
    }
  }
}
