// The only file that imports jco, the part of it that is needed. Imported by the transpiling process alone: jco compiles 6 MB of Wasm.
import { JcoRefusal } from './jco-refusal.ts';
import { jcoVersion } from './jco-version.ts';
import { taskKey } from './plain-task.ts';

export interface JcoOptions {
  /** From an imported interface's full name (`wasi:io/poll@0.2.6`) to its key in the imports given at instantiation. */
  readonly map: readonly (readonly [string, string])[];
  /** Functions of the host that may wait: `wasi:io/poll#poll`. */
  readonly asyncImports: readonly string[];
  /** Functions of the guest from which they are reached: `wasi:http/incoming-handler#handle`. */
  readonly asyncExports: readonly string[];
}

export interface JcoOutput {
  readonly module: Uint8Array;
  readonly coreModules: readonly (readonly [name: string, bytes: Uint8Array])[];
  /** The keys that the generated module reads from the imports. */
  readonly importKeys: readonly string[];
}

/**
 * Generates the JavaScript that runs `component`, and its core modules. Throws JcoRefusal.
 * Calls jco's generator itself: `transpileBytes` does the same and loads oxc, binaryen and more for options not used here.
 */
export async function generateBindings(component: Uint8Array, options: JcoOptions): Promise<JcoOutput> {
  const { $init, generate } = await import('@bytecodealliance/jco-transpile/component');
  await $init;
  const { files, imports } = refusing(() =>
    generate(component, {
      name: 'component',
      map: options.map.map(([from, to]): [string, string] => [from, to]),
      instantiation: { tag: 'async' },
      asyncMode: { tag: 'jspi', val: { imports: [...options.asyncImports], exports: [...options.asyncExports] } },
      noTypescript: true,
      // Errors of a guest's exports are thrown as they are, not wrapped.
      noComponentErrorWrapping: true,
    }),
  );
  const module = files.find(([name]) => name.endsWith('.js'));
  if (!module) throw new Error(`jco-transpile ${jcoVersion} made no JavaScript file`);
  return {
    module: patch(module[1]),
    coreModules: files.filter(([name]) => name.endsWith('.wasm')),
    importKeys: imports,
  };
}

/** Makes a component of a core module that imports WASI preview 1. Throws JcoRefusal. */
export async function makeComponent(module: Uint8Array, adapter: Uint8Array): Promise<Uint8Array> {
  const { componentNew } = await import('@bytecodealliance/jco-transpile/wasm-tools');
  try {
    return await componentNew(module, [['wasi_snapshot_preview1', adapter]]);
  } catch (error) {
    throw refusalOf(error);
  }
}

/** jco's trace function reads the environment, which is slow, at every step of every call: it is made to return at once. */
const silence: Hook = ['if (!globalThis?.process?.env?.JCO_DEBUG) { return; }', 'return;'];

/**
 * `imports[taskKey]` hears of the end of a WASI 0.3 task, and of its failing after it gave its result; and it gives the timers
 * by which jco polls, which would go on for ever after a trap. jco itself tells nobody.
 */
const instantiateHead = 'export function instantiate(getCoreModule, imports, instantiateCore = WebAssembly.instantiate) {';
const taskHooks: readonly Hook[] = [
  [instantiateHead, `${instantiateHead} const { setInterval, clearInterval, setTimeout } = imports['${taskKey}'] ?? globalThis;`],
  ['const handleError = (err) => {', `const handleError = (err) => { imports['${taskKey}']?.failed(err);`],
  [
    "_debugLog('[_driverLoop()] async exit indicated',",
    `imports['${taskKey}']?.ended(); _debugLog('[_driverLoop()] async exit indicated',`,
  ],
];

/** A place in jco's code, and what is to be there. */
type Hook = readonly [place: string, hook: string];

function patch(module: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(module);
  // A component without tasks has none of their places.
  const hooks = text.includes('function _driverLoop(') ? [silence, ...taskHooks] : [silence];
  return new TextEncoder().encode(hooks.reduce(replaceOnce, text));
}

function replaceOnce(text: string, [place, hook]: Hook): string {
  const parts = text.split(place);
  if (parts.length === 2) return parts.join(hook);
  const count = parts.length - 1;
  throw new Error(`the code of jco-transpile ${jcoVersion} has \`${place}\` ${count} times, not once: adapt src/wasm/jco.ts`);
}

function refusing<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw refusalOf(error);
  }
}

/** jco reports what it refuses as an error with a text for payload. Anything else, such as a trap, is a fault of its own. */
function refusalOf(error: unknown): unknown {
  if (error instanceof Error && 'payload' in error && typeof error.payload === 'string') {
    return new JcoRefusal(oneLine(error.payload), { cause: error });
  }
  return error;
}

/** jco writes a chain of reasons below one another: `failed to ...\n\nCaused by:\n    unexpected ...`. */
function oneLine(reason: string): string {
  return reason
    .replaceAll(/\s*\n\s*Caused by:\s*/g, ': ')
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim();
}
