// Manifests that have every key of both versions, and what each of them means: test/manifest/corpus, test/golden/corpus.
// Mistakes are in test/golden/manifest (mistakes.test.ts).
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse, type TomlValue } from 'smol-toml';
import { parseManifest } from '../../src/manifest/manifest.ts';
import { assertGolden } from '../golden.ts';
import { keys1, keys2 } from './corpus-keys.ts';

const corpus = join(import.meta.dirname, 'corpus');
const names = readdirSync(corpus);
const textOf = (name: string): string => readFileSync(join(corpus, name), 'utf8');

for (const name of names) {
  test(`reads ${name} as it is written down`, () => {
    const manifest = parseManifest(textOf(name), name);
    assertGolden(`corpus/${name.replace('.toml', '.json')}`, `${JSON.stringify(manifest, plain, 2)}\n`);
  });
}

for (const [version, keys] of [
  ['v1', keys1],
  ['v2', keys2],
] as const) {
  const written = names.filter(name => name.startsWith(version)).flatMap(name => pathsOf(parse(textOf(name)), ''));

  test(`each key of ${version} is in the corpus`, () => {
    assert.deepEqual(
      keys.filter(key => !written.some(path => patternOf(key).test(path))),
      [],
    );
  });

  test(`nothing is in the corpus of ${version} that is not a key`, () => {
    assert.deepEqual(
      written.filter(path => !keys.some(key => patternOf(key).test(path))),
      [],
    );
  });
}

/** Maps as objects, places as `line:column`, absent values as null. */
function plain(_: string, value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries(value);
  if (typeof value === 'object' && value !== null && 'line' in value && 'column' in value) return `${value.line}:${value.column}`;
  return value ?? null;
}

/** `component.cart.files[].source`: of all values that are no tables and no arrays of them. */
function pathsOf(value: TomlValue, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap(element => pathsOf(element, `${path}[]`));
  if (typeof value !== 'object' || value instanceof Date) return [path];
  return Object.entries(value).flatMap(([key, member]) =>
    pathsOf(member, `${path}${path === '' ? '' : '.'}${key.replaceAll(/[.[\]]/g, '_')}`),
  );
}

const patternOf = (key: string): RegExp =>
  new RegExp(`^${key.replaceAll(/[.[\]]/g, String.raw`\$&`).replaceAll('*', '[^.[]+')}$`);
