// The two datagram streams that udp-socket.stream gives: to and from anybody, or one remote address only.
import { err, ok, type Result } from '../../wit/types.ts';
import { readyPollable, type Pollable } from '../io/pollable.ts';
import { isOfFamily, isRemote, isSame } from './address.ts';
import { errorCodeOf } from './error-code.ts';
import type { SocketsState } from './state.ts';
import type { Datagram, Endpoint } from './udp-endpoint.ts';
import type { ErrorCode, Family, SocketAddress } from './vocabulary.ts';

/** Datagrams that one call moves, as many as wasmtime's: each may be 64 KB. */
export const datagramsMax = 16;

/** What a pair of streams is of. A later `stream` ends it: its streams are of no use then. */
export interface Association {
  readonly endpoint: Endpoint;
  readonly family: Family;
  readonly remote: SocketAddress | undefined;
  readonly isCurrent: () => boolean;
}

export interface OutgoingDatagram {
  readonly data: Uint8Array;
  readonly remoteAddress: SocketAddress | undefined;
}

const isUsable = ({ endpoint, isCurrent }: Association): boolean => isCurrent() && !endpoint.isDestroyed;

export class IncomingDatagrams {
  readonly #association: Association;
  readonly #isWanted: (from: SocketAddress) => boolean;

  constructor(association: Association) {
    this.#association = association;
    const { remote } = association;
    this.#isWanted = from => remote === undefined || isSame(from, remote);
  }

  receive(max: bigint): Result<Datagram[], ErrorCode> {
    const { endpoint } = this.#association;
    if (!isUsable(this.#association)) return err('invalid-state');
    const count = max > BigInt(datagramsMax) ? datagramsMax : Number(max);
    const taken = count === 0 ? [] : endpoint.take(count, this.#isWanted);
    return taken.length === 0 && endpoint.error ? err(errorCodeOf(endpoint.error)) : ok(taken);
  }

  readonly pollable: Pollable = {
    ready: () => {
      const { endpoint } = this.#association;
      return !isUsable(this.#association) || endpoint.error !== undefined || endpoint.has(this.#isWanted);
    },
    wait: () => this.#association.endpoint.wakeup.wait(),
  };
}

export class OutgoingDatagrams {
  readonly #association: Association;
  readonly #state: SocketsState;
  #permitted = 0;

  constructor(association: Association, state: SocketsState) {
    this.#association = association;
    this.#state = state;
  }

  checkSend(): Result<bigint, ErrorCode> {
    if (!isUsable(this.#association)) return err('invalid-state');
    this.#permitted = datagramsMax;
    return ok(BigInt(datagramsMax));
  }

  /** How many `send` may be given: what `check-send` said, less those sent since. More is a trap. */
  get permitted(): number {
    return this.#permitted;
  }

  /** How many were sent; the error of the first when that is none. */
  async send(datagrams: readonly OutgoingDatagram[]): Promise<Result<bigint, ErrorCode>> {
    this.#permitted -= datagrams.length;
    let sent = 0n;
    for (const datagram of datagrams) {
      const error = await this.#sendOne(datagram);
      if (error !== undefined) return sent === 0n ? err(error) : ok(sent);
      sent += 1n;
    }
    return ok(sent);
  }

  /** Node takes what the system does not take at once, and that only until `send` returns. */
  readonly pollable: Pollable = readyPollable;

  async #sendOne({ data, remoteAddress }: OutgoingDatagram): Promise<ErrorCode | undefined> {
    const { endpoint, family, remote } = this.#association;
    const to = remoteAddress ?? remote;
    if (!to || !isOfFamily(to, family) || !isRemote(to) || (remote && !isSame(to, remote))) return 'invalid-argument';
    if (!(await this.#state.permits('udp', to))) return 'access-denied';
    if (!isUsable(this.#association)) return 'invalid-state';
    try {
      await endpoint.send(data, to);
      return undefined;
    } catch (error) {
      return errorCodeOf(error);
    }
  }
}
