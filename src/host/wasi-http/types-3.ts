// The functions of wasi:http/types 0.3: each is one step on a host object.
import { FutureValue } from '../../wit/future-value.ts';
import type { Implementation } from '../../wit/interface.ts';
import { err, ok, okay, type Result } from '../../wit/types.ts';
import { provide, type Invocation, type Provided } from '../interface.ts';
import type { Contents, Transmission } from './body-pump.ts';
import type { Http3, HeaderError3, RequestOptionsError } from './declarations-3.ts';
import { Fields, FieldsTooLarge } from './fields.ts';
import { counted, dropFields, growing, limited } from './growing.ts';
import { RequestOptions } from './messages.ts';
import { Request, Response, type RequestHead } from './messages-3.ts';
import { isAuthority, isMethod, isPathWithQuery, isScheme, isStatus } from './request-parts.ts';

type Settled = Result<undefined, undefined>;
const refused: Settled = err(undefined);

const newHead: RequestHead = { method: { tag: 'get' }, pathWithQuery: undefined, scheme: undefined, authority: undefined };

const functions: Implementation<Invocation, Http3['types']> = {
  '[constructor]fields': () => Fields.empty(),
  '[static]fields.from-list': (invocation, entries) => {
    const made = sized(() => Fields.fromList(entries));
    if (made.tag === 'ok') counted(invocation, made.val);
    return made;
  },
  '[method]fields.get': (_, self, name) => self.get(name),
  '[method]fields.has': (_, self, name) => self.has(name),
  '[method]fields.set': (invocation, self, name, values) => change(invocation, self, () => self.set(name, values)),
  '[method]fields.delete': (invocation, self, name) => change(invocation, self, () => self.delete(name)),
  '[method]fields.get-and-delete': (invocation, self, name) => {
    const values = self.get(name);
    const deleted = change(invocation, self, () => self.delete(name));
    return deleted.tag === 'ok' ? ok(values) : deleted;
  },
  '[method]fields.append': (invocation, self, name, value) => change(invocation, self, () => self.append(name, value)),
  // Lowered at once, and neither the list nor an entry of it is changed by that.
  '[method]fields.copy-all': (_, self) => self.entries as [string, Uint8Array][],
  '[method]fields.clone': (invocation, self) =>
    counted(
      invocation,
      limited(invocation, () => self.clone()),
    ),

  '[static]request.new': (_, ...[headers, stream, trailers, options]) => {
    const contents: Contents = { stream, trailers, sent: new FutureValue<Transmission>() };
    return [new Request(newHead, headers.frozen(), contents, options?.copy(false)), contents.sent];
  },
  '[method]request.get-method': (_, self) => self.method,
  '[method]request.set-method': (_, self, method) => {
    if (!isMethod(method)) return refused;
    self.method = method;
    return okay;
  },
  '[method]request.get-path-with-query': (_, self) => self.pathWithQuery,
  '[method]request.set-path-with-query': (_, self, path) => {
    if (!isPathWithQuery(path)) return refused;
    self.pathWithQuery = path;
    return okay;
  },
  '[method]request.get-scheme': (_, self) => self.scheme,
  '[method]request.set-scheme': (_, self, scheme) => {
    if (!isScheme(scheme)) return refused;
    self.scheme = scheme;
    return okay;
  },
  '[method]request.get-authority': (_, self) => self.authority,
  '[method]request.set-authority': (_, self, authority) => {
    if (!isAuthority(authority)) return refused;
    self.authority = authority;
    return okay;
  },
  '[method]request.get-options': (_, self) => self.options,
  '[method]request.get-headers': (_, self) => self.headers,
  '[static]request.consume-body': (_, request, handling) => request.consume(handling),

  '[constructor]request-options': () => new RequestOptions(),
  '[method]request-options.get-connect-timeout': (_, self) => self.connectTimeout,
  '[method]request-options.set-connect-timeout': (_, self, duration) => set(self, { connectTimeout: duration }),
  '[method]request-options.get-first-byte-timeout': (_, self) => self.firstByteTimeout,
  '[method]request-options.set-first-byte-timeout': (_, self, duration) => set(self, { firstByteTimeout: duration }),
  '[method]request-options.get-between-bytes-timeout': (_, self) => self.betweenBytesTimeout,
  '[method]request-options.set-between-bytes-timeout': (_, self, duration) => set(self, { betweenBytesTimeout: duration }),
  '[method]request-options.clone': (_, self) => self.copy(true),

  '[static]response.new': (invocation, headers, stream, trailers) => {
    const contents: Contents = { stream, trailers, sent: new FutureValue<Transmission>() };
    return [new Response(headers.frozen(), contents, bytes => invocation.hold(bytes)), contents.sent];
  },
  '[method]response.get-status-code': (_, self) => self.status,
  '[method]response.set-status-code': (_, self, status) => {
    if (!isStatus(status)) return refused;
    self.status = status;
    return okay;
  },
  '[method]response.get-headers': (_, self) => self.headers,
  '[static]response.consume-body': (_, response, handling) => response.consume(handling),
};

export const provideTypes3 = ({ types }: Http3): Provided<Invocation> =>
  provide<Invocation>()(types, functions, {
    fields: dropFields,
    request: (_, request: Request) => request.discard(),
    response: (_, response: Response) => response.discard(),
  });

function set(options: RequestOptions, change: Partial<RequestOptions>): Result<undefined, RequestOptionsError> {
  if (!options.isMutable) return err({ tag: 'immutable' });
  Object.assign(options, change);
  return okay;
}

type Change<T> = Result<T, HeaderError3>;

/** Headers past the limit are an error. */
function sized<T>(make: () => Change<T>): Change<T> {
  try {
    return make();
  } catch (error) {
    if (error instanceof FieldsTooLarge) return err({ tag: 'size-exceeded' });
    throw error;
  }
}

/** The same, with what the fields grew by counted for the invocation. */
const change = <T>(invocation: Invocation, fields: Fields, make: () => Change<T>): Change<T> =>
  growing(invocation, fields, () => sized(make));
