// Runs steps on a component by tspin's own bindings, as oracle.py does by wasmtime's.
import { FastInstance } from '../../../src/wasm/fast/fast-instance.ts';
import type { GuestComponent, GuestInstance } from '../../../src/wasm/guest.ts';
import type { AnyProvided } from '../../../src/wit/provided.ts';
import type { InvocationRun } from '../../../src/runtime/run.ts';
import { startRun } from '../../runtime/start-run.ts';
import { callExport, fastFromBytes } from '../fast/make.ts';
import type { AbiInterfaces } from './guest-text.ts';
import type { Outcome, Step } from './oracle.ts';
import { toWire, type Thing, type Wire } from './wire.ts';

/** Binds a component to what the host provides. */
export type Bind = (provided: AnyProvided) => GuestComponent;

export const bindFast =
  (bytes: Uint8Array): Bind =>
  provided =>
    fastFromBytes(bytes, { offers: [provided], recycle: false, limits: { handlesMax: 100_000 } });

export class Side {
  /** What was done so far, as the oracle is to do it. */
  readonly steps: Step[] = [];
  /** The same with the host's values. */
  readonly calls: (readonly [name: string, args: readonly unknown[]])[] = [];
  readonly outcomes: Outcome[] = [];
  readonly #interfaces: AbiInterfaces;
  readonly #component: GuestComponent;
  readonly #provided: AnyProvided;
  #given: unknown;
  #taken: unknown;
  #dropped: number[] = [];
  #seen: Wire[] = [];
  #run: InvocationRun;
  #instance: GuestInstance;

  /** `handles`: the host's functions, if it has others than take and give. */
  constructor(bind: Bind, interfaces: AbiInterfaces, handles?: (see: See) => AnyProvided['functions']) {
    this.#interfaces = interfaces;
    const see: See = (name, ...args) => this.#seen.push([name, ...args.map(reps)]);
    const drop = (_: never, { rep }: Thing): void => void this.#dropped.push(rep);
    const functions = handles?.(see) ?? this.#functions();
    this.#provided = { wit: interfaces.host, functions, drops: { thing: drop, other: drop } };
    this.#component = bind(this.#provided);
    [this.#run, this.#instance] = this.#start();
  }

  /** One step; `args` are values. Gives the result, undefined after a trap, when there is a new instance. */
  async step(name: string, ...args: readonly unknown[]): Promise<unknown> {
    const type = this.#interfaces.guest.functions[name];
    if (!type) throw new Error(`the guest has no ${name}`);
    const given = name.startsWith('call-give');
    const inputs = given ? [this.#typeOf(name, 'call-give')] : type.params.map(([, param]) => param);
    this.steps.push([name, ...args.map((arg, place) => toWire(inputs[place] ?? type.params[0]![1], arg))]);
    this.calls.push([name, args]);
    this.#given = args[0];
    this.#dropped = [];
    this.#seen = [];
    try {
      const target = { interface: 'tspin:abi/guest@1.0.0', name, type };
      const result = await callExport(this.#instance, target, ...(given ? [] : args));
      this.outcomes.push(this.#outcome(name, result));
      return result;
    } catch (error) {
      if (this.#run.bug) throw this.#run.bug;
      const fast = this.#instance instanceof FastInstance;
      if (!(error instanceof Error) || (fast && !(error instanceof WebAssembly.RuntimeError))) throw error;
      this.outcomes.push({ trap: this.#run.reason?.message ?? error.message });
      [this.#run, this.#instance] = this.#start();
      return undefined;
    }
  }

  /** A word of the guest's memory, seen without its help. */
  lookAt(address: number): number {
    const [memory] = this.#instance instanceof FastInstance ? this.#instance.core.memories : [];
    if (!memory) throw new Error('the guest has no memory');
    return new DataView(memory.memory.buffer).getUint32(address, true);
  }

  #outcome(name: string, result: unknown): Outcome {
    const type = this.#interfaces.guest.functions[name]?.result;
    let value: Wire | null = type ? toWire(type, result) : null;
    if (name.startsWith('call-take')) value = toWire(this.#typeOf(name, 'call-take'), this.#taken);
    return {
      value,
      ...(this.#dropped.length > 0 && { dropped: this.#dropped }),
      ...(this.#seen.length > 0 && { seen: this.#seen }),
    };
  }

  /** The type that a function is about: accept's parameter has it. */
  #typeOf(name: string, word: string) {
    const param = this.#interfaces.guest.functions[name.replace(word, 'accept')]?.params[0];
    if (!param) throw new Error(`nothing is known of ${name}`);
    return param[1];
  }

  #start(): [InvocationRun, GuestInstance] {
    const run = startRun({ provides: [this.#provided] });
    return [run, this.#component.instantiate(run)];
  }

  #functions(): AnyProvided['functions'] {
    const functions: Record<string, (state: never, ...args: never[]) => unknown> = {};
    for (const name of Object.keys(this.#interfaces.host.functions)) {
      if (name.startsWith('take')) functions[name] = (_, value: unknown) => void (this.#taken = value);
      else if (name.startsWith('give')) functions[name] = () => this.#given;
      else functions[name] = () => undefined;
    }
    return functions;
  }
}

type See = (name: string, ...args: readonly unknown[]) => void;

const reps = (value: unknown): Wire => (Array.isArray(value) ? value.map(reps) : (value as Thing).rep);
