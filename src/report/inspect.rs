//! A component as a tree for people: nested components, wires, and reached imports.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use indexmap::{IndexMap, IndexSet};
use termtree::Tree;
use textwrap::{Options, WordSeparator, WordSplitter};

use crate::inspect::model::{Component, HostImport, Inspection, Instance, Metadata, Module, Role, Source, Wire};
use crate::name::{Capability, InterfaceName, adapted, base};
use crate::provenance::{Granted, Provenance};
use crate::snapshot::name as shown;
use crate::text::{Shown, count, size};

/// The capabilities that reach other machines.
const NETWORK: [&str; 2] = ["http", "sockets"];

/// The width of lines.
const WIDTH: usize = 100;

/// The amount of detail.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Detail {
    /// Whether components without code, the content of adapters, and all source packages are shown.
    pub is_whole: bool,
}

/// Writes the component as a tree, with lists of its exports, imports, capabilities and grants.
pub(crate) fn tree(inspection: &Inspection, detail: Detail) -> String {
    let writer = Writer::new(inspection, detail);
    let mut text = writer.instance(0, inspection.instances.first()).to_string();
    // Writing to a string cannot fail.
    let _ = writer.outside(&mut text);
    text
}

struct Writer<'i> {
    inspection: &'i Inspection,
    detail: Detail,
    /// The instances that are nested in each instance.
    within: BTreeMap<usize, Vec<usize>>,
    /// The first instance of each component.
    firsts: BTreeMap<usize, usize>,
}

impl<'i> Writer<'i> {
    fn new(inspection: &'i Inspection, detail: Detail) -> Writer<'i> {
        let mut firsts = BTreeMap::new();
        for (index, instance) in inspection.instances.iter().enumerate() {
            instance.component.into_iter().for_each(|component| _ = firsts.entry(component).or_insert(index));
        }
        Writer { inspection, detail, within: inspection.instances_within(), firsts }
    }
}

impl Writer<'_> {
    /// Returns the tree of an instance with its nested instances.
    fn instance(&self, index: usize, instance: Option<&Instance>) -> Tree<String> {
        let Some(instance) = instance else { return Tree::new(String::new()) };
        let component = self.inspection.component(instance);
        let mut lines = vec![self.title(index, instance, component)];
        if let Some(component) = component.filter(|_| self.is_first(index, instance)) {
            lines.push(format!("sha256 {}", component.sha256));
            if index == 0 && self.inspection.components.len() > 1 {
                lines.push(self.inspection.nested());
            }
            lines.extend(self.metadata(component));
            if index != 0 {
                let exports = component.exports.iter().map(|export| export.name.as_str());
                lines.extend(listed("exports", exports));
            }
        }
        lines.extend(self.fillers(instance));
        if index != 0 {
            lines.extend(self.reached(instance));
        }
        let within = self.within.get(&index).into_iter().flatten();
        let within = within.filter_map(|index| Some((*index, self.inspection.instances.get(*index)?)));
        let leaves = within.filter(|(_, other)| self.detail.is_whole || !self.inspection.is_inside(other));
        let leaves: Vec<_> = leaves.map(|(index, other)| self.instance(index, Some(other))).collect();
        // The lines of an instance stand beside the branch to its nested instances.
        let root = lines.iter().map(|line| Shown(line).to_string()).collect::<Vec<_>>().join("\n");
        Tree::new(root).with_leaves(leaves).with_multiline(true)
    }

    /// Whether an instance is the first of its component.
    fn is_first(&self, index: usize, instance: &Instance) -> bool {
        self.first(instance).is_none_or(|(first, _)| first == index)
    }

    fn first(&self, instance: &Instance) -> Option<(usize, &Instance)> {
        let first = *self.firsts.get(&instance.component?)?;
        Some((first, self.inspection.instances.get(first)?))
    }

    fn title(&self, index: usize, instance: &Instance, component: Option<&Component>) -> String {
        let name = &instance.name;
        let Some(component) = component else { return format!("{name}  of a component that it is given") };
        match self.first(instance) {
            Some((first, other)) if first != index => format!("{name}  the component of {}", other.path),
            _ => {
                let role = self.inspection.role(instance).unwrap_or(component.role).word();
                let version = component.metadata.version.iter().map(|version| format!(" {version}"));
                format!("{name}{}  {role}, {}", version.collect::<String>(), size(component.size))
            }
        }
    }

    /// The metadata of a component, joined with those of its core modules or separately.
    fn metadata(&self, component: &Component) -> Vec<String> {
        let modules = &component.modules;
        if self.detail.is_whole {
            let module = |module: &Module| {
                let name = module.name.iter().map(|name| format!(" {name}")).collect::<String>();
                let metadata = metadata_lines(&module.metadata, self.detail);
                let metadata = metadata.into_iter().map(|line| format!("  {line}"));
                let title = format!("core module{name}, {}", size(module.size));
                let invalid = module.invalid.iter().map(|what| format!("  not valid: {what}"));
                std::iter::once(title).chain(invalid).chain(metadata).collect::<Vec<_>>()
            };
            let lines = metadata_lines(&component.metadata, self.detail);
            return lines.into_iter().chain(modules.iter().flat_map(module)).collect();
        }
        let mut metadata = component.metadata.clone();
        for of_module in modules.iter().map(|module| &module.metadata) {
            metadata.producers.extend(of_module.producers.iter().cloned());
            metadata.dependencies.extend(of_module.dependencies.iter().cloned());
            metadata.malformed.extend(of_module.malformed.iter().cloned());
        }
        let mut lines = metadata_lines(&metadata, self.detail);
        if !modules.is_empty() {
            let names: Vec<&str> = modules.iter().filter_map(|module| module.name.as_deref()).collect();
            let what = count(modules.len(), "core module");
            lines.extend(match names.as_slice() {
                [] => vec![what],
                names => wrapped(&format!("{what}: "), names.iter().copied()),
            });
        }
        for module in modules {
            let name = module.name.iter().map(|name| format!(" {name}")).collect::<String>();
            lines.extend(module.invalid.iter().map(|what| format!("core module{name} is not valid: {what}")));
        }
        lines
    }

    /// The sources of an instance's imports, a line for each source.
    fn fillers(&self, instance: &Instance) -> Vec<String> {
        let Some(around) = instance.within else { return Vec::new() };
        let mut fillers: IndexMap<String, Vec<&str>> = IndexMap::new();
        for wire in &instance.imports {
            fillers.entry(self.inspection.origin(wire, around, &shown)).or_default().push(&wire.name);
        }
        fillers.into_iter().flat_map(|(origin, names)| listed(&format!("<- {origin} "), names)).collect()
    }

    /// The imports that an instance reaches: directly, then through others.
    fn reached(&self, instance: &Instance) -> Vec<String> {
        let mut by_path: IndexMap<Vec<String>, Vec<String>> = IndexMap::from([(Vec::new(), Vec::new())]);
        for reaches in &instance.reaches {
            let rules = || {
                if !self.inspection.is_by_own_imports(reaches) {
                    return None;
                }
                Some(format!(
                    "{} (by its provenance: {})",
                    reaches.what,
                    rules(self.inspection, instance, &reaches.what)?
                ))
            };
            let what = match reaches.types_only {
                true => format!("{} (types only)", reaches.what),
                false => rules().unwrap_or_else(|| reaches.what.clone()),
            };
            by_path.entry(self.inspection.path_to_capability(reaches)).or_default().push(what);
        }
        let line = |(path, what): (&Vec<String>, &Vec<String>)| {
            let heading = if path.is_empty() { "reaches".to_owned() } else { format!("through {}:", path.join(", ")) };
            listed(&heading, what.iter().map(String::as_str))
        };
        by_path.iter().flat_map(line).collect()
    }

    /// Names an instance that reaches something, and the instances through which it does. `None` for the outermost
    /// instance.
    fn user(&self, instance: &Instance, path: &[String], types_only: bool) -> Option<String> {
        let how = match path {
            [] => None,
            path => Some(format!("through {}", path.join(", "))),
        };
        let how: Vec<String> = how.into_iter().chain(types_only.then(|| "types only".to_owned())).collect();
        let how = if how.is_empty() { String::new() } else { format!(" ({})", how.join("; ")) };
        (!instance.path.is_empty()).then(|| format!("{}{how}", instance.path))
    }

    /// The imports and exports of the component, and the instances that reach each import.
    fn outside(&self, text: &mut String) -> std::fmt::Result {
        let Inspection { instances, imports, components, provenance, .. } = self.inspection;
        let exports: Vec<&str> =
            components.iter().take(1).flat_map(|root| &root.exports).map(|e| e.name.as_str()).collect();
        section(
            text,
            "exports",
            exports.iter().map(|name| {
                let wires = instances.first().map(|root| root.exports.as_slice()).unwrap_or_default();
                let wire = wires.iter().find(|wire| wire.name == **name && instances.len() > 1);
                let origin = wire
                    .map(|wire| format!("  <- {}", self.inspection.origin(wire, 0, &shown)))
                    .filter(|_| self.is_joint());
                format!("{name}{}", origin.unwrap_or_default())
            }),
        )?;
        section(
            text,
            "imports",
            imports.iter().map(|import| {
                let by =
                    import.reached_by.iter().filter_map(|reached| Some((reached, instances.get(reached.instance)?)));
                let by = by.filter(|(_, by)| !self.inspection.is_inside(by));
                let by = by
                    .filter_map(|(reached, by)| self.user(by, &self.inspection.path_to_import(reached, import), false));
                let types = import.types_only.then(|| "types only".to_owned());
                let by = types.into_iter().chain(by).collect::<Vec<_>>().join(", ");
                let import = import_of(import);
                if by.is_empty() { import } else { format!("{import}  {by}") }
            }),
        )?;
        section(text, "capabilities", self.capabilities().into_iter())?;
        let Some(provenance) = provenance else { return Ok(()) };
        section(text, "grants", self.grants(provenance).into_iter())?;
        section(
            text,
            &format!("made by weld {} of", provenance.weld),
            provenance.components.iter().map(|input| format!("{}  sha256 {}", input.name, input.sha256)),
        )
    }

    /// The grants in the provenance. Kept functions are counted for each component, and listed only if all is shown.
    fn grants(&self, provenance: &Provenance) -> Vec<String> {
        let is_shown = |granted: &&Granted| self.detail.is_whole || !granted.is_kept();
        let (stated, kept): (Vec<&Granted>, Vec<&Granted>) = provenance.grants.iter().partition(is_shown);
        let mut functions: IndexMap<&str, usize> = IndexMap::new();
        kept.into_iter().for_each(|granted| *functions.entry(&granted.component).or_default() += 1);
        let stated = stated.into_iter().map(|grant| format!("{}  {}  {}", grant.component, grant.grant, grant.value));
        let kept = functions.into_iter().map(|(component, number)| {
            format!(
                "{component}  kept: {}, which only use what it is given; `-v` lists them",
                count(number, "function")
            )
        });
        stated.chain(kept).collect()
    }

    /// The capabilities with the instances that reach them. Those of the network have a heading.
    fn capabilities(&self) -> Vec<String> {
        let mut capabilities: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for instance in self.inspection.instances.iter().filter(|instance| !self.inspection.is_inside(instance)) {
            // Interfaces without a capability are listed among the imports.
            for reaches in instance.reaches.iter().filter(|reaches| Capability::named(&reaches.what).is_some()) {
                let by = self.user(instance, &self.inspection.path_to_capability(reaches), reaches.types_only);
                capabilities.entry(&reaches.what).or_default().extend(by);
            }
        }
        let line = |(capability, by): (&str, Vec<String>)| {
            if by.is_empty() { capability.to_owned() } else { format!("{capability}  {}", by.join(", ")) }
        };
        let (network, others): (Vec<_>, Vec<_>) =
            capabilities.into_iter().partition(|(capability, _)| NETWORK.contains(capability));
        let heading = (!network.is_empty()).then(|| "network".to_owned());
        let network = network.into_iter().map(|of| format!("  {}", line(of)));
        others.into_iter().map(line).chain(heading).chain(network).collect()
    }

    /// Whether the outermost component has no code of its own.
    fn is_joint(&self) -> bool {
        self.inspection.components.first().is_some_and(|root| root.role == Role::Composition)
    }
}

/// Returns the rules of a grant for a capability of the network, as the provenance states them, if they restrict the
/// instance: it is the adapter of the component, or that adapter fills all imports of the instance that belong to the
/// capability.
pub(super) fn rules<'i>(inspection: &'i Inspection, instance: &Instance, capability: &str) -> Option<&'i str> {
    let name = adapted(&instance.name).unwrap_or(&instance.name);
    let is_ruled = instance.within == Some(0) && NETWORK.contains(&capability);
    let provenance = inspection.provenance.as_ref().filter(|_| is_ruled)?;
    let mut granted = provenance.grants.iter().filter(|grant| grant.component == name && grant.grant == capability);
    // A value of one word is a treatment and no rule.
    let granted = granted.next().filter(|grant| grant.value.contains(' '))?;
    let is_adapter = |id: usize| {
        let filler = inspection.instances.get(id).filter(|filler| filler.within == Some(0));
        filler.is_some_and(|it| inspection.role(it) == Some(Role::Adapter) && adapted(&it.name) == Some(name))
    };
    let has_capability = |import: &&HostImport| import.capabilities.iter().any(|other| other == capability);
    let imports = inspection.imports.iter().filter(has_capability);
    let imports: BTreeSet<&str> = imports.map(|import| base(&import.name)).collect();
    let mut wires = instance.imports.iter().filter(|wire| imports.contains(base(&wire.name)));
    let is_bound = |wire: &Wire| matches!(wire.from, Source::Instance { instance, .. } if is_adapter(instance));
    let is_adapter_itself = inspection.role(instance) == Some(Role::Adapter);
    (is_adapter_itself || wires.all(is_bound)).then_some(granted.value.as_str())
}

/// Writes an import with its attributes: `db (implements wasi:keyvalue/store, external-id "orders")`.
fn import_of(import: &HostImport) -> String {
    let HostImport { name, implements, external_id, .. } = import;
    let is_label = InterfaceName::read(name).is_none();
    let implements = implements.as_ref().map(|name| if is_label { format!("implements {name}") } else { name.clone() });
    let id = external_id.as_ref().map(|id| format!("external-id {id:?}"));
    let attributes: Vec<String> = implements.into_iter().chain(id).collect();
    if attributes.is_empty() { name.clone() } else { format!("{name} ({})", attributes.join(", ")) }
}

/// Writes the metadata of a component or core module as lines.
fn metadata_lines(metadata: &Metadata, detail: Detail) -> Vec<String> {
    let mut lines = Vec::new();
    let mut producers: IndexMap<&str, IndexSet<String>> = IndexMap::new();
    for producer in &metadata.producers {
        let version = if producer.version.is_empty() { String::new() } else { format!(" {}", producer.version) };
        producers.entry(&producer.field).or_default().insert(format!("{}{version}", producer.name));
    }
    lines.extend(
        producers.iter().flat_map(|(field, names)| wrapped(&format!("{field}: "), names.iter().map(String::as_str))),
    );
    let texts = [
        ("description", &metadata.description),
        ("authors", &metadata.authors),
        ("licences", &metadata.licenses),
        ("source", &metadata.source),
        ("homepage", &metadata.homepage),
        ("revision", &metadata.revision),
    ];
    lines.extend(texts.into_iter().filter_map(|(what, text)| Some(format!("{what}: {}", text.as_ref()?))));
    if !metadata.dependencies.is_empty() {
        lines.push(format!("built of {}", count(metadata.dependencies.len(), "package")));
        let packages = metadata.dependencies.iter().filter(|_| detail.is_whole);
        lines.extend(packages.map(|package| {
            let kind = if package.build { ", to build" } else { "" };
            format!("  {} {} ({}{kind})", package.name, package.version, package.source)
        }));
    }
    let malformed = metadata.malformed.iter();
    lines.extend(malformed.map(|section| format!("its section `{section}` cannot be read")));
    lines
}

/// A wrapped list, with the interfaces of one package together.
fn listed<'n>(what: &str, names: impl IntoIterator<Item = &'n str>) -> Vec<String> {
    let names = together(names);
    if names.is_empty() {
        return Vec::new();
    }
    wrapped(&format!("{what} "), names.iter().map(String::as_str))
}

/// A wrapped list.
fn wrapped<'n>(what: &str, names: impl IntoIterator<Item = &'n str>) -> Vec<String> {
    // This comes before wrapping: a line feed in a name must not begin a line.
    let names: Vec<String> = names.into_iter().map(|name| Shown(name).to_string()).collect();
    let options = Options::new(WIDTH).subsequent_indent("    ").word_separator(WordSeparator::AsciiSpace);
    let options = options.word_splitter(WordSplitter::NoHyphenation).break_words(false);
    textwrap::wrap(&format!("{what}{}", names.join(", ")), options).into_iter().map(Into::into).collect()
}

/// Names, with those of one package and version joined: `wasi:io/{error, streams}@0.2.12`.
pub(super) fn together<'n>(names: impl IntoIterator<Item = &'n str>) -> Vec<String> {
    let mut packages: IndexMap<(&str, Option<&str>), Vec<&str>> = IndexMap::new();
    for name in names {
        match InterfaceName::read(name) {
            Some(of) => packages.entry((of.package, of.version)).or_default().push(of.interface),
            None => _ = packages.entry((name, None)).or_default(),
        }
    }
    let shown = |((package, version), interfaces): ((&str, Option<&str>), Vec<&str>)| {
        let version = version.map(|version| format!("@{version}")).unwrap_or_default();
        match interfaces.as_slice() {
            [] => package.to_owned(),
            [interface] => format!("{package}/{interface}{version}"),
            interfaces => format!("{package}/{{{}}}{version}", interfaces.join(", ")),
        }
    };
    packages.into_iter().map(shown).collect()
}

/// A heading with its lines. Empty without lines.
fn section(text: &mut String, heading: &str, lines: impl Iterator<Item = String>) -> std::fmt::Result {
    for (number, line) in lines.enumerate() {
        if number == 0 {
            writeln!(text, "\n{}", Shown(heading))?;
        }
        writeln!(text, "  {}", Shown(&line))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::together;

    #[test]
    fn inspect_groups_interfaces_by_package() {
        let names = ["a:b/c@1.0.0", "url=<https://a/b@1>", "a:b/d@1.0.0", "url=<https://a/c@1>", "a:b/e", "f"];
        let listed = ["a:b/{c, d}@1.0.0", "url=<https://a/b@1>", "url=<https://a/c@1>", "a:b/e", "f"];
        assert_eq!(together(names), listed);
    }
}
