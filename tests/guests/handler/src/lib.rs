//! An HTTP server: answers with the path that it was asked for, and with what else it can reach.

#![no_std]

extern crate alloc;
extern crate guest_runtime as _;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use exports::wasi::http::incoming_handler::Guest;
use wasi::cli::environment;
use wasi::filesystem::preopens;
use wasi::filesystem::types::{DescriptorFlags, OpenFlags, PathFlags};
use wasi::http::outgoing_handler;
use wasi::http::types::{
    Fields, IncomingRequest, OutgoingBody, OutgoingRequest, OutgoingResponse, ResponseOutparam, Scheme,
};

wit_bindgen::generate!({
    path: ["../../../wit/wasi-0.2.12/io.wit", "../../../wit/wasi-0.2.12/clocks.wit", "../../../wit/wasi-0.2.12/random.wit",
        "../../../wit/wasi-0.2.12/filesystem.wit", "../../../wit/wasi-0.2.12/sockets.wit", "../../../wit/wasi-0.2.12/cli.wit",
        "../../../wit/wasi-0.2.12/http.wit", "../../../wit/guests/handler.wit"],
    world: "test:handler/handler",
    generate_all,
});

struct Handler;

impl Guest for Handler {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let path = request.path_with_query();
        let (path, asked) = (path.unwrap_or_default(), asked(&request));
        let answers = [("environment", variables()), ("file", file(&path)), ("request", ask())];
        let mut text = format!("path {path}\nasked {asked}\n");
        answers.iter().for_each(|(what, answer)| text.push_str(&format!("{what} {answer}\n")));
        let response = OutgoingResponse::new(Fields::new());
        let body = response.body();
        ResponseOutparam::set(out, Ok(response));
        // A response that cannot be answered has no reader either.
        let Ok(body) = body else { return };
        if let Ok(stream) = body.write() {
            for part in text.as_bytes().chunks(4096) {
                if stream.blocking_write_and_flush(part).is_err() {
                    return;
                }
            }
        }
        let _ = OutgoingBody::finish(body, None);
    }
}

/// What came with the request.
fn asked(request: &IncomingRequest) -> String {
    let Ok(body) = request.consume() else { return String::from("nothing") };
    let Ok(stream) = body.stream() else { return String::from("nothing") };
    let mut all = Vec::new();
    while let Ok(bytes) = stream.blocking_read(4096) {
        all.extend(bytes);
    }
    String::from_utf8_lossy(&all).into_owned()
}

/// The file of that name in the first folder that there is.
fn file(path: &str) -> String {
    let folders = preopens::get_directories();
    let Some((folder, _)) = folders.first() else { return String::from("in no folder") };
    let name = path.trim_start_matches('/');
    let stream = folder
        .open_at(PathFlags::SYMLINK_FOLLOW, name, OpenFlags::empty(), DescriptorFlags::READ)
        .and_then(|file| file.read_via_stream(0));
    match stream {
        Ok(stream) => String::from_utf8_lossy(&stream.blocking_read(4096).unwrap_or_default()).into_owned(),
        Err(error) => format!("{error:?}"),
    }
}

fn variables() -> String {
    environment::get_environment().iter().map(|(name, value)| format!("{name}={value};")).collect()
}

/// Asks another server for something, and tells what came of it.
fn ask() -> String {
    let request = OutgoingRequest::new(Fields::new());
    let set = request.set_scheme(Some(&Scheme::Http)).and_then(|()| request.set_authority(Some("127.0.0.1:1")));
    if set.is_err() {
        return String::from("cannot be made");
    }
    let future = match outgoing_handler::handle(request, None) {
        Ok(future) => future,
        Err(error) => return format!("{error:?}"),
    };
    future.subscribe().block();
    match future.get() {
        Some(Ok(Ok(response))) => format!("{}", response.status()),
        Some(Ok(Err(error))) => format!("{error:?}"),
        none => format!("{:?}", none.is_some()),
    }
}

export!(Handler);
