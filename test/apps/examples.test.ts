// The examples that are built by their own commands: the tutorial in Python and Go, and an app of three languages.
// TypeScript and Rust: tutorial.test.ts.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../temporary-folder.ts';
import { builtApp, noGo } from './built-app.ts';
import { repository } from './guests.ts';
import { tspinUp } from './tspin-process.ts';

for (const example of ['kv-python', 'kv-go']) {
  test(`${example} does what its README says, with any bytes`, { skip: example === 'kv-go' && noGo }, async t => {
    const folder = builtApp(t, join(repository, 'examples', example));
    const app = await tspinUp(t, ['-f', folder, '--state-dir', temporaryFolder(t)]);
    const value = Buffer.from([0, 255, 128, 10]);
    const ask = async (method: string, path: string, body?: Buffer<ArrayBuffer>) => {
      const response = await fetch(`${app.url}${path}`, { method, ...(body && { body }) });
      return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
    };
    const nothing = Buffer.alloc(0);
    assert.deepEqual(await ask('GET', '/a'), { status: 404, body: nothing });
    assert.deepEqual(await ask('POST', '/a', value), { status: 200, body: nothing });
    assert.deepEqual(await ask('GET', '/a'), { status: 200, body: value });
    assert.equal((await ask('HEAD', '/a')).status, 200);
    assert.equal((await ask('HEAD', '/b')).status, 404);
    assert.equal((await ask('DELETE', '/a')).status, 200);
    assert.equal((await ask('GET', '/a')).status, 404);
    assert.equal((await ask('PUT', '/a', value)).status, 405);
    assert.equal(await app.stop(), 0);
    assert.match(app.stderr, /Stored 4 bytes under \/a/);
  });
}

test('mixed: components in TypeScript, Go and Python share a store and call each other', { skip: noGo }, async t => {
  const folder = builtApp(t, join(repository, 'examples/mixed'));
  const app = await tspinUp(t, ['-f', folder, '--state-dir', temporaryFolder(t)]);
  const text = async (path: string, method = 'GET') => (await fetch(`${app.url}${path}`, { method })).text();
  assert.equal(await text('/'), 'no visits yet\n');
  assert.equal(await text('/home', 'POST'), '/home was visited 1 times\n');
  assert.equal(await text('/home', 'POST'), '/home was visited 2 times\n');
  assert.equal(await text('/away', 'POST'), '/away was visited 1 times\n');
  assert.equal(await text('/'), '/away: 1\n/home: 2\n');
  assert.equal(await app.stop(), 0);
});
