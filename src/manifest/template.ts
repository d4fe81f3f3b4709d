// The `{{ name }}` syntax of component variables (spin-behaviour 1.10). No escape, no nesting, no defaults.
import type { Entry, Located } from './entry.ts';
import { invalidValue } from './mistakes.ts';
import { string, type Reader } from './readers.ts';

export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string };

export interface Template extends Located<string> {
  readonly parts: readonly TemplatePart[];
}

export const template: Reader<Template> = entry => {
  const value = string(entry);
  return { value, at: entry.at, parts: parseTemplate(entry, value) };
};

function parseTemplate(entry: Entry, value: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let at = 0;
  for (let open = value.indexOf('{{'); open !== -1; open = value.indexOf('{{', at)) {
    if (open > at) parts.push({ kind: 'text', text: value.slice(at, open) });
    const close = value.indexOf('}}', open + 2);
    if (close === -1)
      throw invalidValue(
        entry,
        `${JSON.stringify(value)} has a {{ without its }}`,
        'write {{ name }} with the name of an application variable',
      );
    parts.push({ kind: 'variable', name: variableIn(entry, value.slice(open + 2, close)) });
    at = close + 2;
  }
  if (at < value.length) parts.push({ kind: 'text', text: value.slice(at) });
  return parts;
}

function variableIn(entry: Entry, expression: string): string {
  const name = expression.trim();
  const isKey = /^[a-z][a-z0-9_]*$/.test(name) && !name.includes('__') && !name.endsWith('_');
  if (isKey) return name;
  const help = 'between {{ and }} stands the name of an application variable, in lower_snake_case';
  throw invalidValue(entry, `{{${expression}}} does not name a variable`, help);
}
