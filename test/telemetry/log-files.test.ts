import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { LogFile } from '../../src/telemetry/log-file.ts';
import { checkLogFiles, openLogFiles, type LogFilesOptions } from '../../src/telemetry/log-files.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function setUp(t: TestContext, options: Partial<LogFilesOptions> = {}) {
  const directory = join(temporaryFolder(t), 'logs');
  const seen = { terminal: '', warnings: [] as string[] };
  const given: LogFilesOptions = {
    components: ['one', 'two'],
    directory,
    follow: 'all',
    truncate: false,
    terminal: (_component, _stream, chunk) => void (seen.terminal += Buffer.from(chunk).toString()),
    warn: message => void seen.warnings.push(message),
    ...options,
  };
  const check = () => checkLogFiles(given);
  const open = () => openLogFiles(given);
  const read = (name: string): string => readFileSync(join(directory, name), 'utf8');
  return { directory, seen, check, open, read };
}

test("a component's stdout and stderr go to a file each, and unprefixed to the terminal", async t => {
  const { open, read, seen } = setUp(t);
  const logs = await open();
  logs.write('one', 'stdout', bytes('out\n'));
  logs.write('one', 'stderr', bytes('err\n'));
  logs.close();
  assert.deepEqual([read('one_stdout.txt'), read('one_stderr.txt')], ['out\n', 'err\n']);
  assert.equal(seen.terminal, 'out\nerr\n');
});

test('what is written keeps its order, also across the limit of what is gathered', async t => {
  const { open, read } = setUp(t, { follow: 'none' });
  const logs = await open();
  const lines = Array.from({ length: 5000 }, (_, index) => `line ${index} ${'x'.repeat(index % 97)}\n`);
  for (const line of lines) logs.write('one', 'stdout', bytes(line));
  logs.close();
  assert.equal(read('one_stdout.txt'), lines.join(''));
});

test('the bytes are taken at once: the guest may use its memory again', async t => {
  const { open, read } = setUp(t);
  const logs = await open();
  const memory = bytes('before');
  logs.write('one', 'stdout', memory);
  memory.fill(0);
  logs.close();
  assert.equal(read('one_stdout.txt'), 'before');
});

test('output is in the file soon, without waiting for the stop', async t => {
  const { open, read } = setUp(t);
  const logs = await open();
  logs.write('one', 'stdout', bytes('soon'));
  await new Promise(resolve => setImmediate(() => setImmediate(resolve)));
  assert.equal(read('one_stdout.txt'), 'soon');
  logs.close();
});

test('files are appended to, and emptied with `truncate`', async t => {
  const { directory, open, read } = setUp(t);
  mkdirSync(directory);
  writeFileSync(join(directory, 'one_stdout.txt'), 'old\n');
  const appending = await open();
  appending.write('one', 'stdout', bytes('new\n'));
  appending.close();
  assert.equal(read('one_stdout.txt'), 'old\nnew\n');
});

test('`truncate` empties all log files and nothing else', async t => {
  const { directory, open, read } = setUp(t, { truncate: true });
  mkdirSync(directory);
  for (const name of ['one_stdout.txt', 'gone_stderr.txt', 'notes.txt']) writeFileSync(join(directory, name), 'old');
  const logs = await open();
  logs.close();
  assert.deepEqual(['one_stdout.txt', 'gone_stderr.txt', 'notes.txt'].map(read), ['', '', 'old']);
});

test('--follow shows the output of those components alone; all is logged', async t => {
  const { open, read, seen } = setUp(t, { follow: ['two'] });
  const logs = await open();
  logs.write('one', 'stdout', bytes('1'));
  logs.write('two', 'stdout', bytes('2'));
  logs.close();
  assert.equal(seen.terminal, '2');
  assert.deepEqual([read('one_stdout.txt'), read('two_stdout.txt')], ['1', '2']);
});

test('--quiet shows none', async t => {
  const { open, seen } = setUp(t, { follow: 'none' });
  const logs = await open();
  logs.write('one', 'stdout', bytes('1'));
  logs.close();
  assert.equal(seen.terminal, '');
});

test('without a folder for logs output goes to the terminal even under --quiet, or it would be lost', async t => {
  const { open, seen } = setUp(t, { follow: 'none', directory: undefined });
  const logs = await open();
  logs.write('one', 'stdout', bytes('1'));
  logs.close();
  assert.equal(seen.terminal, '1');
});

test('the check makes no folder', async t => {
  const { check, directory } = setUp(t);
  await check();
  assert.equal(existsSync(directory), false);
});

test('--follow with an unknown id lists the ids', async t => {
  const { check } = setUp(t, { follow: ['oen'] });
  await assert.rejects(check(), {
    code: 'unknown-follow-id',
    message: 'the app has no component "oen" to follow',
    help: ['did you mean "one"?', 'the components are: one, two'],
  });
});

test('a name cannot lead out of the folder', async t => {
  const { directory, open } = setUp(t);
  const logs = await open();
  logs.write('../../evil', 'stdout', bytes('1'));
  logs.close();
  assert.deepEqual(readdirSync(directory), ['....evil_stdout.txt']);
  assert.equal(existsSync(join(directory, '..', '..', 'evil_stdout.txt')), false);
});

test('a folder that cannot be made is named with the way out, by the check and by the opening', async t => {
  const file = join(temporaryFolder(t), 'file');
  writeFileSync(file, '');
  const { check, open } = setUp(t, { directory: join(file, 'logs', 'deeper') });
  const refusal = {
    code: 'log-directory-unusable',
    help: [
      'name another folder with --log-dir, or none with --log-dir ""',
      'without --log-dir it is in the folder for state, which --state-dir names',
    ],
  };
  await assert.rejects(check(), refusal);
  await assert.rejects(open(), refusal);
});

test('a disk that is full is said once, and the app goes on', async t => {
  const { open, directory, seen } = setUp(t);
  const logs = await open();
  // A folder in the file's place fails every write, as a full disk does.
  mkdirSync(join(directory, 'one_stdout.txt'));
  for (const text of ['1', '2']) {
    logs.write('one', 'stdout', bytes(text));
    await new Promise(resolve => setImmediate(() => setImmediate(resolve)));
  }
  logs.close();
  assert.equal(seen.warnings.length, 1);
  assert.match(seen.warnings[0] ?? '', /^output of the app is lost: EISDIR/);
});

test('a file that has grown to its limit is kept beside a new one, which takes the place of the one before', t => {
  const path = join(temporaryFolder(t), 'one_stdout.txt');
  const warnings: string[] = [];
  const file = (): LogFile => new LogFile(path, message => void warnings.push(message), 10);
  // Each is written out when it is closed; the next finds how large the file is.
  for (const text of ['first one,', 'second one,', 'third one,']) {
    const log = file();
    log.write(bytes(text));
    log.close();
  }
  assert.deepEqual([readFileSync(path, 'utf8'), readFileSync(`${path}.old`, 'utf8')], ['third one,', 'second one,']);
  assert.deepEqual(warnings, []);
});
