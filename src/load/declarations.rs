//! What a WAC document itself imports and defines, made a component.
//!
//! Its `import`, `interface`, `world` and type statements say types in WAC's own syntax. wac-parser resolves those
//! statements alone, and wac-graph encodes them as a component without packages: one that imports what the document
//! imports, and exports the types that it defines. All else in the document is linked by weld.

use indexmap::IndexMap;
use wac_graph::EncodeOptions;
use wac_graph::types::BorrowedPackageKey;
use wac_parser::{Document, Statement};

use super::{Component, Components, LoadError};
use crate::describe::At;
use crate::describe::wac::{Wac, key};

/// The component of a document's declarations. `None` where it has none.
///
/// # Errors
///
/// Where a declaration is wrong, at its place.
pub fn read(wac: &Wac, components: &Components) -> Result<Option<Component>, At<LoadError>> {
    let wrong = |error: At<_>| {
        error.map(|error: crate::describe::wac::WacError| LoadError::Declarations { message: error.to_string() })
    };
    let document = wac.document().map_err(wrong)?;
    let declares = |statement: &&Statement<'_>| matches!(statement, Statement::Import(_) | Statement::Type(_));
    let statements: Vec<Statement<'_>> = document.statements.iter().filter(declares).cloned().collect();
    if statements.is_empty() {
        return Ok(None);
    }
    let mut declarations = Document { statements, ..document.clone() };
    // Conformance to a target is checked of the whole.
    declarations.directive.targets = None;
    let named = wac_resolver::packages(&declarations).map_err(|error| wrong(wac.diagnosed(&error)))?;
    let mut packages: IndexMap<BorrowedPackageKey<'_>, Vec<u8>> = IndexMap::new();
    for (package, _) in named {
        if let Some(id) = components.named(&key(package.name, package.version)) {
            packages.insert(package, components[id].bytes().to_vec());
        }
    }
    let resolution = declarations.resolve(packages).map_err(|error| wrong(wac.diagnosed(&error)))?;
    let options = EncodeOptions { define_components: false, validate: false, processor: None };
    let bytes = resolution.encode(options).map_err(|error| wrong(wac.diagnosed(&error)))?;
    Component::decode_any("declarations".to_owned(), wac.file().to_owned(), bytes).map(Some).map_err(
        |error| match error {
            // The offset would be one of bytes that nobody has.
            LoadError::Invalid { file, message, .. } => {
                LoadError::Declarations { message: format!("what `{file}` declares has no form: {message}") }.into()
            }
            error => error.into(),
        },
    )
}
