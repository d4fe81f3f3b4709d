// What generated code calls: each function throws Trap where the canonical ABI says trap.
import { Trap } from '../../wit/trap.ts';
import type { FutureReader, StreamReader } from '../../wit/stream.ts';
import type { ResourceNode, WitNode } from '../../wit/types.ts';
import type { GuestMemory } from './guest-memory.ts';
import type { InstanceContext } from './instance-context.ts';
import { heldResource, ResourceHandle, takeResource } from './resource-handle.ts';

export function trapCase(discriminant: number): never {
  throw new Trap(`a value has no case ${discriminant >>> 0}`);
}

export function liftChar(code: number): string {
  const point = code >>> 0;
  if (point > 0x10_ffff || (point >= 0xd800 && point <= 0xdfff)) throw new Trap(`0x${point.toString(16)} is no character`);
  return String.fromCodePoint(point);
}

/** A lone surrogate is no character of WIT's: U+FFFD. */
export const lowerChar = (char: string): number => char.toWellFormed().codePointAt(0) ?? 0xfffd;

export function takeOwn(instance: InstanceContext, handle: number, resource: ResourceNode): unknown {
  const entry = takeResource(instance.handles, handle, resource);
  if (!entry.own) throw new Trap(`the ${resource.name} ${handle >>> 0} is borrowed and cannot be given away`);
  return entry.object;
}

export const borrowed = (instance: InstanceContext, handle: number, resource: ResourceNode): unknown =>
  heldResource(instance.handles, handle, resource).object;

/** The same where the guest could give the handle away before the call is over: `lenders` keeps it from that. */
export function lent(instance: InstanceContext, handle: number, resource: ResourceNode, lenders: ResourceHandle[]): unknown {
  const entry = heldResource(instance.handles, handle, resource);
  entry.lent += 1;
  lenders.push(entry);
  return entry.object;
}

/** The call that they were lent for is over. */
export function endLoans(lenders: readonly ResourceHandle[]): void {
  for (const entry of lenders) entry.lent -= 1;
}

export function refuseLeaving(): never {
  throw new Trap('the guest called the host in its realloc or post-return');
}

export const giveOwn = (instance: InstanceContext, object: unknown, resource: ResourceNode): number =>
  instance.handles.add(new ResourceHandle(resource, object));

export const giveBorrow = (instance: InstanceContext, object: unknown, resource: ResourceNode): number =>
  instance.handles.add(new ResourceHandle(resource, object, instance.borrows));

/** How a list's items lie in memory, in bytes, and how each is read. */
interface LoadedItems {
  readonly size: number;
  readonly align: number;
  readonly load: (at: number) => unknown;
}

/** A list's items. */
export function loadList(memory: GuestMemory, pointer: number, length: number, { size, align, load }: LoadedItems): unknown[] {
  const end = (length >>> 0) * size;
  const start = memory.check(pointer, end, align);
  const items: unknown[] = [];
  for (let offset = 0; offset < end; offset += size) items.push(load(start + offset));
  return items;
}

interface StoredItems {
  readonly size: number;
  readonly align: number;
  readonly store: (at: number, item: unknown) => void;
}

/** Copies a list into the guest; gives where it is. */
export function newList(memory: GuestMemory, items: readonly unknown[], { size, align, store }: StoredItems): number {
  const start = memory.allocate(items.length * size, align);
  for (let index = 0; index < items.length; index += 1) store(start + index * size, items[index]);
  memory.refresh();
  return start;
}

export const takeStream = (instance: InstanceContext, handle: number, element: WitNode | undefined): unknown =>
  instance.async.takeStream(handle, element);
export const giveStream = (instance: InstanceContext, reader: unknown, element: WitNode | undefined): number =>
  instance.async.giveStream(reader as StreamReader<unknown>, element);
export const takeFuture = (instance: InstanceContext, handle: number, element: WitNode | undefined): unknown =>
  instance.async.takeFuture(handle, element);
export const giveFuture = (instance: InstanceContext, reader: unknown, element: WitNode | undefined): number =>
  instance.async.giveFuture(reader as FutureReader<unknown>, element);

/** A function that is not declared to wait gave a promise, which would be lowered as garbage. */
export function refusePromise(promise: unknown, subject: string): never {
  (promise as Promise<unknown>).catch(() => {});
  throw new Error(`${subject} returned a promise and is not declared to wait`);
}
