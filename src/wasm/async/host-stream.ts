// A stream or future whose readable end the host gave to the guest: the guest reads what host code writes.
import type { FutureReader, StreamReader } from '../../wit/stream.ts';
import type { WitNode } from '../../wit/types.ts';
import type { InstanceContext } from '../abi/instance-context.ts';
import { copyResults } from './codes.ts';
import type { Channel, CopyEnd } from './copy-end.ts';
import type { Element } from './element.ts';

/** What happens while the guest does something else, or nothing: an error there ends the invocations of the instance. */
export type Guarded = (happening: () => void) => void;

export interface HostPart {
  readonly instance: InstanceContext;
  readonly element: Element;
  /** As the host declares it. */
  readonly type: WitNode | undefined;
  readonly guarded: Guarded;
}

abstract class HostChannel implements Channel {
  readonly hasHost = true;
  readonly element: WitNode | undefined;
  protected readonly part: HostPart;
  #reading: CopyEnd | undefined;
  /** The host will tell when there is something. */
  #isArmed = false;

  constructor(part: HostPart) {
    this.part = part;
    this.element = part.type;
  }

  /** Moves what is there; false when there is nothing yet. */
  protected abstract move(end: CopyEnd): boolean;
  protected abstract whenReady(notify: () => void): void;
  protected abstract leave(): void;

  copy(end: CopyEnd): void {
    if (!this.move(end)) this.#wait(end);
  }

  cancel(end: CopyEnd): void {
    this.#reading = undefined;
    end.settle(copyResults.cancelled);
  }

  delivered(): void {}

  drop(): void {
    this.leave();
  }

  abandon(): void {
    this.#reading = undefined;
    this.leave();
  }

  #wait(end: CopyEnd): void {
    this.#reading = end;
    if (this.#isArmed) return;
    this.#isArmed = true;
    this.whenReady(() => {
      this.#isArmed = false;
      const reading = this.#reading;
      this.#reading = undefined;
      if (reading) this.part.guarded(() => this.copy(reading));
    });
  }
}

export class HostStream extends HostChannel {
  readonly reader: StreamReader<ArrayLike<unknown>>;

  constructor(reader: StreamReader<unknown>, part: HostPart) {
    super(part);
    this.reader = reader as StreamReader<ArrayLike<unknown>>;
  }

  protected move(end: CopyEnd): boolean {
    const { buffer } = end;
    if (!buffer) return false;
    // Whoever reads nothing wants to know when there is something.
    if (buffer.isZeroLength) return this.#moveNothing(end);
    const chunk = this.reader.read(buffer.remaining);
    if (chunk) buffer.put(this.part.instance, this.part.element, chunk);
    else if (!this.reader.ended) return false;
    end.settle(chunk ? copyResults.completed : copyResults.dropped);
    return true;
  }

  protected whenReady(notify: () => void): void {
    this.reader.whenReady(notify);
  }

  protected leave(): void {
    this.reader.cancel();
  }

  #moveNothing(end: CopyEnd): boolean {
    if (this.reader.ended) end.settle(copyResults.dropped);
    else if (end.isAnnounced) end.settle(copyResults.completed);
    else end.isAnnounced = true;
    return end.hasEvent;
  }
}

export class HostFuture extends HostChannel {
  readonly reader: FutureReader<unknown>;

  constructor(reader: FutureReader<unknown>, part: HostPart) {
    super(part);
    this.reader = reader;
  }

  protected move(end: CopyEnd): boolean {
    const { settled } = this.reader;
    // One that its writer abandoned never has a value: whoever waits for it is ended by other means.
    if (!settled) return false;
    end.buffer?.put(this.part.instance, this.part.element, [settled.value]);
    end.settle(copyResults.completed);
    return true;
  }

  protected whenReady(notify: () => void): void {
    this.reader.whenReady(notify);
  }

  protected leave(): void {
    if (!this.reader.settled) this.reader.cancel();
  }
}
