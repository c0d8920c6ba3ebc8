//! `wasi:cli/environment`.

use abi::settings::Variable;
use abi::{List, Maybe, Out, Text, receive};

use crate::global::Given;
use crate::host;
use crate::settings::settings;

static VARIABLES: Given<Variable> = Given::new();

#[unsafe(export_name = "wasi:cli/environment#get-environment")]
extern "C" fn get_environment(out: Out<List<Variable>>) {
    merged(out, |out| host::get_environment(out));
}

#[unsafe(export_name = "wasi:cli/environment@0.3#get-environment")]
extern "C" fn get_environment_3(out: Out<List<Variable>>) {
    merged(out, |out| host::get_environment_3(out));
}

fn merged(out: Out<List<Variable>>, host: impl FnOnce(Out<List<Variable>>)) {
    let variables = &settings().env;
    let hosts = if variables.host == 0 { List::new(&[]) } else { receive(host) };
    out.put(VARIABLES.give(|list| environment::merge(list, variables, hosts.slice())));
}

#[unsafe(export_name = "wasi:cli/environment#get-arguments")]
extern "C" fn get_arguments(out: Out<List<Text>>) {
    out.put(settings().args);
}

#[unsafe(export_name = "wasi:cli/environment@0.3#get-arguments")]
extern "C" fn get_arguments_3(out: Out<List<Text>>) {
    out.put(settings().args);
}

#[unsafe(export_name = "wasi:cli/environment#initial-cwd")]
extern "C" fn initial_cwd(out: Out<Maybe<Text>>) {
    out.put(settings().cwd.slice().first().copied());
}

#[unsafe(export_name = "wasi:cli/environment@0.3#get-initial-cwd")]
extern "C" fn get_initial_cwd_3(out: Out<Maybe<Text>>) {
    out.put(settings().cwd.slice().first().copied());
}
