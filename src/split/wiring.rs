//! Converts the wires and exports of a composition to those of a manifest.

use std::collections::BTreeMap;

use super::NamedInstance;
use super::error::SplitError;
use crate::describe::edge::HOST;
use crate::inspect::model::{Inspection, Instance, Kind, Role, Source, Wire};
use crate::name::{InterfaceName, compatible, told};

/// The wires and exports of a manifest.
pub struct Wiring {
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
    /// An origin that a manifest cannot express, in words.
    Other(&'static str),
}

impl Wiring {
    /// Reads the wiring of the parts of a composition. Without `says_all`, wires that names determine are omitted.
    ///
    /// # Errors
    ///
    /// A manifest cannot express it.
    pub fn of(inspection: &Inspection, parts: &[NamedInstance<'_>], says_all: bool) -> Result<Wiring, SplitError> {
        let origins = Origins { inspection, parts, says_all, exported: Exported::of(inspection, parts) };
        let (root, exports) = origins.exports()?;
        Ok(Wiring { root, wires: origins.wires()?, exports })
    }
}

struct Origins<'i, 'p> {
    inspection: &'i Inspection,
    parts: &'p [NamedInstance<'p>],
    says_all: bool,
    exported: Exported<'p>,
}

/// Which components of the manifest export something.
#[derive(Default)]
struct Exported<'p> {
    /// By a name, or one of a compatible version.
    named: BTreeMap<String, Exporters<'p>>,
    /// As an instance.
    instances: Exporters<'p>,
    /// As an instance with a label.
    labels: Exporters<'p>,
}

/// The first of some components, and whether there are others.
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

impl<'p> Origins<'_, 'p> {
    fn wires(&self) -> Result<Vec<(String, String)>, SplitError> {
        let mut wires = Vec::new();
        for part in self.parts {
            for wire in &part.instance.imports {
                // Types follow the items that mention them.
                if self.kind(part, &wire.name) == Some(Kind::Type) {
                    continue;
                }
                let value = match self.origin(&wire.from, &wire.name) {
                    Origin::Export(exporter, export) => format!("{}/{export}", exporter.name),
                    Origin::Host if self.says_all || self.is_exported(part, &wire.name) => HOST.to_owned(),
                    Origin::Host => continue,
                    Origin::Other(what) => {
                        let (instance, import) = (part.name.to_string(), wire.name.clone());
                        return Err(SplitError::Wire { instance, import, what });
                    }
                };
                wires.push((format!("{}/{}", part.name, wire.name), value));
            }
        }
        Ok(wires)
    }

    /// Determines the root, and the exports that are not the root's under their own names. The root is the part with
    /// the most exports among those of which all exports are in the output.
    fn exports(&self) -> Result<(String, Vec<(String, String)>), SplitError> {
        let outermost = self.inspection.instances.first();
        let mut exports: Vec<(&str, &NamedInstance<'_>, String)> = Vec::new();
        for Wire { name, from } in outermost.into_iter().flat_map(|of| &of.exports) {
            match self.origin(from, name) {
                Origin::Export(part, export) => exports.push((name, part, export)),
                // Types of the output are those of its exports.
                _ if self.outer_kind(name) == Some(Kind::Type) => {}
                Origin::Host => {
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
        let is_root = |part: &&NamedInstance<'_>| {
            let mut own = own(part).into_iter().flatten().filter(|item| item.kind != Kind::Type);
            part.name.number == 0 && own.all(|item| exported(part, &item.name))
        };
        let count = |part: &&NamedInstance<'_>| own(part).map_or(0, Vec::len);
        // Of several with equally many, the last instantiated one: what others use comes before them.
        let root = self.parts.iter().filter(is_root).max_by_key(count).ok_or(SplitError::NoRoot)?;
        let others = exports
            .iter()
            .filter(|(name, part, export)| !(std::ptr::eq(part.instance, root.instance) && name == export));
        let others = others.map(|(name, part, export)| ((*name).to_owned(), format!("{}/{export}", part.name)));
        Ok((root.name.component.clone(), others.collect()))
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

    /// The argument of an adapter with a name, or with one of a compatible version. What the adapter answers itself is
    /// denied to a component that would otherwise import it from the host.
    fn behind(&self, adapter: &Instance, name: &str) -> Origin<'p> {
        let exact = adapter.imports.iter().find(|wire| wire.name == name);
        let given = exact.or_else(|| adapter.imports.iter().find(|wire| compatible(&wire.name, name)));
        given.map_or(Origin::Host, |wire| self.origin(&wire.from, &wire.name))
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
        let component = instance.component.and_then(|index| self.inspection.components.get(index));
        component.is_some_and(|of| of.role == Role::Adapter)
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
