// Plain bindings: makes, from declarations and implementations, the import objects that jco's generated code asks for.
// What depends only on the interfaces is made once (PlainBinding); an instance adds its states and its live handles.
import type { WitFunction } from './interface.ts';
import { interfaceKey } from './name.ts';
import { compileLift, compileLower, Handle, type Lift, type Lower } from './plain-values.ts';
import type { Reading } from './plain-streams.ts';
import type { AnyProvided } from './provided.ts';
import type { HostScope } from './scope.ts';
import { Trap } from './trap.ts';
import { camel, type ResourceNode } from './types.ts';

/** How long a read that jco does not answer waits for what a guest wrote before it ended. */
const leftOpenMs = 1000;

type Call = (instance: PlainInstance, args: readonly unknown[]) => unknown;
type HandleClass = (new (object: unknown, instance: PlainInstance) => PlainHandle) & { readonly prototype: PlainHandle };

/** The object that stands for a host object in jco's tables. */
class PlainHandle extends Handle<PlainInstance> {
  readonly drop: ((state: never, object: never) => void) | undefined;
  readonly provided: AnyProvided;

  constructor(object: unknown, owner: PlainInstance, provided: AnyProvided, resource: ResourceNode) {
    super(object, owner);
    this.provided = provided;
    this.drop = provided.drops[resource.name];
  }

  /** jco calls it when the guest drops the handle. What escapes is a bug, which must not go on in the guest. */
  [Symbol.dispose](): void {
    try {
      this.owner.drop(this);
    } catch (error) {
      throw this.owner.scope.failed(error);
    }
  }
}

interface BoundInterface {
  readonly key: string;
  readonly free: readonly (readonly [string, Call])[];
  readonly resources: readonly BoundResource[];
}

interface BoundResource {
  readonly className: string;
  readonly make: HandleClass;
  readonly construct: Call | undefined;
  readonly statics: readonly (readonly [string, Call])[];
}

/** The interfaces that a host offers, bound once; `instance` is cheap enough to be called for every request. */
export class PlainBinding {
  readonly #interfaces: readonly BoundInterface[];
  readonly #classes: Map<ResourceNode, HandleClass>;
  readonly #handlesMax: number;

  /** `handlesMax`: how many live handles one instance may have before it traps. */
  constructor(provided: readonly AnyProvided[], handlesMax: number) {
    this.#classes = new Map(
      provided.flatMap(one => one.wit.resources.map(resource => [resource, handleClass(one, resource)] as const)),
    );
    this.#interfaces = provided.map(one => this.#bind(one));
    this.#handlesMax = handlesMax;
  }

  instance(scope: HostScope): PlainInstance {
    return new PlainInstance(scope, this.#interfaces, this.#classes, this.#handlesMax);
  }

  #bind(provided: AnyProvided): BoundInterface {
    const { wit } = provided;
    const calls = Object.entries(wit.functions).map(([name, declared]) => [name, compileCall(provided, name, declared)] as const);
    const named = (prefix: string) =>
      calls.filter(([name]) => name.startsWith(prefix)).map(([name, call]) => [camel(name.slice(prefix.length)), call] as const);
    const resources = wit.resources.map(resource => {
      const make = this.#classOf(resource);
      for (const [name, call] of named(`[method]${resource.name}.`)) {
        Object.defineProperty(make.prototype, name, {
          value(this: PlainHandle, ...args: unknown[]) {
            return call(this.owner, [this, ...args]);
          },
        });
      }
      const construct = calls.find(([name]) => name === `[constructor]${resource.name}`)?.[1];
      return { className: pascal(resource.name), make, construct, statics: named(`[static]${resource.name}.`) };
    });
    const free = calls.filter(([name]) => !name.startsWith('[')).map(([name, call]) => [camel(name), call] as const);
    return { key: interfaceKey(wit.name, wit.version), free, resources };
  }

  #classOf(resource: ResourceNode): HandleClass {
    const found = this.#classes.get(resource);
    if (!found) throw new Error(`no interface owns the resource ${resource.name}`);
    return found;
  }
}

/** The bindings of one instance: its import objects and the handles that its guest holds. */
export class PlainInstance {
  readonly scope: HostScope;
  readonly imports: Readonly<Record<string, unknown>>;
  readonly #classes: ReadonlyMap<ResourceNode, HandleClass>;
  readonly #handlesMax: number;
  readonly #live = new Set<PlainHandle>();
  readonly #readings = new Set<Reading>();
  #onReadAll: (() => void) | undefined;

  constructor(
    scope: HostScope,
    interfaces: readonly BoundInterface[],
    classes: ReadonlyMap<ResourceNode, HandleClass>,
    handlesMax: number,
  ) {
    this.scope = scope;
    this.#classes = classes;
    this.#handlesMax = handlesMax;
    this.imports = Object.fromEntries(interfaces.map(one => [one.key, this.#importsOf(one)]));
  }

  /** The host reads a stream or a future of the guest's; call what it gives when that is over. */
  reading(reader: Reading): () => void {
    this.#readings.add(reader);
    return () => {
      if (this.#readings.delete(reader) && this.#readings.size === 0) this.#onReadAll?.();
    };
  }

  /** The guest has done. Resolves when the host reads nothing of it any more; what the guest left open ends after a moment. */
  async readAll(): Promise<void> {
    if (this.#readings.size === 0) return;
    const timer = setInterval(() => {
      for (const reader of this.#readings) reader.giveUp();
    }, leftOpenMs);
    await new Promise<void>(resolve => {
      this.#onReadAll = resolve;
    });
    clearInterval(timer);
  }

  /** A new handle for a host object, to be handed to the guest. */
  wrap(resource: ResourceNode, object: unknown): object {
    const make = this.#classes.get(resource);
    if (!make) throw new Error(`no interface owns the resource ${resource.name}`);
    if (this.#live.size >= this.#handlesMax) {
      throw new Trap(`the guest holds ${this.#handlesMax} handles, which is the limit`);
    }
    const handle = new make(object, this);
    this.#live.add(handle);
    return handle;
  }

  /** False for a handle that was dropped or given away, and for jco's stand-in of one that never was. */
  holds(handle: PlainHandle): boolean {
    return this.#live.has(handle);
  }

  /** The guest gave the handle away (an `own` parameter): the host has the object now. */
  consume(handle: PlainHandle): void {
    this.#live.delete(handle);
  }

  drop(handle: PlainHandle): void {
    if (this.#live.delete(handle)) handle.drop?.(this.scope.state(handle.provided) as never, handle.object as never);
  }

  /** Drops what the guest left behind: those that garbage collect never drop everything. */
  dropAll(): void {
    for (const handle of this.#live) this.drop(handle);
  }

  #importsOf({ free, resources }: BoundInterface): Record<string, unknown> {
    const imports: Record<string, unknown> = {};
    for (const [name, call] of free) imports[name] = (...args: unknown[]) => call(this, args);
    for (const resource of resources) imports[resource.className] = standIn(resource, this);
    return imports;
  }
}

/** The resource's class as jco sees it: statics and constructor belong to the instance, methods are shared. */
function standIn({ make, construct, statics }: BoundResource, instance: PlainInstance): unknown {
  // jco calls it with `new`; a constructor that returns an object gives that object.
  const stand = function construction(...args: unknown[]): unknown {
    return construct?.(instance, args);
  };
  // jco makes a stand-in of this prototype for a handle that it does not know (jco-notes 1.2): it finds the instance to trap here.
  stand.prototype = Object.create(make.prototype, { owner: { value: instance } });
  Object.defineProperty(stand, Symbol.hasInstance, { value: (value: unknown) => value instanceof make });
  for (const [name, call] of statics) Object.defineProperty(stand, name, { value: (...args: unknown[]) => call(instance, args) });
  return stand;
}

function handleClass(provided: AnyProvided, resource: ResourceNode): HandleClass {
  return class extends PlainHandle {
    constructor(object: unknown, owner: PlainInstance) {
      super(object, owner, provided, resource);
    }
  };
}

function compileCall(provided: AnyProvided, name: string, declared: WitFunction): Call {
  const implementation = provided.functions[name] as ((state: unknown, ...args: unknown[]) => unknown) | undefined;
  if (!implementation) throw new Error(`${provided.wit.name} declares ${name} and does not implement it`);
  const lifts: readonly (Lift | undefined)[] = declared.params.map(([, type]) => compileLift(type));
  const lower: Lower | undefined = declared.result && compileLower(declared.result);
  const subject = `${provided.wit.name}#${name}`;
  const finish = (instance: PlainInstance, value: unknown): unknown => (lower ? lower(value, instance) : value);
  return (instance, args) => {
    const { scope } = instance;
    scope.enter(subject);
    try {
      const returned = implementation(
        scope.state(provided),
        ...lifts.map((lift, index) => (lift ? lift(args[index], instance) : args[index])),
      );
      if (!(returned instanceof Promise)) return finish(instance, returned);
      // A promise from a function that is not declared to wait would be lowered as garbage (jco-notes 2.2).
      if (!declared.waits) {
        returned.catch(() => {});
        throw new Error(`${provided.wit.name}#${name} returned a promise and is not declared to wait`);
      }
      return scope
        .wait(returned)
        .then(value => finish(instance, value))
        .catch((error: unknown) => {
          throw scope.failed(error);
        });
    } catch (error) {
      throw scope.failed(error);
    }
  };
}

const pascal = (name: string): string => camel(`-${name}`);
