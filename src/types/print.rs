//! Items and types of a component as WIT, for messages.

use std::cell::Cell;

use wasmparser::PrimitiveValType;
use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentDefinedType, ComponentDefinedTypeId, ComponentEntityType, ComponentFuncType,
    ComponentInstanceType, ComponentValType,
};

use super::Outline;
use super::identity::needs_name;
use crate::name::{Form, Member};

/// An item of `component` as WIT, under the name that it is imported or exported by.
///
/// Functions and types are shown whole, on one line; instances by the names of what they export.
pub fn item(component: &Outline, name: &str, item: ComponentEntityType) -> String {
    let types = component.types();
    match item {
        ComponentEntityType::Func(id) => match types.get(id) {
            Some(ty) => func(component, name, ty),
            None => name.to_owned(),
        },
        ComponentEntityType::Type { created, .. } => type_definition(component, name, created),
        ComponentEntityType::Instance(id) => match types.get(id) {
            Some(ty) => instance(name, ty),
            None => name.to_owned(),
        },
        ComponentEntityType::Value(ty) => format!("{name}: value {}", value(component, &ty)),
        ComponentEntityType::Module(_) => format!("{name}: core module"),
        ComponentEntityType::Component(_) => format!("{name}: component"),
    }
}

/// An item of `component` as WIT, like [`item`], but an instance with all that it exports, a line each. `left` is how many lines
/// there may still be; where there would be more, `…` stands for the rest.
pub fn whole(component: &Outline, name: &str, ty: ComponentEntityType, left: &Cell<usize>) -> String {
    left.set(left.get().saturating_sub(1));
    if left.get() == 0 {
        return "…".to_owned();
    }
    let ComponentEntityType::Instance(id) = ty else { return item(component, name, ty) };
    let exports = component.types().get(id).into_iter().flat_map(|ty| &ty.exports);
    let mut lines = String::new();
    for (name, exported) in exports {
        let whole = whole(component, name, exported.ty, left);
        whole.lines().for_each(|line| lines.extend(["  ", line, "\n"]));
        if left.get() == 0 {
            break;
        }
    }
    if lines.is_empty() { format!("interface {name} {{}}") } else { format!("interface {name} {{\n{lines}}}") }
}

/// A value type as WIT. Types that the component names are shown by their names.
pub fn value(component: &Outline, ty: &ComponentValType) -> String {
    match ty {
        ComponentValType::Primitive(primitive) => self::primitive(*primitive).to_owned(),
        ComponentValType::Type(id) => {
            named(component, (*id).into()).unwrap_or_else(|| structure(component, *id).unwrap_or_default())
        }
    }
}

fn named(component: &Outline, id: ComponentAnyTypeId) -> Option<String> {
    component.name_of(id)?.path.last().cloned()
}

fn instance(name: &str, ty: &ComponentInstanceType) -> String {
    let exports: Vec<&str> = ty.exports.keys().map(String::as_str).collect();
    format!("interface {name} {{ {} }}", exports.join(", "))
}

fn func(component: &Outline, name: &str, ty: &ComponentFuncType) -> String {
    let (name, keyword) = match Form::of(name) {
        Some(Form::Constructor(resource)) => (format!("{resource} constructor"), ""),
        Some(Form::Static(Member { resource, name })) => (format!("{resource}.{name}"), ": static "),
        Some(Form::Method(Member { resource, name })) => (format!("{resource}.{name}"), ": "),
        _ => (name.to_owned(), ": "),
    };
    let keyword = match (keyword, ty.async_) {
        ("", _) => String::new(),
        (keyword, true) => format!("{keyword}async func"),
        (keyword, false) => format!("{keyword}func"),
    };
    let params: Vec<String> = ty
        .params
        .iter()
        // Every method has its resource first, under this name; WIT does not write it.
        .filter(|(param, _)| param.as_str() != "self")
        .map(|(param, ty)| format!("{param}: {}", value(component, ty)))
        .collect();
    let result = match &ty.result {
        // A constructor's result is its resource.
        Some(ty) if !keyword.is_empty() => format!(" -> {}", value(component, ty)),
        _ => String::new(),
    };
    format!("{name}{keyword}({}){result}", params.join(", "))
}

fn type_definition(component: &Outline, name: &str, id: ComponentAnyTypeId) -> String {
    match id {
        ComponentAnyTypeId::Resource(_) => format!("resource {name}"),
        ComponentAnyTypeId::Func(_) => format!("type {name} = func"),
        ComponentAnyTypeId::Instance(_) => format!("type {name} = interface"),
        ComponentAnyTypeId::Component(_) => format!("type {name} = component"),
        ComponentAnyTypeId::Defined(id) => {
            let structure = structure(component, id).unwrap_or_default();
            match structure.split_once(" {") {
                // `record { … }` takes its name between keyword and fields.
                Some((keyword, rest)) if is_declared(component, id) => format!("{keyword} {name} {{{rest}"),
                _ => format!("type {name} = {structure}"),
            }
        }
    }
}

/// A type of values as WIT defines it, under a name.
pub fn definition(component: &Outline, name: &str, id: ComponentDefinedTypeId) -> String {
    type_definition(component, name, id.into())
}

fn is_declared(component: &Outline, id: ComponentDefinedTypeId) -> bool {
    component.types().get(id).is_some_and(needs_name)
}

/// A defined type written out. `None` for an id of another component.
fn structure(component: &Outline, id: ComponentDefinedTypeId) -> Option<String> {
    use ComponentDefinedType as T;
    let value = |ty: &ComponentValType| value(component, ty);
    let list = |items: Vec<String>| items.join(", ");
    let resource =
        |id: &wasmparser::component_types::AliasableResourceId| named(component, (*id).into()).unwrap_or_default();
    let optional = |name: &str, ty: &Option<ComponentValType>| match ty {
        Some(ty) => format!("{name}<{}>", value(ty)),
        None => name.to_owned(),
    };
    Some(match component.types().get(id)? {
        T::Primitive(ty) => primitive(*ty).to_owned(),
        T::Record(ty) => {
            format!("record {{ {} }}", list(ty.fields.iter().map(|(n, ty)| format!("{n}: {}", value(ty))).collect()))
        }
        T::Variant(ty) => {
            let case = |(name, case): (&_, &wasmparser::component_types::VariantCase)| match &case.ty {
                Some(ty) => format!("{name}({})", value(ty)),
                None => format!("{name}"),
            };
            format!("variant {{ {} }}", list(ty.cases.iter().map(case).collect()))
        }
        T::List { element, .. } => format!("list<{}>", value(element)),
        T::Map { key, value: element, .. } => format!("map<{}, {}>", value(key), value(element)),
        T::FixedLengthList { element, length, .. } => format!("list<{}, {length}>", value(element)),
        T::Tuple(ty) => format!("tuple<{}>", list(ty.types.iter().map(value).collect())),
        T::Flags(names) => format!("flags {{ {} }}", list(names.iter().map(ToString::to_string).collect())),
        T::Enum(names) => format!("enum {{ {} }}", list(names.iter().map(ToString::to_string).collect())),
        T::Option { ty, .. } => format!("option<{}>", value(ty)),
        T::Result { ok: None, err: None, .. } => "result".to_owned(),
        T::Result { ok: Some(ok), err: None, .. } => format!("result<{}>", value(ok)),
        T::Result { ok, err: Some(err), .. } => {
            format!("result<{}, {}>", ok.as_ref().map_or("_".to_owned(), value), value(err))
        }
        T::Own(id) => resource(id),
        T::Borrow(id) => format!("borrow<{}>", resource(id)),
        T::Future { ty, .. } => optional("future", ty),
        T::Stream { ty, .. } => optional("stream", ty),
    })
}

fn primitive(ty: PrimitiveValType) -> &'static str {
    match ty {
        PrimitiveValType::Bool => "bool",
        PrimitiveValType::S8 => "s8",
        PrimitiveValType::U8 => "u8",
        PrimitiveValType::S16 => "s16",
        PrimitiveValType::U16 => "u16",
        PrimitiveValType::S32 => "s32",
        PrimitiveValType::U32 => "u32",
        PrimitiveValType::S64 => "s64",
        PrimitiveValType::U64 => "u64",
        PrimitiveValType::F32 => "f32",
        PrimitiveValType::F64 => "f64",
        PrimitiveValType::Char => "char",
        PrimitiveValType::String => "string",
        PrimitiveValType::ErrorContext => "error-context",
    }
}
