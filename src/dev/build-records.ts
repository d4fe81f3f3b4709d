// What was built of what, so that only what changed is built again: by content, kept outside the app's folder.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';

import type { BuildTarget } from '../app/app.ts';
import { changedPaths, Snapshots, type FileSet, type Snapshot } from '../util/snapshot.ts';

/** Where tools write what they make: what is there counts as a source only when `watch` names it. */
const outputNames: ReadonlySet<string> = new Set(['dist', 'build', 'out', 'bin', 'pkg']);

/** A folder with more files is not looked through at every build: its component is always built. */
const filesMax = 20_000;

export interface BuildRecordsOptions {
  /** Absolute: where records are kept, a file for each app. */
  readonly directory: string;
  readonly manifestPath: string;
  readonly profile?: string | undefined;
  /** Those of earlier builds: what they know need not be read again. */
  readonly snapshots?: Snapshots | undefined;
  /** Every component. */
  readonly targets: readonly BuildTarget[];
}

/** What a component was built of when its build began. */
export interface BuildBeginning {
  readonly sources: Snapshot;
  readonly isFresh: boolean;
}

type Records = Readonly<Record<string, string>>;

export class BuildRecords {
  readonly #options: BuildRecordsOptions;
  readonly #snapshots: Snapshots;
  readonly #file: string;

  constructor(options: BuildRecordsOptions) {
    this.#options = options;
    this.#snapshots = options.snapshots ?? new Snapshots();
    const { directory, manifestPath } = options;
    this.#file = join(directory, `${createHash('sha256').update(manifestPath).digest('hex').slice(0, 32)}.json`);
  }

  /** Looks at the sources before the build. Fresh: the last build was of the same, and what it made is still there. */
  async begin(target: BuildTarget): Promise<BuildBeginning> {
    const sources = await this.#snapshots.take(this.#sourcesOf(target));
    const key = await this.#key(target, sources);
    const isFresh = key !== undefined && (await this.#read())[target.id] === key;
    return { sources, isFresh };
  }

  /**
   * After a build that succeeded. Not recorded when a source changed meanwhile: nobody knows which version was built. Files that are
   * new are those that it made, unless `watch` names them.
   */
  async finish(target: BuildTarget, { sources }: BuildBeginning): Promise<void> {
    const now = await this.#snapshots.take(this.#sourcesOf(target));
    const watched = await this.#snapshots.take(watchedOf(target));
    const changed = changedPaths(sources, now).filter(path => sources.files.has(path) || watched.files.has(path));
    const key = changed.length > 0 ? undefined : await this.#key(target, now);
    const { [target.id]: _old, ...others } = await this.#read();
    await this.#write(key === undefined ? others : { ...others, [target.id]: key });
  }

  /** All that is in the component's folder, less what is another's or made, and what `watch` names. */
  #sourcesOf({ id, plan, artifact }: BuildTarget): readonly FileSet[] {
    if (!plan) return [];
    const { directory } = plan;
    const { targets, manifestPath } = this.#options;
    const others = targets.flatMap(other => (other.id !== id && other.plan?.workdir !== undefined ? [other.plan.directory] : []));
    const made = new Set([
      manifestPath,
      artifact,
      ...targets.map(other => other.artifact),
      ...others.filter(other => below(directory, other)),
    ]);
    return [
      { directory, patterns: ['**/*'], leavesOut: path => made.has(path) || outputNames.has(basename(path)) },
      ...watchedOf({ plan }),
    ];
  }

  /** Undefined: it cannot be told whether it is fresh. */
  async #key({ plan, artifact }: BuildTarget, sources: Snapshot): Promise<string | undefined> {
    if (!plan || artifact === undefined || sources.files.size > filesMax) return undefined;
    const made = await this.#snapshots.take([{ directory: join(artifact, '..'), patterns: [basename(artifact)] }]);
    const makes = made.files.get(artifact);
    if (makes === undefined) return undefined;
    const { commands, directory } = plan;
    const of = [this.#options.profile ?? '', commands, directory, makes, [...sources.files]];
    return createHash('sha256').update(JSON.stringify(of)).digest('hex');
  }

  async #read(): Promise<Records> {
    try {
      return JSON.parse(await readFile(this.#file, 'utf8')) as Records;
    } catch {
      // There is none yet, or it is damaged: everything is built.
      return {};
    }
  }

  /** A folder that cannot be written to costs time at the next build, no more. */
  async #write(records: Records): Promise<void> {
    try {
      await mkdir(this.#options.directory, { recursive: true, mode: 0o700 });
      const making = `${this.#file}.${crypto.randomUUID()}`;
      await writeFile(making, JSON.stringify(records));
      await rename(making, this.#file);
    } catch {
      return;
    }
  }
}

const watchedOf = ({ plan }: Pick<BuildTarget, 'plan'>): readonly FileSet[] =>
  plan ? [{ directory: plan.directory, patterns: plan.watch }] : [];

function below(directory: string, path: string): boolean {
  const inside = relative(directory, path);
  return inside !== '' && inside !== '..' && !inside.startsWith(`..${sep}`);
}
