// `unknown-label`: a component lists a key-value store or database that no runtime configuration defines.
import { keyValueStoresOf, sqliteDatabasesOf } from '../../../app/runtime-config-file.ts';
import { suggest } from '../../../util/suggest.ts';
import type { Diagnosis } from '../diagnosis.ts';
import { replaceValue } from '../edit-manifest.ts';

export const unknownLabels: Diagnosis = {
  name: 'unknown-label',
  examine: async patient => {
    const { manifest, runtimeConfig, stateDirectory } = patient;
    const stores = [...keyValueStoresOf(runtimeConfig, stateDirectory).keys()];
    const databases = [...sqliteDatabasesOf(runtimeConfig, stateDirectory).keys()];
    return [...(manifest?.components ?? [])].flatMap(([id, { keyValueStores, sqliteDatabases }]) =>
      [
        { key: 'key_value_stores', table: 'key_value_store', what: 'key-value store', labels: keyValueStores, known: stores },
        { key: 'sqlite_databases', table: 'sqlite_database', what: 'SQLite database', labels: sqliteDatabases, known: databases },
      ].flatMap(({ key, table, what, labels, known }) =>
        labels.flatMap(({ value, at }, index) => {
          if (known.includes(value)) return [];
          const near = suggest(value, known);
          return [
            {
              message: `the component "${id}" lists the ${what} "${value}", which is not defined`,
              at,
              help: [
                ...(near === undefined ? [] : [`did you mean "${near}"?`]),
                `${near === undefined ? '' : 'or '}define it in a file for --runtime-config-file: [${table}.${value}] with type = "spin"`,
              ],
              fix:
                near === undefined
                  ? undefined
                  : replaceValue(patient, ['component', id, key, String(index)], JSON.stringify(near)),
            },
          ];
        }),
      ),
    );
  },
};
