import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retryWhileLocked } from '../../../src/host/key-value/lock-wait.ts';

const failure = (code: string): Error => Object.assign(new Error(`failed with ${code}`), { code });

test('an attempt that finds a lock is made again until it works', () => {
  let attempts = 0;
  const attempt = (): string => {
    attempts += 1;
    if (attempts < 3) throw failure('SQLITE_BUSY');
    return 'worked';
  };
  assert.equal(retryWhileLocked(60_000, attempt), 'worked');
  assert.equal(attempts, 3);
});

test('a lock is waited for no longer than asked, and is the error then', () => {
  const attempt = (): never => {
    throw failure('SQLITE_BUSY_SNAPSHOT');
  };
  assert.throws(() => retryWhileLocked(0, attempt), { code: 'SQLITE_BUSY_SNAPSHOT' });
  assert.throws(() => retryWhileLocked(5, attempt), { code: 'SQLITE_BUSY_SNAPSHOT' });
});

test('any other failure is not tried again', () => {
  let attempts = 0;
  const attempt = (): never => {
    attempts += 1;
    throw failure('SQLITE_FULL');
  };
  assert.throws(() => retryWhileLocked(60_000, attempt), { code: 'SQLITE_FULL' });
  assert.equal(attempts, 1);
});
