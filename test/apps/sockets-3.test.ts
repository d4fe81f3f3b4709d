// Guests that connect by wasi:sockets 0.3, in every way in which a request reaches one.
import assert from 'node:assert/strict';
import { echo, neverReads, tcpServer, udpServer } from '../host/wasi-sockets/servers.ts';
import { wasi3Wasm } from './guests.ts';
import { testEveryWay, type MatrixOptions } from './matrix.ts';

const app = (lines: readonly string[]): MatrixOptions => ({ app: { source: wasi3Wasm, component: 'wasi3', lines } });
const allowed = app(['allowed_outbound_hosts = ["tcp://127.0.0.1:*", "udp://127.0.0.1:*", "udp://0.0.0.0:0"]']);
const answer = (data: Buffer): Buffer => Buffer.concat([Buffer.from('re: '), data]);

testEveryWay(
  'a guest sends 1 MiB by TCP and answers with what comes back',
  async ({ send, idle, printed }, t) => {
    const port = await tcpServer(t, echo);
    const body = Buffer.alloc(1 << 20, '0123456789');
    const response = await send(`/tcp/127.0.0.1/${port}`, { method: 'POST', body });
    const received = Buffer.from(await response.arrayBuffer());
    assert.ok(received.equals(body), `${received.length} bytes`);
    await idle();
    assert.equal(printed('stdout'), 'sent: Ok(())\nreceived: Ok(())\n');
  },
  allowed,
);

testEveryWay(
  'a peer that never reads holds a guest up, and it can go on with other things',
  async ({ send }, t) => {
    const port = await tcpServer(t, neverReads);
    const taken = Number(await (await send(`/pour/127.0.0.1/${port}`)).text());
    assert.ok(taken > 0 && taken < 64 << 20, `${taken} bytes`);
  },
  allowed,
);

testEveryWay(
  'a guest that receives no more still sends, and has one stream each way',
  async ({ send }, t) => {
    let received = '';
    const ended = Promise.withResolvers<void>();
    const port = await tcpServer(t, socket => {
      socket.write('hello world');
      socket.on('data', data => (received += data.toString())).on('end', () => ended.resolve());
    });
    const refused = 'Err(ErrorCode::InvalidState)';
    assert.equal(await (await send(`/half/127.0.0.1/${port}`)).text(), `hello Ok(()) ${refused} 0 Ok(()) ${refused}`);
    await ended.promise;
    assert.equal(received, 'still here');
  },
  allowed,
);

testEveryWay(
  'a guest exchanges datagrams, with anybody and with one only',
  async ({ send }, t) => {
    const port = await udpServer(t, answer);
    const response = await send(`/udp/127.0.0.1/${port}`, { method: 'POST', body: 'hello' });
    assert.equal(await response.text(), 're: hello re: hello true');
  },
  allowed,
);

testEveryWay(
  'a guest that gave up waiting for a datagram gets the next one',
  async ({ send }, t) => {
    const port = await udpServer(t, answer);
    assert.equal(await (await send(`/wait-udp/127.0.0.1/${port}`)).text(), 're: hello');
  },
  // jco tells no host function that its call was given up (docs/jco-differences.md).
  { ...allowed, instances: { bindings: 'fast' } },
);

testEveryWay(
  'what goes wrong has its error code',
  async ({ send }) => {
    assert.equal(await (await send('/tcp/127.0.0.1/1')).text(), 'ErrorCode::ConnectionRefused');
    const denied = 'Err(ErrorCode::AccessDenied)';
    assert.equal(await (await send('/denied')).text(), `${denied} ${denied} Err(ErrorCode::PermanentResolverFailure)`);
  },
  allowed,
);

testEveryWay(
  'what is not allowed is denied, and the user is told',
  async ({ send, warnings, idle }) => {
    assert.equal(await (await send('/tcp/127.0.0.1/1')).text(), 'ErrorCode::AccessDenied');
    assert.equal(await (await send('/udp/127.0.0.1/1')).text(), 'ErrorCode::AccessDenied');
    await idle();
    assert.match(warnings.join('\n'), /add "tcp:\/\/127\.0\.0\.1:1" to the component's allowed_outbound_hosts/);
    assert.match(warnings.join('\n'), /add "udp:\/\/127\.0\.0\.1:1" to the component's allowed_outbound_hosts/);
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
    assert.equal((await send(`/hang/127.0.0.1/${port}`)).status, 504);
    await closed.promise;
  },
  { ...allowed, instances: { requestTimeoutMs: 1000 } },
);
