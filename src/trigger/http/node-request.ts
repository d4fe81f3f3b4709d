// Reads a node:http request as an HttpRequest; its body flows only when, and as fast as, the guest reads.
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Entry } from '../../host/wasi-http/fields.ts';
import { IncomingBody } from '../../host/wasi-http/incoming-body.ts';
import type { HttpRequest } from './exchange.ts';

/**
 * Undefined when the request says nowhere, or in two ways, whom it is for: Spin drops such a connection
 * (spin-behaviour 2.2 step 6). `beforeBody` runs when the guest first reads (100-continue).
 */
export function nodeRequest(message: IncomingMessage, clients: ClientAddresses, beforeBody: () => void): HttpRequest | undefined {
  const absolute = absoluteForm(message.url ?? '/');
  const { headers, host, hosts, hasBody } = readHead(message.rawHeaders);
  const authority = absolute?.authority ?? host;
  if (authority === undefined || hosts > 1 || !isAuthority(authority)) return undefined;
  if (absolute && host !== undefined && host.toLowerCase() !== absolute.authority.toLowerCase()) return undefined;
  return {
    method: message.method ?? 'GET',
    scheme: 'http',
    authority,
    target: absolute?.target ?? message.url ?? '/',
    headers,
    body: hasBody ? nodeBody(message, beforeBody) : IncomingBody.empty(),
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
      const { remoteAddress = '0.0.0.0', remotePort = 0, remoteFamily } = socket;
      address = remoteFamily === 'IPv6' ? `[${remoteAddress}]:${remotePort}` : `${remoteAddress}:${remotePort}`;
      this.#known.set(socket, address);
    }
    return address;
  }
}

const chainedHost = /\.spin\.internal(:\d*)?$/i;

function absoluteForm(url: string): { authority: string; target: string } | undefined {
  if (url.startsWith('/')) return undefined;
  const match = /^https?:\/\/([^/?#]*)(.*)$/i.exec(url);
  if (!match) return undefined;
  const [, authority = '', rest = ''] = match;
  return { authority, target: rest.startsWith('/') ? rest : `/${rest}` };
}

const isAuthority = (text: string): boolean => /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]+)(:\d{0,5})?$/.test(text);

interface Head {
  readonly headers: Entry[];
  /** The first Host. */
  readonly host: string | undefined;
  /** How many there are. */
  readonly hosts: number;
  /** The request says that a body follows. */
  readonly hasBody: boolean;
}

/** In one pass over the raw headers: node's object of them joins values, and would be made for this alone. */
function readHead(raw: readonly string[]): Head {
  const headers: Entry[] = [];
  let host: string | undefined;
  let hosts = 0;
  let length: string | undefined;
  let coding: string | undefined;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    const value = raw[index + 1] ?? '';
    headers.push([name, Buffer.from(value, 'latin1')]);
    if (name === 'content-length') length ??= value;
    else if (name === 'transfer-encoding') coding ??= value;
    // A Host that looks like a chained component's is a lie: Spin drops it.
    else if (name === 'host' && !chainedHost.test(value)) {
      host ??= value;
      hosts += 1;
    }
  }
  return { headers, host, hosts, hasBody: coding !== undefined || (length !== undefined && length !== '0') };
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
