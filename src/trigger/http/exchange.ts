// One HTTP exchange, whatever carries it: a socket (server.ts) or a web Request (web.ts).
import type { Entry } from '../../host/wasi-http/fields.ts';
import type { IncomingBody } from '../../host/wasi-http/incoming-body.ts';
import type { OutgoingBody } from '../../host/wasi-http/outgoing-body.ts';

export interface HttpRequest {
  /** As received: `GET`. */
  readonly method: string;
  readonly scheme: 'http' | 'https';
  /** What `Host` (or an absolute-form target) says, without user information. */
  readonly authority: string;
  /** Path and query as received, neither decoded nor normalised. */
  readonly target: string;
  /** In the order received, names in lower case. */
  readonly headers: readonly Entry[];
  readonly body: IncomingBody;
  /** `127.0.0.1:54321` */
  readonly clientAddress: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: readonly Entry[];
  /** Bytes known at once, or a body that the guest still writes. */
  readonly body: Uint8Array | OutgoingBody;
}

/** Takes the answer, once. An answer whose body is aborted is cut off, so that the client cannot take it for whole. */
export interface HttpResponder {
  answer(answer: HttpAnswer): void;
}

export const nothing: Uint8Array = new Uint8Array(0);

/** Who is told 503 may come again after this many seconds. */
const retryAfter: readonly Entry[] = [['retry-after', Buffer.from('1')]];

/** Spin's own answers have no body: 404, 500 and the like. */
export const emptyAnswer = (status: number): HttpAnswer => ({
  status,
  headers: status === 503 ? retryAfter : [],
  body: nothing,
});

/** True when the response has no body by HTTP's rules, whatever the guest writes. */
export const isBodiless = (method: string, status: number): boolean =>
  method === 'HEAD' || status === 204 || status === 205 || status === 304;
