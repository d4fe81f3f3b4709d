// What a case of the suite declares: a mistake of a user's, as files, a command line and how the process is to end.
import { join } from 'node:path';
import type { TestContext } from 'node:test';

export const repository: string = join(import.meta.dirname, '..', '..');

/** A text or bytes; or a folder, a link, a file with a mode. Folders above are made. */
export type Entry =
  | string
  | Uint8Array
  | { readonly kind: 'folder'; readonly mode?: number }
  | { readonly kind: 'file'; readonly content: string | Uint8Array; readonly mode: number }
  | { readonly kind: 'link'; readonly to: string };

/** Where one case runs. */
export interface Place {
  /** The app's folder, the process's working directory. */
  readonly app: string;
  /** HOME of the process. */
  readonly home: string;
  /** TMPDIR of the process. */
  readonly temporary: string;
}

/** Something that a case needs beside files, such as a taken port. What it opens it closes with `t.after`. */
export type Arrange = (place: Place, t: TestContext) => Promise<Arranged> | Arranged;

export interface Arranged {
  readonly argv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** In place of Node and bin/tspin.js: a program and its first arguments, which the words are added to. */
  readonly wrapper?: readonly string[];
  /** Another path that differs from one run to the next, shown as `<tspin>`. */
  readonly hidden?: string;
}

export interface Mistake {
  /** A sentence; the golden file is named after it. */
  readonly name: string;
  /** Paths below the app's folder. */
  readonly files?: Readonly<Record<string, Entry>> | undefined;
  /** The words after `tspin`. */
  readonly argv: readonly string[];
  readonly exit: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Run as the user nobody when the tests run as root, whom no permission stops. */
  readonly asNobody?: boolean;
  /** The component is sound, so the cache that all tests share may be filled with it. */
  readonly soundComponent?: boolean;
  /** The component can be made ready, and the process has a cache of its own to keep it in. */
  readonly fillsCache?: boolean;
  /** A file that a start may rewrite without changing what it says: its bytes are not compared. */
  readonly rewritten?: string;
  readonly arrange?: Arrange;
  /** Why the case cannot run here; undefined when it can. */
  readonly skip?: string | undefined;
}

/** The golden file's name: the sentence in kebab-case. */
export const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
