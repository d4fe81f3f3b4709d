// A POST whose body comes in parts, so that a test knows when the server is in the middle of it.
import { connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import type { Server } from './server.ts';

export interface Posting {
  readonly socket: Socket;
  /** All that comes after `100 Continue`, when the server has closed the connection. */
  readonly answer: Promise<string>;
}

/** Sends the head of a POST of 8 bytes and a part of the body, after the server has said that it is ready for the body. */
export async function beginPost(t: TestContext, { url }: Server, path: string, part: string): Promise<Posting> {
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
  // Being cut off is for the test to judge, by the answer.
  socket.on('error', error => ready.reject(error));
  socket.on('close', () => {
    ready.reject(new Error(`the connection was closed before the body was asked for: ${text}`));
    closed.resolve(text.slice(goOn.length));
  });
  await ready.promise;
  socket.write(part);
  return { socket, answer: closed.promise };
}
