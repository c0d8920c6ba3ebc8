//! Corrections of invalid values in a manifest, as complete lines.

use toml::de::DeValue;

use super::error::{TREATMENTS, bare, grant, nearest, nested};
use super::shape::{Key, Shape, is_of_kind};
use crate::describe::Directory;
use crate::name::Capability;
use crate::text::{self, Shown};

/// The correction of a value whose kind `shape` does not allow. `table` is the name of its table in messages, empty for
/// the value of a flag. `components` are those of the manifest.
pub(super) fn of_value(
    table: &str,
    key: &str,
    value: &DeValue<'_>,
    shape: &Shape,
    components: &[String],
) -> Option<String> {
    kind_help(key, value, shape)
        .or_else(|| wire_help(table, key, value))
        .or_else(|| grants_help(table, key, value, components))
        .or_else(|| word_help(key, value, shape))
        .or_else(|| setting_help(key, value, shape, table.is_empty()))
}

/// The correction of another kind in TOML: `[rule]` for `[[rule]]`, several names for one, a size without a unit.
fn kind_help(key: &str, value: &DeValue<'_>, shape: &Shape) -> Option<String> {
    match (shape, value) {
        (Shape::Tables(_), DeValue::Table(_)) => Some(format!("write `[[{key}]]`, with two brackets on each side")),
        (Shape::Text, DeValue::Array(_)) if key == "component" => {
            Some("a rule has one name, in which `*` stands for any text: write a `[[rule]]` for each name".to_owned())
        }
        (Shape::Text, DeValue::Integer(number)) if key == "size" => {
            Some(format!("write it as text, with a unit: \"{}B\", or in KiB, MiB, GiB, kB, MB or GB", number.as_str()))
        }
        (Shape::Text, DeValue::Integer(number)) => Some(format!("write it in quotes: \"{}\"", number.as_str())),
        _ => None,
    }
}

/// The correction of a wire that is a table: `app.get = "kv"`.
fn wire_help(table: &str, key: &str, value: &DeValue<'_>) -> Option<String> {
    let is_wire = table == "[wire]" || table.ends_with(".wire]");
    let (import, _) = value.as_table().filter(|_| is_wire)?.iter().next()?;
    Some(format!(
        "the component and its import are one key: \"{}/{}\" = \"COMPONENT\"",
        Shown(key),
        Shown(import.get_ref())
    ))
}

/// The correction of grants where a component has a word instead of a table, such as `app = "deny"` in `[virtualize]`,
/// or where the table of the component is missing, such as `stdout = "allow"`.
fn grants_help(table: &str, key: &str, value: &DeValue<'_>, components: &[String]) -> Option<String> {
    let is_of_all = table == "[virtualize]" || table.ends_with(".virtualize]");
    let word = value.as_str().filter(|word| is_of_all && TREATMENTS.contains(word))?;
    let is_component = components.iter().any(|name| name == key);
    let is_grant = key == "default" || key.contains(':') || Capability::named(key).is_some();
    if is_grant && !is_component {
        return Some(grant(key, word, components));
    }
    Some(format!(
        "write a table of its own: `{}`, and in it `default = \"{word}\"`",
        nested(table, &Shown(key).to_string())
    ))
}

/// The setting that accepts a value, where the capability itself does not: `cwd.set = "/"` for `cwd = "/"`.
fn setting_help(key: &str, value: &DeValue<'_>, shape: &Shape, is_flag: bool) -> Option<String> {
    if let (DeValue::String(text), Shape::Texts) = (value, shape) {
        return Some(format!("write it as an array: [\"{}\"]", Shown(text)));
    }
    if let (DeValue::String(path), Shape::Table(keys)) = (value, shape) {
        let guest = key.strip_prefix("fs.").unwrap_or(key);
        let is_mount = guest.starts_with('/') && keys.iter().any(|key| key.name == "embed");
        return is_mount.then(|| mount_help(guest, path, is_flag));
    }
    if key == "fs" {
        let items = value.as_array().into_iter().flatten().filter_map(|item| item.get_ref().as_str());
        let path = value.as_str().or_else(|| { items }.next()).filter(|path| !path.is_empty())?;
        return Some(mount_help(&format!("/{}", path.trim_matches(['.', '/'])), path, is_flag));
    }
    let Shape::Either(shapes) = shape else { return None };
    let keys = shapes.iter().find_map(|shape| if let Shape::Table(keys) = shape { Some(*keys) } else { None })?;
    // An unknown word is not meant as the result of a function.
    let mut keys: Vec<&Key> = keys.iter().filter(|of| of.name != "returns").collect();
    // A name without a treatment is meant to be allowed.
    if keys.iter().any(|of| of.name == "allow") {
        keys.retain(|of| of.name != "deny");
    }
    if let Some((name, set)) = value.as_str().and_then(|text| text.split_once('='))
        && keys.iter().any(|of| of.name == "set" && matches!(of.shape, Shape::Map { .. }))
    {
        return Some(format!(
            "write {}",
            line_or_flag(&format!("{key}.set.{}", bare(name)), &text::toml(set), is_flag)
        ));
    }
    let lines = keys
        .iter()
        .filter_map(|of| Some(line_or_flag(&format!("{key}.{}", of.name), &accepted(key, of, value)?, is_flag)));
    let lines: Vec<String> = lines.collect();
    (!lines.is_empty()).then(|| format!("write {}", lines.join(" or ")))
}

/// A line of a manifest, or the equivalent flag.
fn line_or_flag(key: &str, value: &str, is_flag: bool) -> String {
    match is_flag {
        true => format!("`--grant {}`", text::shell(&format!("{key}={value}"))),
        false => format!("`{key} = {value}`"),
    }
}

/// A value in the form that a setting accepts: itself, or an array of it. `None` if the setting accepts neither.
fn accepted(key: &str, setting: &Key, value: &DeValue<'_>) -> Option<String> {
    // A number on its own is text in a flag.
    let is_number = value.as_str().is_some_and(|text| text.parse::<u64>().is_ok());
    let is_list = takes_texts(&setting.shape) && is_listed(key, value);
    match value {
        // A time contains a date, a duration does not.
        DeValue::String(text) if key == "clocks" && text.contains('-') != (setting.name == "fixed") => None,
        DeValue::String(text) if is_number && matches!(setting.shape, Shape::Number) => Some(text.to_string()),
        value if is_of_kind(value, &setting.shape) => written(value),
        value if is_list => Some(format!("[{}]", written(value)?)),
        _ => None,
    }
}

fn takes_texts(shape: &Shape) -> bool {
    match shape {
        Shape::Texts => true,
        Shape::Either(shapes) => shapes.iter().any(takes_texts),
        _ => false,
    }
}

/// Whether a word may be an element of a list: the name of a variable, a rule for requests.
fn is_listed(key: &str, value: &DeValue<'_>) -> bool {
    value.as_str().is_some_and(|word| match key {
        "http" => word.contains([':', '.']),
        _ => !word.is_empty() && !word.contains(char::is_whitespace),
    })
}

/// A value in TOML, if it fits on a line.
fn written(value: &DeValue<'_>) -> Option<String> {
    Some(match value {
        DeValue::String(text) => text::toml(text),
        DeValue::Integer(number) => number.as_str().to_owned(),
        DeValue::Boolean(is) => is.to_string(),
        DeValue::Array(items) => {
            let items: Option<Vec<String>> = items.iter().map(|item| written(item.get_ref())).collect();
            format!("[{}]", items?.join(", "))
        }
        _ => return None,
    })
}

/// The two ways to mount a path.
fn mount_help(guest: &str, path: &str, is_flag: bool) -> String {
    if let Some(directory) = Directory::read(path, false).filter(|_| is_flag) {
        return directory.advice(None);
    }
    let (guest, path) = (text::toml(guest), text::toml(path));
    format!(
        "write `fs.{guest} = {{ embed = {path} }}` to copy it, or `fs.{guest} = {{ host = {guest} }}` for the directory that the host \
         preopens by that name; `mode = \"read-only\"` beside `host` forbids writing"
    )
}

/// The intended word.
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
    // A slip must not turn a denial into a grant.
    let begun =
        || words.iter().find(|known| word.len() > 1 && known.starts_with(&word)).map(|known| (*known).to_owned());
    let near = nearest(&words, &word).or_else(begun).filter(|near| near != "allow" || word.starts_with('a'));
    meant.or(near).map(|meant| format!("write \"{meant}\""))
}

/// The words that a shape allows.
fn words(shape: &Shape) -> Vec<&'static str> {
    match shape {
        Shape::Word(words) => words.to_vec(),
        Shape::Either(shapes) => shapes.iter().flat_map(words).collect(),
        _ => Vec::new(),
    }
}
