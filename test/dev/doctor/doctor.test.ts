// Each diagnosis on a broken app: what is said, what --fix makes of it, and that nothing is found after the cure.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { doctorReport } from '../../../src/cli/doctor-report.ts';
import { cure, diagnoses, examine, type DoctorOptions } from '../../../src/dev/doctor/doctor.ts';
import type { Machine } from '../../../src/dev/doctor/machine.ts';
import { assertGolden } from '../../golden.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { doctorCases, type DoctorCase } from './cases.ts';

/** A component without imports and exports. */
const emptyComponent = Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]);

function sound(folder: string): Machine {
  return {
    nodeVersion: '26.0.0',
    hasJspi: true,
    listen: { host: '127.0.0.1', port: 3000 },
    cacheDirectory: join(folder, 'cache'),
    hasProgram: () => Promise.resolve(true),
    outputOf: () => Promise.resolve(undefined),
    listenProblem: () => Promise.resolve(undefined),
    build: () => assert.fail('nothing is to be built'),
  };
}

function setUp(t: TestContext, { manifest, files = {}, arrange, machine, runtimeConfig }: DoctorCase) {
  const folder = temporaryFolder(t);
  const all = { 'spin.toml': manifest, 'app.wasm': emptyComponent, ...files };
  for (const [name, content] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  arrange?.(folder);
  if (runtimeConfig !== undefined) writeFileSync(join(folder, 'runtime.toml'), runtimeConfig);
  const options: DoctorOptions = {
    from: folder,
    cwd: folder,
    runtimeConfigFile: runtimeConfig === undefined ? undefined : 'runtime.toml',
    machine: { ...sound(folder), ...machine?.(folder) },
  };
  return { folder, options };
}

for (const broken of doctorCases) {
  test(`${broken.name}: it is told, cured, and told no more`, async t => {
    const { folder, options } = setUp(t, broken);
    const first = await examine(options);
    assert.deepEqual(first.skipped, []);
    assert.ok(
      first.findings.some(({ diagnosis }) => broken.name.startsWith(diagnosis)),
      `${broken.name} is not among ${first.findings.map(({ diagnosis }) => diagnosis).join(', ')}`,
    );
    const lines = doctorReport(first, (_, text) => text).map(line => line.replaceAll(folder, '<app>'));
    assert.ok(lines.every(line => line.includes('<app>') || line.length <= 80));
    assertGolden(`doctor/${broken.name}.txt`, `${lines.join('\n')}\n`);

    const cured = await cure(options, () => Promise.resolve(true));
    assert.deepEqual(
      cured.map(({ failure }) => failure),
      cured.map(() => undefined),
    );
    const left = (await examine(options)).findings;
    if (broken.byHand) {
      assert.ok(left.length > 0, 'nothing was left for the hand');
      broken.byHand(folder);
      const { findings } = await examine({ ...options, machine: sound(folder) });
      assert.deepEqual(findings, []);
      return;
    }
    assert.deepEqual(left, []);
    const after = readFileSync(join(folder, 'spin.toml'), 'utf8');
    if (after !== broken.manifest) assertGolden(`doctor/${broken.name}.cured.toml`, after);
  });
}

test('every diagnosis has a broken app', () => {
  const without = diagnoses.filter(({ name }) => !doctorCases.some(broken => broken.name.startsWith(name)));
  assert.deepEqual(without, []);
});

test('a conversion to version 2 keeps the old manifest', async t => {
  const broken = doctorCases.find(({ name }) => name === 'version-1');
  assert.ok(broken);
  const { folder, options } = setUp(t, broken);
  await cure(options, () => Promise.resolve(true));
  assert.equal(readFileSync(join(folder, 'spin.toml.v1_backup'), 'utf8'), broken.manifest);
});

test('what is not wanted is not cured, and offered once', async t => {
  const broken = doctorCases.find(({ name }) => name === 'version-1');
  assert.ok(broken);
  const { folder, options } = setUp(t, broken);
  let offers = 0;
  assert.deepEqual(await cure(options, () => Promise.resolve(++offers > 1)), []);
  assert.equal(offers, 1);
  assert.equal(existsSync(join(folder, 'spin.toml.v1_backup')), false);
});
