// A server that speaks the one call of Vault's that tspin makes: GET /v1/<mount>/data/<path>, version 2 of its KV engine.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

export interface VaultServer {
  readonly url: string;
  /** What was asked: method, path and token. */
  readonly asked: string[];
  /** By path: `secret/data/app/greeting`. */
  readonly entries: Map<string, unknown>;
}

export const vaultToken = 'root-token';

/** `answer` stands for the whole server where a test needs one that misbehaves. */
export async function vaultServer(
  t: TestContext,
  answer?: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<VaultServer> {
  const asked: string[] = [];
  const entries = new Map<string, unknown>();
  const server = createServer((request, response) => {
    const token = request.headers['x-vault-token'];
    asked.push(`${request.method} ${request.url} ${String(token)}`);
    if (answer) return answer(request, response);
    if (token !== vaultToken) return send(response, 403, { errors: ['permission denied'] });
    const path = decodeURIComponent(request.url ?? '').replace('/v1/', '');
    if (!entries.has(path)) return send(response, 404, { errors: [] });
    send(response, 200, { data: { data: entries.get(path), metadata: { version: 1 } } });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, entries };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
