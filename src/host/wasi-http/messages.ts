// The requests and responses of wasi:http/types as host objects.
import { err, ok, okay, type Result } from '../../wit/types.ts';
import type { ErrorCode } from './error-code.ts';
import type { Fields } from './fields.ts';
import type { IncomingBody } from './incoming-body.ts';
import { OutgoingBody } from './outgoing-body.ts';
import { isAuthority, isMethod, isPathWithQuery, isScheme, isStatus, type Method, type Scheme } from './request-parts.ts';

export type { Method, Scheme } from './request-parts.ts';

type Settled = Result<undefined, undefined>;
const refused: Settled = err(undefined);

/** Shared by the two incoming messages: a body that can be consumed once. */
class Incoming {
  readonly headers: Fields;
  readonly #body: IncomingBody;
  #consumed = false;

  constructor(headers: Fields, body: IncomingBody) {
    this.headers = headers;
    this.#body = body;
  }

  consume(): Result<IncomingBody, undefined> {
    if (this.#consumed) return err(undefined);
    this.#consumed = true;
    return ok(this.#body);
  }

  /** Nobody will read a body that was not consumed. */
  discard(): void {
    if (!this.#consumed) this.#body.cancel();
  }
}

export interface IncomingRequestHead {
  readonly method: Method;
  readonly pathWithQuery: string | undefined;
  readonly scheme: Scheme | undefined;
  readonly authority: string | undefined;
  readonly headers: Fields;
}

export class IncomingRequest extends Incoming {
  readonly head: IncomingRequestHead;

  constructor(head: IncomingRequestHead, body: IncomingBody) {
    super(head.headers, body);
    this.head = head;
  }
}

export class IncomingResponse extends Incoming {
  readonly status: number;

  constructor(status: number, headers: Fields, body: IncomingBody) {
    super(headers, body);
    this.status = status;
  }
}

/** Shared by the two outgoing messages: a body that can be had once, its length checked against the headers. */
class Outgoing {
  readonly headers: Fields;
  readonly #hold: (bytes: number) => void;
  #body: OutgoingBody | undefined;

  /** `hold`: see OutgoingBody. */
  constructor(headers: Fields, hold: (bytes: number) => void = () => {}) {
    this.headers = headers.frozen();
    this.#hold = hold;
  }

  /** The body that the guest took, if it did. */
  get takenBody(): OutgoingBody | undefined {
    return this.#body;
  }

  body(): Result<OutgoingBody, undefined> {
    if (this.#body) return err(undefined);
    this.#body = new OutgoingBody(declaredLength(this.headers), this.#hold);
    return ok(this.#body);
  }
}

export class OutgoingResponse extends Outgoing {
  #status = 200;

  get status(): number {
    return this.#status;
  }

  setStatus(status: number): Settled {
    if (!isStatus(status)) return refused;
    this.#status = status;
    return okay;
  }
}

export class OutgoingRequest extends Outgoing {
  #method: Method = { tag: 'get' };
  #scheme: Scheme | undefined;
  #authority: string | undefined;
  #pathWithQuery: string | undefined;

  get method(): Method {
    return this.#method;
  }
  get scheme(): Scheme | undefined {
    return this.#scheme;
  }
  get authority(): string | undefined {
    return this.#authority;
  }
  get pathWithQuery(): string | undefined {
    return this.#pathWithQuery;
  }

  setMethod(method: Method): Settled {
    if (!isMethod(method)) return refused;
    this.#method = method;
    return okay;
  }

  setScheme(scheme: Scheme | undefined): Settled {
    if (!isScheme(scheme)) return refused;
    this.#scheme = scheme;
    return okay;
  }

  setAuthority(authority: string | undefined): Settled {
    if (!isAuthority(authority)) return refused;
    this.#authority = authority;
    return okay;
  }

  setPathWithQuery(path: string | undefined): Settled {
    if (!isPathWithQuery(path)) return refused;
    this.#pathWithQuery = path;
    return okay;
  }
}

/** `request-options`: durations in nanoseconds. */
export class RequestOptions {
  /** False for those of a request in WASI 0.3, which the request owns. */
  readonly isMutable: boolean;
  connectTimeout: bigint | undefined;
  firstByteTimeout: bigint | undefined;
  betweenBytesTimeout: bigint | undefined;

  constructor(isMutable = true) {
    this.isMutable = isMutable;
  }

  copy(isMutable: boolean): RequestOptions {
    return Object.assign(new RequestOptions(isMutable), {
      connectTimeout: this.connectTimeout,
      firstByteTimeout: this.firstByteTimeout,
      betweenBytesTimeout: this.betweenBytesTimeout,
    });
  }
}

/** `response-outparam`: takes the answer once. */
export interface ResponseOutparam {
  set(response: Result<OutgoingResponse, ErrorCode>): void;
}

/** What `content-length` says, in bytes. */
export function declaredLength(headers: Fields): number | undefined {
  const [value] = headers.get('content-length');
  if (!value) return undefined;
  const text = Buffer.from(value).toString('latin1');
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
