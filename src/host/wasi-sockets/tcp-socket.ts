// wasi:sockets/tcp's tcp-socket as a client: unconnected, connecting, connected, closed.
import { err, ok, okay, type Result } from '../../wit/types.ts';
import type { Pollable } from '../io/pollable.ts';
import type { InputStream, OutputStream } from '../io/stream.ts';
import { isOfFamily, isRemote, isUnicast, socketAddress } from './address.ts';
import { errorCodeOf } from './error-code.ts';
import type { SocketsState } from './state.ts';
import { Connection } from './tcp-connection.ts';
import { TcpInputStream, TcpOutputStream } from './tcp-streams.ts';
import type { ErrorCode, Family, SocketAddress } from './vocabulary.ts';

type Done = Result<undefined, ErrorCode>;
type Streams = [InputStream, OutputStream];

type Progress =
  | { readonly kind: 'unconnected' | 'asking' | 'closed' }
  | { readonly kind: 'connecting'; readonly connection: Connection }
  | { readonly kind: 'connected'; readonly connection: Connection; readonly input: TcpInputStream };

/** Linux's, in nanoseconds: 7200 s. */
const keepAliveIdleDefault = 7_200_000_000_000n;

export class TcpSocket {
  readonly family: Family;
  readonly #state: SocketsState;
  #progress: Progress = { kind: 'unconnected' };
  #keepAlive = { isOn: false, idle: keepAliveIdleDefault };

  constructor(state: SocketsState, family: Family) {
    this.#state = state;
    this.family = family;
  }

  /** Waits for the permission only: variables of the component's allowed hosts may have to be fetched. */
  async startConnect(remote: SocketAddress): Promise<Done> {
    const { kind } = this.#progress;
    if (kind === 'asking' || kind === 'connecting') return err('concurrency-conflict');
    if (kind !== 'unconnected') return err('invalid-state');
    if (!isOfFamily(remote, this.family) || !isRemote(remote) || !isUnicast(remote)) return err('invalid-argument');
    this.#progress = { kind: 'asking' };
    const isPermitted = await this.#state.permits('tcp', remote);
    // Closed while it asked: the invocation is over, or the guest dropped it.
    if (this.#progress.kind !== 'asking' || this.#state.isOver) return err('invalid-state');
    const give = isPermitted ? this.#state.limit.take() : undefined;
    if (!give) {
      this.#progress = { kind: 'closed' };
      return err(isPermitted ? 'new-socket-limit' : 'access-denied');
    }
    this.#connect(remote, give);
    return okay;
  }

  finishConnect(): Result<Streams, ErrorCode> {
    if (this.#progress.kind !== 'connecting') return err('not-in-progress');
    const { connection } = this.#progress;
    if (connection.error) {
      this.#progress = { kind: 'closed' };
      return err(errorCodeOf(connection.error));
    }
    if (!connection.isConnected) return err('would-block');
    const input = new TcpInputStream(connection);
    this.#progress = { kind: 'connected', connection, input };
    this.#applyKeepAlive();
    return ok<Streams>([input, new TcpOutputStream(connection)]);
  }

  /** Nothing was begun with it. */
  get isUnconnected(): boolean {
    return this.#progress.kind === 'unconnected';
  }

  /** The invocation is over. */
  get isAbandoned(): boolean {
    return this.#state.isOver;
  }

  /** What the system said when connecting failed, or the connection broke. */
  get failure(): Error | undefined {
    return 'connection' in this.#progress ? this.#progress.connection.error : undefined;
  }

  localAddress(): Result<SocketAddress, ErrorCode> {
    const socket = this.#connected?.connection.socket;
    return addressResult(socket?.localAddress, socket?.localPort);
  }

  remoteAddress(): Result<SocketAddress, ErrorCode> {
    const socket = this.#connected?.connection.socket;
    return addressResult(socket?.remoteAddress, socket?.remotePort);
  }

  shutdown(type: 'receive' | 'send' | 'both'): Done {
    const connected = this.#connected;
    if (!connected) return err('invalid-state');
    if (type !== 'send') connected.input.shut();
    if (type !== 'receive') connected.connection.socket.end();
    return okay;
  }

  get keepAlive(): { readonly isOn: boolean; readonly idle: bigint } {
    return this.#keepAlive;
  }

  setKeepAlive(change: { readonly isOn?: boolean; readonly idle?: bigint }): Done {
    if (change.idle === 0n) return err('invalid-argument');
    this.#keepAlive = { ...this.#keepAlive, ...change };
    this.#applyKeepAlive();
    return okay;
  }

  readonly pollable: Pollable = {
    ready: () => {
      if (this.#progress.kind !== 'connecting') return this.#progress.kind !== 'asking';
      const { connection } = this.#progress;
      return connection.isConnected || connection.error !== undefined || connection.socket.destroyed;
    },
    wait: () => (this.#progress.kind === 'connecting' ? this.#progress.connection.wakeup.wait() : Promise.resolve()),
  };

  /** The guest dropped it: what it wrote is still sent, for as long as the invocation lasts. */
  drop(): void {
    const progress = this.#progress;
    this.#progress = { kind: 'closed' };
    this.#state.dropSocket();
    if ('connection' in progress) progress.connection.finish();
  }

  #connect(remote: SocketAddress, give: () => void): void {
    const connection = new Connection(remote, () => {
      give();
      this.#state.forget(connection);
    });
    this.#state.keep(connection);
    this.#progress = { kind: 'connecting', connection };
  }

  #applyKeepAlive(): void {
    const { isOn, idle } = this.#keepAlive;
    // Node counts milliseconds; WIT lets a host round.
    this.#connected?.connection.socket.setKeepAlive(isOn, Math.max(1000, Math.min(Number(idle / 1_000_000n), 0x7fff_ffff)));
  }

  get #connected(): Extract<Progress, { kind: 'connected' }> | undefined {
    return this.#progress.kind === 'connected' ? this.#progress : undefined;
  }
}

function addressResult(host: string | undefined, port: number | undefined): Result<SocketAddress, ErrorCode> {
  const address = host === undefined || port === undefined ? undefined : socketAddress(host, port);
  return address ? ok(address) : err('invalid-state');
}
