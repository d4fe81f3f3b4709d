// The values of options: text -> what it stands for, or a message with what was found and an example.
import { TspinError } from '../errors.ts';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** `host:port`; an IPv6 address in brackets. */
export function parseListenAddress(text: string): ListenAddress {
  const [, ipv6, name, digits] = /^(?:\[([\da-f:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/i.exec(text) ?? [];
  const host = ipv6 ?? name;
  const port = Number(digits);
  if (host !== undefined && port <= 65_535) return { host, port };
  throw new TspinError(
    'option-invalid-value',
    `--listen (SPIN_HTTP_LISTEN_ADDR) takes an address and a port, and got "${text}"`,
    {
      help: 'for example: --listen 127.0.0.1:3000, or --listen [::1]:0 for a free port on IPv6',
    },
  );
}

/** `KEY=VALUE` pairs of a repeated option, split at the first `=`. */
export function parsePairs(option: string, texts: readonly string[]): readonly (readonly [string, string])[] {
  return texts.map(text => {
    const equals = text.indexOf('=');
    if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
    const found = equals === 0 ? 'has no key before the "="' : 'has no "="';
    throw new TspinError('option-invalid-value', `--${option} takes KEY=VALUE, and "${text}" ${found}`, {
      help: `for example: --${option} greeting=hello`,
    });
  });
}

/** Spin's units for durations, in milliseconds; a number without one is in seconds. */
const durationUnits: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, ms: 1, s: 1000, m: 60_000, '': 1000 };

/** A duration above zero, in milliseconds: `30s`, `500ms`, `5`. */
export function parseDuration(option: string, text: string): number {
  const [, digits, unit = ''] = /^(\d{1,12})([a-z]*)$/.exec(text) ?? [];
  const scale = durationUnits[unit];
  // Above 2^31 - 1 ms timers would fire at once.
  if (digits !== undefined && scale !== undefined && Number(digits) > 0) return Math.min(Number(digits) * scale, 2 ** 31 - 1);
  throw new TspinError('option-invalid-value', `--${option} takes a time above zero, and got "${text}"`, {
    help: `for example: --${option} 30s; the units are ns, us, ms, s and m`,
  });
}

/** More threads than any machine has cores only cost memory. */
const workersMax = 1_024;

/** A number of worker threads, from 1 on. */
export function parseWorkers(text: string): number {
  const workers = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (workers >= 1 && workers <= workersMax) return workers;
  throw new TspinError('option-invalid-value', `--workers takes a number from 1 to ${workersMax}, and got "${text}"`, {
    help: 'for example: --workers 2; without it there is one for each core',
  });
}

const wasmPageBytes = 65_536;

/** A number of bytes, at least one Wasm page and at most what a 32-bit memory has. */
export function parseMemoryBytes(option: string, text: string): number {
  const bytes = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (bytes >= wasmPageBytes && bytes <= 2 ** 32) return bytes;
  throw new TspinError(
    'option-invalid-value',
    `--${option} takes a number of bytes from 65536 to 4294967296, and got "${text}"`,
    {
      help: `for example: --${option} 134217728`,
    },
  );
}

/** A whole number in a range. */
export function parseWhole(option: string, text: string, [least, most]: readonly [number, number]): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new TspinError('option-invalid-value', `--${option} takes a number from ${least} to ${most}, and got "${text}"`, {
    help: `for example: --${option} ${Math.max(least, 1000)}`,
  });
}

/** `a..b`, from a on and below b, or one value; both as `parse` has them (spin-behaviour 2.5). */
export function parseRange(option: string, text: string, parse: (text: string) => number): readonly [number, number] {
  const ends = text.split('..');
  const [first, end] = ends.map(parse);
  if (first !== undefined && end === undefined) return [first, first + 1];
  if (first !== undefined && end !== undefined && ends.length === 2 && first < end) return [first, end];
  throw new TspinError('option-invalid-value', `--${option} takes a value or a range, and got "${text}"`, {
    help: `for example: --${option} 10..20, which is from 10 on and below 20`,
  });
}

/** One of a few words. */
export function parseChoice<const T extends string>(option: string, text: string, choices: readonly T[]): T {
  const found = choices.find(choice => choice === text);
  if (found !== undefined) return found;
  throw new TspinError('option-invalid-value', `--${option} takes ${choices.join(' or ')}, and got "${text}"`, {
    help: `for example: --${option} ${choices[0] ?? ''}`,
  });
}
