import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeTrap, guestTrap, type GuestTrap } from '../../src/runtime/guest-trap.ts';

/** A module of one function, which is `unreachable`, exported as `f`. */
const unreachable = Buffer.from('0061736d0100000001040160000003020100070501016600000a05010300000b', 'hex');

function thrown(stack: string): Error {
  const error = new WebAssembly.RuntimeError('unreachable');
  error.stack = stack;
  return error;
}

test('tells the frames of functions with a name and without, and leaves out those of the host', () => {
  const { frames } = guestTrap(
    thrown(
      [
        'RuntimeError: unreachable',
        '    at core::panic (wasm://wasm/probe.wasm-0a1b2c3d:wasm-function[42]:0x1a2b)',
        '    at wasm://wasm/0a1b2c3d:wasm-function[7]:0x9f',
        '    at <Probe as Guest>::handle (wasm://wasm/0a1b2c3d:wasm-function[8]:0xa0)',
        '    at trampoline (file:///cache/probe.js:10:3)',
        '    at async Executor.invoke (file:///src/runtime/executor.ts:1:1)',
      ].join('\n'),
    ),
    [],
    undefined,
  );
  assert.deepEqual(frames, [
    'core::panic (wasm-function[42]:0x1a2b)',
    'wasm-function[7]:0x9f',
    '<Probe as Guest>::handle (wasm-function[8]:0xa0)',
  ]);
});

test('reads the frames that V8 itself writes', () => {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(unreachable));
  let trap: GuestTrap | undefined;
  try {
    (exports['f'] as () => void)();
  } catch (error) {
    trap = guestTrap(error, [], undefined);
  }
  assert.equal(trap?.reason, 'unreachable');
  assert.equal(trap.frames.length, 1);
  assert.match(trap.frames[0] ?? '', /wasm-function\[0\]:0x[0-9a-f]+/);
});

test('tells the line in place of the offset, where it is known', () => {
  const stack = [
    '    at _RNvNtC4shop4cart3add (wasm://wasm/shop-0a1b2c3d:wasm-function[42]:0x1a)',
    '    at wasm://wasm/shop-0a1b2c3d:wasm-function[7]:0x1b',
    '    at f (wasm://wasm/shop-0a1b2c3d:wasm-function[8]:0x1c)',
    '    at g (wasm://wasm/shop-0a1b2c3d:wasm-function[9]:0x1d)',
  ];
  const { frames } = guestTrap(thrown(stack.join('\n')), [], undefined, (module, offset) => {
    assert.equal(module, 'shop');
    return offset === 0x1c ? 'moved' : offset === 0x1d ? 0x5 : { source: `src/cart.rs:${offset}` };
  });
  assert.deepEqual(frames, [
    'shop::cart::add (src/cart.rs:26)',
    'src/cart.rs:27',
    'f (wasm-function[8])',
    'g (wasm-function[9]:0x5)',
  ]);
});

test('tells twenty frames at most', () => {
  const stack = Array.from({ length: 30 }, (_, index) => `    at wasm://wasm/0a:wasm-function[${index}]:0x1`);
  const { frames } = guestTrap(thrown(stack.join('\n')), [], undefined);
  assert.equal(frames.length, 20);
  assert.equal(frames[0], 'wasm-function[0]:0x1');
});

for (const [error, reason] of [
  [new RangeError('Maximum call stack size exceeded'), 'call stack exhausted'],
  [new RangeError('Invalid array length'), 'Invalid array length'],
  [new Error('wasm trap: cannot leave component instance'), 'cannot leave component instance'],
  ['text', 'text'],
] as const) {
  test(`the reason of ${String(error)} is "${reason}"`, () => {
    assert.equal(guestTrap(error, [], undefined).reason, reason);
  });
}

test('a description says what is known, and no headings without lines', () => {
  const trap: GuestTrap = { reason: 'unreachable', frames: [], lastWords: [], bug: undefined };
  assert.equal(describeTrap('cart', 'GET /cart/...', trap), 'component "cart" trapped on GET /cart/...: unreachable');
  const bug = new Error('boom');
  bug.stack = 'Error: boom';
  assert.equal(
    describeTrap('cart', 'GET /', { reason: 'unreachable', frames: ['f', 'g'], lastWords: ['panicked'], bug }),
    [
      'component "cart" trapped on GET /: unreachable',
      '  its last words:',
      '    panicked',
      '  guest frames:',
      '    at f',
      '    at g',
      "  this is a bug of tspin's: Error: boom",
    ].join('\n'),
  );
});
