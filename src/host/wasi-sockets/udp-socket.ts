// wasi:sockets/udp's udp-socket: unbound, binding, bound, and then as many pairs of streams as the guest asks for.
import { err, ok, okay, type Result } from '../../wit/types.ts';
import type { Pollable } from '../io/pollable.ts';
import { isOfFamily, isRemote, socketAddress } from './address.ts';
import { errorCodeOf } from './error-code.ts';
import type { SocketsState } from './state.ts';
import { Endpoint } from './udp-endpoint.ts';
import { IncomingDatagrams, OutgoingDatagrams, type Association } from './udp-streams.ts';
import type { ErrorCode, Family, SocketAddress } from './vocabulary.ts';

type Done = Result<undefined, ErrorCode>;
type Streams = [IncomingDatagrams, OutgoingDatagrams];

type Progress =
  | { readonly kind: 'unbound' | 'asking' | 'closed' }
  | { readonly kind: 'binding' | 'bound'; readonly endpoint: Endpoint };

/** Linux's. */
const hopLimitDefault = 64;

export class UdpSocket {
  readonly family: Family;
  readonly #state: SocketsState;
  #progress: Progress = { kind: 'unbound' };
  #association: Association | undefined;
  #hopLimit = hopLimitDefault;

  constructor(state: SocketsState, family: Family) {
    this.#state = state;
    this.family = family;
  }

  /** Waits for the permission only. A local address is asked for as a remote one is (`SocketAddrUse::UdpBind` in Spin). */
  async startBind(local: SocketAddress): Promise<Done> {
    const { kind } = this.#progress;
    if (kind === 'asking' || kind === 'binding') return err('concurrency-conflict');
    if (kind !== 'unbound') return err('invalid-state');
    if (!isOfFamily(local, this.family)) return err('invalid-argument');
    this.#progress = { kind: 'asking' };
    const isPermitted = await this.#state.permits('udp', local);
    if (this.#progress.kind !== 'asking' || this.#state.isOver) return err('invalid-state');
    const give = isPermitted ? this.#state.limit.take() : undefined;
    if (!give) {
      this.#progress = { kind: 'unbound' };
      return err(isPermitted ? 'new-socket-limit' : 'access-denied');
    }
    const endpoint = new Endpoint(local, () => {
      give();
      this.#state.forget(endpoint);
    });
    this.#state.keep(endpoint);
    this.#progress = { kind: 'binding', endpoint };
    return okay;
  }

  finishBind(): Done {
    if (this.#progress.kind !== 'binding') return err('not-in-progress');
    const { endpoint } = this.#progress;
    if (endpoint.error) {
      endpoint.destroy();
      this.#progress = { kind: 'unbound' };
      return err(errorCodeOf(endpoint.error));
    }
    if (!endpoint.isBound) return err('would-block');
    this.#progress = { kind: 'bound', endpoint };
    if (this.#hopLimit !== hopLimitDefault) endpoint.socket.setTTL(this.#hopLimit);
    return okay;
  }

  async stream(remote: SocketAddress | undefined): Promise<Result<Streams, ErrorCode>> {
    if (!this.#bound) return err('invalid-state');
    if (remote && (!isOfFamily(remote, this.family) || !isRemote(remote))) return err('invalid-argument');
    if (remote && !(await this.#state.permits('udp', remote))) return err('access-denied');
    return this.associate(remote);
  }

  /** The address, if there is one, was checked and permitted. */
  associate(remote: SocketAddress | undefined): Result<Streams, ErrorCode> {
    const endpoint = this.#bound;
    if (!endpoint) return err('invalid-state');
    const association: Association = {
      endpoint,
      family: this.family,
      remote,
      isCurrent: () => this.#association === association,
    };
    this.#association = association;
    // Who waits for the older streams is told that they are of no use.
    endpoint.wakeup.wake();
    return ok<Streams>([new IncomingDatagrams(association), new OutgoingDatagrams(association, this.#state)]);
  }

  localAddress(): Result<SocketAddress, ErrorCode> {
    const endpoint = this.#bound;
    if (!endpoint) return err('invalid-state');
    const { address, port } = endpoint.socket.address();
    const found = socketAddress(address, port);
    return found ? ok(found) : err('unknown');
  }

  remoteAddress(): Result<SocketAddress, ErrorCode> {
    const remote = this.#bound && this.#association?.remote;
    return remote ? ok(remote) : err('invalid-state');
  }

  get hopLimit(): number {
    return this.#hopLimit;
  }

  setHopLimit(value: number): Done {
    if (value === 0) return err('invalid-argument');
    this.#hopLimit = value;
    this.#bound?.socket.setTTL(value);
    return okay;
  }

  /** Node knows the sizes of bound sockets only. */
  bufferSize(which: 'receive' | 'send'): Result<bigint, ErrorCode> {
    const socket = this.#bound?.socket;
    if (!socket) return err('not-supported');
    return ok(BigInt(which === 'receive' ? socket.getRecvBufferSize() : socket.getSendBufferSize()));
  }

  setBufferSize(which: 'receive' | 'send', value: bigint): Done {
    if (value === 0n) return err('invalid-argument');
    const socket = this.#bound?.socket;
    if (!socket) return err('not-supported');
    // The system makes it as large as it permits.
    const bytes = Number(value > 0x3fff_ffffn ? 0x3fff_ffffn : value);
    try {
      if (which === 'receive') socket.setRecvBufferSize(bytes);
      else socket.setSendBufferSize(bytes);
      return okay;
    } catch (error) {
      return err(errorCodeOf(error));
    }
  }

  readonly pollable: Pollable = {
    ready: () => {
      if (this.#progress.kind !== 'binding') return this.#progress.kind !== 'asking';
      const { endpoint } = this.#progress;
      return endpoint.isBound || endpoint.error !== undefined || endpoint.isDestroyed;
    },
    wait: () => (this.#progress.kind === 'binding' ? this.#progress.endpoint.wakeup.wait() : Promise.resolve()),
  };

  drop(): void {
    const progress = this.#progress;
    this.#progress = { kind: 'closed' };
    this.#state.dropSocket();
    if ('endpoint' in progress) progress.endpoint.destroy();
  }

  get #bound(): Endpoint | undefined {
    return this.#progress.kind === 'bound' && !this.#progress.endpoint.isDestroyed ? this.#progress.endpoint : undefined;
  }
}
