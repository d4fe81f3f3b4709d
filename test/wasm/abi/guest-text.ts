// A guest that shows what canonical functions did to it: for each type it takes a value (accept), hands one to the host
// (call-take), is given one (call-give) and gives one back (answer), and the host reads and writes its memory.
import { flatten, maxFlatParams, maxFlatResults } from '../../../src/wasm/abi/layout.ts';
import { func, witInterface, type WitFunction, type WitInterface } from '../../../src/wit/interface.ts';
import { printPackage } from '../../../src/wit/print.ts';
import { list, resource, u32, u64, type WitNode, type WitResource, type WitType } from '../../../src/wit/types.ts';
import type { ComponentText } from '../fixtures.ts';
import type { Thing } from './wire.ts';

export const hostName = 'tspin:abi/host@1.0.0';
export const guestName = 'tspin:abi/guest@1.0.0';

export const thing: WitResource<Thing> = resource<Thing>('thing');

/** Where things are in the guest's memory, in bytes. */
export const place = {
  /** How often realloc was called. */
  calls: 16,
  /** Where the next allocation goes at the earliest. */
  heapEnd: 20,
  /** Core values, 8 bytes each. */
  flat: 64,
  /** Five words for each call of realloc: its parameters and its result. */
  log: 256,
  /** Where the host writes results. */
  results: 8192,
  heap: 16_384,
  end: 65_536,
} as const;

/** What realloc does instead of its duty. */
export const sabotages = {
  none: 0,
  unaligned: 1,
  outside: 2,
  callsTheHost: 3,
  traps: 4,
  highest: 5,
} as const;

export interface AbiInterfaces {
  readonly host: WitInterface;
  readonly guest: WitInterface;
}

export function abiInterfaces(types: readonly WitNode[]): AbiInterfaces {
  const host: Record<string, WitFunction> = { note: func([['value', u32]]) };
  const guest: Record<string, WitFunction> = {
    aim: func([['at', u32]]),
    poke: func([['words', list(u64)]]),
    dump: func(
      [
        ['from', u32],
        ['count', u32],
      ],
      list(u64),
    ),
    reset: func([]),
    'forget-log': func([]),
    sabotage: func([
      ['kind', u32],
      ['call', u32],
    ]),
  };
  for (const [index, node] of types.entries()) {
    const type = node as WitType<unknown>;
    host[`take${index}`] = func([['value', type]]);
    host[`give${index}`] = func([], type);
    guest[`accept${index}`] = func([['value', type]]);
    guest[`answer${index}`] = func([], type);
    guest[`call-take${index}`] = func([]);
    guest[`call-give${index}`] = func([]);
  }
  return {
    host: witInterface('tspin:abi/host', '1.0.0', { resources: [thing], functions: host }),
    guest: witInterface('tspin:abi/guest', '1.0.0', { functions: guest }),
  };
}

export function abiGuestText(types: readonly WitNode[], { host, guest }: AbiInterfaces): ComponentText {
  const parts = types.map(typeText);
  const wit = `${printPackage([host, guest], [host, guest])}\nworld bound { import host; export guest; }\n`;
  const imports = parts.map(part => part.imports).join('\n');
  const functions = parts.map(part => part.functions).join('\n');
  return { wit, world: 'bound', wat: `(module\n${imports}\n${common}\n${functions})` };
}

const common = `
  (import "${hostName}" "note" (func $note (param i32)))
  (memory (export "memory") 1 1)
  (global $heap (mut i32) (i32.const ${place.heap}))
  (global $last (mut i32) (i32.const 0))
  (global $aim (mut i32) (i32.const 0))
  (global $sabotage (mut i32) (i32.const 0))
  (global $countdown (mut i32) (i32.const 0))
  (func (export "${guestName}#aim") (param i32) (global.set $aim (local.get 0)))
  (func (export "${guestName}#poke") (param i32 i32))
  (func (export "${guestName}#dump") (param i32 i32) (result i32)
    (i32.store (i32.const 0) (local.get 0))
    (i32.store (i32.const 4) (local.get 1))
    (i32.const 0))
  (func (export "${guestName}#reset")
    (global.set $heap (i32.const ${place.heap}))
    (global.set $last (i32.const 0))
    (global.set $sabotage (i32.const 0))
    (memory.fill (i32.const 0) (i32.const 0) (i32.const ${place.end})))
  (func (export "${guestName}#forget-log")
    (memory.fill (i32.const 0) (i32.const 0) (i32.const ${place.flat}))
    (memory.fill (i32.const ${place.log}) (i32.const 0) (i32.const ${place.results - place.log})))
  (func (export "${guestName}#sabotage") (param i32 i32)
    (global.set $sabotage (local.get 0))
    (global.set $countdown (local.get 1)))
  (func (export "cabi_realloc") (param $old i32) (param $oldSize i32) (param $align i32) (param $size i32) (result i32)
    (local $at i32) (local $entry i32)
    (if (global.get $aim) (then
      (local.set $at (global.get $aim))
      (global.set $aim (i32.const 0))
      (return (local.get $at))))
    (if (i32.and (i32.ne (local.get $old) (i32.const 0)) (i32.eq (local.get $old) (global.get $last)))
      (then
        (local.set $at (local.get $old))
        (if (i32.lt_u (local.get $size) (local.get $oldSize)) (then
          (memory.fill (i32.add (local.get $at) (local.get $size)) (i32.const 0)
            (i32.sub (local.get $oldSize) (local.get $size))))))
      (else
        (local.set $at (i32.and
          (i32.add (global.get $heap) (i32.sub (local.get $align) (i32.const 1)))
          (i32.sub (i32.const 0) (local.get $align))))
        (if (local.get $old) (then
          (memory.copy (local.get $at) (local.get $old) (local.get $oldSize))))))
    (global.set $last (local.get $at))
    (if (i32.gt_u (local.get $size) (i32.sub (i32.const ${place.end}) (local.get $at))) (then unreachable))
    (global.set $heap (i32.add (local.get $at) (local.get $size)))
    (if (global.get $sabotage) (then
      (if (global.get $countdown)
        (then (global.set $countdown (i32.sub (global.get $countdown) (i32.const 1))))
        (else
          (if (i32.eq (global.get $sabotage) (i32.const ${sabotages.unaligned})) (then
            (local.set $at (i32.add (local.get $at) (i32.const 1)))))
          (if (i32.eq (global.get $sabotage) (i32.const ${sabotages.outside})) (then
            (local.set $at (i32.const ${place.end}))))
          (if (i32.eq (global.get $sabotage) (i32.const ${sabotages.callsTheHost})) (then
            (call $note (i32.const 1))))
          (if (i32.eq (global.get $sabotage) (i32.const ${sabotages.traps})) (then unreachable))
          (if (i32.eq (global.get $sabotage) (i32.const ${sabotages.highest})) (then
            (local.set $at (i32.const 0xfffffff8))))
          (global.set $sabotage (i32.const 0))))))
    (local.set $entry (i32.add (i32.const ${place.log}) (i32.mul (i32.load (i32.const ${place.calls})) (i32.const 20))))
    (if (i32.lt_u (local.get $entry) (i32.const ${place.results - 20})) (then
      (i32.store (local.get $entry) (local.get $old))
      (i32.store offset=4 (local.get $entry) (local.get $oldSize))
      (i32.store offset=8 (local.get $entry) (local.get $align))
      (i32.store offset=12 (local.get $entry) (local.get $size))
      (i32.store offset=16 (local.get $entry) (local.get $at))))
    (i32.store (i32.const ${place.calls}) (i32.add (i32.load (i32.const ${place.calls})) (i32.const 1)))
    (i32.store (i32.const ${place.heapEnd}) (global.get $heap))
    (local.get $at))`;

interface TypeText {
  readonly imports: string;
  readonly functions: string;
}

function typeText(type: WitNode, index: number): TypeText {
  const flat = flatten(type);
  const params = flat.length > maxFlatParams ? (['i32'] as const) : flat;
  const pointer = flat.length > maxFlatResults;
  const [result = 'i32'] = pointer ? (['i32'] as const) : flat;
  const slot = (at: number) => `(i32.const ${place.flat + 8 * at})`;
  const loads = params.map((core, at) => `(${core}.load ${slot(at)})`).join(' ');
  const stores = params.map((core, at) => `(${core}.store ${slot(at)} (local.get ${at}))`).join(' ');
  const give = pointer
    ? `(call $give${index} (i32.const ${place.results})) (i32.store ${slot(0)} (i32.const ${place.results}))`
    : `(${result}.store ${slot(0)} (call $give${index}))`;
  return {
    imports: `
      (import "${hostName}" "take${index}" (func $take${index} (param ${params.join(' ')})))
      (import "${hostName}" "give${index}" (func $give${index} ${pointer ? '(param i32)' : `(result ${result})`}))`,
    functions: `
      (func (export "${guestName}#accept${index}") (param ${params.join(' ')}) ${stores})
      (func (export "${guestName}#answer${index}") (result ${result}) (${result}.load ${slot(0)}))
      (func (export "${guestName}#call-take${index}") (call $take${index} ${loads}))
      (func (export "${guestName}#call-give${index}") ${give})`,
  };
}
