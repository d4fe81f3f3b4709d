// Requests of HTTP/2 that break its rules: refused the same every time, and never seen by a guest.
import assert from 'node:assert/strict';
import { constants } from 'node:http2';
import { test } from 'node:test';
import { block, codeOf, flags, frame, frameTypes, getFrame, RawHttp2, sound } from './raw-http2.ts';
import { serveApp } from './served-app.ts';

type Pairs = readonly (readonly [string, string])[];

const without = (name: string): Pairs => sound.filter(([key]) => key !== name);
const changed = (name: string, value: string): Pairs => sound.map(([key, old]) => [key, key === name ? value : old]);

/** Heads that RFC 9113 8.2 and 8.3 call malformed. */
const heads: Readonly<Record<string, Pairs>> = {
  'no :method': without(':method'),
  'no :path': without(':path'),
  'no :scheme': without(':scheme'),
  'two :path': [...sound, [':path', '/other']],
  'an empty :path': changed(':path', ''),
  'a :path without a slash': changed(':path', 'count'),
  'a space in the :path': changed(':path', '/count HTTP/1.1'),
  'a line feed in the :path': changed(':path', '/count\r\nx: y'),
  'a null byte in the :path': changed(':path', '/co\0unt'),
  'a pseudo-header that nobody knows': [...sound, [':fancy', 'x']],
  'a pseudo-header of answers': [...sound, [':status', '200']],
  'a pseudo-header behind a header': [...without(':path'), ['x-a', '1'], [':path', '/count']],
  'a name in upper case': [...sound, ['X-A', '1']],
  connection: [...sound, ['connection', 'keep-alive']],
  'keep-alive': [...sound, ['keep-alive', 'timeout=5']],
  'proxy-connection': [...sound, ['proxy-connection', 'keep-alive']],
  'transfer-encoding': [...sound, ['transfer-encoding', 'chunked']],
  upgrade: [...sound, ['upgrade', 'h2c']],
  'te other than trailers': [...sound, ['te', 'gzip']],
  'a content-length of letters': [...sound, ['content-length', 'five']],
  'two content-lengths': [...sound, ['content-length', '0'], ['content-length', '0']],
  'a content-length and no body': [...sound, ['content-length', '5']],
  'a CONNECT with a path': changed(':method', 'CONNECT'),
  'a method with a space': changed(':method', 'GE T'),
};

/** A sound request before each and after each: the connection goes on, and guests have seen two. */
for (const [what, pairs] of Object.entries(heads)) {
  test(`a head with ${what} resets its stream and no other`, { timeout: 30_000 }, async t => {
    const { url, invocations, idle } = await serveApp(t);
    for (let round = 1; round <= 3; round += 1) {
      const connection = await RawHttp2.open(t, url);
      connection.send(getFrame(1), getFrame(3, pairs), getFrame(5));
      const reset = await connection.until(({ type, stream }) => type === frameTypes.reset && stream === 3);
      assert.equal(reset && codeOf(reset), constants.NGHTTP2_PROTOCOL_ERROR, 'it is reset as malformed');
      for (const sent of [1, 5]) {
        assert.ok(
          await connection.until(({ type, stream }) => type === frameTypes.headers && stream === sent),
          'others are answered',
        );
      }
      connection.destroy();
      await idle();
      assert.equal(invocations.length, round * 2);
    }
  });
}

/** Headers that nghttp2 drops, as if they had not been sent; hyper resets the stream. The guest sees none of it either way. */
const ignored: Readonly<Record<string, readonly [string, string]>> = {
  'an empty name': ['', '1'],
  'a name with a space': ['x a', '1'],
  'a name with a colon': ['x:a', '1'],
  'a line feed in a value': ['x-a', '1\r\nx-b: 2'],
  'a null byte in a value': ['x-a', '1\x002'],
};
for (const [what, header] of Object.entries(ignored)) {
  test(`a header with ${what} does not reach the guest`, { timeout: 30_000 }, async t => {
    const { url, invocations } = await serveApp(t);
    const connection = await RawHttp2.open(t, url);
    connection.send(getFrame(1, [...changed(':path', '/request'), header, ['x-kept', 'yes']]));
    const data = await connection.until(({ type, payload }) => type === frameTypes.data && payload.byteLength > 0);
    const told = JSON.parse(data?.payload.toString() ?? '{}') as { headers: Pairs };
    assert.deepEqual(
      told.headers.filter(([name]) => !name.startsWith('spin-')),
      [['x-kept', 'yes']],
    );
    assert.equal(invocations.length, 1);
  });
}

const post = (length: string): Buffer =>
  frame(
    frameTypes.headers,
    flags.endHeaders,
    1,
    block([
      ...changed(':method', 'POST').map(([name, value]) => [name, name === ':path' ? '/upload' : value] as const),
      ['content-length', length],
    ]),
  );

for (const [what, length, bytes] of [
  ['more', '3', 'hello'],
  ['less', '50', 'hello'],
] as const) {
  test(`a body of ${what} than its content-length is refused`, { timeout: 30_000 }, async t => {
    const { url, invocations, idle } = await serveApp(t);
    const connection = await RawHttp2.open(t, url);
    connection.send(post(length), frame(frameTypes.data, flags.endStream, 1, Buffer.from(bytes)));
    // node ends the connection when there is too much, with INTERNAL_ERROR.
    const end = await connection.until(({ type }) => type === frameTypes.reset || type === frameTypes.goaway);
    assert.ok(end && [constants.NGHTTP2_PROTOCOL_ERROR, constants.NGHTTP2_INTERNAL_ERROR].includes(codeOf(end)));
    await idle();
    assert.ok(invocations.length <= 1, 'one guest at most has begun to read it');
  });
}

/** Frames that end the connection (RFC 9113 5.4.1): what came on others is not lost sight of, and nothing reaches a guest. */
const fatal: Readonly<Record<string, readonly Buffer[]>> = {
  'DATA on a stream that was never opened': [frame(frameTypes.data, 0, 7, Buffer.from('x'))],
  'an even stream': [getFrame(2)],
  'a frame of 100 KB': [frame(frameTypes.headers, flags.endStream | flags.endHeaders, 1, Buffer.alloc(100_000))],
  'a header block that is no HPACK': [
    frame(frameTypes.headers, flags.endStream | flags.endHeaders, 1, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff])),
  ],
  'CONTINUATION without HEADERS': [frame(frameTypes.continuation, flags.endHeaders, 1, block(sound))],
  'another frame before CONTINUATION': [
    frame(frameTypes.headers, flags.endStream, 1, block(sound)),
    frame(frameTypes.ping, 0, 0, Buffer.alloc(8)),
  ],
  'SETTINGS of five bytes': [frame(frameTypes.settings, 0, 0, Buffer.alloc(5))],
  'SETTINGS of a stream': [frame(frameTypes.settings, 0, 1)],
  'a PING of seven bytes': [frame(frameTypes.ping, 0, 0, Buffer.alloc(7))],
  'a WINDOW_UPDATE of nothing': [frame(frameTypes.windowUpdate, 0, 0, Buffer.alloc(4))],
  'a window above 2^31': [frame(frameTypes.windowUpdate, 0, 0, Buffer.from([0x7f, 0xff, 0xff, 0xff]))],
};
for (const [what, frames] of Object.entries(fatal)) {
  test(`${what} ends the connection`, { timeout: 30_000 }, async t => {
    const { url, invocations } = await serveApp(t);
    for (let round = 0; round < 3; round += 1) {
      const connection = await RawHttp2.open(t, url);
      connection.send(...frames);
      const away = await connection.until(({ type }) => type === frameTypes.goaway);
      assert.ok(away && codeOf(away) !== constants.NGHTTP2_NO_ERROR, 'GOAWAY says why');
      await connection.until(() => false);
      assert.equal(invocations.length, 0);
    }
  });
}
