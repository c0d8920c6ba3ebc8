//! What providers answer to the calls that a language's library does not make, asked one by one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::disallowed_methods)]

mod support;

use support::puppet::{self, Puppet};

#[test]
fn a_puppet_calls_the_host() {
    let mut puppet = Puppet::new(puppet::component(), |wasi| _ = wasi.env("A", "b"));
    assert_eq!(ask!(puppet, "cli-environment/get-environment"), "[(\"A\", \"b\")]");
    let stdout = puppet.handle("cli-stdout/get-stdout", &[]);
    assert_eq!(ask!(puppet, "io-streams/output-stream-write", stdout, b"text"), "ok");
}
