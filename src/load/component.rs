//! A component, decoded once: its bytes, and its outline.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType, ComponentInstanceTypeId, ComponentItem};
use wasmparser::types::TypesRef;
use wasmparser::{Parser, Payload, ValidPayload, Validator, WasmFeatures};

use super::digest::Digest;
use super::error::LoadError;
use super::items::Items;
use super::nesting;
use crate::decode::{Keeper, Known, Level, Malformed};
use crate::guard::{Panicked, Use, guard};
use crate::limits;
use crate::name::{InterfaceName, PROVENANCE};
use crate::types::Outline;
use crate::validate::{self, Code};

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
    /// Where it is not that of the component.
    source_digest: Option<Digest>,
    paths: Arc<[PathBuf]>,
    decoded: Arc<Decoded>,
}

/// Components by their digests.
#[derive(Default)]
pub(super) struct Shared(Mutex<BTreeMap<Digest, Arc<Decoded>>>);

struct Decoded {
    bytes: Arc<Vec<u8>>,
    /// Computed when it is asked for, if not before.
    digest: OnceLock<Digest>,
    outline: Outline,
    known: Arc<Known>,
    has_provenance: bool,
    /// The functions whose code is not valid, once that was asked, each by the first that is wrong with it.
    invalid: OnceLock<Vec<Malformed>>,
}

/// Whether the bodies of functions are validated while a component is decoded. Those of components that become part of an output are
/// validated as a part of that.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Bodies {
    /// They are.
    Validated,
    /// They are not, unless it is asked of them.
    Later,
}

impl Deref for Component {
    type Target = Outline;

    fn deref(&self) -> &Outline {
        &self.decoded.outline
    }
}

impl Component {
    /// Decodes a binary component. `name` is what the description calls it, `file` what messages call its source.
    ///
    /// # Errors
    ///
    /// Where the bytes are not a valid component, with the offset, or where a limit is exceeded; where something within an import says
    /// that it implements an interface, or has an `external-id`.
    pub fn decode(name: String, file: String, bytes: Vec<u8>) -> Result<Self, LoadError> {
        Self::decode_with(name, file, bytes, Bodies::Later)
    }

    /// The same, with the bodies of functions at once or later.
    ///
    /// # Errors
    ///
    /// As [`Component::decode`]. Code that is not valid is none.
    pub fn decode_with(name: String, file: String, bytes: Vec<u8>, bodies: Bodies) -> Result<Self, LoadError> {
        let component = Self::decode_any_with(name, file, bytes, bodies)?;
        if component.is_wit_package() {
            return Err(LoadError::WitPackage { file: component.file().to_owned() });
        }
        Ok(component)
    }

    /// Like [`Component::decode`], but takes WIT in its binary form too, which is a component of types alone.
    pub(super) fn decode_any(name: String, file: String, bytes: Vec<u8>) -> Result<Self, LoadError> {
        Self::decode_any_with(name, file, bytes, Bodies::Later)
    }

    fn decode_any_with(name: String, file: String, bytes: Vec<u8>, bodies: Bodies) -> Result<Self, LoadError> {
        // Both read all of the bytes, and neither needs the other.
        let read = || guard(Use::COMPONENT, &file, || Shape::read(&bytes, bodies));
        let (shape, digest) = rayon::join(read, || Digest::of(&bytes));
        let shape = shape.unwrap_or_else(|panicked| Err(panicked.into()));
        let shape = shape.map_err(|failure| failure.in_file(&file, bytes.len()))?;
        let Shape { known, imports, exports, has_provenance, invalid } = shape;
        let outline = Outline::new(Arc::clone(known.outermost()), imports, exports);
        let (bytes, known) = (Arc::new(bytes), Arc::new(known));
        let decoded = Decoded { bytes, digest: OnceLock::from(digest), outline, known, has_provenance, invalid };
        Self::of_decoded(name, file, decoded)
    }

    /// A component that was composed and validated as a whole: `known` is what the validator says of its bytes. `name` is also what messages
    /// call it.
    ///
    /// # Errors
    ///
    /// Where an instance within an import implements an interface.
    pub fn composed(name: &str, bytes: &Arc<Vec<u8>>, known: &Arc<Known>) -> Result<Self, LoadError> {
        let malformed = |Malformed { offset, message }| LoadError::Invalid { file: name.to_owned(), offset, message };
        let level = Level::decode(bytes.as_slice()).map_err(malformed)?;
        let imports = level.imports.iter().map(|import| import.name.to_owned()).collect();
        let exports = level.exports.iter().map(|export| export.name.to_owned()).collect();
        let outline = Outline::new(Arc::clone(known.outermost()), imports, exports);
        let has_provenance = level.custom.iter().any(|(name, _)| *name == PROVENANCE);
        let (bytes, known) = (Arc::clone(bytes), Arc::clone(known));
        let (digest, invalid) = (OnceLock::new(), OnceLock::from(Vec::new()));
        let decoded = Decoded { bytes, digest, outline, known, has_provenance, invalid };
        let (name, file) = (name.to_owned(), name.to_owned());
        Self::of_decoded(name, file, decoded)
    }

    fn of_decoded(name: String, file: String, decoded: Decoded) -> Result<Self, LoadError> {
        let (file, decoded) = (file.into(), Arc::new(decoded));
        let component = Component { name, file, source_digest: None, paths: Arc::new([]), decoded };
        // Grants and policies know what is in an import by the names of that: nothing there may be another interface.
        let mut seen = BTreeSet::new();
        let mut within = |(import, item): (&String, &ComponentItem)| {
            let (name, interface) = implements_within(component.types(), item, &mut seen)?;
            Some((import.clone(), name, interface))
        };
        match component.imports().iter().find_map(&mut within) {
            Some((import, name, interface)) => {
                let file = component.file().to_owned();
                Err(LoadError::ImplementsWithin { file, import, name, interface })
            }
            None => Ok(component),
        }
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
        let (name, outline) = (name.clone(), self.of_type(id)?);
        let Decoded { bytes, digest, known, invalid, .. } = &*self.decoded;
        let (bytes, digest, known, invalid) = (Arc::clone(bytes), digest.clone(), Arc::clone(known), invalid.clone());
        let decoded = Decoded { bytes, digest, outline, known, has_provenance: false, invalid };
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

    /// The same component, which goes by another name in messages as well.
    pub fn called(&self, name: &str) -> Component {
        Component { name: name.to_owned(), file: name.into(), ..self.clone() }
    }

    /// The same component, made of files, which have that digest.
    pub(super) fn made_of(self, paths: Vec<PathBuf>, source_digest: Digest) -> Component {
        Component { paths: paths.into(), source_digest: Some(source_digest), ..self }
    }

    /// The same component, in whose place another one of the same bytes is kept, if there is one among those that are `shared`: however
    /// many names a file has, it is in memory once.
    pub(super) fn shared(self, shared: &Shared) -> Component {
        let mut known = shared.0.lock().unwrap_or_else(PoisonError::into_inner);
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
        self.decoded.bytes.as_slice()
    }

    /// The SHA-256 of [`Component::bytes`].
    pub fn digest(&self) -> Digest {
        *self.decoded.digest.get_or_init(|| Digest::of(self.bytes()))
    }

    /// What the validator says of the types in [`Component::bytes`].
    pub fn known(&self) -> &Known {
        &self.decoded.known
    }

    /// The functions in it whose code is not valid, each by the first that is wrong with it, by offset.
    pub fn invalid_code(&self) -> &[Malformed] {
        // Its structure is valid, or it would not have been decoded.
        let bodies = || validate::bodies(self.bytes()).map(|(_, invalid)| invalid).unwrap_or_default();
        self.decoded.invalid.get_or_init(|| bodies().into_iter().map(|invalid| invalid.what).collect())
    }

    /// The SHA-256 of the file that it came from, which may have held its text, or a core module.
    pub fn source_digest(&self) -> Digest {
        self.source_digest.unwrap_or_else(|| self.digest())
    }

    /// Whether it is a WIT package in its binary form, which has types alone.
    pub fn is_wit_package(&self) -> bool {
        let packaged = |(name, item): (&String, &ComponentItem)| is_packaged(self.types(), name, item);
        self.imports().is_empty() && !self.exports().is_empty() && self.exports().iter().all(packaged)
    }

    /// How many levels of components are nested in it.
    pub fn depth(&self) -> usize {
        self.decoded.known.depth()
    }

    /// Whether it says itself what it was made of.
    pub fn has_provenance(&self) -> bool {
        self.decoded.has_provenance
    }
}

/// The interface that an import is, where its name does not say so in full.
///
/// Component Model, Explainer, "Import and Export Definitions": `implements`, and the suffix of a canonical version.
pub fn implements(name: &str, item: &ComponentItem) -> Option<String> {
    let suffix = item.version_suffix.as_deref().unwrap_or_default();
    match &item.implements {
        Some(interface) => Some(format!("{interface}{suffix}")),
        None if !suffix.is_empty() => Some(format!("{name}{suffix}")),
        None => None,
    }
}

/// The interface that an import or export is: as it says, else as its name does.
pub fn interface(name: &str, item: &ComponentItem) -> String {
    implements(name, item).unwrap_or_else(|| name.to_owned())
}

/// Something that is in an instance of this type, and says which interface it implements: its name, and that. `seen` are the types of
/// instances that have been looked into.
fn implements_within(
    types: TypesRef<'_>,
    item: &ComponentItem,
    seen: &mut BTreeSet<ComponentInstanceTypeId>,
) -> Option<(String, String)> {
    let ComponentEntityType::Instance(id) = item.ty else { return None };
    if !seen.insert(id) {
        return None;
    }
    types.get(id)?.exports.iter().find_map(|(name, item)| match &item.implements {
        Some(interface) => Some((name.clone(), interface.clone())),
        None => implements_within(types, item, seen),
    })
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
    known: Known,
    imports: Vec<String>,
    exports: Vec<String>,
    has_provenance: bool,
    /// The functions whose code is not valid, where that was asked.
    invalid: OnceLock<Vec<Malformed>>,
}

/// Why that pass ended early.
enum Failure {
    Malformed(wasmparser::BinaryReaderError),
    EndsEarly,
    TooDeep { what: &'static str, limit: usize },
    TooMuch,
    TooLong,
    Control(String),
    TooManyImports,
    Panicked(Panicked),
}

impl From<nesting::Failure> for Failure {
    fn from(failure: nesting::Failure) -> Self {
        match failure {
            nesting::Failure::Malformed(error) => Failure::Malformed(error),
            nesting::Failure::TooMuch => Failure::TooMuch,
            nesting::Failure::TooLong => Failure::TooLong,
            nesting::Failure::Control(name) => Failure::Control(name),
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
            Failure::TooLong => LoadError::TooLongNames { file },
            Failure::Control(name) => LoadError::ControlCharacter { file, name: crate::text::Shown(&name).to_string() },
            Failure::TooManyImports => LoadError::TooManyImports { file, limit: limits::IMPORTS },
            Failure::Panicked(panicked) => LoadError::Panicked(panicked),
        }
    }
}

impl Shape {
    fn read(bytes: &[u8], bodies: Bodies) -> Result<Shape, Failure> {
        if bodies == Bodies::Later {
            return Self::of_structure(bytes, None);
        }
        let (shape, invalid) = validate::beside(|code| Self::of_structure(bytes, Some(code)));
        let invalid: Vec<Malformed> = invalid.into_iter().map(|invalid| invalid.what).collect();
        Ok(Shape { invalid: OnceLock::from(invalid), ..shape? })
    }

    fn of_structure<'a, 's>(bytes: &'a [u8], mut code: Option<&mut Code<'_, 's, 'a>>) -> Result<Shape, Failure>
    where
        'a: 's,
    {
        let mut validator = Validator::new_with_features(WasmFeatures::all());
        let mut parser = Parser::new(0);
        let (mut outer, mut items) = (Vec::new(), Items::of_bytes(bytes.len()));
        let (mut imports, mut exports) = (Vec::new(), Vec::new());
        let (mut keeper, mut has_provenance) = (Keeper::new(), false);
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
            keeper.starts(&payload);
            if let (Payload::ComponentImportSection(section), true) = (&payload, outer.is_empty())
                && imports.len() + section.count() as usize > limits::IMPORTS
            {
                return Err(Failure::TooManyImports);
            }
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
                ValidPayload::Func(function, body) => {
                    if let Some(code) = &mut code {
                        code.add(function, body);
                    }
                }
                ValidPayload::Ok => {}
                ValidPayload::Parser(nested) => {
                    outer.push(std::mem::replace(&mut parser, nested));
                    if outer.len() > limits::COMPONENT_DEPTH {
                        return Err(Failure::TooDeep { what: "components", limit: limits::COMPONENT_DEPTH });
                    }
                }
                ValidPayload::End(types) => {
                    keeper.ends(types);
                    match outer.pop() {
                        Some(parent) => parser = parent,
                        None => {
                            let known = keeper.known(bytes.len()).map_err(|_| Failure::EndsEarly)?;
                            return Ok(Shape { known, imports, exports, has_provenance, invalid: OnceLock::new() });
                        }
                    }
                }
            }
        }
    }
}
