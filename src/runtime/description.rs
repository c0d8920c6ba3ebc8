//! Describes types as data in memory, with which the recorder prints values. `virt-components/README.md` defines the
//! format.

use std::collections::BTreeMap;

use indexmap::IndexSet;
use wasmparser::PrimitiveValType as P;
use wasmparser::component_types::{
    ComponentDefinedType as T, ComponentDefinedTypeId, ComponentFuncType, ComponentValType, ResourceId,
};

use super::memory::Memory;
use super::recorder::{Function, List, Part as PartWords, Type, Words, kind};
use crate::abi::{Abi, Layout};

/// The addresses of descriptions.
#[derive(Default)]
pub(crate) struct Descriptions {
    defined: BTreeMap<ComponentDefinedTypeId, u32>,
    /// The resource types, each with its number.
    resources: IndexSet<ResourceId>,
}

/// A part of a type: a field, a case or a flag.
struct Part<'p> {
    name: &'p str,
    offset: u32,
    ty: Option<ComponentValType>,
}

impl Descriptions {
    /// Writes the description of a function, and returns its address. `at` is the edge of the function.
    pub(crate) fn function(
        &mut self,
        memory: &mut Memory,
        abi: Abi<'_>,
        at: &str,
        name: &str,
        ty: &ComponentFuncType,
    ) -> u32 {
        let types: Vec<ComponentValType> = ty.params.iter().map(|(_, ty)| *ty).collect();
        let params = self.fields(memory, abi, kind::TUPLE, &vec![""; types.len()], &types);
        let result = ty.result.map_or(0, |ty| self.value(memory, abi, &ty));
        let [at, call] = [at, name].map(|text| list(memory.text(text)));
        write(memory, &Function { at, call, params, result, later: u32::from(ty.async_) })
    }

    /// Writes the description of a type, and returns its address.
    fn value(&mut self, memory: &mut Memory, abi: Abi<'_>, ty: &ComponentValType) -> u32 {
        match ty {
            ComponentValType::Primitive(ty) => primitive(memory, *ty),
            ComponentValType::Type(id) => match self.defined.get(id) {
                Some(address) => *address,
                None => {
                    let address = self.describe(memory, abi, *id);
                    self.defined.insert(*id, address);
                    address
                }
            },
        }
    }

    fn describe(&mut self, memory: &mut Memory, abi: Abi<'_>, id: ComponentDefinedTypeId) -> u32 {
        let layout = abi.layout(&ComponentValType::Type(id));
        let part = |ty: ComponentValType| [Part { name: "", offset: 0, ty: Some(ty) }];
        let (kind, extra, parts) = match abi.0.types().get(id) {
            Some(T::Primitive(ty)) => return primitive(memory, *ty),
            Some(T::List { element, .. }) => (kind::LIST, 0, Vec::from(part(*element))),
            Some(T::Map { key, value, .. }) => {
                let entry = self.fields(memory, abi, kind::TUPLE, &["", ""], &[*key, *value]);
                return self.with_parts(memory, abi, (kind::LIST, layout, 0), &[], Some(entry));
            }
            Some(T::FixedLengthList { element, length, .. }) => {
                (kind::FIXED_LENGTH_LIST, *length, Vec::from(part(*element)))
            }
            Some(T::Record(ty)) => {
                let names: Vec<&str> = ty.fields.keys().map(|name| name.as_str()).collect();
                let types: Vec<ComponentValType> = ty.fields.values().copied().collect();
                return self.fields(memory, abi, kind::RECORD, &names, &types);
            }
            Some(T::Tuple(ty)) => {
                return self.fields(memory, abi, kind::TUPLE, &vec![""; ty.types.len()], &ty.types);
            }
            Some(T::Variant(ty)) => {
                let (size, parts) =
                    variant(abi, ty.cases.iter().map(|(name, case)| (name.as_str(), case.ty)).collect());
                (kind::VARIANT, size, parts)
            }
            Some(T::Enum(names)) => {
                let (size, parts) = variant(abi, names.iter().map(|name| (name.as_str(), None)).collect());
                (kind::VARIANT, size, parts)
            }
            Some(T::Option { ty, .. }) => {
                let (size, parts) = variant(abi, vec![("none", None), ("some", Some(*ty))]);
                return self.with_parts(memory, abi, (kind::VARIANT, layout, size), &parts, None);
            }
            Some(T::Result { ok, err, .. }) => {
                let (size, parts) = variant(abi, vec![("ok", *ok), ("err", *err)]);
                return self.with_parts(memory, abi, (kind::VARIANT, layout, size), &parts, None);
            }
            Some(T::Flags(names)) => {
                let parts = names.iter().map(|name| Part { name, offset: 0, ty: None });
                (kind::FLAGS, 0, parts.collect())
            }
            Some(T::Own(id) | T::Borrow(id)) => {
                (kind::HANDLE, self.resources.insert_full(id.resource()).0 as u32, Vec::new())
            }
            // Functions with such values are not recorded.
            Some(T::Stream { .. } | T::Future { .. }) | None => (kind::HANDLE, u32::MAX, Vec::new()),
        };
        let escaped: Vec<String> = parts.iter().map(|part| escaped(part.name)).collect();
        let parts = parts.iter().zip(&escaped).map(|(part, name)| Part { name, offset: part.offset, ty: part.ty });
        self.with_parts(memory, abi, (kind, layout, extra), &parts.collect::<Vec<_>>(), None)
    }

    /// Writes the description of a record or a tuple, and returns its address.
    fn fields(
        &mut self,
        memory: &mut Memory,
        abi: Abi<'_>,
        kind: u32,
        names: &[&str],
        types: &[ComponentValType],
    ) -> u32 {
        let (offsets, layout) = abi.fields(types);
        let escaped: Vec<String> = names.iter().map(|name| escaped(name)).collect();
        let parts = escaped.iter().zip(offsets).zip(types);
        let parts: Vec<Part<'_>> = parts.map(|((name, offset), ty)| Part { name, offset, ty: Some(*ty) }).collect();
        self.with_parts(memory, abi, (kind, layout, 0), &parts, None)
    }

    /// Writes the description of a type with these parts, and returns its address. `described` is the address of the
    /// element type, if the type has one whose description is already written.
    fn with_parts(
        &mut self,
        memory: &mut Memory,
        abi: Abi<'_>,
        (kind, layout, extra): (u32, Layout, u32),
        parts: &[Part<'_>],
        described: Option<u32>,
    ) -> u32 {
        let mut words = Vec::new();
        for part in parts {
            let name = list(memory.text(part.name));
            let ty = part.ty.map_or(0, |ty| self.value(memory, abi, &ty));
            PartWords { name, offset: part.offset, ty, unused: 0 }.add(&mut words);
        }
        if let Some(ty) = described {
            PartWords { name: list((0, 0)), offset: 0, ty, unused: 0 }.add(&mut words);
        }
        let count = parts.len() + usize::from(described.is_some());
        let parts = list((constant(memory, &words), count as u32));
        write(memory, &Type { kind, size: layout.size, extra, parts })
    }
}

/// The size of a variant's discriminant, and the parts of the variant.
fn variant<'p>(abi: Abi<'_>, cases: Vec<(&'p str, Option<ComponentValType>)>) -> (u32, Vec<Part<'p>>) {
    let types: Vec<_> = cases.iter().map(|(_, ty)| *ty).collect();
    let form = abi.cases(&types);
    let parts = cases.into_iter().map(|(name, ty)| Part { name, offset: form.payload, ty });
    (form.discriminant, parts.collect())
}

fn primitive(memory: &mut Memory, ty: P) -> u32 {
    let (kind, size) = match ty {
        P::Bool => (kind::BOOL, 1),
        P::S8 => (kind::S8, 1),
        P::U8 => (kind::U8, 1),
        P::S16 => (kind::S16, 2),
        P::U16 => (kind::U16, 2),
        P::S32 => (kind::S32, 4),
        P::U32 => (kind::U32, 4),
        P::S64 => (kind::S64, 8),
        P::U64 => (kind::U64, 8),
        P::F32 => (kind::F32, 4),
        P::F64 => (kind::F64, 8),
        P::Char => (kind::CHAR, 4),
        P::String => (kind::STRING, 8),
        // Functions with such values are not recorded.
        P::ErrorContext => (kind::HANDLE, 4),
    };
    write(memory, &Type { kind, size, extra: 0, parts: list((0, 0)) })
}

/// A list, by its address and the number of its elements.
fn list((at, count): (u32, u32)) -> List {
    List { at, count }
}

/// Writes a structure, and returns its address.
fn write(memory: &mut Memory, structure: &impl Words) -> u32 {
    constant(memory, &structure.words())
}

/// Writes words that no call changes, and returns their address.
pub(crate) fn constant(memory: &mut Memory, words: &[u32]) -> u32 {
    memory.constant(words.iter().flat_map(|word| word.to_le_bytes()).collect(), 4)
}

/// Writes a name in WAVE, which escapes its keywords.
fn escaped(name: &str) -> String {
    match name {
        "true" | "false" | "some" | "none" | "ok" | "err" | "inf" | "nan" => format!("%{name}"),
        _ => name.to_owned(),
    }
}
