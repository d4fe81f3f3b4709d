// `tspin up` on the key-value guest as a process of its own, started, watched and ended in whatever way a test needs.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder } from '../temporary-folder.ts';

const repository = join(import.meta.dirname, '..', '..');
const componentCache = join(process.env['TSPIN_GUEST_CACHE'] ?? join(homedir(), '.cache', 'tspin-guests'), 'components');

/** A folder with a manifest for the checked-in guest of examples/kv-rust, and nothing else. */
export function keyValueApp(t: TestContext): string {
  const folder = temporaryFolder(t);
  const manifest = readFileSync(join(repository, 'examples/kv-rust/spin.toml'), 'utf8');
  const wasm = join(repository, 'examples/kv-rust/kv-rust.wasm');
  writeFileSync(join(folder, 'spin.toml'), manifest.replace('"kv-rust.wasm"', JSON.stringify(wasm)));
  return folder;
}

/** Where the app's data are without `--state-dir`. */
export const databaseOf = (folder: string): string => join(folder, '.spin', 'sqlite_key_value.db');

/** The same, in a folder made for it: another client may come before tspin. */
export function newDatabaseOf(folder: string): string {
  mkdirSync(join(folder, '.spin'));
  return databaseOf(folder);
}

export interface StartOptions {
  /** `127.0.0.1:0` by default. */
  readonly listen?: string;
  /** More arguments of `tspin up`. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A program and its arguments that runs the server, e.g. strace. */
  readonly under?: readonly string[];
}

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Process {
  /** Of the server itself, also when it runs under another program. */
  readonly pid: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Resolves when it has ended and all of its output has been read. */
  readonly ended: Promise<Ending>;
  /** Resolves when stderr has this text. Rejects when the process ends without it. */
  readonly said: (text: string) => Promise<void>;
  readonly signal: (name: NodeJS.Signals) => void;
}

export interface Server extends Process {
  /** `http://127.0.0.1:45678` */
  readonly url: string;
  post(key: string, value: string | Uint8Array<ArrayBuffer>): Promise<Response>;
  get(key: string): Promise<Response>;
  /** Ctrl-C; fails unless it stops cleanly. */
  stop(): Promise<void>;
}

/** Starts `tspin up`, without waiting for anything. Killed when the test ends, if it is still there. */
export function launch(t: TestContext, folder: string, options: StartOptions = {}): Process & { readonly url: Promise<string> } {
  const { listen = '127.0.0.1:0', args = [], env = {}, under = [] } = options;
  const command = [...under, process.execPath, join(repository, 'bin/tspin.js'), 'up', '-f', folder, '--listen', listen, ...args];
  const child = spawn(command[0] ?? process.execPath, command.slice(1), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TSPIN_CACHE_DIR: componentCache, ...env },
  });
  const ended = Promise.withResolvers<Ending>();
  child.once('close', (code, signal) => ended.resolve({ code, signal }));
  const stdout = collect(child.stdout, ended.promise);
  const stderr = collect(child.stderr, ended.promise);
  const own = (): number => {
    if (child.pid === undefined) throw new Error(`${command[0]} cannot be started`);
    return under.length === 0 ? child.pid : childOf(child.pid);
  };
  t.after(async () => {
    // The server first: its tracer ends with it, and would leave it running.
    if (child.exitCode === null && child.signalCode === null) process.kill(own(), 'SIGKILL');
    await ended.promise;
  });
  const url = stdout.match(/^Serving (\S+)\n/m).catch((error: unknown) => {
    throw new Error(`tspin up did not serve:\n${stderr.text}`, { cause: error });
  });
  url.catch(() => {});
  return {
    url,
    ended: ended.promise,
    get pid() {
      return own();
    },
    get stdout() {
      return stdout.text;
    },
    get stderr() {
      return stderr.text;
    },
    said: async text => void (await stderr.match(new RegExp(RegExp.escape(text)))),
    signal: name => void process.kill(own(), name),
  };
}

/** Starts `tspin up` and waits until it serves. */
export async function startServer(t: TestContext, folder: string, options: StartOptions = {}): Promise<Server> {
  const launched = launch(t, folder, options);
  const url = await launched.url;
  return {
    url,
    ended: launched.ended,
    get pid() {
      return launched.pid;
    },
    get stdout() {
      return launched.stdout;
    },
    get stderr() {
      return launched.stderr;
    },
    said: launched.said,
    signal: launched.signal,
    post: (key, value) => fetch(`${url}/${key}`, { method: 'POST', body: value }),
    get: key => fetch(`${url}/${key}`),
    stop: async () => {
      launched.signal('SIGINT');
      const { code, signal } = await launched.ended;
      if (code !== 0) throw new Error(`tspin up ended with ${signal ?? code}:\n${launched.stderr}`);
    },
  };
}

interface Collected {
  readonly text: string;
  /** Resolves to the first group when the text matches; rejects when the process ends before. */
  match(pattern: RegExp): Promise<string>;
}

function collect(stream: NodeJS.ReadableStream, ended: Promise<Ending>): Collected {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => void (text += chunk));
  return {
    get text() {
      return text;
    },
    match: pattern => {
      const matched = Promise.withResolvers<string>();
      const look = (): void => {
        const found = pattern.exec(text);
        if (!found) return;
        stream.off('data', look);
        matched.resolve(found[1] ?? found[0]);
      };
      stream.on('data', look);
      look();
      void ended.then(() => matched.reject(new Error(`the process ended without ${pattern}`)));
      return matched.promise;
    },
  };
}

function childOf(pid: number): number {
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  if (!child) throw new Error(`process ${pid} has no child`);
  return Number(child);
}
