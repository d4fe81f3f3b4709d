// wasi:sockets/tcp and what it needs, for guests that connect: binding is denied, so nothing listens (spin-behaviour 3.10).
import { err, ok } from '../../wit/types.ts';
import { provide, type Provided } from '../interface.ts';
import { instanceNetwork, ipNameLookup, network, tcp, tcpCreateSocket } from './declarations-tcp.ts';
import type { SocketsState } from './state.ts';
import { TcpSocket } from './tcp-socket.ts';

/** Node has no such option of a socket. */
const unsupported = () => err('not-supported');
/** `value` of zero is told first, as WIT has it. */
const unsupportedSetting = (value: number | bigint) => err(BigInt(value) === 0n ? 'invalid-argument' : 'not-supported');

const provideNetwork = provide<SocketsState>()(network, {});

const provideInstanceNetwork = provide<SocketsState>()(instanceNetwork, {
  'instance-network': () => ({ kind: 'network' }),
});

const provideTcp = provide<SocketsState>()(
  tcp,
  {
    '[method]tcp-socket.start-bind': () => err('access-denied'),
    '[method]tcp-socket.finish-bind': () => err('not-in-progress'),
    '[method]tcp-socket.start-connect': (_, self, __, remote) => self.startConnect(remote),
    '[method]tcp-socket.finish-connect': (_, self) => self.finishConnect(),
    // Only a bound socket may listen, and none can be bound.
    '[method]tcp-socket.start-listen': () => err('invalid-state'),
    '[method]tcp-socket.finish-listen': () => err('not-in-progress'),
    '[method]tcp-socket.accept': () => err('invalid-state'),
    '[method]tcp-socket.local-address': (_, self) => self.localAddress(),
    '[method]tcp-socket.remote-address': (_, self) => self.remoteAddress(),
    '[method]tcp-socket.is-listening': () => false,
    '[method]tcp-socket.address-family': (_, self) => self.family,
    '[method]tcp-socket.set-listen-backlog-size': (_, __, value) => unsupportedSetting(value),
    '[method]tcp-socket.keep-alive-enabled': (_, self) => ok(self.keepAlive.isOn),
    '[method]tcp-socket.set-keep-alive-enabled': (_, self, isOn) => self.setKeepAlive({ isOn }),
    '[method]tcp-socket.keep-alive-idle-time': (_, self) => ok(self.keepAlive.idle),
    '[method]tcp-socket.set-keep-alive-idle-time': (_, self, idle) => self.setKeepAlive({ idle }),
    '[method]tcp-socket.keep-alive-interval': unsupported,
    '[method]tcp-socket.set-keep-alive-interval': (_, __, value) => unsupportedSetting(value),
    '[method]tcp-socket.keep-alive-count': unsupported,
    '[method]tcp-socket.set-keep-alive-count': (_, __, value) => unsupportedSetting(value),
    '[method]tcp-socket.hop-limit': unsupported,
    '[method]tcp-socket.set-hop-limit': (_, __, value) => unsupportedSetting(value),
    '[method]tcp-socket.receive-buffer-size': unsupported,
    '[method]tcp-socket.set-receive-buffer-size': (_, __, value) => unsupportedSetting(value),
    '[method]tcp-socket.send-buffer-size': unsupported,
    '[method]tcp-socket.set-send-buffer-size': (_, __, value) => unsupportedSetting(value),
    '[method]tcp-socket.subscribe': (_, self) => self.pollable,
    '[method]tcp-socket.shutdown': (_, self, type) => self.shutdown(type),
  },
  { 'tcp-socket': (_, self: TcpSocket) => self.drop() },
);

const provideTcpCreateSocket = provide<SocketsState>()(tcpCreateSocket, {
  'create-tcp-socket': (state, family) => (state.addSocket() ? ok(new TcpSocket(state, family)) : err('new-socket-limit')),
});

/** Names are not looked up for sockets, as in Spin: wasmtime refuses with this code where it was not enabled. */
const provideLookup = provide<SocketsState>()(ipNameLookup, {
  'resolve-addresses': () => err('permanent-resolver-failure'),
  '[method]resolve-address-stream.resolve-next-address': () => ok(undefined),
  '[method]resolve-address-stream.subscribe': (_, self) => self.pollable,
});

export const tcpProvided: readonly Provided<SocketsState>[] = [
  provideNetwork,
  provideInstanceNetwork,
  provideTcp,
  provideTcpCreateSocket,
  provideLookup,
];
