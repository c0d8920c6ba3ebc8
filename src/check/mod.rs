//! The check: whether an output leaves anything to a component that its grants do not allow.
//!
//! It trusts nobody. It has the original components, the grants as the user gave them, and the bytes of the output, and uses nothing
//! that `link/` or `virtualize/` computed: `tests/it/layering.rs` reads the `use` lines. The planner reads names and grants by the same
//! code (`src/name/`, `src/describe/grant.rs`, `src/describe/setting.rs`), which is to be trusted as well. `rule.rs` says which of its
//! imports a component may have, of which `said.rs` says what grants say; `part.rs` has what is asked of each component of an output,
//! and `judge.rs` holds what instances reach against what they may.
//!
//! What is true of an output without findings:
//!
//! 1. Each original is in it, byte by byte, or is it, followed by no more than its provenance. Each function that an instance of it
//!    imports comes from one of three:
//!    - the host. The original's grants allow it. It has the import's name; or the host's own name is one by which a grant allows it, or,
//!      where the original may have everything that no grant denies, by which the original or the composition itself imports it.
//!    - another original, which exports it. No grant denies it by the import's name, nor, as closely as the import is allowed, by
//!      the export's.
//!    - a component that is no original. All that this one is given, or those whose functions it is given, is what the original imports
//!      and may have. Where it has exports of another original, and nothing but what that one may have, it is a part of that one: what
//!      it exports by the name by which it imports one of these counts as that.
//! 2. A component that is no original, and that no original has functions of, is given nothing of the host's but what the
//!    originals may have whose exports it has.
//! 3. The output imports no function that no original imports, and none that no original has and it does not export itself.
//!
//! An original without grants may have everything that it imports, and nothing else.
//!
//! What cannot be followed is a finding; an exported component counts as instantiated. The host's types alone are free: whoever
//! has a resource type and no function of it can drop what it is given. What components export to each other is their own affair;
//! `proof/wires/` says which of them fills an import.

mod judge;
pub mod part;
pub mod rule;
pub mod said;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use self::part::Part;
use crate::decode::{Known, Level, Malformed, Pieces};
use crate::describe::Grants;
use crate::follow::{self, Followed};
use crate::limits::checked;
use crate::name::unnumbered;

/// A component that went into an output.
#[derive(Clone, Copy)]
pub struct Original<'o> {
    /// What the composition calls it.
    pub name: &'o str,
    /// The binary component, without anything that was put before it.
    pub bytes: &'o [u8],
    /// What it may use, as the user says. `None` where it may use everything.
    pub grants: Option<&'o Grants>,
    /// The import of the output that it is, where it is not nested in it.
    pub imported: Option<&'o str>,
    /// Whether it only declares what the composition itself imports, and is not in the output.
    pub declares: bool,
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    /// Something of the host's that no grant allows.
    NotAllowed,
    /// Anything else.
    #[default]
    Other,
}

/// Something that must not be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Finding {
    /// What it is about.
    pub kind: Kind,
    /// The instance that it is about: the names that lead to it, or where it is among those of its component.
    pub instance: String,
    /// The component that has what it must not. Empty where it is about none.
    pub component: String,
    /// The import, and the function of it. Empty where it is about none.
    pub function: String,
    /// What is wrong.
    pub what: String,
    /// What of the host's it is about: the names that lead to it.
    pub host: Option<Vec<String>>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = [("instance", &self.instance), ("component", &self.component), ("import", &self.function)];
        for (kind, name) in places.iter().filter(|(_, name)| !name.is_empty()) {
            if *name == "the output" { write!(f, "{name}: ")? } else { write!(f, "{kind} `{name}`: ")? }
        }
        f.write_str(&self.what)
    }
}

/// What was looked at, and what was found.
#[derive(Debug, Default)]
pub struct Report {
    /// The instances of originals.
    pub instances: usize,
    /// The functions that these import.
    pub functions: usize,
    /// The functions that the output imports.
    pub host: usize,
    /// The functions that no grant names and that instances of originals may have all the same, by the original's number.
    pub kept: BTreeSet<(usize, Vec<String>)>,
    /// The originals of which no instance is in the output, by number. With any, nothing else was looked at.
    pub absent: BTreeSet<usize>,
    /// What must not be.
    pub findings: Vec<Finding>,
}

/// Checks an output, which is followed already, against the components that went into it and what these may use. `asked` is what is
/// asked of each of its parts.
///
/// # Errors
///
/// Where an original that is not in it is not a valid component. The bodies of functions are not validated.
pub fn judge(
    originals: &[Original<'_>],
    parts: &[follow::Part<'_>],
    asked: &[Part],
    of: &Followed<'_>,
) -> Result<Report, Malformed> {
    // What is in the output was validated with it.
    let there = parts.iter().zip(asked).filter_map(|(of, part)| Some((originals.get(of.original?)?.bytes, part)));
    let there: BTreeMap<&[u8], &Part> = there.collect();
    let mut alone = BTreeMap::new();
    for original in originals.iter().filter(|of| !there.contains_key(of.bytes)) {
        let parts = follow::parts(original.bytes.into(), &Known::read(original.bytes)?, &|_| Some(0))?;
        alone.extend(parts.first().map(|part| (original.bytes, Part::new(part))));
    }
    let known = originals.iter().filter_map(|of| there.get(of.bytes).copied().or_else(|| alone.get(of.bytes)));
    let bytes = parts.first().map_or(0, |outer| outer.bytes.len());
    Ok(judge::judge(originals, (&known.collect::<Vec<_>>(), asked), of, checked(bytes)))
}

/// Decodes an output, of which the validator's word is known, with the number of the original that each part is, and follows it.
///
/// # Errors
///
/// Where it is not a valid component.
pub fn follow<'a>(
    originals: &[Original<'_>],
    output: Pieces<'a>,
    known: &Known,
) -> Result<(Vec<follow::Part<'a>>, Followed<'a>), Malformed> {
    let bare = Level::decode(output)?.without_provenance(output);
    let mut nested = BTreeMap::new();
    for (number, of) in originals.iter().enumerate().filter(|(_, of)| !of.declares && of.imported.is_none()) {
        nested.entry(of.bytes).or_insert(number);
    }
    let is = |bytes: &[u8]| {
        // The output may be an original itself, and then says so. In pieces it is no other bytes.
        let bare = Some(bare).filter(|_| bytes.is_empty() || bytes.len() == output.len());
        [Some(bytes), bare].into_iter().flatten().filter_map(|bytes| nested.get(bytes).copied()).min()
    };
    let parts = follow::parts(output, known, &is)?;
    let followed = follow::follow(&parts, &|name| originals.iter().position(|of| of.imported == Some(name)));
    Ok((parts, followed))
}

/// The originals that an instance is of. Of several of the same bytes it is the one that it is named after, `kv` or `kv#1`;
/// where it is named after none, it must be good for each.
pub(crate) fn of(originals: &[Original<'_>], of: &follow::Instance<'_>) -> Vec<usize> {
    let Some(first) = of.original.and_then(|number| originals.get(number)) else { return Vec::new() };
    let is_same = |other: &Original<'_>| other.bytes == first.bytes && other.imported == first.imported;
    let all = originals.iter().enumerate().filter(|(_, of)| is_same(of)).map(|(number, of)| (number, of.name));
    let all: Vec<(usize, &str)> = all.collect();
    let own = of.name.unwrap_or_default();
    let called = |of: &str| all.iter().find(|(_, name)| *name == of);
    let named = called(own).or_else(|| called(unnumbered(own)?));
    named.map_or_else(|| all.iter().map(|(number, _)| *number).collect(), |(number, _)| vec![*number])
}

#[cfg(test)]
pub(crate) mod tests;
