//! WAC documents, which wac-parser reads.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

use miette::Diagnostic;
use semver::Version;
use wac_parser::Document;
use wac_parser::lexer::{Lexer, Token};

use super::{Override, WacError};
use crate::describe::{At, Description, Entry, Place, Source, Text, Wiring};
use crate::guard::{Use, guard};
use crate::limits;

/// A WAC document, parsed.
#[derive(Debug, Clone)]
pub struct Wac {
    text: Text,
}

/// A package that a document names.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Package {
    name: String,
    version: Option<Version>,
    span: Range<usize>,
}

/// The world that a document says it targets.
#[derive(Debug, Clone)]
pub struct TargetName {
    /// The package that has the world: `ns:name`, or `ns:name@version`.
    pub package: String,
    /// The world's name in it.
    pub world: String,
    /// Whether the package is the one that the document itself is.
    pub is_own: bool,
    /// Where that is said.
    pub place: Place,
}

impl Wac {
    /// Parses a document.
    ///
    /// # Errors
    ///
    /// Where it is no WAC, at the place.
    pub fn parse(text: Text) -> Result<Wac, At<WacError>> {
        // The parser recurses once for each bracket.
        let mut depth = 0usize;
        for (token, span) in Lexer::new(text.content()).into_iter().flatten() {
            match token {
                Ok(Token::OpenParen | Token::OpenBrace | Token::OpenBracket | Token::OpenAngle) => depth += 1,
                Ok(Token::CloseParen | Token::CloseBrace | Token::CloseBracket | Token::CloseAngle) => {
                    depth = depth.saturating_sub(1);
                }
                _ => {}
            }
            if depth > limits::WAC_DEPTH {
                let place = text.place(range(span));
                return Err(At::place(WacError::TooDeep { limit: limits::WAC_DEPTH }, Some(&place)));
            }
        }
        Document::parse(text.content()).map_err(|error| diagnosed(&text, &error))?;
        Ok(Wac { text })
    }

    /// The document that was parsed.
    ///
    /// # Errors
    ///
    /// None, since it has been parsed before.
    pub fn document(&self) -> Result<Document<'_>, At<WacError>> {
        let parsed = guard(Use::WAC, self.text.file(), || Document::parse(self.text.content()));
        parsed.map_err(WacError::from)?.map_err(|error| diagnosed(&self.text, &error))
    }

    /// The world of its `targets` clause, if it has one.
    ///
    /// # Errors
    ///
    /// None, since it has been parsed before.
    pub fn target(&self) -> Result<Option<TargetName>, At<WacError>> {
        let document = self.document()?;
        Ok(document.directive.targets.as_ref().map(|path| TargetName {
            package: key(path.name, path.version.as_ref()),
            world: path.segments.to_owned(),
            is_own: path.name == document.directive.package.name,
            place: self.place(path.span),
        }))
    }

    /// What messages call its file.
    pub fn file(&self) -> &str {
        self.text.file()
    }

    /// A part of the document.
    pub fn place(&self, span: miette::SourceSpan) -> Place {
        self.text.place(range(span))
    }

    /// An error of the WAC libraries as one of ours, with its places and all that caused it.
    pub fn diagnosed(&self, error: &dyn Diagnostic) -> At<WacError> {
        diagnosed(&self.text, error)
    }

    /// The packages that the document names, in order, each with where it does so first.
    fn packages(&self) -> Result<Vec<Package>, At<WacError>> {
        let document = self.document()?;
        let packages = wac_resolver::packages(&document).map_err(|error| self.diagnosed(&error))?;
        Ok(packages
            .into_iter()
            .map(|(key, span)| Package { name: key.name.to_owned(), version: key.version.cloned(), span: range(span) })
            .collect())
    }

    /// Describes the composition, with each package looked for where `wac` does: in an override, else in
    /// `deps/ns/name`, below which a version has a name of its own.
    ///
    /// # Errors
    ///
    /// Where an override is for no package of the document.
    pub fn describe(self, deps: &Path, overrides: &[Override], import: bool) -> Result<Description, At<WacError>> {
        let packages = self.packages()?;
        let known = || packages.iter().map(|package| format!("`{}`", package.key())).collect();
        for Override { package, .. } in overrides {
            if !packages.iter().any(|known| known.is(package)) {
                return Err(WacError::UnusedOverride { package: package.clone(), known: known() }.into());
            }
        }
        let components = packages.iter().map(|package| {
            // The very version first, else whatever version was given.
            let exact = overrides.iter().rfind(|given| given.package == package.key());
            let given = exact.or_else(|| overrides.iter().rfind(|given| package.is(&given.package)));
            let source = match given {
                Some(given) => Source::Search(vec![given.path.clone()]),
                None => package.search(deps),
            };
            let place = Some(self.text.place(package.span.clone()));
            Entry { name: package.key(), source, sha256: None, place }
        });
        let components = components.collect();
        let wiring = Wiring::Wac(self);
        Ok(Description { components, wiring, import_components: import, ..Description::default() })
    }

    /// Describes the composition of a document whose packages are components that have been described already; others
    /// are looked for in `deps`, as [`Wac::describe`] does. `allow_unused` is for what is there for other compositions.
    ///
    /// # Errors
    ///
    /// Where it names a package that is none of them, or one of them is no package that it names.
    pub fn with_components(
        self,
        entries: &[Entry],
        deps: Option<&Path>,
        allow_unused: bool,
    ) -> Result<Description, Vec<At<WacError>>> {
        let packages = self.packages().map_err(|error| vec![error])?;
        let (mut used, mut found) = (BTreeSet::new(), Vec::new());
        let mut errors = Vec::new();
        for package in &packages {
            let place = || self.text.place(package.span.clone());
            let exact = entries.iter().find(|entry| entry.name == package.key());
            match (exact.or_else(|| entries.iter().find(|entry| package.is(&entry.name))), deps) {
                (Some(entry), _) => _ = used.insert(&entry.name),
                (None, Some(deps)) => {
                    let (name, source) = (package.key(), package.search(deps));
                    found.push(Entry { name, source, sha256: None, place: Some(place()) });
                }
                (None, None) => {
                    let known = entries.iter().map(|entry| format!("`{}`", entry.name)).collect();
                    let error = WacError::UnknownPackage { package: package.key(), known };
                    errors.push(At::place(error, Some(&place())));
                }
            }
        }
        let known: Vec<String> = packages.iter().map(|package| format!("`{}`", package.key())).collect();
        for entry in entries.iter().filter(|entry| !allow_unused && !used.contains(&entry.name)) {
            let error = WacError::UnusedOverride { package: entry.name.clone(), known: known.clone() };
            errors.push(At::place(error, entry.place.as_ref()));
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        // A package may be WIT: a file of its text, or a directory.
        let package = |entry: &Entry| match &entry.source {
            Source::File(path) => Entry { source: Source::Search(vec![path.clone()]), ..entry.clone() },
            _ => entry.clone(),
        };
        let given = entries.iter().filter(|entry| used.contains(&entry.name)).map(package);
        let components = given.chain(found).collect();
        Ok(Description { components, wiring: Wiring::Wac(self), ..Description::default() })
    }
}

impl Package {
    /// `ns:name`, or `ns:name@version`.
    fn key(&self) -> String {
        key(&self.name, self.version.as_ref())
    }

    /// Whether a name with or without a version is that of this package.
    fn is(&self, key: &str) -> bool {
        self.key() == key || self.name == key
    }

    fn search(&self, deps: &Path) -> Source {
        let mut path = deps.to_owned();
        path.extend(self.name.split(':'));
        path.extend(self.version.iter().map(ToString::to_string));
        let with = |extension: &str| {
            let mut path = path.clone().into_os_string();
            path.push(extension);
            PathBuf::from(path)
        };
        // The directory last: it may be there for the versions of the package alone.
        Source::Search(vec![with(".wasm"), with(".wat"), with(".wit"), path.clone()])
    }
}

/// What a composition calls a package.
pub fn key(name: &str, version: Option<&Version>) -> String {
    match version {
        Some(version) => format!("{name}@{version}"),
        None => name.to_owned(),
    }
}

fn range(span: miette::SourceSpan) -> Range<usize> {
    span.offset()..span.offset() + span.len()
}

fn diagnosed(text: &Text, error: &dyn Diagnostic) -> At<WacError> {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        message.push_str(&format!("\n  {error}"));
        cause = error.source();
    }
    if let Some(help) = error.help() {
        message.push_str(&format!("\n  {help}"));
    }
    error.labels().into_iter().flatten().fold(WacError::Document { message }.into(), |at: At<WacError>, label| {
        let place = text.place(label.offset()..label.offset() + label.len());
        // The label of the place that the message is about repeats it.
        at.and(&place, if label.primary() { None } else { label.label() })
    })
}
