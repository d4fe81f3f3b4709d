// The functions of wasi:http/types: each is one step on a host object.
import { ok, okay } from '../../wit/types.ts';
import { provide, type Invocation, type Provided } from '../interface.ts';
import { httpTypes } from './declarations.ts';
import { errorCodeOf } from './error-code.ts';
import { Fields } from './fields.ts';
import { counted, dropFields, growing, limited } from './growing.ts';
import type { FutureTrailers, IncomingBody } from './incoming-body.ts';
import { OutgoingRequest, OutgoingResponse, RequestOptions, type IncomingResponse } from './messages.ts';
import type { OutgoingBody } from './outgoing-body.ts';
import type { FutureIncomingResponse } from './outgoing-handler.ts';

const streamOf = <T>(stream: T | undefined): { tag: 'ok'; val: T } | { tag: 'err'; val: undefined } =>
  stream === undefined ? { tag: 'err', val: undefined } : ok(stream);

const holding = (invocation: Invocation) => (bytes: number) => invocation.hold(bytes);

const drops = {
  fields: dropFields,
  // A body that the guest drops unfinished must not look whole to its receiver.
  // Nobody will read what still comes.
  'incoming-response': (_: Invocation, response: IncomingResponse) => response.discard(),
  'incoming-body': (_: Invocation, body: IncomingBody) => body.cancel(),
  'future-trailers': (_: Invocation, trailers: FutureTrailers) => trailers.dispose(),
  'future-incoming-response': (_: Invocation, future: FutureIncomingResponse) => future.dispose(),
  'outgoing-body': (_: Invocation, body: OutgoingBody) => body.abort('the guest dropped the body without finishing it'),
};

export const httpTypesProvided: Provided<Invocation> = provide<Invocation>()(
  httpTypes,
  {
    'http-error-code': (_, error) => errorCodeOf(error),

    '[constructor]fields': () => Fields.empty(),
    '[static]fields.from-list': (invocation, entries) => {
      const made = limited(invocation, () => Fields.fromList(entries));
      if (made.tag === 'ok') counted(invocation, made.val);
      return made;
    },
    '[method]fields.get': (_, self, name) => self.get(name),
    '[method]fields.has': (_, self, name) => self.has(name),
    '[method]fields.set': (invocation, self, name, values) => growing(invocation, self, () => self.set(name, values)),
    '[method]fields.delete': (invocation, self, name) => growing(invocation, self, () => self.delete(name)),
    '[method]fields.append': (invocation, self, name, value) => growing(invocation, self, () => self.append(name, value)),
    '[method]fields.entries': (_, self) => self.entries.map(([name, value]) => [name, value]),
    '[method]fields.clone': (invocation, self) =>
      counted(
        invocation,
        limited(invocation, () => self.clone()),
      ),

    '[method]incoming-request.method': (_, self) => self.head.method,
    '[method]incoming-request.path-with-query': (_, self) => self.head.pathWithQuery,
    '[method]incoming-request.scheme': (_, self) => self.head.scheme,
    '[method]incoming-request.authority': (_, self) => self.head.authority,
    '[method]incoming-request.headers': (_, self) => self.headers,
    '[method]incoming-request.consume': (_, self) => self.consume(),

    '[constructor]outgoing-request': (invocation, headers) => new OutgoingRequest(headers, holding(invocation)),
    '[method]outgoing-request.body': (_, self) => self.body(),
    '[method]outgoing-request.method': (_, self) => self.method,
    '[method]outgoing-request.set-method': (_, self, method) => self.setMethod(method),
    '[method]outgoing-request.path-with-query': (_, self) => self.pathWithQuery,
    '[method]outgoing-request.set-path-with-query': (_, self, path) => self.setPathWithQuery(path),
    '[method]outgoing-request.scheme': (_, self) => self.scheme,
    '[method]outgoing-request.set-scheme': (_, self, scheme) => self.setScheme(scheme),
    '[method]outgoing-request.authority': (_, self) => self.authority,
    '[method]outgoing-request.set-authority': (_, self, authority) => self.setAuthority(authority),
    '[method]outgoing-request.headers': (_, self) => self.headers,

    '[constructor]request-options': () => new RequestOptions(),
    '[method]request-options.connect-timeout': (_, self) => self.connectTimeout,
    '[method]request-options.set-connect-timeout': (_, self, duration) => {
      self.connectTimeout = duration;
      return okay;
    },
    '[method]request-options.first-byte-timeout': (_, self) => self.firstByteTimeout,
    '[method]request-options.set-first-byte-timeout': (_, self, duration) => {
      self.firstByteTimeout = duration;
      return okay;
    },
    '[method]request-options.between-bytes-timeout': (_, self) => self.betweenBytesTimeout,
    '[method]request-options.set-between-bytes-timeout': (_, self, duration) => {
      self.betweenBytesTimeout = duration;
      return okay;
    },

    '[static]response-outparam.set': (_, param, response) => param.set(response),

    '[method]incoming-response.status': (_, self) => self.status,
    '[method]incoming-response.headers': (_, self) => self.headers,
    '[method]incoming-response.consume': (_, self) => self.consume(),

    '[method]incoming-body.stream': (_, self) => streamOf(self.takeStream()),
    '[static]incoming-body.finish': (_, body) => body.finish(),
    '[method]future-trailers.subscribe': (_, self) => self.pollable,
    '[method]future-trailers.get': (_, self) => self.get(),

    '[constructor]outgoing-response': (invocation, headers) => new OutgoingResponse(headers, holding(invocation)),
    '[method]outgoing-response.status-code': (_, self) => self.status,
    '[method]outgoing-response.set-status-code': (_, self, status) => self.setStatus(status),
    '[method]outgoing-response.headers': (_, self) => self.headers,
    '[method]outgoing-response.body': (_, self) => self.body(),
    '[method]outgoing-body.write': (_, self) => streamOf(self.takeStream()),
    '[static]outgoing-body.finish': (_, body, trailers) => body.finish(trailers),

    '[method]future-incoming-response.subscribe': (_, self) => self.pollable,
    '[method]future-incoming-response.get': (_, self) => self.get(),
  },
  drops,
);
