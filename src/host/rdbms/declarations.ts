// The WIT of what MySQL and PostgreSQL share, as values: fermyon:spin/rdbms-types, without a version and at 2.0.0 (spin-behaviour 3.6).
import { witInterface } from '../../wit/interface.ts';
import {
  alias,
  bool,
  bytes,
  enumeration,
  f32,
  f64,
  list,
  record,
  s16,
  s32,
  s64,
  s8,
  string,
  u16,
  u32,
  u64,
  u8,
  variant,
} from '../../wit/types.ts';

const integers = { int8: s8, int16: s16, int32: s32, int64: s64, uint8: u8, uint16: u16, uint32: u32, uint64: u64 } as const;
const scalars = { boolean: bool, ...integers, floating32: f32, floating64: f64, str: string, binary: bytes } as const;

/** Each version owns types of its own, which are the same. */
export function declareValues() {
  const dataType = enumeration('db-data-type', [
    'boolean',
    'int8',
    'int16',
    'int32',
    'int64',
    'uint8',
    'uint16',
    'uint32',
    'uint64',
    'floating32',
    'floating64',
    'str',
    'binary',
    'other',
  ]);
  const value = variant('db-value', { ...scalars, 'db-null': null, unsupported: null });
  const column = record('column', { name: string, 'data-type': dataType });
  const row = alias('row', list(value));
  return { dataType, value, parameter: variant('parameter-value', { ...scalars, 'db-null': null }), column, row };
}

/** Of all versions but those without one. */
export const declareError = () =>
  variant('error', {
    'connection-failed': string,
    'bad-parameter': string,
    'query-failed': string,
    'value-conversion-failed': string,
    other: string,
  });

/** Of MySQL and PostgreSQL without a version, which call it by a name of their own. */
export const declareErrorV1 = (name: string) =>
  variant(name, {
    success: null,
    'connection-failed': string,
    'bad-parameter': string,
    'query-failed': string,
    'value-conversion-failed': string,
    'other-error': string,
  });

export const valuesV1 = declareValues();
export const rowSetV1 = record('row-set', { columns: list(valuesV1.column), rows: list(valuesV1.row) });

export const rdbmsTypesV1 = witInterface('fermyon:spin/rdbms-types', undefined, {
  types: [...Object.values(valuesV1), rowSetV1],
  functions: {},
});

export const valuesV2 = declareValues();
export const rowSetV2 = record('row-set', { columns: list(valuesV2.column), rows: list(valuesV2.row) });
export const errorV2 = declareError();

export const rdbmsTypesV2 = witInterface('fermyon:spin/rdbms-types', '2.0.0', {
  types: [errorV2, ...Object.values(valuesV2), rowSetV2],
  functions: {},
});
