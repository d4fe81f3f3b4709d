// One invocation while it runs: what host interfaces see of it, and what the bindings of its instance need.
import type { Component } from '../app/app.ts';
import type { CommandIo, GuestOutput, Invocation, Kept, Withheld } from '../host/interface.ts';
import type { AnyProvided } from '../wit/provided.ts';
import type { HostScope } from '../wit/scope.ts';
import { Trap } from '../wit/trap.ts';
import { HostCalls, type Evidence } from './evidence.ts';
import { HostStates, type Hosts } from './host-states.ts';
import { LastWords } from './last-words.ts';

/** What one invocation may print; what it prints above that is dropped. */
const printedBytesMax: number = 64 * 1024 * 1024;
/** What host objects may keep for one invocation: headers, bodies that nobody takes. */
const heldBytesMax: number = 32 * 1024 * 1024;
/** Different warnings that one invocation may give rise to. */
const warningsMax = 10;

/** A guest that computes looks at the time more often than this. */
const tickGraceMs = 100;

const nothing: Invocation['received'] = [];

export interface RunParts {
  readonly component: Component;
  readonly output: GuestOutput;
  readonly hosts: Hosts;
  /** What a command is run with. */
  readonly command?: CommandIo | undefined;
  /** How many components called each other until this one was called; 0 when it is not given. */
  readonly depth?: number | undefined;
  /** Headers of the request that it answers; none when they are not given. */
  readonly received?: Invocation['received'] | undefined;
  /** When its time is over, on `performance.now()`'s clock; undefined for no deadline. */
  readonly deadline?: number | undefined;
  /** The end of all that it prints is kept for a report, not only that of stderr. */
  readonly keepsOutput?: boolean | undefined;
  /** What waits for writes that the guest was told are done; undefined: nothing does, so the guest waits itself. */
  readonly reply?: { readonly withheld: Withheld } | undefined;
  /** Called when the guest is about to begin, or to go on after it waited. */
  readonly onTurn?: (() => void) | undefined;
}

/** Said to whoever waits with its signal: an error of the platform's own would be made for each invocation, with its stack. */
const overReason = 'the invocation is over';

export class InvocationRun implements Invocation, HostScope {
  readonly component: Component;
  readonly received: Invocation['received'];
  /** Among those that run. */
  place = -1;
  readonly #depth: number;
  readonly command: CommandIo | undefined;
  readonly #destination: GuestOutput;
  readonly #keepsOutput: boolean;
  #output: GuestOutput | undefined;
  /** Its own; or those of the invocation that its instance was made in, when they live on with the instance. */
  #states: HostStates;
  /** That invocation. */
  #home: InvocationRun | undefined;
  /** The one, of those that lodge here, whose guest called the host last. */
  #caller: InvocationRun | undefined;
  readonly #deadline: number | undefined;
  readonly #onTurn: (() => void) | undefined;
  #onBegin: (() => void) | undefined;
  readonly #reply: RunParts['reply'];
  #lastWords: LastWords | undefined;
  #lastOutput: LastWords | undefined;
  #calls: HostCalls | undefined;
  #refused: Set<string> | undefined;
  #printedBytes = 0;
  #heldBytes = 0;
  #warnings: Set<string> | undefined;
  #over: AbortController | undefined;
  #waiting: Set<(error: Error) => void> | undefined;
  #onEnd: ((reason: Trap) => void) | undefined;
  #end: Trap | undefined;
  #finished = false;
  #bug: Error | undefined;

  constructor(parts: RunParts) {
    const { component, output, hosts, command, depth = 0, received = nothing, deadline, onTurn, keepsOutput = false } = parts;
    this.#keepsOutput = keepsOutput;
    this.component = component;
    this.command = command;
    this.#depth = depth;
    this.received = received;
    this.#destination = output;
    this.#deadline = deadline;
    this.#reply = parts.reply;
    this.#onTurn = onTurn;
    this.#states = new HostStates(hosts, this);
  }

  /** Of an instance's own invocation: that of the request whose task calls right now. Ask before anything is waited for. */
  get depth(): number {
    return this.#caller?.depth ?? this.#depth;
  }

  get output(): GuestOutput {
    this.#output ??= { write: (...printed) => this.#print(...printed) };
    return this.#output;
  }

  get signal(): AbortSignal {
    if (!this.#over) {
      this.#over = new AbortController();
      if (this.#finished) this.#over.abort(overReason);
    }
    return this.#over.signal;
  }

  /** The last lines that the guest printed to stderr. */
  get lastWords(): string[] {
    return this.#lastWords?.lines ?? [];
  }

  get evidence(): Evidence {
    return {
      output: (this.#lastOutput ?? this.#lastWords)?.lines ?? [],
      hostCalls: this.#calls?.last ?? [],
      refused: [...(this.#refused ?? []), ...(this.#warnings ?? [])],
    };
  }

  /** Why the invocation was ended, if it was: by a trap in a host function, or from outside. */
  get reason(): Trap | undefined {
    return this.#end;
  }

  /** The host's own error, when there was one. */
  get bug(): Error | undefined {
    return this.#bug;
  }

  /** What its guest asked for so far that should differ from one invocation to the next. */
  get differing(): readonly string[] {
    return this.#states.differing;
  }

  /** What it was refused, each once; undefined for nothing. */
  get warnings(): readonly string[] | undefined {
    return this.#warnings && [...this.#warnings];
  }

  warn(message: string): void {
    this.#warnings ??= new Set();
    if (this.#warnings.size < warningsMax) this.#warnings.add(message);
  }

  /** `text` goes on a sentence about the component: `was refused the ...`. */
  refused(text: string): void {
    this.#refused ??= new Set();
    if (this.#refused.size < warningsMax) this.#refused.add(`it ${text}`);
  }

  hold(bytes: number): void {
    this.#heldBytes += bytes;
    if (bytes > 0 && this.#heldBytes > heldBytesMax) {
      this.trap(`the host keeps more than ${heldBytesMax} bytes of headers, bodies and values for it, which is the limit`);
    }
  }

  withhold(bytes: number): Kept | undefined {
    // What it was told cannot be taken back: it must not go on. (An instance that is reused answers several: there the guest waits.)
    return this.#reply?.withheld.add(bytes, reason =>
      this.giveUp(new Trap(`it was told that a write is done, which failed: ${reason}`)),
    );
  }

  leaving(): Promise<string | undefined> | undefined {
    const withheld = this.#reply?.withheld;
    withheld?.leave();
    return withheld?.kept();
  }

  trap(message: string): never {
    throw new Trap(message);
  }

  /**
   * Its instance is not put back after it: the host's states are those of `home` and live as long as the instance. `onBegin`: called
   * whenever the instance begins to work for this invocation and no longer for another.
   */
  lodge(home: InvocationRun, onBegin: () => void): void {
    this.#states = home.#states;
    this.#home = home;
    this.#onBegin = onBegin;
  }

  begins(): void {
    this.#onBegin?.();
    this.#onTurn?.();
  }

  /** Settles as `work` does, or rejects as soon as the invocation is given up. */
  untilGivenUp(work: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      work.then(resolve, reject);
      if (this.#end) reject(this.#end);
      else this.#onEnd = reject;
    });
  }

  /** Ends the invocation: whatever the guest waits for rejects, and every further host call traps. */
  giveUp(reason: Trap): void {
    if (this.#end) return;
    this.#end = reason;
    if (this.#waiting) {
      for (const reject of this.#waiting) reject(reason);
      this.#waiting.clear();
    }
    this.#onEnd?.(reason);
  }

  /** After the end, however it came: host interfaces settle what they still have open. A host that fails here is a bug. */
  finish(): void {
    this.#onEnd = undefined;
    this.#finished = true;
    if (this.#waiting && this.#waiting.size > 0) this.giveUp(new Trap('the invocation is over'));
    this.#over?.abort(overReason);
    const error = this.#home ? undefined : this.#states.end();
    if (error !== undefined) this.#hostFault(error);
  }

  enter(call?: string): void {
    if (call !== undefined) (this.#calls ??= new HostCalls()).add(call);
    if (this.#end) throw this.#end;
    // Made only when it is needed: an error's stack is dear.
    if (this.#finished) throw new Trap('the invocation is over');
  }

  tick(): void {
    // Made here, its stack shows where the guest was.
    if (this.#deadline !== undefined && performance.now() >= this.#deadline) this.giveUp(new TimedOut());
    this.enter();
  }

  /** Its time is over. A guest that computes is ended at its next tick, so that the report shows where it was. */
  expire(): void {
    if (this.#waiting && this.#waiting.size > 0) this.giveUp(new TimedOut());
    else setTimeout(() => this.giveUp(new TimedOut()), tickGraceMs);
  }

  wait<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const waiting = (this.#waiting ??= new Set());
      // Also when it is over already: what nobody waits for must not be told as an unhandled rejection.
      const settled = (): void => {
        waiting.delete(reject);
        this.#onTurn?.();
      };
      promise.then(
        value => {
          settled();
          resolve(value);
        },
        (error: unknown) => {
          settled();
          reject(error);
        },
      );
      if (this.#finished) this.giveUp(new Trap('the invocation is over'));
      if (this.#end) return reject(this.#end);
      waiting.add(reject);
    });
  }

  failed(error: unknown): Error {
    const trap = error instanceof Trap ? error : this.#hostFault(error);
    this.giveUp(trap);
    return trap;
  }

  state(provided: AnyProvided): unknown {
    if (this.#home) this.#home.#caller = this;
    return this.#states.of(provided);
  }

  #print(...[id, stream, bytes]: Parameters<GuestOutput['write']>): void {
    if (stream === 'stderr') (this.#lastWords ??= new LastWords()).add(bytes);
    if (this.#keepsOutput) (this.#lastOutput ??= new LastWords()).add(bytes);
    this.#printedBytes += bytes.byteLength;
    if (this.#printedBytes <= printedBytesMax) this.#destination.write(id, stream, bytes);
    else this.warn(`it printed more than ${printedBytesMax} bytes, which is the limit: the rest is dropped`);
  }

  #hostFault(error: unknown): Trap {
    const bug = error instanceof Error ? error : new Error(String(error));
    // The first is the cause; those after it may only be its consequences.
    this.#bug ??= bug;
    return new Trap(`the host failed: ${bug.message}`);
  }
}

/** The invocation was ended from outside, not by a fault. */
export class Cancelled extends Trap {}

/** The invocation took longer than it may. */
export class TimedOut extends Trap {
  constructor() {
    super('its time was over');
  }
}
