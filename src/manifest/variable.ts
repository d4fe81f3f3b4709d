// One entry of `[variables]` (spin-behaviour 1.4).
import type { SourceLocation } from '../errors.ts';
import type { Entry } from './entry.ts';
import { invalidValue } from './mistakes.ts';
import { boolean, optional, readTable, string, withDefault } from './readers.ts';

export interface VariableSection {
  /** Undefined: the variable is required, and a provider has to have it. */
  readonly defaultValue: string | undefined;
  readonly secret: boolean;
  readonly description: string;
  readonly at: SourceLocation;
}

export function readVariable(entry: Entry): VariableSection {
  const fields = readTable(entry, {
    default: optional(string),
    required: withDefault(boolean, false),
    secret: withDefault(boolean, false),
    description: withDefault(string, ''),
  });
  const hasDefault = fields.default !== undefined;
  if (fields.required === hasDefault) {
    const found = hasDefault ? 'both `required = true` and a `default`' : 'neither `required = true` nor a `default`';
    throw invalidValue(
      entry,
      `the variable \`${entry.key}\` has ${found}`,
      'give it exactly one: required = true or default = "…"',
    );
  }
  return { defaultValue: fields.default, secret: fields.secret, description: fields.description, at: entry.keyAt };
}
