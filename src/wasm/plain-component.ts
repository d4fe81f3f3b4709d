// A component bound by jco: its instances serve one invocation each.
import { compileLift, compileLower, type Lower } from '../wit/plain-values.ts';
import type { PlainBinding, PlainInstance } from '../wit/plain.ts';
import type { HostScope } from '../wit/scope.ts';
import { Trap } from '../wit/trap.ts';
import { camel } from '../wit/types.ts';
import type { CompiledComponent } from './compile.ts';
import type { ExportedFunction, GuestComponent, GuestInstance, LocateCode } from './guest.ts';
import { PlainTask, taskKey } from './plain-task.ts';

type Exports = Readonly<Record<string, unknown>>;

export interface PlainOptions {
  readonly importKeys: readonly string[];
  readonly why: string;
  readonly locate?: LocateCode | undefined;
}

export class PlainComponent implements GuestComponent {
  readonly bindings = 'plain';
  readonly initialBytes = 0;
  readonly isReused = false;
  readonly unfit: string;
  readonly locate: LocateCode | undefined;
  readonly #compiled: Pick<CompiledComponent, 'instantiate'>;
  readonly #binding: PlainBinding;
  readonly #importKeys: readonly string[];

  /** `importKeys`: what the component imports; those that the binding lacks are not served yet, and trap when they are called. */
  constructor(
    compiled: Pick<CompiledComponent, 'instantiate'>,
    binding: PlainBinding,
    { importKeys, why, locate }: PlainOptions,
  ) {
    this.#compiled = compiled;
    this.#binding = binding;
    this.#importKeys = importKeys;
    this.unfit = why;
    this.locate = locate;
  }

  /** They never are. */
  keepFresh(): void {}

  instantiate(home: HostScope): GuestInstance {
    const instance = this.#binding.instance(home);
    const imports: Record<string, unknown> = { ...instance.imports };
    for (const key of this.#importKeys) imports[key] ??= unserved(key, home);
    const task = new PlainTask();
    imports[taskKey] = task;
    return new PlainGuest(this.#compiled.instantiate(imports), { instance, task, scope: home });
  }
}

/** Stands for an interface of which nothing is known: any member of it is a class whose every function traps. */
function unserved(key: string, scope: HostScope): object {
  const trapping = (name: string): unknown => {
    const trap = (): never => {
      throw scope.failed(new Trap(`tspin does not serve ${key}#${name} yet`));
    };
    const members = { get: (_: object, member: string | symbol) => (typeof member === 'symbol' ? undefined : trap) };
    const prototype = new Proxy({}, members);
    return new Proxy(trap, {
      get: (_, member) => (member === 'prototype' ? prototype : typeof member === 'symbol' ? undefined : trap),
    });
  };
  return new Proxy({}, { get: (_, name) => (typeof name === 'symbol' ? undefined : trapping(name)) });
}

class PlainGuest implements GuestInstance {
  readonly #exports: Exports;
  readonly #instance: PlainInstance;
  readonly #task: PlainTask;
  readonly #scope: HostScope;

  constructor(exports: Exports, { instance, task, scope }: { instance: PlainInstance; task: PlainTask; scope: HostScope }) {
    this.#exports = exports;
    this.#instance = instance;
    this.#task = task;
    this.#scope = scope;
  }

  /** Nothing to do: the invocation that it was made for is its only one. */
  enter(): void {}

  async call(target: ExportedFunction, args: readonly unknown[], onReturn?: (result: unknown) => void): Promise<void> {
    const exported = this.#exports[target.interface] as Readonly<Record<string, (...args: unknown[]) => unknown>>;
    const lowered = target.type.params.map(([, type], index) => {
      const lower: Lower | undefined = compileLower(type);
      return lower ? lower(args[index], this.#instance) : args[index];
    });
    this.#scope.begins?.();
    const result = await resultOf(target, () => exported[camel(target.name)]?.(...lowered));
    const lift = target.type.result && compileLift(target.type.result);
    onReturn?.(lift ? lift(result, this.#instance) : result);
    // A call of WASI 0.3 goes on after its result.
    if (!target.type.async) return;
    await this.#task.over();
    await this.#instance.readAll();
  }

  leave(): void {
    this.#instance.dropAll();
  }

  /** It has no invocation but one. */
  abandon(): boolean {
    return false;
  }

  reset(): boolean {
    return false;
  }

  retire(): void {}

  dispose(): void {
    this.#task.stop();
  }
}

/** A WIT result as a value, as all else has it: jco gives what is in `ok`, and throws what is in `err`. */
async function resultOf({ type }: ExportedFunction, call: () => unknown): Promise<unknown> {
  if (type.result?.kind !== 'result') return call();
  try {
    return { tag: 'ok', val: await call() };
  } catch (error) {
    if (error instanceof Error) throw error;
    return { tag: 'err', val: error };
  }
}
