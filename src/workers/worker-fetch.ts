// `app.fetch` across threads: a request is posted to a worker, its answer comes back, and both bodies flow as they are read.
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { receiveStream, sendStream } from '../util/stream-port.ts';
import { postedError, receivedError } from './posted-error.ts';
import type { FetchAbort, FetchAnswer, PostedRequest, PostedResponse, ToWorker } from './worker-messages.ts';

type FetchMessage = Extract<ToWorker, { kind: 'fetch' }>;

/** Why an answer fails whose worker is gone. */
const lost = (): Error => new TypeError('the worker that answered the request was ended');

// --- the main thread's side ---

/** Resolves with the head, as `app.fetch`. `post` hands the message to the worker. */
export function fetchFrom(
  post: (message: FetchMessage, transfer: readonly MessagePort[]) => void,
  request: Request,
): Promise<Response> {
  const { signal } = request;
  if (signal.aborted) return Promise.reject(signal.reason);
  const { port1: own, port2: port } = new MessageChannel();
  const upload = request.body && new MessageChannel();
  if (upload && request.body) sendStream(request.body, upload.port1);
  const head = Promise.withResolvers<Response>();
  const abort = (): void => {
    head.reject(signal.reason);
    own.postMessage({ kind: 'abort' } satisfies FetchAbort, []);
  };
  signal.addEventListener('abort', abort, { once: true });
  own.on('message', (answer: FetchAnswer) => {
    if (answer.kind === 'failed') return head.reject(receivedError(answer.error));
    head.resolve(webResponse(answer.response, answer.body && receiveBody(answer.body, signal)));
  });
  own.on('close', () => {
    signal.removeEventListener('abort', abort);
    head.reject(lost());
  });
  const { url, method, headers } = request;
  const posted = { url, method, headers: [...headers] };
  post({ kind: 'fetch', request: posted, port, body: upload?.port2 }, upload ? [port, upload.port2] : [port]);
  return head.promise;
}

const receiveBody = (port: MessagePort, signal: AbortSignal): ReadableStream<Uint8Array> =>
  receiveStream(port, { failed: message => new TypeError(message), lost, signal });

/** The highest status that a web Response can be made with; a guest may answer up to 999. */
const webStatusMax = 599;

function webResponse({ status, headers }: PostedResponse, body: ReadableStream<Uint8Array> | undefined): Response {
  const init = {
    status: Math.min(status, webStatusMax),
    headers: headers.map(([name, value]): [string, string] => [name, value]),
  };
  const response = new Response(body as BodyInit | undefined, init);
  if (status > webStatusMax) Object.defineProperty(response, 'status', { value: status });
  return response;
}

// --- the worker's side ---

/** Answers on the message's port with what `fetch` gives. */
export function answerFetch({ request, port, body }: FetchMessage, fetch: (request: Request) => Promise<Response>): void {
  const abort = new AbortController();
  port.on('message', () => abort.abort());
  let answered: MessagePort | undefined;
  // The port stays open as long as the answer flows: its closing tells the one side that the other is gone.
  const finish = (): void => port.close();
  port.on('close', () => {
    if (!answered) abort.abort();
  });
  const say = (answer: FetchAnswer, transfer: readonly MessagePort[] = []): void => port.postMessage(answer, [...transfer]);
  fetch(webRequest(request, body, abort.signal)).then(
    response => {
      const { status, headers } = response;
      const head = { status, headers: [...headers] };
      if (!response.body) {
        say({ kind: 'head', response: head, body: undefined });
        return finish();
      }
      const channel = new MessageChannel();
      answered = channel.port1;
      answered.on('close', finish);
      say({ kind: 'head', response: head, body: channel.port2 }, [channel.port2]);
      sendStream(response.body, channel.port1);
    },
    (error: unknown) => {
      say({ kind: 'failed', error: postedError(error) });
      finish();
    },
  );
}

function webRequest({ url, method, headers }: PostedRequest, body: MessagePort | undefined, signal: AbortSignal): Request {
  const gone = (): Error => new TypeError('the sender of the body is gone');
  const stream = body && receiveStream(body, { failed: message => new TypeError(message), lost: gone, signal });
  const init = { method, headers: headers.map(([name, value]): [string, string] => [name, value]), signal };
  // `duplex` is asked for by the standard where the body is a stream, and unknown to the types.
  const withBody = { ...init, body: stream as BodyInit, duplex: 'half' };
  return new Request(url, stream ? withBody : init);
}
