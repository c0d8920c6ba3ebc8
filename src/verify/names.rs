//! Finds names that differ only in case or hyphens, at any depth of a component.
//!
//! Component Model, Explainer, "Name Uniqueness": the names of one scope are strongly unique. Newer validators ignore
//! hyphens in that comparison; the one that weld contains does not, so weld compares them here.

use std::collections::BTreeMap;
use std::ops::Range;

use wasmparser::{
    ComponentAlias, ComponentDefinedType as Defined, ComponentExternalKind as Kind, ComponentInstance,
    ComponentOuterAliasKind, ComponentType, ComponentTypeDeclaration, ComponentTypeRef, ComponentValType,
    InstanceTypeDeclaration, Payload, TypeBounds,
};

use super::{Malformed, VerifyError};
use crate::decode::{Pieces, sections};
use crate::load::{Component, Components};
use crate::name::canonical;

/// Checks the names of an output, of its nested components, and of all types, exported or not.
///
/// # Errors
///
/// The first two names of one scope that newer validators reject as equal, with their component.
pub(super) fn check(components: &Components, bytes: Pieces<'_>) -> Result<(), VerifyError> {
    let found = find(bytes)?;
    let Some(first) = found.first() else { return Ok(()) };
    // All names in an output come from its inputs.
    let of_input = |component: &Component| {
        let alike = find(component.bytes().into())
            .ok()?
            .into_iter()
            .find(|alike| found.iter().any(|other| other.has_names_of(alike)))?;
        Some(alike.error(Some(component.file()), true))
    };
    Err(components.iter().find_map(of_input).unwrap_or_else(|| first.error(None, false)))
}

/// Checks the names of a component without a plan, as [`check`] does. `file` is the file that it was made from.
///
/// # Errors
///
/// The errors of [`check`].
pub(super) fn written(file: Option<&str>, bytes: &[u8]) -> Result<(), VerifyError> {
    let found = find(bytes.into())?;
    found.first().map_or(Ok(()), |alike| Err(alike.error(file, false)))
}

/// Two names of one scope that newer validators reject as equal.
#[derive(Debug)]
struct Alike<'a> {
    first: &'a str,
    second: &'a str,
    /// The kind of the scope.
    scope: &'static str,
    /// The name of the scope, if it has one.
    name: Option<&'a str>,
    offset: u64,
}

impl Alike<'_> {
    fn has_names_of(&self, other: &Alike<'_>) -> bool {
        (self.first, self.second) == (other.first, other.second)
    }

    fn error(&self, file: Option<&str>, has_offset: bool) -> VerifyError {
        let scope = match has_offset {
            true => format!("{}, at offset {:#x}", self.scope, self.offset),
            false => self.scope.to_owned(),
        };
        VerifyError::NamesAlike {
            first: self.first.to_owned(),
            second: self.second.to_owned(),
            scope: scope.into(),
            name: self.name.map(Box::from),
            file: file.map(str::to_owned),
            is_export: self.scope == Scope::component(0).exports_are,
        }
    }
}

/// Finds all such names of a component, in order.
///
/// # Errors
///
/// The bytes are not those of a component.
fn find(bytes: Pieces<'_>) -> Result<Vec<Alike<'_>>, Malformed> {
    let mut walk = Walk::default();
    // Nested components are part of the same sequence, so no recursion is needed.
    for payload in sections(bytes) {
        walk.payload(payload?)?;
    }
    Ok(walk.found)
}

#[derive(Default)]
struct Walk<'a> {
    /// The enclosing components and types, outermost first.
    open: Vec<Scope<'a>>,
    found: Vec<Alike<'a>>,
}

/// A scope of imports and exports.
#[derive(Default)]
struct Scope<'a> {
    imports_are: &'static str,
    exports_are: &'static str,
    imports: NamesByForm<'a>,
    exports: NamesByForm<'a>,
    /// The number of types so far.
    types: u32,
    /// The findings in types without a name so far, by the index of the type.
    unnamed: BTreeMap<u32, Range<usize>>,
}

/// Names by the form in which validators compare them.
type NamesByForm<'a> = BTreeMap<String, &'a str>;

impl Scope<'_> {
    /// A component at a depth.
    fn component(depth: usize) -> Self {
        match depth {
            0 => Scope { imports_are: "imports", exports_are: "exports", ..Scope::default() },
            _ => Scope {
                imports_are: "imports of a nested component",
                exports_are: "exports of a nested component",
                ..Scope::default()
            },
        }
    }
}

impl<'a> Walk<'a> {
    fn payload(&mut self, payload: Payload<'a>) -> Result<(), Malformed> {
        match payload {
            Payload::Version { .. } => self.open.push(Scope::component(self.open.len())),
            Payload::End(_) => drop(self.open.pop()),
            Payload::ComponentTypeSection(section) => {
                for item in section.into_iter_with_offsets() {
                    let (offset, ty) = item?;
                    self.ty(&ty, offset);
                }
            }
            Payload::ComponentImportSection(section) => {
                for item in section.into_iter_with_offsets() {
                    let (offset, import) = item?;
                    self.import(import.name.name, import.ty, offset);
                }
            }
            Payload::ComponentExportSection(section) => {
                for item in section.into_iter_with_offsets() {
                    let (offset, export) = item?;
                    let ty = match export.kind {
                        Kind::Type => Some(ComponentTypeRef::Type(TypeBounds::Eq(export.index))),
                        _ => export.ty,
                    };
                    self.export(export.name.name, ty, offset);
                }
            }
            Payload::ComponentAliasSection(section) => {
                for alias in section {
                    self.alias(&alias?);
                }
            }
            Payload::ComponentInstanceSection(section) => {
                for item in section.into_iter_with_offsets() {
                    if let (offset, ComponentInstance::FromExports(exports)) = item? {
                        self.unique("exports of an instance", exports.iter().map(|export| export.name.name), offset);
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn import(&mut self, name: &'a str, ty: ComponentTypeRef, offset: u64) {
        let Some(scope) = self.open.last_mut() else { return };
        let alike = add(&mut scope.imports, scope.imports_are, name, offset);
        self.found.extend(alike);
        self.names(name, ty);
    }

    fn export(&mut self, name: &'a str, ty: Option<ComponentTypeRef>, offset: u64) {
        let Some(scope) = self.open.last_mut() else { return };
        let alike = add(&mut scope.exports, scope.exports_are, name, offset);
        self.found.extend(alike);
        if let Some(ty) = ty {
            self.names(name, ty);
        }
    }

    /// Gives a type the first name under which it is imported or exported.
    fn names(&mut self, name: &'a str, ty: ComponentTypeRef) {
        let Some(scope) = self.open.last_mut() else { return };
        let index = match ty {
            ComponentTypeRef::Func(index)
            | ComponentTypeRef::Instance(index)
            | ComponentTypeRef::Component(index)
            | ComponentTypeRef::Value(ComponentValType::Type(index))
            | ComponentTypeRef::Type(TypeBounds::Eq(index)) => Some(index),
            _ => None,
        };
        if matches!(ty, ComponentTypeRef::Type(_)) {
            scope.types = scope.types.saturating_add(1);
        }
        let found = index.and_then(|index| scope.unnamed.remove(&index));
        for alike in found.and_then(|range| self.found.get_mut(range)).into_iter().flatten() {
            alike.name.get_or_insert(name);
        }
    }

    fn alias(&mut self, alias: &ComponentAlias<'a>) {
        let is_type = matches!(
            alias,
            ComponentAlias::InstanceExport { kind: Kind::Type, .. }
                | ComponentAlias::Outer { kind: ComponentOuterAliasKind::Type, .. }
        );
        if let Some(scope) = self.open.last_mut().filter(|_| is_type) {
            scope.types = scope.types.saturating_add(1);
        }
    }

    /// A type that the innermost scope defines. Loading limits the depth of types, which bounds this recursion.
    fn ty(&mut self, ty: &ComponentType<'a>, offset: u64) {
        let before = self.found.len();
        match ty {
            ComponentType::Defined(Defined::Record(fields)) => {
                self.unique("a record", fields.iter().map(|(name, _)| *name), offset);
            }
            ComponentType::Defined(Defined::Variant(cases)) => {
                self.unique("a variant", cases.iter().map(|case| case.name), offset);
            }
            ComponentType::Defined(Defined::Flags(names)) => self.unique("flags", names.iter().copied(), offset),
            ComponentType::Defined(Defined::Enum(names)) => self.unique("an enum", names.iter().copied(), offset),
            ComponentType::Func(ty) => {
                self.unique("parameters of a function", ty.params.iter().map(|(name, _)| *name), offset);
            }
            ComponentType::Component(declarations) => self.component_type(declarations, offset),
            ComponentType::Instance(declarations) => self.instance_type(declarations, offset),
            ComponentType::Defined(_) | ComponentType::Resource { .. } => {}
        }
        let found = before..self.found.len();
        let Some(scope) = self.open.last_mut() else { return };
        if !found.is_empty() {
            scope.unnamed.insert(scope.types, found);
        }
        scope.types = scope.types.saturating_add(1);
    }

    fn component_type(&mut self, declarations: &[ComponentTypeDeclaration<'a>], offset: u64) {
        self.open.push(Scope {
            imports_are: "imports of a component type",
            exports_are: "exports of a component type",
            ..Scope::default()
        });
        for declaration in declarations {
            match declaration {
                ComponentTypeDeclaration::Type(ty) => self.ty(ty, offset),
                ComponentTypeDeclaration::Alias(alias) => self.alias(alias),
                ComponentTypeDeclaration::Import(import) => self.import(import.name.name, import.ty, offset),
                ComponentTypeDeclaration::Export { name, ty } => self.export(name.name, Some(*ty), offset),
                ComponentTypeDeclaration::CoreType(_) => {}
            }
        }
        self.open.pop();
    }

    fn instance_type(&mut self, declarations: &[InstanceTypeDeclaration<'a>], offset: u64) {
        self.open.push(Scope { exports_are: "exports of an instance type", ..Scope::default() });
        for declaration in declarations {
            match declaration {
                InstanceTypeDeclaration::Type(ty) => self.ty(ty, offset),
                InstanceTypeDeclaration::Alias(alias) => self.alias(alias),
                InstanceTypeDeclaration::Export { name, ty } => self.export(name.name, Some(*ty), offset),
                InstanceTypeDeclaration::CoreType(_) => {}
            }
        }
        self.open.pop();
    }

    /// The names of a complete scope.
    fn unique(&mut self, scope: &'static str, names: impl Iterator<Item = &'a str>, offset: u64) {
        let mut seen = NamesByForm::new();
        self.found.extend(names.filter_map(|name| add(&mut seen, scope, name, offset)));
    }
}

/// Adds a name to its scope. Returns the earlier name that it collides with, if there is one.
fn add<'a>(names: &mut NamesByForm<'a>, scope: &'static str, name: &'a str, offset: u64) -> Option<Alike<'a>> {
    let first = names.insert(canonical(name), name)?;
    Some(Alike { first, second: name, scope, name: None, offset })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use wasmparser_newest::WasmFeatures;
    use wasmparser_newest::names::ComponentName;

    use crate::name::canonical;

    /// Names that differ in little, those of the specification among them.
    const NAMES: &[&str] = &[
        "foo",
        "FOO",
        "f-oo",
        "foo-bar",
        "foo-BAR",
        "foobar",
        "get-size",
        "getsize",
        "[constructor]foo",
        "[constructor]F-OO",
        "[method]foo.bar",
        "[method]foo.BAR",
        "[static]FOO.b-ar",
        "[static]foo.baz",
        "[method]foo.foo",
        "[method]f-oo.foo",
        "[static]foo-BAR.FOO-bar",
        "[method]foob.ar",
        "[get]foo",
        "[set]foo",
        "[set]f-oo",
        "[method][get]foo.bar",
        "[method][set]foo.bar",
        "[static][set]foo.foo",
        "foo:bar/baz",
        "foo:bar/BAZ",
        "foo:b-ar/baz",
        "foo:barb/az",
        "a:b-c/d@1.0.0",
        "a:bc/d@1.0.0",
        "a:bc/d@1.0.0-1",
        "a:bc/d@1.0.0-11",
        "a:bc/d@1.0.0-A",
        "a:bc/d@1.0.0-a",
        "a:bc/d@1",
    ];

    #[test]
    fn verify_names_agree_with_the_newest_validator() {
        let parsed = |name: &str| ComponentName::new_with_features(name, 0, WasmFeatures::all()).unwrap();
        let mut alike = 0;
        for a in NAMES {
            for b in NAMES {
                let is_one = parsed(a) == parsed(b);
                assert_eq!(canonical(a) == canonical(b), is_one, "{a} {b}");
                alike += usize::from(is_one && a != b);
            }
        }
        assert!(alike > 20, "{alike}");
    }

    #[test]
    fn verify_names_compare_digests_exactly() {
        assert_ne!(canonical("integrity=<sha256-a-b>"), canonical("integrity=<sha256-A-B>"));
    }
}
