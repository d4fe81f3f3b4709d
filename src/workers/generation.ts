// An app as its files said at one time: read, checked and prepared, with its stores open. A running app may be read anew, and has
// another generation then (ADR 022).
import type { App } from '../app/app.ts';
import { loadApplication, type LoadApplicationOptions } from '../app/load-application.ts';
import { checkComponentIds } from '../app/selection.ts';
import { hostInterfaces } from '../host/registry.ts';
import { fetchSources } from '../runtime/fetch-sources.ts';
import {
  prepareComponents,
  removeTemporary,
  type LoadProgress,
  type PrepareComponentsOptions,
} from '../runtime/prepare-components.ts';
import { SharedHosts } from '../runtime/shared-hosts.ts';
import { HttpTriggers, type RouteInfo } from '../trigger/http/http-triggers.ts';
import { checkListening, type ListenOptions } from '../trigger/http/listen-options.ts';
import type { PreparedComponent } from '../wasm/prepare.ts';
import type { Bindings } from '../wasm/transpile-job.ts';
import type { Transpilers } from '../wasm/transpilers.ts';
import type { ServedApp } from './serving.ts';

export interface GenerationOptions {
  readonly application: LoadApplicationOptions;
  readonly cacheDirectory: string;
  readonly bindings: Bindings;
  readonly transpilers: Transpilers;
  /** Ids of components. */
  readonly recycleSeeded: readonly string[];
  /** Where the app will listen: a port that cannot be opened is refused before anything is prepared or stored. */
  readonly address: ListenOptions | undefined;
  /** Called when the manifest is read and nothing is open yet. What it throws ends the load. */
  readonly beforeStart: ((app: App) => void | Promise<void>) | undefined;
  /** Called when the components are prepared, and nothing is stored yet. */
  readonly prepared: (app: App, prepared: readonly PreparedComponent[]) => void;
  readonly warn: (message: string) => void;
  readonly progress: (progress: LoadProgress) => void;
}

interface Parts extends ServedApp {
  readonly routes: readonly RouteInfo[];
  readonly notices: readonly string[];
  readonly disposal: Disposal;
}

export class Generation implements ServedApp {
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Throws TspinError; nothing is left of it then. `before`: the generation that serves now. */
  static async open(options: GenerationOptions, before?: Generation): Promise<Generation> {
    const { warn } = options;
    const disposal = new Disposal();
    try {
      const loaded = await loadApplication(options.application);
      disposal.add(() => loaded.dispose());
      const { app, notices } = loaded;
      const triggers = HttpTriggers.of(app, warn);
      for (const warning of [...loaded.warnings, ...triggers.warnings]) warn(warning);
      checkComponentIds(options.recycleSeeded, [...app.components.keys()]);
      await options.beforeStart?.(app);
      if (options.address && !before) await checkListening(options.address, warn);
      const components = [...app.components.values()];
      await fetchSources(components, { progress: options.progress });
      const prepared = await prepareComponents(components, prepareOptions(options, triggers));
      disposal.add(() => removeTemporary(prepared));
      options.prepared(app, prepared);
      const context = { app, components, warn };
      const hosts = before
        ? await before.hosts.next(hostInterfaces(), context)
        : await SharedHosts.open(hostInterfaces(), context);
      return new Generation({ app, prepared, hosts, notices, routes: triggers.routes, disposal });
    } catch (error) {
      await disposal.run();
      throw error;
    }
  }

  get app(): App {
    return this.#parts.app;
  }

  get prepared(): readonly PreparedComponent[] {
    return this.#parts.prepared;
  }

  get hosts(): SharedHosts {
    return this.#parts.hosts;
  }

  /** In the order in which they are tried. */
  get routes(): readonly RouteInfo[] {
    return this.#parts.routes;
  }

  /** What was decided for the user and should be said. */
  get notices(): readonly string[] {
    return this.#parts.notices;
  }

  /** After all that served it. What `kept` shares with it stays open. */
  async close(kept?: Generation): Promise<void> {
    await this.#parts.hosts.close(kept?.hosts);
    await this.#parts.disposal.run();
  }
}

/** What is to be undone of what was done on the way. */
class Disposal {
  readonly #steps: (() => Promise<void>)[] = [];

  add(step: () => Promise<void>): void {
    this.#steps.push(step);
  }

  /** The last first. */
  async run(): Promise<void> {
    for (const step of this.#steps.splice(0).toReversed()) await step();
  }
}

const prepareOptions = (
  { cacheDirectory, bindings, transpilers, warn, progress }: GenerationOptions,
  triggers: HttpTriggers,
): PrepareComponentsOptions => ({
  hosts: hostInterfaces(),
  asyncExports: HttpTriggers.asyncExports,
  checkExports: component => triggers.checkExports(component),
  cacheDirectory,
  bindings,
  transpilers,
  warn,
  progress,
});
