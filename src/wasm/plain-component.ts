// A component bound by jco: its instances serve one invocation each.
import { compileLower, type Lower } from '../wit/plain-values.ts';
import type { PlainBinding, PlainInstance } from '../wit/plain.ts';
import type { HostScope } from '../wit/scope.ts';
import { camel } from '../wit/types.ts';
import type { CompiledComponent } from './compile.ts';
import type { ExportedFunction, GuestComponent, GuestInstance } from './guest.ts';

type Exports = Readonly<Record<string, unknown>>;

export class PlainComponent implements GuestComponent {
  readonly bindings = 'plain';
  readonly unfit: string;
  readonly #compiled: Pick<CompiledComponent, 'instantiate'>;
  readonly #binding: PlainBinding;

  constructor(compiled: Pick<CompiledComponent, 'instantiate'>, binding: PlainBinding, unfit: string) {
    this.#compiled = compiled;
    this.#binding = binding;
    this.unfit = unfit;
  }

  instantiate(home: HostScope): GuestInstance {
    const instance = this.#binding.instance(home);
    return new PlainGuest(this.#compiled.instantiate(instance.imports), instance);
  }
}

class PlainGuest implements GuestInstance {
  readonly #exports: Exports;
  readonly #instance: PlainInstance;

  constructor(exports: Exports, instance: PlainInstance) {
    this.#exports = exports;
    this.#instance = instance;
  }

  /** Nothing to do: the invocation that it was made for is its only one. */
  enter(): void {}

  async call(target: ExportedFunction, args: readonly unknown[], onReturn?: (result: unknown) => void): Promise<void> {
    const exported = this.#exports[target.interface] as Readonly<Record<string, (...args: unknown[]) => unknown>>;
    const lowered = target.type.params.map(([, type], index) => {
      const lower: Lower | undefined = compileLower(type);
      return lower ? lower(args[index], this.#instance) : args[index];
    });
    const result = await exported[camel(target.name)]?.(...lowered);
    onReturn?.(result);
  }

  leave(): void {
    this.#instance.dropAll();
  }

  reset(): boolean {
    return false;
  }

  dispose(): void {}
}
