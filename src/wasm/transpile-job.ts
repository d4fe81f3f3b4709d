// What the transpiling process is told and what it answers: shared by both sides.
import type { AdapterName } from './adapter.ts';
import type { ComponentPlan } from './component/plan.ts';
import type { CoreModuleFacts } from './fast/core-modules.ts';
import type { ComponentShape } from './inspect.ts';

/** `fast`: by tspin itself, where it understands the component; `plain`: by jco. */
export type Bindings = 'fast' | 'plain';

/** An argument of the process: it is started before there is a job. */
export const aheadWord = 'ahead';

/** Sent as one message. */
export interface TranspileJob {
  /** The file that is transpiled, and its sha256 in hex: when it has changed, the process asks for the bytes that it had. */
  readonly source: { readonly path: string; readonly digest: string };
  /** The folder, made by the caller and empty, that the files are written into. */
  readonly directory: string;
  /** Set for a core module: what makes it a component first. */
  readonly adapter: AdapterName | undefined;
  /** Where may be kept what serves later jobs too; undefined: nowhere. */
  readonly cacheDirectory: string | undefined;
  readonly asyncImports: readonly string[];
  readonly asyncExports: readonly string[];
  /** The bindings that are wanted. */
  readonly bindings: Bindings;
}

/** What jco made. */
export interface PlainFiles {
  readonly bindings: 'plain';
  /** File name of the generated JavaScript module. */
  readonly moduleFile: string;
  /** File names of the core modules, as the generated module asks for them. */
  readonly coreFiles: readonly string[];
  /** Of those that have lines: the name that V8 gives the module in frames. */
  readonly lines: readonly ModuleLines[];
  /** The keys that the generated module reads from its imports. */
  readonly importKeys: readonly string[];
  /** Why it is not bound by tspin itself, for people. */
  readonly why: string;
}

export interface ModuleLines {
  /** In the module's name section; `''` where it has none. No two of a component have the same. */
  readonly module: string;
  readonly coreFile: string;
  /** Name of what `sourceLines` made. */
  readonly linesFile: string;
}

/** Instrumented core modules, and how to put them together. */
export interface FastFiles {
  readonly bindings: 'fast';
  /** File names of the core modules, in the plan's order. */
  readonly coreFiles: readonly string[];
  readonly facts: readonly CoreModuleFacts[];
  /** File names of what tells where their code was before (CodePlaces), in the same order. */
  readonly placesFiles: readonly string[];
  /** File names of their lines (CodeLines), in the same order; null for one without. */
  readonly linesFiles: readonly (string | null)[];
  readonly plan: ComponentPlan;
}

export type TranspiledComponent = ComponentShape & { readonly files: PlainFiles | FastFiles };

/** The bytes are to come through stdin. */
export interface TranspileQuestion {
  readonly kind: 'needs-bytes';
}

/** `refused`: the component is at fault, the reason is for the user. `failed`: the transpiler is. */
export type TranspileAnswer =
  | { readonly kind: 'done'; readonly component: TranspiledComponent }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };
