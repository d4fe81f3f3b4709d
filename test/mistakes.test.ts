// What a user sees who makes a mistake, whole: a process, its texts, its exit code, and that nothing is left of it.
// Each text is in test/golden/mistakes/<the sentence in kebab-case>.txt; UPDATE_GOLDEN=1 rewrites them.
import { describe, test } from 'node:test';
import { buildMistakes } from './mistakes/build-mistakes.ts';
import { commandLineMistakes } from './mistakes/command-line-mistakes.ts';
import { interfaceMistakes } from './mistakes/interface-mistakes.ts';
import { listenMistakes } from './mistakes/listen-mistakes.ts';
import { manifestMistakes } from './mistakes/manifest-mistakes.ts';
import { mountMistakes } from './mistakes/mount-mistakes.ts';
import { newMistakes } from './mistakes/new-mistakes.ts';
import { packageMistakes } from './mistakes/package-mistakes.ts';
import { runMistake } from './mistakes/run-mistake.ts';
import { runtimeConfigMistakes } from './mistakes/runtime-config-mistakes.ts';
import { sqliteMistakes } from './mistakes/sqlite-mistakes.ts';
import { stateMistakes } from './mistakes/state-mistakes.ts';
import { variableMistakes } from './mistakes/variable-mistakes.ts';
import { wasmMistakes } from './mistakes/wasm-mistakes.ts';

const all = [
  // The slow ones first: a lock is waited for 5 s.
  ...stateMistakes,
  ...sqliteMistakes,
  ...manifestMistakes,
  ...commandLineMistakes,
  ...newMistakes,
  ...buildMistakes,
  ...wasmMistakes,
  ...variableMistakes,
  ...interfaceMistakes,
  ...mountMistakes,
  ...listenMistakes,
  ...runtimeConfigMistakes,
  ...packageMistakes,
];

describe('a mistake has a text that says what to do, an exit code, and leaves nothing behind:', { concurrency: 2 }, () => {
  for (const mistake of all) {
    test(mistake.name, { skip: mistake.skip ?? false }, t => runMistake(t, mistake));
  }
});
