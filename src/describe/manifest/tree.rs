//! A manifest or a policy as TOML, checked against its shape.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{ManifestError, TREATMENTS, nearest};
use super::shape::{Key, Shape};
use crate::describe::{At, Text};
use crate::name::Capability;
use crate::text::Shown;

/// Parses a text, and checks that it has no key and no kind of value that it may not have. `whole` is what messages call
/// it: `the manifest`.
///
/// # Errors
///
/// All that is wrong, each at its place.
pub fn parse<'t>(text: &'t Text, whole: &'static str, shape: &Shape) -> Result<DeTable<'t>, Vec<At<ManifestError>>> {
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
    let mut checker = Checker { text, whole, errors: Vec::new() };
    checker.table(whole, &table, shape);
    // Tables are in the order of their keys; whoever mends the text goes through it from its start.
    checker.errors.sort_by_key(At::offset);
    if checker.errors.is_empty() { Ok(table) } else { Err(checker.errors) }
}

/// Checks a value that stands alone: that of `key`, which may be what `shape` says.
///
/// # Errors
///
/// All that is wrong with it, each at its place.
pub fn check(
    text: &Text,
    key: &str,
    value: &Spanned<DeValue<'_>>,
    shape: &Shape,
) -> Result<(), Vec<At<ManifestError>>> {
    let mut checker = Checker { text, whole: "", errors: Vec::new() };
    checker.value("", key, value, shape);
    checker.errors.sort_by_key(At::offset);
    if checker.errors.is_empty() { Ok(()) } else { Err(checker.errors) }
}

struct Checker<'t> {
    text: &'t Text,
    whole: &'static str,
    errors: Vec<At<ManifestError>>,
}

impl Checker<'_> {
    fn error(&mut self, error: ManifestError, span: Range<usize>) {
        self.errors.push(At::place(error, Some(&self.text.place(span))));
    }

    /// Checks a table. `name` is what messages call it.
    fn table(&mut self, name: &str, table: &DeTable<'_>, shape: &Shape) {
        let (known, other): (&[Key], Option<&Shape>) = match shape {
            Shape::Table(keys) => (keys, None),
            Shape::Map { known, of } => (known, Some(of)),
            _ => return,
        };
        for (key, value) in table {
            let text: &str = key.get_ref();
            // What is a table, or some such, can only be meant for one of the known keys.
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
            let help = wire_help(table, key, inner)
                .or_else(|| grants_help(table, key, inner))
                .or_else(|| kind_help(key, inner, whole));
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

/// What a table in a table is called: `[target.release]`.
pub fn nested(table: &str, key: &str) -> String {
    let is_bare = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    let key = if is_bare { key.to_owned() } else { format!("\"{key}\"") };
    format!("{}.{key}]", table.trim_end_matches(']'))
}

/// Whether a value is of the kind that a shape asks for, whatever it says.
pub fn is_of_kind(value: &DeValue<'_>, shape: &Shape) -> bool {
    match shape {
        Shape::Text | Shape::Word(_) => value.is_str(),
        Shape::Bool => value.is_bool(),
        Shape::Number => value.is_integer(),
        Shape::Time => value.is_str() || value.is_datetime(),
        Shape::Texts | Shape::Tables(_) => value.is_array(),
        Shape::Table(_) | Shape::Map { .. } => value.is_table(),
        Shape::Either(shapes) => shapes.iter().any(|shape| is_of_kind(value, shape)),
    }
}

/// How a wire is written that is a table: `app.get = "kv"`.
fn wire_help(table: &str, key: &str, value: &DeValue<'_>) -> Option<String> {
    let is_wire = table == "[wire]" || table.ends_with(".wire]");
    let (import, _) = value.as_table().filter(|_| is_wire)?.iter().next()?;
    Some(format!(
        "the component and its import are one key: \"{}/{}\" = \"COMPONENT\"",
        Shown(key),
        Shown(import.get_ref())
    ))
}

/// How grants are written where a component has a word in place of a table: `[virtualize]` and `app = "deny"`.
fn grants_help(table: &str, key: &str, value: &DeValue<'_>) -> Option<String> {
    let is_of_all = table == "[virtualize]" || table.ends_with(".virtualize]");
    let word = value.as_str().filter(|word| is_of_all && TREATMENTS.contains(word))?;
    Some(format!(
        "write a table of its own: `{}`, and in it `default = \"{word}\"`",
        nested(table, &Shown(key).to_string())
    ))
}

/// What to write in the place of a word that is none of those that a shape has.
fn kind_help(key: &str, value: &DeValue<'_>, shape: &Shape) -> Option<String> {
    word_help(key, value, shape).or_else(|| setting_help(key, value, shape))
}

/// The key of a setting that takes the value, where the capability itself does not: `cwd.set` for `cwd = "/"`.
fn setting_help(key: &str, value: &DeValue<'_>, shape: &Shape) -> Option<String> {
    if let (DeValue::String(text), Shape::Texts) = (value, shape) {
        return Some(format!("write it as an array: [\"{}\"]", Shown(text)));
    }
    if let (DeValue::String(path), Shape::Table(keys)) = (value, shape) {
        let is_mount = key.starts_with('/') && keys.iter().any(|key| key.name == "embed");
        let path = Shown(path);
        return is_mount.then(|| {
            format!("say what it is: `{{ embed = \"{path}\" }}` copies it, `{{ host = \"{path}\" }}` is what the host preopens")
        });
    }
    if let (DeValue::String(path), "fs") = (value, key) {
        let path = Shown(path);
        return path.0.contains('/').then(|| {
            format!("say where it is mounted: `fs.\"GUEST\" = {{ host = \"{path}\" }}`, or `embed` in place of `host`")
        });
    }
    let Shape::Either(shapes) = shape else { return None };
    let tables = shapes.iter().filter_map(|shape| match shape {
        Shape::Table(keys) => Some(*keys),
        _ => None,
    });
    // A number that stands alone in a flag is read as text.
    let is_number = value.as_str().is_some_and(|text| text.parse::<u64>().is_ok());
    let takes = |of: &Shape| is_of_kind(value, of) || (is_number && matches!(of, Shape::Number));
    let settings = tables.flatten().filter(|of| takes(&of.shape)).map(|of| format!("`{key}.{}`", of.name));
    // What sockets take cannot be honoured yet, and a word that is none is no value that a function returns.
    let settings: Vec<String> = settings.filter(|of| key != "sockets" && !of.ends_with(".returns`")).collect();
    (!settings.is_empty()).then(|| format!("a value is given to {}", settings.join(" or ")))
}

/// The word that is meant by another one.
fn word_help(key: &str, value: &DeValue<'_>, shape: &Shape) -> Option<String> {
    let word = match value {
        DeValue::String(word) => word.to_ascii_lowercase(),
        DeValue::Boolean(is) => is.to_string(),
        _ => return None,
    };
    let is_read_only = ["ro", "r", "read", "readonly", "read-only", "read_only"].contains(&word.as_str());
    if is_read_only && (key == "fs" || key.starts_with("fs.") || key.starts_with('/')) {
        return Some(
            "a directory of the host is read-only with `--preopen-ro GUEST=HOST`, or in a manifest by `fs.\"GUEST\" = { host = \
             \"HOST\", mode = \"read-only\" }`"
                .to_owned(),
        );
    }
    let is_grant = TREATMENTS.contains(&key) && !words(shape).is_empty();
    if is_grant && (Capability::named(&word).is_some() || Capability::meant(&word).is_some()) {
        return Some(format!("the capability comes first: `{} = \"{key}\"`", Shown(&word)));
    }
    let words = words(shape);
    let meant = match word.as_str() {
        "true" | "yes" | "on" | "allowed" => Some("allow"),
        "false" | "no" | "off" | "none" | "denied" => Some("deny"),
        _ if is_read_only => Some("read-only"),
        _ => None,
    };
    let meant = meant.filter(|meant| words.contains(meant)).map(str::to_owned);
    // No slip of the keys turns a denial into a grant.
    let near = nearest(words, &word).filter(|near| near != "allow" || word.starts_with('a'));
    meant.or(near).map(|meant| format!("write \"{meant}\""))
}

/// The words that a value may be.
fn words(shape: &Shape) -> Vec<&'static str> {
    match shape {
        Shape::Word(words) => words.to_vec(),
        Shape::Either(shapes) => shapes.iter().flat_map(words).collect(),
        _ => Vec::new(),
    }
}

fn a(kind: &str) -> String {
    let vowel = kind.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {kind}", if vowel { "an" } else { "a" })
}
