//! Names that name sections give. They mean nothing to the component itself: whoever wrote the file chose them.

use std::collections::BTreeMap;

use wasmparser::{ComponentName, ComponentNameSectionReader, NameMap};

/// The names that the name section of one level of a component gives.
#[derive(Debug, Default)]
pub struct SectionNames<'a> {
    /// The level's own.
    pub own: Option<&'a str>,
    /// Those of its components, by index.
    pub components: BTreeMap<u32, &'a str>,
    /// Those of its instances, by index.
    pub instances: BTreeMap<u32, &'a str>,
}

impl<'a> SectionNames<'a> {
    /// Reads a name section. What is malformed in it names nothing: it has no say in what a component is.
    pub fn read(&mut self, section: ComponentNameSectionReader<'a>) {
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

/// Takes in the names of a subsection. The first of an item stays.
fn read_map<'a>(into: &mut BTreeMap<u32, &'a str>, names: NameMap<'a>) {
    for naming in names.into_iter().map_while(Result::ok) {
        into.entry(naming.index).or_insert(naming.name);
    }
}
