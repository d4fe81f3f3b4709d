// Functions of one guest's instance, called on one stack that stays for all their calls: one call at a time.
import type { CoreFunction } from '../abi/lowered-function.ts';
import { servingNames } from './serving-module.ts';
import { suspending } from './suspending.ts';

type Core = number | bigint;

export type PromisingFunction = (...args: Core[]) => Promise<Core | undefined>;

interface CallUnderWay {
  readonly resolve: (result: Core | undefined) => void;
  readonly reject: (error: unknown) => void;
}

export class Serving {
  readonly #module: WebAssembly.Module;
  readonly #functions: readonly CoreFunction[];
  readonly #begins: () => void;
  #arguments: readonly Core[] = [];
  #call: CallUnderWay | undefined;
  /** Goes on with the function of that place, counted from 1. Undefined while the guest runs, and where nothing waits. */
  #next: ((place: number) => void) | undefined;
  #isServing = false;
  #isLetGo = false;

  /** `module`: compileServingModule of the functions' signatures. `begins`: called when the guest begins with a call; never throws. */
  constructor(module: WebAssembly.Module, functions: readonly CoreFunction[], begins: () => void) {
    this.#module = module;
    this.#functions = functions;
    this.#begins = begins;
  }

  /**
   * The function of that place, counted from 0; whatever it calls may suspend it. Rejects with what the guest throws. The guest begins
   * in the microtasks.
   */
  function(place: number): PromisingFunction {
    return (...args) =>
      new Promise((resolve, reject) => {
        // As long as the guest is in a call, or suspended in one, there is nobody who could begin another.
        if (this.#call) throw new Error('the guest is in a call already');
        if (this.#isLetGo) throw new Error('the guest was let go');
        if (!this.#isServing) this.#serve();
        this.#arguments = args;
        this.#call = { resolve, reject };
        this.#next?.(place + 1);
      });
  }

  /** No call comes any more: gives back the stack, when the guest has ended the call that it is in. */
  end(): void {
    this.#isLetGo = true;
    if (!this.#call) this.#next?.(0);
  }

  #serve(): void {
    const host: Record<string, WebAssembly.ImportValue> = {
      // Nobody would ever wake it, and V8 keeps suspended stacks with all that they lead to.
      [servingNames.next]: suspending(() => (this.#isLetGo ? 0 : new Promise<number>(resolve => (this.#next = resolve)))),
      [servingNames.begins]: this.#begins,
    };
    const guest: Record<string, WebAssembly.ImportValue> = {};
    const returned = (result?: Core): void => {
      const call = this.#call;
      this.#call = undefined;
      this.#next = undefined;
      call?.resolve(result);
    };
    for (const [place, called] of this.#functions.entries()) {
      guest[servingNames.called(place)] = called as WebAssembly.ImportValue;
      host[servingNames.returned(place)] = returned;
      for (let param = 0; param < called.length; param += 1) {
        host[servingNames.argument(place, param)] = () => this.#arguments[param];
      }
    }
    const { exports } = new WebAssembly.Instance(this.#module, { host, guest });
    const serve = WebAssembly.promising(exports[servingNames.serve] as () => void);
    this.#isServing = true;
    serve().then(
      () => this.#ended(undefined),
      (error: unknown) => this.#ended(error),
    );
  }

  #ended(error: unknown): void {
    const call = this.#call;
    this.#isServing = false;
    this.#call = undefined;
    this.#next = undefined;
    call?.reject(error);
  }
}
