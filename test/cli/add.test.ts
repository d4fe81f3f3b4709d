import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { commands, commandsNotServed } from '../../src/cli/commands.ts';
import { run } from '../../src/cli/run.ts';
import { parseManifest } from '../../src/manifest/manifest.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { recordContext, type ContextOptions } from './context.ts';

const program = { version: '0.0.0', commands, notServed: commandsNotServed };

const manifest = `# My app.
spin_manifest_version = 2

[application]
name = "shop"

[[trigger.http]]
route = "/"
component = "front" # the shop window

[component.front]
source = "front.wasm"

[variables]
colour = { default = "red" } # as ever
`;

function setUp(t: TestContext, text: string = manifest) {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, 'spin.toml'), text);
  const read = (path: string): string => readFileSync(join(cwd, path), 'utf8');
  const tspin = async (words: readonly string[], options: ContextOptions = {}) => {
    const context = recordContext({ cwd, ...options });
    return { code: await run(program, words, context), ...context.printed };
  };
  return { cwd, read, tspin };
}

/** A data folder of Spin's with one template `t`. */
function dataFolder(t: TestContext, metadata: string, files: Readonly<Record<string, string>>): string {
  const data = temporaryFolder(t);
  const all = { 'metadata/spin-template.toml': `manifest_version = "1"\nid = "t"\n${metadata}`, ...files };
  for (const [name, content] of Object.entries(all)) {
    const path = join(data, 'templates/t_0', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return data;
}

for (const template of ['http-ts', 'http-js', 'http-rust', 'http-py', 'http-go', 'kv-ts']) {
  test(`${template} adds a component, and the manifest keeps all that it had`, async t => {
    const { cwd, read, tspin } = setUp(t);
    const { code, stdout, stderr } = await tspin(['add', '-t', template, 'cart', '-v', 'http-path=/cart/...']);
    assert.equal(stderr, '');
    assert.equal(code, 0);
    assert.equal(stdout, 'Added the component cart in cart to spin.toml. Next: tspin build && tspin up\n');
    const text = read('spin.toml');
    assert.ok(text.startsWith(`${manifest}\n[[trigger.http]]\nroute = "/cart/..."\n`), text);
    const component = parseManifest(text, 'spin.toml').components.get('cart');
    assert.equal(component?.build?.workdir, 'cart');
    assert.match(component?.source.kind === 'file' ? component.source.path : '', /^cart\//);
    assert.equal(existsSync(join(cwd, 'cart/spin.toml')), false);
    assert.ok(existsSync(join(cwd, 'cart/.gitignore')));
  });
}

test('--output names a folder, -f a manifest elsewhere, and the folder is relative to it', async t => {
  const { cwd, read, tspin } = setUp(t);
  const elsewhere = temporaryFolder(t);
  const { code } = await tspin(['a', '-t', 'http-js', 'cart', '-o', 'parts/cart', '-f', cwd, '-a'], { cwd: elsewhere });
  assert.equal(code, 0);
  assert.ok(existsSync(join(cwd, 'parts/cart/src/index.js')));
  assert.match(read('spin.toml'), /^source = "parts\/cart\/dist\/cart.wasm"$/m);
  assert.deepEqual(readdirSync(elsewhere), []);
});

test('variables, application triggers and conditions of a template', async t => {
  const metadata = `
[new_application]
supported = false
[add_component]
[add_component.snippets]
component = "c.txt"
variables = "v.txt"
application_trigger = "a.txt"
[add_component.conditions.trigger-known]
condition = { manifest_entry_exists = "application.trigger.redis" }
skip_snippets = ["application_trigger"]
skip_parameters = ["address"]
skip_files = ["once.txt"]
[parameters]
address = { type = "string", prompt = "Address" }
`;
  const data = dataFolder(t, metadata, {
    'metadata/snippets/c.txt': '[component.{{project-name}}]\nsource = "{{output-path}}/x.wasm"\n',
    'metadata/snippets/v.txt': 'colour = { default = "blue" }\nsize = { required = true }\n',
    'metadata/snippets/a.txt': '[application.trigger.redis]\naddress = "{{address}}"\n',
    'content/once.txt': 'once',
    'content/each.txt': 'each',
  });
  const { cwd, read, tspin } = setUp(t);
  const env = { SPIN_DATA_DIR: data };
  assert.equal((await tspin(['add', '-t', 't', 'one', '-v', 'address=redis://x'], { env })).code, 0);
  assert.equal((await tspin(['add', '-t', 't', 'two'], { env })).code, 0);
  const text = read('spin.toml');
  assert.match(text, /colour = { default = "blue" } # as ever\nsize = { required = true }\n/);
  assert.equal(text.match(/\[application.trigger.redis\]\naddress = "redis:\/\/x"/g)?.length, 1);
  assert.deepEqual(readdirSync(join(cwd, 'one')).sort(), ['each.txt', 'once.txt']);
  assert.deepEqual(readdirSync(join(cwd, 'two')), ['each.txt']);
  const asApp = await tspin(['new', '-t', 't', 'three'], { env });
  assert.match(asApp.stderr, /the template "t" makes no new app: it adds to one/);
});

test('a snippet that does not fit leaves nothing behind', async t => {
  const data = dataFolder(t, '[add_component]\n[add_component.snippets]\ncomponent = "c.txt"\n', {
    'metadata/snippets/c.txt': '[application]\nname = "again"\n',
    'content/file.txt': 'x',
  });
  const { cwd, read, tspin } = setUp(t);
  const { code, stderr } = await tspin(['add', '-t', 't', 'one'], { env: { SPIN_DATA_DIR: data } });
  assert.equal(code, 1);
  assert.match(stderr, /^error\[template-invalid\]: the snippets .* do not fit into spin.toml/);
  assert.equal(read('spin.toml'), manifest);
  assert.deepEqual(readdirSync(cwd), ['spin.toml']);
});

test('what was not given is asked for', async t => {
  const { read, tspin } = setUp(t);
  assert.equal((await tspin(['add'], { answers: ['', 'cart', '', '/c'] })).code, 0);
  assert.match(read('spin.toml'), /route = "\/c"\ncomponent = "cart"/);
});

test('a manifest in a folder above is not taken', async t => {
  const { cwd, tspin } = setUp(t);
  mkdirSync(join(cwd, 'below'));
  const { code, stderr } = await tspin(['add', '-t', 'http-ts', 'cart'], { cwd: join(cwd, 'below') });
  assert.equal(code, 1);
  assert.match(stderr, /^error\[manifest-not-found\]/);
});
