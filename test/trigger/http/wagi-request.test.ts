// What a CGI program is told (spin-behaviour 2.3, 2.4).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry } from '../../../src/host/wasi-http/fields.ts';
import { IncomingBody } from '../../../src/host/wasi-http/incoming-body.ts';
import type { HttpRequest } from '../../../src/trigger/http/exchange.ts';
import { wagiArguments, wagiEnvironment } from '../../../src/trigger/http/wagi-request.ts';

const header = ([name, value]: readonly [string, string]): Entry => [name, Buffer.from(value)];

const request = (over: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'POST',
  scheme: 'http',
  authority: 'example.com:8080',
  target: '/shop/a%20b?x=1&y=2',
  headers: [],
  body: IncomingBody.empty(),
  clientAddress: '192.0.2.1:1234',
  ...over,
});

const environment = (
  over: Partial<HttpRequest> = {},
  spin: readonly (readonly [string, string])[] = [],
): Record<string, string> =>
  Object.fromEntries(wagiEnvironment(request(over), spin.map(header), { scriptName: '/shop', bodyBytes: 5 }));

test('tells what RFC 3875 names', () => {
  assert.deepEqual(environment({ headers: [header(['content-type', 'text/plain'])] }, [['spin-path-info', '/a%20b']]), {
    AUTH_TYPE: '',
    CONTENT_LENGTH: '5',
    CONTENT_TYPE: 'text/plain',
    GATEWAY_INTERFACE: 'CGI/1.1',
    HTTP_CONTENT_TYPE: 'text/plain',
    PATH_INFO: '/a%20b',
    PATH_TRANSLATED: '/a b',
    QUERY_STRING: 'x=1&y=2',
    REMOTE_ADDR: '192.0.2.1',
    REMOTE_HOST: '192.0.2.1',
    REMOTE_USER: '',
    REQUEST_METHOD: 'POST',
    SCRIPT_NAME: '/shop',
    SERVER_NAME: 'example.com',
    SERVER_PORT: '8080',
    SERVER_PROTOCOL: 'HTTP/1.1',
    SERVER_SOFTWARE: 'WAGI/1',
    X_RAW_PATH_INFO: '/a%20b',
  });
});

test('tells what Spin tells in headers as variables with X_', () => {
  const told = environment({}, [
    ['spin-full-url', 'http://example.com/shop'],
    ['spin-raw-component-route', '/shop/:user-id/...'],
    ['spin-path-match-user-id', '7'],
  ]);
  assert.equal(told['X_FULL_URL'], 'http://example.com/shop');
  assert.equal(told['X_RAW_COMPONENT_ROUTE'], '/shop/:user-id/...');
  assert.equal(told['X_PATH_MATCH_USER_ID'], '7');
});

test('tells headers, but not those that are secrets or that a program would obey', () => {
  const told = environment({
    headers: [
      ...[['x-one', '1'] as const, ['x-one', '2'] as const, ['authorization', 's'] as const].map(header),
      ...[['connection', 'c'] as const, ['proxy', 'http://evil'] as const, ['x-bytes', 'ü'] as const].map(header),
    ],
  });
  assert.deepEqual(
    Object.entries(told).filter(([name]) => name.startsWith('HTTP_')),
    [
      ['HTTP_X_ONE', '2'],
      ['HTTP_X_BYTES', 'CORRUPT VALUE'],
    ],
  );
});

test('an authority without a port is on port 80, an IPv6 address keeps its brackets', () => {
  const of = (authority: string): unknown[] => {
    const told = environment({ authority });
    return [told['SERVER_NAME'], told['SERVER_PORT']];
  };
  assert.deepEqual(of('example.com'), ['example.com', '80']);
  assert.deepEqual(of('[::1]:3000'), ['[::1]', '3000']);
  assert.deepEqual(environment({ clientAddress: '[::1]:99' })['REMOTE_ADDR'], '::1');
});

for (const [argv, target, want] of [
  ['${SCRIPT_NAME} ${ARGS}', '/a/b?x=1&y', ['/a/b', 'x=1', 'y']],
  ['${SCRIPT_NAME} ${ARGS}', '/a', ['/a', '']],
  ['run --path=${SCRIPT_NAME}', '/a?x', ['run', '--path=/a']],
  ['${ARGS}', '/a?$&${SCRIPT_NAME}', ['$', '${SCRIPT_NAME}']],
  ['a  b', '/', ['a', '', 'b']],
] as const) {
  test(`${argv} for ${target}`, () => assert.deepEqual(wagiArguments(argv, target), want));
}
