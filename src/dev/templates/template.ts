// A template on disk, in Spin's format: metadata/spin-template.toml and the files under content/.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { parse } from 'smol-toml';
import * as v from 'valibot';

import { TspinError } from '../../errors.ts';
import { suggest } from '../../util/suggest.ts';
import { systemReason } from '../../util/system-error.ts';

/** What a template asks for. */
export interface TemplateParameter {
  readonly name: string;
  readonly prompt: string;
  readonly default: string | undefined;
  readonly pattern: RegExp | undefined;
  readonly allowedValues: readonly string[] | undefined;
}

export interface Template {
  readonly id: string;
  readonly description: string;
  readonly parameters: readonly TemplateParameter[];
  /** Paths below `contentDirectory` that a new app does not get. */
  readonly skipFiles: readonly string[];
  readonly contentDirectory: string;
}

/** `tags`, `trigger_type` and `add_component` only matter to `spin templates` and `spin add`. */
const metadataSchema = v.strictObject({
  manifest_version: v.literal('1'),
  id: v.string(),
  description: v.optional(v.string(), ''),
  tags: v.optional(v.unknown()),
  trigger_type: v.optional(v.unknown()),
  add_component: v.optional(v.unknown()),
  new_application: v.optional(
    v.strictObject({ supported: v.optional(v.boolean(), true), skip_files: v.optional(v.array(v.string()), []) }),
    {},
  ),
  parameters: v.optional(
    v.record(
      v.string(),
      v.strictObject({
        type: v.literal('string'),
        prompt: v.string(),
        default: v.optional(v.string()),
        pattern: v.optional(v.string()),
        allowed_values: v.optional(v.array(v.string())),
      }),
    ),
    {},
  ),
});

/** The folder of the templates that come with tspin, in the repository as in the package. */
export const builtInTemplates = (): string => fileURLToPath(new URL('../../../templates', import.meta.url));

/** All templates in a folder of templates, by id. */
export async function listTemplates(directory: string): Promise<readonly Template[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter(entry => entry.isDirectory()).map(entry => entry.name);
  return Promise.all(names.sort().map(name => readTemplate(join(directory, name))));
}

/** Throws TspinError when there is none of that id. */
export async function findTemplate(directory: string, id: string): Promise<Template> {
  const templates = await listTemplates(directory);
  const found = templates.find(template => template.id === id);
  if (found) return found;
  const ids = templates.map(template => template.id);
  const near = suggest(id, ids);
  throw new TspinError('unknown-template', `there is no template "${id}"`, {
    help: [...(near === undefined ? [] : [`did you mean "${near}"?`]), `the templates are: ${ids.join(', ')}`],
  });
}

async function readTemplate(directory: string): Promise<Template> {
  const file = join(directory, 'metadata', 'spin-template.toml');
  try {
    const metadata = v.parse(metadataSchema, parse(await readFile(file, 'utf8')));
    return {
      id: metadata.id,
      description: metadata.description,
      parameters: Object.entries(metadata.parameters).map(([name, parameter]) => ({
        name,
        prompt: parameter.prompt,
        default: parameter.default,
        pattern: parameter.pattern === undefined ? undefined : new RegExp(parameter.pattern, 'u'),
        allowedValues: parameter.allowed_values,
      })),
      skipFiles: metadata.new_application.skip_files,
      contentDirectory: join(directory, 'content'),
    };
  } catch (cause) {
    // The TOML parser's message goes on with the text around the place.
    const [reason] = systemReason(cause).split('\n');
    throw new TspinError('template-invalid', `the template in ${directory} is damaged: ${reason}`, {
      help: 'install tspin again',
      cause,
    });
  }
}
