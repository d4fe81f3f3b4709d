// Prepares an app's components, each checked against what the host offers and what its triggers call.
import { rm } from 'node:fs/promises';
import type { Component } from '../app/app.ts';
import type { SourceLocation } from '../errors.ts';
import type { AnyHostInterface } from '../host/interface.ts';
import { checkPlan } from '../wasm/fast/check-plan.ts';
import type { ComponentShape } from '../wasm/inspect.ts';
import { prepareComponent, type PreparedComponent, type PrepareEvent, type PrepareOptions } from '../wasm/prepare.ts';
import type { Bindings } from '../wasm/transpile-job.ts';
import type { Transpilers } from '../wasm/transpilers.ts';
import { checkImports } from './imports.ts';
import { unservedKeys } from './unserved.ts';

export interface LoadProgress {
  /** `downloading`: and it takes more than a second. */
  readonly kind: 'downloading' | 'downloaded' | 'transpiling' | 'transpiled' | 'loading' | 'loaded';
  readonly component: string;
  /** Where from, for `downloading`. */
  readonly url?: string;
  /** How long it took, in milliseconds: for `transpiled` and `loaded`. */
  readonly ms?: number;
}

export interface ExportingComponent {
  readonly id: string;
  /** Where the manifest names its source. */
  readonly at: SourceLocation | undefined;
  readonly exports: PreparedComponent['exports'];
}

export interface PrepareComponentsOptions {
  /** The host interfaces on offer. */
  readonly hosts: readonly AnyHostInterface[];
  /** Exports that triggers call and that may suspend: `wasi:http/incoming-handler#handle`. */
  readonly asyncExports: readonly string[];
  /** Throws TspinError when a component lacks what its triggers call. */
  readonly checkExports: (component: ExportingComponent) => void;
  readonly cacheDirectory: string;
  readonly bindings: Bindings;
  readonly transpilers?: Transpilers | undefined;
  readonly warn: (message: string) => void;
  readonly progress: (progress: LoadProgress) => void;
}

/** One after the other: a transpiling process takes 200 MB. Throws TspinError. */
export async function prepareComponents(
  components: readonly Component[],
  options: PrepareComponentsOptions,
): Promise<PreparedComponent[]> {
  const offered = options.hosts.flatMap(host => host.provides.map(provided => provided.wit));
  const asyncImports = offered.flatMap(wit =>
    Object.entries(wit.functions).flatMap(([name, declared]) => (declared.waits ? [`${wit.name}#${name}`] : [])),
  );
  const unserved = unservedKeys();
  const prepared: PreparedComponent[] = [];
  const { cacheDirectory, asyncExports, bindings, transpilers } = options;
  for (const { id, source } of components) {
    const { path, at, buildCommands } = source;
    const request = { componentId: id, path, at, buildCommands };
    const prepareOptions: PrepareOptions = {
      cacheDirectory,
      asyncImports,
      asyncExports,
      bindings,
      transpilers,
      checkShape: ({ imports, exports }: ComponentShape) => {
        checkImports({ id, at, imports }, offered, unserved);
        options.checkExports({ id, at, exports });
      },
      onProgress: event => tellProgress(event, options),
    };
    let one = await prepareComponent(request, prepareOptions);
    // The component may mean another type by a name than the host: jco binds what the component says.
    if (one.files.bindings === 'fast' && checkPlan(one.files.plan, offered) !== undefined) {
      one = await prepareComponent(request, { ...prepareOptions, bindings: 'plain' });
    }
    prepared.push(one);
  }
  return prepared;
}

/** Removes what was prepared outside the cache. */
export async function removeTemporary(prepared: readonly PreparedComponent[]): Promise<void> {
  for (const { temporary, directory } of prepared) {
    if (temporary) await rm(directory, { recursive: true, force: true });
  }
}

function tellProgress(event: PrepareEvent, { progress, warn }: PrepareComponentsOptions): void {
  if (event.kind === 'cache-unusable') {
    warn(`the cache ${event.cacheDirectory} cannot be used (${event.reason}), so components are prepared anew at every start`);
  } else {
    progress({ kind: event.kind === 'transpiling' ? 'transpiling' : 'transpiled', component: event.componentId });
  }
}
