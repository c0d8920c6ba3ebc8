//! Components put at an edge of a finished composition, whoever composed it: it is taken apart, gets a chain, and is composed again.

use crate::PhaseError;
use crate::compose::{Composition, compose};
use crate::describe::At;
use crate::describe::manifest::edit;
use crate::load::Component;
use crate::split::{Split, describe, split};
use crate::text;
use crate::timings::Timings;

/// A component that is put at an edge.
pub struct Link {
    /// What it is called, if no other component of the composition is.
    pub name: String,
    /// The bytes of its file.
    pub bytes: Vec<u8>,
}

/// Puts components at an edge: `COMPONENT/IMPORT`, or `export NAME`. The first one fills the import, or is exported. One that is there
/// several times has an instance for each.
///
/// # Errors
///
/// Where the composition cannot be taken apart, there is no such edge, or a component does not fit there.
pub fn splice(
    whole: &Component,
    edge: &str,
    links: Vec<Link>,
    timings: &mut Timings,
) -> Result<Composition, PhaseError> {
    let Split { mut files, mut manifest } = split(whole, timings)?;
    let taken = edit::components(&manifest).into_keys();
    let mut names = taken.collect();
    let mut chain = Vec::new();
    for Link { name, bytes } in links {
        let same = files.iter().find(|(_, of)| **of == bytes).map(|(file, _)| file.clone());
        let known = same.and_then(|file| edit::components(&manifest).into_iter().find(|(_, of)| *of == file));
        if let Some((name, _)) = known.filter(|(name, _)| chain.contains(name)) {
            chain.push(name);
            continue;
        }
        let name = crate::load::free_name(&name, &names);
        let file = format!("{name}.wasm");
        names.insert(name.clone());
        let added = edit::with_component(&manifest, &name, &file);
        let added = added.map_err(|error| PhaseError::Manifest(vec![At::from(error)]))?;
        manifest = added.unwrap_or(manifest);
        files.insert(file, bytes);
        chain.push(name);
    }
    let list: Vec<String> = chain.iter().map(|name| text::toml(name)).collect();
    manifest += &format!("\n[chain]\n{} = [{}]\n", text::toml(edge), list.join(", "));
    compose(&describe(&manifest, &files)?, timings)
}
