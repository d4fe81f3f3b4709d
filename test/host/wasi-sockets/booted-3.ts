// wasi:sockets 0.3 of one component that may connect to given hosts.
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { versions3 } from '../../../src/host/versions-3.ts';
import { sockets3, type Sockets3 } from '../../../src/host/wasi-sockets/declarations-3.ts';
import type { TcpSocket3 } from '../../../src/host/wasi-sockets/tcp-socket-3.ts';
import type { StreamReader } from '../../../src/wit/stream.ts';
import { boot, local, value } from './booted.ts';

export const err = (tag: string) => ({ tag: 'err', val: { tag } });
export const failed = (tag: string) => ({ value: err(tag) });

export async function boot3(t: TestContext, version: string, ...[allowed, networking]: DropFirst<Parameters<typeof boot>>) {
  const booted = await boot(t, allowed, networking);
  const wit = sockets3[versions3.indexOf(version)] as Sockets3;
  const types = booted.functions(wit.types);
  const newTcp = (): TcpSocket3 => value(types['[static]tcp-socket.create']('ipv4'));
  const newUdp = () => value(types['[static]udp-socket.create']('ipv4'));
  const connect = async (port: number) => {
    const socket = newTcp();
    return { socket, result: await types['[method]tcp-socket.connect'](socket, local(port)) };
  };
  return {
    ...booted,
    types,
    lookup: booted.functions(wit.lookup),
    newTcp,
    newUdp,
    connect,
    connected: async (port: number): Promise<TcpSocket3> => {
      const { socket, result } = await connect(port);
      value(result);
      return socket;
    },
    dropTcp: (socket: TcpSocket3) => booted.drop(wit.types, 'tcp-socket', socket),
    dropUdp: (socket: unknown) => booted.drop(wit.types, 'udp-socket', socket),
  };
}

type DropFirst<T extends readonly unknown[]> = T extends readonly [unknown, ...infer Rest] ? Rest : never;
export type Booted3 = Awaited<ReturnType<typeof boot3>>;

export const ready = (reader: Pick<StreamReader<unknown>, 'whenReady'>): Promise<void> =>
  new Promise(resolve => reader.whenReady(resolve));

export async function readAll(stream: StreamReader<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  while (!stream.ended) {
    const piece = stream.read(1000);
    if (piece) pieces.push(piece);
    else await ready(stream);
  }
  return Buffer.concat(pieces);
}

export async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries += 1) {
    assert.ok(tries < 1000, 'in ten seconds');
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}
