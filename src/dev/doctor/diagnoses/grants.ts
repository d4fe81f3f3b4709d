// `grants`: what the manifest grants a component, against what the component imports.
import type { ComponentSection } from '../../../manifest/component.ts';
import type { Diagnosis, Finding, Patient } from '../diagnosis.ts';
import { removeEntry } from '../edit-manifest.ts';
import { importedInterfaces } from '../imports.ts';
import { sourceFiles } from '../sources.ts';
import { setInTable } from '../../toml/edit.ts';
import { editManifest } from '../edit-manifest.ts';

interface Grant {
  readonly key: string;
  readonly what: string;
  readonly isGranted: (section: ComponentSection) => boolean;
  /** An interface that is of no use without the grant. */
  readonly interfaces: RegExp;
  /** What a component that imports it most often wants; undefined: that cannot be told. */
  readonly usual: string | undefined;
}

const grantKinds: readonly Grant[] = [
  {
    key: 'key_value_stores',
    what: 'key-value stores',
    isGranted: ({ keyValueStores }) => keyValueStores.length > 0,
    interfaces: /^(?:fermyon:spin|spin:key-value)\/key-value$|^wasi:keyvalue\//,
    usual: '["default"]',
  },
  {
    key: 'sqlite_databases',
    what: 'SQLite databases',
    isGranted: ({ sqliteDatabases }) => sqliteDatabases.length > 0,
    interfaces: /^(?:fermyon:spin|spin:sqlite)\/sqlite$/,
    usual: '["default"]',
  },
  {
    key: 'ai_models',
    what: 'AI models',
    isGranted: ({ aiModels }) => aiModels.length > 0,
    interfaces: /^(?:fermyon:spin|spin:llm)\/llm$/,
    usual: undefined,
  },
  {
    key: 'allowed_outbound_hosts',
    what: 'outbound hosts',
    isGranted: ({ allowedOutboundHosts }) => allowedOutboundHosts.length > 0,
    // Every JavaScript component imports these, so that they are imported says nothing: see `saysWhatItNeeds`.
    interfaces:
      /^wasi:http\/(?:outgoing-handler|client|handler)$|^wasi:sockets\/|^fermyon:spin\/(?:http|redis|mysql|postgres|mqtt)$|^spin:(?:redis|mysql|postgres|mqtt)\/|^spin:http\//,
    usual: undefined,
  },
];

type Found = Omit<Finding, 'diagnosis'>;

export const grants: Diagnosis = {
  name: 'grants',
  examine: async patient => {
    const found: Found[] = [];
    for (const { component, section, path, modifiedMs } of await sourceFiles(patient)) {
      const imports = modifiedMs === undefined ? undefined : await importedInterfaces(path);
      if (!imports || section.dependencies.length > 0) continue;
      const uses = (grant: Grant): boolean => [...imports].some(name => grant.interfaces.test(name));
      for (const grant of grantKinds) {
        if (grant.isGranted(section) && !uses(grant)) found.push(unused(component, section, grant, patient));
        if (!grant.isGranted(section) && grant.usual !== undefined && uses(grant) && saysWhatItNeeds(imports))
          found.push(missing(component, section, grant, patient));
      }
    }
    return found;
  },
};

/** Python's SDK imports all that Spin has, used or not: nothing follows from that. */
function saysWhatItNeeds(imports: ReadonlySet<string>): boolean {
  const kinds = [/\/key-value$/, /\/sqlite$/, /\/llm$/, /(?:\/|:)redis/, /(?:\/|:)mysql/, /(?:\/|:)postgres/, /(?:\/|:)mqtt/];
  return kinds.filter(kind => [...imports].some(name => kind.test(name))).length < 4;
}

function unused(component: string, section: ComponentSection, { key, what }: Grant, patient: Patient): Found {
  return {
    message: `the component "${component}" is granted ${what} and imports nothing to use them with`,
    at: section.at,
    help: [`remove ${key}: a component should have no more than it needs`],
    fix: removeEntry(patient, ['component', component, key]),
  };
}

function missing(component: string, section: ComponentSection, grant: Grant, patient: Patient): Found {
  const { key, what, usual = '[]' } = grant;
  const isInline = patient.root?.member('component')?.member(component) === undefined;
  return {
    message: `the component "${component}" imports ${what} and is granted none: each use of one will be denied`,
    at: section.at,
    help: [`write ${key} = ${usual} under [component.${component}]`],
    fix: isInline
      ? undefined
      : editManifest(patient, `write ${key} = ${usual}`, text => setInTable(text, ['component', component], key, usual)),
  };
}
