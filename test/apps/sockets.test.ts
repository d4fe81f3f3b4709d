// Guests that connect by wasi:sockets, in every way in which a request reaches one.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { echo, neverReads, tcpServer, udpServer } from '../host/wasi-sockets/servers.ts';
import { repository } from './guests.ts';
import { testEveryWay } from './matrix.ts';

const source = join(repository, 'test/guests/sockets/sockets.wasm');
const app = (lines: readonly string[]) => ({ app: { source, component: 'sockets', lines } });
const allowed = app(['allowed_outbound_hosts = ["tcp://127.0.0.1:*", "udp://127.0.0.1:*", "udp://0.0.0.0:0"]']);

testEveryWay(
  'a guest sends 1 MiB by TCP and reads it back',
  async ({ send }, t) => {
    const port = await tcpServer(t, echo);
    const body = Buffer.alloc(1 << 20, '0123456789');
    const answer = await send(`/tcp/127.0.0.1/${port}`, { method: 'POST', body });
    const received = Buffer.from(await answer.arrayBuffer());
    assert.equal(answer.status, 200, received.toString());
    assert.ok(received.equals(body), `${received.length} bytes`);
  },
  allowed,
);

testEveryWay(
  'a guest exchanges a datagram',
  async ({ send }, t) => {
    const port = await udpServer(t, data => Buffer.concat([Buffer.from('re: '), data]));
    const answer = await send(`/udp/127.0.0.1/${port}`, { method: 'POST', body: 'hello' });
    assert.equal(await answer.text(), 're: hello');
  },
  allowed,
);

testEveryWay(
  'a peer that never reads holds a guest up, and it can go on with other things',
  async ({ send }, t) => {
    const port = await tcpServer(t, neverReads);
    const answer = await send(`/pour/127.0.0.1/${port}`);
    const written = Number(await answer.text());
    assert.ok(written > 0 && written < 64 << 20, `${written} bytes`);
  },
  allowed,
);

testEveryWay(
  'what goes wrong has its error code',
  async ({ send }) => {
    assert.equal(await (await send('/tcp/127.0.0.1/1')).text(), 'connection-refused');
    assert.equal(await (await send('/bind/127.0.0.1/0')).text(), 'access-denied');
    assert.equal(await (await send('/lookup')).text(), 'permanent-resolver-failure');
  },
  allowed,
);

testEveryWay(
  'what is not allowed is denied, and the user is told',
  async ({ send, warnings, idle }) => {
    assert.equal(await (await send('/tcp/127.0.0.1/1')).text(), 'access-denied');
    assert.equal(await (await send('/udp/127.0.0.1/1')).text(), 'access-denied');
    await idle();
    assert.match(warnings.join('\n'), /add "tcp:\/\/127\.0\.0\.1:1" to the component's allowed_outbound_hosts/);
    assert.match(warnings.join('\n'), /add "udp:\/\/0\.0\.0\.0:0" to the component's allowed_outbound_hosts/);
  },
  app([]),
);

testEveryWay(
  'a connection is closed when the invocation ends at its deadline',
  async ({ send }, t) => {
    const closed = Promise.withResolvers<void>();
    const port = await tcpServer(
      t,
      socket =>
        void socket
          .on('close', () => closed.resolve())
          .on('end', () => socket.end())
          .resume(),
    );
    const answer = await send(`/hang/127.0.0.1/${port}`);
    assert.equal(answer.status, 504);
    await closed.promise;
  },
  { ...allowed, instances: { requestTimeoutMs: 1000 } },
);
