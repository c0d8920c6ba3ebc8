//! How many items the types of a component have, before the validator makes them.
//!
//! An instance type may export instances of others. Wherever such a type is defined, imported, instantiated or exported, the validator
//! makes all that is in it anew if there are resource types in it: a few lines can ask for more than any memory holds.

use std::collections::BTreeMap;

use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentEntityType, ComponentInstanceTypeId, ComponentItem, ComponentTypeId,
};
use wasmparser::types::TypesRef;
use wasmparser::{
    BinaryReader, BinaryReaderError, ComponentAlias, ComponentExternalKind, ComponentImport, ComponentInstance,
    ComponentOuterAliasKind, ComponentType, ComponentTypeDeclaration, ComponentTypeRef, ComponentTypeSectionReader,
    InstanceTypeDeclaration, Payload, TypeBounds, Validator,
};

use super::nesting::Failure;
use crate::limits;

/// Counts the items of a component and of all that is nested in it.
pub struct Items {
    left: u64,
    known: BTreeMap<ComponentInstanceTypeId, u64>,
}

impl Items {
    /// As many as a component may have that takes so many bytes.
    pub fn of_bytes(length: usize) -> Items {
        Items { left: limits::type_items(length), known: BTreeMap::new() }
    }

    /// Counts what a section has, which is validated next. A section of types is validated here, type by type, of which each may be made
    /// of those before; `types` are those of its bytes. Gives whether it was.
    ///
    /// # Errors
    ///
    /// Where there is too much in it, or it is not valid.
    pub fn section(
        &mut self,
        validator: &mut Validator,
        section: &Payload<'_>,
        types: &[(u64, &[u8])],
    ) -> Result<bool, Failure> {
        for (offset, bytes) in types {
            let declared = self.declared(validator, BinaryReader::new(bytes, *offset).read()?, &mut Vec::new());
            self.spend(declared)?;
            let one = [&[1], *bytes].concat();
            let reader = BinaryReader::new(&one, offset.saturating_sub(1));
            validator.component_type_section(&ComponentTypeSectionReader::new(reader)?)?;
            if let Some(types) = validator.types(0) {
                let size = types.component_type_count().checked_sub(1).map(|last| self.named(types, last));
                self.spend(size.unwrap_or_default().saturating_sub(declared))?;
            }
        }
        if let Some(types) = validator.types(0) {
            self.made(types, section)?;
        }
        Ok(!types.is_empty())
    }

    /// How many items a type has by what it says, before it is made. `scopes` are the types of those around it, outer ones first; how deep
    /// they are in each other is bounded before.
    fn declared(&mut self, validator: &Validator, ty: ComponentType<'_>, scopes: &mut Vec<Vec<u64>>) -> u64 {
        let declarations: Vec<ComponentTypeDeclaration<'_>> = match ty {
            ComponentType::Component(declarations) => declarations.into_vec(),
            ComponentType::Instance(declarations) => declarations.into_vec().into_iter().map(as_of_component).collect(),
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
                ComponentTypeDeclaration::Export { ty, .. }
                | ComponentTypeDeclaration::Import(ComponentImport { ty, .. }) => {
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

    /// How many items a type has that is in the index space of what is so many levels outward.
    fn outer(&mut self, validator: &Validator, scopes: &[Vec<u64>], count: u32, index: u32) -> u64 {
        let count = count as usize;
        match scopes.len().checked_sub(count + 1) {
            Some(scope) => scopes.get(scope).and_then(|scope| scope.get(index as usize)).copied().unwrap_or_default(),
            None => validator.types(count - scopes.len()).map_or(0, |types| self.named(types, index)),
        }
    }

    /// Counts what a section makes of the types before it.
    fn made(&mut self, types: TypesRef<'_>, section: &Payload<'_>) -> Result<(), Failure> {
        // What is not valid is the validator's to say.
        fn read<T>(items: impl IntoIterator<Item = Result<T, BinaryReaderError>>) -> impl Iterator<Item = T> {
            items.into_iter().map_while(Result::ok)
        }
        match section {
            Payload::ComponentImportSection(section) => {
                for import in read(section.clone()) {
                    if let ComponentTypeRef::Instance(index) = import.ty {
                        let size = self.named(types, index);
                        self.spend(size)?;
                    }
                }
            }
            Payload::ComponentInstanceSection(section) => {
                for instance in read(section.clone()) {
                    if let ComponentInstance::Instantiate { component_index, .. } = instance
                        && component_index < types.component_count()
                    {
                        let size = self.component(types, types.component_at(component_index));
                        self.spend(size)?;
                    }
                }
            }
            Payload::ComponentExportSection(section) => {
                for export in read(section.clone()) {
                    if export.kind == ComponentExternalKind::Instance && export.index < types.component_instance_count()
                    {
                        let size = self.instance(types, types.component_instance_at(export.index));
                        self.spend(size)?;
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn spend(&mut self, size: u64) -> Result<(), Failure> {
        self.left = self.left.checked_sub(size).ok_or(Failure::TooMuch)?;
        Ok(())
    }

    /// How many items a type of some index has.
    fn named(&mut self, types: TypesRef<'_>, index: u32) -> u64 {
        if index >= types.component_type_count() {
            return 0;
        }
        match types.component_any_type_at(index) {
            ComponentAnyTypeId::Instance(id) => self.instance(types, id),
            ComponentAnyTypeId::Component(id) => self.component(types, id),
            _ => 1,
        }
    }

    fn component(&mut self, types: TypesRef<'_>, id: ComponentTypeId) -> u64 {
        let Some(ty) = types.get(id) else { return 0 };
        self.sum(types, ty.imports.values().chain(ty.exports.values()))
    }

    /// The validator bounds how deep they are in each other.
    fn instance(&mut self, types: TypesRef<'_>, id: ComponentInstanceTypeId) -> u64 {
        if let Some(size) = self.known.get(&id) {
            return *size;
        }
        let size = types.get(id).map_or(0, |ty| self.sum(types, ty.exports.values()));
        self.known.insert(id, size);
        size
    }

    fn sum<'t>(&mut self, types: TypesRef<'_>, items: impl Iterator<Item = &'t ComponentItem>) -> u64 {
        let mut sum: u64 = 1;
        for item in items {
            sum = sum.saturating_add(match item.ty {
                ComponentEntityType::Instance(id) => self.instance(types, id),
                ComponentEntityType::Component(id) => self.component(types, id),
                _ => 1,
            });
        }
        sum
    }
}

/// What an instance type declares, as a component type would.
fn as_of_component(declaration: InstanceTypeDeclaration<'_>) -> ComponentTypeDeclaration<'_> {
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

    /// Counts the items of a component. Gives how many are left.
    fn left_of(text: &str, left: u64) -> Result<u64, Failure> {
        let bytes = wat::parse_str(text).unwrap();
        let mut validator = Validator::new_with_features(WasmFeatures::all());
        let mut items = Items { left, known: BTreeMap::new() };
        for payload in Parser::new(0).parse_all(&bytes) {
            let payload = payload?;
            let types = nesting::check_section(&bytes, &payload)?;
            if !items.section(&mut validator, &payload, &types)? {
                let _: ValidPayload<'_> = validator.payload(&payload)?;
            }
        }
        Ok(items.left)
    }

    #[test]
    fn a_component_has_as_many_items_as_it_may_and_not_one_more() {
        // With the type around them each: 3, 5 and 9 items.
        let types = r#"
            (type $a (instance (export "r" (type (sub resource))) (export "f" (func (param "x" (borrow 0))))))
            (type $b (instance (alias outer 1 $a (type)) (export "x" (instance (type 0))) (export "f" (func))))
            (type $c (instance (alias outer 1 $b (type)) (alias outer 1 $a (type))
                (export "x" (instance (type 0))) (export "y" (instance (type 1)))))"#;
        let import = r#"(import "t:t/i" (instance $i (type $c)))"#;
        let nested = format!(r#"(component $n {types} {import} (export "t:t/j" (instance $i)))"#);
        let instance = r#"(instance (instantiate $n (with "t:t/i" (instance $i))))"#;
        for (text, items) in [
            (types.to_owned(), 17),
            (format!("{types} {import}"), 17 + 9),
            (format!(r#"{types} {import} (export "t:t/j" (instance $i))"#), 17 + 9 + 9),
            // What is nested has as much, and what is instantiated of it what it imports and exports.
            (format!("{types} {import} {nested}"), 2 * (17 + 9) + 9),
            (format!("{types} {import} {nested} {instance}"), 2 * (17 + 9) + 9 + 19),
            (format!("{types} {import} {nested} {instance} {instance}"), 2 * (17 + 9) + 9 + 2 * 19),
            // Types within types, of those of the component around.
            (
                format!(
                    r#"{types} (component (type (component (type (instance
                (alias outer 3 $c (type)) (export "x" (instance (type 0))))) (import "i" (instance (type 0))))))"#
                ),
                17 + 11,
            ),
        ] {
            let text = format!("(component {text})");
            let of = |left: u64| left_of(&text, left).map_err(|failure| format!("{failure:?}"));
            assert_eq!(of(items + 1), Ok(1), "{text}");
            assert_eq!(of(items), Ok(0), "{text}");
            assert_eq!(of(items - 1), Err("TooMuch".to_owned()), "{text}");
        }
    }

    #[test]
    fn a_type_is_counted_before_it_is_made() {
        // Each has twice what the one before has: more than any memory, were they made.
        let mut text = r#"(type $t0 (instance (export "r" (type (sub resource)))))"#.to_owned();
        for level in 1..40 {
            let before = level - 1;
            text += &format!(
                r#"(type $t{level} (instance (alias outer 1 $t{before} (type))
                    (export "a" (instance (type 0))) (export "b" (instance (type 0)))))"#
            );
        }
        let left = left_of(&format!("(component {text})"), 100_000);
        assert!(matches!(left, Err(Failure::TooMuch)), "{left:?}");
    }
}
