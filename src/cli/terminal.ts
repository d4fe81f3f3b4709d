// The one place that prints: results to stdout, talk to stderr, colours and the status line only for a terminal.
import { styleText } from 'node:util';

import { formatError, TspinError } from '../errors.ts';

/** What is needed of process.stdout and process.stderr. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  /** Bytes that were written and not yet taken. */
  readonly writableLength?: number;
  write(chunk: string | Uint8Array): unknown;
}

export interface TerminalStreams {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now?: () => Date;
}

export type Style = 'bold' | 'green' | 'red' | 'yellow' | 'dim';

/** Who reads stderr through a pipe may be slow: beyond this the output of guests is dropped, not gathered without end. */
const unreadBytesMax = 4 * 1024 * 1024;

export class Terminal {
  readonly #stdout: OutputStream;
  readonly #stderr: OutputStream;
  readonly #allowsColour: boolean;
  readonly #now: () => Date;
  #status = '';
  #isJson = false;
  #droppedBytes = 0;

  constructor({ stdout, stderr, env, now = () => new Date() }: TerminalStreams) {
    this.#now = now;
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#allowsColour = !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  }

  /** True when a person watches stderr: progress may be shown and questions asked. */
  get isWatched(): boolean {
    return this.#stderr.isTTY === true;
  }

  /** One line (or a text of lines) of the command's result. */
  result(text: string): void {
    this.#clearStatus();
    this.#stdout.write(`${text}\n`);
  }

  /** From now on what would be talk is JSON, a line for each message. Results stay as they are. */
  talkJson(): void {
    this.#isJson = true;
  }

  /** Anything that is not the result: notices, progress that stays. */
  talk(text: string): void {
    this.#say('info', text);
  }

  #say(level: 'info' | 'warning' | 'error', text: string): void {
    this.#clearStatus();
    const line = this.#isJson
      ? JSON.stringify({ time: this.#now().toISOString(), kind: 'message', level, text: text.trim() })
      : text;
    this.#stderr.write(`${line}\n`);
  }

  warn(message: string): void {
    if (this.#isJson) return this.#say('warning', message);
    this.talk(`${this.style('stderr', ['bold', 'yellow'], 'warning:')} ${message}`);
  }

  /** A user's mistake without a stack; anything else is a bug of ours and says so. */
  error(error: unknown): void {
    if (this.#isJson) {
      const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return this.#say('error', error instanceof TspinError ? formatError(error) : stack);
    }
    if (error instanceof TspinError) {
      const [head = '', ...rest] = formatError(error).split(':');
      this.talk([this.style('stderr', ['bold', 'red'], head), ...rest].join(':'));
      return;
    }
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.talk(`${stack}\n\nThis is a bug in tspin, not in your app. Please report it with the lines above.`);
  }

  /** What a guest wrote: bytes as they are; dropped, and said so, when stderr is read too slowly. */
  guestOutput(bytes: Uint8Array): void {
    if ((this.#stderr.writableLength ?? 0) > unreadBytesMax) {
      this.#droppedBytes += bytes.byteLength;
      return;
    }
    if (this.#droppedBytes > 0) {
      const dropped = this.#droppedBytes;
      this.#droppedBytes = 0;
      this.warn(`${dropped} bytes of the components' output are not shown: stderr is read too slowly`);
    }
    this.#clearStatus();
    this.#stderr.write(bytes);
  }

  /** One line that the next output replaces; nothing when nobody watches. An empty text takes it away. */
  status(text: string): void {
    if (!this.isWatched || this.#isJson) return;
    this.#clearStatus();
    if (text === '') return;
    // A terminal may say that it has no columns at all.
    this.#status = text.slice(0, (this.#stderr.columns || 80) - 1);
    this.#stderr.write(this.style('stderr', ['dim'], this.#status));
  }

  /** An empty screen, when somebody watches. */
  clear(): void {
    if (this.isWatched) this.#stderr.write('\u001b[2J\u001b[3J\u001b[H');
  }

  style(stream: 'stdout' | 'stderr', styles: readonly Style[], text: string): string {
    const { isTTY } = stream === 'stdout' ? this.#stdout : this.#stderr;
    if (!isTTY || !this.#allowsColour || text === '') return text;
    return styleText([...styles], text, { validateStream: false });
  }

  #clearStatus(): void {
    if (this.#status === '') return;
    this.#status = '';
    this.#stderr.write('\r\u001b[2K');
  }
}
