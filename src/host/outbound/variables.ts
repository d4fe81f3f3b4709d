// How entries of `allowed_outbound_hosts` get the values of the variables in them: as component variables do.
import type { HostContext } from '../interface.ts';
import { VariableResolver } from '../variables/resolver.ts';

/** The value of an application variable; undefined when nobody has one. */
export type ResolveVariable = (name: string) => string | undefined | Promise<string | undefined>;

export interface OutboundVariables {
  readonly resolve: ResolveVariable;
  /** Lets go of the connections to providers. */
  close(): Promise<void>;
}

/** For the components that a host interface is configured with. Opens no provider when none of them has a variable in a host. */
export async function openOutboundVariables({ app, components }: HostContext): Promise<OutboundVariables> {
  const parts = components.flatMap(({ allowedOutboundHosts }) => allowedOutboundHosts.flatMap(entry => entry.parts));
  if (!parts.some(({ kind }) => kind === 'variable')) return { resolve: () => undefined, close: () => Promise.resolve() };
  const resolver = await VariableResolver.open(app);
  // A provider has a deadline of its own.
  const { signal } = new AbortController();
  return {
    resolve: async name => {
      const template = { parts: [{ kind: 'variable', name }] } as const;
      const value = await resolver.valueOf(template, signal);
      return value.tag === 'ok' ? value.val : undefined;
    },
    close: () => resolver.close(),
  };
}
