import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { mqttV2, mqttV3 } from '../../../src/host/mqtt/declarations.ts';
import { connectionsMax, mqtt } from '../../../src/host/mqtt/mqtt.ts';
import { bootServer } from '../outbound/booted-server.ts';

const boot = (t: TestContext, ...allowed: readonly string[]) => bootServer(t, mqtt(), allowed);

const good = 'mqtt://user:secret@localhost:1883?client_id=me';

test('opening does not connect; publishing fails, since nobody is there to publish to', async t => {
  const { functions, warnings } = await boot(t, 'mqtt://localhost:1883');
  for (const version of [mqttV2, mqttV3]) {
    const calls = functions(version);
    const opened = await calls['[static]connection.open'](good, 'u', 'p', 30n);
    assert.equal(opened.tag, 'ok');
    const published = await calls['[method]connection.publish'](opened.val, 'topic', new Uint8Array([1]), 'at-least-once');
    assert.deepEqual(published, {
      tag: 'err',
      val: { tag: 'connection-failed', val: 'tspin does not serve MQTT yet (address mqtt://localhost:1883)' },
    });
  }
  assert.deepEqual(warnings, [
    'component "stub" wanted a connection with mqtt://localhost:1883: tspin does not serve MQTT yet, so its call failed; ' +
      'run the app with Spin',
  ]);
});

test('an address that is not permitted fails to connect, and the user is told how to permit it', async t => {
  const { functions, warnings } = await boot(t, 'mqtt://other:1883');
  assert.deepEqual(await functions(mqttV2)['[static]connection.open'](good, 'u', 'p', 30n), {
    tag: 'err',
    val: { tag: 'connection-failed', val: `address ${good} is not permitted` },
  });
  assert.match(warnings.join('\n'), /tried to open a connection to mqtt:\/\/localhost:1883, which is not allowed: to allow/);
});

test('an address that is permitted and no MQTT URL with a client id is invalid', async t => {
  const { functions } = await boot(t, '*://*:*');
  const open = functions(mqttV2)['[static]connection.open'];
  for (const address of ['mqtt://localhost:1883', 'localhost:1883?client_id=me', 'http://localhost:1883?client_id=me']) {
    assert.deepEqual(await open(address, 'u', 'p', 30n), { tag: 'err', val: { tag: 'invalid-address' } }, address);
  }
});

test('there are 1024 connections at a time; a handle that is dropped makes room', async t => {
  const { functions, drop } = await boot(t, 'mqtt://localhost:1883');
  const open = () => functions(mqttV2)['[static]connection.open'](good, 'u', 'p', 30n);
  const first = await open();
  assert.equal(first.tag, 'ok');
  for (let count = 1; count < connectionsMax; count += 1) assert.equal((await open()).tag, 'ok');
  assert.deepEqual(await open(), { tag: 'err', val: { tag: 'too-many-connections' } });
  drop(mqttV2, 'connection', first.val);
  assert.equal((await open()).tag, 'ok');
});
