// A guest that computes without end: the others on its thread are served, and it ends at its deadline.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { measure, percentile, type Measured } from './latency-client.ts';
import { serveApp, type ServedApp } from './served-app.ts';
import { sharedFolder } from './shared-folder.ts';
import { onCommand, writeWatGuest } from './wat-guest.ts';

const fields = `
  (memory (export "memory") 1)
  (data (i32.const 4096) "quick")
  (global $stuck (mut i32) (i32.const 0))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (if (global.get $stuck) (then (call $for-ever)))
    (i32.const 8192))
  (func $for-ever (loop $again (br $again)))
  (func $catching
    (loop $again
      (block $caught (try_table (catch_all $caught) (call $for-ever)))
      (br $again)))
  (func $main (param $command i32) (param $out i32)
    ${onCommand('l', '(call $for-ever)')}
    ${onCommand('a', '(drop (call $begin (local.get $out))) (call $for-ever)')}
    ${onCommand('r', '(global.set $stuck (i32.const 1)) (call $path-with-query (global.get $request) (i32.const 16))')}
    ${onCommand('c', '(call $catching)')}
    (call $answer (local.get $out) (i32.const 4096) (i32.const 5)))`;

const folder = sharedFolder();
let source: string;
before(async () => {
  source = await writeWatGuest(folder, { fields });
});

const serve = (t: Parameters<typeof serveApp>[0], requestTimeoutMs?: number): Promise<ServedApp> =>
  serveApp(t, { source }, { instances: { requestTimeoutMs } });

const quick = ({ url }: ServedApp, requests = 2000): Promise<Measured> => measure({ url: `${url}/q`, connections: 64, requests });

/** The p99 of quick requests without and with so many loops beside them, in milliseconds. */
async function compare(app: ServedApp, path: string, loopers: number): Promise<{ alone: number; beside: number }> {
  const alone = percentile(await quick(app), 0.99);
  const stop = new AbortController();
  const loops = Array.from({ length: loopers }, () => fetch(`${app.url}${path}`, { signal: stop.signal }).catch(() => undefined));
  // They are at work when they hold instances.
  while (app.loaded.instances < loopers) await fetch(`${app.url}/q`);
  const measured = await quick(app);
  assert.deepEqual(measured.statuses, { 200: 2000 });
  assert.equal(app.loaded.instances >= loopers, true, 'the loops were still at work');
  stop.abort();
  await app.loaded.close();
  await Promise.all(loops);
  return { alone, beside: percentile(measured, 0.99) };
}

const loops: Readonly<Record<string, string>> = {
  'a loop without end': '/l',
  'a loop without end in a function that swallows what can be caught': '/c',
};

for (const [what, path] of Object.entries(loops)) {
  for (const loopers of [1, 4]) {
    test(`${loopers} × ${what} leaves 64 other connections below 10 times their p99`, async t => {
      const attempts: string[] = [];
      for (let attempt = 0; attempt < 3; attempt += 1) {
        const { alone, beside } = await compare(await serve(t), path, loopers);
        attempts.push(`${alone.toFixed(1)} ms alone, ${beside.toFixed(1)} ms beside it`);
        t.diagnostic(attempts.at(-1) ?? '');
        if (beside < 10 * alone) return;
      }
      assert.fail(attempts.join('; '));
    });
  }
}

const ended: Readonly<Record<string, string>> = { ...loops, 'a loop in realloc, which cannot be suspended': '/r' };

for (const [what, path] of Object.entries(ended)) {
  test(`${what} is ended with 504 at its deadline, and nobody else is`, async t => {
    const app = await serve(t, 300);
    const [looper, others] = await Promise.all([fetch(`${app.url}${path}`), quick(app, 1000)]);
    assert.equal(looper.status, 504);
    assert.equal(await looper.text(), '');
    assert.deepEqual(others.statuses, { 200: 1000 });
    await app.idle();
    assert.equal(app.warnings.length, 1, app.warnings.join('\n'));
    const [warning = ''] = app.warnings;
    assert.match(warning, new RegExp(`^component "probe" trapped on GET ${path}: its time was over\\n`));
    assert.match(warning, /\n {2}guest frames:\n {4}at .*wasm-function\[\d+\]:0x[0-9a-f]+\)?\n/);
    assert.equal(await (await fetch(`${app.url}/q`)).text(), 'quick');
  });
}

test('a loop after the head is cut off at its deadline', async t => {
  const app = await serve(t, 300);
  const response = await fetch(`${app.url}/a`);
  assert.equal(response.status, 200);
  await assert.rejects(response.text());
  await app.idle();
  assert.match(app.warnings.join('\n'), /^component "probe" trapped on GET \/a: its time was over\n/);
});
