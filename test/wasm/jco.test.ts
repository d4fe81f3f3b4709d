import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { jcoVersion } from '../../src/wasm/jco-version.ts';
import { JcoRefusal } from '../../src/wasm/jco-refusal.ts';
import { generateBindings, makeComponent } from '../../src/wasm/jco.ts';
import { readAdapter } from '../../src/wasm/adapter.ts';
import { component, counterText, emptyModule } from './fixtures.ts';

const options = { map: [], asyncImports: [], asyncExports: [] };

test('the version in the cache key is the one that is installed', () => {
  const packageJson = new URL('../../node_modules/@bytecodealliance/jco-transpile/package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(packageJson, 'utf8')) as { version: string };
  assert.equal(jcoVersion, version);
});

test('the generated module does not read the environment', async () => {
  const { module } = await generateBindings(await component(counterText), options);
  assert.doesNotMatch(new TextDecoder().decode(module), /JCO_DEBUG/);
});

test('a component that jco does not take is a refusal with its reason', async () => {
  const bytes = Uint8Array.from(await component(counterText));
  bytes[bytes.length >> 1] = 0xff;
  await assert.rejects(generateBindings(bytes, options), JcoRefusal);
});

test('a module that lacks what the adapter needs is a refusal with its reason', async () => {
  await assert.rejects(
    makeComponent(emptyModule, await readAdapter('command')),
    (error: unknown) => error instanceof JcoRefusal && error.message !== '',
  );
});
