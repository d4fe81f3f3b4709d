// `tspin new` on a real terminal, which script(1) of util-linux gives it.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { temporaryFolder } from '../temporary-folder.ts';

const repository = join(import.meta.dirname, '..', '..');
const isUtilLinux = /util-linux/.test(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '');
const skip = isUtilLinux ? false : 'script of util-linux is not installed';

/** Types each answer when its question is there. */
async function onTerminal(t: TestContext, words: string, answers: readonly (readonly [question: string, typed: string])[]) {
  const cwd = temporaryFolder(t);
  const command = `'${process.execPath}' '${join(repository, 'bin/tspin.js')}' ${words}`;
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    cwd,
    env: { ...process.env, SPIN_DATA_DIR: join(cwd, 'none'), TERM: 'xterm', SHELL: '/bin/sh' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const left = [...answers];
  let screen = '';
  let unread = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
    const [next] = left;
    const at = next ? screen.indexOf(next[0], unread) : -1;
    if (!next || at < 0) return;
    unread = at + next[0].length;
    left.shift();
    child.stdin.write(next[1]);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  assert.deepEqual(left, [], screen);
  return { cwd, code, screen };
}

test('each question is put, and a wrong answer is asked again', { skip }, async t => {
  const { cwd, code, screen } = await onTerminal(t, 'new', [
    ['Template [http-ts]: ', 'http-js\r'],
    ['Name of the app: ', 'hello\r'],
    ['Description: ', '\r'],
    ['HTTP path [/...]: ', 'wrong\r'],
    ['HTTP path [/...]: ', '/api\r'],
  ]);
  assert.equal(code, 0, screen);
  assert.match(readFileSync(join(cwd, 'hello/spin.toml'), 'utf8'), /^route = "\/api"$/m);
});

test('Ctrl-C at a question ends it, and nothing is made', { skip }, async t => {
  const { cwd, code } = await onTerminal(t, 'new -t http-js hello', [['Description: ', '\u0003']]);
  assert.equal(code, 130);
  assert.equal(existsSync(join(cwd, 'hello')), false);
});
