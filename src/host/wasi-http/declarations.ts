// wasi:http/types 0.2 and outgoing-handler 0.2, as WIT values.
import { func, waitingFunc, witInterface } from '../../wit/interface.ts';
import {
  bool,
  borrow,
  bytes,
  list,
  option,
  own,
  resource,
  result,
  string,
  tuple,
  u16,
  u64,
  type WitResource,
} from '../../wit/types.ts';
import { pollableResource } from '../io/pollable.ts';
import { errorResource, inputStreamResource, outputStreamResource } from '../io/stream.ts';
import { errorCode, headerError } from './error-code.ts';
import type { Fields } from './fields.ts';
import type { FutureTrailers, IncomingBody } from './incoming-body.ts';
import type {
  IncomingRequest,
  IncomingResponse,
  OutgoingRequest,
  OutgoingResponse,
  RequestOptions,
  ResponseOutparam,
} from './messages.ts';
import { declareMethod, declareScheme } from './request-parts.ts';
import type { OutgoingBody } from './outgoing-body.ts';
import type { FutureIncomingResponse } from './outgoing-handler.ts';

const version = '0.2.12';

export const fieldsResource: WitResource<Fields> = resource('fields');
export const incomingRequestResource: WitResource<IncomingRequest> = resource('incoming-request');
export const outgoingRequestResource: WitResource<OutgoingRequest> = resource('outgoing-request');
export const requestOptionsResource: WitResource<RequestOptions> = resource('request-options');
export const responseOutparamResource: WitResource<ResponseOutparam> = resource('response-outparam');
export const incomingResponseResource: WitResource<IncomingResponse> = resource('incoming-response');
export const incomingBodyResource: WitResource<IncomingBody> = resource('incoming-body');
export const futureTrailersResource: WitResource<FutureTrailers> = resource('future-trailers');
export const outgoingResponseResource: WitResource<OutgoingResponse> = resource('outgoing-response');
export const outgoingBodyResource: WitResource<OutgoingBody> = resource('outgoing-body');
export const futureIncomingResponseResource: WitResource<FutureIncomingResponse> = resource('future-incoming-response');

const method = declareMethod();
const scheme = declareScheme();

const self = <T>(of: WitResource<T>) => ['self', borrow(of)] as const;
const settled = result(null, null);
const changed = result(null, headerError);
const name = ['name', string] as const;
const entries = list(tuple(string, bytes));
const outgoingBodyTaken = result(own(outgoingBodyResource), null);
const incomingBodyTaken = result(own(incomingBodyResource), null);
const duration = option(u64);

const fields = self(fieldsResource);
const incomingRequest = self(incomingRequestResource);
const outgoingRequest = self(outgoingRequestResource);
const requestOptions = self(requestOptionsResource);
const outgoingResponse = self(outgoingResponseResource);
const incomingResponse = self(incomingResponseResource);

export const httpTypes = witInterface('wasi:http/types', version, {
  resources: [
    fieldsResource,
    incomingRequestResource,
    outgoingRequestResource,
    requestOptionsResource,
    responseOutparamResource,
    incomingResponseResource,
    incomingBodyResource,
    futureTrailersResource,
    outgoingResponseResource,
    outgoingBodyResource,
    futureIncomingResponseResource,
  ],
  types: [method, scheme, errorCode, headerError],
  functions: {
    'http-error-code': func([['err', borrow(errorResource)]], option(errorCode)),

    '[constructor]fields': func([], own(fieldsResource)),
    '[static]fields.from-list': func([['entries', entries]], result(own(fieldsResource), headerError)),
    '[method]fields.get': func([fields, name], list(bytes)),
    '[method]fields.has': func([fields, name], bool),
    '[method]fields.set': func([fields, name, ['value', list(bytes)]], changed),
    '[method]fields.delete': func([fields, name], changed),
    '[method]fields.append': func([fields, name, ['value', bytes]], changed),
    '[method]fields.entries': func([fields], entries),
    '[method]fields.clone': func([fields], own(fieldsResource)),

    '[method]incoming-request.method': func([incomingRequest], method),
    '[method]incoming-request.path-with-query': func([incomingRequest], option(string)),
    '[method]incoming-request.scheme': func([incomingRequest], option(scheme)),
    '[method]incoming-request.authority': func([incomingRequest], option(string)),
    '[method]incoming-request.headers': func([incomingRequest], own(fieldsResource)),
    '[method]incoming-request.consume': func([incomingRequest], incomingBodyTaken),

    '[constructor]outgoing-request': func([['headers', own(fieldsResource)]], own(outgoingRequestResource)),
    '[method]outgoing-request.body': func([outgoingRequest], outgoingBodyTaken),
    '[method]outgoing-request.method': func([outgoingRequest], method),
    '[method]outgoing-request.set-method': func([outgoingRequest, ['method', method]], settled),
    '[method]outgoing-request.path-with-query': func([outgoingRequest], option(string)),
    '[method]outgoing-request.set-path-with-query': func([outgoingRequest, ['path-with-query', option(string)]], settled),
    '[method]outgoing-request.scheme': func([outgoingRequest], option(scheme)),
    '[method]outgoing-request.set-scheme': func([outgoingRequest, ['scheme', option(scheme)]], settled),
    '[method]outgoing-request.authority': func([outgoingRequest], option(string)),
    '[method]outgoing-request.set-authority': func([outgoingRequest, ['authority', option(string)]], settled),
    '[method]outgoing-request.headers': func([outgoingRequest], own(fieldsResource)),

    '[constructor]request-options': func([], own(requestOptionsResource)),
    '[method]request-options.connect-timeout': func([requestOptions], duration),
    '[method]request-options.set-connect-timeout': func([requestOptions, ['duration', duration]], settled),
    '[method]request-options.first-byte-timeout': func([requestOptions], duration),
    '[method]request-options.set-first-byte-timeout': func([requestOptions, ['duration', duration]], settled),
    '[method]request-options.between-bytes-timeout': func([requestOptions], duration),
    '[method]request-options.set-between-bytes-timeout': func([requestOptions, ['duration', duration]], settled),

    '[static]response-outparam.set': func([
      ['param', own(responseOutparamResource)],
      ['response', result(own(outgoingResponseResource), errorCode)],
    ]),

    '[method]incoming-response.status': func([incomingResponse], u16),
    '[method]incoming-response.headers': func([incomingResponse], own(fieldsResource)),
    '[method]incoming-response.consume': func([incomingResponse], incomingBodyTaken),

    '[method]incoming-body.stream': func([self(incomingBodyResource)], result(own(inputStreamResource), null)),
    '[static]incoming-body.finish': func([['this', own(incomingBodyResource)]], own(futureTrailersResource)),
    '[method]future-trailers.subscribe': func([self(futureTrailersResource)], own(pollableResource)),
    '[method]future-trailers.get': func(
      [self(futureTrailersResource)],
      option(result(result(option(own(fieldsResource)), errorCode), null)),
    ),

    '[constructor]outgoing-response': func([['headers', own(fieldsResource)]], own(outgoingResponseResource)),
    '[method]outgoing-response.status-code': func([outgoingResponse], u16),
    '[method]outgoing-response.set-status-code': func([outgoingResponse, ['status-code', u16]], settled),
    '[method]outgoing-response.headers': func([outgoingResponse], own(fieldsResource)),
    '[method]outgoing-response.body': func([outgoingResponse], outgoingBodyTaken),
    '[method]outgoing-body.write': func([self(outgoingBodyResource)], result(own(outputStreamResource), null)),
    '[static]outgoing-body.finish': func(
      [
        ['this', own(outgoingBodyResource)],
        ['trailers', option(own(fieldsResource))],
      ],
      result(null, errorCode),
    ),

    '[method]future-incoming-response.subscribe': func([self(futureIncomingResponseResource)], own(pollableResource)),
    '[method]future-incoming-response.get': func(
      [self(futureIncomingResponseResource)],
      option(result(result(own(incomingResponseResource), errorCode), null)),
    ),
  },
});

export const outgoingHandler = witInterface('wasi:http/outgoing-handler', version, {
  functions: {
    handle: func(
      [
        ['request', own(outgoingRequestResource)],
        ['options', option(own(requestOptionsResource))],
      ],
      result(own(futureIncomingResponseResource), errorCode),
    ),
  },
});

/** What a guest exports to answer requests. */
export const incomingHandler = witInterface('wasi:http/incoming-handler', version, {
  functions: {
    handle: waitingFunc([
      ['request', own(incomingRequestResource)],
      ['response-out', own(responseOutparamResource)],
    ]),
  },
});
