import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outgoingHandler } from '../../../src/host/wasi-http/declarations.ts';
import { Fields } from '../../../src/host/wasi-http/fields.ts';
import { OutgoingRequest } from '../../../src/host/wasi-http/messages.ts';
import { wasiHttpOutgoing } from '../../../src/host/wasi-http/wasi-http.ts';
import { err, ok } from '../../../src/wit/types.ts';
import { bootHost } from '../harness.ts';

test('an outbound request is denied through its future, and the user is told how to allow it', async () => {
  const { functions, warnings } = await bootHost(wasiHttpOutgoing());
  const request = new OutgoingRequest(Fields.empty());
  request.setAuthority('example.com');
  const handled = functions(outgoingHandler).handle(request, undefined);
  assert(handled.tag === 'ok');
  assert.deepEqual(handled.val.get(), ok(err({ tag: 'HTTP-request-denied' })));
  assert.deepEqual(warnings, [
    'component "stub" tried to make an outbound HTTP request to https://example.com, which is not allowed: ' +
      'to allow it, add "https://example.com" to the component\'s allowed_outbound_hosts',
  ]);
});
