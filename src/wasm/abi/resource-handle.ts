// A guest's handle for a host object.
import { Trap } from '../../wit/trap.ts';
import type { ResourceNode } from '../../wit/types.ts';
import type { HandleTable } from './handle-table.ts';

/** How many borrowed handles a call of an export holds: none may be left when it ends. */
export interface BorrowCount {
  count: number;
}

export class ResourceHandle {
  readonly resource: ResourceNode;
  readonly object: unknown;
  /** Of the call for whose time it is borrowed from the host; undefined: the guest owns it. */
  readonly borrowedBy: BorrowCount | undefined;
  /** How many calls have it lent: it cannot be given away or dropped meanwhile. */
  lent = 0;

  constructor(resource: ResourceNode, object: unknown, borrowedBy?: BorrowCount) {
    this.resource = resource;
    this.object = object;
    this.borrowedBy = borrowedBy;
    if (borrowedBy) borrowedBy.count += 1;
  }

  get own(): boolean {
    return this.borrowedBy === undefined;
  }
}

/** Throws Trap for a handle that the guest does not hold, or of another resource. */
export function heldResource(handles: HandleTable, handle: number, resource: ResourceNode): ResourceHandle {
  const entry = handles.get(handle);
  if (!(entry instanceof ResourceHandle)) throw new Trap(`unknown handle ${handle >>> 0}`);
  if (entry.resource !== resource) throw new Trap(`handle ${handle >>> 0} is a ${entry.resource.name}, not a ${resource.name}`);
  return entry;
}

/** The guest gives the object away, or drops it. Throws Trap. */
export function takeResource(handles: HandleTable, handle: number, resource: ResourceNode): ResourceHandle {
  const entry = heldResource(handles, handle, resource);
  if (entry.lent > 0) throw new Trap(`the ${resource.name} ${handle >>> 0} was given away while it was lent`);
  handles.remove(handle);
  if (entry.borrowedBy) entry.borrowedBy.count -= 1;
  return entry;
}
