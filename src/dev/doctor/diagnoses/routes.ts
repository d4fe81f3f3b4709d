// `duplicate-route` and `unreachable-route`: triggers that no request comes to.
import { TspinError } from '../../../errors.ts';
import { componentOf } from '../../../manifest/outbound-host/allowed-host.ts';
import { InvalidAllowedHost, parseAllowedHost } from '../../../manifest/outbound-host/parse-allowed-host.ts';
import type { HttpSettings } from '../../../manifest/http-trigger.ts';
import type { ManifestTrigger } from '../../../manifest/normalise.ts';
import { parseRoute, type Route } from '../../../trigger/http/route.ts';
import type { Diagnosis, Finding, Patient } from '../diagnosis.ts';
import { removeTable } from '../edit-manifest.ts';

type Found = Omit<Finding, 'diagnosis'>;
type HttpTrigger = ManifestTrigger & { readonly settings: HttpSettings };

interface Routed {
  readonly trigger: HttpTrigger;
  readonly route: Route;
  /** Of its `[[trigger.http]]`. */
  readonly index: number;
}

export const duplicateRoutes: Diagnosis = {
  name: 'duplicate-route',
  examine: async patient => {
    const last = new Map<string, Routed>();
    const found: Found[] = [];
    for (const routed of routesOf(patient)) {
      const { written } = routed.route;
      const earlier = last.get(written);
      last.set(written, routed);
      if (!earlier) continue;
      found.push({
        message: `the route "${written}" is given twice: only the later trigger, of ${nameOf(routed)}, is served`,
        at: earlier.trigger.settings.route.at,
        help: ['give one of the two another route, or remove the first'],
        fix: removeTable(patient, ['trigger', 'http', String(earlier.index)]),
      });
    }
    return found;
  },
};

export const unreachableRoutes: Diagnosis = {
  name: 'unreachable-route',
  examine: async patient => [...invalid(patient), ...reserved(patient), ...alike(patient), ...uncalled(patient)],
};

function httpTriggers({ manifest }: Patient): readonly HttpTrigger[] {
  return (manifest?.triggers ?? []).filter((trigger): trigger is HttpTrigger => trigger.settings.kind === 'http');
}

const nameOf = ({ trigger }: Routed): string => `"${trigger.component?.value ?? trigger.id}"`;

function routesOf(patient: Patient): readonly Routed[] {
  return httpTriggers(patient).flatMap((trigger, index) => {
    const { value, at } = trigger.settings.route;
    if (typeof value !== 'string') return [];
    const route = parsed(value, at);
    return route instanceof TspinError ? [] : [{ trigger, route, index }];
  });
}

function parsed(...[written, at]: Parameters<typeof parseRoute>): Route | TspinError {
  try {
    return parseRoute(written, at);
  } catch (error) {
    if (error instanceof TspinError) return error;
    throw error;
  }
}

function invalid(patient: Patient): readonly Found[] {
  return httpTriggers(patient).flatMap(({ settings: { route } }) => {
    const result = typeof route.value === 'string' ? parsed(route.value, route.at) : undefined;
    return result instanceof TspinError ? [{ message: result.message, at: route.at, help: result.help }] : [];
  });
}

const reservedPrefix = '/.well-known/spin/';

function reserved(patient: Patient): readonly Found[] {
  return routesOf(patient)
    .filter(({ route }) => route.normalised.startsWith(reservedPrefix))
    .map(({ route, trigger }) => ({
      message: `the route "${route.written}" is never asked: the host answers ${reservedPrefix} itself`,
      at: trigger.settings.route.at,
      help: ['choose another route'],
    }));
}

/** Routes that are written differently and take the same paths, such as `/:a` and `/:b`: the first takes them all. */
function alike(patient: Patient): readonly Found[] {
  const first = new Map<string, Routed>();
  return routesOf(patient).flatMap(routed => {
    const { route, trigger } = routed;
    const shape = JSON.stringify(route.segments.map(segment => (segment.kind === 'param' ? { kind: 'param' } : segment)));
    const known = first.get(shape);
    if (!known) first.set(shape, routed);
    if (!known || known.route.written === route.written) return [];
    return [
      {
        message: `the route "${route.written}" is never asked: "${known.route.written}" of ${nameOf(known)} takes the same paths`,
        at: trigger.settings.route.at,
        help: ['choose another route, or remove the trigger'],
        fix: removeTable(patient, ['trigger', 'http', String(routed.index)]),
      },
    ];
  });
}

/** A private route is only reached by other components, which have to be allowed to. */
function uncalled(patient: Patient): readonly Found[] {
  const entries = [...(patient.manifest?.components.values() ?? [])].flatMap(({ allowedOutboundHosts }) => allowedOutboundHosts);
  // A variable may allow anything.
  if (entries.some(({ parts }) => parts.some(({ kind }) => kind !== 'text'))) return [];
  const callers = entries.map(({ value }) => allowedComponent(value));
  return httpTriggers(patient).flatMap(({ settings: { route }, component }) => {
    if (typeof route.value === 'string' || !component) return [];
    if (callers.some(caller => caller === 'any' || caller === component.value.toLowerCase())) return [];
    return [
      {
        message: `nothing reaches the component "${component.value}": its route is private and no component may call it`,
        at: route.at,
        help: [`allow a component to: allowed_outbound_hosts = ["http://${component.value}.spin.internal"]`],
      },
    ];
  });
}

/** The component that an entry allows calls to, in lower case. */
function allowedComponent(entry: string): string | undefined {
  try {
    const { host } = parseAllowedHost(entry);
    if (host.kind === 'any' || host.kind === 'components') return 'any';
    return host.kind === 'exact' ? componentOf(host.host) : undefined;
  } catch (error) {
    if (error instanceof InvalidAllowedHost) return undefined;
    throw error;
  }
}
