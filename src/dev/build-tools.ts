// Which tool of a build command is not installed, and how it is.
import { runCommand } from './build-command.ts';

export interface MissingTool {
  readonly tool: string;
  /** Undefined for tools that are not those of Spin's templates. */
  readonly install: string | undefined;
}

const node = 'https://nodejs.org, or your package manager';
const python = 'https://www.python.org/downloads (3.10 or newer), or your package manager';

const installs: Readonly<Record<string, string>> = {
  cargo: 'https://rustup.rs, then `rustup target add wasm32-wasip2`',
  rustc: 'https://rustup.rs, then `rustup target add wasm32-wasip2`',
  npm: node,
  npx: node,
  node,
  pnpm: '`npm install -g pnpm`',
  yarn: '`npm install -g yarn`',
  python,
  python3: python,
  pip: python,
  pip3: python,
  'componentize-py': '`pip install componentize-py`, in the virtual environment of the app if it has one',
  go: 'https://go.dev/dl',
  tinygo: 'https://tinygo.org/getting-started/install',
  'wasm-tools': '`cargo install wasm-tools`',
  make: 'your package manager',
};

/** The first program that the command would run and that the shell does not find; undefined when all are there. */
export async function missingTool(command: string, directory: string): Promise<MissingTool | undefined> {
  for (const tool of toolsOf(command)) {
    const { signal } = new AbortController();
    const status = await runCommand(`command -v ${tool}`, { directory, signal, output: () => {} });
    if (status !== undefined) return { tool, install: installs[tool] };
  }
  // npm's own scripts end with the same status.
  const [runner] = toolsOf(command);
  const isScript = runner === 'npm' || runner === 'npx' || runner === 'pnpm' || runner === 'yarn';
  return isScript ? { tool: `a program that ${runner} runs`, install: `\`${runner} install\` in ${directory}` } : undefined;
}

/** The words at the places of programs: `cd app && PORT=1 cargo build` has `cd` and `cargo`. */
export function toolsOf(command: string): readonly string[] {
  return command.split(/&&|\|\|?|;|\n/).flatMap(part => {
    const word = part
      .trim()
      .split(/\s+/)
      .find(each => !/^\w+=/.test(each));
    return word !== undefined && /^[\w./+-]+$/.test(word) ? [word] : [];
  });
}
