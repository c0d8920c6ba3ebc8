//! Interfaces that nobody thought of, refused: random WIT with many functions, and the adapters for components that import
//! it.
//!
//! `WELD_WORLDS=N` tries N of them, `WELD_SEED=S` begins with that one, as the nightly run does. Without it some tests begin with another
//! world each day, and the others with the first. Each prints with which.

#![allow(clippy::print_stdout)] // The seed of a run that fails.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::support::oracle::{self, Granted, Said};
use crate::support::{
    self,
    dice::{self, Dice},
};
use weld::{Composer, Grants, Input, Policy};
use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{LiftLowerAbi, ManglingAndAbi, Resolve, WorldId};

/// The types that can be named where text is written.
#[derive(Clone, Default)]
struct Named {
    values: Vec<String>,
    resources: Vec<String>,
}

/// A type. Only parameters may be of what is lent.
fn ty(dice: &mut Dice, named: &Named, depth: usize, is_param: bool) -> String {
    let inner = |dice: &mut Dice| ty(dice, named, depth - 1, is_param);
    // Streams outlive the call, and so nothing lent goes through them.
    let later = |dice: &mut Dice| ty(dice, named, depth - 1, false);
    match dice.roll(if depth == 0 { 6 } else { 16 }) {
        0..=2 => {
            let plain = ["bool", "u8", "s16", "u32", "s64", "u64", "f32", "f64", "char", "string"];
            plain[dice.roll(plain.len())].to_owned()
        }
        3 if !named.values.is_empty() => named.values[dice.roll(named.values.len())].clone(),
        4 if !named.resources.is_empty() => named.resources[dice.roll(named.resources.len())].clone(),
        5 if !named.resources.is_empty() && is_param => {
            format!("borrow<{}>", named.resources[dice.roll(named.resources.len())])
        }
        6 => format!("list<{}>", inner(dice)),
        7 => format!("option<{}>", inner(dice)),
        8 => format!("tuple<{}, {}>", inner(dice), inner(dice)),
        9 => format!("result<{}, {}>", inner(dice), inner(dice)),
        10 => format!("result<_, {}>", inner(dice)),
        11 => format!("result<{}>", inner(dice)),
        12 => "result".to_owned(),
        13 => format!("stream<{}>", later(dice)),
        14 => format!("future<{}>", later(dice)),
        15 => format!("list<{}, {}>", inner(dice), dice.roll(5) + 1),
        _ => "u32".to_owned(),
    }
}

fn function(dice: &mut Dice, named: &Named) -> String {
    let params: Vec<String> = (0..dice.roll(6)).map(|n| format!("p{n}: {}", ty(dice, named, 2, true))).collect();
    let result = if dice.roll(4) > 0 { format!(" -> {}", ty(dice, named, 3, false)) } else { String::new() };
    let is_async = if dice.roll(5) == 0 { "async " } else { "" };
    format!("{is_async}func({}){result};", params.join(", "))
}

/// The packages of some interfaces, one after the other: some of WASI, whose functions give what WASI has, and others.
struct Packages {
    number: usize,
    current: String,
    has_io: bool,
}

impl Packages {
    /// Puts the next interface into a package, which may be the one of the last. An interface uses those of its own package by
    /// their names alone.
    fn open(&mut self, dice: &mut Dice, text: &mut String) {
        if !self.current.is_empty() && dice.roll(2) == 0 {
            return;
        }
        if !self.current.is_empty() {
            writeln!(text, "}}").unwrap();
        }
        self.number += 1;
        let io = std::mem::take(&mut self.has_io);
        self.current = match dice.roll(4) {
            0 if !io => "wasi:io".to_owned(),
            0 | 1 => format!("wasi:q{}", self.number),
            _ => format!("t:q{}", self.number),
        };
        self.has_io = io || self.current == "wasi:io";
        writeln!(text, "package {}@1.2.3 {{", self.current).unwrap();
    }

    /// How an interface is called where it is used: its package, and its name there.
    fn name(&self, (package, interface): &(String, String)) -> String {
        if *package == self.current { interface.clone() } else { format!("{package}/{interface}@1.2.3") }
    }
}

/// An interface, by its package and its name, with the types that it has, each with whether it is a resource type.
type Earlier = ((String, String), Vec<(String, bool)>);

/// Packages of interfaces that use each other's types, and a world that imports them all. One that exports passes some of
/// their types too.
fn package(seed: u64, exports: bool) -> String {
    let dice = &mut Dice(seed);
    let (mut text, mut world) = ("package t:p@1.2.3;\n".to_owned(), String::new());
    let mut packages = Packages { number: 0, current: String::new(), has_io: false };
    let mut earlier: Vec<Earlier> = Vec::new();
    for i in 0..dice.roll(4) + 1 {
        let (mut named, mut own) = (Named::default(), Vec::new());
        packages.open(dice, &mut text);
        writeln!(text, "interface i{i} {{").unwrap();
        for (interface, types) in &earlier {
            for (name, is_resource) in types.iter().filter(|_| dice.roll(2) == 0) {
                let alias = format!("{}-{name}", interface.1);
                writeln!(text, "  use {}.{{{name} as {alias}}};", packages.name(interface)).unwrap();
                (if *is_resource { &mut named.resources } else { &mut named.values }).push(alias);
            }
        }
        for n in 0..dice.roll(6) {
            let name = format!("t{n}");
            let is_resource = dice.roll(3) == 0;
            // Values with something lent in them could not be results; types with names are used for both.
            let part = |dice: &mut Dice| ty(dice, &named, 2, false);
            match dice.roll(5) {
                _ if is_resource => {
                    writeln!(text, "  resource {name} {{").unwrap();
                    let mut with_own = named.clone();
                    with_own.resources.push(name.clone());
                    if dice.roll(2) == 0 {
                        let params = function(dice, &with_own).replace("async ", "");
                        let params = params.trim_start_matches("func").split(" -> ").next().unwrap().to_owned();
                        writeln!(text, "    constructor{};", params.trim_end_matches(';')).unwrap();
                    }
                    for m in 0..dice.roll(4) {
                        let is_static = if dice.roll(4) == 0 { "static " } else { "" };
                        let function = function(dice, &with_own);
                        let function = match function.strip_prefix("async ") {
                            Some(function) => format!("{is_static}async {function}"),
                            None => format!("{is_static}{function}"),
                        };
                        writeln!(text, "    m{m}: {function}").unwrap();
                    }
                    writeln!(text, "  }}").unwrap();
                }
                0 => writeln!(text, "  record {name} {{ a: {}, b: {} }}", part(dice), part(dice)).unwrap(),
                1 => {
                    let cases = ["other(string)", "access-denied", "closed", "not-supported"];
                    writeln!(text, "  variant {name} {{ c({}), d, {} }}", part(dice), cases[dice.roll(4)]).unwrap();
                }
                2 => writeln!(text, "  enum {name} {{ x, y, access }}").unwrap(),
                3 => writeln!(
                    text,
                    "  flags {name} {{ {} }}",
                    (0..=dice.roll(20)).map(|n| format!("f{n}")).collect::<Vec<_>>().join(", ")
                )
                .unwrap(),
                _ => writeln!(text, "  type {name} = {};", part(dice)).unwrap(),
            }
            (if is_resource { &mut named.resources } else { &mut named.values }).push(name.clone());
            own.push((name, is_resource));
        }
        for f in 0..dice.roll(7) {
            writeln!(text, "  g{f}: {}", function(dice, &named)).unwrap();
        }
        writeln!(text, "}}").unwrap();
        writeln!(world, "  import {}/i{i}@1.2.3;", packages.current).unwrap();
        earlier.push(((packages.current.clone(), format!("i{i}")), own));
    }
    for f in 0..dice.roll(3) {
        writeln!(world, "  import w{f}: {}", function(dice, &Named::default())).unwrap();
    }
    for e in 0..if exports { dice.roll(4) } else { 0 } {
        let (mut named, mut own) = (Named::default(), Vec::new());
        packages.open(dice, &mut text);
        writeln!(text, "interface e{e} {{").unwrap();
        for (interface, types) in &earlier {
            for (name, is_resource) in types.iter().filter(|_| dice.roll(3) == 0) {
                let alias = format!("{}-{name}", interface.1);
                writeln!(text, "  use {}.{{{name} as {alias}}};", packages.name(interface)).unwrap();
                (if *is_resource { &mut named.resources } else { &mut named.values }).push(alias);
            }
        }
        for n in 0..dice.roll(3) {
            writeln!(text, "  record o{n} {{ a: {}, b: {} }}", ty(dice, &named, 2, false), ty(dice, &named, 1, false))
                .unwrap();
            named.values.push(format!("o{n}"));
            own.push((format!("o{n}"), false));
        }
        // Some have types alone.
        for f in 0..dice.roll(4) {
            writeln!(text, "  x{f}: {}", function(dice, &named)).unwrap();
        }
        writeln!(text, "}}").unwrap();
        writeln!(world, "  export {}/e{e}@1.2.3;", packages.current).unwrap();
        earlier.push(((packages.current.clone(), format!("e{e}")), own));
    }
    format!("{text}}}\nworld w {{\n{world}}}\n")
}

/// The world of a package.
fn world(wit: &str) -> (Resolve, WorldId) {
    let mut resolve = Resolve { all_features: true, ..Resolve::default() };
    let package = resolve.push_str("package.wit", wit).unwrap_or_else(|error| panic!("{error:?}\n{wit}"));
    let world = resolve.select_world(&[package], None).unwrap();
    (resolve, world)
}

/// A component that imports all of a package.
fn component(wit: &str) -> Option<Vec<u8>> {
    let (resolve, world) = world(wit);
    let mut module = dummy_module(&resolve, world, ManglingAndAbi::Legacy(LiftLowerAbi::Sync));
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).ok()?;
    ComponentEncoder::default().module(&module).ok()?.encode().ok()
}

/// Runs a check on random components, each with its functions.
fn each_component(check: impl Fn(&mut Dice, &[u8], Vec<(String, String)>)) {
    let (wanted, start) = (dice::number("WELD_WORLDS").unwrap_or(120), dice::seed_or(0));
    let (mut checked, mut functions_seen) = (0, 0);
    for seed in start..start + wanted {
        let wit = package(seed, false);
        let Some(bytes) = component(&wit) else { continue };
        let functions = support::imported_functions(&bytes);
        functions_seen += functions.len();
        check(&mut Dice(seed), &bytes, functions);
        checked += 1;
    }
    // Some have no form as a component, but not many.
    assert!(checked * 2 > wanted && functions_seen as u64 > 5 * checked, "{checked} of {wanted}, {functions_seen}");
}

/// A component with some grants.
fn granted(component: &[u8], grants: Grants) -> Composer {
    Composer::new().component("a", Input::bytes(component)).grant("a", grants)
}

/// Composes, and has wasmtime accept what comes of it.
fn composed(component: &[u8], grants: Grants) -> Vec<u8> {
    let composed = granted(component, grants).compose();
    let bytes = composed.unwrap_or_else(|error| panic!("{error}\n{}", support::wit(component))).into_bytes();
    support::validate(&bytes);
    wasmtime::component::Component::new(&support::engine(), &bytes).expect("wasmtime accepts the component");
    bytes
}

#[test]
fn virt_default_treatment_leaves_no_imports_of_random_worlds() {
    each_component(|_, component, _| {
        for treatment in ["deny", "trap", "ignore"] {
            let output = composed(component, Grants::deny_all().grant("default", treatment).unwrap());
            assert_eq!(support::names(&output).0, [""; 0], "{treatment}");
        }
    });
}

#[test]
fn virt_grants_of_functions_leave_exactly_those_of_random_worlds() {
    each_component(|dice, component, functions| {
        let mut grants = Grants::allow_all();
        let mut left = BTreeSet::new();
        for (interface, function) in functions {
            let treatment = ["allow", "deny", "trap"][dice.roll(3)];
            grants = grants.grant(&format!("{interface}#{function}"), treatment).unwrap();
            if treatment == "allow" {
                left.insert((interface, function));
            }
        }
        let output = composed(component, grants);
        assert_eq!(support::imported_functions(&output).into_iter().collect::<BTreeSet<_>>(), left);
    });
}

/// What is said of each function and interface by name, in the words of grants; the rest is denied.
#[derive(Default)]
struct ByName {
    functions: BTreeMap<(String, String), &'static str>,
    interfaces: BTreeMap<String, &'static str>,
    default: Option<&'static str>,
}

impl Granted for ByName {
    fn says(&self, interface: &str, function: &str) -> Said {
        let by_function = self.functions.get(&(interface.to_owned(), function.to_owned()));
        match by_function.or_else(|| self.interfaces.get(interface)).or(self.default.as_ref()) {
            Some(&"allow") => Said::Allowed,
            Some(_) => Said::Denied,
            None => Said::Default,
        }
    }

    fn is_about(&self, interface: &str) -> bool {
        self.interfaces.contains_key(interface) || self.functions.keys().any(|(of, _)| of == interface)
    }
}

impl ByName {
    fn roll(dice: &mut Dice, functions: &[(String, String)]) -> ByName {
        let mut said = ByName { default: (dice.roll(6) == 0).then_some("allow"), ..ByName::default() };
        let how_many = dice.roll(5) + 2;
        // The functions that give the most, so that there is something to use.
        let gives =
            |name: &str| name.starts_with("[constructor]") || name.starts_with("[static]") || name.starts_with('g');
        let treatment = |dice: &mut Dice| ["allow", "allow", "allow", "deny", "trap"][dice.roll(5)];
        for (interface, function) in functions {
            if dice.roll(how_many * if gives(function) { 1 } else { 6 }) == 0 {
                let treatment = treatment(dice);
                said.functions.insert((interface.clone(), function.clone()), treatment);
            }
            if !interface.is_empty() && !said.interfaces.contains_key(interface) && dice.roll(how_many * 6) == 0 {
                let treatment = treatment(dice);
                said.interfaces.insert(interface.clone(), treatment);
            }
        }
        // More worlds have grants that name few of their interfaces.
        if dice.roll(2) == 0 {
            let spared =
                functions.iter().map(|(of, _)| of.clone()).filter(|_| dice.roll(3) > 0).collect::<BTreeSet<_>>();
            said.functions.retain(|(of, name), _| !spared.contains(of) || name.starts_with("[constructor]"));
            said.interfaces.retain(|of, _| !spared.contains(of));
        }
        // A function that is not there is about its interface all the same.
        if let Some((interface, _)) =
            functions.first().filter(|(interface, _)| dice.roll(8) == 0 && !interface.is_empty())
        {
            said.functions.insert((interface.clone(), "not-there".to_owned()), "allow");
        }
        said
    }

    fn grants(&self) -> Grants {
        let grants = Grants::deny_all().allow_missing().grant("default", self.default.unwrap_or("deny")).unwrap();
        let functions = self.functions.iter().map(|((of, name), said)| (format!("{of}#{name}"), *said));
        let interfaces = self.interfaces.iter().map(|(name, said)| (name.clone(), *said));
        let all = functions.chain(interfaces);
        all.fold(grants, |grants, (pattern, treatment)| grants.grant(&pattern, treatment).unwrap())
    }
}

#[test]
fn virt_leaves_of_random_worlds_granted_functions_and_their_users() {
    let (wanted, start) = (dice::number("WELD_WORLDS").unwrap_or(300), dice::seed_or(dice::today()));
    let (mut checked, mut excepted, mut denied) = (0, 0, 0);
    for seed in start..start + wanted {
        let wit = package(seed, true);
        let Some(bytes) = component(&wit) else { continue };
        let functions = support::imported_functions(&bytes);
        let said = ByName::roll(&mut Dice(seed ^ 0xfeed), &functions);
        let (resolve, world) = world(&wit);
        let functions: BTreeSet<(String, String)> = functions.into_iter().collect();
        // What wit-component leaves out of an interface nothing of a component can mention.
        let expected = oracle::left(&resolve, world, &said);
        let expected: BTreeSet<_> = expected.intersection(&functions).cloned().collect();
        let output = granted(&bytes, said.grants()).compose();
        let output = output.unwrap_or_else(|error| {
            panic!("WELD_SEED={seed} {error}\n{wit}\n{:?} {:?}", said.functions, said.interfaces)
        });
        let output = output.into_bytes();
        wasmtime::component::Component::new(&support::engine(), &output).expect("wasmtime accepts the component");
        support::validate(&output);
        let left: BTreeSet<_> = support::imported_functions(&output).into_iter().collect();
        assert_eq!(left, expected, "WELD_SEED={seed}\n{wit}\n{:?} {:?}", said.functions, said.interfaces);
        // Others read its types.
        wit_component::decode(&output).unwrap_or_else(|error| panic!("WELD_SEED={seed} {error:?}\n{wit}"));
        checked += 1;
        denied += functions.len() - left.len();
        excepted += left.iter().filter(|(of, name)| said.says(of, name) == Said::Default).count();
    }
    println!("{checked} checked, {denied} functions denied, {excepted} kept");
    // Some have no form as a component, but not many; and of each kind there are some.
    assert!(checked * 2 > wanted && denied as u64 > checked, "{checked} {denied}");
    // How many are kept depends on the worlds: from 3 to 11 in a hundred, of 200 worlds each.
    assert!(excepted as u64 * 50 > checked, "{excepted} of {checked}");
}

/// A policy about some of the functions that a component imports, by patterns of every kind.
fn policy(dice: &mut Dice, functions: &[(String, String)]) -> String {
    let mut rules = String::new();
    for _ in 0..dice.roll(3) + 1 {
        let mut lists = [String::new(), String::new()];
        for _ in 0..dice.roll(4) + 1 {
            let (interface, function) = &functions[dice.roll(functions.len())];
            let pattern = match dice.roll(10) {
                _ if interface.is_empty() => format!("#{function}"),
                0..=3 => format!("{interface}#{function}"),
                4 | 5 => interface.clone(),
                6 => format!("{}#{function}", interface.split('@').next().unwrap()),
                7 => format!("{}*#g*", interface.split('@').next().unwrap()),
                8 => format!("{interface}#not-there"),
                _ => format!("{}/*", interface.split('/').next().unwrap()),
            };
            // Mostly it is said what is allowed.
            lists[usize::from(dice.roll(4) == 0)] += &format!("\"{pattern}\", ");
        }
        rules += &format!("[[rule]]\nallow = [{}]\ndeny = [{}]\n", lists[0], lists[1]);
    }
    let default = ["allow", "deny", "deny"][dice.roll(3)];
    format!("default = \"{default}\"\n{rules}")
}

/// The function that a violation is about, with its interface, which is empty for one of the world itself.
fn subject(violation: &serde_json::Value) -> (String, String) {
    let name = |key: &str| violation[key].as_str().map(str::to_owned);
    let import = name("import").unwrap_or_else(|| panic!("{violation}"));
    name("function").map_or((String::new(), import.clone()), |function| (import.clone(), function))
}

#[test]
fn virt_policy_leaves_of_random_worlds_exactly_what_check_allows() {
    let (wanted, start) = (dice::number("WELD_WORLDS").unwrap_or(300), dice::seed_or(dice::today()));
    let (mut checked, mut met, mut changed) = (0, 0, 0);
    for seed in start..start + wanted {
        let wit = package(seed, true);
        let Some(bytes) = component(&wit) else { continue };
        let functions = support::imported_functions(&bytes);
        if functions.is_empty() {
            continue;
        }
        let text = policy(&mut Dice(seed ^ 0xbeef), &functions);
        let rules = Policy::parse("policy.toml", &text).unwrap_or_else(|errors| panic!("{errors}\n{text}"));
        let findings = weld::check(Input::bytes(bytes.as_slice()).named("a.wasm"), &rules).unwrap();
        let verdict: serde_json::Value = serde_json::from_str(findings.json()).unwrap();
        let refused: BTreeSet<(String, String)> =
            verdict["violations"].as_array().unwrap().iter().map(subject).collect();
        // What comes of it is checked against the policy on the way.
        let composer = Composer::new().component("a", Input::bytes(bytes)).grant_by_policy(rules);
        let output = composer.compose().unwrap_or_else(|error| panic!("WELD_SEED={seed} {error:?}\n{text}\n{wit}"));
        let output = output.into_bytes();
        support::validate(&output);
        let left: BTreeSet<(String, String)> = support::imported_functions(&output).into_iter().collect();
        let allowed = functions.iter().filter(|name| !refused.contains(*name)).cloned().collect();
        assert_eq!(left, allowed, "WELD_SEED={seed}\n{text}\n{wit}");
        checked += 1;
        met += usize::from(left.len() == functions.len());
        changed += usize::from(left.len() < functions.len());
    }
    println!("{checked} checked, {met} as they were, {changed} changed");
    assert!(
        checked * 2 > wanted && met as u64 * 20 > checked && changed as u64 * 3 > checked,
        "{checked} {met} {changed}"
    );
}

#[test]
fn virt_exports_of_types_alone_use_the_types_of_imports() {
    let wit = r#"package t:p;
        interface types {
          record payload { code: option<u16> }
          variant error-code { e(payload) }
          resource request { make: static func(t: future<result<_, error-code>>) -> request; get: func() -> u32; }
        }
        interface handler { use types.{request, error-code}; }
        interface other { use types.{error-code as why, payload}; f: func(w: why) -> payload; }
        world w { import types; export handler; export other; }"#;
    let component = component(wit).unwrap();
    let exported = |wit: String| {
        let interface =
            |name: &str| wit.split(&format!("interface {name}")).nth(1).map(|rest| rest.split("\n  }").next());
        ["handler", "other"].map(|name| interface(name).unwrap().unwrap().to_owned())
    };
    for grants in [Grants::deny_all(), Grants::deny_all().grant("t:p/types#[method]request.get", "allow").unwrap()] {
        let output = composed(&component, grants);
        assert_eq!(exported(support::wit(&output)), exported(support::wit(&component)));
    }
}

#[test]
fn virt_leaves_a_static_function_of_the_world_with_the_resource_type_that_it_is_named_after() {
    let component = wat::parse_str(
        r#"(component
          (import "r" (type $r (sub resource)))
          (import "other" (type $other (eq $r)))
          (import "[static]other.f" (func (param "x" bool)))
          (import "[static]other.g" (func (result (own $r)))))"#,
    );
    let component = component.unwrap();
    let left = ["r", "other", "[static]other.f"];
    let output = composed(&component, Grants::deny_all().grant("#[static]other.f", "allow").unwrap());
    assert_eq!(support::names(&output).0, left);
    let policy = "default = \"deny\"\n[[rule]]\nallow = [\"#[static]other.f\"]";
    let policy = Policy::parse("policy.toml", policy).unwrap();
    let output = Composer::new().component("a", Input::bytes(component)).grant_by_policy(policy).compose().unwrap();
    assert_eq!(support::names(output.bytes()).0, left);
}
