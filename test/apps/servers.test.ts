// Real guests call the interfaces that need a server, in every version: they start, and hear the interface's own error.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appFolder, servers3Wasm, serversWasm, type AppText } from './guests.ts';
import { testEveryWay, type Reached } from './matrix.ts';
import { serveApp } from './served-app.ts';
import { tspinUp } from './tspin-process.ts';

const lines = [
  'allowed_outbound_hosts = ["redis://localhost", "mysql://localhost", "postgres://localhost", "mqtt://localhost", "http://localhost"]',
  'ai_models = ["llama2-chat"]',
  'sqlite_databases = ["default"]',
];
const guest = (source: string): AppText => ({ source, component: 'guest', lines });

/** What came of each call. */
async function call({ send }: Pick<Reached, 'send'>, path: string, body: string): Promise<string[]> {
  const response = await send(path, { method: 'POST', body });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return text.split('\n');
}

const each = (names: readonly string[], error: string): string[] => names.map(name => `${name}: ${error}`);

const redisCalls = ['publish', 'get', 'set', 'incr', 'del', 'sadd', 'smembers', 'srem', 'execute'];
const models = ['infer', 'generate-embeddings'];

const redisNotServed = 'open: Error::Other("tspin does not serve Redis yet (address redis://localhost)")';
const mysqlNotServed = 'Error::ConnectionFailed("tspin does not serve MySQL yet (address mysql://localhost)")';
const postgresNotServed = 'Error::ConnectionFailed("tspin does not serve PostgreSQL yet (address postgres://localhost:5432)")';
const mqttNotServed = 'publish: Error::ConnectionFailed("tspin does not serve MQTT yet (address mqtt://localhost)")';
const noEngine = 'Error::RuntimeError("Local LLM operations are not supported in this version of Spin.")';
const noModel =
  `Error::InvalidInput("The component does not have access to use 'gpt'. To give the component access, add 'gpt' to the ` +
  `'ai_models' key for the component in your spin.toml manifest")`;
const broker = 'mqtt://localhost?client_id=me';
const denied = (address: string): string => `Error::ConnectionFailed("address ${address} is not permitted")`;

async function redis(app: Reached): Promise<void> {
  for (const address of ['redis://localhost', 'redis://denied', 'nonsense']) {
    assert.deepEqual(await call(app, '/redis/1', address), each(redisCalls, 'Error { code: 1, name: "error", message: "" }'));
  }
  assert.deepEqual(await call(app, '/redis/2', 'redis://user:secret@localhost'), [redisNotServed]);
  for (const address of ['redis://denied', 'nonsense', 'http://localhost']) {
    assert.deepEqual(await call(app, '/redis/2', address), ['open: Error::InvalidAddress']);
  }
}

async function mysql(app: Reached): Promise<void> {
  const address = 'mysql://user:secret@denied/db';
  assert.deepEqual(await call(app, '/mysql/1', 'mysql://localhost'), each(['query', 'execute'], `Mysql${mysqlNotServed}`));
  assert.deepEqual(await call(app, '/mysql/1', address), each(['query', 'execute'], `Mysql${denied(address)}`));
  assert.deepEqual(await call(app, '/mysql/2', 'mysql://localhost'), [`open: ${mysqlNotServed}`]);
  assert.deepEqual(await call(app, '/mysql/2', address), [`open: ${denied(address)}`]);
  assert.match(String(await call(app, '/mysql/2', 'http://localhost')), /ConnectionFailed\("the address is not a MySQL URL/);
}

async function postgres(app: Reached): Promise<void> {
  const calls = ['query', 'execute'];
  assert.deepEqual(await call(app, '/postgres/1', 'postgres://localhost'), each(calls, `Pg${postgresNotServed}`));
  assert.deepEqual(await call(app, '/postgres/1', 'host=denied'), each(calls, `Pg${denied('postgres://denied')}`));
  for (const version of [2, 3, 4]) {
    const path = `/postgres/${version}`;
    assert.deepEqual(await call(app, path, 'postgres://me:secret@localhost/db'), [`open: ${postgresNotServed}`]);
    assert.deepEqual(await call(app, path, 'postgres://denied/db'), [`open: ${denied('postgres://denied:5432')}`]);
    assert.match(String(await call(app, path, 'hosts=a')), /ConnectionFailed\("invalid connection string: unknown option/);
  }
}

async function mqtt(app: Reached): Promise<void> {
  assert.deepEqual(await call(app, '/mqtt/2', broker), ['open: ok', mqttNotServed]);
  const elsewhere = 'mqtt://denied?client_id=me';
  assert.deepEqual(await call(app, '/mqtt/2', elsewhere), [`open: ${denied(elsewhere)}`]);
  assert.deepEqual(await call(app, '/mqtt/2', 'mqtt://localhost'), ['open: Error::InvalidAddress']);
  // Twice: what one invocation has open is no other's.
  for (const _ of [1, 2]) {
    assert.deepEqual(await call(app, '/mqtt/2/many', broker), ['1024: Error::TooManyConnections', 'then: true']);
  }
}

async function llm(app: Reached): Promise<void> {
  for (const path of ['/llm/1', '/llm/2']) {
    assert.deepEqual(await call(app, path, 'llama2-chat'), each(models, noEngine));
    assert.deepEqual(await call(app, path, 'gpt'), each(models, noModel));
  }
}

async function asyncFunctions(app: Reached): Promise<void> {
  assert.deepEqual(await call(app, '/redis', 'redis://localhost'), [redisNotServed]);
  assert.deepEqual(await call(app, '/redis', 'redis://denied'), ['open: Error::InvalidAddress']);
  assert.deepEqual(await call(app, '/mysql', 'mysql://localhost'), [`open: MysqlError(${mysqlNotServed})`]);
  assert.deepEqual(await call(app, '/mysql', 'mysql://denied'), [`open: MysqlError(${denied('mysql://denied')})`]);
  for (const path of ['/postgres', '/postgres/builder']) {
    assert.deepEqual(await call(app, path, 'postgres://localhost'), [`open: PgError(${postgresNotServed})`]);
    assert.deepEqual(await call(app, path, 'postgres://denied'), [`open: PgError(${denied('postgres://denied:5432')})`]);
  }
  assert.match(String(await call(app, '/postgres/ca', 'nonsense')), /^open: PgError\(Error::Other\("invalid root certificate: /);
  assert.deepEqual(await call(app, '/mqtt', broker), ['open: ok', mqttNotServed]);
  assert.deepEqual(await call(app, '/mqtt', 'mqtt://localhost'), ['open: Error::InvalidAddress']);
  assert.deepEqual(await call(app, '/llm', 'llama2-chat'), each(models, noEngine));
  assert.deepEqual(await call(app, '/llm', 'gpt'), each(models, noModel));
}

testEveryWay(
  'the interfaces that need a server, in their versions without tasks',
  async app => {
    for (const calls of [redis, mysql, postgres, mqtt, llm]) await calls(app);
  },
  { app: guest(serversWasm) },
);

testEveryWay('the interfaces that need a server, with async functions', asyncFunctions, { app: guest(servers3Wasm) });

test('guests that import all of them have the fast bindings', async t => {
  for (const source of [serversWasm, servers3Wasm]) {
    const { loaded } = await serveApp(t, guest(source));
    assert.match(loaded.bindings.join(), /fast bindings/);
  }
});

test('the user is told what was not permitted, and once what is not served', async t => {
  const app = await tspinUp(t, ['-f', appFolder(t, guest(serversWasm)), '--state-dir', '']);
  const send = (path: string, init?: RequestInit): Promise<Response> => fetch(`${app.url}${path}`, init);
  await call({ send }, '/redis/2', 'redis://user:secret@denied');
  await call({ send }, '/redis/2', 'redis://user:secret@localhost');
  await call({ send }, '/redis/1', 'redis://user:secret@localhost');
  await call({ send }, '/llm/2', 'gpt');
  assert.equal(await app.stop(), 0);
  assert.match(app.stderr, /"guest" tried to open a connection to redis:\/\/denied, which is not allowed: to allow it, add /);
  assert.equal(app.stderr.split('wanted a connection with redis://localhost: tspin does not serve Redis yet').length, 2);
  assert.match(app.stderr, /"guest" was refused the language model "gpt": add "gpt" to ai_models in \[component\.guest\]/);
  assert.ok(!app.stderr.includes('secret'), app.stderr);
});
