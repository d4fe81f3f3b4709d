// A stream or future that the guest made (CanonicalABI.md, SharedStreamImpl and SharedFutureImpl). It has both ends at first; when
// it gives the readable one away the host reads what it writes.
import { Trap } from '../../wit/trap.ts';
import type { WitNode } from '../../wit/types.ts';
import { copyResults } from './codes.ts';
import type { Channel, CopyEnd } from './copy-end.ts';
import type { Elements } from './element.ts';
import type { InstanceContext } from '../abi/instance-context.ts';

/** What the host's reader is told. */
export interface HostListener {
  /** There is something to read, or nothing will come any more. */
  changed(): void;
}

export class GuestStream implements Channel {
  readonly element: WitNode | undefined;
  readonly #instance: InstanceContext;
  readonly #elements: Elements;
  #reading: CopyEnd | undefined;
  #writing: CopyEnd | undefined;
  #listener: HostListener | undefined;
  #readerIsGone = false;
  /** The guest will write no more. */
  writerIsGone = false;

  constructor(instance: InstanceContext, elements: Elements, element: WitNode | undefined) {
    this.#instance = instance;
    this.#elements = elements;
    this.element = element;
  }

  get hasHost(): boolean {
    return this.#listener !== undefined;
  }

  copy(end: CopyEnd): void {
    if (end.direction === 'read') this.#read(end);
    else this.#write(end);
  }

  cancel(end: CopyEnd): void {
    this.#forget(end);
    end.settle(copyResults.cancelled);
  }

  delivered(end: CopyEnd): void {
    this.#forget(end);
  }

  drop(end: CopyEnd): void {
    if (end.direction === 'read') return this.readerLeaves();
    this.writerIsGone = true;
    this.#reading?.settle(copyResults.dropped);
    this.#reading = undefined;
    this.#listener?.changed();
  }

  abandon(end: CopyEnd): void {
    this.#forget(end);
    if (end.direction === 'read') return;
    this.writerIsGone = true;
    this.#listener?.changed();
  }

  // --- the host's reader ---

  listen(listener: HostListener): void {
    this.#listener = listener;
  }

  get hasItems(): boolean {
    return this.#writing !== undefined && this.#writing.buffer !== undefined && this.#writing.buffer.remaining > 0;
  }

  /** At most `max` items that the guest writes; undefined when there are none now. `type`: as the host declares it. */
  take(type: WitNode | undefined, max: number): unknown {
    const writing = this.#writing;
    if (!writing?.buffer) return undefined;
    if (writing.buffer.remaining === 0) {
      this.wantItems();
      return undefined;
    }
    const chunk = writing.buffer.take(this.#instance, this.#elements.of(type), max);
    writing.settle(copyResults.completed);
    return chunk;
  }

  /** The host waits for items: a guest that writes nothing, to know when somebody reads, is told. */
  wantItems(): void {
    if (this.#writing?.buffer?.isZeroLength) this.#writing.settle(copyResults.completed);
  }

  readerLeaves(): void {
    this.#readerIsGone = true;
    this.#writing?.settle(copyResults.dropped);
    this.#writing = undefined;
  }

  // --- the guest's ends ---

  #write(end: CopyEnd): void {
    if (this.#readerIsGone) return end.settle(copyResults.dropped);
    if (this.#listener) {
      this.#writing = end;
      return this.#listener.changed();
    }
    const reading = this.#reading;
    if (!reading?.buffer || !end.buffer) {
      this.#writing = end;
      return;
    }
    if (reading.buffer.remaining > 0) {
      if (end.buffer.remaining > 0) this.#move(end, reading);
      return end.settle(copyResults.completed);
    }
    if (end.buffer.isZeroLength && reading.buffer.isZeroLength) return end.settle(copyResults.completed);
    reading.settle(copyResults.completed);
    this.#reading = undefined;
    this.#writing = end;
  }

  #read(end: CopyEnd): void {
    if (this.writerIsGone) return end.settle(copyResults.dropped);
    const writing = this.#writing;
    if (!writing?.buffer || !end.buffer) {
      this.#reading = end;
      return;
    }
    if (writing.buffer.remaining > 0) {
      if (end.buffer.remaining > 0) this.#move(writing, end);
      return end.settle(copyResults.completed);
    }
    writing.settle(copyResults.completed);
    this.#writing = undefined;
    this.#reading = end;
  }

  /** From one buffer of the guest's to another. */
  #move(from: CopyEnd, to: CopyEnd): void {
    const element = this.#elements.of(this.element);
    if (!element.isNumber) throw new Trap('the guest has both ends of a stream or future of something other than numbers');
    if (!from.buffer || !to.buffer) return;
    const chunk = from.buffer.take(this.#instance, element, to.buffer.remaining) as ArrayLike<unknown>;
    to.buffer.put(this.#instance, element, chunk);
    (from === this.#writing ? from : to).settle(copyResults.completed);
  }

  #forget(end: CopyEnd): void {
    if (this.#reading === end) this.#reading = undefined;
    if (this.#writing === end) this.#writing = undefined;
  }
}
