// How streams, futures and subtasks come into an instance's handles and leave them (CanonicalABI.md, lift_stream, lower_stream).
import type { GivenUp } from '../../wit/given-up.ts';
import type { FutureReader, StreamReader } from '../../wit/stream.ts';
import { Trap } from '../../wit/trap.ts';
import type { WitNode } from '../../wit/types.ts';
import type { AsyncSupport, InstanceContext } from '../abi/instance-context.ts';
import type { ResourceHandle } from '../abi/resource-handle.ts';
import { subtaskStates } from './codes.ts';
import { CopyEnd, type Direction, type EndKind } from './copy-end.ts';
import type { Elements } from './element.ts';
import { GuestStream } from './guest-stream.ts';
import { HostFutureReader, HostStreamReader } from './host-reader.ts';
import { HostFuture, HostStream, type Guarded, type HostPart } from './host-stream.ts';
import { Subtask } from './subtask.ts';
import type { Waitable } from './waitable.ts';

export class Ends implements AsyncSupport {
  readonly #instance: InstanceContext;
  readonly #elements: Elements;
  readonly #guarded: Guarded;

  constructor(instance: InstanceContext, elements: Elements, guarded: Guarded) {
    this.#instance = instance;
    this.#elements = elements;
    this.#guarded = guarded;
  }

  takeStream(handle: number, type: WitNode | undefined): StreamReader<unknown> {
    const { channel } = this.#give(handle, 'stream', type);
    if (channel instanceof HostStream) return channel.reader;
    return new HostStreamReader(channel as GuestStream, type);
  }

  takeFuture(handle: number, type: WitNode | undefined): FutureReader<unknown> {
    const { channel } = this.#give(handle, 'future', type);
    if (channel instanceof HostFuture) return channel.reader;
    return new HostFutureReader(channel as GuestStream, type);
  }

  giveStream(reader: StreamReader<unknown>, type: WitNode | undefined): number {
    return this.#add(new CopyEnd('stream', 'read', new HostStream(reader, this.#part(type))));
  }

  giveFuture(reader: FutureReader<unknown>, type: WitNode | undefined): number {
    return this.#add(new CopyEnd('future', 'read', new HostFuture(reader, this.#part(type))));
  }

  startSubtask(
    answer: Promise<unknown> & GivenUp,
    finish: (value: unknown) => void,
    lenders: readonly ResourceHandle[] | undefined,
  ): number {
    const { scope } = this.#instance;
    const subtask = new Subtask(finish, lenders, answer);
    answer.then(
      value => subtask.resolve(value),
      (error: unknown) => scope.failed(error),
    );
    return (this.#add(subtask) << 4) | subtaskStates.started;
  }

  /** Both ends of a new stream or future: the readable one below, the writable one above (canon_stream_new). */
  make(kind: EndKind, type: WitNode | undefined): bigint {
    const channel = new GuestStream(this.#instance, this.#elements, type);
    const readable = this.#add(new CopyEnd(kind, 'read', channel));
    const writable = this.#add(new CopyEnd(kind, 'write', channel));
    return BigInt(readable) | (BigInt(writable) << 32n);
  }

  /** Throws Trap for a handle that is no such end. `type`: as the component has it. */
  find(handle: number, kind: EndKind, direction: Direction, type: WitNode | undefined): CopyEnd {
    const end = this.#instance.handles.get(handle);
    const isSuch = end instanceof CopyEnd && end.kind === kind && end.direction === direction;
    if (!isSuch) throw new Trap(`handle ${handle >>> 0} is no end of a ${kind} to ${direction}`);
    if (!this.#elements.isSame(type, end.channel.element)) throw new Trap(`the ${kind} ${handle >>> 0} is of another type`);
    return end;
  }

  /** It leaves the handles. */
  remove(entry: Waitable): void {
    entry.join(undefined);
    this.#instance.handles.remove(entry.handle);
  }

  #give(handle: number, kind: EndKind, type: WitNode | undefined): CopyEnd {
    const end = this.#instance.handles.get(handle);
    if (!(end instanceof CopyEnd) || end.kind !== kind || end.direction !== 'read') {
      throw new Trap(`handle ${handle >>> 0} is no readable end of a ${kind}`);
    }
    if (!this.#elements.isSame(end.channel.element, type)) throw new Trap(`the ${kind} ${handle >>> 0} is of another type`);
    if (end.state !== 'idle') throw new Trap(`the ${kind} ${handle >>> 0} was given away while it was read, or after its end`);
    this.remove(end);
    return end;
  }

  #add(entry: Waitable): number {
    entry.handle = this.#instance.handles.add(entry);
    return entry.handle;
  }

  #part(type: WitNode | undefined): HostPart {
    return { instance: this.#instance, type, element: this.#elements.of(type), guarded: this.#guarded };
  }
}
