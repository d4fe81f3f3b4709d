// Which profile was built last, in Spin's own file beside the app (spin-behaviour 1.14): `.spin/last-build.txt`.
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What Spin writes for a build without --profile. */
const anonymous = '<anonymous>';

const fileIn = (directory: string): string => join(directory, '.spin', 'last-build.txt');

/** After a build. Without profiles there is nothing to remember; a note that cannot be written stops nobody, as in Spin. */
export async function rememberBuild(directory: string, profile: string | undefined): Promise<void> {
  const file = fileIn(directory);
  const isKept = profile !== undefined || (await stat(file).catch(() => undefined)) !== undefined;
  if (!isKept) return;
  const write = async (): Promise<void> => {
    await mkdir(join(directory, '.spin'), { recursive: true });
    await writeFile(file, profile ?? anonymous);
  };
  await write().catch(() => undefined);
}

/** A warning when another profile was built last than the one that is to run. */
export async function differsFromLastBuild(directory: string, profile: string | undefined): Promise<string | undefined> {
  const text = await readFile(fileIn(directory), 'utf8').catch(() => anonymous);
  const last = text === anonymous ? undefined : text;
  if (last === profile) return undefined;
  const named = (one: string | undefined): string => (one === undefined ? 'no profile' : `the profile "${one}"`);
  const option = profile === undefined ? '' : ` --profile ${profile}`;
  return `the last build was of ${named(last)}, and ${named(profile)} is run: if the app behaves like an older version, run \`tspin up --build${option}\``;
}
