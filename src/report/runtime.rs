//! Language runtimes that need more of WASI than the programs that they run.
//!
//! A denial that the program would survive ends its runtime, mostly without a word. What a runtime needs is a fact about its release;
//! `tests/reach` finds out whether it is still so.

use wasmparser::{CustomSectionReader, KnownCustom, Name, Parser, Payload, ProducersSectionReader};

use crate::name::Capability;

/// A language runtime.
#[derive(Debug, PartialEq)]
pub struct Runtime {
    /// What people call it.
    pub name: &'static str,
    /// How a file says that it has it.
    sign: Sign,
    /// The capabilities that each program of it uses.
    needs: &'static [Capability],
    /// Those that only a program uses which waits: of a clock that is denied it never hears that time has passed.
    waits: &'static [Capability],
}

/// Where a core module names a runtime.
#[derive(Debug, PartialEq)]
enum Sign {
    /// A value of a field of its section `producers`.
    Producer(&'static str, &'static str),
    /// What its own name starts with.
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
        // componentize-py writes no word of Python into a section `producers`.
        sign: Sign::Module("libpython"),
        needs: &[Capability::Random],
        waits: &[],
    },
];

impl Runtime {
    /// The runtime of which a component says that it has it, in itself or in what is nested in it.
    ///
    /// What a component says of itself is not verified: nothing may depend on it but words.
    pub fn of(component: &[u8]) -> Option<&'static Runtime> {
        let sections = Parser::new(0).parse_all(component).map_while(Result::ok);
        let custom = sections.filter_map(|payload| match payload {
            Payload::CustomSection(section) => Some(section),
            _ => None,
        });
        { custom }.find_map(|section| RUNTIMES.iter().find(|runtime| runtime.sign.is_in(&section)))
    }

    /// What it lacks of the capabilities that are refused.
    pub fn lacks(&self, is_refused: impl Fn(Capability) -> bool) -> Lack {
        let lacking = |of: &[Capability]| of.iter().copied().filter(|of| is_refused(*of)).collect();
        Lack { runtime: self.name, needs: lacking(self.needs), waits: lacking(self.waits) }
    }
}

/// What a runtime lacks.
#[derive(Debug, PartialEq)]
pub struct Lack {
    /// What people call the runtime.
    pub runtime: &'static str,
    /// The capabilities without which no program of it works.
    pub needs: Vec<Capability>,
    /// Those without which no program of it can wait.
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
    let fields = producers.into_iter().map_while(Result::ok).filter(|of| of.name == field);
    { fields }.any(|of| of.values.into_iter().map_while(Result::ok).any(|said| said.name == value))
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
