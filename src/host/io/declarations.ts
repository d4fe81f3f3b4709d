// wasi:io 0.2: error, poll and streams, as WIT values.
import { func, waitingFunc, witInterface } from '../../wit/interface.ts';
import { bool, borrow, bytes, list, own, result, string, u32, u64, variant, type WitType } from '../../wit/types.ts';
import { pollableResource } from './pollable.ts';
import { errorResource, inputStreamResource, outputStreamResource, type StreamError } from './stream.ts';

const version = '0.2.12';

export const ioError = witInterface('wasi:io/error', version, {
  resources: [errorResource],
  functions: { '[method]error.to-debug-string': func([['self', borrow(errorResource)]], string) },
});

const pollable = ['self', borrow(pollableResource)] as const;

export const ioPoll = witInterface('wasi:io/poll', version, {
  resources: [pollableResource],
  functions: {
    '[method]pollable.ready': func([pollable], bool),
    '[method]pollable.block': waitingFunc([pollable]),
    poll: waitingFunc([['in', list(borrow(pollableResource))]], list(u32)),
  },
});

/** `stream-error` */
export const streamError: WitType<StreamError> = variant('stream-error', {
  'last-operation-failed': own(errorResource),
  closed: null,
});

const input = ['self', borrow(inputStreamResource)] as const;
const output = ['self', borrow(outputStreamResource)] as const;
const length = ['len', u64] as const;
const contents = ['contents', bytes] as const;
const source = ['src', borrow(inputStreamResource)] as const;
const read = result(bytes, streamError);
const transferred = result(u64, streamError);
const done = result(null, streamError);

export const ioStreams = witInterface('wasi:io/streams', version, {
  resources: [inputStreamResource, outputStreamResource],
  types: [streamError],
  functions: {
    '[method]input-stream.read': func([input, length], read),
    '[method]input-stream.blocking-read': waitingFunc([input, length], read),
    '[method]input-stream.skip': func([input, length], transferred),
    '[method]input-stream.blocking-skip': waitingFunc([input, length], transferred),
    '[method]input-stream.subscribe': func([input], own(pollableResource)),
    '[method]output-stream.check-write': func([output], transferred),
    '[method]output-stream.write': func([output, contents], done),
    '[method]output-stream.blocking-write-and-flush': waitingFunc([output, contents], done),
    '[method]output-stream.flush': func([output], done),
    '[method]output-stream.blocking-flush': waitingFunc([output], done),
    '[method]output-stream.subscribe': func([output], own(pollableResource)),
    '[method]output-stream.write-zeroes': func([output, length], done),
    '[method]output-stream.blocking-write-zeroes-and-flush': waitingFunc([output, length], done),
    '[method]output-stream.splice': func([output, source, length], transferred),
    '[method]output-stream.blocking-splice': waitingFunc([output, source, length], transferred),
  },
});
