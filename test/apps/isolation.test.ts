// The proof that no request sees another's traces: requests that write everywhere they can reach, beside requests that look at
// everything they can reach, over 64 connections. What the latter see must be what the first request ever saw.
import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { test } from 'node:test';
import { bytesOf } from './client.ts';
import { serveApp } from './served-app.ts';
import { sharedFolder } from './shared-folder.ts';
import { bumpRealloc, onCommand, writeWatGuest, type WatGuest } from './wat-guest.ts';
import { writeWatGuest3 } from './wat-guest-3.ts';

/** What a guest has besides its memory and globals, as text of its module. */
interface Variant {
  /** Fields that are added. */
  readonly fields: string;
  readonly imports?: string;
  readonly library?: WatGuest['library'];
  /** Statements that leave traces there. */
  readonly scribble: string;
  /** An i32 that tells of traces. */
  readonly state: string;
  /** It is a guest of WASI 0.3. */
  readonly isAsync?: true;
  /** How tspin binds it, by `tspin up --verbose`. */
  readonly bound: RegExp;
}

const pattern = 'i64.const 0xa5a5a5a5a5a5a5a5';

/** Commands: w, v, b write everywhere (in three ways), p behind the end, s looks, q looks behind the end, h uses old handles. */
const guest = ({ fields, imports = '', library, scribble, state }: Variant): WatGuest => ({
  imports,
  ...(library && { library }),
  fields: `
    (memory (export "memory") 2)
    (data (i32.const 70000) "first state")
    (data $passive "from a passive segment")
    (global $a (mut i32) (i32.const 5))
    (global $b (mut i64) (i64.const 6))
    (global $c (mut f32) (f32.const 7))
    (global $d (mut f64) (f64.const 8))
    (global $next (mut i32) (i32.const 1024))
    ${bumpRealloc}
    ${fields}
    (func $end (result i32) (i32.mul (memory.size) (i32.const 65536)))
    (func $fill (param $at i32) (param $end i32)
      (loop $next
        (i64.store (local.get $at) (${pattern}))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (br_if $next (i32.lt_u (local.get $at) (local.get $end)))))
    (func $fill-simd (param $at i32) (param $end i32)
      (loop $next
        (v128.store (local.get $at) (i64x2.splat (${pattern})))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br_if $next (i32.lt_u (local.get $at) (local.get $end)))))
    (func $fill-bulk (param $at i32) (param $end i32)
      (memory.fill (local.get $at) (i32.const 0xa5) (i32.const 100))
      (memory.init $passive (i32.add (local.get $at) (i32.const 200)) (i32.const 0) (i32.const 22))
      (memory.copy (i32.add (local.get $at) (i32.const 4000)) (local.get $at) (i32.const 4000))
      (memory.fill (i32.add (local.get $at) (i32.const 8000)) (i32.const 0xa5)
        (i32.sub (i32.sub (local.get $end) (local.get $at)) (i32.const 8000))))
    ;; Handles that are never dropped, every global, and what the variant has.
    (func $scribble (param $out i32)
      (local $count i32)
      (local.set $count (i32.const 30))
      (loop $more
        (drop (call $new-fields))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br_if $more (local.get $count)))
      ${scribble}
      (call $answer (local.get $out) (i32.const 1) (i32.const 8))
      (global.set $a (i32.const 0xa5a5a5a5))
      (global.set $b (${pattern}))
      (global.set $c (f32.const 1e30))
      (global.set $d (f64.const 1e300))
      (global.set $next (i32.const 0xa5a5a5a5)))
    (func $hash (param $at i32) (param $end i32) (result i64)
      (local $hash i64)
      (local.set $hash (i64.const 0xcbf29ce484222325))
      (loop $next
        (local.set $hash (i64.mul (i64.xor (local.get $hash) (i64.load (local.get $at))) (i64.const 0x100000001b3)))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (br_if $next (i32.lt_u (local.get $at) (local.get $end))))
      (local.get $hash))
    ;; Everything that there is, also what comes when memory grows: the answer is the same for each request that sees no trace.
    (func $search (param $out i32)
      (local $size i32) (local $hash i64)
      (local.set $size (memory.size))
      (local.set $hash (call $hash (i32.const 0) (call $end)))
      (i64.store (i32.const 512) (local.get $hash))
      (drop (memory.grow (i32.const 16)))
      (i64.store (i32.const 520) (call $hash (i32.const 1024) (call $end)))
      (i32.store (i32.const 528) (local.get $size))
      (i32.store (i32.const 532) (memory.size))
      (i32.store (i32.const 536) (global.get $a))
      (i64.store (i32.const 540) (global.get $b))
      (f32.store (i32.const 548) (global.get $c))
      (f64.store (i32.const 552) (global.get $d))
      (i32.store (i32.const 560) (global.get $next))
      (i32.store (i32.const 564) (call $new-fields))
      (i32.store (i32.const 568) ${state})
      (call $answer (local.get $out) (i32.const 512) (i32.const 60)))
    ;; The sum of what lies behind the end: a trap where nothing does.
    (func $behind (param $out i32)
      (local $at i32) (local $sum i64) (local $end i32)
      (local.set $at (call $end))
      (local.set $end (i32.add (local.get $at) (i32.const 0x60000)))
      (loop $next
        (local.set $sum (i64.or (local.get $sum) (i64.load (local.get $at))))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (br_if $next (i32.lt_u (local.get $at) (local.get $end))))
      (i64.store (i32.const 512) (local.get $sum))
      (call $answer (local.get $out) (i32.const 512) (i32.const 8)))
    (func $main (param $command i32) (param $out i32)
      ${onCommand('s', '(call $search (local.get $out))')}
      ${onCommand('q', '(call $behind (local.get $out))')}
      ${onCommand('h', '(drop (call $fields-has (i32.const 20) (i32.const 0) (i32.const 1)))')}
      (drop (memory.grow (i32.const 6)))
      ${onCommand('w', '(call $fill (i32.const 0) (call $end)) (call $scribble (local.get $out))')}
      ${onCommand('v', '(call $fill-simd (i32.const 0) (call $end)) (call $scribble (local.get $out))')}
      ${onCommand('b', '(call $fill-bulk (i32.const 0) (call $end)) (call $scribble (local.get $out))')}
      ;; In a memory that grew for an earlier request this does not trap.
      ${onCommand('p', '(call $fill (call $end) (i32.add (call $end) (i32.const 0x40000))) (call $scribble (local.get $out))')})`,
});

const variants: Readonly<Record<string, Variant>> = {
  'one core module': { fields: '', scribble: '', state: '(i32.const 0)', bound: /instances are put back/ },
  'two core modules on one memory': {
    fields: '',
    imports: `(import "library" "scribble" (func $library-scribble (param i32 i32)))
      (import "library" "state" (func $library-state (result i32)))`,
    library: {
      name: 'library',
      wat: `(module
        (import "env" "memory" (memory 1))
        (global $kept (mut i32) (i32.const 3))
        (func (export "scribble") (param i32 i32)
          (drop (memory.grow (i32.const 2)))
          (global.set $kept (i32.const 0xa5a5a5a5))
          (memory.fill (local.get 0) (i32.const 0x5a) (i32.sub (local.get 1) (local.get 0)))
          (i64.store (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 8)) (${pattern})))
        (func (export "state") (result i32) (i32.add (global.get $kept) (memory.size))))`,
    },
    scribble: '(call $library-scribble (i32.const 2048) (call $end))',
    state: '(call $library-state)',
    bound: /instances are put back/,
  },
  'a table that is written to': {
    fields: `(table $table 4 funcref) (func $kept) (elem declare func $kept)`,
    scribble: `(table.set $table (i32.const 1) (ref.func $kept)) (table.fill $table (i32.const 2) (ref.func $kept) (i32.const 2))
      (drop (table.grow $table (ref.null func) (i32.const 3)))`,
    state: `(i32.add (table.size $table) (i32.add (i32.mul (i32.const 100) (ref.is_null (table.get $table (i32.const 1))))
      (i32.mul (i32.const 1000) (ref.is_null (table.get $table (i32.const 3))))))`,
    bound: /fresh instances \(it changes a table\)/,
  },
  'a global that is a reference': {
    fields: `(global $reference (mut funcref) (ref.null func)) (func $kept) (elem declare func $kept)`,
    scribble: '(global.set $reference (ref.func $kept))',
    state: '(ref.is_null (global.get $reference))',
    bound: /fresh instances/,
  },
  'a task of WASI 0.3': {
    isAsync: true,
    fields: `(func $leave-wait (local $subtask i32)
      (local.set $subtask (i32.shr_u (call $start-wait (i64.const 20000000)) (i32.const 4)))
      ;; With jco it may be over at once, and is no subtask then.
      (if (local.get $subtask) (then (call $join (local.get $subtask) (call $new-set)))))`,
    // Ends, sets and subtasks that are never dropped, one of which goes on when the request is over.
    scribble: `(drop (call $new-stream)) (drop (call $new-trailers)) (call $set-context (i32.const 0xa5a5a5a5))
      (call $leave-wait)`,
    state: '(i32.add (call $context) (i32.mul (i32.const 1000) (call $new-set)))',
    bound: /instances are put back/,
  },
};

const folder = sharedFolder();

interface Seen {
  readonly status: number;
  /** The body in hex. */
  readonly body: string;
}

/** Sends the commands over 64 connections, each connection its next when it has its answer. */
async function sendAll(url: string, commands: readonly string[]): Promise<ReadonlyMap<string, readonly Seen[]>> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const seen = new Map<string, Seen[]>();
  const left = commands.values();
  const connection = async (): Promise<void> => {
    for (const command of left) {
      const { status, bytes } = await bytesOf(`${url}/${command}`, agent);
      const answers = seen.get(command) ?? [];
      answers.push({ status, body: bytes.toString('hex') });
      seen.set(command, answers);
    }
  };
  await Promise.all(Array.from({ length: 64 }, connection));
  agent.destroy();
  return seen;
}

const statuses = (answers: readonly Seen[] = []): number[] =>
  [...new Set(answers.map(({ status }) => status))].toSorted((one, other) => one - other);

/** So many requests for each way to bind: plain instances are dear. */
const rounds = { fast: 200, plain: 12 } as const;
/** One round: as many requests that look as requests that write. */
const round = ['w', 's', 'v', 's', 'p', 's', 'b', 'q', 'w', 's', 'h', 's'];

for (const [what, variant] of Object.entries(variants)) {
  for (const bindings of ['fast', 'plain'] as const) {
    test(`no request sees a trace of another: ${what}, ${bindings} bindings`, async t => {
      const source = await (variant.isAsync ? writeWatGuest3 : writeWatGuest)(folder, guest(variant));
      const app = await serveApp(t, { source }, { instances: { bindings } });
      assert.match(app.loaded.bindings.join(), bindings === 'fast' ? variant.bound : /plain bindings/);
      const [first] = (await sendAll(app.url, ['s'])).get('s') ?? [];
      assert.equal(first?.status, 200);
      const seen = await sendAll(app.url, Array.from({ length: rounds[bindings] }, () => round).flat());
      for (const answer of seen.get('s') ?? []) assert.deepEqual(answer, first);
      // Behind its end a guest finds nothing: zeros where an earlier request grew, else a trap.
      for (const { status, body } of seen.get('q') ?? [])
        assert.equal(status === 500 ? 'trap' : body, status === 500 ? 'trap' : '00'.repeat(8));
      for (const command of ['w', 'v', 'b']) assert.deepEqual(statuses(seen.get(command)), [200], command);
      assert.deepEqual(statuses(seen.get('h')), [500]);
      if (bindings === 'fast' && variant.bound.source === 'instances are put back') {
        // Else nothing was proved of what is written behind the end.
        assert.equal(statuses(seen.get('p')).includes(200), true);
        assert.equal(statuses(seen.get('q')).includes(200), true);
      }
      t.diagnostic(
        [...seen].map(([command, answers]) => `${command}: ${answers.length} × ${statuses(answers).join(' or ')}`).join('; '),
      );
    });
  }
}
