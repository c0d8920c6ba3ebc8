//! The report of a comparison of a component with a world, as JSON (`docs/json.md`) and as lines.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde::Serialize;

use crate::load::Component;
use crate::types::Side;

/// The mismatches of a component and a world.
#[derive(Debug, Serialize)]
#[allow(missing_docs)] // Described in `docs/json.md`.
pub(crate) struct Report {
    /// The version of this format. Fields may be added within a version.
    pub version: u32,
    pub component: Input,
    pub world: Input,
    pub conforms: bool,
    pub mismatches: Vec<Mismatch>,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Input {
    pub name: String,
    pub file: String,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Mismatch {
    pub side: &'static str,
    pub name: String,
    pub counterpart: Option<String>,
    pub path: Vec<String>,
    pub component: Option<String>,
    pub world: Option<String>,
    #[serde(rename = "type")]
    pub within: Option<Type>,
    pub near: Vec<Near>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Type {
    pub name: String,
    pub component: String,
    pub world: String,
    /// Whether a mismatch shows the same two definitions itself.
    #[serde(skip)]
    pub is_repeated: bool,
}

#[derive(Debug, Serialize)]
#[allow(missing_docs)]
pub(crate) struct Near {
    pub name: String,
    pub why: &'static str,
}

impl Report {
    /// Creates the report of the mismatches that [`super::check`] found.
    pub(crate) fn new(component: &Component, world: &Component, mismatches: &[super::Mismatch]) -> Report {
        let input =
            |component: &Component| Input { name: component.name().to_owned(), file: component.file().to_owned() };
        let shown: BTreeSet<_> = mismatches.iter().map(|mismatch| (mismatch.component(), mismatch.world())).collect();
        let mismatch = |mismatch| Mismatch::new(mismatch, &shown);
        Report {
            version: 1,
            component: input(component),
            world: input(world),
            conforms: mismatches.is_empty(),
            mismatches: mismatches.iter().map(mismatch).collect(),
        }
    }

    /// Writes the verdict, and each mismatch with the items of both sides.
    pub(crate) fn lines(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        let (component, world) = (&self.component.name, &self.world.name);
        if self.conforms {
            return writeln!(text, "`{component}` conforms to world `{world}`");
        }
        let mismatches = match self.mismatches.len() {
            1 => "1 mismatch".to_owned(),
            n => format!("{n} mismatches"),
        };
        writeln!(text, "`{component}` does not conform to world `{world}`: {mismatches}")?;
        self.paragraphs().iter().try_for_each(|paragraph| text.write_str(paragraph))
    }

    /// Writes the lines on each mismatch. Consecutive items that mention the same differing type share a line.
    pub(crate) fn paragraphs(&self) -> Vec<String> {
        let paragraph = |group: &[Mismatch]| {
            let mut text = String::new();
            // Writing to a string cannot fail.
            let _ = match group {
                [mismatch] => mismatch.write(&mut text),
                [first, ..] => {
                    let names: Vec<String> = group.iter().map(|mismatch| format!("`{}`", mismatch.member())).collect();
                    first.write_mention(&mut text, &format!("{}: {} mention", first.item(), names.join(", ")))
                }
                [] => Ok(()),
            };
            text
        };
        self.mismatches.chunk_by(Mismatch::differs_like).map(paragraph).collect()
    }
}

impl Mismatch {
    fn new(mismatch: &super::Mismatch, shown: &BTreeSet<(Option<&str>, Option<&str>)>) -> Mismatch {
        let within = mismatch.within.as_ref().zip(mismatch.types()).map(|(within, (component, world))| Type {
            name: within.name.clone(),
            is_repeated: shown.contains(&(Some(component), Some(world))),
            component: component.to_owned(),
            world: world.to_owned(),
        });
        Mismatch {
            side: match mismatch.side {
                Side::Import => "import",
                Side::Export => "export",
            },
            name: mismatch.name.clone(),
            counterpart: mismatch.counterpart.clone(),
            path: mismatch.path.clone(),
            component: mismatch.component().map(str::to_owned),
            world: mismatch.world().map(str::to_owned),
            within,
            near: mismatch.near.iter().map(|near| Near { name: near.name.clone(), why: near.why }).collect(),
        }
    }

    /// Whether the WIT of both sides is the same text, because only a type that it mentions differs.
    fn reads_the_same(&self) -> bool {
        self.component == self.world
    }

    /// Whether two mismatches belong to one import or export, and both only mention the same differing type.
    fn differs_like(&self, other: &Mismatch) -> bool {
        self.side == other.side
            && self.name == other.name
            && self.within == other.within
            && self.reads_the_same()
            && other.reads_the_same()
    }

    /// Names the import or export.
    fn item(&self) -> String {
        let version = match &self.counterpart {
            Some(counterpart) if *counterpart != self.name => format!(" (`{counterpart}` of the {})", self.other()),
            _ => String::new(),
        };
        format!("{} `{}`{version}", self.side, self.name)
    }

    /// Names the differing item within the import or export.
    fn member(&self) -> String {
        self.path.join("#")
    }

    /// Writes that `subject` mentions a differing type. Shows both definitions of the type unless another mismatch
    /// does.
    fn write_mention(&self, text: &mut String, subject: &str) -> std::fmt::Result {
        match &self.within {
            None => writeln!(text, "{subject} types that differ"),
            Some(within) => {
                writeln!(text, "{subject} `{}`, which differs", within.name)?;
                if within.is_repeated {
                    return Ok(());
                }
                writeln!(text, "  component  {}\n  world      {}", within.component, within.world)
            }
        }
    }

    /// Names the side that does not have the expected item.
    fn other(&self) -> &'static str {
        if self.side == "import" { "world" } else { "component" }
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        let (item, member, other) = (self.item(), self.member(), self.other());
        let is_missing = self.component.is_none() || self.world.is_none();
        match (is_missing, member.as_str()) {
            (true, "") => writeln!(text, "{item}: the {other} has none")?,
            (true, member) => writeln!(text, "{item}: that of the {other} has no `{member}`")?,
            (false, "") if self.reads_the_same() => return self.write_mention(text, &format!("{item} mentions")),
            (false, _) if self.reads_the_same() => {
                return self.write_mention(text, &format!("{item}: `{member}` mentions"));
            }
            (false, "") => writeln!(text, "{item} differs")?,
            (false, member) => writeln!(text, "{item}: `{member}` differs")?,
        }
        for (side, wit) in [("component", &self.component), ("world", &self.world)] {
            if let Some(wit) = wit {
                writeln!(text, "  {side:9}  {wit}")?;
            }
        }
        for near in &self.near {
            writeln!(text, "  {:9}  `{}`: {}", "near", near.name, near.why)?;
        }
        Ok(())
    }
}
