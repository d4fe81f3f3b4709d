// How entries of `allowed_outbound_hosts` get the values of the variables in them.
import type { HostContext } from '../interface.ts';

/** The value of an application variable; undefined when there is none. May reject when a provider fails. */
export type ResolveVariable = (name: string) => string | undefined | Promise<string | undefined>;

/** THE place where variables are plugged in, for all host interfaces that connect: until then none has a value. */
export const variablesOf =
  (_context: HostContext): ResolveVariable =>
  () =>
    undefined;
