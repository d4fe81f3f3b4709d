// Every error-code: reached through the interface where an operating system can be brought to give it, else by its errno.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, symlink } from 'node:fs/promises';
import { test } from 'node:test';

import type { Descriptor } from '../../../src/host/wasi-filesystem/descriptor.ts';
import { attempt, errorCodeOf } from '../../../src/host/wasi-filesystem/error.ts';
import { errorCode, type ErrorCode } from '../../../src/host/wasi-filesystem/vocabulary.ts';
import type { Result } from '../../../src/wit/types.ts';
import { filesystem3 } from '../../../src/host/wasi-filesystem/declarations-3.ts';
import { errorCode3 } from '../../../src/host/wasi-filesystem/vocabulary-3.ts';
import { assertError, generations, mountFolder, okOf, type Mounted } from './mounted.ts';

type Outcome = Result<unknown, ErrorCode>;
interface Fixture extends Mounted {
  /** `/proc/self`, `/dev` and `/dev/shm`, the last two writable. */
  readonly proc: Descriptor;
  readonly devices: Descriptor;
  readonly memory: Descriptor;
  readonly file: Descriptor;
}

const asRoot = process.getuid?.() === 0 ? 'runs as root, whom no permission stops' : false;
const notLinux = process.platform === 'linux' ? false : 'needs /proc, /dev/full and /dev/shm';

const writing = { flags: { write: true } };
const creating = { open: { create: true }, ...writing };
const exclusive = { open: { create: true, exclusive: true }, ...writing };

/** In a writable mount with the file `file`, the empty `dir`, `full/file` and the symlink `link` to `file`. */
const reached: readonly (readonly [ErrorCode, string, (fixture: Fixture) => Promise<Outcome>])[] = [
  ['bad-descriptor', 'reading a directory', async ({ types, root }) => types['[method]descriptor.read'](root, 1n, 0n)],
  [
    'bad-descriptor',
    'writing without write',
    async ({ types, file }) => types['[method]descriptor.write'](file, Buffer.from('x'), 0n),
  ],
  ['bad-descriptor', 'resizing a directory', async ({ types, root }) => types['[method]descriptor.set-size'](root, 0n)],
  ['busy', 'renaming the mount', async ({ types, root }) => types['[method]descriptor.rename-at'](root, '.', root, 'new')],
  [
    'cross-device',
    'renaming to another file system',
    async ({ types, root, memory }) => types['[method]descriptor.rename-at'](root, 'file', memory, 'tspin-renamed'),
  ],
  [
    'cross-device',
    'linking to another file system',
    async ({ types, root, memory }) => types['[method]descriptor.link-at'](root, {}, 'file', memory, 'tspin-linked'),
  ],
  ['exist', 'creating a file that exists', async ({ tryOpen }) => tryOpen('file', exclusive)],
  ['exist', 'creating over a symlink', async ({ tryOpen }) => tryOpen('link', exclusive)],
  ['exist', 'creating the mount', async ({ tryOpen }) => tryOpen('.', exclusive)],
  [
    'exist',
    'making a directory that exists',
    async ({ types, root }) => types['[method]descriptor.create-directory-at'](root, 'dir'),
  ],
  ['exist', 'making the mount', async ({ types, root }) => types['[method]descriptor.create-directory-at'](root, '.')],
  ['exist', 'a symlink in place of a file', async ({ types, root }) => types['[method]descriptor.symlink-at'](root, 'x', 'file')],
  [
    'exist',
    'a link in place of a file',
    async ({ types, root }) => types['[method]descriptor.link-at'](root, {}, 'file', root, 'link'),
  ],
  [
    'file-too-large',
    'writing beyond what a file can hold',
    async ({ types, open }) => types['[method]descriptor.write'](await open('file', writing), Buffer.from('x'), 2n ** 53n - 1n),
  ],
  [
    'file-too-large',
    'writing beyond what can be counted',
    async ({ types, open }) => types['[method]descriptor.write'](await open('file', writing), Buffer.from('x'), 2n ** 53n),
  ],
  [
    'insufficient-space',
    'writing to a full device',
    async ({ types, devices }) =>
      types['[method]descriptor.write'](
        okOf(await types['[method]descriptor.open-at'](devices, {}, 'full', {}, { write: true })),
        Buffer.from('x'),
        0n,
      ),
  ],
  ['invalid', 'a path with a NUL', async ({ tryOpen }) => tryOpen('fi\0le')],
  ['invalid', 'creating a directory by open', async ({ tryOpen }) => tryOpen('new', { open: { create: true, directory: true } })],
  ['invalid', 'reading a link that is none', async ({ types, root }) => types['[method]descriptor.readlink-at'](root, 'file')],
  ['invalid', 'reading a link with a slash', async ({ types, root }) => types['[method]descriptor.readlink-at'](root, 'link/')],
  ['invalid', 'removing the mount', async ({ types, root }) => types['[method]descriptor.remove-directory-at'](root, '.')],
  [
    'invalid',
    'a symlink to a path with a NUL',
    async ({ types, root }) => types['[method]descriptor.symlink-at'](root, '\0', 'new'),
  ],
  [
    'invalid',
    'a time of a thousand million nanoseconds',
    async ({ types, root }) =>
      types['[method]descriptor.set-times'](
        root,
        { tag: 'now' },
        { tag: 'timestamp', val: { seconds: 0n, nanoseconds: 1_000_000_000 } },
      ),
  ],
  [
    'invalid',
    'an offset that POSIX cannot say',
    async ({ types, open }) => types['[method]descriptor.write'](await open('file', writing), Buffer.from('x'), 2n ** 63n),
  ],
  [
    'invalid-seek',
    'reading a pipe at an offset',
    async ({ types, host, open }) => types['[method]descriptor.read'](await open(pipeAt(host)), 1n, 0n),
  ],
  [
    'io',
    'reading memory that is not there',
    async ({ types, proc }) =>
      types['[method]descriptor.read'](
        okOf(await types['[method]descriptor.open-at'](proc, {}, 'mem', {}, { read: true })),
        1n,
        0n,
      ),
  ],
  ['is-directory', 'opening a directory for writing', async ({ tryOpen }) => tryOpen('dir', writing)],
  ['is-directory', 'opening the mount for writing', async ({ tryOpen }) => tryOpen('.', writing)],
  ['is-directory', 'creating a file with a slash', async ({ tryOpen }) => tryOpen('new/', creating)],
  ['is-directory', 'unlinking a directory', async ({ types, root }) => types['[method]descriptor.unlink-file-at'](root, 'dir')],
  [
    'is-directory',
    'unlinking a directory with a slash',
    async ({ types, root }) => types['[method]descriptor.unlink-file-at'](root, 'dir/'),
  ],
  ['is-directory', 'unlinking the mount', async ({ types, root }) => types['[method]descriptor.unlink-file-at'](root, '.')],
  ['loop', 'opening a symlink that is not to be followed', async ({ tryOpen }) => tryOpen('link', { path: {} })],
  ['name-too-long', 'a name of 256 letters', async ({ tryOpen }) => tryOpen('x'.repeat(256))],
  ['name-too-long', 'a path of 4097 letters', async ({ tryOpen }) => tryOpen('x/'.repeat(2048) + 'x')],
  ['no-entry', 'an empty path', async ({ tryOpen }) => tryOpen('')],
  ['no-entry', 'a file that is not there', async ({ tryOpen }) => tryOpen('missing')],
  ['no-entry', 'creating a file in a directory that is not there', async ({ tryOpen }) => tryOpen('missing/file', creating)],
  ['no-entry', 'a symlink with a slash', async ({ types, root }) => types['[method]descriptor.symlink-at'](root, 'x', 'new/')],
  [
    'no-entry',
    'a link with a slash',
    async ({ types, root }) => types['[method]descriptor.link-at'](root, {}, 'file', root, 'new/'),
  ],
  ['no-such-device', 'writing to a pipe that nobody reads', async ({ host, tryOpen }) => tryOpen(pipeAt(host), writing)],
  ['not-directory', 'opening a file as a directory', async ({ tryOpen }) => tryOpen('file', { open: { directory: true } })],
  ['not-directory', 'opening a file with a slash', async ({ tryOpen }) => tryOpen('file/')],
  ['not-directory', 'opening a symlink to a file with a slash', async ({ tryOpen }) => tryOpen('link/')],
  ['not-directory', 'a path through a file', async ({ tryOpen }) => tryOpen('file/x')],
  ['not-directory', 'listing a file', async ({ types, file }) => types['[method]descriptor.read-directory'](file)],
  [
    'not-directory',
    'a path that starts at a file',
    async ({ types, file }) => types['[method]descriptor.stat-at'](file, {}, 'x'),
  ],
  [
    'not-directory',
    'stat of a file with a slash',
    async ({ types, root }) => types['[method]descriptor.stat-at'](root, {}, 'file/'),
  ],
  [
    'not-directory',
    'unlinking a file with a slash',
    async ({ types, root }) => types['[method]descriptor.unlink-file-at'](root, 'file/'),
  ],
  [
    'not-directory',
    'removing a file as a directory',
    async ({ types, root }) => types['[method]descriptor.remove-directory-at'](root, 'file'),
  ],
  [
    'not-directory',
    'renaming a file to a name with a slash',
    async ({ types, root }) => types['[method]descriptor.rename-at'](root, 'file', root, 'new/'),
  ],
  [
    'not-directory',
    'linking a file with a slash',
    async ({ types, root }) => types['[method]descriptor.link-at'](root, {}, 'file/', root, 'new'),
  ],
  [
    'not-empty',
    'removing a directory with a file in it',
    async ({ types, root }) => types['[method]descriptor.remove-directory-at'](root, 'full'),
  ],
  [
    'not-empty',
    'renaming over a directory with a file in it',
    async ({ types, root }) => types['[method]descriptor.rename-at'](root, 'dir', root, 'full'),
  ],
  [
    'not-permitted',
    'linking a directory',
    async ({ types, root }) => types['[method]descriptor.link-at'](root, {}, 'dir', root, 'new'),
  ],
  [
    'not-permitted',
    'linking the mount',
    async ({ types, root }) => types['[method]descriptor.link-at'](root, {}, '.', root, 'new'),
  ],
  [
    'not-permitted',
    'a symlink to an absolute path',
    async ({ types, root }) => types['[method]descriptor.symlink-at'](root, '/etc', 'new'),
  ],
  [
    'not-permitted',
    'reading a symlink to an absolute path',
    async ({ types, root, host }) =>
      symlink('/etc', host('etc')).then(() => types['[method]descriptor.readlink-at'](root, 'etc')),
  ],
  [
    'overflow',
    'a time that no clock will show',
    async ({ types, root }) =>
      types['[method]descriptor.set-times'](
        root,
        { tag: 'now' },
        { tag: 'timestamp', val: { seconds: 2n ** 64n - 1n, nanoseconds: 0 } },
      ),
  ],
];

function pipeAt(host: Mounted['host']): string {
  execFileSync('mkfifo', [host('pipe')]);
  return 'pipe';
}

async function fixture(mounted: Mounted): Promise<Fixture> {
  const { host, preopened, write } = mounted;
  await write('file', 'text');
  await mkdir(host('dir'));
  await mkdir(host('full'));
  await write('full/file', '');
  await symlink('file', host('link'));
  const [, proc, devices, memory] = preopened.map(([descriptor]) => descriptor);
  assert.ok(proc && devices && memory);
  return { ...mounted, proc, devices, memory, file: await mounted.open('file') };
}

const others = [
  { hostPath: '/proc/self', writable: false },
  { hostPath: '/dev', writable: true },
  { hostPath: '/dev/shm', writable: true },
];

for (const generation of generations) {
  for (const [code, what, call] of reached) {
    test(`${what} is ${code} with ${generation}`, { skip: notLinux }, async t => {
      assertError(await call(await fixture(await mountFolder(t, { access: 'writable', others, generation }))), code);
    });
  }
}

test('a file that nobody may read is access', { skip: asRoot }, async t => {
  const { tryOpen, write, host } = await mountFolder(t);
  await write('file', '');
  await chmod(host('file'), 0);
  assertError(await tryOpen('file'), 'access');
});

test('writing to a program that runs is text-file-busy', { skip: notLinux }, async t => {
  const { tryOpen, host } = await mountFolder(t, { access: 'writable' });
  await copyFile('/bin/cat', host('program'));
  const program = spawn(host('program'), { stdio: ['pipe', 'pipe', 'ignore'] });
  t.after(() => program.kill());
  // It runs once it echoes.
  program.stdin.write('x');
  await once(program.stdout, 'data');
  assertError(await tryOpen('program', writing), 'text-file-busy');
});

test('a symlink whose target is not UTF-8 is illegal-byte-sequence', { skip: notLinux }, async t => {
  const { types, root, host, tryOpen } = await mountFolder(t);
  await symlink(Buffer.from([0xff]), host('link'));
  assertError(await types['[method]descriptor.readlink-at'](root, 'link'), 'illegal-byte-sequence');
  assertError(await tryOpen('link'), 'illegal-byte-sequence');
});

const systemError = (code: string): Error => Object.assign(new Error(code), { code, syscall: 'open', errno: -1 });

const byErrno: readonly (readonly [string, ErrorCode])[] = [
  ['EACCES', 'access'],
  ['EAGAIN', 'would-block'],
  ['EALREADY', 'already'],
  ['EDEADLK', 'deadlock'],
  ['EDQUOT', 'quota'],
  ['EINPROGRESS', 'in-progress'],
  ['EINTR', 'interrupted'],
  ['EMFILE', 'insufficient-memory'],
  ['ENFILE', 'insufficient-memory'],
  ['ENOMEM', 'insufficient-memory'],
  ['EMLINK', 'too-many-links'],
  ['EMSGSIZE', 'message-size'],
  ['ENODEV', 'no-device'],
  ['ENOLCK', 'no-lock'],
  ['ENOTRECOVERABLE', 'not-recoverable'],
  ['ENOSYS', 'unsupported'],
  ['ENOTSUP', 'unsupported'],
  ['EOPNOTSUPP', 'unsupported'],
  ['ENOTTY', 'no-tty'],
  ['EPIPE', 'pipe'],
  ['EROFS', 'read-only'],
  ['ETXTBSY', 'text-file-busy'],
  ['EILSEQ', 'illegal-byte-sequence'],
  ['EUNKNOWN', 'io'],
];

for (const [errno, code] of byErrno) {
  test(`${errno} is ${code}`, () => {
    assert.equal(errorCodeOf(systemError(errno)), code);
  });
}

test('every error-code of 0.2 is one of 0.3, would-block among the others', () => {
  const [declared] = filesystem3;
  const type = declared?.types.functions['[method]descriptor.sync'].result;
  assert.ok(errorCode.kind === 'enum' && type?.kind === 'result' && type.err?.kind === 'variant');
  const cases = new Set(type.err.cases.map(([name]) => name));
  for (const name of errorCode.names) assert.ok(cases.has(errorCode3(name as ErrorCode).tag), name);
  assert.deepEqual(errorCode3('would-block'), { tag: 'other', val: 'would-block' });
});

test('every error-code of WIT is covered by a test here', () => {
  const covered = new Set<string>([...reached.map(([code]) => code), ...byErrno.map(([, code]) => code)]);
  assert.ok(errorCode.kind === 'enum');
  assert.deepEqual(
    errorCode.names.filter(name => !covered.has(name)),
    [],
  );
});

test('a bug is not made into an error-code', async () => {
  assert.equal(errorCodeOf(new TypeError('bug')), undefined);
  await assert.rejects(
    attempt(() => Promise.reject(new TypeError('bug'))),
    new TypeError('bug'),
  );
});
