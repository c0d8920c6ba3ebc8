use super::rule::{Wrong, judge};
use super::table::{Row, TABLE};
use super::*;

fn verdict(row: &Row) -> Result<(), Reason> {
    let parse = |text: &&'static str| Rule::parse(text.trim_start_matches('!').as_bytes()).unwrap();
    let (deny, allow): (Vec<&str>, Vec<&str>) =
        row.rules.split(';').filter(|rule| !rule.is_empty()).partition(|rule| rule.starts_with('!'));
    let request = Request {
        method: row.method.as_bytes(),
        scheme: match row.scheme {
            "" => None,
            "http" => Some(Scheme::Http),
            "https" => Some(Scheme::Https),
            other => Some(Scheme::Other(other.as_bytes())),
        },
        authority: Some(row.authority.as_bytes()).filter(|authority| *authority != b"-"),
        path: Some(row.path.as_bytes()).filter(|path| *path != b"-"),
    };
    judge(&allow.iter().map(parse).collect::<Vec<_>>(), &deny.iter().map(parse).collect::<Vec<_>>(), &request)
}

extern crate std;
use std::string::String;
use std::{format, println};

#[test]
fn requests_are_judged_as_the_standards_read_them() {
    assert!(TABLE.len() >= 80);
    let mut wrong = 0;
    for row in TABLE {
        let found = verdict(row).err().map(|reason| format!("{reason:?}")).unwrap_or_default();
        if found != row.refused {
            let Row { rules, method, scheme, authority, path, refused, why } = row;
            println!("{rules:?} {method:?} {scheme:?} {authority:?} {path:?}: {found:?}, not {refused:?} ({why})");
            wrong += 1;
        }
    }
    assert_eq!(wrong, 0, "of {}", TABLE.len());
}

#[test]
fn rules_that_mean_nothing_are_refused() {
    for (text, wrong) in [
        ("", Wrong::Scheme),
        ("api.example.com", Wrong::Scheme),
        ("ftp://a.example", Wrong::Scheme),
        ("HTTPS://a.example", Wrong::Scheme),
        ("*://a.example", Wrong::Scheme),
        ("GET  https://a.example", Wrong::Scheme),
        (" https://a.example", Wrong::Methods),
        ("GET, HEAD https://a.example", Wrong::Methods),
        ("GET,,HEAD https://a.example", Wrong::Methods),
        ("https://", Wrong::Host),
        ("https://*", Wrong::Host),
        ("https://a.*.example", Wrong::Host),
        ("https://*a.example", Wrong::Host),
        ("https://*.1.2.3.4", Wrong::Host),
        ("https://*.[::1]", Wrong::Host),
        ("https://a..example", Wrong::Host),
        ("https://256.0.0.1", Wrong::Host),
        ("https://1.2.3.4.5", Wrong::Host),
        ("https://127.0.0.08", Wrong::Host),
        ("https://0x100000000", Wrong::Host),
        ("https://[::1", Wrong::Host),
        ("https://::1", Wrong::Host),
        ("https://münchen.example", Wrong::NotAscii),
        ("https://a@b.example", Wrong::Userinfo),
        ("https://a.example:", Wrong::Port),
        ("https://a.example:0", Wrong::Port),
        ("https://a.example:65536", Wrong::Port),
        ("https://a.example:80-90", Wrong::Port),
        ("https://a.example/x?y", Wrong::Path),
        ("https://a.example/x#y", Wrong::Path),
        ("https://a.example/../x", Wrong::Path),
        ("https://a.example/%2e/x", Wrong::Path),
        ("https://a.example/a b", Wrong::Methods),
        ("https://a.example?x", Wrong::Host),
    ] {
        assert_eq!(Rule::parse(text.as_bytes()).err(), Some(wrong), "{text:?}");
    }
}

#[test]
fn rules_of_the_table_have_an_effect() {
    for Row { rules, .. } in TABLE {
        let rule = |text: &'static str| Rule::parse(text.as_bytes()).unwrap();
        let all = || rules.split(';').filter(|rule| !rule.is_empty());
        let deny: Vec<_> = all().filter_map(|text| text.strip_prefix('!')).map(rule).collect();
        let allow: Vec<_> = all().filter(|text| !text.starts_with('!')).map(rule).collect();
        for allowed in &allow {
            assert!(!allowed.is_void() && !deny.iter().any(|deny| deny.denies_all(allowed)), "{rules}");
        }
        assert!(deny.iter().all(|deny| allow.iter().any(|allowed| deny.may_deny(allowed))), "{rules}");
    }
}

#[test]
fn rules_that_match_nothing_are_known() {
    let rule = |text: &'static str| Rule::parse(text.as_bytes()).unwrap();
    for (text, is_void) in [
        ("https://a", false),
        ("https://a/x*", false),
        ("https://a/100%25", false),
        ("https://a/x//y", true),
        ("https://a/x;y", true),
        ("https://a/*%2f", true),
        ("https://a/%2541", true),
        ("https://a/x%3By", true),
        ("https://a/%FF", true),
        ("https://a/.../x", true),
    ] {
        assert_eq!(rule(text).is_void(), is_void, "{text}");
    }
    // A rule that denies, one that allows, and whether the first denies all, something or nothing of it.
    for (deny, allow, expected) in [
        ("https://a", "https://a", "all"),
        ("https://a", "https://a:8443/x", "all"),
        ("https://*.a", "https://*.b.a", "all"),
        ("https://*.a", "GET https://b.a", "all"),
        ("get,HEAD https://a", "GET https://a", "all"),
        ("http://127.1", "http://127.0.0.1", "something"),
        ("https://a/x*", "https://a/x/*", "all"),
        ("https://a/*", "https://a", "something"),
        ("https://a:443", "https://a", "all"),
        ("https://a:443", "https://a:*", "something"),
        ("GET https://a", "https://a", "something"),
        ("https://a/x", "https://a/y", "something"),
        ("https://b.a", "https://*.a", "something"),
        ("http://a", "https://a", "nothing"),
        ("https://b", "https://a", "nothing"),
        ("https://*.b", "https://*.a", "nothing"),
        ("https://a", "https://*.a", "nothing"),
        ("https://a:8443", "https://a", "nothing"),
        ("PUT https://a", "GET https://a", "nothing"),
    ] {
        let (of, from) = (rule(deny), rule(allow));
        let found = match (of.denies_all(&from), of.may_deny(&from)) {
            (true, true) => "all",
            (false, true) => "something",
            (false, false) => "nothing",
            (true, false) => "both",
        };
        assert_eq!(found, expected, "{deny} of {allow}");
    }
}

/// The addresses are read as the standard library reads them.
#[test]
fn addresses_are_those_of_the_standard_library() {
    use std::net::{Ipv4Addr, Ipv6Addr};
    let parts = [
        "",
        ":",
        "::",
        "0",
        "1",
        "ffff",
        "10000",
        "g",
        ".",
        "1.2.3.4",
        "256.1.1.1",
        "01.2.3.4",
        "2001:db8",
        "a:b:c:d:e:f:1",
    ];
    for first in parts {
        for second in parts {
            for third in parts {
                for text in [format!("{first}{second}{third}"), format!("{first}:{second}:{third}")] {
                    let known = text.parse::<Ipv6Addr>().ok().map(|address| match address.to_ipv4_mapped() {
                        Some(v4) => format!("{v4:?}"),
                        None => format!("{address:?}"),
                    });
                    let rule = format!("http://[{text}]");
                    let read = Rule::parse(rule.as_bytes()).is_ok();
                    assert_eq!(read, known.is_some(), "{text}");
                    if let Some(known) = known {
                        let host = if known.contains(':') { format!("[{known}]") } else { known };
                        let request = Request {
                            method: b"GET",
                            scheme: Some(Scheme::Http),
                            authority: Some(host.as_bytes()),
                            path: None,
                        };
                        let rule = [Rule::parse(rule.as_bytes()).unwrap()];
                        assert_eq!(judge(&rule, &[], &request), Ok(()), "{text} is {host}");
                    }
                    if text.parse::<Ipv4Addr>().is_ok() {
                        let rule = format!("http://{text}");
                        assert_ne!(Rule::parse(rule.as_bytes()), Rule::parse(b"http://0.0.0.9"));
                        assert!(
                            rule::judge(
                                &[],
                                &[],
                                &Request {
                                    method: b"GET",
                                    scheme: Some(Scheme::Http),
                                    authority: Some(text.as_bytes()),
                                    path: None,
                                }
                            ) == Err(Reason::NoRule)
                        );
                    }
                }
            }
        }
    }
}

/// Whatever a request says, a rule about one host never lets it reach another: compared with the simplest reading of a URL that there
/// is, that of the text up to the first slash.
#[test]
fn no_request_of_odd_characters_leaves_its_host() {
    let odd = [
        "", "@", ":", "/", "\\", "#", "?", ".", "%2e", "%40", "[", "]", "\t", "\n", " ", "\0", "ü", "。", "*", "evil",
        "1",
    ];
    let rule = [Rule::parse(b"https://a.example").unwrap()];
    for first in odd {
        for second in odd {
            for (authority, path) in [
                (format!("{first}a.example{second}"), String::from("/")),
                (format!("a{first}{second}.example"), String::from("/")),
                (String::from("a.example"), format!("{first}{second}")),
                (format!("a.example{first}"), format!("{second}/")),
            ] {
                let request = Request {
                    method: b"GET",
                    scheme: Some(Scheme::Https),
                    authority: Some(authority.as_bytes()),
                    path: Some(path.as_bytes()),
                };
                if judge(&rule, &[], &request).is_ok() {
                    assert!(["a.example", "a.example.", "a.example:"].contains(&authority.as_str()), "{authority:?}");
                    assert!(path.is_empty() || path.starts_with(['/', '?']) && !path.starts_with("//"), "{path:?}");
                }
            }
        }
    }
}

#[test]
fn characters_that_fold_to_those_of_a_path_are_ambiguous() {
    use alloc::string::ToString;

    use unicode_normalization::UnicodeNormalization;
    let allow = [Rule::parse(b"https://a.example/x/*").unwrap()];
    for char in (char::from(0x80)..=char::MAX).filter(|char| !char.is_control()) {
        let folded: String = char.to_string().nfkc().collect();
        let is_syntax = folded.contains(['.', '/', '\\', ';', '?', '#', '%']);
        let path: String = char.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect();
        let path = format!("/x/{path}");
        let (authority, path) = (Some(&b"a.example"[..]), Some(path.as_bytes()));
        let request = Request { method: b"GET", scheme: Some(Scheme::Https), authority, path };
        let is_allowed = judge(&allow, &[], &request).is_ok();
        let is_slash = ['\u{2044}', '\u{2215}', '\u{2216}', '\u{29f8}'].contains(&char);
        assert_eq!(is_allowed, !is_syntax && !is_slash, "{char:?} {folded:?}");
    }
}
