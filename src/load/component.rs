//! A decoded component: its bytes and its outline.

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

/// A binary component, with the results of decoding that later phases use.
///
/// Types, imports, exports and instances are validated. Function bodies are validated once, as part of the output.
///
/// A clone is cheap, so the compositions of one run share components.
#[derive(Clone)]
pub(crate) struct Component {
    name: String,
    file: Arc<str>,
    /// The digest of the source file. `None` if that holds this component itself.
    source_digest: Option<Digest>,
    paths: Arc<[PathBuf]>,
    decoded: Arc<Decoded>,
}

/// Components by their digests.
#[derive(Default)]
pub(super) struct Shared(Mutex<BTreeMap<Digest, Arc<Decoded>>>);

struct Decoded {
    bytes: Arc<Vec<u8>>,
    /// Computed on first use.
    digest: OnceLock<Digest>,
    outline: Outline,
    known: Arc<Known>,
    has_provenance: bool,
    /// The functions with invalid code, each with its first error. Computed on first use.
    invalid: OnceLock<Vec<Malformed>>,
}

/// The time at which function bodies are validated. For a component that becomes part of an output, the validation of
/// the output suffices.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bodies {
    /// While the component is decoded.
    Validated,
    /// On first use.
    Later,
}

impl Deref for Component {
    type Target = Outline;

    fn deref(&self) -> &Outline {
        &self.decoded.outline
    }
}

impl Component {
    /// Decodes a binary component. `name` is its name in the description, `file` that of its source in messages.
    ///
    /// # Errors
    ///
    /// The bytes are not a valid component (with the offset), or exceed a limit; or an item within an import has
    /// `implements` or an `external-id`.
    pub(crate) fn decode(name: String, file: String, bytes: Vec<u8>) -> Result<Self, LoadError> {
        Self::decode_with(name, file, bytes, Bodies::Later)
    }

    /// [`Component::decode`] with a choice of when function bodies are validated.
    ///
    /// # Errors
    ///
    /// Those of [`Component::decode`]. Invalid code is no error here.
    pub(crate) fn decode_with(name: String, file: String, bytes: Vec<u8>, bodies: Bodies) -> Result<Self, LoadError> {
        let component = Self::decode_any_with(name, file, bytes, bodies)?;
        if component.is_wit_package() {
            return Err(LoadError::WitPackage { file: component.file().to_owned() });
        }
        Ok(component)
    }

    /// [`Component::decode`] that also accepts a binary WIT package, which is a component with only types.
    pub(super) fn decode_any(name: String, file: String, bytes: Vec<u8>) -> Result<Self, LoadError> {
        Self::decode_any_with(name, file, bytes, Bodies::Later)
    }

    fn decode_any_with(name: String, file: String, bytes: Vec<u8>, bodies: Bodies) -> Result<Self, LoadError> {
        // Validation and digest both read all bytes, and run in parallel.
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

    /// A composed component that was validated as a whole. `known` are the validator's results for its bytes; `name` is
    /// also its name in messages.
    ///
    /// # Errors
    ///
    /// An instance within an import implements an interface.
    pub(crate) fn composed(name: &str, bytes: &Arc<Vec<u8>>, known: &Arc<Known>) -> Result<Self, LoadError> {
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
        // Grants and policies identify items within an import by the names of the import, so none may be another
        // interface.
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

    /// A component with the imports and exports of a world of this binary WIT package. `None` if there is no such
    /// world.
    ///
    /// WIT, "Binary Format": the package exports, under the name of a world, a component type that exports the world's
    /// component type under its full name.
    pub(crate) fn world(&self, name: &str) -> Option<Component> {
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

    /// The component with some of its imports as exports. `exports` are the name of each export and of its import.
    /// `None` if there is no such import.
    pub(super) fn exporting(&self, exports: &[(String, String)]) -> Option<Component> {
        let Decoded { bytes, digest, known, invalid, .. } = &*self.decoded;
        let (bytes, digest, known, invalid) = (Arc::clone(bytes), digest.clone(), Arc::clone(known), invalid.clone());
        let decoded = Decoded { bytes, digest, outline: self.turned(exports)?, known, has_provenance: false, invalid };
        Some(Component { decoded: Arc::new(decoded), ..self.clone() })
    }

    /// The names of the worlds of a binary WIT package.
    pub(crate) fn worlds(&self) -> Vec<String> {
        self.exports().keys().filter(|name| self.world(name).is_some()).cloned().collect()
    }

    /// The name in the description.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The same component under another name.
    pub(super) fn renamed(&self, name: String) -> Component {
        Component { name, ..self.clone() }
    }

    /// The same component under another name, in messages as well.
    pub(crate) fn called(&self, name: &str) -> Component {
        Component { name: name.to_owned(), file: name.into(), ..self.clone() }
    }

    /// The same component with its source files and their digest.
    pub(super) fn with_sources(self, paths: Vec<PathBuf>, source_digest: Digest) -> Component {
        Component { paths: paths.into(), source_digest: Some(source_digest), ..self }
    }

    /// The same component with the bytes of an equal one in `shared`, if there is one. A file with several names is
    /// then in memory once.
    pub(super) fn shared(self, shared: &Shared) -> Component {
        let mut known = shared.0.lock().unwrap_or_else(PoisonError::into_inner);
        let decoded = Arc::clone(known.entry(self.digest()).or_insert_with(|| Arc::clone(&self.decoded)));
        Component { decoded, ..self }
    }

    /// The files that it was read from.
    pub(crate) fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// The name of its source in messages.
    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    /// The binary component.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.decoded.bytes.as_slice()
    }

    /// The SHA-256 of [`Component::bytes`].
    pub(crate) fn digest(&self) -> Digest {
        *self.decoded.digest.get_or_init(|| Digest::of(self.bytes()))
    }

    /// The validator's results for the types in [`Component::bytes`].
    pub(crate) fn known(&self) -> &Known {
        &self.decoded.known
    }

    /// The functions with invalid code, each with its first error, by offset.
    pub(crate) fn invalid_code(&self) -> &[Malformed] {
        // Decoding has validated the structure.
        let bodies = || validate::bodies(self.bytes()).map(|(_, invalid)| invalid).unwrap_or_default();
        self.decoded.invalid.get_or_init(|| bodies().into_iter().map(|invalid| invalid.what).collect())
    }

    /// The SHA-256 of its source file, which may be text or a core module.
    pub(crate) fn source_digest(&self) -> Digest {
        self.source_digest.unwrap_or_else(|| self.digest())
    }

    /// Whether it is a binary WIT package, which has only types.
    pub(crate) fn is_wit_package(&self) -> bool {
        let packaged = |(name, item): (&String, &ComponentItem)| is_packaged(self.types(), name, item);
        self.imports().is_empty() && !self.exports().is_empty() && self.exports().iter().all(packaged)
    }

    /// Whether an import is an instance with only types.
    pub(crate) fn is_types_only(&self, import: &str) -> bool {
        let Some(ComponentEntityType::Instance(id)) = self.imports().get(import).map(|item| item.ty) else {
            return false;
        };
        let mut exports = self.types().get(id).into_iter().flat_map(|ty| ty.exports.values());
        exports.all(|item| matches!(item.ty, ComponentEntityType::Type { .. }))
    }

    /// The depth of nested components, counting the component itself.
    pub(crate) fn depth(&self) -> usize {
        self.decoded.known.depth()
    }

    /// Whether it has a section with provenance.
    pub(crate) fn has_provenance(&self) -> bool {
        self.decoded.has_provenance
    }
}

/// The interface that an import implements, if its name alone does not state it in full.
///
/// Component Model, Explainer, "Import and Export Definitions": `implements`, and the suffix of a canonical version.
pub(crate) fn implements(name: &str, item: &ComponentItem) -> Option<String> {
    let suffix = item.version_suffix.as_deref().unwrap_or_default();
    match &item.implements {
        Some(interface) => Some(format!("{interface}{suffix}")),
        None if !suffix.is_empty() => Some(format!("{name}{suffix}")),
        None => None,
    }
}

/// The interface of an import or export: the one that it implements, else the one that its name states.
pub(crate) fn interface(name: &str, item: &ComponentItem) -> String {
    implements(name, item).unwrap_or_else(|| name.to_owned())
}

/// The first item within an instance type that implements an interface: its name, and the interface. `seen` are the
/// visited instance types.
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

/// Whether an export has the form of an interface or a world in a binary WIT package: a component type that exports the
/// interface or world under its full name. Other components may export component types, too.
///
/// WIT, "Binary Format". Older packages have a single export, `ns:pkg/wit`.
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

/// The results of one pass over the bytes.
struct Shape {
    known: Known,
    imports: Vec<String>,
    exports: Vec<String>,
    has_provenance: bool,
    /// The functions with invalid code, if they were requested.
    invalid: OnceLock<Vec<Malformed>>,
}

/// The reason that the pass ended early.
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
        // The validator panics on a chain of types that is too deep. Only the validator can find such a chain.
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
            // The reader reports the end of the data as an error with this message.
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
