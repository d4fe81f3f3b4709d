// What the doctor asks of the machine; tests give one of their own.
import { access, constants } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

export interface Machine {
  /** `26.10.0`, of the Node that tspin runs on. */
  readonly nodeVersion: string;
  /** Whether that Node can suspend Wasm. */
  readonly hasJspi: boolean;
  /** Where `tspin up` would listen. */
  readonly listen: { readonly host: string; readonly port: number };
  /** Absolute folder of prepared components. */
  readonly cacheDirectory: string;
  readonly hasProgram: (name: string) => Promise<boolean>;
  /** The output of a program; undefined when it fails. */
  readonly outputOf: (program: string, words: readonly string[]) => Promise<string | undefined>;
  /** Undefined when it can be listened on, else the system's code. */
  readonly listenProblem: () => Promise<string | undefined>;
  /** Runs the build commands of one component. Throws TspinError. */
  readonly build: (component: string) => Promise<void>;
}

export interface MachineOptions extends Pick<Machine, 'listen' | 'cacheDirectory' | 'build'> {
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The real one. */
export function thisMachine({ listen, cacheDirectory, build, env }: MachineOptions): Machine {
  return {
    nodeVersion: process.versions.node,
    hasJspi: 'promising' in WebAssembly,
    listen,
    cacheDirectory,
    build,
    hasProgram: name => isOnPath(name, env),
    outputOf: async (program, words) => {
      try {
        // Long enough for a slow disk; none of the programs that are asked works on anything.
        const { stdout } = await promisify(execFile)(program, [...words], { timeout: 10_000 });
        return stdout;
      } catch {
        return undefined;
      }
    },
    listenProblem: () => problemOfListening(listen),
  };
}

async function isOnPath(name: string, env: Readonly<Record<string, string | undefined>>): Promise<boolean> {
  const endings = process.platform === 'win32' ? (env['PATHEXT'] ?? '.EXE;.CMD').split(';') : [''];
  const folders = (env['PATH'] ?? '').split(delimiter).filter(folder => folder !== '');
  for (const folder of folders) {
    for (const ending of endings) {
      const found = await access(join(folder, name + ending), constants.X_OK).then(
        () => true,
        () => false,
      );
      if (found) return true;
    }
  }
  return false;
}

function problemOfListening({ host, port }: Machine['listen']): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const server = createServer();
  server.once('error', error => resolve('code' in error ? String(error.code) : error.message));
  server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  return promise;
}
