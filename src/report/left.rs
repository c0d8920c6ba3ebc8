//! Notes on imports that are left to the host without the user's request.

use crate::Composition;
use crate::link::left::{Exporter, Left};
use crate::text;

/// Imports of one name that are left to the host for one reason, with their instances.
struct Import<'c> {
    name: &'c str,
    instances: Vec<&'c str>,
    exporter: &'c Exporter,
}

/// Writes notes on the imports that are left to the host because no component exports them: one note for all imports
/// without a similar export, and one for each other import. `whole` shows all names.
pub(crate) fn notes(composition: &Composition, whole: bool) -> Vec<String> {
    let mut imports: Vec<Import<'_>> = Vec::new();
    for Left { instance, import, exporter } in &composition.left {
        match imports.iter_mut().find(|other| other.name == import && other.exporter == exporter) {
            Some(other) => other.instances.push(instance),
            None => imports.push(Import { name: import, instances: vec![instance], exporter }),
        }
    }
    let (plain, others): (Vec<_>, Vec<_>) = imports.into_iter().partition(|it| *it.exporter == Exporter::None);
    let plain = (!plain.is_empty()).then(|| note(&plain, whole));
    plain.into_iter().chain(others.iter().map(|it| note(std::slice::from_ref(it), whole))).collect()
}

fn note(imports: &[Import<'_>], whole: bool) -> String {
    let (shown, others) = if whole { (imports, 0) } else { text::some_of(imports) };
    let mut names: Vec<String> = shown
        .iter()
        .map(|Import { name, instances, .. }| {
            let instances = instances.iter().map(|instance| format!("`{instance}`"));
            format!("`{name}` of {}", listed(instances.collect()))
        })
        .collect();
    if others > 0 {
        names.push(format!("{others} others"));
    }
    let (are, them) = if imports.len() == 1 { ("is", "it") } else { ("are", "them") };
    let why = match imports.first().map(|it| it.exporter) {
        Some(Exporter::Root(root)) => format!("`{root}` alone exports {them}, and the root fills no imports"),
        Some(Exporter::Itself) => format!("no other component exports {them}"),
        Some(Exporter::Near(component, export, why)) => {
            format!("no component exports {them}; `{component}` exports `{export}`, but {why}")
        }
        Some(Exporter::None) | None => format!("no component exports {them}"),
    };
    format!("{} {are} left to the host: {why}", listed(names))
}

/// Joins names in a list: `a, b and c`.
fn listed(names: Vec<String>) -> String {
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}
