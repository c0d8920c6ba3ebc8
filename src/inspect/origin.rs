//! Where things come from, in words.

use super::model::{Inspection, Source, Wire};

impl Inspection {
    /// What fills an import or is an export, in words: the name of an instance, with `#` and the name of the export where
    /// that is another than the import's; `host`, or `outer` within an instance, for an import of what is around, likewise;
    /// `{…}` for an instance that is put together of several; `component NAME`; `own` for what the code around has.
    ///
    /// `around` is the instance that sees it so, by its index.
    pub fn origin(&self, wire: &Wire, around: usize) -> String {
        let named = |what: String, path: &[String], name: Option<&String>| match path {
            path if path.iter().eq(name) => what,
            path => format!("{what}#{}", path.join("#")),
        };
        match &wire.from {
            Source::Import { name, path } => {
                let outer = if around == 0 { "host" } else { "outer" };
                match path.as_slice() {
                    [] if *name == wire.name => outer.to_owned(),
                    path => named(format!("{outer}#{name}"), path, None),
                }
            }
            Source::Instance { instance, path } => {
                let instance = self.instances.get(*instance);
                named(instance.map_or_else(String::new, |instance| instance.name.clone()), path, Some(&wire.name))
            }
            Source::Bundle { items } => {
                let items = items.iter().map(|item| format!("{} <- {}", item.name, self.origin(item, around)));
                format!("{{{}}}", items.collect::<Vec<_>>().join(", "))
            }
            Source::Component { component } => {
                let component = self.components.get(*component);
                format!("component {}", component.map_or("", |component| &component.name))
            }
            Source::Own => "own".to_owned(),
        }
    }
}
