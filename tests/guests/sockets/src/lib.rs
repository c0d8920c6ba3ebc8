//! Connects, listens, sends datagrams and looks names up, as it is told to. There is no library between it and WASI 0.2.

#![no_std]

extern crate alloc;
extern crate guest_runtime as _;

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use wasi::clocks::monotonic_clock::subscribe_duration;
use wasi::io::poll::{Pollable, poll};
use wasi::io::streams::{InputStream, OutputStream};
use wasi::sockets::instance_network::instance_network;
use wasi::sockets::ip_name_lookup::resolve_addresses;
use wasi::sockets::network::{
    ErrorCode, IpAddress, IpAddressFamily, IpSocketAddress, Ipv4SocketAddress, Ipv6SocketAddress,
};
use wasi::sockets::tcp::{ShutdownType, TcpSocket};
use wasi::sockets::tcp_create_socket::create_tcp_socket;
use wasi::sockets::udp::{IncomingDatagramStream, OutgoingDatagram, OutgoingDatagramStream, UdpSocket};
use wasi::sockets::udp_create_socket::create_udp_socket;

wit_bindgen::generate!({
    path: ["../../../wit/wasi-0.2.12/io.wit", "../../../wit/wasi-0.2.12/clocks.wit", "../../../wit/wasi-0.2.12/sockets.wit",
        "../../../wit/guests/sockets.wit"],
    world: "test:sockets/sockets",
    generate_all,
});

struct Sockets;

type Outcome<T = String> = Result<T, ErrorCode>;

impl Guest for Sockets {
    fn probe(what: String) -> String {
        let words: Vec<&str> = what.split(' ').collect();
        let said = match words.as_slice() {
            ["connect", to, text] => connect(address(to), text),
            ["connect-from", at, to, text] => connect_from(address(at), address(to), text),
            ["connect-twice", first, second, text] => connect_twice(address(first), address(second), text),
            ["serve", at] => serve(address(at)),
            ["listen-unbound", of] => create_tcp_socket(family(address(of))).and_then(|socket| listen(&socket)),
            ["send", at, to, text] => exchange(address(at), None, Some(address(to)), text),
            ["send-connected", at, to, text] => exchange(address(at), Some(address(to)), None, text),
            ["send-after", at, to, then, text] => send_after(address(at), address(to), address(then), text),
            ["receive", at] => receive_alone(address(at)),
            ["answer", at] => answer(address(at)),
            ["lookup", name] => lookup(name).map(|found| found.iter().map(|of| format!("{of} ")).collect()),
            ["lookup-connect", name, port, text] => lookup_connect(name, port, text),
            _ => return format!("no probe is called `{what}`"),
        };
        match said {
            Ok(said) => said,
            Err(code) => code.name().to_string(),
        }
    }
}

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap_or_else(|_| core::arch::wasm32::unreachable())
}

fn family(address: SocketAddr) -> IpAddressFamily {
    if address.is_ipv4() { IpAddressFamily::Ipv4 } else { IpAddressFamily::Ipv6 }
}

fn wasi_address(address: SocketAddr) -> IpSocketAddress {
    match address {
        SocketAddr::V4(of) => {
            let [a, b, c, d] = of.ip().octets();
            IpSocketAddress::Ipv4(Ipv4SocketAddress { port: of.port(), address: (a, b, c, d) })
        }
        SocketAddr::V6(of) => {
            let [a, b, c, d, e, f, g, h] = of.ip().segments();
            let address = (a, b, c, d, e, f, g, h);
            IpSocketAddress::Ipv6(Ipv6SocketAddress { port: of.port(), flow_info: 0, address, scope_id: 0 })
        }
    }
}

/// Waits for something for at most some milliseconds, and says whether it came.
fn wait(of: &Pollable, milliseconds: u64) -> bool {
    let time = subscribe_duration(milliseconds * 1_000_000);
    poll(&[of, &time]).contains(&0)
}

/// What a function gives when it is done.
fn finish<T>(pollable: &Pollable, mut function: impl FnMut() -> Outcome<T>) -> Outcome<T> {
    loop {
        match function() {
            Err(ErrorCode::WouldBlock) if wait(pollable, 5000) => {}
            Err(ErrorCode::WouldBlock) => return Err(ErrorCode::Timeout),
            done => return done,
        }
    }
}

fn bind(socket: &TcpSocket, at: SocketAddr) -> Outcome<()> {
    socket.start_bind(&instance_network(), wasi_address(at))?;
    finish(&socket.subscribe(), || socket.finish_bind())
}

fn listen(socket: &TcpSocket) -> Outcome {
    socket.start_listen()?;
    finish(&socket.subscribe(), || socket.finish_listen())?;
    Ok("listens".to_string())
}

/// Says something to a server, and tells what it answers.
fn ask(socket: &TcpSocket, to: SocketAddr, text: &str) -> Outcome {
    socket.start_connect(&instance_network(), wasi_address(to))?;
    let (input, output) = finish(&socket.subscribe(), || socket.finish_connect())?;
    Ok(talk(socket, &input, &output, text))
}

fn talk(socket: &TcpSocket, input: &InputStream, output: &OutputStream, text: &str) -> String {
    let said = output.blocking_write_and_flush(text.as_bytes()).is_ok() && socket.shutdown(ShutdownType::Send).is_ok();
    let mut heard = Vec::new();
    while let Ok(bytes) = input.blocking_read(4096) {
        heard.extend(bytes);
    }
    if said { String::from_utf8_lossy(&heard).into_owned() } else { "cannot be said".to_string() }
}

fn connect(to: SocketAddr, text: &str) -> Outcome {
    ask(&create_tcp_socket(family(to))?, to, text)
}

fn connect_from(at: SocketAddr, to: SocketAddr, text: &str) -> Outcome {
    let socket = create_tcp_socket(family(to))?;
    bind(&socket, at)?;
    ask(&socket, to, text)
}

/// Begins to connect, and then to another address, before the first is finished.
fn connect_twice(first: SocketAddr, second: SocketAddr, text: &str) -> Outcome {
    let socket = create_tcp_socket(family(first))?;
    socket.start_connect(&instance_network(), wasi_address(first))?;
    let other = socket.start_connect(&instance_network(), wasi_address(second));
    let (input, output) = finish(&socket.subscribe(), || socket.finish_connect())?;
    Ok(format!(
        "{} {}",
        other.map_or_else(|code| code.name().to_string(), |()| "ok".to_string()),
        talk(&socket, &input, &output, text)
    ))
}

/// Listens, and answers the first that comes with what that says.
fn serve(at: SocketAddr) -> Outcome {
    let socket = create_tcp_socket(family(at))?;
    bind(&socket, at)?;
    listen(&socket)?;
    let (accepted, input, output) = finish(&socket.subscribe(), || socket.accept())?;
    let mut heard = Vec::new();
    while let Ok(bytes) = input.blocking_read(4096) {
        heard.extend(bytes);
    }
    let again = accepted.start_listen().map_or_else(|code| code.name().to_string(), |()| "listens".to_string());
    let text = format!("heard {}", String::from_utf8_lossy(&heard));
    let said = output.blocking_write_and_flush(text.as_bytes()).is_ok();
    let _ = accepted.shutdown(ShutdownType::Both);
    Ok(format!("{text} {said} {again}"))
}

fn udp(at: SocketAddr) -> Outcome<UdpSocket> {
    let socket = create_udp_socket(family(at))?;
    socket.start_bind(&instance_network(), wasi_address(at))?;
    finish(&socket.subscribe(), || socket.finish_bind())?;
    Ok(socket)
}

fn send(outgoing: &OutgoingDatagramStream, to: Option<SocketAddr>, text: &str) -> Outcome<()> {
    finish(&outgoing.subscribe(), || match outgoing.check_send()? {
        0 => Err(ErrorCode::WouldBlock),
        _ => Ok(()),
    })?;
    let datagram = OutgoingDatagram { data: text.as_bytes().to_vec(), remote_address: to.map(wasi_address) };
    outgoing.send(&[datagram]).map(|_| ())
}

/// The first datagram that comes within some time, and who sent it.
fn receive(incoming: &IncomingDatagramStream, milliseconds: u64) -> Outcome<(String, Option<IpSocketAddress>)> {
    // Those that were for somebody else woke it, too.
    for _ in 0..10 {
        if !wait(&incoming.subscribe(), milliseconds) {
            break;
        }
        if let Some(datagram) = incoming.receive(1)?.into_iter().next() {
            return Ok((String::from_utf8_lossy(&datagram.data).into_owned(), Some(datagram.remote_address)));
        }
    }
    Ok(("nothing".to_string(), None))
}

/// Sends a datagram by a stream that is connected or not, and tells what comes back.
fn exchange(at: SocketAddr, connected: Option<SocketAddr>, to: Option<SocketAddr>, text: &str) -> Outcome {
    let socket = udp(at)?;
    let (incoming, outgoing) = socket.stream(connected.map(wasi_address))?;
    send(&outgoing, to, text)?;
    receive(&incoming, 1000).map(|(text, _)| text)
}

/// Sends to one, and then, by a stream that is not connected any more, to nobody in particular and to another.
fn send_after(at: SocketAddr, to: SocketAddr, then: SocketAddr, text: &str) -> Outcome {
    let socket = udp(at)?;
    let streams = socket.stream(Some(wasi_address(to)))?;
    send(&streams.1, None, text)?;
    drop(streams);
    let (incoming, outgoing) = socket.stream(None)?;
    let said = |outcome: Outcome<()>| outcome.map_or_else(|code| code.name().to_string(), |()| "ok".to_string());
    let (nobody, other) = (said(send(&outgoing, None, text)), said(send(&outgoing, Some(then), text)));
    Ok(format!("{nobody} {other} {}", receive(&incoming, 300)?.0))
}

fn receive_alone(at: SocketAddr) -> Outcome {
    let socket = udp(at)?;
    let (incoming, _outgoing) = socket.stream(None)?;
    receive(&incoming, 1500).map(|(text, _)| text)
}

/// Answers the first datagram that comes.
fn answer(at: SocketAddr) -> Outcome {
    let socket = udp(at)?;
    let (incoming, outgoing) = socket.stream(None)?;
    let (text, from) = receive(&incoming, 3000)?;
    let Some(from) = from else { return Ok(text) };
    let datagram = OutgoingDatagram { data: format!("heard {text}").into_bytes(), remote_address: Some(from) };
    outgoing.check_send()?;
    outgoing.send(&[datagram])?;
    Ok(text)
}

fn lookup(name: &str) -> Outcome<Vec<IpAddr>> {
    let answers = resolve_addresses(&instance_network(), name)?;
    let mut found = Vec::new();
    while let Some(address) = finish(&answers.subscribe(), || answers.resolve_next_address())? {
        found.push(match address {
            IpAddress::Ipv4((a, b, c, d)) => IpAddr::V4(Ipv4Addr::new(a, b, c, d)),
            IpAddress::Ipv6((a, b, c, d, e, f, g, h)) => IpAddr::V6(Ipv6Addr::new(a, b, c, d, e, f, g, h)),
        });
    }
    Ok(found)
}

/// Connects to the first address of IPv4 that a name has.
fn lookup_connect(name: &str, port: &str, text: &str) -> Outcome {
    let found = lookup(name)?.into_iter().find(IpAddr::is_ipv4);
    let address = found.ok_or(ErrorCode::NameUnresolvable)?;
    connect(SocketAddr::new(address, port.parse().unwrap_or_default()), text)
}

export!(Sockets);
