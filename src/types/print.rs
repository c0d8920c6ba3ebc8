//! Prints items and types of a component as WIT, for messages and for readers.
//!
//! WIT writes types such as tuples in full at each mention. A [`Printer`] prints a long type once, under a number. Messages leave
//! it out.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use wasmparser::PrimitiveValType;
use wasmparser::component_types::{
    AliasableResourceId, ComponentAnyTypeId, ComponentDefinedType as T, ComponentDefinedTypeId, ComponentEntityType,
    ComponentFuncType, ComponentFuncTypeId, ComponentInstanceTypeId, ComponentValType,
};

use super::Outline;
use super::identity::needs_name;
use super::mentions;
use crate::limits;
use crate::name::{Form, Member};

/// An item of `component` as WIT, under its import or export name.
///
/// A function or type takes one line; an instance has the names of its exports. `…` replaces a type that is longer than
/// [`limits::MESSAGE_TYPE`].
pub(crate) fn item(component: &Outline, name: &str, item: ComponentEntityType) -> String {
    Printer { numbers: None, ..Printer::new(component) }.item(name, item)
}

/// A value type as a WIT definition with a name, like [`item`].
pub(crate) fn definition(component: &Outline, name: &str, id: ComponentDefinedTypeId) -> String {
    Printer { numbers: None, ..Printer::new(component) }.type_definition(name, id.into())
}

/// A type of values as WIT mentions it: by its name, where it has one.
pub(crate) fn value(component: &Outline, ty: &ComponentValType) -> String {
    Printer { numbers: None, ..Printer::new(component) }.value(ty)
}

/// The size in WIT of the long unnamed types that the functions of a component mention, in bytes.
pub(crate) fn length_without_names(component: &Outline) -> u64 {
    let mut lengths = Lengths { component, types: BTreeMap::new() };
    let items = component.imports().values().chain(component.exports().values());
    let mut instances = BTreeSet::new();
    items.map(|item| lengths.item(item.ty, &mut instances)).fold(0, u64::saturating_add)
}

/// Prints complete items of a component as WIT.
pub(crate) struct Printer<'c> {
    component: &'c Outline,
    /// The printed types without names.
    types: BTreeMap<ComponentDefinedTypeId, String>,
    /// The numbered types. `None` if long types are left out.
    numbers: Option<Numbers>,
}

/// The types that are printed once, under numbers.
#[derive(Default)]
struct Numbers {
    /// The numbers by text.
    types: BTreeMap<String, usize>,
    interfaces: BTreeMap<Vec<Line>, usize>,
    /// The content of each instance type, and its number of lines in full.
    bodies: BTreeMap<ComponentInstanceTypeId, (Vec<Line>, usize)>,
    /// The texts by number.
    all: Vec<Numbered>,
    /// The number of printed texts.
    printed: usize,
}

#[derive(Clone)]
enum Numbered {
    Type(String),
    Interface(Vec<Line>),
}

/// A line of an interface.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Line {
    Text(String),
    /// A short nested interface with its content.
    Interface(String, Vec<Line>),
}

impl<'c> Printer<'c> {
    /// A printer for a component.
    pub(crate) fn new(component: &'c Outline) -> Self {
        Printer { component, types: BTreeMap::new(), numbers: Some(Numbers::default()) }
    }

    /// An item as WIT: an instance with all exports, one a line. `left` is the number of remaining lines; `…` replaces the rest.
    pub(crate) fn whole(&mut self, name: &str, ty: ComponentEntityType, left: &Cell<usize>) -> String {
        let line = match ty {
            ComponentEntityType::Instance(id) => Line::Interface(name.to_owned(), self.body(id).0),
            ty => Line::Text(self.item(name, ty)),
        };
        written(&line, left)
    }

    /// [`Printer::whole`], followed by the numbered types in it.
    pub(crate) fn alone(mut self, name: &str, ty: ComponentEntityType, left: &Cell<usize>) -> String {
        let whole = self.whole(name, ty, left);
        let numbered = self.numbered(left);
        if numbered.is_empty() { whole } else { format!("{whole}\n{}", numbered.trim_end()) }
    }

    /// The types that got a number since the last call, on separate lines.
    pub(crate) fn numbered(&mut self, left: &Cell<usize>) -> String {
        let Some(numbers) = &mut self.numbers else { return String::new() };
        let mut text = String::new();
        for (number, definition) in numbers.all.iter().enumerate().skip(numbers.printed) {
            let line = match definition {
                Numbered::Type(ty) => Line::Text(format!("type #{number} = {ty}")),
                Numbered::Interface(lines) => Line::Interface(format!("#{number}"), lines.clone()),
            };
            _ = writeln!(text, "{}", written(&line, left));
        }
        numbers.printed = numbers.all.len();
        text
    }

    fn item(&mut self, name: &str, item: ComponentEntityType) -> String {
        match item {
            ComponentEntityType::Func(id) => self.func(name, id),
            ComponentEntityType::Type { created, .. } => self.type_definition(name, created),
            ComponentEntityType::Instance(id) => match self.component.types().get(id) {
                Some(ty) => {
                    let exports: Vec<&str> = ty.exports.keys().map(String::as_str).collect();
                    format!("interface {name} {{ {} }}", exports.join(", "))
                }
                None => name.to_owned(),
            },
            ComponentEntityType::Value(ty) => format!("{name}: value {}", self.value(&ty)),
            ComponentEntityType::Module(_) => format!("{name}: core module"),
            ComponentEntityType::Component(_) => format!("{name}: component"),
        }
    }

    /// The content of an instance, and its number of lines. A nested instance that is longer than [`limits::INNER_LINES`] gets a number.
    fn body(&mut self, id: ComponentInstanceTypeId) -> (Vec<Line>, usize) {
        if let Some(body) = self.numbers.as_ref().and_then(|numbers| numbers.bodies.get(&id)) {
            return body.clone();
        }
        let (mut lines, mut count) = (Vec::new(), 0);
        for (name, item) in self.component.types().get(id).into_iter().flat_map(|ty| &ty.exports) {
            count += 1;
            let line = match item.ty {
                ComponentEntityType::Instance(id) => {
                    let (inner, length) = self.body(id);
                    match self.numbers.as_mut().filter(|_| length > limits::INNER_LINES) {
                        Some(numbers) => Line::Text(format!("interface {name} = #{}", numbers.interface(inner))),
                        None => {
                            count += length;
                            Line::Interface(name.clone(), inner)
                        }
                    }
                }
                ty => Line::Text(self.item(name, ty)),
            };
            lines.push(line);
        }
        if let Some(numbers) = &mut self.numbers {
            numbers.bodies.insert(id, (lines.clone(), count));
        }
        (lines, count)
    }

    /// A value type. Types with a name in the component are shown by name.
    fn value(&mut self, ty: &ComponentValType) -> String {
        let id = match ty {
            ComponentValType::Primitive(primitive) => return self::primitive(*primitive).to_owned(),
            ComponentValType::Type(id) => *id,
        };
        if let Some(name) = self.named(id.into()) {
            return name;
        }
        if let Some(text) = self.types.get(&id) {
            return text.clone();
        }
        let text = self.structure(id).unwrap_or_default();
        let text = match &mut self.numbers {
            Some(numbers) if text.len() > limits::INNER_TYPE => format!("#{}", numbers.ty(text)),
            None if text.len() > limits::MESSAGE_TYPE => "…".to_owned(),
            _ => text,
        };
        self.types.insert(id, text.clone());
        text
    }

    fn named(&self, id: ComponentAnyTypeId) -> Option<String> {
        self.component.name_of(id)?.path.last().cloned()
    }

    fn func(&mut self, name: &str, id: ComponentFuncTypeId) -> String {
        let Some(ty) = self.component.types().get(id) else { return name.to_owned() };
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
        let (params, result) = self.signature(ty, !keyword.is_empty());
        format!("{name}{keyword}({params}){result}")
    }

    /// The parameters of a function, and its result if it is shown.
    fn signature(&mut self, ty: &ComponentFuncType, has_result: bool) -> (String, String) {
        // The first parameter of a method is its resource, which WIT leaves out.
        let params = ty.params.iter().filter(|(param, _)| param.as_str() != "self");
        let params: Vec<String> = params.map(|(param, ty)| format!("{param}: {}", self.value(ty))).collect();
        let result = match &ty.result {
            // The result of a constructor is its resource, which WIT leaves out.
            Some(ty) if has_result => format!(" -> {}", self.value(ty)),
            _ => String::new(),
        };
        (params.join(", "), result)
    }

    fn type_definition(&mut self, name: &str, id: ComponentAnyTypeId) -> String {
        match id {
            ComponentAnyTypeId::Resource(_) => format!("resource {name}"),
            ComponentAnyTypeId::Func(_) => format!("type {name} = func"),
            ComponentAnyTypeId::Instance(_) => format!("type {name} = interface"),
            ComponentAnyTypeId::Component(_) => format!("type {name} = component"),
            ComponentAnyTypeId::Defined(id) => {
                let is_declared = self.component.types().get(id).is_some_and(needs_name);
                let structure = self.structure(id).unwrap_or_default();
                match structure.split_once(" {") {
                    // `record { … }` takes its name between keyword and fields.
                    Some((keyword, rest)) if is_declared => format!("{keyword} {name} {{{rest}"),
                    _ => format!("type {name} = {structure}"),
                }
            }
        }
    }

    /// The definition of a type. `None` for an id of another component.
    fn structure(&mut self, id: ComponentDefinedTypeId) -> Option<String> {
        let list = |items: Vec<String>| items.join(", ");
        Some(match self.component.types().get(id)? {
            T::Primitive(ty) => primitive(*ty).to_owned(),
            T::Record(ty) => {
                let field = |(name, ty)| format!("{name}: {}", self.value(ty));
                format!("record {{ {} }}", list(ty.fields.iter().map(field).collect()))
            }
            T::Variant(ty) => {
                let case = |(name, case): (_, &wasmparser::component_types::VariantCase)| match &case.ty {
                    Some(ty) => format!("{name}({})", self.value(ty)),
                    None => format!("{name}"),
                };
                format!("variant {{ {} }}", list(ty.cases.iter().map(case).collect()))
            }
            T::List { element, .. } => format!("list<{}>", self.value(element)),
            T::Map { key, value, .. } => format!("map<{}, {}>", self.value(key), self.value(value)),
            T::FixedLengthList { element, length, .. } => format!("list<{}, {length}>", self.value(element)),
            T::Tuple(ty) => format!("tuple<{}>", list(ty.types.iter().map(|ty| self.value(ty)).collect())),
            T::Flags(names) => format!("flags {{ {} }}", list(names.iter().map(ToString::to_string).collect())),
            T::Enum(names) => format!("enum {{ {} }}", list(names.iter().map(ToString::to_string).collect())),
            T::Option { ty, .. } => format!("option<{}>", self.value(ty)),
            T::Result { ok: None, err: None, .. } => "result".to_owned(),
            T::Result { ok: Some(ok), err: None, .. } => format!("result<{}>", self.value(ok)),
            T::Result { ok, err: Some(err), .. } => {
                format!("result<{}, {}>", ok.as_ref().map_or("_".to_owned(), |ok| self.value(ok)), self.value(err))
            }
            T::Own(id) => self.resource(*id),
            T::Borrow(id) => format!("borrow<{}>", self.resource(*id)),
            T::Future { ty, .. } => self.optional("future", ty),
            T::Stream { ty, .. } => self.optional("stream", ty),
        })
    }

    fn optional(&mut self, name: &str, ty: &Option<ComponentValType>) -> String {
        match ty {
            Some(ty) => format!("{name}<{}>", self.value(ty)),
            None => name.to_owned(),
        }
    }

    fn resource(&self, id: AliasableResourceId) -> String {
        self.named(id.into()).unwrap_or_default()
    }
}

impl Numbers {
    fn ty(&mut self, text: String) -> usize {
        let next = self.all.len();
        *self.types.entry(text).or_insert_with_key(|text| {
            self.all.push(Numbered::Type(text.clone()));
            next
        })
    }

    fn interface(&mut self, lines: Vec<Line>) -> usize {
        let next = self.all.len();
        *self.interfaces.entry(lines).or_insert_with_key(|lines| {
            self.all.push(Numbered::Interface(lines.clone()));
            next
        })
    }
}

/// A line with its nested lines.
fn written(line: &Line, left: &Cell<usize>) -> String {
    left.set(left.get().saturating_sub(1));
    if left.get() == 0 {
        return "…".to_owned();
    }
    let (name, inner) = match line {
        Line::Text(text) => return text.clone(),
        Line::Interface(name, inner) => (name, inner),
    };
    let mut lines = String::new();
    for line in inner {
        written(line, left).lines().for_each(|line| lines.extend(["  ", line, "\n"]));
        if left.get() == 0 {
            break;
        }
    }
    if lines.is_empty() { format!("interface {name} {{}}") } else { format!("interface {name} {{\n{lines}}}") }
}

/// The lengths of types without names, in full.
struct Lengths<'c> {
    component: &'c Outline,
    types: BTreeMap<ComponentAnyTypeId, u64>,
}

impl Lengths<'_> {
    fn item(&mut self, item: ComponentEntityType, instances: &mut BTreeSet<ComponentInstanceTypeId>) -> u64 {
        match item {
            ComponentEntityType::Instance(id) if instances.insert(id) => {
                let exports = self.component.types().get(id).into_iter().flat_map(|ty| ty.exports.values());
                exports.map(|item| self.item(item.ty, instances)).fold(0, u64::saturating_add)
            }
            ComponentEntityType::Func(id) => self.within(id.into()),
            ComponentEntityType::Type { created, .. } => self.within(created),
            _ => 0,
        }
    }

    /// The length of the long types that a type consists of.
    fn within(&mut self, id: ComponentAnyTypeId) -> u64 {
        let lengths = mentions::within(self.component, id).into_iter().map(|id| self.of(id));
        let long = lengths.filter(|length| *length > limits::INNER_TYPE as u64);
        long.fold(0, u64::saturating_add)
    }

    /// The length of a type: at least that of `u32`.
    fn of(&mut self, id: ComponentAnyTypeId) -> u64 {
        let has_name = self.component.name_of(id).is_some();
        if has_name || self.types.contains_key(&id) {
            return self.types.get(&id).copied().unwrap_or(3);
        }
        let within = mentions::within(self.component, id);
        let length = within.into_iter().map(|id| self.of(id).saturating_add(2)).fold(3, u64::saturating_add);
        self.types.insert(id, length);
        length
    }
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
