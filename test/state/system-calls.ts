// What strace saw, in the order in which calls began and ended.
import { readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

/** Why tests under strace cannot run here, or false. */
export const withoutStrace = (): string | false =>
  spawnSync('strace', ['-V']).status === 0 ? false : 'strace is not installed (apt-get install strace)';

/** The calls that write to files and sockets and those that wait for the disk, with whole buffers and the names of files. */
export const straceTo = (file: string): readonly string[] => [
  'strace',
  '-f',
  '--seccomp-bpf',
  '-yy',
  '--string-limit=100000',
  `--output=${file}`,
  '--trace=fdatasync,fsync,pwrite64,write,writev,sendto,sendmsg',
];

export interface SystemCall {
  readonly name: string;
  /** File or socket and the rest, as strace prints them: `21</tmp/a.db-wal>, "..."`. */
  readonly args: string;
  /** Positions among all beginnings and ends; `ended` is Infinity for a call that never returned. */
  readonly began: number;
  readonly ended: number;
  readonly result: number;
}

/** Reads strace's output file. */
export function readSystemCalls(file: string): readonly SystemCall[] {
  const calls: SystemCall[] = [];
  /** By thread, since each is in one call at most. */
  const unfinished = new Map<string, SystemCall>();
  for (const [at, line] of readFileSync(file, 'latin1').split('\n').entries()) {
    const [, thread = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const whole = /^(\w+)\((.*)\) += (-?\d+)/.exec(rest);
    const begin = /^(\w+)\((.*) <unfinished \.\.\.>$/.exec(rest);
    const resumed = /^<\.\.\. (\w+) resumed>(.*)\) += (-?\d+)/.exec(rest);
    const earlier = unfinished.get(thread);
    if (whole) {
      const [, name = '', args = '', result] = whole;
      calls.push({ name, args, began: at, ended: at, result: Number(result) });
    } else if (begin) {
      const [, name = '', args = ''] = begin;
      unfinished.set(thread, { name, args, began: at, ended: Infinity, result: Number.NaN });
    } else if (resumed && earlier) {
      const [, , args = '', result] = resumed;
      calls.push({ ...earlier, args: earlier.args + args, ended: at, result: Number(result) });
      unfinished.delete(thread);
    }
  }
  return [...calls, ...unfinished.values()].toSorted((a, b) => a.began - b.began);
}
