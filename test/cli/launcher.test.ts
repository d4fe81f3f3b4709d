import assert from 'node:assert/strict';
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { temporaryFolder } from '../temporary-folder.ts';

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'tspin.js');

/** A package that holds the launcher and, as its CLI, the given code. */
function packageWith(t: TestContext, cli: string): string {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'dist', 'workers'), { recursive: true });
  for (const name of ['tspin.js', 'load.cjs', 'package.json'])
    copyFileSync(join(launcher, '..', name), join(folder, 'bin', name));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'dist', 'workers', 'spare-thread.cjs'), "exports.startThread = name => 'thread ' + name;");
  writeFileSync(join(folder, 'dist', 'tspin.cjs'), `exports.main = thread => { ${cli} };`);
  return join(folder, 'bin', 'tspin.js');
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(path: string, words: readonly string[], options: SpawnOptions = {}) {
  const child = spawn(process.execPath, [path, ...words], { ...options, stdio: 'pipe' });
  const texts = { stdout: '', stderr: '' };
  child.stdout?.on('data', chunk => (texts.stdout += String(chunk)));
  child.stderr?.on('data', chunk => (texts.stderr += String(chunk)));
  const ended = new Promise<Ended>(resolve => {
    child.once('close', (code, signal) => resolve({ code, signal, ...texts }));
  });
  return { child, ended, printed: (text: string) => untilPrinted(child, texts, text) };
}

function untilPrinted(child: ChildProcess, texts: { readonly stdout: string }, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (texts.stdout.includes(text)) resolve();
    };
    child.stdout?.on('data', look);
    child.once('close', () => reject(new Error(`ended without printing ${text}: ${texts.stdout}`)));
    look();
  });
}

/** Makes the launcher run a second time, on this same Node. */
const relaunching = { env: { ...process.env, TSPIN_NODE: process.execPath } };

test('runs the CLI in its own process when its Node has JSPI', async t => {
  const path = packageWith(t, 'process.stdout.write(`${process.argv.slice(2)} ${process.ppid}`); process.exitCode = 7;');
  const { ended } = start(path, ['up', '--quiet'], { env: { ...process.env, TSPIN_NODE: '' } });
  assert.deepEqual(await ended, { code: 7, signal: null, stdout: `up,--quiet ${process.pid}`, stderr: '' });
});

for (const [words, expected] of [
  [['up'], 'thread tspin-worker-1'],
  [['up', '--quiet', '--listen', '127.0.0.1:0'], 'thread tspin-worker-1'],
  [['up', '--help'], 'undefined'],
  [['up', '--build'], 'undefined'],
  [['up', '--dev'], 'undefined'],
  [['watch'], 'undefined'],
  [[], 'undefined'],
] as const) {
  test(`\`tspin ${words.join(' ')}\` ${expected === 'undefined' ? 'starts no thread ahead' : 'starts the first worker ahead'}`, async t => {
    const path = packageWith(t, 'process.stdout.write(String(thread));');
    assert.equal((await start(path, words).ended).stdout, expected);
  });
}

test('TSPIN_NODE names the Node to run on; arguments, output and the exit code pass through', async t => {
  const path = packageWith(
    t,
    'process.stdout.write(`${process.argv.slice(2)} ${process.env.TSPIN_RELAUNCHED_BY}`); process.exitCode = 7;',
  );
  const { ended } = start(path, ['up', 'a b'], relaunching);
  assert.deepEqual(await ended, { code: 7, signal: null, stdout: 'up,a b undefined', stderr: '' });
});

test('death by a signal passes through', async t => {
  const path = packageWith(t, 'process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000);');
  const { code, signal } = await start(path, [], relaunching).ended;
  assert.deepEqual([code, signal], [null, 'SIGKILL']);
});

for (const [sent, received] of [
  ['SIGTERM', 'SIGTERM'],
  ['SIGHUP', 'SIGHUP'],
  ['SIGINT', 'SIGTERM'],
] as const) {
  test(`${sent} is passed on as ${received}`, async t => {
    const path = packageWith(
      t,
      `for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => { process.stdout.write(signal); process.exit(5); });
       setInterval(() => {}, 1000); process.stdout.write('ready ');`,
    );
    const { child, ended, printed } = start(path, [], relaunching);
    await printed('ready');
    child.kill(sent);
    const { code, stdout } = await ended;
    assert.deepEqual([code, stdout], [5, `ready ${received}`]);
  });
}

test('the second process stops when the launcher was killed outright', async t => {
  const path = packageWith(
    t,
    `process.on('SIGTERM', () => { process.stdout.write('stopped'); process.exit(0); });
     setInterval(() => {}, 1000); process.stdout.write('ready ');`,
  );
  const { child, ended, printed } = start(path, [], relaunching);
  await printed('ready');
  child.kill('SIGKILL');
  // The pipe closes when the last process that holds it has ended.
  const { signal, stdout } = await ended;
  assert.deepEqual([signal, stdout], ['SIGKILL', 'ready stopped']);
});

test('a TSPIN_NODE that does not exist is named with what to do', async t => {
  const path = packageWith(t, '');
  const { code, stderr } = await start(path, [], { env: { ...process.env, TSPIN_NODE: '/nowhere/node' } }).ended;
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^error\[node-too-old\]: tspin needs Node 24\.21 or newer, with JSPI: \/nowhere\/node \(TSPIN_NODE\) does not start: there is no such file\n {2}help: install Node 26/,
  );
});

test('a TSPIN_NODE that is too old is named with its version', async t => {
  const path = packageWith(t, 'process.stdout.write("ran");');
  const old = join(temporaryFolder(t), 'old-node');
  // A Node without JSPI, as an old one is.
  writeFileSync(old, `#!/bin/sh\nexec ${process.execPath} --import 'data:text/javascript,delete WebAssembly.promising' "$@"\n`);
  chmodSync(old, 0o755);
  const { code, stdout, stderr } = await start(path, [], { env: { ...process.env, TSPIN_NODE: old } }).ended;
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, /^error\[node-too-old\]: .* is v\d+\.\d+\.\d+ without JSPI\n/);
});

test('the launcher has no syntax and no module that Node 18 lacks', () => {
  const source = readFileSync(launcher, 'utf8');
  assert.doesNotMatch(source, /\busing\b|withResolvers|import\.meta\.dirname|import\.meta\.resolve|\bwith \{|=>\s*\{\s*using/);
});
