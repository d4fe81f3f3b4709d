// What the host says of a file, in WIT's terms, and timestamps in both directions.
import { hash } from 'node:crypto';
import type { BigIntStats, Dirent } from 'node:fs';

import type { Datetime } from '../wasi-clocks/declarations.ts';
import { FilesystemError } from './error.ts';
import type { DescriptorStat, DescriptorType, MetadataHash, NewTimestamp } from './vocabulary.ts';
import { descriptorType3, type DescriptorStat3 } from './vocabulary-3.ts';

const nanosecondsPerSecond = 1_000_000_000n;

/** The largest number of seconds that a host timestamp is set to: JavaScript's largest exact number. */
const secondsMax = BigInt(Number.MAX_SAFE_INTEGER);

export function typeOf(file: BigIntStats | Dirent<Buffer>): DescriptorType {
  if (file.isFile()) return 'regular-file';
  if (file.isDirectory()) return 'directory';
  if (file.isSymbolicLink()) return 'symbolic-link';
  if (file.isFIFO()) return 'fifo';
  if (file.isSocket()) return 'socket';
  if (file.isCharacterDevice()) return 'character-device';
  if (file.isBlockDevice()) return 'block-device';
  return 'unknown';
}

export const descriptorStatOf = (stat: BigIntStats): DescriptorStat => ({
  type: typeOf(stat),
  linkCount: stat.nlink,
  size: stat.size,
  dataAccessTimestamp: datetimeOf(stat.atimeNs),
  dataModificationTimestamp: datetimeOf(stat.mtimeNs),
  statusChangeTimestamp: datetimeOf(stat.ctimeNs),
});

export const descriptorStat3Of = (stat: BigIntStats): DescriptorStat3 => ({
  type: descriptorType3(typeOf(stat)),
  linkCount: stat.nlink,
  size: stat.size,
  dataAccessTimestamp: instantOf(stat.atimeNs),
  dataModificationTimestamp: instantOf(stat.mtimeNs),
  statusChangeTimestamp: instantOf(stat.ctimeNs),
});

/** Changes when the file is modified or replaced; the same in every worker and after a restart, since guests make ETags of it. */
export function metadataHashOf({ dev, ino, size, mtimeNs }: BigIntStats): MetadataHash {
  const digest = hash('sha256', BigInt64Array.of(dev, ino, size, mtimeNs), 'buffer');
  return { lower: digest.readBigUInt64LE(0), upper: digest.readBigUInt64LE(8) };
}

/** The two timestamps that a guest sets. */
export interface NewTimes {
  readonly access: NewTimestamp;
  readonly modification: NewTimestamp;
}

/**
 * Both timestamps as seconds since 1970, which is all that Node takes: a set time is exact to about a microsecond, and one that
 * is not to change is written back as it was. As text, because Node takes a negative number for the present.
 * Undefined when neither changes.
 */
export async function secondsOf(
  times: NewTimes,
  stat: () => Promise<BigIntStats>,
): Promise<readonly [string, string] | undefined> {
  const { access, modification } = times;
  if (access.tag === 'no-change' && modification.tag === 'no-change') return undefined;
  const current = access.tag === 'no-change' || modification.tag === 'no-change' ? await stat() : undefined;
  return [String(newSeconds(access, current?.atimeNs)), String(newSeconds(modification, current?.mtimeNs))];
}

function newSeconds(time: NewTimestamp, currentNs: bigint | undefined): number {
  switch (time.tag) {
    case 'no-change':
      return Number(currentNs) / 1e9;
    case 'now':
      return Date.now() / 1000;
    case 'timestamp': {
      const { seconds, nanoseconds } = time.val;
      if (nanoseconds >= nanosecondsPerSecond) throw new FilesystemError('invalid');
      if (seconds > secondsMax || seconds < -secondsMax) throw new FilesystemError('overflow');
      return Number(seconds) + nanoseconds / 1e9;
    }
  }
}

/** A file from before 1970 reads as of 1970: WIT's seconds have no sign in 0.2. */
const datetimeOf = (ns: bigint): Datetime => instantOf(ns < 0n ? 0n : ns);

/** Nanoseconds count from the second before, also before 1970. */
function instantOf(ns: bigint): Datetime {
  const nanoseconds = ((ns % nanosecondsPerSecond) + nanosecondsPerSecond) % nanosecondsPerSecond;
  return { seconds: (ns - nanoseconds) / nanosecondsPerSecond, nanoseconds: Number(nanoseconds) };
}
