//! The violations of a policy as SARIF 2.1.0, which code hosts and editors read.

use serde_json::{Value, json};

use super::facts::{Fact, facts};
use super::policy::{Doubt, Report, Reports};
use super::violation::Kind;
use crate::load::digest::Digest;
use crate::policy::quoted;
use crate::text::Shown;

/// The address of the documentation.
const INFORMATION: &str = "https://docs.rs/wasm-weld";

/// The descriptions of rules, by id.
const RULES: &[(&str, &str)] = &[
    ("default", "A component reaches an import that no rule of the policy allows."),
    ("deny", "A component reaches an import that a rule of the policy denies."),
    ("limit", "The component exceeds a limit of the policy."),
    ("doubt", "The policy names what is not there, so that a rule says nothing."),
    ("kept", "A component reaches functions that no rule names, and that only use what it was given."),
];

/// Writes a log of one run with these results:
///
/// - one for each fact, or, with `each`, for each violation
/// - one for each doubt, which is an error in a `strict` check
/// - a note for each line on functions that are accepted although no rule names them, with `each` also for those of
///   WASI
pub(crate) fn sarif(reports: &Reports, strict: bool, each: bool) -> Value {
    let violations = |report: &'_ Report| -> Vec<Value> {
        facts(&report.violations, each).iter().map(|fact| result(report, fact)).collect()
    };
    let doubts = reports.doubts.iter().map(|doubt| doubted(reports, doubt, strict));
    let kept =
        reports.components.iter().flat_map(|report| report.kept(each).into_iter().map(|line| kept(report, &line)));
    let results: Vec<Value> = reports.components.iter().flat_map(violations).chain(doubts).chain(kept).collect();
    let rule = |(id, text): &(&str, &str)| json!({ "id": id, "shortDescription": { "text": text } });
    let driver = json!({
        "name": "weld",
        "informationUri": INFORMATION,
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": RULES.iter().map(rule).collect::<Vec<_>>(),
    });
    let mut run = json!({
        "tool": { "driver": driver },
        "columnKind": "unicodeCodePoints",
        "results": results,
    });
    if !reports.unread.is_empty() {
        let unread = reports.unread.iter().map(
            |unread| json!({ "level": "error", "message": { "text": format!("{}: {}", unread.file, unread.message) } }),
        );
        let notifications: Vec<Value> = unread.collect();
        let invocation = json!({ "executionSuccessful": false, "toolExecutionNotifications": notifications });
        insert(&mut run, "invocations", json!([invocation]));
    }
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    })
}

/// Writes the result for a fact. Its location is a line of the policy, which a code host can show, or the component if
/// the policy is not a file.
fn result(report: &Report, fact: &Fact<'_>) -> Value {
    let violation = fact.first;
    let path = match &violation.kind {
        Kind::Import { component, .. } => &**component,
        Kind::Limit { .. } => std::slice::from_ref(&report.component.name),
    };
    let logical = json!({ "name": path.last(), "fullyQualifiedName": path.join("/"), "kind": "module" });
    // An unstated default belongs to the whole file.
    let position = violation.rule.line.zip(violation.rule.column).unwrap_or((1, 1));
    let component = in_component(report);
    let policy = in_policy(&report.policy.file, position);
    let mut location = json!({ "logicalLocations": [logical] });
    let place = policy.clone().or_else(|| component.clone());
    place.into_iter().for_each(|place| insert(&mut location, "physicalLocation", place));
    let mut result = json!({
        "ruleId": violation.rule.says,
        "ruleIndex": index(violation.rule.says),
        "level": "error",
        "message": { "text": format!("{}: {}", report.component.file, Shown(&fact.message(&quoted))) },
        "locations": [location],
        "partialFingerprints": { "weldViolation/v1": fingerprint(report, fact) },
    });
    if let (Some(component), Some(_)) = (component, policy) {
        let message = json!({ "text": "the component" });
        insert(&mut result, "relatedLocations", json!([{ "physicalLocation": component, "message": message }]));
    }
    result
}

/// Computes the fingerprint of a violation across runs, which is independent of lines in the policy and of the
/// component's size.
fn fingerprint(report: &Report, fact: &Fact<'_>) -> String {
    let violation = fact.first;
    let what = match (&violation.kind, fact.scope()) {
        // The number of reached functions is not part of it.
        (Kind::Import { component, .. }, Some(scope)) => json!([component.join("/"), scope, violation.rule.says]),
        (Kind::Import { import, function, component, .. }, None) => {
            json!([component.join("/"), import, function, violation.rule.says])
        }
        (Kind::Limit { limit, .. }, _) => json!([limit]),
    };
    Digest::of(json!([report.component.file, what]).to_string().as_bytes()).to_string()
}

/// Writes the result for a doubt about the policy. If the policy is not a file, its location is the first component
/// that is one.
fn doubted(reports: &Reports, doubt: &Doubt, strict: bool) -> Value {
    let known = Digest::of(json!([reports.policy.file, doubt.name, doubt.message]).to_string().as_bytes());
    let mut result = json!({
        "ruleId": "doubt",
        "ruleIndex": index("doubt"),
        "level": if strict { "error" } else { "warning" },
        "message": { "text": doubt.message },
        "partialFingerprints": { "weldDoubt/v1": known.to_string() },
    });
    let policy = in_policy(&reports.policy.file, (doubt.line, doubt.column));
    if let Some(place) = policy.or_else(|| reports.components.iter().find_map(in_component)) {
        insert(&mut result, "locations", json!([{ "physicalLocation": place }]));
    }
    result
}

/// Writes the note for a line on functions that are accepted although no rule names them.
fn kept(report: &Report, line: &str) -> Value {
    let known = Digest::of(json!([report.component.file, line]).to_string().as_bytes());
    let mut result = json!({
        "ruleId": "kept",
        "ruleIndex": index("kept"),
        "level": "note",
        "message": { "text": format!("{}: {}", report.component.file, Shown(line)) },
        "partialFingerprints": { "weldKept/v1": known.to_string() },
    });
    if let Some(place) = in_component(report).or_else(|| in_policy(&report.policy.file, (1, 1))) {
        insert(&mut result, "locations", json!([{ "physicalLocation": place }]));
    }
    result
}

/// Returns the location of a component, if it is a file. A binary has no lines.
fn in_component(report: &Report) -> Option<Value> {
    let region = json!({ "byteOffset": 0, "byteLength": report.component.size });
    Some(json!({ "artifactLocation": { "uri": uri(&report.component.file)? }, "region": region }))
}

fn index(id: &str) -> Option<usize> {
    RULES.iter().position(|(known, _)| *known == id)
}

/// Returns a location in the policy, if it is a file.
fn in_policy(file: &str, (line, column): (usize, usize)) -> Option<Value> {
    let region = json!({ "startLine": line, "startColumn": column });
    Some(json!({ "artifactLocation": { "uri": uri(file)? }, "region": region }))
}

fn insert(object: &mut Value, key: &str, value: Value) {
    if let Value::Object(object) = object {
        object.insert(key.to_owned(), value);
    }
}

/// Converts a path to a URI reference, which is relative if the path is. `None` for standard input.
fn uri(file: &str) -> Option<String> {
    if file == "<stdin>" {
        return None;
    }
    let mut uri = if file.starts_with('/') { "file://".to_owned() } else { String::new() };
    // The first segment of a relative reference must not look like a scheme.
    if !file.starts_with(['/', '.']) && file.split('/').next().is_some_and(|first| first.contains(':')) {
        uri.push_str("./");
    }
    for byte in file.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(byte)),
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    Some(uri)
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn sarif_paths_are_uris() {
        assert_eq!(uri("build/app.wasm").as_deref(), Some("build/app.wasm"));
        assert_eq!(uri("/a b/größe.wasm").as_deref(), Some("file:///a%20b/gr%C3%B6%C3%9Fe.wasm"));
        assert_eq!(uri("c:x.wasm").as_deref(), Some("./c%3Ax.wasm"));
        assert_eq!(uri("<stdin>"), None);
    }
}
