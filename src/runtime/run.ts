// One invocation while it runs: what host interfaces see of it, and what the bindings of its instance need.
import type { Component } from '../app/app.ts';
import type { GuestOutput, Invocation } from '../host/interface.ts';
import type { HostScope } from '../wit/scope.ts';
import type { AnyProvided } from '../wit/provided.ts';
import { Trap } from '../wit/trap.ts';
import { LastWords } from './last-words.ts';

export class InvocationRun implements Invocation, HostScope {
  readonly component: Component;
  readonly output: GuestOutput;
  readonly lastWords = new LastWords();
  readonly #states: ReadonlyMap<AnyProvided, unknown>;
  readonly #over = new AbortController();
  readonly #waiting = new Set<(error: Error) => void>();
  readonly #givenUp = Promise.withResolvers<never>();
  #end: Trap | undefined;
  #bug: Error | undefined;

  /** `begin` makes the host interfaces' states for this invocation. */
  constructor(component: Component, output: GuestOutput, begin: (invocation: Invocation) => ReadonlyMap<AnyProvided, unknown>) {
    this.component = component;
    this.output = {
      write: (id, stream, bytes) => {
        if (stream === 'stderr') this.lastWords.add(bytes);
        output.write(id, stream, bytes);
      },
    };
    // Whoever does not race with it must not be told of it as an unhandled rejection.
    this.#givenUp.promise.catch(() => {});
    this.#states = begin(this);
  }

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** Rejects when the invocation is given up: by a trap in a waiting host function, or from outside. */
  get givenUp(): Promise<never> {
    return this.#givenUp.promise;
  }

  /** The host's own error, when there was one. */
  get bug(): Error | undefined {
    return this.#bug;
  }

  trap(message: string): never {
    throw new Trap(message);
  }

  /** Ends the invocation from outside: whatever the guest waits for rejects, and every further host call traps. */
  giveUp(reason: Trap): void {
    if (this.#end) return;
    this.#end = reason;
    for (const reject of this.#waiting) reject(reason);
    this.#waiting.clear();
    this.#givenUp.reject(reason);
  }

  /** After the end, however it came: host interfaces settle what they still have open. */
  finish(): void {
    this.giveUp(new Trap('the invocation is over'));
    this.#over.abort();
  }

  enter(): void {
    if (this.#end) throw this.#end;
  }

  wait<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      // Also when it is over already: what nobody waits for must not be told as an unhandled rejection.
      promise.then(resolve, reject).finally(() => this.#waiting.delete(reject));
      if (this.#end) return reject(this.#end);
      this.#waiting.add(reject);
    });
  }

  failed(error: unknown): Error {
    const trap = error instanceof Trap ? error : this.#hostFault(error);
    this.giveUp(trap);
    return trap;
  }

  state(provided: AnyProvided): unknown {
    return this.#states.get(provided);
  }

  #hostFault(error: unknown): Trap {
    const bug = error instanceof Error ? error : new Error(String(error));
    // The first is the cause; those after it may only be its consequences.
    this.#bug ??= bug;
    return new Trap(`the host failed: ${bug.message}`);
  }
}
