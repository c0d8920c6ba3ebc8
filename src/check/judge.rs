//! Compares what each instance of an original component reaches with what the component may have.

use std::cell::{Cell, OnceCell};
use std::collections::{BTreeMap, BTreeSet};

use super::called::Callers;
use super::part::Part;
use super::rule::{Allowed, Rules, Said, Why, allowed};
use super::said::{said, said_by};
use super::{Original, Report, Wired, of};
use crate::decode::world::Imported;
use crate::describe::{Grants, Labels, Treatment};
use crate::finding::Kind::{self, NotAllowed, Other};
use crate::finding::{Finding, OUTPUT};
use crate::follow::{Followed, Instance, Item};
use crate::limits::FINDINGS;
use crate::name::{InterfaceName, canonical, compatible, numbered, shown};

const TOO_MUCH: &str = "what its components pass on to each other is too much to follow";

/// An item that an instance has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Reached<'a> {
    /// The path of the import that supplies it. Empty where no import supplies it.
    by: Vec<String>,
    item: Item<'a>,
    /// Whether the instance of the original has it itself. Otherwise code that answers the instance's imports has it.
    is_direct: bool,
}

impl Reached<'_> {
    /// The name in messages: the import, or the item itself where other code has it.
    fn name(&self) -> &[String] {
        match &self.item {
            Item::Host(path) | Item::Export(_, path) if !self.is_direct => path,
            _ => &self.by,
        }
    }
}

/// The instances of some code, the items that it has, and the export adapters of originals that it calls.
type Gathered<'a> = (BTreeSet<usize>, BTreeSet<Reached<'a>>, BTreeSet<(usize, usize)>);

/// Judges the instances of an output. `known` are the originals' parts, `parts` the output's. `left` limits the visited items.
pub(super) fn judge(
    originals: &[Original<'_>],
    (known, parts): (&[&Part], &[Part]),
    (followed, is_adapter): (&Followed<'_>, &dyn Fn(usize) -> bool),
    (wired, labels, left): (&Wired, &Labels, usize),
) -> Report {
    let (left, state) = (Cell::new(left), State::default());
    let mut judge = Judge { originals, known, parts, followed, labels, is_adapter, left, state };
    for (id, what) in &followed.lost {
        judge.find((&followed.name(*id), ""), (&[], None), (Other, &what.to_string()));
    }
    for instance in followed.instances.iter().filter(|instance| instance.is_hosts()) {
        let what = match instance.component {
            Item::Host(_) => "a component of the host's is instantiated, which no original is",
            _ => "what is instantiated cannot be followed",
        };
        judge.find((&followed.name(instance.within.unwrap_or_default()), ""), (&[], None), (Other, what));
    }
    judge.presence(wired);
    // With an original missing, all other findings would be about the wrong components.
    if !judge.state.report.absent.is_empty() {
        return judge.state.report;
    }
    for (id, instance) in followed.instances.iter().enumerate() {
        // The arguments of an instance have lower numbers than the instance.
        if instance.original.is_none() {
            judge.front(id);
        }
        for number in of(originals, wired, (id, instance)) {
            judge.instance(id, instance, number);
        }
    }
    for (id, instance) in followed.instances.iter().enumerate() {
        if instance.original.is_none() && !judge.state.owned.contains_key(&id) {
            judge.foreign(id);
        }
    }
    // After the limit is reached, the absence of a finding proves nothing.
    if judge.left.get() == 0 {
        judge.state.report.findings.truncate(FINDINGS - 1);
        judge.find((OUTPUT, ""), (&[], None), (Other, TOO_MUCH));
        return judge.state.report;
    }
    judge.imports();
    judge.state.report
}

struct Judge<'j, 'c, 'a> {
    originals: &'j [Original<'c>],
    known: &'j [&'j Part],
    parts: &'j [Part],
    followed: &'j Followed<'a>,
    /// The labels that imports of originals have had so far, in the composition to which others were added.
    labels: &'j Labels,
    /// Whether the code of an instance is that of an adapter of weld's.
    is_adapter: &'j dyn Fn(usize) -> bool,
    /// How many more items may be visited.
    left: Cell<usize>,
    state: State<'j, 'a>,
}

/// What is known so far.
#[derive(Default)]
struct State<'j, 'a> {
    report: Report,
    users: OnceCell<Callers<'j, 'a>>,
    /// The host items that an original has, or that code answering its imports has.
    used: BTreeSet<Vec<String>>,
    /// The instances that answer imports of originals, each with those originals, to which its functions belong.
    owned: BTreeMap<usize, Vec<(usize, usize)>>,
    /// What the instances of originals may have, by instance and original. `None` means everything.
    may: BTreeMap<(usize, usize), Option<Allowed>>,
    /// The export adapters: instances that have exports of an instance of an original and nothing that this original may not
    /// have. Each counts as part of the original for the exports that it answers by their own names.
    fronts: BTreeSet<(usize, usize)>,
    /// What each export adapter of weld's answers by the names of such exports.
    answers: BTreeMap<usize, BTreeMap<Item<'a>, Vec<Vec<String>>>>,
}

impl<'j, 'c, 'a> Judge<'j, 'c, 'a> {
    fn find(&mut self, of: (&str, &str), about: (&[String], Option<&Vec<String>>), (kind, what): (Kind, &str)) {
        let (instance, component, what) = (of.0.to_owned(), of.1.to_owned(), what.to_owned());
        let finding = Finding { kind, instance, component, function: shown(about.0), what, host: about.1.cloned() };
        if self.state.report.findings.len() < FINDINGS && !self.state.report.findings.contains(&finding) {
            self.state.report.findings.push(finding);
        }
    }

    /// Each original must be in the output, or be the output.
    fn presence(&mut self, wired: &Wired) {
        // A component that a host may instantiate later has no instance yet.
        let is_there = |(_, of): &(usize, &Instance<'_>)| of.instantiation.is_some() || of.within.is_none();
        let instances = self.followed.instances.iter().enumerate().filter(is_there);
        let there: BTreeSet<usize> = instances.flat_map(|instance| of(self.originals, wired, instance)).collect();
        let is_absent = |(number, of): &(usize, &Original<'_>)| !of.declares && !there.contains(number);
        for (number, original) in self.originals.iter().enumerate().filter(is_absent) {
            self.state.report.absent.insert(number);
            self.find((OUTPUT, original.name), (&[], None), (Other, "no instance of it is in the output"));
        }
    }

    /// The items that an instance of an original has must be allowed by its grants.
    fn instance(&mut self, id: usize, instance: &Instance<'a>, number: usize) {
        let Some((original, part)) = self.originals.get(number).zip(self.known.get(number).copied()) else { return };
        let (answering, mut reached, fronts) = self.arguments(instance, part, true);
        // If code answers an import, everything that this code can call counts as reached.
        let (owned, gathered, more) = self.gather(answering);
        owned.into_iter().for_each(|of| self.state.owned.entry(of).or_default().push((id, number)));
        reached.extend(gathered);
        self.own_fronts(fronts.into_iter().chain(more));
        let is_called = |path: &[String]| self.is_called(id, path);
        let may = may(original, part, &self.filled_by_components(part, &reached), &is_called);
        self.state.report.instances += 1;
        self.state.report.functions += part.imported.len();
        self.hold(&reached, (id, number), may.as_ref(), id);
        let kept = may.iter().flat_map(Allowed::iter).filter(|(_, why)| matches!(why, Why::Handle(_) | Why::Inert(_)));
        self.state.report.kept.extend(kept.map(|(path, _)| (number, path.to_vec())));
        self.state.may.insert((id, number), may);
    }

    /// Whether anybody has an exported function of an instance.
    fn is_called(&self, id: usize, path: &[String]) -> bool {
        let part = |of: &Instance<'_>| match of.original {
            Some(number) => self.known.get(number).copied(),
            None => self.parts.get(of.part?),
        };
        let users = || Callers::of(self.followed, &part, &|items| self.spends(items));
        self.state.users.get_or_init(users).any(id, path, self.is_adapter)
    }

    /// Finds the originals that an instance is an export adapter of: it has exports of the original, and all that its code has,
    /// from other components as well, the original may have too.
    fn front(&mut self, id: usize) {
        let (_, gathered, _) = self.gather(BTreeSet::from([id]));
        for of in exporters(&gathered) {
            let mut all = self.state.may.range((of, 0)..=(of, usize::MAX)).peekable();
            let may_have = |(key, may): (&(usize, usize), &Option<Allowed>)| {
                gathered.iter().all(|of| self.verdict(*key, may.as_ref(), of).is_none())
            };
            if all.peek().is_some() && self.spends(gathered.len()) && all.all(may_have) {
                self.state.fronts.insert((id, of));
            }
        }
        // Code that is not weld's may answer by anything that it has.
        if let Some(answers) = self.answers(id).filter(|_| (self.is_adapter)(id)) {
            self.state.answers.insert(id, answers);
        }
    }

    /// The exports of originals that an export adapter answers with this item, each with the instance of the original. The
    /// adapter exports the item under the name of that export.
    fn behind(&self, id: usize, item: &Item<'a>) -> Option<Vec<(usize, Item<'a>)>> {
        let (front, answers) = (self.followed.instances.get(id)?, self.state.answers.get(&id)?);
        let of = |path: &&Vec<String>| match front.given(path) {
            Item::Export(of, to) if self.state.fronts.contains(&(id, of)) => Some((of, Item::Export(of, to))),
            _ => None,
        };
        answers.get(item)?.iter().map(|path| of(&path)).collect()
    }

    /// The items that an instance defines and exports under the name of one of its imports, with those names.
    fn answers(&self, id: usize) -> Option<BTreeMap<Item<'a>, Vec<Vec<String>>>> {
        let front = self.followed.instances.get(id)?;
        let part = self.parts.get(front.part?)?;
        let mut answers: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for path in part.imported.iter().map(|of| &of.path).chain(&part.resources) {
            let item = front.exported(path);
            if matches!(item, Item::Own(of, _) if of == id) {
                answers.entry(item).or_default().push(path.clone());
            }
        }
        Some(answers)
    }

    /// Attributes the items of export adapters to the originals that they belong to.
    fn own_fronts(&mut self, fronts: impl Iterator<Item = (usize, usize)>) {
        let (mut open, mut seen) = (Vec::from_iter(fronts), BTreeSet::new());
        while let Some((id, of)) = open.pop() {
            if !seen.insert((id, of)) {
                continue;
            }
            let its: Vec<_> = self.state.may.range((of, 0)..=(of, usize::MAX)).map(|(key, _)| *key).collect();
            let (owned, gathered, more) = self.gather(BTreeSet::from([id]));
            owned.into_iter().for_each(|one| self.state.owned.entry(one).or_default().extend(&its));
            self.state.used.extend(gathered.iter().filter_map(|of| of.item.host().cloned()));
            open.extend(more);
        }
    }

    /// Compares what an instance, or code that answers its imports, has with what the original may have.
    fn hold(&mut self, reached: &BTreeSet<Reached<'a>>, key: (usize, usize), may: Option<&Allowed>, id: usize) {
        let Some(original) = self.originals.get(key.1) else { return };
        for of in reached {
            self.state.used.extend(of.item.host().cloned());
            if let Some((kind, what)) = self.verdict(key, may, of) {
                self.find((&self.followed.name(id), original.name), (of.name(), of.item.host()), (kind, &what));
            }
        }
    }

    /// The imports that other originals answer without any part of the host.
    fn filled_by_components(&self, part: &Part, reached: &BTreeSet<Reached<'a>>) -> BTreeSet<String> {
        let imports = |of: &Reached<'a>| self.answered(part, of).into_iter().filter_map(|of| of.path.first().cloned());
        let (exports, others): (Vec<_>, Vec<_>) = reached.iter().partition(|of| matches!(of.item, Item::Export(..)));
        let [filled, others] = [exports, others].map(|all| BTreeSet::from_iter(all.into_iter().flat_map(imports)));
        &filled - &others
    }

    /// The imports that an item answers: those of the name by which it is supplied, or, where no import supplies it, of its own.
    fn answered<'p>(&self, part: &'p Part, reached: &Reached<'_>) -> Vec<&'p Imported> {
        match &reached.item {
            _ if !reached.by.is_empty() => part.named(&reached.by),
            Item::Host(path) => part.named(&self.host_path(path)),
            Item::Export(_, path) => part.named(path),
            _ => Vec::new(),
        }
    }

    /// Whether the limit permits so many more items.
    fn spends(&self, amount: usize) -> bool {
        self.left.set(self.left.get().saturating_sub(amount));
        self.left.get() > 0
    }

    /// All items of the code of some instances and, transitively, of the code whose functions it has. Returns those instances
    /// first. Returns export adapters of originals last, each with the instance of the original: only their exports count.
    fn gather(&self, ids: BTreeSet<usize>) -> Gathered<'a> {
        let (mut open, mut seen, mut reached) = (Vec::from_iter(ids.iter().copied()), ids, BTreeSet::new());
        let mut fronts = BTreeSet::new();
        while let Some(id) = open.pop() {
            let Some(instance) = self.followed.instances.get(id) else { continue };
            // An instance without code only passes items on, and `follow/` has resolved those.
            let part = instance.part.and_then(|part| self.parts.get(part)).filter(|part| part.has_core);
            let Some(part) = part else { continue };
            let (mut called, arguments, more) = self.arguments(instance, part, false);
            reached.extend(arguments);
            fronts.extend(more);
            for item in instance.has.iter().cloned() {
                match item {
                    Item::Own(id, _) => _ = called.insert(id),
                    item => _ = reached.insert(Reached { by: Vec::new(), item, is_direct: false }),
                }
            }
            open.extend(called.into_iter().filter(|id| seen.insert(*id)));
        }
        (seen, reached, fronts)
    }

    /// The arguments of an instance: instances whose code answers imports, items that answer the others, export adapters.
    fn arguments(&self, instance: &Instance<'a>, part: &Part, is_direct: bool) -> Gathered<'a> {
        let (mut called, mut reached, mut fronts) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        if !self.spends(1 + part.imported.len() + part.resources.len() + instance.has.len()) {
            return (called, reached, fronts);
        }
        let items = part.imported.iter().map(|of| (&of.path, false));
        for (by, is_type) in items.chain(part.resources.iter().map(|path| (path, true))) {
            let mut reach = |item, is_direct| _ = reached.insert(Reached { by: by.clone(), item, is_direct });
            match instance.given(by) {
                // Dropping a handle calls the destructor of its type.
                item @ Item::Own(id, _) => match self.behind(id, &item) {
                    Some(exports) => exports.into_iter().for_each(|(of, item)| {
                        fronts.insert((id, of));
                        if !is_type {
                            reach(item, false);
                        }
                    }),
                    None => _ = called.insert(id),
                },
                item if !is_type => reach(item, is_direct),
                _ => {}
            }
        }
        (called, reached, fronts)
    }

    /// The finding about one item of an instance of an original. `may` is what the original may have of the host.
    fn verdict(&self, key: (usize, usize), may: Option<&Allowed>, reached: &Reached<'_>) -> Option<(Kind, String)> {
        let (original, part) = self.originals.get(key.1).zip(self.known.get(key.1).copied())?;
        let has = if reached.is_direct { "it has" } else { "what stands for it has" };
        let lost = |what: String| Some((Other, format!("{has} what cannot be followed: {what}")));
        let (path, named, giver) = match &reached.item {
            Item::Host(path) => (path, self.host_path(path), "the host".to_owned()),
            Item::Export(id, _) if self.followed.instances.get(*id).is_none_or(|giver| giver.original.is_none()) => {
                return lost("an export of what is not in the output".to_owned());
            }
            Item::Export(id, path) => {
                // An export adapter calls the exports of its own component.
                if !reached.is_direct && *id == key.0 {
                    return None;
                }
                (path, path.clone(), format!("instance `{}`", self.followed.name(*id)))
            }
            Item::Unknown(what) => return lost(what.to_string()),
            _ => return lost("a component of the output".to_owned()),
        };
        let imports = self.answered(part, reached);
        // An adapter calls the host in place of the component, so only the settings may supply such a function.
        let is_reason = |why: &Why| !reached.is_direct || *why != Why::Asked;
        let is_allowed =
            |of: &&&Imported| original.grants.is_none() || may.and_then(|may| may.why(&of.path)).is_some_and(is_reason);
        let is_denied = |grants: &Grants| is_denied(grants, &imports, path, reached.is_direct);
        let is_same = |of: &&&Imported| is_named(part, &of.path, &named) && self.is_label(part, of, path);
        let ids = self.parts.first().and_then(|outer| outer.external_ids(path));
        let mut allowed = imports.iter().filter(is_allowed).peekable();
        let (kind, wrong) = match &reached.item {
            _ if imports.is_empty() => (Other, "which it does not import"),
            Item::Export(..) if original.grants.is_some_and(is_denied) => (Other, "which a grant denies"),
            Item::Host(_) if allowed.peek().is_none() => (NotAllowed, "which no grant allows"),
            Item::Host(_) if imports.iter().all(|of| part.external_ids(&of.path) != ids) => {
                (Other, "under another external-id")
            }
            // The same import is allowed, under the same name.
            Item::Host(_) if !allowed.any(|of| is_same(&of)) && !self.is_said(original, part, path) => {
                (Other, "under a name that is not its own")
            }
            _ => return None,
        };
        Some((kind, format!("{has} `{}` of {giver}, {wrong}", shown(path))))
    }

    /// Whether a host item has the label of an import, or both have the name of an interface. Different labels are different.
    fn is_label(&self, part: &Part, of: &Imported, host: &[String]) -> bool {
        let named = self.host_path(host);
        let (Some(import), Some(name), Some(is)) = (of.path.first(), host.first(), named.first()) else { return false };
        let own = part.canonical(import);
        let is_kept = || self.labels.iter().any(|((_, of), label)| of == import && label == name);
        let is_one = compatible(own, is) && (import == name || is_kept());
        (own == import && is == name) || is_one || self.is_renamed(part, import, name)
    }

    /// Whether a label of the output is that of an import with a number appended. This requires that no original has the
    /// numbered label, and that the output imports something else, by its interface or its `external-id`, or keeps the label
    /// for another label, under the label itself and under each lower number that is no label of an original.
    fn is_renamed(&self, part: &Part, import: &str, name: &str) -> bool {
        let Some(outer) = self.parts.first() else { return false };
        let names = self.known.iter().flat_map(|part| part.names.keys()).chain(self.labels.values());
        let taken: BTreeSet<String> = names.map(|of| canonical(of)).collect();
        let is_taken = |label: &str| taken.contains(&canonical(label));
        let (own, id) = (part.canonical(import), part.external_ids(&[import.to_owned()]));
        let is_one =
            |of: &String| compatible(outer.canonical(of), own) && outer.external_ids(std::slice::from_ref(of)) == id;
        let is_kept = |of: &String| self.labels.iter().any(|((_, other), label)| label == of && other != import);
        let is_other = |of: &String| !is_one(of) || is_kept(of);
        let is_others = |label: &str| outer.names.keys().any(|of| canonical(of) == canonical(label) && is_other(of));
        let mut before = numbered(import, name).into_iter().flatten().peekable();
        before.peek().is_some()
            && !is_taken(name)
            && before.all(|label| is_others(&label) || (label != import && is_taken(&label)))
    }

    /// Whether an original may have a host item under the name that the output gives it: a grant allows that name, or no grant
    /// names it, the default allows, and the original or the composition itself imports it.
    fn is_said(&self, original: &Original<'_>, part: &Part, host: &[String]) -> bool {
        let of_host = self.parts.first().map(|outer| outer.named(host)).unwrap_or_default();
        let Some(item) = of_host.into_iter().find(|item| item.path == host) else { return false };
        let named = self.host_path(host);
        // A label and its interface are different names: the label itself states which interface it implements.
        let is_label = named != host && host.first().is_some_and(|name| InterfaceName::read(name).is_none());
        let is_other = |name: &String| !compatible(part.canonical(name), named.first().unwrap_or(name));
        let is_other = host.first().is_some_and(|name| part.names.contains_key(name) && is_other(name));
        // A label of the original takes precedence over a numbered label.
        let is_number = |name: &String| part.names.keys().any(|own| numbered(own, name).is_some());
        let is_other = is_other
            || (is_label && host.first().is_some_and(|name| !part.names.contains_key(name) && is_number(name)));
        let said = original.grants.map_or(Said::Nothing, |grants| match host.first() {
            Some(label) if is_label => said_by(grants, &[label], &item.name),
            _ => said(grants, item),
        });
        let is_of = |part: &Part| !part.named(host).is_empty() || (!is_label && !part.named(&named).is_empty());
        let is_declared = || self.originals.iter().zip(self.known).any(|(of, part)| of.declares && is_of(part));
        let is_open = original.grants.is_none_or(|grants| grants.default == Treatment::Allow);
        !is_other && (said == Said::Allowed || (said == Said::Nothing && is_open && (is_of(part) || is_declared())))
    }

    /// An instance of no original whose functions no original has. It may have what those originals may have whose exports it
    /// has, or whose adapters it has functions of.
    fn foreign(&mut self, id: usize) {
        // An original of which it is an export adapter may have all that it has.
        if let Some(front) = self.state.fronts.range((id, 0)..=(id, usize::MAX)).next().copied() {
            return self.own_fronts([front].into_iter());
        }
        let (seen, mut reached, _) = self.gather(BTreeSet::from([id]));
        let exporters = exporters(&reached).into_iter();
        let exported = exporters.flat_map(|id| self.state.may.range((id, 0)..=(id, usize::MAX)).map(|(key, _)| *key));
        let owners = seen.iter().filter_map(|id| self.state.owned.get(id)).flatten().copied();
        let stands_for: BTreeSet<_> = exported.chain(owners).collect();
        reached.retain(|of| !matches!(of.item, Item::Export(..)));
        for of in reached.iter().filter(|_| stands_for.is_empty()) {
            let what = "it has this of the host's, and stands for no component of the composition";
            self.find((&self.followed.name(id), ""), (of.name(), of.item.host()), (Other, what));
        }
        for key in stands_for.into_iter().filter(|_| self.spends(reached.len())).collect::<Vec<_>>() {
            let may = self.state.may.remove(&key).flatten();
            self.hold(&reached, key, may.as_ref(), id);
            self.state.may.insert(key, may);
        }
    }

    /// Each function that the output imports must be an import of an original, and an instance must have it.
    fn imports(&mut self) {
        let Some(outer) = self.parts.first() else { return };
        // An import that the output exports again is already in use.
        let exported = outer.exported().into_iter();
        let of_host = |of: Imported| self.followed.instances.first()?.exported(&of.path).host().cloned();
        self.state.used.extend(exported.filter_map(of_host));
        for item in outer.imported.iter() {
            let is_original = |of: &Original<'_>| of.imported.is_some_and(|name| item.path == [name]);
            if self.originals.iter().any(is_original) {
                continue;
            }
            self.state.report.host += 1;
            let named = self.host_path(&item.path);
            let is_imported = |part: &&Part| !part.named(&item.path).is_empty() || !part.named(&named).is_empty();
            let what = match self.known.iter().any(is_imported) {
                false => "the output imports it, and no component does",
                true if !self.state.used.contains(&item.path) => "the output imports it, and no component has it",
                true => continue,
            };
            self.find((OUTPUT, ""), (&item.path, Some(&item.path)), (Other, what));
        }
    }

    /// The path of a host item, with the import under the name that compatible versions share.
    fn host_path(&self, path: &[String]) -> Vec<String> {
        let (Some(outer), [import, names @ ..]) = (self.parts.first(), path) else { return path.to_vec() };
        [&[outer.canonical(import).to_owned()], names].concat()
    }
}

/// The instances that supply some of the items.
fn exporters(reached: &BTreeSet<Reached<'_>>) -> BTreeSet<usize> {
    reached.iter().filter_map(|of| if let Item::Export(of, _) = of.item { Some(of) } else { None }).collect()
}

/// What an original may have. `None` means everything.
fn may(
    original: &Original<'_>,
    part: &Part,
    by_component: &BTreeSet<String>,
    is_called: &dyn Fn(&[String]) -> bool,
) -> Option<Allowed> {
    let grants = original.grants?;
    let rules = Rules {
        says: &|of| said(grants, of),
        is_about: &|names, functions| grants.is_about(names, functions),
        default_allows: &|import| grants.default == Treatment::Allow || by_component.contains(import),
        is_called,
    };
    Some(allowed(part.world(), &rules))
}

/// Whether grants deny a function of another original that the component would be given by default. The names of the export and
/// of the import both count; the more specific grant decides.
fn is_denied(grants: &Grants, imports: &[&Imported], path: &[String], is_direct: bool) -> bool {
    let is_denied = |said: Said| said == Said::Denied || (said == Said::Asked && is_direct);
    let mut left = imports.iter().filter(|of| !is_denied(said(grants, of))).peekable();
    if left.peek().is_none() {
        return true;
    }
    let rank = |names: &[&str], function: &str| grants.decisive(names, function).map(|(_, rank)| rank);
    let closest =
        left.map(|of| rank(&of.names.iter().map(String::as_str).collect::<Vec<_>>(), &of.name)).max().flatten();
    let Some((function, names)) = path.split_last() else { return false };
    let names = names.iter().map(String::as_str).chain(names.is_empty().then_some(""));
    // `None` sorts before every rank.
    { names }.any(|name| is_denied(said_by(grants, &[name], function)) && rank(&[name], function) >= closest)
}

/// Whether an import of an original has a path of names. The first name may be that of its interface.
fn is_named(part: &Part, of: &[String], path: &[String]) -> bool {
    let ([import, rest @ ..], [name, names @ ..]) = (of, path) else { return false };
    let is_rest = rest.len() == names.len() && rest.iter().zip(names).all(|(a, b)| compatible(a, b));
    is_rest && (import == name || compatible(part.canonical(import), name))
}
