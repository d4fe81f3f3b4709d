// wasi:sockets/types' udp-socket 0.3: one that sends and receives datagrams itself, bound by its first use when it was not before.
import { unlessGivenUp } from '../../wit/given-up.ts';
import { err, ok, okay, type Result } from '../../wit/types.ts';
import { untilReady } from '../io/wait.ts';
import { isOfFamily, isRemote, unspecified } from './address.ts';
import type { SocketsState } from './state.ts';
import type { UdpSocket } from './udp-socket.ts';
import type { IncomingDatagrams, OutgoingDatagrams } from './udp-streams.ts';
import { error3, result3, type ErrorCode3 } from './vocabulary-3.ts';
import type { ErrorCode, SocketAddress } from './vocabulary.ts';

type Done = Result<undefined, ErrorCode3>;
type Received = Result<[Uint8Array, SocketAddress], ErrorCode3>;

export class UdpSocket3 {
  readonly socket: UdpSocket;
  readonly #state: SocketsState;
  /** Since it is bound: those to and from the remote address, or anybody. */
  #streams: readonly [IncomingDatagrams, OutgoingDatagrams] | undefined;
  /** Several calls may need it bound at once. */
  #binding: Promise<Result<undefined, ErrorCode>> | undefined;

  constructor(state: SocketsState, socket: UdpSocket) {
    this.#state = state;
    this.socket = socket;
  }

  async bind(local: SocketAddress): Promise<Done> {
    return result3(await this.#bind(local));
  }

  /** Only datagrams from and to this address from now on. */
  async connect(remote: SocketAddress): Promise<Done> {
    const refusal = await this.#refusal(remote);
    return refusal ? error3(refusal) : result3(this.#associate(remote));
  }

  disconnect(): Done {
    if (this.socket.remoteAddress().tag === 'err') return error3('invalid-state');
    return result3(this.#associate(undefined));
  }

  /** `remote` undefined: to the address that it is connected to. */
  async send(data: Uint8Array, remote: SocketAddress | undefined): Promise<Done> {
    if (!this.#streams) {
      const refusal = remote ? await this.#refusal(remote) : 'invalid-argument';
      if (refusal) return error3(refusal);
    }
    const sent = await this.#streams?.[1].send([{ data, remoteAddress: remote }]);
    return sent?.tag === 'ok' ? okay : error3(sent?.val ?? 'invalid-state');
  }

  /** Waits for a datagram. */
  receive(): Promise<Received> {
    return unlessGivenUp(isGivenUp => this.#receive(isGivenUp));
  }

  async #receive(isGivenUp: () => boolean): Promise<Received> {
    for (;;) {
      // A datagram that nobody gets would be lost for whoever asks next.
      if (isGivenUp()) return error3('invalid-state');
      const streams = this.#streams;
      if (!streams) return error3('invalid-state');
      const [incoming] = streams;
      const received = incoming.receive(1n);
      if (received.tag === 'err') return error3(received.val);
      const [datagram] = received.val;
      if (datagram) return ok<[Uint8Array, SocketAddress]>([datagram.data, datagram.remoteAddress]);
      // Those of before are told when the guest connects meanwhile, and of no use then.
      await untilReady(incoming.pollable);
    }
  }

  /** Why nothing may be sent there. The socket is bound when there is no reason. */
  async #refusal(remote: SocketAddress): Promise<ErrorCode | undefined> {
    if (!isOfFamily(remote, this.socket.family) || !isRemote(remote)) return 'invalid-argument';
    if (!(await this.#state.permits('udp', remote))) return 'access-denied';
    if (this.#streams) return undefined;
    // To be asked for like any other (wasmtime: SocketAddrUse::UdpBind).
    const bound = await (this.#binding ?? this.#bind(unspecified(this.socket.family)));
    return bound.tag === 'err' ? bound.val : undefined;
  }

  async #bind(local: SocketAddress): Promise<Result<undefined, ErrorCode>> {
    if (this.#binding) return err('invalid-state');
    this.#binding = this.#bindNow(local);
    const bound = await this.#binding;
    if (bound.tag === 'err') this.#binding = undefined;
    return bound;
  }

  async #bindNow(local: SocketAddress): Promise<Result<undefined, ErrorCode>> {
    const started = await this.socket.startBind(local);
    if (started.tag === 'err') return started;
    await untilReady(this.socket.pollable);
    const finished = this.socket.finishBind();
    return finished.tag === 'err' ? finished : this.#associate(undefined);
  }

  #associate(remote: SocketAddress | undefined): Result<undefined, ErrorCode> {
    const streams = this.socket.associate(remote);
    if (streams.tag === 'err') return streams;
    this.#streams = streams.val;
    return okay;
  }
}
