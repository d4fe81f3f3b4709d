// fermyon:spin/inbound-http, the handler of Spin 1: the request is one value, and so is the response (spin-behaviour 2.4).
import { spinMethods, type SpinRequest, type SpinResponse } from '../../host/spin-http/declarations.ts';
import { Fields, fieldsBytesMax, isForbidden, type Entry } from '../../host/wasi-http/fields.ts';
import type { IncomingBody } from '../../host/wasi-http/incoming-body.ts';
import { readWhole } from '../../host/wasi-http/read-whole.ts';
import { err, ok, type Result } from '../../wit/types.ts';
import { nothing, type HttpAnswer, type HttpRequest } from './exchange.ts';

/** Spin's limit for what it buffers of a body. */
const bodyBytesMax: number = 128 * 1024 * 1024;
/** All bodies that a thread keeps at once: clients decide how many there are, and nothing else holds them back. */
const bodiesBytesMax: number = 512 * 1024 * 1024;

/** A body that is kept until it is disposed. */
export interface KeptBody extends Disposable {
  readonly bytes: Uint8Array;
}

/** In bytes: of one body, and of all that a thread keeps. */
export interface BodyLimits {
  readonly body: number;
  readonly bodies: number;
}

/** The bodies of requests whose guests want them whole. */
export class WholeBodies {
  readonly #limits: BodyLimits;
  #bytes = 0;

  constructor(limits: BodyLimits = { body: bodyBytesMax, bodies: bodiesBytesMax }) {
    this.#limits = limits;
  }

  /** All of the body; or the status of the answer to a request that cannot be given to its guest. Never rejects. */
  async read(body: IncomingBody): Promise<Result<KeptBody, number>> {
    let kept = 0;
    const free = (): void => {
      this.#bytes -= kept;
      kept = 0;
    };
    const read = await readWhole(body, this.#limits.body, bytes => {
      if (this.#bytes + bytes > this.#limits.bodies) return false;
      this.#bytes += bytes;
      kept += bytes;
      return true;
    });
    if (read.tag === 'ok') return ok({ bytes: read.val, [Symbol.dispose]: free });
    free();
    return err(unreadStatus[read.val]);
  }
}

/** A client whose connection broke sees nothing of it. */
const unreadStatus = { 'cut off': 400, 'too large': 413, 'no room': 503 } as const;

/** Undefined for a method that the interface does not have. */
export const spinMethodOf = (method: string): SpinRequest['method'] | undefined =>
  spinMethods.find(one => one.toUpperCase() === method);

/** What the guest of an older interface reads: all that the client sent but `connection`, also its Host. */
export const isToldWhole = ([name, value]: Entry, { authority }: HttpRequest): boolean =>
  // A Host that is no authority of the request's was a lie (spin-behaviour 2.2).
  name === 'host' ? Buffer.from(value).toString('latin1') === authority : name !== 'connection';

export const headersAsText = (entries: readonly Entry[]): [string, string][] =>
  entries.map(([name, value]) => [name, Buffer.from(value).toString()]);

/** The response as the client gets it; or what is wrong with it. */
export function answerOf({ status, headers = [], body = nothing }: SpinResponse): Result<HttpAnswer, string> {
  if (status < 100 || status > 600) return err(`the status ${status}, which HTTP does not have`);
  if (headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0) > fieldsBytesMax) {
    return err(`headers of more than ${fieldsBytesMax} bytes, which is the limit`);
  }
  // Of several with one name the last is meant. Those of the connection are the host's.
  const last = new Map(headers.map(([name, value]) => [name.toLowerCase(), Buffer.from(value)]));
  const fields = Fields.fromList([...last].filter(([name]) => !isForbidden(name)));
  if (fields.tag === 'err') return err('a header that HTTP does not allow');
  return ok({ status, headers: fields.val.entries, body });
}
