// Reads a component's definitions in their order and makes the plan of it (component-model, Binary.md). Runs nothing of it.
import { ByteReader, MalformedWasm, sectionsOf } from '../binary.ts';
import { readExternName } from '../component-types.ts';
import { readCanon } from './canon-reader.ts';
import { coreImportsOf } from './core-imports.ts';
import {
  newScope,
  type ComponentScope,
  type CoreInstanceDefinition,
  type CoreSort,
  type Definition,
  type InstanceDefinition,
} from './definitions.ts';
import { NotUnderstood } from './not-understood.ts';
import type { CanonFunction, ComponentPlan, CoreImport, CoreInstancePlan, CoreItem, LiftedFunction } from './plan.ts';
import { instanceOf, outerType, readTypeBound, readTypeDefinition, typeAt } from './type-reader.ts';

/** Throws NotUnderstood for a component that tspin does not bind itself, malformed ones included. */
export function planComponent(component: Uint8Array): ComponentPlan {
  try {
    const planner = new Planner(component);
    planner.read(component, 0, newScope(undefined), undefined);
    return planner.plan;
  } catch (error) {
    if (error instanceof MalformedWasm) throw new NotUnderstood(error.message);
    throw error;
  }
}

const coreSorts: Readonly<Record<number, CoreSort>> = {
  0x00: 'func',
  0x01: 'table',
  0x02: 'memory',
  0x03: 'global',
  0x04: 'tag',
};

interface CoreModuleRange {
  readonly offset: number;
  readonly length: number;
}

class Planner {
  readonly #component: Uint8Array;
  readonly #modules: CoreModuleRange[] = [];
  readonly #canons: CanonFunction[] = [];
  readonly #instances: CoreInstancePlan[] = [];
  readonly #exports: LiftedFunction[] = [];

  constructor(component: Uint8Array) {
    this.#component = component;
  }

  get plan(): ComponentPlan {
    return { modules: this.#modules, canons: this.#canons, instances: this.#instances, exports: this.#exports };
  }

  /** `args`: what a component inside is instantiated with; undefined for the outermost. Gives its exports. */
  read(component: Uint8Array, base: number, scope: ComponentScope, args: InstanceDefinition | undefined): InstanceDefinition {
    const exports = new Map<string, Definition>();
    for (const { id, body, offset } of sectionsOf(component, base)) {
      if (id === 0 || id === 3) continue;
      const reader = new ByteReader(body, offset);
      if (args && (id === 1 || id === 2 || id === 8)) throw new NotUnderstood('it is composed of several components');
      if (id === 1) this.#addModule(offset, body.byteLength, scope);
      else if (id === 4) scope.components.push({ body, offset, scope });
      else if (id === 11) reader.vector(() => this.#readExport(reader, scope, exports, args === undefined));
      else reader.vector(() => this.#readDefinition(id, reader, scope, args));
    }
    return exports;
  }

  #addModule(offset: number, length: number, scope: ComponentScope): void {
    scope.coreModules.push(this.#modules.push({ offset, length }) - 1);
  }

  #readDefinition(id: number, reader: ByteReader, scope: ComponentScope, args: InstanceDefinition | undefined): void {
    switch (id) {
      case 2:
        scope.coreInstances.push(this.#readCoreInstance(reader, scope));
        return;
      case 5:
        scope.instances.push(this.#readInstance(reader, scope));
        return;
      case 6:
        readAlias(reader, scope);
        return;
      case 7:
        scope.types.push(readTypeDefinition(reader, scope));
        return;
      case 8:
        this.#readCanon(reader, scope);
        return;
      case 10:
        readImport(reader, scope, args);
        return;
      default:
        throw new NotUnderstood(`it has a section ${id}`);
    }
  }

  #readCanon(reader: ByteReader, scope: ComponentScope): void {
    const canon = readCanon(reader, scope);
    if (canon.kind === 'lift') scope.functions.push(canon.function);
    else scope.core.func.push({ from: 'canon', canon: this.#canons.push(canon.canon) - 1 });
  }

  #readCoreInstance(reader: ByteReader, scope: ComponentScope): CoreInstanceDefinition {
    if (reader.byte() === 0x01) {
      const items = reader.vector((): readonly [string, CoreItem] => {
        const name = reader.name();
        return [name, coreItem(reader, scope)];
      });
      return { kind: 'bag', items: new Map(items) };
    }
    const module = scope.coreModules[reader.u32()];
    const args = new Map(
      reader.vector((): readonly [string, CoreInstanceDefinition] => {
        const name = reader.name();
        reader.byte();
        return [name, coreInstanceAt(reader, scope)];
      }),
    );
    if (module === undefined) throw new MalformedWasm('there is no such core module', reader.offset);
    const imports = this.#coreImports(module, args);
    return { kind: 'made', instance: this.#instances.push({ module, imports }) - 1 };
  }

  #coreImports(module: number, args: ReadonlyMap<string, CoreInstanceDefinition>): CoreImport[] {
    const { offset, length } = this.#modules[module] ?? { offset: 0, length: 0 };
    const binary = this.#component.subarray(offset, offset + length);
    return coreImportsOf(binary, offset).map(imported => {
      const given = args.get(imported.module);
      const item = given && itemOf(given, imported.name);
      if (!item) throw new MalformedWasm(`nothing is given for the core import ${imported.module} ${imported.name}`, offset);
      return { ...imported, item };
    });
  }

  #readInstance(reader: ByteReader, scope: ComponentScope): InstanceDefinition {
    const form = reader.byte();
    if (form === 0x01) {
      return new Map(
        reader.vector((): readonly [string, Definition] => {
          const name = readExternName(reader);
          return [name, definition(reader, scope)];
        }),
      );
    }
    const inner = scope.components[reader.u32()];
    const args = reader.vector((): readonly [string, Definition] => {
      const name = reader.name();
      return [name, definition(reader, scope)];
    });
    if (!inner) throw new MalformedWasm('there is no such component', reader.offset);
    return this.read(inner.body, inner.offset, newScope(inner.scope), new Map(args));
  }

  #readExport(reader: ByteReader, scope: ComponentScope, exports: Map<string, Definition>, outermost: boolean): void {
    const name = readExternName(reader);
    const exported = definition(reader, scope);
    if (reader.byte() !== 0) skipExternType(reader);
    exports.set(name, exported);
    addTo(scope, exported);
    if (!outermost) return;
    if (exported.sort === 'function') this.#addExport(undefined, name, exported);
    if (exported.sort === 'instance') {
      for (const [member, inner] of exported.instance) if (inner.sort === 'function') this.#addExport(name, member, inner);
    }
  }

  #addExport(owner: string | undefined, name: string, exported: Extract<Definition, { sort: 'function' }>): void {
    const { function: lifted } = exported;
    if (lifted.kind !== 'lifted') throw new NotUnderstood('it exports a function that it imports');
    const { type, core, options } = lifted;
    this.#exports.push({ interface: owner, name, type, core, options });
  }
}

function readImport(reader: ByteReader, scope: ComponentScope, args: InstanceDefinition | undefined): void {
  const name = readExternName(reader);
  const given = args?.get(name);
  const sort = reader.byte();
  if (args) {
    if (!given) throw new MalformedWasm(`a component inside gets no ${name}`, reader.offset);
    skipExternBody(reader, sort);
    addTo(scope, given);
  } else if (sort === 0x05) {
    addTo(scope, { sort: 'instance', instance: instanceOf(typeAt(reader, scope), name) });
  } else if (sort === 0x03) {
    scope.types.push(readTypeBound(reader, scope, name, ''));
  } else {
    throw new NotUnderstood(`it imports ${name}, which is no interface`);
  }
}

function readAlias(reader: ByteReader, scope: ComponentScope): void {
  const sort = reader.byte();
  const coreSort = sort === 0x00 ? reader.byte() : undefined;
  const target = reader.byte();
  if (target === 0x01) {
    const instance = coreInstanceAt(reader, scope);
    const item = itemOf(instance, reader.name());
    const kind = coreSort === undefined ? undefined : coreSorts[coreSort];
    if (!item || !kind) throw new MalformedWasm('an alias leads to no core export', reader.offset);
    scope.core[kind].push(item);
  } else if (target === 0x00) {
    const instance = scope.instances[reader.u32()];
    const found = instance?.get(reader.name());
    if (!found) throw new MalformedWasm('an alias leads to no export', reader.offset);
    addTo(scope, found);
  } else if (sort === 0x03) {
    scope.types.push(outerType(reader, scope));
  } else {
    throw new NotUnderstood('it has an alias of something around it that is no type');
  }
}

function definition(reader: ByteReader, scope: ComponentScope): Definition {
  const sort = reader.byte();
  const index = reader.u32();
  const found = sort === 0x01 ? scope.functions[index] : undefined;
  if (found) return { sort: 'function', function: found };
  const type = sort === 0x03 ? scope.types[index] : undefined;
  if (type) return { sort: 'type', type };
  const component = sort === 0x04 ? scope.components[index] : undefined;
  if (component) return { sort: 'component', component };
  const instance = sort === 0x05 ? scope.instances[index] : undefined;
  if (instance) return { sort: 'instance', instance };
  throw new NotUnderstood(`it uses a definition of the sort ${sort} with the index ${index}`);
}

function addTo(scope: ComponentScope, added: Definition): void {
  if (added.sort === 'function') scope.functions.push(added.function);
  else if (added.sort === 'type') scope.types.push(added.type);
  else if (added.sort === 'instance') scope.instances.push(added.instance);
  else scope.components.push(added.component);
}

function coreItem(reader: ByteReader, scope: ComponentScope): CoreItem {
  const sort = coreSorts[reader.byte()];
  const item = sort && scope.core[sort][reader.u32()];
  if (!item) throw new MalformedWasm('there is no such core item', reader.offset);
  return item;
}

function coreInstanceAt(reader: ByteReader, scope: ComponentScope): CoreInstanceDefinition {
  const found = scope.coreInstances[reader.u32()];
  if (!found) throw new MalformedWasm('there is no such core instance', reader.offset);
  return found;
}

const itemOf = (instance: CoreInstanceDefinition, name: string): CoreItem | undefined =>
  instance.kind === 'bag' ? instance.items.get(name) : { from: 'instance', instance: instance.instance, name };

function skipExternType(reader: ByteReader): void {
  skipExternBody(reader, reader.byte());
}

function skipExternBody(reader: ByteReader, sort: number): void {
  if (sort === 0x00) reader.byte();
  if (sort === 0x03) {
    if (reader.byte() === 0x00) reader.u32();
  } else {
    reader.u32();
  }
}
