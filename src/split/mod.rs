//! Splits a finished composition into its components and a manifest that composes them again.
//!
//! The composition may come from any tool: its instances are followed as a host would instantiate them. The manifest is
//! composed again, and the result must have the same components with the same wires.

pub(crate) mod error;
mod grants;
mod same;
mod wiring;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use wasmparser::component_types::{ComponentEntityType, ComponentItem};

use crate::compose::{Composition, compose};
use crate::describe::manifest::Manifest;
use crate::describe::manifest::edit::key;
use crate::describe::manifest::wiring::component_name;
use crate::describe::{Description, InstanceName, Labels, Text};
use crate::files::Files;
use crate::inspect::inspect;
use crate::inspect::model::{Inspection, Instance, Role};
use crate::limits;
use crate::load::{Component, decode};
use crate::snapshot::Snapshot;
use crate::timings::Timings;
use crate::{PhaseError, text};
use error::SplitError;
use wiring::{Origins, Wiring};

/// The number of components that are tried as the root. Each is composed.
const ROOTS: usize = 4;

/// A composition in parts.
pub(crate) struct Split {
    /// The bytes of each component, by file name.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The text of the manifest.
    pub manifest: String,
    /// Whether the recomposition has the same snapshot. Compositions of other tools may name their instances
    /// differently.
    pub has_same_snapshot: bool,
    /// Whether the recomposition creates the instances in the same order. The order of a manifest follows from its wires and
    /// names.
    pub has_same_order: bool,
    /// The manifest's names of the instances, in the order in which they are created.
    pub created: Vec<String>,
    /// The manifest's name of each instance, by the name in `inspect`.
    pub names: BTreeMap<String, String>,
    /// The labels of the composition, by the components and the imports that they stand for.
    pub labels: Labels,
}

/// An instance of the composition, under its name in the manifest.
struct NamedInstance<'i> {
    instance: &'i Instance,
    /// The index of its component.
    component: usize,
    /// The name in the manifest.
    name: InstanceName,
}

/// Splits a composition.
///
/// # Errors
///
/// The component is no composition, or a manifest cannot describe it, with the reason.
pub(crate) fn split(whole: &Component, timings: &mut Timings) -> Result<Split, PhaseError> {
    let inspection = timings.span("inspect", || inspect(whole))?;
    composed(whole, &inspection, parts(&inspection, whole)?, false, timings)
}

/// Splits a component to which others are added. The manifest has wires even where names suffice, so that no added component
/// fills an import by its name. A component that is no composition, since its outermost level has code or creates no
/// instances, is the only one of its manifest.
///
/// # Errors
///
/// A manifest cannot describe it, with the reason.
pub(crate) fn parted(whole: &Component, timings: &mut Timings) -> Result<Split, PhaseError> {
    let inspection = timings.span("inspect", || inspect(whole))?;
    match parts(&inspection, whole) {
        Ok(parts) => composed(whole, &inspection, parts, true, timings),
        Err(SplitError::Program { .. } | SplitError::Nothing { .. }) => alone(whole, &inspection),
        Err(error) => Err(error.into()),
    }
}

/// Splits a composition of some parts. With `says_all`, the manifest has wires even where names suffice.
fn composed(
    whole: &Component,
    inspection: &Inspection,
    parts: Vec<NamedInstance<'_>>,
    says_all: bool,
    timings: &mut Timings,
) -> Result<Split, PhaseError> {
    let mut files = BTreeMap::new();
    let (mut components, mut decoded) = (BTreeMap::new(), BTreeMap::new());
    for part in &parts {
        let Some(nested) = inspection.components.get(part.component) else { continue };
        let bytes = whole.bytes().get(nested.offset..nested.offset + nested.size).unwrap_or_default().to_vec();
        let name = &part.name.component;
        let file = format!("{name}.wasm");
        if components.insert(name.clone(), file.clone()).is_none() {
            // A component with outer aliases cannot stand alone.
            let component = decode(name.clone(), file.clone(), bytes.clone());
            decoded.insert(name.clone(), component.map_err(|_| SplitError::Outer { name: name.clone() })?);
            files.insert(file, bytes);
        }
    }
    let tables = grants::tables(inspection, &parts, &decoded)?;
    let (mut similar, mut failed) = (None, None);
    let created: Vec<String> = parts.iter().map(|part| part.name.to_string()).collect();
    let origins = Origins::new(inspection, &parts, says_all);
    // Other names make another snapshot with any root.
    let is_named = parts.iter().all(|part| part.name.to_string() == part.instance.name);
    for root in origins.roots()?.into_iter().take(ROOTS) {
        let again = || {
            let manifest = manifest(inspection, whole, &origins.wiring(root)?, &components) + &tables;
            let (composition, is_same) = compose_again(whole, inspection, &manifest, &files, timings)?;
            Ok::<_, PhaseError>((manifest, is_same, is_in_order(&created, &composition)))
        };
        match again() {
            Ok(found @ (_, is_same, _)) => {
                let is_done = is_same || !is_named;
                similar = if is_done { Some(found) } else { similar.or(Some(found)) };
                if is_done {
                    break;
                }
            }
            // What is wrong with the likeliest root is told.
            Err(error) => _ = failed.get_or_insert(error),
        }
    }
    let (manifest, has_same_snapshot, has_same_order) =
        similar.ok_or_else(|| failed.unwrap_or_else(|| SplitError::NoRoot.into()))?;
    let names = parts.iter().map(|part| (part.instance.name.clone(), part.name.to_string())).collect();
    let labels = origins.labels();
    Ok(Split { files, manifest, has_same_snapshot, has_same_order, created, names, labels })
}

/// Makes a split of a component that is no composition: a manifest with that component alone, whose imports the host
/// fills, and with the grants that its provenance states.
///
/// # Errors
///
/// The provenance does not state the whole value of a grant.
fn alone(whole: &Component, inspection: &Inspection) -> Result<Split, PhaseError> {
    let name = free(whole.name(), &BTreeSet::new());
    let is_type = |item: &ComponentItem| matches!(item.ty, ComponentEntityType::Type { .. });
    let imports = whole.imports().iter().filter(|(_, item)| !is_type(item)).map(|(import, _)| import);
    let wires: String =
        imports.map(|import| format!("{} = \"host\"\n", text::toml(&format!("{name}/{import}")))).collect();
    let file = format!("{name}.wasm");
    let table = grants::alone(&name, whole, inspection.provenance.as_ref())?;
    let manifest = format!(
        "[composition]\nroot = {}\noutput = \"build/out.wasm\"\n\n[components]\n{} = {}\n\n[wire]\n{wires}{table}",
        text::toml(&name),
        key(&name),
        text::toml(&file)
    );
    let files = BTreeMap::from([(file, whole.bytes().to_vec())]);
    let created = vec![name.clone()];
    let labels = whole.imports().iter().filter(|(_, item)| item.implements.is_some());
    let labels = labels.map(|(label, _)| ((name.clone(), label.clone()), label.clone())).collect();
    let names = BTreeMap::from([(whole.name().to_owned(), name)]);
    Ok(Split { files, manifest, has_same_snapshot: true, has_same_order: true, created, names, labels })
}

/// Whether a composition creates instances in a given order, in which their start functions run. It may have other
/// instances, and may lack some.
pub(crate) fn is_in_order(created: &[String], composition: &Composition) -> bool {
    let names: BTreeSet<&str> = created.iter().map(String::as_str).collect();
    let order = composition.graph.instantiation_order().unwrap_or_default();
    let order = order.into_iter().map(|node| composition.graph.name_of(node));
    let order: Vec<&str> = order.filter(|name| names.contains(name)).collect();
    // An instance that nothing uses any more is left out.
    let remaining: BTreeSet<&str> = order.iter().copied().collect();
    order.into_iter().eq(created.iter().map(String::as_str).filter(|name| remaining.contains(name)))
}

/// Returns the instances that the composition creates, without adapters.
fn parts<'i>(inspection: &'i Inspection, whole: &Component) -> Result<Vec<NamedInstance<'i>>, SplitError> {
    let file = || whole.file().to_owned();
    if inspection.components.first().is_none_or(|outer| outer.role == Role::Program || !outer.modules.is_empty()) {
        return Err(SplitError::Program { file: file() });
    }
    let mut parts = Vec::new();
    for instance in inspection.instances.iter().filter(|instance| instance.within == Some(0)) {
        let component = instance.component.and_then(|index| Some((index, inspection.components.get(index)?)));
        match component {
            Some(_) if inspection.role(instance) == Some(Role::Adapter) => {}
            Some((index, nested)) if nested.within == Some(0) => {
                let name = InstanceName { component: String::new(), number: 0 };
                parts.push(NamedInstance { instance, component: index, name });
            }
            _ => return Err(SplitError::Elsewhere { file: file(), instance: instance.name.clone() }),
        }
    }
    if parts.is_empty() {
        return Err(SplitError::Nothing { file: file() });
    }
    name(inspection, &mut parts);
    Ok(parts)
}

/// Names each part after its instance (`kv`, `kv#1`) if all instances of that name have one component and one of them
/// has no number, or else after its component, with a number. Instances of one component can thus have several names.
/// Each is a component of the manifest, with a file of the same bytes.
fn name(inspection: &Inspection, parts: &mut [NamedInstance<'_>]) {
    let mut called: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, part) in parts.iter().enumerate() {
        let base = InstanceName::read(&part.instance.name).map(|name| name.component).filter(|base| is_name(base));
        called.entry(base.unwrap_or_default()).or_default().push(index);
    }
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut others: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (base, members) in called {
        let named = || members.iter().filter_map(|index| parts.get(*index));
        let components: BTreeSet<usize> = named().map(|part| part.component).collect();
        let numbers: BTreeSet<u32> =
            named().filter_map(|part| Some(InstanceName::read(&part.instance.name)?.number)).collect();
        let is_free = !taken.contains(&base.to_lowercase());
        let is_whole = numbers.len() == members.len() && numbers.contains(&0) && components.len() == 1 && is_free;
        for index in members {
            let Some(part) = parts.get_mut(index) else { continue };
            if is_whole && !base.is_empty() {
                let number = InstanceName::read(&part.instance.name).map_or(0, |name| name.number);
                part.name = InstanceName { component: base.clone(), number };
                taken.insert(base.to_lowercase());
            } else {
                others.entry(part.component).or_default().push(index);
            }
        }
    }
    for (component, members) in others {
        let name = free(inspection.components.get(component).map_or("", |of| &of.name), &taken);
        taken.insert(name.to_lowercase());
        for (number, index) in (0..).zip(members) {
            let Some(part) = parts.get_mut(index) else { continue };
            part.name = InstanceName { component: name.clone(), number };
        }
    }
}

/// Whether a component of a manifest, and a file, may have a name.
fn is_name(name: &str) -> bool {
    component_name(name).is_ok()
        && !name.contains(['\\', ':'])
        && !name.starts_with('.')
        && name.len() < limits::TREE_NAME / 2
}

/// Returns a valid name that no other component has. `taken` are in lower case.
fn free(name: &str, taken: &BTreeSet<String>) -> String {
    let plain: String = name.chars().map(|c| if c.is_alphanumeric() || "-_. ".contains(c) { c } else { '-' }).collect();
    let plain = Some(plain).filter(|plain| is_name(plain)).unwrap_or_else(|| "component".to_owned());
    // Some file systems ignore the case of names.
    let numbered = (2..).map(|n| format!("{plain}-{n}"));
    let mut names = std::iter::once(plain.clone()).chain(numbered);
    names.find(|name| !taken.contains(&name.to_lowercase())).unwrap_or(plain.clone())
}

/// Writes the manifest, without grants.
fn manifest(
    inspection: &Inspection,
    whole: &Component,
    wiring: &Wiring,
    components: &BTreeMap<String, String>,
) -> String {
    let mut text = "# What `weld split` took apart, and `weld build` composes again.\n\n[composition]\n".to_owned();
    if let Some(name) = &inspection.name {
        text += &format!("name = {}\n", text::toml(name));
    }
    let output = text::toml(&format!("build/{}.wasm", free(whole.name(), &BTreeSet::new())));
    text += &format!("root = {}\noutput = {output}\n\n[components]\n", text::toml(&wiring.root));
    for (name, file) in components {
        text += &format!("{} = {}\n", key(name), text::toml(file));
    }
    for (table, lines) in [("wire", &wiring.wires), ("exports", &wiring.exports)] {
        if !lines.is_empty() {
            text += &format!("\n[{table}]\n");
            text.extend(lines.iter().map(|(key, value)| format!("{} = {}\n", text::toml(key), text::toml(value))));
        }
    }
    text
}

/// Composes a manifest, and compares the result with the original composition. Returns it, and whether both have the same
/// snapshot: names of instances, and the `use` between interfaces, may differ.
fn compose_again(
    whole: &Component,
    inspection: &Inspection,
    manifest: &str,
    files: &BTreeMap<String, Vec<u8>>,
    timings: &mut Timings,
) -> Result<(Composition, bool), PhaseError> {
    let mut description = describe(manifest, files).map_err(PhaseError::unplaced)?;
    description.provenance = inspection.provenance.is_some();
    description.obsolete_names = true;
    let composition = compose(&description, timings);
    let composition = composition.map_err(|error| SplitError::NotAgain(Box::new(error.unplaced())))?;
    let again = decode(whole.name().to_owned(), whole.file().to_owned(), composition.bytes().to_vec())?;
    let again = inspect(&again)?;
    same::compare(inspection, &again).map_err(|what| match other_adapter(inspection, &again) {
        Some(adapter) => SplitError::OtherAdapter { adapter },
        None => SplitError::Differs { what },
    })?;
    Ok((composition, Snapshot::of(inspection).to_string() == Snapshot::of(&again).to_string()))
}

/// Returns the name of an adapter that only one of two compositions of the same components has, which were built with
/// other grants.
fn other_adapter(before: &Inspection, after: &Inspection) -> Option<String> {
    let adapters = |inspection: &'_ Inspection| -> BTreeMap<String, String> {
        let adapters = inspection.adapters().filter_map(|adapter| Some((inspection.component(adapter)?, adapter)));
        adapters.map(|(component, adapter)| (component.sha256.clone(), adapter.name.clone())).collect()
    };
    let (before, after) = (adapters(before), adapters(after));
    let only = |these: &BTreeMap<String, String>, others: &BTreeMap<String, String>| {
        these.iter().find(|(digest, _)| !others.contains_key(*digest)).map(|(_, name)| name.clone())
    };
    only(&before, &after).or_else(|| only(&after, &before))
}

/// Reads a generated manifest for some files.
///
/// # Errors
///
/// The manifest is not valid.
pub(crate) fn describe(manifest: &str, files: &BTreeMap<String, Vec<u8>>) -> Result<Description, PhaseError> {
    let parsed = Manifest::parse(Text::new("weld.toml", manifest), Path::new("weld.toml"));
    let mut description = match parsed.map_err(PhaseError::Manifest)?.outputs.first() {
        Some(output) => output.describe(None, None)?,
        None => Description::default(),
    };
    description.files = Files::memory(files.iter().map(|(name, bytes)| (name, bytes.as_slice())));
    Ok(description)
}
