// Compares what a component imports with what the host offers, before a port opens: an import that nobody serves is refused by name.
import { TspinError, type SourceLocation } from '../errors.ts';
import { suggest } from '../util/suggest.ts';
import type { WitInterface } from '../wit/interface.ts';
import { interfaceKey, versioned } from '../wit/name.ts';

/** One interface that a component imports, with the functions that it uses. */
export interface ImportedInterface {
  /** Without version: `wasi:io/poll`. */
  readonly interface: string;
  readonly version: string | undefined;
  readonly functions: readonly string[];
}

/** Interfaces that Spin has and tspin does not serve yet, by package (spin-behaviour 3.1). */
const spinPackages = [
  'fermyon:spin/',
  'spin:key-value/',
  'spin:variables/',
  'spin:redis/',
  'spin:mqtt/',
  'spin:mysql/',
  'spin:sqlite/',
  'spin:postgres/',
  'wasi:keyvalue/',
  'wasi:config/',
  'wasi:otel/',
  'wasi:http/',
  'wasi:cli/',
  'wasi:clocks/',
  'wasi:filesystem/',
  'wasi:io/',
  'wasi:random/',
  'wasi:sockets/',
] as const;

export interface ImportingComponent {
  readonly id: string;
  readonly at: SourceLocation | undefined;
  readonly imports: readonly ImportedInterface[];
}

/**
 * Throws when the component imports an interface or a function that the host does not offer. `unserved`: keys of interfaces
 * that may be imported all the same.
 */
export function checkImports(
  component: ImportingComponent,
  offered: readonly WitInterface[],
  unserved: ReadonlySet<string>,
): void {
  const byKey = new Map(offered.map(wit => [interfaceKey(wit.name, wit.version), wit]));
  for (const imported of component.imports) {
    const key = interfaceKey(imported.interface, imported.version);
    const wit = byKey.get(key);
    if (!wit && unserved.has(key)) continue;
    if (!wit) throw missingInterface(component, imported, offered);
    const missing = imported.functions.find(name => !(name in wit.functions));
    if (missing !== undefined) throw missingFunction(component, imported, missing, wit);
  }
}

const written = ({ interface: name, version }: ImportedInterface): string => versioned(name, version);

function missingInterface(
  component: ImportingComponent,
  imported: ImportedInterface,
  offered: readonly WitInterface[],
): TspinError {
  const name = written(imported);
  const others = offered.filter(wit => wit.name === imported.interface).map(wit => wit.version);
  const meant = suggest(imported.interface, [...new Set(offered.map(wit => wit.name))]);
  if (spinPackages.some(prefix => imported.interface.startsWith(prefix))) {
    const help =
      others.length > 0
        ? servedVersions(others)
        : [
            ...(meant === undefined ? [] : [`did you mean ${meant}?`]),
            'build the component without it, or run the app with Spin',
          ];
    return new TspinError('import-not-served', `component "${component.id}" imports ${name}, which tspin does not serve yet`, {
      at: component.at,
      help,
    });
  }
  return new TspinError('unknown-import', `component "${component.id}" imports ${name}, which no Spin version provides`, {
    at: component.at,
    help: meant
      ? `did you mean ${meant}?`
      : 'build it with a Spin SDK, or link what it imports into it beforehand, e.g. with wac plug',
  });
}

function servedVersions(versions: readonly (string | undefined)[]): string {
  const named = versions.filter(version => version !== undefined);
  return named.length === 0
    ? 'tspin serves it without a version'
    : `tspin serves version ${named.join(', ')} and those compatible with it`;
}

function missingFunction(
  component: ImportingComponent,
  imported: ImportedInterface,
  missing: string,
  wit: WitInterface,
): TspinError {
  const message = `component "${component.id}" imports the function ${missing} of ${written(imported)}, which has no such function`;
  const meant = suggest(missing, Object.keys(wit.functions));
  return new TspinError('unknown-import', message, {
    at: component.at,
    help: meant ? `did you mean ${meant}?` : `its functions are: ${Object.keys(wit.functions).join(', ')}`,
  });
}
