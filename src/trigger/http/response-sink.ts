// Where an answer goes: what HTTP/1 and HTTP/2 do differently with head, body, trailers and a body that is cut off.
import type { Entry, Fields } from '../../host/wasi-http/fields.ts';
import { isBodiless } from './exchange.ts';

export interface ResponseHead {
  readonly status: number;
  readonly headers: readonly Entry[];
}

export interface Drainable {
  drained(): void;
}

export interface ResponseSink {
  /** The response is over, or its client is gone. */
  readonly isGone: boolean;
  /** An answer comes: called before anything else. */
  begin(): void;
  /** Head and body in one go. */
  sendWhole(head: ResponseHead, bytes: Uint8Array): void;
  /** The head of a body that follows. */
  sendHead(head: ResponseHead): void;
  /** False when the client has enough to do: the writer is told when more may come. */
  write(chunk: Uint8Array, writer: Drainable): boolean;
  finish(trailers: Fields | undefined): void;
  /** The client learns that it has not got all, after what was written. */
  cut(): void;
}

/** The head of a body whose bytes are all there, as node takes it. The guest may have declared a length and given no body. */
export function wholeHead({ status, headers }: ResponseHead, bytes: Uint8Array, method: string): string[] {
  const hasLength = !isBodiless(method, status) || status === 205;
  const raw: string[] = [];
  for (const [name, value] of headers) {
    // Only a body that streams can have trailers.
    if (name === 'trailer' || (name === 'content-length' && hasLength)) continue;
    raw.push(name, latin1(value));
  }
  if (hasLength) raw.push('content-length', String(bytes.byteLength));
  return raw;
}

/** node writes header strings as latin1, so bytes pass through unchanged. */
export function latin1(bytes: Uint8Array): string {
  const buffer = bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.toString('latin1');
}
