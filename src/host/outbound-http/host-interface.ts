// The host interface for outbound HTTP: all interfaces by which a guest asks for it share one client and its limits.
import type { HostInterface } from '../interface.ts';
import { spinHttpProvided } from '../spin-http/spin-http.ts';
import { http3, http3Candidate } from '../wasi-http/declarations-3.ts';
import { outgoingHandlerProvided, provideClient } from '../wasi-http/client.ts';
import { OutboundHttp, type OutboundRequests } from './outbound-http.ts';

export const outboundHttp = (): HostInterface<OutboundRequests> => ({
  name: 'outbound-http',
  provides: [outgoingHandlerProvided, provideClient(http3), provideClient(http3Candidate), ...spinHttpProvided],
  configure: context => {
    const outbound = new OutboundHttp(context);
    return { begin: invocation => outbound.begin(invocation), close: () => outbound.close() };
  },
});
