// Finds what a host interface provides by a declaration that was made anew: each version of WASI 0.3 is declared by a function.
import type { WitInterface } from '../../src/wit/interface.ts';

interface Providing {
  readonly name: string;
  readonly provides: readonly { readonly wit: WitInterface }[];
}

export function sameInterface<I extends WitInterface>(host: Providing, declared: I): I {
  const found = host.provides.find(({ wit }) => wit.name === declared.name && wit.version === declared.version);
  if (!found) throw new Error(`${host.name} does not provide ${declared.name}@${declared.version}`);
  return found.wit as I;
}
