// Values between jco's plain bindings and host implementations: they are the same but for handles, which are wrapped on the
// way to the guest and unwrapped on the way back. A type without handles needs no work at all (undefined).
import { plainFuture, PlainFutureReader, plainStream, PlainStreamReader, type StreamOwner } from './plain-streams.ts';
import type { FutureReader, StreamReader } from './stream.ts';
import { Trap } from './trap.ts';
import { camel, type ResourceNode, type WitNode } from './types.ts';

interface HandleOwner extends StreamOwner {
  wrap(resource: ResourceNode, object: unknown): object;
  holds(handle: never): boolean;
  consume(handle: never): void;
}

/** What a guest holds: a host object and the instance that it belongs to. */
export class Handle<Owner extends HandleOwner> {
  readonly object: unknown;
  readonly owner: Owner;

  constructor(object: unknown, owner: Owner) {
    this.object = object;
    this.owner = owner;
  }
}

export type Lift = (value: unknown, owner: StreamOwner) => unknown;
export type Lower = (value: unknown, owner: HandleOwner) => unknown;

/** From the guest: handles become host objects. */
export function compileLift(type: WitNode): Lift | undefined {
  switch (type.kind) {
    case 'own':
      return value => {
        const handle = asHandle(value);
        handle.owner.consume(handle as never);
        return handle.object;
      };
    case 'borrow':
      return value => asHandle(value).object;
    case 'stream': {
      const lift = type.element && compileLift(type.element);
      const isBytes = type.element?.kind === 'u8';
      return (value, owner) => new PlainStreamReader(value, owner, { isBytes, lift: lift && (item => lift(item, owner)) });
    }
    case 'future': {
      const lift = type.element && compileLift(type.element);
      return (value, owner) => new PlainFutureReader(value, owner, lift && (item => lift(item, owner)));
    }
    default:
      return compileMap<StreamOwner>(type, compileLift);
  }
}

/** To the guest: host objects become handles. */
export function compileLower(type: WitNode): Lower | undefined {
  if (type.kind === 'own') return (value, owner) => owner.wrap(type.resource, value);
  if (type.kind === 'borrow') throw new Error('a host function cannot return a borrow');
  if (type.kind === 'stream') {
    const lower = type.element && compileLower(type.element);
    return (value, owner) => plainStream(value as StreamReader<unknown>, owner, lower && (item => lower(item, owner)));
  }
  if (type.kind === 'future') {
    const lower = type.element && compileLower(type.element);
    return (value, owner) => plainFuture(value as FutureReader<unknown>, owner, lower && (item => lower(item, owner)));
  }
  return compileMap<HandleOwner>(type, compileLower);
}

type Convert<Context> = (value: unknown, context: Context) => unknown;
type Compile<Context> = (type: WitNode) => Convert<Context> | undefined;
type Tagged = { readonly tag: string; readonly val?: unknown };

/** Applies a conversion to the parts of a compound type; undefined when no part needs it. */
function compileMap<Context>(type: WitNode, compile: Compile<Context>): Convert<Context> | undefined {
  switch (type.kind) {
    case 'alias':
      return compile(type.of);
    case 'list': {
      const element = compile(type.element);
      return element && ((value, context) => (value as unknown[]).map(item => element(item, context)));
    }
    case 'option': {
      const some = compile(type.some);
      return some && ((value, context) => (value === undefined || value === null ? undefined : some(value, context)));
    }
    case 'result':
      return compileCases(
        [
          ['ok', type.ok],
          ['err', type.err],
        ],
        compile,
      );
    case 'variant':
      return compileCases(type.cases, compile);
    case 'tuple': {
      const members = type.members.map(compile);
      if (members.every(member => member === undefined)) return undefined;
      return (value, context) =>
        (value as unknown[]).map((item, index) => {
          const convert = members[index];
          return convert ? convert(item, context) : item;
        });
    }
    case 'record': {
      const fields = type.fields.flatMap(([name, field]) => {
        const convert = compile(field);
        return convert ? [[camel(name), convert] as const] : [];
      });
      if (fields.length === 0) return undefined;
      return (value, context) => {
        const copy = { ...(value as Record<string, unknown>) };
        for (const [name, convert] of fields) copy[name] = convert(copy[name], context);
        return copy;
      };
    }
    default:
      return undefined;
  }
}

function compileCases<Context>(
  cases: readonly (readonly [string, WitNode | undefined])[],
  compile: Compile<Context>,
): Convert<Context> | undefined {
  const byTag = new Map(
    cases.flatMap(([tag, type]) => {
      const convert = type && compile(type);
      return convert ? [[tag, convert] as const] : [];
    }),
  );
  if (byTag.size === 0) return undefined;
  return (value, context) => {
    const { tag, val } = value as Tagged;
    const convert = byTag.get(tag);
    return convert ? { tag, val: convert(val, context) } : value;
  };
}

function asHandle(value: unknown): Handle<HandleOwner> {
  // jco makes a stand-in without an object for a handle that it does not know (jco-notes 1.2): the specification says trap.
  if (value instanceof Handle && (value.owner as HandleOwner).holds(value as never)) return value as Handle<HandleOwner>;
  throw new Trap('unknown handle');
}
