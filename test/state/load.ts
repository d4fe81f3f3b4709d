// Writes over many connections until the server is killed in the middle of them, with a ledger of what it acknowledged.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import type { Server } from './server.ts';

/** From the first acknowledgement to the kill, at most. */
const loadMsMax = 300;
/** Values of up to a few of SQLite's pages, so that a torn one would show. */
const valueBytesMax = 12_000;

export interface Value {
  readonly bytes: Buffer;
  /** SHA-256 of the bytes, in hex. */
  readonly digest: string;
}

/** The value of a key follows from the key: its length, and bytes that appear under no other. */
export function valueOf(key: string): Value {
  const seed = createHash('sha256').update(key).digest();
  const bytes = Buffer.alloc(seed.readUInt32LE() % valueBytesMax, seed.toString('hex'));
  return { bytes, digest: createHash('sha256').update(bytes).digest('hex') };
}

export function checkValue(key: string, found: Buffer): void {
  assert.equal(createHash('sha256').update(found).digest('hex'), valueOf(key).digest, `${key} is torn`);
}

/** Posts distinct keys over so many connections, kills the server at a random moment; gives the keys acknowledged by then. */
export async function postUntilKilled(server: Server, prefix: string, connections: number): Promise<string[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const acknowledged: string[] = [];
  const first = Promise.withResolvers<void>();
  let next = 0;
  const loop = async (): Promise<void> => {
    for (;;) {
      const key = `${prefix}-${next++}`;
      const status = await post(agent, `${server.url}/${key}`, valueOf(key).bytes);
      if (status === undefined) return;
      assert.equal(status, 200);
      acknowledged.push(key);
      first.resolve();
    }
  };
  const loops = Promise.all(Array.from({ length: connections }, loop));
  await Promise.race([first.promise, loops]);
  const { promise: moment, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, Math.random() * loadMsMax);
  await moment;
  server.signal('SIGKILL');
  await loops;
  agent.destroy();
  assert.deepEqual(await server.ended, { code: null, signal: 'SIGKILL' }, server.stderr);
  return acknowledged;
}

/** The answer's status; undefined when there was none. */
async function post(agent: Agent, url: string, body: Buffer): Promise<number | undefined> {
  const sent = request(url, { agent, method: 'POST', headers: { 'content-length': body.byteLength } });
  try {
    sent.end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    for await (const _ of response);
    return response.statusCode;
  } catch {
    // The server has been killed; whatever else ends a connection shows in how the server ended.
    return undefined;
  }
}
