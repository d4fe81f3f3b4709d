// Every version of WASI 0.2 is served by the same code: a guest generated for each of 0.2.0 to 0.2.12.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from '../temporary-folder.ts';
import { serveApp } from './served-app.ts';
import { bumpRealloc, writeWatGuest, type WasiVersions } from './wat-guest.ts';

/** Answers with its version, after it slept: it imports something of each package. */
const guest = (version: string): string => `
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 2048))
  ${bumpRealloc}
  (data (i32.const 1024) "${version}")
  (func $main (param $command i32) (param $out i32)
    (call $sleep (i64.const 1000))
    (call $answer (local.get $out) (i32.const 1024) (i32.const ${version.length})))`;

const versionsOf = (version: string): WasiVersions => ({ http: version, io: version, clocks: version, cli: version });

for (let patch = 0; patch <= 12; patch++) {
  const version = `0.2.${patch}`;
  for (const bindings of ['fast', 'plain'] as const) {
    test(`a guest of WASI ${version} runs, with ${bindings} bindings`, async t => {
      const source = await writeWatGuest(temporaryFolder(t), { fields: guest(version), versions: versionsOf(version) });
      const app = await serveApp(t, { source }, { instances: { bindings } });
      assert.match(app.loaded.bindings.join(), new RegExp(`${bindings} bindings`));
      const answer = await fetch(`${app.url}/x`);
      assert.deepEqual([answer.status, await answer.text()], [200, version]);
    });
  }
}

test('a guest whose packages are of different versions runs', async t => {
  const versions = { http: '0.2.3', io: '0.2.12', clocks: '0.2.0', cli: '0.2.7' };
  const source = await writeWatGuest(temporaryFolder(t), { fields: guest('mixed'), versions });
  const app = await serveApp(t, { source });
  assert.equal(await (await fetch(`${app.url}/x`)).text(), 'mixed');
});
