// Where a redirect leads, as the client of Spin 1 follows it (RFC 9110 15.4).
import type { OutboundResponse } from '../outbound-http/exchange.ts';
import type { Entry } from '../wasi-http/fields.ts';

/** One request of those that a chain of redirects is made of. */
export interface Hop {
  readonly method: string;
  readonly scheme: string;
  /** Undefined: the app itself. */
  readonly authority: string | undefined;
  readonly target: string;
  readonly headers: readonly Entry[];
  readonly body: Uint8Array | undefined;
}

/** What is said to one host is not said to another. */
const secret: ReadonlySet<string> = new Set(['authorization', 'cookie', 'cookie2', 'proxy-authorization', 'www-authenticate']);

/** The request to make next; undefined when the response is the answer. */
export function redirected(hop: Hop, { status, headers }: Pick<OutboundResponse, 'status' | 'headers'>): Hop | undefined {
  if (![301, 302, 303, 307, 308].includes(status)) return undefined;
  const [location] = headers.get('location');
  const base = `${hop.scheme}://${hop.authority ?? 'self.alt'}${hop.target}`;
  const written = location && Buffer.from(location).toString('latin1');
  if (written === undefined || !URL.canParse(written, base)) return undefined;
  const { protocol, host, pathname, search } = new URL(written, base);
  const authority = hop.authority === undefined && host === 'self.alt' ? undefined : host;
  const isElsewhere = authority !== hop.authority || protocol !== `${hop.scheme}:`;
  const becomesGet = (status === 303 && hop.method !== 'HEAD') || (status <= 302 && hop.method === 'POST');
  const kept = hop.headers.filter(
    ([name]) => !(isElsewhere && secret.has(name)) && !(becomesGet && /^content-|^transfer-encoding$/.test(name)),
  );
  return {
    method: becomesGet ? 'GET' : hop.method,
    scheme: protocol.slice(0, -1),
    authority,
    target: `${pathname}${search}`,
    headers: kept,
    body: becomesGet ? undefined : hop.body,
  };
}
