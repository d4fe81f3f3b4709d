// Fast bindings behave as the plain ones do: handles, failures of the host, waiting, limits (test/wit/plain.test.ts).
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { InvocationRun } from '../../../src/runtime/run.ts';
import { FastComponent } from '../../../src/wasm/fast/fast-component.ts';
import type { GuestInstance } from '../../../src/wasm/guest.ts';
import { func } from '../../../src/wit/interface.ts';
import { provide, type AnyProvided } from '../../../src/wit/provided.ts';
import { Trap } from '../../../src/wit/trap.ts';
import { err, ok, u32 } from '../../../src/wit/types.ts';
import { givenUp, startRun } from '../../runtime/start-run.ts';
import { driverText, things, type OpenResult, type Thing } from '../../wit/things.ts';
import { component } from '../fixtures.ts';
import { callExport, fastFromBytes } from './make.ts';

let bytes: Uint8Array;
before(async () => {
  bytes = await component(driverText);
});

interface Behaviour {
  readonly answer?: () => unknown;
  readonly wait?: () => Promise<void>;
  readonly open?: () => Promise<OpenResult>;
  readonly drop?: () => void;
  readonly handlesMax?: number;
}

class Driver {
  readonly instance: GuestInstance;
  constructor(instance: GuestInstance) {
    this.instance = instance;
  }
  make = (value: number) => this.#call('make', value);
  value = (handle: number) => this.#call('value', handle);
  wait = (handle: number) => this.#call('wait', handle);
  swallow = (handle: number) => this.#call('swallow', handle);
  drop = (handle: number) => this.#call('drop', handle);
  answer = () => this.#call('answer');
  openLater = () => this.#call('open-later');
  sum = (first: number, second: number) => this.#call('sum', first, second);

  async #call(name: string, ...args: number[]): Promise<number> {
    const params = args.map((_, index) => [`p${index}`, u32] as const);
    const type = name === 'wait' || name === 'drop' ? func(params) : func(params, u32);
    return (await callExport(this.instance, { interface: 'tspin:test/driver@1.0.0', name, type }, ...args)) as number;
  }
}

interface Driven {
  readonly guest: Driver;
  readonly run: InvocationRun;
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
  const fast: FastComponent = fastFromBytes(bytes, { offers: [provided], limits: { handlesMax } });
  return { guest: new Driver(fast.instantiate(run)), run, made };
}

test('a handle leads to its host object until the guest drops it', async () => {
  const { guest, made } = drive();
  const [one, two] = [await guest.make(1), await guest.make(2)];
  assert.deepEqual([await guest.value(two), await guest.value(one)], [2, 1]);
  await guest.drop(one);
  assert.deepEqual(
    made.map(({ dropped }) => dropped),
    [true, false],
  );
  assert.equal(await guest.value(two), 2);
});

test('borrowed handles in a list lead to their host objects', async () => {
  const { guest } = drive();
  assert.equal(await guest.sum(await guest.make(30), await guest.make(12)), 42);
});

test('a handle that the guest gave away is not dropped for it, one that it kept is', async () => {
  const { guest, made } = drive();
  assert.equal(await guest.swallow(await guest.make(1)), 1);
  await guest.make(2);
  guest.instance.leave();
  assert.deepEqual(
    made.map(({ dropped }) => dropped),
    [false, true],
  );
});

test('freed handles are given again, the last freed first, as the specification says', async () => {
  const { guest } = drive();
  const [one, two, three] = [await guest.make(1), await guest.make(2), await guest.make(3)];
  assert.deepEqual([one, two, three], [1, 2, 3]);
  await guest.drop(one);
  await guest.drop(three);
  assert.deepEqual([await guest.make(4), await guest.make(5), await guest.make(6)], [3, 1, 4]);
});

for (const [title, use] of [
  ['calls a method of', (guest: Driver) => guest.value(77)],
  ['lends', (guest: Driver) => guest.sum(77, 77)],
  ['gives away', (guest: Driver) => guest.swallow(77)],
  ['drops', (guest: Driver) => guest.drop(77)],
  ['waits on', (guest: Driver) => guest.wait(77)],
  ['uses the index 0 for', (guest: Driver) => guest.value(0)],
] as const) {
  test(`a guest that ${title} a handle it does not have traps`, async () => {
    const { guest, run } = drive();
    await assert.rejects(use(guest), WebAssembly.RuntimeError);
    assert.match(run.reason?.message ?? '', /unknown handle/);
    assert.equal(run.bug, undefined);
  });
}

test('a guest that holds too many handles traps, and that is no bug of the host', async () => {
  const { guest, run } = drive({ handlesMax: 2 });
  const first = await guest.make(1);
  await guest.make(2);
  await guest.drop(first);
  await guest.make(3);
  await assert.rejects(guest.make(4), WebAssembly.RuntimeError);
  assert.match(run.reason?.message ?? '', /2 handles, which is the limit/);
  assert.equal(run.bug, undefined);
});

test('a trap of the host ends the guest, and every later host call traps alike', async () => {
  const trap = new Trap('enough');
  const { guest, run } = drive({
    answer: () => {
      throw trap;
    },
  });
  await assert.rejects(guest.answer(), WebAssembly.RuntimeError);
  assert.equal(run.reason, trap);
  await assert.rejects(guest.make(1), WebAssembly.RuntimeError);
});

test('an error that escapes a host function, or the drop of a handle, is a bug, and traps the guest', async () => {
  const bug = new Error('a slip');
  const fail = (): never => {
    throw bug;
  };
  const one = drive({ answer: fail });
  await assert.rejects(one.guest.answer(), WebAssembly.RuntimeError);
  assert.equal(one.run.bug, bug);
  const other = drive({ drop: fail });
  await assert.rejects(other.guest.drop(await other.guest.make(1)), WebAssembly.RuntimeError);
  assert.equal(other.run.bug, bug);
});

test('a promise from a function that is not declared to wait is a bug, not a number', async () => {
  const { guest, run } = drive({ answer: () => Promise.resolve(1) });
  await assert.rejects(guest.answer(), WebAssembly.RuntimeError);
  assert.match(run.bug?.message ?? '', /tspin:test\/things@1.0.0#answer returned a promise/);
});

test('a guest waits for what opens later, and an error is its own to handle', async () => {
  const { guest } = drive();
  assert.equal(await guest.value(await guest.openLater()), 7);
  const failing = drive({ open: () => Promise.resolve(err(3)) });
  // This guest answers an error with `unreachable`.
  await assert.rejects(failing.guest.openLater(), /unreachable/);
  failing.run.enter();
});

test('a promise that rejects gives up the invocation, also where WIT knows no error', async () => {
  const bug = new Error('a slip');
  const { guest, run } = drive({ wait: () => Promise.reject(bug) });
  await assert.rejects(guest.wait(await guest.make(1)), WebAssembly.RuntimeError);
  assert.equal(run.bug, bug);
});

test('a guest that is given up while it waits goes no further', async () => {
  const { guest, run } = drive({ wait: () => new Promise(() => {}) });
  const waiting = guest.wait(await guest.make(1));
  await nextTurn();
  run.giveUp(new Trap('the app is stopping'));
  await assert.rejects(givenUp(run), /the app is stopping/);
  await assert.rejects(waiting, WebAssembly.RuntimeError);
  await assert.rejects(guest.answer(), WebAssembly.RuntimeError);
});

test('instances of one component know nothing of one another', async () => {
  const [one, other] = [drive(), drive()];
  const handle = await one.guest.make(1);
  await assert.rejects(other.guest.value(handle), WebAssembly.RuntimeError);
  assert.equal(await one.guest.value(handle), 1);
});
