// What the transpiling process is told and what it answers. Types only: shared by both sides.
import type { AdapterName } from './adapter.ts';
import type { ComponentShape } from './inspect.ts';

/** Sent as one message; the Wasm itself comes through stdin. */
export interface TranspileJob {
  /** The folder, made by the caller and empty, that the files are written into. */
  readonly directory: string;
  /** Set for a core module: what makes it a component first. */
  readonly adapter: AdapterName | undefined;
  readonly asyncImports: readonly string[];
  readonly asyncExports: readonly string[];
}

export interface TranspiledComponent extends ComponentShape {
  /** File name of the generated JavaScript module. */
  readonly moduleFile: string;
  /** File names of the core modules, as the generated module asks for them. */
  readonly coreFiles: readonly string[];
  /** The keys that the generated module reads from its imports. */
  readonly importKeys: readonly string[];
}

/** `refused`: the component is at fault, the reason is for the user. `failed`: the transpiler is. */
export type TranspileAnswer =
  | { readonly kind: 'done'; readonly component: TranspiledComponent }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };
