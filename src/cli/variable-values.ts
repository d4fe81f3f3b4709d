// The values of --variable: KEY=VALUE, KEY=@FILE, @FILE.json, @FILE.toml (spin-behaviour 5.1).
import { TspinError } from '../errors.ts';
import type { VariableOption } from '../index.ts';
import { identifierProblem, repairIdentifier, lowerSnake } from '../manifest/identifier.ts';

/** The files are not read yet. */
export const parseVariables = (texts: readonly string[]): readonly VariableOption[] => texts.map(parseVariable);

function parseVariable(text: string): VariableOption {
  if (text.startsWith('@')) return parseFile(text.slice(1));
  const equals = text.indexOf('=');
  if (equals < 0) throw notAVariable(text, 'has no "="');
  if (equals === 0) throw notAVariable(text, 'has no name before the "="');
  const name = checkName(text.slice(0, equals));
  const value = text.slice(equals + 1);
  if (!value.startsWith('@')) return { name, value };
  if (value === '@') throw notAVariable(text, 'has no path after the "@"');
  return { name, valueFile: value.slice(1) };
}

function parseFile(file: string): VariableOption {
  if (/\.(?:json|toml)$/.test(file)) return { file };
  const help = `a file of several variables ends in .json or .toml; for the text of one: --variable greeting=@${file || 'greeting.txt'}`;
  throw new TspinError('option-invalid-value', `--variable takes a file of JSON or TOML, and got "@${file}"`, { help });
}

function checkName(name: string): string {
  const problem = identifierProblem(name, lowerSnake);
  if (problem === undefined) return name;
  const repaired = repairIdentifier(name, lowerSnake);
  throw new TspinError('option-invalid-value', `--variable gets "${name}", which is no name of a variable: ${problem}`, {
    help: repaired === undefined ? 'for example: --variable greeting=hello' : `write --variable ${repaired}=…`,
  });
}

const notAVariable = (text: string, found: string): TspinError =>
  new TspinError('option-invalid-value', `--variable takes KEY=VALUE, KEY=@FILE or @FILE, and "${text}" ${found}`, {
    help: 'for example: --variable greeting=hello',
  });
