// Requests to the app itself, answered by whoever is attached to the chain.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { chainDepthMax, chainedMax, Chain, type ChainedAnswer, type ChainedRequest } from '../../../src/host/chain.ts';
import { untilReady } from '../../../src/host/io/wait.ts';
import { OutgoingBody } from '../../../src/host/wasi-http/outgoing-body.ts';
import { answerOf, begin, bodyOf, bootOutbound, outgoing, readAll, response, send, type BootedOutbound } from './servers.ts';

async function boot(
  t: TestContext,
  answer: (request: ChainedRequest) => ChainedAnswer,
  hosts: readonly string[] = ['http://self', 'http://*.spin.internal'],
): Promise<BootedOutbound & { readonly requests: readonly ChainedRequest[] }> {
  const booted = await bootOutbound(t, { hosts });
  const requests: ChainedRequest[] = [];
  booted.chain.attach(async (request, give) => {
    requests.push(request);
    give(answer(request));
  });
  return { ...booted, requests };
}

const hello = (): ChainedAnswer => ({ status: 200, headers: [['x-a', Buffer.from('b')]], body: Buffer.from('hello') });

test('a component is reached by its name', async t => {
  const booted = await boot(t, hello);
  const got = await response(booted, 'http://stub-1.spin.internal/a?b', { headers: { 'x-mine': 'yes' } });
  assert.equal(await readAll(bodyOf(got)), 'hello');
  const [request] = booted.requests;
  assert.deepEqual(
    [request?.component, request?.method, request?.authority, request?.target, request?.depth],
    ['stub-1', 'GET', 'stub-1.spin.internal', '/a?b', 1],
  );
  assert.deepEqual(
    request?.headers.map(([name]) => name),
    ['x-mine'],
  );
});

for (const url of ['/a?b', 'http://self/a?b', 'http://self.alt/a?b']) {
  test(`${url} goes to the app's own routes`, async t => {
    const booted = await boot(t, hello);
    const got = await answerOf(begin(booted, url.startsWith('/') ? schemed(url) : outgoing(url)));
    assert(got.tag === 'ok');
    const [request] = booted.requests;
    assert.deepEqual([request?.component, request?.authority, request?.target], [undefined, undefined, '/a?b']);
  });
}

function schemed(url: string) {
  const request = outgoing(url);
  request.setScheme({ tag: 'HTTP' });
  return request;
}

test('bodies stream both ways', async t => {
  const out = new OutgoingBody(undefined);
  const booted = await boot(t, () => ({ status: 200, headers: [], body: out }));
  const request = outgoing('http://stub-1.spin.internal/');
  const taken = request.body();
  assert(taken.tag === 'ok');
  const future = begin(booted, request);
  const answer = await answerOf(future);
  assert(answer.tag === 'ok');
  const received = bodyOf(answer.val);
  const upload = booted.requests[0]?.body;
  assert(upload);
  taken.val.write(Buffer.from('up'));
  await untilReady(upload.pollable);
  assert.deepEqual(upload.read(10), { tag: 'ok', val: Buffer.from('up') });
  out.write(Buffer.from('down'));
  await untilReady(received.pollable);
  assert.deepEqual(received.read(10), { tag: 'ok', val: Buffer.from('down') });
  // Nobody reads: the writer is held up.
  let bytes = 0;
  for (let permit = out.checkWrite(); permit.tag === 'ok' && permit.val > 0; permit = out.checkWrite()) {
    out.write(Buffer.alloc(permit.val));
    bytes += permit.val;
    assert(bytes < 10 * 1024 * 1024, 'nothing holds the writer up');
  }
  out.finish(undefined);
  taken.val.finish(undefined);
  const text = await readAll(received);
  assert(typeof text === 'string');
  assert.equal(text.length, bytes);
});

test('a body that the callee leaves unfinished is no whole body', async t => {
  const out = new OutgoingBody(undefined);
  const booted = await boot(t, () => ({ status: 200, headers: [], body: out }));
  const got = await response(booted, 'http://stub-1.spin.internal/');
  out.write(Buffer.from('half'));
  out.abort('it trapped');
  assert.deepEqual(await readAll(bodyOf(got)), { tag: 'HTTP-protocol-error' });
});

test('an upload ends when its caller does', async t => {
  const booted = await boot(t, hello);
  const withoutAnswer = new Promise<ChainedRequest>(resolve => booted.chain.attach(async request => resolve(request)));
  const request = outgoing('http://stub-1.spin.internal/');
  request.body();
  begin(booted, request);
  const { body } = await withoutAnswer;
  booted.end();
  assert.deepEqual(await readAll(body), { tag: 'connection-terminated' });
});

test('the callee learns that its caller is gone', async t => {
  const out = new OutgoingBody(undefined);
  const booted = await boot(t, () => ({ status: 200, headers: [], body: out }));
  await response(booted, 'http://stub-1.spin.internal/');
  booted.end();
  assert.equal(out.isReceiverGone, true);
});

for (const [what, url, hosts] of [
  ['a request to the app itself', 'http://self/', ['http://stub-1.spin.internal']],
  ['a request to a component', 'http://stub-1.spin.internal/', ['http://self']],
  ['a request to a component by https', 'https://stub-1.spin.internal/', ['http://*.spin.internal']],
  ['a component that the app does not have', 'http://other.spin.internal/', ['http://*.spin.internal']],
] as const) {
  test(`${what} is denied where it is not allowed`, async t => {
    const booted = await boot(t, hello, hosts);
    assert.deepEqual(await send(booted, url), { tag: 'err', val: { tag: 'HTTP-request-denied' } });
    assert.equal(booted.requests.length, 0);
    assert.equal(booted.warnings.length, 1);
  });
}

test('a request waits for the writes that its guest was told of, and is not made when one failed', async t => {
  const booted = await boot(t, hello);
  const kept = Promise.withResolvers<string | undefined>();
  booted.withhold(kept.promise);
  const sent = send(booted, 'http://stub-1.spin.internal/');
  await new Promise(resolve => setTimeout(resolve, 20));
  assert.equal(booted.requests.length, 0);
  kept.resolve(undefined);
  assert.equal((await sent).tag, 'ok');
  assert.equal(booted.requests.length, 1);
  booted.withhold(Promise.resolve('disk on fire'));
  assert.equal((await send(booted, 'http://stub-1.spin.internal/')).tag, 'err');
  assert.equal(booted.requests.length, 1);
});

test('a component that does not exist is not found, where all hosts are allowed', async t => {
  const booted = await boot(t, hello, ['*://*:*']);
  assert.deepEqual(await send(booted, 'http://other.spin.internal/'), { tag: 'err', val: { tag: 'destination-not-found' } });
  assert.match(String(booted.warnings), /called the component "other", which the app does not have/);
});

test('a chain of calls ends somewhere', async t => {
  const booted = await boot(t, hello);
  const at = (depth: number): BootedOutbound => {
    const state = booted.host.begin({
      component: booted.component,
      depth,
      received: [],
      output: { write: () => {} },
      signal: new AbortController().signal,
      hold: () => {},
      trap: message => {
        throw new Error(message);
      },
    });
    return { ...booted, functions: wit => booted.functions(wit, state) };
  };
  assert.equal((await send(at(chainDepthMax - 1), 'http://self/')).tag, 'ok');
  assert.deepEqual(await send(at(chainDepthMax), 'http://self/'), { tag: 'err', val: { tag: 'loop-detected' } });
});

test('there are only so many calls at once', async () => {
  const chain = new Chain();
  const ends: (() => void)[] = [];
  chain.attach(() => new Promise(resolve => ends.push(resolve)));
  const one = { depth: 1 } as ChainedRequest;
  for (let n = 0; n < chainedMax; n++)
    assert.equal(
      chain.send(one, () => {}),
      true,
    );
  assert.equal(
    chain.send(one, () => {}),
    false,
  );
  ends[0]?.();
  await Promise.resolve();
  assert.equal(
    chain.send(one, () => {}),
    true,
  );
});
