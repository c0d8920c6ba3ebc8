//! Wiring by a WAC document.
//!
//! WAC, "Language": expressions are evaluated in order, each to an instance, an export of one, or an import of the
//! document. Inferred argument names follow the reference implementation `wac`.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use miette::SourceSpan;
use petgraph::graph::NodeIndex;
use wac_parser::{
    Document, ExportOptions, ExportStatement, Expr, Ident, ImportStatement, ImportType, InstantiationArgument,
    InstantiationArgumentName, NewExpr, PostfixExpr, PrimaryExpr, Statement, TypeStatement,
};
use wasmparser::component_types::{ComponentEntityType, ComponentItem};
use wasmparser::names::ComponentName;

use super::error::LinkError;
use super::matching;
use super::origin::Origin;
use super::wiring::{Wiring, named_by_another};
use crate::describe::At;
use crate::describe::wac::{Wac, key};
use crate::limits;
use crate::load::{Components, Declarations};
use crate::name::{self, InterfaceName, canonical};

type Result<T> = std::result::Result<T, Box<At<LinkError>>>;

/// Evaluates a document.
///
/// # Errors
///
/// The first error, with its place.
pub(super) fn wire<'a>(components: &'a Components, wac: &Wac) -> std::result::Result<Wiring<'a>, Vec<At<LinkError>>> {
    // The document has been parsed successfully before, so no user sees this error.
    let document = wac.document().map_err(|error| vec![error.map(|error| LinkError::Document(error.to_string()))])?;
    let mut evaluation = Evaluation::new(components, wac, &document);
    for statement in &document.statements {
        evaluation.statement(statement).map_err(|error| vec![*error])?;
    }
    Ok(evaluation.wiring)
}

/// The value of an expression.
#[derive(Debug, Clone)]
struct Item {
    origin: Origin,
    /// The interface of an instance, by name.
    interface: Option<String>,
    /// The name of the import or export that it is.
    name: Option<String>,
}

/// The meaning of a name in the document.
#[derive(Debug, Clone)]
enum Named {
    Item(Item),
    /// A type of the document. An interface has its name.
    Type(Option<String>),
}

struct Evaluation<'a, 'd> {
    wiring: Wiring<'a>,
    wac: &'d Wac,
    document: &'d Document<'d>,
    /// The definitions of the document.
    types: Option<NodeIndex>,
    /// Its imports. The place of each is set when the statement is reached.
    imports: std::vec::IntoIter<NodeIndex>,
    imported: BTreeMap<String, SourceSpan>,
    names: BTreeMap<&'d str, (Named, SourceSpan)>,
    exported: BTreeMap<String, SourceSpan>,
    /// The names of instances.
    instances: BTreeSet<String>,
}

impl<'a, 'd> Evaluation<'a, 'd> {
    fn new(components: &'a Components, wac: &'d Wac, document: &'d Document<'d>) -> Self {
        let mut wiring = Wiring::new(components);
        let Declarations { types, imports } = components.declarations();
        let types = types.map(|id| wiring.declare(id));
        let imports: Vec<NodeIndex> = imports.iter().map(|id| wiring.declare(*id)).collect();
        let (imports, imported) = (imports.into_iter(), BTreeMap::new());
        let (names, exported, instances) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
        Evaluation { wiring, wac, document, types, imports, imported, names, exported, instances }
    }

    fn error<T>(&self, error: LinkError, span: SourceSpan) -> Result<T> {
        Err(Box::new(At::place(error, Some(&self.wac.place(span)))))
    }

    fn statement(&mut self, statement: &'d Statement<'d>) -> Result<()> {
        match statement {
            Statement::Import(import) => self.import(import),
            Statement::Type(definition) => self.definition(definition),
            Statement::Let(binding) => {
                let named = match &binding.expr {
                    Expr { primary: PrimaryExpr::New(new), postfix, .. } if postfix.is_empty() => {
                        self.instance(new, Some(binding.id.string))?
                    }
                    expr => self.expr(expr)?,
                };
                self.bind(binding.id, Named::Item(named))
            }
            Statement::Export(export) => self.export(export),
        }
    }

    fn bind(&mut self, id: Ident<'d>, named: Named) -> Result<()> {
        match self.names.insert(id.string, (named, id.span)) {
            None => Ok(()),
            Some((_, previous)) => {
                let error = LinkError::DefinedTwice { name: id.string.to_owned() };
                let at = At::place(error, Some(&self.wac.place(id.span)));
                Err(Box::new(at.and(&self.wac.place(previous), Some("defined here before"))))
            }
        }
    }

    fn import(&mut self, import: &'d ImportStatement<'d>) -> Result<()> {
        let (name, interface) = match &import.ty {
            ImportType::Package(path) => (path.string.to_owned(), Some(path.string.to_owned())),
            ImportType::Func(_) | ImportType::Interface(_) => (import.id.string.to_owned(), None),
            ImportType::Ident(id) => match self.names.get(id.string) {
                Some((Named::Item(item), _)) => {
                    let name = item.interface.clone().unwrap_or_else(|| import.id.string.to_owned());
                    (name, item.interface.clone())
                }
                Some((Named::Type(interface), _)) => (import.id.string.to_owned(), interface.clone()),
                None => return self.error(LinkError::Undefined { name: id.string.to_owned() }, id.span),
            },
        };
        let name = import.name.as_ref().map_or(name, |name| name.as_str().to_owned());
        // The validator regards names that differ only in case or hyphens as equal.
        if let Some(previous) = self.imported.insert(canonical(&name), import.id.span) {
            let at = At::place(LinkError::TwoImports { name }, Some(&self.wac.place(import.id.span)));
            return Err(Box::new(at.and(&self.wac.place(previous), Some("imported here before"))));
        }
        let Some(node) = self.imports.next() else { return Ok(()) };
        self.wiring.place_at(node, self.wac.place(import.id.span));
        let origin = Origin::Import(node, name.clone(), Vec::new());
        let is_instance = matches!(self.wiring.ty(&origin), Some(ComponentEntityType::Instance(_)));
        let interface = interface.filter(|_| is_instance);
        self.bind(import.id, Named::Item(Item { origin, interface, name: Some(name) }))
    }

    fn definition(&mut self, definition: &'d TypeStatement<'d>) -> Result<()> {
        let (id, interface) = match definition {
            TypeStatement::Interface(interface) => {
                let package = &self.document.directive.package;
                let version = package.version.as_ref().map(|version| format!("@{version}")).unwrap_or_default();
                (interface.id, Some(format!("{}/{}{version}", package.name, interface.id.string)))
            }
            TypeStatement::World(world) => (world.id, None),
            TypeStatement::Type(ty) => (*ty.id(), None),
        };
        self.bind(id, Named::Type(interface))?;
        let Some(node) = self.types else { return Ok(()) };
        self.wiring.place_at(node, self.wac.place(id.span));
        self.add_export(id.string.to_owned(), Origin::Export(node, vec![id.string.to_owned()]), id.span)
    }

    fn named(&self, id: &Ident<'d>) -> Result<Item> {
        match self.names.get(id.string) {
            Some((Named::Item(item), _)) => Ok(item.clone()),
            Some((Named::Type(_), _)) => self.error(LinkError::IsType { name: id.string.to_owned() }, id.span),
            None => self.error(LinkError::Undefined { name: id.string.to_owned() }, id.span),
        }
    }

    fn expr(&mut self, expr: &'d Expr<'d>) -> Result<Item> {
        let mut item = match &expr.primary {
            PrimaryExpr::New(new) => self.instance(new, None)?,
            PrimaryExpr::Nested(nested) => self.expr(&nested.inner)?,
            PrimaryExpr::Ident(id) => self.named(id)?,
        };
        let mut before = expr.primary.span();
        for postfix in &expr.postfix {
            let (wanted, is_literal) = match postfix {
                PostfixExpr::Access(access) => (access.id.string, false),
                PostfixExpr::NamedAccess(access) => (access.string.value, true),
            };
            let exports = self.exports(&item, before)?;
            let name = if is_literal { None } else { matching_interface(wanted, exports.iter().copied()) };
            let name = name.unwrap_or(wanted).to_owned();
            if !exports.contains(&&name) {
                let known = matching::nearest(exports.iter().copied(), &name);
                let component = self.wiring.shown(&item.origin);
                return self.error(LinkError::UnknownExport { component, export: name, known }, postfix.span());
            }
            item = self.export_of(&item, &name);
            before = postfix.span();
        }
        Ok(item)
    }

    /// The names of the exports of an instance.
    fn exports(&self, item: &Item, span: SourceSpan) -> Result<Vec<&'a String>> {
        let component = self.wiring.component(item.origin.node());
        match (component, self.wiring.ty(&item.origin)) {
            (Some(component), None) => Ok(component.exports().keys().collect()),
            (Some(component), Some(ComponentEntityType::Instance(id))) => {
                Ok(component.types().get(id).into_iter().flat_map(|ty| ty.exports.keys()).collect())
            }
            _ => self.error(LinkError::NotAnInstance { what: self.wiring.shown(&item.origin) }, span),
        }
    }

    fn export_of(&self, item: &Item, export: &str) -> Item {
        let origin = item.origin.export(export);
        let is_instance = matches!(self.wiring.ty(&origin), Some(ComponentEntityType::Instance(_)));
        let interface = (is_instance && name::split(export).is_some()).then(|| export.to_owned());
        Item { origin, interface, name: Some(export.to_owned()) }
    }

    /// Instantiates a package, with the name of its `let` binding if there is one.
    fn instance(&mut self, new: &'d NewExpr<'d>, bound: Option<&str>) -> Result<Item> {
        let package = key(new.package.name, new.package.version.as_ref());
        if self.instances.len() >= limits::COMPOSED {
            return self.error(LinkError::TooManyInstances { limit: limits::COMPOSED }, new.package.span);
        }
        let components = self.wiring.components();
        let Some(id) = components.package(&package) else {
            return self.error(LinkError::OwnPackage { package }, new.package.span);
        };
        let component = &components[id];
        if component.is_wit_package() {
            return self.error(LinkError::PackageOfTypes { package }, new.package.span);
        }
        let mut arguments: IndexMap<String, (Item, SourceSpan)> = IndexMap::new();
        let mut fill = false;
        for (index, argument) in new.arguments.iter().enumerate() {
            let (name, item, span) = match argument {
                InstantiationArgument::Inferred(id) => {
                    let item = self.named(id)?;
                    (inferred(&item, id.string, component.imports()), item, id.span)
                }
                InstantiationArgument::Named(argument) => {
                    let item = self.expr(&argument.expr)?;
                    let name = match &argument.name {
                        InstantiationArgumentName::Ident(id) => {
                            matching_interface(id.string, component.imports().keys()).unwrap_or(id.string)
                        }
                        InstantiationArgumentName::String(string) => string.value,
                    };
                    (name.to_owned(), item, argument.name.span())
                }
                InstantiationArgument::Spread(_) => continue,
                InstantiationArgument::Fill(span) if index + 1 != new.arguments.len() => {
                    return self.error(LinkError::FillNotLast, *span);
                }
                InstantiationArgument::Fill(_) => {
                    fill = true;
                    continue;
                }
            };
            if !component.imports().contains_key(&name) {
                let known = matching::nearest(component.imports().keys(), &name);
                return self.error(
                    LinkError::UnknownImport { component: package, import: name, known, denied: Vec::new() },
                    span,
                );
            }
            if let Some((_, earlier)) = arguments.insert(name.clone(), (item, span)) {
                let error = LinkError::TwoWires { importer: package, import: name };
                let at = At::place(error, Some(&self.wac.place(span)));
                return Err(Box::new(at.and(&self.wac.place(earlier), Some("filled here before"))));
            }
        }
        // Named arguments take precedence over spread instances.
        for argument in &new.arguments {
            if let InstantiationArgument::Spread(id) = argument {
                self.spread(id, component.imports(), &mut arguments)?;
            }
        }
        let missing: Vec<String> = component
            .imports()
            .keys()
            .filter(|import| !arguments.contains_key(*import) && named_by_another(component, import).is_none())
            .cloned()
            .collect();
        if !fill && !missing.is_empty() {
            return self.error(LinkError::MissingArguments { package, missing }, new.package.span);
        }
        let name = self.free_name(bound.unwrap_or(&package));
        let node = self.wiring.instantiate(name, id);
        self.wiring.place_at(node, self.wac.place(new.package.span));
        for (import, (item, span)) in arguments {
            self.fill(node, &import, item, span)?;
        }
        Ok(Item { origin: Origin::Export(node, Vec::new()), interface: None, name: None })
    }

    fn free_name(&mut self, wanted: &str) -> String {
        let name = crate::load::free_name(wanted, &self.instances);
        self.instances.insert(name.clone());
        name
    }

    /// Fills an import, if the type fits.
    fn fill(&mut self, node: NodeIndex, import: &str, item: Item, span: SourceSpan) -> Result<()> {
        let place = self.wac.place(span);
        let filled = self.wiring.filled(node, import, item.origin.clone(), Some(place.clone()));
        match filled {
            Ok(filled) => {
                self.wiring.fill(node, import, filled);
                Ok(())
            }
            Err(difference) => {
                let has = self.exports(&item, span).is_ok_and(|exports| exports.iter().any(|name| *name == import));
                let error = LinkError::ArgumentMismatch {
                    has,
                    importer: self.wiring.name_of(node).to_owned(),
                    import: import.to_owned(),
                    argument: self.wiring.shown(&item.origin),
                    difference: Box::new(difference),
                };
                Err(Box::new(At::place(error, Some(&place))))
            }
        }
    }

    /// Fills the remaining imports from the exports of an instance, by name and then by compatible version.
    fn spread(
        &mut self,
        id: &'d Ident<'d>,
        imports: &IndexMap<String, ComponentItem>,
        arguments: &mut IndexMap<String, (Item, SourceSpan)>,
    ) -> Result<()> {
        let item = self.named(id)?;
        let exports = self.exports(&item, id.span)?;
        let mut fills = false;
        for import in imports.keys() {
            if arguments.contains_key(import) {
                continue;
            }
            if let Some(export) = matching::best(exports.iter().copied(), import) {
                arguments.insert(import.clone(), (self.export_of(&item, export), id.span));
                fills = true;
            }
        }
        if fills {
            Ok(())
        } else {
            self.error(LinkError::SpreadFillsNothing { instance: self.wiring.shown(&item.origin) }, id.span)
        }
    }

    fn export(&mut self, export: &'d ExportStatement<'d>) -> Result<()> {
        if let (PrimaryExpr::Ident(id), []) = (&export.expr.primary, export.expr.postfix.as_slice())
            && let Some((Named::Type(_), _)) = self.names.get(id.string)
        {
            return self.export_type(id, &export.options);
        }
        let item = self.expr(&export.expr)?;
        match &export.options {
            ExportOptions::None => match item.interface.clone().or_else(|| item.name.clone()) {
                Some(name) => self.add_export(name, item.origin, export.expr.span),
                None => self.error(LinkError::ExportNeedsName, export.expr.span),
            },
            ExportOptions::Rename(name) => self.add_export(name.as_str().to_owned(), item.origin, name.span()),
            ExportOptions::Spread(span) => {
                let names: Vec<String> = self.exports(&item, export.expr.span)?.into_iter().cloned().collect();
                let new: Vec<String> = names.into_iter().filter(|name| !self.exported.contains_key(name)).collect();
                if new.is_empty() {
                    return self.error(
                        LinkError::SpreadExportsNothing { instance: self.wiring.shown(&item.origin) },
                        export.expr.span,
                    );
                }
                new.into_iter().try_for_each(|name| {
                    let origin = item.origin.export(&name);
                    self.add_export(name, origin, *span)
                })
            }
        }
    }

    /// Exports a type of the document. Under its own name it is exported already.
    fn export_type(&mut self, id: &Ident<'d>, options: &'d ExportOptions<'d>) -> Result<()> {
        match options {
            ExportOptions::None => Ok(()),
            ExportOptions::Rename(name) => {
                let Some(node) = self.types else { return Ok(()) };
                let origin = Origin::Export(node, vec![id.string.to_owned()]);
                if self.wiring.remove_export(id.string, &origin) {
                    self.exported.remove(id.string);
                }
                self.add_export(name.as_str().to_owned(), origin, name.span())
            }
            ExportOptions::Spread(span) => self.error(LinkError::NotAnInstance { what: id.string.to_owned() }, *span),
        }
    }

    fn add_export(&mut self, name: String, origin: Origin, span: SourceSpan) -> Result<()> {
        if let Err(error) = ComponentName::new(&name, 0) {
            return self.error(LinkError::ExportName { name, reason: error.message().to_owned() }, span);
        }
        if let Some(previous) = self.exported.insert(name.clone(), span) {
            let at = At::place(LinkError::TwoExports { name }, Some(&self.wac.place(span)));
            return Err(Box::new(at.and(&self.wac.place(previous), Some("exported here before"))));
        }
        self.wiring.place_export_at(name.clone(), self.wac.place(span));
        self.wiring.export(name, origin);
        Ok(())
    }
}

/// The import that an unnamed argument is for.
fn inferred(item: &Item, id: &str, imports: &IndexMap<String, ComponentItem>) -> String {
    let known = |name: &Option<String>| name.clone().filter(|name| imports.contains_key(name));
    known(&item.interface)
        .or_else(|| known(&item.name))
        .or_else(|| matching_interface(id, imports.keys()).map(str::to_owned))
        .unwrap_or_else(|| id.to_owned())
}

/// The only interface with a name as its last part: `ns:pkg/store@1.0.0` for `store`. A plain name that equals the text
/// takes precedence.
fn matching_interface<'n>(wanted: &str, names: impl Iterator<Item = &'n String> + Clone) -> Option<&'n str> {
    if names.clone().any(|name| name == wanted) {
        return None;
    }
    let last_of = |name| InterfaceName::read(name)?.interface.rsplit('/').next();
    let mut matches = names.filter(|name| last_of(name) == Some(wanted));
    let first = matches.next()?;
    matches.next().is_none().then_some(first.as_str())
}
