//! Explains how instances reach items of the host, link by link.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use indexmap::IndexSet;
use serde::Serialize;

use super::error::Failure;
use super::model::{HostImport, Inspection, Instance, Kind, Reached, Source, Through, Wire};
use crate::limits;
use crate::name::{self, Pattern};
use crate::types::Side;

/// The result of [`explain`].
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Explained {
    /// The imports of the component that the patterns name.
    pub imports: Vec<Import>,
    /// The instances that reach any of these imports, ordered by the length of their shortest path. All paths of an
    /// instance are consecutive.
    pub users: Vec<User>,
    /// Links to further instances that reach any of these imports. No shortest path of the instance that has the link
    /// leads through them.
    pub also: Vec<Link>,
}

/// An import of the component that a pattern names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Import {
    /// The name.
    pub name: String,
    /// The functions that a pattern names and that an instance reaches.
    pub functions: Vec<String>,
    /// Whether the import is an interface.
    #[serde(skip)]
    pub is_interface: bool,
    /// Whether the import contains only types.
    pub types_only: bool,
    /// Whether the patterns name all functions of it that any instance reaches.
    #[serde(skip)]
    pub is_all: bool,
}

/// An instance, with one of its shortest paths to the host. An instance is listed once for each of its paths, with the
/// number of functions to which that path is the shortest.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct User {
    /// The path of the instance. Empty for the outermost.
    pub path: String,
    /// The number of functions that it reaches on this path.
    pub functions: usize,
    /// The links of the path to the host.
    pub links: Vec<Link>,
    /// Whether the path is truncated, because it has more links than [`limits::COMPONENT_DEPTH`].
    pub is_cut: bool,
    /// The instance, created by the outermost one, that is or contains the last instance of the path. `None` if the last
    /// instance is the outermost.
    #[serde(skip)]
    pub given_to: Option<Rc<Given>>,
}

/// An instance that the outermost one creates and gives host items to.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    /// The name of the instance.
    pub name: String,
    /// Its imports that are or contain these items.
    pub imports: Vec<GivenImport>,
}

/// An import of an instance, with the host imports that it is or contains items of.
#[derive(Debug, Clone)]
pub(crate) struct GivenImport {
    /// The name, which need not be that of a host import: labels of different interfaces have numbers there.
    pub name: String,
    /// The interface that it implements, if its name is not that of the interface.
    pub implements: Option<String>,
    /// The kind of the import.
    pub kind: Kind,
    /// Whether it is a host import as a whole.
    pub is_whole: bool,
    /// The names of the host imports.
    pub hosts: BTreeSet<String>,
}

/// One step of the path from an instance to the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Link {
    /// The path of the instance that has the imports. Empty for the outermost.
    pub from: String,
    /// The names of its imports that lead to the next instance. Empty if no import does, because the instance creates
    /// the next one, or takes an item from an enclosing component.
    pub imports: Vec<String>,
    /// The path of the instance that fills the imports; `null` for the host.
    pub to: Option<String>,
}

/// Explains which instances reach the items that any of the patterns names, and how. Patterns name items as in a grant
/// that denies them.
///
/// # Errors
///
/// The names on all paths are longer than [`limits::EXPLAINED`].
pub(crate) fn explain(inspection: &Inspection, patterns: &[Pattern]) -> Result<Explained, Failure> {
    let mut imports = Vec::new();
    let mut targets: Vec<Target<'_>> = Vec::new();
    for import in &inspection.imports {
        let names = [Some(import.name.as_str()), import.implements.as_deref()];
        let names = |function: &str| {
            let own = names.into_iter().flatten().map(|name| (name, function));
            let posing = import.poses.get(function).into_iter().flatten();
            let mut all = own.chain(posing.map(|(name, item)| (name.as_str(), item.as_str())));
            all.any(|(name, item)| patterns.iter().any(|pattern| pattern.rank(name, item).is_some()))
        };
        let is_interface = import.kind == Kind::Instance;
        let reached: BTreeSet<&str> =
            import.reached_by.iter().flat_map(|reached| &reached.functions).map(String::as_str).collect();
        let functions: BTreeSet<&str> = reached.iter().copied().filter(|function| names(function)).collect();
        let is_plain =
            !is_interface && (patterns.iter().any(|pattern| pattern.rank("", &import.name).is_some()) || names(""));
        let is_whole = is_plain || (is_interface && functions.is_empty() && import.types_only && names(""));
        if !functions.is_empty() || is_whole {
            let listed = functions.iter().map(|name| (*name).to_owned()).collect();
            let (name, types_only) = (import.name.clone(), import.types_only);
            let is_all = functions.len() == reached.len();
            imports.push(Import { name, functions: listed, is_interface, types_only, is_all });
            targets.extend(functions.iter().map(|function| Target { import, function: Some(function) }));
            if functions.is_empty() {
                targets.push(Target { import, function: None });
            }
        }
    }
    // Paths to interfaces of types count only if no pattern names a function.
    let is_types = |target: &Target<'_>| target.function.is_none() && target.import.kind == Kind::Instance;
    if !targets.iter().all(is_types) {
        targets.retain(|target| !is_types(target));
    }
    let (users, also) =
        Finder { inspection, targets, sets: IndexSet::new(), steps: BTreeMap::new(), given: BTreeMap::new() }
            .users()?;
    Ok(Explained { imports, users, also })
}

/// An item that a pattern names: a function of an import, or the import as a whole.
#[derive(Clone, Copy)]
struct Target<'i> {
    import: &'i HostImport,
    function: Option<&'i str>,
}

struct Finder<'i> {
    inspection: &'i Inspection,
    targets: Vec<Target<'i>>,
    /// Sets of items, each as ascending indices into `targets`.
    sets: IndexSet<Vec<usize>>,
    /// The next steps from an instance to the items of a set. Many paths share them.
    steps: BTreeMap<(usize, usize), Rc<[Step]>>,
    /// What the outermost instance gives at the end of a path: by the last instance and the items. Many paths share it.
    given: BTreeMap<(usize, usize), Option<Rc<Given>>>,
}

/// The next step on a path from an instance to the host.
struct Step {
    /// The next instance. `None` if the instance itself is given the items.
    next: Option<usize>,
    /// The index in [`Finder::sets`] of the set of items to which this step leads.
    set: usize,
    link: Rc<Link>,
}

/// A path from an instance to the host, possibly incomplete.
#[derive(Clone)]
struct Path {
    links: Vec<Rc<Link>>,
    /// The last instance on the path.
    last: usize,
    /// The index in [`Finder::sets`] of the set of items to which the path leads.
    set: usize,
    /// Whether the path has not reached the host.
    is_incomplete: bool,
}

impl Path {
    fn take(mut self, step: &Step) -> Path {
        self.links.push(Rc::clone(&step.link));
        self.set = step.set;
        self.last = step.next.unwrap_or(self.last);
        self.is_incomplete = step.next.is_some();
        self
    }
}

/// The instance or host import to which an import leads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Host(String),
    Instance(usize),
}

impl<'i> Finder<'i> {
    /// The users, and the links that are on no shortest path.
    fn users(&mut self) -> Result<(Vec<User>, Vec<Link>), Failure> {
        let mut users: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, target) in self.targets.iter().enumerate() {
            let instances = target.import.reached_by.iter().map(|by| by.instance);
            for instance in instances.filter(|instance| self.reached(*instance, index).is_some()) {
                users.entry(instance).or_default().push(index);
            }
        }
        // Many paths can share a suffix, which is repeated in each of them. The limit bounds the total.
        let (mut budget, mut all, mut also) = (limits::EXPLAINED, Vec::new(), Vec::new());
        let mut spend = |link: &Link| {
            let names = link.imports.iter().chain(&link.to).chain([&link.from]);
            let too_large =
                Failure::TooLarge(limits::EXPLAINED, "bytes of names on the ways by which its parts reach that");
            budget = usize::checked_sub(budget, names.map(|name| name.len() + 8).sum()).ok_or(too_large)?;
            Ok::<(), Failure>(())
        };
        for (instance, items) in users {
            let Some(part) = self.inspection.instances.get(instance).filter(|part| !self.inspection.is_inside(part))
            else {
                continue;
            };
            for link in self.further_links(instance, &items) {
                spend(&link)?;
                also.push(link);
            }
            let mut paths = Vec::new();
            self.visit_paths(instance, items, &mut |path| {
                path.links.iter().try_for_each(|link| spend(link))?;
                paths.push(path);
                Ok(())
            })?;
            paths.sort_by_key(|path| path.links.len());
            all.push(paths.into_iter().map(|path| self.user(part, path)).collect::<Vec<_>>());
        }
        all.sort_by_key(|paths| paths.first().map_or(0, |user| user.links.len()));
        Ok((all.into_iter().flatten().collect(), also))
    }

    /// The links from an instance to other instances that reach any of some items, and through which none of its
    /// shortest paths leads.
    fn further_links(&mut self, instance: usize, items: &[usize]) -> Vec<Link> {
        let set = self.sets.insert_full(items.to_vec()).0;
        let next: Vec<usize> = self.steps(instance, set).iter().filter_map(|step| step.next).collect();
        let Some(part) = self.inspection.instances.get(instance) else { return Vec::new() };
        let overlaps = |one: usize, other: usize| self.is_in(one, other) || self.is_in(other, one);
        let mut further: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for wire in &part.imports {
            let ends = self.wire_ends(wire, part.within.unwrap_or_default());
            let ids = || ends.iter().filter_map(|end| if let End::Instance(id) = end { Some(*id) } else { None });
            // The shortest paths lead through this import already.
            if ids().any(|id| next.iter().any(|next| overlaps(id, *next))) {
                continue;
            }
            let is_shown =
                |id: usize| self.inspection.instances.get(id).is_some_and(|of| !self.inspection.is_inside(of));
            let reaches = |id: usize| items.iter().any(|item| self.reached(id, *item).is_some());
            if let Some(id) = ids().find(|id| !overlaps(*id, instance) && is_shown(*id) && reaches(*id)) {
                further.entry(id).or_default().push(wire.name.clone());
            }
        }
        let link = |(to, imports)| Link { from: part.path.clone(), imports, to: Some(self.path(to)) };
        further.into_iter().map(link).collect()
    }

    /// Describes an instance and one path of it.
    fn user(&mut self, instance: &Instance, path: Path) -> User {
        let items = self.sets.get_index(path.set).into_iter().flatten();
        let functions =
            items.filter(|item| self.targets.get(**item).is_some_and(|target| target.function.is_some())).count();
        let links = path.links.iter().map(|link| Link::clone(link)).collect();
        User {
            path: instance.path.clone(),
            functions,
            links,
            is_cut: path.is_incomplete,
            given_to: self.outermost(path.last, path.set),
        }
    }

    /// Visits the shortest paths from an instance to some items of the host. A path divides where the items come from
    /// different instances.
    fn visit_paths(
        &mut self,
        instance: usize,
        items: Vec<usize>,
        visit: &mut dyn FnMut(Path) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let set = self.sets.insert_full(items).0;
        let mut open = vec![Path { links: Vec::new(), last: instance, set, is_incomplete: true }];
        while let Some(path) = open.pop() {
            if !path.is_incomplete || path.links.len() >= limits::COMPONENT_DEPTH {
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

    /// The next steps of an instance to the items of a set: first the items that the instance itself is given, then the
    /// others by the next instance.
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

    /// The instance that is or contains an instance, and that the outermost one creates, with its imports of some items.
    fn outermost(&mut self, instance: usize, set: usize) -> Option<Rc<Given>> {
        if let Some(known) = self.given.get(&(instance, set)) {
            return known.clone();
        }
        let given = self.given_to(instance, set).map(Rc::new);
        self.given.insert((instance, set), given.clone());
        given
    }

    fn given_to(&self, instance: usize, set: usize) -> Option<Given> {
        let within = |id: &usize| self.inspection.instances.get(*id)?.within;
        let id = std::iter::successors(Some(instance), within).find(|id| within(id) == Some(0))?;
        let given = self.inspection.instances.get(id)?;
        let component = given.component.and_then(|of| self.inspection.components.get(of));
        let names = self.names(self.sets.get_index(set)?);
        let import = |wire: &Wire| {
            let ends = self.wire_ends(wire, 0).into_iter();
            let hosts = ends.filter_map(|end| if let End::Host(name) = end { Some(name) } else { None });
            let hosts: BTreeSet<String> = hosts.filter(|name| names.contains(name.as_str())).collect();
            let item = component.and_then(|of| of.imports.iter().find(|item| item.name == wire.name));
            (!hosts.is_empty()).then(|| GivenImport {
                name: wire.name.clone(),
                implements: item.and_then(|item| item.implements.clone()),
                kind: item.map_or(Kind::Instance, |item| item.kind),
                is_whole: matches!(&wire.from, Source::Import { path, .. } if path.is_empty()),
                hosts,
            })
        };
        let imports = given.imports.iter().filter_map(import).collect();
        Some(Given { name: given.name.clone(), imports })
    }

    /// The host imports of some items.
    fn names(&self, items: &[usize]) -> IndexSet<&'i str> {
        items.iter().filter_map(|item| self.targets.get(*item)).map(|target| target.import.name.as_str()).collect()
    }

    /// The next instance on the shortest path to an item. `None` if the instance itself is given the item.
    fn next(&self, instance: usize, item: usize) -> Option<usize> {
        let Target { function, .. } = *self.targets.get(item)?;
        let reached = self.reached(instance, item)?;
        let leads =
            |through: &&Through| function.is_none_or(|name| through.functions.iter().any(|other| other == name));
        match function {
            None if reached.steps == 0 => None,
            _ => reached.through.iter().find(leads).map(|through| through.instance),
        }
    }

    /// How an instance reaches the import of an item. `None` if it does not reach the item.
    fn reached(&self, instance: usize, item: usize) -> Option<&'i Reached> {
        let Target { import, function } = *self.targets.get(item)?;
        let place = import.reached_by.binary_search_by_key(&instance, |reached| reached.instance).ok()?;
        let reached = import.reached_by.get(place)?;
        function.is_none_or(|function| reached.functions.iter().any(|name| name == function)).then_some(reached)
    }

    /// The path of an instance. Empty for the outermost.
    fn path(&self, id: usize) -> String {
        self.inspection.instances.get(id).map(|part| part.path.clone()).unwrap_or_default()
    }

    /// The link from an instance to the next one, or to the host.
    fn link(&self, from: usize, to: Option<usize>, items: &[usize]) -> Link {
        let names = self.names(items);
        let leads = |wire: &Wire| {
            let around = self.inspection.instances.get(from).and_then(|part| part.within).unwrap_or_default();
            self.wire_ends(wire, around).iter().any(|end| match (end, to) {
                (End::Instance(id), Some(to)) => self.is_in(*id, to) || self.is_in(to, *id),
                (End::Host(name), None) => names.contains(name.as_str()),
                _ => false,
            })
        };
        let instance = self.inspection.instances.get(from);
        let mut imports: Vec<String> = instance
            .into_iter()
            .flat_map(|part| &part.imports)
            .filter(|wire| leads(wire))
            .map(|wire| wire.name.clone())
            .collect();
        // An adapter fills many imports. Of these, only those that have the name of an item in question are on the
        // path.
        let bases: BTreeSet<&str> = names.iter().map(|import| name::base(import)).collect();
        if to.is_some() && imports.iter().any(|import| bases.contains(name::base(import))) {
            imports.retain(|import| bases.contains(name::base(import)));
        }
        // The host fills the imports of the outermost instance.
        if from == 0 && to.is_none() {
            imports = names.iter().map(|import| (*import).to_owned()).collect();
        }
        Link { from: self.path(from), imports, to: to.map(|id| self.path(id)) }
    }

    /// Whether an instance is another one, or is nested in it.
    fn is_in(&self, inner: usize, outer: usize) -> bool {
        let within = |id: &usize| self.inspection.instances.get(*id)?.within;
        std::iter::successors(Some(inner), within).any(|id| id == outer && (outer != 0 || inner == 0))
    }

    /// The ends to which a wire leads. `around` is the instance in whose terms its origin is given.
    fn wire_ends(&self, wire: &Wire, around: usize) -> BTreeSet<End> {
        let mut ends = BTreeSet::new();
        self.ends(&wire.from, around, &mut BTreeSet::new(), &mut ends);
        ends
    }

    /// Collects the ends to which an origin leads. `around` is the instance in whose terms the origin is given.
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
                // An export that is an item of another instance leads there, even if this instance has code.
                let is_in_path = |wire: &&Wire| path.first().is_none_or(|name| *name == wire.name);
                for wire in instance.exports.iter().filter(is_in_path) {
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

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::explain;
    use crate::inspect::inspect;
    use crate::load::decode;
    use crate::name::Pattern;

    #[test]
    fn explain_ways_with_one_end_share_what_is_given_there() {
        let lowered =
            "(core func $l (canon lower (func $f))) (core module $m (import \"\" \"f\" (func)) (func (export \"g\")))
            (core instance $c (instantiate $m (with \"\" (instance (export \"f\" (func $l))))))
            (func $g (canon lift (core func $c \"g\"))) (export \"g\" (func $g))";
        let users: String =
            (0..9).map(|n| format!("(instance $u{n} (instantiate $user (with \"f\" (func $end \"g\"))))")).collect();
        let text = format!(
            "(component (import \"log\" (func $log))
               (component $end (import \"f\" (func $f)) {lowered})
               (component $user (import \"f\" (func $f)) {lowered})
               (instance $end (instantiate $end (with \"f\" (func $log)))) {users})"
        );
        let component = decode("c".to_owned(), "c.wat".to_owned(), wat::parse_str(text).unwrap()).unwrap();
        let users = explain(&inspect(&component).unwrap(), &[Pattern::parse("#log")]).unwrap().users;
        let given: Vec<_> = users.iter().map(|user| user.given_to.as_ref().unwrap()).collect();
        assert_eq!((given.len(), given[0].name.as_str(), given[0].imports[0].name.as_str()), (10, "end", "f"));
        assert!(given.iter().all(|of| Rc::ptr_eq(of, given[0])));
    }
}
