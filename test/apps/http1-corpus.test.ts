// Requests of HTTP/1.1 that are malformed or could be read in two ways: each is answered or refused the same every time, and never
// reaches guests as more requests than it is. The requests are in http1-corpus/*.json, as data.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, test } from 'node:test';
import { RawConnection } from './raw-connection.ts';
import { serveApp } from './served-app.ts';

interface CorpusCase {
  readonly name: string;
  /** Bytes as latin1. `<many>` stands for that many letters, `<lines>` for headers, `<blank>` for empty lines. */
  readonly send: string;
  readonly many?: number;
  readonly lines?: number;
  readonly blank?: number;
  /** The statuses of what is answered. */
  readonly answers: readonly number[];
  /** What the connection is like then: one more request is answered, it is closed, or the server waits for more. */
  readonly after: 'open' | 'closed' | 'waits';
  /** How many requests reach a guest. */
  readonly guests: number;
  /** The method, when it matters for the end of the answer. */
  readonly answersTo?: string;
}

/** How often each is sent, and in which pieces: as one, in two, byte by byte. */
const ways = ['whole', 'whole again', 'in halves', 'in bytes'] as const;
/** More bytes than this are not sent one by one. */
const piecewiseBytesMax = 1_000;
/** A case that takes longer hangs. */
const hungMs = 5_000;
/** How long nothing must come from a server that waits. */
const quietMs = 60;

const folder = join(import.meta.dirname, 'http1-corpus');

describe('a request of HTTP/1.1', { concurrency: false }, () => {
  for (const file of readdirSync(folder).toSorted()) {
    const cases = JSON.parse(readFileSync(join(folder, file), 'utf8')) as readonly CorpusCase[];
    const topic = file.replace('.json', '');
    test(`${topic}: ${cases.length} requests are answered or refused the same every time`, { timeout: 120_000 }, async t => {
      const app = await serveApp(t, {}, { workers: 0 });
      const wrong: string[] = [];
      for (const one of cases) {
        for (const way of ways) {
          const before = app.invocations.length;
          const connection = await RawConnection.open(t, app.url);
          const late = AbortSignal.timeout(hungMs);
          late.addEventListener('abort', () => connection.socket.destroy(new Error('hung')));
          const seen = await outcome(connection, one, way);
          if (late.aborted) wrong.push(`${one.name}, ${way}: hung`);
          await app.idle();
          const guests = app.invocations.length - before - (seen.after === 'open' ? 1 : 0);
          const wanted = JSON.stringify({ answers: one.answers, after: one.after, guests: one.guests });
          const got = JSON.stringify({ ...seen, guests });
          if (got !== wanted) wrong.push(`${one.name}, ${way}: ${got}, not ${wanted}`);
        }
      }
      assert.deepEqual(wrong, []);
    });
  }
});

type Seen = Pick<CorpusCase, 'answers' | 'after'>;

/** Sends it, reads what comes, and tries the connection. */
async function outcome(connection: RawConnection, one: CorpusCase, way: (typeof ways)[number]): Promise<Seen> {
  const { socket } = connection;
  await send(connection, bytesOf(one), way);
  const answers: number[] = [];
  // Until there are as many as are expected, or none comes any more: one too many shows in the request after it.
  while (answers.length < one.answers.length) {
    const answer = await connection.response(one.answersTo).catch(() => undefined);
    if (!answer) return { answers, after: 'closed' };
    answers.push(answer.status);
  }
  if (one.after === 'waits') {
    const more = await Promise.race([connection.more().then(came => (came ? 'bytes' : 'closed')), delay(quietMs, 'waits')]);
    socket.destroy();
    return { answers, after: more as Seen['after'] };
  }
  if (one.after === 'closed') {
    const rest = await connection.closed();
    return { answers: rest.byteLength > 0 ? [...answers, -1] : answers, after: 'closed' };
  }
  connection.request(['GET /status/299 HTTP/1.1', 'Host: x']);
  const next = await connection.response().catch(() => undefined);
  socket.destroy();
  if (!next) return { answers, after: 'closed' };
  return { answers: next.status === 299 ? answers : [...answers, next.status], after: 'open' };
}

function bytesOf({ send: text, many = 0, lines = 0, blank = 0 }: CorpusCase): Buffer {
  const filled = text
    .replace('<many>', 'a'.repeat(many))
    .replace('<lines>', Array.from({ length: lines }, (_, index) => `x-${index}: 1\r\n`).join(''))
    .replace('<blank>', '\r\n'.repeat(blank));
  return Buffer.from(filled, 'latin1');
}

async function send({ socket }: RawConnection, bytes: Buffer, way: (typeof ways)[number]): Promise<void> {
  const size = {
    whole: bytes.byteLength,
    'whole again': bytes.byteLength,
    'in halves': Math.ceil(bytes.byteLength / 2),
    'in bytes': 1,
  }[way];
  if (size === 1 && bytes.byteLength > piecewiseBytesMax) return void socket.write(bytes);
  for (let at = 0; at < bytes.byteLength && !socket.destroyed; at += size) {
    socket.write(bytes.subarray(at, at + size));
    // Each piece is a packet of its own: the server reads it before the next is there, mostly.
    if (size < bytes.byteLength) await new Promise(resolve => setImmediate(resolve));
  }
}
