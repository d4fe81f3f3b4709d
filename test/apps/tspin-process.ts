// `tspin up` as a user runs it: a process of its own, on a free port, stopped by Ctrl-C.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { componentCache, repository } from './guests.ts';

export interface TspinProcess {
  /** From the line `Serving http://127.0.0.1:45678`. */
  readonly url: string;
  readonly stdout: string;
  readonly stderr: string;
  /** Resident memory in MB: now, and at its highest so far. Linux only. */
  memory(): { readonly nowMb: number; readonly highestMb: number };
  /** One Ctrl-C; the process goes on until it is done. */
  interrupt(): void;
  /** Ctrl-C unless that was sent already, then the exit code. */
  stop(): Promise<number | null>;
}

/** What the process has of its own beside the test's. */
export interface ProcessPlace {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** It says where it serves in JSON. */
  readonly servingJson?: boolean;
}

/** Runs `tspin up --listen 127.0.0.1:0` with more arguments and waits until it serves. Killed, if need be, when the test ends. */
export async function tspinUp(t: TestContext, args: readonly string[], place: ProcessPlace = {}): Promise<TspinProcess> {
  const command = [join(repository, 'bin/tspin.js'), 'up', '--listen', '127.0.0.1:0', ...args];
  const child = spawn(process.execPath, command, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TSPIN_CACHE_DIR: componentCache, ...place.env },
    ...(place.cwd !== undefined && { cwd: place.cwd }),
  });
  t.after(() => child.kill('SIGKILL'));
  // 'close' comes when all of its output has been read, 'exit' perhaps before.
  const exited = once(child, 'close').then(([code]) => code as number | null);
  const printed = { stdout: '', stderr: '' };
  const serving = Promise.withResolvers<string>();
  const said = place.servingJson ? /^\{\n {2}"base_url": "(\S+)"[^]*\n\}\n$/ : /^Serving (\S+)\n/m;
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (printed.stderr += text));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed.stdout += text;
    const url = said.exec(printed.stdout)?.[1];
    if (url !== undefined) serving.resolve(url);
  });
  child.once('close', code => serving.reject(new Error(`tspin up ended with ${code}:\n${printed.stderr}`)));
  const url = await serving.promise;
  let interrupted = false;
  const interrupt = (): void => {
    interrupted = true;
    child.kill('SIGINT');
  };
  return {
    url,
    get stdout() {
      return printed.stdout;
    },
    get stderr() {
      return printed.stderr;
    },
    memory: () => readMemory(child.pid),
    interrupt,
    stop: () => {
      if (!interrupted) interrupt();
      return exited;
    },
  };
}

function readMemory(pid: number | undefined): { nowMb: number; highestMb: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mb = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  return { nowMb: mb('VmRSS'), highestMb: mb('VmHWM') };
}
