// wasi:filesystem 0.3 as if it were 0.2: what both have in common is tested once, with each.
import type { filesystemTypes } from '../../../src/host/wasi-filesystem/declarations.ts';
import type { Filesystem3 } from '../../../src/host/wasi-filesystem/declarations-3.ts';
import type { ErrorCode } from '../../../src/host/wasi-filesystem/vocabulary.ts';
import type { StreamReader } from '../../../src/wit/stream.ts';
import { err, ok, type Result } from '../../../src/wit/types.ts';
import { GuestStream } from '../../wit/guest-stream.ts';
import type { Bound } from '../harness.ts';

type Types2 = Bound<typeof filesystemTypes>;
type Types3 = Bound<Filesystem3['types']>;
type Tagged = { readonly tag: string; readonly val?: unknown };

/** `{tag: 'io'}` as `io`; what 0.3 has no code for is `other` and the name of 0.2's. */
export const nameOf = ({ tag, val }: Tagged): ErrorCode => (tag === 'other' ? val : tag) as ErrorCode;

export const ready = (reader: Pick<StreamReader<unknown>, 'whenReady'>): Promise<void> =>
  new Promise(resolve => reader.whenReady(resolve));

/** Types of descriptors are names in 0.2. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('type' in value) return { ...value, type: (value.type as Tagged).tag };
  return value;
}

const result = (of: Result<unknown, Tagged> | boolean): unknown => {
  if (typeof of === 'boolean') return of;
  return of.tag === 'ok' ? ok(plain(of.val)) : err(nameOf(of.val));
};

export function asGeneration2(types: Types3): Types2 {
  const same = Object.entries(types).map(([name, call]) => {
    const of3 = call as (...args: unknown[]) => Result<unknown, Tagged> | Promise<Result<unknown, Tagged>>;
    const of2 = (...args: unknown[]): unknown => {
      const returned = of3(...args);
      return returned instanceof Promise ? returned.then(result) : result(returned);
    };
    return [name, of2];
  });
  return { ...(Object.fromEntries(same) as Types2), ...opened(types) };
}

/** What 0.3 does by streams. */
function opened(types: Types3): Partial<Types2> {
  const type = types['[method]descriptor.get-type'];
  return {
    '[method]descriptor.get-type': self => {
      const of = type(self);
      if (of instanceof Promise) throw new Error('answered at once');
      return of.tag === 'ok' ? ok(of.val.tag as never) : err(nameOf(of.val));
    },
    '[method]descriptor.read': async (self, length, offset) => {
      const [bytes, end] = types['[method]descriptor.read-via-stream'](self, offset);
      const max = Math.min(Number(length), 65_536);
      let chunk = bytes.read(max);
      if (!chunk && !bytes.ended) chunk = await ready(bytes).then(() => bytes.read(max));
      if (chunk) bytes.cancel();
      await ready(end);
      const how = end.settled?.value;
      if (how?.tag === 'err') return err(nameOf(how.val));
      return ok([chunk ?? new Uint8Array(0), chunk === undefined]);
    },
    '[method]descriptor.write': async (self, contents, offset) => {
      const data = new GuestStream().write(Buffer.from(contents)).close();
      return written(types['[method]descriptor.write-via-stream'](self, data, offset), contents.byteLength);
    },
    '[method]descriptor.write-via-stream': ((self: never, offset: bigint) =>
      written(types['[method]descriptor.write-via-stream'](self, new GuestStream().close(), offset), 0)) as never,
    '[method]descriptor.append-via-stream': ((self: never) =>
      written(types['[method]descriptor.append-via-stream'](self, new GuestStream().close()), 0)) as never,
    '[method]descriptor.read-directory': async self => {
      const [entries, end] = types['[method]descriptor.read-directory'](self);
      await ready(entries);
      const how = entries.ended ? end.settled?.value : undefined;
      return how?.tag === 'err' ? err(nameOf(how.val)) : ok(entries as never);
    },
    '[method]directory-entry-stream.read-directory-entry': async self => {
      const entries = self as unknown as StreamReader<Tagged[]>;
      await ready(entries);
      const [entry] = entries.read(1) ?? [];
      return ok(plain(entry) as never);
    },
  };
}

type End = ReturnType<Types3['[method]descriptor.append-via-stream']>;

async function written(end: End, length: number): Promise<Result<bigint, ErrorCode>> {
  await ready(end);
  const how = end.settled?.value;
  return how?.tag === 'err' ? err(nameOf(how.val)) : ok(BigInt(length));
}
