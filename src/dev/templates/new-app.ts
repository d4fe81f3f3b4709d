// A new app from a template: everything is checked and rendered before the first file is written.
import { readAuthor } from './author.ts';
import { checkAppName } from './app-name.ts';
import type { Values } from './liquid.ts';
import { resolveParameters, type Ask } from './parameters.ts';
import { renderTemplate } from './render.ts';
import { builtInTemplates, findTemplate } from './template.ts';
import { refuseFilledFolder, writeFiles } from './write.ts';

export interface NewAppOptions {
  /** In kebab-case. */
  readonly name: string;
  /** Id of the template, e.g. `http-ts`. */
  readonly template: string;
  /** Absolute folder to write to, made when it is not there. */
  readonly directory: string;
  /** The folder as the user wrote it; messages and the template's `output-path` have it. */
  readonly shownDirectory: string;
  readonly values: Values;
  /** Where git is asked for the author. */
  readonly cwd: string;
  /** Asks for parameters that were not given; undefined: their defaults count. */
  readonly ask?: Ask | undefined;
  readonly acceptDefaults?: boolean;
  readonly onRefusal?: (reason: string) => void;
  /** Whether the app gets a .gitignore. */
  readonly versionControl?: boolean;
  readonly overwrites?: boolean;
  /** Absolute; by default the folder of the templates in the package. */
  readonly templatesDirectory?: string;
}

/** Resolves to the paths of the written files, relative to the app's folder. Throws TspinError. */
export async function createApp(options: NewAppOptions): Promise<readonly string[]> {
  checkAppName(options.name);
  const template = await findTemplate(options.templatesDirectory ?? builtInTemplates(), options.template);
  const target = { directory: options.directory, shownAs: options.shownDirectory, overwrites: options.overwrites ?? false };
  await refuseFilledFolder(target);
  const parameters = await resolveParameters(template, {
    given: options.values,
    ask: options.ask,
    acceptDefaults: options.acceptDefaults ?? false,
    onRefusal: options.onRefusal ?? (() => undefined),
  });
  const { author, username } = await readAuthor(options.cwd);
  const values = new Map([
    ...parameters,
    ['project-name', options.name],
    ['authors', author],
    ['username', username],
    ['output-path', options.shownDirectory],
  ]);
  const files = await renderTemplate(template, { values, versionControl: options.versionControl ?? true });
  await writeFiles(files, target);
  return files.map(({ path }) => path);
}
