// stream.* and future.* as core imports of one instance (CanonicalABI.md, canon_stream_read and its siblings).
import { Trap } from '../../wit/trap.ts';
import type { GuestMemory } from '../abi/guest-memory.ts';
import { alignOf, sizeOf } from '../abi/layout.ts';
import type { CanonFunction } from '../component/plan.ts';
import type { AsyncInstance } from './async-instance.ts';
import { waitFor } from './built-ins.ts';
import { blocked } from './codes.ts';
import type { CopyEnd, Direction } from './copy-end.ts';
import { GuestBuffer } from './guest-buffer.ts';

export type CopyCanon = Extract<CanonFunction, { kind: 'stream' | 'future' }>;

type Core = (a: number, b: number, c: number) => unknown;

/** The core function for one instance; one that waits is for `WebAssembly.Suspending`. */
export function bindCopy(canon: CopyCanon, async: AsyncInstance, memory: GuestMemory | undefined): Core {
  const { kind, element } = canon;
  const { ends } = async;
  switch (canon.operation) {
    case 'new':
      return () => ends.make(kind, element);
    case 'read':
    case 'write':
      return copying(canon, canon.operation, async, memory);
    case 'cancel-read':
      return handle => cancel(ends.find(handle, kind, 'read', element), canon.options.async);
    case 'cancel-write':
      return handle => cancel(ends.find(handle, kind, 'write', element), canon.options.async);
    case 'drop-readable':
      return handle => drop(async, ends.find(handle, kind, 'read', element));
    case 'drop-writable':
      return handle => drop(async, ends.find(handle, kind, 'write', element));
  }
}

/** Does it wait until the other side is there? */
export const copyWaits = ({ operation, options }: CopyCanon): boolean =>
  (operation === 'read' || operation === 'write') && !options.async;

function copying(
  { kind, element, options }: CopyCanon,
  direction: Direction,
  async: AsyncInstance,
  memory: GuestMemory | undefined,
): Core {
  const layout = element ? { size: sizeOf(element), align: alignOf(element) } : { size: 0, align: 1 };
  return (handle, pointer, length) => {
    const end = async.ends.find(handle, kind, direction, element);
    if (end.state === 'copying')
      throw new Trap(`the guest began to ${direction} a ${kind} that it had not finished to ${direction}`);
    if (end.state === 'done') throw new Trap(`the guest went on to ${direction} a ${kind} after its end`);
    if (!options.async) end.refuseInSet();
    end.buffer = new GuestBuffer(memory, pointer, kind === 'stream' ? length >>> 0 : 1, layout);
    end.state = 'copying';
    end.channel.copy(end);
    if (end.hasEvent) return end.takeEvent();
    return options.async ? blocked : waitFor(async, end);
  };
}

function cancel(end: CopyEnd, isAsync: boolean): number {
  if (end.state !== 'copying')
    throw new Trap(`the guest cancelled to ${end.direction} a ${end.kind} that it does not ${end.direction}`);
  if (!isAsync) end.refuseInSet();
  if (!end.hasEvent) end.channel.cancel(end);
  return end.takeEvent();
}

function drop({ ends }: AsyncInstance, end: CopyEnd): void {
  if (end.state === 'copying')
    throw new Trap(`the guest dropped an end of a ${end.kind} that it had not finished to ${end.direction}`);
  if (end.kind === 'future' && end.direction === 'write' && end.state !== 'done') {
    throw new Trap('the guest dropped the writable end of a future without giving a value');
  }
  ends.remove(end);
  end.channel.drop(end);
}
