// An instance that is put back holds nothing of what the invocation before left: the proof, on a guest that writes everywhere.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { FastInstance } from '../../../src/wasm/fast/fast-instance.ts';
import { func, witInterface } from '../../../src/wit/interface.ts';
import { provide, type AnyProvided } from '../../../src/wit/provided.ts';
import { bytes as byteList, own, resource, u32 } from '../../../src/wit/types.ts';
import { startRun } from '../../runtime/start-run.ts';
import { component, type ComponentText } from '../fixtures.ts';
import { callExport, fastFromBytes } from './make.ts';

const thing = resource<object>('thing');
const host = witInterface('tspin:test/host', '1.0.0', {
  resources: [thing],
  functions: { open: func([], own(thing)), fill: func([['size', u32]], byteList) },
});

const name = 'tspin:test/host@1.0.0';
const exported = 'tspin:test/writer@1.0.0';

const writer: ComponentText = {
  wit: `package tspin:test@1.0.0;
    interface host { resource thing; open: func() -> thing; fill: func(size: u32) -> list<u8>; }
    interface writer {
      scribble: func(mark: u32, pages: u32) -> u32;
      search: func(mark: u32) -> u32;
      pages: func() -> u32;
      grow: func(pages: u32) -> u32;
      state: func() -> u32;
      leak: func() -> u32;
      filled: func(size: u32) -> u32;
      stores: func(at: u32, mark: u32);
      peek: func(at: u32) -> u32;
    }
    world writing { import host; export writer; }`,
  world: 'writing',
  wat: `(module
    (import "${name}" "open" (func $open (result i32)))
    (import "${name}" "fill" (func $fill (param i32 i32)))
    (import "${name}" "[resource-drop]thing" (func $drop (param i32)))
    (memory (export "memory") 2)
    (data (i32.const 70000) "first state")
    (global $a (mut i32) (i32.const 5))
    (global $b (mut i64) (i64.const 6))
    (global $c (mut f64) (f64.const 7))
    (global $next (mut i32) (i32.const 4096))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
      (local $at i32)
      (local.set $at (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
      (global.set $next (i32.add (local.get $at) (local.get 3)))
      (block $enough
        (loop $more
          (br_if $enough (i32.ge_u (i32.mul (memory.size) (i32.const 65536)) (global.get $next)))
          (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))
          unreachable))
      (local.get $at))
    ;; fills all of the memory, grows, fills that too; sets every global
    (func (export "${exported}#scribble") (param $mark i32) (param $pages i32) (result i32)
      (memory.fill (i32.const 0) (local.get $mark) (i32.mul (memory.size) (i32.const 65536)))
      (drop (memory.grow (local.get $pages)))
      (memory.fill (i32.const 0) (local.get $mark) (i32.mul (memory.size) (i32.const 65536)))
      (global.set $a (local.get $mark))
      (global.set $b (i64.extend_i32_u (local.get $mark)))
      (global.set $c (f64.convert_i32_u (local.get $mark)))
      (memory.size))
    ;; how many bytes of the memory are the mark
    (func (export "${exported}#search") (param $mark i32) (result i32)
      (local $at i32) (local $end i32) (local $found i32)
      (local.set $end (i32.mul (memory.size) (i32.const 65536)))
      (loop $next
        (local.set $found (i32.add (local.get $found) (i32.eq (i32.load8_u (local.get $at)) (local.get $mark))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br_if $next (i32.lt_u (local.get $at) (local.get $end))))
      (local.get $found))
    (func (export "${exported}#pages") (result i32) (memory.size))
    (func (export "${exported}#grow") (param i32) (result i32) (memory.grow (local.get 0)))
    (func (export "${exported}#state") (result i32)
      (i32.add (global.get $a) (i32.add (i32.wrap_i64 (global.get $b)) (i32.trunc_f64_u (global.get $c)))))
    (func (export "${exported}#leak") (result i32) (call $open))
    (func (export "${exported}#filled") (param i32) (result i32)
      (call $fill (local.get 0) (i32.const 16))
      (i32.load (i32.const 16)))
    ;; all ways to write, at both edges of a page
    (func (export "${exported}#stores") (param $at i32) (param $mark i32)
      (local $v v128)
      (local.set $v (i8x16.splat (local.get $mark)))
      (i32.store8 offset=1 (local.get $at) (local.get $mark))
      (i32.store16 offset=4094 align=1 (local.get $at) (i32.mul (local.get $mark) (i32.const 0x0101)))
      (i32.store offset=8190 align=1 (local.get $at) (i32.mul (local.get $mark) (i32.const 0x01010101)))
      (i64.store offset=12285 align=1 (local.get $at) (i64.extend_i32_u (i32.mul (local.get $mark) (i32.const 0x01010101))))
      (v128.store offset=16380 align=1 (local.get $at) (local.get $v))
      (v128.store8_lane offset=20000 3 (local.get $at) (local.get $v))
      (v128.store64_lane offset=24570 align=1 1 (local.get $at) (local.get $v))
      (f32.store offset=28670 align=1 (local.get $at) (f32.reinterpret_i32 (i32.mul (local.get $mark) (i32.const 0x01010101))))
      (f64.store offset=32765 align=1 (local.get $at) (f64.reinterpret_i64 (i64.const 0x5a5a5a5a5a5a5a5a)))
      (memory.copy (i32.add (local.get $at) (i32.const 36860)) (local.get $at) (i32.const 10))
      (drop (i32.atomic.rmw.add offset=40960 (local.get $at) (local.get $mark)))
      (i64.atomic.store offset=45056 (local.get $at) (i64.extend_i32_u (local.get $mark)))
      (drop (i32.atomic.rmw8.cmpxchg_u offset=49152 (local.get $at) (i32.const 0) (local.get $mark))))
    (func (export "${exported}#peek") (param i32) (result i32) (i32.load8_u (local.get 0))))`,
};

const types: Readonly<Record<string, readonly [params: number, hasResult: boolean]>> = {
  scribble: [2, true],
  search: [1, true],
  pages: [0, true],
  grow: [1, true],
  state: [0, true],
  leak: [0, true],
  filled: [1, true],
  stores: [2, false],
  peek: [1, true],
};

let bytes: Uint8Array;
before(async () => {
  bytes = await component(writer);
});

const provided: AnyProvided = provide<null>()(host, {
  open: () => ({}),
  fill: (_, size) => new Uint8Array(size).fill(0xa5),
});

function make(): FastInstance {
  const run = startRun({ provides: [provided] });
  return fastFromBytes(bytes, { offers: [provided] }).instantiate(run) as FastInstance;
}

function call(instance: FastInstance, name: string, ...args: number[]): Promise<unknown> {
  const [count = 0, hasResult = false] = types[name] ?? [];
  const params = Array.from({ length: count }, (_, index) => [`p${index}`, u32] as const);
  return callExport(instance, { interface: exported, name, type: hasResult ? func(params, u32) : func(params) }, ...args);
}

function putBack(instance: FastInstance): void {
  instance.leave();
  assert.equal(instance.reset(), true);
}

/** All bytes of the memory that the guest has in fact, and not only of what it believes to have. */
const memoryOf = (instance: FastInstance): Buffer =>
  Buffer.from(instance.core.memories[0]?.memory.buffer.slice(0) ?? new ArrayBuffer(0));

test('no byte, global, handle or size is left, whatever the guest wrote', async () => {
  const instance = make();
  const first = memoryOf(instance);
  assert.equal(await call(instance, 'state'), 18);
  for (const mark of [0xa5, 0x5a]) {
    assert.equal(await call(instance, 'search', mark), 0);
    assert.equal(await call(instance, 'pages'), 2);
    assert.equal(await call(instance, 'leak'), 1);
    assert.equal(await call(instance, 'scribble', mark, 3), 5);
    assert.equal(await call(instance, 'search', mark), 5 * 65_536);
    putBack(instance);
    assert.equal(await call(instance, 'state'), 18);
    const now = memoryOf(instance);
    assert.equal(now.subarray(0, first.length).equals(first), true);
    assert.equal(
      now.subarray(first.length).every(byte => byte === 0),
      true,
    );
  }
});

test('memory that grows again after it was put back is as new', async () => {
  const instance = make();
  await call(instance, 'scribble', 0xa5, 8);
  putBack(instance);
  assert.equal(await call(instance, 'pages'), 2);
  assert.equal(await call(instance, 'grow', 8), 2);
  assert.equal(await call(instance, 'search', 0xa5), 0);
});

test('what was written behind the end that the guest believes in does not stay', async () => {
  const instance = make();
  await call(instance, 'grow', 4);
  putBack(instance);
  // The memory has six pages, and the guest believes in two: what it writes behind them does not trap.
  await call(instance, 'stores', 4 * 65_536, 0x5a);
  putBack(instance);
  await call(instance, 'grow', 4);
  assert.equal(await call(instance, 'search', 0x5a), 0);
});

test('every way to write is noticed, also where it crosses the edge of a page', async () => {
  const instance = make();
  const first = memoryOf(instance);
  for (const at of [0, 1024, 65_536 + 8]) {
    await call(instance, 'stores', at, 0x5a);
    assert.equal(memoryOf(instance).equals(first), false);
    putBack(instance);
    assert.equal(memoryOf(instance).equals(first), true);
  }
});

test('what the host writes for the guest is noticed', async () => {
  const instance = make();
  const first = memoryOf(instance);
  for (const size of [1, 5000, 100_000]) {
    const at = (await call(instance, 'filled', size)) as number;
    assert.equal(await call(instance, 'peek', at + size - 1), 0xa5);
    putBack(instance);
    const now = memoryOf(instance);
    assert.equal(now.subarray(0, first.length).equals(first), true);
    assert.equal(
      now.subarray(first.length).every(byte => byte === 0),
      true,
    );
  }
});

test('an instance that grew far beyond its first size is not kept', async () => {
  const instance = make();
  assert.equal(await call(instance, 'grow', 1000), 2);
  instance.leave();
  assert.equal(instance.reset(), false);
});

test('a memory does not grow past its limit', async () => {
  const run = startRun({ provides: [provided] });
  const limits = { memoryBytesMax: 4 * 65_536 };
  const instance = fastFromBytes(bytes, { offers: [provided], limits }).instantiate(run) as FastInstance;
  assert.equal(await call(instance, 'grow', 2), 2);
  assert.equal(await call(instance, 'grow', 1), 0xffff_ffff);
  putBack(instance);
  assert.equal(await call(instance, 'grow', 3), 0xffff_ffff);
  assert.equal(await call(instance, 'grow', 2), 2);
});

test('a new instance on the memory of one that ended finds it as new', async () => {
  const run = startRun({ provides: [provided] });
  const component = fastFromBytes(bytes, { offers: [provided], recycle: false });
  let ended = component.instantiate(run) as FastInstance;
  const first = memoryOf(ended);
  for (const grown of [0, 5]) {
    await call(ended, 'scribble', 0xa5, grown);
    ended.leave();
    ended.retire();
    const next = component.instantiate(run) as FastInstance;
    assert.equal(next.core.memories[0], ended.core.memories[0]);
    assert.deepEqual([await call(next, 'pages'), await call(next, 'search', 0xa5), await call(next, 'state')], [2, 0, 18]);
    const now = memoryOf(next);
    assert.equal(now.subarray(0, first.length).equals(first), true);
    assert.equal(
      now.subarray(first.length).every(byte => byte === 0),
      true,
    );
    ended = next;
  }
});
