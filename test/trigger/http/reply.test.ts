import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Trailers } from '../../../src/host/wasi-http/body-stream.ts';
import { Response } from '../../../src/host/wasi-http/messages-3.ts';
import { OutgoingBody } from '../../../src/host/wasi-http/outgoing-body.ts';
import { FutureValue } from '../../../src/wit/future-value.ts';
import { GuestFuture, GuestStream } from '../../wit/guest-stream.ts';

import { Fields } from '../../../src/host/wasi-http/fields.ts';
import { OutgoingResponse } from '../../../src/host/wasi-http/messages.ts';
import { ok } from '../../../src/wit/types.ts';
import type { HttpAnswer } from '../../../src/trigger/http/exchange.ts';
import { Reply } from '../../../src/trigger/http/reply.ts';

function replyTo(method: string): { reply: Reply; answers: HttpAnswer[] } {
  const answers: HttpAnswer[] = [];
  return { reply: new Reply(method, { answer: answer => void answers.push(answer) }), answers };
}

function response(status: number): OutgoingResponse {
  const made = new OutgoingResponse(Fields.empty());
  made.setStatus(status);
  return made;
}

/** The guest answers, and has the body to write. */
function answerWithBody(reply: Reply, status: number) {
  const made = response(status);
  const body = made.body();
  assert.ok(body.tag === 'ok');
  reply.set(ok(made));
  return body;
}

for (const status of [100, 101, 103, 199]) {
  test(`${status}, which ends no request, becomes 500 and is said`, () => {
    const { reply, answers } = replyTo('GET');
    reply.set(ok(response(status)));
    assert.deepEqual([answers.length, answers[0]?.status], [1, 500]);
    assert.equal(reply.refused, `the status ${status}, which ends no request`);
  });
}

test('an error that the guest sets becomes 500 and is said', () => {
  const { reply, answers } = replyTo('GET');
  reply.set({ tag: 'err', val: { tag: 'internal-error', val: 'boom' } });
  assert.deepEqual([answers.length, answers[0]?.status], [1, 500]);
  assert.equal(reply.refused, 'the error internal-error: boom');
});

test('a guest that set nothing gets 500 for its client, once', () => {
  const { reply, answers } = replyTo('GET');
  assert.equal(reply.conclude(500, true), undefined);
  reply.conclude(500, true);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [500],
  );
});

test('a body that was not finished is aborted at the end, and says why', () => {
  const { reply } = replyTo('GET');
  const made = response(200);
  made.body();
  reply.set(ok(made));
  assert.equal(reply.conclude(500, true), 'the guest returned without finishing the body');
});

test('HEAD has no body, and a guest that writes one without end is told that nobody listens', () => {
  const { reply, answers } = replyTo('HEAD');
  const body = answerWithBody(reply, 200);
  assert.deepEqual(answers[0]?.body, new Uint8Array(0));
  for (let written = 0; written <= 1024 * 1024; written += 65_536) body.val.write(new Uint8Array(65_536));
  assert.equal(body.val.checkWrite().tag, 'err');
});

test('what a handler of WASI 0.3 returns is the answer, its body on its way while the guest goes on', () => {
  const { reply, answers } = replyTo('GET');
  const stream = new GuestStream();
  const trailers = new GuestFuture<Trailers>();
  const made = new Response(Fields.empty(), { stream, trailers, sent: new FutureValue() });
  made.status = 201;
  reply.give(ok(made));
  assert.deepEqual([answers.length, answers[0]?.status], [1, 201]);
  const body = answers[0]?.body;
  assert(body instanceof OutgoingBody);
  stream.write('later').close();
  assert.equal(String(body.take()), 'later');

  trailers.write(ok(undefined));
  assert.equal(body.outcome?.kind, 'finished');
  assert.equal(reply.conclude(500, true), undefined);
});

test('a body that a handler of WASI 0.3 leaves unfinished is cut, and so is that of one that trapped', () => {
  for (const returned of [true, false]) {
    const { reply, answers } = replyTo('GET');
    const contents = { stream: new GuestStream(), trailers: new GuestFuture<Trailers>(), sent: new FutureValue<never>() };
    reply.give(ok(new Response(Fields.empty(), contents)));
    assert.equal(reply.conclude(500, returned), 'the guest returned without finishing the body');
    const body = answers[0]?.body;
    assert(body instanceof OutgoingBody);
    assert.equal(body.outcome?.kind, 'aborted');
  }
});

test('an error that a handler of WASI 0.3 returns becomes 500, and a response without body is whole at once', () => {
  const failing = replyTo('GET');
  failing.reply.give({ tag: 'err', val: { tag: 'loop-detected' } });
  assert.deepEqual([failing.answers[0]?.status, failing.reply.refused], [500, 'the error loop-detected']);
  const empty = replyTo('GET');
  const trailers = FutureValue.of<Trailers>(ok(undefined));
  empty.reply.give(ok(new Response(Fields.empty(), { stream: undefined, trailers, sent: new FutureValue() })));
  assert.deepEqual(empty.answers[0]?.body, new Uint8Array(0));
});

describe('a reply of a guest that was told of a write that is on its way', () => {
  const withheldReply = (owes?: (status: number) => HttpAnswer) => {
    const answers: HttpAnswer[] = [];
    const reply = new Reply('GET', { answer: answer => void answers.push(answer) }, owes);
    const failures: string[] = [];
    const kept = reply.withheld.add(1, reason => failures.push(reason));
    assert.ok(kept);
    return { reply, kept, failures, statuses: (): number[] => answers.map(({ status }) => status) };
  };

  test('leaves when the write is on disk; from then on the guest waits itself', async () => {
    const { reply, kept, statuses } = withheldReply();
    const body = answerWithBody(reply, 201);
    body.val.write(Buffer.from('done'));
    body.val.finish(undefined);
    assert.equal(reply.conclude(500, true), undefined);
    const wasKept = reply.kept();
    assert.ok(wasKept);
    assert.deepEqual(statuses(), []);
    kept();
    assert.deepEqual([await wasKept, statuses()], [undefined, [201]]);
    assert.equal(
      reply.withheld.add(1, () => {}),
      undefined,
    );
    assert.equal(reply.kept(), undefined);
  });

  test('is 500 when it failed after the guest had ended, and says why', async () => {
    const { reply, kept, statuses } = withheldReply();
    const body = answerWithBody(reply, 200);
    reply.conclude(500, true);
    kept('disk on fire');
    assert.deepEqual([statuses(), reply.lost], [[500], 'disk on fire']);
    assert.equal(body.val.checkWrite().tag, 'err');
  });

  test('is what the end of the guest owes when it failed before: it was given up', () => {
    const { reply, kept, failures, statuses } = withheldReply();
    reply.set(ok(response(200)));
    kept('disk on fire');
    assert.deepEqual([failures, statuses(), reply.lost], [['disk on fire'], [], 'disk on fire']);
    reply.conclude(500, false);
    assert.deepEqual(statuses(), [500]);
  });

  test('is shown to whoever develops the app', () => {
    const asked: number[] = [];
    const owes = (status: number): HttpAnswer => {
      asked.push(status);
      return { status: 599, headers: [], body: new Uint8Array(0) };
    };
    const { reply, kept, statuses } = withheldReply(owes);
    reply.set(ok(response(200)));
    reply.conclude(500, true);
    kept('disk on fire');
    assert.deepEqual([asked, statuses()], [[500], [599]]);
  });

  test('one that left before the first write withholds nothing', () => {
    const { reply, answers } = replyTo('GET');
    reply.set(ok(response(200)));
    assert.equal(answers.length, 1);
    assert.equal(
      reply.withheld.add(1, () => {}),
      undefined,
    );
  });
});
