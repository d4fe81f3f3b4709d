// A web Request answered in process, without a socket: what `app.fetch` does.
import { IncomingBody } from '../../host/wasi-http/incoming-body.ts';
import type { OutgoingBody } from '../../host/wasi-http/outgoing-body.ts';
import { isBodiless, type HttpAnswer, type HttpRequest } from './exchange.ts';
import type { HttpHandler } from './handler.ts';

/** Resolves with the head; the body streams. Rejects with the request's own reason when it is aborted before that. */
export async function fetchInProcess(handler: Pick<HttpHandler, 'handle'>, request: Request): Promise<Response> {
  const { signal } = request;
  signal.throwIfAborted();
  const head = Promise.withResolvers<Response>();
  signal.addEventListener('abort', () => head.reject(signal.reason), { once: true });
  const upload = request.body && webUpload(request.body, signal);
  const incoming = webRequest(request, upload?.body ?? IncomingBody.empty());
  const answer = (given: HttpAnswer): void => {
    if (!signal.aborted) head.resolve(webResponse(given, request));
    // Nobody will read it: a guest that waited for room would wait for ever.
    else if (!(given.body instanceof Uint8Array)) given.body.cancel();
  };
  void handler
    .handle(incoming, { answer })
    .catch(head.reject)
    .finally(() => upload?.letGo());
  return head.promise;
}

function webRequest(request: Request, body: IncomingBody): HttpRequest {
  const url = new URL(request.url);
  return {
    method: request.method,
    scheme: url.protocol === 'https:' ? 'https' : 'http',
    authority: url.host,
    target: `${url.pathname}${url.search}`,
    headers: [
      ['host', Buffer.from(url.host)],
      ...[...request.headers].map(([name, value]) => [name, Buffer.from(value, 'latin1')] as const),
    ],
    body,
    // As Spin says for a request that came over no socket.
    clientAddress: '0.0.0.0:0',
  };
}

interface WebUpload {
  readonly body: IncomingBody;
  /** After the invocation: nobody reads the rest. */
  letGo(): void;
}

function webUpload(stream: ReadableStream<Uint8Array>, signal: AbortSignal): WebUpload {
  const reader = stream.getReader();
  const flow = { wanted: false, running: false };
  const body: IncomingBody = new IncomingBody({
    resume: () => {
      flow.wanted = true;
      if (!flow.running) void run();
    },
    pause: () => {
      flow.wanted = false;
    },
  });
  signal.addEventListener('abort', () => body.fail({ tag: 'connection-terminated' }), { once: true });
  return {
    body,
    letGo: () => {
      body.fail({ tag: 'connection-terminated' });
      // What the stream says to that concerns nobody any more.
      reader.cancel().catch(() => {});
    },
  };

  async function run(): Promise<void> {
    flow.running = true;
    try {
      while (flow.wanted && !body.ended) {
        const { done, value } = await reader.read();
        if (done) body.end();
        // A stream's type is only promised: anything may come out of it.
        else if (value instanceof Uint8Array) body.push(value);
        else throw new TypeError('the stream of a body gave something other than bytes');
      }
    } catch {
      // Whatever the sender's stream says, for the guest its connection ended.
      body.fail({ tag: 'connection-terminated' });
    }
    flow.running = false;
  }
}

/** The highest status that a web Response can be made with; a guest may answer up to 999. */
const webStatusMax = 599;

function webResponse({ status, headers, body }: HttpAnswer, request: Request): Response {
  const init = {
    status: Math.min(status, webStatusMax),
    headers: headers.map(([name, value]): [string, string] => [name, Buffer.from(value).toString('latin1')]),
  };
  const response = new Response(isBodiless(request.method, status) ? null : webBodyOf(body, request.signal), init);
  if (status > webStatusMax) Object.defineProperty(response, 'status', { value: status });
  return response;
}

const webBodyOf = (body: HttpAnswer['body'], signal: AbortSignal): BodyInit =>
  body instanceof Uint8Array ? new Uint8Array(body) : webStream(body, signal);

function webStream(body: OutgoingBody, signal: AbortSignal): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const fail = () => {
        abandon(body);
        controller.error(signal.reason);
      };
      signal.addEventListener('abort', fail, { once: true });
      body.attach(() => forward(body, controller));
    },
    pull: controller => forward(body, controller),
    cancel: () => abandon(body),
  });
}

/** The guest may go on to finish the body, which must not close a stream that is closed already. */
function abandon(body: OutgoingBody): void {
  body.attach(() => {});
  body.cancel();
}

function forward(body: OutgoingBody, controller: ReadableStreamDefaultController<Uint8Array>): void {
  while ((controller.desiredSize ?? 0) > 0) {
    const chunk = body.take();
    if (!chunk) break;
    controller.enqueue(chunk);
  }
  const { outcome } = body;
  if (outcome?.kind === 'finished') controller.close();
  if (outcome?.kind === 'aborted') controller.error(new TypeError(`the response was cut off: ${outcome.reason}`));
}
