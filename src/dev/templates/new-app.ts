// A new app from a template: everything is checked and rendered before the first file is written.
import { TspinError } from '../../errors.ts';
import { readAuthor } from './author.ts';
import { checkAppName } from './app-name.ts';
import { findTemplate, type TemplateLibrary } from './library.ts';
import type { Values } from './liquid.ts';
import { resolveParameters, type Ask } from './parameters.ts';
import { renderOutputs, renderTemplate, type RenderedFile } from './render.ts';
import type { Skips, Template } from './template.ts';
import { setTargets } from './targets.ts';
import { refuseFilledFolder, writeFiles } from './write.ts';

/** What a new app and a new component have in common. */
export interface FromTemplateOptions {
  /** In kebab-case. */
  readonly name: string;
  /** Id of the template, e.g. `http-ts`. */
  readonly template: string;
  readonly library: TemplateLibrary;
  readonly values: Values;
  /** Where git is asked for the author. */
  readonly cwd: string;
  /** Asks for parameters that were not given; undefined: their defaults count. */
  readonly ask?: Ask | undefined;
  readonly acceptDefaults?: boolean;
  readonly onRefusal?: (reason: string) => void;
  /** Whether the files come with a .gitignore. */
  readonly versionControl?: boolean;
  readonly overwrites?: boolean;
}

export interface NewAppOptions extends FromTemplateOptions {
  /** Absolute folder to write to, made when it is not there. */
  readonly directory: string;
  /** The folder as the user wrote it; messages and the template's `output-path` have it. */
  readonly shownDirectory: string;
  /** Written to the manifest as `targets`. */
  readonly targetEnvironments?: readonly string[];
}

/** Resolves to the paths of the written files, relative to the app's folder. Throws TspinError. */
export async function createApp(options: NewAppOptions): Promise<readonly string[]> {
  checkAppName(options.name);
  const template = await findTemplate(options.library, options.template, 'new');
  const skips = template.newApplication?.skips ?? noSkips;
  const target = { directory: options.directory, shownAs: options.shownDirectory, overwrites: options.overwrites ?? false };
  await refuseFilledFolder(target);
  const values = await valuesFor(template, skips, options.shownDirectory, options);
  const rendered = await renderTemplate(template, { values, versionControl: options.versionControl ?? true, skips });
  const files = rendered.map(file => withTargets(file, options.targetEnvironments ?? []));
  const folders = await renderOutputs(template, values);
  await writeFiles(files, { ...target, folders: folders.map(({ path }) => path) });
  return files.map(({ path }) => path);
}

export const noSkips: Skips = { files: [], parameters: [], snippets: [] };

/** The parameters and what Spin has besides them. Throws TspinError. */
export async function valuesFor(
  template: Template,
  skips: Skips,
  outputPath: string,
  options: FromTemplateOptions,
): Promise<Values> {
  const asking = { id: template.id, parameters: template.parameters, skipped: skips.parameters };
  const parameters = await resolveParameters(asking, {
    given: options.values,
    ask: options.ask,
    acceptDefaults: options.acceptDefaults ?? false,
    onRefusal: options.onRefusal ?? (() => undefined),
  });
  const { author, username } = await readAuthor(options.cwd);
  return new Map([
    ...parameters,
    ['project-name', options.name],
    ['authors', author],
    ['username', username],
    ['output-path', outputPath],
  ]);
}

function withTargets(file: RenderedFile, targets: readonly string[]): RenderedFile {
  if (targets.length === 0 || file.path !== 'spin.toml' || typeof file.content !== 'string') return file;
  try {
    return { ...file, content: setTargets(file.content, targets) };
  } catch (cause) {
    throw new TspinError('template-invalid', 'the template makes a spin.toml that cannot be given target environments', {
      cause,
    });
  }
}
