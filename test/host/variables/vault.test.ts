// The call to Vault itself: what is sent, and what becomes of each answer.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { test, type TestContext } from 'node:test';
import type { VaultProvider } from '../../../src/app/app.ts';
import { openVault, vaultAnswerBytesMax } from '../../../src/host/variables/vault.ts';
import { ok } from '../../../src/wit/types.ts';
import { vaultServer, vaultToken } from './vault-server.ts';

const never = new AbortController().signal;

function provider(t: TestContext, vault: Partial<VaultProvider> & { url: string }, deadlineMs?: number) {
  const opened = openVault({ kind: 'vault', token: vaultToken, mount: 'secret', prefix: undefined, ...vault }, deadlineMs);
  t.after(() => opened.close?.());
  return opened;
}

test('asks by GET below the mount, with the prefix and the token', async t => {
  const { url, asked, entries } = await vaultServer(t);
  entries.set('secret/data/greeting', { value: 'hello' }).set('my mount/data/apps/shop/greeting', { value: 'ä', more: 1 });
  assert.deepEqual(await provider(t, { url }).get('greeting', never), ok('hello'));
  const deeper = provider(t, { url: `${url}/`, mount: 'my mount', prefix: 'apps/shop' });
  assert.deepEqual(await deeper.get('greeting', never), ok('ä'));
  assert.deepEqual(asked, ['GET /v1/secret/data/greeting root-token', 'GET /v1/my%20mount/data/apps/shop/greeting root-token']);
});

test('an entry that is not there is no failure', async t => {
  const { url } = await vaultServer(t);
  assert.deepEqual(await provider(t, { url }).get('greeting', never), ok(undefined));
});

const send = (status: number, body: string) => (_: unknown, response: ServerResponse) =>
  void response.writeHead(status).end(body);

const failures: readonly (readonly [what: string, answer: ReturnType<typeof send>, text: RegExp])[] = [
  ['another status', send(503, '{"errors":["Vault is sealed"]}'), /it answered 503 for "greeting": Vault is sealed$/],
  ['a status without a reason', send(500, 'oops'), /it answered 500 for "greeting"$/],
  ['a redirection', send(307, ''), /it answered 307/],
  ['no JSON', send(200, '<html>'), /no text in the field "value"/],
  ['an entry without the field', send(200, '{"data":{"data":{"other":"x"}}}'), /no text in the field "value"/],
  ['a value that is no text', send(200, '{"data":{"data":{"value":5}}}'), /no text in the field "value"/],
  ['nothing where the entry should be', send(200, '{"data":null}'), /no text in the field "value"/],
  ['too much', send(200, ' '.repeat(vaultAnswerBytesMax + 1)), /longer than 8388608 bytes/],
  ['a connection that breaks', (_, response) => void response.destroy(), /other side closed|socket hang up|ECONNRESET/],
];

for (const [what, answer, text] of failures) {
  test(`${what} is a failure that names Vault and not the token`, async t => {
    const { url } = await vaultServer(t, answer);
    const given = await provider(t, { url }).get('greeting', never);
    assert(given.tag === 'err');
    assert.match(given.val, text);
    assert.ok(given.val.startsWith(`failed to ask Vault at ${url}: `), given.val);
    assert.ok(!given.val.includes(vaultToken));
  });
}

test('a server that is not there is a failure', async t => {
  const given = await provider(t, { url: 'http://127.0.0.1:1' }).get('greeting', never);
  assert(given.tag === 'err');
  assert.match(given.val, /ECONNREFUSED/);
});

test('an answer that does not end in time is a failure', async t => {
  const { url } = await vaultServer(t, (_, response) => void response.writeHead(200).write('{'));
  const given = await provider(t, { url }, 50).get('greeting', never);
  assert(given.tag === 'err');
  assert.match(given.val, /no answer within 0.05 s/);
});

// Long before the deadline, which would end it as well.
test('a question that nobody waits for any more is let go of', { timeout: 5_000 }, async t => {
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<ServerResponse>();
  const { url } = await vaultServer(t, (_, response) => arrive(response));
  const over = new AbortController();
  const given = provider(t, { url }).get('greeting', over.signal);
  const response = await arrived;
  const closed = once(response, 'close');
  over.abort();
  assert.equal((await given).tag, 'err');
  await closed;
});
