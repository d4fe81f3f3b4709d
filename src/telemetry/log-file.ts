// One log file: appended to, in the order of the writes.
import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

/** A file that has grown to this is kept as `<name>.old`, in place of the one before, and a new one begun: twice this at most. */
const fileBytesMax: number = 256 * 1024 * 1024;

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
  readonly #bytesMax: number;
  #bytes = 0;
  #descriptor: number | undefined;
  #gathered: Uint8Array[] = [];
  #gatheredBytes = 0;
  #flush: NodeJS.Immediate | undefined;
  #hasWarned = false;

  /** `bytesMax`: what the file may grow to. */
  constructor(path: string, warn: (message: string) => void, bytesMax: number = fileBytesMax) {
    this.#path = path;
    this.#warn = warn;
    this.#bytesMax = bytesMax;
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
      const descriptor = this.#open();
      for (let written = 0; written < bytes.byteLength;) written += writeSync(descriptor, bytes, written);
      this.#bytes += bytes.byteLength;
    } catch (error) {
      if (this.#hasWarned) return;
      this.#hasWarned = true;
      this.#warn(`output of the app is lost: ${error instanceof Error ? error.message : String(error)} (${this.#path})`);
    }
  }

  #open(): number {
    this.#descriptor ??= this.#openFile();
    if (this.#bytes < this.#bytesMax) return this.#descriptor;
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
    renameSync(this.#path, `${this.#path}.old`);
    this.#descriptor = this.#openFile();
    return this.#descriptor;
  }

  #openFile(): number {
    const descriptor = openSync(this.#path, 'a');
    this.#bytes = fstatSync(descriptor).size;
    return descriptor;
  }
}
