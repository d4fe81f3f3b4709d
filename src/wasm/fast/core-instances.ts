// Makes the core instances of one instance of a component, in the order that its plan gives.
import type { GuestMemory, Realloc } from '../abi/guest-memory.ts';
import type { CanonOptions, CoreItem } from '../component/plan.ts';
import { addedNames } from '../instrument/layout.ts';
import type { FastComponent } from './fast-component.ts';
import type { FastInstance } from './fast-instance.ts';
import { RecycledMemory } from './recycled-memory.ts';

type Imports = Record<string, Record<string, WebAssembly.ImportValue>>;

export class CoreInstances {
  readonly #component: FastComponent;
  readonly #instance: FastInstance;
  readonly #exports: WebAssembly.Exports[] = [];
  /** By core instance: its memory 0, whoever owns it. */
  readonly #memoryOf: (RecycledMemory | undefined)[] = [];
  readonly #guestMemories = new Map<string, GuestMemory>();
  /** Those that an instance of this component owns. */
  readonly memories: RecycledMemory[] = [];
  /** All mutable globals. */
  readonly globals: WebAssembly.Global[] = [];

  constructor(component: FastComponent, instance: FastInstance) {
    this.#component = component;
    this.#instance = instance;
    for (const index of component.plan.instances.keys()) this.#make(index);
  }

  /** A function or other export of a core instance. */
  item(item: CoreItem): WebAssembly.ExportValue {
    const found = item.from === 'instance' ? this.#exports[item.instance]?.[item.name] : undefined;
    if (found === undefined) throw new Error(`a core instance does not export ${JSON.stringify(item)}`);
    return found;
  }

  function(item: CoreItem): (...args: (number | bigint)[]) => unknown {
    return this.item(item) as (...args: (number | bigint)[]) => unknown;
  }

  /** The guest's memory as a canonical function sees it; undefined when it needs none. */
  guestMemory({ memory, realloc, encoding }: CanonOptions): GuestMemory | undefined {
    if (!memory) return undefined;
    const key = `${keyOf(memory)} ${realloc ? keyOf(realloc) : ''} ${encoding}`;
    let found = this.#guestMemories.get(key);
    if (!found) {
      const owner = memory.from === 'instance' ? this.#memoryOf[memory.instance] : undefined;
      if (!owner) throw new Error('a canonical function names no memory');
      found = this.#component.guestMemory(this.#instance, owner, realloc && (this.item(realloc) as Realloc), encoding);
      this.#guestMemories.set(key, found);
    }
    return found;
  }

  /** The memories may have less from now on: they were put back. */
  forget(): void {
    for (const memory of this.#guestMemories.values()) memory.forget();
  }

  /** Lets other instances have the memories: none of this one's functions may be called from now on. */
  giveMemories(): void {
    for (const memory of this.memories) this.#component.spareMemories.put(memory);
  }

  #make(index: number): void {
    const plan = this.#component.plan.instances[index];
    const core = plan && this.#component.modules[plan.module];
    if (!plan || !core) throw new Error(`the plan has no core instance ${index}`);
    const imports: Imports = {};
    let memory: RecycledMemory | undefined;
    for (const { module, name, kind, item } of plan.imports) {
      const value = item.from === 'canon' ? this.#canon(item.canon) : this.item(item);
      (imports[module] ??= {})[name] = value;
      if (kind === 'memory' && item.from === 'instance') memory ??= this.#memoryOf[item.instance];
    }
    if (core.facts.memory === 'own') {
      memory = this.#component.spareMemories.take(core.facts);
      this.memories.push(memory);
    }
    imports[addedNames.importModule] = this.#addedImports(memory);
    const { exports } = new WebAssembly.Instance(core.module, imports);
    this.#exports[index] = exports;
    this.#memoryOf[index] = memory;
    for (const name of core.facts.mutableGlobals) this.globals.push(exports[name] as WebAssembly.Global);
    this.#instance.putCalls(exports[addedNames.calls] as WebAssembly.Table | undefined);
    const start = exports[addedNames.start] as (() => void) | undefined;
    start?.();
  }

  #addedImports(memory: RecycledMemory | undefined): Record<string, WebAssembly.ImportValue> {
    const given: Record<string, WebAssembly.ImportValue> = { [addedNames.epoch]: this.#component.preemption.memory };
    if (!memory) return given;
    given[addedNames.memory] = memory.memory;
    given[addedNames.marks] = memory.marks;
    return given;
  }

  #canon(index: number): WebAssembly.ImportValue {
    const canon = this.#component.plan.canons[index];
    if (!canon) throw new Error(`the plan has no canonical function ${index}`);
    return this.#component.bindCanon(index, this.#instance, 'options' in canon ? this.guestMemory(canon.options) : undefined);
  }
}

const keyOf = (item: CoreItem): string => (item.from === 'instance' ? `${item.instance}/${item.name}` : `canon ${item.canon}`);
