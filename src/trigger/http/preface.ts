// Tells HTTP/2 from HTTP/1 on a port that serves both: by the first bytes, which HTTP/2 fixes (RFC 9113 3.4).
import type { Socket } from 'node:net';

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

/** Who takes a connection when it is known what it speaks. */
export interface Speakers {
  readonly http1: (socket: Socket) => void;
  readonly http2: (socket: Socket) => void;
}

export class PrefaceReader {
  readonly #speakers: Speakers;
  readonly #waitMs: number;
  readonly #waiting = new Set<Socket>();

  /** A connection that says nothing for `waitMs` is cut. */
  constructor(speakers: Speakers, waitMs: number) {
    this.#speakers = speakers;
    this.#waitMs = waitMs;
  }

  /** Looks at the first bytes of a connection, and hands it on. */
  take(socket: Socket): void {
    this.#waiting.add(socket);
    let read: Buffer | undefined;
    const give = (): void => {
      this.#waiting.delete(socket);
      socket.off('data', look).off('end', cut).off('close', forget).setTimeout(0, cut);
    };
    const look = (chunk: Buffer): void => {
      const seen = read ? Buffer.concat([read, chunk]) : chunk;
      const known = Math.min(seen.byteLength, preface.byteLength);
      const begins = seen.compare(preface, 0, known, 0, known) === 0;
      if (begins && known < preface.byteLength) return void (read = seen);
      give();
      if (begins) {
        socket.pause();
        socket.unshift(seen);
        this.#speakers.http2(socket);
      } else {
        this.#speakers.http1(socket);
        // node:http listens now: what came is given to it as if it came just then.
        socket.emit('data', seen);
      }
    };
    const cut = (): void => void socket.destroy();
    const forget = (): void => void this.#waiting.delete(socket);
    // Whoever takes the connection listens for errors as well; until then `close` follows.
    socket.on('error', ignore).on('data', look).once('end', cut).once('close', forget).setTimeout(this.#waitMs, cut);
  }

  /** Cuts the connections on which nothing was asked yet. */
  close(): void {
    for (const socket of this.#waiting) socket.destroy();
  }
}

const ignore = (): void => {};
