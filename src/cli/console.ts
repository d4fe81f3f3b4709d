// The console of whoever develops an app: a line for each request, what guests print with time and component before each line, and
// tspin's own lines between them; or all of it as JSON, a line each.
import type { RequestEvent } from '../index.ts';
import { duration } from './duration.ts';
import type { Style, Terminal } from './terminal.ts';

export type LogFormat = 'text' | 'json';

/** A line that has no end after so many bytes is printed as it is. */
const lineBytesMax = 8 * 1024;
/** A line that has no end after so many milliseconds is printed as it is: a question, or dots of progress. */
const lineMs = 500;

export interface ConsoleOptions {
  readonly terminal: Terminal;
  readonly format: LogFormat;
  readonly now: () => Date;
}

interface Unfinished {
  text: string;
  readonly decoder: TextDecoder;
  timer: NodeJS.Timeout | undefined;
}

export class Console {
  readonly #options: ConsoleOptions;
  readonly #unfinished = new Map<string, Unfinished>();

  constructor(options: ConsoleOptions) {
    this.#options = options;
  }

  request({ method, target, status, ms, component }: RequestEvent): void {
    const { terminal, format, now } = this.#options;
    if (format === 'json') {
      return this.#json({ kind: 'request', method, path: target, status, ms: Math.round(ms * 100) / 100, component });
    }
    const shown = terminal.style('stderr', styleOf(status), status === 0 ? 'cut off' : String(status));
    const by = component === undefined ? '' : ` ${component}`;
    terminal.talk(`${this.#dim(clock(now()))} ${method} ${printable(target)} ${shown} ${duration(ms)}${by}`);
  }

  /** What a component printed: whole lines at once, the rest when its end comes. */
  guest(component: string, stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    const key = `${component} ${stream}`;
    const unfinished = this.#unfinished.get(key) ?? { text: '', decoder: new TextDecoder(), timer: undefined };
    this.#unfinished.set(key, unfinished);
    clearTimeout(unfinished.timer);
    const lines = (unfinished.text + unfinished.decoder.decode(bytes, { stream: true })).split('\n');
    unfinished.text = lines.pop() ?? '';
    for (const line of lines) this.#line(component, stream, line);
    if (unfinished.text === '') return;
    const print = (): void => {
      this.#line(component, stream, unfinished.text);
      unfinished.text = '';
    };
    if (unfinished.text.length > lineBytesMax) return print();
    unfinished.timer = setTimeout(print, lineMs).unref();
  }

  /** Lines without an end are printed. */
  close(): void {
    for (const [key, { text, timer }] of this.#unfinished) {
      clearTimeout(timer);
      const [component = '', stream] = key.split(' ');
      if (text !== '') this.#line(component, stream === 'stdout' ? 'stdout' : 'stderr', text);
    }
    this.#unfinished.clear();
  }

  #line(component: string, stream: 'stdout' | 'stderr', text: string): void {
    const line = text.replace(/\r$/, '');
    if (this.#options.format === 'json') return this.#json({ kind: 'output', component, stream, text: line });
    const prefix = this.#dim(`${clock(this.#options.now())} [${component}]`);
    this.#options.terminal.guestOutput(Buffer.from(`${prefix} ${line}\n`));
  }

  #json(fields: Readonly<Record<string, unknown>>): void {
    this.#options.terminal.guestOutput(
      Buffer.from(`${JSON.stringify({ time: this.#options.now().toISOString(), ...fields })}\n`),
    );
  }

  #dim(text: string): string {
    return this.#options.terminal.style('stderr', ['dim'], text);
  }
}

const styleOf = (status: number): readonly Style[] =>
  status >= 500 || status === 0 ? ['red'] : status >= 400 ? ['yellow'] : ['green'];

/** Local time, as on the wall. */
const clock = (date: Date): string => date.toTimeString().slice(0, 8);

/** A client chooses its path: nothing in it moves the cursor. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const printable = (text: string): string => text.replaceAll(/[\u0000-\u001F\u007F-\u009F]/g, '?');
