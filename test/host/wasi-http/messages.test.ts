import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fields } from '../../../src/host/wasi-http/fields.ts';
import { IncomingBody } from '../../../src/host/wasi-http/incoming-body.ts';
import { IncomingResponse, OutgoingRequest, OutgoingResponse } from '../../../src/host/wasi-http/messages.ts';
import { err, ok, okay } from '../../../src/wit/types.ts';

const refused = err(undefined);

const responseWithLength = (...lengths: readonly string[]): OutgoingResponse => {
  const headers = Fields.empty();
  assert.deepEqual(
    headers.set(
      'content-length',
      lengths.map(length => new TextEncoder().encode(length)),
    ),
    okay,
  );
  return new OutgoingResponse(headers);
};

test('an incoming body can be consumed once', () => {
  const body = IncomingBody.empty();
  const response = new IncomingResponse(204, Fields.received([]), body);
  assert.equal(response.status, 204);
  assert.deepEqual(response.consume(), ok(body));
  assert.deepEqual(response.consume(), refused);
});

test('an outgoing body can be had once', () => {
  const response = new OutgoingResponse(Fields.empty());
  assert.equal(response.takenBody, undefined);
  const body = response.body();
  assert.deepEqual(body, ok(response.takenBody));
  assert.deepEqual(response.body(), refused);
});

test('the headers of a message can no longer be changed', () => {
  assert.deepEqual(new OutgoingResponse(Fields.empty()).headers.set('a', []), err({ tag: 'immutable' }));
});

test('a declared content-length binds the body', () => {
  const body = responseWithLength('2').body();
  assert(body.tag === 'ok');
  assert.equal(body.val.write(new Uint8Array(3)).tag, 'err');
  assert.deepEqual(body.val.write(new Uint8Array(2)), okay);
  assert.deepEqual(body.val.finish(undefined), okay);
});

for (const length of ['', 'x', '-1', '1.5', '1e3', '9999999999999999']) {
  test(`a content-length of ${JSON.stringify(length)} does not bind the body`, () => {
    const body = responseWithLength(length).body();
    assert(body.tag === 'ok');
    body.val.write(new Uint8Array(5));
    assert.deepEqual(body.val.finish(undefined), okay);
  });
}

for (const [status, settled] of [
  [99, refused],
  [100, okay],
  [200, okay],
  [999, okay],
  [1000, refused],
] as const) {
  test(`status ${status} is ${settled.tag === 'ok' ? 'taken' : 'refused'}`, () => {
    const response = new OutgoingResponse(Fields.empty());
    assert.deepEqual(response.setStatus(status), settled);
    assert.equal(response.status, settled.tag === 'ok' ? status : 200);
  });
}

test('a request begins as a GET of nothing in particular', () => {
  const { method, scheme, authority, pathWithQuery } = new OutgoingRequest(Fields.empty());
  assert.deepEqual(
    { method, scheme, authority, pathWithQuery },
    {
      method: { tag: 'get' },
      scheme: undefined,
      authority: undefined,
      pathWithQuery: undefined,
    },
  );
});

test('a request takes tokens as methods only', () => {
  const request = new OutgoingRequest(Fields.empty());
  assert.deepEqual(request.setMethod({ tag: 'other', val: 'PURGE' }), okay);
  for (const val of ['', 'A B', 'GET / HTTP/1.1\r\n']) assert.deepEqual(request.setMethod({ tag: 'other', val }), refused);
  assert.deepEqual(request.method, { tag: 'other', val: 'PURGE' });
});

test('a request takes what is written as a scheme is', () => {
  const request = new OutgoingRequest(Fields.empty());
  assert.deepEqual(request.setScheme({ tag: 'other', val: 'coap+tcp' }), okay);
  for (const val of ['', '1a', 'a b']) assert.deepEqual(request.setScheme({ tag: 'other', val }), refused);
  assert.deepEqual(request.scheme, { tag: 'other', val: 'coap+tcp' });
  assert.deepEqual(request.setScheme(undefined), okay);
  assert.equal(request.scheme, undefined);
});

test('a request takes an authority, and no more than that', () => {
  const request = new OutgoingRequest(Fields.empty());
  for (const authority of ['example.com', 'example.com:8080', '127.0.0.1', '[::1]:80', undefined]) {
    assert.deepEqual(request.setAuthority(authority), okay);
    assert.equal(request.authority, authority);
  }
  for (const authority of ['', 'a b', 'example.com:port', 'a/b', 'a?b', 'a#b', 'a\\b', ' a', 'a\n']) {
    assert.deepEqual(request.setAuthority(authority), refused, authority);
  }
});

test('a request takes a path without spaces, control characters and fragment', () => {
  const request = new OutgoingRequest(Fields.empty());
  for (const path of ['/', '/a?b=c', '/ä', '*', '', undefined]) {
    assert.deepEqual(request.setPathWithQuery(path), okay);
    assert.equal(request.pathWithQuery, path);
  }
  for (const path of ['/a b', '/a#b', '/a\r\nb', '/\0', '/\u007f']) {
    assert.deepEqual(request.setPathWithQuery(path), refused, path);
  }
});
