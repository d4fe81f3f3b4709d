// The functions of wasi:sockets 0.3, over the clients of TCP and UDP that serve 0.2: binding is denied for TCP (spin-behaviour 3.10).
import type { Implementation } from '../../wit/interface.ts';
import { err, ok } from '../../wit/types.ts';
import { provide, type Provided } from '../interface.ts';
import type { Sockets3 } from './declarations-3.ts';
import type { SocketsState } from './state.ts';
import { TcpSocket3 } from './tcp-socket-3.ts';
import { TcpSocket } from './tcp-socket.ts';
import { UdpSocket3 } from './udp-socket-3.ts';
import { UdpSocket } from './udp-socket.ts';
import { result3 } from './vocabulary-3.ts';

/** Node has no such option of a socket. */
const unsupported = () => err({ tag: 'not-supported' });
/** `value` of zero is told first, as WIT has it. */
const unsupportedSetting = (value: number | bigint) => err({ tag: BigInt(value) === 0n ? 'invalid-argument' : 'not-supported' });
/** 0.3 has no code of its own for a quota. */
const tooMany = () => err({ tag: 'other', val: 'new-socket-limit' });

const functions: Implementation<SocketsState, Sockets3['types']> = {
  '[static]tcp-socket.create': (state, family) =>
    state.addSocket() ? ok(new TcpSocket3(new TcpSocket(state, family))) : tooMany(),
  '[method]tcp-socket.bind': (_, { socket }) => err({ tag: socket.isUnconnected ? 'access-denied' : 'invalid-state' }),
  '[method]tcp-socket.connect': (_, self, remote) => self.connect(remote),
  '[method]tcp-socket.listen': (_, self) => self.listen(),
  '[method]tcp-socket.send': (_, self, data) => self.send(data),
  '[method]tcp-socket.receive': (_, self) => self.receive(),
  '[method]tcp-socket.get-local-address': (_, { socket }) => result3(socket.localAddress()),
  '[method]tcp-socket.get-remote-address': (_, { socket }) => result3(socket.remoteAddress()),
  '[method]tcp-socket.get-is-listening': () => false,
  '[method]tcp-socket.get-address-family': (_, { socket }) => socket.family,
  '[method]tcp-socket.set-listen-backlog-size': (_, __, value) => unsupportedSetting(value),
  '[method]tcp-socket.get-keep-alive-enabled': (_, { socket }) => ok(socket.keepAlive.isOn),
  '[method]tcp-socket.set-keep-alive-enabled': (_, { socket }, isOn) => result3(socket.setKeepAlive({ isOn })),
  '[method]tcp-socket.get-keep-alive-idle-time': (_, { socket }) => ok(socket.keepAlive.idle),
  '[method]tcp-socket.set-keep-alive-idle-time': (_, { socket }, idle) => result3(socket.setKeepAlive({ idle })),
  '[method]tcp-socket.get-keep-alive-interval': unsupported,
  '[method]tcp-socket.set-keep-alive-interval': (_, __, value) => unsupportedSetting(value),
  '[method]tcp-socket.get-keep-alive-count': unsupported,
  '[method]tcp-socket.set-keep-alive-count': (_, __, value) => unsupportedSetting(value),
  '[method]tcp-socket.get-hop-limit': unsupported,
  '[method]tcp-socket.set-hop-limit': (_, __, value) => unsupportedSetting(value),
  '[method]tcp-socket.get-receive-buffer-size': unsupported,
  '[method]tcp-socket.set-receive-buffer-size': (_, __, value) => unsupportedSetting(value),
  '[method]tcp-socket.get-send-buffer-size': unsupported,
  '[method]tcp-socket.set-send-buffer-size': (_, __, value) => unsupportedSetting(value),

  '[static]udp-socket.create': (state, family) =>
    state.addSocket() ? ok(new UdpSocket3(state, new UdpSocket(state, family))) : tooMany(),
  '[method]udp-socket.bind': (_, self, local) => self.bind(local),
  '[method]udp-socket.connect': (_, self, remote) => self.connect(remote),
  '[method]udp-socket.disconnect': (_, self) => self.disconnect(),
  '[method]udp-socket.send': (state, self, data, remote) => {
    // A guest may send as often as it likes before the first is gone.
    state.hold(data.byteLength);
    return self.send(data, remote).finally(() => state.hold(-data.byteLength));
  },
  '[method]udp-socket.receive': (_, self) => self.receive(),
  '[method]udp-socket.get-local-address': (_, { socket }) => result3(socket.localAddress()),
  '[method]udp-socket.get-remote-address': (_, { socket }) => result3(socket.remoteAddress()),
  '[method]udp-socket.get-address-family': (_, { socket }) => socket.family,
  '[method]udp-socket.get-unicast-hop-limit': (_, { socket }) => ok(socket.hopLimit),
  '[method]udp-socket.set-unicast-hop-limit': (_, { socket }, value) => result3(socket.setHopLimit(value)),
  '[method]udp-socket.get-receive-buffer-size': (_, { socket }) => result3(socket.bufferSize('receive')),
  '[method]udp-socket.set-receive-buffer-size': (_, { socket }, value) => result3(socket.setBufferSize('receive', value)),
  '[method]udp-socket.get-send-buffer-size': (_, { socket }) => result3(socket.bufferSize('send')),
  '[method]udp-socket.set-send-buffer-size': (_, { socket }, value) => result3(socket.setBufferSize('send', value)),
};

export const provideSockets3 = ({ types, lookup }: Sockets3): Provided<SocketsState>[] => [
  provide<SocketsState>()(types, functions, {
    'tcp-socket': (_, self: TcpSocket3) => self.release(),
    'udp-socket': (_, { socket }: UdpSocket3) => socket.drop(),
  }),
  // Names are not looked up for sockets, as in Spin: wasmtime refuses with this code where it was not enabled.
  provide<SocketsState>()(lookup, { 'resolve-addresses': () => err({ tag: 'permanent-resolver-failure' }) }),
];
