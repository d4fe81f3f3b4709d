import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { parse } from 'smol-toml';

import { builtInTemplates, type TemplateLibrary } from '../../../src/dev/templates/library.ts';
import { createApp, type NewAppOptions } from '../../../src/dev/templates/new-app.ts';
import { parseManifest } from '../../../src/manifest/manifest.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

function setUp(t: TestContext) {
  const cwd = temporaryFolder(t);
  const directory = join(cwd, 'hello');
  const library = { builtIn: builtInTemplates(), installed: undefined };
  const create = (options: Partial<NewAppOptions> = {}) =>
    createApp({
      name: 'hello',
      template: 'http-ts',
      directory,
      shownDirectory: 'hello',
      values: new Map(),
      library,
      cwd,
      ...options,
    });
  const read = (name: string): string => readFileSync(join(directory, name), 'utf8');
  return { cwd, directory, create, read };
}

/** A folder of templates with one template `t` of these files. */
function templateOf(t: TestContext, files: Readonly<Record<string, string | Uint8Array>>): TemplateLibrary {
  const templates = temporaryFolder(t);
  const metadata = 'manifest_version = "1"\nid = "t"\n';
  for (const [name, content] of Object.entries({ 'metadata/spin-template.toml': metadata, 'content/a': '', ...files })) {
    const path = join(templates, 't', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return { builtIn: templates, installed: undefined };
}

for (const template of ['http-ts', 'http-js', 'http-rust', 'http-py', 'http-go', 'http-empty', 'kv-ts']) {
  test(`the template ${template} makes a manifest that tspin reads`, async t => {
    const { create, read } = setUp(t);
    const files = await create({ template });
    assert.ok(files.includes('spin.toml') && files.includes('.gitignore'));
    assert.ok(files.every(file => !file.endsWith('.tmpl')));
    const manifest = parse(read('spin.toml'));
    assert.equal((manifest['application'] as { name: string }).name, 'hello');
    if (template !== 'http-empty') parseManifest(read('spin.toml'), 'spin.toml');
  });
}

test('values get into the files, escaped where they stand in quotes', async t => {
  const { create, read } = setUp(t);
  const description = 'says "hi" \\o/';
  const values = new Map([
    ['http-path', '/api/...'],
    ['project-description', description],
  ]);
  await create({ values });
  const manifest = parse(read('spin.toml')) as { application: { description: string }; trigger: { http: { route: string }[] } };
  assert.equal(manifest.application.description, description);
  assert.equal(manifest.trigger.http[0]?.route, '/api/...');
  assert.equal((JSON.parse(read('package.json')) as { description: string }).description, description);
  assert.ok(read('README.md').includes(description));
});

test('a question is put for each parameter that was not given, again after a refusal', async t => {
  const { create, read } = setUp(t);
  const answers = ['', 'no slash', '/b'];
  const asked: string[] = [];
  const refused: string[] = [];
  await create({
    ask: question => {
      asked.push(question);
      return Promise.resolve(answers.shift() ?? assert.fail('asked too often'));
    },
    onRefusal: reason => void refused.push(reason),
  });
  assert.deepEqual(asked, ['Description: ', 'HTTP path [/...]: ', 'HTTP path [/...]: ']);
  assert.deepEqual(refused, ['"no slash" does not match the pattern ^/\\S*$']);
  assert.match(read('spin.toml'), /route = "\/b"/);
});

test('with accepted defaults nothing is asked', async t => {
  const { create } = setUp(t);
  await create({ acceptDefaults: true, ask: () => assert.fail('asked') });
});

test('without version control there is no .gitignore', async t => {
  const { create, directory } = setUp(t);
  await create({ versionControl: false });
  assert.equal(existsSync(join(directory, '.gitignore')), false);
});

test('a folder that holds files is refused and left as it is', async t => {
  const { create, directory } = setUp(t);
  mkdirSync(directory);
  writeFileSync(join(directory, 'mine'), 'mine');
  await assert.rejects(create(), { code: 'folder-not-empty' });
  assert.deepEqual(readdirSync(directory), ['mine']);
});

test('--allow-overwrite writes into it all the same', async t => {
  const { create, directory, read } = setUp(t);
  mkdirSync(directory);
  writeFileSync(join(directory, 'mine'), 'mine');
  writeFileSync(join(directory, 'spin.toml'), 'old');
  await create({ overwrites: true });
  assert.equal(read('mine'), 'mine');
  assert.notEqual(read('spin.toml'), 'old');
});

test('a template that cannot be rendered leaves no folder behind', async t => {
  const { create, directory } = setUp(t);
  const library = templateOf(t, { 'content/z': '{{ nothing }}' });
  await assert.rejects(create({ template: 't', library }), {
    code: 'template-invalid',
    message: /content\/z cannot be rendered: there is no value "nothing"$/,
  });
  assert.equal(existsSync(directory), false);
});

test('a file that cannot be written leaves no folder behind', async t => {
  const { create, directory } = setUp(t);
  // The rendered name has a part that is too long for any file system.
  const name = 'content/{{project-name}}';
  const library = templateOf(t, { [name]: 'x' });
  await assert.rejects(create({ template: 't', library, name: `a${'b'.repeat(300)}` }), { code: 'folder-unusable' });
  assert.equal(existsSync(directory), false);
});

test('paths are rendered, binary files and permissions are kept', async t => {
  const { create, directory } = setUp(t);
  const picture = new Uint8Array([0xff, 0xfe, 0x00, 0x7b, 0x7b]);
  const library = templateOf(t, {
    'content/{{project-name !! snake_case}}/run.sh.tmpl': '#!/bin/sh',
    'content/p.png': picture,
  });
  chmodSync(join(library.builtIn, 't/content/{{project-name !! snake_case}}/run.sh.tmpl'), 0o755);
  await create({ template: 't', library, name: 'my-app' });
  assert.equal(statSync(join(directory, 'my_app/run.sh')).mode & 0o111, 0o111);
  assert.deepEqual(new Uint8Array(readFileSync(join(directory, 'p.png'))), picture);
});

test('an output is an empty folder', async t => {
  const { create, directory } = setUp(t);
  const metadata =
    'manifest_version = "1"\nid = "t"\n[outputs]\nx = { action = "create_dir", path = "{{project-name}}-files" }\n';
  await create({ template: 't', library: templateOf(t, { 'metadata/spin-template.toml': metadata }) });
  assert.deepEqual(readdirSync(join(directory, 'hello-files')), []);
});

test('a template cannot write outside of the folder', async t => {
  const { create, cwd } = setUp(t);
  const metadata = 'manifest_version = "1"\nid = "t"\n[outputs]\nx = { action = "create_dir", path = "../out" }\n';
  const library = templateOf(t, { 'metadata/spin-template.toml': metadata });
  await assert.rejects(create({ template: 't', library }), { code: 'template-invalid', message: /"\.\.\/out" leads out/ });
  assert.deepEqual(readdirSync(cwd), []);
});

test('target environments get into the manifest', async t => {
  const { create, read } = setUp(t);
  await create({ targetEnvironments: ['spin-up:3.4'] });
  assert.match(read('spin.toml'), /^description = ""\ntargets = \["spin-up:3.4"\]\n\n\[\[trigger/m);
  parseManifest(read('spin.toml'), 'spin.toml');
});

test('a template with metadata that tspin does not know is refused', async t => {
  const { create } = setUp(t);
  const metadata = 'manifest_version = "1"\nid = "t"\n[custom_filters]\nx = "y"\n';
  const library = templateOf(t, { 'metadata/spin-template.toml': metadata });
  await assert.rejects(create({ template: 't', library }), { code: 'template-invalid' });
});
