//! Writes the files of a build: outputs, snapshots, the lock and the dependency file, either all of them or none.

use std::path::{Path, PathBuf};

use super::{Build, BuiltSnapshot, Locking};
use crate::emit::depfile::{Rule, depfile};
use crate::emit::{self, EmitError, Identity};
use crate::files::Files;
use crate::snapshot::State;
use crate::text;

/// The snapshots that are written. Snapshots are for review, so one that differs is only written on request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Snapshots {
    /// None. A build that refuses new components must not write snapshots, since a later check would then compare with
    /// these.
    None,
    /// Those without a file.
    Missing,
    /// Those without a file, and those that differ.
    All,
}

impl Snapshots {
    /// The snapshots to write for a use of the lock.
    pub(crate) fn with(locking: Locking) -> Snapshots {
        match locking {
            Locking::Keep => Snapshots::Missing,
            Locking::Locked => Snapshots::None,
            Locking::Update => Snapshots::All,
        }
    }

    /// Whether a snapshot in a state is written.
    pub(crate) fn covers(self, state: State) -> bool {
        match state {
            State::Current => false,
            State::Missing => self != Snapshots::None,
            State::Differs => self == Snapshots::All,
        }
    }
}

/// The dependency file of a build.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Depfile<'f> {
    /// The path.
    pub file: &'f Path,
    /// Whether an unchanged output keeps its time, for `restat` of `ninja`. Otherwise its time is set to now, because
    /// `make` runs a rule again if the output is older than a dependency.
    pub keeps_times: bool,
}

/// The files that were written, or that differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Changes {
    /// Whether each output was written, in order.
    pub outputs: Vec<bool>,
    /// Whether any snapshot was written.
    pub snapshots: bool,
    /// Whether the lock was written.
    pub lock: bool,
}

impl Changes {
    /// Whether any file was written.
    pub(crate) fn is_any(&self) -> bool {
        self.snapshots || self.lock || self.outputs.contains(&true)
    }
}

impl Build {
    /// The files that differ from their content in this build.
    ///
    /// # Errors
    ///
    /// The files cannot be written together.
    pub(crate) fn outdated(&self, snapshots: Snapshots) -> Result<Changes, EmitError> {
        let files = self.contents(snapshots, self.lock.as_deref());
        Ok(self.changes_of(emit::outdated(&files)?, snapshots, self.lock.is_some()))
    }

    /// Writes the files that differ, and the dependency file if there is one. With a dependency file, the times of
    /// unchanged outputs are set too. If a file cannot be written, none is.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
    pub(crate) fn write_with(&self, snapshots: Snapshots, depfile: Option<Depfile<'_>>) -> Result<Changes, EmitError> {
        // Another build may have changed the lock meanwhile. Its entries are kept, and no other build writes it until
        // this one is done.
        let _directory_lock = emit::lock_directory(self.lock_file.parent().unwrap_or(Path::new("")));
        let lock = super::lock(&self.lock_file, &Files::Disk, &self.found, self.locking, self.is_partial);
        let lock = lock.map_or_else(|_| self.lock.clone(), |(lock, _)| lock);
        let mut files = self.contents(snapshots, lock.as_deref());
        let text = depfile.map(|depfile| self.dependency_text(depfile.file)).transpose()?;
        if let Some((depfile, text)) = depfile.zip(text.as_ref()) {
            files.push((depfile.file, text.as_bytes()));
        }
        let written = emit::update(&files)?;
        // The times are set after the lock and the dependency file are written, because these may be dependencies too.
        if depfile.is_some_and(|depfile| !depfile.keeps_times) {
            let mut outputs = files.iter().take(self.outputs.len());
            outputs.try_for_each(|(file, bytes)| emit::touch(file, bytes))?;
        }
        Ok(self.changes_of(written, snapshots, lock.is_some()))
    }

    /// The outputs, the snapshots and the lock, with their content.
    fn contents<'c>(&'c self, snapshots: Snapshots, lock: Option<&'c str>) -> Vec<(&'c Path, &'c [u8])> {
        let outputs = self.outputs.iter().map(|built| (built.file.as_path(), built.composition.bytes()));
        let snapshots =
            self.snapshots(snapshots).map(|BuiltSnapshot { file, golden }| (file.as_path(), golden.text.as_bytes()));
        let lock = lock.into_iter().map(|lock| (self.lock_file.as_path(), lock.as_bytes()));
        outputs.chain(snapshots).chain(lock).collect()
    }

    fn snapshots(&self, snapshots: Snapshots) -> impl Iterator<Item = &BuiltSnapshot> {
        let all = self.outputs.iter().filter_map(|built| built.snapshot.as_ref());
        all.filter(move |snapshot| snapshots.covers(snapshot.golden.state()))
    }

    /// Assigns the results for [`Build::contents`] to outputs, snapshots and the lock.
    fn changes_of(&self, files: Vec<bool>, snapshots: Snapshots, has_lock: bool) -> Changes {
        let mut files = files.into_iter();
        Changes {
            outputs: files.by_ref().take(self.outputs.len()).collect(),
            // Only snapshots that differ are among the files.
            snapshots: files.by_ref().take(self.snapshots(snapshots).count()).count() > 0,
            lock: has_lock && files.next() == Some(true),
        }
    }

    /// The text of the dependency file. It must not be another file of the manifest, including files of outputs that
    /// are not built.
    fn dependency_text(&self, file: &Path) -> Result<String, EmitError> {
        let identity = Identity::of(file);
        let mut others = self.outputs.iter().flat_map(|built| &built.files).chain(&self.named);
        if let Some(other) = others.find(|other: &&PathBuf| Identity::of(other).is(&identity)) {
            let (file, other) = (text::path(file), format!("`{}`", text::path(other)));
            return Err(EmitError::Same { file, other });
        }
        if let Some(directory) = self.embedded.iter().find(|directory| identity.is_below(&Identity::of(directory))) {
            return Err(EmitError::Embedded { file: text::path(file), directory: text::path(directory) });
        }
        let rules: Vec<Rule<'_>> =
            self.outputs.iter().map(|built| Rule { target: &built.file, files: built.files.clone() }).collect();
        depfile(file, &rules)
    }
}
