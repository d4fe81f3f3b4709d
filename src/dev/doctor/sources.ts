// The components of an app whose source is a file, with that file's state.
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';

import type { ComponentSection } from '../../manifest/component.ts';
import type { SourceLocation } from '../../errors.ts';
import type { Patient } from './diagnosis.ts';

export interface SourceFile {
  readonly component: string;
  readonly section: ComponentSection;
  /** As the manifest has it. */
  readonly shown: string;
  /** Absolute. */
  readonly path: string;
  readonly at: SourceLocation;
  /** Undefined: there is no such file. */
  readonly modifiedMs: number | undefined;
}

export async function sourceFiles({ manifest, file }: Patient): Promise<readonly SourceFile[]> {
  const found: SourceFile[] = [];
  for (const [component, section] of manifest?.components ?? []) {
    if (section.source.kind !== 'file') continue;
    const { path: shown, at } = section.source;
    const path = resolve(file.directory, shown);
    const stats = await stat(path).catch(() => undefined);
    found.push({ component, section, shown, path, at, modifiedMs: stats?.isFile() ? stats.mtimeMs : undefined });
  }
  return found;
}
