// The types of wasi:filesystem/types 0.3, as WIT values: those of 0.2, but that two enums are variants that may grow.
import { enumCases, option, record, sameType, string, variant, type Js, type WitType } from '../../wit/types.ts';
import type { Datetime } from '../wasi-clocks/declarations.ts';
import * as fs from './vocabulary.ts';

const typeNames = fs.descriptorTypeNames.filter(name => name !== 'unknown');
const codeNames = fs.errorCodeNames.filter(name => name !== 'would-block');

/** The types of one version; each version has its own, as a component sees it. */
export function declareVocabulary3(instant: WitType<Datetime>) {
  const filesize = sameType(fs.filesize);
  const descriptorType = variant('descriptor-type', { ...enumCases(typeNames), other: option(string) });
  const errorCode = variant('error-code', { ...enumCases(codeNames), other: option(string) });
  return {
    filesize,
    descriptorType,
    errorCode,
    descriptorFlags: sameType(fs.descriptorFlags),
    descriptorStat: record('descriptor-stat', {
      type: descriptorType,
      'link-count': sameType(fs.linkCount),
      size: filesize,
      'data-access-timestamp': option(instant),
      'data-modification-timestamp': option(instant),
      'status-change-timestamp': option(instant),
    }),
    pathFlags: sameType(fs.pathFlags),
    openFlags: sameType(fs.openFlags),
    newTimestamp: variant('new-timestamp', { 'no-change': null, now: null, timestamp: instant }),
    directoryEntry: record('directory-entry', { type: descriptorType, name: string }),
    advice: sameType(fs.advice),
    metadataHashValue: sameType(fs.metadataHashValue),
  };
}

export type Vocabulary3 = ReturnType<typeof declareVocabulary3>;
export type DescriptorType3 = Js<Vocabulary3['descriptorType']>;
export type ErrorCode3 = Js<Vocabulary3['errorCode']>;
export type DescriptorStat3 = Js<Vocabulary3['descriptorStat']>;
export type DirectoryEntry3 = Js<Vocabulary3['directoryEntry']>;

export const descriptorType3 = (type: fs.DescriptorType): DescriptorType3 =>
  type === 'unknown' ? { tag: 'other', val: undefined } : { tag: type };

export const errorCode3 = (code: fs.ErrorCode): ErrorCode3 =>
  code === 'would-block' ? { tag: 'other', val: code } : ({ tag: code } as ErrorCode3);
