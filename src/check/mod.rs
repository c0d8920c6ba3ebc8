//! The check: whether an output gives a component more than its grants allow.
//!
//! An *original* is a component that was composed into the output. The check trusts no other phase. Its inputs are the
//! originals, the grants as the user wrote them, and the bytes of the output; `tests/it/layering.rs` asserts that it uses
//! nothing that `link/` or `decide/` computed. The parsers of names and grants (`src/name/`, `src/describe/grant.rs`,
//! `src/describe/setting.rs`) are shared with the planner and have to be trusted. `rule.rs` decides which imports a component
//! may have, `said.rs` reads what grants say of them, `part.rs` describes each component of an output, and `judge.rs` compares
//! what instances reach with what they may have.
//!
//! An output without findings has these properties:
//!
//! 1. Each original is nested in the output byte by byte, or is the output, followed only by its provenance. Each function that
//!    an instance of an original imports comes from one of three sources:
//!    - The host. The grants of the original allow the function, which has the name of the import; or the output's import has a
//!      name that a grant allows, or that the original or the composition imports where the default allows.
//!    - An export of another original. No grant denies it by the name of the import, nor, as specifically as the import is
//!      allowed, by the name of the export.
//!    - An instance of no original (an adapter). All that it is given, directly or through functions, is imported by the
//!      original and allowed. An instance that has exports of another original, and nothing that this original may not have, is
//!      an export adapter: if it is one of weld's, what it exports under the name of such an export counts as that export.
//! 2. An instance of no original whose functions no original has gets from the host only what one of the originals may have
//!    of which it is an export adapter, or what all may have whose exports it has.
//! 3. Each function that the output imports is an import of an original, and is had by an original or exported again.
//!
//! An original without grants may have everything that it imports, and nothing else.
//!
//! What cannot be followed is a finding. An exported component counts as instantiated. Host types need no grant: a holder of a
//! resource type without functions can only drop handles. Which component answers an import is the subject of `proof/wires/`.

pub(crate) mod called;
mod judge;
pub(crate) mod part;
pub(crate) mod rule;
pub(crate) mod said;

use std::collections::{BTreeMap, BTreeSet};

use self::part::Part;
use crate::decode::{self, Identity, Known, KnownAdapters, Level, Malformed, Pieces};
use crate::describe::{Grants, Labels};
use crate::finding::Finding;
use crate::follow::{self, Followed};
use crate::limits::checked;

/// A component that was composed into an output.
#[derive(Clone, Copy)]
pub(crate) struct Original<'o> {
    /// Its name in the composition.
    pub name: &'o str,
    /// The bytes of the component, without adapters.
    pub bytes: &'o [u8],
    /// The grants that the user gave. `None` where it may use everything.
    pub grants: Option<&'o Grants>,
    /// The import of the output that stands for it, where the output imports the component.
    pub imported: Option<&'o str>,
    /// Whether it only declares the imports of the composition itself, and is absent from the output.
    pub declares: bool,
}

/// The result: counts and findings.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// The number of instances of originals.
    pub instances: usize,
    /// The number of functions that these import.
    pub functions: usize,
    /// The number of functions that the output imports.
    pub host: usize,
    /// The functions that instances of originals may have although no grant names them, by the number of the original.
    pub kept: BTreeSet<(usize, Vec<String>)>,
    /// The numbers of originals without an instance in the output. With any, nothing else was checked.
    pub absent: BTreeSet<usize>,
    /// The violations.
    pub findings: Vec<Finding>,
}

/// Checks an output, which has been followed, against originals and grants. `asked` describes its parts, and `is_adapter` tells
/// whether the code of an instance is that of an adapter of weld's. `wired` are the originals that instances are of by their wires.
/// `labels` are those of the composition to which others were added.
///
/// # Errors
///
/// An original that is absent from the output is not a valid component. The bodies of its functions are not validated.
pub(crate) fn judge(
    originals: &[Original<'_>],
    parts: &[decode::Part<'_>],
    asked: &[Part],
    (of, is_adapter): (&Followed<'_>, &dyn Fn(usize) -> bool),
    (wired, labels): (&Wired, &Labels),
) -> Result<Report, Malformed> {
    // The validation of the output covers the originals in it.
    let there =
        parts.iter().zip(asked).filter_map(|(of, part)| Some((originals.get(of.identity.original?)?.bytes, part)));
    let there: BTreeMap<&[u8], &Part> = there.collect();
    let mut alone = BTreeMap::new();
    for original in originals.iter().filter(|of| !there.contains_key(of.bytes)) {
        let parts = decode::parts(original.bytes.into(), &Known::read(original.bytes)?, &|_| Identity::of(Some(0)))?;
        alone.extend(parts.first().map(|part| (original.bytes, Part::new(part))));
    }
    let known = originals.iter().filter_map(|of| there.get(of.bytes).copied().or_else(|| alone.get(of.bytes)));
    let bytes = parts.first().map_or(0, |outer| outer.bytes.len());
    Ok(judge::judge(originals, (&known.collect::<Vec<_>>(), asked), (of, is_adapter), (wired, labels, checked(bytes))))
}

/// Decodes an output that has been validated, identifies the originals in it by their bytes, and follows its instances. An instance
/// with the bytes and the name of a generated adapter is that adapter, even if an original has the same bytes.
///
/// # Errors
///
/// The output is not a valid component.
pub(crate) fn follow<'a>(
    originals: &[Original<'_>],
    generated: &KnownAdapters<'_>,
    output: Pieces<'a>,
    known: &Known,
) -> Result<(Vec<decode::Part<'a>>, Followed<'a>), Malformed> {
    let bare = Level::decode(output)?.without_provenance(output);
    let mut nested = BTreeMap::new();
    for (number, of) in originals.iter().enumerate().filter(|(_, of)| !of.declares && of.imported.is_none()) {
        nested.entry(of.bytes).or_insert(number);
    }
    let is = |bytes: &[u8]| {
        // The output may be an original followed by its provenance. Bytes in pieces are those of no original.
        let bare = Some(bare).filter(|_| bytes.is_empty() || bytes.len() == output.len());
        let original = [Some(bytes), bare].into_iter().flatten().filter_map(|bytes| nested.get(bytes).copied()).min();
        Identity::new(original, bytes, generated)
    };
    let parts = decode::parts(output, known, &is)?;
    let followed = follow::follow(&parts, &|name| originals.iter().position(|of| of.imported == Some(name)));
    Ok((parts, followed))
}

/// The originals that instances are of by their wires: see `proof/wires/`.
pub(crate) type Wired = BTreeMap<usize, usize>;

/// The originals that an instance is of, by its number. Of several originals with equal bytes its wires decide, and no name, which
/// anybody may choose. An instance of which the wires tell nothing must conform to each.
fn of(originals: &[Original<'_>], wired: &Wired, (id, of): (usize, &follow::Instance<'_>)) -> Vec<usize> {
    let is_same = |other: &usize| of.original.is_some_and(|number| is_same(originals, *other, number));
    let wired = wired.get(&id).copied().filter(is_same);
    wired.map_or_else(|| (0..originals.len()).filter(is_same).collect(), |number| vec![number])
}

/// Whether an instance of one original may be one of another: both have the same bytes.
pub(crate) fn is_same(originals: &[Original<'_>], one: usize, other: usize) -> bool {
    let of = |number: usize| originals.get(number).map(|of| (of.imported, of.bytes));
    of(one).is_some() && of(one) == of(other)
}

#[cfg(test)]
pub(crate) mod tests;
