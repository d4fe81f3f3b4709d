//! Clients of TCP and UDP: `<ip>/<port>`, IPv4.

use crate::{code, collect, respond};
use futures::future::{select, Either};
use spin_sdk::wasip3::clocks::monotonic_clock::wait_for;
use spin_sdk::wasip3::http::types::Response;
use spin_sdk::wasip3::sockets::ip_name_lookup::resolve_addresses;
use spin_sdk::wasip3::sockets::types::{IpAddressFamily, IpSocketAddress, Ipv4SocketAddress, TcpSocket, UdpSocket};
use spin_sdk::wasip3::wit_bindgen::{self, StreamReader};
use spin_sdk::wasip3::wit_stream;
use std::net::Ipv4Addr;
use std::pin::pin;

const SECOND: u64 = 1_000_000_000;

fn address(rest: &str) -> Result<IpSocketAddress, String> {
    let (ip, port) = rest.split_once('/').ok_or("<ip>/<port>")?;
    let [a, b, c, d] = ip.parse::<Ipv4Addr>().map_err(code)?.octets();
    Ok(IpSocketAddress::Ipv4(Ipv4SocketAddress { port: port.parse().map_err(code)?, address: (a, b, c, d) }))
}

async fn connect(rest: &str) -> Result<TcpSocket, String> {
    let socket = TcpSocket::create(IpAddressFamily::Ipv4).map_err(code)?;
    socket.connect(address(rest)?).await.map_err(code)?;
    Ok(socket)
}

/// Sends the body, answers with what comes back, and says how both ended. The socket itself is dropped at once.
pub async fn tcp(rest: &str, body: StreamReader<u8>) -> Result<Response, String> {
    let socket = connect(rest).await?;
    let sent = socket.send(body);
    let (received, end) = socket.receive();
    drop(socket);
    wit_bindgen::spawn(async move {
        println!("sent: {:?}", sent.await);
        println!("received: {:?}", end.await);
    });
    Ok(respond(received))
}

/// Writes until nothing was taken for half a second; the number of bytes that were.
pub async fn pour(rest: &str) -> Result<String, String> {
    let socket = connect(rest).await?;
    let (mut writer, data) = wit_stream::new();
    let _sent = socket.send(data);
    let mut taken = 0;
    while taken < 64 << 20 {
        let write = pin!(writer.write_all(vec![0u8; 64 * 1024]));
        let wait = pin!(wait_for(SECOND / 2));
        match select(write, wait).await {
            Either::Left(_) => taken += 64 * 1024,
            Either::Right(_) => break,
        }
    }
    Ok(format!("{taken}"))
}

/// Reads a little, lets the stream go, and sends all the same; a second receive and send are refused.
pub async fn half(rest: &str) -> Result<String, String> {
    let socket = connect(rest).await?;
    let (mut received, end) = socket.receive();
    let (_, first) = received.read(Vec::with_capacity(5)).await;
    drop(received);
    let first_end = end.await;
    let (_, again) = socket.receive();
    let again = again.await;
    let (mut writer, data) = wit_stream::new();
    let sent = socket.send(data);
    let left = writer.write_all(b"still here".to_vec()).await.len();
    drop(writer);
    let sent = sent.await;
    let (_writer, data) = wit_stream::new::<u8>();
    let twice = socket.send(data).await;
    Ok(format!("{} {first_end:?} {again:?} {left} {sent:?} {twice:?}", String::from_utf8_lossy(&first)))
}

pub async fn udp(rest: &str, body: StreamReader<u8>) -> Result<String, String> {
    let mut message = Vec::new();
    collect(body, |mut bytes| message.append(&mut bytes)).await;
    let socket = UdpSocket::create(IpAddressFamily::Ipv4).map_err(code)?;
    let to = address(rest)?;
    socket.send(message.clone(), Some(to)).await.map_err(code)?;
    let (first, _) = socket.receive().await.map_err(code)?;
    socket.connect(to).map_err(code)?;
    socket.send(message, None).await.map_err(code)?;
    let (second, from) = socket.receive().await.map_err(code)?;
    socket.disconnect().map_err(code)?;
    Ok(format!("{} {} {}", String::from_utf8_lossy(&first), String::from_utf8_lossy(&second), code(from) == code(to)))
}

/// Gives up waiting for a datagram, then sends, and receives the answer to it.
pub async fn wait_udp(rest: &str) -> Result<String, String> {
    let socket = UdpSocket::create(IpAddressFamily::Ipv4).map_err(code)?;
    socket.connect(address(rest)?).map_err(code)?;
    {
        let receive = pin!(socket.receive());
        let wait = pin!(wait_for(SECOND / 20));
        if let Either::Left(_) = select(receive, wait).await {
            return Err("nothing was sent".into());
        }
    }
    socket.send(b"hello".to_vec(), None).await.map_err(code)?;
    let receive = pin!(socket.receive());
    let wait = pin!(wait_for(2 * SECOND));
    match select(receive, wait).await {
        Either::Left((Ok((data, _)), _)) => Ok(String::from_utf8_lossy(&data).into()),
        Either::Left((Err(error), _)) => Err(code(error)),
        Either::Right(_) => Err("lost".into()),
    }
}

/// Binding, listening and looking names up.
pub async fn denied() -> Result<String, String> {
    let socket = TcpSocket::create(IpAddressFamily::Ipv4).map_err(code)?;
    let bound = socket.bind(address("127.0.0.1/0")?);
    let listening = socket.listen().map(|_| ());
    let found = resolve_addresses("localhost".into()).await.map(|_| ());
    Ok(format!("{bound:?} {listening:?} {found:?}"))
}

/// Waits for bytes that never come.
pub async fn hang(rest: &str) -> Result<String, String> {
    let socket = connect(rest).await?;
    let (mut received, _end) = socket.receive();
    let (_, bytes) = received.read(Vec::with_capacity(1)).await;
    Ok(format!("{bytes:?}"))
}
