//! The violations of a policy as SARIF 2.1.0, which code hosts and editors read.

use serde_json::{Value, json};

use super::policy::{Kind, Report, Violation};

/// What each rule id stands for.
const RULES: &[(&str, &str)] = &[
    ("default", "A component reaches an import that no rule of the policy allows."),
    ("deny", "A component reaches an import that a rule of the policy denies."),
    ("limit", "The component exceeds a limit of the policy."),
];

/// A log of one run, with a result for each violation.
pub fn sarif(report: &Report) -> Value {
    let rule = |(id, text): &(&str, &str)| json!({ "id": id, "shortDescription": { "text": text } });
    let driver = json!({
        "name": "weld",
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": RULES.iter().map(rule).collect::<Vec<_>>(),
    });
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver },
            "columnKind": "unicodeCodePoints",
            "results": report.violations.iter().map(|violation| result(report, violation)).collect::<Vec<_>>(),
        }],
    })
}

fn result(report: &Report, violation: &Violation) -> Value {
    let path = match &violation.kind {
        Kind::Import { component, .. } => component.as_slice(),
        Kind::Limit { .. } => std::slice::from_ref(&report.component.name),
    };
    let logical = json!({ "name": path.last(), "fullyQualifiedName": path.join("/"), "kind": "module" });
    let mut location = json!({ "logicalLocations": [logical] });
    if let Some(uri) = uri(&report.component.file) {
        insert(&mut location, "physicalLocation", json!({ "artifactLocation": { "uri": uri } }));
    }
    let mut result = json!({
        "ruleId": violation.rule.says,
        "ruleIndex": RULES.iter().position(|(id, _)| *id == violation.rule.says),
        "level": "error",
        "message": { "text": violation.message },
        "locations": [location],
    });
    if let Some(uri) = uri(&report.policy.file) {
        let mut place = json!({ "artifactLocation": { "uri": uri } });
        if let (Some(line), Some(column)) = (violation.rule.line, violation.rule.column) {
            insert(&mut place, "region", json!({ "startLine": line, "startColumn": column }));
        }
        let message = json!({ "text": "what the policy says" });
        insert(&mut result, "relatedLocations", json!([{ "physicalLocation": place, "message": message }]));
    }
    result
}

fn insert(object: &mut Value, key: &str, value: Value) {
    if let Value::Object(object) = object {
        object.insert(key.to_owned(), value);
    }
}

/// A path as a URI reference, relative where the path is. `None` for standard input.
fn uri(file: &str) -> Option<String> {
    if file == "<stdin>" {
        return None;
    }
    let mut uri = if file.starts_with('/') { "file://".to_owned() } else { String::new() };
    // Of a relative reference, the first part must not look like a scheme.
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
    fn paths_are_uris() {
        assert_eq!(uri("build/app.wasm").as_deref(), Some("build/app.wasm"));
        assert_eq!(uri("/a b/größe.wasm").as_deref(), Some("file:///a%20b/gr%C3%B6%C3%9Fe.wasm"));
        assert_eq!(uri("c:x.wasm").as_deref(), Some("./c%3Ax.wasm"));
        assert_eq!(uri("<stdin>"), None);
    }
}
