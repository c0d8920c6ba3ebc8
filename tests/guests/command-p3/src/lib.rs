//! A command of WASI 0.3: async functions, streams and futures. No step minds being refused.

#![no_std]

extern crate alloc;
extern crate guest_runtime as _;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Debug;

use wasi::cli::types::ErrorCode;
use wasi::cli::{environment, exit, stderr, stdin, stdout, terminal_stdout};
use wasi::clocks::{monotonic_clock, system_clock};
use wasi::filesystem::preopens;
use wasi::filesystem::types::{DescriptorFlags, OpenFlags, PathFlags};
use wasi::random::random;
use wasi::sockets::ip_name_lookup;
use wasi::sockets::types::{IpAddressFamily, TcpSocket, UdpSocket};

wit_bindgen::generate!({
    path: ["../../../wit/wasi-0.3.0/clocks.wit", "../../../wit/wasi-0.3.0/random.wit", "../../../wit/wasi-0.3.0/filesystem.wit",
        "../../../wit/wasi-0.3.0/sockets.wit", "../../../wit/wasi-0.3.0/cli.wit", "../../../wit/guests/command-p3.wit"],
    world: "test:command-p3/command-p3",
    generate_all,
});

/// What `run` does, in this order.
const STEPS: &[&str] = &["environment", "arguments", "directories", "read", "stdin", "wait"];

struct Command;

impl exports::wasi::cli::run::Guest for Command {
    async fn run() -> Result<(), ()> {
        let mut text = String::new();
        for step in STEPS {
            let said = probe(step).await.unwrap_or_default();
            text = format!("{text}{step} {said}\n");
        }
        // Whoever denies it wants the command to go on.
        let _ = print(text.into_bytes()).await;
        Ok(())
    }
}

impl Guest for Command {
    async fn probe(what: String) -> String {
        probe(&what).await.unwrap_or_else(|| format!("no probe is called `{what}`"))
    }
}

async fn probe(what: &str) -> Option<String> {
    Some(match what {
        "environment" => say(environment::get_environment().len()),
        "arguments" => say(environment::get_arguments()),
        "cwd" => say(environment::get_initial_cwd()),
        "directories" => say(preopens::get_directories().len()),
        "read" => say(read("file.txt").await),
        "stdin" => {
            let (stream, end) = stdin::read_via_stream();
            let bytes = stream.collect().await;
            say((bytes.len(), end.await))
        }
        // How much was not taken, and how it ended.
        "stdout" => say(print(b"text\n".to_vec()).await),
        "stderr" => {
            let (mut writer, reader) = wit_stream::new();
            let end = stderr::write_via_stream(reader);
            let rest = writer.write_all(b"text\n".to_vec()).await;
            drop(writer);
            say((rest.len(), end.await))
        }
        "terminal" => say(terminal_stdout::get_terminal_stdout().map(|_| "terminal")),
        "wait" => say(monotonic_clock::wait_for(1000).await),
        // Whoever runs the test would notice the hour.
        "sleep" => say(monotonic_clock::wait_for(3_600_000_000_000).await),
        "now" => {
            let now = system_clock::now();
            say((monotonic_clock::now(), now.seconds, now.nanoseconds))
        }
        "random" => say(random::get_random_u64()),
        "exit" => say(exit::exit(Err(()))),
        "tcp" => say(TcpSocket::create(IpAddressFamily::Ipv4).map(|_| "socket")),
        "udp" => say(UdpSocket::create(IpAddressFamily::Ipv4).map(|_| "socket")),
        "lookup" => say(ip_name_lookup::resolve_addresses("localhost".into()).await.map(|_| "addresses")),
        _ => return None,
    })
}

/// Writes to stdout. Gives how many bytes were not taken, and how it ended.
async fn print(bytes: Vec<u8>) -> (usize, Result<(), ErrorCode>) {
    let (mut writer, reader) = wit_stream::new();
    let end = stdout::write_via_stream(reader);
    let rest = writer.write_all(bytes).await;
    drop(writer);
    (rest.len(), end.await)
}

/// Reads a file of the first preopened folder. `None` where there is none.
async fn read(name: &str) -> Option<(usize, Result<(), wasi::filesystem::types::ErrorCode>)> {
    let (folder, _) = preopens::get_directories().into_iter().next()?;
    let file = match folder.open_at(PathFlags::empty(), name.into(), OpenFlags::empty(), DescriptorFlags::READ).await {
        Ok(file) => file,
        Err(error) => return Some((0, Err(error))),
    };
    let (stream, end) = file.read_via_stream(0);
    Some((stream.collect().await.len(), end.await))
}

fn say(answer: impl Debug) -> String {
    format!("{answer:?}")
}

export!(Command);
