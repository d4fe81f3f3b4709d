// `tspin watch`: what is saved is served, nothing is dropped, and no old answer comes after the line that says so (ADR 022).
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { before, test, type TestContext } from 'node:test';
import { temporaryFolder } from '../temporary-folder.ts';
import { configWasm, probeWasm } from './guests.ts';
import { writeBrokenStart, writeTextGuest } from './text-guest.ts';
import { copyingBuild, tspinWatch, type WatchedApp, type WatchProcess } from './watch-process.ts';

const guests: Record<string, Uint8Array> = {};

before(async t => {
  const folder = temporaryFolder(t as TestContext);
  for (const name of ['a', 'b', 'c']) {
    await writeTextGuest(join(folder, name), `this is version ${name}`);
    guests[`${name}.wasm`] = readFileSync(join(folder, name));
  }
  await writeBrokenStart(join(folder, 'trap'));
  guests['trap.wasm'] = readFileSync(join(folder, 'trap'));
  guests['cut.wasm'] = guests['a.wasm']!.subarray(0, 1000);
});

const watching = (t: TestContext, app: Partial<WatchedApp> = {}): Promise<WatchProcess> =>
  tspinWatch(t, { ...app, files: { 'src/which': 'a', ...guests, ...app.files } });

const answerOf = async ({ url }: WatchProcess, path = '/'): Promise<string> => (await fetch(url + path)).text();
const save = ({ folder }: WatchProcess, text: string): void => writeFileSync(join(folder, 'src/which'), text);

const reloaded = /Reloaded: .*\n/;
const goesOn = /The last good version goes on serving.*\n/;

test('a save is built and served by the time that the line says so, also one by renaming', async t => {
  const app = await watching(t);
  assert.equal(await answerOf(app), 'this is version a');
  save(app, 'b');
  const line = await app.printed(reloaded);
  assert.equal(await answerOf(app), 'this is version b');
  assert.match(app.all.slice(0, line), /Reloaded: src\/which changed; built hello in \d+ ms; ready after [\d.]+ m?s\n$/);
  writeFileSync(join(app.folder, 'src/.which.new'), 'c');
  renameSync(join(app.folder, 'src/.which.new'), join(app.folder, 'src/which'));
  await app.printed(reloaded, line);
  assert.equal(await answerOf(app), 'this is version c');
  assert.equal(await app.stop(), 0);
});

test('a build that fails, a component that is cut off and one that does not start leave the last good version serving', async t => {
  const app = await watching(t);
  let place = 0;
  for (const [name, message] of [
    ['missing', /build-failed/],
    ['cut', /component-truncated|component-invalid/],
    ['trap', /component-start-failed/],
  ] as const) {
    save(app, name);
    place = await app.printed(goesOn, place);
    assert.match(app.stderr, message);
    assert.equal(await answerOf(app), 'this is version a');
  }
  save(app, 'b');
  await app.printed(reloaded, place);
  assert.equal(await answerOf(app), 'this is version b');
});

test('a core module is made a component each time, one that is not valid is told, and no process is left', async t => {
  const folder = temporaryFolder(t);
  const made: Record<string, Uint8Array> = {};
  // None is in the cache from an earlier run.
  for (const name of ['one', 'two', 'three']) {
    await writeTextGuest(join(folder, name), `this is ${name} of ${process.pid} ${Date.now()}`, 'core module');
    made[`${name}.wasm`] = readFileSync(join(folder, name));
  }
  // The same but for an instruction that there is not, of which only the code tells.
  const broken = Buffer.from(made['two.wasm']!);
  const address = broken.indexOf(Buffer.from([0x41, 0x80, 0x08]));
  assert.ok(address > 0);
  broken[address] = 0xff;
  made['broken.wasm'] = broken;
  const app = await watching(t, { files: { 'src/which': 'one', ...made } });
  assert.match(await answerOf(app), /^this is one of/);
  save(app, 'two');
  let place = await app.printed(reloaded);
  assert.match(await answerOf(app), /^this is two of/);
  save(app, 'broken');
  place = await app.printed(goesOn, place);
  assert.match(app.stderr, /component-invalid.*illegal opcode/s);
  assert.match(await answerOf(app), /^this is two of/);
  save(app, 'three');
  await app.printed(reloaded, place);
  assert.match(await answerOf(app), /^this is three of/);
  save(app, 'missing');
  await app.printed(goesOn, place);
  // A process was started for a component that never came.
  const waiting = app.children();
  assert.ok(waiting.length > 0);
  assert.equal(await app.stop(), 0);
  for (const pid of waiting) while (existsSync(`/proc/${pid}`)) await new Promise(resolve => setTimeout(resolve, 5));
});

test('what has begun ends as it began', async t => {
  const app = await watching(t);
  const slow = await fetch(`${app.url}/slow`);
  save(app, 'b');
  await app.printed(reloaded);
  assert.equal(await slow.text(), 'this is version a');
});

test('the manifest is applied, and one with a mistake is told and mended; new folders, deleted files', async t => {
  const app = await watching(t);
  const path = join(app.folder, 'spin.toml');
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.replace('name = "hello"', 'nam = "hello"'));
  let place = await app.printed(goesOn);
  writeFileSync(path, text.replace('"/..."', '"/moved/..."'));
  place = await app.printed(reloaded, place);
  assert.match(app.stdout, /hello: http:\/\/127\.0\.0\.1:\d+\/moved \(wildcard\)/);
  assert.equal(await answerOf(app, '/moved/x'), 'this is version a');
  mkdirSync(join(app.folder, 'src/deep/er'), { recursive: true });
  writeFileSync(join(app.folder, 'src/deep/er/file'), 'x');
  place = await app.printed(/Unchanged: src\/deep\/er\/file changed; built hello.*\n/, place);
  rmSync(join(app.folder, 'src/deep'), { recursive: true });
  place = await app.printed(/Unchanged: src\/deep\/er\/file changed; built hello.*\n/, place);
});

test('.env, the files of options and mounted files are applied, and what others build is served with --skip-build', async t => {
  const app = await watching(t, {
    manifest: `spin_manifest_version = 2
[application]
name = "config"
[variables]
greeting = { default = "hi" }
token = { default = "none" }
[[trigger.http]]
route = "/..."
component = "config"
[[trigger.http]]
route = "/read/..."
component = "probe"
[component.config]
source = "config.wasm"
[component.config.variables]
greeting = "{{ greeting }}"
token = "{{ token }}"
[component.probe]
source = "probe.wasm"
files = ["static/*.txt"]
key_value_stores = ["default"]
build.command = "touch built"
`,
    files: {
      'config.wasm': readFileSync(configWasm),
      'probe.wasm': guests['a.wasm']!,
      'token.txt': 'first',
      'static/a.txt': 'old',
      '.env': 'SPIN_VARIABLE_GREETING=hello',
    },
    args: ['--skip-build', '--variable', 'token=@token.txt', '--state-dir', '.spin'],
  });
  assert.match(app.stderr, /Component probe has no `watch`/);
  assert.equal(existsSync(join(app.folder, 'built')), false);
  const read = (name: string): Promise<string> => answerOf(app, `/variables/${name}`);
  assert.deepEqual([await read('greeting'), await read('token')], ['ok hello', 'ok first']);
  const write = (name: string, content: string | Uint8Array): void => writeFileSync(join(app.folder, name), content);
  write('.env', 'SPIN_VARIABLE_GREETING=welcome');
  let place = await app.printed(/Reloaded: \.env changed; ready after .*\n/);
  assert.equal(await read('greeting'), 'ok welcome');
  write('token.txt', 'second');
  place = await app.printed(/Reloaded: token\.txt changed; .*\n/, place);
  assert.equal(await read('token'), 'ok second');
  write('probe.wasm', readFileSync(probeWasm));
  place = await app.printed(/Reloaded: probe\.wasm changed; .*\n/, place);
  assert.equal(await answerOf(app, '/read/static/a.txt'), 'old');
  write('static/a.txt', 'new');
  place = await app.printed(/Reloaded: static\/a\.txt changed; .*\n/, place);
  assert.equal(await answerOf(app, '/read/static/a.txt'), 'new');
  write('static/b.txt', 'more');
  place = await app.printed(/Reloaded: static\/b\.txt changed; .*\n/, place);
  assert.equal(await answerOf(app, '/read/static/b.txt'), 'more');
});

test('a first build that fails is mended by a save', async t => {
  const app = await watching(t, { files: { 'src/which': 'missing' }, waits: false });
  await app.printed(/Nothing is served yet.*\n/);
  save(app, 'b');
  await app.printed(/Watching for changes.*\n/);
  assert.equal(await answerOf(app), 'this is version b');
});

test('a build that writes what is watched is not run for ever, and a save is still noticed', async t => {
  const app = await watching(t, {
    build: copyingBuild.replace('mkdir', 'echo built >> builds; date +%N > src/stamp; mkdir'),
  });
  const told = await app.printed(/changes during a build are taken for its own from now on\n/);
  const builds = (): number => readFileSync(join(app.folder, 'builds'), 'utf8').split('\n').length - 1;
  // Nothing tells that nothing happens: several of the moments in which it is looked whether something has changed.
  const before = builds();
  await new Promise(resolve => setTimeout(resolve, 2500));
  assert.equal(builds(), before);
  assert.ok(before <= 4, `${before} builds`);
  save(app, 'c');
  await app.printed(reloaded, told);
  assert.equal(await answerOf(app), 'this is version c');
});

test('a build of the old source is cancelled by a save', async t => {
  const slowly = copyingBuild.replace('mkdir', 'echo building; [ $(cat src/which) != b ] || sleep 30; mkdir');
  const app = await watching(t, { build: slowly });
  const place = app.all.length;
  save(app, 'b');
  await app.printed(/building\n/, place);
  save(app, 'c');
  await app.printed(reloaded, place);
  assert.equal(await answerOf(app), 'this is version c');
});

test('Ctrl-C ends a build with all that it started', async t => {
  const app = await watching(t, { build: copyingBuild.replace('mkdir', () => 'echo $$ > pid; sleep 60; mkdir'), waits: false });
  await app.printed(/Building component hello/);
  while (!existsSync(join(app.folder, 'pid'))) await new Promise(resolve => setTimeout(resolve, 20));
  assert.equal(await app.stop(), 130);
  const pid = Number(readFileSync(join(app.folder, 'pid'), 'utf8'));
  assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
});

test('30 saves, good and broken, under 64 connections: nothing is dropped, and nothing old comes after the line', async t => {
  const app = await watching(t);
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const running = { going: true, answers: 0, wrong: [] as string[] };
  /** What may be answered to a request that begins now. */
  let allowed = new Set(['a']);
  const ask = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const sent = request(app.url, { agent }, response => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => void (text += chunk));
        response.on('end', () => resolve(response.statusCode === 200 ? text : `${response.statusCode} ${text}`));
        response.on('error', reject);
      });
      sent.on('error', reject).end();
    });
  const client = async (): Promise<void> => {
    while (running.going) {
      const may = allowed;
      const answer = await ask().catch((error: unknown) => String(error));
      running.answers += 1;
      const version = /^this is version (.)$/.exec(answer)?.[1] ?? '';
      if (!may.has(version) && !allowed.has(version)) running.wrong.push(`${answer} where ${[...may].join(' or ')} was right`);
    }
  };
  const clients = Array.from({ length: 64 }, client);
  const saves = Array.from({ length: 30 }, (_, index) => ['b', 'missing', 'c', 'cut', 'a', 'trap'][index % 6] ?? 'a');
  let place = 0;
  let serving = 'a';
  const memory: number[] = [];
  for (const which of saves) {
    const isGood = which.length === 1;
    if (isGood) allowed = new Set([serving, which]);
    save(app, which);
    place = await app.printed(isGood ? reloaded : goesOn, place);
    if (isGood) serving = which;
    allowed = new Set([serving]);
    memory.push(app.memoryMb());
  }
  running.going = false;
  await Promise.all(clients);
  agent.destroy();
  assert.deepEqual(running.wrong, []);
  assert.ok(running.answers > 1000, `${running.answers} answers`);
  t.diagnostic(`${running.answers} answers; memory in MB after each save: ${memory.map(Math.round).join(' ')}`);
  const middle = Math.max(...memory.slice(10, 15));
  assert.ok(Math.max(...memory.slice(25)) < middle * 1.3 + 20, `memory grows: ${memory.map(Math.round).join(' ')}`);
});

test('200 files that change at once are one change', async t => {
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`src/many/file-${index}`, 'old']));
  const app = await watching(t, { build: copyingBuild.replace('mkdir', 'echo built >> builds; mkdir'), files: many });
  const builds = (): number => readFileSync(join(app.folder, 'builds'), 'utf8').split('\n').length - 1;
  assert.equal(builds(), 1);
  for (const name of Object.keys(many)) writeFileSync(join(app.folder, name), 'new');
  save(app, 'b');
  const line = await app.printed(reloaded);
  assert.match(app.all.slice(0, line), /Reloaded: src\/many\/file-0 and 200 more changed; /);
  assert.ok(builds() <= 3, `${builds()} builds`);
  assert.equal(await answerOf(app), 'this is version b');
});
