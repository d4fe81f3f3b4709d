// A set that returned is on disk: after kill -9, under strace, with the disk full, and from two processes at once.
import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import Database from 'better-sqlite3';
import { bytes, okOf } from '../contract/key-value-store.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { fileStore } from '../host/key-value/helpers.ts';

const setLoop = join(import.meta.dirname, 'set-loop.ts');
const hasStrace = spawnSync('strace', ['-V']).status === 0;
const withoutStrace = hasStrace ? false : 'strace is not installed (apt-get install strace)';

describe('kill -9', () => {
  for (const round of [1, 2, 3, 4, 5]) {
    test(`loses no acknowledged set (round ${round})`, async t => {
      const folder = temporaryFolder(t);
      const child = spawn(process.execPath, [setLoop, folder, 'k', '1000000', '16'], { stdio: ['ignore', 'pipe', 'inherit'] });
      t.after(() => child.kill('SIGKILL'));
      const acknowledged = await killAfter(child, 40 * round);
      const { store } = await fileStore(t, { folder });
      for (const key of acknowledged) assert.deepStrictEqual(okOf(store.get('default', key)), bytes(`value of ${key}`), key);
    });
  }
});

/** Reads the child's acknowledgements; kills it at the given one, and gives all that it wrote until it was dead. */
async function killAfter(child: ChildProcess, count: number): Promise<string[]> {
  const acknowledged: string[] = [];
  const { stdout } = child;
  assert.ok(stdout);
  const lines = createInterface({ input: stdout });
  lines.on('line', line => {
    acknowledged.push(line);
    if (acknowledged.length === count) child.kill('SIGKILL');
  });
  const [[code, signal]] = await Promise.all([once(child, 'exit'), once(lines, 'close')]);
  assert.equal(signal, 'SIGKILL', `the child ended by itself with ${code} after ${acknowledged.length} sets`);
  return acknowledged;
}

describe('two processes on one file', () => {
  test('both write, and neither loses a set of the other', async t => {
    const folder = temporaryFolder(t);
    const children = ['one', 'two'].map(prefix =>
      spawn(process.execPath, [setLoop, folder, prefix, '200', '8'], { stdio: 'ignore' }),
    );
    const codes = await Promise.all(children.map(async child => (await once(child, 'exit'))[0] as number));
    assert.deepEqual(codes, [0, 0]);
    const { store } = await fileStore(t, { folder });
    assert.equal(okOf(store.getKeys('default')).length, 400);
  });

  test('a set fails with a reason when the other keeps its lock, and succeeds when it lets go', async t => {
    const { store, path } = await fileStore(t, { busyTimeoutMs: 50 });
    const other = new Database(path);
    t.after(() => other.close());
    other.exec('BEGIN IMMEDIATE');
    const failures = await Promise.all(['a', 'b'].map(key => store.set('default', key, bytes('v'))));
    for (const failure of failures) {
      assert.ok(failure.tag === 'err' && failure.val.kind === 'failed');
      assert.match(failure.val.message, /^database is locked: another program is writing/);
    }
    assert.equal(okOf(store.get('default', 'a')), undefined);
    other.exec('ROLLBACK');
    okOf(await store.set('default', 'a', bytes('v')));
  });
});

describe('under strace', { skip: withoutStrace }, () => {
  test('fdatasync of the journal has returned before each acknowledgement is written', t => {
    const calls = trace(temporaryFolder(t), ['-e', 'trace=fdatasync,fsync,pwrite64,write'], ['10', '1']);
    const acknowledged = calls.flatMap((call, index) => (/\bwrite\(1<?[^,]*, "k-\d/.test(call) ? [index] : []));
    assert.equal(acknowledged.length, 10);
    let from = calls.findIndex(call => call.includes('pwrite64(') && call.includes('-wal>'));
    assert.ok(from >= 0, 'the journal was never written');
    for (const until of acknowledged) {
      const between = calls.slice(from, until);
      const wrote = between.findLastIndex(call => call.includes('pwrite64(') && call.includes('-wal>'));
      const synced = between.findLastIndex(call => /(fdatasync|fsync)(\(| resumed).*= 0$/.test(call));
      assert.ok(wrote >= 0, `no journal write before ${calls[until]}`);
      assert.ok(synced > wrote, `no finished sync between the journal's write and ${calls[until]}`);
      from = until;
    }
  });

  test('64 sets at once cost far fewer syncs than 64', t => {
    const calls = trace(temporaryFolder(t), ['-e', 'trace=fdatasync,fsync,write'], ['640', '64']);
    const first = calls.findIndex(call => call.includes('"k-0'));
    const last = calls.findLastIndex(call => call.includes('"k-'));
    const syncs = calls.slice(first, last).filter(call => /(fdatasync|fsync)\(/.test(call)).length;
    assert.ok(syncs > 0 && syncs < 160, `${syncs} syncs for 640 sets`);
  });

  test('a full disk is an error of the set, not a crash', t => {
    const folder = temporaryFolder(t);
    const inject = ['-e', 'trace=pwrite64', '-e', 'inject=pwrite64:error=ENOSPC:when=40+'];
    const { stdout, status } = straced(folder, inject, ['60', '1']);
    assert.equal(status, 0);
    assert.match(stdout, /^k-0$/m);
    assert.match(stdout, /failed .*database or disk is full: the key-value file cannot grow/);
  });
});

/** Runs the loop under strace; gives the calls in the order in which they were made or resumed. */
function trace(folder: string, options: readonly string[], loop: readonly string[]): string[] {
  assert.equal(straced(folder, options, loop).status, 0);
  return readFileSync(join(folder, 'trace'), 'utf8').split('\n');
}

function straced(folder: string, options: readonly string[], [count = '', atOnce = '']: readonly string[]) {
  const loop = [process.execPath, setLoop, join(folder, 'state'), 'k', count, atOnce];
  return spawnSync('strace', ['-f', '-y', '-o', join(folder, 'trace'), ...options, ...loop], { encoding: 'utf8' });
}
