// `.spin/last-build.txt`: Spin's file, written and read by its rules (spin-behaviour 1.14).
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { differsFromLastBuild, rememberBuild } from '../../src/app/last-build.ts';
import { temporaryFolder } from '../temporary-folder.ts';

test('nothing is written as long as no profile was ever built', async t => {
  const folder = temporaryFolder(t);
  await rememberBuild(folder, undefined);
  assert.ok(!existsSync(join(folder, '.spin')));
  assert.equal(await differsFromLastBuild(folder, undefined), undefined);
});

test('the profile of the last build is remembered, and from then on its absence too', async t => {
  const folder = temporaryFolder(t);
  const text = (): string => readFileSync(join(folder, '.spin/last-build.txt'), 'utf8');
  await rememberBuild(folder, 'debug');
  assert.equal(text(), 'debug');
  assert.equal(await differsFromLastBuild(folder, 'debug'), undefined);
  assert.match((await differsFromLastBuild(folder, undefined)) ?? '', /profile "debug", and no profile is run.*up --build`$/);
  assert.match((await differsFromLastBuild(folder, 'release')) ?? '', /"debug", and .*"release".*--build --profile release`$/);
  await rememberBuild(folder, undefined);
  assert.equal(text(), '<anonymous>');
  assert.equal(await differsFromLastBuild(folder, undefined), undefined);
});

test('a profile that was never built is told', async t => {
  assert.match((await differsFromLastBuild(temporaryFolder(t), 'debug')) ?? '', /the last build was of no profile/);
});

test('a note that cannot be written stops nobody', async t => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, '.spin'), 'a file');
  await rememberBuild(folder, 'debug');
  mkdirSync(join(folder, 'app/.spin/last-build.txt'), { recursive: true });
  await rememberBuild(join(folder, 'app'), 'debug');
});
