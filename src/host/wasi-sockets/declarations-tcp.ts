// wasi:sockets 0.2: network, instance-network, tcp, tcp-create-socket and ip-name-lookup, as WIT values.
import { func, waitingFunc, witInterface } from '../../wit/interface.ts';
import {
  bool,
  borrow,
  enumeration,
  option,
  own,
  resource,
  result,
  string,
  tuple,
  u32,
  u64,
  u8,
  type WitResource,
} from '../../wit/types.ts';
import { pollableResource, type Pollable } from '../io/pollable.ts';
import { inputStreamResource, outputStreamResource } from '../io/stream.ts';
import { duration } from '../wasi-clocks/declarations.ts';
import type { TcpSocket } from './tcp-socket.ts';
import { errorCode, ipAddress, ipAddressFamily, ipSocketAddress, networkResource } from './vocabulary.ts';

const version = '0.2.12';

/** `network-error-code` is unstable in WIT, and left out. */
export const network = witInterface('wasi:sockets/network', version, {
  resources: [networkResource],
  types: [errorCode, ipAddressFamily, ipAddress, ipSocketAddress],
  functions: {},
});

export const instanceNetwork = witInterface('wasi:sockets/instance-network', version, {
  functions: { 'instance-network': func([], own(networkResource)) },
});

const tcpSocketResource: WitResource<TcpSocket> = resource<TcpSocket>('tcp-socket');
const self = ['self', borrow(tcpSocketResource)] as const;
const through = ['network', borrow(networkResource)] as const;
const done = result(null, errorCode);
const shutdownType = enumeration('shutdown-type', ['receive', 'send', 'both']);

export const tcp = witInterface('wasi:sockets/tcp', version, {
  resources: [tcpSocketResource],
  types: [shutdownType],
  functions: {
    '[method]tcp-socket.start-bind': func([self, through, ['local-address', ipSocketAddress]], done),
    '[method]tcp-socket.finish-bind': func([self], done),
    '[method]tcp-socket.start-connect': waitingFunc([self, through, ['remote-address', ipSocketAddress]], done),
    '[method]tcp-socket.finish-connect': func(
      [self],
      result(tuple(own(inputStreamResource), own(outputStreamResource)), errorCode),
    ),
    '[method]tcp-socket.start-listen': func([self], done),
    '[method]tcp-socket.finish-listen': func([self], done),
    '[method]tcp-socket.accept': func(
      [self],
      result(tuple(own(tcpSocketResource), own(inputStreamResource), own(outputStreamResource)), errorCode),
    ),
    '[method]tcp-socket.local-address': func([self], result(ipSocketAddress, errorCode)),
    '[method]tcp-socket.remote-address': func([self], result(ipSocketAddress, errorCode)),
    '[method]tcp-socket.is-listening': func([self], bool),
    '[method]tcp-socket.address-family': func([self], ipAddressFamily),
    '[method]tcp-socket.set-listen-backlog-size': func([self, ['value', u64]], done),
    '[method]tcp-socket.keep-alive-enabled': func([self], result(bool, errorCode)),
    '[method]tcp-socket.set-keep-alive-enabled': func([self, ['value', bool]], done),
    '[method]tcp-socket.keep-alive-idle-time': func([self], result(duration, errorCode)),
    '[method]tcp-socket.set-keep-alive-idle-time': func([self, ['value', duration]], done),
    '[method]tcp-socket.keep-alive-interval': func([self], result(duration, errorCode)),
    '[method]tcp-socket.set-keep-alive-interval': func([self, ['value', duration]], done),
    '[method]tcp-socket.keep-alive-count': func([self], result(u32, errorCode)),
    '[method]tcp-socket.set-keep-alive-count': func([self, ['value', u32]], done),
    '[method]tcp-socket.hop-limit': func([self], result(u8, errorCode)),
    '[method]tcp-socket.set-hop-limit': func([self, ['value', u8]], done),
    '[method]tcp-socket.receive-buffer-size': func([self], result(u64, errorCode)),
    '[method]tcp-socket.set-receive-buffer-size': func([self, ['value', u64]], done),
    '[method]tcp-socket.send-buffer-size': func([self], result(u64, errorCode)),
    '[method]tcp-socket.set-send-buffer-size': func([self, ['value', u64]], done),
    '[method]tcp-socket.subscribe': func([self], own(pollableResource)),
    '[method]tcp-socket.shutdown': func([self, ['shutdown-type', shutdownType]], done),
  },
});

export const tcpCreateSocket = witInterface('wasi:sockets/tcp-create-socket', version, {
  functions: {
    'create-tcp-socket': func([['address-family', ipAddressFamily]], result(own(tcpSocketResource), errorCode)),
  },
});

/** None is ever made: no name is looked up. */
export interface AddressStream {
  readonly pollable: Pollable;
}
const addressStreamResource: WitResource<AddressStream> = resource<AddressStream>('resolve-address-stream');
const stream = ['self', borrow(addressStreamResource)] as const;

export const ipNameLookup = witInterface('wasi:sockets/ip-name-lookup', version, {
  resources: [addressStreamResource],
  functions: {
    'resolve-addresses': func([through, ['name', string]], result(own(addressStreamResource), errorCode)),
    '[method]resolve-address-stream.resolve-next-address': func([stream], result(option(ipAddress), errorCode)),
    '[method]resolve-address-stream.subscribe': func([stream], own(pollableResource)),
  },
});
