// All exchanges of a server, whichever protocol carries them: each has its turn, goes to the handler, and is written by its sink.
import type { HttpRequest } from './exchange.ts';
import { FlushQueue } from './flush-queue.ts';
import type { HttpHandler } from './handler.ts';
import type { ResponseSink } from './response-sink.ts';
import { ResponseWriter } from './response-writer.ts';
import { TurnShare } from './turn-share.ts';

export class Exchanges {
  readonly #handler: Pick<HttpHandler, 'handle'>;
  readonly #flushes = new FlushQueue();
  readonly #turns = new TurnShare();

  constructor(handler: Pick<HttpHandler, 'handle'>) {
    this.#handler = handler;
  }

  /** To be called for each connection that was accepted. */
  connectionArrived(): void {
    this.#turns.connectionArrived();
  }

  /** The writer wants to be told when the client is gone. `handled` is called when the invocation is over. */
  begin(request: HttpRequest, sink: ResponseSink, handled?: () => void): ResponseWriter {
    const writer = new ResponseWriter(sink, this.#flushes);
    const begin = (): void => {
      // The client is gone already: hyper, and so Spin, does not begin what nobody waits for.
      if (sink.isGone) return;
      // handle never rejects but for a bug, which ends the process with its stack, as it should.
      void this.#handler.handle(request, writer).then(handled);
    };
    // A guest that finds its body need not be suspended for it.
    if (request.body.ended) this.#turns.take(begin);
    else this.#turns.takeWhenRead(begin);
    return writer;
  }
}
