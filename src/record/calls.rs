//! Recordings: lines of JSON with values in WAVE, read by the types of the functions.

use std::collections::{BTreeMap, BTreeSet};

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
pub(super) struct Line {
    /// Its number.
    number: usize,
    text: Text,
}

/// What it says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    n: u64,
    at: String,
    call: String,
    args: Vec<String>,
    result: Option<String>,
    /// Whether there is a result in its line, or a later line says that it returned.
    #[serde(skip)]
    has_returned: bool,
}

/// The line of a call that has returned, and has no result in its own line.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    n: u64,
    at: String,
    result: Option<String>,
}

/// What each line of a recording begins with. A program may write to standard error, too, and end no line. No text within a line of a
/// recording has a quotation mark without a backslash.
const START: &str = "{\"n\":";

/// Reads the lines of a recording. Anything else in the text is left out.
///
/// # Errors
///
/// A line that begins as one of a recording is none, or says that a call returned which did not begin.
pub(super) fn lines(text: &str) -> Result<Vec<Line>, RecordError> {
    let mut lines: Vec<Line> = Vec::new();
    // The calls that have not returned, by their numbers and where they were made.
    let mut open: BTreeMap<(u64, String), usize> = BTreeMap::new();
    for (number, line) in (1..).zip(text.lines()) {
        let Some(line) = line.rfind(START).and_then(|start| line.get(start..)) else { continue };
        let wrong = |why: &str| RecordError::Line { line: number, why: Shown(why).to_string() };
        if let Ok(Given { n, at, result }) = serde_json::from_str(line) {
            let of = open.remove(&(n, at)).and_then(|index| lines.get_mut(index));
            let of =
                of.ok_or_else(|| wrong("it says that a call returned, and no line before it is that of the call"))?;
            (of.text.has_returned, of.text.result) = (true, result);
            continue;
        }
        let mut text: Text = serde_json::from_str(line).map_err(|error| wrong(&error.to_string()))?;
        text.has_returned = text.result.is_some();
        if !text.has_returned {
            open.insert((text.n, text.at.clone()), lines.len());
        }
        lines.push(Line { number, text });
    }
    Ok(lines)
}

/// The recorded interface of a line, which is empty for a function of the world, and the instance that comes before it. Versions may
/// differ. `own` is the instance whose calls are meant.
fn edge<'l, 'r>(text: &'l Text, own: &str, recorded: &'r BTreeSet<String>) -> Option<(&'l str, &'r str)> {
    let at = text.at.as_str();
    // It has just such a name, whatever that looks like.
    if at == own && recorded.contains(&text.call) {
        return Some((at, ""));
    }
    let named = |name: &'r String| {
        let start = at.strip_suffix(name.as_str()).map(str::len).or_else(|| at.rfind(base(name)))?;
        let (before, of) = at.split_at_checked(start)?;
        let is_it = of == name.as_str() || base(of) == base(name);
        (is_it && before.ends_with(['/', ' '])).then_some((before.trim_end_matches(['/', ' ']), name.as_str()))
    };
    // Where versions differ, there may be several.
    let exact = |name: &&String| at.ends_with(name.as_str());
    let found = recorded.iter().filter(exact).find_map(named).or_else(|| recorded.iter().find_map(named));
    found.or_else(|| (recorded.contains(&text.call) && !ends_in_interface(at)).then_some((at, "")))
}

/// Whether there is the name of an interface behind that of an instance: `app/acme:kv/store`. Names of instances may have colons too.
fn ends_in_interface(at: &str) -> bool {
    at.split_once('/').is_some_and(|(_, rest)| rest.rsplit('/').nth(1).is_some_and(|package| package.contains(':')))
}

/// The calls of recorded interfaces. Those of others are left out.
pub(super) fn read(
    imports: &Imports<'_>,
    lines: &[Line],
    (at, is_only): (&str, bool),
    recorded: &BTreeSet<String>,
) -> Result<Vec<Call>, RecordError> {
    let at = at.trim_end_matches(['/', ' ']);
    // The instance of that name, or the only one.
    let instances: BTreeSet<&str> = lines.iter().filter_map(|line| Some(edge(&line.text, at, recorded)?.0)).collect();
    let instance = instances.first().filter(|_| is_only && instances.len() == 1).copied().unwrap_or(at);
    let mut calls = Vec::new();
    for Line { number, text } in lines {
        let Some((_, interface)) = edge(text, at, recorded).filter(|(of, _)| *of == instance) else { continue };
        let mut functions = imports.functions().map(|(_, of)| of).filter(|of| of.interface == interface);
        let function = functions.find(|of| of.name == text.call).ok_or_else(|| RecordError::Call {
            line: *number,
            function: crate::name::qualified(interface, &text.call),
            why: "it is not imported".to_owned(),
        })?;
        let call = call(imports.component, function, text);
        calls.push(call.map_err(|why| RecordError::Call { line: *number, function: function.shown(), why })?);
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
        (Some(_), None) if !text.has_returned => None,
        (Some(_), None) => return Err("the result is missing".to_owned()),
        (None, Some(_)) => return Err("the function has no result".to_owned()),
    };
    let (interface, function) = (function.interface.to_owned(), function.name.to_owned());
    Ok(Call { interface, function, arguments, result, has_returned: text.has_returned })
}
