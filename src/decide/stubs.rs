//! Stubs: the values that grants have functions return, read by the functions' types.
//!
//! A value is written in WAVE, the notation of `wasmtime run --invoke`. WAVE has no notation for lists of a fixed length and for
//! maps: the first are written as lists, the second as lists of pairs.

use std::borrow::Cow;

use wasm_wave::ast::Node;
use wasm_wave::parser::ParserError;
use wasm_wave::untyped::UntypedValue;
use wasmparser::PrimitiveValType as P;
use wasmparser::component_types::{ComponentAnyTypeId, ComponentDefinedType as T, ComponentValType};

use super::decisions::Decisions;
use super::error::DecideError;
use crate::abi::Abi;
use crate::describe::{Grants, Treatment};
use crate::imports::Function;
use crate::load::Component;
use crate::runtime::rep;
use crate::runtime::value::Value;
use crate::text::Shown;
use crate::types::print;

/// Reads the value of each function that is to return one.
///
/// # Errors
///
/// A value that is none of the function's result type; a result with handles; a grant that names an instance.
pub(crate) fn read(decisions: &mut Decisions<'_>, grants: &Grants) -> Result<(), Vec<DecideError>> {
    let component = decisions.imports.component;
    let mut errors = Vec::new();
    for decided in &mut decisions.interfaces {
        let names = decided.interface.names();
        for of in decided.functions.iter_mut().filter(|of| of.grant.treatment == Treatment::Return) {
            let Some((grant, _)) = grants.decisive(&names, of.function.name) else { continue };
            let text = grant.returns.as_deref().unwrap_or_default();
            if !decided.interface.name.is_empty() && !grant.pattern.is_of_functions() {
                let (component, grant) = (component.name().to_owned(), grant.pattern.to_string());
                errors.push(DecideError::NoFunction { component, grant });
                break;
            }
            match stub(component, of.function, text) {
                Ok(stub) => of.stub = Some(stub),
                Err(error) => errors.push(*error),
            }
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// The value that a function returns. `None` where it has no result.
fn stub(component: &Component, function: &Function<'_>, text: &str) -> Result<Option<Value>, Box<DecideError>> {
    let named = || (component.name().to_owned(), function.shown());
    let wrong = |reason: String, help: String| {
        let ((component, function), value) = (named(), Shown(text).to_string());
        Box::new(DecideError::NoValue { component, function, value, reason, help })
    };
    let Some(ty) = &function.ty.result else {
        return match text.trim() {
            "()" => Ok(None),
            _ => Err(wrong("it has no result".to_owned(), "write `()`".to_owned())),
        };
    };
    if !Abi(component).handles(ty).is_empty() {
        let what = format!("its result, `{}`, has handles in it", print::value(component, ty));
        let (component, function) = named();
        return Err(Box::new(DecideError::CannotReturn { component, function, what }));
    }
    let shown = || print::value(component, ty);
    let value = UntypedValue::parse(text).map_err(|error| Wrong::new(&error, text, None));
    let value = value.and_then(|value| Reader { component, text, class: 0 }.value(value.node(), ty));
    value.map(Some).map_err(|Wrong { reason, ty: of }| {
        let definition = of.and_then(|of| definition(component, &of)).or_else(|| definition(component, ty));
        let definition = definition.map(|text| format!("; {text}")).unwrap_or_default();
        let example = example(component, ty, 0).map(|value| format!(", such as `{value}`")).unwrap_or_default();
        let help = format!("its result is `{}`{definition}: write it in WAVE{example}", shown());
        wrong(reason, help)
    })
}

/// Reads a recorded value. A handle is the number that the recording gives it, with the bits of a `class`.
///
/// # Errors
///
/// Why the text is no value of the type.
pub(crate) fn recorded(component: &Component, ty: &ComponentValType, text: &str, class: i32) -> Result<Value, String> {
    let value = UntypedValue::parse(text).map_err(|error| Wrong::new(&error, text, None));
    let value = value.and_then(|value| Reader { component, text, class }.value(value.node(), ty));
    value.map_err(|Wrong { reason, .. }| format!("{reason}; the type is `{}`", print::value(component, ty)))
}

/// What a type with a name is.
fn definition(component: &Component, ty: &ComponentValType) -> Option<String> {
    let ComponentValType::Type(id) = ty else { return None };
    let name = component.name_of(ComponentAnyTypeId::Defined(*id))?.path.last()?;
    Some(format!("`{}`", print::definition(component, name, *id)))
}

/// A part of a value that is none of its type.
struct Wrong {
    reason: String,
    /// The type, where that is not the whole value's.
    ty: Option<ComponentValType>,
}

impl Wrong {
    fn new(error: &ParserError, text: &str, ty: Option<ComponentValType>) -> Wrong {
        let at = text.get(error.span()).filter(|at| !at.is_empty());
        let at = at.map(|at| format!(" at `{}`", Shown(at))).unwrap_or_default();
        Wrong { reason: format!("{}{at}", error.kind()), ty }
    }
}

struct Reader<'r> {
    component: &'r Component,
    text: &'r str,
    /// What the numbers of handles have beside them.
    class: i32,
}

impl Reader<'_> {
    /// The value of a node. Types and texts are nested no deeper than their readers accept.
    fn value(&self, node: &Node, ty: &ComponentValType) -> Result<Value, Wrong> {
        let ty = *ty;
        let is = |what: Result<Value, ParserError>| what.map_err(|error| Wrong::new(&error, self.text, Some(ty)));
        let id = match ty {
            ComponentValType::Primitive(primitive) => return is(self.primitive(node, primitive)),
            ComponentValType::Type(id) => id,
        };
        let wrong = |error: ParserError| Wrong::new(&error, self.text, Some(ty));
        let all = |nodes: Vec<&Node>, ty: &ComponentValType| -> Result<Vec<Value>, Wrong> {
            nodes.into_iter().map(|node| self.value(node, ty)).collect()
        };
        let payload = |index: usize, of: &Option<ComponentValType>, node: Option<&Node>| match (of, node) {
            (Some(of), Some(node)) => Ok(Value::Case(index, Some(Box::new(self.value(node, of)?)))),
            (None, None) => Ok(Value::Case(index, None)),
            (Some(_), None) => Err(self.at("the value of the case is missing", node, ty)),
            (None, Some(_)) => Err(self.at("the case has no value", node, ty)),
        };
        match self.component.types().get(id) {
            Some(T::Primitive(primitive)) => is(self.primitive(node, *primitive)),
            Some(T::Record(of)) => {
                let given: Vec<(&str, &Node)> = node.as_record(self.text).map_err(wrong)?.collect();
                if let Some((name, node)) =
                    given.iter().find(|(name, _)| !of.fields.keys().any(|of| of.as_str() == *name))
                {
                    return Err(self.at(&format!("there is no field `{}`", Shown(name)), Some(node), ty));
                }
                let field = |(name, of): (&wasmparser::names::KebabString, &ComponentValType)| {
                    match given.iter().find(|(given, _)| *given == name.as_str()) {
                        Some((_, node)) => self.value(node, of),
                        // WAVE: fields that are none may be left out.
                        None if self.is_option(of) => Ok(Value::Case(0, None)),
                        None => Err(self.at(&format!("field `{name}` is missing"), Some(node), ty)),
                    }
                };
                Ok(Value::Fields(of.fields.iter().map(field).collect::<Result<_, _>>()?))
            }
            Some(T::Tuple(of)) => {
                let nodes: Vec<&Node> = node.as_tuple().map_err(wrong)?.collect();
                if nodes.len() != of.types.len() {
                    return Err(self.at(&format!("it has {} parts", nodes.len()), Some(node), ty));
                }
                let parts = nodes.into_iter().zip(of.types.iter()).map(|(node, ty)| self.value(node, ty));
                Ok(Value::Fields(parts.collect::<Result<_, _>>()?))
            }
            Some(T::List { element, .. }) => Ok(Value::List(all(node.as_list().map_err(wrong)?.collect(), element)?)),
            Some(T::FixedLengthList { element, length, .. }) => {
                let nodes: Vec<&Node> = node.as_list().map_err(wrong)?.collect();
                if nodes.len() as u64 != u64::from(*length) {
                    return Err(self.at(&format!("it has {} elements", nodes.len()), Some(node), ty));
                }
                Ok(Value::Fields(all(nodes, element)?))
            }
            Some(T::Map { key, value, .. }) => {
                let pair = |node: &Node| {
                    let nodes: Vec<&Node> = node.as_tuple().map_err(wrong)?.collect();
                    match nodes.as_slice() {
                        [first, second] => Ok(Value::Fields(vec![self.value(first, key)?, self.value(second, value)?])),
                        _ => Err(self.at("an entry is a key and a value", Some(node), ty)),
                    }
                };
                Ok(Value::List(node.as_list().map_err(wrong)?.map(pair).collect::<Result<_, _>>()?))
            }
            Some(T::Variant(of)) => {
                let (name, value) = self.variant(node).ok_or_else(|| self.at("it is no case", Some(node), ty))?;
                let case = of.cases.iter().enumerate().find(|(_, (case, _))| case.as_str() == name);
                let (index, (_, case)) = case.ok_or_else(|| self.no_case(&name, node, ty))?;
                payload(index, &case.ty, value)
            }
            Some(T::Enum(names)) => {
                let (name, value) = self.variant(node).ok_or_else(|| self.at("it is no case", Some(node), ty))?;
                let index = names.iter().position(|case| case.as_str() == name);
                payload(index.ok_or_else(|| self.no_case(&name, node, ty))?, &None, value)
            }
            Some(T::Option { ty: of, .. }) => match node.as_option().map_err(wrong)? {
                Some(node) => payload(1, &Some(*of), Some(node)),
                None => Ok(Value::Case(0, None)),
            },
            Some(T::Result { ok, err, .. }) => match node.as_result().map_err(wrong)? {
                Ok(value) => payload(0, ok, value),
                Err(value) => payload(1, err, value),
            },
            Some(T::Flags(names)) => {
                let mut bits = 0;
                for name in node.as_flags(self.text).map_err(wrong)? {
                    let name = name.strip_prefix('%').unwrap_or(name);
                    let index = names.iter().position(|flag| flag.as_str() == name);
                    let index =
                        index.ok_or_else(|| self.at(&format!("there is no flag `{}`", Shown(name)), Some(node), ty))?;
                    bits |= 1_u64 << (index % 64);
                }
                Ok(Value::Bits(bits))
            }
            // `stub` refuses such types.
            Some(T::Own(_) | T::Borrow(_)) => match node.as_number::<u32>(self.text).map_err(wrong)? {
                number @ 0..=rep::LAST => Ok(Value::Bits(u64::from(number | self.class as u32))),
                _ => Err(self.at("there is no such handle", Some(node), ty)),
            },
            _ => Err(self.at("it would have a handle", Some(node), ty)),
        }
    }

    fn primitive(&self, node: &Node, ty: P) -> Result<Value, ParserError> {
        let text = self.text;
        Ok(match ty {
            P::Bool => Value::Bits(node.as_bool()?.into()),
            P::S8 => Value::Bits(node.as_number::<i8>(text)? as u64),
            P::S16 => Value::Bits(node.as_number::<i16>(text)? as u64),
            P::S32 => Value::Bits(node.as_number::<i32>(text)? as u64),
            P::S64 => Value::Bits(node.as_number::<i64>(text)? as u64),
            P::U8 => Value::Bits(node.as_number::<u8>(text)?.into()),
            P::U16 => Value::Bits(node.as_number::<u16>(text)?.into()),
            P::U32 => Value::Bits(node.as_number::<u32>(text)?.into()),
            P::U64 => Value::Bits(node.as_number::<u64>(text)?),
            // Component Model, Canonical ABI, "Storing": there is one NaN.
            P::F32 => Value::Bits(match node.as_number::<f32>(text)? {
                float if float.is_nan() => 0x7fc0_0000,
                float => float.to_bits().into(),
            }),
            P::F64 => Value::Bits(match node.as_number::<f64>(text)? {
                float if float.is_nan() => 0x7ff8_0000_0000_0000,
                float => float.to_bits(),
            }),
            P::Char => Value::Bits(u64::from(u32::from(node.as_char(text)?))),
            // A handle, which `stub` refuses.
            P::String | P::ErrorContext => Value::Text(node.as_str(text)?.into_owned()),
        })
    }

    /// The case that a node names, with its value. Cases that are called as values of other types are, `none` and `true`, are
    /// meant here, too.
    fn variant<'n>(&self, node: &'n Node) -> Option<(Cow<'n, str>, Option<&'n Node>)>
    where
        Self: 'n,
    {
        use wasm_wave::ast::NodeType;
        if let Ok((name, value)) = node.as_variant(self.text) {
            return Some((Cow::Owned(name.to_owned()), value));
        }
        let name = match node.ty() {
            NodeType::BoolTrue => "true",
            NodeType::BoolFalse => "false",
            NodeType::OptionSome => "some",
            NodeType::OptionNone => "none",
            NodeType::ResultOk => "ok",
            NodeType::ResultErr => "err",
            // `inf` and `nan` are numbers.
            NodeType::Number => return Some((Cow::Owned(self.text.get(node.span())?.to_owned()), None)),
            _ => return None,
        };
        let value = match node.ty() {
            NodeType::OptionSome => node.as_option().ok().flatten(),
            NodeType::ResultOk | NodeType::ResultErr => {
                node.as_result().ok().and_then(|result| result.unwrap_or_else(|err| err))
            }
            _ => None,
        };
        Some((Cow::Borrowed(name), value))
    }

    fn is_option(&self, ty: &ComponentValType) -> bool {
        matches!(ty, ComponentValType::Type(id) if matches!(self.component.types().get(*id), Some(T::Option { .. })))
    }

    fn no_case(&self, name: &str, node: &Node, ty: ComponentValType) -> Wrong {
        self.at(&format!("there is no case `{}`", Shown(name)), Some(node), ty)
    }

    fn at(&self, what: &str, node: Option<&Node>, ty: ComponentValType) -> Wrong {
        let at = node.and_then(|node| self.text.get(node.span())).filter(|at| *at != self.text);
        let at = at.map(|at| format!(" at `{}`", Shown(at))).unwrap_or_default();
        Wrong { reason: format!("{what}{at}"), ty: Some(ty) }
    }
}

/// How deep values in examples are nested, those of which there is no shorter one apart.
const DEPTH: usize = 3;

/// How long an example may be, in bytes. People read it.
const EXAMPLE: usize = 400;

/// A value of a type, in WAVE. `None` where there is none that is short, or that could be written.
fn example(component: &Component, ty: &ComponentValType, depth: usize) -> Option<String> {
    let id = match ty {
        ComponentValType::Primitive(primitive) => return of_primitive(*primitive).map(str::to_owned),
        ComponentValType::Type(id) => *id,
    };
    let is_deep = depth > DEPTH;
    let of = |ty: &ComponentValType| example(component, ty, depth + 1);
    let case = |name: String, ty: &Option<ComponentValType>| match ty {
        Some(ty) => Some(format!("{name}({})", of(ty)?)),
        None => Some(name),
    };
    let value = match component.types().get(id)? {
        T::Primitive(primitive) => of_primitive(*primitive)?.to_owned(),
        T::Record(record) => {
            let fields = record.fields.iter().map(|(name, ty)| Some(format!("{}: {}", label(name.as_str()), of(ty)?)));
            format!("{{{}}}", joined(fields)?)
        }
        T::Tuple(tuple) => format!("({})", joined(tuple.types.iter().map(of))?),
        T::List { .. } | T::Map { .. } if is_deep => "[]".to_owned(),
        T::List { element, .. } => format!("[{}]", of(element)?),
        T::FixedLengthList { length, .. } if *length as usize > EXAMPLE => return None,
        T::FixedLengthList { element, length, .. } => {
            let element = of(element)?;
            format!("[{}]", joined((0..*length).map(|_| Some(element.clone())))?)
        }
        T::Map { key, value, .. } => format!("[({}, {})]", of(key)?, of(value)?),
        T::Variant(variant) => {
            let plain = variant.cases.iter().find(|(_, of)| is_deep && of.ty.is_none());
            let (name, of) = plain.or_else(|| variant.cases.iter().next())?;
            case(label(name.as_str()), &of.ty)?
        }
        T::Enum(names) => label(names.iter().next()?.as_str()),
        T::Option { .. } if is_deep => "none".to_owned(),
        T::Option { ty, .. } => format!("some({})", of(ty)?),
        T::Result { ok: Some(_), err: None, .. } if is_deep => "err".to_owned(),
        T::Result { ok, .. } => case("ok".to_owned(), ok)?,
        T::Flags(names) => format!("{{{}}}", joined(names.iter().take(2).map(|name| Some(label(name.as_str()))))?),
        T::Own(_) | T::Borrow(_) | T::Future { .. } | T::Stream { .. } => return None,
    };
    (value.len() <= EXAMPLE).then_some(value)
}

fn joined(parts: impl Iterator<Item = Option<String>>) -> Option<String> {
    Some(parts.collect::<Option<Vec<_>>>()?.join(", "))
}

/// The name of a case, a field or a flag: what is a word of WAVE itself has a `%`.
fn label(name: &str) -> String {
    match name {
        "true" | "false" | "some" | "none" | "ok" | "err" | "inf" | "nan" => format!("%{name}"),
        _ => name.to_owned(),
    }
}

fn of_primitive(ty: P) -> Option<&'static str> {
    match ty {
        P::Bool => Some("true"),
        P::F32 | P::F64 => Some("1.5"),
        P::Char => Some("'a'"),
        P::String => Some("\"text\""),
        P::ErrorContext => None,
        P::S8 | P::U8 | P::S16 | P::U16 | P::S32 | P::U32 | P::S64 | P::U64 => Some("1"),
    }
}

#[cfg(test)]
mod tests {
    use wasmparser::component_types::ComponentEntityType;

    use super::*;

    /// Types of values, each of which others may be made of.
    fn types() -> Vec<String> {
        let words = ["true", "false", "some", "none", "ok", "err", "inf", "nan", "a-1", "ABC"];
        let quoted: String = words.iter().map(|word| format!(" \"{word}\"")).collect();
        let each = |of: &str| words.iter().map(|word| format!(" ({of} \"{word}\" u8)")).collect::<String>();
        let plain = ["bool", "s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64", "f32", "f64", "char", "string"];
        let mut types: Vec<String> = plain.map(str::to_owned).to_vec();
        types.extend([format!("(flags{quoted})"), format!("(enum{quoted})"), format!("(record{})", each("field"))]);
        types.extend(words.map(|word| format!("(enum \"{word}\")")));
        types.extend(words.map(|word| format!("(flags \"{word}\")")));
        types.extend(words.map(|word| format!("(variant (case \"{word}\" string))")));
        types.extend(words.map(|word| format!("(variant (case \"{word}\") (case \"other\" u32))")));
        types.push("(result)".to_owned());
        types
    }

    /// Types that are made of another one.
    fn made_of(of: &str) -> [String; 12] {
        [
            format!("(list {of})"),
            format!("(list {of} 3)"),
            format!("(map string {of})"),
            format!("(option {of})"),
            format!("(tuple {of})"),
            format!("(tuple {of} {of})"),
            format!("(result {of})"),
            format!("(result (error {of}))"),
            format!("(result {of} (error {of}))"),
            format!("(record (field \"none\" {of}) (field \"b\" {of}))"),
            format!("(variant (case \"ok\" {of}) (case \"none\"))"),
            format!("(variant (case \"err\" {of}))"),
        ]
    }

    #[test]
    fn stubs_example_is_a_value_of_its_type() {
        let (mut text, mut functions) = (String::new(), 0);
        let mut define = |text: &mut String, ty: &str| {
            let number = functions;
            functions += 1;
            *text += &format!("(type $d{number} {ty}) (export \"t{number}\" (type $t{number} (eq $d{number})))\n");
            *text += &format!("(export \"f{number}\" (func (result $t{number})))\n");
            format!("$t{number}")
        };
        // Each form within each other, and each deeper than examples are.
        let mut last: Vec<String> = types().iter().map(|ty| define(&mut text, ty)).collect();
        for level in 0..6 {
            let few: Vec<String> = last.iter().step_by(1 + level * 7).cloned().collect();
            last = few.iter().flat_map(|ty| made_of(ty)).map(|ty| define(&mut text, &ty)).collect();
        }
        let text = format!("(component (import \"a:b/c\" (instance {text})))");
        let bytes = wat::parse_str(&text).unwrap();
        let component = Component::decode("app".to_owned(), "app.wasm".to_owned(), bytes).unwrap();
        let ComponentEntityType::Instance(id) = component.imports()["a:b/c"].ty else { panic!() };
        let (mut shown, mut long) = (0, 0);
        for item in component.types().get(id).unwrap().exports.values() {
            let ComponentEntityType::Func(id) = item.ty else { continue };
            let ty = component.types().get(id).unwrap().result.unwrap();
            let Some(text) = example(&component, &ty, 0) else {
                long += 1;
                continue;
            };
            let value = UntypedValue::parse(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
            let reader = Reader { component: &component, text: &text, class: 0 };
            let read = reader.value(value.node(), &ty);
            assert!(
                read.is_ok(),
                "{text} is no `{}`: {:?}",
                print::value(&component, &ty),
                read.err().map(|e| e.reason)
            );
            shown += 1;
        }
        assert!(shown > 1_000 && long * 5 < shown, "{shown} {long}");
    }
}
