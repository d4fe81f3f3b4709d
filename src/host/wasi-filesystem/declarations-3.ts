// wasi:filesystem 0.3: types and preopens, as WIT values. The release candidate of 2026-03-15 has the same.
import { asyncFunc, func, witInterface } from '../../wit/interface.ts';
import {
  bool,
  borrow,
  byteStream,
  future,
  list,
  own,
  resource,
  result,
  stream,
  string,
  tuple,
  type WitResource,
} from '../../wit/types.ts';
import { clocks3, type Clocks3 } from '../wasi-clocks/declarations-3.ts';
import type { Descriptor } from './descriptor.ts';
import { declareVocabulary3, type Vocabulary3 } from './vocabulary-3.ts';

/** Files as they are open, and their streams. */
function openFunctions(fs: Vocabulary3, descriptor: WitResource<Descriptor>) {
  const self = ['self', borrow(descriptor)] as const;
  const offset = ['offset', fs.filesize] as const;
  const data = ['data', byteStream] as const;
  const done = result(null, fs.errorCode);
  const times = [
    ['data-access-timestamp', fs.newTimestamp],
    ['data-modification-timestamp', fs.newTimestamp],
  ] as const;
  return {
    '[method]descriptor.read-via-stream': func([self, offset], tuple(byteStream, future(done))),
    '[method]descriptor.write-via-stream': func([self, data, offset], future(done)),
    '[method]descriptor.append-via-stream': func([self, data], future(done)),
    '[method]descriptor.advise': asyncFunc([self, offset, ['length', fs.filesize], ['advice', fs.advice]], done),
    '[method]descriptor.sync-data': asyncFunc([self], done),
    '[method]descriptor.get-flags': asyncFunc([self], result(fs.descriptorFlags, fs.errorCode)),
    '[method]descriptor.get-type': asyncFunc([self], result(fs.descriptorType, fs.errorCode)),
    '[method]descriptor.set-size': asyncFunc([self, ['size', fs.filesize]], done),
    '[method]descriptor.set-times': asyncFunc([self, ...times], done),
    '[method]descriptor.read-directory': func([self], tuple(stream(fs.directoryEntry), future(done))),
    '[method]descriptor.sync': asyncFunc([self], done),
    '[method]descriptor.stat': asyncFunc([self], result(fs.descriptorStat, fs.errorCode)),
    '[method]descriptor.is-same-object': asyncFunc([self, ['other', borrow(descriptor)]], bool),
    '[method]descriptor.metadata-hash': asyncFunc([self], result(fs.metadataHashValue, fs.errorCode)),
  };
}

/** What is done at a path below a directory. */
function pathFunctions(fs: Vocabulary3, descriptor: WitResource<Descriptor>) {
  const self = ['self', borrow(descriptor)] as const;
  const path = ['path', string] as const;
  const pathFlags = ['path-flags', fs.pathFlags] as const;
  const other = ['new-descriptor', borrow(descriptor)] as const;
  const oldPath = ['old-path', string] as const;
  const newPath = ['new-path', string] as const;
  const done = result(null, fs.errorCode);
  const times = [
    ['data-access-timestamp', fs.newTimestamp],
    ['data-modification-timestamp', fs.newTimestamp],
  ] as const;
  return {
    '[method]descriptor.create-directory-at': asyncFunc([self, path], done),
    '[method]descriptor.stat-at': asyncFunc([self, pathFlags, path], result(fs.descriptorStat, fs.errorCode)),
    '[method]descriptor.set-times-at': asyncFunc([self, pathFlags, path, ...times], done),
    '[method]descriptor.link-at': asyncFunc([self, ['old-path-flags', fs.pathFlags], oldPath, other, newPath], done),
    '[method]descriptor.open-at': asyncFunc(
      [self, pathFlags, path, ['open-flags', fs.openFlags], ['flags', fs.descriptorFlags]],
      result(own(descriptor), fs.errorCode),
    ),
    '[method]descriptor.readlink-at': asyncFunc([self, path], result(string, fs.errorCode)),
    '[method]descriptor.remove-directory-at': asyncFunc([self, path], done),
    '[method]descriptor.rename-at': asyncFunc([self, oldPath, other, newPath], done),
    '[method]descriptor.symlink-at': asyncFunc([self, oldPath, newPath], done),
    '[method]descriptor.unlink-file-at': asyncFunc([self, path], done),
    '[method]descriptor.metadata-hash-at': asyncFunc([self, pathFlags, path], result(fs.metadataHashValue, fs.errorCode)),
  };
}

/** The interfaces of one version. */
function declareFilesystem3({ version, instant }: Clocks3) {
  const fs = declareVocabulary3(instant);
  const descriptor: WitResource<Descriptor> = resource<Descriptor>('descriptor');
  const types = witInterface('wasi:filesystem/types', version, {
    resources: [descriptor],
    types: [
      fs.filesize,
      fs.descriptorType,
      fs.descriptorFlags,
      fs.descriptorStat,
      fs.pathFlags,
      fs.openFlags,
      fs.newTimestamp,
      fs.directoryEntry,
      fs.errorCode,
      fs.advice,
      fs.metadataHashValue,
    ],
    functions: { ...openFunctions(fs, descriptor), ...pathFunctions(fs, descriptor) },
  });
  const preopens = witInterface('wasi:filesystem/preopens', version, {
    functions: { 'get-directories': func([], list(tuple(own(descriptor), string))) },
  });
  return { types, preopens };
}

export type Filesystem3 = ReturnType<typeof declareFilesystem3>;

/** Those of each version, in the order of `versions3`. */
export const filesystem3: readonly Filesystem3[] = clocks3.map(declareFilesystem3);
