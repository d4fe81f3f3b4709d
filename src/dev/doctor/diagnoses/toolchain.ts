// `toolchain`: a program that a build command runs is not installed.
import type { Diagnosis, Finding, Patient } from '../diagnosis.ts';
import { TspinError } from '../../../errors.ts';

/** Programs that make components, and where they come from. */
const hints: Readonly<Record<string, string>> = {
  cargo: 'install Rust: https://rustup.rs',
  rustup: 'install Rust: https://rustup.rs',
  npm: 'install Node, which npm comes with: https://nodejs.org',
  npx: 'install Node, which npx comes with: https://nodejs.org',
  node: 'install Node: https://nodejs.org',
  pnpm: 'install it: npm install --global pnpm',
  yarn: 'install it: npm install --global yarn',
  go: 'install Go: https://go.dev/dl/',
  tinygo: 'install TinyGo: https://tinygo.org/getting-started/install/',
  python: 'install Python: https://www.python.org/downloads/',
  python3: 'install Python: https://www.python.org/downloads/',
  pip: 'install Python with pip: https://www.python.org/downloads/',
  pip3: 'install Python with pip: https://www.python.org/downloads/',
  'componentize-py': 'install it: pip install componentize-py',
  'wasm-tools': 'install it: cargo install wasm-tools',
  'wit-bindgen': 'install it: cargo install wit-bindgen-cli',
  zig: 'install Zig: https://ziglang.org/download/',
  make: "install make with your system's package manager",
  dotnet: 'install .NET: https://dotnet.microsoft.com/download',
  grain: 'install Grain: https://grain-lang.org/docs/getting_grain',
};

const rustTargets = ['wasm32-wasip1', 'wasm32-wasip2', 'wasm32-unknown-unknown'];

type Found = Omit<Finding, 'diagnosis'>;

export const toolchain: Diagnosis = {
  name: 'toolchain',
  examine: async patient => {
    const uses = programsOf(patient);
    const found: Found[] = [];
    for (const [program, component] of uses) {
      if (await patient.machine.hasProgram(program)) continue;
      found.push({
        message: `the build of "${component}" runs ${program}, which is not installed or not on the PATH`,
        at: patient.manifest?.components.get(component)?.build?.at,
        help: [hints[program] ?? ''],
      });
    }
    if (uses.has('cargo') && !found.some(({ message }) => message.includes(' cargo,')))
      found.push(...(await missingTargets(patient)));
    return found;
  },
};

/** Each known program with the first component that runs it. */
function programsOf({ manifest }: Patient): ReadonlyMap<string, string> {
  const uses = new Map<string, string>();
  for (const [id, { build }] of manifest?.components ?? []) {
    for (const command of build?.commands ?? []) {
      for (const step of command.split(/&&|\|\||;|\|/)) {
        // Assignments like GOOS=wasip1 come before the program.
        const program =
          step
            .trim()
            .replace(/^(?:\w+=\S*\s+)+/, '')
            .split(/\s/)[0] ?? '';
        if (Object.hasOwn(hints, program) && !uses.has(program)) uses.set(program, id);
      }
    }
  }
  return uses;
}

/** Only rustup tells which targets there are: without it (a distribution's Rust) nothing is known and nothing said. */
async function missingTargets({ manifest, machine }: Patient): Promise<readonly Found[]> {
  const wanted = new Map<string, string>();
  for (const [id, { build }] of manifest?.components ?? []) {
    for (const command of build?.commands ?? []) {
      const target = rustTargets.find(one => command.includes('cargo') && command.includes(one));
      if (target !== undefined && !wanted.has(target)) wanted.set(target, id);
    }
  }
  const listed = wanted.size === 0 ? undefined : await machine.outputOf('rustup', ['target', 'list', '--installed']);
  if (listed === undefined) return [];
  const installed = listed.split(/\s+/);
  return [...wanted].flatMap(([target, id]): Found[] => {
    if (installed.includes(target)) return [];
    return [
      {
        message: `the build of "${id}" needs Rust's target ${target}, which is not installed`,
        at: manifest?.components.get(id)?.build?.at,
        help: [`rustup target add ${target}`],
        fix: { about: `rustup target add ${target}`, apply: () => addTarget(target, machine) },
      },
    ];
  });
}

async function addTarget(target: string, machine: Patient['machine']): Promise<void> {
  if ((await machine.outputOf('rustup', ['target', 'add', target])) !== undefined) return;
  throw new TspinError('build-failed', `\`rustup target add ${target}\` failed`, { help: 'run it yourself to see why' });
}
