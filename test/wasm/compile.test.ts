import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { compileComponent, compileCoreModules, loadComponent } from '../../src/wasm/compile.ts';
import type { CompiledComponent } from '../../src/wasm/compile.ts';
import { prepareComponent } from '../../src/wasm/prepare.ts';
import { component, counterAsync, counterText } from './fixtures.ts';

interface Counter {
  count(): number;
  waitThenCount(ms: number): Promise<number>;
}

const folder = mkdtempSync(join(tmpdir(), 'tspin-test-'));
after(() => rmSync(folder, { recursive: true }));

let compiled: CompiledComponent;
before(async () => {
  const path = join(folder, 'counter.wasm');
  writeFileSync(path, await component(counterText));
  const request = { componentId: 'counter', path, at: undefined };
  compiled = await compileComponent(await prepareComponent(request, { ...counterAsync, cacheDirectory: join(folder, 'cache') }));
});

const clock = { wait: (ms: number): number | Promise<number> => ms };
const counterOf = (exports: Readonly<Record<string, unknown>>): Counter => exports['tspin:test/counter@1.2.0'] as Counter;
const instance = (wait = clock.wait): Counter => counterOf(compiled.instantiate({ 'tspin:test/clock@1': { wait } }));

test('every instance begins with the state of a fresh one', () => {
  const first = instance();
  assert.deepEqual([first.count(), first.count(), first.count()], [1, 2, 3]);
  assert.equal(instance().count(), 1);
  assert.equal(first.count(), 4);
});

test('a guest waits for a promise of its host while others run', async () => {
  const gate = Promise.withResolvers<number>();
  const waiting = instance(() => gate.promise);
  const answer = waiting.waitThenCount(5);
  assert.equal(await instance().waitThenCount(5), 1);
  gate.resolve(0);
  assert.equal(await answer, 1);
});

test('the caller sees every core module that is instantiated', () => {
  const seen: string[][] = [];
  compiled.instantiate({ 'tspin:test/clock@1': clock }, (module, imports) => {
    seen.push(Object.keys(imports));
    return new WebAssembly.Instance(module, imports);
  });
  assert(seen.some(names => names.includes('tspin:test/clock@1.2.0')));
});

test('imports that are not there are named', () => {
  assert.throws(() => compiled.instantiate({}), /tspin:test\/clock@1/);
});

test('core modules compiled before are used, not compiled again', async () => {
  const modules = await compileCoreModules(compiled.prepared);
  const loaded = await loadComponent(compiled.prepared, modules);
  assert.equal(loaded.coreModules, modules);
  assert.equal(counterOf(loaded.instantiate({ 'tspin:test/clock@1': clock })).count(), 1);
  const none = await loadComponent(compiled.prepared, {});
  assert.throws(
    () => none.instantiate({ 'tspin:test/clock@1': clock }),
    /component counter has no core module component\.core\.wasm/,
  );
});
