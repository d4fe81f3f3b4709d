// The requests and responses of wasi:http/types 0.3 as host objects: a received body, or one that a guest gave.
import { FutureValue } from '../../wit/future-value.ts';
import { emptyStream } from '../../wit/list-stream.ts';
import type { FutureReader, StreamReader } from '../../wit/stream.ts';
import { err, okay } from '../../wit/types.ts';
import { BodyPump, abandonContents, type Contents, type Transmission } from './body-pump.ts';
import { BodyStream, type Trailers } from './body-stream.ts';
import type { ErrorCode } from './error-code.ts';
import type { Fields } from './fields.ts';
import { IncomingBody } from './incoming-body.ts';
import { declaredLength, type RequestOptions } from './messages.ts';
import { OutgoingBody } from './outgoing-body.ts';
import type { Method, Scheme } from './request-parts.ts';

/** What `consume-body` gives. */
export type Consumed = [StreamReader<Uint8Array>, FutureReader<Trailers>];

/** `res` of `consume-body`: what the guest says of how it got on with the body. */
export type Handling = FutureReader<Transmission>;

/** A body on its way. */
interface StartedBody {
  readonly contents: Contents;
  /** Undefined for none. */
  readonly takenBody: OutgoingBody | undefined;
  readonly pump: BodyPump | undefined;
}

/** A request that is sent on. */
export interface SentRequest extends Omit<StartedBody, 'contents'> {
  /** It came to nothing: whoever wrote the body learns why. */
  readonly fail: (code: ErrorCode) => void;
}

class Message {
  readonly headers: Fields;
  readonly body: IncomingBody | Contents;

  constructor(headers: Fields, body: IncomingBody | Contents) {
    this.headers = headers;
    this.body = body;
  }

  /** The message is used up by it. */
  consume(handling: Handling): Consumed {
    const { body } = this;
    if (body instanceof IncomingBody) {
      // Whoever sent it is told by the answer, not by this.
      handling.cancel();
      const stream = new BodyStream(body);
      return [stream, stream.trailers];
    }
    handling.whenReady(() => body.sent.resolve(handling.settled?.value ?? okay));
    return [body.stream ?? emptyStream, body.trailers];
  }

  /** Its body begins to move. `hold`: see OutgoingBody. */
  protected startBody(hold: (bytes: number) => void): StartedBody {
    const { body, headers } = this;
    const contents = body instanceof IncomingBody ? contentsOf(body) : body;
    if (!contents.stream && contents.trailers.settled?.value.tag === 'ok') {
      return { contents, takenBody: undefined, pump: undefined };
    }
    const takenBody = new OutgoingBody(declaredLength(headers), hold);
    return { contents, takenBody, pump: new BodyPump(contents, takenBody) };
  }

  /** Nobody will read the body; `code` says why, for the guest that made it. */
  discard(code?: ErrorCode): void {
    if (this.body instanceof IncomingBody) this.body.cancel();
    else abandonContents(this.body, code && err(code));
  }
}

export interface RequestHead {
  readonly method: Method;
  readonly pathWithQuery: string | undefined;
  readonly scheme: Scheme | undefined;
  readonly authority: string | undefined;
}

export class Request extends Message {
  method: Method;
  pathWithQuery: string | undefined;
  scheme: Scheme | undefined;
  authority: string | undefined;
  readonly options: RequestOptions | undefined;

  constructor(head: RequestHead, headers: Fields, body: IncomingBody | Contents, options?: RequestOptions) {
    super(headers, body);
    this.method = head.method;
    this.pathWithQuery = head.pathWithQuery;
    this.scheme = head.scheme;
    this.authority = head.authority;
    this.options = options;
  }

  /** Its body begins to move. `hold`: see OutgoingBody. */
  send(hold: (bytes: number) => void): SentRequest {
    const { contents, takenBody, pump } = this.startBody(hold);
    if (!takenBody) contents.sent.resolve(okay);
    return { takenBody, pump, fail: code => contents.sent.resolve(err(code)) };
  }
}

/** What a response is for whoever sends it on. */
export interface SentResponse {
  readonly status: number;
  readonly headers: Fields;
  /** Undefined for none. */
  readonly takenBody: OutgoingBody | undefined;
  readonly pump: BodyPump | undefined;
}

export class Response extends Message {
  status = 200;
  readonly #hold: (bytes: number) => void;

  /** `hold`: see OutgoingBody. */
  constructor(headers: Fields, body: IncomingBody | Contents, hold: (bytes: number) => void = () => {}) {
    super(headers, body);
    this.#hold = hold;
  }

  /** Its body begins to move. */
  send(): SentResponse {
    const { status, headers } = this;
    const { contents, takenBody, pump } = this.startBody(this.#hold);
    if (!takenBody) contents.sent.resolve(okay);
    return { status, headers, takenBody, pump };
  }
}

function contentsOf(body: IncomingBody): Contents {
  const stream = new BodyStream(body);
  return { stream, trailers: stream.trailers, sent: new FutureValue() };
}
