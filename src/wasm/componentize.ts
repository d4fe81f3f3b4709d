// Decides how a core module becomes a component, by Spin's rules (spin-behaviour 6; crates/componentize of Spin).
import type { TspinError } from '../errors.ts';
import { customSectionsOf } from './binary.ts';
import { producersOf, readCoreModule } from './core-module.ts';
import type { CoreModule } from './core-module.ts';
import type { AdapterName } from './adapter.ts';
import { componentError } from './source.ts';
import type { ComponentRequest } from './source.ts';

/**
 * The adapter with which `module` becomes a component: `reactor` for one made with wit-bindgen, `command` for a program.
 * Throws TspinError where there is none, MalformedWasm where the module cannot be read.
 */
export function adapterFor(request: ComponentRequest, module: Uint8Array): AdapterName {
  const componentTypes = customSectionsOf(module).filter(({ name }) => name.startsWith('component-type'));
  if (componentTypes.length > 0) {
    const version = componentTypes.map(({ data, offset }) => bindgenVersionOf(data, offset)).find(found => found !== undefined);
    // Spin takes a module whose section does not name wit-bindgen for one of Spin 1. Made by `wasm-tools component embed`
    // it is as good as any other, so it is taken here.
    if (version !== undefined && !adaptable(version)) throw bindgenVersion(request, version);
    return 'reactor';
  }
  const core = readCoreModule(module);
  if (usesSpin1(core)) throw spin1(request);
  if (!core.exports.includes('_start')) throw unadaptable(request);
  checkAllocator(request, module);
  return 'command';
}

/**
 * A component-type section holds a component, in whose producers wit-bindgen notes its version. Older ones, as wit-bindgen 0.16
 * and with it SDK 3 for Rust, have a version, an encoding and the world's name before it.
 */
function bindgenVersionOf(section: Uint8Array, offset: number): string | undefined {
  const start = Math.max(0, Buffer.from(section.buffer, section.byteOffset, section.byteLength).indexOf(wasmMagic));
  const tools = producersOf(section.subarray(start), offset + start).get('processed-by') ?? [];
  return tools.find(([tool]) => tool.startsWith('wit-bindgen'))?.[1];
}

const wasmMagic = '\0asm';

function adaptable(version: string): boolean {
  const match = /^(\d+)\.(\d+)/.exec(version);
  return match !== null && Number(match[1]) === 0 && Number(match[2]) >= 5;
}

const spin1Exports = ['canonical_abi_realloc', 'cabi_realloc', 'handle-http-request', 'handle-redis-message'];

function usesSpin1(core: CoreModule): boolean {
  return core.exports.some(name => spin1Exports.includes(name));
}

/** The oldest clang whose wasi-libc allocator is sound (wasi-sdk 19; WebAssembly/wasi-libc#377). */
const soundClang = [15, 0, 7] as const;

function checkAllocator(request: ComponentRequest, module: Uint8Array): void {
  const clang = (producersOf(module).get('processed-by') ?? []).find(([tool]) => tool === 'clang')?.[1];
  const match = clang === undefined ? null : /^(\d+)\.(\d+)\.(\d+)/.exec(clang);
  if (!match) return;
  const version = [Number(match[1]), Number(match[2]), Number(match[3])];
  const difference = soundClang.map((part, index) => (version[index] ?? 0) - part).find(by => by !== 0) ?? 0;
  if (difference >= 0) return;
  throw componentError(
    request,
    'core-module-unsafe-libc',
    `${request.path} was built with clang ${version.join('.')}, whose wasi-libc corrupts memory (wasi-libc issue 377)`,
    'build it with wasi-sdk 19 or newer, or with a TinyGo of 0.28 or newer',
  );
}

function bindgenVersion(request: ComponentRequest, version: string): TspinError {
  return componentError(
    request,
    'core-module-bindgen-version',
    `${request.path} is a core module made with wit-bindgen ${version}, which cannot be turned into a component`,
    ['build it with wit-bindgen 0.5 or newer (below 1.0)', 'or build it as a component: for Rust, the target wasm32-wasip2'],
  );
}

function spin1(request: ComponentRequest): TspinError {
  return componentError(
    request,
    'core-module-spin-1',
    `${request.path} is a core module made with an SDK of Spin 1, which tspin does not run yet`,
    'update the Spin SDK (for Rust: spin-sdk 3 or newer) and build it again',
  );
}

function unadaptable(request: ComponentRequest): TspinError {
  return componentError(
    request,
    'core-module-unadaptable',
    `${request.path} is a core module with neither a component-type section nor a _start function: nothing says how to call it`,
    [
      'build it as a component: for Rust, the target wasm32-wasip2',
      'for C and Go: `wasm-tools component embed` with its WIT, then `wasm-tools component new`',
    ],
  );
}
