// A guest that does with handles what it is told: each operation is three numbers, the host function to call and two handles.
import { func, witInterface } from '../../../src/wit/interface.ts';
import { borrow, list, own, resource, u32, type WitResource } from '../../../src/wit/types.ts';
import type { ComponentText } from '../fixtures.ts';
import { guestName, hostName } from './guest-text.ts';
import type { Thing } from './wire.ts';

export const thing: WitResource<Thing> = resource<Thing>('thing');
export const other: WitResource<Thing> = resource<Thing>('other');

/** Host functions that take handles, beside `make` and `make-other`. */
export const handleFunctions = {
  'take-own': func([['a', own(thing)]]),
  lend: func([['a', borrow(thing)]]),
  'lend-other': func([['a', borrow(other)]]),
  'lend-then-own': func([
    ['a', borrow(thing)],
    ['b', own(thing)],
  ]),
  'own-then-lend': func([
    ['a', own(thing)],
    ['b', borrow(thing)],
  ]),
  'own-twice': func([
    ['a', own(thing)],
    ['b', own(thing)],
  ]),
  'lend-all': func([['all', list(borrow(thing))]]),
} as const;

export const handleHost = witInterface('tspin:abi/host', '1.0.0', {
  resources: [thing, other],
  functions: {
    make: func([['rep', u32]], own(thing)),
    'make-other': func([['rep', u32]], own(other)),
    ...handleFunctions,
  },
});

/** What an operation calls, by its number. */
export const operations = ['make', 'make-other', 'drop', 'drop-other', ...Object.keys(handleFunctions)] as const;

const operationList = ['operations', list(u32)] as const;

/** Each runs operations, and gives the handle that was made last. */
export const handleGuest = witInterface('tspin:abi/guest', '1.0.0', {
  functions: {
    run: func([operationList], u32),
    'accept-own': func([['a', own(thing)], operationList], u32),
    'accept-borrows': func([['a', borrow(thing)], ['b', borrow(thing)], operationList], u32),
  },
});

const signature = (name: string): string => {
  if (name === 'make' || name === 'make-other') return '(param i32) (result i32)';
  return ['drop', 'drop-other', 'take-own', 'lend', 'lend-other'].includes(name) ? '(param i32)' : '(param i32 i32)';
};

const importName = (name: string): string =>
  name === 'drop' ? '[resource-drop]thing' : name === 'drop-other' ? '[resource-drop]other' : name;

function call(name: string): string {
  if (signature(name).includes('result')) return `(global.set $last (call $${name} (local.get $x)))`;
  if (name === 'lend-all') {
    return `(i32.store (i32.const 16) (local.get $x)) (i32.store (i32.const 20) (local.get $y))
      (call $lend-all (i32.const 16) (i32.const 2))`;
  }
  return `(call $${name} (local.get $x) ${signature(name) === '(param i32)' ? '' : '(local.get $y)'})`;
}

export const handleGuestText: ComponentText = {
  world: 'bound',
  wit: `package tspin:abi@1.0.0;
    interface host {
      resource thing;
      resource other;
      make: func(rep: u32) -> thing;
      make-other: func(rep: u32) -> other;
      take-own: func(a: thing);
      lend: func(a: borrow<thing>);
      lend-other: func(a: borrow<other>);
      lend-then-own: func(a: borrow<thing>, b: thing);
      own-then-lend: func(a: thing, b: borrow<thing>);
      own-twice: func(a: thing, b: thing);
      lend-all: func(all: list<borrow<thing>>);
    }
    interface guest {
      use host.{thing};
      run: func(operations: list<u32>) -> u32;
      accept-own: func(a: thing, operations: list<u32>) -> u32;
      accept-borrows: func(a: borrow<thing>, b: borrow<thing>, operations: list<u32>) -> u32;
    }
    world bound { import host; export guest; }`,
  wat: `(module
    ${operations.map(name => `(import "${hostName}" "${importName(name)}" (func $${name} ${signature(name)}))`).join('\n')}
    (memory (export "memory") 1)
    (global $last (mut i32) (i32.const 0))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64))
    (func $run (export "${guestName}#run") (param $at i32) (param $count i32) (result i32)
      (local $op i32) (local $x i32) (local $y i32)
      (block $done (loop $next
        (br_if $done (i32.lt_u (local.get $count) (i32.const 3)))
        (local.set $op (i32.load (local.get $at)))
        (local.set $x (i32.load offset=4 (local.get $at)))
        (local.set $y (i32.load offset=8 (local.get $at)))
        (local.set $at (i32.add (local.get $at) (i32.const 12)))
        (local.set $count (i32.sub (local.get $count) (i32.const 3)))
        ${operations.map((name, index) => `(if (i32.eq (local.get $op) (i32.const ${index})) (then ${call(name)}))`).join('\n')}
        (br $next)))
      (global.get $last))
    (func (export "${guestName}#accept-own") (param i32 i32 i32) (result i32)
      (global.set $last (local.get 0))
      (call $run (local.get 1) (local.get 2)))
    (func (export "${guestName}#accept-borrows") (param i32 i32 i32 i32) (result i32)
      (global.set $last (i32.add (i32.mul (local.get 0) (i32.const 1000)) (local.get 1)))
      (call $run (local.get 2) (local.get 3))))`,
};
