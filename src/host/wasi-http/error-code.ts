// wasi:http/types' error-code, and how it travels inside a stream's error.
import { option, record, string, u16, u32, u64, u8, variant, type Js } from '../../wit/types.ts';
import type { IoError } from '../io/stream.ts';

/** Each version of wasi:http/types owns one of its own; their values are the same. */
export function declareErrorCode() {
  const fieldSizePayload = record('field-size-payload', { 'field-name': option(string), 'field-size': option(u32) });
  return variant('error-code', {
    'DNS-timeout': null,
    'DNS-error': record('DNS-error-payload', { rcode: option(string), 'info-code': option(u16) }),
    'destination-not-found': null,
    'destination-unavailable': null,
    'destination-IP-prohibited': null,
    'destination-IP-unroutable': null,
    'connection-refused': null,
    'connection-terminated': null,
    'connection-timeout': null,
    'connection-read-timeout': null,
    'connection-write-timeout': null,
    'connection-limit-reached': null,
    'TLS-protocol-error': null,
    'TLS-certificate-error': null,
    'TLS-alert-received': record('TLS-alert-received-payload', { 'alert-id': option(u8), 'alert-message': option(string) }),
    'HTTP-request-denied': null,
    'HTTP-request-length-required': null,
    'HTTP-request-body-size': option(u64),
    'HTTP-request-method-invalid': null,
    'HTTP-request-URI-invalid': null,
    'HTTP-request-URI-too-long': null,
    'HTTP-request-header-section-size': option(u32),
    'HTTP-request-header-size': option(fieldSizePayload),
    'HTTP-request-trailer-section-size': option(u32),
    'HTTP-request-trailer-size': fieldSizePayload,
    'HTTP-response-incomplete': null,
    'HTTP-response-header-section-size': option(u32),
    'HTTP-response-header-size': fieldSizePayload,
    'HTTP-response-body-size': option(u64),
    'HTTP-response-trailer-section-size': option(u32),
    'HTTP-response-trailer-size': fieldSizePayload,
    'HTTP-response-transfer-coding': option(string),
    'HTTP-response-content-coding': option(string),
    'HTTP-response-timeout': null,
    'HTTP-upgrade-failed': null,
    'HTTP-protocol-error': null,
    'loop-detected': null,
    'configuration-error': null,
    'internal-error': option(string),
  });
}

export const errorCode = declareErrorCode();

export type ErrorCode = Js<typeof errorCode>;

export const headerError = variant('header-error', { 'invalid-syntax': null, forbidden: null, immutable: null });
export type HeaderError = Js<typeof headerError>;

/** An http error as a stream reports it; `http-error-code` finds the code again. */
export const httpIoError = (code: ErrorCode): IoError => ({ message: describeErrorCode(code), cause: { httpErrorCode: code } });

/** `http-error-code`: the code inside an io error, if it came from http. */
export function errorCodeOf(error: IoError): ErrorCode | undefined {
  const { cause } = error;
  if (typeof cause !== 'object' || cause === null || !('httpErrorCode' in cause)) return undefined;
  return cause.httpErrorCode as ErrorCode;
}

export const internalError = (message: string): ErrorCode => ({ tag: 'internal-error', val: message });

/** `internal-error: boom`, for logs. */
export function describeErrorCode(code: ErrorCode): string {
  return typeof code.val === 'string' ? `${code.tag}: ${code.val}` : code.tag;
}
