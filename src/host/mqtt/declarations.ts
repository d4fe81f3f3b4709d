// The WIT of MQTT as values: fermyon:spin/mqtt@2.0.0 and spin:mqtt@3.0.0 (spin-behaviour 3.7).
import { asyncFunc, waitingFunc, witInterface } from '../../wit/interface.ts';
import {
  alias,
  borrow,
  bytes,
  enumeration,
  own,
  resource,
  result,
  string,
  u64,
  variant,
  type Js,
  type WitResource,
} from '../../wit/types.ts';

/** An address that the guest may publish to. */
export interface MqttConnection {
  /** Without user and password. */
  readonly address: string;
}

/** Each version owns types of its own, which are the same. */
function declare() {
  const connection: WitResource<MqttConnection> = resource<MqttConnection>('connection');
  const error = variant('error', {
    'invalid-address': null,
    'too-many-connections': null,
    'connection-failed': string,
    other: string,
  });
  const qos = enumeration('qos', ['at-most-once', 'at-least-once', 'exactly-once']);
  const payload = alias('payload', bytes);
  return {
    error,
    resources: [connection],
    types: [error, qos, payload],
    open: {
      params: [
        ['address', string],
        ['username', string],
        ['password', string],
        ['keep-alive-interval-in-secs', u64],
      ],
      result: result(own(connection), error),
    },
    publish: {
      params: [
        ['self', borrow(connection)],
        ['topic', string],
        ['payload', payload],
        ['qos', qos],
      ],
      result: result(null, error),
    },
  } as const;
}

const of2 = declare();
export type MqttError = Js<typeof of2.error>;

export const mqttV2 = witInterface('fermyon:spin/mqtt', '2.0.0', {
  resources: of2.resources,
  types: of2.types,
  functions: {
    '[static]connection.open': waitingFunc(of2.open.params, of2.open.result),
    '[method]connection.publish': waitingFunc(of2.publish.params, of2.publish.result),
  },
});

const of3 = declare();

export const mqttV3 = witInterface('spin:mqtt/mqtt', '3.0.0', {
  resources: of3.resources,
  types: of3.types,
  functions: {
    '[static]connection.open': asyncFunc(of3.open.params, of3.open.result),
    '[method]connection.publish': asyncFunc(of3.publish.params, of3.publish.result),
  },
});
