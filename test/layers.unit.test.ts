// The lint knows the layers: each rule is shown to fail on a planted violation, in a copy of the sources.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { before, test, type TestContext } from 'node:test';

import { temporaryFolder } from './temporary-folder.ts';

const repository = join(import.meta.dirname, '..');
const exports = 'export const used = [found];';
const value = (path: string): string => `import { found } from '${path}';\n${exports}`;
const type = (path: string): string => `import type { Found } from '${path}';\nexport const used: Found[] = [];`;

/** File to plant, its text, and the rule that it breaks; undefined: none. */
const planted: readonly (readonly [string, string, string | undefined])[] = [
  ['src/util/planted.ts', value('../manifest/manifest.ts'), 'no-restricted-imports'],
  ['src/wit/planted.ts', value('../host/interface.ts'), 'no-restricted-imports'],
  ['src/manifest/planted.ts', value('../app/app.ts'), 'no-restricted-imports'],
  ['src/manifest/planted-disk.ts', "import { readFileSync as found } from 'node:fs';\n" + exports, 'no-restricted-imports'],
  [
    'src/manifest/planted-promises.ts',
    "import { readFile as found } from 'node:fs/promises';\n" + exports,
    'no-restricted-imports',
  ],
  ['src/app/planted.ts', value('../runtime/runtime.ts'), 'no-restricted-imports'],
  ['src/app/planted-type.ts', type('../wasm/inspect.ts'), 'no-restricted-imports'],
  ['src/wasm/planted.ts', value('../host/interface.ts'), 'no-restricted-imports'],
  ['src/wasm/planted-type.ts', type('../host/interface.ts'), undefined],
  ['src/host/key-value/planted.ts', value('../../wasm/inspect.ts'), 'no-restricted-imports'],
  ['src/host/key-value/planted-up.ts', value('../../runtime/runtime.ts'), 'no-restricted-imports'],
  [
    'src/host/key-value/planted-jco.ts',
    "import { generate as found } from '@bytecodealliance/jco-transpile/component';\n" + exports,
    'no-restricted-imports',
  ],
  ['src/runtime/planted.ts', value('../trigger/http/router.ts'), 'no-restricted-imports'],
  ['src/runtime/planted-host.ts', value('../host/key-value/index.ts'), 'no-restricted-imports'],
  ['src/trigger/planted.ts', value('../dev/build.ts'), 'no-restricted-imports'],
  ['src/trigger/http/planted-host.ts', value('../../host/key-value/index.ts'), 'no-restricted-imports'],
  ['src/telemetry/planted.ts', value('../index.ts'), 'no-restricted-imports'],
  ['src/dev/templates/planted.ts', value('../../cli/run.ts'), 'no-restricted-imports'],
  ['src/dev/planted-console.ts', "console.log('x');\nexport const used = 1;", 'no-console'],
  ['src/runtime/planted-exit.ts', 'process.exit(1);\nexport const used = 1;', 'no-restricted-properties'],
  ['src/app/planted-env.ts', "export const home = process.env['HOME'];", 'no-restricted-properties'],
  ['src/host/planted-argv.ts', 'export const words = process.argv;', 'no-restricted-properties'],
  ['src/trigger/planted-print.ts', "process.stderr.write('x');\nexport const used = 1;", 'no-restricted-properties'],
  ['src/cli/planted.ts', "process.stderr.write('x');\nexport const home = process.env['HOME'];", undefined],
  [
    'src/cli/planted-jco.ts',
    "import { generate as found } from '@bytecodealliance/jco-transpile/component';\n" + exports,
    'no-restricted-imports',
  ],
];

let output = '';

before(t => {
  // The hook's context has the clean-up of a test's, which is all that the helper uses.
  const copy = temporaryFolder(t as TestContext);
  cpSync(join(repository, 'src'), join(copy, 'src'), { recursive: true });
  cpSync(join(repository, '.oxlintrc.json'), join(copy, '.oxlintrc.json'));
  symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'));
  for (const [file, text] of planted) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    writeFileSync(join(copy, file), `${text}\n`);
  }
  const oxlint = join(repository, 'node_modules', 'oxlint', 'bin', 'oxlint');
  // One finding a line: file, place, message.
  output = spawnSync(process.execPath, [oxlint, '--format=unix'], { cwd: copy, encoding: 'utf8' }).stdout;
});

for (const [file, text, rule] of planted) {
  test(`the lint ${rule ? 'refuses' : 'allows'} ${text.split('\n')[0]} in ${file.replace('planted', '...')}`, () => {
    const found = output.split('\n').filter(line => line.startsWith(`${file}:`));
    assert.deepEqual(
      found.map(line => /\((.*?)\)\]$/.exec(line)?.[1]),
      rule === undefined ? [] : [rule],
    );
  });
}

test('nothing else in the sources breaks a rule', () => {
  const files = new Set(planted.map(([file]) => file));
  const others = output.split('\n').filter(line => line.startsWith('src/') && !files.has(line.slice(0, line.indexOf(':'))));
  assert.deepEqual(others, []);
});

test('every folder of src has a rule', () => {
  const config = readFileSync(join(repository, '.oxlintrc.json'), 'utf8');
  for (const layer of ['util', 'wit', 'manifest', 'app', 'wasm', 'host', 'runtime', 'trigger', 'dev', 'telemetry', 'cli']) {
    assert.ok(config.includes(`"src/${layer}/**"`), layer);
  }
});
