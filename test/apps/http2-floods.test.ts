// Connections of HTTP/2 that try to use a server up: each is ended, others are served meanwhile, and memory stays what it was.
import assert from 'node:assert/strict';
import { constants } from 'node:http2';
import { test, type TestContext } from 'node:test';
import { appFolder } from './guests.ts';
import { answerOf, openHttp2 } from './http2-client.ts';
import { block, codeOf, flags, frame, frameTypes, getFrame, RawHttp2, sound } from './raw-http2.ts';
import { tspinUp, type TspinProcess } from './tspin-process.ts';

/** How much more memory may be in use after a flood than after the first one, in MB: garbage comes and goes. */
const growthMbMax = 60;
/** Frames that a flood sends at most, over all its connections. */
const framesMax = 40_000;
const connections = 4;

const path = (to: string): typeof sound => sound.map(([name, value]) => [name, name === ':path' ? to : value]);

interface Flood {
  /** The frames of one turn; `turn` counts from 0 on each connection. */
  readonly turn: (turn: number) => readonly Buffer[];
  /** The code of the GOAWAY; undefined: the flood harms nobody, and goes on. */
  readonly code?: readonly number[];
}

const stream = (turn: number): number => turn * 2 + 1;
const { NGHTTP2_ENHANCE_YOUR_CALM: calm, NGHTTP2_INTERNAL_ERROR: internal, NGHTTP2_PROTOCOL_ERROR: protocol } = constants;

const floods: Readonly<Record<string, Flood>> = {
  'requests that are reset at once': {
    turn: turn => [getFrame(stream(turn)), frame(frameTypes.reset, 0, stream(turn), Buffer.from([0, 0, 0, 8]))],
    code: [calm, internal],
  },
  'requests that force the server to reset them': {
    turn: turn => [
      getFrame(stream(turn), path('/sleep?ms=100')),
      frame(frameTypes.windowUpdate, 0, stream(turn), Buffer.alloc(4)),
    ],
    code: [calm, internal, protocol],
  },
  'malformed requests': { turn: turn => [getFrame(stream(turn), [...sound, ['X', '1']])], code: [calm, internal, protocol] },
  'CONTINUATION without an end': {
    turn: turn =>
      turn === 0
        ? [frame(frameTypes.headers, flags.endStream, 1, block(sound))]
        : [frame(frameTypes.continuation, 0, 1, block([['x-a', 'a'.repeat(1000)]]))],
    code: [calm, internal, protocol],
  },
  'empty CONTINUATION without an end': {
    turn: turn =>
      turn === 0 ? [frame(frameTypes.headers, flags.endStream, 1, block(sound))] : [frame(frameTypes.continuation, 0, 1)],
    code: [calm, internal, protocol],
  },
  SETTINGS: { turn: () => [frame(frameTypes.settings, 0, 0, Buffer.from([0, 4, 0, 1, 0, 0]))], code: [calm, internal] },
  PING: { turn: () => [frame(frameTypes.ping, 0, 0, Buffer.alloc(8))], code: [calm, internal] },
  'empty DATA': {
    turn: turn =>
      turn === 0 ? [frame(frameTypes.headers, flags.endHeaders, 1, block(path('/upload')))] : [frame(frameTypes.data, 0, 1)],
    code: [calm, internal, protocol],
  },
  PRIORITY: { turn: turn => [frame(frameTypes.priority, 0, stream(turn), Buffer.from([0, 0, 0, 0, 16]))] },
  WINDOW_UPDATE: { turn: () => [frame(frameTypes.windowUpdate, 0, 0, Buffer.from([0, 0, 0, 1]))] },
  'frames of a kind that nobody knows': { turn: () => [frame(0x42, 0, 0, Buffer.alloc(16))] },
};

async function flood(t: TestContext, url: string, { turn, code }: Flood): Promise<void> {
  const connection = await RawHttp2.open(t, url);
  for (let sent = 0; sent < framesMax / connections && !connection.ended; sent += 50) {
    const frames = Array.from({ length: 50 }, (_, index) => turn(sent + index)).flat();
    if (!connection.send(...frames)) await connection.drained();
    else await new Promise(resolve => setImmediate(resolve));
  }
  if (!code) return connection.destroy();
  const away = await connection.until(({ type }) => type === frameTypes.goaway);
  // A connection that is cut amid what it sends may lose the frame that says why.
  if (away) assert.ok(code.includes(codeOf(away)), `the code was ${codeOf(away)}`);
  await connection.until(() => false);
  assert.ok(connection.ended);
}

/** Others: both protocols are answered, for as long as it lasts. */
async function serveOthers(t: TestContext, { url }: TspinProcess, signal: AbortSignal): Promise<number> {
  const session = openHttp2(t, url);
  let answered = 0;
  while (!signal.aborted) {
    const [second, first] = await Promise.all([answerOf(session.request({ ':path': '/count' })), fetch(`${url}/count`)]);
    assert.deepEqual([second.status, await first.text()], [200, '1']);
    answered += 1;
  }
  session.destroy();
  return answered;
}

test('floods end their own connections only, and memory stays flat', { timeout: 240_000 }, async t => {
  const app = await tspinUp(t, ['-f', appFolder(t), '--state-dir', '', '--workers', '1']);
  let settledMb: number | undefined;
  for (const [what, one] of Object.entries(floods)) {
    await t.test(what, { timeout: 60_000 }, async () => {
      const over = new AbortController();
      const others = serveOthers(t, app, over.signal);
      await Promise.all(Array.from({ length: connections }, () => flood(t, app.url, one))).finally(() => over.abort());
      assert.ok((await others) > 0, 'nobody else was served');
      const { nowMb } = app.memory();
      settledMb ??= nowMb;
      assert.ok(nowMb < settledMb + growthMbMax, `${settledMb.toFixed(0)} MB became ${nowMb.toFixed(0)} MB`);
    });
  }
  assert.equal(await app.stop(), 0);
});
