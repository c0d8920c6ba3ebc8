//! WAC documents, as read by wac-parser.

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

/// A parsed WAC document.
#[derive(Debug, Clone)]
pub(crate) struct Wac {
    text: Text,
}

/// A package that a document names.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Package {
    name: String,
    version: Option<Version>,
    span: Range<usize>,
}

/// The world in the `targets` clause of a document.
#[derive(Debug, Clone)]
pub(crate) struct TargetName {
    /// The package of the world: `ns:name` or `ns:name@version`.
    pub package: String,
    /// The name of the world in the package.
    pub world: String,
    /// Whether the package is that of the document itself.
    pub is_own: bool,
    /// The place of the clause.
    pub place: Place,
}

impl Wac {
    /// Parses a document.
    ///
    /// # Errors
    ///
    /// The text is not a valid document. The error has the place.
    pub(crate) fn parse(text: Text) -> Result<Wac, At<WacError>> {
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

    /// The syntax tree of the document.
    ///
    /// # Errors
    ///
    /// None, since it has been parsed before.
    pub(crate) fn document(&self) -> Result<Document<'_>, At<WacError>> {
        let parsed = guard(Use::WAC, self.text.file(), || Document::parse(self.text.content()));
        parsed.map_err(WacError::from)?.map_err(|error| diagnosed(&self.text, &error))
    }

    /// The world of the `targets` clause, if there is one.
    ///
    /// # Errors
    ///
    /// None, since it has been parsed before.
    pub(crate) fn target(&self) -> Result<Option<TargetName>, At<WacError>> {
        let document = self.document()?;
        Ok(document.directive.targets.as_ref().map(|path| TargetName {
            package: key(path.name, path.version.as_ref()),
            world: path.segments.to_owned(),
            is_own: path.name == document.directive.package.name,
            place: self.place(path.span),
        }))
    }

    /// The name of its file in messages.
    pub(crate) fn file(&self) -> &str {
        self.text.file()
    }

    /// A part of the document.
    pub(crate) fn place(&self, span: miette::SourceSpan) -> Place {
        self.text.place(range(span))
    }

    /// Converts an error of the WAC libraries, with its places and all of its causes.
    pub(crate) fn diagnosed(&self, error: &dyn Diagnostic) -> At<WacError> {
        diagnosed(&self.text, error)
    }

    /// The packages that the document names, in order, each with the place of its first use.
    fn packages(&self) -> Result<Vec<Package>, At<WacError>> {
        let document = self.document()?;
        let packages = wac_resolver::packages(&document).map_err(|error| self.diagnosed(&error))?;
        Ok(packages
            .into_iter()
            .map(|(key, span)| Package { name: key.name.to_owned(), version: key.version.cloned(), span: range(span) })
            .collect())
    }

    /// Describes the composition. Packages are found as `wac` finds them: through an override, else at `deps/ns/name`,
    /// with a version as a further component of the path.
    ///
    /// # Errors
    ///
    /// An override names no package of the document.
    pub(crate) fn describe(
        self,
        deps: &Path,
        overrides: &[Override],
        import: bool,
    ) -> Result<Description, At<WacError>> {
        let packages = self.packages()?;
        let known = || packages.iter().map(|package| format!("`{}`", package.key())).collect();
        for Override { package, .. } in overrides {
            if !packages.iter().any(|known| known.has_name(package)) {
                return Err(WacError::UnusedOverride { package: package.clone(), known: known() }.into());
            }
        }
        let components = packages.iter().map(|package| {
            // An override for exactly this version takes precedence over one without a version.
            let exact = overrides.iter().rfind(|given| given.package == package.key());
            let given = exact.or_else(|| overrides.iter().rfind(|given| package.has_name(&given.package)));
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

    /// Describes the composition of a document whose packages are components of a manifest. Other packages are searched
    /// in `deps`, as by [`Wac::describe`]. `allow_unused` permits components that the document does not name, since
    /// other compositions may use them.
    ///
    /// # Errors
    ///
    /// A package is not among the components, or a component is not a package of the document.
    pub(crate) fn with_components(
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
            match (exact.or_else(|| entries.iter().find(|entry| package.has_name(&entry.name))), deps) {
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
        // A package may also be WIT: a text file, or a directory.
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

    /// Whether a name, with or without a version, names this package.
    fn has_name(&self, key: &str) -> bool {
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
        // The directory comes last, because it may only contain other versions of the package.
        Source::Search(vec![with(".wasm"), with(".wat"), with(".wit"), path.clone()])
    }
}

/// The name of a package in a composition.
pub(crate) fn key(name: &str, version: Option<&Version>) -> String {
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
        // The primary label repeats the message.
        at.and(&place, if label.primary() { None } else { label.label() })
    })
}
