// A web Request answered in process, without a socket: what `app.fetch` does.
import { IncomingBody } from '../../host/wasi-http/incoming-body.ts';
import type { OutgoingBody } from '../../host/wasi-http/outgoing-body.ts';
import { isBodiless, type HttpAnswer, type HttpRequest } from './exchange.ts';
import type { HttpHandler } from './handler.ts';

/** Resolves with the head; the body streams. Rejects with the request's own reason when it is aborted before that. */
export function fetchInProcess(handler: HttpHandler, request: Request): Promise<Response> {
  const head = Promise.withResolvers<Response>();
  request.signal.addEventListener('abort', () => head.reject(request.signal.reason), { once: true });
  const incoming = webRequest(request);
  handler.handle(incoming, { answer: answer => head.resolve(webResponse(answer, request)) }).catch(head.reject);
  return head.promise;
}

function webRequest(request: Request): HttpRequest {
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
    body: request.body ? webBody(request.body, request.signal) : IncomingBody.empty(),
    // As Spin says for a request that came over no socket.
    clientAddress: '0.0.0.0:0',
  };
}

function webBody(stream: ReadableStream<Uint8Array>, signal: AbortSignal): IncomingBody {
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
  return body;

  async function run(): Promise<void> {
    flow.running = true;
    try {
      while (flow.wanted && !body.ended) {
        const { done, value } = await reader.read();
        if (done) body.end();
        else body.push(value);
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
      const cancel = () => {
        body.cancel();
        controller.error(signal.reason);
      };
      signal.addEventListener('abort', cancel, { once: true });
      body.attach(() => forward(body, controller));
    },
    pull: controller => forward(body, controller),
    cancel: () => body.cancel(),
  });
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
