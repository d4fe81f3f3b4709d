// The host interface wasi:io 0.2 over the stream and pollable contracts: it knows no particular stream.
import { ok, type Result } from '../../wit/types.ts';
import { provide, type HostInterface, type Invocation } from '../interface.ts';
import { ioError, ioPoll, ioStreams } from './declarations.ts';
import type { OutputStream, StreamError } from './stream.ts';
import { blockingFlush, blockingSplice, chunkLength, skip, splice, whenReady, writeAndFlush } from './transfer.ts';
import { pollAll, untilReady } from './wait.ts';

/** The largest `contents` of the blocking-write functions (wasi:io/streams says so, wasmtime traps above it). */
const blockingWriteBytesMax = 4096;

export const io = (): HostInterface<Invocation> => ({
  name: 'io',
  provides: [errorFunctions, pollFunctions, streamFunctions],
  configure: () => ({ begin: invocation => invocation }),
});

const errorFunctions = provide<Invocation>()(ioError, {
  '[method]error.to-debug-string': (_, self) => self.message,
});

const pollFunctions = provide<Invocation>()(
  ioPoll,
  {
    '[method]pollable.ready': (_, self) => self.ready(),
    '[method]pollable.block': (_, self) => untilReady(self),
    poll: (invocation, pollables) => {
      if (pollables.length === 0) invocation.trap('poll was called with an empty list');
      return pollAll(pollables);
    },
  },
  { pollable: (_, self: { dispose?: () => void }) => self.dispose?.() },
);

type Disposable = { dispose?: () => void };

const streamFunctions = provide<Invocation>()(
  ioStreams,
  {
    '[method]input-stream.read': (_, self, length) => self.read(chunkLength(length)),
    '[method]input-stream.blocking-read': (_, self, length) =>
      length === 0n ? self.read(0) : whenReady(self, () => self.read(chunkLength(length))),
    '[method]input-stream.skip': (_, self, length) => skip(self, length),
    '[method]input-stream.blocking-skip': (_, self, length) =>
      length === 0n ? skip(self, length) : whenReady(self, () => skip(self, length)),
    '[method]input-stream.subscribe': (_, self) => self.pollable,
    '[method]output-stream.check-write': (_, self) => {
      const permit = self.checkWrite();
      return permit.tag === 'ok' ? ok(BigInt(permit.val)) : permit;
    },
    '[method]output-stream.write': writePermitted,
    '[method]output-stream.blocking-write-and-flush': (invocation, self, contents) => {
      if (contents.byteLength > blockingWriteBytesMax) {
        invocation.trap(`blocking-write-and-flush takes at most ${blockingWriteBytesMax} bytes, not ${contents.byteLength}`);
      }
      return writeAndFlush(self, contents);
    },
    '[method]output-stream.flush': (_, self) => self.flush(),
    '[method]output-stream.blocking-flush': (_, self) => blockingFlush(self),
    '[method]output-stream.subscribe': (_, self) => self.pollable,
    '[method]output-stream.write-zeroes': (invocation, self, length) =>
      writePermitted(invocation, self, zeroes(invocation, self, length)),
    '[method]output-stream.blocking-write-zeroes-and-flush': (invocation, self, length) => {
      if (length > BigInt(blockingWriteBytesMax)) {
        invocation.trap(`blocking-write-zeroes-and-flush takes at most ${blockingWriteBytesMax} bytes, not ${length}`);
      }
      return writeAndFlush(self, new Uint8Array(Number(length)));
    },
    '[method]output-stream.splice': (_, self, source, length) => splice(self, source, length),
    '[method]output-stream.blocking-splice': (_, self, source, length) => blockingSplice(self, source, length),
  },
  {
    'input-stream': (_, self: Disposable) => self.dispose?.(),
    'output-stream': (_, self: Disposable) => self.dispose?.(),
  },
);

/** `write`: more than `check-write` permitted is a trap, as the interface says. */
function writePermitted(invocation: Invocation, stream: OutputStream, contents: Uint8Array): Result<undefined, StreamError> {
  const permit = stream.checkWrite();
  if (permit.tag === 'err') return permit;
  if (contents.byteLength > permit.val) {
    invocation.trap(`write of ${contents.byteLength} bytes where check-write permits ${permit.val}`);
  }
  return stream.write(contents);
}

function zeroes(invocation: Invocation, stream: OutputStream, length: bigint): Uint8Array {
  const permit = stream.checkWrite();
  if (permit.tag === 'ok' && length > BigInt(permit.val)) {
    invocation.trap(`write-zeroes of ${length} bytes where check-write permits ${permit.val}`);
  }
  return new Uint8Array(permit.tag === 'ok' ? Number(length) : 0);
}
