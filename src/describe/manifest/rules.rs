//! Rules for requests and sockets: errors of single rules, and of rules in relation to others.

use super::ManifestError;
use crate::describe::setting;
use crate::rules::{http, sockets};
use crate::text::Shown;

/// The error of a rule for requests, if it is invalid.
pub(crate) fn of_request(text: &str) -> Option<ManifestError> {
    let text = text.to_owned();
    match http::Rule::parse(text.as_bytes()) {
        Err(wrong) => Some(ManifestError::RequestRule { text, wrong }),
        Ok(_) => {
            let why = format!("no client sends the method `{}`", Shown(small_method(&text)?));
            Some(ManifestError::IdleRule { text, why, help: "methods have capital letters: write `GET`, `POST`" })
        }
    }
}

/// The first method of a rule that would be a method of HTTP (RFC 9110 and RFC 5789) in capital letters.
fn small_method(text: &str) -> Option<&str> {
    const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];
    let (methods, _) = text.split_once("http")?;
    let is_small = |method: &&str| !METHODS.contains(method) && METHODS.contains(&method.to_uppercase().as_str());
    methods.split([',', ' ']).map(str::trim).find(is_small)
}

/// The error of a rule for sockets, if it is invalid. `key` is `connect`, `listen` or `lookup`.
pub(crate) fn of_socket(key: &str, text: &str) -> Option<ManifestError> {
    let (key, wrong) = match key {
        "connect" => ("connect", sockets::Rule::connect(text.as_bytes()).err()?),
        "listen" => ("listen", sockets::Rule::listen(text.as_bytes()).err()?),
        _ => ("lookup", sockets::Names::parse(text.as_bytes()).err()?),
    };
    Some(ManifestError::SocketRule { key, text: text.to_owned(), wrong })
}

/// The errors of rules for requests without effect, each with its key, `allow` or `deny`, and its index there.
pub(crate) fn idle(rules: &setting::Rules) -> Vec<(&'static str, usize, ManifestError)> {
    fn read(rules: &[String]) -> Vec<(usize, &str, http::Rule<'_>)> {
        // Invalid rules are reported already.
        let mut all = Vec::new();
        for (place, text) in rules.iter().enumerate() {
            if let Ok(rule) = http::Rule::parse(text.as_bytes()) {
                all.push((place, text.as_str(), rule));
            }
        }
        all
    }
    let (allow, deny) = (read(&rules.allow), read(&rules.deny));
    let error = |key, place, text: &str, why: &str, help| {
        (key, place, ManifestError::IdleRule { text: text.to_owned(), why: why.to_owned(), help })
    };
    let mut errors = Vec::new();
    for (place, text, rule) in &allow {
        if rule.is_void() {
            let why = "servers read such a path in several ways, so that no request to it is allowed";
            let help =
                "leave out `;`, `//`, `%2F`, `%5C`, `%00`, and `%25` before two hexadecimal digits; `*` is any text";
            errors.push(error("allow", *place, text, why, help));
        } else if let Some((_, denying, _)) = deny.iter().find(|(_, _, deny)| deny.denies_all(rule)) {
            let why = format!("`{}` of `deny` takes all of it away", Shown(denying));
            errors.push(error("allow", *place, text, &why, "leave one of the two out"));
        }
    }
    for (place, text, rule) in &deny {
        if !allow.iter().any(|(_, _, allowed)| rule.may_deny(allowed)) {
            let why = "no rule of `allow` allows what it denies";
            errors.push(error(
                "deny",
                *place,
                text,
                why,
                "what no rule of `allow` is about is denied anyhow: leave it out",
            ));
        }
    }
    errors
}
