//! `weld.lock`: the digest that each component of a manifest had.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::ErrorKind;
use std::path::Path;

use miette::Diagnostic;
use thiserror::Error;
use toml::Table;

use super::LoadError;
use super::file::reason;
use crate::describe::Source;
use crate::text;

/// The version of the format that this weld reads and writes.
const VERSION: i64 = 1;

/// What a lock says: SHA-256 digests of files, in hexadecimal digits, by the names of components.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    /// Of the components that the outputs of a manifest share.
    pub components: BTreeMap<String, String>,
    /// Of those that a target has by itself, by its name.
    pub targets: BTreeMap<String, BTreeMap<String, String>>,
}

/// A component that is not what the lock says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The component.
    pub component: String,
    /// The target that has it by itself, if one does.
    pub target: Option<String>,
    /// The digest that the lock has. `None` for a component that it does not have.
    pub locked: Option<String>,
    /// The digest that the component has.
    pub found: String,
}

/// What can be wrong with a lock.
#[derive(Debug, Clone, Error, Diagnostic)]
#[non_exhaustive]
#[allow(missing_docs)] // The messages say it.
pub enum LockError {
    #[error("`{file}` is not a lock of weld: {message}")]
    #[diagnostic(help("restore it, or write it anew with `weld build --update`"))]
    Corrupt { file: String, message: String },

    #[error("`{file}` is of version {found}, and this weld knows version {VERSION}")]
    #[diagnostic(help("a newer weld wrote it: use that, or write it anew with `weld build --update`"))]
    Newer { file: String, found: i64 },

    #[error("cannot read `{file}`: {reason}")]
    Read { file: String, reason: String },

    #[error("there is no `{file}`, so nothing says what the components should be")]
    #[diagnostic(help("write it with `weld build --update`, look at it, and commit it"))]
    Missing { file: String },

    #[error("`{file}` cannot be written anew for some targets alone: {reason}")]
    #[diagnostic(help("what it has of the others would be lost; run `weld build --update` without `--target`"))]
    Others { file: String, reason: String },

    #[error("{}", differences(.file, .changes))]
    #[diagnostic(help("if that is meant, run `weld build --update` and commit `{file}`"))]
    Differs { file: String, changes: Vec<Change> },
}

fn differences(file: &str, changes: &[Change]) -> String {
    let shown = changes.iter().map(|change| {
        let locked = change.locked.iter().map(|locked| format!("\n  locked: sha256 {locked}"));
        format!("{}{}\n  found:  sha256 {}", change.shown(file), locked.collect::<String>(), change.found)
    });
    shown.collect::<Vec<_>>().join("\n")
}

impl Change {
    /// What has changed, in words. `lock` is what messages call the lock.
    pub fn shown(&self, lock: &str) -> String {
        let target = self.target.iter().map(|target| format!(" of target `{target}`")).collect::<String>();
        let one = if self.locked.is_some() { "the one " } else { "" };
        format!("component `{}`{target} is not {one}in `{lock}`", self.component)
    }
}

impl Lock {
    /// Reads the lock in a file, if it is there. `file` is what messages call it.
    ///
    /// # Errors
    ///
    /// Where it cannot be read, or is none, or is of a newer version.
    pub fn read(path: &Path, file: &str) -> Result<Option<Lock>, LockError> {
        let failed = |reason: String| LockError::Read { file: file.to_owned(), reason };
        let corrupt = |message: &str| LockError::Corrupt { file: file.to_owned(), message: message.to_owned() };
        // Before it is opened: a pipe that nobody writes to would be waited for.
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_file() => {}
            Ok(metadata) if metadata.is_dir() => return Err(failed("it is a directory".to_owned())),
            Ok(_) => return Err(failed("it is not a regular file".to_owned())),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(reason(&error))),
        }
        let text = match super::file::read_text(&Source::File(path.to_owned())) {
            Ok(text) => text,
            Err(LoadError::Empty { .. }) => String::new(),
            Err(LoadError::NotText { .. }) => return Err(corrupt("it is not UTF-8")),
            Err(LoadError::Read { reason, .. }) => return Err(failed(reason)),
            Err(error) => return Err(corrupt(&error.to_string())),
        };
        Lock::parse(file, &text).map(Some)
    }

    /// Reads a lock. `file` is what messages call it.
    ///
    /// # Errors
    ///
    /// Where it is none, or of a newer version.
    pub fn parse(file: &str, text: &str) -> Result<Lock, LockError> {
        let corrupt = |message: &str| LockError::Corrupt { file: file.to_owned(), message: message.to_owned() };
        let table: Table = text.parse().map_err(|error: toml::de::Error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            corrupt(&format!("line {}: {}", before.matches('\n').count() + 1, error.message()))
        })?;
        match table.get("version").and_then(toml::Value::as_integer) {
            Some(VERSION) => {}
            Some(found) if found > VERSION => return Err(LockError::Newer { file: file.to_owned(), found }),
            Some(found) => return Err(corrupt(&format!("there is no version {found}"))),
            None => return Err(corrupt("it has no `version`")),
        }
        let known = |table: &Table, name: &str, known: &[&str]| -> Result<(), LockError> {
            match table.keys().find(|key| !known.contains(&key.as_str())) {
                Some(key) => Err(corrupt(&format!("{name} has the key `{key}`"))),
                None => Ok(()),
            }
        };
        let digests = |table: &Table, name: &str| -> Result<BTreeMap<String, String>, LockError> {
            let Some(value) = table.get("components") else { return Ok(BTreeMap::new()) };
            let table =
                value.as_table().ok_or_else(|| corrupt(&format!("{name} has `components` that are no table")))?;
            let digest = |(name, value): (&String, &toml::Value)| match value.as_str() {
                Some(digest) if text::is_sha256(digest) => Ok((name.clone(), digest.to_ascii_lowercase())),
                _ => Err(corrupt(&format!("`{name}` has no digest"))),
            };
            table.iter().map(digest).collect()
        };
        known(&table, "it", &["version", "components", "target"])?;
        let mut lock = Lock { components: digests(&table, "it")?, targets: BTreeMap::new() };
        if let Some(targets) = table.get("target") {
            let targets = targets.as_table().ok_or_else(|| corrupt("`target` is not a table"))?;
            for (name, target) in targets {
                let shown = format!("target `{name}`");
                let target = target.as_table().ok_or_else(|| corrupt(&format!("{shown} is not a table")))?;
                known(target, &shown, &["components"])?;
                lock.targets.insert(name.clone(), digests(target, &shown)?);
            }
        }
        Ok(lock)
    }

    /// The text of the lock.
    pub fn text(&self) -> String {
        let mut text = format!(
            "# The digests of the components. `weld build --locked` refuses others; `--update` writes this file anew.\n\
             version = {VERSION}\n"
        );
        let mut section = |header: String, digests: &BTreeMap<String, String>| {
            if !digests.is_empty() {
                // Writing to a string cannot fail.
                let _ = write!(text, "\n[{header}]\n");
                for (name, digest) in digests {
                    let _ = writeln!(text, "{} = \"{digest}\"", quoted(name));
                }
            }
        };
        section("components".to_owned(), &self.components);
        for (target, digests) in &self.targets {
            section(format!("target.{}.components", quoted(target)), digests);
        }
        text
    }

    /// The digests of a target's own components, or of the shared ones.
    pub fn of(&mut self, target: Option<&str>) -> &mut BTreeMap<String, String> {
        match target {
            Some(target) => self.targets.entry(target.to_owned()).or_default(),
            None => &mut self.components,
        }
    }

    /// What `found` has that is not so here. What only this one has is no concern of what is built.
    pub fn changes(&self, found: &Lock) -> Vec<Change> {
        let none = BTreeMap::new();
        let sections = std::iter::once((None, &self.components, &found.components)).chain(
            found.targets.iter().map(|(name, digests)| (Some(name), self.targets.get(name).unwrap_or(&none), digests)),
        );
        let mut changes = Vec::new();
        for (target, locked, found) in sections {
            for (name, digest) in found.iter().filter(|(name, digest)| locked.get(*name) != Some(digest)) {
                let (component, target) = (name.clone(), target.cloned());
                changes.push(Change { component, target, locked: locked.get(name).cloned(), found: digest.clone() });
            }
        }
        changes
    }

    /// This lock with what `found` says of components that it does not have.
    #[must_use]
    pub fn completed(&self, found: &Lock) -> Lock {
        found.updated(self)
    }

    /// This lock with all that `found` says.
    #[must_use]
    pub fn updated(&self, found: &Lock) -> Lock {
        let mut lock = self.clone();
        lock.components.extend(found.components.clone());
        for (target, digests) in &found.targets {
            lock.of(Some(target)).extend(digests.clone());
        }
        lock
    }
}

/// A key of TOML, as it must be written for any text.
fn quoted(key: &str) -> String {
    toml::Value::String(key.to_owned()).to_string()
}
