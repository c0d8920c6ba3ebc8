//! Makes components of the imports and definitions of a WAC document.
//!
//! A document has `import`, `interface`, `world` and type statements in the syntax of WAC. wac-parser resolves these
//! statements alone, and wac-graph encodes them as components without packages: one that exports the defined types, and
//! one for each import. A single component is not possible, because wac-graph joins versions of an interface, or panics
//! if they disagree, while weld joins host imports itself. weld links the rest of the document.

mod sound;

use indexmap::IndexMap;
use miette::SourceSpan;
use wac_graph::EncodeOptions;
use wac_graph::types::BorrowedPackageKey;
use wac_parser::{Document, ImportStatement, ImportType, Statement, TypeStatement};

use super::{Component, Components, LoadError, Target};
use crate::describe::At;
use crate::describe::wac::{TargetName, Wac, WacError, key};
use crate::guard::{Use, guard};
use crate::limits;

/// The components of the declarations of a document.
#[derive(Default)]
pub(crate) struct Declared {
    /// The component that exports the defined types, if there are any.
    pub types: Option<Component>,
    /// A component for each import, in order.
    pub imports: Vec<Component>,
}

/// Makes components of the declarations of a document.
///
/// # Errors
///
/// A declaration is invalid. The error has its place.
pub(crate) fn read(wac: &Wac, components: &Components) -> Result<Declared, At<LoadError>> {
    let document = wac.document().map_err(converted)?;
    let declares = |statement: &&Statement<'_>| matches!(statement, Statement::Type(_) | Statement::Import(_));
    if document.statements.iter().filter(declares).count() > limits::WAC_DECLARATIONS {
        return Err(
            LoadError::TooManyDeclarations { file: wac.file().to_owned(), limit: limits::WAC_DECLARATIONS }.into()
        );
    }
    let reader = Reader { wac, components, document: &document };
    let mut declared = Declared::default();
    let types: Vec<Statement<'_>> =
        document.statements.iter().filter(|statement| matches!(statement, Statement::Type(_))).cloned().collect();
    if !types.is_empty() {
        declared.types = Some(reader.types(&types)?);
    }
    let (mut types, mut imports): (Vec<Statement<'_>>, Vec<&ImportStatement<'_>>) = Default::default();
    for statement in &document.statements {
        match statement {
            Statement::Type(_) => types.push(statement.clone()),
            Statement::Import(import) => {
                declared.imports.push(reader.import(&types, &imports, import)?);
                imports.push(import);
            }
            _ => {}
        }
    }
    Ok(declared)
}

/// The world in the `targets` clause of a document. `None` if there is no such clause.
///
/// # Errors
///
/// The package of the clause is unknown, or does not have the world.
pub(crate) fn target(wac: &Wac, components: &Components) -> Result<Option<Target>, At<LoadError>> {
    let Some(TargetName { package, world, is_own, place }) = wac.target().map_err(converted)? else { return Ok(None) };
    // The document's own package contains its declarations.
    let id = if is_own { components.declarations().types } else { components.package(&package) };
    let component = id.map(|id| &components[id]);
    match component.and_then(|component| component.world(&world)) {
        Some(world) => Ok(Some(Target { world, place })),
        None => {
            let worlds = component.map(Component::worlds).unwrap_or_default();
            Err(At::place(LoadError::TargetWorld { package, world, worlds }, Some(&place)))
        }
    }
}

struct Reader<'d> {
    wac: &'d Wac,
    components: &'d Components,
    document: &'d Document<'d>,
}

impl Reader<'_> {
    fn types(&self, statements: &[Statement<'_>]) -> Result<Component, At<LoadError>> {
        let result = self.component(statements);
        if let Err(At { error: LoadError::Invalid { .. }, .. }) = result {
            // The first statement whose addition makes the component invalid is at fault.
            for count in 1..=statements.len() {
                let some = statements.get(..count).unwrap_or_default();
                if let (Err(error), Some(Statement::Type(last))) = (self.component(some), some.last()) {
                    let id = id(last);
                    return Err(self.with_place(error, &format!("`{}`", id.string), id.span));
                }
            }
        }
        result
    }

    /// The component of one import, with the earlier statements that it may mention.
    fn import(
        &self,
        types: &[Statement<'_>],
        earlier: &[&ImportStatement<'_>],
        import: &ImportStatement<'_>,
    ) -> Result<Component, At<LoadError>> {
        let own = self.document.directive.package.name;
        let mut imports = vec![import];
        while let Some(ImportType::Ident(id)) = imports.last().map(|import| &import.ty)
            && let Some(named) = earlier.iter().find(|earlier| earlier.id.string == id.string)
            && imports.len() <= earlier.len()
        {
            imports.push(named);
        }
        let needs_types = match imports.last().map(|import| &import.ty) {
            Some(ImportType::Package(path)) => path.name == own,
            _ => true,
        };
        let mut statements = if needs_types { types.to_vec() } else { Vec::new() };
        statements.extend(imports.into_iter().rev().map(|import| Statement::Import(import.clone())));
        let what = format!("import `{}`", import.id.string);
        self.component(&statements).map_err(|error| self.with_place(error, &what, import.id.span))
    }

    /// The component of some statements of a document.
    fn component(&self, statements: &[Statement<'_>]) -> Result<Component, At<LoadError>> {
        sound::check(self.wac, statements)?;
        sound::check_aliases(self.wac, self.components, statements)?;
        let mut declarations = Document { statements: statements.to_vec(), ..self.document.clone() };
        // The composition as a whole is compared with its target.
        declarations.directive.targets = None;
        let diagnosed = |error: &dyn miette::Diagnostic| converted(self.wac.diagnosed(error));
        let named = wac_resolver::packages(&declarations).map_err(|error| diagnosed(&error))?;
        sound::check_versions(self.wac, &named)?;
        let mut packages: IndexMap<BorrowedPackageKey<'_>, Vec<u8>> = IndexMap::new();
        for (package, span) in named {
            if let Some(id) = self.components.package(&key(package.name, package.version)) {
                let component = &self.components[id];
                sound::check_package(component).map_err(|error| At::place(error, Some(&self.wac.place(span))))?;
                packages.insert(package, component.bytes().to_vec());
            }
        }
        let options = EncodeOptions { define_components: false, validate: false, processor: None };
        let encode = || -> Result<Vec<u8>, At<LoadError>> {
            let resolution = declarations.resolve(packages).map_err(|error| diagnosed(&error))?;
            resolution.encode(options).map_err(|error| diagnosed(&error))
        };
        let bytes = guard(Use::DECLARATIONS, self.wac.file(), encode).map_err(LoadError::from)??;
        Ok(Component::decode_any("declarations".to_owned(), self.wac.file().to_owned(), bytes)?)
    }

    /// Adds the place of a statement to an error of its component. An offset would refer to bytes that the user does
    /// not have.
    fn with_place(&self, error: At<LoadError>, what: &str, span: SourceSpan) -> At<LoadError> {
        match error.error {
            LoadError::Invalid { message, .. } => {
                At::place(LoadError::Declaration { what: what.to_owned(), message }, Some(&self.wac.place(span)))
            }
            error @ LoadError::Panicked(_) => At::place(error, Some(&self.wac.place(span))),
            _ => error,
        }
    }
}

/// The name of a type statement.
fn id<'d>(statement: &'d TypeStatement<'d>) -> wac_parser::Ident<'d> {
    match statement {
        TypeStatement::Interface(interface) => interface.id,
        TypeStatement::World(world) => world.id,
        TypeStatement::Type(ty) => *ty.id(),
    }
}

/// Converts an error of a document that is found while its packages are loaded.
pub(super) fn converted(error: At<WacError>) -> At<LoadError> {
    error.map(|error| LoadError::Declarations { message: error.to_string() })
}
