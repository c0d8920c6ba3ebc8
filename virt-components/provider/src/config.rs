//! `wasi:config/store`, and `wasi:config/runtime`, its former name.

use abi::settings::Variable;
use abi::{List, Maybe, Out, Pointer, Reply, Text, receive};
use config::Value;

use crate::global::Given;
use crate::host;
use crate::settings::settings;

/// `error`. Only the host returns it.
#[repr(C, u8)]
#[allow(dead_code)]
pub enum Error {
    Upstream(Text),
    Io(Text),
}

type All = Reply<List<Variable>, Error>;
type One = Reply<Maybe<Text>, Error>;

static VALUES: Given<Variable> = Given::new();

#[unsafe(export_name = "wasi:config/store#get")]
extern "C" fn store_get(key: Pointer<u8>, length: usize, out: Out<One>) {
    match config::get(&settings().config, key.list(length).bytes()) {
        Value::Host => host::store_get(key, length, out),
        value => out.put(known(value)),
    }
}

#[unsafe(export_name = "wasi:config/store#get-all")]
extern "C" fn store_get_all(out: Out<All>) {
    out.put(merge(|| receive(|out| host::store_get_all(out))));
}

#[unsafe(export_name = "wasi:config/runtime#get")]
extern "C" fn runtime_get(key: Pointer<u8>, length: usize, out: Out<One>) {
    match config::get(&settings().config, key.list(length).bytes()) {
        Value::Host => host::runtime_get(key, length, out),
        value => out.put(known(value)),
    }
}

#[unsafe(export_name = "wasi:config/runtime#get-all")]
extern "C" fn runtime_get_all(out: Out<All>) {
    out.put(merge(|| receive(|out| host::runtime_get_all(out))));
}

/// The result for a key that the host is not asked for.
fn known(value: Value) -> One {
    match value {
        Value::Set(value) => Reply::Ok(Maybe::Some(value)),
        Value::Host | Value::None => Reply::Ok(Maybe::None),
    }
}

fn merge(ask: impl FnOnce() -> All) -> All {
    let values = &settings().config;
    let hosts = if values.host == 0 { Reply::Ok(List::new(&[])) } else { ask() };
    match hosts {
        Reply::Ok(hosts) => Reply::Ok(VALUES.give(|merged| config::merge(merged, values, hosts.slice()))),
        Reply::Err(error) => Reply::Err(error),
    }
}
