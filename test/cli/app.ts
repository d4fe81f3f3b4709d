// A LoadedApp without Wasm, for tests of the command line.
import type { App, Component, Label } from '../../src/app/app.ts';
import type { LoadedApp } from '../../src/index.ts';
import { nothingConfigured } from '../app-data.ts';

export function component(id: string, parts: Partial<Component> = {}): Component {
  return {
    id,
    description: '',
    source: { path: `/app/${id}.wasm`, at: undefined },
    environment: [],
    mounts: [],
    keyValueStores: [],
    sqliteDatabases: [],
    aiModels: [],
    variables: new Map(),
    allowedOutboundHosts: [],
    at: undefined,
    ...parts,
  };
}

export const label = (name: string): Label => ({ name, at: undefined });

export function app(parts: Partial<App> = {}, components: readonly Component[] = [component('hello')]): App {
  return {
    name: 'hello',
    version: '',
    description: '',
    directory: '/app',
    manifestPath: '/app/spin.toml',
    components: new Map(components.map(each => [each.id, each])),
    triggers: [],
    stateDirectory: '/app/.spin',
    logDirectory: undefined,
    initialKeyValues: [],
    ...nothingConfigured,
    ...parts,
  };
}

export function loadedApp(parts: Partial<LoadedApp> = {}): LoadedApp {
  return {
    app: app(),
    routes: [{ id: 'hello', route: '/', wildcard: true, description: '' }],
    notices: [],
    bindings: [],
    instances: 0,
    workers: 1,
    failed: new Promise(() => {}),
    listen: ({ host = '127.0.0.1', port = 3000 } = {}) => Promise.resolve({ url: `http://${host}:${port}`, host, port }),
    fetch: () => Promise.resolve(new Response()),
    reload: () => Promise.resolve(),
    expectReload: () => {},
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
    ...parts,
  };
}
