// fermyon:spin/http: a whole request in, a whole response out, redirects followed (spin-behaviour 3.9).
import { err, ok, type Result } from '../../wit/types.ts';
import { provide, type Provided } from '../interface.ts';
import type { OutboundRequests } from '../outbound-http/outbound-http.ts';
import type { OutboundResponse } from '../outbound-http/exchange.ts';
import type { ErrorCode } from '../wasi-http/error-code.ts';
import { Fields, isForbidden, type Entry } from '../wasi-http/fields.ts';
import { OutgoingBody } from '../wasi-http/outgoing-body.ts';
import { readWhole } from '../wasi-http/read-whole.ts';
import { timeoutsOf } from '../wasi-http/outgoing-handler.ts';
import { spinHttp, spinHttpTypes, type SpinHttpError, type SpinRequest, type SpinResponse } from './declarations.ts';
import { redirected, type Hop } from './redirect.ts';

/** Spin's limit for what it buffers of a response. */
const responseBytesMax: number = 128 * 1024 * 1024;
/** As many as the library follows that Spin uses for it. */
const redirectsMax = 10;

export const spinHttpProvided: readonly Provided<OutboundRequests>[] = [
  provide<OutboundRequests>()(spinHttpTypes, {}),
  provide<OutboundRequests>()(spinHttp, { 'send-request': sendRequest }),
];

type Sent<T> = Result<T, SpinHttpError>;

async function sendRequest(outbound: OutboundRequests, request: SpinRequest): Promise<Sent<SpinResponse>> {
  const headers = Fields.fromList(request.headers.map(([name, value]): Entry => [name, Buffer.from(value)]).filter(isSettable));
  const first = hopTo(request.uri);
  if (headers.tag === 'err') return err('runtime-error');
  if (!first) return err('invalid-url');
  let hop: Hop = { ...first, method: request.method.toUpperCase(), headers: headers.val.entries, body: request.body };
  for (let redirects = 0; ; redirects++) {
    const answer = await sendOne(outbound, hop);
    if (answer.tag === 'err') return err(errorOf(answer.val));
    const next = redirected(hop, answer.val);
    if (!next) return whole(answer.val);
    answer.val.body.cancel();
    if (redirects === redirectsMax) return err('request-error');
    hop = next;
  }
}

/** Those of the connection are the host's; Spin drops them as well. */
const isSettable = ([name]: readonly [string, Uint8Array]): boolean => !isForbidden(name.toLowerCase());

/** Undefined for what is no URL. One without a host goes to the app itself. */
function hopTo(uri: string): Pick<Hop, 'scheme' | 'authority' | 'target'> | undefined {
  if (uri.startsWith('/')) return { scheme: 'http', authority: undefined, target: uri };
  if (!URL.canParse(uri)) return undefined;
  const { protocol, host, pathname, search, username, password } = new URL(uri);
  if (username !== '' || password !== '' || host === '') return undefined;
  return { scheme: protocol.slice(0, -1), authority: host, target: `${pathname}${search}` };
}

async function sendOne(outbound: OutboundRequests, { body, ...hop }: Hop): Promise<Result<OutboundResponse, ErrorCode>> {
  // The guest's bytes stay where they are until they are sent: they are not counted a second time.
  const outgoing = body && new OutgoingBody(undefined);
  if (body && outgoing) {
    outgoing.write(body);
    outgoing.finish(undefined);
  }
  const exchange = outbound.send({ ...hop, body: outgoing, timeouts: timeoutsOf(undefined) });
  return exchange.answered;
}

function errorOf(code: ErrorCode): SpinHttpError {
  switch (code.tag) {
    case 'HTTP-request-denied':
    case 'destination-IP-prohibited':
      return 'destination-not-allowed';
    case 'HTTP-request-URI-invalid':
      return 'invalid-url';
    case 'connection-limit-reached':
      return 'too-many-requests';
    default:
      return 'request-error';
  }
}

async function whole({ status, headers, body }: OutboundResponse): Promise<Sent<SpinResponse>> {
  const read = await readWhole(body, responseBytesMax);
  if (read.tag === 'err') return err('runtime-error');
  return ok({ status, headers: headers.entries.flatMap(asText), body: read.val });
}

/** Spin drops headers that are not ASCII. */
const asText = ([name, value]: Entry): [string, string][] =>
  value.every(byte => byte < 128) ? [[name, Buffer.from(value).toString('latin1')]] : [];
