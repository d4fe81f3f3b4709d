import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { mysqlV1, mysqlV2, mysqlV3 } from '../../../src/host/mysql/declarations.ts';
import { mysql } from '../../../src/host/mysql/mysql.ts';
import { bootServer } from '../outbound/booted-server.ts';

const boot = (t: TestContext, ...allowed: readonly string[]) => bootServer(t, mysql(), allowed);

const failed = (val: string) => ({ tag: 'err', val: { tag: 'connection-failed', val } });
const address = 'mysql://user:secret@localhost/db';

test('what is not permitted fails to connect: the guest hears its whole address, the user of the host', async t => {
  const { functions, warnings } = await boot(t, 'mysql://other:3306');
  const expected = failed(`address ${address} is not permitted`);
  assert.deepEqual(await functions(mysqlV1).query(address, 'SELECT 1', []), expected);
  assert.deepEqual(await functions(mysqlV1).execute(address, 'SELECT 1', []), expected);
  assert.deepEqual(await functions(mysqlV2)['[static]connection.open'](address), expected);
  assert.deepEqual(await functions(mysqlV3)['[static]connection.open'](address), expected);
  assert.equal(warnings.length, 4);
  assert.match(warnings[0] ?? '', /add "mysql:\/\/localhost" to the component's allowed_outbound_hosts$/);
  assert.ok(!warnings.some(text => text.includes('secret')));
});

test('a server that is permitted is not served yet', async t => {
  const { functions, warnings } = await boot(t, 'mysql://localhost:3306');
  const expected = failed('tspin does not serve MySQL yet (address mysql://localhost)');
  assert.deepEqual(await functions(mysqlV1).query(address, 'SELECT 1', []), expected);
  assert.deepEqual(await functions(mysqlV1).execute(address, 'SELECT 1', []), expected);
  assert.deepEqual(await functions(mysqlV2)['[static]connection.open'](address), expected);
  assert.deepEqual(await functions(mysqlV3)['[static]connection.open'](address), expected);
  assert.equal(warnings.length, 1);
});

test('an address that is permitted and no MySQL URL', async t => {
  const { functions } = await boot(t, '*://*:*');
  const expected = failed('the address is not a MySQL URL: it has to begin with mysql://');
  for (const written of ['localhost:3306', 'http://localhost']) {
    assert.deepEqual(await functions(mysqlV2)['[static]connection.open'](written), expected, written);
  }
});
