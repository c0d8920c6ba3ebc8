//! Writes manifests: new ones, and existing ones with an added component. The user's text is preserved.

use std::collections::BTreeMap;

use toml_edit::{DocumentMut, Item, TableLike, value};

use super::ManifestError;
use crate::text::{self, Shown};

/// A component of a new manifest.
#[derive(Debug, Clone)]
pub(crate) struct Component {
    /// Its name in the manifest.
    pub name: String,
    /// Its path relative to the directory of the manifest.
    pub path: String,
    /// Its imports that components fill by name: the import and the component.
    pub wires: Vec<(String, String)>,
}

/// An import that several components of a new manifest could fill.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    /// The component that has the import.
    pub importer: String,
    /// Its name.
    pub import: String,
    /// The possible sources, as wires name them. There are at least two.
    pub fillers: Vec<String>,
}

impl Choice {
    /// The decision to make, in words.
    pub(crate) fn message(&self) -> String {
        let fillers: Vec<String> = self.fillers.iter().map(|filler| format!("`{filler}`")).collect();
        let (last, others) = fillers.split_last().map_or((String::new(), Vec::new()), |(a, b)| (a.clone(), b.to_vec()));
        format!("`{}` of `{}` is exported by {} and {last}", self.import, self.importer, others.join(", "))
    }

    /// The lines to choose from. They are comments, except for the first if `is_decided`.
    fn lines(&self, is_decided: bool) -> String {
        let line = |(number, filler): (usize, &String)| {
            let mark = if is_decided && number == 0 { "" } else { "# " };
            let import = text::toml(&format!("{}/{}", self.importer, self.import));
            format!("{mark}{import} = {}\n", text::toml(filler))
        };
        let lines: String = self.fillers.iter().enumerate().map(line).collect();
        format!("# {}: remove the `#` of one line.\n{lines}", Shown(&self.message()))
    }
}

/// The text of a manifest that builds an output of each root, with all components that fill imports by name. An import
/// that several components could fill has a line for each, as comments; if `decided`, the first line is active.
pub(crate) fn manifest(roots: &[String], components: &[Component], choices: &[Choice], decided: bool) -> String {
    let mut text = "# What `weld build` builds.\n".to_owned();
    let output =
        |root: &str| format!("root = {}\noutput = {}\n", text::toml(root), text::toml(&format!("build/{root}.wasm")));
    match roots {
        [root] => text += &format!("\n[composition]\n{}", output(root)),
        roots => {
            let target = |root: &String| format!("\n[target.{}]\n{}", key(root), output(root));
            text.extend(roots.iter().map(target));
        }
    }
    let wires = components.iter().flat_map(|component| {
        component.wires.iter().map(|(import, exporter)| format!("#   {}: {import} <- {exporter}", component.name))
    });
    let wires: Vec<String> = wires.map(|line| format!("{}\n", Shown(&line))).collect();
    if !wires.is_empty() {
        text += &format!("\n# What fills each import, by its name; a line in `[wire]` changes it:\n{}", wires.concat());
    }
    text += "\n[components]\n";
    for Component { name, path, .. } in components {
        text += &format!("{} = {}\n", key(name), text::toml(path));
    }
    if !choices.is_empty() {
        text += "\n[wire]\n";
        text.extend(choices.iter().map(|choice| choice.lines(decided)));
    }
    text
}

/// A key in TOML: bare if possible, else quoted.
pub(crate) fn key(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !name.is_empty() && name.chars().all(is_bare) { name.to_owned() } else { text::toml(name) }
}

/// The files of the components of a manifest, by name. Empty for a text that is not a manifest.
pub(crate) fn components(text: &str) -> BTreeMap<String, String> {
    let Ok(document) = text.parse::<DocumentMut>() else { return BTreeMap::new() };
    let table = document.get("components").and_then(Item::as_table_like);
    let file = |item: &Item| {
        let path = item.as_table_like().map_or(Some(item), |table| table.get("path"));
        path.and_then(Item::as_str).map(str::to_owned)
    };
    let entries = table.into_iter().flat_map(TableLike::iter);
    entries.filter_map(|(name, item)| Some((name.to_owned(), file(item)?))).collect()
}

/// The text of a manifest with an added component, as the last one. `None` if the text is not a valid manifest.
///
/// # Errors
///
/// The manifest has a component of that name.
pub(crate) fn with_component(text: &str, name: &str, path: &str) -> Result<Option<String>, ManifestError> {
    let Ok(mut document) = text.parse::<DocumentMut>() else { return Ok(None) };
    if !document.contains_key("components") {
        document.insert("components", toml_edit::table());
    }
    let Some(table) = document.get_mut("components").and_then(Item::as_table_like_mut) else { return Ok(None) };
    if table.contains_key(name) {
        let file = components(text).remove(name).unwrap_or_default();
        return Err(ManifestError::NameTaken { name: name.to_owned(), file });
    }
    table.insert(name, value(path));
    let mut changed = document.to_string();
    if !changed.ends_with('\n') {
        changed.push('\n');
    }
    // The new line ends as all others do.
    let is_windows = text.contains("\r\n") && !text.replace("\r\n", "").contains('\n');
    Ok(Some(if is_windows { changed.replace("\r\n", "\n").replace('\n', "\r\n") } else { changed }))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{Choice, Component, components, manifest, with_component};

    #[test]
    fn manifest_edit_adds_a_component_and_changes_nothing_else() {
        let text = "# First.\n[composition]\nroot   = 'a' # the root\noutput = \"out.wasm\"\n\n[components] # all\n\
                    a  = \"a.wasm\"   # of us\nb  = { path = 'b.wasm' }\n\n# Wires.\n[wire]\n\"a/x\" = \"b\"\n";
        let added = with_component(text, "c d", "lib/c.wasm").unwrap().unwrap();
        assert_eq!(added, text.replace("'b.wasm' }\n", "'b.wasm' }\n\"c d\" = \"lib/c.wasm\"\n"));
        assert_eq!(components(&added).into_values().collect::<Vec<_>>(), ["a.wasm", "b.wasm", "lib/c.wasm"]);
        assert!(with_component(&added, "c d", "d.wasm").unwrap_err().to_string().contains("`lib/c.wasm`"));
        // For each form of the table.
        for (text, expected) in [
            ("components = { a = \"a.wasm\" }\n", "components = { a = \"a.wasm\" , k = \"k.wasm\" }\n"),
            ("components.a = \"a.wasm\"\n", "components.a = \"a.wasm\"\ncomponents.k = \"k.wasm\"\n"),
            ("[components]\n", "[components]\nk = \"k.wasm\"\n"),
            ("x = 1\n", "x = 1\n\n[components]\nk = \"k.wasm\"\n"),
            ("[components]\r\na = \"a\"\r\n", "[components]\r\na = \"a\"\r\nk = \"k.wasm\"\r\n"),
            ("[components]\na = \"a.wasm\"", "[components]\na = \"a.wasm\"\nk = \"k.wasm\"\n"),
        ] {
            assert_eq!(with_component(text, "k", "k.wasm").unwrap().unwrap(), expected);
        }
        assert_eq!(with_component("[components", "k", "k.wasm").unwrap(), None);
        assert_eq!(with_component("components = 1", "k", "k.wasm").unwrap(), None);
    }

    #[test]
    fn manifest_edit_quotes_names_of_a_new_manifest() {
        let name = "x\"]\n[wire]\n# ";
        let wires = vec![("a:b/c".to_owned(), name.to_owned())];
        let component = Component { name: name.to_owned(), path: "x.wasm".to_owned(), wires };
        let of = |roots: &[String], choices: &[Choice], is_decided: bool| {
            manifest(roots, std::slice::from_ref(&component), choices, is_decided)
        };
        let text = of(&[name.to_owned()], &[], false);
        assert_eq!(components(&text).into_iter().collect::<Vec<_>>(), [(name.to_owned(), "x.wasm".to_owned())]);
        assert!(!text.contains("\n[wire]"), "{text}");
        let two = of(&["a".to_owned(), "b.c".to_owned()], &[], false);
        assert!(two.contains("\n[target.a]\n") && two.contains("\n[target.\"b.c\"]\n"), "{two}");
        // A choice has no effect until the user decides.
        let fillers = vec![name.to_owned(), "b".to_owned()];
        let choice = Choice { importer: name.to_owned(), import: "x\ny".to_owned(), fillers };
        let wires = |is_decided| {
            let text = of(&["a".to_owned()], std::slice::from_ref(&choice), is_decided);
            let table = text.parse::<toml_edit::DocumentMut>().unwrap()["wire"].clone();
            table.as_table().unwrap().iter().map(|(_, filler)| filler.as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!((wires(false), wires(true)), (Vec::new(), vec![name.to_owned()]));
    }
}
