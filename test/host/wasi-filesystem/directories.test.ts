// Making, listing, moving and removing names.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readlink, symlink, writeFile } from 'node:fs/promises';
import { test } from 'node:test';

import type { Descriptor } from '../../../src/host/wasi-filesystem/descriptor.ts';
import type { ErrorCode } from '../../../src/host/wasi-filesystem/vocabulary.ts';
import type { Result } from '../../../src/wit/types.ts';
import { assertError, generations, mountFolder, okOf, type Mounted } from './mounted.ts';

async function list({ types }: Mounted, directory: Descriptor): Promise<string[]> {
  const stream = okOf(await types['[method]descriptor.read-directory'](directory));
  const found: string[] = [];
  for (;;) {
    const entry = okOf(await types['[method]directory-entry-stream.read-directory-entry'](stream));
    if (!entry) return found.sort();
    found.push(`${entry.name}: ${entry.type}`);
  }
}

for (const generation of generations) {
  test(`lists the entries of a directory with their types, without . and .., with ${generation}`, async t => {
    const mounted = await mountFolder(t, { generation });
    const { host, root, write } = mounted;
    await mkdir(host('dir'));
    await write('file.txt', '');
    await write('.hidden', '');
    await symlink('nowhere', host('link'));
    execFileSync('mkfifo', [host('pipe')]);
    const entries = ['.hidden: regular-file', 'dir: directory', 'file.txt: regular-file', 'link: symbolic-link', 'pipe: fifo'];
    assert.deepEqual(await list(mounted, root), entries);
  });

  test(`lists a directory that the guest opened, and hundreds of entries, with ${generation}`, async t => {
    const mounted = await mountFolder(t, { generation });
    await mkdir(mounted.host('dir'));
    const names = Array.from({ length: 300 }, (_, index) => `file-${index}`);
    for (const name of names) await mounted.write(`dir/${name}`, '');
    const entries = await list(mounted, await mounted.open('dir'));
    assert.deepEqual(entries, names.map(name => `${name}: regular-file`).sort());
  });
}

test('a name that is not UTF-8 is an error of its own, and the other names are still listed', async t => {
  const { host, root, types } = await mountFolder(t);
  await writeFile(Buffer.concat([Buffer.from(host('bad-')), Buffer.from([0xff])]), '');
  await writeFile(host('good'), '');
  const stream = okOf(await types['[method]descriptor.read-directory'](root));
  const next = () => types['[method]directory-entry-stream.read-directory-entry'](stream);
  const results = [await next(), await next()].map(result => (result.tag === 'ok' ? result.val?.name : result.val));
  assert.deepEqual(new Set(results), new Set(['good', 'illegal-byte-sequence']));
  assert.equal(okOf(await next()), undefined);
});

test('makes and removes directories', async t => {
  const { host, root, types } = await mountFolder(t, { access: 'writable' });
  okOf(await types['[method]descriptor.create-directory-at'](root, 'dir'));
  okOf(await types['[method]descriptor.create-directory-at'](root, 'dir/sub/'));
  assert.deepEqual(await readdir(host('.')), ['dir']);
  assertError(await types['[method]descriptor.remove-directory-at'](root, 'dir'), 'not-empty');
  okOf(await types['[method]descriptor.remove-directory-at'](root, 'dir/sub/'));
  okOf(await types['[method]descriptor.remove-directory-at'](root, 'dir'));
  assert.deepEqual(await readdir(host('.')), []);
});

test('renames within a mount and from one opened directory to another', async t => {
  const { host, root, types, open, write } = await mountFolder(t, { access: 'writable' });
  await mkdir(host('from'));
  await mkdir(host('to'));
  await write('from/file.txt', 'text');
  okOf(await types['[method]descriptor.rename-at'](await open('from'), 'file.txt', await open('to'), 'moved.txt'));
  assert.deepEqual(await readdir(host('to')), ['moved.txt']);
  okOf(await types['[method]descriptor.rename-at'](root, 'to/', root, 'there/'));
  assert.deepEqual((await readdir(host('.'))).sort(), ['from', 'there']);
});

test('links a file under a second name', async t => {
  const { root, types, text, write } = await mountFolder(t, { access: 'writable' });
  await write('file.txt', 'text');
  okOf(await types['[method]descriptor.link-at'](root, {}, 'file.txt', root, 'again.txt'));
  assert.equal(await text('again.txt'), 'text');
});

test('link-at links a symlink itself, and refuses to follow it', async t => {
  const { host, root, types, write } = await mountFolder(t, { access: 'writable' });
  await write('file.txt', 'text');
  await symlink('file.txt', host('link'));
  const linkAt = types['[method]descriptor.link-at'];
  assertError(await linkAt(root, { symlinkFollow: true }, 'link', root, 'again'), 'invalid');
  okOf(await linkAt(root, {}, 'link', root, 'again'));
  assert.equal(await readlink(host('again')), 'file.txt');
});

test('makes, reads and removes symlinks, dangling ones too', async t => {
  const { host, root, types } = await mountFolder(t, { access: 'writable' });
  okOf(await types['[method]descriptor.symlink-at'](root, '../anywhere', 'link'));
  assert.equal(await readlink(host('link')), '../anywhere');
  assert.equal(okOf(await types['[method]descriptor.readlink-at'](root, 'link')), '../anywhere');
  okOf(await types['[method]descriptor.unlink-file-at'](root, 'link'));
  assert.deepEqual(await readdir(host('.')), []);
});

type Types = Mounted['types'];
type Call = (types: Types, descriptor: Descriptor) => Promise<Result<unknown, ErrorCode>>;

const now = { tag: 'now' } as const;
const at = { symlinkFollow: true };

/** In a mount with `file` and an empty directory `dir`. */
const writing: readonly (readonly [string, Call])[] = [
  ['create-directory-at', async (types, root) => types['[method]descriptor.create-directory-at'](root, 'new')],
  ['remove-directory-at', async (types, root) => types['[method]descriptor.remove-directory-at'](root, 'dir')],
  ['unlink-file-at', async (types, root) => types['[method]descriptor.unlink-file-at'](root, 'file')],
  ['symlink-at', async (types, root) => types['[method]descriptor.symlink-at'](root, 'file', 'new')],
  ['rename-at', async (types, root) => types['[method]descriptor.rename-at'](root, 'file', root, 'new')],
  ['link-at', async (types, root) => types['[method]descriptor.link-at'](root, {}, 'file', root, 'new')],
  ['set-times', async (types, root) => types['[method]descriptor.set-times'](root, now, now)],
  ['set-times-at', async (types, root) => types['[method]descriptor.set-times-at'](root, at, 'file', now, now)],
  ['open-at with create', async (types, root) => types['[method]descriptor.open-at'](root, at, 'new', { create: true }, {})],
  ['open-at with truncate', async (types, root) => types['[method]descriptor.open-at'](root, at, 'file', { truncate: true }, {})],
  ['open-at with write', async (types, root) => types['[method]descriptor.open-at'](root, at, 'file', {}, { write: true })],
  [
    'open-at with mutate-directory',
    async (types, root) => types['[method]descriptor.open-at'](root, at, 'dir', {}, { mutateDirectory: true }),
  ],
];

for (const generation of generations) {
  for (const [name, call] of writing) {
    test(`a read-only mount refuses ${name} with ${generation}`, async t => {
      const { types, root, host, write } = await mountFolder(t, { generation });
      await mkdir(host('dir'));
      await write('file', 'text');
      assertError(await call(types, root), 'read-only');
      assert.deepEqual((await readdir(host('.'))).sort(), ['dir', 'file']);
    });

    test(`a writable mount allows ${name} with ${generation}`, async t => {
      const { types, root, host, write } = await mountFolder(t, { access: 'writable', generation });
      await mkdir(host('dir'));
      await write('file', 'text');
      okOf(await call(types, root));
    });
  }
}

const fileWriting: readonly (readonly [string, Call])[] = [
  ['write', async (types, file) => types['[method]descriptor.write'](file, Buffer.from('x'), 0n)],
  ['write-via-stream', async (types, file) => types['[method]descriptor.write-via-stream'](file, 0n)],
  ['append-via-stream', async (types, file) => types['[method]descriptor.append-via-stream'](file)],
  ['set-size', async (types, file) => types['[method]descriptor.set-size'](file, 0n)],
  ['set-times', async (types, file) => types['[method]descriptor.set-times'](file, now, now)],
];

for (const [name, call] of fileWriting) {
  test(`an open file of a read-only mount refuses ${name}`, async t => {
    const { types, open, write, text } = await mountFolder(t);
    await write('file', 'text');
    assertError(await call(types, await open('file')), 'read-only');
    assert.equal(await text('file'), 'text');
  });
}

test('a file of a read-only mount cannot be linked or moved into a writable one', async t => {
  const source = await mountFolder(t);
  await source.write('file', 'text');
  const { types, preopened, root } = await mountFolder(t, {
    access: 'writable',
    others: [{ hostPath: source.host('.'), writable: false }],
  });
  const readOnly = preopened[1]?.[0];
  assert.ok(readOnly);
  assertError(await types['[method]descriptor.link-at'](readOnly, {}, 'file', root, 'mine'), 'read-only');
  assertError(await types['[method]descriptor.rename-at'](readOnly, 'file', root, 'mine'), 'read-only');
  assertError(await types['[method]descriptor.rename-at'](root, 'file', readOnly, 'mine'), 'read-only');
});
