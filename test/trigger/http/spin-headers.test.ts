import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HttpTrigger } from '../../../src/app/app.ts';
import type { Entry } from '../../../src/host/wasi-http/fields.ts';
import { createRouter } from '../../../src/trigger/http/router.ts';
import { SpinHeaders } from '../../../src/trigger/http/spin-headers.ts';

function headersOf(route: string, target: string, authority = 'example.com:8080') {
  const trigger: HttpTrigger = { kind: 'http', id: 't', component: 'c', route, at: undefined };
  const match = createRouter([trigger]).match(target.split('?')[0] ?? '');
  assert.ok(match, `${route} does not take ${target}`);
  const headers = new SpinHeaders();
  const request = { scheme: 'http', authority, target, clientAddress: '127.0.0.1:5000' };
  const [first, second] = [0, 1].map(() => {
    const entries: Entry[] = [];
    headers.add(entries, request, match);
    return entries.map(([name, value]) => [name, Buffer.from(value).toString('latin1')] as const);
  });
  assert.ok(first);
  // Those of the route are made once.
  assert.deepEqual(second, first);
  return first;
}

test("a guest gets Spin's headers, in Spin's order", () => {
  assert.deepEqual(headersOf('/foo/:User_Id/...', '/foo/42/bar?key1=value1&key2=value2'), [
    ['spin-path-info', '/bar'],
    ['spin-full-url', 'http://example.com:8080/foo/42/bar?key1=value1&key2=value2'],
    ['spin-matched-route', '/foo/:User_Id/...'],
    ['spin-base-path', '/'],
    ['spin-raw-component-route', '/foo/:User_Id/...'],
    ['spin-component-route', '/foo/:User_Id'],
    ['spin-client-addr', '127.0.0.1:5000'],
    ['spin-path-match-user-id', '42'],
  ]);
});

const routeHeaders = [
  ['/', '/', '', '/', '/'],
  ['/...', '/', '/...', '/...', ''],
  ['foo/', '/foo', '/foo', 'foo/', 'foo/'],
  ['/foo/*', '/foo/x', '/foo/*', '/foo/*', '/foo/*'],
] as const;
for (const [route, target, matched, raw, component] of routeHeaders) {
  test(`the route ${route} is told as matched "${matched}", raw "${raw}", component "${component}"`, () => {
    const headers = new Map(headersOf(route, target));
    assert.equal(headers.get('spin-matched-route'), matched);
    assert.equal(headers.get('spin-raw-component-route'), raw);
    assert.equal(headers.get('spin-component-route'), component);
  });
}

test('a request without Host is told as one to localhost', () => {
  assert.equal(new Map(headersOf('/', '/', '')).get('spin-full-url'), 'http://localhost/');
});

test('a name that occurs in two forms gives two headers', () => {
  const values = headersOf('/:a_b/:a-b', '/1/2').filter(([name]) => name === 'spin-path-match-a-b');
  assert.deepEqual(
    values.map(([, value]) => value),
    ['1', '2'],
  );
});
