// The answer of a trigger that has no component: what the manifest says (spin-behaviour 1.16, 2.4).
import type { StaticTrigger } from '../../app/app.ts';
import type { Entry } from '../../host/wasi-http/fields.ts';
import { isBodiless, nothing, type HttpAnswer } from './exchange.ts';

/** `method`: of the request. */
export function staticAnswer({ status, headers, body = '' }: StaticTrigger['staticResponse'], method: string): HttpAnswer {
  const bytes = Buffer.from(body);
  const entries = [...headers].map(([name, value]): Entry => [name, Buffer.from(value)]);
  if (!isBodiless(method, status)) return { status, headers: entries, body: bytes };
  // HEAD is told how long the body would be.
  const length: Entry[] = method === 'HEAD' ? [['content-length', Buffer.from(String(bytes.byteLength))]] : [];
  return { status, headers: [...entries, ...length], body: nothing };
}
