// `outbound-hosts`: entries of `allowed_outbound_hosts` that no connection can ever match.
import { BlockedNetworks } from '../../../host/outbound/blocked-networks.ts';
import { componentOf } from '../../../manifest/outbound-host/allowed-host.ts';
import { InvalidAllowedHost, parseAllowedHost } from '../../../manifest/outbound-host/parse-allowed-host.ts';
import type { Template } from '../../../manifest/template.ts';
import { suggest } from '../../../util/suggest.ts';
import type { Diagnosis, Finding, Patient } from '../diagnosis.ts';
import { replaceValue } from '../edit-manifest.ts';

type Found = Omit<Finding, 'diagnosis'>;

export const outboundHosts: Diagnosis = {
  name: 'outbound-hosts',
  examine: async patient => {
    const networks = BlockedNetworks.of(patient.runtimeConfig.config.outboundNetworking);
    return [...(patient.manifest?.components ?? [])].flatMap(([id, { allowedOutboundHosts }]) =>
      allowedOutboundHosts.flatMap((entry, index): readonly Found[] => {
        const path = ['component', id, 'allowed_outbound_hosts', String(index)];
        const found = examineEntry(entry, patient, networks);
        if (!found) return [];
        const { replacement, ...rest } = found;
        return [{ ...rest, at: entry.at, fix: replacement === undefined ? undefined : replaceValue(patient, path, replacement) }];
      }),
    );
  },
};

type EntryProblem = Pick<Found, 'message' | 'help'> & { readonly replacement?: string };

function examineEntry(entry: Template, patient: Patient, networks: BlockedNetworks): EntryProblem | undefined {
  // What a variable makes of it is known only when the app runs.
  if (entry.parts.some(({ kind }) => kind !== 'text')) return undefined;
  const shown = `the outbound host ${JSON.stringify(entry.value)}`;
  let allowed;
  try {
    allowed = parseAllowedHost(entry.value);
  } catch (error) {
    if (!(error instanceof InvalidAllowedHost)) throw error;
    return { message: error.message, help: [error.help ?? []].flat() };
  }
  if (allowed.host.kind !== 'exact') return undefined;
  const { host } = allowed.host;
  if (networks.blocks(host)) {
    return {
      message: `${shown} can never be connected to: the runtime configuration blocks its network`,
      help: ['take it out, or change block_networks of [outbound_networking]'],
    };
  }
  const target = componentOf(host);
  const callable = (patient.manifest?.triggers ?? []).flatMap(({ component }) => (component ? [component.value] : []));
  if (target === undefined || callable.some(id => id.toLowerCase() === target)) return undefined;
  const near = suggest(target, callable);
  return {
    message: `${shown} never answers: the app has no component "${target}" with a trigger`,
    help: [near === undefined ? `the components are: ${callable.join(', ')}` : `did you mean "${near}"?`],
    ...(near !== undefined && { replacement: JSON.stringify(entry.value.replace(target, near)) }),
  };
}
