import assert from 'node:assert/strict';
import { test } from 'node:test';
import { httpTypes } from '../../../src/host/wasi-http/declarations.ts';
import { httpIoError } from '../../../src/host/wasi-http/error-code.ts';
import { Fields, fieldsBytesMax } from '../../../src/host/wasi-http/fields.ts';
import { IncomingBody } from '../../../src/host/wasi-http/incoming-body.ts';
import { IncomingRequest, IncomingResponse } from '../../../src/host/wasi-http/messages.ts';
import { OutgoingBody } from '../../../src/host/wasi-http/outgoing-body.ts';
import { wasiHttpTypes } from '../../../src/host/wasi-http/wasi-http.ts';
import { err, ok, okay } from '../../../src/wit/types.ts';
import { bootHost, StubTrap } from '../harness.ts';

const boot = async () => {
  const { functions, drop } = await bootHost(wasiHttpTypes());
  return { http: functions(httpTypes), drop };
};
const large = new Uint8Array(fieldsBytesMax).fill(97);
const overLimit = (error: unknown) =>
  error instanceof StubTrap && error.message === 'the headers are larger than 1048576 bytes, which is the limit';

test('headers over the limit trap, by whichever function they grow', async () => {
  const { http } = await boot();
  const fields = http['[constructor]fields']();
  assert.throws(() => http['[static]fields.from-list']([['a', large]]), overLimit);
  assert.throws(() => http['[method]fields.append'](fields, 'a', large), overLimit);
  assert.throws(() => http['[method]fields.set'](fields, 'a', [large]), overLimit);
  assert.throws(() => http['[method]fields.clone'](Fields.received([['a', large]])), overLimit);
});

test('fields are read and changed by their functions', async () => {
  const { http } = await boot();
  const fields = http['[constructor]fields']();
  assert.deepEqual(http['[method]fields.append'](fields, 'A', Uint8Array.of(49)), okay);
  assert.deepEqual(http['[method]fields.set'](fields, 'b', [Uint8Array.of(50)]), okay);
  assert.deepEqual(http['[method]fields.entries'](fields), [
    ['a', Uint8Array.of(49)],
    ['b', Uint8Array.of(50)],
  ]);
  assert.deepEqual(http['[method]fields.delete'](fields, 'B'), okay);
  assert.equal(http['[method]fields.has'](fields, 'b'), false);
  assert.deepEqual(http['[method]fields.get'](fields, 'a'), [Uint8Array.of(49)]);
});

test('a request tells what it was made with', async () => {
  const { http } = await boot();
  const headers = Fields.received([]);
  const body = IncomingBody.empty();
  const request = new IncomingRequest(
    { method: { tag: 'post' }, pathWithQuery: '/a?b', scheme: { tag: 'HTTP' }, authority: 'localhost', headers },
    body,
  );
  assert.deepEqual(http['[method]incoming-request.method'](request), { tag: 'post' });
  assert.equal(http['[method]incoming-request.path-with-query'](request), '/a?b');
  assert.deepEqual(http['[method]incoming-request.scheme'](request), { tag: 'HTTP' });
  assert.equal(http['[method]incoming-request.authority'](request), 'localhost');
  assert.equal(http['[method]incoming-request.headers'](request), headers);
  assert.deepEqual(http['[method]incoming-request.consume'](request), ok(body));
});

test('an incoming body gives its stream once and its trailers at the end', async () => {
  const { http } = await boot();
  const response = new IncomingResponse(200, Fields.received([]), IncomingBody.empty());
  assert.equal(http['[method]incoming-response.status'](response), 200);
  const consumed = http['[method]incoming-response.consume'](response);
  assert(consumed.tag === 'ok');
  assert.deepEqual(http['[method]incoming-body.stream'](consumed.val), ok(consumed.val));
  assert.deepEqual(http['[method]incoming-body.stream'](consumed.val), err(undefined));
  const future = http['[static]incoming-body.finish'](consumed.val);
  assert.equal(http['[method]future-trailers.subscribe'](future).ready(), true);
  assert.deepEqual(http['[method]future-trailers.get'](future), ok(ok(undefined)));
});

test('an outgoing body gives its stream once and is finished with trailers', async () => {
  const { http } = await boot();
  const response = http['[constructor]outgoing-response'](Fields.empty());
  assert.deepEqual(http['[method]outgoing-response.set-status-code'](response, 404), okay);
  assert.equal(http['[method]outgoing-response.status-code'](response), 404);
  const body = http['[method]outgoing-response.body'](response);
  assert(body.tag === 'ok');
  assert.deepEqual(http['[method]outgoing-body.write'](body.val), ok(body.val));
  assert.deepEqual(http['[method]outgoing-body.write'](body.val), err(undefined));
  const trailers = Fields.empty();
  assert.deepEqual(http['[static]outgoing-body.finish'](body.val, trailers), okay);
  assert.deepEqual(body.val.outcome, { kind: 'finished', trailers });
});

test('a body that the guest drops unfinished is aborted, a finished one is not', async () => {
  const { drop } = await boot();
  const [dropped, finished] = [new OutgoingBody(undefined), new OutgoingBody(undefined)];
  finished.finish(undefined);
  drop(httpTypes, 'outgoing-body', dropped);
  drop(httpTypes, 'outgoing-body', finished);
  assert.deepEqual(dropped.outcome, { kind: 'aborted', reason: 'the guest dropped the body without finishing it' });
  assert.equal(finished.outcome?.kind, 'finished');
});

test('the answer goes to whoever waits for it', async () => {
  const { http } = await boot();
  const answers: unknown[] = [];
  const answer = err({ tag: 'loop-detected' } as const);
  http['[static]response-outparam.set']({ set: response => void answers.push(response) }, answer);
  assert.deepEqual(answers, [answer]);
});

test('request options keep each timeout for itself', async () => {
  const { http } = await boot();
  const options = http['[constructor]request-options']();
  assert.equal(http['[method]request-options.connect-timeout'](options), undefined);
  assert.deepEqual(http['[method]request-options.set-connect-timeout'](options, 1n), okay);
  assert.deepEqual(http['[method]request-options.set-first-byte-timeout'](options, 2n), okay);
  assert.deepEqual(http['[method]request-options.set-between-bytes-timeout'](options, 3n), okay);
  assert.equal(http['[method]request-options.connect-timeout'](options), 1n);
  assert.equal(http['[method]request-options.first-byte-timeout'](options), 2n);
  assert.equal(http['[method]request-options.between-bytes-timeout'](options), 3n);
});

test('an outgoing request tells what was set', async () => {
  const { http } = await boot();
  const request = http['[constructor]outgoing-request'](Fields.empty());
  assert.deepEqual(http['[method]outgoing-request.set-method'](request, { tag: 'put' }), okay);
  assert.deepEqual(http['[method]outgoing-request.set-path-with-query'](request, '/x'), okay);
  assert.deepEqual(http['[method]outgoing-request.set-scheme'](request, { tag: 'HTTPS' }), okay);
  assert.deepEqual(http['[method]outgoing-request.set-authority'](request, 'example.com'), okay);
  assert.deepEqual(http['[method]outgoing-request.method'](request), { tag: 'put' });
  assert.equal(http['[method]outgoing-request.path-with-query'](request), '/x');
  assert.deepEqual(http['[method]outgoing-request.scheme'](request), { tag: 'HTTPS' });
  assert.equal(http['[method]outgoing-request.authority'](request), 'example.com');
});

test('a stream error tells its http code, another error none', async () => {
  const { http } = await boot();
  assert.deepEqual(http['http-error-code'](httpIoError({ tag: 'loop-detected' })), { tag: 'loop-detected' });
  assert.equal(http['http-error-code']({ message: 'disk' }), undefined);
});
