// wasi:sockets 0.2: udp and udp-create-socket, as WIT values.
import { func, waitingFunc, witInterface } from '../../wit/interface.ts';
import { borrow, bytes, list, option, own, record, resource, result, tuple, u64, u8, type WitResource } from '../../wit/types.ts';
import { pollableResource } from '../io/pollable.ts';
import type { UdpSocket } from './udp-socket.ts';
import type { IncomingDatagrams, OutgoingDatagrams } from './udp-streams.ts';
import { errorCode, ipAddressFamily, ipSocketAddress, networkResource } from './vocabulary.ts';

const version = '0.2.12';

const socketResource: WitResource<UdpSocket> = resource<UdpSocket>('udp-socket');
const incomingResource: WitResource<IncomingDatagrams> = resource<IncomingDatagrams>('incoming-datagram-stream');
const outgoingResource: WitResource<OutgoingDatagrams> = resource<OutgoingDatagrams>('outgoing-datagram-stream');
const incomingDatagram = record('incoming-datagram', { data: bytes, 'remote-address': ipSocketAddress });
const outgoingDatagram = record('outgoing-datagram', { data: bytes, 'remote-address': option(ipSocketAddress) });

const self = ['self', borrow(socketResource)] as const;
const incoming = ['self', borrow(incomingResource)] as const;
const outgoing = ['self', borrow(outgoingResource)] as const;
const value = ['value', u64] as const;
const done = result(null, errorCode);
const size = result(u64, errorCode);

export const udp = witInterface('wasi:sockets/udp', version, {
  resources: [socketResource, incomingResource, outgoingResource],
  types: [incomingDatagram, outgoingDatagram],
  functions: {
    '[method]udp-socket.start-bind': waitingFunc(
      [self, ['network', borrow(networkResource)], ['local-address', ipSocketAddress]],
      done,
    ),
    '[method]udp-socket.finish-bind': func([self], done),
    '[method]udp-socket.stream': waitingFunc(
      [self, ['remote-address', option(ipSocketAddress)]],
      result(tuple(own(incomingResource), own(outgoingResource)), errorCode),
    ),
    '[method]udp-socket.local-address': func([self], result(ipSocketAddress, errorCode)),
    '[method]udp-socket.remote-address': func([self], result(ipSocketAddress, errorCode)),
    '[method]udp-socket.address-family': func([self], ipAddressFamily),
    '[method]udp-socket.unicast-hop-limit': func([self], result(u8, errorCode)),
    '[method]udp-socket.set-unicast-hop-limit': func([self, ['value', u8]], done),
    '[method]udp-socket.receive-buffer-size': func([self], size),
    '[method]udp-socket.set-receive-buffer-size': func([self, value], done),
    '[method]udp-socket.send-buffer-size': func([self], size),
    '[method]udp-socket.set-send-buffer-size': func([self, value], done),
    '[method]udp-socket.subscribe': func([self], own(pollableResource)),
    '[method]incoming-datagram-stream.receive': func([incoming, ['max-results', u64]], result(list(incomingDatagram), errorCode)),
    '[method]incoming-datagram-stream.subscribe': func([incoming], own(pollableResource)),
    '[method]outgoing-datagram-stream.check-send': func([outgoing], size),
    '[method]outgoing-datagram-stream.send': waitingFunc([outgoing, ['datagrams', list(outgoingDatagram)]], size),
    '[method]outgoing-datagram-stream.subscribe': func([outgoing], own(pollableResource)),
  },
});

export const udpCreateSocket = witInterface('wasi:sockets/udp-create-socket', version, {
  functions: {
    'create-udp-socket': func([['address-family', ipAddressFamily]], result(own(socketResource), errorCode)),
  },
});
