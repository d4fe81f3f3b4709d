// One end of a stream or future, as the guest holds it (CanonicalABI.md, CopyEnd).
import type { WitNode } from '../../wit/types.ts';
import { copyResults, events } from './codes.ts';
import type { GuestBuffer } from './guest-buffer.ts';
import { Waitable } from './waitable.ts';

export type EndKind = 'stream' | 'future';
export type Direction = 'read' | 'write';

/** What is at the other side of an end. Each operation settles the end at once or leaves it copying. */
export interface Channel {
  /** The type of its items, as the component has it, or as the host declares it where the host made it. */
  readonly element: WitNode | undefined;
  /** The end has a buffer from now on, to be filled or emptied. Throws Trap. */
  copy(end: CopyEnd): void;
  /** The end, which is copying, gives up: nothing of its buffer may be touched any more. */
  cancel(end: CopyEnd): void;
  /** The guest was told how its copying ended. */
  delivered(end: CopyEnd): void;
  /** The end is gone. */
  drop(end: CopyEnd): void;
  /** The guest is gone, and the end with it. */
  abandon(end: CopyEnd): void;
  /** Does the host have the other end? Then something may come of it at any time. */
  readonly hasHost: boolean;
}

const eventCodes = {
  stream: { read: events.streamRead, write: events.streamWrite },
  future: { read: events.futureRead, write: events.futureWrite },
} as const;

export class CopyEnd extends Waitable {
  readonly kind: EndKind;
  readonly direction: Direction;
  readonly channel: Channel;
  readonly eventCode: number;
  /** `done`: the other end is gone, or the future has had its value. */
  state: 'idle' | 'copying' | 'done' = 'idle';
  /** While it copies. */
  buffer: GuestBuffer | undefined;
  #result: number | undefined;
  /** A read of nothing was told to the other side, which will say when there is something. */
  isAnnounced = false;

  constructor(kind: EndKind, direction: Direction, channel: Channel) {
    super();
    this.kind = kind;
    this.direction = direction;
    this.channel = channel;
    this.eventCode = eventCodes[kind][direction];
  }

  get hasEvent(): boolean {
    return this.#result !== undefined;
  }

  get isExpected(): boolean {
    return this.state === 'copying' && this.channel.hasHost;
  }

  /** Its copying ended like this; the last word counts until the guest is told. */
  settle(result: number): void {
    const isFirst = this.#result === undefined;
    this.#result = result;
    if (isFirst) this.signal();
  }

  takeEvent(): number {
    const result = this.#result ?? copyResults.completed;
    const progress = this.buffer?.progress ?? 0;
    this.channel.delivered(this);
    this.#result = undefined;
    this.buffer = undefined;
    this.isAnnounced = false;
    if (this.kind === 'future') {
      this.state = result === copyResults.cancelled ? 'idle' : 'done';
      return result;
    }
    this.state = result === copyResults.dropped ? 'done' : 'idle';
    return (result | (progress << 4)) >>> 0;
  }

  abandon(): void {
    this.channel.abandon(this);
  }
}
