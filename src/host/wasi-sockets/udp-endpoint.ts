// One bound UDP socket of node's with the datagrams that came and were not taken yet.
import { createSocket, type Socket } from 'node:dgram';
import { Wakeup } from '../io/pollable.ts';
import { hostOf, socketAddress } from './address.ts';
import type { SocketAddress } from './vocabulary.ts';

/** What is kept for a guest that does not receive, as large as a system's buffer of a socket; more is lost, as with any UDP. */
const queueBytesMax = 256 * 1024;
/** What an empty datagram counts, so that they have a limit too. */
const datagramOverheadBytes = 256;

export interface Datagram {
  readonly data: Uint8Array;
  readonly remoteAddress: SocketAddress;
}

export class Endpoint {
  readonly socket: Socket;
  readonly wakeup = new Wakeup();
  #error: Error | undefined;
  #isBound = false;
  #isDestroyed = false;
  #queue: Datagram[] = [];
  #queuedBytes = 0;

  /** `closed` is called once, when node has closed it. */
  constructor(local: SocketAddress, closed: () => void) {
    this.socket = createSocket(local.tag === 'ipv4' ? { type: 'udp4' } : { type: 'udp6', ipv6Only: true });
    this.socket
      .on('listening', () => {
        this.#isBound = true;
        this.wakeup.wake();
      })
      .on('message', (data, from) => this.#received(data, socketAddress(from.address, from.port)))
      .on('error', error => {
        this.#error = error;
        this.wakeup.wake();
      })
      .on('close', () => {
        closed();
        this.wakeup.wake();
      });
    this.socket.bind({ address: hostOf(local), port: local.val.port, exclusive: true });
  }

  get error(): Error | undefined {
    return this.#error;
  }

  get isBound(): boolean {
    return this.#isBound;
  }

  get isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  /** At most `max` of those that came from an address that is asked for; others are dropped. */
  take(max: number, isWanted: (from: SocketAddress) => boolean): Datagram[] {
    this.#keepOnly(isWanted);
    const taken = this.#queue.splice(0, max);
    this.#queuedBytes -= taken.reduce((sum, one) => sum + countedBytes(one), 0);
    return taken;
  }

  has(isWanted: (from: SocketAddress) => boolean): boolean {
    return this.#queue.some(({ remoteAddress }) => isWanted(remoteAddress));
  }

  /** Rejects with the system's error. */
  send(data: Uint8Array, to: SocketAddress): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.socket.send(data, to.val.port, hostOf(to), error => (error ? reject(error) : resolve()));
    return promise;
  }

  destroy(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    this.#queue = [];
    this.socket.close();
  }

  #received(data: Uint8Array, remoteAddress: SocketAddress | undefined): void {
    if (!remoteAddress || this.#isDestroyed) return;
    const datagram = { data, remoteAddress };
    if (this.#queuedBytes + countedBytes(datagram) > queueBytesMax) return;
    this.#queue.push(datagram);
    this.#queuedBytes += countedBytes(datagram);
    this.wakeup.wake();
  }

  #keepOnly(isWanted: (from: SocketAddress) => boolean): void {
    this.#queue = this.#queue.filter(({ remoteAddress }) => isWanted(remoteAddress));
    this.#queuedBytes = this.#queue.reduce((sum, one) => sum + countedBytes(one), 0);
  }
}

const countedBytes = ({ data }: Datagram): number => data.byteLength + datagramOverheadBytes;
