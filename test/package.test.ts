// The package as users get it: packed, installed in an empty folder by the real npm, and used as the README says.
// Slow (it builds a TypeScript app), so it has a script of its own: npm run test:package.
import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { hasRustForWasm, noGo, rustForWasm } from './apps/built-app.ts';

const repository = join(import.meta.dirname, '..');
const installedBytesMax = 60 * 1000 * 1000;

/** PATH as a user's: without the node of the repository, which npm puts first for its scripts. */
const userPath = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter(folder => !folder.includes('node_modules') && !folder.includes('node-gyp-bin'))
  .join(delimiter);

const folder = mkdtempSync(join(tmpdir(), 'tspin-package-'));
const project = join(folder, 'project');
const app = join(project, 'hello');
const scriptLog = join(folder, 'scripts.log');
const servers = new Set<ChildProcess>();

/** The environment of a user's shell: nothing of the npm that runs this test. */
function userEnv(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => !/^npm_|^NODE_|^INIT_CWD$|^SPIN_|^TSPIN_/i.test(name));
  return { ...Object.fromEntries(entries), PATH: userPath, TSPIN_CACHE_DIR: join(folder, 'cache') };
}

/** Rust's first build for Wasm builds its standard library too. */
const toolchainMs = 900_000;

// oxlint-disable-next-line max-params -- as one calls a program
const run = (command: string, words: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}, timeout = 180_000) =>
  promisify(execFile)(command, [...words], { cwd, env: { ...userEnv(), ...env }, timeout });

before(async () => {
  mkdirSync(project);
  await run('npm', ['pack', '--pack-destination', folder], repository, { PATH: process.env['PATH'] });
  const tarball = readdirSync(folder).find(name => name.endsWith('.tgz'));
  assert.ok(tarball, 'npm pack made a tarball');
  writeFileSync(join(project, 'package.json'), '{ "private": true }');
  // npm runs install scripts through this shell, which writes them down first.
  const shell = join(folder, 'shell.sh');
  writeFileSync(shell, `#!/bin/sh\necho "$npm_package_name $npm_lifecycle_event" >> '${scriptLog}'\nexec sh "$@"\n`, {
    mode: 0o755,
  });
  await run('npm', ['install', `--script-shell=${shell}`, join(folder, tarball)], project);
});

after(() => {
  for (const server of servers) server.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

test('no package runs a script when it is installed', () => {
  assert.equal(existsSync(scriptLog) ? readFileSync(scriptLog, 'utf8') : '', '');
});

test('the package and what it depends on take less than 60 MB without the Node binary', t => {
  const modules = join(project, 'node_modules');
  const sizes = readdirSync(modules).map(name => [name, bytesOf(join(modules, name))] as const);
  const counted = sizes.filter(
    ([name]) => !name.startsWith('node-linux-') && !name.startsWith('node-darwin-') && !name.startsWith('node-win-'),
  );
  const total = counted.reduce((sum, [, bytes]) => sum + bytes, 0);
  t.diagnostic(
    `${(total / 1e6).toFixed(1)} MB: ${counted.map(([name, bytes]) => `${name} ${(bytes / 1e6).toFixed(1)}`).join(', ')}`,
  );
  assert.ok(total < installedBytesMax, `${total} bytes`);
});

test('neither jco-transpile nor what it drags in is installed', () => {
  for (const name of ['@bytecodealliance', 'binaryen', 'oxc-minify']) {
    assert.equal(existsSync(join(project, 'node_modules', name)), false, name);
  }
});

for (const [name, path] of [
  ['the Node of this machine', userPath],
  ['Node 26', [dirname(process.execPath), userPath].join(delimiter)],
] as const) {
  test(`\`tspin --version\` works with ${name}`, async t => {
    const node = await run('node', ['--version'], folder, { PATH: path });
    t.diagnostic(`node ${node.stdout.trim()}`);
    // Started from elsewhere: in the project npm has put the Node that comes with tspin first.
    const launcher = join(project, 'node_modules', 'tspin', 'bin', 'tspin.js');
    const { stdout } = await run('node', [launcher, '--version'], folder, { PATH: path });
    assert.match(stdout, /^tspin \d+\.\d+\.\d+\n$/);
    const npx = await run('npx', ['tspin', '--version'], project, { PATH: path });
    assert.equal(npx.stdout, stdout);
  });
}

test('the README line makes, builds and serves an app, first try', async () => {
  const made = await run('npx', ['tspin', 'new', '-t', 'http-ts', 'hello'], project);
  assert.equal(made.stdout, 'Made the app in hello. Next: cd hello && npx tspin build && npx tspin up\n');
  const built = await run('npx', ['tspin', 'build'], app);
  assert.match(built.stdout, /^Finished building all Spin components$/m);
  const { url, ended, server } = await serve('npx', ['tspin', 'up', '--listen', '127.0.0.1:0']);
  const response = await fetch(`${url}/`);
  assert.equal(response.status, 200);
  assert.match(await response.text(), /^Hello/);
  server.kill('SIGTERM');
  await ended;
  await assert.rejects(fetch(`${url}/`), 'the server does not outlive npx');
});

test('every template comes whole out of the package', async () => {
  // What they make is built and served by test/apps/templates.test.ts, from the repository.
  const { stdout } = await run('npx', ['tspin', 'templates', 'list', '--json'], project, { SPIN_DATA_DIR: join(folder, 'none') });
  const ids = (JSON.parse(stdout) as { id: string }[]).map(({ id }) => id);
  assert.deepEqual(ids, readdirSync(join(repository, 'templates')).sort());
  for (const id of ids) {
    const words = ['new', '-t', id, 'app', '--accept-defaults', '-o'];
    const [packed, own] = [join(folder, 'packed', id), join(folder, 'own', id)];
    await run('npx', ['tspin', ...words, packed], project);
    await run(process.execPath, [join(repository, 'bin/tspin.js'), ...words, own], project);
    const { stdout: difference } = await run('diff', ['-r', packed, own], project);
    assert.equal(difference, '');
  }
});

for (const { template, greeting, skip, isRust } of [
  { template: 'http-go', greeting: 'Hello from Go\n', skip: noGo, isRust: false },
  {
    template: 'http-rust',
    greeting: 'Hello from Rust\n',
    skip: !hasRustForWasm && 'no Rust for Wasm here: run scripts/build-guests.sh once',
    isRust: true,
  },
]) {
  test(`${template} out of the package is built, sound for the doctor, and answers`, { skip }, async t => {
    const env = isRust ? { PATH: [rustForWasm(t), userPath].join(delimiter) } : {};
    await run('npx', ['tspin', 'new', '-t', template, template], project, env);
    const made = join(project, template);
    const { stdout } = await run('npx', ['tspin', 'build'], made, env, toolchainMs);
    assert.match(stdout, /^Finished building all Spin components$/m);
    const doctor = await run('npx', ['tspin', 'doctor', '--json', '--listen', '127.0.0.1:0'], made, env).catch(
      (error: { stdout: string }) => error,
    );
    const { findings } = JSON.parse(doctor.stdout) as { findings: { message: string }[] };
    // A rustup says which targets it has not; Rust for Wasm comes from elsewhere here.
    const expected = (message: string): boolean => isRust && message.includes("needs Rust's target");
    assert.deepEqual(
      findings.filter(({ message }) => !expected(message)),
      [],
    );
    const { url, ended, server } = await serve('npx', ['tspin', 'up', '--listen', '127.0.0.1:0'], made);
    const response = await fetch(`${url}/`);
    assert.equal(response.status, 200);
    assert.equal(await response.text(), greeting);
    server.kill('SIGTERM');
    await ended;
  });
}

test('SIGTERM ends `tspin up` with exit code 0, through the launcher too', async () => {
  const { server, ended } = await serve(join(project, 'node_modules', '.bin', 'tspin'), ['up', '--listen', '127.0.0.1:0']);
  server.kill('SIGTERM');
  assert.deepEqual(await ended, { code: 0, signal: null });
});

test('the library can be imported, and gives its types', async () => {
  const program = `import { loadApp } from 'tspin';
    const app = await loadApp({ from: 'hello', stateDirectory: '' });
    console.log((await app.fetch(new Request('http://localhost/'))).status);
    await app.close();`;
  const file = join(project, 'program.mjs');
  writeFileSync(file, program);
  const { stdout } = await run(process.execPath, [file], project);
  assert.equal(stdout, '200\n');
  assert.match(
    readFileSync(join(project, 'node_modules', 'tspin', 'dist', 'index.d.ts'), 'utf8'),
    /export declare function loadApp/,
  );
});

/** Starts a server in an app's folder and resolves when it says that it serves. */
async function serve(command: string, words: readonly string[], cwd = app) {
  const server = spawn(command, words, { cwd, env: userEnv(), stdio: ['ignore', 'pipe', 'pipe'] });
  servers.add(server);
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>(resolve => {
    server.once('close', (code, signal) => resolve({ code, signal }));
  });
  let stdout = '';
  let stderr = '';
  server.stderr.on('data', chunk => (stderr += String(chunk)));
  const url = await new Promise<string>((resolve, reject) => {
    server.stdout.on('data', chunk => {
      stdout += String(chunk);
      const [, found] = /^Serving (http:\S+)$/m.exec(stdout) ?? [];
      if (found !== undefined && stdout.includes('Available Routes')) resolve(found);
    });
    server.once('close', () => reject(new Error(`ended before it served:\n${stdout}${stderr}`)));
  });
  return { server, ended, url };
}

function bytesOf(path: string): number {
  const stat = lstatSync(path);
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0);
}
