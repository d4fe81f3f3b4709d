import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { TspinError } from '../../../src/errors.ts';
import { checkAddress, onFreePort, openPort } from '../../../src/trigger/http/port.ts';

const inUse = new TspinError('port-in-use', 'stands for a port in use');

/** Ports that `open` was asked for, all of which but one are in use. */
async function tried(first: number, free?: number): Promise<{ readonly asked: readonly number[]; readonly got: unknown }> {
  const asked: number[] = [];
  const got = await onFreePort({ host: '::1', port: first }, async ({ port }) => {
    asked.push(port);
    if (port !== free) throw inUse;
    return port;
  }).catch((error: unknown) => error);
  return { asked, got };
}

test('the first port that is free is taken, of ten', async () => {
  assert.deepEqual(await tried(3000, 3000), { asked: [3000], got: 3000 });
  assert.deepEqual(await tried(3000, 3002), { asked: [3000, 3001, 3002], got: 3002 });
  const { asked, got } = await tried(3000, 3010);
  assert.deepEqual([asked.length, asked.at(-1)], [10, 3009]);
  assert.ok(got instanceof TspinError);
  assert.equal(got.message, '[::1]:3000 and the 9 ports after it are in use by other processes');
});

test('there is no port above 65535', async () => {
  assert.deepEqual((await tried(65_533)).asked, [65_533, 65_534, 65_535]);
});

test('another mistake than a port in use is no reason to try the next', async () => {
  const open = (): Promise<never> => Promise.reject(new TspinError('port-not-permitted', 'no'));
  await assert.rejects(onFreePort({ host: 'x', port: 80 }, open), { code: 'port-not-permitted' });
});

for (const host of ['127.0.0.1', 'localhost']) {
  test(`a port of ${host} that somebody listens on is in use, whether or not ports are shared; one that is free is given back free`, async t => {
    const [taken, server] = [createServer(), createServer()];
    t.after(() => [taken, server].forEach(one => one.close()));
    const address = await openPort(taken, { host, port: 0, reusePort: true });
    const inUse = { code: 'port-in-use', message: `${host}:${address.port} is in use by another process` };
    await assert.rejects(checkAddress({ host, port: address.port }), inUse);
    await assert.rejects(openPort(server, { host, port: address.port }), inUse);
    const free = await checkAddress({ host, port: 0 });
    assert.deepEqual(await checkAddress({ ...free, host }), free);
    assert.deepEqual(await openPort(server, { ...free, host }), free);
  });
}

test('an address that this machine does not have is not available', async () => {
  await assert.rejects(checkAddress({ host: '192.0.2.1', port: 0 }), {
    code: 'address-not-available',
    message: '192.0.2.1 is not an address of this machine',
  });
});
