// Manifests of version 1 are read as what they mean in version 2 (spin-behaviour 1.17). Mistakes in them: test/golden/manifest/v1-*.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseManifest, type Manifest } from '../../src/manifest/manifest.ts';

const parse = (text: string): Manifest => parseManifest(text, 'spin.toml');
const head = 'spin_manifest_version = "1"\nname = "shop"\ntrigger = { type = "http" }\n';
const component = (lines: string, id = 'cart'): string =>
  `[[component]]\nid = "${id}"\nsource = "cart.wasm"\n${lines}\n[component.trigger]\nroute = "/cart/..."\n`;

test('reads every key of the application', () => {
  const { application, variables, version } = parse(`
    spin_version = "1"
    name = "shop"
    version = "1.2.3"
    description = "sells"
    authors = ["a@example.com"]
    trigger = { type = "http", base = "/" }
    [variables]
    host = { default = "example.com" }
    token = { required = true, secret = true }
  `);
  assert.equal(version, 1);
  assert.equal(application.name.value, 'shop');
  assert.deepEqual([application.version, application.description, application.authors], ['1.2.3', 'sells', ['a@example.com']]);
  assert.equal(application.httpBase?.value, '/');
  assert.deepEqual(application.targets, []);
  assert.deepEqual([...variables.keys()], ['host', 'token']);
  assert.equal(variables.get('host')?.defaultValue, 'example.com');
});

test('reads every key of a component', () => {
  const { components, triggers } = parse(`${head}[variables]\nhost = { default = "x" }
    [[component]]
    id = "cart"
    source = { url = "https://example.com/cart.wasm", digest = "sha256:${'0'.repeat(64)}" }
    description = "the cart"
    environment = { A = "1" }
    files = ["static/**/*", { source = "img", destination = "/images" }]
    exclude_files = ["static/*.map"]
    allowed_http_hosts = ["example.com"]
    allowed_outbound_hosts = ["redis://localhost:6379"]
    key_value_stores = ["default"]
    sqlite_databases = ["default"]
    ai_models = ["llama2-chat"]
    [component.trigger]
    route = "/cart/..."
    executor = { type = "spin" }
    [component.config]
    api = "https://{{ host }}/"
    [component.build]
    command = "make"
    workdir = "cart"
    watch = ["src"]
  `);
  const cart = components.get('cart');
  assert.ok(cart);
  assert.equal(cart.source.kind, 'url');
  assert.equal(cart.description, 'the cart');
  assert.deepEqual([...cart.environment], [['A', '1']]);
  assert.equal(cart.files.length, 2);
  assert.deepEqual(
    cart.excludeFiles.map(({ value }) => value),
    ['static/*.map'],
  );
  assert.deepEqual(
    cart.allowedOutboundHosts.map(({ value }) => value),
    ['redis://localhost:6379'],
  );
  assert.deepEqual(
    cart.allowedHttpHosts.map(({ value }) => value),
    ['example.com'],
  );
  assert.deepEqual(
    cart.keyValueStores.map(({ value }) => value),
    ['default'],
  );
  assert.deepEqual(
    cart.sqliteDatabases.map(({ value }) => value),
    ['default'],
  );
  assert.deepEqual(
    cart.aiModels.map(({ value }) => value),
    ['llama2-chat'],
  );
  assert.equal(cart.variables.get('api')?.value, 'https://{{ host }}/');
  assert.deepEqual([cart.build?.commands, cart.build?.workdir, cart.build?.watch], [['make'], 'cart', ['src']]);
  const [trigger] = triggers;
  assert.deepEqual([trigger?.id, trigger?.type, trigger?.component?.value], ['trigger-cart', 'http', 'cart']);
  assert.equal(trigger?.settings.kind === 'http' && trigger.settings.route.value, '/cart/...');
});

for (const [written, id] of [
  ['cart', 'cart'],
  ['MY-cart', 'MY-cart'],
  ['my_cart', 'my-cart'],
  ['MyCart', 'mycart'],
  ['My_Cart2', 'my-cart2'],
] as const) {
  test(`the id ${written} becomes ${id}, and its trigger trigger-${id}`, () => {
    const { components, triggers } = parse(head + component('', written));
    assert.deepEqual([...components.keys()], [id]);
    assert.deepEqual([triggers[0]?.id, triggers[0]?.component?.value], [`trigger-${id}`, id]);
  });
}

test('a component that does not say where it connects to may connect to databases', () => {
  const hosts = (lines: string): unknown =>
    parse(head + component(lines))
      .components.get('cart')
      ?.allowedOutboundHosts.map(({ value }) => value);
  const databases = ['redis://*:*', 'mysql://*:*', 'postgres://*:*'];
  assert.deepEqual(hosts(''), databases);
  assert.deepEqual(hosts('allowed_http_hosts = ["example.com"]'), databases);
  assert.deepEqual(hosts('allowed_outbound_hosts = []'), []);
});
