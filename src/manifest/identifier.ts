// The rule for names in a manifest (spin-behaviour 1.6): words of ASCII letters and digits, joined by `-` or `_`.
import { TspinError, type SourceLocation } from '../errors.ts';
import type { Entry } from './entry.ts';
import { string, type Reader } from './readers.ts';

export interface IdentifierRule {
  readonly delimiter: '-' | '_';
  /** Whether words in capitals are allowed. */
  readonly capitals: boolean;
}

export const kebab: IdentifierRule = { delimiter: '-', capitals: true };
export const snake: IdentifierRule = { delimiter: '_', capitals: true };
export const lowerSnake: IdentifierRule = { delimiter: '_', capitals: false };

/** What is wrong with `id`, as the end of a sentence; undefined when it is valid. */
export function identifierProblem(id: string, { delimiter, capitals }: IdentifierRule): string | undefined {
  const otherDelimiter = delimiter === '-' ? '_' : '-';
  if (id === '') return 'it is empty';
  if (id.includes(otherDelimiter)) return `words must be separated with '${delimiter}', not '${otherDelimiter}'`;
  for (const word of id.split(delimiter)) {
    const problem = wordProblem(word, delimiter);
    if (problem) return problem;
    if (!capitals && /[A-Z]/.test(word)) return 'it must be all lowercase';
  }
  return undefined;
}

function wordProblem(word: string, delimiter: string): string | undefined {
  const words = `'${delimiter}'-separated words`;
  const [first] = word;
  if (first === undefined) return `${words} must not be empty`;
  if (!/[A-Za-z]/.test(first)) return `${words} must start with an ASCII letter, not '${first}'`;
  const stranger = /[^A-Za-z0-9]/u.exec(word)?.[0];
  if (stranger) return `${words} may only contain ASCII letters and digits, not '${stranger}'`;
  const mixed = /[a-z]/.test(word) && /[A-Z]/.test(word);
  return mixed ? `${words} must be all lowercase or all UPPERCASE, unlike "${word}"` : undefined;
}

/** The valid name that `id` was probably meant to be. */
export function repairIdentifier(id: string, rule: IdentifierRule): string | undefined {
  const repaired = id
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '')
    .join(rule.delimiter);
  return identifierProblem(repaired, rule) === undefined ? repaired : undefined;
}

/** A kind of name: the rule, and what messages call it. */
export interface IdentifierKind extends IdentifierRule {
  readonly what: string;
}

export const componentId: IdentifierKind = { ...kebab, what: 'component id' };
export const variableName: IdentifierKind = { ...lowerSnake, what: 'variable name' };
export const dependencyName: IdentifierKind = { ...kebab, what: 'dependency name' };

/** Reads a string that is such a name. */
export const identifier =
  (kind: IdentifierKind): Reader<string> =>
  entry =>
    checkIdentifier(string(entry), kind, entry.at);

/** Checks the key of an entry, e.g. that of `[component.<id>]`. */
export const keyIs =
  (kind: IdentifierKind) =>
  (entry: Entry): void => {
    checkIdentifier(String(entry.path.at(-1)), kind, entry.keyAt);
  };

/** Reads the label of a store or database: kebab-case or snake_case. */
export const label: Reader<string> = entry => {
  const name = string(entry);
  if (identifierProblem(name, kebab) === undefined || identifierProblem(name, snake) === undefined) return name;
  const repaired = repairIdentifier(name, kebab);
  const message = `${JSON.stringify(name)} is not a valid label: expected kebab-case or snake_case`;
  throw new TspinError('manifest-invalid-id', message, { at: entry.at, help: repaired && `write "${repaired}"` });
};

function checkIdentifier(id: string, kind: IdentifierKind, at: SourceLocation): string {
  const problem = identifierProblem(id, kind);
  if (problem === undefined) return id;
  const repaired = repairIdentifier(id, kind);
  const message = `${JSON.stringify(id)} is not a valid ${kind.what}: ${problem}`;
  throw new TspinError('manifest-invalid-id', message, { at, help: repaired && `write "${repaired}"` });
}
