// The transpiling process: takes one job, writes the result, answers, ends. Started by transpile-process.ts alone.
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { interfaceKey } from '../wit/name.ts';
import { MalformedWasm } from './binary.ts';
import { sha256 } from './cache-key.ts';
import { inspectComponent } from './inspect.ts';
import type { ComponentShape } from './inspect.ts';
import { JcoRefusal } from './jco-refusal.ts';
import { NotUnderstood } from './component/not-understood.ts';
import type { CoreModuleFacts } from './fast/core-modules.ts';
import { moduleNameOf } from './core-module.ts';
import type { JcoOutput } from './jco.ts';
import {
  aheadWord,
  type FastFiles,
  type ModuleLines,
  type PlainFiles,
  type TranspileAnswer,
  type TranspiledComponent,
  type TranspileJob,
  type TranspileQuestion,
} from './transpile-job.ts';

// A Ctrl-C reaches all processes of the terminal. The parent decides what it means and ends this one.
process.on('SIGINT', () => undefined);
process.once('message', (job: TranspileJob) => void answer(job));
if (process.argv[2] === aheadWord) void import('./warm-up.ts').then(({ warmUp }) => warmUp());

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
  const source = await read(job);
  const component = await componentOf(source, job);
  const shape = inspectComponent(component);
  if (job.bindings === 'plain')
    return { ...shape, files: await writePlain(component, shape, job, 'plain bindings are asked for') };
  try {
    return { ...shape, files: await writeFast(component, job) };
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error;
    return { ...shape, files: await writePlain(component, shape, job, error.message) };
  }
}

// jco takes as long to load as the rest of the work takes: it is loaded where it is needed.
const loadJco = (): Promise<typeof import('./jco.ts')> => import('./jco.ts');

/** Reading the file again takes less time than what comes through a pipe. */
async function read({ source: { path, digest } }: TranspileJob): Promise<Buffer<ArrayBuffer>> {
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes && sha256(bytes) === digest) return bytes;
  process.send?.({ kind: 'needs-bytes' } satisfies TranspileQuestion);
  return buffer(process.stdin);
}

async function componentOf(source: Uint8Array<ArrayBuffer>, { adapter, cacheDirectory }: TranspileJob): Promise<Uint8Array> {
  if (adapter === undefined) return source;
  const { makeComponent } = await import('./make-component.ts');
  return makeComponent(source, { adapter, cacheDirectory });
}

async function writeFast(component: Uint8Array, job: TranspileJob): Promise<FastFiles> {
  const [{ planComponent }, { instrument }, { encodePlaces }, { sourceLines }] = await Promise.all([
    import('./component/plan-component.ts'),
    import('./instrument/instrument.ts'),
    import('./fast/code-places.ts'),
    import('./dwarf/source-lines.ts'),
  ]);
  const plan = planComponent(component);
  const placesFiles: string[] = [];
  const linesFiles: (string | null)[] = [];
  const facts: CoreModuleFacts[] = [];
  const coreFiles: string[] = [];
  // The disk works while the next module is instrumented.
  const writing: Promise<void>[] = [];
  const write = (name: string, bytes: Uint8Array): string => {
    writing.push(writeFile(join(job.directory, name), bytes));
    return name;
  };
  try {
    for (const [index, { offset, length }] of plan.modules.entries()) {
      const original = component.subarray(offset, offset + length);
      const instrumented = instrument(original, index);
      const name = `core${index}.wasm`;
      coreFiles.push(write(name, instrumented.bytes));
      placesFiles.push(write(`core${index}.places`, encodePlaces(instrumented.places)));
      const lines = sourceLines(original);
      linesFiles.push(lines ? write(`${name}.lines`, lines) : null);
      facts.push(instrumented.facts);
    }
  } finally {
    await Promise.allSettled(writing);
  }
  await Promise.all(writing);
  return { bindings: 'fast', coreFiles, facts, placesFiles, linesFiles, plan };
}

/** Beside the core module; null without lines. */
async function writeLines(coreFile: string, lines: Uint8Array | undefined): Promise<string | null> {
  if (!lines) return null;
  const path = `${coreFile}.lines`;
  await writeFile(path, lines);
  return basename(path);
}

async function writePlain(component: Uint8Array, shape: ComponentShape, job: TranspileJob, why: string): Promise<PlainFiles> {
  const jco = await loadJco();
  const output = await jco.generateBindings(component, {
    map: importMap(shape),
    asyncImports: job.asyncImports,
    asyncExports: job.asyncExports,
  });
  // Named so that Node takes it for an ES module wherever the cache is.
  const moduleFile = 'component.mjs';
  await writeFile(join(job.directory, moduleFile), output.module);
  for (const [name, bytes] of output.coreModules) await writeFile(join(job.directory, name), bytes);
  const coreFiles = output.coreModules.map(([name]) => name);
  const lines = await writePlainLines(output.coreModules, job.directory);
  return { bindings: 'plain', moduleFile, coreFiles, lines, importKeys: output.importKeys, why };
}

/** jco leaves core modules as they are, so that only their names tell them apart in frames. */
async function writePlainLines(modules: JcoOutput['coreModules'], directory: string): Promise<ModuleLines[]> {
  const { sourceLines } = await import('./dwarf/source-lines.ts');
  const names = modules.map(([, bytes]) => moduleNameOf(bytes));
  const found: ModuleLines[] = [];
  for (const [index, [coreFile, bytes]] of modules.entries()) {
    const module = names[index] ?? '';
    if (names.indexOf(module) !== names.lastIndexOf(module)) continue;
    const linesFile = await writeLines(join(directory, coreFile), sourceLines(bytes));
    if (linesFile !== null) found.push({ module, coreFile, linesFile });
  }
  return found;
}

/** Every import by its full name: left to itself jco drops the versions, and two of one interface would be confused. */
function importMap(shape: ComponentShape): [string, string][] {
  return shape.imports.map(({ interface: name, version }) => [
    version === undefined ? name : `${name}@${version}`,
    interfaceKey(name, version),
  ]);
}
