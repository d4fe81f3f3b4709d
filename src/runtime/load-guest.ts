// From a prepared component to one of which instances can be made, with the bindings that it was prepared for.
import { compileCoreModules, loadComponent, type CoreModules } from '../wasm/compile.ts';
import { CodePlaces } from '../wasm/fast/code-places.ts';
import { FastComponent, type FastLimits } from '../wasm/fast/fast-component.ts';
import type { MemoryBudget } from '../wasm/fast/memory-budget.ts';
import type { Preemption } from '../wasm/fast/preemption.ts';
import type { GuestComponent, LocateCode } from '../wasm/guest.ts';
import { PlainComponent } from '../wasm/plain-component.ts';
import { plainLocate } from '../wasm/plain-places.ts';
import { preparedFile, type PreparedComponent } from '../wasm/prepare.ts';
import type { PlainBinding } from '../wit/plain.ts';
import type { AnyProvided } from '../wit/provided.ts';

export interface GuestOptions {
  readonly offers: readonly AnyProvided[];
  /** Made when a component needs it. */
  readonly plainBinding: () => PlainBinding;
  /** Functions that never return a promise in this app: `fermyon:spin/key-value#[method]store.get`. */
  readonly atOnce: readonly string[];
  readonly preemption: Preemption;
  readonly limits: FastLimits;
  readonly memoryBudget: MemoryBudget;
  /** Its instances will be put back and serve again, where they are fit for it. */
  readonly recycle: boolean;
  /** Its instances will not be put back, where they can be reused. */
  readonly reuse: boolean;
}

/** `modules`: the core modules, when another thread has compiled them already. */
export async function loadGuest(
  prepared: PreparedComponent,
  options: GuestOptions,
  modules?: CoreModules,
): Promise<GuestComponent> {
  const { files } = prepared;
  const compiled = modules ?? (await compileCoreModules(prepared, options.limits.memoryBytesMax));
  if (files.bindings === 'plain') {
    const path = (name: string): string => preparedFile(prepared, name);
    const locate = plainLocate(files.lines, path, options.limits.memoryBytesMax);
    return new PlainComponent(await loadComponent(prepared, compiled), options.plainBinding(), { ...files, locate });
  }
  const core = files.coreFiles.map((name, index) => {
    const module = compiled[name];
    const facts = files.facts[index];
    if (!module || !facts) throw new Error(`component ${prepared.componentId} has no core module ${name}`);
    return { module, facts };
  });
  const places = new CodePlaces(
    files.placesFiles.map((name, index) => {
      const lines = files.linesFiles[index] ?? undefined;
      return { places: preparedFile(prepared, name), lines: lines && preparedFile(prepared, lines) };
    }),
  );
  const locate: LocateCode = (module, offset) => places.locate(module, offset);
  return new FastComponent({ ...options, plan: files.plan, modules: core, locate });
}
