// The WIT of MySQL as values: fermyon:spin/mysql, without a version and at 2.0.0, and spin:mysql@3.0.0 (spin-behaviour 3.6).
import { asyncFunc, waitingFunc, witInterface } from '../../wit/interface.ts';
import { borrow, future, list, own, resource, result, stream, string, tuple, type WitResource } from '../../wit/types.ts';
import type { Unconnected } from '../outbound/server-access.ts';
import {
  declareError,
  declareErrorV1,
  declareValues,
  errorV2,
  rowSetV1,
  rowSetV2,
  valuesV1,
  valuesV2,
} from '../rdbms/declarations.ts';

const address = ['address', string] as const;
const statement = ['statement', string] as const;

const errorV1 = declareErrorV1('mysql-error');
const paramsV1 = [address, statement, ['params', list(valuesV1.parameter)]] as const;

export const mysqlV1 = witInterface('fermyon:spin/mysql', undefined, {
  types: [errorV1],
  functions: {
    query: waitingFunc(paramsV1, result(rowSetV1, errorV1)),
    execute: waitingFunc(paramsV1, result(null, errorV1)),
  },
});

const connectionV2: WitResource<Unconnected> = resource<Unconnected>('connection');
const paramsV2 = [['self', borrow(connectionV2)], statement, ['params', list(valuesV2.parameter)]] as const;

export const mysqlV2 = witInterface('fermyon:spin/mysql', '2.0.0', {
  resources: [connectionV2],
  functions: {
    '[static]connection.open': waitingFunc([address], result(own(connectionV2), errorV2)),
    '[method]connection.query': waitingFunc(paramsV2, result(rowSetV2, errorV2)),
    '[method]connection.execute': waitingFunc(paramsV2, result(null, errorV2)),
  },
});

const connectionV3: WitResource<Unconnected> = resource<Unconnected>('connection');
const errorV3 = declareError();
const valuesV3 = declareValues();
const paramsV3 = [['self', borrow(connectionV3)], statement, ['params', list(valuesV3.parameter)]] as const;

export const mysqlV3 = witInterface('spin:mysql/mysql', '3.0.0', {
  resources: [connectionV3],
  types: [errorV3, ...Object.values(valuesV3)],
  functions: {
    '[static]connection.open': asyncFunc([address], result(own(connectionV3), errorV3)),
    '[method]connection.query': asyncFunc(
      paramsV3,
      result(tuple(list(valuesV3.column), stream(valuesV3.row), future(result(null, errorV3))), errorV3),
    ),
    '[method]connection.execute': asyncFunc(paramsV3, result(null, errorV3)),
  },
});
