// A fix that changes the text of the manifest.
import { TspinError } from '../../errors.ts';
import { systemReason } from '../../util/system-error.ts';
import { replaceFile } from '../replace-file.ts';
import type { Position } from '../../manifest/locate.ts';
import { positionOf, replaceSpan, type TomlPath } from '../toml/edit.ts';
import type { Fix, Patient } from './diagnosis.ts';

export function editManifest({ file, text }: Patient, about: string, edit: (text: string) => string): Fix {
  return { about, apply: () => writeManifest(file, edit(text)) };
}

/** Throws TspinError `manifest-unwritable`. */
export async function writeManifest({ path, shown }: Patient['file'], text: string): Promise<void> {
  try {
    await replaceFile(path, text);
  } catch (cause) {
    throw new TspinError('manifest-unwritable', `${shown} cannot be written: ${systemReason(cause)}`, {
      help: 'check who may write it and its folder',
      cause,
    });
  }
}

/** Replaces a value; undefined when it is not written where it is expected, as in a component that stands in a trigger. */
export function replaceValue(patient: Patient, path: TomlPath, value: string): Fix | undefined {
  const position = positionOf(patient.text, path);
  return (
    position &&
    editManifest(patient, `write ${value}`, text => replaceSpan(text, positionOf(text, path)?.value ?? position.value, value))
  );
}

/** Removes the lines of a key and its value; undefined when it has no lines of its own. */
export function removeEntry(patient: Patient, path: TomlPath): Fix | undefined {
  const position = positionOf(patient.text, path);
  if (!position || position.key.start === position.value.start) return undefined;
  const { text } = patient;
  const start = text.lastIndexOf('\n', position.key.start - 1) + 1;
  const newline = text.indexOf('\n', position.value.end);
  const end = newline < 0 ? text.length : newline + 1;
  const isAlone =
    text.slice(start, position.key.start).trim() === '' && /^(#.*)?$/.test(text.slice(position.value.end, end).trim());
  if (!isAlone) return undefined;
  return editManifest(patient, `remove ${path.at(-1)} of ${path.slice(0, -1).join('.')}`, () =>
    replaceSpan(text, { start, end }, ''),
  );
}

/** Removes a table with all its entries; undefined when it is not written with a header of its own. */
export function removeTable(patient: Patient, path: TomlPath): Fix | undefined {
  const { text } = patient;
  const position = positionOf(text, path);
  if (!position || position.key.start !== position.value.start || !/^\s*\]/.test(text.slice(position.value.end)))
    return undefined;
  const start = text.lastIndexOf('\n', position.value.start - 1) + 1;
  const newline = text.indexOf('\n', endOf(position));
  // One of the blank lines around it goes too.
  const rest = text.slice(newline < 0 ? text.length : newline + 1).replace(/^\r?\n/, '');
  return editManifest(patient, `remove [[${path.slice(0, -1).join('.')}]]`, () => text.slice(0, start) + rest);
}

const endOf = ({ value, children }: Position): number => Math.max(value.end, ...[...children.values()].map(endOf));
