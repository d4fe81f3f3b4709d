// What lowered functions and builtins share: one for each component instance.
import type { HostScope } from '../../wit/scope.ts';
import type { FutureReader, StreamReader } from '../../wit/stream.ts';
import type { WitNode } from '../../wit/types.ts';
import type { HandleTable } from './handle-table.ts';
import type { BorrowCount, ResourceHandle } from './resource-handle.ts';

export interface InstanceContext {
  /** Of the invocation that the instance serves now; it changes when an instance serves one after another. */
  readonly scope: HostScope;
  readonly handles: HandleTable;
  /** False while a function of the guest's runs that may not call the host: realloc, post-return. */
  readonly mayLeave: boolean;
  /** Handles that the export that runs now got lent and has not dropped. */
  readonly borrows: BorrowCount;
  /** Streams, futures and subtasks; an instance without any (WASI 0.2) has a stand-in that traps. */
  readonly async: AsyncSupport;
  /**
   * Takes whatever escaped a host function, ends the invocation, and traps the guest through a Wasm `unreachable`, which no
   * `catch_all` of the guest's own catches.
   */
  fail(error: unknown): never;
  /**
   * The function that was called has to wait: the guest is suspended until `later` resolves, and gets that. Gives `instead` in the
   * meantime, which nobody sees.
   */
  waitFor(later: Promise<unknown>, instead: number | bigint): unknown;
  /** Runs a function of the guest's (realloc, post-return) on top of a JavaScript frame, where it cannot be suspended and may not leave. */
  held<T>(call: () => T): T;
}

/** How values of WASI 0.3 cross the border. Throws Trap for handles that are no such end. */
export interface AsyncSupport {
  /** The guest gives its readable end away: the host has it now. */
  takeStream(handle: number, element: WitNode | undefined): StreamReader<unknown>;
  /** A handle in the guest for a readable end that the host held. */
  giveStream(reader: StreamReader<unknown>, element: WitNode | undefined): number;
  takeFuture(handle: number, element: WitNode | undefined): FutureReader<unknown>;
  giveFuture(reader: FutureReader<unknown>, element: WitNode | undefined): number;
  /**
   * An async-lowered call that did not answer at once becomes a subtask. `finish` lowers the answer into the guest's memory
   * when it comes. `lenders`: handles that are lent until the guest knows that the call is over. Gives the status for the guest: the subtask's handle and its state, packed.
   */
  startSubtask(
    answer: Promise<unknown>,
    finish: (value: unknown) => void,
    lenders: readonly ResourceHandle[] | undefined,
  ): number;
}
