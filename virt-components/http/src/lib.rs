//! Requests of HTTP: what is known of one that a component makes, and whether its rules allow it.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

#[path = "../../../src/rules/host.rs"]
mod host;
#[path = "../../../src/rules/path.rs"]
mod path;
#[path = "../../../src/rules/http.rs"]
pub mod rule;

#[cfg(test)]
mod table;
#[cfg(test)]
mod tests;

use abi::settings::Rules;
use abi::{List, Text};
use alloc::vec::Vec;
use rule::{Reason, Request, Rule, Scheme};

/// What a request's own functions were told last, of which the host has taken each.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// The method.
    pub method: Method,
    /// The scheme, if one was set.
    pub scheme: Option<OfScheme>,
    /// The authority, if one was set.
    pub authority: Option<Vec<u8>>,
    /// Path and query, if they were set.
    pub path: Option<Vec<u8>>,
}

/// `wasi:http/types.method`.
#[derive(Debug, Clone, PartialEq)]
pub enum Method {
    /// One of those with a case of their own, by the number of the case.
    Known(u32),
    /// Another.
    Other(Vec<u8>),
}

/// `wasi:http/types.scheme`.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub enum OfScheme {
    Http,
    Https,
    Other(Vec<u8>),
}

/// The cases of `wasi:http/types.method` but the last, in order. One text: every adapter with a provider has the data of all, and an
/// array would have the addresses of its texts too.
fn methods() -> impl Iterator<Item = &'static [u8]> {
    b"GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH".split(|byte| *byte == b' ')
}

impl Default for Method {
    fn default() -> Self {
        // What a request is made with.
        Method::Known(0)
    }
}

impl Method {
    /// The method of a case, with its payload.
    pub fn of(case: u32, other: &[u8]) -> Method {
        if methods().nth(case as usize).is_some() { Method::Known(case) } else { Method::Other(other.to_vec()) }
    }

    fn text(&self) -> &[u8] {
        match self {
            Method::Known(case) => methods().nth(*case as usize).unwrap_or_default(),
            Method::Other(text) => text,
        }
    }
}

impl OfScheme {
    /// The scheme of a case, with its payload.
    pub fn of(case: u32, other: &[u8]) -> OfScheme {
        match case {
            0 => OfScheme::Http,
            1 => OfScheme::Https,
            _ => OfScheme::Other(other.to_vec()),
        }
    }

    fn seen(&self) -> Scheme<'_> {
        match self {
            OfScheme::Http => Scheme::Http,
            OfScheme::Https => Scheme::Https,
            OfScheme::Other(text) => Scheme::Other(text),
        }
    }
}

impl Said {
    /// Whether rules allow the request.
    ///
    /// # Errors
    ///
    /// Why they do not. A rule that cannot be read allows nothing, and denies everything.
    pub fn judge(&self, rules: &Rules) -> Result<(), Reason> {
        let allow: Vec<Rule<'_>> = read(&rules.allow).flatten().collect();
        let deny: Option<Vec<Rule<'_>>> = read(&rules.deny).collect();
        let request = Request {
            method: self.method.text(),
            scheme: self.scheme.as_ref().map(OfScheme::seen),
            authority: self.authority.as_deref(),
            path: self.path.as_deref(),
        };
        rule::judge(&allow, &deny.ok_or(Reason::Denied)?, &request)
    }
}

fn read(rules: &List<Text>) -> impl Iterator<Item = Option<Rule<'static>>> {
    rules.slice().iter().map(|text| Rule::parse(text.bytes()).ok())
}
