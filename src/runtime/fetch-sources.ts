// Components that the manifest gives as `{ url, digest }` (spin-behaviour 1.7): downloaded once, checked, and kept in the cache.
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Component, Download } from '../app/app.ts';
import { TspinError, type ErrorCode } from '../errors.ts';
import { systemReason } from '../util/system-error.ts';
import type { LoadProgress } from './prepare-components.ts';

/** The largest guest that we know has 40 MB; a server that sends for ever must not fill the disk. */
const bytesMax = 512 * 1024 * 1024;
/** Until the connection is there, until the answer begins, and between two pieces of it. */
const connectMs = 15_000;
const silenceMs = 30_000;
/** For the whole, redirects among it. */
const totalMs = 15 * 60_000;
/** What takes longer is told. */
const slowMs = 1000;

const partialPrefix = '.partial-';
/** A partial file that is older was left behind by a process that was killed. */
const partialMs = 24 * 60 * 60_000;

export interface FetchOptions {
  readonly progress: (progress: LoadProgress) => void;
  /** Other limits than the usual ones. */
  readonly limits?: Partial<FetchLimits>;
}

export interface FetchLimits {
  readonly bytesMax: number;
  readonly silenceMs: number;
  readonly totalMs: number;
}

interface Fetching {
  readonly component: Component;
  readonly download: Download;
  readonly limits: FetchLimits;
}

/** Downloads what is not in the cache yet. Throws TspinError; then nothing of the component that failed is kept. */
export async function fetchSources(components: readonly Component[], { progress, limits }: FetchOptions): Promise<void> {
  for (const component of components) {
    const { download, path } = component.source;
    if (!download || (await digestOf(path)) === download.digest) continue;
    const { id } = component;
    const slow = setTimeout(() => progress({ kind: 'downloading', component: id, url: download.url }), slowMs);
    try {
      await fetchInto(path, { component, download, limits: { bytesMax, silenceMs, totalMs, ...limits } });
    } finally {
      clearTimeout(slow);
    }
    progress({ kind: 'downloaded', component: id });
  }
}

/** Under another name until it is whole and right. */
async function fetchInto(path: string, fetching: Fetching): Promise<void> {
  const partial = join(dirname(path), `${partialPrefix}${randomUUID()}`);
  try {
    await makeFolder(dirname(path), fetching);
    const found = await fetchPartial(partial, fetching);
    const { component, download } = fetching;
    if (found !== download.digest) {
      throw failed(fetching, `its digest is ${found}, and the manifest says ${download.digest}`, {
        code: 'component-digest-mismatch',
        subject: `component "${component.id}": ${download.url} is not what the manifest expects`,
        help: 'if the new content is right, write its digest into the manifest; if not, somebody has changed it',
      });
    }
    await rename(partial, path).catch((error: unknown) => {
      throw unkept(fetching, path, error);
    });
  } finally {
    // What cannot be removed was never made.
    await rm(partial, { force: true }).catch(() => undefined);
  }
}

async function makeFolder(folder: string, fetching: Fetching): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(folder)) {
      if (!name.startsWith(partialPrefix)) continue;
      const made = await stat(join(folder, name)).catch(() => undefined);
      if (made && Date.now() - made.mtimeMs > partialMs) await rm(join(folder, name), { force: true });
    }
  } catch (error) {
    throw unkept(fetching, folder, error);
  }
}

/** Writes what the server sends into the file; gives its digest. */
async function fetchPartial(partial: string, fetching: Fetching): Promise<string> {
  const { download, limits } = fetching;
  const file = await open(partial, 'wx', 0o600).catch((error: unknown) => {
    throw unkept(fetching, partial, error);
  });
  // undici takes 100 ms to load: only for those who download.
  const { Agent, fetch } = await import('undici');
  const dispatcher = new Agent({
    connect: { timeout: connectMs },
    headersTimeout: limits.silenceMs,
    bodyTimeout: limits.silenceMs,
  });
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    const response = await fetch(download.url, { dispatcher, signal: AbortSignal.timeout(limits.totalMs) });
    if (!response.ok) throw failed(fetching, `the server answered with ${response.status}`, missingHelp);
    for await (const chunk of response.body ?? []) {
      const piece = chunk as Uint8Array;
      bytes += piece.byteLength;
      if (bytes > limits.bytesMax)
        throw failed(fetching, `it is larger than ${limits.bytesMax} bytes, which is the limit`, missingHelp);
      hash.update(piece);
      await file.write(piece).catch((error: unknown) => {
        throw unkept(fetching, partial, error);
      });
    }
    await file.sync();
    return `sha256:${hash.digest('hex')}`;
  } catch (error) {
    if (error instanceof TspinError) throw error;
    throw failed(fetching, networkReason(error, limits), { cause: error });
  } finally {
    await file.close();
    await dispatcher.destroy();
  }
}

/** Of a file in the cache; undefined when there is none, or none that can be read. */
async function digestOf(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch {
    return undefined;
  }
  return `sha256:${hash.digest('hex')}`;
}

/** undici wraps the system's error in its own. */
function networkReason(error: unknown, { totalMs: total }: FetchLimits): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') return `it took longer than ${total / 1000} s`;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  const code = 'code' in cause ? String(cause.code) : '';
  return reasons[code] ?? cause.message;
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the server refused the connection',
  ENOTFOUND: 'the name of the server is not known',
  EAI_AGAIN: 'the name of the server could not be looked up',
  UND_ERR_CONNECT_TIMEOUT: `there was no connection within ${connectMs / 1000} s`,
  UND_ERR_HEADERS_TIMEOUT: 'the server did not answer in time',
  UND_ERR_BODY_TIMEOUT: 'the server stopped in the middle',
  UND_ERR_SOCKET: 'the server broke off the connection',
};

interface Failure {
  readonly code?: ErrorCode;
  readonly subject?: string;
  readonly help?: string;
  readonly cause?: unknown;
}

const missingHelp: Failure = { help: 'check the address in the manifest' };

function failed({ component, download }: Fetching, reason: string, failure: Failure = {}): TspinError {
  const { code = 'component-download-failed', subject = `component "${component.id}": ${download.url} cannot be downloaded` } =
    failure;
  const { help = 'check the network and the address, and start again: what was downloaded once is kept', cause } = failure;
  return new TspinError(code, `${subject}: ${reason}`, { at: component.source.at, help, cause });
}

const unkept = (fetching: Fetching, path: string, error: unknown): TspinError =>
  failed(fetching, `it cannot be kept in ${path}: ${systemReason(error)}`, {
    help: '--cache-dir names another folder for what is downloaded',
    cause: error,
  });
