// The HTTP/2 connections of a server, by node:http2: each stream is a request. What one connection may take has limits.
import type { Http2Server, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { drain } from './drain.ts';
import type { Exchanges } from './exchanges.ts';
import type { HttpRequest } from './exchange.ts';
import { addressOf } from './http1-client.ts';
import { controlBurst, controlsPerSecond, http2Options } from './http2-limits.ts';
import { http2Request } from './http2-request.ts';
import { Http2Sink } from './http2-sink.ts';
import { Rate } from './rate.ts';

/** RFC 9113 7, and 8.1: a request that is answered need not be sent to its end. */
const noError = 0;
const protocolError = 1;
const enhanceYourCalm = 11;

export class Http2Connections {
  readonly #exchanges: Exchanges;
  readonly #scheme: HttpRequest['scheme'];
  readonly #sockets = new Set<Socket>();
  readonly #sessions = new Set<ServerHttp2Session>();
  #server: Http2Server | undefined;

  constructor(exchanges: Exchanges, scheme: HttpRequest['scheme']) {
    this.#exchanges = exchanges;
    this.#scheme = scheme;
  }

  /** Takes a connection whose client speaks HTTP/2; what was read of it has been put back. */
  take(socket: Socket): void {
    // Most apps never see one: node:http2 is loaded for the first.
    this.#server ??= this.#newServer();
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    this.#server.emit('connection', socket);
  }

  has(socket: Socket): boolean {
    return this.#sockets.has(socket);
  }

  /** New streams are refused; a connection ends with its last one. */
  finish(): void {
    for (const session of this.#sessions) session.close();
  }

  /** Ends all of them now. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #newServer(): Http2Server {
    const server = process.getBuiltinModule('node:http2').createServer(http2Options);
    server.on('session', session => this.#begin(session));
    // What goes wrong with a connection is its client's concern; node has ended it.
    server.on('sessionError', () => {});
    return server;
  }

  #begin(session: ServerHttp2Session): void {
    this.#sessions.add(session);
    session.once('close', () => this.#sessions.delete(session));
    const origin = { scheme: this.#scheme, clientAddress: addressOf(session.socket) };
    const controls = new Rate(controlBurst, controlsPerSecond);
    const control = (): void => {
      if (!controls.take() && !session.destroyed) session.destroy(new Error('too many PING or SETTINGS frames'), enhanceYourCalm);
    };
    session.on('ping', control);
    session.on('remoteSettings', control);
    session.on('stream', (stream, _headers, _flags, raw) => this.#take(stream, raw, origin));
  }

  #take(stream: ServerHttp2Stream, raw: readonly string[], origin: Pick<HttpRequest, 'scheme' | 'clientAddress'>): void {
    // `close` tells whoever has to know.
    stream.on('error', () => {});
    // It was reset in the same packet, or its connection has ended.
    if (stream.destroyed || stream.closed) return;
    const request = http2Request(stream, raw, origin);
    // Where Spin drops a connection of HTTP/1, it resets the stream (spin-behaviour 2.2 step 6).
    if (!request) return stream.close(protocolError);
    const writer = this.#exchanges.begin(request, new Http2Sink(stream, request.method), () => {
      if (!request.body.ended && !stream.readableEnded && !stream.closed) drain(stream, () => stream.close(noError));
    });
    stream.once('close', () => writer.clientGone());
  }
}
