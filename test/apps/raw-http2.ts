// HTTP/2 by hand: frames as bytes, so that a test can send what no client would. Headers are sent without compression.
import type { TestContext } from 'node:test';
import { RawConnection } from './raw-connection.ts';

export const preface: Buffer = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

/** RFC 9113 6 and 7. */
export const frameTypes = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;
export const flags = { none: 0, endStream: 1, ack: 1, endHeaders: 4 } as const;

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

export function frame(type: number, flag: number, stream: number, payload: Uint8Array = new Uint8Array(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.byteLength, 0, 3);
  head[3] = type;
  head[4] = flag;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

const settings = frame(frameTypes.settings, flags.none, 0);

/** A header block without compression (RFC 7541 6.2.2). */
export function block(pairs: readonly (readonly [string, string])[]): Buffer {
  return Buffer.concat(pairs.flatMap(([name, value]) => [Buffer.from([0]), ...text(name), ...text(value)]));
}

function text(value: string): Buffer[] {
  const bytes = Buffer.from(value, 'latin1');
  return [integer(bytes.byteLength), bytes];
}

/** With a prefix of 7 bits (RFC 7541 5.1). */
function integer(value: number): Buffer {
  if (value < 127) return Buffer.from([value]);
  const bytes = [127];
  let left = value - 127;
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
  return Buffer.from([...bytes, left]);
}

/** The pseudo-headers of a sound GET. */
export const sound: readonly (readonly [string, string])[] = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':authority', 'x'],
  [':path', '/count'],
];

export const getFrame = (stream: number, pairs: readonly (readonly [string, string])[] = sound): Buffer =>
  frame(frameTypes.headers, flags.endStream | flags.endHeaders, stream, block(pairs));

export class RawHttp2 {
  readonly #connection: RawConnection;
  readonly frames: Frame[] = [];
  #unread: Buffer = Buffer.alloc(0);
  #ended = false;
  #change = Promise.withResolvers<void>();

  private constructor(connection: RawConnection) {
    this.#connection = connection;
    connection.socket.on('data', (bytes: Buffer) => this.#take(bytes)).on('close', () => this.#end());
  }

  /** Connects, and says preface and settings. */
  static async open(t: TestContext, url: string, how?: 'in pieces'): Promise<RawHttp2> {
    const connection = await RawConnection.open(t, url);
    const opened = new RawHttp2(connection);
    // Each byte is a packet of its own: the socket has no delay.
    for (const byte of how ? preface.subarray(0, -1) : []) {
      opened.send(Buffer.from([byte]));
      await new Promise(resolve => setTimeout(resolve, 1));
    }
    opened.send(how ? preface.subarray(-1) : preface, settings);
    return opened;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** False when the connection is so full that more should wait. */
  send(...frames: readonly Uint8Array[]): boolean {
    return this.#connection.socket.write(Buffer.concat(frames));
  }

  /** Resolves when the connection takes more, or has ended. */
  async drained(): Promise<void> {
    const { socket } = this.#connection;
    while (!this.#ended && socket.writableNeedDrain) {
      await Promise.race([new Promise<void>(resolve => socket.once('drain', () => resolve())), this.#change.promise]);
    }
  }

  /** The first frame that is as wanted; undefined when the connection ended without one. */
  async until(wanted: (frame: Frame) => boolean): Promise<Frame | undefined> {
    for (let seen = 0; ;) {
      for (; seen < this.frames.length; seen += 1) if (wanted(this.frames[seen]!)) return this.frames[seen];
      if (this.#ended) return undefined;
      await this.#change.promise;
    }
  }

  destroy(): void {
    this.#connection.socket.destroy();
  }

  #take(bytes: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, bytes]);
    while (this.#unread.byteLength >= 9) {
      const length = this.#unread.readUIntBE(0, 3);
      if (this.#unread.byteLength < 9 + length) break;
      const [type = 0, flag = 0] = this.#unread.subarray(3, 5);
      const stream = this.#unread.readUInt32BE(5);
      const payload = this.#unread.subarray(9, 9 + length);
      this.#unread = this.#unread.subarray(9 + length);
      // What a flood is answered with is not kept.
      if (this.frames.length < 10_000) this.frames.push({ type, flags: flag, stream, payload });
      // Settings are acknowledged, as every client does.
      if (type === frameTypes.settings && flag === 0) this.send(frame(frameTypes.settings, flags.ack, 0));
    }
    this.#wake();
  }

  #end(): void {
    this.#ended = true;
    this.#wake();
  }

  #wake(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }
}

/** What a frame says of how a stream or the connection ended. */
export const codeOf = ({ type, payload }: Frame): number => payload.readUInt32BE(type === frameTypes.goaway ? 4 : 0);
