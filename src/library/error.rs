//! The error of the library.

use std::fmt;

use crate::describe::position;
use crate::error::PhaseError;

/// Why something could not be done. Nothing was written.
///
/// Its text is all that is wrong, a line each. [`Error::diagnostics`] has the parts: what is wrong, where, and what
/// helps.
///
/// ```
/// let error = weld::inspect(b"no component").unwrap_err();
/// let diagnostics = error.diagnostics();
/// assert_eq!(diagnostics.len(), 1);
/// assert!(diagnostics[0].message().contains("<memory>"));
/// ```
///
/// `?` makes it any error that takes a [`std::error::Error`]: `Box<dyn Error>`, or that of a library. A `main` that returns it prints
/// all that is wrong, with what helps.
pub struct Error(PhaseError);

impl Error {
    /// Whatever a phase says is wrong.
    pub(crate) fn of(error: impl Into<PhaseError>) -> Error {
        Error(error.into())
    }

    /// All that is wrong, each as a diagnostic of its own.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        self.0.diagnostics().into_iter().map(Diagnostic::of).collect()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// For whoever reads what a `main` has returned: each thing that is wrong, where it is, and what helps.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, Diagnostic { message, help, place }) in self.diagnostics().iter().enumerate() {
            let end = if number == 0 { "" } else { "\n" };
            write!(f, "{end}{message}")?;
            if let Some((file, line, column)) = place {
                write!(f, "\n  at {file}:{line}:{column}")?;
            }
            if let Some(help) = help {
                write!(f, "\n  help: {}", help.replace('\n', "\n  "))?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    message: String,
    help: Option<String>,
    place: Option<(String, usize, usize)>,
}

impl Diagnostic {
    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do about it.
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// Where in a text of the user's it is: the file, the line and the column, both from one; columns count
    /// characters.
    pub fn place(&self) -> Option<(&str, usize, usize)> {
        self.place.as_ref().map(|(file, line, column)| (file.as_str(), *line, *column))
    }

    fn of(diagnostic: &dyn miette::Diagnostic) -> Diagnostic {
        let label = diagnostic.labels().and_then(|mut labels| labels.next());
        let place = diagnostic.source_code().zip(label).and_then(|(source, label)| {
            // Columns of `miette` count bytes.
            let start = label.offset();
            let contents = source.read_span(&(0..start).into(), 0, 0).ok()?;
            let (line, column) = position(std::str::from_utf8(contents.data().get(..start)?).ok()?);
            Some((contents.name().unwrap_or_default().to_owned(), line, column))
        });
        Diagnostic { message: diagnostic.to_string(), help: diagnostic.help().map(|help| help.to_string()), place }
    }
}
