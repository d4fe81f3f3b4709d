import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { untilReady } from '../../../src/host/io/wait.ts';
import { emptyAnswer, type HttpRequest, type HttpResponder } from '../../../src/trigger/http/exchange.ts';
import { HttpServer } from '../../../src/trigger/http/server.ts';
import { RawConnection } from '../../apps/raw-connection.ts';

type Handle = (request: HttpRequest, responder: HttpResponder) => Promise<void>;

async function listening(t: TestContext, handle: Handle): Promise<{ readonly url: string }> {
  const server = new HttpServer({ handle });
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => server.close(0));
  return { url: `http://127.0.0.1:${port}` };
}

async function connected(t: TestContext, handle: Handle): Promise<RawConnection> {
  const { url } = await listening(t, handle);
  return RawConnection.open(t, url);
}

const uploadBytes = 20_000_000;

for (const read of [0, 10, 1_000_000]) {
  test(`a handler that reads ${read} bytes of a large body does not hold up the next request`, { timeout: 10_000 }, async t => {
    const connection = await connected(t, async ({ body, target }, responder) => {
      for (let left = target === '/large' ? read : 0; left > 0;) {
        await untilReady(body.pollable);
        const got = body.read(left);
        if (got.tag === 'err') break;
        left -= got.val.byteLength;
      }
      responder.answer(emptyAnswer(target === '/large' ? 413 : 200));
    });
    connection.request(['POST /large HTTP/1.1', 'Host: x', `Content-Length: ${uploadBytes}`], Buffer.alloc(uploadBytes));
    connection.request(['GET /next HTTP/1.1', 'Host: x']);
    assert.equal((await connection.response()).status, 413);
    assert.equal((await connection.response()).status, 200);
  });
}

test('a request whose client has gone before its turn is not begun', { timeout: 10_000 }, async t => {
  const begun: string[] = [];
  const first = Promise.withResolvers<void>();
  const { url } = await listening(t, async ({ target }, responder) => {
    begun.push(target);
    first.resolve();
    // Uses up the share of its turn: those that came with it begin one by one.
    for (const end = performance.now() + 5; performance.now() < end;);
    responder.answer(emptyAnswer(200));
  });
  const [busy, gone, patient] = await Promise.all([1, 2, 3].map(() => RawConnection.open(t, url)));
  for (let count = 0; count < 6; count += 1) busy!.request(['GET /busy HTTP/1.1', 'Host: x']);
  gone!.request(['GET /gone HTTP/1.1', 'Host: x']);
  patient!.request(['GET /patient HTTP/1.1', 'Host: x']);
  await first.promise;
  gone!.socket.destroy();
  assert.equal((await patient!.response()).status, 200);
  assert.deepEqual(begun.toSorted(), [...Array.from({ length: 6 }, () => '/busy'), '/patient']);
});
