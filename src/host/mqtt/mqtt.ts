// MQTT, in every version of its interface: the checks of Spin; publishing fails, since there is no client yet. Opening does not
// connect in Spin either, so a guest gets its connection and hears of it where Spin would say that nobody is there.
import { err, ok, type Result } from '../../wit/types.ts';
import { provide, type HostInterface } from '../interface.ts';
import { serverInterface, shownAddress, type ServerAccess } from '../outbound/server-access.ts';
import { mqttV2, mqttV3, type MqttConnection, type MqttError } from './declarations.ts';

/** Of one invocation, as in Spin. */
export const connectionsMax = 1024;

async function open(access: ServerAccess, address: string): Promise<Result<MqttConnection, MqttError>> {
  const destination = await access.allow(address);
  if (!destination) return err({ tag: 'connection-failed', val: `address ${address} is not permitted` });
  if (!isMqttUrl(address)) return err({ tag: 'invalid-address' });
  if (access.connections >= connectionsMax) return err({ tag: 'too-many-connections' });
  const connection: MqttConnection = { address: shownAddress(destination) };
  access.connections += 1;
  access.hold(connection.address.length);
  return ok(connection);
}

function publish(access: ServerAccess, { address }: MqttConnection): Result<never, MqttError> {
  return err({ tag: 'connection-failed', val: access.notServed(address) });
}

function drop(access: ServerAccess, { address }: MqttConnection): void {
  access.connections -= 1;
  access.hold(-address.length);
}

/** `mqtt://host:port?client_id=name`: the client's name has to be there. */
function isMqttUrl(address: string): boolean {
  if (!/^mqtts?:\/\//i.test(address) || !URL.canParse(address)) return false;
  const { hostname, searchParams } = new URL(address);
  return hostname !== '' && searchParams.has('client_id');
}

const functions = { '[static]connection.open': open, '[method]connection.publish': publish };

export const mqtt = (): HostInterface<ServerAccess> =>
  serverInterface('mqtt', { name: 'MQTT', scheme: 'mqtt' }, [
    provide<ServerAccess>()(mqttV2, functions, { connection: drop }),
    provide<ServerAccess>()(mqttV3, functions, { connection: drop }),
  ]);
