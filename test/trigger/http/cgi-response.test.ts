// What a CGI program prints, read as RFC 3875 and Spin have it (spin-behaviour 2.4).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cgiResponse } from '../../../src/trigger/http/cgi-response.ts';

function read(printed: string, method = 'GET'): unknown {
  const response = cgiResponse(Buffer.from(printed), method);
  if ('refused' in response) return response.refused;
  const { status, headers, body } = response.answer;
  assert.ok(body instanceof Uint8Array);
  return [
    status,
    Object.fromEntries(headers.map(([name, value]) => [name, Buffer.from(value).toString()])),
    Buffer.from(body).toString(),
  ];
}

const cases: readonly (readonly [string, string, unknown])[] = [
  ['a type and a body', 'Content-Type: text/plain\n\nhello\n', [200, { 'content-type': 'text/plain' }, 'hello\n']],
  ['lines that end in CR LF', 'content-type: a/b\r\nx: y\r\n\r\nhi', [200, { 'content-type': 'a/b', x: 'y' }, 'hi']],
  ['a body with empty lines', 'content-type: a/b\n\n\na\n\nb', [200, { 'content-type': 'a/b' }, '\na\n\nb']],
  ['a status with its reason', "Status: 418 I'm a teapot\ncontent-type: a/b\n\n", [418, { 'content-type': 'a/b' }, '']],
  ['a status alone', 'status: 404\n\n', [404, {}, '']],
  ['a status that is none', 'status: none\n\nx', [502, {}, 'x']],
  ['a status that ends no request', 'status: 100\n\nx', [502, {}, 'x']],
  ['a location', 'Location: /there\n\n', [302, { location: '/there' }, '']],
  ['a location with a status', 'status: 301\nlocation: /there\n\n', [301, { location: '/there' }, '']],
  ['the last of two headers of a name', 'content-type: a/b\nx: 1\nX: 2\n\n', [200, { 'content-type': 'a/b', x: '2' }, '']],
  [
    'a header without a colon, which is ignored',
    'content-type: a/b\nnothing\n: x\nb d: x\n\n',
    [200, { 'content-type': 'a/b' }, ''],
  ],
  [
    'headers of the server, which are ignored',
    'content-type: a/b\ncontent-length: 99\nconnection: close\n\nx',
    [200, { 'content-type': 'a/b' }, 'x'],
  ],
  ['a body where none may be', 'status: 204\n\nx', [204, {}, '']],
  ['nothing', '', 'printed nothing'],
  ['no empty line', 'content-type: a/b\n', 'printed no empty line, which ends the headers'],
  ['no header that makes it a response', 'x-a: b\n\nbody', 'printed neither `content-type` nor `location` nor `status`'],
  ['an empty line first', '\nbody', 'printed neither `content-type` nor `location` nor `status`'],
];

for (const [name, printed, want] of cases) test(`reads ${name}`, () => assert.deepEqual(read(printed), want));

test('HEAD has no body', () => {
  assert.deepEqual(read('content-type: a/b\n\nx', 'HEAD'), [200, { 'content-type': 'a/b' }, '']);
});

test('reads 8 MiB of one line in no time', () => {
  const began = performance.now();
  assert.match(String(read('x'.repeat(8 * 1024 * 1024))), /no empty line/);
  assert.ok(performance.now() - began < 1000);
});
