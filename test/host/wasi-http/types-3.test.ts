// wasi:http/types 0.3 and client alone, without Wasm.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { http3, http3Candidate, type Http3 } from '../../../src/host/wasi-http/declarations-3.ts';
import type { Trailers } from '../../../src/host/wasi-http/body-stream.ts';
import { Fields, fieldsBytesMax } from '../../../src/host/wasi-http/fields.ts';
import { IncomingBody } from '../../../src/host/wasi-http/incoming-body.ts';
import { Request } from '../../../src/host/wasi-http/messages-3.ts';
import { outboundHttp } from '../../../src/host/outbound-http/host-interface.ts';
import { wasiHttpTypes } from '../../../src/host/wasi-http/wasi-http.ts';
import { FutureValue } from '../../../src/wit/future-value.ts';
import { err, ok, okay, type Result } from '../../../src/wit/types.ts';
import { bootHost } from '../harness.ts';
import { GuestFuture, GuestStream } from '../../wit/guest-stream.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const value = <T>(result: Result<T, unknown>): T => {
  assert(result.tag === 'ok');
  return result.val;
};
const noTrailers = FutureValue.of<Trailers>(ok(undefined));
const head = { method: { tag: 'post' }, pathWithQuery: '/a?b', scheme: { tag: 'HTTP' }, authority: 'host:1' } as const;

async function boot(http: Http3 = http3) {
  const booted = await bootHost(wasiHttpTypes());
  return { ...booted, guest: booted.functions(http.types) };
}

for (const http of [http3, http3Candidate]) {
  const { version } = http.types;
  test(`a received request is read, its headers unchangeable, with ${version}`, async () => {
    const { guest } = await boot(http);
    const request = new Request(head, Fields.received([['a', bytes('1')]]), IncomingBody.empty());
    assert.deepEqual(guest['[method]request.get-method'](request), { tag: 'post' });
    assert.equal(guest['[method]request.get-path-with-query'](request), '/a?b');
    assert.deepEqual(guest['[method]request.get-scheme'](request), { tag: 'HTTP' });
    assert.equal(guest['[method]request.get-authority'](request), 'host:1');
    assert.equal(guest['[method]request.get-options'](request), undefined);
    const headers = guest['[method]request.get-headers'](request);
    assert.deepEqual(guest['[method]fields.copy-all'](headers), [['a', bytes('1')]]);
    assert.deepEqual(guest['[method]fields.set'](headers, 'a', []), err({ tag: 'immutable' }));
    assert.deepEqual(guest['[method]fields.get-and-delete'](headers, 'a'), err({ tag: 'immutable' }));
  });
}

test('the body of a received request is a stream and then its trailers; the guest is not waited for', async () => {
  const { guest } = await boot();
  const body = new IncomingBody({ resume: () => {}, pause: () => {} });
  const handling = new GuestFuture<Result<undefined, never>>();
  const [stream, trailers] = guest['[static]request.consume-body'](new Request(head, Fields.empty(), body), handling);
  assert.equal(handling.isCancelled, true);
  body.push(bytes('abc'));
  body.end();
  assert.equal(String(stream.read(10)), 'abc');
  assert.deepEqual([stream.ended, trailers.settled], [true, { value: ok(undefined) }]);
});

test('fields are made, changed, copied, and limited', async () => {
  const { guest } = await boot();
  const fields = value(guest['[static]fields.from-list']([['A', bytes('1')]]));
  assert.deepEqual(guest['[method]fields.append'](fields, 'a', bytes('2')), okay);
  assert.deepEqual(guest['[method]fields.get-and-delete'](fields, 'a'), ok([bytes('1'), bytes('2')]));
  assert.equal(guest['[method]fields.has'](fields, 'a'), false);
  assert.deepEqual(guest['[static]fields.from-list']([['host', bytes('x')]]), err({ tag: 'forbidden' }));
  assert.deepEqual(guest['[static]fields.from-list']([['a b', bytes('x')]]), err({ tag: 'invalid-syntax' }));
  const large = Buffer.alloc(fieldsBytesMax, 'x');
  assert.deepEqual(guest['[static]fields.from-list']([['a', large]]), err({ tag: 'size-exceeded' }));
  assert.deepEqual(guest['[method]fields.append'](fields, 'a', large), err({ tag: 'size-exceeded' }));
  const clone = guest['[method]fields.clone'](
    guest['[method]request.get-headers'](new Request(head, fields.frozen(), IncomingBody.empty())),
  );
  assert.deepEqual(guest['[method]fields.set'](clone, 'b', [bytes('3')]), okay);
});

test('a request of the guest is set up, and what it refuses is what HTTP refuses', async () => {
  const { guest } = await boot();
  const options = guest['[constructor]request-options']();
  assert.deepEqual(guest['[method]request-options.set-connect-timeout'](options, 5n), okay);
  const [request] = guest['[static]request.new'](Fields.empty(), undefined, noTrailers, options);
  assert.deepEqual(guest['[method]request.get-method'](request), { tag: 'get' });
  assert.deepEqual(guest['[method]request.set-method'](request, { tag: 'other', val: 'a b' }), err(undefined));
  assert.deepEqual(guest['[method]request.set-authority'](request, 'a/b'), err(undefined));
  assert.deepEqual(guest['[method]request.set-scheme'](request, { tag: 'other', val: '1' }), err(undefined));
  assert.deepEqual(guest['[method]request.set-path-with-query'](request, '/x y'), err(undefined));
  assert.deepEqual(guest['[method]request.set-path-with-query'](request, '/x'), okay);
  const kept = guest['[method]request.get-options'](request);
  assert(kept);
  assert.equal(guest['[method]request-options.get-connect-timeout'](kept), 5n);
  assert.deepEqual(guest['[method]request-options.set-connect-timeout'](kept, 6n), err({ tag: 'immutable' }));
  assert.deepEqual(
    guest['[method]request-options.set-first-byte-timeout'](guest['[method]request-options.clone'](kept), 6n),
    okay,
  );
});

test('a message that the guest made can be consumed by itself, and its maker learns how that went', async () => {
  const { guest } = await boot();
  const stream = new GuestStream();
  const [response, sent] = guest['[static]response.new'](Fields.empty(), stream, noTrailers);
  const handling = new GuestFuture<Result<undefined, { tag: 'loop-detected' }>>();
  const [body, trailers] = guest['[static]response.consume-body'](response, handling);
  assert.deepEqual([body, trailers], [stream, noTrailers]);
  handling.write(err({ tag: 'loop-detected' }));
  assert.deepEqual(sent.settled, { value: err({ tag: 'loop-detected' }) });
});

test('a response has a status that HTTP knows, and one that is dropped lets its body go', async () => {
  const { guest, drop } = await boot();
  const stream = new GuestStream();
  const [response, sent] = guest['[static]response.new'](Fields.empty(), stream, new GuestFuture<Trailers>());
  assert.equal(guest['[method]response.get-status-code'](response), 200);
  assert.deepEqual(guest['[method]response.set-status-code'](response, 99), err(undefined));
  assert.deepEqual(guest['[method]response.set-status-code'](response, 418), okay);
  drop(http3.types, 'response', response);
  assert.equal(stream.isCancelled, true);
  assert.deepEqual(sent.settled, { value: okay });
});

test('a request that the guest sends is denied, its body let go, and the user told', async () => {
  const { functions, warnings } = await bootHost(outboundHttp());
  const { guest } = await boot();
  const stream = new GuestStream();
  const [request, sent] = guest['[static]request.new'](Fields.empty(), stream, noTrailers, undefined);
  guest['[method]request.set-authority'](request, 'example.com');
  assert.deepEqual(await functions(http3.client).send(request), err({ tag: 'HTTP-request-denied' }));
  assert.equal(stream.isCancelled, true);
  assert.deepEqual(sent.settled, { value: err({ tag: 'HTTP-request-denied' }) });
  assert.match(String(warnings), /outbound HTTP request to https:\/\/example.com/);
});
