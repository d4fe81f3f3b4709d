// One TCP connection of node's, from its start to its end: whatever changes wakes whoever waits.
import { Socket } from 'node:net';
import { Wakeup } from '../io/pollable.ts';
import { streamChunkBytesMax } from '../io/stream.ts';
import { hostOf } from './address.ts';
import type { SocketAddress } from './vocabulary.ts';

export class Connection {
  readonly socket: Socket;
  readonly wakeup = new Wakeup();
  #error: Error | undefined;
  #isConnected = false;

  /** `closed` is called once, when node has closed it. */
  constructor(remote: SocketAddress, closed: () => void) {
    // Half open: that the peer is done says nothing of what the guest has to send.
    const options = { allowHalfOpen: true, highWaterMark: streamChunkBytesMax };
    this.socket = new Socket(options);
    this.socket
      .on('connect', () => {
        this.#isConnected = true;
        this.wakeup.wake();
      })
      .on('readable', () => this.wakeup.wake())
      .on('end', () => this.wakeup.wake())
      .on('error', error => {
        this.#error = error;
        this.wakeup.wake();
      })
      .on('close', () => {
        closed();
        this.wakeup.wake();
      });
    // Guests write whole messages: waiting for more of one is no gain for them.
    this.socket.setNoDelay(true);
    this.socket.connect({ host: hostOf(remote), port: remote.val.port, family: remote.tag === 'ipv4' ? 4 : 6 });
  }

  get error(): Error | undefined {
    return this.#error;
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Sends what was written, then closes. */
  finish(): void {
    if (this.#isConnected) this.socket.destroySoon();
    else this.socket.destroy();
  }

  destroy(): void {
    this.socket.destroy();
  }
}
