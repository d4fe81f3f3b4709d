//! `/<what>/<IPv4 address>/<port>`: does it with a socket of wasi:sockets and answers what came, or the error code.
//! `tcp`: sends the request's body, shuts down, reads to the end. `hang`: reads what never comes. `pour`: writes until it
//! cannot, or 64 MiB. `udp`: sends the body as one datagram and waits for one. `bind`: binds a TCP socket there. `lookup`: a name.

use spin_sdk::http::{Request, Response};
use spin_sdk::http_component;
use wasi::io::streams::StreamError;
use wasi::sockets::instance_network::instance_network;
use wasi::sockets::ip_name_lookup::resolve_addresses;
use wasi::sockets::network::{ErrorCode, IpAddressFamily, IpSocketAddress, Ipv4SocketAddress};
use wasi::sockets::tcp::{InputStream, OutputStream, ShutdownType, TcpSocket};
use wasi::sockets::tcp_create_socket::create_tcp_socket;
use wasi::sockets::udp::OutgoingDatagram;
use wasi::sockets::udp_create_socket::create_udp_socket;

#[http_component]
fn handle(request: Request) -> Response {
    let path = request.path().to_string();
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let address = address(parts.get(1).unwrap_or(&"127.0.0.1"), parts.get(2).unwrap_or(&"1"));
    let answer = match parts[0] {
        "tcp" => tcp(address, request.body()),
        "hang" => connect(address).map(|(_socket, input, _output)| input.blocking_read(1).unwrap()),
        "pour" => pour(address),
        "udp" => udp(address, request.body()),
        "bind" => bind(address),
        "lookup" => resolve_addresses(&instance_network(), "localhost").map(|_| b"found".to_vec()),
        _ => Ok(b"no such route".to_vec()),
    };
    match answer {
        Ok(body) => Response::new(200, body),
        Err(code) => Response::new(502, code.name()),
    }
}

fn address(host: &str, port: &str) -> IpSocketAddress {
    let bytes: Vec<u8> = host.split('.').map(|part| part.parse().unwrap()).collect();
    IpSocketAddress::Ipv4(Ipv4SocketAddress {
        port: port.parse().unwrap(),
        address: (bytes[0], bytes[1], bytes[2], bytes[3]),
    })
}

/// The streams are dropped before the socket: the fields' order would be the other way round.
fn connect(address: IpSocketAddress) -> Result<(TcpSocket, InputStream, OutputStream), ErrorCode> {
    let socket = create_tcp_socket(IpAddressFamily::Ipv4)?;
    socket.start_connect(&instance_network(), address)?;
    loop {
        match socket.finish_connect() {
            Ok((input, output)) => return Ok((socket, input, output)),
            Err(ErrorCode::WouldBlock) => socket.subscribe().block(),
            Err(code) => return Err(code),
        }
    }
}

fn tcp(address: IpSocketAddress, body: &[u8]) -> Result<Vec<u8>, ErrorCode> {
    let (socket, input, output) = connect(address)?;
    let mut received = Vec::new();
    for piece in body.chunks(4096) {
        output.blocking_write_and_flush(piece).unwrap();
    }
    socket.shutdown(ShutdownType::Send)?;
    loop {
        match input.blocking_read(65536) {
            Ok(bytes) => received.extend(bytes),
            Err(StreamError::Closed) => break,
            Err(StreamError::LastOperationFailed(error)) => {
                received.extend(error.to_debug_string().into_bytes());
                break;
            }
        }
    }
    drop(input);
    drop(output);
    Ok(received)
}

/// How much it could write before the other side, which does not read, took no more.
fn pour(address: IpSocketAddress) -> Result<Vec<u8>, ErrorCode> {
    let (_socket, input, output) = connect(address)?;
    let zeroes = vec![0; 65536];
    let mut written = 0;
    while written < 64 << 20 {
        let room = output.check_write().unwrap() as usize;
        if room == 0 {
            // Nothing drains: wait a little, and see whether there is room then.
            let timer = wasi::clocks::monotonic_clock::subscribe_duration(200_000_000);
            let ready = output.subscribe();
            if !wasi::io::poll::poll(&[&ready, &timer]).contains(&0) {
                break;
            }
            continue;
        }
        output.write(&zeroes[..room.min(65536)]).unwrap();
        written += room.min(65536);
    }
    drop(input);
    drop(output);
    Ok(written.to_string().into_bytes())
}

fn udp(address: IpSocketAddress, body: &[u8]) -> Result<Vec<u8>, ErrorCode> {
    let socket = create_udp_socket(IpAddressFamily::Ipv4)?;
    let any = IpSocketAddress::Ipv4(Ipv4SocketAddress { port: 0, address: (0, 0, 0, 0) });
    socket.start_bind(&instance_network(), any)?;
    while let Err(code) = socket.finish_bind() {
        if !matches!(code, ErrorCode::WouldBlock) {
            return Err(code);
        }
        socket.subscribe().block();
    }
    let (incoming, outgoing) = socket.stream(Some(address))?;
    outgoing.check_send()?;
    outgoing.send(&[OutgoingDatagram { data: body.to_vec(), remote_address: None }])?;
    incoming.subscribe().block();
    let received = incoming.receive(1)?;
    drop(incoming);
    drop(outgoing);
    Ok(received.into_iter().flat_map(|datagram| datagram.data).collect())
}

fn bind(address: IpSocketAddress) -> Result<Vec<u8>, ErrorCode> {
    let socket = create_tcp_socket(IpAddressFamily::Ipv4)?;
    socket.start_bind(&instance_network(), address)?;
    Ok(b"bound".to_vec())
}
