//! Bringing what a build makes up to date: outputs, then snapshots, the lock and the dependency file, all of them or none.

use std::path::{Path, PathBuf};

use super::{Build, BuiltSnapshot, Locking};
use crate::emit::depfile::{Rule, depfile};
use crate::emit::{self, EmitError, Identity};
use crate::files::Files;
use crate::snapshot::State;
use crate::text;

/// Which snapshots are written. They are there to be reviewed: one that differs is written where that is asked for, and no
/// sooner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Snapshots {
    /// None: whoever refuses new components wants no new snapshots either, or a check after it would find what was written
    /// just before.
    None,
    /// Those that are not there.
    Missing,
    /// These, and those that differ.
    All,
}

impl Snapshots {
    /// Those that go with what is done with the lock.
    pub fn with(locking: Locking) -> Snapshots {
        match locking {
            Locking::Keep => Snapshots::Missing,
            Locking::Locked => Snapshots::None,
            Locking::Update => Snapshots::All,
        }
    }

    /// Whether a snapshot of a state is written.
    pub fn covers(self, state: State) -> bool {
        match state {
            State::Current => false,
            State::Missing => self != Snapshots::None,
            State::Differs => self == Snapshots::All,
        }
    }
}

/// The dependency file of a build.
#[derive(Debug, Clone, Copy)]
pub struct Depfile<'f> {
    /// Its name.
    pub file: &'f Path,
    /// Whether an output that does not change keeps its time, for `restat` of `ninja`. Otherwise it gets that of now, as outputs of
    /// compilers do: `make` runs a rule again whose output is older than what it is made of.
    pub keeps_times: bool,
}

/// Which files were written, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// For each output, in order, whether it was.
    pub outputs: Vec<bool>,
    /// Whether any snapshot was.
    pub snapshots: bool,
    /// Whether the lock was.
    pub lock: bool,
}

impl Changes {
    /// Whether anything was.
    pub fn is_any(&self) -> bool {
        self.snapshots || self.lock || self.outputs.contains(&true)
    }
}

impl Build {
    /// Which files do not hold what they should.
    ///
    /// # Errors
    ///
    /// Where it can be seen beforehand that they cannot be written.
    pub(crate) fn outdated(&self, snapshots: Snapshots) -> Result<Changes, EmitError> {
        let files = self.contents(snapshots, self.lock.as_deref());
        Ok(self.written(emit::outdated(&files)?, snapshots, self.lock.is_some()))
    }

    /// Brings the files up to date, and writes the dependency file if there is to be one. One that is current is left
    /// alone, but for its time beside a dependency file. Where one cannot be written, none is.
    ///
    /// # Errors
    ///
    /// Where one cannot be written.
    pub(crate) fn write_with(&self, snapshots: Snapshots, depfile: Option<Depfile<'_>>) -> Result<Changes, EmitError> {
        // Another build may have written the lock since this one read it. What it says is kept, and nobody writes it meanwhile.
        let _others_wait = emit::exclusive(self.lock_file.parent().unwrap_or(Path::new("")));
        let lock = super::lock(&self.lock_file, &Files::Disk, &self.found, self.locking, self.is_partial);
        let lock = lock.map_or_else(|_| self.lock.clone(), |(lock, _)| lock);
        let mut files = self.contents(snapshots, lock.as_deref());
        let text = depfile.map(|depfile| self.dependencies(depfile.file)).transpose()?;
        if let Some((depfile, text)) = depfile.zip(text.as_ref()) {
            files.push((depfile.file, text.as_bytes()));
        }
        let written = emit::update(&files)?;
        // After the lock and the dependency file, which a rule may name as well.
        if depfile.is_some_and(|depfile| !depfile.keeps_times) {
            let mut outputs = files.iter().take(self.outputs.len());
            outputs.try_for_each(|(file, bytes)| emit::touch(file, bytes))?;
        }
        Ok(self.written(written, snapshots, lock.is_some()))
    }

    /// The outputs, the snapshots and the lock, with what they should hold.
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

    /// What of [`Build::contents`] was written, by what it is.
    fn written(&self, files: Vec<bool>, snapshots: Snapshots, has_lock: bool) -> Changes {
        let mut files = files.into_iter();
        Changes {
            outputs: files.by_ref().take(self.outputs.len()).collect(),
            // That they are not current was found when they were compared.
            snapshots: files.by_ref().take(self.snapshots(snapshots).count()).count() > 0,
            lock: has_lock && files.next() == Some(true),
        }
    }

    /// The text of the dependency file, which may be none of the others, be it of an output that is not built now.
    fn dependencies(&self, file: &Path) -> Result<String, EmitError> {
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
