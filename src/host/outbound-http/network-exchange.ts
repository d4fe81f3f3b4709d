// One request over the network: undici's events in, the response's head and body out, with the request's own clocks.
import type { Dispatcher } from 'undici';
import type { Entry } from '../wasi-http/fields.ts';
import { IncomingBody } from '../wasi-http/incoming-body.ts';
import { receivedFields, type Exchange } from './exchange.ts';
import { errorCodeOfFailure, RequestTimeout } from './failure.ts';

export class NetworkExchange implements Dispatcher.DispatchHandler {
  readonly #exchange: Exchange;
  #controller: Dispatcher.DispatchController | undefined;
  #body: IncomingBody | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isWaiting = false;
  #isRequestSent = false;
  #gone: Error | undefined;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
    exchange.onCancel(() => this.#abort(new Error('nobody waits for the response')));
    this.#startTimer(exchange.request.timeouts.connectMs, () => this.#timeOut({ tag: 'connection-timeout' }));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // undici only learns now, with a connection, that nobody wants it any more.
    if (this.#gone) return controller.abort(this.#gone);
    this.#startTimer(this.#exchange.request.timeouts.firstByteMs, () => this.#timeOut({ tag: 'connection-read-timeout' }));
  }

  onRequestSent(): void {
    this.#isRequestSent = true;
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: Record<string, unknown>): void {
    // 100 and 103 are not the answer yet.
    if (status < 200) return;
    this.#stopTimer();
    const body: IncomingBody = new IncomingBody({
      resume: () => {
        this.#isWaiting = true;
        this.#timer?.refresh();
        controller.resume();
      },
      pause: () => {
        // While the guest does not read, the server is not the one who is slow.
        this.#isWaiting = false;
        controller.pause();
      },
      cancel: () => this.#exchange.cancel(),
    });
    this.#body = body;
    this.#startTimer(this.#exchange.request.timeouts.betweenBytesMs, () => {
      if (this.#isWaiting) this.#timeOut({ tag: 'connection-read-timeout' });
    });
    this.#exchange.respond({ status, headers: receivedFields(entriesOf(controller.rawHeaders ?? headers)), body });
    // It flows when the guest reads.
    controller.pause();
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#timer?.refresh();
    this.#body?.push(chunk);
  }

  onResponseEnd(controller: Dispatcher.DispatchController, trailers: Record<string, unknown>): void {
    this.#stopTimer();
    this.#body?.end(entriesOf(controller.rawTrailers ?? trailers));
    this.#exchange.end();
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#fail(error);
  }

  /** undici refused the request. */
  refuse(error: unknown): void {
    this.#fail(error);
  }

  /** The guest will not write the rest of its request. */
  abortUpload(reason: string): void {
    if (!this.#isRequestSent) this.#abort(new Error(reason));
  }

  #timeOut(code: ConstructorParameters<typeof RequestTimeout>[0]): void {
    const timeout = new RequestTimeout(code);
    this.#fail(timeout);
    this.#abort(timeout);
  }

  #fail(error: unknown): void {
    this.#stopTimer();
    const code = errorCodeOfFailure(error);
    this.#body?.fail(code);
    this.#exchange.fail(code);
  }

  #abort(reason: Error): void {
    this.#stopTimer();
    this.#gone ??= reason;
    this.#controller?.abort(this.#gone);
  }

  #startTimer(ms: number, over: () => void): void {
    this.#stopTimer();
    this.#timer = setTimeout(over, ms).unref();
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** Raw headers are name, value, name, value; HTTP/2 has an object of them, pseudo-headers among them. */
function entriesOf(raw: object): Entry[] {
  const entries: Entry[] = [];
  const add = (name: string, value: unknown): void => {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (!name.startsWith(':') && one !== undefined) entries.push([name.toLowerCase(), bytesOf(one)]);
    }
  };
  if (Array.isArray(raw)) {
    for (let index = 0; index + 1 < raw.length; index += 2) add(bytesOf(raw[index]).toString('latin1'), raw[index + 1]);
  } else {
    for (const [name, value] of Object.entries(raw)) add(name, value);
  }
  return entries;
}

/** Copied: undici's buffer is the whole of what it read at once. */
const bytesOf = (value: unknown): Buffer =>
  value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(String(value), 'latin1');
