//! The error of the library.

use std::fmt;

use crate::describe::position;
use crate::error::PhaseError;

/// The error of all functions of the library. No file was written.
///
/// [`Display`](fmt::Display) writes a line for each fault. [`Error::diagnostics`] returns the faults with message,
/// position and help.
///
/// ```
/// let error = weld::inspect(b"no component").unwrap_err();
/// let diagnostics = error.diagnostics();
/// assert_eq!(diagnostics.len(), 1);
/// assert!(diagnostics[0].message().contains("<memory>"));
/// ```
///
/// It is a [`std::error::Error`], so `?` converts it to `Box<dyn Error>` and the like. A `main` that returns it prints
/// each fault with its position and its help.
pub struct Error(PhaseError);

impl Error {
    /// Creates the error of a phase.
    pub(crate) fn of(error: impl Into<PhaseError>) -> Error {
        Error(error.into())
    }

    /// Returns a diagnostic for each fault.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        self.0.diagnostics().into_iter().map(Diagnostic::of).collect()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Writes each fault with its position and its help, for a `main` that returns the error.
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

/// A fault of an input: a message, its position, and help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    message: String,
    help: Option<String>,
    place: Option<(String, usize, usize)>,
}

impl Diagnostic {
    /// Returns the description of the fault.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns the advice on how to correct the fault, if there is any.
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// Returns the position of the fault in a text of the user, such as a manifest: the file, the line and the column.
    /// Both count from one. Columns count characters.
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
