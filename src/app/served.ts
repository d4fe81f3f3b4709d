// What a manifest may say and this version does not serve is refused at start, with its place: nothing is ignored silently.
// Harmless and accepted: `targets`, `tool`, `authors`, `exclude_files` without `files`, `profile` tables when no profile is chosen.
import { TspinError, type SourceLocation } from '../errors.ts';
import type { ComponentSection } from '../manifest/component.ts';
import type { Manifest } from '../manifest/manifest.ts';
import type { ManifestTrigger } from '../manifest/normalise.ts';
import { suggest } from '../util/suggest.ts';
import type { Selection } from './selection.ts';

/** @throws TspinError `manifest-not-served`; `manifest-invalid-value` for what Spin itself refuses at start. */
export function refuseUnserved(manifest: Manifest, { triggers, components }: Selection): void {
  refuseHttpBase(manifest);
  for (const trigger of triggers) refuseTrigger(trigger, manifest);
  for (const component of components.values()) refuseComponent(component);
}

function notServed(what: string, at: SourceLocation, help?: string): TspinError {
  return new TspinError('manifest-not-served', `tspin does not serve ${what} yet`, { at, help });
}

function refuseHttpBase({ application: { httpBase } }: Manifest): void {
  if (!httpBase || httpBase.value === '/') return;
  const message = `the base "${httpBase.value}" is not supported: Spin has no base paths any more`;
  const help = `remove \`base\` and begin each route with it, e.g. route = "${httpBase.value.replace(/\/$/, '')}/..."`;
  throw new TspinError('manifest-invalid-value', message, { at: httpBase.at, help });
}

function refuseTrigger({ type, settings, at, roles, dependencies }: ManifestTrigger, { version }: Manifest): void {
  if (settings.kind !== 'http') {
    const meansHttp = settings.kind === 'other' && suggest(type, ['http']) !== undefined;
    const written = version === 1 ? 'trigger = { type = "http" }' : '[[trigger.http]]';
    const others = version === 1 ? '' : '; leave others out with -c';
    throw notServed(
      `triggers of type "${type}"`,
      at,
      meansHttp ? `did you mean ${written}?` : `tspin serves ${written}${others}`,
    );
  }
  const [role] = [...roles.values()].flat();
  if (role) throw notServed('`components` of a trigger', role.at, 'name the one that answers in `component`');
  const stranger = [...dependencies].find(([name]) => name !== 'middleware');
  if (stranger) throw unknownRole(stranger[0], stranger[1][0]?.at ?? at);
  const [middleware] = [...dependencies.values()].flat();
  if (middleware) throw notServed('middleware', middleware.at, 'compose it with the component beforehand, e.g. with wac plug');
}

const unknownRole = (role: string, at: SourceLocation): TspinError =>
  new TspinError('manifest-invalid-value', `an HTTP trigger has no dependencies of the kind "${role}"`, {
    at,
    help: 'Spin knows dependencies = { middleware = [...] }',
  });

function refuseComponent(component: ComponentSection): void {
  const { source } = component;
  if (source.kind === 'package') {
    throw notServed('components from a registry', source.at, 'download the Wasm file and write its path: source = "app.wasm"');
  }
  const [dependency] = component.dependencies;
  if (dependency)
    throw notServed('component dependencies', dependency.at, 'compose the components beforehand, e.g. with wac plug');
}
