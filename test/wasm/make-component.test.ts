// A core module becomes a component by wasm-tools once, and after that without, as long as its face stays.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { JcoRefusal } from '../../src/wasm/jco-refusal.ts';
import { makeComponent } from '../../src/wasm/make-component.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { bodyOf, moduleOf } from './instrument/assembler.ts';
import { counting } from './shell/modules.ts';

type Module = Uint8Array<ArrayBuffer>;

function inCache(t: TestContext): {
  readonly make: (module: Uint8Array) => Promise<Uint8Array>;
  readonly shells: () => readonly string[];
} {
  const cacheDirectory = join(temporaryFolder(t), 'components');
  const folder = join(cacheDirectory, 'shells');
  return {
    make: async module => Buffer.from(await makeComponent(module as Module, { adapter: 'reactor', cacheDirectory })),
    shells: () => readdirSync(folder).map(name => join(folder, name)),
  };
}

const withoutCache = async (module: Uint8Array): Promise<Uint8Array> =>
  Buffer.from(await makeComponent(module as Module, { adapter: 'reactor', cacheDirectory: undefined }));

test('the component is the same with a shell, without, and where none are kept', async t => {
  const { make, shells } = inCache(t);
  await make(await counting());
  assert.equal(shells().length, 1);
  const before = readFileSync(shells()[0] ?? '');
  const module = await counting({ by: 2 });
  assert.deepEqual(await make(module), await withoutCache(module));
  assert.deepEqual(readFileSync(shells()[0] ?? ''), before, 'it was not made again');
  // Another face, another shell.
  const other = await counting({ pages: 2 });
  assert.deepEqual(await make(other), await withoutCache(other));
  assert.equal(shells().length, 2);
});

test('the shell is what a component is made in', async t => {
  const { make, shells } = inCache(t);
  const component = await make(await counting());
  // Were it not used, what is done to it would not show.
  const [file = ''] = shells();
  const [, text = ''] = readFileSync(file, 'utf8').split('\n');
  const { createHash } = await import('node:crypto');
  const marked = JSON.stringify({ ...(JSON.parse(text) as object), after: '' });
  writeFileSync(file, `${createHash('sha256').update(marked).digest('hex')}\n${marked}`);
  assert.ok((await make(await counting())).length < component.length);
});

for (const [what, damage] of [
  ['cut off', (text: string) => text.slice(0, -5)],
  ['changed', (text: string) => text.replace('"before":"', '"before":"AAAA')],
  ['empty', () => ''],
] as const) {
  test(`a shell that is ${what} is made again`, async t => {
    const { make, shells } = inCache(t);
    const module = await counting();
    const component = await make(module);
    const [file = ''] = shells();
    const whole = readFileSync(file, 'utf8');
    writeFileSync(file, damage(whole));
    assert.deepEqual(await make(module), component);
    assert.equal(readFileSync(file, 'utf8'), whole);
  });
}

test('a module that is not valid is refused for the same reason as without a shell', async t => {
  const { make } = inCache(t);
  const module = await counting();
  await make(module);
  // A constant becomes `return` and `drop`, for which there is nothing on the stack. The face is the same.
  const at = Buffer.from(module).indexOf(Buffer.from([0x41, 0x08, 0x41, 0x08]));
  assert.ok(at > 0);
  const broken = Uint8Array.from(module);
  broken[at] = 0x0f;
  broken[at + 1] = 0x1a;
  const reasonOf = (made: Promise<Uint8Array>): Promise<string> =>
    made.then(
      () => assert.fail('it was taken'),
      (error: unknown) => {
        assert.ok(error instanceof JcoRefusal, String(error));
        return error.message;
      },
    );
  const reason = await reasonOf(make(broken));
  assert.equal(reason, await reasonOf(withoutCache(broken)));
});

test('where nothing can be written it is made by wasm-tools each time', async t => {
  const module = await counting();
  const file = join(temporaryFolder(t), 'file');
  writeFileSync(file, '');
  const made = await makeComponent(module as Module, { adapter: 'reactor', cacheDirectory: file });
  assert.deepEqual(Buffer.from(made), await withoutCache(module));
});

test('a module without sections by tools is refused by wasm-tools, not by its face', async t => {
  const { make } = inCache(t);
  const module = moduleOf([
    [1, [[0x60, 0, 0]]],
    [3, [[0]]],
    [7, [[1, 97, 0, 9]]],
    [10, [bodyOf([], [])]],
  ]);
  await assert.rejects(make(module), JcoRefusal);
});
