// Writes that a guest was told of before they were on disk (ADR 023).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Withheld } from '../../src/host/withheld.ts';

const unexpected = (reason: string): void => assert.fail(reason);

test('what is withheld is told of when the last write is on disk', () => {
  const withheld = new Withheld();
  const told: (string | undefined)[] = [];
  const [first, second] = [withheld.add(1, unexpected), withheld.add(1, unexpected)];
  withheld.whenKept(failure => told.push(failure));
  second?.();
  assert.deepEqual([withheld.isEmpty, told], [false, []]);
  first?.();
  assert.deepEqual([withheld.isEmpty, told], [true, [undefined]]);
  withheld.whenKept(failure => told.push(failure));
  assert.equal(told.length, 2);
});

test('a failure is told at once to whoever told the guest, and to those that wait when all is known', async () => {
  const withheld = new Withheld();
  const failures: string[] = [];
  const add = (): ((failure?: string) => void) | undefined => withheld.add(1, reason => failures.push(reason));
  const [first, second, third] = [add(), add(), add()];
  const kept = withheld.kept();
  first?.('disk on fire');
  assert.deepEqual(failures, ['disk on fire']);
  second?.('and so on');
  third?.();
  assert.deepEqual([failures, await kept], [['disk on fire'], 'disk on fire']);
});

test('after something may have left the guest waits itself', () => {
  const withheld = new Withheld();
  withheld.leave();
  assert.equal(withheld.add(1, unexpected), undefined);
});

test('it is limited in writes and in bytes, and has room again when they are kept', () => {
  const withheld = new Withheld();
  const all = Array.from({ length: 256 }, () => withheld.add(1, unexpected));
  assert.ok(all.every(kept => kept));
  assert.equal(withheld.add(1, unexpected), undefined);
  for (const kept of all) kept?.();
  assert.equal(withheld.add(1024 * 1024 + 1, unexpected), undefined);
  const large = withheld.add(1024 * 1024, unexpected);
  assert.ok(large);
  assert.equal(withheld.add(1, unexpected), undefined);
  large();
  assert.ok(withheld.add(1, unexpected));
});
