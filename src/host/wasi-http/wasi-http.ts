// The host interface wasi:http 0.2: the types that an incoming handler uses, and an outgoing-handler that denies.
import { ok } from '../../wit/types.ts';
import { provide, type HostContext, type HostInterface, type Invocation, type Provided } from '../interface.ts';
import { outgoingHandler } from './declarations.ts';
import { denied, destinationOf } from './outgoing-handler.ts';
import { httpTypesProvided } from './types.ts';

interface OutboundState {
  readonly warn: (message: string) => void;
  readonly component: string;
}

/** `types` needs no state of its own; `outgoing-handler` is a host interface of its own because its state differs. */
export const wasiHttpTypes = (): HostInterface<Invocation> => ({
  name: 'wasi-http',
  provides: [httpTypesProvided],
  configure: () => ({ begin: invocation => invocation }),
});

export const wasiHttpOutgoing = (): HostInterface<OutboundState> => ({
  name: 'wasi-http-outgoing',
  provides: [outgoingHandlerProvided],
  configure: ({ warn }: HostContext) => ({ begin: ({ component }) => ({ warn, component: component.id }) }),
});

const outgoingHandlerProvided: Provided<OutboundState> = provide<OutboundState>()(outgoingHandler, {
  handle: (state, request) => {
    const destination = destinationOf(request);
    state.warn(
      `component "${state.component}" tried to make an outbound HTTP request to ${destination}, which is not allowed: ` +
        `to allow it, add "${destination}" to the component's allowed_outbound_hosts`,
    );
    return ok(denied());
  },
});
