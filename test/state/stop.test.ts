// A stop lets the POST in flight finish; a second Ctrl-C does not.
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { describe, test, type TestContext } from 'node:test';
import { keyValueApp, startServer, type Server } from './server.ts';

describe('during a POST in flight', () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`${signal} lets it finish: it is answered, stored, and tspin ends with 0`, async t => {
      const folder = keyValueApp(t);
      const server = await startServer(t, folder);
      const posting = await beginPost(t, server, '/k', 'half');
      server.signal(signal);
      await server.said('Waiting up to 10 s for requests in flight');
      posting.socket.write('done');
      assert.match(await posting.answer, /^HTTP\/1\.1 200 OK\r\n/);
      assert.deepEqual(await server.ended, { code: 0, signal: null });
      const next = await startServer(t, folder);
      assert.equal(await (await next.get('k')).text(), 'halfdone');
      await next.stop();
    });
  }

  test('a second Ctrl-C cuts it off and ends tspin at once with 130, nothing of it stored', async t => {
    const folder = keyValueApp(t);
    const server = await startServer(t, folder);
    const posting = await beginPost(t, server, '/k', 'half');
    server.signal('SIGINT');
    await server.said('press Ctrl-C again to stop at once');
    server.signal('SIGINT');
    assert.equal(await posting.answer, '');
    assert.deepEqual(await server.ended, { code: 130, signal: null });
    const next = await startServer(t, folder);
    assert.equal((await next.get('k')).status, 404);
    await next.stop();
  });
});

interface Posting {
  readonly socket: Socket;
  /** All that comes after `100 Continue`, when the server has closed the connection. */
  readonly answer: Promise<string>;
}

/** Sends the head of a POST of 8 bytes and a part of the body, after the server has said that it is ready for the body. */
async function beginPost(t: TestContext, { url }: Server, path: string, part: string): Promise<Posting> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  t.after(() => socket.destroy());
  socket.write(`POST ${path} HTTP/1.1\r\nhost: ${hostname}\r\ncontent-length: 8\r\nexpect: 100-continue\r\n\r\n`);
  const goOn = 'HTTP/1.1 100 Continue\r\n\r\n';
  let text = '';
  const ready = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<string>();
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    if (text.startsWith(goOn)) ready.resolve();
  });
  socket.on('error', error => ready.reject(error));
  socket.on('close', () => closed.resolve(text.slice(goOn.length)));
  await ready.promise;
  socket.write(part);
  return { socket, answer: closed.promise };
}
