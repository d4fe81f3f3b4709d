import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { loadApplication, type LoadApplicationOptions } from '../../src/app/load-application.ts';
import { appFolder, cartManifest } from './app-folder.ts';

interface MountCase {
  readonly what: string;
  readonly files: readonly string[];
  /** Lines of `[component.cart]`. */
  readonly component: string;
  readonly want: readonly string[];
}

const site = [
  'static/index.html',
  'static/.hidden',
  'static/js/app.js',
  'static/js/app.js.map',
  'static/js/lib/x.js',
  'note.txt',
  'img/a.png',
];

const cases: readonly MountCase[] = [
  {
    what: 'a folder by its name, with everything below it',
    files: site,
    component: 'files = ["static"]',
    want: site.filter(f => f.startsWith('static/')),
  },
  { what: 'a single file by its path', files: site, component: 'files = ["static/js/app.js"]', want: ['static/js/app.js'] },
  {
    what: 'the files of one folder by *, dot-files too',
    files: site,
    component: 'files = ["static/*"]',
    want: ['static/.hidden', 'static/index.html'],
  },
  {
    what: 'the files of a tree by **/*',
    files: site,
    component: 'files = ["static/**/*.js"]',
    want: ['static/js/app.js', 'static/js/lib/x.js'],
  },
  { what: 'a pattern with a character class', files: site, component: 'files = ["[is]*/[!x].*"]', want: ['img/a.png'] },
  { what: 'a pattern that begins with ./', files: site, component: 'files = ["./*.txt"]', want: ['note.txt'] },
  {
    what: 'the content of a folder at the root',
    files: site,
    component: 'files = [{ source = "static/js", destination = "/" }]',
    want: ['app.js', 'app.js.map', 'lib/x.js'],
  },
  {
    what: 'the content of a folder at another path',
    files: site,
    component: 'files = [{ source = "img", destination = "/pictures/" }]',
    want: ['pictures/a.png'],
  },
  {
    what: 'a single file at another path',
    files: site,
    component: 'files = [{ source = "note.txt", destination = "docs/readme" }]',
    want: ['docs/readme'],
  },
  {
    what: 'the whole application folder',
    files: ['a.txt'],
    component: 'files = [{ source = ".", destination = "/" }]',
    want: ['a.txt', 'spin.toml'],
  },
  {
    what: 'two entries together',
    files: site,
    component: 'files = ["note.txt", { source = "img", destination = "/" }]',
    want: ['a.png', 'note.txt'],
  },
  {
    what: 'all but what exclude_files matches',
    files: site,
    component: 'files = ["static/**/*"]\nexclude_files = ["**/*.map", "static/.*"]',
    want: ['static/index.html', 'static/js/app.js', 'static/js/lib/x.js'],
  },
  {
    what: 'all but what a * in exclude_files matches across folders',
    files: site,
    component: 'files = ["static"]\nexclude_files = ["static/js/*"]',
    want: ['static/.hidden', 'static/index.html'],
  },
  {
    what: 'a single named file even when exclude_files matches it',
    files: site,
    component: 'files = ["note.txt"]\nexclude_files = ["*.txt"]',
    want: ['note.txt'],
  },
  { what: 'nothing for a pattern that matches nothing', files: site, component: 'files = ["none/*"]', want: [] },
  {
    what: 'what a link inside the folder points to',
    files: ['real/a.txt', 'static/a.txt -> ../real/a.txt'],
    component: 'files = ["static/*"]',
    want: ['static/a.txt'],
  },
  {
    what: 'what is in a folder that a link inside the folder points to',
    files: ['real/a.txt', 'static/more -> ../real'],
    component: 'files = ["static"]',
    want: ['static/more/a.txt'],
  },
  {
    what: 'a folder that contains itself by a link, once',
    files: ['static/a.txt', 'static/self -> .'],
    component: 'files = ["static"]',
    want: ['static/a.txt'],
  },
  {
    what: 'the rest when a link leads nowhere',
    files: ['static/a.txt', 'static/gone -> nowhere'],
    component: 'files = ["static"]',
    want: ['static/a.txt'],
  },
  {
    what: 'the rest when exclude_files leaves out a link to a file outside',
    files: ['static/a.txt', 'static/b.txt -> /etc/passwd'],
    component: 'files = ["static"]\nexclude_files = ["static/b*"]',
    want: ['static/a.txt'],
  },
  {
    what: 'the rest when exclude_files leaves out a link to a folder outside',
    files: ['static/a.txt', 'static/etc -> /etc'],
    component: 'files = ["static"]\nexclude_files = ["static/etc/*"]',
    want: ['static/a.txt'],
  },
  {
    what: 'a folder whose name looks like a pattern',
    files: ['[x]/a.txt', 'x/b.txt'],
    component: 'files = ["[x]"]',
    want: ['[x]/a.txt'],
  },
];

for (const { what, files, component, want } of cases) {
  test(`copies ${what}`, async t => {
    const { mounts } = await load(t, files, component);
    const [mount] = mounts;
    assert.ok(mount);
    assert.equal(mount.guestPath, '/');
    assert.equal(mount.writable, false);
    assert.deepEqual(listed(mount.hostPath), [...want].toSorted());
  });
}

test('copies the bytes and not the link', async t => {
  const { mounts, folder } = await load(t, ['real.txt', 'static/a.txt -> ../real.txt'], 'files = ["static"]');
  assert.equal(readFileSync(join(mounts[0]?.hostPath ?? '', 'static/a.txt'), 'utf8'), 'real.txt');
  assert.ok(mounts[0]?.hostPath.startsWith(join(folder, 'temp')));
});

test('gives a component without files no folder at all', async t => {
  assert.deepEqual((await load(t, [], '')).mounts, []);
});

test('removes the copies when the application is disposed of', async t => {
  const { dispose, folder } = await load(t, ['a.txt'], 'files = ["a.txt"]');
  assert.equal(readdirSync(join(folder, 'temp')).length, 1);
  await dispose();
  await dispose();
  assert.deepEqual(readdirSync(join(folder, 'temp')), []);
});

test('lets guests write when that is asked for', async t => {
  const { mounts } = await load(t, ['a.txt'], 'files = ["a.txt"]', { allowTransientWrite: true });
  assert.equal(mounts[0]?.writable, true);
});

for (const [pattern, warning] of [
  ['*', /whole application folder; write "\.\/\*"/],
  ['**/*', /whole application folder tree/],
  ['none/*', /matches no file/],
  ['static/**', /matches no file; write "static\/\*\*\/\*"/],
] as const) {
  test(`warns about the pattern ${pattern}`, async t => {
    const { warnings } = await load(t, ['static/a.txt'], `files = ["${pattern}"]`);
    assert.match(warnings.join('\n'), warning);
    assert.match(warnings.join('\n'), /^spin\.toml:\d+: /);
  });
}

test('mounts folders in place with --direct-mounts', async t => {
  const { mounts, folder } = await load(
    t,
    ['static/a.txt', 'img/b.png'],
    'files = ["./static", { source = "img", destination = "/pictures/" }]',
    { directMounts: true },
  );
  assert.deepEqual(mounts, [
    { hostPath: join(folder, 'static'), guestPath: '/static', writable: false },
    { hostPath: join(folder, 'img'), guestPath: '/pictures', writable: false },
  ]);
});

test('mounts a folder in place at the root with --direct-mounts', async t => {
  const { mounts } = await load(t, ['static/a.txt'], 'files = [{ source = "static", destination = "/" }]', {
    directMounts: true,
  });
  assert.equal(mounts[0]?.guestPath, '/');
});

async function load(t: TestContext, files: readonly string[], component: string, options: Partial<LoadApplicationOptions> = {}) {
  const contents = files
    .map(file => file.split(' -> '))
    .map(([path = '', target]) => [path, target === undefined ? path : `-> ${target}`] as const);
  const folder = appFolder(t, { 'spin.toml': cartManifest(component), ...Object.fromEntries(contents) });
  const { app, warnings, dispose } = await loadApplication({ cwd: folder, temporaryDirectory: 'temp', ...options });
  t.after(dispose);
  const cart = app.components.get('cart');
  assert.ok(cart);
  return { mounts: cart.mounts, warnings, dispose, folder };
}

function listed(path: string): readonly string[] {
  const entries = readdirSync(path, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  return entries.map(({ parentPath, name }) => join(parentPath, name).slice(path.length + 1)).toSorted();
}
