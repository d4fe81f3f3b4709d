import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hosts } from '../../src/runtime/host-states.ts';
import { Home } from '../../src/runtime/instances.ts';
import { ReusedInstance } from '../../src/runtime/reused-instance.ts';
import { InvocationRun } from '../../src/runtime/run.ts';
import type { GuestInstance } from '../../src/wasm/guest.ts';
import { stubComponent } from '../host/harness.ts';

/** What the guest does is up to the test. */
const guest: GuestInstance = {
  enter: () => {},
  call: () => Promise.resolve(),
  abandon: () => false,
  leave: () => {},
  reset: () => false,
  retire: () => {},
  dispose: () => {},
};

test('what is printed belongs to the invocation whose guest began or went on last, not to the one that came last', () => {
  const component = stubComponent({}, 0);
  const hosts = new Hosts([]);
  const printed: string[] = [];
  const runOf = (name: string): InvocationRun =>
    new InvocationRun({
      component,
      hosts,
      output: { write: (_id, _stream, bytes) => void printed.push(`${name}: ${Buffer.from(bytes).toString()}`) },
    });
  const home = new Home({ component, hosts, output: { write: () => {} } });
  const instance = new ReusedInstance(guest, home, { count: 2, concurrent: 2 });
  const [a, b] = [runOf('a'), runOf('b')];
  for (const run of [a, b]) {
    instance.begin(run);
    instance.enter(run);
  }
  for (const [run, text] of [
    [a, 'one'],
    [b, 'two'],
    [a, 'three'],
  ] as const) {
    run.begins();
    home.run.output.write(component.id, 'stdout', Buffer.from(text));
  }
  assert.deepEqual(printed, ['a: one', 'b: two', 'a: three']);
});
