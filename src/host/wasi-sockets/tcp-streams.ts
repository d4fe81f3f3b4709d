// The two streams of a TCP connection over node's socket, which takes from the network only as much as it has room for.
import type { Socket } from 'node:net';
import { err, ok, okay, type Result } from '../../wit/types.ts';
import type { Pollable } from '../io/pollable.ts';
import { streamChunkBytesMax, type InputStream, type OutputStream, type StreamError } from '../io/stream.ts';
import { closed, streamFailure } from './error-code.ts';
import type { Connection } from './tcp-connection.ts';

const nothing = new Uint8Array(0);

/** An error is told once on each stream; after it the stream is closed. */
class Failure {
  readonly #connection: Connection;
  #isTold = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  take(): StreamError | undefined {
    const { error } = this.#connection;
    if (!error) return undefined;
    if (this.#isTold) return closed;
    this.#isTold = true;
    return streamFailure(error);
  }
}

export class TcpInputStream implements InputStream {
  readonly #connection: Connection;
  readonly #socket: Socket;
  readonly #failure: Failure;
  #isShut = false;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#socket = connection.socket;
    this.#failure = new Failure(connection);
  }

  read(max: number): Result<Uint8Array, StreamError> {
    if (this.#isShut) return err(closed);
    const failure = this.#failure.take();
    if (failure) return err(failure);
    const length = Math.min(max, this.#socket.readableLength);
    if (length > 0) {
      const bytes: unknown = this.#socket.read(length);
      // Node finds the end only when it is asked once more.
      if (this.#socket.readableLength === 0) this.#socket.read(0);
      if (bytes instanceof Uint8Array) return ok(bytes);
    }
    return this.#isOver ? err(closed) : ok(nothing);
  }

  readonly pollable: Pollable = {
    ready: () => this.#isShut || this.#connection.error !== undefined || this.#socket.readableLength > 0 || this.#isOver,
    wait: () => this.#connection.wakeup.wait(),
  };

  /** `shutdown(receive)`: what comes from now on is read and dropped, so that the peer is not held up. */
  shut(): void {
    if (this.#isShut) return;
    this.#isShut = true;
    this.#socket.removeAllListeners('readable');
    this.#socket.resume();
    this.#connection.wakeup.wake();
  }

  get #isOver(): boolean {
    return this.#socket.readableEnded || this.#socket.destroyed;
  }
}

export class TcpOutputStream implements OutputStream {
  readonly #connection: Connection;
  readonly #socket: Socket;
  readonly #failure: Failure;
  #isFlushing = false;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#socket = connection.socket;
    this.#failure = new Failure(connection);
  }

  checkWrite(): Result<number, StreamError> {
    const over = this.#over();
    return over ? err(over) : ok(this.#room);
  }

  write(bytes: Uint8Array): Result<undefined, StreamError> {
    const over = this.#over();
    if (over) return err(over);
    if (bytes.byteLength > 0) this.#socket.write(bytes, () => this.#written());
    return okay;
  }

  /** Done when the operating system has it all. */
  flush(): Result<undefined, StreamError> {
    const over = this.#over();
    if (over) return err(over);
    this.#isFlushing = this.#socket.writableLength > 0;
    return okay;
  }

  readonly pollable: Pollable = {
    ready: () => this.#connection.error !== undefined || !this.#socket.writable || this.#room > 0,
    wait: () => this.#connection.wakeup.wait(),
  };

  get #room(): number {
    return this.#isFlushing ? 0 : Math.max(0, streamChunkBytesMax - this.#socket.writableLength);
  }

  #written(): void {
    if (this.#socket.writableLength === 0) this.#isFlushing = false;
    this.#connection.wakeup.wake();
  }

  #over(): StreamError | undefined {
    return this.#failure.take() ?? (this.#socket.writable ? undefined : closed);
  }
}
