//! The rules for addresses and names of sockets.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

// Some of these functions are only for hosts of HTTP requests.
#[allow(dead_code)]
#[path = "../../../src/rules/host.rs"]
mod host;
#[path = "../../../src/rules/sockets.rs"]
pub mod rule;

#[cfg(test)]
mod table;
#[cfg(test)]
mod tests;

use abi::settings::Sockets;
use abi::{List, Text};
pub use host::Address;
pub use rule::{Answers, Lookup, Rules, Socket};
use rule::{Names, Rule};

/// Parses the rules of the settings. A malformed rule allows nothing.
pub fn read(settings: &Sockets) -> Rules {
    fn texts(list: &List<Text>) -> impl Iterator<Item = &'static [u8]> {
        list.slice().iter().map(Text::bytes)
    }
    Rules {
        connect: texts(&settings.connect).filter_map(|text| Rule::connect(text).ok()).collect(),
        listen: texts(&settings.listen).filter_map(|text| Rule::listen(text).ok()).collect(),
        lookup: texts(&settings.lookup).filter_map(|text| Names::parse(text).ok()).collect(),
    }
}
