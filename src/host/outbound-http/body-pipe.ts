// A body that one guest writes, as another reads it: as fast as it is read, and not held twice.
import type { ErrorCode } from '../wasi-http/error-code.ts';
import { IncomingBody } from '../wasi-http/incoming-body.ts';
import type { OutgoingBody } from '../wasi-http/outgoing-body.ts';

/** `ended` is called once, when the body is over or its reader has let go of it. */
export function pipeBody(from: OutgoingBody, ended: () => void = () => {}): IncomingBody {
  const flow = { isWanted: false };
  const body: IncomingBody = new IncomingBody({
    resume: () => {
      flow.isWanted = true;
      move();
    },
    pause: () => {
      flow.isWanted = false;
    },
    cancel: () => {
      from.cancel();
      ended();
    },
  });
  const move = (): void => {
    while (flow.isWanted && !body.ended) {
      const chunk = from.take();
      if (!chunk) break;
      body.push(chunk);
    }
    const { outcome } = from;
    if (!outcome || body.ended) return;
    if (outcome.kind === 'finished') body.end([...(outcome.trailers?.entries ?? [])]);
    else body.fail(cutOff);
    ended();
  };
  // Its writer is gone: what was not taken will not come.
  from.onCancel(() => body.fail({ tag: 'connection-terminated' }));
  from.attach(move);
  return body;
}

const cutOff: ErrorCode = { tag: 'HTTP-protocol-error' };
