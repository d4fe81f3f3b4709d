// fermyon:spin/http, inbound-http and http-types, which Spin had before wasi:http, as WIT values (spin-behaviour 2.4, 3.9).
import { waitingFunc, witInterface } from '../../wit/interface.ts';
import { alias, bytes, enumeration, list, option, record, result, string, tuple, u16, type Js } from '../../wit/types.ts';

const headers = alias('headers', list(tuple(string, string)));
const body = alias('body', bytes);

export const spinMethods = ['get', 'post', 'put', 'delete', 'patch', 'head', 'options'] as const;

const request = record('request', {
  method: enumeration('method', spinMethods),
  uri: alias('uri', string),
  headers,
  params: alias('params', list(tuple(string, string))),
  body: option(body),
});
export type SpinRequest = Js<typeof request>;

const response = record('response', { status: alias('http-status', u16), headers: option(headers), body: option(body) });
export type SpinResponse = Js<typeof response>;

const httpError = enumeration('http-error', [
  'success',
  'destination-not-allowed',
  'invalid-url',
  'request-error',
  'runtime-error',
  'too-many-requests',
]);
export type SpinHttpError = Js<typeof httpError>;

export const spinHttpTypes = witInterface('fermyon:spin/http-types', undefined, {
  types: [request, response, httpError],
  functions: {},
});

export const spinHttp = witInterface('fermyon:spin/http', undefined, {
  functions: { 'send-request': waitingFunc([['req', request]], result(response, httpError)) },
});

/** What a component exports that answers HTTP requests by it. */
export const inboundHttp = witInterface('fermyon:spin/inbound-http', undefined, {
  functions: { 'handle-request': waitingFunc([['req', request]], response) },
});
