import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { TspinError, formatError } from '../../src/errors.ts';
import { prepareComponent } from '../../src/wasm/prepare.ts';
import type { PlainFiles } from '../../src/wasm/transpile-job.ts';
import type { PrepareEvent, PrepareOptions, PreparedComponent } from '../../src/wasm/prepare.ts';
import { assertGolden } from '../golden.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import {
  bareModule,
  commandModule,
  component,
  counterAsync,
  counterText,
  emptyModule,
  foreignComponent,
  producersData,
  rustModulePath,
  spin1Module,
  truncated,
  withBindgenVersion,
  withCustomSection,
} from './fixtures.ts';

function counterFile(folder: string, bytes: Uint8Array): string {
  const path = join(folder, 'counter.wasm');
  writeFileSync(path, bytes);
  return path;
}

test('prepares a component, and finds it prepared the second time', async t => {
  const folder = temporaryFolder(t);
  const path = counterFile(folder, await component(counterText));
  const events: PrepareEvent[] = [];
  const prepare = () =>
    prepareComponent(
      { componentId: 'counter', path, at: undefined },
      { ...counterAsync, cacheDirectory: join(folder, 'cache'), onProgress: event => events.push(event) },
    );
  const first = await prepare();
  assert.deepEqual(await prepare(), first);
  assert.deepEqual(plainFiles(first).importKeys, ['tspin:test/clock@1']);
  assert.deepEqual(first.imports, [{ interface: 'tspin:test/clock', version: '1.2.0', functions: ['wait'] }]);
  assert.deepEqual(first.exports, [{ interface: 'tspin:test/counter', version: '1.2.0' }]);
  assert.deepEqual(
    readdirSync(first.directory).toSorted(),
    [...plainFiles(first).coreFiles, plainFiles(first).moduleFile, 'manifest.json'].toSorted(),
  );
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['transpiling', 'prepared', 'prepared'],
  );
});

test('gives compatible versions of an interface one key, and others their own', async t => {
  const folder = temporaryFolder(t);
  const prepared = await prepareBytes(
    folder,
    await component({
      wit: `package a:b@0.2.6;
        interface one { f: func(); }
        world w { import one; import old:thing/api@1.4.0; import old:thing/api@2.0.1; export run: func(); }
        package old:thing@1.4.0 { interface api { f: func(); } }
        package old:thing@2.0.1 { interface api { f: func(); } }`,
      world: 'w',
      wat: `(module
        (import "a:b/one@0.2.6" "f" (func $a))
        (import "old:thing/api@1.4.0" "f" (func $b))
        (import "old:thing/api@2.0.1" "f" (func $c))
        (func (export "run") (call $a) (call $b) (call $c)))`,
    }),
  );
  assert.deepEqual(plainFiles(prepared).importKeys.toSorted(), ['a:b/one@0.2', 'old:thing/api@1', 'old:thing/api@2']);
});

test('makes a component of a module by the Rust SDK', async t => {
  const prepared = await prepareComponent(
    { componentId: 'kv', path: rustModulePath, at: undefined },
    { cacheDirectory: temporaryFolder(t), asyncImports: [], asyncExports: [], bindings: 'plain' },
  );
  assert.deepEqual(prepared.exports, [{ interface: 'wasi:http/incoming-handler', version: '0.2.0' }]);
  assert(plainFiles(prepared).importKeys.includes('fermyon:spin/key-value@2'));
});

test('makes a component of a program: it exports wasi:cli/run', async t => {
  const prepared = await prepareBytes(temporaryFolder(t), await commandModule());
  assert.deepEqual(
    prepared.exports.map(exported => exported.interface),
    ['wasi:cli/run'],
  );
});

test('prepares a component with an import that no host has: whether there is one is not its business', async t => {
  const prepared = await prepareBytes(temporaryFolder(t), await foreignComponent());
  assert.deepEqual(prepared.imports, [{ interface: 'acme:rockets/launcher', version: '2.1.0', functions: ['launch'] }]);
  assert.deepEqual(prepared.exportedFunctions, ['run']);
});

const unsafe = async () => withCustomSection(await commandModule(), 'producers', producersData([['clang', '14.0.0']]));
const broken = async () => {
  const bytes = Uint8Array.from(await component(counterText));
  bytes[bytes.length >> 1] = 0xff;
  return bytes;
};
const mistakes: readonly (readonly [string, (path: string) => void | Promise<void>])[] = [
  ['component-source-missing', () => undefined],
  ['component-source-directory', path => mkdirSync(path)],
  ['component-source-unreadable', path => symlinkSync(path, path)],
  ['component-source-empty', path => writeFileSync(path, '')],
  ['component-not-wasm', path => writeFileSync(path, 'console.log("hello");\n')],
  ['component-wasm-version', path => writeFileSync(path, Uint8Array.of(0, 0x61, 0x73, 0x6d, 2, 0, 0, 0))],
  ['component-truncated', async path => writeFileSync(path, truncated(await component(counterText)))],
  ['component-invalid', async path => writeFileSync(path, await broken())],
  ['core-module-unadaptable', async path => writeFileSync(path, await bareModule())],
  ['core-module-spin-1', async path => writeFileSync(path, await spin1Module())],
  ['core-module-bindgen-version', path => writeFileSync(path, withBindgenVersion(emptyModule, '0.4.0'))],
  ['core-module-unsafe-libc', async path => writeFileSync(path, await unsafe())],
];
for (const [code, spoil] of mistakes) {
  test(`says where and what: ${code}`, async t => {
    const folder = temporaryFolder(t);
    const path = join(folder, 'cart.wasm');
    await spoil(path);
    const at = { file: 'spin.toml', line: 9, column: 10, length: 11, text: 'source = "cart.wasm"' };
    const cacheDirectory = join(folder, 'cache');
    const error = await prepareComponent(
      { componentId: 'cart', path, at },
      { cacheDirectory, asyncImports: [], asyncExports: [], bindings: 'plain' },
    ).then(
      () => assert.fail('prepared'),
      (reason: unknown) => reason,
    );
    assert(error instanceof TspinError, String(error));
    assert.equal(error.code, code);
    assertGolden(`mistakes/wasm/${code}.txt`, `${formatError(error).replaceAll(folder, '<app>')}\n`);
    // Nothing is left of the attempt.
    assert.deepEqual(readdirIfThere(cacheDirectory), []);
  });
}

test('two processes that prepare the same component at once leave one whole entry', async t => {
  const folder = temporaryFolder(t);
  const path = counterFile(folder, await component(counterText));
  const cache = join(folder, 'cache');
  const [one, two] = await Promise.all([prepareInProcess(path, cache), prepareInProcess(path, cache)]);
  assert.deepEqual(one, two);
  const entries = readdirSync(cache).filter(name => name !== 'sources');
  assert.deepEqual(entries, [one.directory.slice(cache.length + 1)]);
  assert.deepEqual(await prepareCounter(path, cache, 'found'), one);
});

test('a process killed in the middle leaves no entry, and the next one makes it', async t => {
  const folder = temporaryFolder(t);
  const path = counterFile(folder, await component(counterText));
  const cache = join(folder, 'cache');
  const child = spawn(process.execPath, [processFile, path, cache], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  for await (const line of createInterface({ input: child.stdout })) if (line === 'transpiling') child.kill('SIGKILL');
  assert.deepEqual(
    readdirSync(cache).filter(name => !name.startsWith('.making-') && name !== 'sources'),
    [],
  );
  await prepareCounter(path, cache, 'made');
});

test('an entry whose module is truncated is made again', async t => {
  const folder = temporaryFolder(t);
  const path = counterFile(folder, await component(counterText));
  const cache = join(folder, 'cache');
  const first = await prepareCounter(path, cache, 'made');
  truncateSync(join(first.directory, plainFiles(first).moduleFile), 10);
  assert.deepEqual(await prepareCounter(path, cache, 'made'), first);
});

function plainFiles({ files }: PreparedComponent): PlainFiles {
  assert(files.bindings === 'plain');
  return files;
}

async function prepareCounter(path: string, cacheDirectory: string, origin: 'made' | 'found'): Promise<PreparedComponent> {
  const events: PrepareEvent[] = [];
  const prepared = await prepareComponent(
    { componentId: 'counter', path, at: undefined },
    { ...counterAsync, cacheDirectory, onProgress: event => events.push(event) },
  );
  assert.deepEqual(events.at(-1), { kind: 'prepared', componentId: 'counter', origin });
  return prepared;
}

function prepareBytes(folder: string, bytes: Uint8Array): Promise<PreparedComponent> {
  const options: PrepareOptions = {
    cacheDirectory: join(folder, 'cache'),
    asyncImports: [],
    asyncExports: [],
    bindings: 'plain',
  };
  return prepareComponent({ componentId: 'given', path: counterFile(folder, bytes), at: undefined }, options);
}

const processFile = join(import.meta.dirname, 'prepare-process.ts');

async function prepareInProcess(path: string, cache: string): Promise<PreparedComponent> {
  const child = spawn(process.execPath, [processFile, path, cache], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', line => lines.push(line));
  const [code] = await once(child, 'close');
  assert.equal(code, 0);
  return JSON.parse(lines.at(-1) ?? '') as PreparedComponent;
}

function readdirIfThere(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
