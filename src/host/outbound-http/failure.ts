// Why a request over the network failed, as wasi:http says it (spin-behaviour 2.8).
import { DestinationProhibited } from '../outbound/blocked-networks.ts';
import type { ErrorCode } from '../wasi-http/error-code.ts';

/** Made by a request's own clocks. */
export class RequestTimeout extends Error {
  readonly errorCode: ErrorCode;

  constructor(errorCode: ErrorCode) {
    super(errorCode.tag);
    this.errorCode = errorCode;
  }
}

const byCode: Readonly<Record<string, ErrorCode>> = {
  ECONNREFUSED: { tag: 'connection-refused' },
  EHOSTUNREACH: { tag: 'destination-IP-unroutable' },
  ENETUNREACH: { tag: 'destination-IP-unroutable' },
  ETIMEDOUT: { tag: 'connection-timeout' },
  UND_ERR_CONNECT_TIMEOUT: { tag: 'connection-timeout' },
  UND_ERR_HEADERS_OVERFLOW: { tag: 'HTTP-response-header-section-size', val: undefined },
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: { tag: 'HTTP-request-body-size', val: undefined },
};

/** What node's TLS calls its errors: those of OpenSSL, of certificates, and of names in them. */
const tlsCode =
  /^(ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|EPROTO|INVALID_CA|CRL_)/;

export function errorCodeOfFailure(error: unknown): ErrorCode {
  if (error instanceof RequestTimeout) return error.errorCode;
  if (error instanceof DestinationProhibited) return { tag: 'destination-IP-prohibited' };
  // Several addresses were tried, and all failed.
  if (error instanceof AggregateError && error.errors.length > 0) return errorCodeOfFailure(error.errors[0]);
  if (!(error instanceof Error)) return { tag: 'HTTP-protocol-error' };
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  if (syscall === 'getaddrinfo') return { tag: 'DNS-error', val: { rcode: 'address not available', infoCode: 0 } };
  return byCode[code] ?? { tag: tlsCode.test(code) ? 'TLS-protocol-error' : 'HTTP-protocol-error' };
}
