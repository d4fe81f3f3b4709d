// Every file test/golden/runtime-config/<case>.toml is a mistake; <case>.err is what is said about it.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { formatError, TspinError } from '../../src/errors.ts';
import { noRuntimeConfig, parseRuntimeConfig } from '../../src/manifest/runtime-config/runtime-config.ts';
import { assertGolden } from '../golden.ts';

const golden = join(import.meta.dirname, '../golden/runtime-config');

for (const name of readdirSync(golden).filter(one => one.endsWith('.toml'))) {
  test(`says what is wrong with ${name}`, () => {
    const error = mistakeIn(readFileSync(join(golden, name), 'utf8'));
    assert.match(error.code, /^runtime-config-/);
    assertGolden(`runtime-config/${name.replace('.toml', '.err')}`, `${formatError(error)}\n`);
  });
}

function mistakeIn(text: string): TspinError {
  try {
    parseRuntimeConfig(text, 'runtime-config.toml');
  } catch (error) {
    if (error instanceof TspinError) return error;
    throw error;
  }
  throw new Error('there is no mistake in it');
}

test('a file that says everything', () => {
  const config = parseRuntimeConfig(
    `state_dir = "state"
log_dir = ""
[[config_provider]]
type = "env"
prefix = "APP"
[[variables_provider]]
type = "static"
values = { a = "1" }
[[variables_provider]]
type = "vault"
url = "http://127.0.0.1:8200"
token = "t"
mount = "secret"
[key_value_store.cache]
type = "spin"
path = "cache.db"
[key_value_store.memory]
type = "spin"
[sqlite_database.data]
type = "spin"
path = "data.db"
allow_attach_file = true
[outbound_http]
connection_pooling = false
max_connections = 5
[outbound_networking]
block_networks = ["private", "1.1.1.1/32"]
max_total_connections = 9
[[client_tls]]
component_ids = ["a"]
hosts = ["example.com"]
ca_roots_file = "roots.pem"
`,
    'runtime-config.toml',
  );
  assert.equal(config.stateDirectory, 'state');
  assert.equal(config.logDirectory, undefined);
  assert.deepEqual(
    config.variablesProviders.map(({ type }) => type),
    ['static', 'vault', 'env'],
  );
  assert.deepEqual(
    [...config.keyValueStores].map(([label, { path }]) => [label, path]),
    [
      ['cache', 'cache.db'],
      ['memory', undefined],
    ],
  );
  assert.equal(config.sqliteDatabases.get('data')?.allowAttachFile, true);
  assert.deepEqual(config.outboundHttp, { connectionPooling: false, maxConnections: 5, maxConcurrentRequests: undefined });
  assert.deepEqual(
    config.outboundNetworking.blockNetworks.map(({ value }) => value),
    ['private', '1.1.1.1/32'],
  );
  assert.equal(config.outboundNetworking.maxTotalConnections, 9);
  assert.equal(config.clientTls[0]?.rootsFile?.value, 'roots.pem');
});

test('an engine of language models in the process itself may be asked for: nobody has one', () => {
  assert.deepEqual(parseRuntimeConfig('[llm_compute]\ntype = "spin"', ''), noRuntimeConfig);
});

test('the memory of an instance is a number of bytes', () => {
  assert.equal(parseRuntimeConfig('max_instance_memory = 134_217_728', '').maxInstanceMemory, 134_217_728);
});

test('an empty file says nothing', () => {
  assert.deepEqual(parseRuntimeConfig('', ''), noRuntimeConfig);
});
