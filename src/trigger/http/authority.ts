// Whom a request is for: its target's authority and its Host, which must agree (spin-behaviour 2.2 steps 2 and 6).
import type { Entry } from '../../host/wasi-http/fields.ts';

const chainedHost = /\.spin\.internal(:\d*)?$/i;

const isAuthority = (text: string): boolean => /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]+)(:\d{0,5})?$/.test(text);

/** Only chunks say where a request's body ends, so they come last (RFC 9112 6.1). */
const chunkedLast = /(?:^|,)[ \t]*chunked[ \t]*$/i;

/** What the headers of a request say of it, gathered in one pass. */
export interface Head {
  readonly headers: Entry[];
  /** The first Host. */
  readonly host: string | undefined;
  /** How many there are. */
  readonly hosts: number;
  /** The request says that a body follows. */
  readonly hasBody: boolean;
  /** Where the body ends is said, if at all, in a way that everybody understands. */
  readonly isFramed: boolean;
  readonly isChunked: boolean;
}

/** `raw`: names and values in turn, as node has them. */
export function readHead(raw: readonly string[]): Head {
  const headers: Entry[] = [];
  let host: string | undefined;
  let hosts = 0;
  let length: string | undefined;
  let coding: string | undefined;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    const value = raw[index + 1] ?? '';
    // Of HTTP/2's own there are only those that say what the request line says in HTTP/1.
    if (name.startsWith(':')) continue;
    headers.push([name, Buffer.from(value, 'latin1')]);
    if (name === 'content-length') length ??= value;
    else if (name === 'transfer-encoding') coding = value;
    // A Host that looks like a chained component's is a lie: Spin drops it.
    else if (name === 'host' && !chainedHost.test(value)) {
      host ??= value;
      hosts += 1;
    }
  }
  const isChunked = coding !== undefined;
  const isFramed = coding === undefined || chunkedLast.test(coding);
  return { headers, host, hosts, isChunked, isFramed, hasBody: isChunked || (length !== undefined && length !== '0') };
}

/** Undefined when the request says nowhere, or in two ways, whom it is for. `inTarget`: the authority of its target. */
export function authorityOf(inTarget: string | undefined, { host, hosts }: Head): string | undefined {
  const authority = inTarget ?? host;
  if (authority === undefined || hosts > 1 || !isAuthority(authority)) return undefined;
  if (inTarget !== undefined && host !== undefined && host.toLowerCase() !== inTarget.toLowerCase()) return undefined;
  return authority;
}
