//! A key and its value, in a manifest or a flag.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::ManifestError;
use crate::describe::{Place, Text};
use crate::text;

/// A key with its value, in a table or a flag.
pub(crate) struct Item<'t> {
    pub name: &'t str,
    /// The place of the key.
    pub key: Place,
    pub value: &'t Spanned<DeValue<'t>>,
    pub text: &'t Text,
}

impl<'t> Item<'t> {
    /// The place of the value.
    pub(crate) fn place(&self) -> Place {
        self.text.place(self.value.span())
    }

    /// The items of a table in the same text.
    pub(crate) fn items(&self, table: &'t DeTable<'t>) -> impl Iterator<Item = Item<'t>> + use<'t> {
        items(self.text, table)
    }

    /// The texts of an array, each with its place.
    pub(crate) fn texts(&self) -> Vec<(String, Place)> {
        let items = self.value.get_ref().as_array().into_iter().flatten();
        items.filter_map(|item| Some((item.get_ref().as_str()?.to_owned(), self.text.place(item.span())))).collect()
    }

    /// The number, if the value is one.
    pub(crate) fn number(&self) -> Option<u64> {
        let DeValue::Integer(number) = self.value.get_ref() else { return None };
        u64::from_str_radix(number.as_str(), number.radix()).ok()
    }
}

/// The items of a table.
pub(super) fn items<'t>(text: &'t Text, table: &'t DeTable<'t>) -> impl Iterator<Item = Item<'t>> + use<'t> {
    table.iter().map(|(key, value)| Item { name: key.get_ref(), key: text.place(key.span()), value, text })
}

/// A part of the name in a flag, without quotes, which are optional.
pub(super) fn unquoted(name: &str) -> &str {
    ['"', '\''].iter().find_map(|quote| name.strip_prefix(*quote)?.strip_suffix(*quote)).unwrap_or(name)
}

/// The error for a grant that a later version of weld may know.
pub(super) fn not_yet(name: &str) -> ManifestError {
    ManifestError::NotYet { what: format!("grant `{}`", text::Shown(name)) }
}
