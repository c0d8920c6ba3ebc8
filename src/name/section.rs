//! Names that name sections give. They are untrusted: the author of the file chose them, and nothing depends on them.

use std::collections::BTreeMap;

use wasmparser::{ComponentName, ComponentNameSectionReader, NameMap};

/// The names that the name section of one component gives, without those of nested components.
#[derive(Debug, Default)]
pub(crate) struct SectionNames<'a> {
    /// The name of the component itself.
    pub own: Option<&'a str>,
    /// The names of the components in its index space, by index.
    pub components: BTreeMap<u32, &'a str>,
    /// The names of the instances in its index space, by index.
    pub instances: BTreeMap<u32, &'a str>,
}

impl<'a> SectionNames<'a> {
    /// Reads a name section. Malformed parts are ignored, because they do not change what a component is.
    pub(crate) fn read(&mut self, section: ComponentNameSectionReader<'a>) {
        for subsection in section {
            match subsection {
                Ok(ComponentName::Component { name, .. }) => _ = self.own.get_or_insert(name),
                Ok(ComponentName::Components(names)) => read_map(&mut self.components, names),
                Ok(ComponentName::Instances(names)) => read_map(&mut self.instances, names),
                Ok(_) => {}
                Err(_) => return,
            }
        }
    }
}

/// Adds the names of a subsection. The first name of an index takes precedence.
fn read_map<'a>(into: &mut BTreeMap<u32, &'a str>, names: NameMap<'a>) {
    for naming in names.into_iter().map_while(Result::ok) {
        into.entry(naming.index).or_insert(naming.name);
    }
}
