import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidPostgresAddress, parsePostgresAddress } from '../../../src/host/postgres/address.ts';

const tcp = (host: string, port?: string) => ({ kind: 'tcp', host, port });

const understood: Readonly<Record<string, readonly unknown[]>> = {
  'postgres://localhost': [tcp('localhost', '5432')],
  'postgresql://localhost:7000/db?sslmode=disable': [tcp('localhost', '7000')],
  'postgres://user:p%40ss@h:1/db': [tcp('h', '1')],
  'postgres://[::1]:7000': [tcp('::1', '7000')],
  'postgres://a:1,b,c:3/db': [tcp('a', '1'), tcp('b', '5432'), tcp('c', '3')],
  'postgres://user@/db?host=h%C3%BC&port=9': [tcp('hü', '9')],
  'postgres://%2Fvar%2Frun/db': [{ kind: 'unix' }],
  'postgres:///db': [],
  'host=localhost': [tcp('localhost')],
  "host = 'local host' user=me password='it\\'s' port=5433": [tcp('local host', '5433')],
  'host=a,b port=7': [tcp('a', '7'), tcp('b', '7')],
  'host=a,b port=7,8': [tcp('a', '7'), tcp('b', '8')],
  'host=a,b,c port=7,8': [tcp('a', '7'), tcp('b', '8'), tcp('c')],
  'host=/var/run user=me': [{ kind: 'unix' }],
  'host=a\\ b': [tcp('a b')],
  '': [],
};

for (const [address, hosts] of Object.entries(understood)) {
  test(`${JSON.stringify(address)} is understood`, () => assert.deepEqual(parsePostgresAddress(address), hosts));
}

const refused: Readonly<Record<string, string>> = {
  localhost: 'not understood from byte 0 on',
  'host=a nonsense': 'not understood from byte 6 on',
  "host='a": 'not understood from byte 0 on',
  'host=': 'not understood from byte 0 on',
  'hosts=a': 'unknown option `hosts`',
  'host=a port=x': 'invalid value for option `port`',
  'postgres://h:99999': 'invalid value for option `port`',
  'postgres://[::1': 'invalid value for option `host`',
  'postgres://h?sslmode': 'unterminated parameter',
  'postgres://h?nonsense=1': 'unknown option `nonsense`',
  'mysql://h': 'not understood from byte 0 on',
};

for (const [address, why] of Object.entries(refused)) {
  test(`${JSON.stringify(address)} is refused`, () => {
    assert.throws(
      () => parsePostgresAddress(address),
      (error: unknown) => error instanceof InvalidPostgresAddress && error.message === `invalid connection string: ${why}`,
    );
  });
}
