// The rule for names of new apps: kebab-case, because the name becomes the id of the app's component.
import { TspinError } from '../../errors.ts';
import { identifierProblem, kebab, repairIdentifier } from '../../manifest/identifier.ts';

/** Throws TspinError with the name that was probably meant. */
export function checkAppName(name: string): void {
  const problem = identifierProblem(name, kebab);
  if (problem === undefined) return;
  const repaired = repairIdentifier(name, kebab);
  throw new TspinError('invalid-app-name', `"${name}" cannot be the name of an app: ${problem}`, {
    help: repaired === undefined ? 'for example: hello-world' : `write ${repaired}`,
  });
}
