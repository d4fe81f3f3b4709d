// The sockets of one invocation, with a limit, so that its end can close what the guest left; and what they may be used for.
import type { Permissions } from '../outbound/allowed-hosts.ts';
import type { BlockedNetworks } from '../outbound/blocked-networks.ts';
import { destinationOf, hostOf } from './address.ts';
import type { SocketLimit } from './socket-limit.ts';
import type { SocketAddress } from './vocabulary.ts';

/** Sockets that one invocation may have at a time: each may keep 128 KB that it received and 128 KB that it has to send. */
export const socketsMax = 256;
/** Addresses whose permission is remembered, so that each datagram is not asked for anew and a refusal is told once. */
const rememberedMax = 1024;

export interface SocketsParts {
  readonly permissions: Permissions;
  readonly blocked: BlockedNetworks;
  readonly limit: SocketLimit;
  readonly trap: (message: string) => never;
  /** Counts bytes that are kept for the guest; traps when it is too much. */
  readonly hold: (bytes: number) => void;
  /** See `Invocation.leaving`. */
  readonly leaving: () => Promise<string | undefined> | undefined;
  /** Tells the user. */
  readonly warn: (message: string) => void;
}

/** What the host keeps open for the guest. */
export interface Open {
  /** Closes it at once. May be called again. */
  destroy(): void;
}

export class SocketsState {
  readonly limit: SocketLimit;
  readonly #parts: SocketsParts;
  readonly #open = new Set<Open>();
  readonly #permitted = new Map<string, Promise<boolean>>();
  /** What it was told before its first socket: no socket sends anything before it is true. */
  #leaving: Promise<string | undefined> | undefined;
  #sockets = 0;
  #isOver = false;

  constructor(parts: SocketsParts) {
    this.#parts = parts;
    this.limit = parts.limit;
  }

  trap(message: string): never {
    return this.#parts.trap(message);
  }

  hold(bytes: number): void {
    this.#parts.hold(bytes);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** A guest's new handle; false when it has too many. */
  addSocket(): boolean {
    if (this.#sockets >= socketsMax || this.#isOver) return false;
    this.#leaving ??= this.#parts.leaving();
    this.#sockets += 1;
    return true;
  }

  dropSocket(): void {
    this.#sockets -= 1;
  }

  keep(open: Open): void {
    this.#open.add(open);
  }

  forget(open: Open): void {
    this.#open.delete(open);
  }

  /** The numeric address against `allowed_outbound_hosts`, then against the blocked networks (spin-behaviour 3.10). */
  permits(scheme: 'tcp' | 'udp', address: SocketAddress): Promise<boolean> {
    const destination = destinationOf(address);
    const key = `${scheme}://${destination}`;
    const known = this.#permitted.get(key);
    if (known) return known;
    const asked = this.#ask(scheme, address, destination);
    if (this.#permitted.size < rememberedMax) this.#permitted.set(key, asked);
    return asked;
  }

  end(): void {
    this.#isOver = true;
    for (const open of this.#open) open.destroy();
    this.#open.clear();
  }

  async #ask(scheme: 'tcp' | 'udp', address: SocketAddress, destination: string): Promise<boolean> {
    const subject = scheme === 'tcp' ? 'open a TCP connection' : 'use a UDP socket';
    if (this.#leaving && (await this.#leaving) !== undefined) return false;
    if (!(await this.#parts.permissions.allow(destination, scheme, subject))) return false;
    if (!this.#parts.blocked.blocks(hostOf(address))) return true;
    this.#parts.warn(
      `tried to ${subject} to ${scheme}://${destination}, which is in a network that block_networks of the runtime configuration blocks`,
    );
    return false;
  }
}
