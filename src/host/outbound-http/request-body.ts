// A request's body as undici takes it: pieces as the guest writes them, no faster than the connection takes them.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { OutgoingBody } from '../wasi-http/outgoing-body.ts';

/** Bodies up to this many bytes, finished before the request is sent, get a content-length and leave in one write. */
const gatherBytesMax = 64 * 1024;

export type RequestBody = Buffer | AsyncIterable<Uint8Array> | undefined;

/** `aborted` is called when the guest leaves the body unfinished; `dropped` when it has trailers, which are not sent. */
export interface BodyEvents {
  readonly aborted: (reason: string) => void;
  readonly trailersDropped: () => void;
}

/** Guests take a body for every request, and finish it at once when there is none: what is whole by then needs no stream. */
export async function requestBody(body: OutgoingBody | undefined, events: BodyEvents): Promise<RequestBody> {
  // The connection of a request that ended in this turn is free in the next.
  await nextTurn();
  if (!body) return undefined;
  const { finished } = body;
  if (!finished || finished.bytes > gatherBytesMax) return pieces(body, events);
  const chunks: Uint8Array[] = [];
  for (let chunk = body.take(); chunk; chunk = body.take()) chunks.push(chunk);
  if (finished.trailers) events.trailersDropped();
  return chunks.length > 0 ? Buffer.concat(chunks) : undefined;
}

async function* pieces(body: OutgoingBody, { aborted, trailersDropped }: BodyEvents): AsyncGenerator<Uint8Array, void, void> {
  let changed = Promise.withResolvers<void>();
  body.attach(() => changed.resolve());
  body.onCancel(() => changed.resolve());
  for (;;) {
    for (let chunk = body.take(); chunk; chunk = body.take()) yield chunk;
    const { outcome } = body;
    if (outcome?.kind === 'aborted') {
      aborted(outcome.reason);
      throw new Error(outcome.reason);
    }
    if (outcome?.trailers) trailersDropped();
    if (outcome || body.isReceiverGone) return;
    await changed.promise;
    changed = Promise.withResolvers();
  }
}
