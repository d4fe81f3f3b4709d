// A component's allowed outbound hosts, checked as far as they are known when the app is loaded (spin-behaviour 1.11, 2.7).
import { TspinError, type SourceLocation } from '../errors.ts';
import type { ComponentSection } from '../manifest/component.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { componentOf, type AllowedHost } from '../manifest/outbound-host/allowed-host.ts';
import { convertAllowedHttpHost } from '../manifest/outbound-host/allowed-http-host.ts';
import { InvalidAllowedHost, parseAllowedHost } from '../manifest/outbound-host/parse-allowed-host.ts';
import type { Template } from '../manifest/template.ts';
import { suggest } from '../util/suggest.ts';
import type { Selection } from './selection.ts';

/** Entries as they are once their templates are replaced; these mean nothing, so that a variable can switch an entry off. */
export const isNoEntry = (entry: string): boolean => ['', 'http://', 'https://'].includes(entry.trim());

/** The component's entries, those of the older `allowed_http_hosts` among them. Throws TspinError. */
export function outboundHostsOf(section: ComponentSection): readonly Template[] {
  const converted = section.allowedHttpHosts.flatMap(({ value, at }) =>
    located(at, () => convertAllowedHttpHost(value)).map(text => ({ value: text, at, parts: [{ kind: 'text', text } as const] })),
  );
  return [...section.allowedOutboundHosts, ...converted];
}

/** What is to be said of a manifest's outbound hosts. */
export function outboundWarnings(manifest: Manifest, { components }: Selection): readonly string[] {
  return [...components].flatMap(([id, section]) => [
    // In version 1 it is the way to say it.
    ...(manifest.version === 1 ? [] : deprecated(id, section)),
    ...unknownTargets(manifest, id, section),
  ]);
}

/**
 * Refuses what can be seen to be wrong before any request: entries that are none, and, of an app that is started in part,
 * calls to components that are left out. Throws TspinError.
 */
export function checkOutboundHosts(manifest: Manifest, { components }: Selection): void {
  const isLeftOut = (id: string): boolean => isTriggered(manifest, id) && !components.has(id);
  for (const [id, section] of components) {
    for (const { allowed, at } of known(manifest, section)) {
      if (allowed.host.kind === 'components' && [...manifest.components.keys()].some(isLeftOut)) {
        throw leftOut(`the component "${id}" may call every component of the app, and -c leaves some out`, at);
      }
      const target = chainedComponent(allowed);
      if (target !== undefined && isLeftOut(target)) {
        throw leftOut(`the component "${id}" may call the component "${target}", which -c leaves out`, at);
      }
    }
  }
}

interface KnownEntry {
  readonly allowed: AllowedHost;
  readonly at: SourceLocation;
}

/** Those whose text is known when the app is loaded: without templates, or with those of variables that have defaults. */
function known(manifest: Manifest, section: ComponentSection): readonly KnownEntry[] {
  return outboundHostsOf(section).flatMap(entry => {
    const text = withDefaults(manifest, entry);
    if (text === undefined || (text !== entry.value && isNoEntry(text))) return [];
    return [{ allowed: located(entry.at, () => parseAllowedHost(text)), at: entry.at }];
  });
}

function withDefaults({ variables }: Manifest, { parts }: Template): string | undefined {
  let text = '';
  for (const part of parts) {
    const value = part.kind === 'text' ? part.text : variables.get(part.name)?.defaultValue;
    if (value === undefined) return undefined;
    text += value;
  }
  return text;
}

const isTriggered = ({ triggers }: Manifest, id: string): boolean =>
  triggers.some(({ component }) => component?.value.toLowerCase() === id.toLowerCase());

const chainedComponent = ({ host }: AllowedHost): string | undefined =>
  host.kind === 'exact' ? componentOf(host.host) : undefined;

function leftOut(message: string, at: SourceLocation): TspinError {
  return new TspinError('chained-component-left-out', message, { at, help: 'keep it with another -c, or leave out -c' });
}

function deprecated(id: string, { allowedHttpHosts: [first], allowedHttpHosts }: ComponentSection): readonly string[] {
  if (!first) return [];
  const instead = allowedHttpHosts.flatMap(({ value }) => convertAllowedHttpHost(value)).map(entry => JSON.stringify(entry));
  const { file, line } = first.at;
  return [
    `${file}:${line}: \`allowed_http_hosts\` of "${id}" is deprecated: write allowed_outbound_hosts = [${instead.join(', ')}]`,
  ];
}

/** A call to such a host would end the guest. */
function unknownTargets(manifest: Manifest, id: string, section: ComponentSection): readonly string[] {
  const ids = [...manifest.components.keys()];
  return known(manifest, section).flatMap(({ allowed, at }) => {
    const target = chainedComponent(allowed);
    if (target === undefined || isTriggered(manifest, target)) return [];
    const near = suggest(
      target,
      ids.filter(one => isTriggered(manifest, one)),
    );
    const why = ids.includes(target)
      ? 'which no trigger names: give it one with route = { private = true }'
      : `which the app does not have${near === undefined ? '' : `; did you mean "${near}"?`}`;
    return [`${at.file}:${at.line}: "${id}" may call the component "${target}", ${why}`];
  });
}

function located<T>(at: SourceLocation, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof InvalidAllowedHost)) throw error;
    throw new TspinError('manifest-invalid-value', error.message, { at, help: error.help, cause: error });
  }
}
