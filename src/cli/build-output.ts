// What build commands print, when several components are built at once: each line with its component before it.
import type { CommandOutput } from '../dev/build-command.ts';
import type { Terminal } from './terminal.ts';

/** What is kept of a component's output, to be shown again in one piece when its build fails. */
const keptBytesMax = 1024 * 1024;

interface Printed {
  kept: Buffer[];
  keptBytes: number;
  isCut: boolean;
  readonly unfinished: { stdout: string; stderr: string };
}

export class BuildOutput {
  readonly #terminal: Terminal;
  readonly #components = new Map<string, Printed>();

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  take(component: string, { stream, bytes }: CommandOutput): void {
    const printed = this.#of(component);
    keep(printed, bytes);
    const lines = (printed.unfinished[stream] + Buffer.from(bytes).toString()).split('\n');
    printed.unfinished[stream] = lines.pop() ?? '';
    for (const line of lines) this.#print(component, line);
  }

  /** After the commands: a last line without an end is shown as well. */
  end(): void {
    for (const [component, { unfinished }] of this.#components) {
      for (const stream of ['stdout', 'stderr'] as const) {
        if (unfinished[stream] !== '') this.#print(component, unfinished[stream]);
        unfinished[stream] = '';
      }
    }
  }

  /** Everything that a component's commands printed, as it was; the beginning is missing of very much. */
  whole(component: string): string {
    const { kept, isCut } = this.#of(component);
    const text = Buffer.concat(kept).toString().trimEnd();
    return isCut ? `[the beginning is left out]\n${text}` : text;
  }

  #print(component: string, line: string): void {
    // What draws over its line with a carriage return draws its last state.
    const shown = line.replace(/\r$/, '').split('\r').at(-1) ?? '';
    this.#terminal.talk(`${this.#terminal.style('stderr', ['dim'], `[${component}]`)} ${shown}`);
  }

  #of(component: string): Printed {
    const known = this.#components.get(component);
    if (known) return known;
    const made: Printed = { kept: [], keptBytes: 0, isCut: false, unfinished: { stdout: '', stderr: '' } };
    this.#components.set(component, made);
    return made;
  }
}

function keep(printed: Printed, bytes: Uint8Array): void {
  printed.kept.push(Buffer.from(bytes));
  printed.keptBytes += bytes.byteLength;
  while (printed.keptBytes > keptBytesMax && printed.kept.length > 1) {
    printed.keptBytes -= printed.kept.shift()?.byteLength ?? 0;
    printed.isCut = true;
  }
}
