import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { componentEmbed, componentNew } from '@bytecodealliance/jco-transpile/wasm-tools';

import { hostInterfaces } from '../../src/host/registry.ts';
import { versioned } from '../../src/wit/name.ts';
import { witFiles } from '../../src/wit/print.ts';
import { importedFunctions } from './component-types.ts';
import { structureOf } from './structure.ts';

const interfaces = hostInterfaces().flatMap(host => host.provides.map(({ wit }) => wit));

test('wit/ holds the text of every declared interface (node scripts/print-wit.ts rewrites it)', async () => {
  for (const [path, text] of witFiles(interfaces)) {
    assert.equal(await readFile(new URL(`../../wit/${path}`, import.meta.url), 'utf8'), text, path);
  }
});

test('wasm-tools reads the printed text and finds the declared functions in it', async () => {
  const packages = [...witFiles(interfaces).values()].map(text => text.replace(/^(package [^;]+);/, '$1 {').concat('}\n'));
  const imports = interfaces.map(({ name, version }) => `import ${versioned(name, version)};`);
  const witSource = `package test:all;\nworld everything { ${imports.join(' ')} }\n${packages.join('\n')}`;
  const component = await componentNew(await componentEmbed({ witSource, world: 'everything', dummy: true }), []);
  const found = await importedFunctions(component);
  for (const { name, version, functions } of interfaces) {
    const read = found.get(versioned(name, version));
    const declared = Object.entries(functions).map(([functionName, type]) => [functionName, structureOf(type)] as const);
    assert.deepEqual(Object.fromEntries(read ?? []), Object.fromEntries(declared), name);
  }
});
