// wasi:sockets/types' tcp-socket 0.3: a client that connects, then sends a stream and receives one. Its handle and its streams
// share the connection, which is closed when the last of them is gone.
import { FutureValue } from '../../wit/future-value.ts';
import { emptyStream } from '../../wit/list-stream.ts';
import type { FutureReader, StreamReader } from '../../wit/stream.ts';
import { err, okay, type Result } from '../../wit/types.ts';
import { InputReader, type StreamEnd } from '../io/input-reader.ts';
import { pump } from '../io/output-pump.ts';
import type { InputStream, OutputStream } from '../io/stream.ts';
import { untilReady } from '../io/wait.ts';
import type { TcpSocket } from './tcp-socket.ts';
import { error3, errorCode3Of, type ErrorCode3 } from './vocabulary-3.ts';
import type { SocketAddress } from './vocabulary.ts';

type End = StreamEnd<ErrorCode3>;

const invalidState: End = err({ tag: 'invalid-state' });

export class TcpSocket3 {
  readonly socket: TcpSocket;
  /** From the connection on, until the guest takes them. */
  #input: InputStream | undefined;
  #output: OutputStream | undefined;
  /** The guest's handle is the first. */
  #users = 1;

  constructor(socket: TcpSocket) {
    this.socket = socket;
  }

  async connect(remote: SocketAddress): Promise<Result<undefined, ErrorCode3>> {
    const started = await this.socket.startConnect(remote);
    if (started.tag === 'err') return error3(started.val);
    await untilReady(this.socket.pollable);
    const { failure } = this.socket;
    const finished = this.socket.finishConnect();
    if (finished.tag === 'err') return failure ? err(errorCode3Of(failure)) : error3(finished.val);
    [this.#input, this.#output] = finished.val;
    return okay;
  }

  /** No socket can be bound, and listening would bind it (wasmtime asks for that permission here too). */
  listen(): Result<never, ErrorCode3> {
    return err({ tag: this.socket.isUnconnected ? 'access-denied' : 'invalid-state' });
  }

  /** What the guest writes, until it closes the stream: then the peer is told the end. */
  send(data: StreamReader<Uint8Array>): FutureReader<End> {
    const output = this.#output;
    if (!output) {
      data.cancel();
      return FutureValue.of(invalidState);
    }
    this.#output = undefined;
    this.#users += 1;
    const over = (): void => {
      this.socket.shutdown('send');
      this.release();
    };
    return pump(data, output, { codeOf: this.#codeOf, closed: { tag: 'connection-broken' }, over });
  }

  /** What the peer sends. When the guest lets the stream go, what still comes is dropped. */
  receive(): [StreamReader<Uint8Array>, FutureReader<End>] {
    const input = this.#input;
    if (!input) return [emptyStream, FutureValue.of(invalidState)];
    this.#input = undefined;
    this.#users += 1;
    const over = (): void => {
      this.socket.shutdown('receive');
      this.release();
    };
    const reader = new InputReader(input, { codeOf: this.#codeOf, isGone: () => this.socket.isAbandoned, over });
    return [reader, reader.end];
  }

  /** A user of the connection is gone. */
  release(): void {
    this.#users -= 1;
    if (this.#users === 0) this.socket.drop();
  }

  readonly #codeOf = (): ErrorCode3 => errorCode3Of(this.socket.failure);
}
