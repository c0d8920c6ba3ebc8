//! What a refused function answers, as its type allows.

use indexmap::IndexSet;
use wasmparser::component_types::{ComponentDefinedType as T, ComponentDefinedTypeId, ComponentValType, ResourceId};

use crate::abi::{Abi, Shape};
use crate::describe::Treatment;
use crate::imports::Function;
use crate::limits;
use crate::name::{Capability, Form, base};
use crate::runtime::rep::NULL;

/// What a call of a function does.
#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    /// It traps.
    Trap,
    /// It gives a value, or none where the function has no result.
    Return(Option<Answer>),
    /// It gives a value likewise, and reads the streams to their ends that it was passed.
    Drain(Option<Answer>),
    /// It gives the index of each element of the list that it was passed.
    EveryIndex,
}

impl Refusal {
    /// What it gives, if it gives anything.
    pub fn answer(&self) -> Option<&Answer> {
        match self {
            Refusal::Return(answer) | Refusal::Drain(answer) => answer.as_ref(),
            Refusal::Trap | Refusal::EveryIndex => None,
        }
    }

    /// Whether it reads streams to their ends.
    pub fn drains(&self) -> bool {
        matches!(self, Refusal::Drain(_))
    }

    /// Whether it is done only when its function has returned: it reads streams, or answers a future.
    pub fn goes_on(&self) -> bool {
        self.drains() || self.answer().is_some_and(Answer::has_future)
    }
}

impl Answer {
    fn has_future(&self) -> bool {
        match self {
            Answer::Future(..) => true,
            Answer::Fields(fields) => fields.iter().any(Answer::has_future),
            Answer::Case(_, payload) => payload.as_deref().is_some_and(Answer::has_future),
            Answer::Bits(_) | Answer::Text(_) | Answer::Own(..) | Answer::Ended(_) => false,
        }
    }
}

/// A value that an adapter can make.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// A scalar, a float or flags, by their bits.
    Bits(u64),
    /// A string, or the list of nothing where it is empty.
    Text(String),
    /// A record, a tuple or a list of a fixed length.
    Fields(Vec<Answer>),
    /// A case of a variant.
    Case(usize, Option<Box<Answer>>),
    /// A new handle of a resource type that the adapter owns, whose methods refuse calls in that way.
    Own(ResourceId, RefusalKind),
    /// The readable end of a stream that has ended.
    Ended(ComponentDefinedTypeId),
    /// A future of a value.
    Future(ComponentDefinedTypeId, Option<Box<Answer>>),
}

/// How the methods of a handle answer: as the function did that made it. It is the representation of the handle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum RefusalKind {
    Deny = NULL as isize + 1,
    Ignore = NULL as isize + 2,
}

/// How much an ignored output stream takes at once, in bytes.
const ROOM: u64 = 1 << 20;

/// The cases of an error that say that something is not allowed, or cannot be had: the first of them that a type has is
/// what it says.
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

/// Makes answers of the types of one component.
pub struct Answers<'c> {
    /// Its types.
    pub abi: Abi<'c>,
    /// Whether the adapter owns a resource type.
    pub owns: &'c dyn Fn(ResourceId) -> bool,
}

impl Answers<'_> {
    /// What a function does that is refused. `None` where it is to be ignored and no value can be made for that.
    pub fn body(&self, of: &Function<'_>, treatment: Treatment) -> Option<Refusal> {
        let refusal_kind = match treatment {
            Treatment::Allow | Treatment::Provide | Treatment::Trap => return Some(Refusal::Trap),
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

    /// Whether a function is passed streams that can be read to their ends: of plain values, which take no room of their own.
    fn is_drainable(&self, of: &Function<'_>) -> bool {
        let mut streams =
            of.ty.params.iter().flat_map(|(_, ty)| self.abi.handles(ty)).filter_map(|shape| match shape {
                Shape::Stream(id) => Some(self.abi.element(id)),
                _ => None,
            });
        let is_plain = |ty: &ComponentValType| self.abi.handles(ty).is_empty() && !self.abi.has_pointers(ty);
        of.size.excess(1).is_none()
            && streams.clone().next().is_some()
            && streams.all(|element| element.as_ref().is_none_or(is_plain))
    }

    /// The functions of WASI that answer as their meaning asks, and not by their types alone: language runtimes call
    /// them before any code of the user's. Nothing for what only goes by the name of one.
    fn known(&self, of: &Function<'_>, refusal_kind: RefusalKind) -> Option<Refusal> {
        if !of.is_known {
            return None;
        }
        let ignored = refusal_kind == RefusalKind::Ignore;
        let result = of.ty.result.as_ref();
        let bits = |bits| Some(Refusal::Return(Some(Answer::Bits(bits))));
        let refused = || Some(self.denied(of));
        match of.known() {
            // A pollable is always ready, or who waits for it would do so for ever.
            ("wasi:io/poll", "[method]pollable.ready") => bits(1),
            ("wasi:io/poll", "[method]pollable.block") => Some(Refusal::Return(None)),
            ("wasi:io/poll", "poll") => Some(Refusal::EveryIndex),
            ("wasi:io/streams", "[method]output-stream.check-write") if ignored => {
                Some(Refusal::Return(Some(Answer::Case(0, Some(Box::new(Answer::Bits(ROOM)))))))
            }
            // At its end. What comes from an ignored stream could not be told from what comes late otherwise.
            ("wasi:io/streams", function) if ignored && is_method_of(function, "input-stream") => refused(),
            ("wasi:io/streams", "[method]output-stream.splice" | "[method]output-stream.blocking-splice")
                if ignored =>
            {
                refused()
            }
            _ => match Capability::of(of.interface, of.name)? {
                // Clocks stand still at their start, and tick in nanoseconds. Go's runtime ends where the monotonic one is zero.
                Capability::Clocks => match (result, of.name) {
                    (None, _) => Some(Refusal::Return(None)),
                    (Some(_), "now") if base(of.interface) == "wasi:clocks/monotonic-clock" => bits(1),
                    (Some(ty), "resolution" | "get-resolution") => {
                        let mut answer = self.neutral(ty, refusal_kind, of)?;
                        match &mut answer {
                            Answer::Fields(fields) => *fields.last_mut()? = Answer::Bits(1),
                            answer => *answer = Answer::Bits(1),
                        }
                        Some(Refusal::Return(Some(answer)))
                    }
                    (Some(ty), _) => {
                        Some(self.neutral(ty, refusal_kind, of).map_or(Refusal::Trap, |it| Refusal::Return(Some(it))))
                    }
                },
                // Bytes that can be foretold, and pass for random ones, are worse than a trap.
                Capability::Random if !ignored => Some(Refusal::Trap),
                _ => None,
            },
        }
    }

    fn denied(&self, of: &Function<'_>) -> Refusal {
        let answer = of.ty.result.as_ref().and_then(|ty| self.refusal(ty, of));
        answer.map_or(Refusal::Trap, |answer| Refusal::Return(Some(answer)))
    }

    /// The value of a type that says that there is nothing. `None` where it has no such value: one that was made up could
    /// be taken for a true one.
    fn refusal(&self, ty: &ComponentValType, of: &Function<'_>) -> Option<Answer> {
        if let Some(T::Result { err, .. }) = self.defined(ty) {
            let payload = match err {
                Some(err) => Some(Box::new(self.error(err, of)?)),
                None => None,
            };
            return Some(Answer::Case(1, payload));
        }
        if let Some(T::Option { .. }) = self.defined(ty) {
            return Some(Answer::Case(0, None));
        }
        match self.abi.shape(ty) {
            // A list of nothing, but not a text.
            Shape::Pointed(Some(_)) => Some(Answer::Text(String::new())),
            shape => self.composed(shape, RefusalKind::Deny, &|ty| self.refusal(ty, of)),
        }
    }

    /// The value of an error's type that says most clearly what is wrong.
    fn error(&self, ty: &ComponentValType, of: &Function<'_>) -> Option<Answer> {
        let cases: Vec<(&str, Option<ComponentValType>)> = match self.defined(ty) {
            Some(T::Variant(ty)) => ty.cases.iter().map(|(name, case)| (name.as_str(), case.ty)).collect(),
            Some(T::Enum(names)) => names.iter().map(|name| (name.as_str(), None)).collect(),
            // An error that carries values is one whatever they are.
            _ => return self.told(ty, of),
        };
        let make = |index: usize| {
            let (_, payload) = cases.get(index)?;
            let payload = match payload {
                Some(ty) => Some(Box::new(self.told(ty, of)?)),
                None => None,
            };
            Some(Answer::Case(index, payload))
        };
        let named = |wanted: &&str| cases.iter().position(|(name, _)| name.eq_ignore_ascii_case(wanted));
        // Each once: what cannot be made is not made the second time either, and takes as long.
        let order: IndexSet<usize> = REFUSALS.iter().filter_map(named).chain(0..cases.len()).collect();
        order.into_iter().find_map(make)
    }

    /// A value that goes with an error: where it can hold a text, that says what was refused.
    fn told(&self, ty: &ComponentValType, of: &Function<'_>) -> Option<Answer> {
        let message = || Answer::Text(format!("denied by weld: {}", of.shown()));
        match (self.abi.shape(ty), self.defined(ty)) {
            (Shape::Pointed(None), _) => Some(message()),
            (Shape::Cases(_), Some(T::Option { ty, .. })) => match self.abi.shape(ty) {
                Shape::Pointed(None) => Some(Answer::Case(1, Some(Box::new(message())))),
                _ => Some(Answer::Case(0, None)),
            },
            (Shape::Cases(_), Some(T::Variant(_) | T::Enum(_))) => self.error(ty, of),
            (shape @ (Shape::Fields(_) | Shape::Repeated(..)), _) => {
                self.composed(shape, RefusalKind::Deny, &|ty| self.told(ty, of))
            }
            _ => self.neutral(ty, RefusalKind::Deny, of),
        }
    }

    /// The value of a type that means least: zero, false, empty, none, success. `None` where none can be made.
    fn neutral(&self, ty: &ComponentValType, refusal_kind: RefusalKind, of: &Function<'_>) -> Option<Answer> {
        match self.abi.shape(ty) {
            Shape::Scalar(_) | Shape::Float(_) | Shape::Flags(_) => Some(Answer::Bits(0)),
            Shape::Pointed(_) => Some(Answer::Text(String::new())),
            Shape::Cases(cases) => {
                let make = |(index, payload): (usize, &Option<ComponentValType>)| match payload {
                    Some(ty) => Some(Answer::Case(index, Some(Box::new(self.neutral(ty, refusal_kind, of)?)))),
                    None => Some(Answer::Case(index, None)),
                };
                match self.defined(ty) {
                    // Where success cannot be made up, failure says why.
                    Some(T::Result { .. }) => {
                        cases.iter().enumerate().take(1).find_map(make).or_else(|| self.refusal(ty, of))
                    }
                    _ => cases.iter().enumerate().find_map(make),
                }
            }
            shape => self.composed(shape, refusal_kind, &|ty| self.neutral(ty, refusal_kind, of)),
        }
    }

    /// The value of a type that is made of others, each of whose values `make` gives, or the handle that it is. `None` for all other
    /// types, and where no such value can be made.
    fn composed(
        &self,
        shape: Shape,
        refusal_kind: RefusalKind,
        make: &dyn Fn(&ComponentValType) -> Option<Answer>,
    ) -> Option<Answer> {
        match shape {
            Shape::Fields(types) => types.iter().map(make).collect::<Option<_>>().map(Answer::Fields),
            // No more than an adapter should have.
            Shape::Repeated(element, length) => {
                let answer = make(&element).filter(|_| u64::from(length) <= limits::VALUES)?;
                Some(Answer::Fields(vec![answer; length as usize]))
            }
            Shape::Own(id) => (self.owns)(id.resource()).then(|| Answer::Own(id.resource(), refusal_kind)),
            Shape::Stream(id) => Some(Answer::Ended(id)),
            Shape::Future(id, None) => Some(Answer::Future(id, None)),
            Shape::Future(id, Some(ty)) => {
                let payload = make(&ty).filter(is_constant)?;
                Some(Answer::Future(id, Some(Box::new(payload))))
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

/// Whether a value is the same for each call: what a future will give stays in memory until it is asked for.
fn is_constant(answer: &Answer) -> bool {
    match answer {
        Answer::Bits(_) | Answer::Text(_) => true,
        Answer::Fields(fields) => fields.iter().all(is_constant),
        Answer::Case(_, payload) => payload.as_deref().is_none_or(is_constant),
        Answer::Own(..) | Answer::Ended(_) | Answer::Future(..) => false,
    }
}
