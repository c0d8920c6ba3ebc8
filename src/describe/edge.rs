//! How texts say where an edge is, in manifests, on the command line and in the library.
//!
//! ```text
//! edge      = "export " NAME       an export of the output
//!           | reference            an import of an instance, which NAME says
//! reference = INSTANCE [ "/" NAME ]
//! INSTANCE  = COMPONENT [ "#" NUMBER ]
//! ```
//!
//! COMPONENT is text without `/` and `#`. NUMBER is that of a further instance: no sign, no zero in front, and at most
//! [`limits::INSTANCE_NUMBER`]. NAME is the rest, of an import or an export, with or without the version. Where an edge is to be
//! recorded, the NAME [`HOST`] is all imports that the host fills.
//!
//! What `weld inspect` calls an instance of a finished component may have `/` in it. [`below`] finds the instance there,
//! and what follows it is again an edge, of that instance.

use std::fmt;

use crate::limits;

/// What an edge begins with that is an export.
pub(crate) const EXPORT: &str = "export ";

/// What stands for the host, where a component could.
pub(crate) const HOST: &str = "host";

/// An edge of a composition, by the end that is not the component that fills it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Edge {
    /// An import of an instance: its name, with or without the version.
    Import(InstanceName, String),
    /// An export of the output, likewise.
    Export(String),
}

/// An instance of a component: `kv`, or `kv#1`, `kv#2`, … for further ones.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct InstanceName {
    /// What the composition calls the component.
    pub component: String,
    /// Which of its instances.
    pub number: u32,
}

/// Why a text names no edge, or nothing of a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotAnEdge {
    /// Neither an import nor an export is named.
    Name,
    /// This one has a number that no instance has.
    Number(String),
    /// There is no component of this name.
    Component(String),
}

impl Edge {
    /// Reads an edge. `is_component` says whether there is a component of a name.
    ///
    /// # Errors
    ///
    /// The text names no component, none of its instances, or no import and no export.
    pub(crate) fn read(text: &str, is_component: impl Fn(&str) -> bool) -> Result<Edge, NotAnEdge> {
        let edge = match text.strip_prefix(EXPORT) {
            Some(export) => Edge::Export(export.trim().to_owned()),
            None => {
                let (instance, import) = reference(text, is_component)?;
                Edge::Import(instance, import.unwrap_or_default())
            }
        };
        if edge.name().is_empty() { Err(NotAnEdge::Name) } else { Ok(edge) }
    }

    /// The name of the import, or of the export.
    pub(crate) fn name(&self) -> &str {
        match self {
            Edge::Import(_, name) | Edge::Export(name) => name,
        }
    }
}

impl InstanceName {
    /// Reads `kv` or `kv#1`. `None` for a number that no further instance has: `kv#0`, `kv#01`.
    pub(crate) fn read(text: &str) -> Option<InstanceName> {
        let Some((component, number)) = text.split_once('#') else {
            return Some(InstanceName { component: text.to_owned(), number: 0 });
        };
        // `+1` and `01` would be further names of one instance.
        let is_number = |of: &u32| (1..=limits::INSTANCE_NUMBER).contains(of) && of.to_string() == number;
        let number = number.parse().ok().filter(is_number)?;
        Some(InstanceName { component: component.to_owned(), number })
    }
}

/// Reads an instance, and what of it is named, if anything is.
///
/// # Errors
///
/// The text names no component, or none of its instances.
pub(crate) fn reference(
    text: &str,
    is_component: impl Fn(&str) -> bool,
) -> Result<(InstanceName, Option<String>), NotAnEdge> {
    let (instance, name) = parts(text);
    let instance = InstanceName::read(instance).ok_or_else(|| NotAnEdge::Number(instance.to_owned()))?;
    if !is_component(&instance.component) {
        return Err(NotAnEdge::Component(instance.component));
    }
    Ok((instance, name.map(str::to_owned)))
}

/// The two parts of a reference, as they are written.
pub(crate) fn parts(text: &str) -> (&str, Option<&str>) {
    text.split_once('/').map_or((text, None), |(instance, name)| (instance, Some(name)))
}

/// What follows the name of an instance, and a `/`, in a text that begins with them.
pub(crate) fn below<'t>(text: &'t str, instance: &str) -> Option<&'t str> {
    text.strip_prefix(instance)?.strip_prefix('/')
}

impl fmt::Display for Edge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Edge::Import(importer, import) => write!(f, "{importer}/{import}"),
            Edge::Export(export) => write!(f, "{EXPORT}{export}"),
        }
    }
}

impl fmt::Display for InstanceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.number {
            0 => f.write_str(&self.component),
            number => write!(f, "{}#{number}", self.component),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Edge, NotAnEdge, below};

    fn read(text: &str) -> Result<String, NotAnEdge> {
        Edge::read(text, |name| ["app", "acme:kv"].contains(&name)).map(|edge| format!("{edge} ({})", edge.name()))
    }

    #[test]
    fn edges_are_read_as_they_are_written() {
        for (text, name) in [
            ("app/acme:kv/store@1.0.0", "acme:kv/store@1.0.0"),
            ("app#2/run", "run"),
            ("app/host", "host"),
            ("acme:kv/store", "store"),
            ("export acme:kv/store", "acme:kv/store"),
        ] {
            assert_eq!(read(text), Ok(format!("{text} ({name})")));
        }
        assert_eq!(read("export  run "), Ok("export run (run)".to_owned()));
    }

    #[test]
    fn texts_that_name_no_edge_say_what_is_missing() {
        for text in ["app", "app/", "export ", "export  ", "app#1"] {
            assert_eq!(read(text), Err(NotAnEdge::Name), "{text}");
        }
        for instance in ["app#0", "app#01", "app#+1", "app#", "app#1#1", "app#99999999"] {
            assert_eq!(read(&format!("{instance}/run")), Err(NotAnEdge::Number(instance.to_owned())), "{instance}");
        }
        for component in ["", "ap", "exports run"] {
            assert_eq!(
                read(&format!("{component}/run")),
                Err(NotAnEdge::Component(component.to_owned())),
                "{component}"
            );
        }
    }

    #[test]
    fn an_instance_is_followed_by_a_slash() {
        assert_eq!(below("cms/kv/acme:kv/store", "cms/kv"), Some("acme:kv/store"));
        assert_eq!(below("cms/kv2/acme:kv/store", "cms/kv"), None);
        assert_eq!(below("cms", "cms"), None);
    }
}
