// Waitables of which a guest waits for any (CanonicalABI.md, WaitableSet).
import type { Waitable } from './waitable.ts';

export class WaitableSet {
  readonly #members = new Set<Waitable>();
  /** Those that had something to tell when they came here; in their order. */
  #arrived: Waitable[] = [];
  #waiter: (() => void) | undefined;
  /** Tasks that wait for it. */
  waiting = 0;

  get isEmpty(): boolean {
    return this.#members.size === 0;
  }

  /** Somebody has something to tell. */
  get hasArrived(): boolean {
    return this.#arrived.some(member => member.set === this && member.hasEvent);
  }

  /** Something may happen: else whoever waits waits for ever, unless another task of the instance does something. */
  get isExpected(): boolean {
    for (const member of this.#members) if (member.hasEvent || member.isExpected) return true;
    return false;
  }

  add(member: Waitable): void {
    this.#members.add(member);
    if (member.hasEvent) this.arrived(member);
  }

  remove(member: Waitable): void {
    this.#members.delete(member);
  }

  arrived(member: Waitable): void {
    this.#arrived.push(member);
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter?.();
  }

  /** Who has something to tell; undefined for nobody. */
  next(): Waitable | undefined {
    for (let member = this.#arrived.shift(); member; member = this.#arrived.shift()) {
      if (member.set === this && member.hasEvent) return member;
    }
    return undefined;
  }

  /** Calls `then` once, as soon as somebody may have something to tell. */
  whenArrived(then: () => void): void {
    this.#waiter = then;
  }

  /** The guest is gone. */
  abandon(): void {
    this.#waiter = undefined;
    this.#arrived = [];
  }
}
