// The functions of wasi:filesystem 0.3, over what serves 0.2: the streams and futures of the component model instead of those of
// wasi:io, and many operations at once.
import { FutureValue } from '../../wit/future-value.ts';
import { unlessGivenUp } from '../../wit/given-up.ts';
import { emptyStream } from '../../wit/list-stream.ts';
import type { Implementation } from '../../wit/interface.ts';
import type { FutureReader, StreamReader } from '../../wit/stream.ts';
import { err, ok, type Result } from '../../wit/types.ts';
import { provide, type Provided } from '../interface.ts';
import { InputReader, type StreamEnd } from '../io/input-reader.ts';
import { pump, type PumpUse } from '../io/output-pump.ts';
import type { IoError, OutputStream } from '../io/stream.ts';
import type { Filesystem3 } from './declarations-3.ts';
import { descriptorTypeOf, flagsOf, statOf, type Descriptor } from './descriptor.ts';
import { EntryReader } from './entry-reader.ts';
import { attempt, attemptNow, causeOf } from './error.ts';
import * as files from './file-functions.ts';
import { openAt } from './open-at.ts';
import * as paths from './path-functions.ts';
import { descriptorStat3Of, metadataHashOf } from './stat.ts';
import type { FilesystemState } from './state.ts';
import type { ErrorCode } from './vocabulary.ts';
import { descriptorType3, errorCode3, type DirectoryEntry3, type ErrorCode3 } from './vocabulary-3.ts';

type End = StreamEnd<ErrorCode3>;
type Reading<T> = [StreamReader<T>, FutureReader<End>];

const functions: Implementation<FilesystemState, Filesystem3['types']> = {
  '[method]descriptor.read-via-stream': (state, self, offset) => readViaStream(state, self, offset),
  '[method]descriptor.write-via-stream': (state, self, data, offset) =>
    writeAll(data, () => files.writeViaStream(state, self, offset)),
  '[method]descriptor.append-via-stream': (state, self, data) => writeAll(data, () => files.appendViaStream(state, self)),
  '[method]descriptor.advise': (_, self) => at3(attemptNow(() => files.advise(self))),
  '[method]descriptor.sync-data': (state, self) => operate(state, () => files.sync(state, self, 'data')),
  '[method]descriptor.get-flags': (_, self) => ok(flagsOf(self)),
  '[method]descriptor.get-type': (_, self) => ok(descriptorType3(descriptorTypeOf(self))),
  '[method]descriptor.set-size': (state, self, size) => operate(state, () => files.setSize(self, size)),
  '[method]descriptor.set-times': (state, self, access, modification) =>
    operate(state, () => files.setTimes(state, self, { access, modification })),
  '[method]descriptor.read-directory': (state, self) => readDirectory(state, self),
  '[method]descriptor.sync': (state, self) => operate(state, () => files.sync(state, self, 'all')),
  '[method]descriptor.create-directory-at': (state, base, path) =>
    operate(state, () => paths.createDirectoryAt(state, { base, path })),
  '[method]descriptor.stat': (state, self) => operate(state, async () => descriptorStat3Of(await statOf(state, self))),
  '[method]descriptor.stat-at': (state, base, flags, path) =>
    operate(state, async () => descriptorStat3Of(await paths.statAt(state, { base, path }, flags))),
  '[method]descriptor.set-times-at': (state, ...[base, flags, path, access, modification]) =>
    operate(state, () => paths.setTimesAt(state, { base, path }, { flags, times: { access, modification } })),
  '[method]descriptor.link-at': (state, ...[base, flags, path, newBase, newPath]) =>
    // As wasmtime, which has no linkat that follows.
    flags.symlinkFollow
      ? err({ tag: 'invalid' })
      : operate(state, () => paths.linkAt(state, { base, path }, { base: newBase, path: newPath })),
  '[method]descriptor.open-at': (state, ...[self, pathFlags, path, openFlags, flags]) =>
    unlessGivenUp(async isGivenUp => {
      const opened = await operate(state, () => openAt(state, self, { pathFlags, path, openFlags, flags }));
      if (isGivenUp() && opened.tag === 'ok') opened.val.dispose();
      return opened;
    }),
  '[method]descriptor.readlink-at': (state, base, path) => operate(state, () => paths.readlinkAt(state, { base, path })),
  '[method]descriptor.remove-directory-at': (state, base, path) =>
    operate(state, () => paths.removeDirectoryAt(state, { base, path })),
  '[method]descriptor.rename-at': (state, ...[base, path, newBase, newPath]) =>
    operate(state, () => paths.renameAt(state, { base, path }, { base: newBase, path: newPath })),
  '[method]descriptor.symlink-at': (state, base, target, path) =>
    operate(state, () => paths.symlinkAt(state, target, { base, path })),
  '[method]descriptor.unlink-file-at': (state, base, path) => operate(state, () => paths.unlinkFileAt(state, { base, path })),
  '[method]descriptor.is-same-object': async (state, self, other) => {
    const same = await operate(state, () => files.isSameObject(state, self, other));
    // The function has no error to give; what cannot be looked at is not known to be the same.
    return same.tag === 'ok' && same.val;
  },
  '[method]descriptor.metadata-hash': (state, self) => operate(state, async () => metadataHashOf(await statOf(state, self))),
  '[method]descriptor.metadata-hash-at': (state, base, flags, path) =>
    operate(state, async () => metadataHashOf(await paths.statAt(state, { base, path }, flags))),
};

export const provideFilesystem3 = ({ types, preopens }: Filesystem3): Provided<FilesystemState>[] => [
  provide<FilesystemState>()(types, functions, {
    descriptor: (_, self: Descriptor) => {
      if (self.kind !== 'root') self.dispose();
    },
  }),
  provide<FilesystemState>()(preopens, {
    'get-directories': ({ roots }) => roots.map(root => [root, root.mount.guestPath]),
  }),
];

const at3 = <T>(done: Result<T, ErrorCode>): Result<T, ErrorCode3> => (done.tag === 'ok' ? done : err(errorCode3(done.val)));

/** The work when its turn comes, and what it throws as a result. */
const operate = async <T>(state: FilesystemState, work: () => Promise<T>): Promise<Result<T, ErrorCode3>> =>
  at3(await attempt(() => state.operate(work)));

const refused = (code: ErrorCode): Reading<never> => [emptyStream, FutureValue.of<End>(err(errorCode3(code)))];

const codeOf = (error: IoError): ErrorCode3 => errorCode3(causeOf(error) ?? 'io');

function readViaStream(state: FilesystemState, file: Descriptor, offset: bigint): Reading<Uint8Array> {
  const opened = attemptNow(() => files.readViaStream(state, file, offset));
  if (opened.tag === 'err') return refused(opened.val);
  const reader = new InputReader(opened.val, { codeOf, isGone: () => state.isOver, over: () => opened.val.dispose?.() });
  return [reader, reader.end];
}

function readDirectory(state: FilesystemState, directory: Descriptor): Reading<DirectoryEntry3[]> {
  const room = attemptNow(() => state.demandRoom());
  if (room.tag === 'err') return refused(room.val);
  const reader = state.keep(new EntryReader(state, directory));
  return [reader, reader.end];
}

function writeAll(data: StreamReader<Uint8Array>, open: () => OutputStream): FutureReader<End> {
  const opened = attemptNow(open);
  if (opened.tag === 'err') {
    data.cancel();
    return FutureValue.of<End>(err(errorCode3(opened.val)));
  }
  const use: PumpUse<ErrorCode3> = { codeOf, closed: errorCode3('io'), over: () => opened.val.dispose?.() };
  return pump(data, opened.val, use);
}
