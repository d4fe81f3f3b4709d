// A component whose file is a dependency of another is built before it (spin-behaviour 5.4).
import { posix } from 'node:path';

import type { ComponentSection } from '../manifest/component.ts';
import type { Manifest } from '../manifest/manifest.ts';

/** Manifest order, except that dependencies come first. In a circle, manifest order decides. */
export function buildOrder({ components }: Manifest): readonly (readonly [string, ComponentSection])[] {
  const ordered = new Map<string, ComponentSection>();
  const visiting = new Set<string>();
  const visit = (id: string, component: ComponentSection): void => {
    if (visiting.has(id)) return;
    visiting.add(id);
    for (const [other, candidate] of components) if (dependsOn(component, other, candidate)) visit(other, candidate);
    ordered.set(id, component);
  };
  for (const [id, component] of components) visit(id, component);
  return [...ordered];
}

/** Ids of the components that each one directly depends on. */
export function buildDependencies({ components }: Manifest): ReadonlyMap<string, readonly string[]> {
  const all = [...components];
  return new Map(
    all.map(([id, component]) => [
      id,
      all.filter(other => other[0] !== id && dependsOn(component, ...other)).map(([other]) => other),
    ]),
  );
}

function dependsOn({ dependencies }: ComponentSection, otherId: string, other: ComponentSection): boolean {
  return dependencies.some(({ source }) => {
    if (source.kind === 'component') return source.component.value === otherId;
    const paths = source.kind === 'file' && other.source.kind === 'file' ? [source.path, other.source.path] : [];
    const [path, otherPath] = paths.map(posix.normalize);
    return path !== undefined && path === otherPath;
  });
}
