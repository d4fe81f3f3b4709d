// `tspin watch`: builds and serves the app; what changes is built and takes its place while the app serves (ADR 022).
import { availableParallelism } from 'node:os';
import { dirname, isAbsolute, relative } from 'node:path';

import { loadBuildPlans, type BuildPlans } from '../../app/build-plan.ts';
import { findManifest } from '../../app/find-manifest.ts';
import { oneFile, watchedFiles } from '../../app/watched-files.ts';
import type { BuildOutcome, Change, WatchPlan } from '../../dev/watch/watch-loop.ts';
import { TspinError } from '../../errors.ts';
import type { LoadAppOptions } from '../../index.ts';
import { Snapshots } from '../../util/snapshot.ts';
import { buildComponents, builtText, sayBold } from '../build-components.ts';
import type { Action, Context, Input } from '../command.ts';
import type { watchFlags } from '../commands/watch.ts';
import { duration } from '../duration.ts';
import { listenOptions } from '../listen-values.ts';
import { servingText } from '../startup-text.ts';
import { exitCodeOf, watchStopSignals } from '../stop-signals.ts';
import { parseWhole } from '../values.ts';
import { logFormatOf, optionsOf, start, stop, type ServeRequest, type Started, type UpInput } from './up.ts';

type WatchInput = Input<typeof watchFlags>;

/** Longer than a day is a mistake. */
const debounceMsMax = 86_400_000;
const defaultDebounceMs = 100;

export const watch: Action<typeof watchFlags> = async (input, context) => {
  const { debounce } = input.flags;
  const debounceMs = debounce === undefined ? defaultDebounceMs : parseWhole('debounce', debounce, [0, debounceMsMax]);
  const manifest = await findManifest({ from: input.flags.from, cwd: context.cwd });
  const session = new WatchSession(input, context, manifest.path);
  const { WatchLoop } = await import('../../dev/watch/watch-loop.ts');
  using signals = watchStopSignals(context.signals);
  const ending = new AbortController();
  void signals.first.then(signal => ending.abort(signal));
  const loop = new WatchLoop({
    plan: () => session.plan(),
    build: (ids, signal) => session.build(ids, signal),
    apply: change => session.apply(change),
    unchanged: change => session.sayUnchanged(change),
    begin: () => session.begin(),
    say: message => context.terminal.warn(message),
    debounceMs,
    signal: ending.signal,
  });
  try {
    const running = loop.run();
    await Promise.race([running, signals.first]);
    // Nothing is served yet, so there is nothing to finish: what is being loaded ends with the process.
    if (session.isStarting) return exitCodeOf(await signals.first);
    const second = await Promise.race([running, signals.second]);
    if (second !== undefined) return exitCodeOf(second);
  } catch (error) {
    await session.started?.app.close();
    throw error;
  }
  if (!session.started) return exitCodeOf(await signals.first);
  const { app, logs } = session.started;
  // Awaited here, or the signals would be let go before the stop is done.
  return await stop(app, logs, { signals, context });
};

class WatchSession {
  started: Started | undefined;
  /** The app is being loaded for the first time. */
  isStarting = false;
  readonly #input: WatchInput;
  readonly #context: Context;
  readonly #manifestPath: string;
  readonly #request: Omit<ServeRequest, 'loadApp'>;
  #plans: BuildPlans | undefined;
  #plan: WatchPlan | undefined;
  readonly #hinted = new Set<string>();
  /** Of what is built. */
  readonly #snapshots = new Snapshots();
  #rounds = 0;
  #routes = '';

  constructor(input: WatchInput, context: Context, manifestPath: string) {
    this.#manifestPath = manifestPath;
    this.#input = input;
    this.#context = context;
    const upInput: UpInput = { ...input, flags: { ...input.flags, build: false, dev: true, workers: undefined } };
    const options: LoadAppOptions = { ...optionsOf(upInput, context), workers: 0, tryComponents: true };
    const logFormat = logFormatOf(input.flags['log-format'], context);
    this.#request = { input: upInput, address: listenOptions(upInput.flags), options, logFormat };
  }

  /** What is to be built and watched. A manifest with a mistake is told by `apply`; what was watched before is watched on. */
  async plan(): Promise<WatchPlan> {
    const { from, profile, 'skip-build': skipsBuild } = this.#input.flags;
    try {
      const plans = await loadBuildPlans({ from, profile, cwd: this.#context.cwd });
      this.#plans = plans;
      this.#hint(plans);
      const targets = skipsBuild ? [] : plans.targets;
      this.#plan = { targets, made: plans.manifest || !this.#plan ? this.#made(plans) : this.#plan.made };
    } catch (error) {
      if (!(error instanceof TspinError)) throw error;
      this.#plan ??= { targets: [], made: [oneFile(this.#manifestPath)] };
    }
    return this.#plan;
  }

  #made(plans: BuildPlans): WatchPlan['made'] {
    const { options } = this.#request;
    return watchedFiles({
      plans,
      cwd: this.#context.cwd,
      runtimeConfigFile: options.runtimeConfigFile,
      variables: options.variables ?? [],
      directMounts: options.directMounts ?? false,
    });
  }

  /** Something has changed. */
  begin(): void {
    if (this.#input.flags.clear && this.#rounds > 0) this.#context.terminal.clear();
    this.#rounds += 1;
  }

  async build(components: readonly string[], signal: AbortSignal): Promise<BuildOutcome> {
    const plans = this.#plans;
    if (!plans) throw new Error('there is nothing to build yet');
    const built = new Map<string, number>();
    this.started?.app.expectReload();
    try {
      const { targets, manifestPath } = plans;
      const jobs = availableParallelism();
      // What the last build was of, the watch knows itself; it does not know what was built before it began.
      const force = this.started !== undefined;
      const onBuilt = (id: string, ms: number): void => void built.set(id, ms);
      const { profile } = this.#input.flags;
      const request = { targets, components, manifestPath, profile, force, jobs, signal, onBuilt, unattended: true };
      await buildComponents({ ...request, snapshots: this.#snapshots }, this.#context);
      return { built, failed: false };
    } catch (error) {
      if (!(error instanceof TspinError)) throw error;
      this.#context.terminal.error(error);
      this.#sayGoesOn();
      return { built, failed: true };
    }
  }

  async apply(change: Change): Promise<void> {
    try {
      if (this.started) await this.#reload(change);
      else {
        this.isStarting = true;
        await this.#start(change);
      }
    } catch (error) {
      // The port is no file: no change would mend it.
      if (!(error instanceof TspinError) || error.code.startsWith('port-') || error.code === 'address-not-available') throw error;
      this.#context.terminal.error(error);
      this.#sayGoesOn(change);
    } finally {
      this.isStarting = false;
    }
  }

  sayUnchanged({ paths, built }: Change): void {
    sayBold(this.#context, 'Unchanged:', `${this.#changedText(paths)}built ${builtText(built)}; it makes the same Wasm`);
  }

  async #start({ built }: Change): Promise<void> {
    const { loadApp } = await import('../../index.ts');
    this.started = await start({ ...this.#request, loadApp }, this.#context);
    this.#routes = this.#routesText();
    const after = built.size > 0 ? `, after building ${builtText(built)}` : '';
    sayBold(this.#context, 'Watching', `for changes${after}`);
  }

  async #reload({ paths, built, since }: Change): Promise<void> {
    await this.started?.app.reload();
    const routes = this.#routesText();
    if (routes !== this.#routes) this.#context.terminal.result(routes);
    this.#routes = routes;
    const buildText = built.size > 0 ? `built ${builtText(built)}; ` : '';
    const took = duration(performance.now() - since);
    sayBold(this.#context, 'Reloaded:', `${this.#changedText(paths)}${buildText}ready after ${took}`);
  }

  #routesText(): string {
    return servingText('Serving', this.started?.url ?? '', this.started?.app.routes ?? []);
  }

  /** `src/lib.rs and 2 more changed; ` */
  #changedText(paths: readonly string[]): string {
    const [first, ...others] = paths;
    if (first === undefined) return '';
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    return `${this.#shown(first)}${more} changed; `;
  }

  #shown(path: string): string {
    const inside = relative(dirname(this.#manifestPath), path);
    return inside.startsWith('..') || isAbsolute(inside) ? path : inside;
  }

  #sayGoesOn({ paths }: Pick<Change, 'paths'> = { paths: [] }): void {
    const what = this.started ? 'The last good version goes on serving' : 'Nothing is served yet';
    this.#context.terminal.talk(`${this.#changedText(paths)}${what}; the next change is tried again.`);
  }

  #hint({ targets }: BuildPlans): void {
    for (const { id, plan } of targets) {
      if (!plan || plan.watch.length > 0 || this.#hinted.has(id)) continue;
      this.#hinted.add(id);
      this.#context.terminal.talk(
        `Component ${id} has no \`watch\` in [component.${id}.build], so changes of its sources are not noticed; ` +
          'for example: watch = ["src/**/*"]',
      );
    }
  }
}
