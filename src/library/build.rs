//! Functions on manifests.

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

/// Composes and verifies the outputs of a manifest. Writes no file: [`Build::write`] writes them.
///
/// # Errors
///
/// Returns all errors of the first phase that finds any, for any output.
///
/// ```no_run
/// let build = weld::build("weld.toml", &weld::BuildOptions::new().locked())?;
/// build.write()?;
/// # Ok::<(), weld::Error>(())
/// ```
pub fn build(manifest: impl Into<PathBuf>, options: &BuildOptions) -> Result<Build, Error> {
    build::build(&Source::File(manifest.into()), options, &mut Timings::default()).map_err(Error::of)
}

/// Makes a manifest for the components in a directory, and returns its text. Writes no file.
///
/// The manifest has an output for each component whose exports no other component uses. Imports are filled by name. The
/// outputs are composed and verified.
///
/// # Errors
///
/// The directory has no component, a component cannot be read, or the outputs cannot be composed.
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

/// Adds a component to a manifest, and returns the new text. Writes no file.
///
/// The component becomes the last one of the manifest. `name` is its name, and `None` stands for the name of its file.
/// Everything else in the manifest stays as it is, with comments.
///
/// # Errors
///
/// The manifest or the component cannot be read, or the manifest already has the component, or another one of that
/// name.
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
    /// Creates options to build all outputs, and to add components to the lock that it does not have.
    pub fn new() -> BuildOptions {
        BuildOptions::default()
    }

    /// Adds a target to those that are built. Without any, all are built.
    pub fn target(mut self, name: impl Into<String>) -> BuildOptions {
        self.targets.push(name.into());
        self
    }

    /// Makes it an error if a component is not the one in the lock, or if there is no lock.
    pub fn locked(mut self) -> BuildOptions {
        self.lock = Locking::Locked;
        self
    }

    /// Updates the lock, and snapshots that differ.
    pub fn update(mut self) -> BuildOptions {
        self.lock = Locking::Update;
        self
    }

    /// Allows names that the Component Model no longer has in outputs, such as imports named `url=<…>`, for older
    /// hosts. By default, they are an error.
    pub fn allow_obsolete_names(mut self) -> BuildOptions {
        self.obsolete_names = true;
        self
    }

    /// Sets the files in memory that are read in place of the file system.
    ///
    /// The manifest, and all files that it names, are looked up in `files`, which are pairs of path and content. A
    /// directory that is embedded consists of the files below its path. There are no symlinks.
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

    /// Leaves out provenance, the custom section `weld`, which lists the inputs and the grants of an output.
    pub fn no_provenance(mut self) -> BuildOptions {
        self.no_provenance = true;
        self
    }
}

impl Build {
    /// Returns the outputs, each with the path of its file.
    pub fn outputs(&self) -> impl Iterator<Item = (&Path, &Composition)> {
        self.outputs.iter().map(|built| (built.file.as_path(), &built.composition))
    }

    /// Returns the paths that the build depends on, sorted and without duplicates: the manifest, components, documents,
    /// policies, snapshots, embedded files and the lock. Embedded directories are listed too, since a new file in them
    /// changes the output.
    ///
    /// A build script tells Cargo to watch them:
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
        // A snapshot that does not exist was not read.
        let snapshots = self.outputs.iter().filter_map(|built| built.snapshot.as_ref());
        let snapshots = snapshots.filter(|snapshot| snapshot.golden.state() != State::Missing);
        let snapshots = snapshots.map(|snapshot| &snapshot.file);
        let files = self.outputs.iter().flat_map(|built| &built.files);
        let files: BTreeSet<&Path> =
            files.chain(components).chain(snapshots).chain([&self.lock_file]).map(PathBuf::as_path).collect();
        files.into_iter()
    }

    /// Returns warnings as lines of text: components that are not those in the lock, and snapshots that are missing or
    /// differ, and that [`Build::write`] does not write. The warnings of an output are in [`Composition::warnings`].
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

    /// Whether any output, snapshot or lock is missing or not current, as `weld build --check` checks. This includes
    /// snapshots that [`Build::write`] does not write without [`BuildOptions::update`].
    ///
    /// # Errors
    ///
    /// It can be seen beforehand that a file cannot be written.
    pub fn is_outdated(&self) -> Result<bool, Error> {
        Ok(self.outdated(Snapshots::All).map_err(Error::of)?.is_any())
    }

    /// Writes outputs, snapshots and the lock, either all or none of them. Returns the paths of the outputs that were
    /// written.
    ///
    /// Files that are current are not written. A snapshot is written if its file does not exist. Snapshots that differ
    /// are written with [`BuildOptions::update`], and none are written with [`BuildOptions::locked`].
    ///
    /// # Errors
    ///
    /// A file cannot be written.
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
