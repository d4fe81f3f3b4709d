// A template on disk, in Spin's format: metadata/spin-template.toml, metadata/snippets/ and the files under content/.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { parse } from 'smol-toml';
import * as v from 'valibot';

import { TspinError } from '../../errors.ts';
import { systemReason } from '../../util/system-error.ts';

/** What a template asks for. */
export interface TemplateParameter {
  readonly name: string;
  readonly prompt: string;
  readonly default: string | undefined;
  readonly pattern: RegExp | undefined;
  readonly allowedValues: readonly string[] | undefined;
}

/** What is left out of a template. */
export interface Skips {
  /** Paths below `contentDirectory`. */
  readonly files: readonly string[];
  /** Names of parameters that are not asked for. */
  readonly parameters: readonly string[];
  /** Kinds of snippet. */
  readonly snippets: readonly string[];
}

/** What is left out when the manifest has an entry: a dotted path such as `application.trigger.redis`. */
export interface TemplateCondition extends Skips {
  readonly manifestEntry: string;
}

/** How a template makes a new app, or adds to one. */
export interface TemplateVariant {
  readonly skips: Skips;
  /** File names in `snippetsDirectory` by kind: component, variables, application_trigger. */
  readonly snippets: ReadonlyMap<string, string>;
  readonly conditions: readonly TemplateCondition[];
}

/** A folder that is made beside the files, empty. */
export interface TemplateOutput {
  /** In Liquid. */
  readonly path: string;
  readonly at: 'component' | 'manifest';
}

export interface Template {
  readonly id: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly parameters: readonly TemplateParameter[];
  /** Undefined: the template does not do that. */
  readonly newApplication: TemplateVariant | undefined;
  readonly addComponent: TemplateVariant | undefined;
  readonly outputs: readonly TemplateOutput[];
  readonly directory: string;
  readonly contentDirectory: string;
  readonly snippetsDirectory: string;
}

const names = v.optional(v.array(v.string()), []);
const skips = { skip_files: names, skip_parameters: names };
const variantSchema = v.strictObject({
  supported: v.optional(v.boolean(), true),
  ...skips,
  snippets: v.optional(v.record(v.string(), v.string()), {}),
  conditions: v.optional(
    v.record(
      v.string(),
      v.strictObject({ condition: v.strictObject({ manifest_entry_exists: v.string() }), ...skips, skip_snippets: names }),
    ),
    {},
  ),
});
const parameterSchema = v.strictObject({
  type: v.literal('string'),
  prompt: v.string(),
  default: v.optional(v.string()),
  pattern: v.optional(v.string()),
  allowed_values: v.optional(v.array(v.string())),
});
/** Spin reads `trigger_type` and uses it no more. */
const metadataSchema = v.strictObject({
  manifest_version: v.literal('1'),
  id: v.string(),
  description: v.optional(v.string(), ''),
  tags: names,
  trigger_type: v.optional(v.unknown()),
  add_component: v.optional(variantSchema),
  new_application: v.optional(variantSchema),
  parameters: v.optional(v.record(v.string(), parameterSchema), {}),
  outputs: v.optional(
    v.record(
      v.string(),
      v.strictObject({
        action: v.literal('create_dir'),
        path: v.string(),
        at: v.optional(v.picklist(['component', 'manifest']), 'component'),
      }),
    ),
    {},
  ),
});

/** Throws TspinError `template-invalid`. */
export async function readTemplate(
  directory: string,
  help: string = 'install it again, or remove its folder',
): Promise<Template> {
  const file = join(directory, 'metadata', 'spin-template.toml');
  try {
    const metadata = v.parse(metadataSchema, parse(await readFile(file, 'utf8')));
    return {
      id: metadata.id,
      description: metadata.description,
      tags: metadata.tags,
      parameters: Object.entries(metadata.parameters).map(([name, parameter]) => parameterOf(name, parameter)),
      // A template makes new apps unless it says otherwise, and adds to them only if it says so.
      newApplication: metadata.new_application === undefined ? plainVariant : variantOf(metadata.new_application),
      addComponent: metadata.add_component && variantOf(metadata.add_component),
      outputs: Object.values(metadata.outputs),
      directory,
      contentDirectory: join(directory, 'content'),
      snippetsDirectory: join(directory, 'metadata', 'snippets'),
    };
  } catch (cause) {
    // The TOML parser's message goes on with the text around the place.
    const [reason] = systemReason(cause).split('\n');
    throw new TspinError('template-invalid', `the template in ${directory} is damaged: ${reason}`, {
      help,
      cause,
    });
  }
}

/** Whether a folder looks like a template. */
export const isTemplate = (directory: string): boolean => existsSync(join(directory, 'metadata', 'spin-template.toml'));

const plainVariant: TemplateVariant = {
  skips: { files: [], parameters: [], snippets: [] },
  snippets: new Map(),
  conditions: [],
};

function variantOf(raw: v.InferOutput<typeof variantSchema>): TemplateVariant | undefined {
  if (!raw.supported) return undefined;
  return {
    skips: { files: raw.skip_files, parameters: raw.skip_parameters, snippets: [] },
    snippets: new Map(Object.entries(raw.snippets)),
    conditions: Object.values(raw.conditions).map(({ condition, skip_files, skip_parameters, skip_snippets }) => ({
      manifestEntry: condition.manifest_entry_exists,
      files: skip_files,
      parameters: skip_parameters,
      snippets: skip_snippets,
    })),
  };
}

function parameterOf(name: string, raw: v.InferOutput<typeof parameterSchema>): TemplateParameter {
  return {
    name,
    prompt: raw.prompt,
    default: raw.default,
    pattern: raw.pattern === undefined ? undefined : new RegExp(raw.pattern, 'u'),
    allowedValues: raw.allowed_values,
  };
}
