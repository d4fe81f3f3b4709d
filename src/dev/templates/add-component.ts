// A new component for an app that there is: the template's files beside it, and its snippets in the app's spin.toml.
import { relative, resolve, sep } from 'node:path';

import { readManifest, type ManifestFile } from '../../app/find-manifest.ts';
import { TspinError } from '../../errors.ts';
import { parseDocument } from '../../manifest/document.ts';
import type { Entry } from '../../manifest/entry.ts';
import { systemReason } from '../../util/system-error.ts';
import { replaceFile } from '../replace-file.ts';
import { appendBlock, checkToml } from '../toml/edit.ts';
import { mergeEntries, mergeTables } from '../toml/merge.ts';
import { checkAppName } from './app-name.ts';
import { findTemplate } from './library.ts';
import { valuesFor, type FromTemplateOptions } from './new-app.ts';
import { contentFiles, renderOutputs, renderSnippets, renderTemplate } from './render.ts';
import type { Skips, Template, TemplateVariant } from './template.ts';
import { refuseFilledFolder, writeFiles } from './write.ts';

export interface AddComponentOptions extends FromTemplateOptions {
  readonly manifest: ManifestFile;
  /** Folder of the component, relative to the manifest's. */
  readonly output: string;
}

export interface AddedComponent {
  /** Folder of the component relative to the manifest's, with `/`; undefined when the template has no files. */
  readonly folder: string | undefined;
}

/** Throws TspinError; neither a file nor a change of the manifest is left then. */
export async function addComponent(options: AddComponentOptions): Promise<AddedComponent> {
  checkAppName(options.name);
  const template = await findTemplate(options.library, options.template, 'add');
  const variant = template.addComponent;
  if (!variant) throw new Error('findTemplate gave a template that cannot add');
  const { manifest } = options;
  const text = await readManifest(manifest);
  const root = parseDocument(text, manifest.shown);
  refuseVersion1(root);
  refuseKnown(root, options.name);
  const skips = skipsFor(variant, root);
  const directory = resolve(manifest.directory, options.output);
  const outputPath = relative(manifest.directory, directory).split(sep).join('/') || '.';
  const target = { directory, shownAs: options.output, overwrites: options.overwrites ?? false };
  const hasFiles = await makesFiles(template, skips);
  if (hasFiles) await refuseFilledFolder(target);
  const values = await valuesFor(template, skips, outputPath, options);
  const rendering = { values, versionControl: options.versionControl ?? true, skips };
  const files = await renderTemplate(template, rendering);
  const outputs = await renderOutputs(template, values);
  const edited = withSnippets(text, await renderSnippets(template, variant, rendering), template);
  const below = (at: 'component' | 'manifest'): readonly string[] => outputs.filter(o => o.at === at).map(({ path }) => path);
  const folders = [
    ...below('component'),
    ...below('manifest').map(path => relative(directory, resolve(manifest.directory, path))),
  ];
  const takeAway = hasFiles || folders.length > 0 ? await writeFiles(files, { ...target, folders }) : undefined;
  try {
    await replaceFile(manifest.path, edited);
  } catch (cause) {
    await takeAway?.();
    throw new TspinError('manifest-unwritable', `${manifest.shown} cannot be written: ${systemReason(cause)}`, {
      help: 'check who may write it and its folder',
      cause,
    });
  }
  return { folder: hasFiles ? outputPath : undefined };
}

function refuseVersion1(root: Entry): void {
  const version = root.member('spin_manifest_version') ?? root.member('spin_version');
  if (version?.value !== '1') return;
  throw new TspinError('manifest-version', 'a template adds to version 2 manifests, and this is version 1', {
    at: version.at,
    help: 'convert it first: tspin doctor --fix',
  });
}

/** The snippets define a component of this id: a second one of it would not be TOML. */
function refuseKnown(root: Entry, id: string): void {
  const known = root.member('component')?.member(id);
  if (!known) return;
  throw new TspinError('component-exists', `the app has a component "${id}" already`, {
    at: known.keyAt,
    help: 'give the new one another name',
  });
}

function skipsFor({ skips, conditions }: TemplateVariant, root: Entry): Skips {
  const met = conditions.filter(({ manifestEntry }) => hasEntry(root, manifestEntry));
  const all = [skips, ...met];
  return {
    files: all.flatMap(({ files }) => files),
    parameters: all.flatMap(({ parameters }) => parameters),
    snippets: all.flatMap(({ snippets }) => snippets),
  };
}

function hasEntry(root: Entry, path: string): boolean {
  let entry: Entry | undefined = root;
  for (const part of path.split('.')) entry = entry?.member(part);
  return entry !== undefined;
}

/** Whether anything of `content/` is left; a template of snippets only needs no folder. */
async function makesFiles(template: Template, { files }: Skips): Promise<boolean> {
  return (await contentFiles(template)).some(({ name }) => !files.includes(name));
}

function withSnippets(text: string, snippets: ReadonlyMap<string, string>, { directory }: Template): string {
  let edited = text;
  try {
    for (const [kind, snippet] of snippets) {
      if (kind === 'component') edited = appendBlock(edited, snippet);
      else if (kind === 'variables') edited = mergeEntries(edited, ['variables'], snippet);
      else if (kind === 'application_trigger') edited = mergeTables(edited, snippet);
      else throw new Error(`"${kind}" is no kind of snippet that Spin knows`);
    }
    checkToml(edited);
    return edited;
  } catch (cause) {
    const [reason = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    throw new TspinError(
      'template-invalid',
      `the snippets of the template in ${directory} do not fit into spin.toml: ${reason}`,
      {
        help: 'spin.toml is as it was',
        cause,
      },
    );
  }
}
