// The transpiling process: takes one job and one Wasm file, writes the result, answers, ends. Started by transpile.ts alone.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { interfaceKey } from '../wit/name.ts';
import { readAdapter } from './adapter.ts';
import { MalformedWasm } from './binary.ts';
import { inspectComponent } from './inspect.ts';
import type { ComponentShape } from './inspect.ts';
import { JcoRefusal, generateBindings, makeComponent } from './jco.ts';
import type { TranspileAnswer, TranspileJob, TranspiledComponent } from './transpile-job.ts';

// A Ctrl-C reaches all processes of the terminal. The parent decides what it means and ends this one.
process.on('SIGINT', () => undefined);
process.once('message', (job: TranspileJob) => void answer(job));

async function answer(job: TranspileJob): Promise<void> {
  const message: TranspileAnswer = await transpile(job).then(
    component => ({ kind: 'done', component }),
    (error: unknown) =>
      error instanceof JcoRefusal || error instanceof MalformedWasm
        ? { kind: 'refused', reason: error.message }
        : { kind: 'failed', reason: error instanceof Error ? error.message : String(error) },
  );
  // A parent that is gone needs no answer.
  if (process.connected) process.send?.(message, () => process.disconnect?.());
}

async function transpile(job: TranspileJob): Promise<TranspiledComponent> {
  const source = await buffer(process.stdin);
  const component = job.adapter === undefined ? source : await makeComponent(source, await readAdapter(job.adapter));
  const shape = inspectComponent(component);
  const output = await generateBindings(component, {
    map: importMap(shape),
    asyncImports: job.asyncImports,
    asyncExports: job.asyncExports,
  });
  // Named so that Node takes it for an ES module wherever the cache is.
  const moduleFile = 'component.mjs';
  await writeFile(join(job.directory, moduleFile), output.module);
  for (const [name, bytes] of output.coreModules) await writeFile(join(job.directory, name), bytes);
  return { ...shape, moduleFile, coreFiles: output.coreModules.map(([name]) => name), importKeys: output.importKeys };
}

/** Every import by its full name: left to itself jco drops the versions, and two of one interface would be confused. */
function importMap(shape: ComponentShape): [string, string][] {
  return shape.imports.map(({ interface: name, version }) => [
    version === undefined ? name : `${name}@${version}`,
    interfaceKey(name, version),
  ]);
}
