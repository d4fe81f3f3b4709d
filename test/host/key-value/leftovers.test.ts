import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { removeLeftovers, temporaryPrefix } from '../../../src/host/key-value/leftovers.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

/** Of a process that has ended. */
const deadProcessId = (): number => spawnSync(process.execPath, ['--version']).pid;

test('the temporary store of a dead process is removed, with what is in it', t => {
  const parent = temporaryFolder(t);
  const left = join(parent, `${temporaryPrefix(deadProcessId())}abc`);
  mkdirSync(left);
  writeFileSync(join(left, 'sqlite_key_value.db'), 'data');
  removeLeftovers(parent);
  assert.deepEqual(readdirSync(parent), []);
});

test('what may be in use or is not ours stays: a living process, another host, other names, links', t => {
  const parent = temporaryFolder(t);
  const dead = temporaryPrefix(deadProcessId());
  const target = temporaryFolder(t);
  const kept = [`${temporaryPrefix()}abc`, dead.replace('tspin-key-value-', 'tspin-key-value-elsewhere.'), 'tspin-key-value-abc'];
  for (const name of kept) mkdirSync(join(parent, name));
  symlinkSync(target, join(parent, `${dead}link`));
  removeLeftovers(parent);
  assert.deepEqual(readdirSync(parent).toSorted(), [...kept, `${dead}link`].toSorted());
});

test('a folder that cannot be read is no error yet', t => {
  removeLeftovers(join(temporaryFolder(t), 'missing'));
});
