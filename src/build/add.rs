//! Adds a component to a manifest: `weld add`.

use std::path::{Path, PathBuf};

use super::{BuildOptions, build_text, init, read};
use crate::describe::manifest::edit;
use crate::describe::manifest::wiring::component_name;
use crate::describe::manifest::{Manifest, ManifestError};
use crate::describe::{At, Source, Text};
use crate::emit::Identity;
use crate::files::Files;
use crate::load::{decode, file};
use crate::timings::Timings;
use crate::{PhaseError, text};

/// A manifest with an added component.
pub(crate) struct Added {
    /// The new text of the manifest.
    pub text: String,
    /// The name of the component in the manifest.
    pub name: String,
    /// The error of building the new manifest, usually that nothing uses the component yet.
    pub lacks: Option<PhaseError>,
}

/// Adds a component to the text of a manifest. No file is written.
///
/// # Errors
///
/// A file cannot be read. The manifest already has the component, or another one of that name.
pub(crate) fn add(
    manifest: &Path,
    component: &Path,
    name: Option<&str>,
    timings: &mut Timings,
) -> Result<Added, PhaseError> {
    let (source, file) = (Source::File(manifest.to_owned()), Source::File(component.to_owned()));
    let old = read(&Files::Disk, &source)?;
    Manifest::parse(Text::new(&source.shown(), &old), manifest)?;
    timings.span("load", || decode(file.stem(), file.shown(), file::read(&file)?))?;
    let wrong = |error: ManifestError| PhaseError::Manifest(vec![At::from(error)]);
    let directory = manifest.parent().unwrap_or(Path::new(""));
    let identity = Identity::of(component);
    let mut known: Vec<(String, PathBuf)> = Vec::new();
    for (name, path) in edit::components(&old) {
        let path = directory.join(path);
        if Identity::of(&path).is(&identity) {
            return Err(wrong(ManifestError::ComponentTaken { name, file: file.shown() }));
        }
        known.push((name, path));
    }
    // A default name is changed if it is in use.
    let name = name.map_or_else(|| init::name_for(component, &known), str::to_owned);
    component_name(&name).map_err(wrong)?;
    let unsayable = || ManifestError::Unsayable { manifest: source.shown(), file: text::path(component) };
    let path = file::relative(directory, component).ok_or_else(|| wrong(unsayable()))?;
    let text = edit::with_component(&old, &name, &path).map_err(wrong)?.unwrap_or(old);
    let lacks = build_text(&text, &source, &BuildOptions::default(), timings).err();
    Ok(Added { text, name, lacks })
}
