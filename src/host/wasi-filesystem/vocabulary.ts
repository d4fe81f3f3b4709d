// The types of wasi:filesystem/types 0.2, as WIT values.
import { alias, enumeration, flags, option, record, string, u64, variant, type Js, type WitType } from '../../wit/types.ts';
import { datetime, type Datetime } from '../wasi-clocks/declarations.ts';

export const filesize: WitType<bigint> = alias('filesize', u64);
export const linkCount: WitType<bigint> = alias('link-count', u64);

/** In WIT's order; `unknown` is first, and not in 0.3. */
export const descriptorTypeNames = [
  'unknown',
  'block-device',
  'character-device',
  'directory',
  'fifo',
  'symbolic-link',
  'regular-file',
  'socket',
] as const;
export const descriptorType = enumeration('descriptor-type', descriptorTypeNames);
export type DescriptorType = Js<typeof descriptorType>;

export const descriptorFlags = flags('descriptor-flags', [
  'read',
  'write',
  'file-integrity-sync',
  'data-integrity-sync',
  'requested-write-sync',
  'mutate-directory',
]);
export type DescriptorFlags = Js<typeof descriptorFlags>;

export const descriptorStat = record('descriptor-stat', {
  type: descriptorType,
  'link-count': linkCount,
  size: filesize,
  'data-access-timestamp': option(datetime),
  'data-modification-timestamp': option(datetime),
  'status-change-timestamp': option(datetime),
});
export type DescriptorStat = Js<typeof descriptorStat>;

export const pathFlags = flags('path-flags', ['symlink-follow']);
export type PathFlags = Js<typeof pathFlags>;

export const openFlags = flags('open-flags', ['create', 'directory', 'exclusive', 'truncate']);
export type OpenFlags = Js<typeof openFlags>;

export type NewTimestamp =
  | { readonly tag: 'no-change'; readonly val?: undefined }
  | { readonly tag: 'now'; readonly val?: undefined }
  | { readonly tag: 'timestamp'; readonly val: Datetime };

export const newTimestamp: WitType<NewTimestamp> = variant('new-timestamp', {
  'no-change': null,
  now: null,
  timestamp: datetime,
});

export const directoryEntry = record('directory-entry', { type: descriptorType, name: string });
export type DirectoryEntry = Js<typeof directoryEntry>;

/** In WIT's order; `would-block` is not in 0.3. */
export const errorCodeNames = [
  'access',
  'would-block',
  'already',
  'bad-descriptor',
  'busy',
  'deadlock',
  'quota',
  'exist',
  'file-too-large',
  'illegal-byte-sequence',
  'in-progress',
  'interrupted',
  'invalid',
  'io',
  'is-directory',
  'loop',
  'too-many-links',
  'message-size',
  'name-too-long',
  'no-device',
  'no-entry',
  'no-lock',
  'insufficient-memory',
  'insufficient-space',
  'not-directory',
  'not-empty',
  'not-recoverable',
  'unsupported',
  'no-tty',
  'no-such-device',
  'overflow',
  'not-permitted',
  'pipe',
  'read-only',
  'invalid-seek',
  'text-file-busy',
  'cross-device',
] as const;
export const errorCode = enumeration('error-code', errorCodeNames);
export type ErrorCode = Js<typeof errorCode>;

export const advice = enumeration('advice', ['normal', 'sequential', 'random', 'will-need', 'dont-need', 'no-reuse']);

export const metadataHashValue = record('metadata-hash-value', { lower: u64, upper: u64 });
export type MetadataHash = Js<typeof metadataHashValue>;
