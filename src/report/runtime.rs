//! Language runtimes, which need more of WASI than the programs that they run.
//!
//! A denial that a program could handle may end its runtime, usually without a message. The needs of a runtime can
//! change with each release. `tests/reach` verifies them.

use wasmparser::{CustomSectionReader, KnownCustom, Name, Parser, Payload, ProducersSectionReader};

use crate::name::Capability;

/// A language runtime.
#[derive(Debug, PartialEq)]
pub(super) struct Runtime {
    /// The common name.
    pub name: &'static str,
    /// The metadata by which the runtime is recognized.
    sign: Sign,
    /// The capabilities that all its programs use.
    needs: &'static [Capability],
    /// The capabilities that only waiting programs use: with a denied clock, time never passes.
    waits: &'static [Capability],
}

/// The metadata of a core module by which a runtime is recognized.
#[derive(Debug, PartialEq)]
enum Sign {
    /// A field of the `producers` section, and the name of a value in it.
    Producer(&'static str, &'static str),
    /// The prefix of the name of the module.
    Module(&'static str),
}

const RUNTIMES: &[Runtime] = &[
    Runtime {
        name: "Go",
        sign: Sign::Producer("language", "Go"),
        needs: &[Capability::Exit, Capability::Random],
        waits: &[Capability::Clocks],
    },
    Runtime {
        name: "Python",
        // componentize-py does not mention Python in `producers`.
        sign: Sign::Module("libpython"),
        needs: &[Capability::Random],
        waits: &[],
    },
];

impl Runtime {
    /// Returns the runtime that a component or its nested components claim to contain.
    ///
    /// The claim is not verified, so only messages may depend on it.
    pub(super) fn of(component: &[u8]) -> Option<&'static Runtime> {
        let sections = Parser::new(0).parse_all(component).map_while(Result::ok);
        let custom = sections.filter_map(|payload| match payload {
            Payload::CustomSection(section) => Some(section),
            _ => None,
        });
        { custom }.find_map(|section| RUNTIMES.iter().find(|runtime| runtime.sign.is_in(&section)))
    }

    /// Returns the capabilities that the runtime needs and that are refused.
    pub(super) fn lacks(&self, is_refused: impl Fn(Capability) -> bool) -> Lack {
        let lacking = |needed: &[Capability]| needed.iter().copied().filter(|it| is_refused(*it)).collect();
        Lack { runtime: self.name, needs: lacking(self.needs), waits: lacking(self.waits) }
    }
}

/// The missing capabilities of a runtime.
#[derive(Debug, PartialEq)]
pub(super) struct Lack {
    /// The common name of the runtime.
    pub runtime: &'static str,
    /// The capabilities without which no program works.
    pub needs: Vec<Capability>,
    /// The capabilities without which no program can wait.
    pub waits: Vec<Capability>,
}

impl Sign {
    fn is_in(&self, section: &CustomSectionReader<'_>) -> bool {
        match (self, section.as_known()) {
            (Sign::Producer(field, value), KnownCustom::Producers(producers)) => has_producer(producers, field, value),
            (Sign::Module(start), KnownCustom::Name(names)) => { names.into_iter().map_while(Result::ok) }
                .any(|name| matches!(name, Name::Module { name, .. } if name.starts_with(start))),
            _ => false,
        }
    }
}

fn has_producer(producers: ProducersSectionReader<'_>, field: &str, value: &str) -> bool {
    let fields = producers.into_iter().map_while(Result::ok).filter(|other| other.name == field);
    { fields }.any(|field| field.values.into_iter().map_while(Result::ok).any(|other| other.name == value))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::Runtime;
    use crate::name::Capability;

    #[test]
    fn runtime_is_recognized_by_its_module() {
        let go = wat::parse_str(
            r#"(component (core module (@producers (language "Go" "go1.27.3") (processed-by "Go cmd/compile" "go1.27.3"))))"#,
        );
        let go = Runtime::of(&go.unwrap()).unwrap();
        assert_eq!(go.name, "Go");
        let lack = go.lacks(|_| true);
        assert_eq!((lack.needs, lack.waits), (vec![Capability::Exit, Capability::Random], vec![Capability::Clocks]));
        let lack = go.lacks(|capability| capability == Capability::Exit);
        assert_eq!((lack.needs, lack.waits), (vec![Capability::Exit], vec![]));
        let python = wat::parse_str("(component (component (core module $libpython3.14.so)))").unwrap();
        assert_eq!(Runtime::of(&python).unwrap().name, "Python");
        let rust = wat::parse_str(r#"(component (core module $go (@producers (language "Rust" ""))))"#).unwrap();
        assert_eq!(Runtime::of(&rust), None);
    }
}
