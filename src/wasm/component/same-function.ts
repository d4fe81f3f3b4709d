// Does a component mean by a function's name what the host means?
import type { WitFunction } from '../../wit/interface.ts';
import type { WitNode } from '../../wit/types.ts';
import { casesOf, membersOf, unalias } from '../abi/layout.ts';
import type { FunctionType } from './plan.ts';

/** True when both have the same types. Names of types don't matter; those of fields, cases and resources do. */
export function sameFunction(component: FunctionType, declared: WitFunction): boolean {
  const { params, result } = component;
  if (component.async !== (declared.async ?? false) || params.length !== declared.params.length) return false;
  if (!params.every(([, type], place) => sameType(type, declared.params[place]?.[1]))) return false;
  return sameType(result, declared.result);
}

export function sameType(a: WitNode | undefined, b: WitNode | undefined): boolean {
  // A plan that was kept as JSON has null where there is nothing.
  if (!a || !b) return !a && !b;
  const one = unalias(a);
  const other = unalias(b);
  if (one.kind !== other.kind) return false;
  if ('resource' in one && 'resource' in other) return one.resource.name === other.resource.name;
  if (one.kind === 'list' && other.kind === 'list') return sameType(one.element, other.element);
  if ('element' in one && 'element' in other) return sameType(one.element, other.element);
  if (one.kind === 'flags' && other.kind === 'flags') return sameNames(one.names, other.names);
  if (one.kind === 'record' && other.kind === 'record') {
    if (!sameNames(one.fields.map(nameOf), other.fields.map(nameOf))) return false;
  }
  const cases = casesOf(one);
  const otherCases = casesOf(other);
  if (cases && otherCases) {
    return (
      sameNames(cases.map(nameOf), otherCases.map(nameOf)) &&
      cases.every(([, type], place) => sameType(type, otherCases[place]?.[1]))
    );
  }
  const members = membersOf(one);
  const otherMembers = membersOf(other);
  if (!members || !otherMembers) return true;
  return members.length === otherMembers.length && members.every((type, place) => sameType(type, otherMembers[place]));
}

const nameOf = ([name]: readonly [string, ...unknown[]]): string => name;

const sameNames = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name, place) => name === b[place]);
