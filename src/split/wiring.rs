//! Converts the wires and exports of a composition to those of a manifest.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::NamedInstance;
use super::error::SplitError;
use crate::describe::Labels;
use crate::describe::edge::HOST;
use crate::inspect::model::{Inspection, Instance, Kind, Role, Source, Wire};
use crate::name::{InterfaceName, best, compatible, told};

/// The wires and exports of a manifest.
pub(super) struct Wiring {
    /// The component whose exports are those of the output.
    pub root: String,
    /// The wires: importer with import, and source.
    pub wires: Vec<(String, String)>,
    /// The exports that the root lacks, or has under another name.
    pub exports: Vec<(String, String)>,
}

/// The origin of an item, behind adapters.
enum Origin<'p> {
    /// An export of a part.
    Export(&'p NamedInstance<'p>, String),
    Host,
    /// An adapter answers it and asks nobody: the output is the same, whatever would fill it.
    Answered,
    /// An origin that a manifest cannot express, in words.
    Other(&'static str),
}

/// A root, and the exports that are not the root's under their own names.
pub(super) type RootExports = (String, Vec<(String, String)>);

/// Reads the wiring of the parts of a composition.
pub(super) struct Origins<'i, 'p> {
    inspection: &'i Inspection,
    parts: &'p [NamedInstance<'p>],
    says_all: bool,
    exported: Exported<'p>,
}

/// The components of the manifest that have exports of a kind.
#[derive(Default)]
struct Exported<'p> {
    /// The exporters of each name. Compatible versions count as one name.
    named: BTreeMap<String, Exporters<'p>>,
    /// The exporters of instances.
    instances: Exporters<'p>,
    /// The exporters of instances whose name is a label.
    labels: Exporters<'p>,
}

/// The first of several components, and whether there are others.
#[derive(Default)]
struct Exporters<'p>(Option<&'p str>, bool);

impl<'p> Exporters<'p> {
    fn add(&mut self, component: &'p str) {
        self.1 |= *self.0.get_or_insert(component) != component;
    }

    fn has_other(&self, component: &str) -> bool {
        self.1 || self.0.is_some_and(|first| first != component)
    }
}

impl<'p> Exported<'p> {
    fn of(inspection: &Inspection, parts: &'p [NamedInstance<'p>]) -> Self {
        let mut exported = Exported::default();
        for part in parts {
            let (name, component) = (part.name.component.as_str(), inspection.components.get(part.component));
            for item in component.into_iter().flat_map(|of| &of.exports) {
                exported.named.entry(told(&item.name)).or_default().add(name);
                if item.kind == Kind::Instance {
                    exported.instances.add(name);
                    if InterfaceName::read(&item.name).is_none() {
                        exported.labels.add(name);
                    }
                }
            }
        }
        exported
    }
}

impl<'i, 'p> Origins<'i, 'p> {
    /// Without `says_all`, wires that names determine are omitted.
    pub(super) fn new(inspection: &'i Inspection, parts: &'p [NamedInstance<'p>], says_all: bool) -> Self {
        Origins { inspection, parts, says_all, exported: Exported::of(inspection, parts) }
    }

    /// The wiring with a root.
    ///
    /// # Errors
    ///
    /// A manifest cannot express it.
    pub(super) fn wiring(&self, (root, exports): RootExports) -> Result<Wiring, SplitError> {
        Ok(Wiring { wires: self.wires(&root)?, root, exports })
    }

    fn wires(&self, root: &str) -> Result<Vec<(String, String)>, SplitError> {
        let imports = self.parts.iter().flat_map(|part| part.instance.imports.iter().map(move |wire| (part, wire)));
        // Types follow the items that mention them.
        let imports = imports.filter(|(part, wire)| self.kind(part, &wire.name) != Some(Kind::Type));
        let mut filled: Vec<(&NamedInstance<'_>, &str, Origin<'_>)> =
            imports.map(|(part, wire)| (part, wire.name.as_str(), self.origin(&wire.from, &wire.name))).collect();
        self.use_all(root, &mut filled)?;
        let mut wires = Vec::new();
        for (part, import, origin) in filled {
            let value = match origin {
                Origin::Export(exporter, export) => format!("{}/{export}", exporter.name),
                Origin::Host | Origin::Answered if self.says_all || self.is_exported(part, import) => HOST.to_owned(),
                Origin::Host | Origin::Answered => continue,
                Origin::Other(what) => {
                    return Err(SplitError::Wire { instance: part.name.to_string(), import: import.to_owned(), what });
                }
            };
            wires.push((format!("{}/{import}", part.name), value));
        }
        Ok(wires)
    }

    /// Fills imports that adapters answer with the exports of parts that nothing else uses. Such a part is in the output, since it
    /// filled an import before there was an adapter.
    ///
    /// # Errors
    ///
    /// Nothing uses a part.
    fn use_all(&self, root: &str, filled: &mut [(&NamedInstance<'_>, &str, Origin<'p>)]) -> Result<(), SplitError> {
        let exports = self.inspection.instances.first().into_iter().flat_map(|of| &of.exports);
        let exports: Vec<Origin<'_>> = exports.map(|wire| self.origin(&wire.from, &wire.name)).collect();
        let origins = exports.iter().chain(filled.iter().map(|(.., origin)| origin));
        let exporter = |origin: &Origin<'p>| match origin {
            Origin::Export(part, _) => Some(std::ptr::from_ref(part.instance)),
            _ => None,
        };
        let used: BTreeSet<*const Instance> = origins.filter_map(exporter).collect();
        let is_unused = |part: &&NamedInstance<'_>| {
            let is_root = part.name.number == 0 && part.name.component == root;
            !is_root && !used.contains(&std::ptr::from_ref(part.instance))
        };
        for unused in self.parts.iter().filter(is_unused) {
            let mut is_used = false;
            for (part, import, origin) in filled.iter_mut().filter(|(.., of)| matches!(of, Origin::Answered)) {
                if let Some(export) = self.export_for(unused, part, import) {
                    (*origin, is_used) = (Origin::Export(unused, export), true);
                }
            }
            if !is_used {
                return Err(SplitError::Unused { instance: unused.instance.name.clone() });
            }
        }
        Ok(())
    }

    /// The export of one part that goes by the name of an import of another one, or by that of the interface of its label.
    fn export_for(&self, exporter: &NamedInstance<'_>, importer: &NamedInstance<'_>, import: &str) -> Option<String> {
        let of = |part: &NamedInstance<'_>| self.inspection.components.get(part.component);
        let item = of(importer)?.imports.iter().find(|item| item.name == import)?;
        let names = [Some(import), item.implements.as_deref()];
        let exports: Vec<&str> = of(exporter)?.exports.iter().map(|item| item.name.as_str()).collect();
        names.into_iter().flatten().find_map(|name| best(name, exports.iter().copied())).map(str::to_owned)
    }

    /// The possible roots, each with the exports that are not the root's under their own names. First come the parts of which all
    /// exports are in the output, then those of which the output has other exports by some of these names; of each kind, those with
    /// the most exports. The root matters for nothing but the numbers of labels.
    ///
    /// # Errors
    ///
    /// There is no such part, or a manifest cannot express an export.
    pub(super) fn roots(&self) -> Result<Vec<RootExports>, SplitError> {
        let outermost = self.inspection.instances.first();
        let mut exports: Vec<(&str, &NamedInstance<'_>, String)> = Vec::new();
        for Wire { name, from } in outermost.into_iter().flat_map(|of| &of.exports) {
            match self.origin(from, name) {
                Origin::Export(part, export) => exports.push((name, part, export)),
                // Types of the output are those of its exports.
                _ if self.outer_kind(name) == Some(Kind::Type) => {}
                Origin::Host | Origin::Answered => {
                    let what = "an import of the output";
                    return Err(SplitError::Export { export: name.clone(), what });
                }
                Origin::Other(what) => return Err(SplitError::Export { export: name.clone(), what }),
            }
        }
        let exported = |part: &NamedInstance<'_>, name: &str| {
            exports.iter().any(|(_, of, export)| std::ptr::eq(of.instance, part.instance) && export == name)
        };
        let own = |part: &NamedInstance<'_>| self.inspection.components.get(part.component).map(|of| &of.exports);
        let named = |name: &str| exports.iter().any(|(export, ..)| *export == name);
        let rank = |part: &NamedInstance<'_>| {
            let items = || own(part).into_iter().flatten().filter(|item| item.kind != Kind::Type);
            let has_all = items().all(|item| exported(part, &item.name));
            let is_root = has_all || items().all(|item| exported(part, &item.name) || named(&item.name));
            (is_root && part.name.number == 0).then(|| (!has_all, Reverse(own(part).map_or(0, Vec::len))))
        };
        // Of several with equally many, the last instantiated one comes first: what others use comes before them.
        let mut roots: Vec<_> = self.parts.iter().rev().filter_map(|part| Some((rank(part)?, part))).collect();
        roots.sort_by_key(|(rank, _)| *rank);
        let with_exports = |root: &NamedInstance<'_>| {
            let others = exports
                .iter()
                .filter(|(name, part, export)| !(std::ptr::eq(part.instance, root.instance) && name == export));
            let others = others.map(|(name, part, export)| ((*name).to_owned(), format!("{}/{export}", part.name)));
            (root.name.component.clone(), others.collect())
        };
        match roots.is_empty() {
            true => Err(SplitError::NoRoot),
            false => Ok(roots.into_iter().map(|(_, root)| with_exports(root)).collect()),
        }
    }

    /// The labels of the composition, by the components and the imports that they stand for.
    pub(super) fn labels(&self) -> Labels {
        let outer = &self.inspection.imports;
        let is_label = |name: &str| outer.iter().any(|import| import.name == name && import.implements.is_some());
        let imports = self.parts.iter().flat_map(|part| part.instance.imports.iter().map(move |wire| (part, wire)));
        let label = |(part, wire): (&NamedInstance<'_>, &Wire)| {
            let label = self.host_import(&wire.from, &wire.name).filter(|label| is_label(label))?;
            Some(((part.name.component.clone(), wire.name.clone()), label.to_owned()))
        };
        imports.filter_map(label).collect()
    }

    /// The import of the outermost component that an item comes from, behind adapters.
    fn host_import<'w>(&'w self, from: &'w Source, name: &str) -> Option<&'w str> {
        match from {
            Source::Import { name, .. } => Some(name),
            Source::Bundle { items } => items.iter().find_map(|item| self.host_import(&item.from, name)),
            Source::Instance { instance, path } => {
                let adapter = self.inspection.instances.get(*instance).filter(|of| self.is_adapter(of))?;
                let argument = argument(adapter, path.first().map_or(name, String::as_str))?;
                self.host_import(&argument.from, &argument.name)
            }
            _ => None,
        }
    }

    /// The origin of an item that is used under a name. An adapter stands for its argument of the same name, since it
    /// was generated for the imports or the exports of one component.
    fn origin(&self, from: &Source, name: &str) -> Origin<'p> {
        match from {
            Source::Import { path, .. } if path.is_empty() => Origin::Host,
            Source::Import { .. } => Origin::Other("a part of an import of the output"),
            Source::Component { .. } => Origin::Other("a component"),
            Source::Own => Origin::Other("something that the composition defines itself"),
            Source::Bundle { items } => self.bundle(items),
            Source::Instance { instance, path } => {
                let Some(of) = self.inspection.instances.get(*instance) else { return Origin::Host };
                if let Some(part) = self.parts.iter().find(|part| std::ptr::eq(part.instance, of)) {
                    return match path.as_slice() {
                        [export] => Origin::Export(part, export.clone()),
                        [] => Origin::Other("an instance as a whole"),
                        _ => Origin::Other("a part of an export"),
                    };
                }
                match self.is_adapter(of) {
                    true => self.behind(of, path.first().map_or(name, String::as_str)),
                    false => Origin::Other("an export of an instance that is elsewhere"),
                }
            }
        }
    }

    /// The origin of the argument of an adapter.
    fn behind(&self, adapter: &Instance, name: &str) -> Origin<'p> {
        argument(adapter, name).map_or(Origin::Answered, |wire| self.origin(&wire.from, &wire.name))
    }

    /// The origin of an inline instance that combines items of an adapter with others.
    fn bundle(&self, items: &[Wire]) -> Origin<'p> {
        let mut origin = Origin::Host;
        for item in items {
            let of = match &item.from {
                Source::Import { path, .. } if path.len() == 1 => Origin::Host,
                Source::Instance { instance, path } => match self.inspection.instances.get(*instance) {
                    Some(of) if self.is_adapter(of) => Origin::Host,
                    Some(of) => match self.parts.iter().find(|part| std::ptr::eq(part.instance, of)) {
                        Some(part) if path.len() == 2 => {
                            Origin::Export(part, path.first().cloned().unwrap_or_default())
                        }
                        _ => Origin::Other("an instance that was put together"),
                    },
                    None => Origin::Other("an instance that was put together"),
                },
                _ => Origin::Other("an instance that was put together"),
            };
            match (&origin, of) {
                (_, Origin::Other(what)) => return Origin::Other(what),
                (Origin::Host, of @ Origin::Export(..)) => origin = of,
                (Origin::Export(part, export), Origin::Export(other, of))
                    if !std::ptr::eq(part.instance, other.instance) || *export != of =>
                {
                    return Origin::Other("an instance that was put together of several");
                }
                _ => {}
            }
        }
        origin
    }

    fn is_adapter(&self, instance: &Instance) -> bool {
        self.inspection.role(instance) == Some(Role::Adapter)
    }

    fn kind(&self, part: &NamedInstance<'_>, import: &str) -> Option<Kind> {
        let imports = &self.inspection.components.get(part.component)?.imports;
        imports.iter().find(|item| item.name == import).map(|item| item.kind)
    }

    fn outer_kind(&self, export: &str) -> Option<Kind> {
        let exports = &self.inspection.components.first()?.exports;
        exports.iter().find(|item| item.name == export).map(|item| item.kind)
    }

    /// Whether another part has an export that may fill an import by name. A label may be of any interface.
    fn is_exported(&self, importer: &NamedInstance<'_>, import: &str) -> bool {
        let (own, exported) = (importer.name.component.as_str(), &self.exported);
        let is_label = InterfaceName::read(import).is_none();
        let of_kind = if is_label { &exported.instances } else { &exported.labels };
        exported.named.get(&told(import)).is_some_and(|named| named.has_other(own))
            || (of_kind.has_other(own) && self.kind(importer, import) == Some(Kind::Instance))
    }
}

/// The argument of an adapter with a name, or with one of a compatible version.
fn argument<'a>(adapter: &'a Instance, name: &str) -> Option<&'a Wire> {
    let exact = adapter.imports.iter().find(|wire| wire.name == name);
    exact.or_else(|| adapter.imports.iter().find(|wire| compatible(&wire.name, name)))
}
