//! How parts of a component reach something of the host's, link by link.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use indexmap::IndexSet;
use serde::Serialize;

use super::error::Failure;
use super::model::{HostImport, Inspection, Instance, Kind, Source, Through, Wire};
use crate::limits;
use crate::name::{self, Pattern};
use crate::types::Side;

/// Who reaches something, and how.
#[derive(Debug, Clone, Serialize)]
pub struct Explained {
    /// What of it the component imports.
    pub imports: Vec<Import>,
    /// The parts that reach any of it, by the length of their shortest ways, and the ways of a part one after the other.
    pub users: Vec<User>,
}

/// An import of the component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Import {
    /// Its name.
    pub name: String,
    /// The functions that were asked for and that anyone reaches.
    pub functions: Vec<String>,
    /// Whether it is an interface, or something by itself.
    #[serde(skip)]
    pub is_interface: bool,
    /// Whether types alone are used.
    pub types_only: bool,
}

/// A part that reaches something, by the shortest way of each function. A part is listed once for each of its ways, with the
/// functions to which that is the shortest.
#[derive(Debug, Clone, Serialize)]
pub struct User {
    /// The names that lead to it; empty for the component itself.
    pub path: String,
    /// How many functions it reaches on this way.
    pub functions: usize,
    /// The way to the host.
    pub links: Vec<Link>,
    /// Whether the way goes on: it has more links than [`limits::COMPONENT_DEPTH`].
    pub is_cut: bool,
    /// What the component itself calls the part that is given it, or which that is in. `None` for the component itself.
    #[serde(skip)]
    pub given_to: Option<String>,
}

/// A step of the way from a part to the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// The part that has the imports; empty for the component itself.
    pub from: String,
    /// Its imports through which it comes on, by its own names for them. None where it is no import: it makes the next part, or
    /// takes something from around it.
    pub imports: Vec<String>,
    /// The part that fills them; `null` for the host.
    pub to: Option<String>,
}

/// Explains who reaches what any of some patterns names, as whatever takes it away would understand them.
///
/// # Errors
///
/// The ways to the host are more than [`limits::EXPLAINED`].
pub fn explain(inspection: &Inspection, patterns: &[Pattern]) -> Result<Explained, Failure> {
    let mut imports = Vec::new();
    let mut asked: Vec<Asked<'_>> = Vec::new();
    for import in &inspection.imports {
        let names = [Some(import.name.as_str()), import.implements.as_deref()];
        let names = |function: &str| {
            let own = names.into_iter().flatten().map(|name| (name, function));
            let posing = import.poses.get(function).into_iter().flatten();
            let mut all = own.chain(posing.map(|(name, item)| (name.as_str(), item.as_str())));
            all.any(|(name, item)| patterns.iter().any(|pattern| pattern.rank(name, item).is_some()))
        };
        let is_interface = import.kind == Kind::Instance;
        let functions: BTreeSet<&str> =
            import.reached_by.iter().flat_map(|by| &by.functions).map(String::as_str).collect();
        let functions: BTreeSet<&str> = functions.into_iter().filter(|function| names(function)).collect();
        let is_plain =
            !is_interface && (patterns.iter().any(|pattern| pattern.rank("", &import.name).is_some()) || names(""));
        let is_whole = is_plain || (is_interface && functions.is_empty() && import.types_only && names(""));
        if !functions.is_empty() || is_whole {
            let listed = functions.iter().map(|name| (*name).to_owned()).collect();
            let (name, types_only) = (import.name.clone(), import.types_only);
            imports.push(Import { name, functions: listed, is_interface, types_only });
            asked.extend(functions.iter().map(|function| Asked { import, function: Some(function) }));
            if functions.is_empty() {
                asked.push(Asked { import, function: None });
            }
        }
    }
    // The ways to functions count. Those to types alone are told where there are no others.
    let is_types = |asked: &Asked<'_>| asked.function.is_none() && asked.import.kind == Kind::Instance;
    if !asked.iter().all(is_types) {
        asked.retain(|asked| !is_types(asked));
    }
    let users = Finder { inspection, asked, sets: IndexSet::new(), steps: BTreeMap::new() }.users()?;
    Ok(Explained { imports, users })
}

/// Something that was asked for: a function of an import, or the import as a whole.
#[derive(Clone, Copy)]
struct Asked<'i> {
    import: &'i HostImport,
    function: Option<&'i str>,
}

struct Finder<'i> {
    inspection: &'i Inspection,
    asked: Vec<Asked<'i>>,
    /// Sets of what was asked for, each by its indexes in order.
    sets: IndexSet<Vec<usize>>,
    /// The next steps of an instance to the items of a set, which many ways have in common.
    steps: BTreeMap<(usize, usize), Rc<[Step]>>,
}

/// The next step of an instance to the host.
struct Step {
    /// The instance through which it comes on. `None` where the instance is given the items itself.
    next: Option<usize>,
    /// The number of the set of items to which this is the way.
    set: usize,
    link: Rc<Link>,
}

/// A way from an instance to the host, or its beginning.
#[derive(Clone)]
struct Path {
    links: Vec<Rc<Link>>,
    /// The last instance on it.
    last: usize,
    /// The number of the set of items to which it leads.
    set: usize,
    /// Whether it has not come to the host.
    goes_on: bool,
}

impl Path {
    fn take(mut self, step: &Step) -> Path {
        self.links.push(Rc::clone(&step.link));
        self.set = step.set;
        self.last = step.next.unwrap_or(self.last);
        self.goes_on = step.next.is_some();
        self
    }
}

/// Where an import leads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Host(String),
    Instance(usize),
}

impl<'i> Finder<'i> {
    fn users(&mut self) -> Result<Vec<User>, Failure> {
        let mut users: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, asked) in self.asked.iter().enumerate() {
            for by in &asked.import.reached_by {
                if asked.function.is_none_or(|function| by.functions.iter().any(|name| name == function)) {
                    users.entry(by.instance).or_default().push(index);
                }
            }
        }
        // Many ways have the same end. All of them are told.
        let (mut left, mut all) = (limits::EXPLAINED, Vec::new());
        for (instance, items) in users {
            let Some(of) = self.inspection.instances.get(instance).filter(|of| !self.inspection.is_inside(of)) else {
                continue;
            };
            let mut ways = Vec::new();
            self.each_way(instance, items, &mut |path| {
                let size = |link: &Link| {
                    let names = link.imports.iter().chain(&link.to).chain([&link.from]);
                    names.map(|name| name.len() + 8).sum::<usize>()
                };
                let size = path.links.iter().map(|link| size(link)).sum();
                let too_large =
                    Failure::TooLarge(limits::EXPLAINED, "bytes of names on the ways by which its parts reach that");
                left = usize::checked_sub(left, size).ok_or(too_large)?;
                ways.push(path);
                Ok(())
            })?;
            ways.sort_by_key(|way| way.links.len());
            all.push(ways.into_iter().map(|way| self.user(of, way)).collect::<Vec<_>>());
        }
        all.sort_by_key(|ways| ways.first().map_or(0, |user| user.links.len()));
        Ok(all.into_iter().flatten().collect())
    }

    /// An instance, with a way of it.
    fn user(&self, of: &Instance, way: Path) -> User {
        let items = self.sets.get_index(way.set).into_iter().flatten();
        let functions = items.filter(|item| self.asked.get(**item).is_some_and(|it| it.function.is_some())).count();
        let links = way.links.iter().map(|link| Link::clone(link)).collect();
        User { path: of.path.clone(), functions, links, is_cut: way.goes_on, given_to: self.outermost(way.last) }
    }

    /// Visits the shortest ways from an instance to some items of the host: where these come from different instances, the way parts.
    fn each_way(
        &mut self,
        instance: usize,
        items: Vec<usize>,
        visit: &mut dyn FnMut(Path) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let set = self.sets.insert_full(items).0;
        let mut open = vec![Path { links: Vec::new(), last: instance, set, goes_on: true }];
        while let Some(path) = open.pop() {
            if !path.goes_on || path.links.len() >= limits::COMPONENT_DEPTH {
                visit(path)?;
                continue;
            }
            let steps = self.steps(path.last, path.set);
            let Some((first, others)) = steps.split_first() else { continue };
            open.extend(others.iter().rev().map(|step| path.clone().take(step)));
            open.push(path.take(first));
        }
        Ok(())
    }

    /// The next steps of an instance to the items of a set: those that it is given itself, then by the instances through which it comes on.
    fn steps(&mut self, instance: usize, set: usize) -> Rc<[Step]> {
        if let Some(steps) = self.steps.get(&(instance, set)) {
            return Rc::clone(steps);
        }
        let mut parted: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
        for item in self.sets.get_index(set).into_iter().flatten() {
            parted.entry(self.next(instance, *item)).or_default().push(*item);
        }
        let step = |(next, items): (Option<usize>, Vec<usize>)| {
            let link = Rc::new(self.link(instance, next, &items));
            Step { next, set: self.sets.insert_full(items).0, link }
        };
        let steps: Rc<[Step]> = parted.into_iter().map(step).collect();
        self.steps.insert((instance, set), Rc::clone(&steps));
        steps
    }

    /// The name of the instance that the component itself makes and that another one is, or lies in.
    fn outermost(&self, instance: usize) -> Option<String> {
        let mut around = std::iter::successors(self.inspection.instances.get(instance), |instance| {
            self.inspection.instances.get(instance.within?)
        });
        around.find(|instance| instance.within == Some(0)).map(|instance| instance.name.clone())
    }

    /// The instance through which one reaches an item. `None` where it is given the item itself.
    fn next(&self, instance: usize, item: usize) -> Option<usize> {
        let Asked { import, function } = *self.asked.get(item)?;
        let place = import.reached_by.binary_search_by_key(&instance, |by| by.instance).ok()?;
        let by = import.reached_by.get(place)?;
        let leads = |through: &&Through| function.is_none_or(|name| through.functions.iter().any(|of| of == name));
        match function {
            None if by.steps == 0 => None,
            _ => by.through.iter().find(leads).map(|through| through.instance),
        }
    }

    /// The imports of an instance that lead to another one, or to the host.
    fn link(&self, from: usize, to: Option<usize>, items: &[usize]) -> Link {
        let asked: IndexSet<&str> =
            items.iter().filter_map(|item| self.asked.get(*item)).map(|asked| asked.import.name.as_str()).collect();
        let path = |id: usize| self.inspection.instances.get(id).map(|of| of.path.clone()).unwrap_or_default();
        let leads = |wire: &Wire| {
            let mut ends = BTreeSet::new();
            let around = self.inspection.instances.get(from).and_then(|of| of.within).unwrap_or_default();
            self.ends(&wire.from, around, &mut BTreeSet::new(), &mut ends);
            ends.iter().any(|end| match (end, to) {
                (End::Instance(id), Some(to)) => self.is_in(*id, to) || self.is_in(to, *id),
                (End::Host(name), None) => asked.contains(name.as_str()),
                _ => false,
            })
        };
        let of = self.inspection.instances.get(from);
        let mut imports: Vec<String> = of
            .into_iter()
            .flat_map(|of| &of.imports)
            .filter(|wire| leads(wire))
            .map(|wire| wire.name.clone())
            .collect();
        // Of what one adapter fills, only what was asked for is on the way, if it goes by the same name there.
        let bases: BTreeSet<&str> = asked.iter().map(|import| name::base(import)).collect();
        if imports.iter().any(|import| bases.contains(name::base(import))) {
            imports.retain(|import| bases.contains(name::base(import)));
        }
        // The imports of the outermost are the host's.
        if from == 0 && to.is_none() {
            imports = asked.iter().map(|import| (*import).to_owned()).collect();
        }
        Link { from: path(from), imports, to: to.map(path) }
    }

    /// Whether an instance is another one, or lies in it.
    fn is_in(&self, inner: usize, outer: usize) -> bool {
        let within = |id: &usize| self.inspection.instances.get(*id)?.within;
        std::iter::successors(Some(inner), within).any(|id| id == outer && (outer != 0 || inner == 0))
    }

    /// Where something comes from in the end, as the instance `around` it sees it.
    fn ends(
        &self,
        source: &Source,
        around: usize,
        seen: &mut BTreeSet<(usize, Side, String)>,
        ends: &mut BTreeSet<End>,
    ) {
        match source {
            Source::Import { name, .. } if around == 0 => _ = ends.insert(End::Host(name.clone())),
            Source::Import { name, .. } => {
                let Some(instance) = self.inspection.instances.get(around) else { return };
                let wire = instance.imports.iter().find(|wire| wire.name == *name);
                if let (Some(wire), Some(outer), true) =
                    (wire, instance.within, seen.insert((around, Side::Import, name.clone())))
                {
                    self.ends(&wire.from, outer, seen, ends);
                }
            }
            Source::Instance { instance: id, path } => {
                ends.insert(End::Instance(*id));
                let Some(instance) = self.inspection.instances.get(*id) else { return };
                // What it exports of others comes from these, whatever code it has besides.
                let is_it = |wire: &&Wire| path.first().is_none_or(|name| *name == wire.name);
                for wire in instance.exports.iter().filter(is_it) {
                    if seen.insert((*id, Side::Export, wire.name.clone())) {
                        self.ends(&wire.from, *id, seen, ends);
                    }
                }
            }
            Source::Bundle { items } => items.iter().for_each(|item| self.ends(&item.from, around, seen, ends)),
            Source::Component { .. } | Source::Own => {}
        }
    }
}
