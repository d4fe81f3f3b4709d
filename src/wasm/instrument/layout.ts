// Where the instrumentation's own things are in an instrumented module.
import type { CoreModuleParts } from './core-module.ts';

/** Names of imports and exports that are added. */
export const addedNames = {
  importModule: 'tspin',
  memory: 'memory',
  marks: 'marks',
  epoch: 'epoch',
  calls: '$tspin.calls',
  global: (index: number): string => `$tspin.g${index}`,
  start: '$tspin.start',
} as const;

/** What the names of added exports begin with. */
export const addedPrefix = '$tspin.';

/** What a core module is called in stack traces, by its index in the component. */
export const moduleNames = {
  of: (index: number): string => `tspin-core${index}`,
  indexIn(name: string): number | undefined {
    const match = /^tspin-core(\d+)$/.exec(name);
    return match ? Number(match[1]) : undefined;
  },
} as const;

/** Stands in `Instrumented.places` for the original offset of what has none: the functions that are added. */
export const addedCode = 0xffff_ffff;

/** The memory of marks: one byte for each 4 KiB page of 4 GiB, and behind them how many pages the guest believes to have. */
export const marksPages = 17;
export const marksBytes: number = 2 ** 20;

/**
 * What a memory may have in Wasm pages, one less than the format allows: addresses near each other are then never at both its
 * ends, which the elision of marks relies on (marks.ts).
 */
export const memoryPagesMax = 65_535;

/** Indices of what is added. */
export interface AddedIndices {
  /** Undefined in a module without memory. */
  readonly marksMemory: number | undefined;
  readonly epochMemory: number;
  /** `() -> ()`, `(i32) -> i32`, `(i32, i32, i32) -> (i32, i32, i32)`, `(i32, i32) -> i32` */
  readonly types: { readonly tick: number; readonly grow: number; readonly range: number; readonly mayGrow: number };
  /** Functions behind the module's own. */
  readonly tick: number;
  readonly grow: number;
  readonly range: number;
  readonly callsTable: number;
}

export function placeAdded(parts: CoreModuleParts): AddedIndices {
  const functions = parts.importedFunctions + parts.functionTypes.length;
  const { typeCount } = parts;
  return {
    marksMemory: parts.memory ? 1 : undefined,
    epochMemory: parts.memory ? 2 : 0,
    types: { tick: typeCount, grow: typeCount + 1, range: typeCount + 2, mayGrow: typeCount + 3 },
    tick: functions,
    grow: functions + 1,
    range: functions + 2,
    callsTable: parts.importedTables + parts.ownTables,
  };
}
