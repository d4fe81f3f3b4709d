// docs/compatibility.md is made of what the tables of tspin say and do (UPDATE_GOLDEN=1 rewrites it): nothing of Spin's is ignored.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandRows, optionRows, variableRows } from './compatibility/command-line.ts';
import { interfaceRows, interfacesNotListed } from './compatibility/interfaces.ts';
import { manifestRows } from './compatibility/manifest.ts';
import { table } from './compatibility/row.ts';
import { runtimeConfigRows } from './compatibility/runtime-config.ts';
import { assertGolden } from './golden.ts';
import { temporaryFolder } from './temporary-folder.ts';

test('docs/compatibility.md says of everything that Spin has what tspin does with it', async t => {
  const manifest = await manifestRows(temporaryFolder(t));
  const parts = [
    table('Interfaces that guests import', interfaceRows()),
    table('Manifest, version 2', manifest),
    table('Runtime configuration', runtimeConfigRows()),
    table('Commands', commandRows()),
    table('Options', optionRows()),
    table('Environment variables', variableRows()),
  ];
  const text = [
    '# What of Spin tspin has',
    '',
    'Made by `UPDATE_GOLDEN=1 npm run test:unit` of the tables in the code, and by trying each: *served*, *differs* (with the reason),',
    'or *refused* (with what is said, or what to do instead). Behaviour that differs in detail is in [differences.md](differences.md).',
    '',
    ...parts.flat(),
  ].join('\n');
  assert.doesNotMatch(text, /MISSING/);
  assertGolden('../../docs/compatibility.md', text);
});

test('every interface that tspin offers is in the list', () => {
  assert.deepEqual(interfacesNotListed(), []);
});
