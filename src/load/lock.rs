//! `weld.lock`: the digests of the components of a manifest, and of the files that are embedded for them.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::ErrorKind;
use std::path::Path;

use miette::Diagnostic;
use thiserror::Error;
use toml::Table;

use super::{LoadError, reason};
use crate::describe::Source;
use crate::describe::setting::Named;
use crate::files::{Files, Kind};
use crate::text::{self, Shown};

/// The version of the format.
const VERSION: i64 = 1;

/// The content of a lock.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Lock {
    /// The digests that all outputs of a manifest share.
    pub shared: Digests,
    /// The digests of single targets, by name.
    pub targets: BTreeMap<String, Digests>,
}

/// SHA-256 digests, in hexadecimal digits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Digests {
    /// The digests of files, by component.
    pub components: BTreeMap<String, String>,
    /// The digests of embedded files, by component and by mount path or `stdin`.
    pub embedded: BTreeMap<String, BTreeMap<String, String>>,
}

/// A difference from the lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    /// The component.
    pub component: String,
    /// The mount path of an embedded file, or `stdin`. `None` for the component itself.
    pub embedded: Option<String>,
    /// The target, if it belongs to a single one.
    pub target: Option<String>,
    /// The digest in the lock. `None` if the lock has none.
    pub locked: Option<String>,
    /// The actual digest.
    pub found: String,
}

/// Errors of a lock.
#[derive(Debug, Clone, Error, Diagnostic)]
#[non_exhaustive]
#[allow(missing_docs)] // The messages say it.
pub(crate) enum LockError {
    #[error("`{file}` is not a lock of weld: {message}")]
    #[diagnostic(help("restore it, or write it again: `{}`", update(.file)))]
    Corrupt { file: String, message: String },

    #[error("`{file}` is of version {found}, and this weld knows version {VERSION}")]
    #[diagnostic(help(
        "a newer version of weld wrote it: use that version, or write it again: `{}`", update(.file)
    ))]
    Newer { file: String, found: i64 },

    #[error("cannot read the lock `{file}`: {reason}")]
    #[diagnostic(help("restore it from version control, or remove it: where there is none, `weld build` writes it"))]
    Read { file: String, reason: String },

    #[error("there is no lock `{file}`, so the digests of the components are not known")]
    #[diagnostic(help("write it with `{}`, review it, and commit it", update(.file)))]
    Missing { file: String },

    #[error("`{file}` cannot be updated for some targets only: {reason}")]
    #[diagnostic(help("its entries of the other targets would be lost: write it for all of them: `{}`", update(.file)))]
    Others { file: String, reason: String },

    #[error("{}", differences(.file, .changes))]
    #[diagnostic(help("if that is meant, run `{}` and commit `{file}`", update(.file)))]
    Differs { file: String, changes: Vec<Change> },
}

/// The command that rewrites a lock. The name of the manifest is that of the lock.
fn update(lock: &str) -> String {
    let manifest = lock.strip_suffix(".lock").map_or_else(|| lock.to_owned(), |name| format!("{name}.toml"));
    match manifest.as_str() {
        "weld.toml" => "weld build --update".to_owned(),
        manifest => format!("weld build {} --update", text::argument(manifest)),
    }
}

fn differences(file: &str, changes: &[Change]) -> String {
    let shown = changes.iter().map(|change| {
        let locked = change.locked.iter().map(|locked| format!("\n  locked: sha256 {locked}"));
        format!("{}{}\n  found:  sha256 {}", change.shown(file), locked.collect::<String>(), change.found)
    });
    shown.collect::<Vec<_>>().join("\n")
}

impl Change {
    /// The difference in words. `lock` is the name of the lock in messages.
    pub(crate) fn shown(&self, lock: &str) -> String {
        let target = self.target.iter().map(|target| format!(" of target `{target}`")).collect::<String>();
        let component = format!("component `{}`{target}", self.component);
        let (what, one) = match self.embedded.as_deref() {
            None => (component, "the one "),
            Some(Named::STDIN) => (format!("standard input of {component}"), "the one "),
            Some(path) => (format!("what is mounted at `{}` for {component}", Shown(path)), "that "),
        };
        format!("{what} is not {}in `{lock}`", if self.locked.is_some() { one } else { "" })
    }
}

impl Lock {
    /// Reads a lock from a file, if the file exists. `file` is its name in messages.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is no lock, or has a newer version.
    pub(crate) fn read(files: &Files, path: &Path, file: &str) -> Result<Option<Lock>, LockError> {
        let failed = |reason: String| LockError::Read { file: file.to_owned(), reason };
        let corrupt = |message: &str| LockError::Corrupt { file: file.to_owned(), message: message.to_owned() };
        // This comes before the file is opened, because a pipe without a writer would block.
        match files.status(path).map(|status| status.kind) {
            Ok(Kind::File) => {}
            Ok(Kind::Directory) => return Err(failed("it is a directory".to_owned())),
            Ok(_) => return Err(failed("it is not a regular file".to_owned())),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(reason(&error))),
        }
        let text = match super::file::read_text_in(files, &Source::File(path.to_owned())) {
            Ok(text) => text,
            Err(LoadError::Empty { .. }) => String::new(),
            Err(LoadError::NotText { .. }) => return Err(corrupt("it is not UTF-8")),
            Err(LoadError::Read { reason, .. }) => return Err(failed(reason)),
            Err(error) => return Err(corrupt(&error.to_string())),
        };
        Lock::parse(file, &text).map(Some)
    }

    /// Reads a lock from a text. `file` is its name in messages.
    ///
    /// # Errors
    ///
    /// The text is no lock, or has a newer version.
    pub(crate) fn parse(file: &str, text: &str) -> Result<Lock, LockError> {
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
        let digests = |table: &Table, name: &str| -> Result<Digests, LockError> {
            let tables = |key: &str| match table.get(key) {
                Some(value) => {
                    value.as_table().cloned().ok_or_else(|| corrupt(&format!("{name} has `{key}` that are no table")))
                }
                None => Ok(Table::new()),
            };
            let digest = |(name, value): (String, toml::Value)| match value.as_str() {
                Some(digest) if text::is_sha256(digest) => Ok((name, digest.to_ascii_lowercase())),
                _ => Err(corrupt(&format!("`{name}` has no digest"))),
            };
            let embedded = |(name, value): (String, toml::Value)| match value {
                toml::Value::Table(table) => Ok((name, table.into_iter().map(digest).collect::<Result<_, _>>()?)),
                _ => Err(corrupt(&format!("`{name}` has no digests"))),
            };
            Ok(Digests {
                components: tables("components")?.into_iter().map(digest).collect::<Result<_, _>>()?,
                embedded: tables("embedded")?.into_iter().map(embedded).collect::<Result<_, _>>()?,
            })
        };
        known(&table, "it", &["version", "components", "embedded", "target"])?;
        let mut lock = Lock { shared: digests(&table, "it")?, targets: BTreeMap::new() };
        if let Some(targets) = table.get("target") {
            let targets = targets.as_table().ok_or_else(|| corrupt("`target` is not a table"))?;
            for (name, target) in targets {
                let shown = format!("target `{name}`");
                let target = target.as_table().ok_or_else(|| corrupt(&format!("{shown} is not a table")))?;
                known(target, &shown, &["components", "embedded"])?;
                lock.targets.insert(name.clone(), digests(target, &shown)?);
            }
        }
        Ok(lock)
    }

    /// The text of the lock.
    pub(crate) fn text(&self) -> String {
        let mut text = format!(
            "# The digests of the components. `weld build --locked` refuses others; `--update` writes this file anew.\n\
             version = {VERSION}\n"
        );
        let mut section = |header: String, digests: &BTreeMap<String, String>| {
            if !digests.is_empty() {
                // A write to a string does not fail.
                let _ = write!(text, "\n[{header}]\n");
                for (name, digest) in digests {
                    let _ = writeln!(text, "{} = \"{digest}\"", quoted(name));
                }
            }
        };
        let mut sections = |start: &str, digests: &Digests| {
            section(format!("{start}components"), &digests.components);
            for (component, digests) in &digests.embedded {
                section(format!("{start}embedded.{}", quoted(component)), digests);
            }
        };
        sections("", &self.shared);
        for (target, digests) in &self.targets {
            sections(&format!("target.{}.", quoted(target)), digests);
        }
        text
    }

    /// The digests of a target, or the shared ones.
    pub(crate) fn of(&mut self, target: Option<&str>) -> &mut Digests {
        match target {
            Some(target) => self.targets.entry(target.to_owned()).or_default(),
            None => &mut self.shared,
        }
    }

    /// The differences of `found` from this lock. Entries that only the lock has do not count.
    pub(crate) fn changes(&self, found: &Lock) -> Vec<Change> {
        let none = Digests::default();
        let sections = std::iter::once((None, &self.shared, &found.shared)).chain(
            found.targets.iter().map(|(name, digests)| (Some(name), self.targets.get(name).unwrap_or(&none), digests)),
        );
        let mut changes = Vec::new();
        for (target, locked, found) in sections {
            for (component, embedded, digest) in found.all() {
                let locked = locked.get(component, embedded);
                if locked != Some(digest) {
                    changes.push(Change {
                        component: component.clone(),
                        embedded: embedded.cloned(),
                        target: target.cloned(),
                        locked: locked.cloned(),
                        found: digest.clone(),
                    });
                }
            }
        }
        changes
    }

    /// This lock, completed by the entries of `found`.
    #[must_use]
    pub(crate) fn completed(&self, found: &Lock) -> Lock {
        found.updated(self)
    }

    /// This lock, with the entries of `found` in place of its own.
    #[must_use]
    pub(crate) fn updated(&self, found: &Lock) -> Lock {
        let mut lock = self.clone();
        lock.shared.update(&found.shared);
        for (target, digests) in &found.targets {
            lock.of(Some(target)).update(digests);
        }
        lock
    }
}

impl Digests {
    /// All digests, each with its component and, if it is embedded, its mount path.
    fn all(&self) -> impl Iterator<Item = (&String, Option<&String>, &String)> {
        let components = self.components.iter().map(|(component, digest)| (component, None, digest));
        let embedded = self
            .embedded
            .iter()
            .flat_map(|(component, digests)| digests.iter().map(move |(path, digest)| (component, Some(path), digest)));
        components.chain(embedded)
    }

    fn get(&self, component: &str, embedded: Option<&String>) -> Option<&String> {
        match embedded {
            Some(path) => self.embedded.get(component)?.get(path),
            None => self.components.get(component),
        }
    }

    fn update(&mut self, found: &Digests) {
        self.components.extend(found.components.clone());
        for (component, digests) in &found.embedded {
            self.embedded.entry(component.clone()).or_default().extend(digests.clone());
        }
    }
}

/// A text as a TOML key.
fn quoted(key: &str) -> String {
    toml::Value::String(key.to_owned()).to_string()
}
