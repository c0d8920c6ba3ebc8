//! A manifest or a policy in TOML, checked against its shape.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{ManifestError, nested};
use super::help;
use super::shape::{Key, Shape, is_of_kind};
use crate::describe::{At, Text};

/// Parses a text, and checks its keys and the kinds of its values against a shape. `whole` is the name of the text in
/// messages: `the manifest`.
///
/// # Errors
///
/// All errors of the text, each at its place.
pub(crate) fn parse<'t>(
    text: &'t Text,
    whole: &'static str,
    shape: &Shape,
) -> Result<DeTable<'t>, Vec<At<ManifestError>>> {
    let (table, errors) = DeTable::parse_recoverable(text.content());
    if !errors.is_empty() {
        let wrong = |error: toml::de::Error| {
            let place = error.span().map(|span| text.place(span));
            let message = error.message().to_owned();
            let help = message
                .contains("unquoted key")
                .then_some("quote a key that has other characters than letters, digits, `-` and `_`: `fs.\"/tmp\"`");
            At::place(ManifestError::Syntax { whole, message, help }, place.as_ref())
        };
        return Err(errors.into_iter().map(wrong).collect());
    }
    let table = table.into_inner();
    let components = table.get("components").and_then(|components| components.get_ref().as_table());
    let components = components.into_iter().flatten().map(|(name, _)| name.get_ref().to_string()).collect();
    let mut checker = Checker { text, whole, components, errors: Vec::new() };
    checker.table(whole, &table, shape);
    // Tables iterate in the order of their keys, while users correct a text from its start.
    checker.errors.sort_by_key(At::offset);
    if checker.errors.is_empty() { Ok(table) } else { Err(checker.errors) }
}

/// Checks a single value, that of `key`, against a shape.
///
/// # Errors
///
/// All errors of the value, each at its place.
pub(crate) fn check(
    text: &Text,
    key: &str,
    value: &Spanned<DeValue<'_>>,
    shape: &Shape,
) -> Result<(), Vec<At<ManifestError>>> {
    let mut checker = Checker { text, whole: "", components: Vec::new(), errors: Vec::new() };
    checker.value("", key, value, shape);
    checker.errors.sort_by_key(At::offset);
    if checker.errors.is_empty() { Ok(()) } else { Err(checker.errors) }
}

struct Checker<'t> {
    text: &'t Text,
    whole: &'static str,
    /// The names of the components, if the text is a manifest.
    components: Vec<String>,
    errors: Vec<At<ManifestError>>,
}

impl Checker<'_> {
    fn error(&mut self, error: ManifestError, span: Range<usize>) {
        self.errors.push(At::place(error, Some(&self.text.place(span))));
    }

    /// Checks a table. `name` is its name in messages.
    fn table(&mut self, name: &str, table: &DeTable<'_>, shape: &Shape) {
        let (known, other): (&[Key], Option<&Shape>) = match shape {
            Shape::Table(keys) => (keys, None),
            Shape::Map { known, of } => (known, Some(of)),
            _ => return,
        };
        for (key, value) in table {
            let text: &str = key.get_ref();
            // A value that is not a text can only be meant for one of the known keys.
            let other =
                other.filter(|_| known.is_empty() || text.contains([':', '#', '*']) || value.get_ref().is_str());
            match (known.iter().find(|known| known.name == text).map(|known| &known.shape), other) {
                (Some(shape), _) | (None, Some(shape)) => self.value(name, text, value, shape),
                (None, None) => {
                    self.error(ManifestError::unknown_key(name, text, known), key.span());
                }
            }
        }
    }

    fn value(&mut self, table: &str, key: &str, value: &Spanned<DeValue<'_>>, shape: &Shape) {
        let (inner, whole) = (value.get_ref(), shape);
        let shape = match shape {
            Shape::Either(shapes) => shapes.iter().find(|shape| is_of_kind(inner, shape)).unwrap_or(shape),
            shape => shape,
        };
        if let (Shape::Texts, DeValue::Array(items)) = (shape, inner) {
            for (index, item) in items.iter().enumerate() {
                self.value(table, &format!("{key}[{index}]"), item, &Shape::Text);
            }
            return;
        }
        if let (Shape::Tables(keys), DeValue::Array(items)) = (shape, inner) {
            for item in items {
                match item.get_ref() {
                    DeValue::Table(inner) => self.table(&format!("[[{key}]]"), inner, &Shape::Table(keys)),
                    _ => self.value(table, key, item, &Shape::Table(keys)),
                }
            }
            return;
        }
        let fits = match (shape, inner) {
            (Shape::Word(words), DeValue::String(text)) => words.iter().any(|word| word == text),
            (Shape::Number, DeValue::Integer(number)) => u64::from_str_radix(number.as_str(), number.radix()).is_ok(),
            (shape, inner) => is_of_kind(inner, shape),
        };
        if !fits {
            let found = match inner {
                DeValue::String(text) => format!("{:?}", text.as_ref()),
                DeValue::Integer(number) => number.as_str().to_owned(),
                other => a(other.type_str()),
            };
            let help = help::of_value(table, key, inner, whole, &self.components);
            let help = help.map(String::into_boxed_str);
            let error = ManifestError::Kind { key: key.to_owned(), found, expected: shape.expected(), help };
            return self.error(error, value.span());
        }
        if let DeValue::Table(inner) = inner {
            let name = if table == self.whole { format!("[{key}]") } else { nested(table, key) };
            self.table(&name, inner, shape);
        }
    }
}

fn a(kind: &str) -> String {
    let vowel = kind.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {kind}", if vowel { "an" } else { "a" })
}
