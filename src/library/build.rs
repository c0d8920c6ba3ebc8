//! Manifests that a program builds.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use super::Error;
use crate::Composition;
use crate::build::{self, Build, BuildOptions, Changes, Locking, Snapshots};
use crate::describe::Source;
use crate::files::Files;
use crate::snapshot::State;
use crate::text;
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

/// The text of a manifest for the components in a directory, `weld.toml`: an output for each component of which no other one
/// uses anything, wired by name. It was built, and nothing is written.
///
/// # Errors
///
/// Where there is no component, one cannot be read, or names do not say what fills an import.
///
/// ```no_run
/// let text = weld::init("parts")?;
/// assert!(text.contains("[components]"));
/// # Ok::<(), weld::Error>(())
/// ```
pub fn init(directory: impl AsRef<Path>) -> Result<String, Error> {
    let initial = build::init::init(directory.as_ref(), &mut Timings::default()).map_err(Error::of)?;
    Ok(initial.text)
}

/// The text of a manifest to which a component is added, as the last one, by the name of its file or another one. All else in
/// it stays as it is written. Nothing is written.
///
/// # Errors
///
/// Where either cannot be read, the manifest has the component already, or has its name for another one.
///
/// ```no_run
/// let text = weld::add("weld.toml", "parts/kv.wasm", None)?;
/// assert!(text.contains("kv = \"parts/kv.wasm\""));
/// # Ok::<(), weld::Error>(())
/// ```
pub fn add(manifest: impl AsRef<Path>, component: impl AsRef<Path>, name: Option<&str>) -> Result<String, Error> {
    let (manifest, component) = (manifest.as_ref(), component.as_ref());
    let added = build::add::add(manifest, component, name, &mut Timings::default()).map_err(Error::of)?;
    Ok(added.text)
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

    /// Allows obsolete import names such as `url=<…>` in outputs, for hosts that still know them. Without this they are an
    /// error.
    pub fn allow_obsolete_names(mut self) -> BuildOptions {
        self.obsolete_names = true;
        self
    }

    /// Reads the manifest and the files that it names from memory, by their paths, and nothing from a file system. A directory
    /// that a mount embeds is the files below its path; there are no links.
    ///
    /// ```
    /// let app = r#"(component
    ///   (import "answer" (func $answer (result u32)))
    ///   (export "run" (func $answer)))"#;
    /// let library = r#"(component
    ///   (core module $code (func (export "answer") (result i32) i32.const 42))
    ///   (core instance $code (instantiate $code))
    ///   (func (export "answer") (result u32) (canon lift (core func $code "answer"))))"#;
    /// let manifest = r#"
    ///   [composition]
    ///   root = "app"
    ///   output = "out.wasm"
    ///   [components]
    ///   app = "parts/app.wat"
    ///   library = "parts/library.wat"
    /// "#;
    /// let files = [("weld.toml", manifest), ("parts/app.wat", app), ("parts/library.wat", library)];
    ///
    /// let build = weld::build("weld.toml", &weld::BuildOptions::new().files(files))?;
    /// let (_, composition) = build.outputs().next().expect("the manifest has an output");
    /// assert_eq!(weld::inspect(composition.bytes())?.imports().count(), 0);
    /// # Ok::<(), weld::Error>(())
    /// ```
    pub fn files(mut self, files: impl IntoIterator<Item = (impl Into<PathBuf>, impl Into<Vec<u8>>)>) -> BuildOptions {
        self.files = Files::memory(files);
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

    /// The files that were read, each once and in order: the manifest, components, documents, policies, snapshots, what is
    /// embedded, and the lock. A directory that is embedded stands beside what is in it: a new file changes it.
    ///
    /// A build script has Cargo watch them:
    ///
    /// ```no_run
    /// # let build = weld::build("weld.toml", &weld::BuildOptions::new())?;
    /// for file in build.files() {
    ///     println!("cargo:rerun-if-changed={}", file.display());
    /// }
    /// # Ok::<(), weld::Error>(())
    /// ```
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        let components = self.outputs.iter().flat_map(|built| built.composition.components.given());
        let components = components.flat_map(|component| component.paths());
        // One that is not there was not read.
        let snapshots = self.outputs.iter().filter_map(|built| built.snapshot.as_ref());
        let snapshots = snapshots.filter(|snapshot| snapshot.golden.state() != State::Missing);
        let snapshots = snapshots.map(|snapshot| &snapshot.file);
        let files = self.outputs.iter().flat_map(|built| &built.files);
        let files: BTreeSet<&Path> =
            files.chain(components).chain(snapshots).chain([&self.lock_file]).map(PathBuf::as_path).collect();
        files.into_iter()
    }

    /// What is probably not meant, though nothing is wrong, in words: components that are not those in the lock, and
    /// snapshots that [`Build::write`] leaves as they are though they differ. [`Composition::warnings`] has those of an
    /// output.
    pub fn warnings(&self) -> Vec<String> {
        let lock = text::path(&self.lock_file);
        let changes = self.changes.iter().map(|change| change.shown(&lock));
        let snapshots = self.outputs.iter().filter_map(|built| built.snapshot.as_ref()).filter_map(|snapshot| {
            let state = snapshot.golden.state();
            let what = match state {
                State::Differs => "differs from what was built",
                _ => "is not there",
            };
            let is_left = state != State::Current && !Snapshots::with(self.locking).covers(state);
            is_left.then(|| format!("snapshot {} {what}", text::path(&snapshot.file)))
        });
        changes.chain(snapshots).collect()
    }

    /// Whether any file does not hold what it should, as `weld build --check` finds it. A snapshot that differs is such a
    /// file, though [`Build::write`] only writes it with [`BuildOptions::update`].
    ///
    /// # Errors
    ///
    /// Where it can be seen beforehand that the files cannot be written.
    pub fn is_outdated(&self) -> Result<bool, Error> {
        Ok(self.outdated(Snapshots::All).map_err(Error::of)?.is_any())
    }

    /// Brings outputs, snapshots and the lock up to date: all of them, or none where one cannot be written. Gives the
    /// outputs that were written; one that is current is left alone. Snapshots are written where there are none; with
    /// [`BuildOptions::update`] those that differ, too, and with [`BuildOptions::locked`] none.
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

impl fmt::Debug for Build {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outputs: Vec<&Path> = self.outputs().map(|(file, _)| file).collect();
        f.debug_struct("Build").field("outputs", &outputs).finish_non_exhaustive()
    }
}
