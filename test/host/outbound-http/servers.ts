// Servers that tests of outbound requests connect to, and one request of wasi:http 0.2 from beginning to end.
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { OutboundSettings } from '../../../src/app/app.ts';
import { outgoingHandler } from '../../../src/host/wasi-http/declarations.ts';
import type { ErrorCode } from '../../../src/host/wasi-http/error-code.ts';
import { Fields } from '../../../src/host/wasi-http/fields.ts';
import type { IncomingBody } from '../../../src/host/wasi-http/incoming-body.ts';
import { OutgoingRequest, RequestOptions, type IncomingResponse } from '../../../src/host/wasi-http/messages.ts';
import type { FutureIncomingResponse } from '../../../src/host/wasi-http/outgoing-handler.ts';
import { outboundHttp } from '../../../src/host/outbound-http/host-interface.ts';
import type { OutboundRequests } from '../../../src/host/outbound-http/outbound-http.ts';
import { untilReady } from '../../../src/host/io/wait.ts';
import type { SourceLocation } from '../../../src/errors.ts';
import type { ClientTlsSection } from '../../../src/manifest/runtime-config/client-tls.ts';
import { parseDocument } from '../../../src/manifest/document.ts';
import type { Template } from '../../../src/manifest/template.ts';
import { template } from '../../../src/manifest/template.ts';
import type { Result } from '../../../src/wit/types.ts';
import { bootHost, type Booted } from '../harness.ts';

/** Gives the port. */
export async function listening(t: TestContext, server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

export const httpServer = (t: TestContext, answer: RequestListener): Promise<number> => listening(t, createServer(answer));

export const certificate = (name: string): string => join(import.meta.dirname, 'certificates', name);
export const tlsFiles = (): ServerOptions => ({
  cert: readFileSync(certificate('server.pem')),
  key: readFileSync(certificate('server.key')),
});
export const httpsServer = (t: TestContext, answer: RequestListener, options: ServerOptions = {}): Promise<number> =>
  listening(t, createTlsServer({ ...tlsFiles(), ...options }, answer));

/** A server that does not speak HTTP. */
export const tcpServer = (t: TestContext, connected: (socket: Socket) => void): Promise<number> =>
  listening(t, createTcpServer(connected));

/** Entries of `allowed_outbound_hosts` as they are read. */
export function entries(...hosts: string[]): Template[] {
  const root = parseDocument(`hosts = ${JSON.stringify(hosts)}`, 'spin.toml', 'the manifest');
  return root.member('hosts')?.elements.map(template) ?? [];
}

export interface BootOptions {
  readonly hosts?: readonly string[];
  readonly outbound?: Partial<OutboundSettings>;
}

export type BootedOutbound = Booted<OutboundRequests>;

export async function bootOutbound(
  t: TestContext,
  { hosts = ['*://*:*'], outbound = {} }: BootOptions = {},
): Promise<BootedOutbound> {
  const { nothingConfigured } = await import('../../app-data.ts');
  const booted = await bootHost(outboundHttp(), {
    components: [{ allowedOutboundHosts: entries(...hosts) }, {}],
    app: { outbound: { ...nothingConfigured.outbound, ...outbound } },
  });
  t.after(async () => {
    booted.end();
    await booted.host.close?.();
  });
  return booted;
}

export interface RequestOptionsText {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** In nanoseconds. */
  readonly connect?: bigint;
  readonly firstByte?: bigint;
  readonly betweenBytes?: bigint;
}

export function outgoing(url: string, { method = 'GET', headers = {} }: RequestOptionsText = {}): OutgoingRequest {
  const [, scheme, authority, path] = /^(?:([a-z]+):\/\/([^/]+))?(.*)$/.exec(url) ?? [];
  const fields = Fields.empty();
  for (const [name, value] of Object.entries(headers)) fields.append(name, Buffer.from(value));
  const request = new OutgoingRequest(fields);
  request.setMethod(method === 'GET' ? { tag: 'get' } : { tag: 'other', val: method });
  request.setScheme(scheme === 'https' ? { tag: 'HTTPS' } : scheme === 'http' ? { tag: 'HTTP' } : undefined);
  request.setAuthority(authority);
  request.setPathWithQuery(path === '' ? undefined : path);
  return request;
}

export function begin(
  { functions }: BootedOutbound,
  request: OutgoingRequest,
  given: RequestOptionsText = {},
): FutureIncomingResponse {
  const options = new RequestOptions();
  options.connectTimeout = given.connect;
  options.firstByteTimeout = given.firstByte;
  options.betweenBytesTimeout = given.betweenBytes;
  const handled = functions(outgoingHandler).handle(request, options);
  if (handled.tag === 'err') throw new Error('handle refused the request');
  return handled.val;
}

export async function answerOf(future: FutureIncomingResponse): Promise<Result<IncomingResponse, ErrorCode>> {
  await untilReady(future.pollable);
  const got = future.get();
  if (got?.tag !== 'ok') throw new Error('the future has no answer');
  return got.val;
}

/** The answer to a request without a body. */
export const send = (booted: BootedOutbound, url: string, options: RequestOptionsText = {}) =>
  answerOf(begin(booted, outgoing(url, options), options));

export async function response(booted: BootedOutbound, url: string, options: RequestOptionsText = {}): Promise<IncomingResponse> {
  const answer = await send(booted, url, options);
  if (answer.tag === 'err') throw new Error(`the request failed: ${answer.val.tag}`);
  return answer.val;
}

export function bodyOf(message: IncomingResponse): IncomingBody {
  const consumed = message.consume();
  if (consumed.tag === 'err') throw new Error('the body is consumed already');
  return consumed.val;
}

/** Reads to the end. Gives the text, or why the body is not whole. */
export async function readAll(body: IncomingBody): Promise<string | ErrorCode> {
  const chunks: Uint8Array[] = [];
  for (;;) {
    await untilReady(body.pollable);
    const read = body.read(64 * 1024);
    if (read.tag === 'ok') chunks.push(Buffer.from(read.val));
    else if (read.val.tag === 'closed') return Buffer.concat(chunks).toString();
    else return (read.val.val.cause as { httpErrorCode: ErrorCode }).httpErrorCode;
  }
}

/** A place in a runtime configuration. */
export const place: SourceLocation = { file: 'runtime.toml', line: 1, column: 1, length: 1, text: '' };

/** `[[client_tls]]` that trusts the tests' root, for localhost. */
export function trusting(component: string, more: Partial<ClientTlsSection> = {}): ClientTlsSection {
  return {
    componentIds: [{ value: component, at: place }],
    hosts: ['localhost'],
    usePlatformRoots: undefined,
    useWebpkiRoots: undefined,
    rootsFile: { value: 'root.pem', at: place },
    certificateFile: undefined,
    privateKeyFile: undefined,
    at: place,
    ...more,
  };
}
