// What one invocation's guest may read: the variables of its own component (spin-behaviour 3.3).
import type { Template } from '../../manifest/template.ts';
import { whenAllKnown, whenKnown, type Awaitable } from '../../util/awaitable.ts';
import { err, ok, type Result } from '../../wit/types.ts';
import type { VariablesError } from './declarations.ts';
import type { Resolved, VariableResolver } from './resolver.ts';
import { variableNameProblem } from './variable-name.ts';

export type Value = Result<string, VariablesError>;

export interface VariablesState {
  readonly component: string;
  readonly templates: ReadonlyMap<string, Template>;
  readonly resolver: VariableResolver;
  /** Aborted when the invocation is over. */
  readonly signal: AbortSignal;
  /** Told of a variable that the component does not have, for a report of its failure. */
  readonly refused?: ((text: string) => void) | undefined;
}

/** The value of a variable of the component. What is known at once is no promise: a promise would suspend the guest. */
export function variableOf({ component, templates, resolver, signal, refused }: VariablesState, name: string): Awaitable<Value> {
  const problem = variableNameProblem(name);
  if (problem !== undefined) return err({ tag: 'invalid-name', val: `${JSON.stringify(name)}: ${problem}` });
  const template = templates.get(name);
  if (!template) {
    refused?.(`asked for the variable "${name}", which it does not have: add ${name} to [component.${component}.variables]`);
    return err({ tag: 'undefined', val: `no variable for "${component}"."${name}"` });
  }
  return whenKnown(resolver.valueOf(template, signal), encode);
}

/** All of them, or the error of the first that has one. */
export function allVariables({
  templates,
  resolver,
  signal,
}: VariablesState): Awaitable<Result<[string, string][], VariablesError>> {
  const names = [...templates.keys()];
  const values = [...templates.values()].map(template => resolver.valueOf(template, signal));
  const pair = (resolved: readonly Resolved[]): Result<[string, string][], VariablesError> => {
    const pairs: [string, string][] = [];
    for (const [index, value] of resolved.map(encode).entries()) {
      if (value.tag === 'err') return value;
      pairs.push([names[index] ?? '', value.val]);
    }
    return ok(pairs);
  };
  return whenKnown(whenAllKnown(values), pair);
}

const encode = (resolved: Resolved): Value => (resolved.tag === 'ok' ? resolved : err({ tag: 'provider', val: resolved.val }));
