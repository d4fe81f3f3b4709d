// Reads only what a build needs, so that an app whose manifest is otherwise wrong (or of version 1) can still be built, as in Spin.
import { readBuild, type BuildSection } from './build.ts';
import { parseDocument } from './document.ts';
import type { Entry } from './entry.ts';
import { string } from './readers.ts';

/**
 * The `build` of each component, by id, in file order.
 * @throws TspinError when the text is not TOML, or a `build` itself is wrong.
 */
export function parseBuildSections(text: string, file: string): ReadonlyMap<string, BuildSection | undefined> {
  const components = parseDocument(text, file).member('component');
  if (!components) return new Map();
  const version2 = components.members.map(component => [String(component.path.at(-1)), buildOf(component)] as const);
  const version1 = components.elements.flatMap(component => {
    const id = component.member('id');
    return id ? [[string(id), buildOf(component)] as const] : [];
  });
  return new Map([...version2, ...version1]);
}

function buildOf(component: Entry): BuildSection | undefined {
  const build = component.member('build');
  return build && readBuild(build);
}
