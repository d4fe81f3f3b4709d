import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyHostInterface } from '../../src/host/interface.ts';
import { Collector } from '../../src/runtime/collector.ts';
import { Events, type InvocationEvent } from '../../src/runtime/events.ts';
import { Executor } from '../../src/runtime/executor.ts';
import { Hosts } from '../../src/runtime/host-states.ts';
import { Permits } from '../../src/runtime/permits.ts';
import { InstancePool } from '../../src/runtime/pool.ts';
import { PlainComponent } from '../../src/wasm/plain-component.ts';
import { func, waitingFunc, witInterface } from '../../src/wit/interface.ts';
import { interfaceKey } from '../../src/wit/name.ts';
import { PlainBinding } from '../../src/wit/plain.ts';
import { provide } from '../../src/wit/provided.ts';
import { own, resource, string, u32 } from '../../src/wit/types.ts';
import { stubComponent } from '../host/harness.ts';

const thingResource = resource<object>('thing');

const tiny = witInterface('tspin:test/tiny', '1.0.0', {
  resources: [thingResource],
  functions: { answer: func([], u32), later: waitingFunc([]), print: func([['text', string]]) },
});

/** What the fake guest imports. */
interface Tiny {
  answer(): number;
  later(): Promise<void>;
  print(text: string): void;
}

interface Behaviour {
  readonly answer?: () => number;
  readonly later?: () => Promise<void>;
  readonly instantiate?: () => void;
  readonly max?: number;
}

interface State {
  readonly number: number;
  readonly print: (text: string) => void;
}

/** An executor of a component whose export is `guest`; `log` tells the steps of its one host interface. */
function executorOf(guest: (imports: Tiny) => unknown, { answer, later, instantiate, max = 10 }: Behaviour = {}) {
  const log: string[] = [];
  const heard: InvocationEvent[] = [];
  let begun = 0;
  const provided = provide<State>()(
    tiny,
    {
      answer: state => answer?.() ?? state.number,
      later: () => later?.(),
      print: (state, text) => state.print(text),
    },
    { thing: () => void log.push('drop thing') },
  );
  const component = stubComponent({}, 0);
  const host: AnyHostInterface = { name: 'tiny', provides: [provided], configure: () => configured };
  const configured = {
    begin: (invocation: { output: { write: (id: string, stream: 'stderr', bytes: Uint8Array) => void } }): State => {
      log.push('begin');
      return { number: ++begun, print: text => invocation.output.write('stub', 'stderr', Buffer.from(text)) };
    },
    end: () => void log.push('end'),
  };
  const events = new Events();
  const permits = new Permits({ max: max, waitingMax: 0 });
  const hosts = new Hosts([{ host, configured }]);
  const output = { write: () => {} };
  const compiled = {
    instantiate: (imports: Readonly<Record<string, unknown>>) => {
      instantiate?.();
      const own = imports[interfaceKey(tiny.name, tiny.version)] as Tiny;
      return { 'tspin:test/guest@1.0.0': { run: () => guest(own) } };
    },
  };
  const plain = new PlainComponent(compiled, new PlainBinding([provided], 10), { importKeys: [], why: 'a test' });
  const collector = new Collector(() => {});
  const pool = new InstancePool({
    component,
    guest: plain,
    hosts,
    output,
    collector,
    recycle: true,
    recycleSeeded: false,
    idleMs: 1000,
  });
  const executor = new Executor({
    component,
    pool,
    hosts,
    output,
    permits,
    events,
    work: { began: () => {}, ended: () => {} },
  });
  events.listen(event => void heard.push(event));
  const run = { interface: 'tspin:test/guest@1.0.0', name: 'run', type: waitingFunc([]) };
  const invoke = () => executor.invoke(() => 'a test', { target: run, args: [] });
  const takes = { ...run, type: waitingFunc([['thing', own(thingResource)]]) };
  const invokeWithThing = () => executor.invoke(() => 'a test', { target: takes, args: [{}] });
  return { executor, invoke, invokeWithThing, log, heard, permits };
}

test('a guest that returns has returned, its host interfaces begun before and ended after', async () => {
  const { invoke, log, heard, permits } = executorOf(imports => {
    imports.answer();
    log.push('guest');
  });
  assert.deepEqual(await invoke(), { kind: 'returned' });
  assert.deepEqual(log, ['begin', 'guest', 'end']);
  assert.equal(permits.taken, 0);
  assert.deepEqual(
    heard.map(({ component, cause, outcome }) => ({ component, cause, outcome })),
    [{ component: 'stub', cause: 'a test', outcome: { kind: 'returned' } }],
  );
  assert((heard[0]?.ms ?? -1) >= 0);
});

test('every invocation has a state of its own', async () => {
  const answers: number[] = [];
  const { invoke } = executorOf(imports => void answers.push(imports.answer()));
  await Promise.all([invoke(), invoke()]);
  assert.deepEqual(new Set(answers), new Set([1, 2]));
});

test('a guest that fails has trapped, with its last words, and is no bug', async () => {
  const { invoke, log, permits } = executorOf(imports => {
    imports.print('panicked\n');
    throw new WebAssembly.RuntimeError('unreachable');
  });
  const outcome = await invoke();
  assert(outcome?.kind === 'trapped');
  const { reason, lastWords, bug } = outcome.trap;
  assert.deepEqual({ reason, lastWords, bug }, { reason: 'unreachable', lastWords: ['panicked'], bug: undefined });
  assert.deepEqual(log, ['begin', 'end']);
  assert.equal(permits.taken, 0);
});

test('a host function that throws is told as a bug of the host', async () => {
  const fault = new TypeError('x is undefined');
  const { invoke } = executorOf(imports => imports.answer(), {
    answer: () => {
      throw fault;
    },
  });
  const outcome = await invoke();
  assert(outcome?.kind === 'trapped');
  assert.equal(outcome.trap.reason, 'the host failed: x is undefined');
  assert.equal(outcome.trap.bug, fault);
});

test('a host function that rejects ends a guest that nobody can resume', async () => {
  const { invoke } = executorOf(
    async imports => {
      imports.later().catch(() => {});
      await new Promise(() => {});
    },
    { later: () => Promise.reject(new Error('disk')) },
  );
  const outcome = await invoke();
  assert(outcome?.kind === 'trapped');
  assert.equal(outcome.trap.reason, 'the host failed: disk');
});

test('a component that cannot be instantiated has trapped, and no host interface was begun for it', async () => {
  const { invoke, log } = executorOf(() => {}, {
    instantiate: () => {
      throw new Error('no start');
    },
  });
  const outcome = await invoke();
  assert(outcome?.kind === 'trapped');
  assert.equal(outcome.trap.reason, 'no start');
  assert.deepEqual(log, []);
});

test('a guest that waits when the app stops is cancelled, with the reason', async () => {
  const waits = Promise.withResolvers<void>();
  const { executor, invoke, log, permits } = executorOf(imports => imports.later(), {
    later: () => {
      waits.resolve();
      return new Promise(() => {});
    },
  });
  const invoked = invoke();
  await waits.promise;
  executor.cancelAll('the app is stopping');
  assert.deepEqual(await invoked, { kind: 'cancelled', reason: 'the app is stopping' });
  assert.deepEqual(log, ['begin', 'end']);
  assert.equal(permits.taken, 0);
});

test('what the guest left behind is dropped before its host interfaces end', async () => {
  const { invokeWithThing, log } = executorOf(() => {});
  assert.deepEqual(await invokeWithThing(), { kind: 'returned' });
  assert.deepEqual(log, ['begin', 'drop thing', 'end']);
});

test('an invocation that there is no room for is refused, and not begun', async () => {
  const release = Promise.withResolvers<void>();
  const { invoke, log, heard } = executorOf(
    imports => {
      imports.answer();
      return release.promise;
    },
    { max: 1 },
  );
  const first = invoke();
  const refused = { kind: 'refused', reason: 'too many requests are waiting for an instance' };
  assert.deepEqual(await invoke(), refused);
  release.resolve();
  await first;
  assert.deepEqual(log, ['begin', 'end']);
  assert.deepEqual(
    heard.map(({ outcome }) => outcome),
    [refused, { kind: 'returned' }],
  );
});
