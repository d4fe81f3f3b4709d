// Variables without a default have to come from somewhere, and values given by name have to have a variable: checked at start.
import { TspinError } from '../errors.ts';
import { suggest } from '../util/suggest.ts';
import type { Variable, VariablesProvider } from './app.ts';
import { environmentName } from './variables-providers.ts';

export interface VariablesCheck {
  readonly variables: ReadonlyMap<string, Variable>;
  readonly providers: readonly VariablesProvider[];
  /** Of --variable. */
  readonly given: ReadonlyMap<string, string>;
}

/**
 * All variables that nobody can give are told at once. A provider that is asked over the network may have any (spin-behaviour 1.10).
 * @throws TspinError `variable-without-value`
 */
export function checkRequiredVariables({ variables, providers, given }: VariablesCheck): void {
  const mayHave = (name: string): boolean => providers.some(provider => provider.kind === 'vault' || provider.values.has(name));
  const missing = [...variables].filter(([name, { defaultValue }]) => defaultValue === undefined && !mayHave(name));
  const [first] = missing;
  if (!first) return;
  const names = missing.map(([name]) => name);
  const [name, { at }] = first;
  const who = names.length === 1 ? `the required variable "${name}" has` : `the required variables ${list(names)} have`;
  throw new TspinError('variable-without-value', `${who} no value`, {
    at,
    help: [
      ...misspelt(given, names),
      `give ${names.length === 1 ? 'it' : 'each'} one: --variable ${name}=…, the environment variable ${environmentName(name)}, or the line ${environmentName(name)}=… in the file .env of the current folder`,
      ...(names.length === 1 ? [] : [`in the environment they are ${names.map(one => environmentName(one)).join(', ')}`]),
    ],
  });
}

/** A warning about names after --variable that the app does not have. Spin takes them: a file of values may be of several apps. */
export function unknownVariables({ variables, given }: VariablesCheck): readonly string[] {
  const unknown = [...given.keys()].filter(name => !variables.has(name));
  if (unknown.length === 0) return [];
  const near = unknown.flatMap(name => suggest(name, variables.keys()) ?? []);
  const hint = near.length > 0 ? `: did you mean ${list([...new Set(near)])}?` : '';
  return [`--variable gives values to variables that [variables] does not have (${list(unknown)})${hint}`];
}

function misspelt(given: ReadonlyMap<string, string>, missing: readonly string[]): readonly string[] {
  return [...given.keys()].flatMap(name => {
    const meant = suggest(name, missing);
    return meant === undefined || missing.includes(name) ? [] : [`--variable gives "${name}": did you mean "${meant}"?`];
  });
}

const list = (names: readonly string[]): string => names.map(name => JSON.stringify(name)).join(', ');
