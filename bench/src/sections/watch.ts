// From a save to the first answer of new code, under `tspin watch`: the whole, and how much of it are the build commands.
import { execFile } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

import type { Bench } from '../bench.ts';
import { repository } from '../guests.ts';
import { firstLines } from './load.ts';

const section = 'watch';

interface Example {
  readonly id: string;
  readonly folder: string;
  /** The file that is edited: the status with which it answers PUT is another one each time. */
  readonly source: string;
  /** Instead of the command in its manifest. */
  readonly command?: string;
}

/** Rust's own command needs a toolchain by rustup; this one is built as the repository's guests are (scripts/build-guests.sh). */
const rustBuild = `${repository}/scripts/toolchains/wasi-cargo.sh $HOME/.cache/tspin-guests/wasi build -q --locked --release --target wasm32-wasip2 -Zbuild-std=std,panic_abort && cp target/wasm32-wasip2/release/kv_rust.wasm kv-rust.wasm`;

const examples: readonly Example[] = [
  { id: 'TypeScript', folder: 'examples/kv-ts', source: 'src/index.ts' },
  { id: 'Rust', folder: 'examples/kv-rust', source: 'src/lib.rs', command: rustBuild },
  { id: 'Go', folder: 'examples/kv-go', source: 'app/app.go' },
];

const firstAnswerMs = 600_000;
const pollMs = 5;

export async function measureWatch(bench: Bench): Promise<void> {
  for (const example of examples) {
    try {
      await measure(bench, example);
    } catch (error) {
      bench.recorder.miss(section, example.id, firstLines(error));
    }
    bench.recorder.print(section, example.id);
  }
}

async function measure(bench: Bench, { id, folder, source, command: build }: Example): Promise<void> {
  const app = bench.folder();
  cpSync(join(repository, folder), app, { recursive: true });
  if (build !== undefined) {
    const manifest = join(app, 'spin.toml');
    const text = readFileSync(manifest, 'utf8');
    writeFileSync(
      manifest,
      text.replace(/^command = .*$/m, () => `command = ${JSON.stringify(build)}`),
    );
  }
  // Watching would wait for a change if a toolchain is missing; this says so.
  await promisify(execFile)(process.execPath, [bench.tspin.launcher, 'build', '-f', app]);
  const command = [process.execPath, bench.tspin.launcher, 'watch', '-f', app, '--listen', '127.0.0.1:0', '--state-dir', ''];
  const server = await bench.start({ command, env: { TSPIN_CACHE_DIR: bench.cache }, startMs: firstAnswerMs }, undefined);
  try {
    const file = join(app, source);
    for (let round = 1; round <= bench.options.rounds; round += 1) {
      const status = 420 + round;
      const text = readFileSync(file, 'utf8').replace(/\b4(05|2\d)\b/, String(status));
      const began = performance.now();
      writeFileSync(file, text);
      while ((await fetch(`${server.url}/x`, { method: 'PUT' })).status !== status) {
        if (performance.now() - began > firstAnswerMs) throw new Error('the change was not served in time');
        await delay(pollMs);
      }
      const ms = performance.now() - began;
      bench.recorder.add({ section, subject: id, metric: 'save to first answer', unit: 'ms' }, ms);
      const built = /built \S+ in ([\d.]+) (ms|s); /.exec(server.output.slice(server.output.lastIndexOf('Reloaded:')));
      if (built) {
        const buildMs = Number(built[1]) * (built[2] === 's' ? 1000 : 1);
        bench.recorder.add({ section, subject: id, metric: 'of that, the build commands', unit: 'ms' }, buildMs);
        bench.recorder.add({ section, subject: id, metric: 'and the rest', unit: 'ms' }, ms - buildMs);
      }
    }
  } finally {
    await server.stop();
  }
}
