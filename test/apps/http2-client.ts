// Clients of HTTP/2: one that answers as fetch does, and a session for what fetch does not show.
import { once } from 'node:events';
import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2';
import { Readable } from 'node:stream';
import type { TestContext } from 'node:test';
import type { HeaderPair } from './raw-connection.ts';

/** Of node's client: its own limit of 10 MB would refuse what the server sends. */
const clientMemoryMb = 1_000;

/** A connection by prior knowledge, or over TLS by ALPN; ended when the test ends. */
export function openHttp2(t: TestContext, url: string, ca?: string): ClientHttp2Session {
  const session = connect(url, { maxSessionMemory: clientMemoryMb, ...(ca !== undefined && { ca }) });
  // Tests cut connections: what node says about it is no news.
  session.on('error', () => {});
  t.after(() => session.destroy());
  return session;
}

export interface Answer2 {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly trailers: readonly HeaderPair[];
  /** The code of the RST_STREAM that ended it; 0: none, or NO_ERROR. */
  readonly reset: number;
}

/** Reads what a stream answers, to its end, whichever that is. */
export async function answerOf(stream: ClientHttp2Stream): Promise<Answer2> {
  let headers: IncomingHttpHeaders = {};
  const trailers: HeaderPair[] = [];
  const chunks: Buffer[] = [];
  stream.on('error', () => {});
  stream.on('response', head => void (headers = head));
  stream.on('trailers', (_headers: unknown, _flags: unknown, raw: readonly string[]) => {
    for (let index = 0; index < raw.length; index += 2) trailers.push([raw[index]!, raw[index + 1]!]);
  });
  stream.on('data', (chunk: Buffer) => void chunks.push(chunk));
  // `once` of node:events would reject for a stream that was reset.
  await new Promise<void>(resolve => stream.once('close', () => resolve()));
  return {
    status: Number(headers[':status'] ?? 0),
    headers,
    body: Buffer.concat(chunks),
    trailers,
    reset: stream.rstCode ?? constants.NGHTTP2_NO_ERROR,
  };
}

/** As fetch, over HTTP/2. */
export async function fetchHttp2(session: ClientHttp2Session, path: string, init: RequestInit = {}): Promise<Response> {
  // A Request reads every kind of body, and knows what content-type it has.
  const request = new Request(new URL(path, 'http://test'), {
    ...init,
    ...(init.body instanceof ReadableStream && { duplex: 'half' }),
  });
  const { pathname, search } = new URL(request.url);
  const target = { ':method': request.method, ':path': `${pathname}${search}` };
  const stream = session.request({ ...Object.fromEntries(request.headers), ...target });
  const failed = Promise.withResolvers<never>();
  stream.on('error', failed.reject);
  failed.promise.catch(() => {});
  const { signal } = request;
  signal.addEventListener('abort', () => stream.close(constants.NGHTTP2_CANCEL));
  if (request.body)
    Readable.fromWeb(request.body as Parameters<typeof Readable.fromWeb>[0])
      .on('error', () => stream.destroy())
      .pipe(stream);
  else stream.end();
  const answered = once(stream, 'response') as Promise<[IncomingHttpHeaders]>;
  const [head] = await Promise.race([answered, failed.promise, once(stream, 'close').then(closedBefore)]);
  const headers = new Headers();
  for (const [name, value] of Object.entries(head)) {
    if (name.startsWith(':')) continue;
    for (const one of Array.isArray(value) ? value : [value ?? '']) headers.append(name, one);
  }
  const status = Number(head[':status']);
  const bodiless = request.method === 'HEAD' || [204, 205, 304].includes(status);
  if (bodiless) stream.resume();
  // A stream that was reset has no end: its reader must not take it for whole.
  return new Response(bodiless ? null : (Readable.toWeb(stream) as ReadableStream), { status, headers });
}

function closedBefore(): never {
  throw new TypeError('the stream was closed without an answer');
}
