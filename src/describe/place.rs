//! Places in the user's text, and errors that point at them.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};

/// A text that describes a composition: a manifest, a WAC document or a configuration.
#[derive(Clone)]
pub(crate) struct Text(Arc<NamedSource<String>>);

impl Text {
    /// A text from a file. `file` is the name of that file in messages.
    pub(crate) fn new(file: &str, content: &str) -> Self {
        Text(Arc::new(NamedSource::new(file, content.to_owned())))
    }

    /// The name of its file in messages.
    pub(crate) fn file(&self) -> &str {
        self.0.name()
    }

    /// The content of the text.
    pub(crate) fn content(&self) -> &str {
        self.0.inner()
    }

    /// The part of the text between two byte offsets.
    pub(crate) fn place(&self, span: Range<usize>) -> Place {
        Place { text: self.clone(), span }
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({})", self.file())
    }
}

/// A part of a [`Text`].
#[derive(Debug, Clone)]
pub(crate) struct Place {
    text: Text,
    span: Range<usize>,
}

impl Place {
    /// The name of its file in messages.
    pub(crate) fn file(&self) -> &str {
        self.text.file()
    }

    /// The line and column of its start, both counted from one. Columns count characters.
    pub(crate) fn position(&self) -> (usize, usize) {
        position(self.text.content().get(..self.span.start).unwrap_or_default())
    }

    /// The byte offset of its start in the text.
    pub(crate) fn start(&self) -> usize {
        self.span.start
    }
}

/// The line and column after the text `before`, both counted from one. Columns count characters.
pub(crate) fn position(before: &str) -> (usize, usize) {
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let column = before.get(line_start..).unwrap_or_default().chars().count();
    (before.matches('\n').count() + 1, column + 1)
}

/// An error, with the places in the user's text that it is about. An error about the content of a file has no place.
#[derive(Debug, Clone)]
pub(crate) struct At<E> {
    /// The error.
    pub error: E,
    places: Option<Box<Places>>,
}

#[derive(Debug, Clone)]
struct Places {
    text: Text,
    labels: Vec<LabeledSpan>,
}

impl<E> At<E> {
    /// An error about a place, if there is one.
    pub(crate) fn place(error: E, place: Option<&Place>) -> Self {
        let at = At::from(error);
        place.into_iter().fold(at, |at, place| at.and(place, None))
    }

    /// Adds a place, with a label if there is one.
    pub(crate) fn and(mut self, place: &Place, label: Option<&str>) -> Self {
        let none = || Box::new(Places { text: place.text.clone(), labels: Vec::new() });
        let (start, length) = (place.span.start, place.span.len());
        let label = LabeledSpan::new(label.map(str::to_owned), start, length);
        self.places.get_or_insert_with(none).labels.push(label);
        self
    }

    /// Adds a place, if it is in the text of the first one. Each flag is a text of its own.
    pub(crate) fn also(self, place: &Place) -> Self {
        match &self.places {
            Some(places) if Arc::ptr_eq(&places.text.0, &place.text.0) => self.and(place, None),
            _ => self,
        }
    }

    /// The error without its places, for a text that nobody wrote.
    pub(crate) fn unplaced(self) -> Self {
        At { places: None, ..self }
    }

    /// The byte offset of the first place. `None` is ordered before all offsets.
    pub(crate) fn offset(&self) -> Option<usize> {
        self.places.as_ref()?.labels.first().map(LabeledSpan::offset)
    }

    /// Another error with the same places.
    pub(crate) fn map<F>(self, to: impl FnOnce(E) -> F) -> At<F> {
        At { error: to(self.error), places: self.places }
    }
}

impl<E: fmt::Debug> At<E> {
    /// The errors without duplicates. A component that several compositions share has the same error in each of them.
    pub(crate) fn once(errors: Vec<Self>) -> Vec<Self> {
        let mut seen = BTreeSet::new();
        errors.into_iter().filter(|error| seen.insert(format!("{error:?}"))).collect()
    }
}

impl<E> From<E> for At<E> {
    fn from(error: E) -> Self {
        At { error, places: None }
    }
}

impl<E: fmt::Display> fmt::Display for At<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl<E: std::error::Error> std::error::Error for At<E> {}

impl<E: Diagnostic> Diagnostic for At<E> {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.error.help()
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.places.as_ref().map(|places| &*places.text.0 as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let places = self.places.as_ref()?;
        Some(Box::new(places.labels.iter().cloned()))
    }
}
