// Reads a node:http request as an HttpRequest; its body flows only when, and as fast as, the guest reads.
import type { IncomingMessage } from 'node:http';
import { IncomingBody } from '../../host/wasi-http/incoming-body.ts';
import { authorityOf, readHead } from './authority.ts';
import type { HttpRequest } from './exchange.ts';

/** What a request's connection tells of it. */
export interface Arrival {
  readonly scheme: 'http' | 'https';
  readonly clientAddress: string;
  /** Runs when the guest first reads (100-continue). */
  readonly beforeBody: () => void;
}

/**
 * `malformed`: what node lets pass and hyper, and so Spin, does not. Undefined when the request says nowhere, or in two ways, whom it is for: Spin drops such a connection
 * (spin-behaviour 2.2 step 6).
 */
export function nodeRequest(
  message: IncomingMessage,
  { scheme, clientAddress, beforeBody }: Arrival,
): HttpRequest | 'malformed' | undefined {
  const absolute = absoluteForm(message.url ?? '/');
  const head = readHead(message.rawHeaders);
  // HTTP/1.0 knows no chunks: whoever passed them on has not seen where the body ends (RFC 9112 6.1).
  if (!head.isFramed || message.httpVersionMajor !== 1 || (head.isChunked && message.httpVersionMinor === 0)) return 'malformed';
  const authority = authorityOf(absolute?.authority, head);
  if (authority === undefined) return undefined;
  return {
    method: message.method ?? 'GET',
    scheme,
    authority,
    target: withoutFragment(absolute?.target ?? message.url ?? '/'),
    headers: head.headers,
    body: head.hasBody ? nodeBody(message, beforeBody) : IncomingBody.empty(),
    clientAddress,
  };
}

function absoluteForm(url: string): { authority: string; target: string } | undefined {
  if (url.startsWith('/')) return undefined;
  // Of whichever scheme: the listener's is what counts (spin-behaviour 2.2 step 6).
  const match = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)(.*)$/i.exec(url);
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
        if (message.complete) return takeWhole(message, body);
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

/** All of it is there: the guest gets it at once, not by way of the stream's events in a later turn. */
function takeWhole(message: IncomingMessage, body: IncomingBody): void {
  for (let chunk = piece(message); chunk; chunk = piece(message)) body.push(chunk);
  body.end(readHead(message.rawTrailers).headers);
  // node wants to have seen the end of it.
  message.resume();
}

const piece = (message: IncomingMessage): Buffer | null => message.read() as Buffer | null;

function listen(message: IncomingMessage, body: IncomingBody): void {
  message.on('data', (chunk: Buffer) => body.push(chunk));
  message.on('end', () => {
    if (message.complete) body.end(readHead(message.rawTrailers).headers);
  });
}

/** What is behind a `#` is the client's own (RFC 9110 4.2.5). */
function withoutFragment(target: string): string {
  const at = target.indexOf('#');
  return at < 0 ? target : target.slice(0, at);
}
