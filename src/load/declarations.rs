//! What a WAC document itself imports and defines, made components.
//!
//! Its `import`, `interface`, `world` and type statements say types in WAC's own syntax. wac-parser resolves those
//! statements alone, and wac-graph encodes them as components without packages: one that exports the types that the
//! document defines, and one for each of its imports. They are apart because wac-graph joins versions of one interface,
//! or panics where they disagree; weld joins host imports itself. All else in the document is linked by weld.

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

/// The components of a document's declarations.
#[derive(Default)]
pub struct Read {
    /// The one that exports the types that it defines, if it defines any.
    pub types: Option<Component>,
    /// One for each of its imports, in order.
    pub imports: Vec<Component>,
}

/// Makes components of a document's declarations.
///
/// # Errors
///
/// Where a declaration is wrong, at its place.
pub fn read(wac: &Wac, components: &Components) -> Result<Read, At<LoadError>> {
    let document = wac.document().map_err(wrong)?;
    let declares = |statement: &&Statement<'_>| matches!(statement, Statement::Type(_) | Statement::Import(_));
    if document.statements.iter().filter(declares).count() > limits::WAC_DECLARATIONS {
        return Err(
            LoadError::TooManyDeclarations { file: wac.file().to_owned(), limit: limits::WAC_DECLARATIONS }.into()
        );
    }
    let reader = Reader { wac, components, document: &document };
    let mut read = Read::default();
    let types: Vec<Statement<'_>> =
        document.statements.iter().filter(|statement| matches!(statement, Statement::Type(_))).cloned().collect();
    if !types.is_empty() {
        read.types = Some(reader.types(&types)?);
    }
    let (mut types, mut imports): (Vec<Statement<'_>>, Vec<&ImportStatement<'_>>) = Default::default();
    for statement in &document.statements {
        match statement {
            Statement::Type(_) => types.push(statement.clone()),
            Statement::Import(import) => {
                read.imports.push(reader.import(&types, &imports, import)?);
                imports.push(import);
            }
            _ => {}
        }
    }
    Ok(read)
}

/// The world that a document's `targets` clause names. `None` where it has no such clause.
///
/// # Errors
///
/// Where no package of the document has that world.
pub fn target(wac: &Wac, components: &Components) -> Result<Option<Target>, At<LoadError>> {
    let Some(TargetName { package, world, is_own, place }) = wac.target().map_err(wrong)? else { return Ok(None) };
    // What the document itself declares is a package too.
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
            // What has a form without its last statement is wrong there.
            for count in 1..=statements.len() {
                let some = statements.get(..count).unwrap_or_default();
                if let (Err(error), Some(Statement::Type(last))) = (self.component(some), some.last()) {
                    let id = id(last);
                    return Err(self.placed(error, &format!("`{}`", id.string), id.span));
                }
            }
        }
        result
    }

    /// The component of one import, which may mention what is defined before it.
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
        self.component(&statements).map_err(|error| self.placed(error, &what, import.id.span))
    }

    /// The component of some statements of a document.
    fn component(&self, statements: &[Statement<'_>]) -> Result<Component, At<LoadError>> {
        sound::check(self.wac, statements)?;
        sound::check_aliases(self.wac, self.components, statements)?;
        let mut declarations = Document { statements: statements.to_vec(), ..self.document.clone() };
        // Conformance to a target is checked of the whole.
        declarations.directive.targets = None;
        let diagnosed = |error: &dyn miette::Diagnostic| wrong(self.wac.diagnosed(error));
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

    /// What keeps a statement from having a form, at its place. The offset would be one of bytes that nobody has.
    fn placed(&self, error: At<LoadError>, what: &str, span: SourceSpan) -> At<LoadError> {
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

/// An error of a document, found while its packages are loaded.
pub(super) fn wrong(error: At<WacError>) -> At<LoadError> {
    error.map(|error| LoadError::Declarations { message: error.to_string() })
}
