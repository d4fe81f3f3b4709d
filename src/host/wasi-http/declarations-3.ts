// wasi:http 0.3, as WIT values: types, client and handler. The release candidate of 2026-03-15 has the same.
import { asyncFunc, func, witInterface } from '../../wit/interface.ts';
import {
  alias,
  bool,
  borrow,
  byteStream,
  bytes,
  future,
  list,
  option,
  own,
  resource,
  result,
  string,
  tuple,
  u16,
  u64,
  variant,
  type Js,
  type WitResource,
} from '../../wit/types.ts';
import { candidate3 } from '../versions-3.ts';
import { declareErrorCode } from './error-code.ts';
import type { Fields } from './fields.ts';
import type { RequestOptions } from './messages.ts';
import type { Request, Response } from './messages-3.ts';
import { declareMethod, declareScheme } from './request-parts.ts';

const declareHeaderError = () =>
  variant('header-error', {
    'invalid-syntax': null,
    forbidden: null,
    immutable: null,
    'size-exceeded': null,
    other: option(string),
  });
export type HeaderError3 = Js<ReturnType<typeof declareHeaderError>>;

const declareOptionsError = () =>
  variant('request-options-error', { 'not-supported': null, immutable: null, other: option(string) });
export type RequestOptionsError = Js<ReturnType<typeof declareOptionsError>>;

const self = <T>(of: WitResource<T>) => ['self', borrow(of)] as const;
const name = ['name', string] as const;
const settled = result(null, null);

/** The resources and types of one version; each version has its own, as a component sees it. */
function declareVocabulary() {
  const fieldsResource: WitResource<Fields> = resource('fields');
  const requestResource: WitResource<Request> = resource('request');
  const optionsResource: WitResource<RequestOptions> = resource('request-options');
  const responseResource: WitResource<Response> = resource('response');
  const errorCode = declareErrorCode();
  const trailers = future(result(option(own(fieldsResource)), errorCode));
  return {
    resources: [fieldsResource, requestResource, optionsResource, responseResource],
    headers: own(fieldsResource),
    request: own(requestResource),
    options: own(optionsResource),
    response: own(responseResource),
    fieldsSelf: self(fieldsResource),
    requestSelf: self(requestResource),
    optionsSelf: self(optionsResource),
    responseSelf: self(responseResource),
    errorCode,
    headerError: declareHeaderError(),
    optionsError: declareOptionsError(),
    method: declareMethod(),
    scheme: declareScheme(),
    duration: alias('duration', u64),
    trailers,
    transmission: future(result(null, errorCode)),
    consumed: tuple(byteStream, trailers),
  };
}

type Vocabulary = ReturnType<typeof declareVocabulary>;

function fieldsFunctions({ headers, headerError, fieldsSelf }: Vocabulary) {
  const changed = result(null, headerError);
  const entries = list(tuple(string, bytes));
  return {
    '[constructor]fields': func([], headers),
    '[static]fields.from-list': func([['entries', entries]], result(headers, headerError)),
    '[method]fields.get': func([fieldsSelf, name], list(bytes)),
    '[method]fields.has': func([fieldsSelf, name], bool),
    '[method]fields.set': func([fieldsSelf, name, ['value', list(bytes)]], changed),
    '[method]fields.delete': func([fieldsSelf, name], changed),
    '[method]fields.get-and-delete': func([fieldsSelf, name], result(list(bytes), headerError)),
    '[method]fields.append': func([fieldsSelf, name, ['value', bytes]], changed),
    '[method]fields.copy-all': func([fieldsSelf], entries),
    '[method]fields.clone': func([fieldsSelf], headers),
  };
}

function requestFunctions(vocabulary: Vocabulary) {
  const { headers, request, options, requestSelf, method, scheme, trailers, transmission, consumed } = vocabulary;
  return {
    '[static]request.new': func(
      [
        ['headers', headers],
        ['contents', option(byteStream)],
        ['trailers', trailers],
        ['options', option(options)],
      ],
      tuple(request, transmission),
    ),
    '[method]request.get-method': func([requestSelf], method),
    '[method]request.set-method': func([requestSelf, ['method', method]], settled),
    '[method]request.get-path-with-query': func([requestSelf], option(string)),
    '[method]request.set-path-with-query': func([requestSelf, ['path-with-query', option(string)]], settled),
    '[method]request.get-scheme': func([requestSelf], option(scheme)),
    '[method]request.set-scheme': func([requestSelf, ['scheme', option(scheme)]], settled),
    '[method]request.get-authority': func([requestSelf], option(string)),
    '[method]request.set-authority': func([requestSelf, ['authority', option(string)]], settled),
    '[method]request.get-options': func([requestSelf], option(options)),
    '[method]request.get-headers': func([requestSelf], headers),
    '[static]request.consume-body': func(
      [
        ['this', request],
        ['res', transmission],
      ],
      consumed,
    ),
  };
}

function optionsFunctions({ options, optionsSelf, optionsError, duration }: Vocabulary) {
  const set = func([optionsSelf, ['duration', option(duration)]], result(null, optionsError));
  const get = func([optionsSelf], option(duration));
  return {
    '[constructor]request-options': func([], options),
    '[method]request-options.get-connect-timeout': get,
    '[method]request-options.set-connect-timeout': set,
    '[method]request-options.get-first-byte-timeout': get,
    '[method]request-options.set-first-byte-timeout': set,
    '[method]request-options.get-between-bytes-timeout': get,
    '[method]request-options.set-between-bytes-timeout': set,
    '[method]request-options.clone': func([optionsSelf], options),
  };
}

function responseFunctions({ headers, response, responseSelf, trailers, transmission, consumed }: Vocabulary) {
  return {
    '[static]response.new': func(
      [
        ['headers', headers],
        ['contents', option(byteStream)],
        ['trailers', trailers],
      ],
      tuple(response, transmission),
    ),
    '[method]response.get-status-code': func([responseSelf], u16),
    '[method]response.set-status-code': func([responseSelf, ['status-code', u16]], settled),
    '[method]response.get-headers': func([responseSelf], headers),
    '[static]response.consume-body': func(
      [
        ['this', response],
        ['res', transmission],
      ],
      consumed,
    ),
  };
}

/** The interfaces of one version. */
function declareHttp3(version: string) {
  const vocabulary = declareVocabulary();
  const { resources, request, response, method, scheme, errorCode, headerError, optionsError } = vocabulary;
  const types = witInterface('wasi:http/types', version, {
    resources,
    types: [method, scheme, errorCode, headerError, optionsError],
    functions: {
      ...fieldsFunctions(vocabulary),
      ...requestFunctions(vocabulary),
      ...optionsFunctions(vocabulary),
      ...responseFunctions(vocabulary),
    },
  });
  const answer = asyncFunc([['request', request]], result(response, errorCode));
  const client = witInterface('wasi:http/client', version, { functions: { send: answer } });
  /** What a guest exports to answer requests. */
  const handler = witInterface('wasi:http/handler', version, { functions: { handle: answer } });
  return { types, client, handler };
}

export type Http3 = ReturnType<typeof declareHttp3>;

export const http3: Http3 = declareHttp3('0.3.0');
export const http3Candidate: Http3 = declareHttp3(candidate3);
