// What one HTTP/1 connection may take. node's defaults are smaller than hyper's, and so Spin's, here and larger there.
import type { ServerOptions } from 'node:http';

/** hyper's limit for the head of a request, and so Spin's (`--http1-max-buf-size`); node's own would be 16 KB. */
const headBytesMaxDefault = 400 * 1024;

/** A client that sends its head slower than this is cut off. */
export const headTimeoutMs = 60_000;

/** How often node looks for such clients. */
const checkMs = 10_000;

export const http1Options = (headBytesMax: number = headBytesMaxDefault): ServerOptions => ({
  // A missing Host is dropped as Spin drops it, by nodeRequest.
  requireHostHeader: false,
  maxHeaderSize: headBytesMax,
  headersTimeout: headTimeoutMs,
  connectionsCheckingInterval: checkMs,
  // Spin sets no deadline for a body or an idle connection, and no number of requests for a connection.
  requestTimeout: 0,
  keepAliveTimeout: 0,
  // node joins some repeated headers otherwise; the raw ones are read anyway.
  joinDuplicateHeaders: false,
  // Whatever is not quite HTTP is refused, whatever node was started with: what one proxy reads as one request another reads as two.
  insecureHTTPParser: false,
  noDelay: true,
  // What has no body is read as such: no stream is set going for it.
  optimizeEmptyRequests: true,
});
