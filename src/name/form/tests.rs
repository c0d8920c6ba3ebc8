//! Compares the forms of names with the grammar of the specification, and with the validator.

#![allow(clippy::unwrap_used)]

use semver::Version;
use wasmparser::WasmFeatures;
use wasmparser::names::{ComponentName, ComponentNameKind};

use super::{Form, InterfaceName, Member, base, canonical, split, unnumbered, unqualified, versioned};
use crate::name::{compatible, told};

/// A name of each obsolete form. Each contains delimiters of other forms.
const OBSOLETE: &[&str] = &[
    "url=<https://example.com/wasi:io/a@1.0.0#[method]r.f>",
    "url=<a#b@1>,integrity=<sha256-aa/+bb==?a@1#b.c>",
    "integrity=<sha256-aa/+bb==?[method]a.b#c@1>",
    "locked-dep=<a:b/c@1.0.0>,integrity=<sha512-aa?#a>",
    "unlocked-dep=<a:b@{>=1.0.0 <2.0.0}>",
];

#[test]
fn form_of_a_name_agrees_with_the_validator() {
    let member = |resource, name| Member { resource, name };
    assert_eq!(Form::of("a-B2"), Some(Form::Label("a-B2")));
    assert_eq!(Form::of("[constructor]r-s"), Some(Form::Constructor("r-s")));
    assert_eq!(Form::of("[method]r-s.f-g"), Some(Form::Method(member("r-s", "f-g"))));
    assert_eq!(Form::of("[static]R.r"), Some(Form::Static(member("R", "r"))));
    for name in OBSOLETE {
        assert_eq!(Form::of(name), Some(Form::Obsolete(name)));
    }
    let resources = ["r", "[constructor]r", "[method]r.f", "[static]r.f", "a:b/c@1.0.0", OBSOLETE[0]];
    let resources = resources.map(|name| Form::of(name).unwrap().resource());
    assert_eq!(resources, [None, Some("r"), Some("r"), Some("r"), None, None]);
}

#[test]
fn form_of_an_interface_has_package_name_and_optional_version() {
    let of = |name| InterfaceName::read(name).map(|of| (of.base, of.package, of.interface, of.version));
    assert_eq!(of("a-b:c/d"), Some(("a-b:c/d", "a-b:c", "d", None)));
    assert_eq!(of("a:b/c@1.0.0-x.1+y-2"), Some(("a:b/c", "a:b", "c", Some("1.0.0-x.1+y-2"))));
    assert_eq!(of("a:b:c/d/e@1"), Some(("a:b:c/d/e", "a:b:c", "d/e", Some("1"))));
    for name in OBSOLETE.iter().chain(&["c", "a:b", "[method]a.b", "a:b/*", "a/b", "https://a"]) {
        assert_eq!(of(name), None, "{name}");
    }
}

#[test]
fn form_of_an_invalid_name_is_none() {
    // A validator parses the version separately.
    assert_eq!(split("a:b/c@1:2/3"), None);
    assert_eq!(Form::of("a:b/c@1:2/3"), None);
    assert_eq!(InterfaceName::read("a:b/c@1.0.0#d"), None);
    assert_eq!(split("a:b/c@"), None);
    assert_eq!(split("a:b/c@1.0.0@1.0.0"), None);
    for text in [
        "",
        "-",
        "a_b",
        "é",
        "a#b",
        "[method]",
        "[method]a",
        "[method]a.b.c",
        "[method]a.",
        "[method].b",
        "[method]a.b#c",
        "[async]a",
        "[async method]a.b",
        "[constructor]a.b",
        "[Method]a.b",
        "[static",
        "a.b",
        "a]b",
        "a:b/c#d",
        "a:b/",
        ":b/c",
        "A:b/c",
        "url=",
        "url=<a",
        "url=<a>b",
        "url=<a<b>",
        "*",
    ] {
        assert_eq!(Form::of(text), None, "{text}");
    }
}

#[test]
fn form_has_a_version_only_for_interfaces() {
    assert_eq!(versioned("a:b/c@1.0.0"), ("a:b/c", Some("1.0.0")));
    assert_eq!(versioned("a:b/*@1.0.0"), ("a:b/*", Some("1.0.0")));
    assert_eq!(base("[method]a.b"), "[method]a.b");
    for name in OBSOLETE {
        assert_eq!(base(name), *name);
        assert_eq!(canonical(name), *name);
    }
}

#[test]
fn form_of_an_item_follows_the_import_name() {
    assert_eq!(unqualified("a:b/c@1.0.0#[method]r.f"), ("a:b/c@1.0.0", Some("[method]r.f")));
    assert_eq!(unqualified("#f"), ("", Some("f")));
    assert_eq!(unqualified("a#"), ("a", Some("")));
    assert_eq!(unqualified("a#b#c"), ("a", Some("b#c")));
    for name in OBSOLETE {
        assert_eq!(unqualified(name), (*name, None));
        assert_eq!(unqualified(&format!("{name}#f#g")), (*name, Some("f#g")));
        assert_eq!(unqualified(&format!("#{name}")), ("", Some(*name)));
    }
}

#[test]
fn form_of_a_further_instance_ends_in_a_number() {
    assert_eq!(["kv", "kv#1", "a#b", "a#b#12", "#"].map(unnumbered), [None, Some("kv"), None, Some("a#b"), Some("")]);
}

/// The form of a name by the grammar: the kind, then the parts.
///
/// Component Model, Explainer, "Import and Export Definitions": `exportname`. The code shares nothing with weld or with
/// the validator. It does not parse obsolete names of imports, of which no tested text is one.
fn specified(name: &str) -> Option<(&'static str, Vec<&str>)> {
    let is_of = |text: &str, letters: fn(char) -> bool| text.chars().all(|c| c.is_ascii_digit() || letters(c));
    let is_fragment = |text: &str| {
        !text.is_empty() && (is_of(text, |c| c.is_ascii_lowercase()) || is_of(text, |c| c.is_ascii_uppercase()))
    };
    let is_label =
        |text: &str| text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.split('-').all(is_fragment);
    let is_words = |text: &str| is_label(text) && !text.contains(|c: char| c.is_ascii_uppercase());
    let is_version = |text: &str| {
        let is_number = |text: &str| text.starts_with(|first| ('1'..='9').contains(&first)) && is_of(text, |_| false);
        let canonical = text.strip_prefix("0.0.").or(text.strip_prefix("0.")).unwrap_or(text);
        is_number(canonical) || Version::parse(text).is_ok()
    };
    let member = |text| str::split_once(text, '.').filter(|(of, name)| is_label(of) && is_label(name));
    for (kind, bracket) in [("method", "[method]"), ("static", "[static]")] {
        if let Some(text) = name.strip_prefix(bracket) {
            return member(text).map(|(of, name)| (kind, vec![of, name]));
        }
    }
    if let Some(text) = name.strip_prefix("[constructor]") {
        return is_label(text).then(|| ("constructor", vec![text]));
    }
    if !name.contains(':') {
        return is_label(name).then(|| ("label", vec![name]));
    }
    // There may be several namespaces and several projections.
    let (path, version) = name.split_once('@').map_or((name, None), |(path, version)| (path, Some(version)));
    let (package, interface) = path.split_once('/')?;
    let is_package = package.contains(':') && package.split(':').all(is_words);
    let is_one = is_package && interface.split('/').all(is_label) && version.is_none_or(is_version);
    is_one.then(|| ("interface", package.split(':').chain([interface]).chain(version).collect()))
}

/// The form of a name by this module, in the same notation.
fn read(name: &str) -> Option<(&'static str, Vec<&str>)> {
    Some(match Form::of(name)? {
        Form::Label(text) => ("label", vec![text]),
        Form::Constructor(resource) => ("constructor", vec![resource]),
        Form::Method(Member { resource, name }) => ("method", vec![resource, name]),
        Form::Static(Member { resource, name }) => ("static", vec![resource, name]),
        Form::Interface(InterfaceName { package, interface, version, .. }) => {
            ("interface", package.split(':').chain([interface]).chain(version).collect())
        }
        Form::Obsolete(_) => ("obsolete", vec![]),
    })
}

/// The form of a name by the validator's parser, which accepts any text after an `@`.
fn validated(name: &str) -> Option<(&'static str, Vec<String>)> {
    let parsed = ComponentName::new_with_features(name, 0, WasmFeatures::all()).ok()?;
    Some(match parsed.kind() {
        ComponentNameKind::Label(text) => ("label", vec![text.to_string()]),
        ComponentNameKind::Constructor(resource) => ("constructor", vec![resource.to_string()]),
        ComponentNameKind::Method(of) => ("method", vec![of.resource().to_string(), of.method().to_string()]),
        ComponentNameKind::Static(of) => ("static", vec![of.resource().to_string(), of.method().to_string()]),
        ComponentNameKind::Interface(of) => {
            let package = format!("{}:{}", of.namespace(), of.package());
            let version = name.split_once('@').map(|(_, version)| version.to_owned());
            let parts = package.split(':').map(str::to_owned).chain([of.projection().to_string()]);
            ("interface", parts.chain(version).collect())
        }
        _ => ("obsolete", vec![]),
    })
}

/// All texts of up to four of these pieces, and names of interfaces, which need more.
fn texts() -> Vec<String> {
    let pieces = ["a", "B", "b1", "-", ".", ":", "/", "@", "1.0.0", "0.2", "[method]", "[static]", "[constructor]"];
    let mut all = vec![String::new()];
    let mut last = all.clone();
    for _ in 0..4 {
        last = last.iter().flat_map(|text| pieces.map(|piece| format!("{text}{piece}"))).collect();
        all.extend(last.iter().cloned());
    }
    let interfaces = ["a:b1/a", "a-a:B-b1/a-B", "B:a/a", "a:a/a/a", "a:a:a/a", "a:a/a-", "1:a/a", "a:a/1"];
    let versions =
        ["", "@1.0.0", "@0.2", "@1", "@0.0.3", "@0", "@01", "@1.0", "@1.0.0-x+y-z", "@1.0.0@1.0.0", "@", "@x"];
    all.extend(interfaces.iter().flat_map(|of| versions.map(|version| format!("{of}{version}"))));
    all
}

#[test]
fn form_agrees_with_the_grammar_of_the_specification_and_with_the_validator() {
    let (mut others, mut known) = (Vec::new(), 0);
    for text in texts() {
        let (own, specified, validated) = (read(&text), specified(&text), validated(&text));
        known += usize::from(specified.is_some());
        let is_equal = |other: &(&'static str, Vec<String>)| {
            own.as_ref().is_some_and(|own| own.0 == other.0 && own.1.iter().eq(other.1.iter()))
        };
        // A name with an invalid version is compatible only with itself.
        let is_agreed = match text.split_once('@') {
            Some(_) if specified.is_none() => split(&text).is_none(),
            _ => own == specified && validated.as_ref().map_or(own.is_none(), is_equal),
        };
        if !is_agreed {
            others.push((text.clone(), format!("{own:?} {specified:?} {validated:?}")));
        }
    }
    assert!(known > 100, "{known}");
    assert!(others.is_empty(), "{} {:#?}", others.len(), others.iter().take(60).collect::<Vec<_>>());
}

/// Component Model, Explainer, "Canonical Interface Name": the version that all compatible versions share.
fn specified_track(major: u64, minor: u64, patch: u64) -> String {
    match (major, minor, patch) {
        (0, 0, 0) => "0.0.0".to_owned(),
        (0, 0, patch) => format!("0.0.{patch}"),
        (0, minor, _) => format!("0.{minor}"),
        (major, ..) => major.to_string(),
    }
}

#[test]
fn compatible_versions_are_those_of_one_canonical_version() {
    let numbers = [0, 1, 2, 12];
    let versions = numbers.iter().flat_map(|a| numbers.map(|b| (*a, b)));
    let versions: Vec<(u64, u64, u64)> = versions.flat_map(|(a, b)| numbers.map(|c| (a, b, c))).collect();
    let name = |(a, b, c): (u64, u64, u64)| format!("a:b/c@{a}.{b}.{c}");
    for (one, other) in versions.iter().flat_map(|one| versions.iter().map(move |other| (*one, *other))) {
        let is_one = specified_track(one.0, one.1, one.2) == specified_track(other.0, other.1, other.2);
        let (one, other) = (name(one), name(other));
        assert_eq!(compatible(&one, &other), is_one, "{one} {other}");
        assert_eq!(told(&one) == told(&other), is_one, "{one} {other}");
        // A prerelease, another package and another interface are not compatible with any of these.
        for near in [format!("{other}-x"), other.replace("a:b", "a:d"), other.replace("/c", "/d"), "a:b/c".to_owned()] {
            assert!(!compatible(&one, &near), "{one} {near}");
        }
    }
}

#[test]
fn names_are_one_where_the_newest_validator_says_so() {
    let names = [
        "a",
        "A",
        "b",
        "a-b",
        "A-B",
        "ab",
        "aB",
        "a1",
        "a-1",
        "[constructor]a",
        "[constructor]A",
        "[method]a.b",
        "[static]a.b",
        "[static]A.b",
        "[method]a.a",
        "[static]a.a",
        "[method]a-b.c",
        "[method]ab.c",
        "a:b/c",
        "a:b/C",
        "a:b/c@1.0.0",
        "a:b/C@1.0.0",
        "a:b/c@1.0.0-x",
        "a:b/c@1.0.0-x-y",
    ];
    let parsed = |name: &str| wasmparser_newest::names::ComponentName::new(name, 0).ok();
    let mut same = 0;
    for (one, other) in names.iter().flat_map(|one| names.map(|other| (*one, other))) {
        let (Some(a), Some(b)) = (parsed(one), parsed(other)) else { continue };
        assert_eq!(canonical(one) == canonical(other), a == b, "{one} {other}");
        same += usize::from(a == b && one != other);
    }
    assert!(same > 10, "{same}");
}
