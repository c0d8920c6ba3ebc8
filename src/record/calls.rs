//! Parses recordings: lines of JSON with values in WAVE, which are parsed by the types of the functions.

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

/// A line of a recording that has a call.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// The number of the line in the file.
    number: usize,
    text: Text,
}

/// The content of such a line.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    n: u64,
    at: String,
    call: String,
    args: Vec<String>,
    result: Option<String>,
    /// Whether the line has a result, or a later line has the return of the call.
    #[serde(skip)]
    has_returned: bool,
}

/// The content of a line that has the return of an earlier call.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Return {
    n: u64,
    at: String,
    result: Option<String>,
}

/// The start of each line of a recording. A program that also writes to standard error may not end its line, so the
/// start is searched for. It cannot occur within a line of a recording, whose strings have no quotation mark without a
/// backslash.
const START: &str = "{\"n\":";

/// Parses the calls of a recording. Other lines of the text are skipped.
///
/// # Errors
///
/// A line begins like one of a recording and is malformed, or has the return of a call that no earlier line has.
pub(super) fn lines(text: &str) -> Result<Vec<Line>, RecordError> {
    let mut lines: Vec<Line> = Vec::new();
    // The calls that have not returned, by their number and edge.
    let mut open: BTreeMap<(u64, String), usize> = BTreeMap::new();
    for (number, line) in (1..).zip(text.lines()) {
        let Some(line) = line.rfind(START).and_then(|start| line.get(start..)) else { continue };
        let wrong = |why: &str| RecordError::Line { line: number, why: Shown(why).to_string() };
        if let Ok(Return { n, at, result }) = serde_json::from_str(line) {
            let call = open.remove(&(n, at)).and_then(|index| lines.get_mut(index));
            let call =
                call.ok_or_else(|| wrong("it says that a call returned, and no line before it is that of the call"))?;
            (call.text.has_returned, call.text.result) = (true, result);
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

/// Splits the edge of a line into the instance and the recorded interface, which is empty for a function that is an
/// import itself. The version of the interface may differ from the recorded one. `own` is the instance whose calls are
/// answered. `None` if the line belongs to none of the recorded interfaces.
fn edge<'l, 'r>(text: &'l Text, own: &str, recorded: &'r BTreeSet<String>) -> Option<(&'l str, &'r str)> {
    let at = text.at.as_str();
    // The edge is the name of the instance, which may look like an interface.
    if at == own && recorded.contains(&text.call) {
        return Some((at, ""));
    }
    let named = |name: &'r String| {
        let start = at.strip_suffix(name.as_str()).map(str::len).or_else(|| at.rfind(base(name)))?;
        let (instance, interface) = at.split_at_checked(start)?;
        let is_same = interface == name.as_str() || base(interface) == base(name);
        (is_same && instance.ends_with(['/', ' '])).then_some((instance.trim_end_matches(['/', ' ']), name.as_str()))
    };
    // Several versions of one interface may be recorded, so that the exact name comes first.
    let exact = |name: &&String| at.ends_with(name.as_str());
    let found = recorded.iter().filter(exact).find_map(named).or_else(|| recorded.iter().find_map(named));
    found.or_else(|| (recorded.contains(&text.call) && !ends_in_interface(at)).then_some((at, "")))
}

/// Whether an edge ends in the name of an interface, after that of an instance: `app/acme:kv/store`. Names of instances
/// may contain colons, too.
fn ends_in_interface(at: &str) -> bool {
    at.split_once('/').is_some_and(|(_, rest)| rest.rsplit('/').nth(1).is_some_and(|package| package.contains(':')))
}

/// Converts the lines of recorded interfaces to calls. Lines of other interfaces are skipped. `at` is the instance that
/// the recorder stands for; if the recorder `is_only`, the recording may be of an instance of another name.
///
/// # Errors
///
/// A line does not fit the type of its function, or names no imported function.
pub(super) fn read(
    imports: &Imports<'_>,
    lines: &[Line],
    (at, is_only): (&str, bool),
    recorded: &BTreeSet<String>,
) -> Result<Vec<Call>, RecordError> {
    let at = at.trim_end_matches(['/', ' ']);
    // The calls of the instance of this name count, or those of the only instance in the recording.
    let instances: BTreeSet<&str> = lines.iter().filter_map(|line| Some(edge(&line.text, at, recorded)?.0)).collect();
    let instance = instances.first().filter(|_| is_only && instances.len() == 1).copied().unwrap_or(at);
    let mut calls = Vec::new();
    for Line { number, text } in lines {
        let Some((_, interface)) = edge(text, at, recorded).filter(|(caller, _)| *caller == instance) else { continue };
        let mut functions = imports.functions().map(|(_, it)| it).filter(|it| it.interface == interface);
        let function = functions.find(|it| it.name == text.call).ok_or_else(|| RecordError::Call {
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
