import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { commands, commandsNotServed } from '../../src/cli/commands.ts';
import { run } from '../../src/cli/run.ts';
import { folderFor, templateStore } from '../../src/dev/templates/store.ts';
import { assertGolden } from '../golden.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { recordContext } from './context.ts';

const program = { version: '0.0.0', commands, notServed: commandsNotServed };

/** A repository with the templates `greet` and `http-ts`, and a data folder without any. */
function setUp(t: TestContext) {
  const repository = temporaryFolder(t);
  const data = temporaryFolder(t);
  const write = (id: string, description: string): void => {
    mkdirSync(join(repository, 'templates', id, 'metadata'), { recursive: true });
    mkdirSync(join(repository, 'templates', id, 'content'), { recursive: true });
    const metadata = `manifest_version = "1"\nid = "${id}"\ndescription = "${description}"\ntags = ["mine"]\n`;
    writeFileSync(join(repository, 'templates', id, 'metadata/spin-template.toml'), metadata);
    writeFileSync(join(repository, 'templates', id, 'content/hello.txt'), '{{project-name}}');
  };
  write('greet', 'Says hello');
  write('http-ts', 'Another one');
  const cwd = temporaryFolder(t);
  const tspin = async (...words: readonly string[]) => {
    const context = recordContext({ cwd, env: { SPIN_DATA_DIR: data } });
    return { code: await run(program, words, context), ...context.printed };
  };
  return { repository, data, cwd, write, tspin };
}

const git = (cwd: string, ...words: readonly string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...words], { cwd, stdio: 'pipe' });

test('the templates of the package are listed, at most 80 columns wide', async t => {
  const { tspin } = setUp(t);
  const { code, stdout } = await tspin('templates', 'list');
  assert.equal(code, 0);
  assert.ok(stdout.split('\n').every(line => line.length <= 80));
  assertGolden('help/templates-list-output.txt', stdout);
});

test('--tag lists those that have all tags, --verbose says where each is from', async t => {
  const { tspin } = setUp(t);
  const tagged = await tspin('templates', 'list', '--tag', 'http', '--tag', 'kv', '--verbose');
  assert.equal(
    tagged.stdout,
    [
      'kv-ts  Key-value store behind HTTP, using TypeScript',
      '       comes with tspin; for: new, add; tags: http, kv, key-value, ts, typescript',
      '',
    ].join('\n'),
  );
  assert.equal((await tspin('templates', 'list', '--tag', 'nonsense')).stdout, 'No templates.\n');
});

test('templates of a folder are installed where Spin has its own, used, and uninstalled', async t => {
  const { repository, data, cwd, tspin } = setUp(t);
  const installed = await tspin('templates', 'install', '--dir', repository);
  assert.equal(installed.stdout, 'Installed greet: Says hello\nInstalled http-ts: Another one\n');
  const folder = join(data, 'templates', folderFor('greet'));
  assert.equal(readFileSync(join(folder, '.install.toml'), 'utf8').trim(), `dir = "${repository}"`);
  assert.deepEqual(readdirSync(join(data, 'templates')).sort(), [folderFor('greet'), folderFor('http-ts')]);

  const list = JSON.parse((await tspin('template', 'list', '--json')).stdout) as { id: string; origin: string }[];
  assert.deepEqual(
    list.filter(({ origin }) => origin === 'installed').map(({ id }) => id),
    ['greet', 'http-ts'],
  );
  assert.match((await tspin('templates', 'list', '--verbose')).stdout, new RegExp(`installed from ${repository}; for: new;`));
  assert.equal((await tspin('new', '-t', 'greet', 'hi')).code, 0);
  assert.equal(readFileSync(join(cwd, 'hi/hello.txt'), 'utf8'), 'hi');

  assert.equal((await tspin('templates', 'uninstall', 'http-ts')).code, 0);
  const { stdout } = await tspin('templates', 'list');
  assert.match(stdout, /^http-ts +HTTP request handler using TypeScript$/m);
});

test('a second installation leaves what is there, --upgrade and `upgrade` replace it', async t => {
  const { repository, write, tspin } = setUp(t);
  await tspin('templates', 'install', '--dir', repository);
  write('greet', 'Says goodbye');
  const again = await tspin('templates', 'install', '--dir', repository);
  assert.match(again.stderr, /^greet is installed already; --upgrade replaces it$/m);
  assert.match((await tspin('templates', 'list')).stdout, /Says hello/);
  assert.match((await tspin('templates', 'upgrade')).stdout, /^Installed greet: Says goodbye$/m);
  write('greet', 'Says nothing');
  assert.match((await tspin('templates', 'install', '--dir', repository, '--update')).stdout, /Says nothing/);
});

test('templates are cloned by git, from a branch too, and upgraded from there', async t => {
  const { repository, write, tspin } = setUp(t);
  git(repository, 'init', '-q', '-b', 'main');
  git(repository, 'add', '.');
  git(repository, 'commit', '-qm', 'one');
  git(repository, 'checkout', '-qb', 'next');
  write('greet', 'Says next');
  git(repository, 'commit', '-qam', 'two');
  git(repository, 'checkout', '-q', 'main');
  assert.match((await tspin('templates', 'install', '--git', repository)).stdout, /Says hello/);
  const next = await tspin('templates', 'install', '--git', repository, '--branch', 'next', '--upgrade');
  assert.match(next.stdout, /Says next/);
  assert.match((await tspin('templates', 'upgrade')).stdout, /Says next/);
  const wrong = await tspin('templates', 'install', '--git', repository, '--branch', 'none');
  assert.equal(wrong.code, 1);
  assert.match(wrong.stderr, /^error\[template-source-unusable\]: .*Remote branch none not found/);
});

test('templates are unpacked from an archive with one folder at its top', async t => {
  const { repository, cwd, tspin } = setUp(t);
  execFileSync('tar', ['-czf', join(cwd, 't.tgz'), '--transform', 's#^[.]#repo-main#', '.'], { cwd: repository });
  assert.match((await tspin('templates', 'install', '--tar', 't.tgz')).stdout, /^Installed greet/);
});

test('a damaged template keeps nothing else from working, and a damaged repository installs nothing', async t => {
  const { repository, data, tspin } = setUp(t);
  mkdirSync(join(data, 'templates/bad/metadata'), { recursive: true });
  writeFileSync(join(data, 'templates/bad/metadata/spin-template.toml'), 'nonsense');
  const { code, stdout, stderr } = await tspin('templates', 'list');
  assert.equal(code, 0);
  assert.match(stdout, /^http-ts/m);
  assert.match(stderr, /^warning: the template in .*\/bad is damaged/);
  writeFileSync(join(repository, 'templates/http-ts/metadata/spin-template.toml'), 'nonsense');
  assert.equal((await tspin('templates', 'install', '--dir', repository)).code, 1);
  assert.equal(existsSync(join(data, 'templates', folderFor('greet'))), false);
});

test("the store is Spin's on every system", () => {
  const store = (platform: NodeJS.Platform, env = {}) => templateStore({ env, platform, home: '/home/u' });
  assert.equal(store('linux'), '/home/u/.local/share/spin/templates');
  assert.equal(store('linux', { XDG_DATA_HOME: '/d' }), '/d/spin/templates');
  assert.equal(store('darwin'), '/home/u/Library/Application Support/spin/templates');
  assert.equal(store('linux', { SPIN_DATA_DIR: '/s' }), '/s/templates');
});
