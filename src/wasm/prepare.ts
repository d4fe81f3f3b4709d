// From a component's file to what can be compiled: read, check, transpile or find in the cache.
import { join } from 'node:path';
import type { TspinError } from '../errors.ts';
import { MalformedWasm } from './binary.ts';
import { distrustOf, findOrMake } from './cache.ts';
import { cacheKey, sha256 } from './cache-key.ts';
import { adapterFor } from './componentize.ts';
import type { AdapterName } from './adapter.ts';
import { inspectComponent, type ComponentShape } from './inspect.ts';
import { knownSource, noteSource, type KnownSource } from './known-sources.ts';
import { componentError, invalidComponent, readComponentBinary } from './source.ts';
import type { ComponentBinary, ComponentRequest } from './source.ts';
import type { Bindings, TranspiledComponent } from './transpile-job.ts';
import type { Transpilers } from './transpilers.ts';

/** A component that can be compiled. Plain data: it may be posted to another thread. */
export type PreparedComponent = TranspiledComponent & {
  readonly componentId: string;
  /** sha256 of the file that the manifest names, in hex. */
  readonly digest: string;
  /** Holds the files. */
  readonly directory: string;
  /** `directory` is outside the cache: whoever asked for it removes it when the application stops. */
  readonly temporary: boolean;
};

export type PrepareEvent =
  /** It is not in the cache, so it takes a moment. */
  | { readonly kind: 'transpiling'; readonly componentId: string }
  | { readonly kind: 'prepared'; readonly componentId: string; readonly origin: 'found' | 'made' }
  /** The cache directory cannot be used, so every start transpiles again. */
  | {
      readonly kind: 'cache-unusable';
      readonly componentId: string;
      readonly cacheDirectory: string;
      readonly reason: string;
      readonly temporaryDirectory: string;
    };

export interface PrepareOptions {
  /** Absolute. Private to the user, e.g. `~/.cache/tspin/components`. */
  readonly cacheDirectory: string;
  /** Functions of the host that may wait: `wasi:io/poll#poll`. Those that a component does not import do no harm. */
  readonly asyncImports: readonly string[];
  /** Functions of the guest from which they are reached: `wasi:http/incoming-handler#handle`. */
  readonly asyncExports: readonly string[];
  /** Those that are wanted; `fast` gives plain ones where tspin does not understand the component. */
  readonly bindings: Bindings;
  /** Throws TspinError for a component that the host cannot run; then nothing of it is kept. */
  readonly checkShape?: ((shape: ComponentShape) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly transpilers?: Transpilers | undefined;
  readonly onProgress?: ((event: PrepareEvent) => void) | undefined;
}

/** Some hundred JavaScript guests, or all versions of one that a month of development makes. */
const cacheBytesMax = 2 ** 30;

/**
 * Prepares one component. Throws TspinError for whatever is wrong with it, or the signal's reason.
 * A transpiling process takes up to 265 MB: the caller limits how many run at once.
 */
export async function prepareComponent(request: ComponentRequest, options: PrepareOptions): Promise<PreparedComponent> {
  const { signal, onProgress, cacheDirectory, asyncImports, asyncExports, bindings, checkShape, transpilers } = options;
  const { componentId } = request;
  signal?.throwIfAborted();
  const nowMs = Date.now();
  const isTrusted = (await distrustOf(cacheDirectory)) === undefined;
  const known = isTrusted ? await knownSource(cacheDirectory, request.path) : undefined;
  const note = known ? undefined : await noteSource(cacheDirectory, request.path, nowMs);
  const read = known ? undefined : await readSource(request, checkShape);
  const { digest, adapter } = known ?? read!; // One of them there is.
  const cached = await findOrMake(
    cacheKey({ digest, asyncImports, asyncExports, bindings }),
    {
      directory: cacheDirectory,
      bytesMax: cacheBytesMax,
      nowMs,
      onUnusable: (reason, temporaryDirectory) =>
        onProgress?.({ kind: 'cache-unusable', componentId, cacheDirectory, reason, temporaryDirectory }),
    },
    async directory => {
      onProgress?.({ kind: 'transpiling', componentId });
      const { bytes, digest: found } = read ?? (await readSource(request, checkShape));
      if (found !== digest) throw changedMeanwhile(request);
      const kept = isTrusted ? cacheDirectory : undefined;
      const source = { path: request.path, digest };
      const job = { directory, source, adapter, cacheDirectory: kept, asyncImports, asyncExports, bindings };
      const { transpileComponent } = await import('./transpile.ts');
      const made = await transpileComponent(request, bytes, job, { signal, transpilers });
      checkShape?.(made);
      return made;
    },
  );
  if (!cached.temporary) await note?.({ digest, adapter });
  checkShape?.(cached.component);
  onProgress?.({ kind: 'prepared', componentId, origin: cached.origin });
  return { ...cached.component, componentId, digest, directory: cached.directory, temporary: cached.temporary };
}

interface ReadSource extends KnownSource {
  readonly bytes: Uint8Array;
}

async function readSource(request: ComponentRequest, checkShape: PrepareOptions['checkShape']): Promise<ReadSource> {
  const binary = await readComponentBinary(request);
  const adapter = chooseAdapter(request, binary);
  // Before the work of transpiling where that is possible; what a core module asks for shows when it is a component.
  if (binary.kind === 'component') checkShape?.(shapeOf(request, binary.bytes));
  return { bytes: binary.bytes, digest: sha256(binary.bytes), adapter };
}

const changedMeanwhile = (request: ComponentRequest): TspinError =>
  componentError(request, 'component-source-unreadable', `${request.path} was changed while it was read`, 'start again');

/** The absolute path of one of the component's files. */
export function preparedFile(prepared: PreparedComponent, name: string): string {
  return join(prepared.directory, name);
}

function shapeOf(request: ComponentRequest, component: Uint8Array): ComponentShape {
  return readingWasm(request, () => inspectComponent(component));
}

function chooseAdapter(request: ComponentRequest, { kind, bytes }: ComponentBinary): AdapterName | undefined {
  return kind === 'component' ? undefined : readingWasm(request, () => adapterFor(request, bytes));
}

function readingWasm<T>(request: ComponentRequest, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof MalformedWasm) throw invalidComponent(request, error.message);
    throw error;
  }
}
