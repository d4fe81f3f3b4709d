// Servers that Spin connects guests with and tspin has no client for yet (Redis, MySQL, ...): Spin's permission check, then what
// a guest is told instead of a connection (spin-behaviour 3.5 to 3.7).
import { entryFor, type Destination } from '../../manifest/outbound-host/destination.ts';
import type { HostInterface, Invocation, Provided } from '../interface.ts';
import { AllowedHosts, outboundParts, type Permissions } from './allowed-hosts.ts';
import { openOutboundVariables } from './variables.ts';

export interface ServerKind {
  /** As messages have it: `Redis`. */
  readonly name: string;
  /** Of an address that has none, in the permission check: `redis`. */
  readonly scheme: string;
}

/** A connection that nobody can have, since opening one fails: there is no value of this type. */
export interface Unconnected {
  readonly connection: never;
}

interface AccessParts {
  readonly kind: ServerKind;
  readonly invocation: Invocation;
  readonly permissions: Permissions;
  /** Tells the user, once for each component. */
  readonly tellOnce: (message: string) => void;
}

/** Of one invocation. */
export class ServerAccess {
  readonly #parts: AccessParts;
  /** Those that the guest has open, where opening is possible without a server. */
  connections = 0;

  constructor(parts: AccessParts) {
    this.#parts = parts;
  }

  /** Where the address leads, when `allowed_outbound_hosts` permits it; else the user is told how to allow it. */
  allow(address: string): Promise<Destination | undefined> {
    const { permissions, kind } = this.#parts;
    return permissions.allow(address, kind.scheme, 'open a connection');
  }

  /** What the guest is told of a server that it may connect with; the user is told as well. */
  notServed(address: string): string {
    const { kind, invocation, tellOnce } = this.#parts;
    tellOnce(
      `component "${invocation.component.id}" wanted a connection with ${address}: tspin does not serve ${kind.name} yet, ` +
        'so its call failed; run the app with Spin',
    );
    return `tspin does not serve ${kind.name} yet (address ${address})`;
  }

  /** Counts bytes that are kept for the guest; negative when they are let go. */
  hold(bytes: number): void {
    this.#parts.invocation.hold(bytes);
  }

  /** For methods of connections: a guest can have none, so it cannot call them. */
  unreachable(): never {
    return this.#parts.invocation.trap(`tspin does not serve ${this.#parts.kind.name} yet`);
  }
}

/** A method of a connection that nobody can have. */
export const unreachable = (access: ServerAccess): never => access.unreachable();

/** The address as messages show it: without user and password. */
export const shownAddress = (destination: Destination): string => entryFor(destination).replace(/:\*$/, '');

/** `name`: the folder's. */
export const serverInterface = (
  name: string,
  kind: ServerKind,
  provides: readonly Provided<ServerAccess>[],
): HostInterface<ServerAccess> => ({
  name,
  provides,
  configure: async context => {
    const { components, warn } = context;
    const variables = await openOutboundVariables(context);
    const parts = outboundParts(context, variables.resolve);
    const allowed = new Map(components.map(component => [component.id, new AllowedHosts(component, parts)]));
    const told = new Set<string>();
    return {
      begin: invocation => {
        const { id } = invocation.component;
        const permissions = allowed.get(id)?.begin();
        if (!permissions) throw new Error(`component ${id} was not configured`);
        const tellOnce = (message: string): void => {
          if (told.has(id)) return;
          told.add(id);
          warn(message);
        };
        return new ServerAccess({ kind, invocation, permissions, tellOnce });
      },
      close: () => variables.close(),
    };
  },
});
