// A real component behind jco's own bindings whose test calls host functions one by one, with any handle it likes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileComponent, type CompiledComponent } from '../../src/wasm/compile.ts';
import { prepareComponent } from '../../src/wasm/prepare.ts';
import { func, waitingFunc, witInterface } from '../../src/wit/interface.ts';
import { borrow, list, own, resource, result, u32, type Result, type WitResource } from '../../src/wit/types.ts';
import { component, type ComponentText } from '../wasm/fixtures.ts';

/** The host's object: a number, and whether the guest dropped it. */
export interface Thing {
  readonly value: number;
  dropped: boolean;
}

export const thingResource: WitResource<Thing> = resource<Thing>('thing');
const self = ['self', borrow(thingResource)] as const;

/** `tspin:test/things` */
export const things = witInterface('tspin:test/things', '1.0.0', {
  resources: [thingResource],
  functions: {
    '[constructor]thing': func([['value', u32]], own(thingResource)),
    '[method]thing.value': func([self], u32),
    '[method]thing.wait': waitingFunc([self]),
    '[static]thing.swallow': func([['thing', own(thingResource)]], u32),
    answer: func([], u32),
    'open-later': waitingFunc([], result(own(thingResource), u32)),
    sum: func([['things', list(borrow(thingResource))]], u32),
  },
});

/** The guest: a handle is the number that it has in the guest's table. */
export interface Driver {
  make(value: number): number;
  value(handle: number): number;
  wait(handle: number): Promise<void>;
  swallow(handle: number): number;
  drop(handle: number): void;
  answer(): number;
  /** The new handle; an error traps. */
  openLater(): Promise<number>;
  sum(first: number, second: number): number;
}

export type OpenResult = Result<Thing, number>;

const name = 'tspin:test/things@1.0.0';
const exported = 'tspin:test/driver@1.0.0';

const wit = `package tspin:test@1.0.0;
  interface things {
    resource thing {
      constructor(value: u32);
      value: func() -> u32;
      wait: func();
      swallow: static func(thing: thing) -> u32;
    }
    answer: func() -> u32;
    open-later: func() -> result<thing, u32>;
    sum: func(things: list<borrow<thing>>) -> u32;
  }
  interface driver {
    make: func(value: u32) -> u32;
    value: func(handle: u32) -> u32;
    wait: func(handle: u32);
    swallow: func(handle: u32) -> u32;
    drop: func(handle: u32);
    answer: func() -> u32;
    open-later: func() -> u32;
    sum: func(first: u32, second: u32) -> u32;
  }
  world driven { import things; export driver; }`;

const wat = `(module
  (import "${name}" "[constructor]thing" (func $make (param i32) (result i32)))
  (import "${name}" "[method]thing.value" (func $value (param i32) (result i32)))
  (import "${name}" "[method]thing.wait" (func $wait (param i32)))
  (import "${name}" "[static]thing.swallow" (func $swallow (param i32) (result i32)))
  (import "${name}" "[resource-drop]thing" (func $drop (param i32)))
  (import "${name}" "answer" (func $answer (result i32)))
  (import "${name}" "open-later" (func $open (param i32)))
  (import "${name}" "sum" (func $sum (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
  (func (export "${exported}#make") (param i32) (result i32) (call $make (local.get 0)))
  (func (export "${exported}#value") (param i32) (result i32) (call $value (local.get 0)))
  (func (export "${exported}#wait") (param i32) (call $wait (local.get 0)))
  (func (export "${exported}#swallow") (param i32) (result i32) (call $swallow (local.get 0)))
  (func (export "${exported}#drop") (param i32) (call $drop (local.get 0)))
  (func (export "${exported}#answer") (result i32) (call $answer))
  (func (export "${exported}#open-later") (result i32)
    (call $open (i32.const 16))
    (if (i32.load8_u (i32.const 16)) (then unreachable))
    (i32.load (i32.const 20)))
  (func (export "${exported}#sum") (param i32 i32) (result i32)
    (i32.store (i32.const 32) (local.get 0))
    (i32.store (i32.const 36) (local.get 1))
    (call $sum (i32.const 32) (i32.const 2))))`;

export const driverText: ComponentText = { wit, world: 'driven', wat };

/** Transpiles and compiles the guest once; every call of the result makes an instance. */
export async function compileDriver(): Promise<(imports: Readonly<Record<string, unknown>>) => Driver> {
  const folder = mkdtempSync(join(tmpdir(), 'tspin-test-'));
  try {
    const path = join(folder, 'driver.wasm');
    writeFileSync(path, await component(driverText));
    const compiled: CompiledComponent = await compileComponent(
      await prepareComponent(
        { componentId: 'driver', path, at: undefined },
        {
          cacheDirectory: join(folder, 'cache'),
          asyncImports: ['tspin:test/things#[method]thing.wait', 'tspin:test/things#open-later'],
          asyncExports: ['tspin:test/driver#wait', 'tspin:test/driver#open-later'],
          bindings: 'plain',
        },
      ),
    );
    return imports => compiled.instantiate(imports)[exported] as Driver;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
