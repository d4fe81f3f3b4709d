// wasi:sockets 0.3: types and ip-name-lookup, as WIT values. The release candidate of 2026-03-15 has the same.
import { asyncFunc, func, waitingFunc, witInterface } from '../../wit/interface.ts';
import {
  bool,
  borrow,
  byteStream,
  bytes,
  future,
  list,
  option,
  own,
  resource,
  result,
  stream,
  string,
  tuple,
  u32,
  u64,
  u8,
  type WitResource,
  type WitType,
} from '../../wit/types.ts';
import { clocks3, type Clocks3 } from '../wasi-clocks/declarations-3.ts';
import type { TcpSocket3 } from './tcp-socket-3.ts';
import type { UdpSocket3 } from './udp-socket-3.ts';
import { declareErrorCode3, declareLookupErrorCode } from './vocabulary-3.ts';
import { declareAddresses } from './vocabulary.ts';

/** The resources and types of one version; each version has its own, as a component sees it. */
function declareVocabulary(duration: WitType<bigint>) {
  const tcpSocket: WitResource<TcpSocket3> = resource<TcpSocket3>('tcp-socket');
  const udpSocket: WitResource<UdpSocket3> = resource<UdpSocket3>('udp-socket');
  const errorCode = declareErrorCode3();
  return { ...declareAddresses(), tcpSocket, udpSocket, errorCode, duration, done: result(null, errorCode) };
}

type Vocabulary = ReturnType<typeof declareVocabulary>;

function tcpFunctions({ tcpSocket, errorCode, duration, done, ipAddressFamily, ipSocketAddress }: Vocabulary) {
  const self = ['self', borrow(tcpSocket)] as const;
  const setsSize = func([self, ['value', u64]], done);
  const size = func([self], result(u64, errorCode));
  const getsDuration = func([self], result(duration, errorCode));
  const setsDuration = func([self, ['value', duration]], done);
  const address = func([self], result(ipSocketAddress, errorCode));
  return {
    '[static]tcp-socket.create': func([['address-family', ipAddressFamily]], result(own(tcpSocket), errorCode)),
    '[method]tcp-socket.bind': func([self, ['local-address', ipSocketAddress]], done),
    '[method]tcp-socket.connect': asyncFunc([self, ['remote-address', ipSocketAddress]], done),
    '[method]tcp-socket.listen': func([self], result(stream(own(tcpSocket)), errorCode)),
    '[method]tcp-socket.send': func([self, ['data', byteStream]], future(done)),
    '[method]tcp-socket.receive': func([self], tuple(byteStream, future(done))),
    '[method]tcp-socket.get-local-address': address,
    '[method]tcp-socket.get-remote-address': address,
    '[method]tcp-socket.get-is-listening': func([self], bool),
    '[method]tcp-socket.get-address-family': func([self], ipAddressFamily),
    '[method]tcp-socket.set-listen-backlog-size': setsSize,
    '[method]tcp-socket.get-keep-alive-enabled': func([self], result(bool, errorCode)),
    '[method]tcp-socket.set-keep-alive-enabled': func([self, ['value', bool]], done),
    '[method]tcp-socket.get-keep-alive-idle-time': getsDuration,
    '[method]tcp-socket.set-keep-alive-idle-time': setsDuration,
    '[method]tcp-socket.get-keep-alive-interval': getsDuration,
    '[method]tcp-socket.set-keep-alive-interval': setsDuration,
    '[method]tcp-socket.get-keep-alive-count': func([self], result(u32, errorCode)),
    '[method]tcp-socket.set-keep-alive-count': func([self, ['value', u32]], done),
    '[method]tcp-socket.get-hop-limit': func([self], result(u8, errorCode)),
    '[method]tcp-socket.set-hop-limit': func([self, ['value', u8]], done),
    '[method]tcp-socket.get-receive-buffer-size': size,
    '[method]tcp-socket.set-receive-buffer-size': setsSize,
    '[method]tcp-socket.get-send-buffer-size': size,
    '[method]tcp-socket.set-send-buffer-size': setsSize,
  };
}

/** Two that are no `async func` may wait all the same: for the permission, and until the system has bound the socket. */
function udpFunctions({ udpSocket, errorCode, done, ipAddressFamily, ipSocketAddress }: Vocabulary) {
  const self = ['self', borrow(udpSocket)] as const;
  const setsSize = func([self, ['value', u64]], done);
  const size = func([self], result(u64, errorCode));
  const address = func([self], result(ipSocketAddress, errorCode));
  const remote = ['remote-address', option(ipSocketAddress)] as const;
  return {
    '[static]udp-socket.create': func([['address-family', ipAddressFamily]], result(own(udpSocket), errorCode)),
    '[method]udp-socket.bind': waitingFunc([self, ['local-address', ipSocketAddress]], done),
    '[method]udp-socket.connect': waitingFunc([self, ['remote-address', ipSocketAddress]], done),
    '[method]udp-socket.disconnect': func([self], done),
    '[method]udp-socket.send': asyncFunc([self, ['data', bytes], remote], done),
    '[method]udp-socket.receive': asyncFunc([self], result(tuple(bytes, ipSocketAddress), errorCode)),
    '[method]udp-socket.get-local-address': address,
    '[method]udp-socket.get-remote-address': address,
    '[method]udp-socket.get-address-family': func([self], ipAddressFamily),
    '[method]udp-socket.get-unicast-hop-limit': func([self], result(u8, errorCode)),
    '[method]udp-socket.set-unicast-hop-limit': func([self, ['value', u8]], done),
    '[method]udp-socket.get-receive-buffer-size': size,
    '[method]udp-socket.set-receive-buffer-size': setsSize,
    '[method]udp-socket.get-send-buffer-size': size,
    '[method]udp-socket.set-send-buffer-size': setsSize,
  };
}

/** The interfaces of one version. */
function declareSockets3({ version, duration }: Clocks3) {
  const vocabulary = declareVocabulary(duration);
  const { tcpSocket, udpSocket, errorCode, ipAddressFamily, ipAddress, ipSocketAddress } = vocabulary;
  const types = witInterface('wasi:sockets/types', version, {
    resources: [tcpSocket, udpSocket],
    types: [errorCode, ipAddressFamily, ipAddress, ipSocketAddress],
    functions: { ...tcpFunctions(vocabulary), ...udpFunctions(vocabulary) },
  });
  const lookup = witInterface('wasi:sockets/ip-name-lookup', version, {
    functions: { 'resolve-addresses': asyncFunc([['name', string]], result(list(ipAddress), declareLookupErrorCode())) },
  });
  return { types, lookup };
}

export type Sockets3 = ReturnType<typeof declareSockets3>;

/** Those of each version, in the order of `versions3`. */
export const sockets3: readonly Sockets3[] = clocks3.map(declareSockets3);
