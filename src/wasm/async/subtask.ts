// A call of a host function that goes on while its guest does (CanonicalABI.md, Subtask).
import type { ResourceHandle } from '../abi/resource-handle.ts';
import type { GivenUp } from '../../wit/given-up.ts';
import { endLoans } from '../abi/runtime.ts';
import { events, subtaskStates } from './codes.ts';
import { Waitable } from './waitable.ts';

export class Subtask extends Waitable {
  readonly eventCode: number = events.subtask;
  readonly #finish: (value: unknown) => void;
  readonly #lenders: readonly ResourceHandle[] | undefined;
  #answer: { readonly value: unknown } | undefined;
  #isCancelled = false;
  /** Tells the host function that its answer is not wanted. */
  readonly #giveUp: (() => void) | undefined;
  #isAbandoned = false;
  /** The guest knows how the call ended. */
  isDelivered = false;

  /** `finish` writes the answer into the guest's memory. `lenders` are lent until the guest knows that the call is over. */
  constructor(finish: (value: unknown) => void, lenders: readonly ResourceHandle[] | undefined, { givenUp }: GivenUp = {}) {
    super();
    this.#finish = finish;
    this.#giveUp = givenUp;
    this.#lenders = lenders;
    for (const entry of lenders ?? []) entry.lent += 1;
  }

  get hasEvent(): boolean {
    return !this.isDelivered && (this.#answer !== undefined || this.#isCancelled);
  }

  get isExpected(): boolean {
    return !this.isDelivered;
  }

  resolve(value: unknown): void {
    if (this.#isAbandoned || this.#isCancelled) return;
    this.#answer = { value };
    this.signal();
  }

  /** The guest does not want the answer any more. One that is there already is told all the same. */
  cancel(): void {
    if (this.#answer || this.#isCancelled) return;
    this.#isCancelled = true;
    this.#giveUp?.();
  }

  takeEvent(): number {
    this.isDelivered = true;
    if (this.#lenders) endLoans(this.#lenders);
    if (!this.#answer) return subtaskStates.cancelledBeforeReturned;
    this.#finish(this.#answer.value);
    this.#answer = undefined;
    return subtaskStates.returned;
  }

  abandon(): void {
    this.#isAbandoned = true;
  }
}
