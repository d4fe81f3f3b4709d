// Real servers on the loopback interface for tests of sockets: each closes with its test.
import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

/** Gives the port. */
export async function tcpServer(t: TestContext, serve: (socket: Socket) => void): Promise<number> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, socket => {
    open.add(socket);
    socket.on('error', () => undefined).on('close', () => open.delete(socket));
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

export const echo = (socket: Socket): void => void socket.pipe(socket);
/** Accepts and takes nothing. */
export const neverReads = (socket: Socket): void => void socket.pause();
export const resets = (socket: Socket): void => void socket.once('data', () => socket.resetAndDestroy());

/** Answers each datagram with `serve`'s; gives the port. */
export async function udpServer(t: TestContext, serve: (data: Buffer, from: RemoteInfo) => Uint8Array): Promise<number> {
  const socket = createSocket('udp4');
  socket.on('message', (data, from) => socket.send(serve(data, from), from.port, from.address));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  t.after(() => socket.close());
  return socket.address().port;
}
