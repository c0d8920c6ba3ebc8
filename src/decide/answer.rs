//! The answers of refused functions, derived from their types.

use indexmap::IndexSet;
use wasmparser::component_types::{ComponentDefinedType as T, ComponentValType, ResourceId};

use crate::abi::{Abi, Elements, Shape};
use crate::describe::Treatment;
use crate::imports::Function;
use crate::limits;
use crate::name::{Capability, Form, base};
use crate::runtime::rep::RefusalKind;
use crate::runtime::value::Value;

/// The behaviour of a refused function.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Refusal {
    Trap,
    /// It returns a value, or nothing where the function has no result.
    Return(Option<Value>),
    /// It returns a value, and reads its stream parameters to their ends.
    Drain(Option<Value>),
    /// It returns the index of each element of its list parameter.
    EveryIndex,
}

impl Refusal {
    /// The value that it returns, if there is one.
    pub(crate) fn answer(&self) -> Option<&Value> {
        match self {
            Refusal::Return(answer) | Refusal::Drain(answer) => answer.as_ref(),
            Refusal::Trap | Refusal::EveryIndex => None,
        }
    }

    /// Whether it reads its stream parameters to their ends.
    pub(crate) fn drains(&self) -> bool {
        matches!(self, Refusal::Drain(_))
    }

    /// Whether it continues after its return: to read streams, or to complete a future.
    pub(crate) fn goes_on(&self) -> bool {
        let is_future = |part: &&Value| matches!(part, Value::Future(..));
        self.drains() || self.answer().is_some_and(|answer| answer.parts().iter().any(is_future))
    }
}

/// The number of bytes that an ignored output stream accepts at once.
const ROOM: u64 = 1 << 20;

/// The error cases that state a denial or an absence, in order of preference.
const REFUSALS: &[&str] = &[
    "access-denied",
    "access",
    "not-permitted",
    "http-request-denied",
    "denied",
    "unauthorized",
    "read-only",
    "not-supported",
    "unsupported",
    "closed",
    "other",
    "unknown",
    "internal-error",
];

/// Constructs answers for the types of one component.
pub(super) struct Answers<'c> {
    pub abi: Abi<'c>,
    /// Whether the adapter owns a resource type.
    pub owns: &'c dyn Fn(ResourceId) -> bool,
}

impl Answers<'_> {
    /// The behaviour of a refused function. `None` where it must be ignored and no value can be constructed for that.
    pub(super) fn body(&self, of: &Function<'_>, treatment: Treatment) -> Option<Refusal> {
        let refusal_kind = match treatment {
            Treatment::Allow | Treatment::Provide | Treatment::Return | Treatment::Trap => return Some(Refusal::Trap),
            Treatment::Deny => RefusalKind::Deny,
            Treatment::Ignore => RefusalKind::Ignore,
        };
        self.known(of, refusal_kind).or_else(|| match refusal_kind {
            RefusalKind::Deny => Some(self.denied(of)),
            RefusalKind::Ignore => {
                let body = if self.is_drainable(of) { Refusal::Drain } else { Refusal::Return };
                match &of.ty.result {
                    None => Some(body(None)),
                    Some(ty) => self.neutral(ty, refusal_kind, of).map(|answer| body(Some(answer))),
                }
            }
        })
    }

    /// Whether all stream parameters can be read to their ends. Handles in lists cannot be dropped: their memory is
    /// reused while the elements wait for it.
    fn is_drainable(&self, of: &Function<'_>) -> bool {
        let mut streams =
            of.ty.params.iter().flat_map(|(_, ty)| self.abi.handles(ty)).filter_map(|shape| match shape {
                Shape::Stream(id) => Some(self.abi.element(id)),
                _ => None,
            });
        let is_readable = |ty: &ComponentValType| !self.has_unreachable_handles(ty);
        of.size.excess(1).is_none()
            && streams.clone().next().is_some()
            && streams.all(|element| element.as_ref().is_none_or(is_readable))
    }

    /// Whether a value has handles in lists, or of a kind that nothing drops.
    fn has_unreachable_handles(&self, ty: &ComponentValType) -> bool {
        let any = |types: &[ComponentValType]| types.iter().any(|ty| self.has_unreachable_handles(ty));
        match self.abi.shape(ty) {
            Shape::Fields(types) => any(&types),
            Shape::Repeated(element, _) => any(&[element]),
            Shape::Cases(cases) => cases.iter().flatten().any(|ty| self.has_unreachable_handles(ty)),
            Shape::Pointed(Some(Elements(types))) => types.iter().any(|ty| !self.abi.handles(ty).is_empty()),
            Shape::Handle => true,
            _ => false,
        }
    }

    /// The functions of WASI whose answers follow their semantics instead of only their types, because language
    /// runtimes call them before any user code. Functions that only have the name of one are excluded.
    fn known(&self, of: &Function<'_>, refusal_kind: RefusalKind) -> Option<Refusal> {
        if !of.is_known {
            return None;
        }
        let ignored = refusal_kind == RefusalKind::Ignore;
        let result = of.ty.result.as_ref();
        let bits = |bits| Some(Refusal::Return(Some(Value::Bits(bits))));
        let refused = || Some(self.denied(of));
        match of.known() {
            // A pollable is always ready, since a task would otherwise wait forever.
            ("wasi:io/poll", "[method]pollable.ready") => bits(1),
            ("wasi:io/poll", "[method]pollable.block") => Some(Refusal::Return(None)),
            ("wasi:io/poll", "poll") => Some(Refusal::EveryIndex),
            ("wasi:io/streams", "[method]output-stream.check-write") if ignored => {
                Some(Refusal::Return(Some(Value::Case(0, Some(Box::new(Value::Bits(ROOM)))))))
            }
            // An ignored input stream is at its end. Without that, it would look like a stream with late data.
            ("wasi:io/streams", function) if ignored && is_method_of(function, "input-stream") => refused(),
            ("wasi:io/streams", "[method]output-stream.splice" | "[method]output-stream.blocking-splice")
                if ignored =>
            {
                refused()
            }
            _ => match Capability::of(of.interface, of.name)? {
                // Clocks stand still at their start, with a resolution of one nanosecond. Go's runtime aborts where the
                // monotonic clock is zero.
                Capability::Clocks => match (result, of.name) {
                    (None, _) => Some(Refusal::Return(None)),
                    (Some(_), "now") if base(of.interface) == "wasi:clocks/monotonic-clock" => bits(1),
                    (Some(ty), "resolution" | "get-resolution") => {
                        let mut answer = self.neutral(ty, refusal_kind, of)?;
                        match &mut answer {
                            Value::Fields(fields) => *fields.last_mut()? = Value::Bits(1),
                            answer => *answer = Value::Bits(1),
                        }
                        Some(Refusal::Return(Some(answer)))
                    }
                    (Some(ty), _) => {
                        Some(self.neutral(ty, refusal_kind, of).map_or(Refusal::Trap, |it| Refusal::Return(Some(it))))
                    }
                },
                // Predictable bytes in place of random ones would be worse than a trap.
                Capability::Random if !ignored => Some(Refusal::Trap),
                _ => None,
            },
        }
    }

    fn denied(&self, of: &Function<'_>) -> Refusal {
        let answer = of.ty.result.as_ref().and_then(|ty| self.refusal(ty, of));
        answer.map_or(Refusal::Trap, |answer| Refusal::Return(Some(answer)))
    }

    /// The value of a type that expresses an absence. `None` where the type has none: any other value could be mistaken
    /// for a real one.
    fn refusal(&self, ty: &ComponentValType, of: &Function<'_>) -> Option<Value> {
        if let Some(T::Result { err, .. }) = self.defined(ty) {
            let payload = match err {
                Some(err) => Some(Box::new(self.error(err, of)?)),
                None => None,
            };
            return Some(Value::Case(1, payload));
        }
        if let Some(T::Option { .. }) = self.defined(ty) {
            return Some(Value::Case(0, None));
        }
        match self.abi.shape(ty) {
            // An empty list. An empty string would be a real value.
            Shape::Pointed(Some(_)) => Some(Value::Text(String::new())),
            shape => self.composed(shape, RefusalKind::Deny, &|ty| self.refusal(ty, of)),
        }
    }

    /// The value of an error type that describes the refusal best.
    fn error(&self, ty: &ComponentValType, of: &Function<'_>) -> Option<Value> {
        let cases: Vec<(&str, Option<ComponentValType>)> = match self.defined(ty) {
            Some(T::Variant(ty)) => ty.cases.iter().map(|(name, case)| (name.as_str(), case.ty)).collect(),
            Some(T::Enum(names)) => names.iter().map(|name| (name.as_str(), None)).collect(),
            // An error type without cases is an error with any value.
            _ => return self.told(ty, of),
        };
        let make = |index: usize| {
            let (_, payload) = cases.get(index)?;
            let payload = match payload {
                Some(ty) => Some(Box::new(self.told(ty, of)?)),
                None => None,
            };
            Some(Value::Case(index, payload))
        };
        let named = |wanted: &&str| cases.iter().position(|(name, _)| name.eq_ignore_ascii_case(wanted));
        // Each case is tried once, since construction may be expensive.
        let order: IndexSet<usize> = REFUSALS.iter().filter_map(named).chain(0..cases.len()).collect();
        order.into_iter().find_map(make)
    }

    /// The payload of an error: a message where it can hold a string.
    fn told(&self, ty: &ComponentValType, of: &Function<'_>) -> Option<Value> {
        let message = || Value::Text(format!("denied by weld: {}", of.shown()));
        match (self.abi.shape(ty), self.defined(ty)) {
            (Shape::Pointed(None), _) => Some(message()),
            (Shape::Cases(_), Some(T::Option { ty, .. })) => match self.abi.shape(ty) {
                Shape::Pointed(None) => Some(Value::Case(1, Some(Box::new(message())))),
                _ => Some(Value::Case(0, None)),
            },
            (Shape::Cases(_), Some(T::Variant(_) | T::Enum(_))) => self.error(ty, of),
            (shape @ (Shape::Fields(_) | Shape::Repeated(..)), _) => {
                self.composed(shape, RefusalKind::Deny, &|ty| self.told(ty, of))
            }
            _ => self.neutral(ty, RefusalKind::Deny, of),
        }
    }

    /// The neutral value of a type: zero, false, empty, none, success. `None` where there is none.
    fn neutral(&self, ty: &ComponentValType, refusal_kind: RefusalKind, of: &Function<'_>) -> Option<Value> {
        match self.abi.shape(ty) {
            Shape::Scalar(_) | Shape::Float(_) | Shape::Flags(_) => Some(Value::Bits(0)),
            Shape::Pointed(_) => Some(Value::Text(String::new())),
            Shape::Cases(cases) => {
                let make = |(index, payload): (usize, &Option<ComponentValType>)| match payload {
                    Some(ty) => Some(Value::Case(index, Some(Box::new(self.neutral(ty, refusal_kind, of)?)))),
                    None => Some(Value::Case(index, None)),
                };
                match self.defined(ty) {
                    // Where no success value can be constructed, an error describes the reason.
                    Some(T::Result { .. }) => {
                        cases.iter().enumerate().take(1).find_map(make).or_else(|| self.refusal(ty, of))
                    }
                    _ => cases.iter().enumerate().find_map(make),
                }
            }
            shape => self.composed(shape, refusal_kind, &|ty| self.neutral(ty, refusal_kind, of)),
        }
    }

    /// The value of a composite type, whose parts `make` returns, or a handle. `None` for other types, and where no
    /// value can be constructed.
    fn composed(
        &self,
        shape: Shape,
        refusal_kind: RefusalKind,
        make: &dyn Fn(&ComponentValType) -> Option<Value>,
    ) -> Option<Value> {
        match shape {
            Shape::Fields(types) => types.iter().map(make).collect::<Option<_>>().map(Value::Fields),
            // The limit of an adapter's size.
            Shape::Repeated(element, length) => {
                let answer = make(&element).filter(|_| u64::from(length) <= limits::VALUES)?;
                Some(Value::Fields(vec![answer; length as usize]))
            }
            Shape::Own(id) => (self.owns)(id.resource()).then(|| Value::Own(id.resource(), refusal_kind)),
            Shape::Stream(id) => Some(Value::Ended(id)),
            Shape::Future(id, None) => Some(Value::Future(id, None)),
            Shape::Future(id, Some(ty)) => {
                // The value stays in memory until it is read.
                let payload = make(&ty).filter(Value::is_constant)?;
                Some(Value::Future(id, Some(Box::new(payload))))
            }
            _ => None,
        }
    }

    fn defined(&self, ty: &ComponentValType) -> Option<&T> {
        match ty {
            ComponentValType::Primitive(_) => None,
            ComponentValType::Type(id) => self.abi.0.types().get(*id),
        }
    }
}

fn is_method_of(function: &str, resource: &str) -> bool {
    matches!(Form::of(function), Some(Form::Method(member)) if member.resource == resource)
}
