//! Calls the functions of WASI 0.2 that it is told to, and tells what they answered. There is no library between it and them.

#![no_std]

extern crate alloc;
extern crate guest_runtime as _;

mod http;

use alloc::format;
use alloc::string::String;
use core::fmt::Debug;

use wasi::cli::{environment, exit, stderr, stdin, stdout, terminal_stderr, terminal_stdin, terminal_stdout};
use wasi::clocks::{monotonic_clock, wall_clock};
use wasi::filesystem::preopens;
use wasi::io::poll;
use wasi::io::streams::{InputStream, OutputStream};
use wasi::random::{insecure, insecure_seed, random};
use wasi::sockets::network::{IpAddress, IpAddressFamily, IpSocketAddress, Ipv4SocketAddress};
use wasi::sockets::{instance_network, ip_name_lookup, tcp_create_socket, udp_create_socket};

wit_bindgen::generate!({
    path: ["../../../wit/wasi-0.2.12/io.wit", "../../../wit/wasi-0.2.12/clocks.wit", "../../../wit/wasi-0.2.12/random.wit",
        "../../../wit/wasi-0.2.12/filesystem.wit", "../../../wit/wasi-0.2.12/sockets.wit", "../../../wit/wasi-0.2.12/cli.wit",
        "../../../wit/wasi-0.2.12/http.wit", "../../../wit/guests/prober.wit"],
    world: "test:prober/prober",
    generate_all,
});

const HOUR: u64 = 3_600_000_000_000;

struct Prober;

impl Guest for Prober {
    fn probe(what: String) -> String {
        let (group, name) = what.split_once(' ').unwrap_or((&what, ""));
        let said = match group {
            "stdin" => read(&stdin::get_stdin(), name),
            "stdout" => write(&stdout::get_stdout(), name),
            "stderr" => write(&stderr::get_stderr(), name),
            "sockets" => sockets(name),
            "http" => http::probe(name),
            _ => one(&what),
        };
        said.unwrap_or_else(|| format!("no probe is called `{what}`"))
    }
}

/// Functions that have no handles, or only give them.
fn one(what: &str) -> Option<String> {
    Some(match what {
        "get-environment" => say(environment::get_environment()),
        "get-arguments" => say(environment::get_arguments()),
        "initial-cwd" => say(environment::initial_cwd()),
        "get-directories" => say(preopens::get_directories().len()),
        "get-terminal-stdin" => say(terminal_stdin::get_terminal_stdin().map(|_| "terminal")),
        "get-terminal-stdout" => say(terminal_stdout::get_terminal_stdout().map(|_| "terminal")),
        "get-terminal-stderr" => say(terminal_stderr::get_terminal_stderr().map(|_| "terminal")),
        "monotonic-clock now" => say(monotonic_clock::now()),
        "monotonic-clock resolution" => say(monotonic_clock::resolution()),
        "monotonic-clock twice" => say(monotonic_clock::now() <= monotonic_clock::now()),
        "wall-clock now" => {
            let now = wall_clock::now();
            say((now.seconds, now.nanoseconds))
        }
        "wall-clock resolution" => {
            let resolution = wall_clock::resolution();
            say((resolution.seconds, resolution.nanoseconds))
        }
        // Whoever runs the test would notice the hour.
        "sleep" => say(monotonic_clock::subscribe_duration(HOUR).block()),
        "sleep until" => say(monotonic_clock::subscribe_instant(u64::MAX).block()),
        "ready" => say(monotonic_clock::subscribe_duration(HOUR).ready()),
        "poll" => {
            let input = stdin::get_stdin();
            let output = stdout::get_stdout();
            let (input, output) = (input.subscribe(), output.subscribe());
            let clock = monotonic_clock::subscribe_duration(HOUR);
            say(poll::poll(&[&input, &output, &clock]))
        }
        "poll one twice" => {
            let clock = monotonic_clock::subscribe_duration(HOUR);
            say(poll::poll(&[&clock, &clock]))
        }
        "get-random-bytes" => say(random::get_random_bytes(4)),
        "get-random-u64" => say(random::get_random_u64()),
        "get-insecure-random-bytes" => say(insecure::get_insecure_random_bytes(4)),
        "get-insecure-random-u64" => say(insecure::get_insecure_random_u64()),
        "insecure-seed" => say(insecure_seed::insecure_seed()),
        "exit" => say(exit::exit(Ok(()))),
        "exit failing" => say(exit::exit(Err(()))),
        "exit-with-code" => say(exit::exit_with_code(3)),
        _ => return None,
    })
}

fn read(stream: &InputStream, how: &str) -> Option<String> {
    Some(match how {
        "" => say("stream"),
        "read" => say(stream.read(10)),
        "blocking-read" => say(stream.blocking_read(10)),
        "skip" => say(stream.skip(10)),
        "blocking-skip" => say(stream.blocking_skip(10)),
        "subscribe" => {
            let pollable = stream.subscribe();
            pollable.block();
            say(pollable.ready())
        }
        // As a program does that waits for its input, and must not wait for ever.
        "all" => {
            let mut len = 0;
            let end = loop {
                stream.subscribe().block();
                match stream.read(1000) {
                    Ok(bytes) => len += bytes.len(),
                    Err(end) => break end,
                }
            };
            say((len, end))
        }
        "splice" => say(stdout::get_stdout().splice(stream, 10)),
        "blocking-splice" => say(stdout::get_stdout().blocking_splice(stream, 10)),
        _ => return None,
    })
}

fn write(stream: &OutputStream, how: &str) -> Option<String> {
    Some(match how {
        "" => say("stream"),
        "check-write" => say(stream.check_write()),
        "write" => {
            // The rules of `write` ask for this first.
            let room = stream.check_write();
            say((room.is_ok(), stream.write(b"text\n")))
        }
        "blocking-write-and-flush" => say(stream.blocking_write_and_flush(b"text\n")),
        "flush" => say(stream.flush()),
        "blocking-flush" => say(stream.blocking_flush()),
        "write-zeroes" => {
            let room = stream.check_write();
            say((room.is_ok(), stream.write_zeroes(4)))
        }
        "blocking-write-zeroes-and-flush" => say(stream.blocking_write_zeroes_and_flush(4)),
        "subscribe" => {
            let pollable = stream.subscribe();
            pollable.block();
            say(pollable.ready())
        }
        // As a program does that writes all it has, however little is taken at a time.
        "much" => {
            let bytes = [b'x'; 4096];
            say((0..10_000).try_for_each(|_| {
                stream.subscribe().block();
                match stream.check_write()? {
                    room if room >= 4096 => stream.write(&bytes),
                    _ => stream.blocking_flush(),
                }
            }))
        }
        _ => return None,
    })
}

fn sockets(name: &str) -> Option<String> {
    let anywhere = IpSocketAddress::Ipv4(Ipv4SocketAddress { port: 0, address: (127, 0, 0, 1) });
    Some(match name {
        "instance-network" => {
            instance_network::instance_network();
            say("network")
        }
        "create-tcp-socket" => say(tcp_create_socket::create_tcp_socket(IpAddressFamily::Ipv4)
            .map(|_| "socket")
            .map_err(|error| error.name())),
        "create-udp-socket" => say(udp_create_socket::create_udp_socket(IpAddressFamily::Ipv6)
            .map(|_| "socket")
            .map_err(|error| error.name())),
        "resolve-addresses" => {
            let network = instance_network::instance_network();
            say(ip_name_lookup::resolve_addresses(&network, "localhost")
                .map(|_| "addresses")
                .map_err(|error| error.name()))
        }
        // What follows needs a socket, which no denied function gives.
        "bind" => {
            let network = instance_network::instance_network();
            say(tcp_create_socket::create_tcp_socket(IpAddressFamily::Ipv4)
                .and_then(|socket| socket.start_bind(&network, anywhere))
                .map_err(|error| error.name()))
        }
        "next-address" => {
            let network = instance_network::instance_network();
            let next = ip_name_lookup::resolve_addresses(&network, "localhost").and_then(|addresses| {
                addresses.subscribe().block();
                let next: Option<IpAddress> = addresses.resolve_next_address()?;
                Ok(next.is_some())
            });
            say(next.map_err(|error| error.name()))
        }
        _ => return None,
    })
}

pub(crate) fn say(answer: impl Debug) -> String {
    format!("{answer:?}")
}

export!(Prober);
