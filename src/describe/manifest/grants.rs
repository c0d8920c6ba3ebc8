//! Grants as TOML says them: the tables of `[virtualize]`, and the flag that takes one key of such a table.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::item::{Item, items, unquoted};
use super::settings::{Draft, parts};
use super::{Layers, ManifestError, Reader, shape, tree};
use crate::describe::{At, Entry, Grant, Grants, Place, Text, Treatment};
use crate::name::{Capability, Form, Pattern, unqualified};

impl<'t> Reader<'t> {
    /// What each component may use.
    pub(super) fn virtualize(&mut self, layers: &Layers<'t>, components: &[Entry]) -> BTreeMap<String, Grants> {
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
            let mut draft = Draft::new(&mut grants, self.directory);
            for item in items(self.text, table) {
                draft.say(item.name, &item);
            }
            if let Err(errors) = draft.finish() {
                self.errors.extend(errors);
            }
            all.insert(component, grants);
        }
        all
    }
}

impl Grants {
    /// Adds what is said of a name, which may be `default`.
    pub(crate) fn add(&mut self, name: &str, treatment: Treatment, place: Option<Place>) {
        match name {
            "default" => self.default = treatment,
            name => self.set(Grant::new(Pattern::parse(name), treatment, place)),
        }
    }
}

/// Takes what `NAME=VALUE` says, of which the name ends at `end`: as in a manifest, with quotes optional around a text
/// that stands alone, and dots for tables: `random=allow`, `fs./tmp.memory=1MiB`.
///
/// # Errors
///
/// All that is wrong with it by itself, each at its place. What is wrong beside other flags, the draft says.
pub(in crate::describe) fn flag(text: &Text, end: usize, draft: &mut Draft<'_>) -> Result<(), Vec<At<ManifestError>>> {
    let content = text.content();
    let (name, start) = (content.get(..end).unwrap_or_default(), end + 1);
    let (key, setting) = (text.place(0..end), shape::setting(name));
    if let Some((word, _)) =
        name.split_once('.').filter(|(word, _)| setting.is_none() && Capability::meant(word).is_some())
    {
        let error = ManifestError::NoCapability { name: word.to_owned() };
        return Err(vec![At::place(error, Some(&text.place(0..word.len())))]);
    }
    if let Some(function) = stubbed(name).filter(|_| setting.is_none()) {
        // What follows is WAVE, in which quotes mean something.
        let value = content.get(start..).unwrap_or_default();
        let value = Spanned::new(start..content.len(), DeValue::String(value.into()));
        draft.stub(unquoted(function), &Item { name, key, value: &value, text });
        return Ok(());
    }
    let of = |value: &DeValue<'_>| match setting {
        Some((capability, setting)) => {
            let (setting, below) = parts(capability, setting, value);
            shape::of_setting(capability, setting, below)
        }
        None => Some(shape::grant(unquoted(name))),
    };
    let takes = |value: &DeValue<'_>| of(value).is_some_and(|shape| shape::is_of_kind(value, shape));
    let written = content.get(start..).unwrap_or_default();
    let bare = DeValue::String(written.into());
    let invalid = |message: &str, span: Option<Range<usize>>| {
        let error = ManifestError::Value { key: name.to_owned(), message: message.to_owned() };
        vec![At::place(error, Some(&text.place(span.unwrap_or(start..content.len()))))]
    };
    // A key of the same length in the place of the name: what the parser says of places is true of the flag, too.
    let document = format!("{}={written}", "k".repeat(end));
    let parsed = DeTable::parse(&document);
    let values: Vec<_> = parsed.iter().flat_map(|table| table.get_ref().iter().map(|(_, value)| value)).collect();
    let is_bare = !written.trim_start().starts_with(['"', '\'', '{', '[']) && (takes(&bare) || parsed.is_err());
    let bare = Spanned::new(start..content.len(), bare);
    let value = match (values.as_slice(), &parsed) {
        // A number where a text would do as well is a number.
        ([value], _) if !is_bare || takes(value.get_ref()) => *value,
        _ if is_bare => &bare,
        (_, Err(error)) => return Err(invalid(error.message(), error.span())),
        _ => return Err(invalid("there is more than a value", None)),
    };
    let item = Item { name, key, value, text };
    match setting {
        Some((capability, setting)) => draft.setting(capability, setting, &item),
        None => {
            tree::check(text, name, value, shape::grant(unquoted(name)))?;
            draft.say(unquoted(name), &item);
        }
    }
    Ok(())
}

/// The function of `FUNCTION.returns`. That of `[method]resource.returns` is a function of that name.
fn stubbed(name: &str) -> Option<&str> {
    let function = name.strip_suffix(".returns")?;
    let name = unquoted(function);
    let last = unqualified(name).1.unwrap_or(name);
    (Form::of(last).is_some() || last.contains('*')).then_some(function)
}
