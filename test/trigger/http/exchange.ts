// Raw HTTP against a node:http server of one handler: what is on the wire, not what a client makes of it.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

export type Answering = (request: IncomingMessage, response: ServerResponse) => void;

/** Starts a server for the test and gives its port. */
export async function serve(t: TestContext, answering: Answering): Promise<number> {
  const server = createServer(answering).listen(0, '127.0.0.1');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

export class Wire {
  readonly socket: Socket;
  #received = '';

  constructor(t: TestContext, port: number) {
    this.socket = connect(port, '127.0.0.1').setEncoding('latin1');
    this.socket.on('data', (text: string) => {
      this.#received += text;
    });
    this.socket.on('error', () => {});
    t.after(() => this.socket.destroy());
  }

  get received(): string {
    return this.#received;
  }

  send(text: string): this {
    this.socket.write(text, 'latin1');
    return this;
  }

  /** Resolves with all that was received, once it holds `text`. Rejects when the server closes before. */
  until(text: string): Promise<string> {
    return this.#untilReceived(() => this.#received.includes(text));
  }

  /** As `until`, for a number of bytes. */
  untilLength(length: number): Promise<string> {
    return this.#untilReceived(() => this.#received.length >= length);
  }

  async #untilReceived(isEnough: () => boolean): Promise<string> {
    while (!isEnough()) {
      if (this.socket.readableEnded || this.socket.closed) throw new Error(`closed after ${JSON.stringify(this.#received)}`);
      await this.#change();
    }
    return this.#received;
  }

  /** Resolves at the next piece or at the end. */
  #change(): Promise<void> {
    return new Promise(resolve => {
      const settle = (): void => {
        this.socket.off('data', settle).off('close', settle);
        resolve();
      };
      this.socket.on('data', settle).on('close', settle);
    });
  }

  /** Resolves with all that was received, once the server has closed. */
  async closed(): Promise<string> {
    if (!this.socket.closed) await once(this.socket, 'close');
    return this.#received;
  }
}

/** A request without body. */
export const request = (method = 'GET', target = '/', host = 'test'): string =>
  `${method} ${target} HTTP/1.1\r\nhost: ${host}\r\n\r\n`;
