// wasi:sockets of one component that may connect to given hosts, and what guests do in several calls.
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { OutboundNetworkingSection } from '../../../src/manifest/runtime-config/outbound.ts';
import { noOutbound } from '../../../src/manifest/runtime-config/outbound.ts';
import type { Pollable } from '../../../src/host/io/pollable.ts';
import type { InputStream } from '../../../src/host/io/stream.ts';
import { untilReady } from '../../../src/host/io/wait.ts';
import { tcp, tcpCreateSocket } from '../../../src/host/wasi-sockets/declarations-tcp.ts';
import { udp, udpCreateSocket } from '../../../src/host/wasi-sockets/declarations-udp.ts';
import type { Network, SocketAddress } from '../../../src/host/wasi-sockets/vocabulary.ts';
import { wasiSockets } from '../../../src/host/wasi-sockets/wasi-sockets.ts';
import { bootHost } from '../harness.ts';

export const network: Network = { kind: 'network' };

export const local = (port: number): SocketAddress => ({ tag: 'ipv4', val: { port, address: [127, 0, 0, 1] } });
export const any: SocketAddress = { tag: 'ipv4', val: { port: 0, address: [0, 0, 0, 0] } };

export async function boot(t: TestContext, allowed: readonly string[], networking: Partial<OutboundNetworkingSection> = {}) {
  const at = { file: 'spin.toml', line: 1, column: 1, length: 1, text: '' } as never;
  const booted = await bootHost(wasiSockets(), {
    components: [
      {
        allowedOutboundHosts: allowed.map(text => ({ value: text, at, parts: [{ kind: 'text', text } as const] })),
      },
    ],
    app: {
      outbound: {
        ...noOutbound,
        networking: { ...noOutbound.networking, ...networking },
        clientTls: [],
        http2Authority: undefined,
        directory: '/',
      },
    },
  });
  t.after(() => {
    booted.end();
    return booted.host.close?.();
  });
  const functions = {
    tcp: booted.functions(tcp),
    createTcp: booted.functions(tcpCreateSocket),
    udp: booted.functions(udp),
    createUdp: booted.functions(udpCreateSocket),
  };
  return { ...booted, ...functions };
}

export type BootedSockets = Awaited<ReturnType<typeof boot>>;

export function value<T>(result: { readonly tag: 'ok'; readonly val: T } | { readonly tag: 'err'; readonly val: unknown }): T {
  if (result.tag === 'err') assert.fail(`err(${JSON.stringify(result.val)})`);
  return result.val;
}

export const newTcp = ({ createTcp }: BootedSockets) => value(createTcp['create-tcp-socket']('ipv4'));

/** What start-connect and finish-connect say. */
export async function connect(host: BootedSockets, port: number) {
  const socket = newTcp(host);
  const started = await host.tcp['[method]tcp-socket.start-connect'](socket, network, local(port));
  if (started.tag === 'err') return { socket, result: started };
  assert.deepEqual(host.tcp['[method]tcp-socket.finish-connect'](socket), { tag: 'err', val: 'would-block' });
  await ready(socket.pollable);
  return { socket, result: host.tcp['[method]tcp-socket.finish-connect'](socket) };
}

export async function ready(pollable: Pollable): Promise<void> {
  await untilReady(pollable);
}

/** Everything until the stream ends; the error that ended it, if it was none of closing. */
export async function readAll(stream: InputStream): Promise<{ readonly bytes: Buffer; readonly failure: unknown }> {
  const pieces: Uint8Array[] = [];
  for (;;) {
    await ready(stream.pollable);
    const read = stream.read(1000);
    if (read.tag === 'ok') pieces.push(read.val);
    else return { bytes: Buffer.concat(pieces), failure: read.val.tag === 'closed' ? undefined : read.val.val.cause };
  }
}
