// From prepared files to something that makes instances. Keeps no state: instances know nothing of one another.
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { limitMemory } from './limit-memory.ts';
import { preparedFile } from './prepare.ts';
import type { PreparedComponent } from './prepare.ts';

/** Compiled core modules by file name. They can be posted to other threads, so that each is compiled once a process. */
export type CoreModules = Readonly<Record<string, WebAssembly.Module>>;

/** Makes one core instance; the seam at which a caller sees, or replaces, what a core module is given. */
export type InstantiateCore = (module: WebAssembly.Module, imports: WebAssembly.Imports) => WebAssembly.Instance;

export interface CompiledComponent {
  readonly prepared: PreparedComponent;
  readonly coreModules: CoreModules;
  /**
   * Makes an instance and gives its exports by full name (`wasi:http/incoming-handler@0.2.0`), at once.
   * Every call gives a fresh instance, with memories, tables and handles of its own. Throws what the component's start
   * throws, and an Error when `imports` lacks what the component imports.
   */
  instantiate(imports: Readonly<Record<string, unknown>>, instantiateCore?: InstantiateCore): Readonly<Record<string, unknown>>;
}

/** Compiles the core modules and loads the component. */
export async function compileComponent(prepared: PreparedComponent): Promise<CompiledComponent> {
  return loadComponent(prepared, await compileCoreModules(prepared));
}

/** `memoryBytesMax`: what each memory of plain bindings may grow to; with fast ones the host makes the memories. */
export async function compileCoreModules(prepared: PreparedComponent, memoryBytesMax?: number): Promise<CoreModules> {
  const modules = prepared.files.coreFiles.map(async name => {
    const bytes = await readFile(preparedFile(prepared, name));
    const limits = prepared.files.bindings === 'plain' && memoryBytesMax !== undefined;
    const module = await WebAssembly.compile(limits ? (limitMemory(bytes, memoryBytesMax) as Uint8Array<ArrayBuffer>) : bytes);
    return [name, module] as const;
  });
  return Object.fromEntries(await Promise.all(modules));
}

/** What jco generates. With callbacks that answer at once it answers at once, else it gives a promise. */
interface GeneratedModule {
  instantiate(
    getCoreModule: (name: string) => WebAssembly.Module,
    imports: Readonly<Record<string, unknown>>,
    instantiateCore: InstantiateCore,
  ): Readonly<Record<string, unknown>> | Promise<unknown>;
}

/** Loads the component in this thread, with core modules that were compiled in this or another one. */
export async function loadComponent(prepared: PreparedComponent, coreModules: CoreModules): Promise<CompiledComponent> {
  const { files } = prepared;
  if (files.bindings !== 'plain') throw new Error(`component ${prepared.componentId} was not prepared for plain bindings`);
  const url = pathToFileURL(preparedFile(prepared, files.moduleFile)).href;
  // The cache gives a different directory to every version of a component, so the module that Node remembers for a URL is right.
  const generated = (await import(url)) as GeneratedModule;
  const getCoreModule = (name: string): WebAssembly.Module => {
    const module = coreModules[name];
    if (!module) throw new Error(`component ${prepared.componentId} has no core module ${name}`);
    return module;
  };
  return {
    prepared,
    coreModules,
    instantiate(imports, instantiateCore = instantiateSynchronously) {
      const exports = generated.instantiate(getCoreModule, imports, instantiateCore);
      if (exports instanceof Promise) throw new Error(`component ${prepared.componentId} did not instantiate at once`);
      return exports;
    },
  };
}

function instantiateSynchronously(module: WebAssembly.Module, imports: WebAssembly.Imports): WebAssembly.Instance {
  return new WebAssembly.Instance(module, imports);
}
