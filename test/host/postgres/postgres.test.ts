import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { postgresV1, postgresV2, postgresV3 } from '../../../src/host/postgres/declarations.ts';
import { postgresV4 } from '../../../src/host/postgres/declarations-4.ts';
import { postgres } from '../../../src/host/postgres/postgres.ts';
import { StubTrap } from '../harness.ts';
import { bootServer } from '../outbound/booted-server.ts';

async function boot(t: TestContext, ...allowed: readonly string[]) {
  const booted = await bootServer(t, postgres(), allowed);
  const { functions } = booted;
  /** By every function that connects. */
  const openAll = async (address: string): Promise<unknown[]> => {
    const v4 = functions(postgresV4);
    const builder = v4['[constructor]connection-builder'](address);
    return [
      await functions(postgresV1).query(address, 'SELECT 1', []),
      await functions(postgresV1).execute(address, 'SELECT 1', []),
      await functions(postgresV2)['[static]connection.open'](address),
      await functions(postgresV3)['[static]connection.open'](address),
      await v4['[static]connection.open'](address),
      await v4['[static]connection.open-async'](address),
      await v4['[method]connection-builder.build'](builder),
      await v4['[method]connection-builder.build-async'](builder),
    ];
  };
  return { ...booted, openAll };
}

const failed = (val: string) => ({ tag: 'err', val: { tag: 'connection-failed', val } });
const eight = (one: unknown): unknown[] => Array.from({ length: 8 }, () => one);

test('what is not permitted fails to connect, by every function, and the user is told how to permit it', async t => {
  const { openAll, warnings } = await boot(t, 'postgres://other:5432');
  assert.deepEqual(
    await openAll('postgres://user:secret@localhost/db'),
    eight(failed('address postgres://localhost:5432 is not permitted')),
  );
  assert.deepEqual(await openAll('host=localhost user=me'), eight(failed('address postgres://localhost is not permitted')));
  assert.deepEqual(await openAll('host=localhost port=7'), eight(failed('address postgres://localhost:7 is not permitted')));
  assert.match(warnings[0] ?? '', /add "postgres:\/\/localhost:5432" to the component's allowed_outbound_hosts$/);
  assert.equal(warnings.length, 24);
});

test('each of several hosts has to be permitted', async t => {
  const { openAll } = await boot(t, 'postgres://a:5432');
  assert.deepEqual(await openAll('postgres://a,b:1/db'), eight(failed('address postgres://b:1 is not permitted')));
  assert.deepEqual(await openAll('host=a,[::1]'), eight(failed('address postgres://[::1] is not permitted')));
});

test('a server that is permitted is not served yet', async t => {
  const { openAll, warnings } = await boot(t, 'postgres://localhost:5432', 'postgres://[::1]:5432');
  const notServed = (address: string) => eight(failed(`tspin does not serve PostgreSQL yet (address ${address})`));
  assert.deepEqual(await openAll('postgresql://user:secret@localhost/db'), notServed('postgres://localhost:5432'));
  assert.deepEqual(await openAll('host=localhost password=secret'), notServed('postgres://localhost'));
  assert.deepEqual(await openAll('postgres://[::1]/db'), notServed('postgres://[::1]:5432'));
  assert.deepEqual(warnings, [
    'component "stub" wanted a connection with postgres://localhost:5432: tspin does not serve PostgreSQL yet, so its call ' +
      'failed; run the app with Spin',
  ]);
});

test('sockets of Unix, addresses without a host and nonsense fail to connect', async t => {
  const { openAll } = await boot(t, '*://*:*');
  assert.deepEqual(await openAll('host=/var/run'), eight(failed('Unix sockets are not supported on WebAssembly')));
  assert.deepEqual(await openAll('user=me'), eight(failed('invalid configuration: the address names no host')));
  assert.deepEqual(await openAll('hosts=a'), eight(failed('invalid connection string: unknown option `hosts`')));
});

test('a certificate of a builder has to be one', async t => {
  const { functions } = await boot(t);
  const v4 = functions(postgresV4);
  const builder = v4['[constructor]connection-builder']('postgres://localhost');
  const setCaRoot = (text: string) => v4['[method]connection-builder.set-ca-root'](builder, text);
  const certificate = readFileSync(join(import.meta.dirname, '../outbound-http/certificates/root.pem'), 'utf8');
  assert.deepEqual(setCaRoot(certificate), { tag: 'ok', val: undefined });
  const refused = setCaRoot('nonsense');
  assert.equal(refused.tag, 'err');
  assert.equal(refused.val.tag, 'other');
  assert.match(refused.val.val, /^invalid root certificate: /);
});

test('the address of a builder counts to what is kept for the guest, until it is dropped', async t => {
  const { functions, state, drop } = await boot(t);
  let held = 0;
  state.hold = bytes => {
    held += bytes;
  };
  const builder = functions(postgresV4)['[constructor]connection-builder']('host='.padEnd(1000, 'a'));
  assert.ok(held >= 1000, `${held}`);
  drop(postgresV4, 'connection-builder', builder);
  assert.equal(held, 0);
});

test('a method of a connection, which a guest cannot have, would end it', async t => {
  const { functions } = await boot(t);
  for (const name of ['[method]connection.query', '[method]connection.execute-async'] as const) {
    assert.throws(() => functions(postgresV4)[name](undefined as never, 'SELECT 1', []), StubTrap);
  }
});
