// The rule for the names that a guest may ask for (spin-behaviour 1.10).

/** What is wrong with the name, as the end of a sentence; undefined when it is valid. */
export function variableNameProblem(name: string): string | undefined {
  if (name === '') return 'must not be empty';
  const [stranger] = /[^a-z0-9_]/u.exec(name) ?? [];
  if (stranger !== undefined) {
    return `invalid character ${JSON.stringify(stranger)}: a name has only lower-case letters, digits and underscores`;
  }
  if (!/^[a-z]/.test(name)) return 'must start with a lower-case letter';
  if (name.endsWith('_')) return 'must end with a lower-case letter or a digit';
  return name.includes('__') ? 'must not have several underscores in a row' : undefined;
}
