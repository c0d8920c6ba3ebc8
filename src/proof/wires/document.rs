//! Wiring by a WAC document. WAC, "Language": statements are evaluated in order; an expression is an instance, an
//! export of one, or an import of the document. The document has been planned successfully, so errors in it need no
//! report: unknown sources stay undecided.

use std::collections::{BTreeMap, BTreeSet};

use wac_parser::{
    ExportOptions, ExportStatement, Expr, ImportStatement, ImportType, InstantiationArgument as Argument,
    InstantiationArgumentName, NewExpr, PostfixExpr, PrimaryExpr, Statement, TypeStatement,
};
use wasmparser::component_types::ComponentEntityType;

use super::plan::{Plan, Source};
use crate::describe::wac::{Wac, key};
use crate::load::{ComponentId, Components, free_name};
use crate::name::{InterfaceName, best, split};

/// The plan of a document.
pub(super) fn plan(wac: &Wac, components: &Components) -> Plan {
    let Ok(parsed) = wac.document() else { return Plan::default() };
    let mut document = Document::of(components);
    for statement in &parsed.statements {
        document.statement(statement, parsed.directive.package.name);
    }
    document.plan
}

/// The value of an expression.
#[derive(Clone)]
struct Value {
    source: Source,
    /// The import of the document, where the value is one.
    declared: Option<ComponentId>,
    /// Its names: that of its interface, and that of the import or export.
    names: Vec<String>,
}

struct Document<'d> {
    components: &'d Components,
    plan: Plan,
    /// The values of the document's names. `None` for types.
    values: BTreeMap<&'d str, Option<Value>>,
    /// The interface of each type of the document.
    interfaces: BTreeMap<&'d str, String>,
    /// The number of imports so far.
    imports: usize,
    names: BTreeSet<String>,
}

impl<'d> Document<'d> {
    fn of(components: &'d Components) -> Self {
        let (plan, values, interfaces, names) = (Plan::default(), BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
        Document { components, plan, values, interfaces, imports: 0, names }
    }

    fn statement(&mut self, statement: &'d Statement<'d>, package: &str) {
        match statement {
            Statement::Import(import) => self.import(import),
            Statement::Let(binding) => {
                let value = self.expr(&binding.expr, Some(binding.id.string));
                self.values.insert(binding.id.string, Some(value));
            }
            Statement::Export(export) => self.export(export),
            Statement::Type(definition) => {
                let id = match definition {
                    TypeStatement::Interface(interface) => {
                        let id = interface.id.string;
                        self.interfaces.insert(id, format!("{package}/{id}"));
                        id
                    }
                    TypeStatement::World(world) => world.id.string,
                    TypeStatement::Type(ty) => ty.id().string,
                };
                self.values.insert(id, None);
            }
        }
    }

    fn import(&mut self, import: &'d ImportStatement<'d>) {
        let declared = self.components.declarations().imports.get(self.imports).copied();
        self.imports += 1;
        let own = import.id.string;
        let of_type = match &import.ty {
            ImportType::Package(path) => path.string,
            ImportType::Func(_) | ImportType::Interface(_) | ImportType::Ident(_) => own,
        };
        let written = import.name.as_ref().map_or(of_type, |name| name.as_str());
        // The declaration of an import has the host import and its name, wherever that name comes from.
        let is_it = |id: &ComponentId| self.components[*id].imports().contains_key(written);
        let name = match (declared.filter(is_it), declared) {
            (None, Some(id)) => self.components[id].imports().keys().next_back().cloned(),
            _ => None,
        };
        let name = name.unwrap_or_else(|| written.to_owned());
        // An item without a name of its own has the name of the interface that is its type.
        let interface = match &import.ty {
            ImportType::Package(path) => Some(path.string.to_owned()),
            ImportType::Ident(id) => self.interfaces.get(id.string).cloned(),
            _ => None,
        };
        let source = Source::Host(vec![name.clone()]);
        let names = interface.into_iter().chain([name]).collect();
        self.values.insert(own, Some(Value { source, declared, names }));
    }

    fn unknown() -> Value {
        Value { source: Source::Undecided, declared: None, names: Vec::new() }
    }

    fn named(&self, id: &str) -> Value {
        self.values.get(id).cloned().flatten().unwrap_or_else(Self::unknown)
    }

    /// The value of an expression, with the name that it is bound to.
    fn expr(&mut self, expr: &'d Expr<'d>, bound: Option<&str>) -> Value {
        let mut value = match &expr.primary {
            PrimaryExpr::New(new) => self.instance(new, bound.filter(|_| expr.postfix.is_empty())),
            PrimaryExpr::Nested(nested) => self.expr(&nested.inner, None),
            PrimaryExpr::Ident(id) => self.named(id.string),
        };
        for postfix in &expr.postfix {
            let name = match postfix {
                PostfixExpr::Access(access) => short(access.id.string, self.exports(&value).iter().map(String::as_str)),
                PostfixExpr::NamedAccess(access) => access.string.value.to_owned(),
            };
            value = export_of(&value, &name);
        }
        value
    }

    /// The names of the exports of an instance.
    fn exports(&self, value: &Value) -> Vec<String> {
        let (component, ty) = match (&value.source, value.declared) {
            (Source::Export(of, path), _) => {
                let Some(component) = self.plan.component(*of, self.components) else { return Vec::new() };
                if path.is_empty() {
                    return component.exports().keys().cloned().collect();
                }
                (component, component.export_at(path))
            }
            (Source::Host(path), Some(id)) => (&self.components[id], self.components[id].import_at(path)),
            _ => return Vec::new(),
        };
        let Some(ComponentEntityType::Instance(id)) = ty else { return Vec::new() };
        component.types().get(id).into_iter().flat_map(|ty| ty.exports.keys().cloned()).collect()
    }

    /// Instantiates a package. A named argument takes precedence over a spread instance; imports that remain are the
    /// host's.
    fn instance(&mut self, new: &'d NewExpr<'d>, bound: Option<&str>) -> Value {
        let package = key(new.package.name, new.package.version.as_ref());
        let mut arguments: Vec<(Option<String>, Value)> = Vec::new();
        let Some(id) = self.components.package(&package) else { return Self::unknown() };
        let imports: Vec<&str> = self.components[id].imports().keys().map(String::as_str).collect();
        for argument in &new.arguments {
            match argument {
                Argument::Inferred(id) => {
                    let value = self.named(id.string);
                    let name = value.names.iter().find(|name| imports.contains(&name.as_str())).cloned();
                    let name = name.unwrap_or_else(|| short(id.string, imports.iter().copied()));
                    arguments.push((Some(name), value));
                }
                Argument::Named(argument) => {
                    let name = match &argument.name {
                        InstantiationArgumentName::Ident(id) => short(id.string, imports.iter().copied()),
                        InstantiationArgumentName::String(text) => text.value.to_owned(),
                    };
                    arguments.push((Some(name), self.expr(&argument.expr, None)));
                }
                Argument::Spread(id) => arguments.push((None, self.named(id.string))),
                Argument::Fill(_) => {}
            }
        }
        let name = free_name(bound.unwrap_or(&package), &self.names);
        self.names.insert(name.clone());
        let number = self.plan.instantiate(name, id);
        for import in imports {
            let named =
                arguments.iter().find(|(name, _)| name.as_deref() == Some(import)).map(|(_, value)| value.clone());
            let spread = || {
                let mut spreads = arguments.iter().filter(|(name, _)| name.is_none());
                spreads.find_map(|(_, value)| {
                    let exports = self.exports(value);
                    Some(export_of(value, best(import, exports.iter().map(String::as_str))?))
                })
            };
            if let Some(value) = named.or_else(spread) {
                self.plan.fill(number, import, value.source);
            }
        }
        Value { source: Source::Export(number, Vec::new()), declared: None, names: Vec::new() }
    }

    fn export(&mut self, export: &'d ExportStatement<'d>) {
        // A definition has no instance.
        if let (PrimaryExpr::Ident(id), []) = (&export.expr.primary, export.expr.postfix.as_slice())
            && matches!(self.values.get(id.string), Some(None))
        {
            return;
        }
        let value = self.expr(&export.expr, None);
        match &export.options {
            ExportOptions::None => {
                let name = value.names.into_iter().next();
                self.plan.exports.extend(name.map(|name| (name, value.source)));
            }
            ExportOptions::Rename(name) => self.plan.exports.push((name.as_str().to_owned(), value.source)),
            ExportOptions::Spread(_) => {
                for name in self.exports(&value) {
                    // An export of a name that is in use already is omitted.
                    if !self.plan.exports.iter().any(|(exported, _)| *exported == name) {
                        self.plan.exports.push((name.clone(), value.source.export(&name)));
                    }
                }
            }
        }
    }
}

fn export_of(value: &Value, name: &str) -> Value {
    Value { source: value.source.export(name), declared: value.declared, names: vec![name.to_owned()] }
}

/// The name that a word of a document selects: the equal one, or the only interface with that last part.
fn short<'n>(word: &str, names: impl Iterator<Item = &'n str> + Clone) -> String {
    if names.clone().any(|name| name == word) {
        return word.to_owned();
    }
    let last = |name: &str| InterfaceName::read(name).and_then(|of| of.interface.rsplit('/').next().map(str::to_owned));
    let mut found = names.filter(|name| split(name).is_some() && last(name).as_deref() == Some(word));
    found.next().filter(|_| found.next().is_none()).unwrap_or(word).to_owned()
}
