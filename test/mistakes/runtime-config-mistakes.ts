// Mistakes with the file of --runtime-config-file; what may be wrong inside it is in test/golden/runtime-config/.
import { appWith, soundApp } from './app-files.ts';
import type { Mistake } from './mistake.ts';

const up = {
  soundComponent: true,
  exit: 1,
  argv: ['up', '--listen', '127.0.0.1:0', '--runtime-config-file', 'rc.toml'],
} as const;

const cartStore = '[key_value_store.cart]\ntype = "spin"\npath = "cart.db"\n';

export const runtimeConfigMistakes: readonly Mistake[] = [
  { ...up, name: 'a runtime configuration that is not there', files: soundApp },
  {
    ...up,
    name: 'a runtime configuration with a misspelt table',
    files: { ...soundApp, 'rc.toml': '[key_value_stor.default]\ntype = "spin"\n' },
  },
  {
    ...up,
    name: 'a runtime configuration with a store that is not served',
    files: { ...soundApp, 'rc.toml': '[key_value_store.default]\ntype = "redis"\nurl = "redis://localhost"\n' },
  },
  {
    ...up,
    name: 'a store label is not in the runtime configuration',
    fillsCache: true,
    files: appWith(['key_value_stores = ["orders"]'], { 'rc.toml': cartStore }),
  },
  {
    ...up,
    name: 'a configured key-value file is a text',
    fillsCache: true,
    files: appWith(['key_value_stores = ["default", "cart"]'], {
      'rc.toml': cartStore,
      'cart.db': 'not a database\n'.repeat(100),
    }),
  },
];
