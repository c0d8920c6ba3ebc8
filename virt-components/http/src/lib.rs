//! HTTP requests of a component, and the judgement whether its rules allow them.

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

/// The parts of a request, as the component last set them and the host accepted them.
#[derive(Debug, Clone, Default)]
pub struct RequestParts {
    /// The method.
    pub method: Method,
    /// The scheme, if one was set.
    pub scheme: Option<SchemeValue>,
    /// The authority, if one was set.
    pub authority: Option<Vec<u8>>,
    /// Path and query, if they were set.
    pub path: Option<Vec<u8>>,
}

/// `wasi:http/types.method`.
#[derive(Debug, Clone, PartialEq)]
pub enum Method {
    /// A method with a case of its own, by the number of the case.
    Known(u32),
    /// Another method.
    Other(Vec<u8>),
}

/// `wasi:http/types.scheme`.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub enum SchemeValue {
    Http,
    Https,
    Other(Vec<u8>),
}

/// The cases of `wasi:http/types.method` except the last, in order. They are one text, because every adapter with a
/// provider contains it, and an array would also contain addresses.
fn methods() -> impl Iterator<Item = &'static [u8]> {
    b"GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH".split(|byte| *byte == b' ')
}

impl Default for Method {
    fn default() -> Self {
        // The method of a new request: GET.
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

impl SchemeValue {
    /// The scheme of a case, with its payload.
    pub fn of(case: u32, other: &[u8]) -> SchemeValue {
        match case {
            0 => SchemeValue::Http,
            1 => SchemeValue::Https,
            _ => SchemeValue::Other(other.to_vec()),
        }
    }

    fn seen(&self) -> Scheme<'_> {
        match self {
            SchemeValue::Http => Scheme::Http,
            SchemeValue::Https => Scheme::Https,
            SchemeValue::Other(text) => Scheme::Other(text),
        }
    }
}

impl RequestParts {
    /// Judges the request by rules.
    ///
    /// # Errors
    ///
    /// The reason why the rules do not allow it. A malformed rule that would allow allows nothing; a malformed rule
    /// that would deny denies everything.
    pub fn judge(&self, rules: &Rules) -> Result<(), Reason> {
        let allow: Vec<Rule<'_>> = read(&rules.allow).flatten().collect();
        let deny: Option<Vec<Rule<'_>>> = read(&rules.deny).collect();
        let request = Request {
            method: self.method.text(),
            scheme: self.scheme.as_ref().map(SchemeValue::seen),
            authority: self.authority.as_deref(),
            path: self.path.as_deref(),
        };
        rule::judge(&allow, &deny.ok_or(Reason::Denied)?, &request)
    }
}

fn read(rules: &List<Text>) -> impl Iterator<Item = Option<Rule<'static>>> {
    rules.slice().iter().map(|text| Rule::parse(text.bytes()).ok())
}
