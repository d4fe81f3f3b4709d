// The host interface for outbound HTTP: all interfaces by which a guest asks for it share one client and its limits.
import type { HostInterface } from '../interface.ts';
import { spinHttpProvided } from '../spin-http/spin-http.ts';
import { http3, http3Candidate } from '../wasi-http/declarations-3.ts';
import { outgoingHandlerProvided, provideClient } from '../wasi-http/client.ts';
import { openOutboundVariables } from '../outbound/variables.ts';
import { OutboundHttp, type OutboundRequests } from './outbound-http.ts';

export const outboundHttp = (): HostInterface<OutboundRequests> => ({
  name: 'outbound-http',
  provides: [outgoingHandlerProvided, provideClient(http3), provideClient(http3Candidate), ...spinHttpProvided],
  configure: async context => {
    const variables = await openOutboundVariables(context);
    const outbound = new OutboundHttp(context, variables.resolve);
    return {
      begin: invocation => outbound.begin(invocation),
      close: async () => {
        await outbound.close();
        await variables.close();
      },
    };
  },
});
