// The functions by which guests of wasi:http send requests: outgoing-handler 0.2, client 0.3.
import { err, ok } from '../../wit/types.ts';
import { provide, type Provided } from '../interface.ts';
import type { OutboundRequests } from '../outbound-http/outbound-http.ts';
import { outgoingHandler } from './declarations.ts';
import type { Http3 } from './declarations-3.ts';
import { Response } from './messages-3.ts';
import { FutureIncomingResponse, outboundRequest, timeoutsOf } from './outgoing-handler.ts';
import { methodName, schemeName } from './request-parts.ts';

export const outgoingHandlerProvided: Provided<OutboundRequests> = provide<OutboundRequests>()(outgoingHandler, {
  handle: (outbound, request, options) => ok(new FutureIncomingResponse(outbound.send(outboundRequest(request, options)))),
});

export const provideClient = ({ client }: Http3): Provided<OutboundRequests> =>
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
