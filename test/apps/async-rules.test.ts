// What a guest of WASI 0.3 must not do with its tasks, subtasks, sets and streams (CanonicalABI.md): each is a trap that says what
// it was, a 500 for its client, and the next request is served; and what it may do.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { serveApp } from './served-app.ts';
import { sharedFolder } from './shared-folder.ts';
import { bumpRealloc, onCommand } from './wat-guest.ts';
import { writeWatGuest3 } from './wat-guest-3.ts';

const types = '"wasi:http/types@0.3.0"';

const imports = `
  (import ${types} "[async-lower][stream-read-0][static]response.new" (func $read (param i32 i32 i32) (result i32)))
  (import ${types} "[stream-cancel-read-0][static]response.new" (func $cancel-read (param i32) (result i32)))
  (import ${types} "[stream-drop-readable-0][static]response.new" (func $drop-reader (param i32)))
  (import "$root" "[subtask-cancel]" (func $cancel (param i32) (result i32)))
  (import "$root" "[subtask-drop]" (func $drop-subtask (param i32)))
  (import "$root" "[waitable-set-drop]" (func $drop-set (param i32)))
  (import "$root" "[waitable-set-wait]" (func $wait (param i32 i32) (result i32)))
  (import "$root" "[waitable-set-poll]" (func $poll (param i32 i32) (result i32)))
  (import "$root" "[thread-yield]" (func $yield (result i32)))
  (import "$root" "[backpressure-inc]" (func $more-pressure))
  (import "$root" "[backpressure-dec]" (func $less-pressure))
  (import "[export]$root" "[task-cancel]" (func $cancelled))`;

/** The handle of a subtask that waits so many milliseconds: one that were over before the call returns would be none. */
const subtask = (ms: number): string => `(i32.shr_u (call $start-wait (i64.const ${ms}000000)) (i32.const 4))`;
const answer = '(call $answer (local.get $out) (i32.const 512) (i32.const 2))';
/** Traps unless it is so. */
const must = (what: string): string => `(if (i32.eqz ${what}) (then unreachable))`;
const writer = '(call $high (local.get $pair))';
const reader = '(i32.wrap_i64 (local.get $pair))';
const newPair = '(local.set $pair (call $new-stream))';
const started = (ms: number): string => `(local.set $handle ${subtask(ms)})`;

/** What the guest does, and what the log says. */
const traps: Readonly<Record<string, readonly [body: string, told: RegExp]>> = {
  'gives no result': ['', /the guest ended its task without giving a result/],
  'gives its result twice': [
    `${answer} (call $task-return (i32.const 1) (i32.const 38) (i32.const 0) (i64.const 0) (i32.const 0) (i32.const 0) (i32.const 0)
      (i32.const 0))`,
    /the guest gave its result twice/,
  ],
  'drops a subtask that has not ended': [`(call $drop-subtask ${subtask(1000)})`, /the subtask \d+ was dropped before its end/],
  'cancels a subtask that it was told the end of': [
    `${started(1000)} (drop (call $cancel (local.get $handle))) (drop (call $cancel (local.get $handle)))`,
    /the subtask \d+ was cancelled after its end/,
  ],
  'cancels by itself what it waits for in a set': [
    `${started(1000)} (call $join (local.get $handle) (call $new-set)) (drop (call $cancel (local.get $handle)))`,
    /waits for something by itself that it has put in a waitable set/,
  ],
  'drops a set that has members': [
    `(local.set $set (call $new-set)) (call $join ${subtask(1000)} (local.get $set)) (call $drop-set (local.get $set))`,
    /the waitable set \d+ was dropped while it was in use/,
  ],
  'waits for what can never happen': ['(call $wait-for-nothing) (return)', /waits for something that can never happen/],
  'waits for what is no set': [`(global.set $code (i32.const 0xfff2)) (return)`, /4095 is no waitable set|unknown handle/],
  'returns a code that there is not': ['(global.set $code (i32.const 9)) (return)', /the guest returned the unknown code 9/],
  'joins what cannot be waited for': ['(call $join (call $new-set) (call $new-set))', /is nothing that can be waited for/],
  'reads a stream twice at once': [
    `${newPair} (drop (call $read ${reader} (i32.const 512) (i32.const 8))) (drop (call $read ${reader} (i32.const 512) (i32.const 8)))`,
    /began to read a stream that it had not finished to read/,
  ],
  'cancels a read that it has not begun': [`${newPair} (drop (call $cancel-read ${reader}))`, /does not read/],
  'drops a stream that it reads': [
    `${newPair} (drop (call $read ${reader} (i32.const 512) (i32.const 8))) (call $drop-reader ${reader})`,
    /dropped an end of a stream that it had not finished to read/,
  ],
  'reads on after the end': [
    `${newPair} (call $drop-writer ${writer}) (drop (call $read ${reader} (i32.const 512) (i32.const 8)))
      (drop (call $read ${reader} (i32.const 512) (i32.const 8)))`,
    /went on to read a stream after its end/,
  ],
  'reads into memory that it does not have': [
    `${newPair} (drop (call $read ${reader} (i32.const -8) (i32.const 8)))`,
    /outside|out of bounds|memory/,
  ],
  'uses a writable end as a readable one': [`${newPair} (call $drop-reader ${writer})`, /is no end of a stream to read/],
  'drops a future that it owes a value': [
    '(call $drop-trailers-writer (call $high (call $new-trailers)))',
    /dropped the writable end of a future without giving a value/,
  ],
  'takes back pressure that it did not give': ['(call $less-pressure)', /took back more backpressure than it gave/],
  'says that it was cancelled': ['(call $cancelled)', /says that its task was cancelled, and it was not/],
};

/** What it may do: it answers, or traps. */
const allowed: Readonly<Record<string, string>> = {
  'cancel a subtask, drop it, and drop its set': `(local.set $set (call $new-set)) ${started(60_000)}
    ${must('(i32.eq (call $cancel (local.get $handle)) (i32.const 4))')}
    (call $drop-subtask (local.get $handle)) (call $drop-set (local.get $set)) ${answer}`,
  'wait for a subtask in a set': `(local.set $set (call $new-set)) ${started(50)} (call $join (local.get $handle) (local.get $set))
    ${must('(i32.eq (call $wait (local.get $set) (i32.const 600)) (i32.const 1))')}
    ${must('(i32.eq (i32.load (i32.const 600)) (local.get $handle))')} ${must('(i32.eq (i32.load (i32.const 604)) (i32.const 2))')}
    (call $drop-subtask (local.get $handle)) ${answer}`,
  'poll until a subtask has ended': `(local.set $set (call $new-set)) ${started(60)} (call $join (local.get $handle) (local.get $set))
    ${must('(i32.eqz (call $poll (local.get $set) (i32.const 600)))')}
    (loop $again (drop (call $yield)) (br_if $again (i32.eqz (call $poll (local.get $set) (i32.const 600))))) ${answer}`,
  'wait for the later of two subtasks first': `(local.set $set (call $new-set)) ${started(150)}
    (call $join ${subtask(50)} (call $new-set)) (call $join (local.get $handle) (local.get $set))
    (drop (call $wait (local.get $set) (i32.const 600))) ${must('(i32.eq (i32.load (i32.const 600)) (local.get $handle))')} ${answer}`,
  'give pressure and take it back': `(call $more-pressure) (call $more-pressure) (call $less-pressure) (call $less-pressure) ${answer}`,
  'leave a subtask, a set and a stream behind': `(call $join ${subtask(60_000)} (call $new-set)) ${newPair} ${answer}`,
  'read what it writes itself': `${newPair} (i32.store (i32.const 700) (i32.const 0x04030201))
    ${must(`(i32.eq (call $read ${reader} (i32.const 708) (i32.const 4)) (i32.const -1))`)}
    ${must(`(i32.eq (call $write ${writer} (i32.const 700) (i32.const 3)) (i32.const 0x30))`)}
    ${must('(i32.eq (i32.load (i32.const 708)) (i32.const 0x030201))')}
    ${must(`(i32.eq (call $cancel-read ${reader}) (i32.const 0x30))`)} (call $drop-writer ${writer})
    ${must(`(i32.eq (call $read ${reader} (i32.const 708) (i32.const 4)) (i32.const 1))`)} (call $drop-reader ${reader})
    ${answer}`,
};

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const letterOf = (name: string): string => letters[[...Object.keys(traps), ...Object.keys(allowed)].indexOf(name)] ?? '';
const bodies = Object.entries({
  ...Object.fromEntries(Object.entries(traps).map(([name, [body]]) => [name, body])),
  ...allowed,
});

const folder = sharedFolder();
let source: string;
before(async () => {
  source = await writeWatGuest3(folder, {
    imports,
    fields: `
      (memory (export "memory") 2)
      (data (i32.const 512) "ok")
      (global $next (mut i32) (i32.const 1024))
      ${bumpRealloc}
      (func $wait-for-nothing
        (global.set $code (i32.or (i32.const 2) (i32.shl (call $new-set) (i32.const 4)))))
      (func $main (param $command i32) (param $out i32)
        (local $handle i32) (local $set i32) (local $pair i64)
        ${bodies.map(([name, body]) => onCommand(letterOf(name), body)).join('\n')})`,
  });
});

for (const [name, [, told]] of Object.entries(traps)) {
  test(`a guest that ${name} traps`, async t => {
    const app = await serveApp(t, { source }, { instances: { requestTimeoutMs: 5000 } });
    const response = await fetch(`${app.url}/${letterOf(name)}`).then(
      async ({ status, body }) => [status, await new Response(body).text().catch(() => 'cut off')],
      () => 'cut off',
    );
    // What traps after its result has begun its answer.
    if (name === 'gives its result twice') assert.match(String(response), /200|500|cut off/);
    else assert.deepEqual(response, [500, '']);
    await app.idle();
    assert.equal(app.warnings.length, 1, app.warnings.join('\n'));
    assert.match(app.warnings[0] ?? '', told);
    const next = await fetch(`${app.url}/${letterOf('give pressure and take it back')}`);
    assert.deepEqual([next.status, await next.text()], [200, 'ok']);
  });
}

for (const name of Object.keys(allowed)) {
  test(`a guest may ${name}`, async t => {
    const app = await serveApp(t, { source }, { instances: { requestTimeoutMs: 5000 } });
    for (let round = 0; round < 3; round += 1) {
      const response = await fetch(`${app.url}/${letterOf(name)}`);
      assert.deepEqual([response.status, await response.text()], [200, 'ok']);
    }
    await app.idle();
    assert.deepEqual(app.warnings, []);
  });
}
