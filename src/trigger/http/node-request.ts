// Reads a node:http request as an HttpRequest; its body flows only when, and as fast as, the guest reads.
import type { IncomingMessage } from 'node:http';
import type { Entry } from '../../host/wasi-http/fields.ts';
import { IncomingBody } from '../../host/wasi-http/incoming-body.ts';
import type { HttpRequest } from './exchange.ts';

/**
 * Undefined when the request says nowhere, or in two ways, whom it is for: Spin drops such a connection
 * (spin-behaviour 2.2 step 6). `beforeBody` runs when the guest first reads (100-continue).
 */
export function nodeRequest(message: IncomingMessage, beforeBody: () => void): HttpRequest | undefined {
  const absolute = absoluteForm(message.url ?? '/');
  // A Host that looks like a chained component's is a lie: Spin drops it.
  const hosts = rawValues(message.rawHeaders, 'host').filter(name => !chainedHost.test(name));
  const [host] = hosts;
  const authority = absolute?.authority ?? host;
  if (authority === undefined || hosts.length > 1 || !isAuthority(authority)) return undefined;
  if (absolute && host !== undefined && host.toLowerCase() !== absolute.authority.toLowerCase()) return undefined;
  const { remoteAddress = '0.0.0.0', remotePort = 0, remoteFamily } = message.socket;
  return {
    method: message.method ?? 'GET',
    scheme: 'http',
    authority,
    target: absolute?.target ?? message.url ?? '/',
    headers: receivedHeaders(message.rawHeaders),
    body: nodeBody(message, beforeBody),
    clientAddress: remoteFamily === 'IPv6' ? `[${remoteAddress}]:${remotePort}` : `${remoteAddress}:${remotePort}`,
  };
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

function receivedHeaders(raw: readonly string[]): Entry[] {
  const entries: Entry[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    entries.push([(raw[index] ?? '').toLowerCase(), Buffer.from(raw[index + 1] ?? '', 'latin1')]);
  }
  return entries;
}

/** Read from the raw headers, because node makes an object of all headers for its own. */
function rawValues(raw: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const key = raw[index] ?? '';
    if (key.length === name.length && key.toLowerCase() === name) values.push(raw[index + 1] ?? '');
  }
  return values;
}

function nodeBody(message: IncomingMessage, beforeBody: () => void): IncomingBody {
  const [length] = rawValues(message.rawHeaders, 'content-length');
  const [coding] = rawValues(message.rawHeaders, 'transfer-encoding');
  if (coding === undefined && (length === undefined || length === '0')) return IncomingBody.empty();
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
    if (message.complete) body.end(receivedHeaders(message.rawTrailers));
  });
}
