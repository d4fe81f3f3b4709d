// A guest that reads what the host writes, or writes what the host reads, in steps that it is told: so many items, and what to do
// when they are not moved at once: wait, cancel, or give way first and cancel then.
import { func, witInterface, type WitFunction } from '../../../src/wit/interface.ts';
import { bytes, future, list, stream, u32, u8 } from '../../../src/wit/types.ts';
import { guestName, hostName } from '../abi/guest-text.ts';
import type { ComponentText } from '../fixtures.ts';

export const hostEnds = witInterface('tspin:abi/host', '1.0.0', {
  functions: {
    source: func([], stream(u8)),
    sink: func([['items', stream(u8)]]),
    value: func([], future(u32)),
  },
});

const steps = ['steps', list(u32)] as const;
const task = (result: WitFunction['result']): WitFunction => ({ params: [steps], result, waits: false, async: true });
export const guestEnds = witInterface('tspin:abi/guest', '1.0.0', {
  functions: { read: task(bytes), write: task(bytes), 'read-future': task(bytes) },
});

/** What a step does when its items are not moved at once. */
export const modes = { wait: 0, cancel: 1, yieldThenCancel: 2 } as const;

const data = 65_536;
const kinds = {
  read: { copy: 'stream-read', cancel: 'stream-cancel-read', drop: 'stream-drop-readable', number: 0 },
  write: { copy: 'stream-write', cancel: 'stream-cancel-write', drop: 'stream-drop-writable', number: 1 },
  'read-future': { copy: 'future-read', cancel: 'future-cancel-read', drop: 'future-drop-readable', number: 2 },
} as const;
type Kind = keyof typeof kinds;

const intrinsic = (name: string, of: string, type: string, isAsync = false): string =>
  `(import "${hostName}" "${isAsync ? '[async-lower]' : ''}[${name}-0]${of}" (func $${name} ${type}))`;

const imports = `
  (import "${hostName}" "source" (func $source (result i32)))
  (import "${hostName}" "sink" (func $sink (param i32)))
  (import "${hostName}" "value" (func $value (result i32)))
  ${intrinsic('stream-read', 'source', '(param i32 i32 i32) (result i32)', true)}
  ${intrinsic('stream-cancel-read', 'source', '(param i32) (result i32)')}
  ${intrinsic('stream-drop-readable', 'source', '(param i32)')}
  ${intrinsic('stream-new', 'sink', '(result i64)')}
  ${intrinsic('stream-write', 'sink', '(param i32 i32 i32) (result i32)', true)}
  ${intrinsic('stream-cancel-write', 'sink', '(param i32) (result i32)')}
  ${intrinsic('stream-drop-writable', 'sink', '(param i32)')}
  ${intrinsic('future-read', 'value', '(param i32 i32) (result i32)', true)}
  ${intrinsic('future-cancel-read', 'value', '(param i32) (result i32)')}
  ${intrinsic('future-drop-readable', 'value', '(param i32)')}
  (import "$root" "[waitable-set-new]" (func $new-set (result i32)))
  (import "$root" "[waitable-join]" (func $join (param i32 i32)))
  ${Object.keys(kinds)
    .map(kind => `(import "[export]${guestName}" "[task-return]${kind}" (func $return-${kind} (param i32 i32)))`)
    .join('\n')}`;

/** One for each kind: the same, with its own built-ins. */
const byKind = (text: (kind: Kind) => string): string =>
  Object.entries(kinds)
    .map(([kind, { number }]) => `(if (i32.eq (global.get $kind) (i32.const ${number})) (then ${text(kind as Kind)}))`)
    .join('\n');

const begins: Readonly<Record<Kind, string>> = {
  read: '(global.set $end (call $source))',
  'read-future': '(global.set $end (call $value))',
  // What it writes: (31 i + 7) mod 256.
  write: `
    (loop $fill
      (i32.store8 (i32.add (i32.const ${data}) (local.get $i)) (i32.add (i32.mul (local.get $i) (i32.const 31)) (i32.const 7)))
      (br_if $fill (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 8192))))
    (local.set $both (call $stream-new))
    (global.set $end (i32.wrap_i64 (i64.shr_u (local.get $both) (i64.const 32))))
    (call $sink (i32.wrap_i64 (local.get $both)))`,
};

const exported = (kind: Kind): string => `
  (func (export "[async-lift]${guestName}#${kind}") (param $steps i32) (param $count i32) (result i32) (local $i i32) (local $both i64)
    (global.set $steps (local.get $steps))
    (global.set $count (local.get $count))
    (global.set $kind (i32.const ${kinds[kind].number}))
    ${begins[kind]}
    (global.set $set (call $new-set))
    (call $join (global.get $end) (global.get $set))
    (call $go))
  (func (export "[callback][async-lift]${guestName}#${kind}") (param $event i32) (param i32) (param $payload i32) (result i32)
    ;; It gave way: no event.
    (call $moved (if (result i32) (local.get $event) (then (local.get $payload)) (else (call $cancel))))
    (if (global.get $ended) (then (return (call $finish))))
    (call $go))`;

export const hostEndsText: ComponentText = {
  world: 'bound',
  wit: `package tspin:abi@1.0.0;
    interface host { source: func() -> stream<u8>; sink: func(items: stream<u8>); value: func() -> future<u32>; }
    interface guest {
      read: async func(steps: list<u32>) -> list<u8>;
      write: async func(steps: list<u32>) -> list<u8>;
      read-future: async func(steps: list<u32>) -> list<u8>;
    }
    world bound { import host; export guest; }`,
  wat: `(module ${imports}
    (memory (export "memory") 4)
    (global $steps (mut i32) (i32.const 0))
    (global $count (mut i32) (i32.const 0))
    (global $kind (mut i32) (i32.const 0))
    (global $end (mut i32) (i32.const 0))
    (global $set (mut i32) (i32.const 0))
    (global $total (mut i32) (i32.const 0))
    (global $ended (mut i32) (i32.const 0))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
    (func $copy (param $size i32) (result i32) (local $at i32) (local $result i32)
      (local.set $at (i32.add (i32.const ${data}) (global.get $total)))
      ${byKind(kind => `(local.set $result (call $${kinds[kind].copy} (global.get $end) (local.get $at) ${kind === 'read-future' ? '' : '(local.get $size)'}))`)}
      (local.get $result))
    ;; Whoever waits for the cancelling itself must not have the end in a set.
    (func $cancel (result i32) (local $result i32)
      (call $join (global.get $end) (i32.const 0))
      ${byKind(kind => `(local.set $result (call $${kinds[kind].cancel} (global.get $end)))`)}
      (call $join (global.get $end) (global.get $set))
      (local.get $result))
    ;; Adds up what was moved, and sees the end: dropped, or the future's value.
    (func $moved (param $code i32)
      (if (i32.eq (global.get $kind) (i32.const ${kinds['read-future'].number}))
        (then (if (i32.eqz (i32.and (local.get $code) (i32.const 15))) (then (global.set $total (i32.const 4)) (global.set $ended (i32.const 1)))))
        (else
          (global.set $total (i32.add (global.get $total) (i32.shr_u (local.get $code) (i32.const 4))))
          (if (i32.eq (i32.and (local.get $code) (i32.const 15)) (i32.const 1)) (then (global.set $ended (i32.const 1)))))))
    (func $finish (result i32)
      ${byKind(kind => `(call $${kinds[kind].drop} (global.get $end)) (call $return-${kind} (i32.const ${data}) (global.get $total))`)}
      (i32.const 0))
    (func $go (result i32) (local $size i32) (local $mode i32) (local $code i32)
      (loop $next
        (if (i32.lt_u (global.get $count) (i32.const 2)) (then (return (call $finish))))
        (local.set $size (i32.load (global.get $steps)))
        (local.set $mode (i32.load offset=4 (global.get $steps)))
        (global.set $steps (i32.add (global.get $steps) (i32.const 8)))
        (global.set $count (i32.sub (global.get $count) (i32.const 2)))
        (local.set $code (call $copy (local.get $size)))
        (if (i32.eq (local.get $code) (i32.const -1)) (then
          (if (i32.eq (local.get $mode) (i32.const ${modes.wait}))
            (then (return (i32.or (i32.const 2) (i32.shl (global.get $set) (i32.const 4))))))
          (if (i32.eq (local.get $mode) (i32.const ${modes.yieldThenCancel})) (then (return (i32.const 1))))
          (local.set $code (call $cancel))))
        (call $moved (local.get $code))
        (if (global.get $ended) (then (return (call $finish))))
        (br $next))
      unreachable)
    ${(Object.keys(kinds) as Kind[]).map(exported).join('\n')})`,
};
