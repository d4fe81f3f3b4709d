// wasi:io/streams' two stream resources, as host objects that other host interfaces (http, filesystem, cli) implement.
import { resource, type Result, type WitResource } from '../../wit/types.ts';
import type { Pollable } from './pollable.ts';

/** wasi:io/error: an opaque error that the interface which made it may look into. */
export interface IoError {
  readonly message: string;
  /** What the owning interface knows about it (e.g. an http error-code, a filesystem error-code). */
  readonly cause?: unknown;
}

export type StreamError =
  | { readonly tag: 'last-operation-failed'; readonly val: IoError }
  | { readonly tag: 'closed'; readonly val?: undefined };

/** A source of bytes. `read` never waits: it gives at most `max` bytes, none when there are none yet. */
export interface InputStream {
  read(max: number): Result<Uint8Array, StreamError>;
  /** Ready when `read` would give bytes, an error or the end. */
  readonly pollable: Pollable;
  /** The guest dropped its handle. */
  dispose?(): void;
}

/** A sink of bytes. */
export interface OutputStream {
  /** How many bytes `write` may be given now; 0 = wait for `pollable`. */
  checkWrite(): Result<number, StreamError>;
  /** At most what `checkWrite` said; the bytes are the callee's to keep. */
  write(bytes: Uint8Array): Result<undefined, StreamError>;
  /** Starts a flush: until it is done `checkWrite` gives 0. */
  flush(): Result<undefined, StreamError>;
  readonly pollable: Pollable;
  dispose?(): void;
}

export const errorResource: WitResource<IoError> = resource<IoError>('error');
export const inputStreamResource: WitResource<InputStream> = resource<InputStream>('input-stream');
export const outputStreamResource: WitResource<OutputStream> = resource<OutputStream>('output-stream');

/** The largest piece that one read gives or one write takes (jco-notes 8: streams hand out at most 64 KB chunks). */
export const streamChunkBytesMax: number = 64 * 1024;
