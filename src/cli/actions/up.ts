// `tspin up`: load, say where things are, serve until a signal asks to stop.
import type { App, InstanceOptions, ListenOptions, loadApp, LoadAppOptions, LoadedApp } from '../../index.ts';
import { deferOutput } from '../../telemetry/deferred-output.ts';
import { checkLogFiles, openLogFiles, type LogFiles, type LogFilesOptions } from '../../telemetry/log-files.ts';
import type { Action, Context, Input } from '../command.ts';
import { keepCode, keepCodeMs } from '../../util/keep-code.ts';
import { Console, type LogFormat } from '../console.ts';
import type { upFlags } from '../commands/up.ts';
import { listenOptions } from '../listen-values.ts';
import { showLoadProgress } from '../load-progress.ts';
import { servingJson, servingText, storageLines } from '../startup-text.ts';
import { exitCodeOf, watchStopSignals, type StopSignals } from '../stop-signals.ts';
import { parseVariables } from '../variable-values.ts';
import { parseChoice, parseDuration, parseMemoryBytes, parsePairs, parseRange, parseWhole, parseWorkers } from '../values.ts';

export type UpInput = Input<typeof upFlags>;

/** How long requests in flight may take after the first signal. */
const drainMs = 10_000;
/** A stop that takes longer than this has requests to wait for, and says so. */
const drainNoticeMs = 250;

export const up: Action<typeof upFlags> = async (input, context) => {
  const logFormat = logFormatOf(input.flags['log-format'], context);
  // Mistakes on the command line come before the build and the library are loaded.
  const address = listenOptions(input.flags);
  const format = formatOf(input);
  const options = optionsOf(input, context);
  if (input.flags.build) {
    const { buildApp } = await import('./build.ts');
    const code = await buildApp({ from: input.flags.from, profile: input.flags.profile, components: [] }, context);
    if (code !== 0) return code;
  }
  const library = await import('../../index.ts');
  return serve({ input, address, format, options, logFormat, loadApp: library.loadApp }, context);
};

export interface ServeRequest {
  readonly input: UpInput;
  readonly address: ListenOptions;
  readonly format?: Format;
  readonly options: LoadAppOptions;
  readonly logFormat: LogFormat;
  readonly loadApp: typeof loadApp;
}

/** Resolves to the exit code when the app has stopped. */
export async function serve(request: ServeRequest, context: Context): Promise<number> {
  using signals = watchStopSignals(context.signals);
  const started = await Promise.race([start(request, context), signals.first]);
  // Nothing is served yet, so there is nothing to finish.
  if (typeof started === 'string') return exitCodeOf(started);
  const { app, logs } = started;
  const failure = await Promise.race([signals.first.then(() => undefined), app.failed]);
  if (failure) {
    await app.close();
    logs.close();
    throw failure;
  }
  // Awaited here, or the signals would be let go before the stop is done.
  return await stop(app, logs, { signals, context });
}

export interface Started {
  readonly app: LoadedApp;
  readonly logs: LogFiles;
  readonly url: string;
}

export async function start(request: ServeRequest, { terminal, spareThread }: Context): Promise<Started> {
  const { input, address, format, options, logFormat, loadApp } = request;
  const output = deferOutput();
  const { dev } = input.flags;
  const console = dev || logFormat === 'json' ? new Console({ terminal, format: logFormat, now: () => new Date() }) : undefined;
  const app = await load();
  try {
    for (const notice of app.notices) terminal.talk(notice);
    if (input.flags.verbose) for (const line of app.bindings) terminal.talk(line);
    const files = await openLogFiles(logOptions(app.app));
    const logs: LogFiles = {
      write: (...written) => files.write(...written),
      close: () => {
        console?.close();
        files.close();
      },
    };
    for (const line of storageLines(app.app)) terminal.talk(line);
    output.open(logs);
    const { url } = await app.listen(address);
    const serving = terminal.style('stdout', ['bold', 'green'], 'Serving');
    terminal.result(format === 'json' ? servingJson(url, app.routes) : servingText(serving, url, app.routes));
    setTimeout(keepCode, keepCodeMs).unref();
    return { app, logs, url };
  } catch (error) {
    await app.close({ drainMs: 0 });
    throw error;
  }

  function logOptions(loaded: App): LogFilesOptions {
    return {
      components: [...loaded.components.keys()],
      directory: loaded.logDirectory,
      truncate: input.flags['truncate-logs'],
      follow: input.flags.quiet ? 'none' : input.flags.follow.length > 0 ? input.flags.follow : 'all',
      terminal: (component, stream, bytes) => (console ? console.guest(component, stream, bytes) : terminal.guestOutput(bytes)),
      warn: message => terminal.warn(message),
    };
  }

  async function load(): Promise<LoadedApp> {
    using progress = showLoadProgress(terminal);
    const all: LoadAppOptions = {
      ...options,
      address,
      output,
      ...(console && dev && { development: { onRequest: event => console.request(event) } }),
      beforeStart: loaded => checkLogFiles(logOptions(loaded)),
      onProgress: progress.onEvent,
      onWarning: message => terminal.warn(message),
    };
    return await loadApp(all, spareThread);
  }
}

export async function stop(
  app: LoadedApp,
  logs: LogFiles,
  { signals, context }: { signals: StopSignals; context: Context },
): Promise<number> {
  const notice = setTimeout(() => {
    const seconds = drainMs / 1000;
    context.terminal.talk(`Waiting up to ${seconds} s for requests in flight; press Ctrl-C again to stop at once.`);
  }, drainNoticeMs);
  try {
    const second = await Promise.race([app.close({ drainMs }).then(() => undefined), signals.second]);
    return second === undefined ? 0 : exitCodeOf(second);
  } finally {
    clearTimeout(notice);
    logs.close();
  }
}

type Format = 'plain' | 'json';

const formatOf = ({ flags: { format } }: UpInput): Format =>
  format === undefined ? 'plain' : parseChoice('format', format, ['plain', 'json']);

/** Throws TspinError. JSON begins with the first message. */
export function logFormatOf(given: string | undefined, { terminal }: Context): LogFormat {
  const format = given === undefined ? 'text' : parseChoice('log-format', given, ['text', 'json']);
  if (format === 'json') terminal.talkJson();
  return format;
}

export function optionsOf({ flags }: UpInput, { cwd, env }: Context): LoadAppOptions {
  return {
    cwd,
    workers: flags.dev ? 0 : flags.workers === undefined ? 'cores' : parseWorkers(flags.workers),
    env: parsePairs('env', flags.env),
    initialKeyValues: parsePairs('key-value', flags['key-value']),
    variables: parseVariables(flags.variable),
    environment: env,
    initialSql: flags.sqlite,
    instances: instanceOptions(flags),
    directMounts: flags['direct-mounts'],
    allowTransientWrite: flags['allow-transient-write'],
    ...(flags.from !== undefined && { from: flags.from }),
    ...(flags.profile !== undefined && { profile: flags.profile }),
    ...(flags['component-id'].length > 0 && { components: flags['component-id'] }),
    ...(flags['runtime-config-file'] !== undefined && { runtimeConfigFile: flags['runtime-config-file'] }),
    ...(flags['state-dir'] !== undefined && { stateDirectory: flags['state-dir'] }),
    ...(flags['log-dir'] !== undefined && { logDirectory: flags['log-dir'] }),
    ...(flags['cache-dir'] !== undefined && { cacheDirectory: flags['cache-dir'] }),
  };
}

function instanceOptions(flags: UpInput['flags']): Partial<InstanceOptions> {
  const { bindings, instances, 'request-timeout': timeout, 'max-instance-memory': memory } = flags;
  const { 'max-total-memory': total, 'max-instance-count': count } = flags;
  const reuse = reuseOf(flags);
  return {
    ...(bindings !== undefined && { bindings: parseChoice('bindings', bindings, ['fast', 'plain']) }),
    ...(instances !== undefined && { instances: parseChoice('instances', instances, ['recycled', 'fresh']) }),
    recycleSeeded: flags['recycle-seeded'],
    ...(reuse !== undefined && { reuse }),
    ...(timeout !== undefined && { requestTimeoutMs: parseDuration('request-timeout', timeout) }),
    ...(total !== undefined && { memoryTotalBytesMax: parseWhole('max-total-memory', total, [65_536, 2 ** 48]) }),
    ...(count !== undefined && { instancesMax: parseWhole('max-instance-count', count, [1, 10_000]) }),
    ...(memory !== undefined && { memoryBytesMax: parseMemoryBytes('max-instance-memory', memory) }),
  };
}

const reuseMax = 1_000_000_000;

/** Undefined when instances are not to be reused. Its values are checked all the same. */
function reuseOf(flags: UpInput['flags']): InstanceOptions['reuse'] {
  const range = (option: keyof UpInput['flags'] & `${string}-${string}`, text: string): readonly [number, number] =>
    parseRange(option, text, one => parseWhole(option, one, [1, reuseMax]));
  const count = range('max-instance-reuse-count', flags['max-instance-reuse-count'] ?? '1');
  const concurrent = range('max-instance-concurrent-reuse-count', flags['max-instance-concurrent-reuse-count'] ?? '16');
  const idle = 'idle-instance-timeout';
  const idleMs = parseRange(idle, flags[idle] ?? '1s', one => parseDuration(idle, one));
  return count[1] > 2 ? { count, concurrent, idleMs } : undefined;
}
