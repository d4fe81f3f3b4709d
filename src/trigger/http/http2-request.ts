// Reads a stream of node:http2 as an HttpRequest; its body flows only when, and as fast as, the guest reads.
import type { ServerHttp2Stream } from 'node:http2';
import { IncomingBody } from '../../host/wasi-http/incoming-body.ts';
import { authorityOf, readHead } from './authority.ts';
import type { HttpRequest } from './exchange.ts';

/** What a path may be made of; nghttp2 lets bytes above 0x7f pass, which node:http refuses. */
const isTarget = (text: string): boolean => /^(\/[!-~]*|\*)$/.test(text);

/** Undefined when the request has no path (CONNECT) or an odd one, or says nowhere, or in two ways, whom it is for. */
export function http2Request(
  stream: ServerHttp2Stream,
  raw: readonly string[],
  { scheme, clientAddress }: Pick<HttpRequest, 'scheme' | 'clientAddress'>,
): HttpRequest | undefined {
  const method = pseudo(raw, ':method');
  const target = pseudo(raw, ':path');
  const head = readHead(raw);
  const authority = authorityOf(pseudo(raw, ':authority'), head);
  if (method === undefined || target === undefined || !isTarget(target) || authority === undefined) return undefined;
  const asksFirst = head.headers.some(([name, value]) => name === 'expect' && value.toString().toLowerCase() === '100-continue');
  const body = stream.endAfterHeaders ? IncomingBody.empty() : streamBody(stream, asksFirst);
  return { method, scheme, authority, target, headers: head.headers, body, clientAddress };
}

/** They come first, and nghttp2 lets none come twice. */
function pseudo(raw: readonly string[], name: string): string | undefined {
  for (let index = 0; raw[index]?.startsWith(':'); index += 2) if (raw[index] === name) return raw[index + 1];
  return undefined;
}

function streamBody(stream: ServerHttp2Stream, asksFirst: boolean): IncomingBody {
  let listening = false;
  let trailers: readonly string[] = [];
  // They come before the end of the bytes, perhaps long before a guest reads.
  stream.once('trailers', (_headers: unknown, _flags: unknown, raw: readonly string[]) => void (trailers = raw));
  const ended = (): void => {
    // node ends the bytes of a stream that was reset, too.
    if (!stream.aborted && stream.rstCode === 0) body.end(readHead(trailers).headers);
  };
  const body: IncomingBody = new IncomingBody({
    resume: () => {
      if (!listening) {
        listening = true;
        // After the answer's head it would be too late, and node throws.
        if (asksFirst && !stream.headersSent && !stream.closed) stream.additionalHeaders({ ':status': 100 });
        stream.on('data', (chunk: Buffer) => body.push(chunk));
        // One without bytes ends, for node, before anybody reads.
        if (stream.readableEnded) ended();
        else stream.once('end', ended);
      }
      stream.resume();
    },
    pause: () => stream.pause(),
  });
  stream.once('close', () => body.fail({ tag: 'connection-terminated' }));
  return body;
}
