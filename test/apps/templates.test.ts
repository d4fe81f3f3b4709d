// Each template as a user goes through it: new, build, doctor, up, a request.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { temporaryFolder } from '../temporary-folder.ts';
import { builtApp, noGo, hasRustForWasm, rustForWasm } from './built-app.ts';
import { repository } from './guests.ts';
import { tspinUp } from './tspin-process.ts';

const greetings: Readonly<Record<string, string>> = {
  'http-go': 'Hello from Go\n',
  'http-js': 'Hello from JavaScript\n',
  'http-py': 'Hello from Python\n',
  'http-rust': 'Hello from Rust\n',
  'http-ts': 'Hello from TypeScript\n',
  // A store that has nothing under `/` yet.
  'kv-ts': '',
};

for (const [template, greeting] of Object.entries(greetings)) {
  const isRust = template === 'http-rust';
  const noRust = !hasRustForWasm && 'no Rust for Wasm here: run scripts/build-guests.sh once';
  const skip = isRust ? noRust : template === 'http-go' && noGo;
  test(`${template}: what \`tspin new\` makes can be built, is sound for the doctor, and answers`, { skip }, async t => {
    const cwd = temporaryFolder(t);
    const env = {
      ...process.env,
      SPIN_DATA_DIR: join(cwd, 'no-templates'),
      TSPIN_CACHE_DIR: join(cwd, 'cache'),
      // A rustup would say which targets it has not; Rust for Wasm comes from elsewhere here.
      PATH: [...(isRust ? [rustForWasm(t)] : []), dirname(process.execPath), process.env['PATH']].join(delimiter),
    };
    const tspin = (words: readonly string[], folder: string) =>
      promisify(execFile)(process.execPath, [join(repository, 'bin/tspin.js'), ...words], { cwd: folder, env });
    await tspin(['new', '-t', template, 'hello'], cwd);
    const folder = builtApp(t, join(cwd, 'hello'), isRust ? { path: [rustForWasm(t)] } : {});
    const rustTarget = /"message": "the build of \\"hello\\" needs Rust's target/;
    const doctor = await tspin(['doctor', '--json', '--listen', '127.0.0.1:0'], folder).catch(
      (error: { stdout: string }) => error,
    );
    const { findings } = JSON.parse(doctor.stdout) as { findings: { message: string }[] };
    assert.deepEqual(
      findings.filter(finding => !(isRust && rustTarget.test(JSON.stringify(finding, undefined, 1)))),
      [],
    );
    const app = await tspinUp(t, ['-f', folder]);
    const response = await fetch(`${app.url}/`);
    assert.equal(response.status, template === 'kv-ts' ? 404 : 200);
    assert.equal(await response.text(), greeting);
    assert.equal(await app.stop(), 0);
  });
}
