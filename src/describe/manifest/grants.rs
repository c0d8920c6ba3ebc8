//! Grants as TOML says them: the tables of `[virtualize]`, and the flag that takes one key of such a table.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Layers, ManifestError, Reader, shape, tree};
use crate::describe::{At, Entry, Grant, Grants, Place, Text, Treatment};
use crate::name::Pattern;
use crate::text;

impl Reader<'_> {
    /// What each component may use. Settings that only a provider could honour are an error until there are some.
    pub(super) fn virtualize(&mut self, layers: &Layers<'_>, components: &[Entry]) -> BTreeMap<String, Grants> {
        let mut all = BTreeMap::new();
        for (component, table) in layers.table("virtualize") {
            let place = self.place(component);
            let component = component.get_ref().to_string();
            if !components.iter().any(|entry| entry.name == component) {
                self.unknown_component(&component, components, &place);
            }
            let Some(table) = table.get_ref().as_table() else { continue };
            // Another output of the manifest may have a use for a grant that this one has none for: the build judges.
            let mut grants = Grants { allow_missing: true, place: Some(place), ..Grants::all(Treatment::Deny) };
            for (name, value) in table {
                match treatment(name.get_ref(), value) {
                    Ok(treatment) => grants.add(name.get_ref(), treatment, Some(self.place(name))),
                    Err(error) => {
                        let place = self.place(value);
                        self.error(error, &place);
                    }
                }
            }
            all.insert(component, grants);
        }
        all
    }
}

impl Grants {
    /// Adds what is said of a name, which may be `default`.
    pub fn add(&mut self, name: &str, treatment: Treatment, place: Option<Place>) {
        match name {
            "default" => self.default = treatment,
            name => self.grants.push(Grant { pattern: Pattern::parse(name), treatment, place }),
        }
    }
}

/// What a value of the right shape says.
fn treatment(name: &str, value: &Spanned<DeValue<'_>>) -> Result<Treatment, ManifestError> {
    value.get_ref().as_str().and_then(Treatment::named).ok_or_else(|| not_yet(name))
}

fn not_yet(name: &str) -> ManifestError {
    ManifestError::NotYet { what: format!("grant `{}`", text::Shown(name)) }
}

/// What `NAME=VALUE` says, of which the value starts at `start`: as in a manifest, with quotes optional around a word.
///
/// # Errors
///
/// All that is wrong with the value, each at its place.
pub(in crate::describe) fn flag(text: &Text, name: &str, start: usize) -> Result<Treatment, Vec<At<ManifestError>>> {
    let content = text.content();
    let value = content.get(start..).unwrap_or_default();
    let is_word =
        |word: &str| word.starts_with(char::is_alphabetic) && word.chars().all(|c| c.is_alphanumeric() || c == '-');
    if is_word(value) && !matches!(value, "true" | "false" | "inf" | "nan") {
        let word = Spanned::new(start..content.len(), DeValue::String(value.into()));
        return check(text, name, &word);
    }
    // A key of the same length in the place of the name: what the parser says of places is true of the flag, too.
    let document = format!("{}={value}", "k".repeat(start.saturating_sub(1)));
    let invalid = |message: &str, span: Option<std::ops::Range<usize>>| {
        let error = ManifestError::Value { key: name.to_owned(), message: message.to_owned() };
        At::place(error, Some(&text.place(span.unwrap_or(start..content.len()))))
    };
    let table = DeTable::parse(&document).map_err(|error| vec![invalid(error.message(), error.span())])?;
    match table.get_ref().iter().collect::<Vec<_>>().as_slice() {
        [(_, value)] => check(text, name, value),
        _ => Err(vec![invalid("there is more than a value", None)]),
    }
}

fn check(text: &Text, name: &str, value: &Spanned<DeValue<'_>>) -> Result<Treatment, Vec<At<ManifestError>>> {
    let said = match shape::is_setting(name) {
        true => Err(not_yet(name)),
        false => {
            tree::check(text, name, value, shape::grant(name))?;
            treatment(name, value)
        }
    };
    said.map_err(|error| vec![At::place(error, Some(&text.place(value.span())))])
}
