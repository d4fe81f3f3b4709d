// A client connection by hand: what fetch would tidy up or refuse is sent and seen byte by byte.
import { connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

export type HeaderPair = readonly [name: string, value: string];

export interface RawResponse {
  /** `HTTP/1.1 200 OK` */
  readonly statusLine: string;
  readonly status: number;
  readonly headers: readonly HeaderPair[];
  readonly body: Buffer;
  readonly trailers: readonly HeaderPair[];
  /** False when the connection ended before the body did. */
  readonly whole: boolean;
  /** The values of a header, by its name in lower case. */
  readonly all: (name: string) => readonly string[];
}

/** The connection ended where a response was expected. */
export class ConnectionDropped extends Error {}

const lineEnd = '\r\n';

export class RawConnection {
  readonly socket: Socket;
  readonly #chunks: AsyncIterator<Buffer>;
  #unread: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.socket = socket;
    // Bytes are taken from the socket only as fast as the test asks for them.
    this.#chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    // A connection that is cut is what some tests look for; reading notices it.
    socket.on('error', () => {});
  }

  static async open(t: TestContext, url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    const opened = Promise.withResolvers<void>();
    const socket = connect({ host: hostname, port: Number(port), noDelay: true }, opened.resolve);
    socket.once('error', opened.reject);
    t.after(() => socket.destroy());
    await opened.promise;
    socket.off('error', opened.reject);
    return new RawConnection(socket);
  }

  /** `GET /path HTTP/1.1` and header lines; the blank line is added. */
  request(lines: readonly string[], body: string | Uint8Array = ''): void {
    this.socket.write(Buffer.concat([Buffer.from([...lines, '', ''].join(lineEnd), 'latin1'), Buffer.from(body)]));
  }

  /** Reads one response. `answersTo` HEAD has no body. Rejects with ConnectionDropped when there is none. */
  async response(answersTo = 'GET'): Promise<RawResponse> {
    const head = await this.head();
    const { body, trailers, whole } = await this.#body(head, answersTo);
    return { ...head, body, trailers, whole };
  }

  /** Reads a response's head only. */
  async head(): Promise<Pick<RawResponse, 'statusLine' | 'status' | 'headers' | 'all'>> {
    const [statusLine = '', ...lines] = await this.#lines();
    const headers = lines.map(pair);
    return {
      statusLine,
      status: Number(statusLine.split(' ')[1]),
      headers,
      all: name => headers.flatMap(([key, value]) => (key.toLowerCase() === name ? [value] : [])),
    };
  }

  /** Resolves to what still came when the server has closed the connection. */
  async closed(): Promise<Buffer> {
    while (await this.more());
    return this.#take(this.#unread.byteLength);
  }

  /** Waits for bytes; false when the connection has ended. */
  async more(): Promise<boolean> {
    try {
      const { done, value } = await this.#chunks.next();
      if (done) return false;
      this.#unread = Buffer.concat([this.#unread, value]);
      return true;
    } catch {
      return false;
    }
  }

  async #body(
    head: Pick<RawResponse, 'status' | 'all'>,
    answersTo: string,
  ): Promise<Pick<RawResponse, 'body' | 'trailers' | 'whole'>> {
    const { status, all } = head;
    const nothing = { body: Buffer.alloc(0), trailers: [], whole: true };
    if (answersTo === 'HEAD' || status < 200 || status === 204 || status === 304) return nothing;
    if (all('transfer-encoding').includes('chunked')) return this.#chunked();
    const [length] = all('content-length');
    if (length === undefined) return { body: await this.closed(), trailers: [], whole: true };
    const body = await this.#exactly(Number(length));
    return { body, trailers: [], whole: body.byteLength === Number(length) };
  }

  async #chunked(): Promise<Pick<RawResponse, 'body' | 'trailers' | 'whole'>> {
    const chunks: Buffer[] = [];
    try {
      for (;;) {
        const size = Number.parseInt(await this.#line(), 16);
        if (size === 0) return { body: Buffer.concat(chunks), trailers: (await this.#lines()).map(pair), whole: true };
        chunks.push(await this.#exactly(size));
        await this.#line();
      }
    } catch (error) {
      if (!(error instanceof ConnectionDropped)) throw error;
      return { body: Buffer.concat(chunks), trailers: [], whole: false };
    }
  }

  /** Up to a blank line. */
  async #lines(): Promise<string[]> {
    const lines: string[] = [];
    for (let line = await this.#line(); line !== ''; line = await this.#line()) lines.push(line);
    return lines;
  }

  async #line(): Promise<string> {
    let end = this.#unread.indexOf(lineEnd);
    while (end < 0) {
      if (!(await this.more())) throw new ConnectionDropped('the connection ended within a response, or before it');
      end = this.#unread.indexOf(lineEnd);
    }
    return this.#take(end + lineEnd.length)
      .toString('latin1')
      .slice(0, -lineEnd.length);
  }

  /** Fewer bytes when the connection ends before. */
  async #exactly(length: number): Promise<Buffer> {
    while (this.#unread.byteLength < length && (await this.more()));
    return this.#take(length);
  }

  #take(length: number): Buffer {
    const taken = this.#unread.subarray(0, length);
    this.#unread = this.#unread.subarray(length);
    return taken;
  }
}

function pair(line: string): HeaderPair {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}
