// One server under measurement: a group of processes of its own, kept on a core, asleep while others are measured.
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

export interface Launch {
  readonly command: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** It answers there, sooner or later; without it, it prints "Serving URL". */
  readonly answersAt?: string;
  /** How long it may take until it is ready; a minute when it is not given. */
  readonly startMs?: number;
}

export interface StartOptions {
  /** The core that it is kept on; undefined: any. */
  readonly core: number | undefined;
  readonly servers: Servers;
}

export interface Memory {
  /** Resident now, all processes of the server. */
  readonly residentMb: number;
  /** The most that they had, each at its time. */
  readonly peakMb: number;
}

const startMsMax = 60_000;
const stopMsMax = 15_000;
const pollMs = 20;

/** The servers that run, so that none outlives the bench. */
export class Servers {
  readonly #pids = new Set<number>();

  add(pid: number): void {
    this.#pids.add(pid);
  }

  delete(pid: number): void {
    this.#pids.delete(pid);
  }

  /** Ends all that still run, with what they started. */
  killAll(): void {
    for (const pid of this.#pids) signalGroup(pid, 'SIGKILL');
  }
}

export class ServerProcess {
  readonly url: string;
  readonly pid: number;
  readonly #servers: Servers;
  readonly #exited: Promise<unknown>;
  readonly #printed: Printed;

  private constructor(pid: number, url: string, { servers, exited, printed }: ServerParts) {
    this.pid = pid;
    this.url = url;
    this.#servers = servers;
    this.#exited = exited;
    this.#printed = printed;
  }

  /** The last that it printed. */
  get output(): string {
    return this.#printed.text;
  }

  /** Resolves when it is ready. Throws what it printed when it ends before. */
  static async start(launch: Launch, { core, servers }: StartOptions): Promise<ServerProcess> {
    const command = [...(core === undefined ? [] : ['taskset', '-c', String(core)]), ...launch.command];
    const child = spawn(command[0]!, command.slice(1), {
      cwd: launch.cwd,
      env: { ...process.env, ...launch.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const { pid } = child;
    if (pid === undefined) throw new Error(`${command[0]} does not start`);
    servers.add(pid);
    const exited = new Promise(resolve => child.once('exit', resolve));
    try {
      const printed: Printed = { text: '' };
      const url = await readyUrl(child, { ...launch, command }, printed);
      return new ServerProcess(pid, url, { servers, exited, printed });
    } catch (error) {
      signalGroup(pid, 'SIGKILL');
      servers.delete(pid);
      throw error;
    }
  }

  pause(): void {
    signalGroup(this.pid, 'SIGSTOP');
  }

  resume(): void {
    signalGroup(this.pid, 'SIGCONT');
  }

  memory(): Memory {
    return groupMemory(this.pid);
  }

  /** As a user stops it; what is left of it after its time is ended. */
  async stop(): Promise<void> {
    this.resume();
    // All of its processes, as Ctrl-C in a terminal: strace passes no signal on.
    signalGroup(this.pid, 'SIGTERM');
    const waiting = new AbortController();
    await Promise.race([this.#exited, delay(stopMsMax, undefined, { signal: waiting.signal }).catch(() => undefined)]);
    waiting.abort();
    signalGroup(this.pid, 'SIGKILL');
    this.#servers.delete(this.pid);
  }
}

interface Printed {
  text: string;
}

interface ServerParts {
  readonly servers: Servers;
  readonly exited: Promise<unknown>;
  readonly printed: Printed;
}

/** What is kept of what a server prints, in characters. */
const keptMax = 100_000;

async function readyUrl(
  child: ChildProcess,
  { answersAt, command, startMs = startMsMax }: Launch,
  kept: Printed,
): Promise<string> {
  const waiting = new AbortController();
  const { signal } = waiting;
  const serving = Promise.withResolvers<string>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      kept.text = (kept.text + text).slice(-keptMax);
      if (signal.aborted) return;
      const url = /^Serving (http:\S+)\n/m.exec(kept.text)?.[1];
      if (url !== undefined && answersAt === undefined) serving.resolve(url);
    });
  }
  child.once('error', serving.reject);
  child.once('exit', code => serving.reject(new Error(`${command.join(' ')} ended with ${code}:\n${kept.text.slice(-2000)}`)));
  if (answersAt !== undefined) {
    answers(answersAt, signal).then(() => serving.resolve(new URL(answersAt).origin), serving.reject);
  }
  const late = delay(startMs, undefined, { signal }).then(() => {
    throw new Error(`${command.join(' ')} was not ready after ${startMs / 1000} s:\n${kept.text.slice(-2000)}`);
  });
  try {
    return await Promise.race([serving.promise, late]);
  } finally {
    waiting.abort();
    late.catch(() => undefined);
    serving.promise.catch(() => undefined);
  }
}

/** Resolves when anything is answered at the URL. */
async function answers(url: string, signal: AbortSignal): Promise<void> {
  for (; !signal.aborted; await delay(pollMs)) {
    const answered = await new Promise<boolean>(resolve => {
      get(url, response => {
        response.resume();
        resolve(true);
      }).once('error', () => resolve(false));
    });
    if (answered) return;
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // All of its processes are gone already.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function groupMemory(group: number): Memory {
  let residentMb = 0;
  let peakMb = 0;
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    const status = statusOf(pid, group);
    if (status === undefined) continue;
    residentMb += kilobytes(status, 'VmRSS') / 1024;
    peakMb += kilobytes(status, 'VmHWM') / 1024;
  }
  return { residentMb, peakMb };
}

/** The status of a process of the group; undefined when it is of another, or gone. */
function statusOf(pid: string, group: number): string | undefined {
  try {
    // After the name in parentheses: state, parent, group.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]) !== group) return undefined;
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return undefined;
  }
}

const kilobytes = (status: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
