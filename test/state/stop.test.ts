// A stop lets the POST in flight finish; a second Ctrl-C does not.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { beginPost } from './post-in-parts.ts';
import { keyValueApp, startServer } from './server.ts';

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
