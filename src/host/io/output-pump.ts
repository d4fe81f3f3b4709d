// Moves what a guest of WASI 0.3 writes into a stream on to an output stream of wasi:io, only as fast as that takes it.
import { FutureValue } from '../../wit/future-value.ts';
import type { StreamReader } from '../../wit/stream.ts';
import { err, okay } from '../../wit/types.ts';
import type { StreamEnd, StreamUse } from './input-reader.ts';
import type { OutputStream, StreamError } from './stream.ts';
import { blockingFlush } from './transfer.ts';
import { untilReady } from './wait.ts';

export interface PumpUse<E> extends Omit<StreamUse<E>, 'isGone'> {
  /** The error code when the sink takes nothing more and does not say why. */
  readonly closed: E;
}

/** Resolves when the guest has closed its stream and all is written, or when writing failed: then the guest's stream is let go. */
export function pump<E>(data: StreamReader<Uint8Array>, output: OutputStream, use: PumpUse<E>): FutureValue<StreamEnd<E>> {
  const end = new FutureValue<StreamEnd<E>>();
  const finish = (how: StreamEnd<E>): void => {
    if (!data.ended) data.cancel();
    use.over();
    end.resolve(how);
  };
  const fail = (error: StreamError): void => finish(err(error.tag === 'closed' ? use.closed : use.codeOf(error.val)));
  const flush = async (): Promise<void> => {
    const flushed = await blockingFlush(output);
    if (flushed.tag === 'err') fail(flushed.val);
    else finish(okay);
  };
  const move = (): void | Promise<void> => {
    for (;;) {
      const permit = output.checkWrite();
      if (permit.tag === 'err') return fail(permit.val);
      if (permit.val === 0) return untilReady(output.pollable)?.then(step);
      const chunk = data.read(permit.val);
      if (!chunk) return data.ended ? flush() : data.whenReady(step);
      const written = output.write(chunk);
      if (written.tag === 'err') return fail(written.val);
    }
  };
  // Whoever waits for the sink, or writes, is not the one to be told of what is thrown here.
  const broken = (): void => finish(err(use.closed));
  const step = (): void => {
    try {
      move()?.catch(broken);
    } catch {
      broken();
    }
  };
  step();
  return end;
}
