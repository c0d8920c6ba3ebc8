//! How parts of a component reach something of the host's, link by link.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde::Serialize;

use super::error::Failure;
use super::model::{HostImport, Inspection, Kind, Reached, Role, Source, Wire};
use crate::limits;
use crate::name::{self, Pattern};

/// Who reaches something, and how.
#[derive(Debug, Clone, Serialize)]
pub struct Explained {
    /// What of it the component imports.
    pub imports: Vec<Import>,
    /// The parts that reach any of it: those first that are given something of it themselves.
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

/// A part that reaches something.
#[derive(Debug, Clone, Serialize)]
pub struct User {
    /// The names that lead to it; empty for the component itself.
    pub path: String,
    /// How many functions it reaches.
    pub functions: usize,
    /// The way to the host.
    pub links: Vec<Link>,
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
    let mut reached: Vec<(&HostImport, BTreeSet<&str>)> = Vec::new();
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
            reached.push((import, functions));
        }
    }
    let finder = Finder { inspection, reached };
    Ok(Explained { imports, users: finder.users()? })
}

struct Finder<'i> {
    inspection: &'i Inspection,
    /// What was asked for: imports, each with functions, or without any for an import as a whole.
    reached: Vec<(&'i HostImport, BTreeSet<&'i str>)>,
}

/// Where an import leads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Host(String),
    Instance(usize),
}

impl<'i> Finder<'i> {
    fn users(&self) -> Result<Vec<User>, Failure> {
        let mut users: BTreeMap<usize, BTreeSet<(&str, &str)>> = BTreeMap::new();
        for (import, functions) in &self.reached {
            for by in &import.reached_by {
                let of = by.functions.iter().map(String::as_str).filter(|name| functions.contains(name));
                let of: BTreeSet<(&str, &str)> = of.map(|name| (import.name.as_str(), name)).collect();
                if !of.is_empty() {
                    users.entry(by.instance).or_default().extend(of);
                } else if functions.is_empty() {
                    users.entry(by.instance).or_default();
                }
            }
        }
        // Many ways have the same end. All of them are told.
        let (mut known, mut left, mut all) = (BTreeMap::new(), limits::EXPLAINED, Vec::new());
        for (instance, functions) in users {
            let Some(of) = self.inspection.instances.get(instance).filter(|of| !self.inspection.is_inside(of)) else {
                continue;
            };
            let (links, last) = self.links(instance, &mut known);
            let size = |link: &Link| {
                let names = link.imports.iter().chain(&link.to).chain([&link.from]);
                names.map(|name| name.len() + 8).sum::<usize>()
            };
            let size = links.iter().map(|link| size(link)).sum();
            let too_large =
                Failure::TooLarge(limits::EXPLAINED, "bytes of names on the ways by which its parts reach that");
            left = usize::checked_sub(left, size).ok_or(too_large)?;
            let links = links.iter().map(|link| Link::clone(link)).collect();
            let given_to = self.outermost(last);
            all.push(User { path: of.path.clone(), functions: functions.len(), links, given_to });
        }
        all.sort_by_key(|user| user.links.len());
        Ok(all)
    }

    /// The name of the instance that the component itself makes and that another one is, or lies in.
    fn outermost(&self, instance: usize) -> Option<String> {
        let mut around = std::iter::successors(self.inspection.instances.get(instance), |instance| {
            self.inspection.instances.get(instance.within?)
        });
        around.find(|instance| instance.within == Some(0)).map(|instance| instance.name.clone())
    }

    /// The way from an instance to the host, and the last instance on it. `known` has the links from other instances.
    fn links(&self, user: usize, known: &mut BTreeMap<usize, (Option<usize>, Rc<Link>)>) -> (Vec<Rc<Link>>, usize) {
        let (mut links, mut seen, mut at) = (Vec::new(), BTreeSet::new(), user);
        // A way has each instance once.
        while seen.insert(at) {
            let (next, link) = known.entry(at).or_insert_with(|| {
                let next = self.next(at);
                (next, Rc::new(self.link(at, next)))
            });
            links.push(Rc::clone(link));
            match *next {
                Some(next) if links.len() < limits::COMPONENT_DEPTH => at = next,
                _ => break,
            }
        }
        (links, at)
    }

    /// The instance through which one reaches what was asked for. `None` where it is given any of it itself.
    fn next(&self, instance: usize) -> Option<usize> {
        let mut through: Option<usize> = None;
        for (import, functions) in &self.reached {
            let place = import.reached_by.binary_search_by_key(&instance, |by| by.instance);
            let Some(by) = place.ok().and_then(|place| import.reached_by.get(place)) else { continue };
            let is_asked = |name: &String| functions.contains(name.as_str());
            let of: Vec<usize> = { by.through.iter() }
                .filter(|through| functions.is_empty() || through.functions.iter().any(is_asked))
                .map(|through| through.instance)
                .collect();
            if self.is_direct(by, functions) {
                return None;
            }
            through = through.or(of.first().copied());
        }
        through
    }

    /// Whether an instance is given some function of an import itself, or the import.
    fn is_direct(&self, by: &Reached, functions: &BTreeSet<&str>) -> bool {
        if functions.is_empty() {
            return by.steps == 0;
        }
        let others: BTreeSet<&str> =
            by.through.iter().flat_map(|through| &through.functions).map(String::as_str).collect();
        by.functions.iter().any(|name| functions.contains(name.as_str()) && !others.contains(name.as_str()))
    }

    /// The imports of an instance that lead to another one, or to the host.
    fn link(&self, from: usize, to: Option<usize>) -> Link {
        let path = |id: usize| self.inspection.instances.get(id).map(|of| of.path.clone()).unwrap_or_default();
        let leads = |wire: &Wire| {
            let mut ends = BTreeSet::new();
            let around = self.inspection.instances.get(from).and_then(|of| of.within).unwrap_or_default();
            self.ends(&wire.from, around, &mut BTreeSet::new(), &mut ends);
            ends.iter().any(|end| match (end, to) {
                (End::Instance(id), Some(to)) => self.is_in(*id, to) || self.is_in(to, *id),
                (End::Host(name), None) => self.reached.iter().any(|(import, _)| import.name == *name),
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
        let base = |import: &str| name::base(import).to_owned();
        let asked: BTreeSet<String> = self.reached.iter().map(|(import, _)| base(&import.name)).collect();
        if imports.iter().any(|import| asked.contains(&base(import))) {
            imports.retain(|import| asked.contains(&base(import)));
        }
        // The imports of the outermost are the host's.
        if from == 0 && to.is_none() {
            imports = self.reached.iter().map(|(import, _)| import.name.clone()).collect();
        }
        Link { from: path(from), imports, to: to.map(path) }
    }

    /// Whether an instance is another one, or lies in it.
    fn is_in(&self, inner: usize, outer: usize) -> bool {
        let within = |id: &usize| self.inspection.instances.get(*id)?.within;
        std::iter::successors(Some(inner), within).any(|id| id == outer && (outer != 0 || inner == 0))
    }

    /// Where something comes from in the end, as the instance `around` it sees it.
    fn ends(&self, source: &Source, around: usize, seen: &mut BTreeSet<(usize, String)>, ends: &mut BTreeSet<End>) {
        match source {
            Source::Import { name, .. } if around == 0 => _ = ends.insert(End::Host(name.clone())),
            Source::Import { name, .. } => {
                let Some(instance) = self.inspection.instances.get(around) else { return };
                let wire = instance.imports.iter().find(|wire| wire.name == *name);
                if let (Some(wire), Some(outer), true) = (wire, instance.within, seen.insert((around, name.clone()))) {
                    self.ends(&wire.from, outer, seen, ends);
                }
            }
            Source::Instance { instance: id, path } => {
                ends.insert(End::Instance(*id));
                let Some(instance) = self.inspection.instances.get(*id) else { return };
                let is_it = |wire: &&Wire| path.first().is_none_or(|name| *name == wire.name);
                for wire in instance.exports.iter().filter(is_it) {
                    if self.inspection.role(instance) != Some(Role::Program) && seen.insert((*id, wire.name.clone())) {
                        self.ends(&wire.from, *id, seen, ends);
                    }
                }
            }
            Source::Bundle { items } => items.iter().for_each(|item| self.ends(&item.from, around, seen, ends)),
            Source::Component { .. } | Source::Own => {}
        }
    }
}
