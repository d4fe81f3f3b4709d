// Reads a node:http request as an HttpRequest; its body flows only when, and as fast as, the guest reads.
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { IncomingBody } from '../../host/wasi-http/incoming-body.ts';
import { authorityOf, readHead } from './authority.ts';
import type { HttpRequest } from './exchange.ts';

/** What a request's connection tells of it. */
export interface Arrival {
  readonly scheme: 'http' | 'https';
  readonly clients: ClientAddresses;
  /** Runs when the guest first reads (100-continue). */
  readonly beforeBody: () => void;
}

/**
 * Undefined when the request says nowhere, or in two ways, whom it is for: Spin drops such a connection
 * (spin-behaviour 2.2 step 6).
 */
export function nodeRequest(message: IncomingMessage, { scheme, clients, beforeBody }: Arrival): HttpRequest | undefined {
  const absolute = absoluteForm(message.url ?? '/');
  const head = readHead(message.rawHeaders);
  const authority = authorityOf(absolute?.authority, head);
  if (authority === undefined) return undefined;
  return {
    method: message.method ?? 'GET',
    scheme,
    authority,
    target: absolute?.target ?? message.url ?? '/',
    headers: head.headers,
    body: head.hasBody ? nodeBody(message, beforeBody) : IncomingBody.empty(),
    clientAddress: clients.of(message.socket),
  };
}

/** Who is at the other end of a connection: asked for once, told in every request. */
export class ClientAddresses {
  readonly #known = new WeakMap<Socket, string>();

  /** `127.0.0.1:54321` */
  of(socket: Socket): string {
    let address = this.#known.get(socket);
    if (address === undefined) {
      address = addressOf(socket);
      this.#known.set(socket, address);
    }
    return address;
  }
}

/** `127.0.0.1:54321` */
export const addressOf = ({ remoteAddress = '0.0.0.0', remotePort = 0, remoteFamily }: Socket): string =>
  remoteFamily === 'IPv6' ? `[${remoteAddress}]:${remotePort}` : `${remoteAddress}:${remotePort}`;

function absoluteForm(url: string): { authority: string; target: string } | undefined {
  if (url.startsWith('/')) return undefined;
  const match = /^https?:\/\/([^/?#]*)(.*)$/i.exec(url);
  if (!match) return undefined;
  const [, authority = '', rest = ''] = match;
  return { authority, target: rest.startsWith('/') ? rest : `/${rest}` };
}

function nodeBody(message: IncomingMessage, beforeBody: () => void): IncomingBody {
  let listening = false;
  const body: IncomingBody = new IncomingBody({
    resume: () => {
      if (!listening) {
        listening = true;
        beforeBody();
        listen(message, body);
      }
      message.resume();
    },
    pause: () => message.pause(),
  });
  message.on('close', () => {
    if (!message.complete) body.fail({ tag: 'connection-terminated' });
  });
  // node reports a broken upload here as well; `close` has told the guest.
  message.on('error', () => body.fail({ tag: 'connection-terminated' }));
  return body;
}

function listen(message: IncomingMessage, body: IncomingBody): void {
  message.on('data', (chunk: Buffer) => body.push(chunk));
  message.on('end', () => {
    if (message.complete) body.end(readHead(message.rawTrailers).headers);
  });
}
