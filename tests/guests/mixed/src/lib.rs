//! Asks WASI 0.2 and 0.3 by turns for what should be one world behind both.

#![no_std]

extern crate alloc;
extern crate guest_runtime as _;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Debug;

use wasi::cli0_2_12::environment as environment2;
use wasi::cli0_3_0::environment as environment3;
use wasi::cli0_2_12::stdin as stdin2;
use wasi::cli0_3_0::stdin as stdin3;
use wasi::clocks0_2_12::monotonic_clock as clock2;
use wasi::clocks0_3_0::monotonic_clock as clock3;
use wasi::filesystem0_2_12::preopens as preopens2;
use wasi::filesystem0_2_12::types as types2;
use wasi::filesystem0_3_0::preopens as preopens3;
use wasi::filesystem0_3_0::types as types3;

wit_bindgen::generate!({
    path: ["../../../wit/wasi-0.2.12/io.wit", "../../../wit/wasi-0.2.12/clocks.wit", "../../../wit/wasi-0.2.12/random.wit",
        "../../../wit/wasi-0.2.12/filesystem.wit", "../../../wit/wasi-0.2.12/sockets.wit", "../../../wit/wasi-0.2.12/cli.wit",
        "../../../wit/wasi-0.3.0/clocks.wit", "../../../wit/wasi-0.3.0/random.wit", "../../../wit/wasi-0.3.0/filesystem.wit",
        "../../../wit/wasi-0.3.0/sockets.wit", "../../../wit/wasi-0.3.0/cli.wit", "../../../wit/guests/mixed.wit"],
    world: "test:mixed/mixed",
    generate_all,
});

struct Mixed;

impl Guest for Mixed {
    async fn probe(what: String) -> String {
        match what.as_str() {
            "environment" => say((environment2::get_environment(), environment3::get_environment())),
            "arguments" => say((environment2::get_arguments(), environment3::get_arguments())),
            // Each moves on by the step, and the wait by more.
            "clock" => {
                let (a, b) = (clock2::now(), clock3::now());
                clock3::wait_for(1000).await;
                say((a, b, clock2::now(), clock3::now()))
            }
            "3 to 2" => {
                let written = write3("from-3", b"of three".to_vec()).await;
                say((written, read2("from-3")))
            }
            "2 to 3" => {
                let written = write2("from-2", b"of two");
                say((written, read3("from-2").await))
            }
            // What a stream of 0.3 offers is not for 0.2, until it is let go of.
            "stdin" => {
                let (mut stream, end) = stdin3::read_via_stream();
                let (_, first) = stream.read(Vec::with_capacity(4)).await;
                let two = stdin2::get_stdin();
                let while_open = two.read(100).map_err(|_| "closed");
                drop(stream);
                let end = end.await;
                let rest = two.read(100).map(|bytes| text(&bytes)).map_err(|_| "closed");
                say((text(&first), while_open, end, rest))
            }
            // A stream of 0.3 that is open while 0.2 writes.
            "both" => {
                let written = write2("both", b"0123456789");
                let Some((folder, _)) = preopens3::get_directories().into_iter().next() else { return String::new() };
                let file = folder
                    .open_at(
                        types3::PathFlags::empty(),
                        "both".into(),
                        types3::OpenFlags::empty(),
                        types3::DescriptorFlags::READ,
                    )
                    .await;
                let Ok(file) = file else { return say(file.err()) };
                let (mut stream, end) = file.read_via_stream(0);
                let (_, first) = stream.read(Vec::with_capacity(4)).await;
                let again = write2("both", b"ABCDEFGHIJ");
                let rest = stream.collect().await;
                say((written, again, text(&first), rest.len(), end.await, read2("both")))
            }
            _ => format!("no probe is called `{what}`"),
        }
    }
}

fn write2(name: &str, bytes: &[u8]) -> Result<(), types2::ErrorCode> {
    let Some((folder, _)) = preopens2::get_directories().into_iter().next() else {
        return Err(types2::ErrorCode::NoEntry);
    };
    let (how, flags) = (types2::OpenFlags::CREATE | types2::OpenFlags::TRUNCATE, types2::DescriptorFlags::WRITE);
    let file = folder.open_at(types2::PathFlags::empty(), name, how, flags)?;
    file.write(bytes, 0).map(|_| ())
}

fn read2(name: &str) -> Result<String, types2::ErrorCode> {
    let Some((folder, _)) = preopens2::get_directories().into_iter().next() else {
        return Err(types2::ErrorCode::NoEntry);
    };
    let (how, flags) = (types2::OpenFlags::empty(), types2::DescriptorFlags::READ);
    let file = folder.open_at(types2::PathFlags::empty(), name, how, flags)?;
    file.read(100, 0).map(|(bytes, _)| text(&bytes))
}

async fn write3(name: &str, bytes: Vec<u8>) -> Result<(), types3::ErrorCode> {
    let Some((folder, _)) = preopens3::get_directories().into_iter().next() else {
        return Err(types3::ErrorCode::NoEntry);
    };
    let (how, flags) = (types3::OpenFlags::CREATE | types3::OpenFlags::TRUNCATE, types3::DescriptorFlags::WRITE);
    let file = folder.open_at(types3::PathFlags::empty(), name.into(), how, flags).await?;
    let (mut writer, reader) = wit_stream::new();
    let end = file.write_via_stream(reader, 0);
    writer.write_all(bytes).await;
    drop(writer);
    end.await
}

async fn read3(name: &str) -> Result<String, types3::ErrorCode> {
    let Some((folder, _)) = preopens3::get_directories().into_iter().next() else {
        return Err(types3::ErrorCode::NoEntry);
    };
    let (how, flags) = (types3::OpenFlags::empty(), types3::DescriptorFlags::READ);
    let file = folder.open_at(types3::PathFlags::empty(), name.into(), how, flags).await?;
    let (stream, end) = file.read_via_stream(0);
    let bytes = stream.collect().await;
    end.await.map(|()| text(&bytes))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn say(answer: impl Debug) -> String {
    format!("{answer:?}")
}

export!(Mixed);
