// Spin's key-value tutorial as a user goes through it, with each form of the guest.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { temporaryFolder } from '../temporary-folder.ts';
import { appFolder, kvPythonWasm, kvTsWasm, repository } from './guests.ts';
import { parseSession, runStep } from './readme-session.ts';
import { tspinUp } from './tspin-process.ts';

/** What follows -f. */
const guests: Readonly<Record<string, (t: TestContext) => string>> = {
  TypeScript: t => appFolder(t, { source: kvTsWasm(), component: 'kv-ts' }),
  'a Rust component': () => join(repository, 'examples/kv-rust'),
  'a Rust core module': () => join(repository, 'examples/kv-rust/spin-core.toml'),
  'Rust SDK 7 (WASI 0.3)': () => join(repository, 'test/guests/kv-rust7'),
  'Rust SDK 6 (a release candidate of WASI 0.3)': () => join(repository, 'test/guests/kv-rust6'),
  C: t => checkedIn(t, 'kv-c'),
  Go: t => checkedIn(t, 'kv-go'),
  'Python (SDK 3)': t => appFolder(t, { source: kvPythonWasm(), component: 'kv-python' }),
};

const checkedIn = (t: TestContext, component: string): string =>
  appFolder(t, { source: join(repository, `test/guests/${component}/${component}.wasm`), component });

for (const [guest, manifest] of Object.entries(guests)) {
  test(`the session of the README gives what it says, with ${guest}`, async t => {
    const steps = parseSession(readFileSync(join(repository, 'README.md'), 'utf8'));
    assert.ok(steps.length > 0, 'README.md has no session');
    const app = await tspinUp(t, ['-f', manifest(t), '--state-dir', temporaryFolder(t)]);
    for (const step of steps) assert.equal(await runStep(step, app.url), step.expected, `README.md:${step.line}`);
    assert.equal(await app.stop(), 0);
  });

  test(`values are kept over a restart, any bytes of them, with ${guest}`, async t => {
    const from = manifest(t);
    const stateDirectory = temporaryFolder(t);
    const value = Buffer.from([0, 255, 128, 10, 13, 0]);
    const first = await tspinUp(t, ['-f', from, '--state-dir', stateDirectory]);
    assert.equal((await fetch(`${first.url}/a/key`, { method: 'POST', body: value })).status, 200);
    assert.equal((await fetch(`${first.url}/empty`, { method: 'POST', body: '' })).status, 200);
    assert.equal((await fetch(`${first.url}/gone`, { method: 'POST', body: 'x' })).status, 200);
    assert.equal((await fetch(`${first.url}/gone`, { method: 'DELETE' })).status, 200);
    assert.equal(await first.stop(), 0);

    const second = await tspinUp(t, ['-f', from, '--state-dir', stateDirectory]);
    assert.deepEqual(Buffer.from(await (await fetch(`${second.url}/a/key`)).arrayBuffer()), value);
    const seen: string[] = [];
    for (const [method, path] of requestsAfter) {
      const response = await fetch(`${second.url}${path}`, { method });
      seen.push(`${method} ${path} ${response.status} ${(await response.arrayBuffer()).byteLength}`);
    }
    assert.deepEqual(
      seen,
      requestsAfter.map(request => request.join(' ')),
    );
    assert.equal(await second.stop(), 0);
  });
}

/** Method, path, then the status and the length of the body that are expected after the restart. */
const requestsAfter: readonly (readonly [string, string, number, number])[] = [
  ['HEAD', '/a/key', 200, 0],
  ['HEAD', '/other', 404, 0],
  ['GET', '/empty', 200, 0],
  ['GET', '/gone', 404, 0],
  ['DELETE', '/never', 200, 0],
  ['PUT', '/a/key', 405, 0],
  ['DELETE', '/a/key', 200, 0],
  ['GET', '/a/key', 404, 0],
];
