// What a guest finds around it: environment, clocks, files, and where its output goes.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../temporary-folder.ts';
import { appFolder } from './guests.ts';
import { testEveryWay, type Reached } from './matrix.ts';
import { tspinUp } from './tspin-process.ts';

testEveryWay(
  'the guest has the environment of the manifest, --env over it, nothing of the host, and no arguments',
  async ({ send }) => {
    assert.equal(await (await send('/env')).text(), 'A=manifest\nB=flag=x\nC={{ raw }}\nD=new\nargs: 0\n');
  },
  {
    app: { lines: ['environment = { A = "manifest", B = "manifest", C = "{{ raw }}" }'] },
    env: [
      ['B', 'first'],
      ['B', 'flag=x'],
      ['D', 'new'],
    ],
  },
);

testEveryWay('the clocks are the real ones', async ({ send }) => {
  interface Clocks {
    readonly wall: { readonly seconds: number };
    readonly monotonic: number;
  }
  const clocks = async (): Promise<Clocks> => (await (await send('/clock')).json()) as Clocks;
  const before = Math.floor(Date.now() / 1000);
  const [first, second] = [await clocks(), await clocks()];
  assert.ok(first.wall.seconds >= before && second.wall.seconds <= Date.now() / 1000);
  assert.ok(second.monotonic > first.monotonic);
});

// --- files ---

const files = {
  'assets/a.txt': 'a',
  'assets/.hidden': 'dot',
  'assets/deep/b.txt': 'b',
  'assets/deep/skip.tmp': 'no',
  'single.txt': 'single',
  'renamed-from/c.txt': 'c',
  'secret.txt': 'secret',
};
const lines = [
  'files = ["assets", "single.txt", { source = "renamed-from", destination = "/to" }]',
  'exclude_files = ["assets/deep/*.tmp"]',
];

const answer = async ({ send }: Reached, path: string, body?: string): Promise<string> => {
  const response = await send(path, body === undefined ? {} : { method: 'POST', body });
  return `${response.status} ${(await response.text()).trimEnd()}`;
};

testEveryWay(
  'the guest sees the files of the manifest and no others',
  async app => {
    assert.equal(await answer(app, '/ls/'), '200 assets/\nsingle.txt\nto/');
    assert.equal(await answer(app, '/ls/assets'), '200 .hidden\na.txt\ndeep/');
    assert.equal(await answer(app, '/ls/assets/deep'), '200 b.txt');
    assert.equal(await answer(app, '/read/assets/deep/b.txt'), '200 b');
    assert.equal(await answer(app, '/read/single.txt'), '200 single');
    assert.equal(await answer(app, '/read/to/c.txt'), '200 c');
    for (const path of [
      'secret.txt',
      '..%2fsecret.txt',
      'assets%2f..%2f..%2fsecret.txt',
      '..%2f..%2f..%2fetc%2fpasswd',
      '%2fetc%2fpasswd',
    ]) {
      assert.match(await answer(app, `/read/${path}`), /^404 /, path);
    }
  },
  { app: { files, lines } },
);

testEveryWay(
  'files are read-only',
  async app => {
    assert.match(await answer(app, '/write/assets/a.txt', 'changed'), /^403 .*(not permitted|ermission denied|ead-only)/);
    assert.match(await answer(app, '/write/new.txt', 'new'), /^403 /);
    assert.equal(await answer(app, '/read/assets/a.txt'), '200 a');
  },
  { app: { files, lines } },
);

testEveryWay(
  'with --allow-transient-write the guest changes its copies and not the files they are copies of',
  async app => {
    assert.equal(await answer(app, '/write/assets/a.txt', 'changed'), '200 ok');
    assert.equal(await answer(app, '/write/new.txt', 'new'), '200 ok');
    assert.equal(await answer(app, '/read/assets/a.txt'), '200 changed');
    assert.equal(await answer(app, '/read/new.txt'), '200 new');
    assert.equal(readFileSync(join(app.folder, 'assets/a.txt'), 'utf8'), 'a');
    assert.ok(!existsSync(join(app.folder, 'new.txt')));
  },
  { app: { files, lines }, allowTransientWrite: true },
);

testEveryWay(
  'with --direct-mounts the guest sees a change of a file at once',
  async app => {
    assert.equal(await answer(app, '/read/assets/a.txt'), '200 a');
    writeFileSync(join(app.folder, 'assets/a.txt'), 'changed outside');
    assert.equal(await answer(app, '/read/assets/a.txt'), '200 changed outside');
    assert.equal(await answer(app, '/read/to/c.txt'), '200 c');
    assert.match(await answer(app, '/write/assets/a.txt', 'x'), /^403 /);
    assert.match(await answer(app, '/read/secret.txt'), /^404 /);
  },
  { app: { files, lines: ['files = ["assets", { source = "renamed-from", destination = "/to" }]'] }, directMounts: true },
);

testEveryWay('a guest without files has no file system', async app => {
  assert.match(await answer(app, '/ls/'), /^404 /);
  assert.match(await answer(app, '/read/spin.toml'), /^404 /);
});

// --- output ---

test('what a guest prints goes to the log files and, followed, to stderr, in order', async t => {
  const folder = temporaryFolder(t);
  const app = await tspinUp(t, ['-f', appFolder(t), '--state-dir', folder]);
  await (await fetch(`${app.url}/print?out=out-1&out=out-2&err=err-1&err=err-2`)).text();
  assert.equal(await app.stop(), 0);
  assert.equal(readFileSync(join(folder, 'logs/probe_stdout.txt'), 'utf8'), 'out-1\nout-2\n');
  assert.equal(readFileSync(join(folder, 'logs/probe_stderr.txt'), 'utf8'), 'err-1\nerr-2\n');
  for (const line of ['out-1\nout-2\n', 'err-1\nerr-2\n']) assert.ok(app.stderr.includes(line), app.stderr);
  assert.ok(!app.stdout.includes('out-1'), 'stdout is for results');
});

test('--quiet keeps output from the terminal, not from the log files, and a second start appends', async t => {
  const folder = temporaryFolder(t);
  const from = appFolder(t);
  for (const word of ['print-1', 'print-2']) {
    const app = await tspinUp(t, ['-f', from, '--state-dir', folder, '--quiet']);
    await (await fetch(`${app.url}/print?out=${word}`)).text();
    assert.equal(await app.stop(), 0);
    assert.ok(!app.stderr.includes(word));
  }
  assert.equal(readFileSync(join(folder, 'logs/probe_stdout.txt'), 'utf8'), 'print-1\nprint-2\n');
});

test('--truncate-logs begins anew, and --log-dir says where', async t => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'probe_stdout.txt'), 'old\n');
  writeFileSync(join(folder, 'notes.txt'), 'kept\n');
  const app = await tspinUp(t, [
    '-f',
    appFolder(t),
    '--state-dir',
    '',
    '--log-dir',
    folder,
    '--truncate-logs',
    '--follow',
    'probe',
  ]);
  await (await fetch(`${app.url}/print?out=new`)).text();
  assert.equal(await app.stop(), 0);
  assert.equal(readFileSync(join(folder, 'probe_stdout.txt'), 'utf8'), 'new\n');
  assert.equal(readFileSync(join(folder, 'notes.txt'), 'utf8'), 'kept\n');
  assert.match(app.stderr, /^new$/m);
});

test('a trap is told on stderr', async t => {
  const app = await tspinUp(t, ['-f', appFolder(t), '--state-dir', '']);
  assert.equal((await fetch(`${app.url}/trap`)).status, 500);
  assert.equal(await app.stop(), 0);
  assert.match(app.stderr, /^warning: component "probe" trapped on GET \/trap: /m);
});

test('Ctrl-C lets a guest work on after its response, and its key is there at the next start', async t => {
  const args = ['-f', appFolder(t), '--state-dir', temporaryFolder(t)];
  const first = await tspinUp(t, args);
  assert.equal(await (await fetch(`${first.url}/after?ms=300&key=late`)).text(), 'answered\n');
  assert.equal(await first.stop(), 0);
  const second = await tspinUp(t, args);
  assert.equal(await (await fetch(`${second.url}/kv/default/get?key=late`)).text(), 'after');
  assert.equal(await second.stop(), 0);
});
