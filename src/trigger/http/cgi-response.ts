// What a CGI program printed, as an answer (RFC 3875 6; spin-behaviour 2.4).
import type { Entry } from '../../host/wasi-http/fields.ts';
import { isBodiless, nothing, type HttpAnswer } from './exchange.ts';

/** `refused`: why it is none, as the end of a sentence. */
export type CgiResponse = { readonly answer: HttpAnswer } | { readonly refused: string };

/** `method`: of the request. */
export function cgiResponse(printed: Uint8Array, method: string): CgiResponse {
  if (printed.byteLength === 0) return { refused: 'printed nothing' };
  const end = endOfHead(printed);
  if (!end) return { refused: 'printed no empty line, which ends the headers' };
  const headers = new Map<string, string>();
  for (const line of Buffer.from(printed.subarray(0, end.head)).toString('latin1').split('\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    // Spin ignores what is no header.
    if (isToken.test(name) && isValue(value)) headers.set(name, value);
  }
  const isSufficient = ['content-type', 'location', 'status'].some(name => headers.has(name));
  if (!isSufficient) return { refused: 'printed neither `content-type` nor `location` nor `status`' };
  const status = statusOf(headers);
  const body = printed.subarray(end.body);
  const entries = [...headers].flatMap(([name, value]): Entry[] =>
    notSent.has(name) ? [] : [[name, Buffer.from(value, 'latin1')]],
  );
  return { answer: { status, headers: entries, body: isBodiless(method, status) ? nothing : body } };
}

/** Those of the program to the server, and those that are the server's own. */
const notSent: ReadonlySet<string> = new Set([
  'status',
  'connection',
  'content-length',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

const isToken = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const isValue = (value: string): boolean =>
  Buffer.from(value, 'latin1').every(byte => byte === 9 || (byte >= 32 && byte !== 127));

/** `418 I'm a teapot`; without one 302 beside a `location`, else 200. */
function statusOf(headers: ReadonlyMap<string, string>): number {
  const written = headers.get('status');
  if (written === undefined) return headers.has('location') ? 302 : 200;
  const [code = ''] = written.split(' ');
  // One that ends no request, or is none, is Spin's 502.
  return /^[2-9]\d\d$/.test(code) ? Number(code) : 502;
}

const lineFeed = 10;
const carriageReturn = 13;

/** Where the headers end and the body begins: at the first empty line, whether its lines end in LF or CR LF. */
function endOfHead(printed: Uint8Array): { readonly head: number; readonly body: number } | undefined {
  let start = 0;
  for (let at = printed.indexOf(lineFeed); at !== -1; at = printed.indexOf(lineFeed, start)) {
    const isEmpty = at === start || (at === start + 1 && printed[start] === carriageReturn);
    if (isEmpty) return { head: start, body: at + 1 };
    start = at + 1;
  }
  return undefined;
}
