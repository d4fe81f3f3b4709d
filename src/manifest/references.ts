// Checks what one section of a manifest says about another: triggers, dependencies and templates name things that exist.
import { TspinError } from '../errors.ts';
import { suggest } from '../util/suggest.ts';
import type { ComponentSection } from './component.ts';
import type { Located } from './entry.ts';
import type { Manifest } from './manifest.ts';
import type { Template } from './template.ts';

export function checkReferences(manifest: Manifest): void {
  for (const trigger of manifest.triggers) {
    const references = [...(trigger.component ? [trigger.component] : []), ...[...trigger.roles.values()].flat()];
    for (const reference of references) componentNamed(manifest, reference, 'a trigger');
    for (const { source } of [...trigger.dependencies.values()].flat()) {
      if (source.kind === 'component') componentNamed(manifest, source.component, 'a trigger');
    }
  }
  for (const [id, component] of manifest.components) {
    checkDependencies(manifest, id, component);
    checkTemplates(manifest, id, component);
  }
}

function componentNamed(manifest: Manifest, { value, at }: Located<string>, who: string): ComponentSection {
  const found = manifest.components.get(value);
  if (found) return found;
  const near = suggest(value, manifest.components.keys());
  const help = near ? `did you mean "${near}"?` : `add [component.${value}] with its source`;
  throw new TspinError('manifest-unknown-component', `${who} names the component "${value}", which the manifest does not have`, {
    at,
    help,
  });
}

function checkDependencies(manifest: Manifest, id: string, component: ComponentSection): void {
  const profiles = [...component.profiles.values()].flatMap(({ dependencies }) => dependencies);
  for (const { source, name } of [...component.dependencies, ...profiles]) {
    if (source.kind !== 'component') continue;
    const dependency = componentNamed(manifest, source.component, `the dependency "${name.text}" of "${id}"`);
    const owned = ownResources(dependency);
    if (owned.length === 0) continue;
    const message = `the component "${source.component.value}" cannot be a dependency of "${id}": it has ${owned.join(', ')} of its own`;
    const help = 'a dependency has no resources of its own: give them to the component that uses it';
    throw new TspinError('manifest-invalid-value', message, { at: source.component.at, help });
  }
}

function ownResources(component: ComponentSection): readonly string[] {
  const sizes: Readonly<Record<string, number>> = {
    variables: component.variables.size,
    environment: component.environment.size,
    files: component.files.length,
    allowed_outbound_hosts: component.allowedOutboundHosts.length + component.allowedHttpHosts.length,
    key_value_stores: component.keyValueStores.length,
    sqlite_databases: component.sqliteDatabases.length,
    ai_models: component.aiModels.length,
    dependencies: component.dependencies.length,
  };
  return Object.keys(sizes).filter(key => sizes[key] !== 0);
}

function checkTemplates({ variables }: Manifest, id: string, component: ComponentSection): void {
  for (const [name, template] of component.variables) checkTemplate(variables, template, `the variable "${name}" of "${id}"`);
  for (const host of component.allowedOutboundHosts) checkTemplate(variables, host, `\`allowed_outbound_hosts\` of "${id}"`);
}

function checkTemplate(variables: Manifest['variables'], { parts, at }: Template, who: string): void {
  const unknown = parts.find(part => part.kind === 'variable' && !variables.has(part.name));
  if (unknown?.kind !== 'variable') return;
  const near = suggest(unknown.name, variables.keys());
  const message = `${who} uses {{ ${unknown.name} }}, which [variables] does not have`;
  const help = near ? `did you mean {{ ${near} }}?` : `add ${unknown.name} = { required = true } to [variables]`;
  throw new TspinError('manifest-invalid-value', message, { at, help });
}
