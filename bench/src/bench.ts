// What every section works with: options, the package under test, folders, and starting a contender by its name.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { contenders, type Contender, type Job } from './contenders.ts';
import { freePort } from './free-port.ts';
import { findGuest, guests, type Guest } from './guests.ts';
import { wants, type Options } from './options.ts';
import type { PackageUnderTest } from './package-under-test.ts';
import type { Recorder } from './recorder.ts';
import { type Launch, ServerProcess, type Servers } from './server-process.ts';

/** Servers are kept on the first core, the load generator on the second. */
export const serverCore = 0;
export const loadCore = 1;

/** A contender with the guest that it runs, if it runs one. */
export interface Subject {
  readonly id: string;
  readonly contender: Contender;
  readonly guest: Guest | undefined;
  readonly wasm: string | undefined;
}

export interface BenchParts {
  readonly options: Options;
  readonly tspin: PackageUnderTest;
  readonly recorder: Recorder;
  readonly servers: Servers;
  /** Holds everything that the run makes. */
  readonly work: string;
}

export interface JobOptions extends Partial<Pick<Job, 'echo' | 'cache' | 'workers'>> {
  /** A state folder of an earlier job; by default a new one. */
  readonly state?: string;
}

export class Bench {
  readonly options: Options;
  readonly tspin: PackageUnderTest;
  readonly recorder: Recorder;
  readonly servers: Servers;
  readonly work: string;
  #values = 0;

  constructor({ options, tspin, recorder, servers, work }: BenchParts) {
    this.options = options;
    this.tspin = tspin;
    this.recorder = recorder;
    this.servers = servers;
    this.work = work;
  }

  /** Where tspin keeps prepared components. */
  get cache(): string {
    return join(this.work, 'cache');
  }

  /** For values that no other run of wrk writes. */
  token(): string {
    this.#values += 1;
    return `${Date.now().toString(36)}-${this.#values}`;
  }

  scaled(count: number): number {
    return Math.max(1, Math.round(count * this.options.scale));
  }

  /** A new folder below the work folder. */
  folder(): string {
    mkdirSync(join(this.work, 'state'), { recursive: true });
    return mkdtempSync(join(this.work, 'state', 'job-'));
  }

  /** Those of the entrants that the options ask for and that are there; the others are recorded as missing. */
  subjects(section: string, entrants: readonly string[]): readonly Subject[] {
    return entrants.flatMap(id => this.#subject(section, id) ?? []);
  }

  #subject(section: string, id: string): Subject | undefined {
    const [name, guestId] = id.split('/');
    const contender = contenders.find(one => one.id === name);
    const guest = guests.find(one => one.id === guestId);
    if (!contender || (guestId !== undefined && !guest)) throw new Error(`there is no contender ${id}`);
    // The ceiling is in every comparison: without it there are no ratios.
    if (name !== 'ceiling' && !wants(this.options.contenders, contender.id)) return undefined;
    if (guest && !wants(this.options.guests, guest.id)) return undefined;
    const reason = contender.missing(this.tspin);
    const found = guest && findGuest(guest);
    const absent = reason ?? (found && 'reason' in found ? found.reason : undefined);
    if (absent !== undefined) {
      this.recorder.miss(section, id, absent);
      return undefined;
    }
    return { id, contender, guest, wasm: found && 'wasm' in found ? found.wasm : undefined };
  }

  async launch(subject: Subject, { state = this.folder(), echo = false, cache = this.cache, workers = 'one' }: JobOptions = {}) {
    const { contender, guest, wasm } = subject;
    if (wasm !== undefined) writeFileSync(join(state, 'spin.toml'), manifestOf(wasm));
    const port = await freePort();
    return contender.launch({ wasm, state, port, echo, cache, workers, optsIn: guest?.optsIn ?? false }, this.tspin);
  }

  start(launch: Launch, core: number | undefined): Promise<ServerProcess> {
    return ServerProcess.start(launch, { core, servers: this.servers });
  }

  /** Removes what jobs left. */
  clean(): void {
    rmSync(join(this.work, 'state'), { recursive: true, force: true });
  }
}

const manifestOf = (wasm: string): string => `spin_manifest_version = 2

[application]
name = "bench"
version = "1.0.0"

[[trigger.http]]
route = "/..."
component = "guest"

[component.guest]
source = ${JSON.stringify(wasm)}
key_value_stores = ["default"]
`;
