// A folder mounted for one component, beside a folder that guests must never reach.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { inspect } from 'node:util';

import type { InputStream, OutputStream } from '../../../src/host/io/stream.ts';
import { filesystemPreopens, filesystemTypes } from '../../../src/host/wasi-filesystem/declarations.ts';
import type { Descriptor } from '../../../src/host/wasi-filesystem/descriptor.ts';
import { hostPlatform, type Platform } from '../../../src/host/wasi-filesystem/platform.ts';
import type { DescriptorFlags, ErrorCode, OpenFlags, PathFlags } from '../../../src/host/wasi-filesystem/vocabulary.ts';
import { wasiFilesystem } from '../../../src/host/wasi-filesystem/wasi-filesystem.ts';
import type { Result } from '../../../src/wit/types.ts';
import { filesystem3 } from '../../../src/host/wasi-filesystem/declarations-3.ts';
import { versions3 } from '../../../src/host/versions-3.ts';
import { bootHost } from '../harness.ts';
import { asGeneration2 } from './generation-3.ts';

/** Every version that is served; tests of what they have in common run with each. */
export const generations: readonly string[] = ['0.2.12', ...versions3];

/** Held by the file outside the mount. */
export const canary = 'CANARY';

export interface MountOptions {
  readonly access?: 'read-only' | 'writable';
  readonly platform?: Platform;
  /** `0.2.12` by default; functions of 0.3 are made to look like those of 0.2. */
  readonly generation?: string;
  /** Host folders to be mounted besides, as `/1`, `/2`. */
  readonly others?: readonly { readonly hostPath: string; readonly writable: boolean }[];
}

interface OpenOptions {
  readonly path?: PathFlags;
  readonly open?: OpenFlags;
  readonly flags?: DescriptorFlags;
}

export type Mounted = Awaited<ReturnType<typeof mountFolder>>;

/** A new folder with `mount/` (mounted as `/`) and `outside/canary.txt`, removed after the test. */
export async function mountFolder(t: TestContext, options: MountOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'tspin-filesystem-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const hostPath = join(folder, 'mount');
  const outside = join(folder, 'outside');
  await mkdir(hostPath);
  await mkdir(outside);
  await writeFile(join(outside, 'canary.txt'), canary);
  const writable = options.access === 'writable';
  const others = (options.others ?? []).map((other, index) => ({ ...other, guestPath: `/${index + 1}` }));
  const mounts = [{ hostPath, guestPath: '/', writable }, ...others];
  const booted = await bootHost(wasiFilesystem(options.platform ?? hostPlatform()), { components: [{ mounts }] });
  t.after(() => booted.end());
  const of3 = filesystem3[versions3.indexOf(options.generation ?? '')];
  const types = of3 ? asGeneration2(booted.functions(of3.types)) : booted.functions(filesystemTypes);
  const preopened = booted.functions(of3?.preopens ?? filesystemPreopens)['get-directories']();
  const root = preopened[0]?.[0];
  assert.ok(root);

  const tryOpen = async (
    path: string,
    { path: pathFlags = { symlinkFollow: true }, open = {}, flags = { read: true } }: OpenOptions = {},
  ) => types['[method]descriptor.open-at'](root, pathFlags, path, open, flags);
  return {
    ...booted,
    /** The configured host interface. */
    configured: booted.host,
    folder,
    outside,
    types,
    root,
    preopened,
    /** The host's path of something in the mount. */
    host: (path: string) => join(hostPath, path),
    write: async (path: string, text: string) => {
      await writeFile(join(hostPath, path), text);
    },
    text: (path: string) => readFile(join(hostPath, path), 'utf8'),
    tryOpen,
    open: async (path: string, openOptions?: OpenOptions): Promise<Descriptor> => okOf(await tryOpen(path, openOptions)),
    /** The whole of an opened file, as text. */
    read: async (descriptor: Descriptor): Promise<string> => {
      const [bytes] = okOf(await types['[method]descriptor.read'](descriptor, 65_536n, 0n));
      return Buffer.from(bytes).toString();
    },
    drop: (descriptor: Descriptor) => booted.drop(of3?.types ?? filesystemTypes, 'descriptor', descriptor),
    isOutside: async (descriptor: Descriptor): Promise<boolean> => {
      if (descriptor.kind === 'root') return false;
      const opened =
        descriptor.kind === 'file'
          ? await descriptor.file.use(handle => handle.stat({ bigint: true }))
          : await descriptor.directory.use(directory => directory.stat());
      for (const path of [folder, outside, join(outside, 'canary.txt'), '/', '/etc']) {
        const { dev, ino } = await stat(path, { bigint: true });
        if (dev === opened.dev && ino === opened.ino) return true;
      }
      return false;
    },
  };
}

/** The value of a result that must be ok. */
export function okOf<T>(result: Result<T, unknown>): T {
  if (result.tag === 'err') assert.fail(`expected ok, got ${inspect(result.val)}`);
  return result.val;
}

/** Checks for an error-code. */
export function assertError(result: Result<unknown, ErrorCode>, code: ErrorCode): void {
  assert.deepEqual({ tag: result.tag, val: result.tag === 'err' ? result.val : undefined }, { tag: 'err', val: code });
}

/** All that a stream gives until it is closed, as text. */
export async function readAll(stream: InputStream, max = 65_536): Promise<string> {
  const chunks: Uint8Array[] = [];
  for (;;) {
    while (!stream.pollable.ready()) await stream.pollable.wait();
    const read = stream.read(max);
    if (read.tag === 'err') {
      assert.equal(read.val.tag, 'closed');
      return Buffer.concat(chunks).toString();
    }
    chunks.push(read.val);
  }
}

/** Writes the text in pieces as the stream permits, and waits until all is written. */
export async function writeAll(stream: OutputStream, text: string): Promise<void> {
  let rest = new Uint8Array(Buffer.from(text));
  while (rest.byteLength > 0) {
    while (!stream.pollable.ready()) await stream.pollable.wait();
    const permit = okOf(stream.checkWrite());
    okOf(stream.write(rest.slice(0, permit)));
    rest = rest.subarray(permit);
  }
  while (!stream.pollable.ready()) await stream.pollable.wait();
  okOf(stream.checkWrite());
}
