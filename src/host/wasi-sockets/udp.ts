// wasi:sockets/udp and udp-create-socket: every address, the local one too, has to be permitted (spin-behaviour 3.10).
import { err, ok } from '../../wit/types.ts';
import { provide, type Provided } from '../interface.ts';
import { udp, udpCreateSocket } from './declarations-udp.ts';
import type { SocketsState } from './state.ts';
import { UdpSocket } from './udp-socket.ts';

const provideUdp: Provided<SocketsState> = provide<SocketsState>()(
  udp,
  {
    '[method]udp-socket.start-bind': (_, self, __, local) => self.startBind(local),
    '[method]udp-socket.finish-bind': (_, self) => self.finishBind(),
    '[method]udp-socket.stream': (_, self, remote) => self.stream(remote),
    '[method]udp-socket.local-address': (_, self) => self.localAddress(),
    '[method]udp-socket.remote-address': (_, self) => self.remoteAddress(),
    '[method]udp-socket.address-family': (_, self) => self.family,
    '[method]udp-socket.unicast-hop-limit': (_, self) => ok(self.hopLimit),
    '[method]udp-socket.set-unicast-hop-limit': (_, self, value) => self.setHopLimit(value),
    '[method]udp-socket.receive-buffer-size': (_, self) => self.bufferSize('receive'),
    '[method]udp-socket.set-receive-buffer-size': (_, self, value) => self.setBufferSize('receive', value),
    '[method]udp-socket.send-buffer-size': (_, self) => self.bufferSize('send'),
    '[method]udp-socket.set-send-buffer-size': (_, self, value) => self.setBufferSize('send', value),
    '[method]udp-socket.subscribe': (_, self) => self.pollable,
    '[method]incoming-datagram-stream.receive': (_, self, max) => self.receive(max),
    '[method]incoming-datagram-stream.subscribe': (_, self) => self.pollable,
    '[method]outgoing-datagram-stream.check-send': (_, self) => self.checkSend(),
    '[method]outgoing-datagram-stream.send': (state, self, datagrams) =>
      datagrams.length > self.permitted
        ? state.trap(`send of ${datagrams.length} datagrams where check-send permits ${self.permitted}`)
        : self.send(datagrams),
    '[method]outgoing-datagram-stream.subscribe': (_, self) => self.pollable,
  },
  { 'udp-socket': (_, self: UdpSocket) => self.drop() },
);

const provideUdpCreateSocket = provide<SocketsState>()(udpCreateSocket, {
  'create-udp-socket': (state, family) => (state.addSocket() ? ok(new UdpSocket(state, family)) : err('new-socket-limit')),
});

export const udpProvided: readonly Provided<SocketsState>[] = [provideUdp, provideUdpCreateSocket];
