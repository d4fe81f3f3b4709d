// The values of a template's parameters: given, asked for, or its defaults.
import { TspinError } from '../../errors.ts';
import { suggest } from '../../util/suggest.ts';
import type { Values } from './liquid.ts';
import type { TemplateParameter } from './template.ts';

/** What is needed of a template. */
export interface Asking {
  readonly id: string;
  readonly parameters: readonly TemplateParameter[];
  /** Names of parameters that are not asked for, and have a value only if one is given or there is a default. */
  readonly skipped: readonly string[];
}

/** Asks for one line; the answer may be empty. */
export type Ask = (question: string) => Promise<string>;

export interface ParameterSources {
  readonly given: Values;
  /** Undefined when nobody can be asked. */
  readonly ask: Ask | undefined;
  readonly acceptDefaults: boolean;
  /** Told why an answer was not taken, before the question is put again. */
  readonly onRefusal: (reason: string) => void;
}

/** Throws TspinError for a value that the template does not take, and for one that is missing with nobody to ask. */
export async function resolveParameters(template: Asking, sources: ParameterSources): Promise<Values> {
  checkGiven(template, sources.given);
  const values = new Map<string, string>();
  for (const parameter of template.parameters) {
    const { name } = parameter;
    const isSkipped = template.skipped.includes(name);
    const value = isSkipped ? (sources.given.get(name) ?? parameter.default) : await resolve(parameter, template, sources);
    if (value !== undefined) values.set(name, value);
  }
  return values;
}

function checkGiven({ id, parameters }: Asking, given: Values): void {
  for (const [name, value] of given) {
    const parameter = parameters.find(candidate => candidate.name === name);
    const names = parameters.map(candidate => candidate.name);
    if (!parameter) {
      const near = suggest(name, names);
      throw new TspinError('template-parameter', `the template ${id} has no parameter "${name}"`, {
        help: near === undefined ? `its parameters are: ${names.join(', ')}` : `did you mean "${near}"?`,
      });
    }
    const problem = problemOf(parameter, value);
    if (problem !== undefined) {
      throw new TspinError('template-parameter', `the value "${value}" of ${name} ${problem}`, {
        help: `for example: --value ${name}=${parameter.allowedValues?.[0] ?? parameter.default ?? 'text'}`,
      });
    }
  }
}

async function resolve(parameter: TemplateParameter, { id }: Asking, sources: ParameterSources): Promise<string> {
  const { given, ask, acceptDefaults, onRefusal } = sources;
  const value = given.get(parameter.name);
  if (value !== undefined) return value;
  if (parameter.default !== undefined && (acceptDefaults || !ask)) return parameter.default;
  if (!ask) {
    throw new TspinError('template-parameter', `the template ${id} needs a value for ${parameter.name} (${parameter.prompt})`, {
      help: `add --value ${parameter.name}=...`,
    });
  }
  for (;;) {
    const answer = (await ask(questionFor(parameter))).trim();
    const chosen = answer === '' && parameter.default !== undefined ? parameter.default : answer;
    const problem = problemOf(parameter, chosen);
    if (problem === undefined) return chosen;
    onRefusal(`"${chosen}" ${problem}`);
  }
}

function questionFor({ prompt, default: preset, allowedValues }: TemplateParameter): string {
  const choices = allowedValues === undefined ? '' : ` (${allowedValues.join(', ')})`;
  return `${prompt}${choices}${preset ? ` [${preset}]` : ''}: `;
}

/** What is wrong with a value, as the end of a sentence. */
function problemOf({ pattern, allowedValues }: TemplateParameter, value: string): string | undefined {
  if (allowedValues && !allowedValues.includes(value)) return `is not one of: ${allowedValues.join(', ')}`;
  if (pattern && !pattern.test(value)) return `does not match the pattern ${pattern.source.replaceAll('\\/', '/')}`;
  return undefined;
}
