// The host interface wasi:filesystem 0.2 and 0.3: a component's `files` mounts (spin-behaviour 1.8), read-only unless it says otherwise.
// Asynchronous: a guest that waits for the disk is suspended, and no thread of JavaScript blocks.
import type { Component } from '../../app/app.ts';
import { err } from '../../wit/types.ts';
import { provide, type HostInterface } from '../interface.ts';
import { filesystemPreopens, filesystemTypes } from './declarations.ts';
import { filesystem3 } from './declarations-3.ts';
import { descriptorTypeOf, flagsOf, statOf, withDirectory, type Descriptor, type RootDescriptor } from './descriptor.ts';
import { entryStream, type DirectoryEntryStream } from './entry-stream.ts';
import { attempt, attemptNow, causeOf } from './error.ts';
import * as files from './file-functions.ts';
import { openAt } from './open-at.ts';
import * as paths from './path-functions.ts';
import { hostPlatform, type Platform } from './platform.ts';
import { OpenCount } from './shared.ts';
import { descriptorStatOf, metadataHashOf } from './stat.ts';
import { FilesystemState } from './state.ts';
import { provideFilesystem3 } from './types-3.ts';

const types = provide<FilesystemState>()(
  filesystemTypes,
  {
    '[method]descriptor.read-via-stream': (state, self, offset) => attemptNow(() => files.readViaStream(state, self, offset)),
    '[method]descriptor.write-via-stream': (state, self, offset) => attemptNow(() => files.writeViaStream(state, self, offset)),
    '[method]descriptor.append-via-stream': (state, self) => attemptNow(() => files.appendViaStream(state, self)),
    '[method]descriptor.advise': (_, self) => attemptNow(() => files.advise(self)),
    '[method]descriptor.sync-data': (state, self) => attempt(() => files.sync(state, self, 'data')),
    '[method]descriptor.get-flags': (_, self) => attemptNow(() => flagsOf(self)),
    '[method]descriptor.get-type': (_, self) => attemptNow(() => descriptorTypeOf(self)),
    '[method]descriptor.set-size': (_, self, size) => attempt(() => files.setSize(self, size)),
    '[method]descriptor.set-times': (state, self, access, modification) =>
      attempt(() => files.setTimes(state, self, { access, modification })),
    '[method]descriptor.read': (_, self, length, offset) => attempt(() => files.read(self, length, offset)),
    '[method]descriptor.write': (_, self, bytes, offset) => attempt(() => files.write(self, bytes, offset)),
    '[method]descriptor.read-directory': (state, self) =>
      attempt(async () => {
        state.demandRoom();
        return withDirectory(state, self, directory => entryStream(state, directory));
      }),
    '[method]descriptor.sync': (state, self) => attempt(() => files.sync(state, self, 'all')),
    '[method]descriptor.create-directory-at': (state, base, path) =>
      attempt(() => paths.createDirectoryAt(state, { base, path })),
    '[method]descriptor.stat': (state, self) => attempt(async () => descriptorStatOf(await statOf(state, self))),
    '[method]descriptor.stat-at': (state, base, flags, path) =>
      attempt(async () => descriptorStatOf(await paths.statAt(state, { base, path }, flags))),
    '[method]descriptor.set-times-at': (state, ...[base, flags, path, access, modification]) =>
      attempt(() => paths.setTimesAt(state, { base, path }, { flags, times: { access, modification } })),
    '[method]descriptor.link-at': (state, ...[base, flags, path, newBase, newPath]) =>
      // As wasmtime, which has no linkat that follows.
      flags.symlinkFollow ? err('invalid') : attempt(() => paths.linkAt(state, { base, path }, { base: newBase, path: newPath })),
    '[method]descriptor.open-at': (state, ...[self, pathFlags, path, openFlags, flags]) =>
      attempt<Descriptor>(() => openAt(state, self, { pathFlags, path, openFlags, flags })),
    '[method]descriptor.readlink-at': (state, base, path) => attempt(() => paths.readlinkAt(state, { base, path })),
    '[method]descriptor.remove-directory-at': (state, base, path) =>
      attempt(() => paths.removeDirectoryAt(state, { base, path })),
    '[method]descriptor.rename-at': (state, ...[base, path, newBase, newPath]) =>
      attempt(() => paths.renameAt(state, { base, path }, { base: newBase, path: newPath })),
    '[method]descriptor.symlink-at': (state, base, target, path) => attempt(() => paths.symlinkAt(state, target, { base, path })),
    '[method]descriptor.unlink-file-at': (state, base, path) => attempt(() => paths.unlinkFileAt(state, { base, path })),
    '[method]descriptor.is-same-object': async (state, self, other) => {
      const same = await attempt(() => files.isSameObject(state, self, other));
      // The function has no error to give; what cannot be looked at is not known to be the same.
      return same.tag === 'ok' && same.val;
    },
    '[method]descriptor.metadata-hash': (state, self) => attempt(async () => metadataHashOf(await statOf(state, self))),
    '[method]descriptor.metadata-hash-at': (state, base, flags, path) =>
      attempt(async () => metadataHashOf(await paths.statAt(state, { base, path }, flags))),
    '[method]directory-entry-stream.read-directory-entry': (_, self) => attempt(() => self.next()),
    'filesystem-error-code': (_, error) => causeOf(error),
  },
  {
    descriptor: (_, self: Descriptor) => {
      if (self.kind !== 'root') self.dispose();
    },
    'directory-entry-stream': (_, self: DirectoryEntryStream) => self.dispose(),
  },
);

const preopens = provide<FilesystemState>()(filesystemPreopens, {
  'get-directories': ({ roots }) => roots.map(root => [root, root.mount.guestPath]),
});

/** `platform` is for tests. */
export const wasiFilesystem = (platform: Platform = hostPlatform()): HostInterface<FilesystemState> => ({
  name: 'wasi-filesystem',
  provides: [types, preopens, ...filesystem3.flatMap(provideFilesystem3)],
  configure: ({ components }) => {
    const roots = new Map(components.map(component => [component.id, rootsOf(component)]));
    const count = new OpenCount();
    return {
      begin: ({ component }) => {
        const own = roots.get(component.id);
        if (!own) throw new Error(`component ${component.id} was not configured`);
        return new FilesystemState({ platform, count }, own);
      },
      end: state => state.end(),
      close: () => count.idle(),
    };
  },
});

const rootsOf = ({ mounts }: Component): readonly RootDescriptor[] => mounts.map(mount => ({ kind: 'root', mount }));
