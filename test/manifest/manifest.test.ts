import assert from 'node:assert/strict';
import { test } from 'node:test';

import { TspinError } from '../../src/errors.ts';
import { parseManifest, type Manifest } from '../../src/manifest/manifest.ts';

const head = 'spin_manifest_version = 2\n[application]\nname = "shop"\n';
const parse = (text: string): Manifest => parseManifest(text, 'spin.toml');

test('reads every key of the application', () => {
  const { application } = parse(`${head}
    version = "1.2.3"
    description = "sells"
    authors = ["a@example.com"]
    targets = ["spin-up:3.3", { url = "https://example.com/t" }, { path = "t.toml" }]
    [application.trigger.http]
    base = "/"
    [application.trigger.redis]
    address = "redis://localhost:6379"
    [application.trigger.cron]
    anything = ["goes"]
    [application.tool.lint]
    level = 3
    [trigger]
  `);
  assert.equal(application.name.value, 'shop');
  assert.equal(application.version, '1.2.3');
  assert.equal(application.description, 'sells');
  assert.deepEqual(application.authors, ['a@example.com']);
  assert.deepEqual(application.targets, [
    { kind: 'catalogue', name: 'spin-up:3.3' },
    { kind: 'url', url: 'https://example.com/t' },
    { kind: 'path', path: 't.toml' },
  ]);
  assert.equal(application.httpBase?.value, '/');
  assert.equal(application.redisAddress?.value, 'redis://localhost:6379');
});

test('reads every key of a component', () => {
  const { components } = parse(`${head}
    [variables]
    host = { default = "example.com", secret = true, description = "the API" }
    [trigger]
    [component.cart]
    source = "cart.wasm"
    description = "the cart"
    variables = { url = "https://{{ host }}/v1" }
    environment = { A = "1", "b.c" = "2" }
    files = ["static/**/*", { source = "img", destination = "/images" }]
    exclude_files = ["static/*.map"]
    allowed_outbound_hosts = ["https://example.com"]
    allowed_http_hosts = ["example.com"]
    key_value_stores = ["default", "snake_case", "kebab-case"]
    sqlite_databases = ["default"]
    ai_models = ["llama2-chat"]
    targets = ["spin-up:3.3"]
    dependencies_inherit_configuration = false
    [component.cart.build]
    command = ["npm ci", "npm run build"]
    workdir = "cart"
    watch = ["src/**/*.ts"]
    [component.cart.tool.lint]
    level = 3
    [component.cart.dependencies]
    "shop:tax/rates@1.0.0" = ">= 1.0"
    "shop:mail/send" = { version = "1", registry = "example.com", package = "shop:mailer", export = "send" }
    "shop:log/log" = { path = "log.wasm" }
    "shop:zip/zip" = { url = "https://example.com/zip.wasm", digest = "sha256:${'0'.repeat(64)}" }
    plain = { component = "helper" }
    [component.cart.profile.debug]
    source = "cart-debug.wasm"
    environment = { A = "2" }
    build = { command = "npm run debug" }
    [component.helper]
    source = "helper.wasm"
  `);
  const cart = components.get('cart');
  assert.ok(cart);
  assert.equal(cart.source.kind === 'file' && cart.source.path, 'cart.wasm');
  assert.deepEqual(cart.variables.get('url')?.parts, [
    { kind: 'text', text: 'https://' },
    { kind: 'variable', name: 'host' },
    { kind: 'text', text: '/v1' },
  ]);
  assert.deepEqual(
    [...cart.environment],
    [
      ['A', '1'],
      ['b.c', '2'],
    ],
  );
  assert.deepEqual(
    cart.files.map(entry => (entry.kind === 'pattern' ? entry.pattern : entry.destination.value)),
    ['static/**/*', '/images'],
  );
  assert.deepEqual(
    cart.keyValueStores.map(({ value }) => value),
    ['default', 'snake_case', 'kebab-case'],
  );
  assert.deepEqual(cart.build?.commands, ['npm ci', 'npm run build']);
  assert.equal(cart.build.workdir, 'cart');
  assert.deepEqual(
    cart.dependencies.map(({ source }) => source.kind),
    ['package', 'package', 'file', 'url', 'component'],
  );
  assert.deepEqual(cart.profiles.get('debug')?.buildCommands, ['npm run debug']);
});

test('keeps the place of what later layers complain about', () => {
  const text = `${head}[[trigger.http]]\nroute = "/a"\ncomponent = "cart"\n[component.cart]\nsource = "cart.wasm"\nkey_value_stores = [\n  "default",\n  "other",\n]\n`;
  const { components, triggers } = parse(text);
  const { line, column, length } = components.get('cart')?.keyValueStores[1]?.at ?? {};
  assert.deepEqual({ line, column, length }, { line: 11, column: 3, length: 7 });
  const settings = triggers[0]?.settings;
  assert.equal(settings?.kind === 'http' && settings.route.at.line, 5);
  assert.equal(components.get('cart')?.at.line, 7);
  assert.equal(components.get('cart')?.source.at.text, 'source = "cart.wasm"');
});

test('reads private routes, executors and static responses', () => {
  const { triggers } = parse(`${head}
    [[trigger.http]]
    route = { private = true }
    component = "cart"
    executor = { type = "spin" }
    [[trigger.http]]
    route = "/old"
    static_response = { status_code = 301, headers = { location = "/" } }
    [component.cart]
    source = "cart.wasm"
  `);
  const [first, second] = triggers.map(({ settings }) => settings);
  assert.ok(first?.kind === 'http' && second?.kind === 'http');
  assert.deepEqual(first.route.value, { private: true });
  assert.deepEqual(first.executor.value, { kind: 'http' });
  assert.deepEqual(second.staticResponse?.value, { status: 301, headers: new Map([['location', '/']]), body: undefined });
});

test('gives triggers the ids that Spin gives', () => {
  const { triggers } = parse(`${head}
    [[trigger.http]]
    route = "/a"
    component = "cart"
    [[trigger.http]]
    route = "/b"
    component = "cart"
    [[trigger.http]]
    route = "/c"
    static_response = {}
    [[trigger.http]]
    id = "http-trigger1"
    route = "/d"
    component = "cart"
    [[trigger.redis]]
    channel = "x"
    component = "cart"
    [component.cart]
    source = "cart.wasm"
  `);
  const ids = triggers.map(({ id }) => id);
  assert.deepEqual(ids, ['cart-http-trigger', 'http-trigger2', 'http-trigger3', 'http-trigger1', 'cart-redis-trigger']);
});

test('names inline components as Spin does', () => {
  const { triggers, components } = parse(`${head}
    [[trigger.http]]
    id = "shop"
    route = "/a"
    component = { source = "a.wasm" }
    [[trigger.http]]
    id = "Not Kebab"
    route = "/b"
    component = { source = "b.wasm" }
    [[trigger.cron]]
    component = { source = "c.wasm" }
    components = { logger = { source = "d.wasm" } }
    whatever = true
  `);
  assert.deepEqual(
    triggers.map(({ component }) => component?.value),
    ['shop-component', 'inline-component1', 'inline-component2'],
  );
  assert.deepEqual([...components.keys()], ['shop-component', 'inline-component1', 'inline-component2', 'inline-component3']);
});

test('keeps components in file order', () => {
  const { components } = parse(`${head}[trigger]\n[component.z]\nsource = "z"\n[component.a]\nsource = "a"\n`);
  assert.deepEqual([...components.keys()], ['z', 'a']);
});

test('reads a manifest that begins with a byte order mark and ends its lines with CRLF', () => {
  const text = `\uFEFF${head}[trigger]\n`.replaceAll('\n', '\r\n');
  assert.equal(parse(text).application.name.at.text, 'name = "shop"');
});

test('takes two dependencies on incompatible versions of one package', () => {
  const { components } = parse(
    `${head}[trigger]\n[component.a]\nsource = "a"\n[component.a.dependencies]\n"s:t/u@1.0.0" = "1"\n"s:t/u@2.0.0" = "2"\n`,
  );
  assert.equal(components.get('a')?.dependencies.length, 2);
});

test('refuses a key that JavaScript objects have by nature', () => {
  const wrong = `${head}constructor = 1\n[trigger]\n`;
  assert.throws(
    () => parse(wrong),
    (error: unknown) => error instanceof TspinError && error.code === 'manifest-unknown-key',
  );
});
