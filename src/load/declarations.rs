//! What a WAC document itself imports and defines, made a component.
//!
//! Its `import`, `interface`, `world` and type statements say types in WAC's own syntax. wac-parser resolves those
//! statements alone, and wac-graph encodes them as a component without packages: one that imports what the document
//! imports, and exports the types that it defines. All else in the document is linked by weld.

use indexmap::IndexMap;
use miette::SourceSpan;
use wac_graph::EncodeOptions;
use wac_graph::types::BorrowedPackageKey;
use wac_parser::{Document, Statement, TypeStatement};

use super::{Component, Components, LoadError};
use crate::describe::At;
use crate::describe::wac::{Wac, WacError, key};

/// The component of a document's declarations. `None` where it has none.
///
/// # Errors
///
/// Where a declaration is wrong, at its place.
pub fn read(wac: &Wac, components: &Components) -> Result<Option<Component>, At<LoadError>> {
    let document = wac.document().map_err(wrong)?;
    let declares = |statement: &&Statement<'_>| matches!(statement, Statement::Import(_) | Statement::Type(_));
    let statements: Vec<Statement<'_>> = document.statements.iter().filter(declares).cloned().collect();
    if statements.is_empty() {
        return Ok(None);
    }
    match component(wac, components, &document, &statements) {
        // The offset would be one of bytes that nobody has. What has a form without its last statement is wrong there.
        Err(At { error: LoadError::Invalid { .. }, .. }) => {
            for count in 1..=statements.len() {
                let some = statements.get(..count).unwrap_or_default();
                if let (Err(At { error: LoadError::Invalid { message, .. }, .. }), Some(last)) =
                    (component(wac, components, &document, some), some.last())
                {
                    let (what, span) = shown(last);
                    return Err(At::place(LoadError::Declaration { what, message }, Some(&wac.place(span))));
                }
            }
            Err(LoadError::Declarations { message: "the declarations have no form in a component".to_owned() }.into())
        }
        result => result.map(Some),
    }
}

/// What messages call a statement, and where it is.
fn shown(statement: &Statement<'_>) -> (String, SourceSpan) {
    let id = match statement {
        Statement::Import(import) => return (format!("import `{}`", import.id.string), import.id.span),
        Statement::Type(TypeStatement::Interface(interface)) => interface.id,
        Statement::Type(TypeStatement::World(world)) => world.id,
        Statement::Type(TypeStatement::Type(ty)) => *ty.id(),
        Statement::Let(binding) => binding.id,
        Statement::Export(export) => return ("the export".to_owned(), export.expr.span),
    };
    (format!("`{}`", id.string), id.span)
}

/// The component of some statements of a document.
fn component(
    wac: &Wac,
    components: &Components,
    document: &Document<'_>,
    statements: &[Statement<'_>],
) -> Result<Component, At<LoadError>> {
    let mut declarations = Document { statements: statements.to_vec(), ..document.clone() };
    // Conformance to a target is checked of the whole.
    declarations.directive.targets = None;
    let named = wac_resolver::packages(&declarations).map_err(|error| wrong(wac.diagnosed(&error)))?;
    let mut packages: IndexMap<BorrowedPackageKey<'_>, Vec<u8>> = IndexMap::new();
    for (package, _) in named {
        if let Some(id) = components.package(&key(package.name, package.version)) {
            packages.insert(package, components[id].bytes().to_vec());
        }
    }
    let resolution = declarations.resolve(packages).map_err(|error| wrong(wac.diagnosed(&error)))?;
    let options = EncodeOptions { define_components: false, validate: false, processor: None };
    let bytes = resolution.encode(options).map_err(|error| wrong(wac.diagnosed(&error)))?;
    Ok(Component::decode_any("declarations".to_owned(), wac.file().to_owned(), bytes)?)
}

fn wrong(error: At<WacError>) -> At<LoadError> {
    error.map(|error| LoadError::Declarations { message: error.to_string() })
}
