//! A component, decoded once: its bytes, its types, and where each type it names comes from.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use indexmap::IndexMap;
use wasmparser::component_types::{
    AliasableResourceId, ComponentAnyTypeId, ComponentDefinedType, ComponentEntityType, ComponentInstanceTypeId,
    ComponentItem, ResourceId,
};
use wasmparser::types::{Types, TypesRef};
use wasmparser::{Parser, Payload, ValidPayload, Validator, WasmFeatures};

use super::digest::Digest;
use super::error::LoadError;
use super::items::Items;
use super::{mentions, nesting};
use crate::guard::{Panicked, Use, guard};
use crate::limits;
use crate::name::{InterfaceName, PROVENANCE};

/// A binary component and all that later phases ask of it.
///
/// Its structure is validated (types, imports, exports, instances); the bodies of its functions are not: they are
/// validated once, as part of the output.
///
/// Cheap to clone: several compositions of one run share what was read and decoded once.
#[derive(Clone)]
pub struct Component {
    name: String,
    file: Arc<str>,
    source_digest: Digest,
    paths: Arc<[PathBuf]>,
    decoded: Arc<Decoded>,
}

/// Components by their digests.
#[derive(Default)]
pub(super) struct Known(Mutex<BTreeMap<Digest, Arc<Decoded>>>);

struct Decoded {
    bytes: Vec<u8>,
    digest: Digest,
    types: Arc<Types>,
    imports: IndexMap<String, ComponentItem>,
    exports: IndexMap<String, ComponentItem>,
    homes: Homes,
    /// The types that several of its scopes mention, once that was asked.
    shared: OnceLock<BTreeSet<TypeKey>>,
    depth: usize,
    has_provenance: bool,
}

/// What makes two mentions of a type the same type: aliases peeled off, resources by their identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TypeKey {
    /// A resource type.
    Resource(ResourceId),
    /// Any other type.
    Structural(ComponentAnyTypeId),
}

/// Where a component names a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// Whether that is among its imports or among its exports.
    pub side: Side,
    /// The name of the import or export, and the names of the exports within it that lead to the type.
    pub path: Vec<String>,
}

/// The two sides of a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Side {
    Import,
    Export,
}

impl Component {
    /// Decodes a binary component. `name` is what the description calls it, `file` what messages call its source.
    ///
    /// # Errors
    ///
    /// Where the bytes are not a valid component, with the offset, or where a limit is exceeded; where an instance within an import
    /// implements an interface.
    pub fn decode(name: String, file: String, bytes: Vec<u8>) -> Result<Self, LoadError> {
        let component = Self::decode_any(name, file, bytes)?;
        if component.is_wit_package() {
            return Err(LoadError::WitPackage { file: component.file().to_owned() });
        }
        Ok(component)
    }

    /// Like [`Component::decode`], but takes WIT in its binary form too, which is a component of types alone.
    pub(super) fn decode_any(name: String, file: String, bytes: Vec<u8>) -> Result<Self, LoadError> {
        // Both read all of the bytes, and neither needs the other.
        let read = || guard(Use::COMPONENT, &file, || Shape::read(&bytes));
        let (shape, digest) = rayon::join(read, || Digest::of(&bytes));
        let shape = shape.unwrap_or_else(|panicked| Err(panicked.into()));
        let shape = shape.map_err(|failure| failure.in_file(&file, bytes.len()))?;
        let component = Self::of_shape(name, file, bytes, digest, shape);
        // Grants and policies know what is in an import by the names of that: nothing there may be another interface.
        let within = |(import, item): (&String, &ComponentItem)| {
            let (name, interface) = implements_within(component.types(), item)?;
            Some((import.clone(), name, interface))
        };
        match component.imports().iter().find_map(within) {
            Some((import, name, interface)) => {
                let file = component.file().to_owned();
                Err(LoadError::ImplementsWithin { file, import, name, interface })
            }
            None => Ok(component),
        }
    }

    /// The outline of a component that has been validated: its types, imports and exports, without its bytes.
    pub fn outline(name: &str, types: impl Into<Arc<Types>>, imports: Vec<String>, exports: Vec<String>) -> Self {
        let shape = Shape { types: types.into(), imports, exports, depth: 0, has_provenance: false };
        Self::of_shape(name.to_owned(), name.to_owned(), Vec::new(), Digest::of(&[]), shape)
    }

    fn of_shape(name: String, file: String, bytes: Vec<u8>, digest: Digest, shape: Shape) -> Self {
        let types = (*shape.types).as_ref();
        // The names were collected from the sections that the validator has accepted, so each has an item.
        let imports: IndexMap<_, _> = shape
            .imports
            .into_iter()
            .filter_map(|name| types.component_item_for_import(&name).cloned().map(|item| (name, item)))
            .collect();
        let exports: IndexMap<_, _> = shape
            .exports
            .into_iter()
            .filter_map(|name| types.component_item_for_export(&name).cloned().map(|item| (name, item)))
            .collect();
        let homes = homes(types, &imports, &exports);
        let (types, depth, has_provenance, shared) = (shape.types, shape.depth, shape.has_provenance, OnceLock::new());
        let decoded = Decoded { bytes, digest, types, imports, exports, homes, shared, depth, has_provenance };
        Component { name, file: file.into(), source_digest: digest, paths: Arc::new([]), decoded: Arc::new(decoded) }
    }

    /// What a component of the world of that name is like, where this is a WIT package in its binary form: it imports
    /// and exports what the world does. `None` where there is no such world.
    ///
    /// WIT, "Binary Format": the package exports, by the world's name, a component type which exports the world's own
    /// by its full name.
    pub fn world(&self, name: &str) -> Option<Component> {
        let types = self.types();
        let ComponentEntityType::Type { created: ComponentAnyTypeId::Component(id), .. } = self.exports().get(name)?.ty
        else {
            return None;
        };
        let (name, item) = types.get(id)?.exports.iter().next()?;
        let ComponentEntityType::Component(id) = item.ty else { return None };
        let (name, world) = (name.clone(), types.get(id)?);
        let [imports, exports] = [&world.imports, &world.exports]
            .map(|items| items.iter().map(|(name, item)| (name.clone(), item.clone())).collect::<IndexMap<_, _>>());
        let homes = homes(types, &imports, &exports);
        let Decoded { bytes, digest, types, depth, .. } = &*self.decoded;
        let (bytes, digest, types, depth) = (bytes.clone(), *digest, Arc::clone(types), *depth);
        let (shared, has_provenance) = (OnceLock::new(), false);
        let decoded = Decoded { bytes, digest, types, imports, exports, homes, shared, depth, has_provenance };
        Some(Component { name, decoded: Arc::new(decoded), ..self.clone() })
    }

    /// The names of the worlds that it has, where it is a WIT package in its binary form.
    pub fn worlds(&self) -> Vec<String> {
        self.exports().keys().filter(|name| self.world(name).is_some()).cloned().collect()
    }

    /// What the description calls this component.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same component under another name.
    pub(super) fn renamed(&self, name: String) -> Component {
        Component { name, ..self.clone() }
    }

    /// The same component, made of files, which have that digest.
    pub(super) fn made_of(self, paths: Vec<PathBuf>, source_digest: Digest) -> Component {
        Component { paths: paths.into(), source_digest, ..self }
    }

    /// The same component, in whose place another one of the same bytes is kept, if there is one among those that are `known`: however
    /// many names a file has, it is in memory once.
    pub(super) fn shared(self, known: &Known) -> Component {
        let mut known = known.0.lock().unwrap_or_else(PoisonError::into_inner);
        let decoded = Arc::clone(known.entry(self.digest()).or_insert_with(|| Arc::clone(&self.decoded)));
        Component { decoded, ..self }
    }

    /// The files that it was read from.
    pub fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// What messages call the file it came from.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The binary component.
    pub fn bytes(&self) -> &[u8] {
        &self.decoded.bytes
    }

    /// The SHA-256 of [`Component::bytes`].
    pub fn digest(&self) -> Digest {
        self.decoded.digest
    }

    /// The SHA-256 of the file that it came from, which may have held its text, or a core module.
    pub fn source_digest(&self) -> Digest {
        self.source_digest
    }

    /// Whether it is a WIT package in its binary form, which has types alone.
    pub fn is_wit_package(&self) -> bool {
        let packaged = |(name, item): (&String, &ComponentItem)| is_packaged(self.types(), name, item);
        self.imports().is_empty() && !self.exports().is_empty() && self.exports().iter().all(packaged)
    }

    /// How many levels of components are nested in it.
    pub fn depth(&self) -> usize {
        self.decoded.depth
    }

    /// Whether it says itself what it was made of.
    pub fn has_provenance(&self) -> bool {
        self.decoded.has_provenance
    }

    /// The types that the items of this component refer to.
    pub fn types(&self) -> TypesRef<'_> {
        (*self.decoded.types).as_ref()
    }

    /// Its imports, in order.
    pub fn imports(&self) -> &IndexMap<String, ComponentItem> {
        &self.decoded.imports
    }

    /// Its exports, in order.
    pub fn exports(&self) -> &IndexMap<String, ComponentItem> {
        &self.decoded.exports
    }

    /// Where this component first names a type, under whatever alias.
    pub fn home(&self, key: TypeKey) -> Option<&Home> {
        self.decoded.homes.by_identity.get(&key)
    }

    /// Where this component names just this alias of a type.
    pub fn alias_name(&self, id: ComponentAnyTypeId) -> Option<&Home> {
        self.decoded.homes.by_alias.get(&id)
    }

    /// Where this component names just this alias of a type; if it does not, where it first names the type.
    pub fn name_of(&self, id: ComponentAnyTypeId) -> Option<&Home> {
        self.alias_name(id).or_else(|| self.home(self.key(id)))
    }

    /// The identity of a type of this component.
    pub fn key(&self, id: ComponentAnyTypeId) -> TypeKey {
        key(self.types(), id)
    }

    /// Whether several scopes of this component mention a type: itself, and the types of instances and components in it.
    pub fn is_shared(&self, key: TypeKey) -> bool {
        self.decoded.shared.get_or_init(|| mentions::shared(self)).contains(&key)
    }

    /// Two imports that name the very same type, as imports of one instance type do: wasmparser panics where such a
    /// component is instantiated. `None` for what it can take.
    pub fn imports_of_one_type(&self) -> Option<(&str, &str)> {
        self.of_one_type(self.imports().iter())
    }

    /// Two of some items of this component that name the very same type, as an import does and the export that it is.
    pub fn of_one_type<'c>(
        &'c self,
        items: impl Iterator<Item = (&'c String, &'c ComponentItem)>,
    ) -> Option<(&'c str, &'c str)> {
        let mut seen = BTreeMap::new();
        let mut items = items;
        items.find_map(|(name, item)| {
            let first = created(self.types(), item.ty).into_iter().find_map(|id| seen.insert(id, name.as_str()))?;
            Some((first, name.as_str()))
        })
    }

    /// The item at the end of a path of names, the first of which is an import of this component.
    pub fn import_at(&self, path: &[String]) -> Option<ComponentEntityType> {
        self.item_at(self.imports(), path)
    }

    /// The item at the end of a path of names, the first of which is an export of this component.
    pub fn export_at(&self, path: &[String]) -> Option<ComponentEntityType> {
        self.item_at(self.exports(), path)
    }

    /// As [`Component::export_at`], with what the declaration carries.
    pub fn item_of_export(&self, path: &[String]) -> Option<&ComponentItem> {
        self.whole_item_at(self.exports(), path)
    }

    fn item_at(&self, items: &IndexMap<String, ComponentItem>, path: &[String]) -> Option<ComponentEntityType> {
        self.whole_item_at(items, path).map(|item| item.ty)
    }

    fn whole_item_at<'c>(
        &'c self,
        items: &'c IndexMap<String, ComponentItem>,
        path: &[String],
    ) -> Option<&'c ComponentItem> {
        let (first, rest) = path.split_first()?;
        let mut item = items.get(first)?;
        for name in rest {
            let ComponentEntityType::Instance(id) = item.ty else { return None };
            item = self.types().get(id)?.exports.get(name)?;
        }
        Some(item)
    }
}

/// The resource that an item defines or names, if it is a resource type.
pub fn resource(item: ComponentEntityType) -> Option<AliasableResourceId> {
    match item {
        ComponentEntityType::Type { created: ComponentAnyTypeId::Resource(id), .. } => Some(id),
        _ => None,
    }
}

/// The interface that an import is, where its name does not say so in full.
///
/// Component Model, Explainer, "Import and Export Definitions": `implements`, and the suffix of a canonical version.
pub fn identity(name: &str, item: &ComponentItem) -> Option<String> {
    let suffix = item.version_suffix.as_deref().unwrap_or_default();
    match &item.implements {
        Some(interface) => Some(format!("{interface}{suffix}")),
        None if !suffix.is_empty() => Some(format!("{name}{suffix}")),
        None => None,
    }
}

/// An instance that is in one of this type and implements an interface: its name, and the interface.
fn implements_within(types: TypesRef<'_>, item: &ComponentItem) -> Option<(String, String)> {
    let ComponentEntityType::Instance(id) = item.ty else { return None };
    types.get(id)?.exports.iter().find_map(|(name, item)| match &item.implements {
        Some(interface) => Some((name.clone(), interface.clone())),
        None => implements_within(types, item),
    })
}

/// Whether types that are made of this one mention it by a name alone.
///
/// Component Model, Explainer, "Import and Export Definitions": what is imported or exported is made of named records,
/// variants, enumerations, flags and resources.
pub fn needs_name(ty: &ComponentDefinedType) -> bool {
    use ComponentDefinedType as T;
    matches!(ty, T::Record(_) | T::Variant(_) | T::Flags(_) | T::Enum(_))
}

fn key(types: TypesRef<'_>, mut id: ComponentAnyTypeId) -> TypeKey {
    if let ComponentAnyTypeId::Resource(resource) = id {
        return TypeKey::Resource(resource.resource());
    }
    while let Some(aliased) = types.peel_alias(id) {
        id = aliased;
    }
    TypeKey::Structural(id)
}

/// The types that an item, or the instances in it, create.
fn created(types: TypesRef<'_>, item: ComponentEntityType) -> Vec<ComponentAnyTypeId> {
    match item {
        ComponentEntityType::Type { created, .. } => vec![created],
        ComponentEntityType::Instance(id) => {
            let exports = types.get(id).into_iter().flat_map(|ty| &ty.exports);
            exports.into_iter().flat_map(|(_, item)| created(types, item.ty)).collect()
        }
        _ => vec![],
    }
}

/// Where each type is named: imports before exports, in order.
#[derive(Default)]
struct Homes {
    by_identity: BTreeMap<TypeKey, Home>,
    by_alias: BTreeMap<ComponentAnyTypeId, Home>,
}

fn homes(
    types: TypesRef<'_>,
    imports: &IndexMap<String, ComponentItem>,
    exports: &IndexMap<String, ComponentItem>,
) -> Homes {
    let mut homes = Homes::default();
    for (side, items) in [(Side::Import, imports), (Side::Export, exports)] {
        let mut path = Vec::new();
        visit_types(types, &mut items.iter(), &mut path, &mut |path, id| {
            let home = Home { side, path: path.to_vec() };
            homes.by_alias.entry(id).or_insert_with(|| home.clone());
            homes.by_identity.entry(key(types, id)).or_insert(home);
        });
    }
    homes
}

/// Calls `visit` for each type that `items`, or the instances among them, name: where several instances are of the very same
/// type, for those in the first. The validator bounds the depth.
pub fn visit_types(
    types: TypesRef<'_>,
    items: &mut dyn Iterator<Item = (&String, &ComponentItem)>,
    path: &mut Vec<String>,
    visit: &mut impl FnMut(&[String], ComponentAnyTypeId),
) {
    visit_new_types(types, items, path, &mut BTreeSet::new(), visit);
}

fn visit_new_types(
    types: TypesRef<'_>,
    items: &mut dyn Iterator<Item = (&String, &ComponentItem)>,
    path: &mut Vec<String>,
    seen: &mut BTreeSet<ComponentInstanceTypeId>,
    visit: &mut impl FnMut(&[String], ComponentAnyTypeId),
) {
    for (name, item) in items {
        path.push(name.clone());
        match item.ty {
            ComponentEntityType::Type { created, referenced } => {
                visit(path, created);
                // Importing an instance that defines resources rewrites both ids, and cuts the alias between them.
                visit(path, referenced);
            }
            ComponentEntityType::Instance(id) if seen.insert(id) => {
                if let Some(instance) = types.get(id) {
                    visit_new_types(types, &mut instance.exports.iter(), path, seen, visit);
                }
            }
            _ => {}
        }
        path.pop();
    }
}

/// Whether an export is what a WIT package in its binary form has for each of its interfaces and worlds: a component type
/// that exports the interface or the world itself, by its full name. Any other component can export types of components too.
///
/// WIT, "Binary Format". Older ones have one export for all of the package, `ns:pkg/wit`.
fn is_packaged(types: TypesRef<'_>, name: &str, item: &ComponentItem) -> bool {
    let ComponentEntityType::Type { created: ComponentAnyTypeId::Component(id), .. } = item.ty else { return false };
    let mut items = types.get(id).into_iter().flat_map(|ty| &ty.exports);
    let is_whole = |full: &str| InterfaceName::read(full).is_some_and(|full| full.interface == name);
    match (items.next(), items.next()) {
        (Some((full, item)), None) => {
            is_whole(full) && matches!(item.ty, ComponentEntityType::Instance(_) | ComponentEntityType::Component(_))
        }
        _ => InterfaceName::read(name).is_some_and(|name| name.interface == "wit"),
    }
}

/// What one pass over the bytes finds.
struct Shape {
    types: Arc<Types>,
    imports: Vec<String>,
    exports: Vec<String>,
    depth: usize,
    has_provenance: bool,
}

/// Why that pass ended early.
enum Failure {
    Malformed(wasmparser::BinaryReaderError),
    EndsEarly,
    TooDeep { what: &'static str, limit: usize },
    TooMuch,
    Panicked(Panicked),
}

impl From<nesting::Failure> for Failure {
    fn from(failure: nesting::Failure) -> Self {
        match failure {
            nesting::Failure::Malformed(error) => Failure::Malformed(error),
            nesting::Failure::TooMuch => Failure::TooMuch,
            nesting::Failure::TooDeep => Failure::TooDeep { what: "types", limit: limits::TYPE_DEPTH },
        }
    }
}

impl From<Panicked> for Failure {
    fn from(panicked: Panicked) -> Self {
        // What the validator asserts of types that refer to each other: how deep that is depends on all before.
        match panicked.message.contains("MAX_DEPTH") {
            true => Failure::TooDeep { what: "types", limit: limits::TYPE_DEPTH },
            false => Failure::Panicked(panicked),
        }
    }
}

impl Failure {
    fn in_file(self, file: &str, length: usize) -> LoadError {
        let file = file.to_owned();
        match self {
            Failure::EndsEarly => LoadError::Truncated { file, length },
            // The reader reports the end of its data as any other error, in these words.
            Failure::Malformed(error) if error.message() == "unexpected end-of-file" => {
                LoadError::Truncated { file, length }
            }
            Failure::Malformed(error) => {
                LoadError::Invalid { file, offset: error.offset(), message: crate::text::lines(error.message()) }
            }
            Failure::TooDeep { what, limit } => LoadError::TooDeep { file, what, limit },
            Failure::TooMuch => LoadError::TooManyItems { file },
            Failure::Panicked(panicked) => LoadError::Panicked(panicked),
        }
    }
}

impl Shape {
    fn read(bytes: &[u8]) -> Result<Shape, Failure> {
        let mut validator = Validator::new_with_features(WasmFeatures::all());
        let mut parser = Parser::new(0);
        let (mut outer, mut items) = (Vec::new(), Items::of_bytes(bytes.len()));
        let (mut imports, mut exports) = (Vec::new(), Vec::new());
        let (mut depth, mut has_provenance) = (0, false);
        let mut rest = bytes;
        loop {
            let payload = match parser.parse(rest, true).map_err(Failure::Malformed)? {
                wasmparser::Chunk::NeedMoreData(_) => {
                    return Err(Failure::EndsEarly);
                }
                wasmparser::Chunk::Parsed { consumed, payload } => {
                    rest = rest.get(consumed..).unwrap_or_default();
                    payload
                }
            };
            let types = nesting::check_section(bytes, &payload)?;
            if items.section(&mut validator, &payload, &types)? {
                continue;
            }
            match validator.payload(&payload).map_err(Failure::Malformed)? {
                ValidPayload::Ok if outer.is_empty() => match payload {
                    Payload::ComponentImportSection(section) => {
                        for import in section {
                            imports.push(import.map_err(Failure::Malformed)?.name.name.to_owned());
                        }
                    }
                    Payload::ComponentExportSection(section) => {
                        for export in section {
                            exports.push(export.map_err(Failure::Malformed)?.name.name.to_owned());
                        }
                    }
                    Payload::CustomSection(section) => has_provenance |= section.name() == PROVENANCE,
                    _ => {}
                },
                ValidPayload::Ok | ValidPayload::Func(..) => {}
                ValidPayload::Parser(nested) => {
                    outer.push(std::mem::replace(&mut parser, nested));
                    depth = depth.max(outer.len());
                    if depth > limits::COMPONENT_DEPTH {
                        return Err(Failure::TooDeep { what: "components", limit: limits::COMPONENT_DEPTH });
                    }
                }
                ValidPayload::End(types) => match outer.pop() {
                    Some(parent) => parser = parent,
                    None => return Ok(Shape { types: types.into(), imports, exports, depth, has_provenance }),
                },
            }
        }
    }
}
