// The host interface wasi:http, 0.2 and 0.3: the types that a handler uses, and outgoing requests.
import { err, ok } from '../../wit/types.ts';
import { provide, type HostInterface, type Invocation, type Provided } from '../interface.ts';
import { OutboundHttp, type OutboundRequests } from '../outbound-http/outbound-http.ts';
import { outgoingHandler } from './declarations.ts';
import { http3, http3Candidate, type Http3 } from './declarations-3.ts';
import { IncomingBody } from './incoming-body.ts';
import { Response } from './messages-3.ts';
import { FutureIncomingResponse, outboundRequest, timeoutsOf } from './outgoing-handler.ts';
import { methodName, schemeName } from './request-parts.ts';
import { httpTypesProvided } from './types.ts';
import { provideTypes3 } from './types-3.ts';

/** `types` needs no state of its own; `outgoing-handler` is a host interface of its own because its state differs. */
export const wasiHttpTypes = (): HostInterface<Invocation> => ({
  name: 'wasi-http',
  provides: [httpTypesProvided, provideTypes3(http3), provideTypes3(http3Candidate)],
  configure: () => ({ begin: invocation => invocation }),
});

export const wasiHttpOutgoing = (): HostInterface<OutboundRequests> => ({
  name: 'wasi-http-outgoing',
  provides: [outgoingHandlerProvided, provideClient(http3), provideClient(http3Candidate)],
  configure: context => {
    const outbound = new OutboundHttp(context);
    return { begin: invocation => outbound.begin(invocation), close: () => outbound.close() };
  },
});

const outgoingHandlerProvided: Provided<OutboundRequests> = provide<OutboundRequests>()(outgoingHandler, {
  handle: (outbound, request, options) => ok(new FutureIncomingResponse(outbound.send(outboundRequest(request, options)))),
});

const provideClient = ({ client }: Http3): Provided<OutboundRequests> =>
  provide<OutboundRequests>()(client, {
    send: async (outbound, request) => {
      const { invocation } = outbound;
      const { takenBody, pump, fail } = request.send(bytes => invocation.hold(bytes));
      const exchange = outbound.send({
        method: methodName(request.method),
        scheme: schemeName(request.scheme),
        authority: request.authority,
        target: request.pathWithQuery ?? '',
        headers: request.headers.entries,
        body: takenBody,
        timeouts: timeoutsOf(request.options),
        failed: fail,
      });
      // The guest's end of the body goes with the guest.
      const over = (): void => void pump?.conclude('the guest is gone');
      invocation.signal.addEventListener('abort', over, { once: true });
      exchange.onEnd(() => invocation.signal.removeEventListener('abort', over));
      const answer = await exchange.answered;
      if (answer.tag === 'err') return err(answer.val);
      const response = new Response(answer.val.headers, answer.val.body);
      response.status = answer.val.status;
      return ok(response);
    },
  });
