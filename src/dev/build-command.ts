// One build command, run by the system's shell and ended with all that it started.
import { spawn, type ChildProcess } from 'node:child_process';

export interface CommandOutput {
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Uint8Array;
}

export interface CommandOptions {
  /** Absolute. */
  readonly directory: string;
  /** Ends the command; runCommand then rejects with the signal's reason, when it has ended. */
  readonly signal: AbortSignal;
  /** Takes what it prints; it has no stdin then. Undefined: it shares this process's streams. */
  readonly output?: ((output: CommandOutput) => void) | undefined;
}

/** A command that was asked to end and goes on is killed after so many milliseconds. */
const endMs = 5_000;

/** Resolves to undefined after a success, else to what happened as the end of a sentence. */
export async function runCommand(command: string, { directory, signal, output }: CommandOptions): Promise<string | undefined> {
  signal.throwIfAborted();
  // With a terminal the command stays in our process group, where it may ask the user and gets the user's Ctrl-C itself.
  // Without one it gets its own, so that all of its processes can be ended together.
  const ownsGroup = (output !== undefined || !process.stdin.isTTY) && process.platform !== 'win32';
  const child = spawn(command, {
    cwd: directory,
    shell: true,
    stdio: output ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    detached: ownsGroup,
  });
  child.stdout?.on('data', (bytes: Uint8Array) => output?.({ stream: 'stdout', bytes }));
  child.stderr?.on('data', (bytes: Uint8Array) => output?.({ stream: 'stderr', bytes }));
  let killing: NodeJS.Timeout | undefined;
  const end = (): void => {
    kill(child, 'SIGTERM', ownsGroup);
    killing = setTimeout(() => kill(child, 'SIGKILL', ownsGroup), endMs);
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    const status = await ended(child);
    signal.throwIfAborted();
    return status;
  } finally {
    signal.removeEventListener('abort', end);
    clearTimeout(killing);
  }
}

function ended(child: ChildProcess): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  child.once('error', error => resolve(`did not start: ${error.message}`));
  const tell = (code: number | null, killedBy: string | null): void => {
    if (code === 0) resolve(undefined);
    else resolve(code === null ? `was ended by ${killedBy}` : `failed with status ${code}`);
  };
  child.once('close', tell);
  // What it started in the background may keep its output open: the command itself is over all the same.
  child.once('exit', (code, killedBy) => void setTimeout(() => tell(code, killedBy), backgroundMs).unref());
  return promise;
}

/** How long output is still awaited after a command has ended. */
const backgroundMs = 500;

function kill(child: ChildProcess, signal: NodeJS.Signals, ownsGroup: boolean): void {
  if (child.pid === undefined) return;
  if (!ownsGroup) return void child.kill(signal);
  try {
    process.kill(-child.pid, signal);
  } catch {
    // All of them have ended.
  }
}
