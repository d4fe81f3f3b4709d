// The sources of the components that are watched: which changed since they were built, and which the build itself writes.
import type { BuildTarget } from '../../app/app.ts';
import { changedPaths, type FileSet, type Snapshot, type Snapshots } from '../../util/snapshot.ts';

/** A component whose sources changed since its last build. */
export interface Stale {
  readonly id: string;
  /** Absolute. */
  readonly paths: readonly string[];
}

/** A build that changes its own sources is run again, as the change may be the user's; after so many times it is the build's. */
const followUpsMax = 2;

/** A build is ended for a file that changed meanwhile so many times in a row; then it runs to its end. */
const cancelsMax = 3;

class Source {
  target: BuildTarget;
  /** What the last build was of. */
  built: Snapshot | undefined;
  /** As `commands` in one text: another command is another build. */
  command: string | undefined;
  /** At the beginning of the build that runs or ran last. */
  began: Snapshot | undefined;
  /** Its first build has ended: from then on builds may be cancelled. */
  isComplete = false;
  /** Files that the build writes: changes during a build are its own. */
  readonly generated = new Set<string>();
  duringLast: readonly string[] = [];
  followUps = 0;
  cancels = 0;

  constructor(target: BuildTarget) {
    this.target = target;
  }
}

export class Sources {
  readonly #snapshots: Snapshots;
  readonly #say: (message: string) => void;
  readonly #sources = new Map<string, Source>();

  constructor(snapshots: Snapshots, say: (message: string) => void) {
    this.#snapshots = snapshots;
    this.#say = say;
  }

  /** What is looked at, of all components. */
  sets(targets: readonly BuildTarget[]): readonly FileSet[] {
    return targets.flatMap(setOf);
  }

  /** The components to build now: those whose sources or commands are not those of the last build. Their builds begin now. */
  async look(targets: readonly BuildTarget[]): Promise<readonly Stale[]> {
    const stale: Stale[] = [];
    for (const target of targets) {
      if (!target.plan) continue;
      const source = this.#of(target);
      const now = await this.#snapshots.take(setOf(target));
      const paths = changedPaths(source.built, now);
      const command = JSON.stringify([target.plan.commands, target.plan.directory]);
      if (source.built && paths.length === 0 && source.command === command) continue;
      source.began = now;
      stale.push({ id: target.id, paths: source.built ? paths : [] });
    }
    return stale;
  }

  /** True when the sources of one of these changed since its build began, so that the build is for nothing. */
  async cancels(ids: readonly string[]): Promise<boolean> {
    for (const source of this.#these(ids)) {
      if (!source.isComplete || source.cancels >= cancelsMax) continue;
      const paths = changedPaths(source.began, await this.#snapshots.take(setOf(source.target)));
      if (!paths.some(path => !source.generated.has(path))) continue;
      source.cancels += 1;
      return true;
    }
    return false;
  }

  /** The builds of these have ended, well or not. What changed meanwhile is built again, unless the build itself keeps writing it. */
  async built(ids: readonly string[]): Promise<void> {
    for (const source of this.#these(ids)) {
      const now = await this.#snapshots.take(setOf(source.target));
      const changed = changedPaths(source.began, now).filter(path => !source.generated.has(path));
      source.followUps = changed.length > 0 && changed.every(path => source.duringLast.includes(path)) ? source.followUps + 1 : 0;
      source.duringLast = changed;
      if (source.followUps >= followUpsMax) {
        for (const path of changed) source.generated.add(path);
        this.#say(generatedText(source.target.id, changed));
      }
      source.built = withGenerated(source.began, now, source.generated);
      source.command = source.target.plan && JSON.stringify([source.target.plan.commands, source.target.plan.directory]);
      source.isComplete = true;
      source.cancels = 0;
    }
  }

  #these(ids: readonly string[]): readonly Source[] {
    return ids.flatMap(id => this.#sources.get(id) ?? []);
  }

  #of(target: BuildTarget): Source {
    const source = this.#sources.get(target.id) ?? new Source(target);
    source.target = target;
    this.#sources.set(target.id, source);
    return source;
  }
}

const setOf = ({ plan }: BuildTarget): readonly FileSet[] => (plan ? [{ directory: plan.directory, patterns: plan.watch }] : []);

/** What the build was of, with the files that it writes as they are now. */
function withGenerated(began: Snapshot | undefined, now: Snapshot, generated: ReadonlySet<string>): Snapshot {
  const files = new Map([...(began?.files ?? [])].filter(([path]) => !generated.has(path)));
  for (const [path, hash] of now.files) if (generated.has(path)) files.set(path, hash);
  return { files, folders: now.folders };
}

const shownMax = 3;

const generatedText = (id: string, paths: readonly string[]): string =>
  `the build of component "${id}" writes what its \`watch\` names, another content each time: ${paths.slice(0, shownMax).join(', ')}` +
  `${paths.length > shownMax ? ` and ${paths.length - shownMax} more` : ''}; changes during a build are taken for its own from now on`;
