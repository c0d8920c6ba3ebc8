//! Manifests that a program builds.

use std::path::{Path, PathBuf};

use super::Error;
use crate::Composition;
use crate::build::{self, Build, BuildOptions, Changes, Locking, Snapshots};
use crate::describe::Source;
use crate::timings::Timings;

/// Composes and verifies what a manifest describes, `weld.toml`. Writes nothing: [`Build::write`] does.
///
/// # Errors
///
/// All that is wrong in the first phase that finds something, for any output.
///
/// ```no_run
/// let build = weld::build("weld.toml", &weld::BuildOptions::new().locked())?;
/// build.write()?;
/// # Ok::<(), weld::Error>(())
/// ```
pub fn build(manifest: impl Into<PathBuf>, options: &BuildOptions) -> Result<Build, Error> {
    build::build(&Source::File(manifest.into()), options, &mut Timings::default()).map_err(Error::of)
}

impl BuildOptions {
    /// All outputs; components that the lock does not have are added to it.
    pub fn new() -> BuildOptions {
        BuildOptions::default()
    }

    /// Builds a target alone, beside those that were named before.
    pub fn target(mut self, name: impl Into<String>) -> BuildOptions {
        self.targets.push(name.into());
        self
    }

    /// Refuses components that are not the ones in the lock, and a lock that is not there.
    pub fn locked(mut self) -> BuildOptions {
        self.lock = Locking::Locked;
        self
    }

    /// Writes the lock anew, and snapshots that differ.
    pub fn update(mut self) -> BuildOptions {
        self.lock = Locking::Update;
        self
    }

    /// Leaves out the custom section that says what an output was made of.
    pub fn no_provenance(mut self) -> BuildOptions {
        self.no_provenance = true;
        self
    }
}

impl Build {
    /// The outputs, each with the file that it belongs in.
    pub fn outputs(&self) -> impl Iterator<Item = (&Path, &Composition)> {
        self.outputs.iter().map(|built| (built.file.as_path(), &built.composition))
    }

    /// Whether any file does not hold what it should.
    ///
    /// # Errors
    ///
    /// Where it can be seen beforehand that the files cannot be written.
    pub fn is_outdated(&self) -> Result<bool, Error> {
        Ok(self.outdated(Snapshots::All).map_err(Error::of)?.is_any())
    }

    /// Brings outputs, missing snapshots and the lock up to date: all of them, or none where one cannot be written. Gives
    /// the outputs that were written; one that is current is left alone.
    ///
    /// # Errors
    ///
    /// Where a file cannot be written.
    pub fn write(&self) -> Result<Vec<&Path>, Error> {
        let Changes { outputs, .. } = self.write_with(Snapshots::with(self.locking), None).map_err(Error::of)?;
        let written = self.outputs.iter().zip(outputs).filter(|(_, is_written)| *is_written);
        Ok(written.map(|(built, _)| built.file.as_path()).collect())
    }
}
