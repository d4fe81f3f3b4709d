// Clients of the streaming tests: many bytes sent or read, none of them kept.
import { request as httpRequest, type Agent, type ClientRequest, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import type { TestContext } from 'node:test';

const mebibyte = 1024 * 1024;

/** A request whose body the test writes, on a connection of its own; ended when the test ends. */
export function openRequest(t: TestContext, url: string, method = 'POST'): ClientRequest {
  const request = httpRequest(url, { method, agent: false });
  // Tests cut connections: what node says about it is no news.
  request.on('error', () => {});
  t.after(() => request.destroy());
  return request;
}

export async function responseTo(request: ClientRequest): Promise<IncomingMessage> {
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.on('error', () => {});
  return response;
}

/** Writes that many MiB as fast as they are taken, then ends. */
export async function upload(request: ClientRequest, mebibytes: number): Promise<void> {
  const chunk = Buffer.alloc(mebibyte, 0x61);
  for (let sent = 0; sent < mebibytes; sent++) {
    if (!request.write(chunk)) await once(request, 'drain');
  }
  request.end();
}

/** Reads to the end; gives the number of bytes. */
export async function countBytes(response: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const chunk of response) bytes += chunk.byteLength;
  return bytes;
}

/** The answer to a GET over one of the agent's connections. */
export async function bytesOf(url: string, agent: Agent): Promise<{ readonly status: number; readonly bytes: Buffer }> {
  const response = await responseTo(httpRequest(url, { agent }).end());
  return { status: response.statusCode ?? 0, bytes: await buffer(response) };
}
