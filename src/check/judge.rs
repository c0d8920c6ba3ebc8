//! What each instance of an original reaches, against what it may.

use std::collections::{BTreeMap, BTreeSet};

use super::follow::{Followed, Instance, Item, export};
use super::part::Part;
use super::rule::{Allowed, Imported, Rules, Said, Why, allowed};
use super::said::said;
use super::{Finding, Original, Report};
use crate::describe::Treatment;
use crate::name::{compatible, qualified};

/// How many findings there are of one output. Nobody reads more.
const FINDINGS: usize = 1_000;

/// Something that an instance has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Reached {
    /// The import by which it is had: a path of names. Empty where it is no import's.
    by: Vec<String>,
    what: What,
    /// Whether the instance of the original has it itself; else a component that stands for it has.
    is_direct: bool,
}

/// Where something comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    /// The host: the names that lead to it.
    Host(Vec<String>),
    /// An instance of an original: which, and the names that lead to it.
    Export(usize, Vec<String>),
    Unknown(&'static str),
}

impl What {
    /// The names that lead to it, where it can be followed.
    fn path(&self) -> &[String] {
        match self {
            What::Host(path) | What::Export(_, path) => path,
            What::Unknown(_) => &[],
        }
    }
}

/// An original, with what it imports.
type Known<'c> = (Original<'c>, Part<'c>);

/// Judges the instances of an output. `parts` are its components, the outermost first.
pub fn judge<'c, 'a>(originals: &[Known<'c>], parts: &[Part<'a>], followed: &Followed<'a>) -> Report {
    let report = Report { components: parts.len(), ..Report::default() };
    let (used, owned, may) = (BTreeSet::new(), BTreeSet::new(), BTreeMap::new());
    let mut judge = Judge { originals, parts, followed, report, used, owned, may };
    for (instance, what) in &followed.lost {
        judge.find(instance, "", String::new(), *what);
    }
    judge.presence();
    for (id, instance) in followed.instances.iter().enumerate() {
        for number in judge.of(instance) {
            judge.instance(id, instance, number);
        }
    }
    for (id, instance) in followed.instances.iter().enumerate() {
        if instance.original.is_none() && !judge.owned.contains(&id) {
            judge.stranger(id, instance);
        }
    }
    judge.imports();
    judge.report
}

struct Judge<'j, 'c, 'a> {
    originals: &'j [Known<'c>],
    parts: &'j [Part<'a>],
    followed: &'j Followed<'a>,
    report: Report,
    /// What of the host's an original has, or a component that stands for one.
    used: BTreeSet<Vec<String>>,
    /// The instances that stand for an original: it has functions of theirs.
    owned: BTreeSet<usize>,
    /// What the instances of originals may have, by instance and original. `None` stands for everything.
    may: BTreeMap<(usize, usize), Option<Allowed>>,
}

impl<'j, 'c, 'a> Judge<'j, 'c, 'a> {
    fn find(&mut self, instance: &str, component: &str, function: String, what: impl Into<String>) {
        let (instance, component) = (instance.to_owned(), component.to_owned());
        let finding = Finding { instance, component, function, what: what.into() };
        if self.report.findings.len() < FINDINGS && !self.report.findings.contains(&finding) {
            self.report.findings.push(finding);
        }
    }

    /// The originals that an instance is of. Of several of the same bytes it is the one that it is named after, `kv` or
    /// `kv#1`; where it is named after none, it must be good for each.
    fn of(&self, instance: &Instance<'_>) -> Vec<usize> {
        let Some((first, _)) = instance.original.and_then(|number| self.originals.get(number)) else {
            return Vec::new();
        };
        let is_same = |of: &Original<'_>| of.bytes == first.bytes && of.imported == first.imported;
        let all = self.originals.iter().enumerate().filter(|(_, (of, _))| is_same(of));
        let all: Vec<(usize, &str)> = all.map(|(number, (of, _))| (number, of.name)).collect();
        let (base, _) = instance.own_name.split_once('#').unwrap_or((&instance.own_name, ""));
        let named = all.iter().find(|(_, name)| *name == instance.own_name || *name == base);
        named.map_or_else(|| all.iter().map(|(number, _)| *number).collect(), |(number, _)| vec![*number])
    }

    /// Each original must be in the output, and be a part of it.
    fn presence(&mut self) {
        for (number, (original, _)) in self.originals.iter().enumerate() {
            let mut instances = self.followed.instances.iter().filter(|instance| self.of(instance).contains(&number));
            let what = match instances.next() {
                None => "no instance of it is in the output",
                Some(of) if of.around.is_none() => "the output is the component itself, with nothing before it",
                Some(_) => continue,
            };
            self.find("the output", original.name, String::new(), what);
        }
    }

    /// What an instance of an original has must be what its grants allow.
    fn instance(&mut self, id: usize, instance: &Instance<'a>, number: usize) {
        let Some((original, part)) = self.originals.get(number) else { return };
        let reached = self.reached(instance, part);
        let by_component = self.filled_by_components(part, &reached);
        let may = may(original, part, &by_component);
        self.report.instances += 1;
        self.report.functions += part.imported.len();
        for of in &reached {
            self.use_of(&of.what);
            if let Some(what) = self.verdict(number, may.as_ref(), of) {
                let import = if of.is_direct { &of.by } else { of.what.path() };
                self.find(&instance.name, original.name, shown(import), what);
            }
        }
        let is_kept = |why: &Why| matches!(why, Why::Handle(_) | Why::Inert(_));
        let kept = may.iter().flat_map(Allowed::iter).filter(|(_, why)| is_kept(why));
        self.report.kept.extend(kept.map(|(path, _)| (number, path.to_vec())));
        self.may.insert((id, number), may);
    }

    fn use_of(&mut self, what: &What) {
        if let What::Host(path) = what {
            self.used.insert(path.clone());
        }
    }

    /// What fills the imports of an instance: what that is, or all that the code has which answers in its place.
    fn reached(&mut self, instance: &Instance<'a>, part: &Part<'_>) -> BTreeSet<Reached> {
        let (mut reached, mut answering) = (BTreeSet::new(), BTreeSet::new());
        for item in part.imported.iter() {
            match find(instance, &item.path) {
                Item::Own(id) => _ = answering.insert(id),
                found => _ = reached.insert(Reached { by: item.path.clone(), what: what(found), is_direct: true }),
            }
        }
        let (owned, had) = self.gather(answering);
        self.owned.extend(owned);
        reached.extend(had);
        reached
    }

    /// The imports that other originals fill, and in which the host has no part.
    fn filled_by_components(&self, part: &Part<'_>, reached: &BTreeSet<Reached>) -> BTreeSet<String> {
        let is_by = |import: &str, of: &Reached| {
            let is_it = |name: &String| name == import || compatible(name, part.canonical(import));
            let host = match &of.what {
                What::Host(path) => path.first().map(|name| self.host_name(name).to_owned()),
                _ => None,
            };
            of.by.first().is_some_and(is_it) || host.as_ref().is_some_and(is_it)
        };
        let is_filled = |import: &&String| {
            let mut fillers = reached.iter().filter(|of| is_by(import, of)).peekable();
            fillers.peek().is_some() && fillers.all(|of| matches!(of.what, What::Export(..)))
        };
        part.names.keys().filter(is_filled).cloned().collect()
    }

    /// All that the code of some instances has, and of those whose functions it has. Gives these first.
    fn gather(&self, ids: BTreeSet<usize>) -> (BTreeSet<usize>, BTreeSet<Reached>) {
        let (mut open, mut seen, mut reached) = (Vec::from_iter(ids.iter().copied()), ids, BTreeSet::new());
        while let Some(id) = open.pop() {
            let Some(instance) = self.followed.instances.get(id) else { continue };
            let Some(part) = instance.part.and_then(|part| self.parts.get(part)) else { continue };
            // What has no code passes things on, which has been followed.
            if !part.level.has_core {
                continue;
            }
            let given = part.imported.iter().map(|item| (item.path.clone(), find(instance, &item.path)));
            let called = instance.called.iter().map(|item| (Vec::new(), item.clone()));
            for (by, item) in given.chain(called) {
                match item {
                    Item::Own(id) if seen.insert(id) => open.push(id),
                    Item::Own(_) => {}
                    item => _ = reached.insert(Reached { by, what: what(item), is_direct: false }),
                }
            }
        }
        (seen, reached)
    }

    /// What is wrong with something that an instance of an original has.
    fn verdict(&self, number: usize, may: Option<&Allowed>, reached: &Reached) -> Option<String> {
        let (original, part) = self.originals.get(number)?;
        match &reached.what {
            What::Unknown(what) => Some(format!("it cannot be followed: {what}")),
            What::Host(host) => self.of_host(original, part, may?, reached, host),
            What::Export(id, path) => {
                let giver = self.followed.instances.get(*id)?;
                // What stands for a component before its exports has these.
                let is_its_own = !reached.is_direct && self.of(giver).contains(&number);
                let what = if is_its_own { None } else { of_component(original, part, reached, path) };
                what.map(|what| format!("{what} of instance `{}`", giver.name))
            }
        }
    }

    fn of_host(
        &self,
        original: &Original<'_>,
        part: &Part<'_>,
        may: &Allowed,
        reached: &Reached,
        host: &[String],
    ) -> Option<String> {
        let has = if reached.is_direct { "it has" } else { "what stands for it has" };
        let named = self.host_path(host);
        // What is no import's goes by the host's name.
        let imports = match reached.by.as_slice() {
            [] => imports(part, &named),
            by => imports(part, by),
        };
        if imports.is_empty() {
            return Some(format!("{has} `{}` of the host's, which it does not import", shown(host)));
        }
        let is_allowed = |of: &&Imported| match may.why(&of.path) {
            // An adapter asks in the component's place, so that it has only what the settings say.
            Some(Why::Asked) => !reached.is_direct,
            why => why.is_some(),
        };
        if !imports.iter().any(is_allowed) {
            return Some(format!("{has} `{}` of the host's, which no grant allows", shown(host)));
        }
        let is_same = imports.iter().any(|of| is_named(part, of, &named));
        if is_same || self.is_said(original, host) {
            return None;
        }
        Some(format!("{has} `{}` of the host's in its place, which no grant allows", shown(host)))
    }

    /// Whether grants allow something of the host's by the host's own name.
    fn is_said(&self, original: &Original<'_>, host: &[String]) -> bool {
        let (Some(grants), Some(outer)) = (original.grants, self.parts.first()) else { return false };
        let Some(item) = outer.imported.iter().find(|item| item.path == host) else { return false };
        let names: Vec<&str> = item.names.iter().map(String::as_str).collect();
        match said(grants, &names, &item.name) {
            Said::Nothing => grants.default == Treatment::Allow,
            said => said == Said::Allowed,
        }
    }

    /// A component that is no original, and of which none has functions, may have what those originals may whose exports
    /// it has.
    fn stranger(&mut self, id: usize, instance: &Instance<'a>) {
        let (_, reached) = self.gather(BTreeSet::from([id]));
        let exporters = reached.iter().filter_map(|of| match of.what {
            What::Export(id, _) => Some(id),
            _ => None,
        });
        let exporters: BTreeSet<usize> = exporters.collect();
        let stands_for: Vec<(usize, usize)> =
            self.may.keys().filter(|(id, _)| exporters.contains(id)).copied().collect();
        for of in reached.iter().filter(|of| !matches!(of.what, What::Export(..))) {
            self.use_of(&of.what);
            let function = shown(if of.what.path().is_empty() { &of.by } else { of.what.path() });
            if stands_for.is_empty() {
                let what = "it stands for no component of the composition, and has what is the host's";
                self.find(&instance.name, "", function.clone(), what);
            }
            for key in &stands_for {
                let may = self.may.get(key).and_then(Option::as_ref);
                let name = self.originals.get(key.1).map_or("", |(original, _)| original.name);
                if let Some(what) = self.verdict(key.1, may, of) {
                    self.find(&instance.name, name, function.clone(), what);
                }
            }
        }
    }

    /// Each function that the output imports must be one that an original imports, and somebody must have it.
    fn imports(&mut self) {
        let Some(outer) = self.parts.first() else { return };
        for item in outer.imported.iter() {
            let is_component =
                |of: &Original<'_>| item.path.len() == 1 && of.imported == item.path.first().map(String::as_str);
            if self.originals.iter().any(|(original, _)| is_component(original)) {
                continue;
            }
            self.report.host += 1;
            let named = self.host_path(&item.path);
            let is_imported =
                |part: &Part<'_>| !imports(part, &item.path).is_empty() || !imports(part, &named).is_empty();
            let what = match self.originals.iter().any(|(_, part)| is_imported(part)) {
                false => "the output imports it, and no component does",
                true if !self.used.contains(&item.path) => "the output imports it, and no component has it",
                true => continue,
            };
            self.find("the output", "", shown(&item.path), what);
        }
    }

    /// The name of an import of the output by which versions are told.
    fn host_name<'n>(&'n self, import: &'n str) -> &'n str {
        self.parts.first().map_or(import, |outer| outer.canonical(import))
    }

    /// The same for a path of names.
    fn host_path(&self, path: &[String]) -> Vec<String> {
        let mut named = path.to_vec();
        if let Some(name) = named.first_mut() {
            *name = self.host_name(name).to_owned();
        }
        named
    }
}

/// What an original may have. `None` where it may have everything.
fn may(original: &Original<'_>, part: &Part<'_>, by_component: &BTreeSet<String>) -> Option<Allowed> {
    let grants = original.grants?;
    let rules = Rules {
        says: &|names, function| said(grants, names, function),
        is_about: &|names, functions| grants.is_about(names, functions),
        default_allows: &|import| grants.default == Treatment::Allow || by_component.contains(import),
    };
    Some(allowed(part.world(), &rules))
}

/// What another original exports is given, unless a grant denies it, by the name that it has there or here.
fn of_component(original: &Original<'_>, part: &Part<'_>, reached: &Reached, path: &[String]) -> Option<String> {
    let grants = original.grants?;
    let has = if reached.is_direct { "it has" } else { "what stands for it has" };
    let imports = match reached.by.as_slice() {
        [] => imports(part, path),
        by => imports(part, by),
    };
    if imports.is_empty() {
        return Some(format!("{has} `{}`, which it does not import,", shown(path)));
    }
    let is_denied = |names: &[&str], function: &str| match said(grants, names, function) {
        Said::Denied => true,
        Said::Asked => reached.is_direct,
        Said::Allowed | Said::Nothing => false,
    };
    let here = imports.iter().all(|of| {
        let names: Vec<&str> = of.names.iter().map(String::as_str).collect();
        is_denied(&names, &of.name)
    });
    let names: Vec<&str> = path.iter().map(String::as_str).collect();
    let there = match names.as_slice() {
        [function] => is_denied(&[""], function),
        [names @ .., function] => is_denied(names, function),
        [] => false,
    };
    (here || there).then(|| format!("{has} `{}`, which a grant denies,", shown(path)))
}

/// The imports of an original that a path of names is of, whatever their versions.
fn imports<'p>(part: &'p Part<'_>, path: &[String]) -> Vec<&'p Imported> {
    part.imported.iter().filter(|of| is_named(part, of, path)).collect()
}

/// Whether an import of an original goes by a path of names, the first of which may be that of the interface that it is.
fn is_named(part: &Part<'_>, of: &Imported, path: &[String]) -> bool {
    let ([import, rest @ ..], [name, names @ ..]) = (of.path.as_slice(), path) else { return false };
    let is_rest = rest.len() == names.len() && rest.iter().zip(names).all(|(a, b)| compatible(a, b));
    is_rest && (import == name || compatible(part.canonical(import), name))
}

/// What fills an import of an instance, or an item of it.
fn find<'a>(instance: &Instance<'a>, path: &[String]) -> Item<'a> {
    let Some((import, rest)) = path.split_first() else { return Item::Unknown("an import without a name") };
    let found = instance.arguments.get(import.as_str()).cloned();
    rest.iter().fold(found.unwrap_or(Item::Unknown("nothing fills it")), |item, name| export(&item, name))
}

/// Where something comes from that no code stands before.
fn what(item: Item<'_>) -> What {
    match item {
        Item::Host(path) => What::Host(path),
        Item::Export(id, path) => What::Export(id, path),
        Item::Unknown(what) => What::Unknown(what),
        Item::Bundle(_) => What::Unknown("an instance is in the place of a function"),
        Item::Component(..) | Item::Own(_) => What::Unknown("a component of the output is passed on"),
    }
}

/// A path of names as messages show it.
fn shown(path: &[String]) -> String {
    match path {
        [] => String::new(),
        [outer @ .., name] => qualified(&outer.join("#"), name),
    }
}
