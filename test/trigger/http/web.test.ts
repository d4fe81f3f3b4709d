import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { untilReady } from '../../../src/host/io/wait.ts';
import type { IncomingBody } from '../../../src/host/wasi-http/incoming-body.ts';
import { OutgoingBody } from '../../../src/host/wasi-http/outgoing-body.ts';
import { emptyAnswer, type HttpAnswer, type HttpRequest, type HttpResponder } from '../../../src/trigger/http/exchange.ts';
import { fetchInProcess } from '../../../src/trigger/http/web.ts';

type Handle = (request: HttpRequest, responder: HttpResponder) => Promise<void>;

const url = 'http://localhost/';
const bytes = (text: string): Uint8Array => Buffer.from(text);
const answerWith = (body: HttpAnswer['body']): HttpAnswer => ({ status: 200, headers: [], body });
const fetched = (handle: Handle, request: Request): Promise<Response> => fetchInProcess({ handle }, request);

/** Fills the body as far as it goes. */
function fill(body: OutgoingBody): void {
  for (let permit = body.checkWrite(); permit.tag === 'ok' && permit.val > 0; permit = body.checkWrite()) {
    body.write(new Uint8Array(Math.min(permit.val, 1000)));
  }
}

/** All that the guest gets of a request's body, and how it ended. */
async function drain(body: IncomingBody): Promise<{ readonly text: string; readonly end: string }> {
  let text = '';
  for (;;) {
    await untilReady(body.pollable);
    const read = body.read(1000);
    if (read.tag === 'err') return { text, end: read.val.tag };
    text += Buffer.from(read.val).toString();
  }
}

function upload(body: BodyInit, signal = new AbortController().signal): Request {
  // fetch's own types do not have duplex.
  const init: RequestInit & { readonly duplex: 'half' } = { method: 'POST', body, signal, duplex: 'half' };
  return new Request(url, init);
}

suite('the request', () => {
  test('says what was asked and whom, with the headers in lower case', async () => {
    const asked = Promise.withResolvers<HttpRequest>();
    const request = new Request('https://shop.example:8443/a/b?c=d', { headers: { 'X-One': '\u00e9' } });
    await fetched(async (got, responder) => {
      asked.resolve(got);
      responder.answer(emptyAnswer(200));
    }, request);
    const { method, scheme, authority, target, clientAddress, headers } = await asked.promise;
    assert.deepEqual(
      { method, scheme, authority, target, clientAddress },
      { method: 'GET', scheme: 'https', authority: 'shop.example:8443', target: '/a/b?c=d', clientAddress: '0.0.0.0:0' },
    );
    const named = headers.find(([name]) => name === 'x-one');
    assert.deepEqual([...(named?.[1] ?? [])], [0xe9]);
  });

  test('brings its body whole', async () => {
    const got = Promise.withResolvers<unknown>();
    await fetched(async ({ body }, responder) => {
      got.resolve(await drain(body));
      responder.answer(emptyAnswer(200));
    }, upload('hello'));
    assert.deepEqual(await got.promise, { text: 'hello', end: 'closed' });
  });

  for (const [title, stream] of [
    ['fails', () => new ReadableStream({ pull: controller => controller.error(new Error('disk')) })],
    ['gives something other than bytes', () => new ReadableStream({ pull: controller => controller.enqueue('text') })],
  ] as const) {
    test(`fails for the guest when the stream of its body ${title}`, async () => {
      const got = Promise.withResolvers<unknown>();
      await fetched(async ({ body }, responder) => {
        got.resolve(await drain(body));
        responder.answer(emptyAnswer(200));
      }, upload(stream()));
      assert.deepEqual(await got.promise, { text: '', end: 'last-operation-failed' });
    });
  }

  test('lets the stream of its body go when the guest did not read it to its end', async () => {
    const cancelled = Promise.withResolvers<void>();
    const stream = new ReadableStream({
      pull: controller => controller.enqueue(new Uint8Array(1000)),
      cancel: () => cancelled.resolve(),
    });
    await fetched(async ({ body }, responder) => {
      await untilReady(body.pollable);
      responder.answer(emptyAnswer(200));
    }, upload(stream));
    await cancelled.promise;
  });

  test('is not given to the guest when it is aborted already', async () => {
    const reason = new Error('changed my mind');
    const handle: Handle = () => assert.fail('the guest was called');
    await assert.rejects(fetched(handle, new Request(url, { signal: AbortSignal.abort(reason) })), reason);
  });

  test('ends its body for the guest when it is aborted', async () => {
    const abort = new AbortController();
    const got = Promise.withResolvers<unknown>();
    const response = fetched(
      async ({ body }) => {
        const rest = drain(body);
        abort.abort(new Error('changed my mind'));
        got.resolve(await rest);
      },
      upload(new ReadableStream(), abort.signal),
    );
    await assert.rejects(response, /changed my mind/);
    assert.deepEqual(await got.promise, { text: '', end: 'last-operation-failed' });
  });
});

suite('the response', () => {
  test('has the status, headers and bytes of the answer', async () => {
    const answer: HttpAnswer = {
      status: 418,
      headers: [
        ['set-cookie', bytes('a=1')],
        ['set-cookie', bytes('b=2')],
      ],
      body: bytes('short and stout'),
    };
    const response = await fetched(async (_, responder) => responder.answer(answer), new Request(url));
    assert.equal(response.status, 418);
    assert.deepEqual(response.headers.getSetCookie(), ['a=1', 'b=2']);
    assert.equal(await response.text(), 'short and stout');
  });

  for (const [method, status] of [
    ['HEAD', 200],
    ['GET', 204],
    ['GET', 304],
  ] as const) {
    test(`to ${method} with ${status} has no body`, async () => {
      const answer = { ...emptyAnswer(status) };
      const response = await fetched(async (_, responder) => responder.answer(answer), new Request(url, { method }));
      assert.deepEqual([response.status, response.body], [status, null]);
    });
  }

  test('can have a status that only sockets know', async () => {
    const response = await fetched(async (_, responder) => responder.answer(emptyAnswer(799)), new Request(url));
    assert.equal(response.status, 799);
  });

  test('streams, and no faster than it is read', async () => {
    const body = new OutgoingBody(undefined);
    const response = await fetched(async (_, responder) => responder.answer(answerWith(body)), new Request(url));
    fill(body);
    await new Promise(resolve => setImmediate(resolve));
    assert.deepEqual(body.checkWrite(), { tag: 'ok', val: 0 });
    body.finish(undefined);
    assert.equal((await response.bytes()).byteLength, 1000 + 128 * 1024);
  });

  test('fails when the guest aborts its body', async () => {
    const body = new OutgoingBody(undefined);
    const response = await fetched(async (_, responder) => responder.answer(answerWith(body)), new Request(url));
    body.write(bytes('begun'));
    body.abort('the guest trapped');
    await assert.rejects(response.text(), /the response was cut off: the guest trapped/);
  });

  test('that is cancelled ends the body for the guest, who may still finish it', async () => {
    const body = new OutgoingBody(undefined);
    const response = await fetched(async (_, responder) => responder.answer(answerWith(body)), new Request(url));
    await response.body?.cancel();
    assert.deepEqual(body.checkWrite(), { tag: 'err', val: { tag: 'closed' } });
    assert.equal(body.finish(undefined).tag, 'ok');
  });

  test('fails when the request is aborted after the head, and the guest may still finish it', async () => {
    const abort = new AbortController();
    const body = new OutgoingBody(undefined);
    const request = new Request(url, { signal: abort.signal });
    const response = await fetched(async (_, responder) => responder.answer(answerWith(body)), request);
    abort.abort(new Error('changed my mind'));
    await assert.rejects(response.text(), /changed my mind/);
    assert.deepEqual(body.checkWrite(), { tag: 'err', val: { tag: 'closed' } });
    assert.equal(body.finish(undefined).tag, 'ok');
  });

  test('that comes after the abort of its request is not waited for by its guest', async () => {
    const abort = new AbortController();
    const body = new OutgoingBody(undefined);
    const handled = Promise.withResolvers<void>();
    const response = fetched(
      async (_, responder) => {
        abort.abort(new Error('changed my mind'));
        responder.answer(answerWith(body));
        handled.resolve();
      },
      new Request(url, { signal: abort.signal }),
    );
    await assert.rejects(response, /changed my mind/);
    await handled.promise;
    assert.deepEqual(body.checkWrite(), { tag: 'err', val: { tag: 'closed' } });
  });
});
