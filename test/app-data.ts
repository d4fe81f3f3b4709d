// What an App has behind its labels when nothing is configured, for tests that make one by hand.
import type { App } from '../src/app/app.ts';
import { noOutbound } from '../src/manifest/runtime-config/outbound.ts';

export const nothingConfigured: Pick<
  App,
  | 'memoryBytesMax'
  | 'keyValueStores'
  | 'sqliteDatabases'
  | 'initialSql'
  | 'outbound'
  | 'runtimeConfig'
  | 'variables'
  | 'variablesProviders'
> = {
  keyValueStores: new Map([['default', { path: undefined }]]),
  sqliteDatabases: new Map([['default', { path: undefined, allowAttachFile: false }]]),
  initialSql: [],
  memoryBytesMax: undefined,
  outbound: { ...noOutbound, clientTls: [], http2Authority: undefined, directory: '/' },
  runtimeConfig: undefined,
  variables: new Map(),
  variablesProviders: [],
};
