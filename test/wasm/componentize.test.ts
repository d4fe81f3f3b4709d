import assert from 'node:assert/strict';
import test from 'node:test';
import { TspinError } from '../../src/errors.ts';
import { adapterFor } from '../../src/wasm/componentize.ts';
import {
  bareModule,
  commandModule,
  counterText,
  emptyModule,
  moduleWithWit,
  olderMetadata,
  producersData,
  spin1Module,
  withBindgenVersion,
  withCustomSection,
} from './fixtures.ts';

const request = { componentId: 'cart', path: '/app/cart.wasm', at: undefined };
const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    assert(error instanceof TspinError, String(error));
    return error.code;
  }
  return 'no error';
};

for (const version of ['0.5.0', '0.57.1']) {
  test(`a module of wit-bindgen ${version} gets the reactor adapter`, () => {
    assert.equal(adapterFor(request, withBindgenVersion(emptyModule, version)), 'reactor');
  });
}

for (const version of ['0.4.0', '1.0.0', 'next']) {
  test(`a module of wit-bindgen ${version} is refused by version`, () => {
    assert.throws(() => adapterFor(request, withBindgenVersion(emptyModule, version)), {
      code: 'core-module-bindgen-version',
      message: `component "cart": /app/cart.wasm is a core module made with wit-bindgen ${version}, which cannot be turned into a component`,
    });
  });
}

test('the version is found behind what older tools put before the component', () => {
  const before = olderMetadata('http-trigger');
  assert.equal(adapterFor(request, withBindgenVersion(emptyModule, '0.16.0', before)), 'reactor');
  assert.equal(
    codeOf(() => adapterFor(request, withBindgenVersion(emptyModule, '0.4.0', before))),
    'core-module-bindgen-version',
  );
});

test('a module with WIT embedded by other tools gets the reactor adapter', async () => {
  assert.equal(adapterFor(request, await moduleWithWit(counterText)), 'reactor');
});

test('a program gets the command adapter', async () => {
  assert.equal(adapterFor(request, await commandModule()), 'command');
});

test('a module of the SDK of Spin 1 is refused by name', async () => {
  const module = await spin1Module();
  assert.equal(
    codeOf(() => adapterFor(request, module)),
    'core-module-spin-1',
  );
});

test('a module that nothing says how to call is refused', async () => {
  const module = await bareModule();
  assert.equal(
    codeOf(() => adapterFor(request, module)),
    'core-module-unadaptable',
  );
});

const clangs: readonly (readonly [string, string])[] = [
  ['15.0.6 (https://github.com/llvm/llvm-project 088f33605d8a)', 'core-module-unsafe-libc'],
  ['14.0.9', 'core-module-unsafe-libc'],
  ['15.0.7', 'no error'],
  ['16.0.0', 'no error'],
  ['unknown', 'no error'],
];
for (const [version, code] of clangs) {
  test(`a program by clang ${version.split(' ')[0]} ${code === 'no error' ? 'is taken' : 'is refused for its allocator'}`, async () => {
    const module = withCustomSection(await commandModule(), 'producers', producersData([['clang', version]]));
    assert.equal(
      codeOf(() => adapterFor(request, module)),
      code,
    );
  });
}
