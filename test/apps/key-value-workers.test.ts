// Atomic steps of many clients over several workers: exact counts, and a history in which every operation took effect at one
// moment, although a worker was ended in between.
import assert from 'node:assert/strict';
import { Agent, request as httpRequest } from 'node:http';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { keyModel, type KeyOperation } from '../state/key-model.ts';
import { findViolation, type Operation } from '../state/linearizability.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { responseTo } from './client.ts';
import { keyvalueWasm } from './guests.ts';
import { counterOfHex, hex, hexOfCounter, tell, type Answer, type Command } from './keyvalue-guest.ts';
import { writeLoopingGuest } from './looping-guest.ts';
import { serveApp, type ServedApp } from './served-app.ts';
import { sharedFolder } from './shared-folder.ts';

const skip = process.platform === 'linux' ? false : 'several workers share a port on Linux only';
const folder = sharedFolder();
const app = { source: keyvalueWasm, component: 'keyvalue' };

/** A client with one connection, which is opened anew when it is cut. */
function newClient(t: TestContext, url: string): (command: Command) => Promise<Answer | undefined> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  return command =>
    tell(async (path, { method, body }) => {
      const response = await responseTo(
        httpRequest(url + path, { method, agent })
          .on('error', () => {})
          .end(body),
      );
      return new Response(await buffer(response), { status: response.statusCode ?? 0 });
    }, command);
}

async function untilReady({ loaded }: ServedApp, workers: number): Promise<void> {
  while (loaded.workers < workers) await delay(20);
}

async function served(t: TestContext) {
  const served = await serveApp(t, app, { workers: 2, stateDirectory: temporaryFolder(t) });
  await untilReady(served, 2);
  return Array.from({ length: 64 }, () => newClient(t, served.url));
}

test('10,000 increments of 64 connections over 2 workers are all counted, each once', { skip }, async t => {
  const clients = await served(t);
  const sums: number[] = [];
  let left = 10_000;
  await Promise.all(
    clients.map(async client => {
      while (left > 0) {
        left -= 1;
        const answer = await client({ op: 'increment', key: 'n' });
        assert.ok(answer && 'ok' in answer, JSON.stringify(answer));
        sums.push(Number(answer.ok));
      }
    }),
  );
  assert.equal(sums.length, 10_000);
  assert.equal(new Set(sums).size, 10_000);
  assert.equal(Math.max(...sums), 10_000);
  assert.deepEqual(await clients[0]?.({ op: 'get', key: 'n' }), { ok: hexOfCounter(10_000n) });
});

test('640 appends by compare-and-swap of 64 connections over 2 workers are all there', { skip }, async t => {
  const clients = await served(t);
  let failed = 0;
  await Promise.all(
    clients.map(async (client, index) => {
      for (let round = 0; round < 10; round += 1) {
        const answer = await client({ op: 'append', key: 'list', value: hex(`${index}.${round};`) });
        assert.ok(answer && 'ok' in answer, JSON.stringify(answer));
        failed += Number(answer.ok);
      }
    }),
  );
  const list = await clients[0]?.({ op: 'get', key: 'list' });
  assert.ok(list && 'ok' in list);
  const entries = Buffer.from(String(list.ok), 'hex').toString().split(';').filter(Boolean);
  assert.equal(entries.length, 640);
  assert.equal(new Set(entries).size, 640);
  assert.ok(failed > 0, 'no two clients met');
});

/** What a client does to a key, and what it becomes in the history with the answer; no answer: undefined. */
interface Deed {
  readonly command: Command;
  readonly recorded: (answer: unknown) => readonly KeyOperation[];
  readonly unanswered: readonly KeyOperation[];
}

const seenValue = (shown: unknown): bigint | undefined => (typeof shown === 'string' ? counterOfHex(shown) : undefined);

function deed(kind: number, key: string, value: bigint): Deed {
  const shown = hexOfCounter(value);
  switch (kind) {
    case 0:
      return { command: { op: 'set', key, value: shown }, ...alike({ kind: 'set', value }) };
    case 1:
      return { command: { op: 'delete', key }, ...alike({ kind: 'delete' }) };
    case 2:
    case 3: {
      const delta = 1n;
      const unanswered: KeyOperation[] = [{ kind: 'increment', delta }];
      const recorded = (sum: unknown): KeyOperation[] => [{ kind: 'increment', delta, answer: BigInt(sum as number) }];
      return { command: { op: 'increment', key, delta: 1 }, recorded, unanswered };
    }
    case 4:
    case 5:
      return { command: { op: 'swap', key, value: shown }, recorded: swapRecorded(value), unanswered: [{ kind: 'swap', value }] };
    default:
      return {
        command: { op: 'get', key },
        recorded: answer => [{ kind: 'get', answer: seenValue(answer) }],
        unanswered: [],
      };
  }
}

const alike = (op: KeyOperation): Pick<Deed, 'recorded' | 'unanswered'> => ({ recorded: () => [op], unanswered: [op] });

/** One that failed has read twice. */
const swapRecorded =
  (value: bigint) =>
  (answer: unknown): KeyOperation[] => {
    const { swapped, seen, now } = answer as { swapped: boolean; seen: unknown; now?: unknown };
    if (swapped) return [{ kind: 'swap', value, answer: { seen: seenValue(seen) } }];
    return [seen, now].map(shown => ({ kind: 'get', answer: seenValue(shown) }));
  };

async function appWithLoop(): Promise<string> {
  const loop = await writeLoopingGuest(folder);
  writeFileSync(
    join(folder, 'spin.toml'),
    `spin_manifest_version = 2
application = { name = "history", version = "1.0.0" }
[[trigger.http]]
route = "/loop"
component = "loop"
[[trigger.http]]
route = "/..."
component = "keyvalue"
[component.loop]
source = ${JSON.stringify(loop)}
[component.keyvalue]
source = ${JSON.stringify(keyvalueWasm)}
key_value_stores = ["default"]
`,
  );
  return folder;
}

/** Of 12 clients on 3 keys for some seconds, with every event in the order in which this process saw it. */
class History {
  readonly byKey = new Map<string, Operation<KeyOperation>[]>();
  readonly counts = { answered: 0, unanswered: 0 };
  #clock = 0;
  /** Numbers that every JSON parser keeps exact, and that increments do not reach from each other. */
  #value = 0n;

  async client(say: (command: Command) => Promise<Answer | undefined>, random: () => number, until: number): Promise<void> {
    while (performance.now() < until) {
      const key = `key-${Math.floor(random() * 3)}`;
      this.#value += 1_000_000n;
      await this.do(say, key, deed(Math.floor(random() * 8), key, this.#value));
    }
  }

  async do(say: (command: Command) => Promise<Answer | undefined>, key: string, { command, recorded, unanswered }: Deed) {
    const call = (this.#clock += 1);
    // A request of a worker that was ended gets no answer, and one that a guest of that worker holds gets it late or never.
    const answer = await within(4_000, say(command));
    if (answer && 'err' in answer) assert.fail(`${JSON.stringify(command)}: ${answer.err}`);
    const end = answer && (this.#clock += 1);
    if (answer) this.counts.answered += 1;
    else this.counts.unanswered += 1;
    const operations = answer ? recorded(answer.ok) : unanswered;
    const history = this.byKey.get(key) ?? [];
    this.byKey.set(key, history);
    for (const [index, op] of operations.entries()) history.push({ call: call + index / 10, end: end && end + index / 10, op });
  }
}

/** Undefined when it fails, or takes longer. */
const within = <T>(ms: number, promise: Promise<T>): Promise<T | undefined> =>
  Promise.race([promise.catch(() => undefined), delay(ms, undefined, { ref: false })]);

test('what concurrent clients of two workers see is linearizable, though one is ended', { skip, timeout: 120_000 }, async t => {
  const from = await appWithLoop();
  const app = await serveApp(
    t,
    {},
    {
      from,
      workers: 2,
      stateDirectory: temporaryFolder(t),
      instances: { bindings: 'plain', requestTimeoutMs: 500 },
    },
  );
  await untilReady(app, 2);
  const history = new History();
  const until = performance.now() + 6_000;
  const clients = Array.from({ length: 12 }, () => history.client(newClient(t, app.url), Math.random, until));
  await delay(1_000);
  await assert.rejects(fetch(`${app.url}/loop`));
  await Promise.all(clients);
  await untilReady(app, 2);
  const last = newClient(t, app.url);
  for (const key of history.byKey.keys()) await history.do(last, key, deed(7, key, 0n));
  assert.match(app.warnings.join('\n'), /^worker \d was ended/m);
  const { answered, unanswered } = history.counts;
  t.diagnostic(`${answered} operations were answered, ${unanswered} were not`);
  assert.ok(answered > 100, `${answered}`);
  assert.ok(unanswered > 0, 'nobody was at work in the worker that was ended');
  for (const [key, operations] of history.byKey) {
    const violation = findViolation(operations, keyModel);
    assert.equal(violation, undefined, key);
  }
});
