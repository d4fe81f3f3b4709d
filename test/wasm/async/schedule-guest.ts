// A guest that has both ends of its streams and futures and does with them what it is told: each operation is four numbers,
// the built-in to call and three operands. It gives back what each built-in gave, and what it has read.
import { func, witInterface } from '../../../src/wit/interface.ts';
import { future, list, stream, u32, u8 } from '../../../src/wit/types.ts';
import type { ComponentText } from '../fixtures.ts';
import { guestName, hostName } from '../abi/guest-text.ts';

/** Its function is never called: it is what gives the built-ins their types. */
export const scheduleHost = witInterface('tspin:abi/host', '1.0.0', {
  functions: {
    give: func([
      ['a', stream(u8)],
      ['b', future(u32)],
    ]),
  },
});

export const scheduleGuest = witInterface('tspin:abi/guest', '1.0.0', {
  functions: { run: func([['operations', list(u32)]], list(u32)) },
});

const place = { log: 1024, source: 16_384, target: 20_480, event: 64, end: 65_536 } as const;
/** So many bytes of what was read are given back. */
const targetBytes = 64;

type Shape = 'none -> i64' | 'none -> i32' | 'i32' | 'i32 -> i32' | 'i32 i32' | 'i32 i32 -> i32' | 'i32 i32 i32 -> i32';

interface BuiltIn {
  readonly from: string;
  readonly name: string;
  readonly shape: Shape;
  /** Its arguments, of the locals $x, $y and $z. */
  readonly args: string;
}

const copies = (kind: 'stream' | 'future', index: number): Readonly<Record<string, BuiltIn>> => {
  const from = hostName;
  const named = (operation: string, isAsync = false) => `${isAsync ? '[async-lower]' : ''}[${kind}-${operation}-${index}]give`;
  const length = kind === 'stream' ? '(local.get $z)' : '';
  const shape = kind === 'stream' ? 'i32 i32 i32 -> i32' : 'i32 i32 -> i32';
  const at = (base: number) => `(local.get $x) (i32.add (i32.const ${base}) (local.get $y)) ${length}`;
  return {
    [`${kind}-new`]: { from, name: named('new'), shape: 'none -> i64', args: '' },
    [`${kind}-write`]: { from, name: named('write', true), shape, args: at(place.source) },
    [`${kind}-read`]: { from, name: named('read', true), shape, args: at(place.target) },
    [`${kind}-cancel-write`]: { from, name: named('cancel-write'), shape: 'i32 -> i32', args: '(local.get $x)' },
    [`${kind}-cancel-read`]: { from, name: named('cancel-read'), shape: 'i32 -> i32', args: '(local.get $x)' },
    [`${kind}-drop-writable`]: { from, name: named('drop-writable'), shape: 'i32', args: '(local.get $x)' },
    [`${kind}-drop-readable`]: { from, name: named('drop-readable'), shape: 'i32', args: '(local.get $x)' },
  };
};

const builtIns: Readonly<Record<string, BuiltIn>> = {
  ...copies('stream', 0),
  ...copies('future', 1),
  'set-new': { from: '$root', name: '[waitable-set-new]', shape: 'none -> i32', args: '' },
  'set-drop': { from: '$root', name: '[waitable-set-drop]', shape: 'i32', args: '(local.get $x)' },
  join: { from: '$root', name: '[waitable-join]', shape: 'i32 i32', args: '(local.get $x) (local.get $y)' },
  poll: {
    from: '$root',
    name: '[waitable-set-poll]',
    shape: 'i32 i32 -> i32',
    args: `(local.get $x) (i32.const ${place.event})`,
  },
};

/** What an operation calls, by its number. */
export const operations = Object.keys(builtIns);

function importText(id: string, { from, name, shape }: BuiltIn): string {
  const [params = '', result] = shape.split(' -> ');
  const types = [params === 'none' ? '' : `(param ${params})`, result ? `(result ${result})` : ''].join(' ');
  return `(import "${from}" "${name}" (func $${id} ${types}))`;
}

function callText(id: string, { shape, args }: BuiltIn): string {
  const call = `(call $${id} ${args})`;
  if (shape.endsWith('-> i64')) {
    return `(local.set $pair ${call}) (call $note (i32.wrap_i64 (local.get $pair)))
      (call $note (i32.wrap_i64 (i64.shr_u (local.get $pair) (i64.const 32))))`;
  }
  const given = id.startsWith('stream-cancel') ? `(call $as-cancelled ${call})` : call;
  const logged = shape.includes('->') ? `(call $note ${given})` : call;
  // The event's handle and payload.
  const event = `(call $note (i32.load (i32.const ${place.event}))) (call $note (i32.load (i32.const ${place.event + 4})))`;
  return id === 'poll' ? `${logged} ${event}` : logged;
}

export const scheduleGuestText: ComponentText = {
  world: 'bound',
  wit: `package tspin:abi@1.0.0;
    interface host { give: func(a: stream<u8>, b: future<u32>); }
    interface guest { run: func(operations: list<u32>) -> list<u32>; }
    world bound { import host; export guest; }`,
  wat: `(module
    ${Object.entries(builtIns)
      .map(([id, builtIn]) => importText(id, builtIn))
      .join('\n')}
    (memory (export "memory") 1 1)
    (global $noted (mut i32) (i32.const 0))
    (func $note (param i32)
      (i32.store (i32.add (i32.const ${place.log}) (i32.shl (global.get $noted) (i32.const 2))) (local.get 0))
      (global.set $noted (i32.add (global.get $noted) (i32.const 1))))
    ;; A copy that had ended before it was cancelled is "completed" in the specification (cancel_copy gives the event that is
    ;; there) and "cancelled" in wasmtime 50: both are noted as cancelled.
    (func $as-cancelled (param i32) (result i32)
      (select (i32.or (local.get 0) (i32.const 2)) (local.get 0) (i32.eqz (i32.and (local.get 0) (i32.const 15)))))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 32768))
    (func (export "${guestName}#run") (param $at i32) (param $count i32) (result i32)
      (local $op i32) (local $x i32) (local $y i32) (local $z i32) (local $pair i64)
      (local.set $x (i32.const 0))
      (loop $fill
        (i32.store8 (i32.add (i32.const ${place.source}) (local.get $x)) (i32.add (i32.const 1) (local.get $x)))
        (local.set $x (i32.add (local.get $x) (i32.const 1)))
        (br_if $fill (i32.lt_u (local.get $x) (i32.const 256))))
      (block $done (loop $next
        (br_if $done (i32.lt_u (local.get $count) (i32.const 4)))
        (local.set $op (i32.load (local.get $at)))
        (local.set $x (i32.load offset=4 (local.get $at)))
        (local.set $y (i32.load offset=8 (local.get $at)))
        (local.set $z (i32.load offset=12 (local.get $at)))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (local.set $count (i32.sub (local.get $count) (i32.const 4)))
        ${Object.entries(builtIns)
          .map(([id, builtIn], index) => `(if (i32.eq (local.get $op) (i32.const ${index})) (then ${callText(id, builtIn)}))`)
          .join('\n')}
        (br $next)))
      (local.set $x (i32.const 0))
      (loop $read
        (call $note (i32.load (i32.add (i32.const ${place.target}) (local.get $x))))
        (local.set $x (i32.add (local.get $x) (i32.const 4)))
        (br_if $read (i32.lt_u (local.get $x) (i32.const ${targetBytes}))))
      (i32.store (i32.const 0) (i32.const ${place.log}))
      (i32.store (i32.const 4) (global.get $noted))
      (i32.const 0)))`,
};
