// `tspin watch` as a user runs it: a process of its own, on a free port, in a folder whose build copies one of a few guests.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { componentCache, repository } from './guests.ts';

export interface WatchProcess {
  readonly folder: string;
  readonly url: string;
  readonly stdout: string;
  readonly stderr: string;
  /** Resolves when both streams together, from `after` characters on, match; gives the match's end. */
  printed(pattern: RegExp, after?: number): Promise<number>;
  /** Everything printed so far, in the order in which it came. */
  readonly all: string;
  /** Resident memory in MB. */
  memoryMb(): number;
  /** Ids of the processes that it has started and that still are. */
  children(): readonly number[];
  /** Ctrl-C, then the exit code. */
  stop(): Promise<number | null>;
}

const manifest = (build: string): string => `spin_manifest_version = 2
[application]
name = "hello"
[[trigger.http]]
route = "/..."
component = "hello"
[component.hello]
source = "dist/hello.wasm"
key_value_stores = ["default"]
[component.hello.build]
${build}
`;

/** Copies the guest that `src/which` names, one beside the manifest: `a.wasm`. */
export const copyingBuild = 'command = "mkdir -p dist && cp $(cat src/which).wasm dist/hello.wasm"\nwatch = ["src/**/*"]';

export interface WatchedApp {
  /** The manifest in place of the usual one. */
  readonly manifest?: string;
  /** Lines of the component's build table. */
  readonly build?: string;
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly args?: readonly string[];
  /** Waits until it serves; true by default. */
  readonly waits?: boolean;
}

export async function tspinWatch(
  t: TestContext,
  { build = copyingBuild, files, args = [], waits = true, ...app }: WatchedApp,
): Promise<WatchProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'tspin-watch-'));
  for (const [name, content] of Object.entries({ 'spin.toml': app.manifest ?? manifest(build), ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const command = [join(repository, 'bin/tspin.js'), 'watch', '-f', folder, '--listen', '127.0.0.1:0', ...args];
  const child = spawn(process.execPath, command, {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: folder,
    env: { ...process.env, TSPIN_CACHE_DIR: componentCache, XDG_CACHE_HOME: join(folder, '.cache') },
  });
  const exited = once(child, 'close').then(([code]) => code as number | null);
  // The folder goes when nobody writes to it any more.
  t.after(async () => {
    child.kill('SIGKILL');
    await exited;
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  const printed = { stdout: '', stderr: '', all: '' };
  const waiting = new Set<() => void>();
  const look = (): void => {
    for (const one of waiting) one();
  };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text;
      printed.all += text;
      look();
    });
  }
  child.once('close', look);
  const process_: WatchProcess = {
    folder,
    get url() {
      return /^Serving (\S+)$/m.exec(printed.stdout)?.[1] ?? '';
    },
    get stdout() {
      return printed.stdout;
    },
    get stderr() {
      return printed.stderr;
    },
    get all() {
      return printed.all;
    },
    printed: (pattern, after = 0) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const found = pattern.exec(printed.all.slice(after));
          if (!found && child.exitCode === null) return;
          waiting.delete(check);
          if (found) resolve(after + found.index + found[0].length);
          else reject(new Error(`tspin watch ended without printing ${pattern}:\n${printed.all}`));
        };
        waiting.add(check);
        check();
      }),
    memoryMb: () => Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024,
    children: () => {
      const ids = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ').map(Number);
      return ids.filter(id => id > 0);
    },
    stop: () => {
      child.kill('SIGINT');
      return exited;
    },
  };
  if (waits) await process_.printed(/Watching for changes.*\n/);
  return process_;
}
