import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Console, type LogFormat } from '../../src/cli/console.ts';
import { recordContext } from './context.ts';

function setUp(format: LogFormat, isTTY = false) {
  const context = recordContext({ isTTY });
  const now = (): Date => new Date(2026, 10, 26, 14, 2, 11, 500);
  const console = new Console({ terminal: context.terminal, format, now });
  const guest = (text: string, stream: 'stdout' | 'stderr' = 'stdout'): void => console.guest('cart', stream, Buffer.from(text));
  return { context, console, guest, time: now().toISOString() };
}

const event = { method: 'GET', target: '/cart?id=1', status: 200, ms: 12.34, component: 'cart' };

test('a request is a line: time, method, path, status, how long, component', () => {
  const { context, console } = setUp('text');
  console.request(event);
  console.request({ ...event, target: '/nothing', status: 404, ms: 0.2, component: undefined });
  console.request({ ...event, status: 0, ms: 61_000 });
  assert.equal(
    context.printed.stderr,
    '14:02:11 GET /cart?id=1 200 12 ms cart\n14:02:11 GET /nothing 404 0 ms\n14:02:11 GET /cart?id=1 cut off 1 min 1 s cart\n',
  );
});

test('colours are for terminals, and a path moves no cursor', () => {
  const { context, console } = setUp('text', true);
  console.request({ ...event, target: '/\u001b[2Jx', status: 500 });
  assert.equal(context.printed.stderr, '\u001b[2m14:02:11\u001b[22m GET /?[2Jx \u001b[31m500\u001b[39m 12 ms cart\n');
});

test('each line of a guest has time and component, also when it comes in parts', t => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { context, guest } = setUp('text');
  guest('one\ntw');
  guest('oops\n', 'stderr');
  guest('o\nthree?');
  assert.equal(context.printed.stderr, '14:02:11 [cart] one\n14:02:11 [cart] oops\n14:02:11 [cart] two\n');
  t.mock.timers.tick(500);
  assert.match(context.printed.stderr, /\n14:02:11 \[cart\] three\?\n$/);
});

test('a character that comes in two parts is whole, and what has no end is printed at the end', () => {
  const { context, console } = setUp('text');
  const bytes = Buffer.from('é');
  console.guest('cart', 'stdout', bytes.subarray(0, 1));
  console.guest('cart', 'stdout', bytes.subarray(1));
  console.close();
  assert.equal(context.printed.stderr, '14:02:11 [cart] é\n');
});

test('as JSON everything on stderr is a line of its own', () => {
  const { context, console, guest, time } = setUp('json');
  context.terminal.talkJson();
  console.request(event);
  guest('hello\n', 'stderr');
  context.terminal.warn('look out\nthere');
  const lines = context.printed.stderr.trim().split('\n');
  const parsed = lines.map(line => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(parsed[0], {
    time,
    kind: 'request',
    method: 'GET',
    path: '/cart?id=1',
    status: 200,
    ms: 12.34,
    component: 'cart',
  });
  assert.deepEqual(parsed[1], { time, kind: 'output', component: 'cart', stream: 'stderr', text: 'hello' });
  assert.deepEqual({ ...parsed[2], time }, { time, kind: 'message', level: 'warning', text: 'look out\nthere' });
});
