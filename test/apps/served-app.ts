// An app that runs in the test's own process, with everything it said kept.
import type { TestContext } from 'node:test';
import { loadApp, type InvocationEvent, type LoadAppOptions, type LoadedApp } from '../../src/index.ts';
import { appFolder, componentCache, type AppText } from './guests.ts';

export interface ServedApp {
  readonly loaded: LoadedApp;
  /** Where the manifest is. */
  readonly folder: string;
  /** `http://127.0.0.1:45678` */
  readonly url: string;
  readonly warnings: readonly string[];
  readonly invocations: readonly InvocationEvent[];
  /** What guests printed to this stream. */
  readonly printed: (stream: 'stdout' | 'stderr') => string;
  /** Resolves when no instance is alive. */
  readonly idle: () => Promise<void>;
}

/**
 * Loads an app in a folder of its own, which is the current folder for it too, and opens a port for it; closed when the test
 * ends. State is in memory by default.
 */
export async function serveApp(t: TestContext, text: AppText = {}, options: LoadAppOptions = {}): Promise<ServedApp> {
  const warnings: string[] = [];
  const printed = { stdout: '', stderr: '' };
  const invocations: InvocationEvent[] = [];
  const waiting: (() => void)[] = [];
  const folder = appFolder(t, text);
  const loaded = await loadApp({
    from: folder,
    cwd: folder,
    stateDirectory: '',
    cacheDirectory: componentCache,
    output: { write: (_, stream, bytes) => void (printed[stream] += Buffer.from(bytes).toString()) },
    onWarning: message => void warnings.push(message),
    onInvocation: event => {
      invocations.push(event);
      // The instance is given back right after its event.
      setImmediate(() => waiting.splice(0).forEach(look => look()));
    },
    ...options,
  });
  t.after(() => loaded.close());
  const { url } = await loaded.listen({ port: 0 });
  return {
    loaded,
    folder,
    url,
    warnings,
    invocations,
    printed: stream => printed[stream],
    idle: async () => {
      while (loaded.instances > 0) await new Promise<void>(resolve => waiting.push(resolve));
      // A worker tells of what happened in a later turn of its loop, and more once that was heard.
      for (let turn = 0; loaded.workers > 0 && turn < 3; turn += 1) {
        await (await loaded.fetch(new Request('http://test/.well-known/spin/health'))).text();
      }
    },
  };
}
