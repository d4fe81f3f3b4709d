// The three standard streams of an invocation. They hold nothing, so their drop does nothing.
import { err, ok, okay } from '../../wit/types.ts';
import type { GuestOutput } from '../interface.ts';
import { readyPollable } from '../io/pollable.ts';
import type { InputStream, OutputStream, StreamError } from '../io/stream.ts';

/** How much a guest may print in one write (spin-behaviour 3.10). */
export const printBytesMax: number = 1024 * 1024;

const closed: StreamError = { tag: 'closed' };

/** Standard input is at its end from the start. */
export const closedInput: InputStream = {
  read: () => err(closed),
  pollable: readyPollable,
};

/** Hands on what is printed at once: it never waits, and there is nothing to flush. */
export const printingStream = (output: GuestOutput, component: string, stream: 'stdout' | 'stderr'): OutputStream => ({
  checkWrite: () => ok(printBytesMax),
  write: bytes => {
    output.write(component, stream, bytes);
    return okay;
  },
  flush: () => okay,
  pollable: readyPollable,
});
