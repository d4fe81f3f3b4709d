// The host interface wasi:http, 0.2 and 0.3: the types that a handler uses, and outgoing requests that are denied.
import { err, ok } from '../../wit/types.ts';
import { provide, type HostContext, type HostInterface, type Invocation, type Provided } from '../interface.ts';
import { outgoingHandler } from './declarations.ts';
import { http3, http3Candidate, type Http3 } from './declarations-3.ts';
import { denied, destinationOf } from './outgoing-handler.ts';
import { httpTypesProvided } from './types.ts';
import { provideTypes3 } from './types-3.ts';

interface OutboundState {
  readonly warn: (message: string) => void;
  readonly component: string;
}

/** `types` needs no state of its own; `outgoing-handler` is a host interface of its own because its state differs. */
export const wasiHttpTypes = (): HostInterface<Invocation> => ({
  name: 'wasi-http',
  provides: [httpTypesProvided, provideTypes3(http3), provideTypes3(http3Candidate)],
  configure: () => ({ begin: invocation => invocation }),
});

export const wasiHttpOutgoing = (): HostInterface<OutboundState> => ({
  name: 'wasi-http-outgoing',
  provides: [outgoingHandlerProvided, provideClient(http3), provideClient(http3Candidate)],
  configure: ({ warn }: HostContext) => ({ begin: ({ component }) => ({ warn, component: component.id }) }),
});

const outgoingHandlerProvided: Provided<OutboundState> = provide<OutboundState>()(outgoingHandler, {
  handle: (state, request) => {
    deny(state, destinationOf(request));
    return ok(denied());
  },
});

const provideClient = ({ client }: Http3): Provided<OutboundState> =>
  provide<OutboundState>()(client, {
    send: (state, request) => {
      deny(state, destinationOf(request));
      request.discard({ tag: 'HTTP-request-denied' });
      return err({ tag: 'HTTP-request-denied' });
    },
  });

function deny({ warn, component }: OutboundState, destination: string): void {
  warn(
    `component "${component}" tried to make an outbound HTTP request to ${destination}, which is not allowed: ` +
      `to allow it, add "${destination}" to the component's allowed_outbound_hosts`,
  );
}
