//! Components that nobody thought of, plugged into each other and restricted by grants that nobody thought of. What may be left of their
//! imports is computed from their types and from the grants alone.

use std::collections::{BTreeMap, BTreeSet};

use arbitrary::{Arbitrary, Result, Unstructured};
use wasmparser::component_types::ComponentEntityType;
use wasmparser::{Parser, Payload, Validator, WasmFeatures};
use weld::{Composer, Grants, Input};
use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{LiftLowerAbi, ManglingAndAbi, Resolve, WorldId};

use crate::oracle::{self, Granted, Said};
use crate::{accepted, assert_valid};

/// A function, with its interface, which is empty for those of the world itself.
type Function = (String, String);

/// The functions that a component imports, and the names of its imports.
fn imported(component: &[u8]) -> Option<(BTreeSet<Function>, BTreeSet<String>)> {
    let types = Validator::new_with_features(WasmFeatures::all()).validate_all(component).ok()?;
    let types = types.as_ref();
    let (mut functions, mut names) = (BTreeSet::new(), BTreeSet::new());
    let mut depth = 0;
    for payload in Parser::new(0).parse_all(component) {
        match payload.ok()? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            Payload::ComponentImportSection(section) if depth == 0 => {
                names.extend(
                    section.into_iter().filter_map(std::result::Result::ok).map(|import| import.name.name.to_owned()),
                );
            }
            _ => {}
        }
    }
    for name in &names {
        match types.component_item_for_import(name)?.ty {
            ComponentEntityType::Func(_) => _ = functions.insert((String::new(), name.clone())),
            ComponentEntityType::Instance(id) => {
                let exports = types[id].exports.iter();
                let of_it = exports.filter(|(_, item)| matches!(item.ty, ComponentEntityType::Func(_)));
                functions.extend(of_it.map(|(function, _)| (name.clone(), function.clone())));
            }
            _ => {}
        }
    }
    Some((functions, names))
}

/// What is said of functions and interfaces by name, in the words of grants.
#[derive(Debug, Default)]
struct ByName {
    functions: BTreeMap<Function, &'static str>,
    interfaces: BTreeMap<String, &'static str>,
    default: &'static str,
}

impl Granted for ByName {
    fn says(&self, interface: &str, function: &str) -> Said {
        let by_function = self.functions.get(&(interface.to_owned(), function.to_owned()));
        match by_function.or_else(|| self.interfaces.get(interface)) {
            Some(&"allow") => Said::Allowed,
            Some(_) => Said::Denied,
            None if self.default == "allow" => Said::Allowed,
            None => Said::Default,
        }
    }

    fn is_about(&self, interface: &str) -> bool {
        self.interfaces.contains_key(interface) || self.functions.keys().any(|(of, _)| of == interface)
    }
}

const TREATMENTS: [&str; 5] = ["allow", "allow", "deny", "trap", "ignore"];

impl ByName {
    /// Says something of some of the functions. What no pattern can name is left to the default.
    fn of(u: &mut Unstructured<'_>, functions: &BTreeSet<Function>) -> Result<ByName> {
        let mut said =
            ByName { default: *u.choose(&["deny", "deny", "deny", "trap", "ignore", "allow"])?, ..ByName::default() };
        let is_name = |name: &str, value| Grants::deny_all().grant(name, value).is_ok();
        for function @ (interface, name) in functions {
            let treatment = *u.choose(&TREATMENTS)?;
            if u.ratio(1, 3)? && is_name(&format!("{interface}#{name}"), treatment) {
                said.functions.insert(function.clone(), treatment);
            }
            if u.ratio(1, 12)? && !interface.is_empty() && is_name(interface, treatment) {
                said.interfaces.entry(interface.clone()).or_insert(treatment);
            }
        }
        Ok(said)
    }

    fn grants(&self) -> Grants {
        let functions = self.functions.iter().map(|((of, name), said)| (format!("{of}#{name}"), *said));
        let interfaces = self.interfaces.iter().map(|(name, said)| (name.clone(), *said));
        let all = functions.chain(interfaces).chain([("default".to_owned(), self.default)]);
        all.fold(Grants::deny_all().allow_missing(), |grants, (pattern, treatment)| {
            grants.grant(&pattern, treatment).unwrap_or_else(|error| panic!("{pattern}: {error}"))
        })
    }
}

/// Composes, and has the output be valid and verified.
fn composed(composer: &Composer) -> Option<Vec<u8>> {
    let output = accepted(composer.compose())?.into_bytes();
    assert_valid(&output);
    let found = accepted(composer.verify(Input::bytes(output.as_slice()))).expect("what was composed can be verified");
    assert!(found.is_empty(), "{:?}", found.lines());
    Some(output)
}

/// Components of wasm-smith.
pub fn components(data: &[u8]) {
    _ = try_components(&mut Unstructured::new(data));
}

fn try_components(u: &mut Unstructured<'_>) -> Result<()> {
    let component = |u: &mut Unstructured<'_>| -> Result<Vec<u8>> {
        let mut config = wasm_smith::Config::arbitrary(u)?;
        (config.max_components, config.max_instances, config.max_modules) = (3, 6, 4);
        (config.max_values, config.max_imports, config.max_exports) = (4, 12, 12);
        Ok(wasm_smith::Component::new(config, u)?.to_bytes())
    };
    let (first, second) = (component(u)?, component(u)?);
    let (Some((functions, names)), Some((_, more))) = (imported(&first), imported(&second)) else { return Ok(()) };
    let plugged = Composer::new()
        .component("first", Input::bytes(first.as_slice()))
        .component("second", Input::bytes(second))
        .allow_unused();
    if let Some(output) = composed(&plugged) {
        let (_, left) = imported(&output).expect("it was validated");
        let strange: Vec<_> = left.iter().filter(|name| !names.contains(*name) && !more.contains(*name)).collect();
        assert!(strange.is_empty(), "imports of neither: {strange:?}");
    }
    let said = ByName::of(u, &functions)?;
    let restricted = Composer::new().component("first", Input::bytes(first)).grant("first", said.grants());
    let Some(output) = composed(&restricted) else { return Ok(()) };
    let (left, _) = imported(&output).expect("it was validated");
    for function in &functions {
        let (interface, name) = function;
        let is_left = left.contains(function);
        match said.says(interface, name) {
            Said::Allowed => assert!(is_left, "{function:?} is allowed and gone: {said:?}"),
            Said::Denied => assert!(!is_left, "{function:?} is denied and left: {said:?}"),
            // It may only use what the component was given.
            Said::Default => {
                let has_handle = ["[method]", "[static]"].iter().any(|kind| name.starts_with(kind));
                assert!(!is_left || (has_handle && !said.is_about(interface)), "{function:?} is left: {said:?}");
            }
        }
    }
    assert!(left.is_subset(&functions), "{left:?}");
    Ok(())
}

/// How errors say that the output cannot name a type: "Known limits" in `docs/ARCHITECTURE.md`.
const UNNAMED: &[&str] = &[
    "so that the output has no name for it",
    "instance not valid to be used as",
    "a resource type has no name among the imports",
    "which it does not name itself",
];

/// Worlds of wit-smith.
pub fn worlds(data: &[u8]) {
    _ = try_worlds(&mut Unstructured::new(data));
}

fn try_worlds(u: &mut Unstructured<'_>) -> Result<()> {
    let config = wit_smith::Config::arbitrary(u)?;
    let package = wit_smith::smith(&config, u)?;
    let Ok(decoded) = wit_component::decode(&package) else { return Ok(()) };
    let resolve = decoded.resolve();
    for (world, _) in resolve.worlds.iter().take(4) {
        let Some(component) = component(resolve, world) else { continue };
        let Some((functions, _)) = imported(&component) else { continue };
        let said = ByName::of(u, &functions)?;
        let composer = Composer::new().component("a", Input::bytes(component)).grant("a", said.grants());
        let output = match composer.compose() {
            Ok(_) => composed(&composer).expect("it composes once more"),
            Err(error) if UNNAMED.iter().any(|text| error.to_string().contains(text)) => continue,
            Err(error) => panic!("{error}"),
        };
        let (left, _) = imported(&output).expect("it was validated");
        // What wit-component leaves out of an interface nothing of a component can mention.
        let expected = oracle::left(resolve, world, &said);
        let expected: BTreeSet<_> = expected.intersection(&functions).cloned().collect();
        assert_eq!(left, expected, "{said:?}");
        plugged(resolve, world, u)?;
    }
    Ok(())
}

/// Plugs a component into one that imports what it exports: nothing of that is left.
fn plugged(resolve: &Resolve, world: WorldId, u: &mut Unstructured<'_>) -> Result<()> {
    let mut mirrored = resolve.clone();
    if resolve.worlds[world].exports.is_empty() || mirrored.importize(world, None).is_err() {
        return Ok(());
    }
    let (Some(plug), Some(socket)) = (component(resolve, world), component(&mirrored, world)) else { return Ok(()) };
    let Some((functions, _)) = imported(&plug) else { return Ok(()) };
    let said = ByName::of(u, &functions)?;
    let composer = Composer::new()
        .component("socket", Input::bytes(socket))
        .component("plug", Input::bytes(plug))
        .grant("plug", said.grants())
        .allow_unused();
    composed(&composer);
    Ok(())
}

/// A component of a world whose functions trap. `None` where wit-component has no form for the world.
fn component(resolve: &Resolve, world: WorldId) -> Option<Vec<u8>> {
    let mut module = dummy_module(resolve, world, ManglingAndAbi::Legacy(LiftLowerAbi::Sync));
    embed_component_metadata(&mut module, resolve, world, StringEncoding::UTF8).ok()?;
    ComponentEncoder::default().module(&module).ok()?.encode().ok()
}
