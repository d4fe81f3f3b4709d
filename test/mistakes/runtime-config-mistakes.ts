// Mistakes with the file of --runtime-config-file; what may be wrong inside it is in test/golden/runtime-config/.
import { soundApp } from './app-files.ts';
import type { Mistake } from './mistake.ts';

const up = {
  soundComponent: true,
  exit: 1,
  argv: ['up', '--listen', '127.0.0.1:0', '--runtime-config-file', 'rc.toml'],
} as const;

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
];
