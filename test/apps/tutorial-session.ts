// Spin's key-value tutorial as a user goes through it: the session of README.md, then a restart.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { temporaryFolder } from '../temporary-folder.ts';
import { fileKindOf } from '../../src/wasm/preamble.ts';
import { inspectComponent } from '../../src/wasm/inspect.ts';
import { appFolder, repository } from './guests.ts';
import { parseSession, runStep } from './readme-session.ts';
import { tspinUp, type TspinProcess } from './tspin-process.ts';
import type { TutorialGuest } from './tutorial-guests.ts';

/** Both of tspin's bindings, where both can run it. */
export function testTutorial(guest: TutorialGuest): void {
  test(`the session of the README gives what it says, and values are kept over a restart, with ${guest.name}`, t =>
    goThrough(t, guest));
  const skip = guest.notPlain ?? false;
  test(`the session of the README gives what it says, with ${guest.name} and plain bindings`, { skip }, async t => {
    const args = ['-f', fromOf(t, guest), '--state-dir', temporaryFolder(t), '--bindings', 'plain', '--verbose'];
    const app = await tspinUp(t, args);
    await runSession(app);
    assert.match(app.stderr, /plain bindings/);
    assert.equal(await app.stop(), 0);
  });
}

async function goThrough(t: TestContext, guest: TutorialGuest): Promise<void> {
  assertHandler(guest);
  const { textOnly = false } = guest;
  const args = ['-f', fromOf(t, guest), '--state-dir', temporaryFolder(t), '--verbose'];
  const value = textOnly ? Buffer.from('a\n\u00e9\u0000') : Buffer.from([0, 255, 128, 10, 13, 0]);
  const first = await tspinUp(t, args);
  await runSession(first);
  assert.match(first.stderr, /fast bindings/);
  assert.equal((await fetch(`${first.url}/a/key`, { method: 'POST', body: value })).status, 200);
  assert.equal((await fetch(`${first.url}/empty`, { method: 'POST', body: '' })).status, 200);
  assert.equal((await fetch(`${first.url}/gone`, { method: 'POST', body: 'x' })).status, 200);
  assert.equal((await fetch(`${first.url}/gone`, { method: 'DELETE' })).status, 200);
  assert.equal(await first.stop(), 0);

  const second = await tspinUp(t, args);
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
}

const fromOf = (t: TestContext, { manifest, source }: TutorialGuest): string =>
  manifest ?? appFolder(t, { source: source(), component: 'kv' });

/** It is of the generation that the table says. What a core module exports shows when it is a component. */
function assertHandler({ source, handler }: TutorialGuest): void {
  const bytes = readFileSync(source());
  if (fileKindOf(bytes).kind !== 'component') return;
  const names = inspectComponent(bytes).exports.map(({ interface: name, version }) => (version ? `${name}@${version}` : name));
  assert.ok(names.includes(handler), `${handler} in ${names.join()}`);
}

async function runSession(app: TspinProcess): Promise<void> {
  const steps = parseSession(readFileSync(join(repository, 'README.md'), 'utf8'));
  assert.ok(steps.length > 0, 'README.md has no session');
  for (const step of steps) assert.equal(await runStep(step, app.url), step.expected, `README.md:${step.line}`);
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
