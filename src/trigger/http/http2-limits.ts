// What one HTTP/2 connection may take (ADR 021). node's defaults leave most of it open.
import type { ServerOptions } from 'node:http2';

/** Requests of one connection at once; hyper's number. */
const streamsMax = 200;
/** What may be on its way of one request's body: with `streamsMax` that makes 25 MB of a connection whose guests read nothing. */
const windowBytes = 128 * 1024;
/** Names and values of one request's headers, 32 bytes more for each, as HTTP/2 counts. hyper takes 16 KB. */
const headerListBytesMax = 64 * 1024;
/** Headers of one request; by their size there could be 2,000. */
const headerPairsMax = 1_000;
/** In MB, what node keeps for one connection: its streams, their heads, frames that were not sent. */
const sessionMemoryMb = 16;
/** Streams that a client may reset, or force the server to, at once and each second; then the connection ends. */
const resetBurst = 200;
const resetsPerSecond = 50;
/** Frames that break a rule, and streams beyond `streamsMax`, before the connection ends. */
const invalidFramesMax = 100;
const rejectedStreamsMax = 100;
/** Settings in one frame; there are 8 that anybody sends. */
const settingsMax = 32;

/** PING and SETTINGS frames, each of which wants an answer: so many at once and each second, then the connection ends. */
export const controlBurst = 100;
export const controlsPerSecond = 20;

export const http2Options: ServerOptions = {
  settings: {
    maxConcurrentStreams: streamsMax,
    initialWindowSize: windowBytes,
    maxHeaderListSize: headerListBytesMax,
    enablePush: false,
  },
  maxHeaderListPairs: headerPairsMax,
  maxSessionMemory: sessionMemoryMb,
  streamResetBurst: resetBurst,
  streamResetRate: resetsPerSecond,
  maxSessionInvalidFrames: invalidFramesMax,
  maxSessionRejectedStreams: rejectedStreamsMax,
  maxSettings: settingsMax,
  // A guest may send a header twice that has one value by the book; over HTTP/1 it goes out as it is, too.
  strictSingleValueFields: false,
};
