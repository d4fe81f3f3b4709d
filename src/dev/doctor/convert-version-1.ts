// A version 1 manifest as the text of one of version 2 that means the same (spin-behaviour 1.17).
import type { TomlTable, TomlValue } from 'smol-toml';

import type { Entry } from '../../manifest/entry.ts';
import { quoteKey } from '../../manifest/entry.ts';
import { kebab, repairIdentifier, identifierProblem } from '../../manifest/identifier.ts';
import { convertAllowedHttpHost } from '../../manifest/outbound-host/allowed-http-host.ts';
import { inlineToml } from '../toml/edit.ts';

/** What Spin 1 allowed every component without being asked. */
const alwaysAllowed = ['redis://*:*', 'mysql://*:*', 'postgres://*:*'];

/** Throws InvalidAllowedHost for an entry of `allowed_http_hosts` that is none. */
export function convertVersion1(root: Entry): string {
  const { type, ...globals } = (root.member('trigger')?.table ?? {}) as { type: string } & TomlTable;
  // `base` of HTTP triggers went; the routes get it.
  const { base, ...kept } = globals;
  const prefix = type === 'http' && typeof base === 'string' ? base.replace(/\/$/, '') : '';
  const globalTable = type === 'http' ? kept : globals;
  const components = root.member('component')?.elements ?? [];
  return [
    'spin_manifest_version = 2\n',
    table('application', pick(root, ['name', 'version', 'description', 'authors'])),
    ...(Object.keys(globalTable).length > 0 ? [table(`application.trigger.${quoteKey(type)}`, globalTable)] : []),
    ...(root.member('variables') ? [table('variables', root.member('variables')?.table ?? {})] : []),
    ...components.flatMap(component => [triggerText(component, type, prefix), componentText(component)]),
  ].join('\n');
}

function triggerText(component: Entry, type: string, prefix: string): string {
  const settings = component.member('trigger')?.table ?? {};
  const { route } = settings;
  const id = idOf(component);
  return table(
    `trigger.${quoteKey(type)}`,
    { id: `trigger-${id}`, component: id, ...settings, ...(typeof route === 'string' && { route: `${prefix}${route}` }) },
    ['[[', ']]'],
  );
}

function componentText(component: Entry): string {
  const id = idOf(component);
  const { build, config, allowed_http_hosts: http, ...rest } = component.table ?? {};
  const { id: _id, trigger: _trigger, ...entries } = rest;
  const hosts = Array.isArray(http) ? http.flatMap(host => convertAllowedHttpHost(typeof host === 'string' ? host : '')) : [];
  const given = entries['allowed_outbound_hosts'];
  const outbound: TomlValue = Array.isArray(given) ? [...given, ...hosts] : [...hosts, ...alwaysAllowed];
  const main = table(`component.${id}`, {
    ...entries,
    ...(config !== undefined && { variables: config }),
    allowed_outbound_hosts: outbound,
  });
  return build === undefined ? main : `${main}\n${table(`component.${id}.build`, build as TomlTable)}`;
}

/** Version 1 took ids that are no kebab-case. */
function idOf(component: Entry): string {
  const id = textOf(component.member('id'));
  return identifierProblem(id, kebab) === undefined ? id : (repairIdentifier(id, kebab) ?? id);
}

/** A string's text; '' for what is none. */
export const textOf = (entry: Entry | undefined): string => (typeof entry?.value === 'string' ? entry.value : '');

function pick(entry: Entry, keys: readonly string[]): TomlTable {
  const values = keys.map(key => [key, entry.member(key)?.value] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined)) as TomlTable;
}

function table(name: string, entries: TomlTable, [open, close] = ['[', ']']): string {
  const lines = Object.entries(entries).map(([key, value]) => `${quoteKey(key)} = ${inlineToml(value)}\n`);
  return `${open}${name}${close}\n${lines.join('')}`;
}
