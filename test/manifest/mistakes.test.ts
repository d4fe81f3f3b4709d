// Every file test/golden/manifest/<case>.toml is a mistake; <case>.err is what is said about it. Comments at its top set the scene:
//   # options: {"directMounts": true}      options of loadApplication
//   # build: {"profile": "debug"}          the mistake is made in loadBuildPlans, with these options
//   # files: static/a.txt, link -> /etc    files and symbolic links beside the manifest
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

import { loadBuildPlans } from '../../src/app/build-plan.ts';
import { loadApplication } from '../../src/app/load-application.ts';
import { errorKinds, formatError, TspinError, type ErrorCode } from '../../src/errors.ts';
import { assertGolden } from '../golden.ts';

const golden = join(import.meta.dirname, '../golden/manifest');
const cases = readdirSync(golden).filter(name => name.endsWith('.toml'));
const reached = new Set<ErrorCode>();
/** By manifests of version 1. */
const reached1 = new Set<ErrorCode>();

for (const name of cases) {
  test(`says what is wrong with ${name}`, async t => {
    const text = readFileSync(join(golden, name), 'utf8');
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tspin-test-')));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, 'spin.toml'), text);
    for (const file of (directive(text, 'files') ?? '').split(', ')) if (file !== '') makeFile(folder, file);
    const error = await mistakeIn(folder, text);
    reached.add(error.code);
    if (name.startsWith('v1-')) reached1.add(error.code);
    assertGolden(`manifest/${name.replace('.toml', '.err')}`, `${formatError(error).replaceAll(folder, '<folder>')}\n`);
    const temporary = join(folder, 'temp');
    assert.deepEqual(existsSync(temporary) ? readdirSync(temporary) : [], [], 'copies of files are left behind');
  });
}

const expected: readonly ErrorCode[] = [
  'manifest-not-found',
  'manifest-syntax',
  'manifest-version',
  'manifest-unknown-key',
  'manifest-missing-key',
  'manifest-wrong-type',
  'manifest-invalid-value',
  'manifest-invalid-id',
  'manifest-unknown-component',
  'manifest-not-served',
  'variable-without-value',
  'variable-file-unreadable',
  'variable-file-invalid',
  'no-triggers',
  'unknown-component',
  'chained-component-left-out',
  'unknown-profile',
  'files-not-found',
  'files-outside',
  'files-invalid-pattern',
  'files-invalid-destination',
  'files-unreadable',
  'direct-mounts-unfit',
  'temporary-directory-unusable',
];

test('reaches every code of the manifest and the application by one of these mistakes', () => {
  const missing = expected.filter(code => !reached.has(code));
  assert.deepEqual(missing, []);
});

test('reaches every code of a manifest, and in version 1 all but those of what only version 2 has', () => {
  // That one is about the file on disk: test/mistakes.
  const codes = Object.keys(errorKinds).filter(code => code.startsWith('manifest-') && code !== 'manifest-unreadable');
  const known: readonly string[] = expected;
  assert.deepEqual(
    codes.filter(code => !known.includes(code)),
    [],
  );
  const only2 = ['manifest-not-found', 'manifest-version', 'manifest-unknown-component'];
  const known1: ReadonlySet<string> = reached1;
  assert.deepEqual(
    codes.filter(code => !known1.has(code) && !only2.includes(code)),
    [],
  );
});

async function mistakeIn(folder: string, text: string): Promise<TspinError> {
  const build = directive(text, 'build');
  const options = JSON.parse(build ?? directive(text, 'options') ?? '{}') as object;
  try {
    if (build) await loadBuildPlans({ cwd: folder, ...options });
    else await loadApplication({ cwd: folder, temporaryDirectory: 'temp', ...options });
  } catch (error) {
    if (error instanceof TspinError) return error;
    throw error;
  }
  throw new Error('the mistake was accepted');
}

function directive(text: string, name: string): string | undefined {
  return new RegExp(`^# ${name}: (.*)$`, 'm').exec(text)?.[1];
}

function makeFile(folder: string, written: string): void {
  const [path = '', target] = written.split(' -> ');
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  if (target === undefined) writeFileSync(join(folder, path), path);
  else symlinkSync(target, join(folder, path));
}
