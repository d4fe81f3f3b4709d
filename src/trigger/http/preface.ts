// Tells HTTP/2 from HTTP/1 on a port that serves both: by what node's parser of HTTP/1 says of HTTP/2's first bytes (RFC 9113 3.4).
import type { Socket } from 'node:net';

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

/** What node:http adds to an error of its parser. */
export interface ParserError extends NodeJS.ErrnoException {
  /** What of `rawPacket` is behind it. */
  readonly bytesParsed?: number;
  /** What came last, in one piece. */
  readonly rawPacket?: Buffer;
}

/**
 * The parser knows the preface and stops there, so that HTTP/1 pays nothing for HTTP/2. Gives what the connection has said so
 * far; undefined when it is no connection of HTTP/2.
 */
export function http2Start({ code, bytesParsed = 0, rawPacket }: ParserError, socket: Socket): Buffer | undefined {
  if (code !== 'HPE_PAUSED_H2_UPGRADE' || !rawPacket) return undefined;
  const rest = rawPacket.subarray(bytesParsed);
  // Behind a request of HTTP/1 it is no start: whoever passes that on has not seen a connection of HTTP/2.
  return socket.bytesRead === preface.byteLength + rest.byteLength ? Buffer.concat([preface, rest]) : undefined;
}
