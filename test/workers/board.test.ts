import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Board, newBoardMemory } from '../../src/workers/board.ts';

test('a board shows the invocation that had the thread last', () => {
  const memory = newBoardMemory();
  const [worker, main] = [new Board(memory), new Board(memory)];
  assert.equal(main.shown, undefined);
  worker.show('component "a" on GET /a/long/target');
  assert.equal(main.shown, 'component "a" on GET /a/long/target');
  worker.show('component "b" on GET /');
  assert.equal(main.shown, 'component "b" on GET /');
});

test('a target that is too long is cut', () => {
  const memory = newBoardMemory();
  new Board(memory).show(`GET /${'x'.repeat(10_000)}`);
  assert.match(new Board(memory).shown ?? '', /^GET \/x{507}$/);
});

test('it beats as long as the event loop turns', async () => {
  const memory = newBoardMemory();
  new Board(memory).startBeating();
  const main = new Board(memory);
  const { beat } = main;
  const deadline = performance.now() + 10_000;
  while (main.beat === beat && performance.now() < deadline) await new Promise(resolve => setTimeout(resolve, 20));
  assert.ok(main.beat > beat);
});
