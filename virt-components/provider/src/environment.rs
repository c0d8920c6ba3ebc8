//! `wasi:cli/environment`.

use abi::settings::Variable;
use abi::{List, Maybe, Out, Text, receive};

use crate::global::Given;
use crate::host;
use crate::settings::settings;

static VARIABLES: Given<Variable> = Given::new();

#[unsafe(export_name = "wasi:cli/environment#get-environment")]
extern "C" fn get_environment(out: Out<List<Variable>>) {
    let variables = &settings().env;
    let hosts = if variables.host == 0 { List::new(&[]) } else { receive(|out| host::get_environment(out)) };
    out.put(VARIABLES.give(|merged| environment::merge(merged, variables, hosts.slice())));
}

#[unsafe(export_name = "wasi:cli/environment#get-arguments")]
extern "C" fn get_arguments(out: Out<List<Text>>) {
    out.put(settings().args);
}

#[unsafe(export_name = "wasi:cli/environment#initial-cwd")]
extern "C" fn initial_cwd(out: Out<Maybe<Text>>) {
    out.put(settings().cwd.slice().first().copied());
}
