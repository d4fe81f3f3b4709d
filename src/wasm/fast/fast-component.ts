// A component bound without jco: what each core import is was read from its canon section, and its core instances are made here.
import type { HostScope } from '../../wit/scope.ts';
import type { AnyProvided } from '../../wit/provided.ts';
import type { WitFunction } from '../../wit/interface.ts';
import type { ResourceNode } from '../../wit/types.ts';
import { GuestMemory, type Realloc, type StringEncoding } from '../abi/guest-memory.ts';
import { liftedSignatures } from '../abi/lifted-call.ts';
import { ResourceHandle } from '../abi/resource-handle.ts';
import type { CanonFunction, ComponentPlan, LiftedFunction } from '../component/plan.ts';
import type { ExportedFunction, GuestComponent, GuestInstance, LocateCode } from '../guest.ts';
import { Elements } from '../async/element.ts';
import { bindCanon, type BoundCanon, Offers } from './bound-canon.ts';
import type { CoreModule } from './core-modules.ts';
import { bindExport, type ExportedCall } from './exported-call.ts';
import { FastInstance } from './fast-instance.ts';
import type { SharedImages } from './image.ts';
import type { MemoryBudget } from './memory-budget.ts';
import type { Preemption } from './preemption.ts';
import type { RecycledMemory } from './recycled-memory.ts';
import { compileServingModule } from './serving-module.ts';
import { SpareMemories } from './spare-memories.ts';
import { compileTrapModule } from './trap-module.ts';
import { WaitingSignatures } from './waiting-functions.ts';

export interface FastLimits {
  /** Handles that one instance may hold; a guest that leaks them traps. */
  readonly handlesMax: number;
  /** What each memory of an instance may grow to, in bytes. */
  readonly memoryBytesMax: number;
}

export interface FastParts {
  readonly plan: ComponentPlan;
  readonly modules: readonly CoreModule[];
  readonly offers: readonly AnyProvided[];
  /** Functions that never return a promise in this app: `fermyon:spin/key-value#[method]store.get`. */
  readonly atOnce: Iterable<string>;
  readonly preemption: Preemption;
  readonly limits: FastLimits;
  /** Of all components together. */
  readonly memoryBudget: MemoryBudget;
  /** Its instances will serve more than once. */
  readonly recycle: boolean;
  /** Its instances will serve more than once without being put back, if they can. */
  readonly reuse?: boolean;
  readonly locate?: LocateCode | undefined;
}

export class FastComponent implements GuestComponent {
  readonly bindings = 'fast';
  readonly plan: ComponentPlan;
  readonly modules: readonly CoreModule[];
  readonly preemption: Preemption;
  readonly limits: FastLimits;
  readonly locate: LocateCode | undefined;
  readonly spareMemories: SpareMemories;
  readonly memoryBudget: MemoryBudget;
  /** What the memories of an instance have at first. */
  readonly initialBytes: number;
  readonly sharedImages: SharedImages = [];
  readonly trapModule: WebAssembly.Module = compileTrapModule();
  readonly isReused: boolean;
  readonly #recycle: boolean;
  /** It has tasks, streams or futures (WASI 0.3). */
  readonly isAsync: boolean;
  readonly elements: Elements = new Elements();
  /** Of the host functions that may wait. */
  readonly waiting: WaitingSignatures = new WaitingSignatures();
  readonly #servingModules = new Map<LiftedFunction, WebAssembly.Module>();
  readonly #canons: readonly BoundCanon[];
  readonly #owners: ReadonlyMap<ResourceNode, AnyProvided>;
  #unfit: string | undefined;

  /** Throws NotUnderstood when the component means something else by an interface than the host. */
  constructor({ plan, modules, offers, atOnce, preemption, limits, memoryBudget, recycle, reuse = false, locate }: FastParts) {
    this.plan = plan;
    this.modules = modules;
    this.preemption = preemption;
    this.limits = limits;
    this.locate = locate;
    this.isReused = reuse && plan.exports.every(({ options }) => options.async && options.callback !== undefined);
    this.#recycle = recycle && !this.isReused;
    this.#unfit = modules.flatMap(({ facts }) => facts.unfit)[0];
    this.spareMemories = new SpareMemories(limits.memoryBytesMax);
    this.memoryBudget = memoryBudget;
    this.initialBytes = modules.reduce((sum, { facts }) => sum + (facts.memory === 'own' ? facts.minimumPages * 65_536 : 0), 0);
    this.isAsync = plan.exports.some(({ options }) => options.async) || plan.canons.some(usesAsync);
    const offered = new Offers(offers, atOnce);
    this.#canons = plan.canons.map(canon => bindCanon(canon, offered, this.waiting));
    this.#owners = new Map(offers.flatMap(one => one.wit.resources.map(resource => [resource, one] as const)));
  }

  get unfit(): string | undefined {
    return this.#unfit;
  }

  get takesImages(): boolean {
    return this.#recycle && this.#unfit === undefined;
  }

  keepFresh(reason: string): void {
    this.#unfit ??= reason;
  }

  instantiate(home: HostScope): GuestInstance {
    return new FastInstance(this, home);
  }

  bindCanon(index: number, instance: FastInstance, memory: GuestMemory | undefined): WebAssembly.ImportValue {
    const bound = this.#canons[index];
    if (!bound) throw new Error(`the plan has no canonical function ${index}`);
    return bound(instance, memory);
  }

  bindExport(target: ExportedFunction, instance: FastInstance): ExportedCall {
    const lifted = this.plan.exports.find(one => one.interface === target.interface && one.name === target.name);
    if (!lifted) throw new Error(`the component does not export ${target.interface}#${target.name}`);
    const { type } = target;
    return bindExport({ lifted, type, servingModule: this.#servingModule(lifted, type) }, instance);
  }

  #servingModule(lifted: LiftedFunction, type: WitFunction): WebAssembly.Module | undefined {
    if (!this.isReused && !this.takesImages) return undefined;
    let module = this.#servingModules.get(lifted);
    if (!module) {
      module = compileServingModule(liftedSignatures(type, lifted.options));
      this.#servingModules.set(lifted, module);
    }
    return module;
  }

  guestMemory(
    instance: FastInstance,
    owner: RecycledMemory,
    realloc: Realloc | undefined,
    encoding: StringEncoding,
  ): GuestMemory {
    return new GuestMemory({
      memory: owner.memory,
      realloc: realloc && instance.heldRealloc(realloc),
      marks: owner.marked,
      limit: () => owner.virtualBytes,
      encoding,
    });
  }

  /** Drops the handles that an invocation left behind: guests that collect garbage never drop everything. */
  dropHandles(instance: FastInstance): void {
    for (const entry of instance.handles.added()) {
      if (!(entry instanceof ResourceHandle) || !entry.own) continue;
      const provided = this.#owners.get(entry.resource);
      const drop = provided?.drops[entry.resource.name] as ((state: unknown, object: unknown) => void) | undefined;
      if (provided && drop) drop(instance.scope.state(provided), entry.object);
    }
  }
}

/** Is it one of the async half's? */
const usesAsync = (canon: CanonFunction): boolean =>
  canon.kind === 'lower' ? canon.options.async : canon.kind !== 'resource-drop';
