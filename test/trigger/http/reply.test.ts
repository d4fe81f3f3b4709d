import assert from 'node:assert/strict';
import { test } from 'node:test';

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
  assert.equal(reply.conclude(500), undefined);
  reply.conclude(500);
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
  assert.equal(reply.conclude(500), 'the guest returned without finishing the body');
});

test('HEAD has no body, and a guest that writes one without end is told that nobody listens', () => {
  const { reply, answers } = replyTo('HEAD');
  const made = response(200);
  const body = made.body();
  assert.ok(body.tag === 'ok');
  reply.set(ok(made));
  assert.deepEqual(answers[0]?.body, new Uint8Array(0));
  for (let written = 0; written <= 1024 * 1024; written += 65_536) body.val.write(new Uint8Array(65_536));
  assert.equal(body.val.checkWrite().tag, 'err');
});
