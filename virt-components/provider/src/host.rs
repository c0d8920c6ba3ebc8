//! The host's functions. Those for which the settings have no bit are called only by the functions of the same names, which are there
//! only where the component imports them.

use abi::{At, List, Maybe, Out, Reply, StreamError, Text, settings::Variable};

use crate::config::Error;

#[link(wasm_import_module = "host")]
unsafe extern "C" {
    #[link_name = "wasi:cli/environment#get-environment"]
    pub safe fn get_environment(out: Out<List<Variable>>);

    #[link_name = "wasi:config/store#get"]
    pub safe fn store_get(key: At<u8>, length: usize, out: Out<Reply<Maybe<Text>, Error>>);
    #[link_name = "wasi:config/store#get-all"]
    pub safe fn store_get_all(out: Out<Reply<List<Variable>, Error>>);
    #[link_name = "wasi:config/runtime#get"]
    pub safe fn runtime_get(key: At<u8>, length: usize, out: Out<Reply<Maybe<Text>, Error>>);
    #[link_name = "wasi:config/runtime#get-all"]
    pub safe fn runtime_get_all(out: Out<Reply<List<Variable>, Error>>);

    #[link_name = "wasi:io/poll#[method]pollable.ready"]
    pub safe fn ready(pollable: u32) -> u32;
    #[link_name = "wasi:io/poll#poll"]
    pub safe fn poll(pollables: At<u32>, length: usize, out: Out<List<u32>>);
    #[link_name = "wasi:io/poll#[resource-drop]pollable"]
    pub safe fn drop_pollable(pollable: u32);
    #[link_name = "wasi:clocks/monotonic-clock#subscribe-duration"]
    pub safe fn subscribe_duration(duration: u64) -> u32;

    #[link_name = "wasi:io/streams#[method]input-stream.read"]
    pub safe fn read(from: u32, length: u64, out: Out<Reply<Text, StreamError>>);
    #[link_name = "wasi:io/streams#[method]output-stream.check-write"]
    pub safe fn check_write(to: u32, out: Out<Reply<u64, StreamError>>);
    #[link_name = "wasi:io/streams#[method]output-stream.write"]
    pub safe fn write(to: u32, bytes: At<u8>, length: usize, out: Out<Reply<(), StreamError>>);
    #[link_name = "wasi:io/streams#[method]output-stream.splice"]
    pub safe fn splice(to: u32, from: u32, length: u64, out: Out<Reply<u64, StreamError>>);
    #[link_name = "wasi:io/streams#[method]output-stream.blocking-splice"]
    pub safe fn blocking_splice(to: u32, from: u32, length: u64, out: Out<Reply<u64, StreamError>>);
}
