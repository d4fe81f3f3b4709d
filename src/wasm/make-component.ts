// Makes a component of a core module: in the shell of an earlier one, where there is one, else by jco's wasm-tools.
import { readAdapter, type AdapterName } from './adapter.ts';
import { moduleFace } from './shell/module-face.ts';
import { shellOf, wrap } from './shell/shell.ts';
import { ShellStore } from './shell/shell-store.ts';

export interface MakeComponentOptions {
  readonly adapter: AdapterName;
  /** Where shells are kept; undefined: they are not. */
  readonly cacheDirectory: string | undefined;
}

/** Throws JcoRefusal. */
export async function makeComponent(
  module: Uint8Array<ArrayBuffer>,
  { adapter, cacheDirectory }: MakeComponentOptions,
): Promise<Uint8Array> {
  const face = cacheDirectory === undefined ? undefined : moduleFace(module);
  if (cacheDirectory === undefined || face === undefined) return byWasmTools(module, adapter);
  const store = new ShellStore(cacheDirectory);
  const known = await store.read({ adapter, face });
  // What is wrong with one that is not valid, wasm-tools tells. It takes whatever V8 takes.
  if (known && WebAssembly.validate(module)) return wrap(known, module);
  const component = await byWasmTools(module, adapter);
  const shell = shellOf(component, module);
  if (shell) await store.write({ adapter, face }, shell);
  return component;
}

async function byWasmTools(module: Uint8Array, adapter: AdapterName): Promise<Uint8Array> {
  const [jco, bytes] = await Promise.all([import('./jco.ts'), readAdapter(adapter)]);
  return jco.makeComponent(module, bytes);
}
