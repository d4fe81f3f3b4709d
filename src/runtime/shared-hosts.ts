// What the host interfaces of an app share between its threads: opened once, closed after the last thread.
import type { Transferable } from 'node:worker_threads';
import type { AnyHostInterface, AppContext, HostConnection, SharedHost } from '../host/interface.ts';

/** For one thread: the `shared` of each host interface, in the order of the list of all. */
export interface HostConnections extends HostConnection {
  readonly data: readonly unknown[];
  readonly transfer: readonly Transferable[];
}

export class SharedHosts {
  readonly #opened: readonly (SharedHost | undefined)[];

  private constructor(opened: readonly (SharedHost | undefined)[]) {
    this.#opened = opened;
  }

  /** Throws TspinError; nothing is left open then. */
  static async open(hosts: readonly AnyHostInterface[], context: AppContext): Promise<SharedHosts> {
    const opened: (SharedHost | undefined)[] = [];
    try {
      for (const host of hosts) opened.push(await host.open?.(context));
    } catch (error) {
      await new SharedHosts(opened).close();
      throw error;
    }
    return new SharedHosts(opened);
  }

  /** For an app that was read anew: what can follow it is shared with these, the rest is opened anew. Throws TspinError. */
  async next(hosts: readonly AnyHostInterface[], context: AppContext): Promise<SharedHosts> {
    const opened: (SharedHost | undefined)[] = [];
    try {
      for (const [place, host] of hosts.entries()) {
        const before = this.#opened[place];
        await before?.follow?.(context);
        opened.push(before?.follow ? before : await host.open?.(context));
      }
    } catch (error) {
      await new SharedHosts(opened).close(this);
      throw error;
    }
    return new SharedHosts(opened);
  }

  connect(): HostConnections {
    const connections = this.#opened.map(shared => shared?.connect());
    return {
      data: connections.map(connection => connection?.data),
      transfer: connections.flatMap(connection => connection?.transfer ?? []),
    };
  }

  /** `kept`: what these share stays open. */
  async close(kept?: SharedHosts): Promise<void> {
    const still = kept ? kept.#opened : [];
    for (const shared of this.#opened.toReversed()) if (shared && !still.includes(shared)) await shared.close();
  }
}
