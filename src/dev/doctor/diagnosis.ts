// What a diagnosis is: it examines an app, and says what it found and how that is cured.
import type { ManifestFile } from '../../app/find-manifest.ts';
import type { LoadedRuntimeConfig } from '../../app/runtime-config-file.ts';
import type { SourceLocation, TspinError } from '../../errors.ts';
import type { Entry } from '../../manifest/entry.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import type { Machine } from './machine.ts';

/** The app as it is at this moment. Whatever cannot be read is undefined: then `problem` says why. */
export interface Patient {
  readonly file: ManifestFile;
  readonly text: string;
  /** Undefined: the manifest is not TOML. */
  readonly root: Entry | undefined;
  readonly manifest: Manifest | undefined;
  readonly problem: TspinError | undefined;
  readonly runtimeConfig: LoadedRuntimeConfig;
  /** Absolute; undefined: state is kept in memory. */
  readonly stateDirectory: string | undefined;
  readonly machine: Machine;
}

export interface Finding {
  /** Name of the diagnosis: stable, scripts may rely on it. */
  readonly diagnosis: string;
  /** One sentence without a full stop. */
  readonly message: string;
  readonly at?: SourceLocation | undefined;
  /** What to do, one a line. */
  readonly help: readonly string[];
  readonly fix?: Fix | undefined;
}

export interface Fix {
  /** What it does: `set spin_manifest_version = 2`. */
  readonly about: string;
  /** Throws TspinError when it does not work. */
  readonly apply: () => Promise<void>;
}

export interface Diagnosis {
  readonly name: string;
  readonly examine: (patient: Patient) => Promise<readonly Omit<Finding, 'diagnosis'>[]>;
}
