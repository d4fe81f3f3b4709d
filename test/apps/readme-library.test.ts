// The library as the README shows it: its block of JavaScript is run as it stands.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { temporaryFolder } from '../temporary-folder.ts';

const repository = join(import.meta.dirname, '..', '..');

test("the README's program prints what its comment says", t => {
  const [, block] = /```js\n([^]*?)```/.exec(readFileSync(join(repository, 'README.md'), 'utf8')) ?? [];
  assert.ok(block, 'the README has a block of JavaScript');
  const expected = [...block.matchAll(/\/\/ (.*)$/gm)].map(([, comment]) => comment);
  const program = join(temporaryFolder(t), 'program.mjs');
  writeFileSync(program, block.replace("'tspin'", JSON.stringify(pathToFileURL(join(repository, 'src/index.ts')).href)));
  const printed = execFileSync(process.execPath, [program], { cwd: repository, encoding: 'utf8' });
  assert.deepEqual(printed.trimEnd().split('\n'), expected);
});
