// wasi:filesystem 0.2: types and preopens, as WIT values. Every function that touches the disk may wait.
import { func, waitingFunc, witInterface } from '../../wit/interface.ts';
import { bool, borrow, bytes, list, option, own, resource, result, string, tuple, type WitResource } from '../../wit/types.ts';
import { errorResource, inputStreamResource, outputStreamResource } from '../io/stream.ts';
import type { Descriptor } from './descriptor.ts';
import type { DirectoryEntryStream } from './entry-stream.ts';
import * as fs from './vocabulary.ts';

const version = '0.2.12';

export const descriptorResource: WitResource<Descriptor> = resource<Descriptor>('descriptor');
const entryStreamResource = resource<DirectoryEntryStream>('directory-entry-stream');

const self = ['self', borrow(descriptorResource)] as const;
const path = ['path', string] as const;
const pathFlags = ['path-flags', fs.pathFlags] as const;
const offset = ['offset', fs.filesize] as const;
const other = ['new-descriptor', borrow(descriptorResource)] as const;
const oldPath = ['old-path', string] as const;
const newPath = ['new-path', string] as const;
const accessTime = ['data-access-timestamp', fs.newTimestamp] as const;
const modificationTime = ['data-modification-timestamp', fs.newTimestamp] as const;
const done = result(null, fs.errorCode);

export const filesystemTypes = witInterface('wasi:filesystem/types', version, {
  resources: [descriptorResource, entryStreamResource],
  types: [fs.filesize, fs.descriptorType, fs.descriptorFlags, fs.descriptorStat, fs.pathFlags, fs.openFlags, fs.newTimestamp],
  functions: {
    '[method]descriptor.read-via-stream': func([self, offset], result(own(inputStreamResource), fs.errorCode)),
    '[method]descriptor.write-via-stream': func([self, offset], result(own(outputStreamResource), fs.errorCode)),
    '[method]descriptor.append-via-stream': func([self], result(own(outputStreamResource), fs.errorCode)),
    '[method]descriptor.advise': func([self, offset, ['length', fs.filesize], ['advice', fs.advice]], done),
    '[method]descriptor.sync-data': waitingFunc([self], done),
    '[method]descriptor.get-flags': func([self], result(fs.descriptorFlags, fs.errorCode)),
    '[method]descriptor.get-type': func([self], result(fs.descriptorType, fs.errorCode)),
    '[method]descriptor.set-size': waitingFunc([self, ['size', fs.filesize]], done),
    '[method]descriptor.set-times': waitingFunc([self, accessTime, modificationTime], done),
    '[method]descriptor.read': waitingFunc([self, ['length', fs.filesize], offset], result(tuple(bytes, bool), fs.errorCode)),
    '[method]descriptor.write': waitingFunc([self, ['buffer', bytes], offset], result(fs.filesize, fs.errorCode)),
    '[method]descriptor.read-directory': waitingFunc([self], result(own(entryStreamResource), fs.errorCode)),
    '[method]descriptor.sync': waitingFunc([self], done),
    '[method]descriptor.create-directory-at': waitingFunc([self, path], done),
    '[method]descriptor.stat': waitingFunc([self], result(fs.descriptorStat, fs.errorCode)),
    '[method]descriptor.stat-at': waitingFunc([self, pathFlags, path], result(fs.descriptorStat, fs.errorCode)),
    '[method]descriptor.set-times-at': waitingFunc([self, pathFlags, path, accessTime, modificationTime], done),
    '[method]descriptor.link-at': waitingFunc([self, ['old-path-flags', fs.pathFlags], oldPath, other, newPath], done),
    '[method]descriptor.open-at': waitingFunc(
      [self, pathFlags, path, ['open-flags', fs.openFlags], ['flags', fs.descriptorFlags]],
      result(own(descriptorResource), fs.errorCode),
    ),
    '[method]descriptor.readlink-at': waitingFunc([self, path], result(string, fs.errorCode)),
    '[method]descriptor.remove-directory-at': waitingFunc([self, path], done),
    '[method]descriptor.rename-at': waitingFunc([self, oldPath, other, newPath], done),
    '[method]descriptor.symlink-at': waitingFunc([self, oldPath, newPath], done),
    '[method]descriptor.unlink-file-at': waitingFunc([self, path], done),
    '[method]descriptor.is-same-object': waitingFunc([self, ['other', borrow(descriptorResource)]], bool),
    '[method]descriptor.metadata-hash': waitingFunc([self], result(fs.metadataHashValue, fs.errorCode)),
    '[method]descriptor.metadata-hash-at': waitingFunc([self, pathFlags, path], result(fs.metadataHashValue, fs.errorCode)),
    '[method]directory-entry-stream.read-directory-entry': waitingFunc(
      [['self', borrow(entryStreamResource)]],
      result(option(fs.directoryEntry), fs.errorCode),
    ),
    'filesystem-error-code': func([['err', borrow(errorResource)]], option(fs.errorCode)),
  },
});

export const filesystemPreopens = witInterface('wasi:filesystem/preopens', version, {
  functions: { 'get-directories': func([], list(tuple(own(descriptorResource), string))) },
});
