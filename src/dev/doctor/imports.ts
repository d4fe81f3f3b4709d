// The interfaces that a component's file imports, without their versions.
import { readFile } from 'node:fs/promises';

import { readCoreModule } from '../../wasm/core-module.ts';
import { inspectComponent } from '../../wasm/inspect.ts';
import { fileKindOf } from '../../wasm/preamble.ts';

/** `wasi:io/poll`, `fermyon:spin/key-value`. Undefined for a file that is no Wasm. Throws MalformedWasm. */
export async function importedInterfaces(path: string): Promise<ReadonlySet<string> | undefined> {
  const bytes = await readFile(path);
  const { kind } = fileKindOf(bytes);
  if (kind === 'component') return new Set(inspectComponent(bytes).imports.map(one => one.interface));
  // A core module names the interfaces that it will import as a component.
  if (kind === 'core-module') return new Set(readCoreModule(bytes).imports.map(({ module }) => module.replace(/@.*$/, '')));
  return undefined;
}
