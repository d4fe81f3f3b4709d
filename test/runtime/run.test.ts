import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Invocation } from '../../src/host/interface.ts';
import { Hosts } from '../../src/runtime/host-states.ts';
import { InvocationRun } from '../../src/runtime/run.ts';
import { provide } from '../../src/wit/provided.ts';
import { func, witInterface } from '../../src/wit/interface.ts';
import { Trap } from '../../src/wit/trap.ts';
import { stubComponent } from '../host/harness.ts';
import { givenUp, startRun as start } from './start-run.ts';

/** Fails the test when a rejection stays unhandled; call the result at the end. */
function watchRejections(t: TestContext): () => Promise<void> {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  t.after(() => process.off('unhandledRejection', note));
  return async () => {
    await nextTurn();
    await nextTurn();
    assert.deepEqual(unhandled, []);
  };
}

test('what the guest waits for is passed on', async () => {
  const run = start();
  assert.equal(await run.wait(Promise.resolve(7)), 7);
  await assert.rejects(run.wait(Promise.reject(new Error('boom'))), /boom/);
});

test('giving up rejects everything that the guest waits for, with the reason', async () => {
  const run = start();
  const waits = [run.wait(new Promise(() => {})), run.wait(new Promise(() => {}))];
  const reason = new Trap('stopping');
  run.giveUp(reason);
  for (const wait of waits) await assert.rejects(wait, reason);
  await assert.rejects(givenUp(run), reason);
});

test('after giving up every host call traps and every wait rejects at once', async () => {
  const run = start();
  run.enter();
  const reason = new Trap('stopping');
  run.giveUp(reason);
  assert.throws(() => run.enter(), reason);
  await assert.rejects(run.wait(new Promise(() => {})), reason);
});

test('the first reason counts', async () => {
  const run = start();
  const first = new Trap('first');
  run.giveUp(first);
  run.giveUp(new Trap('second'));
  assert.throws(() => run.enter(), first);
  await assert.rejects(givenUp(run), first);
});

test('a promise that fails after the guest stopped waiting is told nobody', async t => {
  const settled = watchRejections(t);
  const run = start();
  const [before, after] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const wait = run.wait(before.promise);
  run.giveUp(new Trap('stopping'));
  await assert.rejects(wait, /stopping/);
  await assert.rejects(run.wait(after.promise), /stopping/);
  before.reject(new Error('late'));
  after.reject(new Error('later'));
  await settled();
});

test('a give-up that nobody races with is no unhandled rejection', async t => {
  const settled = watchRejections(t);
  start().giveUp(new Trap('stopping'));
  await settled();
});

test('the signal aborts at the finish, not when the run is given up', () => {
  const run = start();
  run.giveUp(new Trap('stopping'));
  assert.equal(run.signal.aborted, false);
  run.finish();
  assert.equal(run.signal.aborted, true);
});

test('after the finish nothing of the host can be called', () => {
  const run = start();
  run.finish();
  assert.throws(() => run.enter(), /the invocation is over/);
});

test('a trap of a host function ends the run as it is, and is no bug', () => {
  const run = start();
  const trap = new Trap('poll was called with an empty list');
  assert.equal(run.failed(trap), trap);
  assert.equal(run.bug, undefined);
  assert.throws(() => run.enter(), trap);
});

test('anything else that escapes a host function is a bug, and the first is kept', () => {
  const run = start();
  const first = new TypeError('x is undefined');
  const trap = run.failed(first);
  assert(trap instanceof Trap);
  assert.equal(trap.message, 'the host failed: x is undefined');
  run.failed('a consequence');
  assert.equal(run.bug, first);
});

test('trap throws a Trap', () => {
  assert.throws(
    () => start().trap('no'),
    (error: unknown) => error instanceof Trap && error.message === 'no',
  );
});

test('what the guest prints goes out, and stderr is kept as its last words', () => {
  const written: string[] = [];
  const output = {
    write: (id: string, stream: string, bytes: Uint8Array) => void written.push(`${id} ${stream} ${bytes.length}`),
  };
  const run = start({ output });
  run.output.write('stub', 'stdout', Buffer.from('out\n'));
  run.output.write('stub', 'stderr', Buffer.from('panicked\n'));
  assert.deepEqual(written, ['stub stdout 4', 'stub stderr 9']);
  assert.deepEqual(run.lastWords, ['panicked']);
});

test('begins a host interface when the guest first uses it, and ends it', () => {
  const provided = provide<object>()(witInterface('a:b/c', '1.0.0', { functions: { f: func([]) } }), { f: () => {} });
  const component = stubComponent({}, 0);
  const begun: unknown[] = [];
  const ended: unknown[] = [];
  const configured = {
    begin: (invocation: Invocation) => {
      begun.push(invocation.component);
      return begun;
    },
    end: (state: unknown) => void ended.push(state),
  };
  const hosts = new Hosts([{ host: { name: 'c', provides: [provided], configure: () => configured }, configured }]);
  const run = new InvocationRun({ component, output: { write: () => {} }, hosts });
  assert.deepEqual(begun, []);
  assert.equal(run.state(provided), begun);
  assert.equal(run.state(provided), begun);
  assert.deepEqual(begun, [component]);
  run.finish();
  assert.deepEqual(ended, [begun]);
});
