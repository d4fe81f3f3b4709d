import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { redisV1, redisV2, redisV3 } from '../../../src/host/redis/declarations.ts';
import { redis } from '../../../src/host/redis/redis.ts';
import { StubTrap } from '../harness.ts';
import { bootServer } from '../outbound/booted-server.ts';

const boot = (t: TestContext, ...allowed: readonly string[]) => bootServer(t, redis(), allowed);

const invalid = { tag: 'err', val: { tag: 'invalid-address' } };
const notServed = (address: string) => ({
  tag: 'err',
  val: { tag: 'other', val: `tspin does not serve Redis yet (address ${address})` },
});

test('an address that is not permitted is invalid, and the user is told how to permit it', async t => {
  const { functions, warnings } = await boot(t, 'redis://other:6379');
  for (const version of [redisV2, redisV3]) {
    assert.deepEqual(await functions(version)['[static]connection.open']('redis://localhost:7000'), invalid);
  }
  const warning =
    'component "stub" tried to open a connection to redis://localhost:7000, which is not allowed: ' +
    'to allow it, add "redis://localhost:7000" to the component\'s allowed_outbound_hosts';
  assert.deepEqual(warnings, [warning, warning]);
});

test('an address that is permitted and no Redis URL is invalid', async t => {
  const { functions, warnings } = await boot(t, '*://*:*');
  const open = functions(redisV2)['[static]connection.open'];
  for (const address of ['localhost:6379', 'http://localhost:80', 'redis://localhost/database', 'redis://']) {
    assert.deepEqual(await open(address), invalid, address);
  }
  assert.ok(!warnings.some(text => text.includes('not serve')), warnings.join('\n'));
});

test('a server that is permitted is not served yet: the guest hears of it without the password, the user once', async t => {
  const { functions, warnings, begin } = await boot(t, 'redis://localhost:6379', 'rediss://*:*');
  const open = functions(redisV2)['[static]connection.open'];
  assert.deepEqual(await open('redis://user:secret@localhost/0'), notServed('redis://localhost'));
  assert.deepEqual(await open('redis://localhost:6379'), notServed('redis://localhost:6379'));
  assert.deepEqual(await functions(redisV3, begin())['[static]connection.open']('rediss://h:1'), notServed('rediss://h:1'));
  assert.deepEqual(warnings, [
    'component "stub" wanted a connection with redis://localhost: tspin does not serve Redis yet, so its call failed; ' +
      'run the app with Spin',
  ]);
});

test('the hosts that are permitted may have variables in them', async t => {
  const variables = new Map([['host', { defaultValue: 'cache', at: undefined }]]);
  const booted = await bootServer(t, redis(), ['redis://{{ host }}:6379'], { variables });
  const open = booted.functions(redisV2)['[static]connection.open'];
  assert.deepEqual(await open('redis://cache'), notServed('redis://cache'));
  assert.deepEqual(await open('redis://host'), invalid);
});

test('the interface without a version has one error for all', async t => {
  const { functions, warnings } = await boot(t, 'redis://localhost:6379');
  const { get, set, publish, incr, del, sadd, smembers, srem, execute } = functions(redisV1);
  const failed = { tag: 'err', val: 'error' };
  for (const address of ['redis://localhost:6379', 'redis://denied:6379', 'nonsense']) {
    assert.deepEqual(await get(address, 'k'), failed);
    assert.deepEqual(await set(address, 'k', new Uint8Array([1])), failed);
    assert.deepEqual(await publish(address, 'c', new Uint8Array()), failed);
    assert.deepEqual(await incr(address, 'k'), failed);
    assert.deepEqual(await del(address, ['k']), failed);
    assert.deepEqual(await sadd(address, 'k', ['v']), failed);
    assert.deepEqual(await smembers(address, 'k'), failed);
    assert.deepEqual(await srem(address, 'k', ['v']), failed);
    assert.deepEqual(await execute(address, 'PING', []), failed);
  }
  assert.equal(warnings.filter(text => text.includes('does not serve Redis')).length, 1);
  assert.equal(warnings.filter(text => text.includes('redis://denied')).length, 9);
});

test('a method of a connection, which a guest cannot have, would end it', async t => {
  const { functions } = await boot(t);
  assert.throws(
    () => functions(redisV2)['[method]connection.get'](undefined as never, 'k'),
    (error: unknown) => error instanceof StubTrap && error.message === 'tspin does not serve Redis yet',
  );
});
