//! Counts the items in the types of a component before the validator creates them.
//!
//! Instance types may export instances of other types. The validator copies the content of a type with resource types
//! at each definition, import, instantiation and export, so a short file can exceed any memory.

use std::collections::BTreeMap;

use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentCoreTypeId, ComponentEntityType, ComponentInstanceTypeId, ComponentItem,
    ComponentTypeId,
};
use wasmparser::types::TypesRef;
use wasmparser::{
    BinaryReader, BinaryReaderError, ComponentAlias, ComponentExternalKind, ComponentImport, ComponentInstance,
    ComponentOuterAliasKind, ComponentType, ComponentTypeDeclaration, ComponentTypeRef, ComponentTypeSectionReader,
    InstanceTypeDeclaration, Payload, TypeBounds, Validator,
};

use super::nesting::Failure;
use crate::limits;

/// Limits for a component with its nested components: the number of items in its types, and the length of the names of
/// its imports and exports.
pub(super) struct Items {
    /// The remaining number of items.
    items: u64,
    /// The remaining bytes of names.
    names: u64,
    known: BTreeMap<ComponentInstanceTypeId, Size>,
    /// A name with a control character in the current type.
    control: Option<String>,
}

/// The size of a type.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Size {
    /// The number of items, including instances and the type itself.
    items: u64,
    /// The number of items that are not instances.
    leaves: u64,
    /// The number of bytes of their paths within the type.
    names: u64,
}

impl Size {
    /// The size of a single item that is not an instance.
    const ONE: Size = Size { items: 1, leaves: 1, names: 0 };

    /// The bytes of the paths to all leaves of an item of this size, with the name of the item.
    fn path_bytes(self, name: &str) -> u64 {
        self.names.saturating_add(self.leaves.saturating_mul(name.len() as u64 + limits::ITEM_NAME))
    }
}

impl Items {
    /// The limits for a component of a given length in bytes.
    pub(super) fn of_bytes(length: usize) -> Items {
        Items {
            items: limits::type_items(length),
            names: limits::item_names(length),
            known: BTreeMap::new(),
            control: None,
        }
    }

    /// Counts the items of a section that is validated next. Returns whether the section has been validated already: a
    /// section of types is validated here, type by type, since each may use earlier ones. `types` are the bytes of
    /// those types, with their offsets.
    ///
    /// # Errors
    ///
    /// A limit is exceeded, or the section is invalid.
    pub(super) fn section(
        &mut self,
        validator: &mut Validator,
        section: &Payload<'_>,
        types: &[(u64, &[u8])],
    ) -> Result<bool, Failure> {
        for (offset, bytes) in types {
            let ty = BinaryReader::new(bytes, *offset).read()?;
            let declared = self.declared(validator, ty, &mut Vec::new());
            if let Some(name) = self.control.take() {
                return Err(Failure::Control(name));
            }
            self.spend_items(declared)?;
            let one = [&[1], *bytes].concat();
            let reader = BinaryReader::new(&one, offset.saturating_sub(1));
            validator.component_type_section(&ComponentTypeSectionReader::new(reader)?)?;
            if let Some(types) = validator.types(0) {
                let size = types.component_type_count().checked_sub(1).map(|last| self.named(types, last));
                self.spend_items(size.unwrap_or_default().saturating_sub(declared))?;
            }
        }
        if let Some(types) = validator.types(0) {
            self.count_section(types, section)?;
        }
        Ok(!types.is_empty())
    }

    /// The number of items of a type, found from its definition. `scopes` are the sizes of the types in the enclosing
    /// definitions, outermost first. Their depth is limited earlier.
    fn declared(&mut self, validator: &Validator, ty: ComponentType<'_>, scopes: &mut Vec<Vec<u64>>) -> u64 {
        let declarations: Vec<ComponentTypeDeclaration<'_>> = match ty {
            ComponentType::Component(declarations) => declarations.into_vec(),
            ComponentType::Instance(declarations) => {
                declarations.into_vec().into_iter().map(component_declaration).collect()
            }
            ComponentType::Defined(_) | ComponentType::Func(_) | ComponentType::Resource { .. } => return 1,
        };
        scopes.push(Vec::new());
        let mut sum: u64 = 1;
        for declaration in declarations {
            let (size, is_type) = match declaration {
                ComponentTypeDeclaration::Type(ty) => (self.declared(validator, ty, scopes), true),
                ComponentTypeDeclaration::Alias(ComponentAlias::Outer {
                    kind: ComponentOuterAliasKind::Type,
                    count,
                    index,
                }) => (self.outer(validator, scopes, count, index), true),
                ComponentTypeDeclaration::Alias(ComponentAlias::InstanceExport {
                    kind: ComponentExternalKind::Type,
                    ..
                }) => (1, true),
                ComponentTypeDeclaration::Export { name, ty }
                | ComponentTypeDeclaration::Import(ComponentImport { name, ty }) => {
                    if check_characters(name.name).is_err() {
                        self.control.get_or_insert_with(|| name.name.to_owned());
                    }
                    let (size, is_type) = match ty {
                        ComponentTypeRef::Instance(index) | ComponentTypeRef::Component(index) => {
                            (self.outer(validator, scopes, 0, index), false)
                        }
                        ComponentTypeRef::Type(TypeBounds::Eq(index)) => {
                            (self.outer(validator, scopes, 0, index), true)
                        }
                        ComponentTypeRef::Type(TypeBounds::SubResource) => (1, true),
                        _ => (1, false),
                    };
                    sum = sum.saturating_add(if is_type { 1 } else { size });
                    (size, is_type)
                }
                ComponentTypeDeclaration::CoreType(_) | ComponentTypeDeclaration::Alias(_) => continue,
            };
            scopes.last_mut().filter(|_| is_type).into_iter().for_each(|scope| scope.push(size));
        }
        scopes.pop();
        sum
    }

    /// The size of a type in the index space of an outer scope.
    fn outer(&mut self, validator: &Validator, scopes: &[Vec<u64>], count: u32, index: u32) -> u64 {
        let count = count as usize;
        match scopes.len().checked_sub(count + 1) {
            Some(scope) => scopes.get(scope).and_then(|scope| scope.get(index as usize)).copied().unwrap_or_default(),
            None => validator.types(count - scopes.len()).map_or(0, |types| self.named(types, index)),
        }
    }

    /// Counts the items that a section creates from earlier types.
    fn count_section(&mut self, types: TypesRef<'_>, section: &Payload<'_>) -> Result<(), Failure> {
        // The validator reports invalid sections.
        fn read<T>(items: impl IntoIterator<Item = Result<T, BinaryReaderError>>) -> impl Iterator<Item = T> {
            items.into_iter().map_while(Result::ok)
        }
        match section {
            Payload::ComponentImportSection(section) => {
                // The validator does not know the types and instances that the section itself creates yet.
                let mut own = Vec::new();
                for import in read(section.clone()) {
                    check_characters(import.name.name)?;
                    let mut size_of = |index: u32| match index.checked_sub(types.component_type_count()) {
                        Some(own_index) => own.get(own_index as usize).copied().unwrap_or_default(),
                        None => self.indexed(types, index),
                    };
                    let size = match import.ty {
                        ComponentTypeRef::Instance(index) | ComponentTypeRef::Component(index) => size_of(index),
                        ComponentTypeRef::Module(index) if index < types.core_type_count_in_component() => {
                            match types.core_type_at_in_component(index) {
                                ComponentCoreTypeId::Module(id) => self.item(types, ComponentEntityType::Module(id)),
                                ComponentCoreTypeId::Sub(_) => Size::ONE,
                            }
                        }
                        ComponentTypeRef::Type(TypeBounds::Eq(index)) => {
                            let size = size_of(index);
                            own.push(size);
                            Size::ONE
                        }
                        ComponentTypeRef::Type(TypeBounds::SubResource) => {
                            own.push(Size::ONE);
                            Size::ONE
                        }
                        _ => Size::ONE,
                    };
                    if let ComponentTypeRef::Instance(_) = import.ty {
                        self.spend_items(size.items)?;
                    }
                    self.spend_names(size, import.name.name)?;
                }
            }
            Payload::ComponentInstanceSection(section) => {
                for instance in read(section.clone()) {
                    if let ComponentInstance::Instantiate { component_index, .. } = instance
                        && component_index < types.component_count()
                    {
                        let size = self.component(types, types.component_at(component_index));
                        self.spend_items(size.items)?;
                    }
                }
            }
            Payload::ComponentExportSection(section) => {
                let mut own = Vec::new();
                for export in read(section.clone()) {
                    let size = match (export.kind, export.index.checked_sub(types.component_instance_count())) {
                        (ComponentExternalKind::Instance, Some(index)) => {
                            own.get(index as usize).copied().unwrap_or_default()
                        }
                        (ComponentExternalKind::Instance, None) => {
                            self.instance(types, types.component_instance_at(export.index))
                        }
                        _ => Size::ONE,
                    };
                    if export.kind == ComponentExternalKind::Instance {
                        own.push(size);
                        self.spend_items(size.items)?;
                    }
                    self.spend_names(size, export.name.name)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Counts the names of an import or export.
    fn spend_names(&mut self, size: Size, name: &str) -> Result<(), Failure> {
        self.names = self.names.checked_sub(size.path_bytes(name)).ok_or(Failure::TooLong)?;
        Ok(())
    }

    fn spend_items(&mut self, items: u64) -> Result<(), Failure> {
        self.items = self.items.checked_sub(items).ok_or(Failure::TooMuch)?;
        Ok(())
    }

    /// The number of items of a type by index.
    fn named(&mut self, types: TypesRef<'_>, index: u32) -> u64 {
        self.indexed(types, index).items
    }

    /// The size of a type by index.
    fn indexed(&mut self, types: TypesRef<'_>, index: u32) -> Size {
        if index >= types.component_type_count() {
            return Size::default();
        }
        match types.component_any_type_at(index) {
            ComponentAnyTypeId::Instance(id) => self.instance(types, id),
            ComponentAnyTypeId::Component(id) => self.component(types, id),
            _ => Size::ONE,
        }
    }

    /// A component type counts as a leaf itself.
    fn component(&mut self, types: TypesRef<'_>, id: ComponentTypeId) -> Size {
        let Some(ty) = types.get(id) else { return Size::default() };
        let sum = self.sum(types, ty.imports.iter().chain(&ty.exports));
        Size { leaves: sum.leaves.saturating_add(1), ..sum }
    }

    fn item(&mut self, types: TypesRef<'_>, ty: ComponentEntityType) -> Size {
        match ty {
            ComponentEntityType::Instance(id) => self.instance(types, id),
            ComponentEntityType::Component(id) => self.component(types, id),
            ComponentEntityType::Module(id) => {
                let imports = types.get(id).into_iter().flat_map(|ty| ty.imports.keys());
                let names = imports.clone().map(|(module, _)| module.len() as u64 + limits::ITEM_NAME);
                Size { items: 1, leaves: 1 + imports.count() as u64, names: names.sum() }
            }
            _ => Size::ONE,
        }
    }

    /// The validator limits the depth of instance types.
    fn instance(&mut self, types: TypesRef<'_>, id: ComponentInstanceTypeId) -> Size {
        if let Some(size) = self.known.get(&id) {
            return *size;
        }
        let size = types.get(id).map_or(Size::default(), |ty| self.sum(types, ty.exports.iter()));
        self.known.insert(id, size);
        size
    }

    fn sum<'t>(&mut self, types: TypesRef<'_>, items: impl Iterator<Item = (&'t String, &'t ComponentItem)>) -> Size {
        let mut sum = Size { items: 1, ..Size::default() };
        for (name, item) in items {
            let size = self.item(types, item.ty);
            sum = Size {
                items: sum.items.saturating_add(size.items),
                leaves: sum.leaves.saturating_add(size.leaves),
                names: sum.names.saturating_add(size.path_bytes(name)),
            };
        }
        sum
    }
}

/// Refuses a name with control characters. Only names that select an implementation can have them.
fn check_characters(name: &str) -> Result<(), Failure> {
    if name.contains(char::is_control) { Err(Failure::Control(name.to_owned())) } else { Ok(()) }
}

/// Converts a declaration of an instance type to one of a component type.
fn component_declaration(declaration: InstanceTypeDeclaration<'_>) -> ComponentTypeDeclaration<'_> {
    match declaration {
        InstanceTypeDeclaration::CoreType(ty) => ComponentTypeDeclaration::CoreType(ty),
        InstanceTypeDeclaration::Type(ty) => ComponentTypeDeclaration::Type(ty),
        InstanceTypeDeclaration::Alias(alias) => ComponentTypeDeclaration::Alias(alias),
        InstanceTypeDeclaration::Export { name, ty } => ComponentTypeDeclaration::Export { name, ty },
    }
}

#[cfg(test)]
mod tests {
    use wasmparser::{Parser, ValidPayload, Validator, WasmFeatures};

    use super::{BTreeMap, Failure, Items};
    use crate::load::nesting;

    /// Counts the items and names of a component. Returns the remaining number.
    fn left_of(text: &str, left: u64, names: u64) -> Result<(u64, u64), Failure> {
        let bytes = wat::parse_str(text).unwrap();
        let mut validator = Validator::new_with_features(WasmFeatures::all());
        let mut items = Items { items: left, names, known: BTreeMap::new(), control: None };
        for payload in Parser::new(0).parse_all(&bytes) {
            let payload = payload?;
            let types = nesting::check_section(&bytes, &payload)?;
            if !items.section(&mut validator, &payload, &types)? {
                let _: ValidPayload<'_> = validator.payload(&payload)?;
            }
        }
        Ok((items.items, items.names))
    }

    #[test]
    fn items_of_a_component_are_accepted_up_to_the_limit() {
        // With the enclosing type, these have 3, 5 and 9 items.
        let types = r#"
            (type $a (instance (export "r" (type (sub resource))) (export "f" (func (param "x" (borrow 0))))))
            (type $b (instance (alias outer 1 $a (type)) (export "x" (instance (type 0))) (export "f" (func))))
            (type $c (instance (alias outer 1 $b (type)) (alias outer 1 $a (type))
                (export "x" (instance (type 0))) (export "y" (instance (type 1)))))"#;
        let plain = r#"(type $p (instance (export "f" (func)) (export "g" (func))))"#;
        let import = r#"(import "t:t/i" (instance $i (type $c)))"#;
        let nested = format!(r#"(component $n {types} {import} (export "t:t/j" (instance $i)))"#);
        let instance = r#"(instance (instantiate $n (with "t:t/i" (instance $i))))"#;
        for (text, items) in [
            (types.to_owned(), 17),
            (format!("{types} {import}"), 17 + 9),
            (format!(r#"{types} {import} (export "t:t/j" (instance $i))"#), 17 + 9 + 9),
            // A nested component counts as a whole. An instance counts the imports and exports of its component.
            (format!("{types} {import} {nested}"), 2 * (17 + 9) + 9),
            (format!("{types} {import} {nested} {instance}"), 2 * (17 + 9) + 9 + 19),
            (format!("{types} {import} {nested} {instance} {instance}"), 2 * (17 + 9) + 9 + 2 * 19),
            // Imports and exports of a type that the same section creates.
            (format!(r#"{plain} (import "t" (type $t (eq $p))) (import "t:t/i" (instance $i (type $t)))"#), 3 + 3),
            (
                format!(r#"{types} {import} (export $e "t:t/j" (instance $i)) (export "t:t/k" (instance $e))"#),
                17 + 9 + 9 + 9,
            ),
            // Types within types, with aliases of types of the enclosing component.
            (
                format!(
                    r#"{types} (component (type (component (type (instance
                (alias outer 3 $c (type)) (export "x" (instance (type 0))))) (import "i" (instance (type 0))))))"#
                ),
                17 + 11,
            ),
        ] {
            let text = format!("(component {text})");
            let remaining = |left: u64| {
                left_of(&text, left, u64::MAX).map(|(left, _)| left).map_err(|failure| format!("{failure:?}"))
            };
            assert_eq!(remaining(items + 1), Ok(1), "{text}");
            assert_eq!(remaining(items), Ok(0), "{text}");
            assert_eq!(remaining(items - 1), Err("TooMuch".to_owned()), "{text}");
        }
    }

    #[test]
    fn items_have_names_up_to_the_limit() {
        const N: u64 = crate::limits::ITEM_NAME;
        let types = r#"
            (type $a (instance (export "rr" (type (sub resource))) (export "f" (func (param "x" (borrow 0))))))
            (type $b (instance (alias outer 1 $a (type)) (export "xyz" (instance (type 0))) (export "g" (func))))
            (type $none (instance))"#;
        let import = r#"(import "t:t/i" (instance $i (type $b)))"#;
        // `t:t/i#xyz#rr`, `t:t/i#xyz#f` and `t:t/i#g`.
        let of_import = (5 + 3 + 2 + 3 * N) + (5 + 3 + 1 + 3 * N) + (5 + 1 + 2 * N);
        let export = r#"(export $e "t:t/long" (instance $i))"#;
        for (text, names) in [
            (types.to_owned(), 0),
            (format!(r#"{types} (import "n" (instance (type $none)))"#), 0),
            (r#"(import "f" (func)) (import "ff" (func))"#.to_owned(), 1 + N + 2 + N),
            (format!("{types} {import}"), of_import),
            (format!("{types} {import} {export}"), 2 * of_import + 3 * 3),
            (format!(r#"{types} {import} {export} (export "t:t/k" (instance $e))"#), 3 * of_import + 3 * 3),
            (
                r#"(type $p (instance (export "f" (func)) (export "gg" (func)))) (import "t" (type $t (eq $p)))
                    (import "t:t/i" (instance $i (type $t)))"#
                    .to_owned(),
                1 + N + (5 + 1 + 2 * N) + (5 + 2 + 2 * N),
            ),
            (format!("{types} {import} (component {types} {import})"), 2 * of_import),
            // A component type counts its own name, and those of its imports and exports. A type of a core module
            // counts the names of its imports.
            (
                r#"(type $c (component (import "abc" (func)) (export "i" (instance (export "f" (func)))))) (import "c" (component (type $c)))"#.to_owned(),
                (1 + N) + (1 + 3 + 2 * N) + (1 + 1 + 1 + 3 * N),
            ),
            (
                r#"(core type $m (module (import "abc" "def" (func)) (export "e" (func)))) (import "m" (core module (type $m)))"#.to_owned(),
                (1 + N) + (1 + 3 + 2 * N),
            ),
        ] {
            let text = format!("(component {text})");
            let remaining = |names: u64| {
                left_of(&text, 1_000, names).map(|(_, names)| names).map_err(|failure| format!("{failure:?}"))
            };
            assert_eq!(remaining(names + 1), Ok(1), "{text}");
            assert_eq!(remaining(names), Ok(0), "{text}");
            if names > 0 {
                assert_eq!(remaining(names - 1), Err("TooLong".to_owned()), "{text}");
            }
        }
    }

    #[test]
    fn items_count_a_type_before_its_allocation() {
        // Each type has twice the items of the previous one. Together they would exceed any memory.
        let mut text = r#"(type $t0 (instance (export "r" (type (sub resource)))))"#.to_owned();
        for level in 1..40 {
            let before = level - 1;
            text += &format!(
                r#"(type $t{level} (instance (alias outer 1 $t{before} (type))
                    (export "a" (instance (type 0))) (export "b" (instance (type 0)))))"#
            );
        }
        let left = left_of(&format!("(component {text})"), 100_000, u64::MAX);
        assert!(matches!(left, Err(Failure::TooMuch)), "{left:?}");
    }
}
