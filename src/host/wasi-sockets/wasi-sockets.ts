// The host interface wasi:sockets 0.2 and 0.3: clients of TCP and UDP, as allowed_outbound_hosts permits (spin-behaviour 3.10).
import type { HostContext, HostInterface } from '../interface.ts';
import { AllowedHosts, outboundParts } from '../outbound/allowed-hosts.ts';
import { BlockedNetworks } from '../outbound/blocked-networks.ts';
import { openOutboundVariables } from '../outbound/variables.ts';
import { sockets3 } from './declarations-3.ts';
import { SocketLimit } from './socket-limit.ts';
import { provideSockets3 } from './sockets-3.ts';
import { SocketsState } from './state.ts';
import { tcpProvided } from './tcp.ts';
import { udpProvided } from './udp.ts';

export const wasiSockets = (): HostInterface<SocketsState> => ({
  name: 'wasi-sockets',
  provides: [...tcpProvided, ...udpProvided, ...sockets3.flatMap(provideSockets3)],
  configure: async context => {
    const { app, components, warn } = context;
    const blocked = BlockedNetworks.of(app.outbound.networking);
    const limit = new SocketLimit(connectionsMax(app.outbound.networking));
    const variables = await openOutboundVariables(context);
    const parts = outboundParts(context, variables.resolve);
    const allowed = new Map(components.map(component => [component.id, new AllowedHosts(component, parts)]));
    return {
      begin: invocation => {
        const { id } = invocation.component;
        const permissions = allowed.get(id)?.begin(text => invocation.refused?.(text));
        if (!permissions) throw new Error(`component ${id} was not configured`);
        return new SocketsState({
          permissions,
          blocked,
          limit,
          hold: bytes => invocation.hold(bytes),
          trap: message => invocation.trap(message),
          leaving: () => invocation.leaving?.(),
          warn: message => warn(`component "${id}" ${message}`),
        });
      },
      end: state => state.end(),
      close: () => variables.close(),
    };
  },
});

function connectionsMax(networking: HostContext['app']['outbound']['networking']): number | undefined {
  const limits = [networking.maxSocketConnections, networking.maxTotalConnections].filter(limit => limit !== undefined);
  return limits.length > 0 ? Math.min(...limits) : undefined;
}
