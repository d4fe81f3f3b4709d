import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fields } from '../../../src/host/wasi-http/fields.ts';
import { OutgoingRequest, type Scheme } from '../../../src/host/wasi-http/messages.ts';
import { denied, destinationOf } from '../../../src/host/wasi-http/outgoing-handler.ts';
import { err, ok } from '../../../src/wit/types.ts';

test('the denial is there at once and can be had once', () => {
  const future = denied();
  assert.equal(future.pollable.ready(), true);
  assert.deepEqual(future.get(), ok(err({ tag: 'HTTP-request-denied' })));
  assert.deepEqual(future.get(), err(undefined));
});

for (const [scheme, authority, destination] of [
  [{ tag: 'HTTP' }, 'example.com', 'http://example.com'],
  [{ tag: 'HTTPS' }, 'example.com:8443', 'https://example.com:8443'],
  [{ tag: 'other', val: 'coap' }, 'example.com', 'coap://example.com'],
  [undefined, 'example.com', 'https://example.com'],
  [{ tag: 'HTTP' }, undefined, 'http://self'],
] as const satisfies readonly (readonly [Scheme | undefined, string | undefined, string])[]) {
  test(`names the destination ${destination} as the manifest would`, () => {
    const request = new OutgoingRequest(Fields.empty());
    request.setScheme(scheme);
    request.setAuthority(authority);
    assert.equal(destinationOf(request), destination);
  });
}
