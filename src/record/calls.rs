//! Recordings: lines of JSON with values in WAVE, read by the types of the functions.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::error::RecordError;
use crate::decide::recording::Call;
use crate::decide::stubs;
use crate::imports::{Function, Imports};
use crate::load::Component;
use crate::name::base;
use crate::runtime::rep;
use crate::text::Shown;

/// A line of a recording.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its number.
    number: usize,
    text: Text,
}

/// What it says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    #[serde(rename = "n")]
    _n: u64,
    at: String,
    call: String,
    args: Vec<String>,
    result: Option<String>,
    #[serde(skip)]
    is_endless: bool,
}

/// What each line of a recording begins with. A program may write to standard error, too, and end no line. No text within a line of a
/// recording has a quotation mark without a backslash.
const START: &str = "{\"n\":";

/// Reads the lines of a recording. Anything else in the text is left out.
///
/// # Errors
///
/// A line that begins as one of a recording is none.
pub fn lines(text: &str) -> Result<Vec<Line>, RecordError> {
    let mut lines = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let Some(line) = line.rfind(START).and_then(|start| line.get(start..)) else { continue };
        let wrong = |error: serde_json::Error| {
            let why = Shown(&error.to_string()).to_string();
            RecordError::Line { line: number, why }
        };
        let text = serde_json::from_str(line).or_else(|error| endless(line).ok_or(error)).map_err(wrong)?;
        lines.push(Line { number, text });
    }
    Ok(lines)
}

/// The line of a call that did not return, whatever was written after it.
fn endless(line: &str) -> Option<Text> {
    let end = line.rfind(']')?;
    let text = serde_json::from_str::<Text>(&format!("{}}}", line.get(..=end)?)).ok()?;
    Some(Text { is_endless: true, ..text })
}

/// The instance of the calls in a recording: the one of that name, or the only one.
fn instance<'l>(lines: &'l [Line], at: &'l str, recorded: &BTreeSet<String>) -> &'l str {
    let of = |Line { text, .. }: &'l Line| {
        let edge = text.at.as_str();
        let prefix = |name: &String| edge.strip_suffix(name.as_str()).and_then(|rest| rest.strip_suffix('/'));
        recorded.iter().find_map(prefix)
    };
    let instances: BTreeSet<&str> = lines.iter().filter_map(of).collect();
    match instances.first() {
        Some(only) if instances.len() == 1 => only,
        _ => at,
    }
}

/// The calls of recorded interfaces. Those of others are left out.
pub fn read(
    component: &Component,
    imports: &Imports<'_>,
    lines: &[Line],
    at: &str,
    recorded: &BTreeSet<String>,
) -> Result<Vec<Call>, RecordError> {
    let (mut calls, instance) = (Vec::new(), instance(lines, at, recorded));
    for Line { number, text } in lines {
        // Versions may differ.
        let edge = |name: &&String| {
            let own = text.at.strip_prefix(instance).and_then(|rest| rest.strip_prefix('/'));
            own.is_some_and(|own| own == name.as_str() || base(own) == base(name))
        };
        let Some(interface) = recorded.iter().find(edge) else { continue };
        let mut functions = imports.functions().map(|(_, of)| of).filter(|of| of.interface == interface);
        let function = functions.find(|of| of.name == text.call).ok_or_else(|| RecordError::Call {
            line: *number,
            function: crate::name::qualified(interface, &text.call),
            why: "it is not imported".to_owned(),
        })?;
        let call = call(component, function, text);
        calls.push(call.map_err(|why| RecordError::Call { line: *number, function: function.shown(), why })?);
    }
    if calls.is_empty() && !lines.is_empty() {
        let edges: Vec<String> = recorded.iter().map(|name| format!("`{}`", Shown(&format!("{at}/{name}")))).collect();
        return Err(RecordError::Nothing { edges: edges.join(", ") });
    }
    Ok(calls)
}

fn call(component: &Component, function: &Function<'_>, text: &Text) -> Result<Call, String> {
    let (params, result) = (&function.ty.params, &function.ty.result);
    if params.len() != text.args.len() {
        return Err(format!("it has {} arguments, and the function takes {}", text.args.len(), params.len()));
    }
    let arguments = params.iter().zip(&text.args).map(|((_, ty), text)| stubs::recorded(component, ty, text, 0));
    let arguments = arguments.collect::<Result<_, _>>()?;
    let result = match (result, &text.result) {
        (Some(ty), Some(text)) => Some(stubs::recorded(component, ty, text, rep::PROVIDED)?),
        (None, None) => None,
        (Some(_), None) if text.is_endless => None,
        (Some(_), None) => return Err("the result is missing".to_owned()),
        (None, Some(_)) => return Err("the function has no result".to_owned()),
    };
    let (interface, function) = (function.interface.to_owned(), function.name.to_owned());
    Ok(Call { interface, function, arguments, result, is_endless: text.is_endless })
}
