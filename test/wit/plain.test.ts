// Plain bindings behind real output of jco: handles, failures of the host, waiting, limits.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import type { InvocationRun } from '../../src/runtime/run.ts';
import { PlainBinding, type PlainInstance } from '../../src/wit/plain.ts';
import { provide, type AnyProvided } from '../../src/wit/provided.ts';
import { Trap } from '../../src/wit/trap.ts';
import { err, ok } from '../../src/wit/types.ts';
import { givenUp, startRun } from '../runtime/start-run.ts';
import { compileDriver, things, type Driver, type OpenResult, type Thing } from './things.ts';

let instantiate: (imports: Readonly<Record<string, unknown>>) => Driver;
before(async () => {
  instantiate = await compileDriver();
});

interface Behaviour {
  readonly answer?: () => unknown;
  readonly wait?: () => Promise<void>;
  readonly open?: () => Promise<OpenResult>;
  readonly drop?: () => void;
  readonly handlesMax?: number;
}

interface Driven {
  readonly guest: Driver;
  readonly run: InvocationRun;
  readonly instance: PlainInstance;
  /** Every thing that was made, in order. */
  readonly made: Thing[];
}

function drive({ answer = () => 42, wait, open, drop, handlesMax = 100 }: Behaviour = {}): Driven {
  const made: Thing[] = [];
  const make = (value: number): Thing => {
    const thing = { value, dropped: false };
    made.push(thing);
    return thing;
  };
  const provided: AnyProvided = provide<null>()(
    things,
    {
      '[constructor]thing': (_, value) => make(value),
      '[method]thing.value': (_, self) => self.value,
      '[method]thing.wait': () => wait?.(),
      '[static]thing.swallow': (_, thing) => thing.value,
      answer: () => answer() as number,
      'open-later': () => open?.() ?? ok(make(7)),
      sum: (_, all) => all.reduce((total, { value }) => total + value, 0),
    },
    {
      thing: (_, thing: Thing) => {
        drop?.();
        thing.dropped = true;
      },
    },
  );
  const run = startRun({ provides: [provided] });
  const instance = new PlainBinding([provided], handlesMax).instance(run);
  return { guest: instantiate(instance.imports), run, instance, made };
}

test('a handle leads to its host object until the guest drops it', () => {
  const { guest, made } = drive();
  const [one, two] = [guest.make(1), guest.make(2)];
  assert.deepEqual([guest.value(two), guest.value(one)], [2, 1]);
  guest.drop(one);
  assert.deepEqual(
    made.map(({ dropped }) => dropped),
    [true, false],
  );
  assert.equal(guest.value(two), 2);
});

test('borrowed handles in a list lead to their host objects', () => {
  const { guest } = drive();
  assert.equal(guest.sum(guest.make(30), guest.make(12)), 42);
});

test('a handle that the guest gave away is not dropped for it, one that it kept is', () => {
  const { guest, instance, made } = drive();
  assert.equal(guest.swallow(guest.make(1)), 1);
  guest.make(2);
  instance.dropAll();
  assert.deepEqual(
    made.map(({ dropped }) => dropped),
    [false, true],
  );
});

for (const [title, use] of [
  ['calls a method of', (guest: Driver) => guest.value(77)],
  ['lends', (guest: Driver) => guest.sum(77, 77)],
  ['gives away', (guest: Driver) => guest.swallow(77)],
] as const) {
  test(`a guest that ${title} a handle it does not have traps`, () => {
    const { guest, run } = drive();
    assert.throws(() => use(guest), WebAssembly.RuntimeError);
    assert.throws(() => run.enter(), WebAssembly.RuntimeError);
    assert.equal(run.bug, undefined);
  });
}

test('a guest that waits on a handle it does not have is given up, not left hanging', async () => {
  const { guest, run } = drive();
  await assert.rejects(Promise.race([guest.wait(77), givenUp(run)]), /unknown handle/);
  assert.equal(run.bug, undefined);
});

test('a guest that holds too many handles traps, and that is no bug of the host', () => {
  const { guest, run } = drive({ handlesMax: 2 });
  const first = guest.make(1);
  guest.make(2);
  guest.drop(first);
  guest.make(3);
  assert.throws(() => guest.make(4), /2 handles, which is the limit/);
  assert.equal(run.bug, undefined);
});

test('a trap of the host ends the guest, and every later host call traps alike', () => {
  const trap = new Trap('enough');
  const { guest, run } = drive({
    answer: () => {
      throw trap;
    },
  });
  assert.throws(() => guest.answer(), /enough/);
  assert.throws(() => run.enter(), trap);
});

test('an error that escapes a host function is a bug, and traps the guest', () => {
  const bug = new Error('a slip');
  const { guest, run } = drive({
    answer: () => {
      throw bug;
    },
  });
  assert.throws(() => guest.answer(), WebAssembly.RuntimeError);
  assert.equal(run.bug, bug);
});

test('an error that escapes the drop of a handle is a bug, and traps the guest', () => {
  const bug = new Error('a slip');
  const { guest, run } = drive({
    drop: () => {
      throw bug;
    },
  });
  const handle = guest.make(1);
  assert.throws(() => guest.drop(handle), WebAssembly.RuntimeError);
  assert.equal(run.bug, bug);
});

test('a promise from a function that is not declared to wait is a bug, not a number', () => {
  const { guest, run } = drive({ answer: () => Promise.resolve(1) });
  assert.throws(() => guest.answer(), WebAssembly.RuntimeError);
  assert.match(run.bug?.message ?? '', /tspin:test\/things#answer returned a promise/);
});

test('a rejected promise of a function that is not declared to wait is reported once', async t => {
  const { guest, run } = drive({ answer: () => Promise.reject(new Error('late')) });
  assert.throws(() => guest.answer(), WebAssembly.RuntimeError);
  assert.match(run.bug?.message ?? '', /returned a promise/);
  await noUnhandledRejection(t);
});

test('a guest waits for what opens later', async () => {
  const { guest } = drive();
  const handle = await guest.openLater();
  assert.equal(guest.value(handle), 7);
});

test("an error of a waiting function is the guest's to handle, as a WIT result", async () => {
  const { guest, run } = drive({ open: () => Promise.resolve(err(3)) });
  // This guest answers an error with `unreachable`.
  await assert.rejects(guest.openLater(), /unreachable/);
  run.enter();
});

test('a promise that rejects gives up the invocation, also where WIT knows no error', async () => {
  const bug = new Error('a slip');
  const { guest, run } = drive({ wait: () => Promise.reject(bug) });
  await assert.rejects(Promise.race([guest.wait(guest.make(1)), givenUp(run)]), WebAssembly.RuntimeError);
  assert.equal(run.bug, bug);
});

test('a handle past the limit gives up the invocation, also after a wait', async () => {
  const { guest, run } = drive({ handlesMax: 0 });
  await assert.rejects(Promise.race([guest.openLater(), givenUp(run)]), /which is the limit/);
  assert.throws(() => run.enter(), /which is the limit/);
  assert.equal(run.bug, undefined);
});

test('a guest that is given up while it waits goes no further', async t => {
  const gate = Promise.withResolvers<void>();
  const { guest, run } = drive({ wait: () => gate.promise });
  const waiting = guest.wait(guest.make(1));
  await roundTheLoop();
  run.giveUp(new Trap('the app is stopping'));
  await assert.rejects(Promise.race([waiting, givenUp(run)]), /the app is stopping/);
  assert.throws(() => guest.answer(), WebAssembly.RuntimeError);
  gate.reject(new Error('nobody waits for this'));
  await noUnhandledRejection(t);
});

test('what opens after the invocation was given up becomes no handle', async () => {
  const gate = Promise.withResolvers<OpenResult>();
  const { guest, run, instance } = drive({ open: () => gate.promise });
  const opening = guest.openLater();
  await roundTheLoop();
  const late: Thing = { value: 1, dropped: false };
  gate.resolve(ok(late));
  run.giveUp(new Trap('the app is stopping'));
  instance.dropAll();
  await assert.rejects(Promise.race([opening, givenUp(run)]), /the app is stopping/);
});

test('instances of one binding know nothing of one another', () => {
  const [one, other] = [drive(), drive()];
  const handle = one.guest.make(1);
  assert.throws(() => other.guest.value(handle), WebAssembly.RuntimeError);
  assert.equal(one.guest.value(handle), 1);
});

/** jco calls its guest a little later; by then it has. */
const roundTheLoop = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

/** Fails when a rejection is reported before the event loop has gone round. */
async function noUnhandledRejection(t: { after: (fn: () => void) => void }): Promise<void> {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  t.after(() => process.off('unhandledRejection', note));
  await roundTheLoop();
  assert.deepEqual(unhandled, []);
}
