// The functions of one instance that may wait: the guest is suspended only by those that do.
import type { CoreSignature } from '../abi/layout.ts';
import type { CoreFunction } from '../abi/lowered-function.ts';
import { onFirstCall } from '../abi/on-first-call.ts';
import { suspending } from './suspending.ts';
import { compileWaitingModule, waitingNames, waitResults } from './waiting-module.ts';

/** What the functions of a component have in common: their signatures, and the module that is made of them when it is needed. */
export class WaitingSignatures {
  readonly #signatures: CoreSignature[] = [];
  #module: WebAssembly.Module | undefined;

  /** Gives its place. */
  add(signature: CoreSignature): number {
    if (this.#module) throw new Error('the module is made already');
    return this.#signatures.push(signature) - 1;
  }

  get all(): readonly CoreSignature[] {
    return this.#signatures;
  }

  get module(): WebAssembly.Module {
    return (this.#module ??= compileWaitingModule(this.#signatures));
  }
}

export class WaitingFunctions {
  readonly #exports: WebAssembly.Exports;
  readonly #waits: WebAssembly.Global<'i32'>;
  /** The host's, by place. */
  readonly #calls: CoreFunction[] = [];
  #promise: unknown;

  constructor(signatures: WaitingSignatures) {
    const wait = suspending(() => {
      const promise = this.#promise;
      this.#promise = undefined;
      return promise;
    });
    const host: Record<string, WebAssembly.ImportValue> = {};
    for (const result of waitResults) host[waitingNames.wait(result)] = wait;
    for (const [place, { params }] of signatures.all.entries()) {
      host[waitingNames.call(place)] = onFirstCall(params.length, () => this.#call(place));
    }
    this.#exports = new WebAssembly.Instance(signatures.module, { [waitingNames.module]: host }).exports;
    this.#waits = this.#exports[waitingNames.waits] as WebAssembly.Global<'i32'>;
  }

  /** What the guest gets for the host's function. Before the guest calls it. */
  put(place: number, call: CoreFunction): WebAssembly.ImportValue {
    this.#calls[place] = call;
    return this.#exports[waitingNames.call(place)] as WebAssembly.ImportValue;
  }

  /** The function that is called now has to wait for it: the guest gets what it resolves to. It must not reject. */
  waitFor(promise: Promise<unknown>): void {
    this.#promise = promise;
    this.#waits.value = 1;
  }

  #call(place: number): CoreFunction {
    const call = this.#calls[place];
    if (!call) throw new Error(`the host's function ${place} is not there yet`);
    return call;
  }
}
