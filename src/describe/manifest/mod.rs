//! Manifests, `weld.toml`: outputs, and the components that they are built of.

mod advice;
pub(crate) mod chain;
pub(crate) mod edit;
mod error;
mod grants;
mod help;
mod item;
mod mounts;
pub(super) mod rules;
mod settings;
pub(super) mod shape;
pub(super) mod tree;
pub(crate) mod wiring;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub(crate) use error::{ManifestError, nearest, nearest_grant};
pub(crate) use error::{meant_help, near_help};
pub(in crate::describe) use grants::flag;
pub(in crate::describe) use mounts::guest_path;
pub(in crate::describe) use settings::{Draft, is_passed, is_variable};
pub(crate) use shape::schema;
use wiring::{Components, PlacedText};

use super::policy::Policy;
use super::wac::Wac;
use super::{
    AppliedPolicy, At, Automatic, Chain, Description, Entry, Export, Grants, Place, Source, Text, Wire, Wiring,
};
use crate::name::Capability;
use crate::text;

/// A manifest. It has at least one output.
#[derive(Debug)]
pub(crate) struct Manifest {
    /// The outputs: the composition itself, if it has an output, then the targets by name.
    pub outputs: Vec<Output>,
    /// The places of the components in the text, by name.
    pub components: BTreeMap<String, Place>,
    /// The file of the manifest. Empty for standard input.
    path: PathBuf,
}

/// A file that a manifest reads for any of its outputs.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    /// The file.
    pub file: PathBuf,
    /// The description of the file in messages.
    pub shown: String,
    /// The place in the text that names the file. `None` for the manifest itself.
    pub place: Option<Place>,
    /// Whether the file is embedded. It may then be a directory, with all of its descendants.
    pub is_embedded: bool,
}

/// A file that a manifest writes.
#[derive(Debug, Clone)]
pub(crate) struct Written<'m> {
    /// The description of the file in messages.
    pub shown: String,
    /// The key that names the file.
    pub key: &'static str,
    /// The file.
    pub file: &'m Path,
    /// The place in the text that names the file.
    pub place: &'m Place,
}

/// One output of a manifest.
#[derive(Debug)]
pub(crate) struct Output {
    /// The name of the target. `None` for the composition itself.
    pub target: Option<String>,
    /// The file to write.
    pub file: PathBuf,
    /// The place in the text that names the file.
    pub place: Place,
    /// The components that only this target has, or that it has from another file.
    pub own: BTreeSet<String>,
    /// The components with a table of grants in this target.
    pub own_grants: BTreeSet<String>,
    /// The grants of the components.
    pub grants: BTreeMap<String, Grants>,
    name: Option<String>,
    components: Vec<Entry>,
    /// The file of the policy, with the place that names it.
    policy: Option<(PathBuf, Place)>,
    /// The file of the snapshot, with the place that names it.
    snapshot: Option<(PathBuf, Place)>,
    plan: Plan,
    /// Whether the manifest has other outputs, which may use components that this one does not.
    several: bool,
}

/// The wiring of an output.
#[derive(Debug)]
enum Plan {
    Automatic(Automatic),
    /// By the WAC document in a file, with the place that names it.
    Wac(PathBuf, Place),
}

impl Manifest {
    /// Reads a manifest. Paths in it are relative to the directory of `file`, the manifest's own path.
    ///
    /// # Errors
    ///
    /// All errors of the text, each at its place.
    pub(crate) fn parse(text: Text, file: &Path) -> Result<Manifest, Vec<At<ManifestError>>> {
        let directory = file.parent().unwrap_or(Path::new(""));
        let table = tree::parse(&text, "the manifest", &shape::MANIFEST)?;
        let mut reader = Reader { text: &text, directory, errors: Vec::new() };
        let targets = reader.targets(&table);
        let mut outputs: Vec<Output> = Vec::new();
        let mut components = BTreeMap::new();
        reader.check_whole(&table, &targets);
        if !reader.errors.is_empty() {
            return Err(reader.errors);
        }
        for (target, layers) in &targets {
            // A composition without an output of its own is only a base for targets, and may be incomplete.
            if target.is_none() && targets.len() > 1 && layers.get("output").is_none() {
                continue;
            }
            outputs.extend(reader.output(target.as_deref(), layers, targets.len() > 1));
        }
        for (_, layers) in &targets {
            for (name, _) in layers.table("components") {
                components.entry(name.get_ref().to_string()).or_insert_with(|| text.place(name.span()));
            }
        }
        let mut errors = At::once(reader.errors);
        errors.sort_by_key(At::offset);
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Manifest { outputs, components, path: file.to_owned() })
    }

    /// The outputs of some targets, or all outputs if no target is given.
    ///
    /// # Errors
    ///
    /// The manifest has no target of such a name.
    pub(crate) fn select(&self, targets: &[String]) -> Result<Vec<&Output>, Vec<At<ManifestError>>> {
        let known = || self.outputs.iter().filter_map(|output| output.target.as_deref());
        let errors: Vec<_> = targets
            .iter()
            .filter(|name| !known().any(|target| target == *name))
            .map(|name| {
                let known_names = known().map(str::to_owned).collect();
                ManifestError::UnknownTarget { name: name.clone(), near: nearest(known(), name), known: known_names }
                    .into()
            })
            .collect();
        if !errors.is_empty() {
            return Err(errors);
        }
        let selected = |output: &&Output| match &output.target {
            _ if targets.is_empty() => true,
            Some(target) => targets.contains(target),
            None => false,
        };
        Ok(self.outputs.iter().filter(selected).collect())
    }

    /// The files that the manifest reads for any output, and the manifest itself. A file occurs once for each of its
    /// descriptions.
    pub(crate) fn inputs(&self) -> Vec<Input> {
        let mut inputs = Vec::new();
        let input = |file: &Path, shown: &str, place: Option<&Place>| Input {
            file: file.to_owned(),
            shown: shown.to_owned(),
            place: place.cloned(),
            is_embedded: false,
        };
        if !self.path.as_os_str().is_empty() {
            inputs.push(input(&self.path, "the manifest", None));
        }
        for output in &self.outputs {
            for entry in &output.components {
                if let Source::File(file) = &entry.source {
                    inputs.push(input(file, &format!("component `{}`", entry.name), entry.place.as_ref()));
                }
            }
            if let Some((file, place)) = output.wac() {
                inputs.push(input(file, "the WAC document", Some(place)));
            }
            if let Some((file, place)) = output.policy() {
                inputs.push(input(file, "the policy", Some(place)));
            }
            for (component, grants) in &output.grants {
                for named in grants.settings.named() {
                    let Source::File(file) = named.source else { continue };
                    let shown = match named.is_stdin() {
                        true => format!("standard input of `{component}`"),
                        false => format!("what is embedded at `{}` for `{component}`", text::Shown(named.at)),
                    };
                    inputs.push(Input { is_embedded: true, ..input(file, &shown, named.place) });
                }
            }
        }
        // Targets share files of the manifest.
        let mut seen = BTreeSet::new();
        inputs.retain(|input| seen.insert((input.shown.clone(), input.file.clone())));
        inputs
    }
}

impl Output {
    /// The WAC document of the wiring, with the place that names it.
    pub(crate) fn wac(&self) -> Option<(&Path, &Place)> {
        match &self.plan {
            Plan::Automatic(_) => None,
            Plan::Wac(path, place) => Some((path, place)),
        }
    }

    /// The policy that the output must meet, with the place that names it.
    pub(crate) fn policy(&self) -> Option<(&Path, &Place)> {
        self.policy.as_ref().map(|(path, place)| (path.as_path(), place))
    }

    /// The file of the snapshot, with the place that names it.
    pub(crate) fn snapshot(&self) -> Option<(&Path, &Place)> {
        self.snapshot.as_ref().map(|(path, place)| (path.as_path(), place))
    }

    /// Describes the composition. `wac` is the document of [`Output::wac`], `policy` the policy of [`Output::policy`].
    ///
    /// # Errors
    ///
    /// The document names packages that are not among the components.
    pub(crate) fn describe(
        &self,
        wac: Option<Wac>,
        policy: Option<Policy>,
    ) -> Result<Description, Vec<At<super::wac::WacError>>> {
        let mut description = match (&self.plan, wac) {
            (_, Some(wac)) => wac.with_components(&self.components, None, self.several)?,
            (Plan::Automatic(automatic), None) => Description {
                components: self.components.clone(),
                wiring: Wiring::Automatic(automatic.clone()),
                ..Description::default()
            },
            (Plan::Wac(..), None) => return Ok(Description::default()),
        };
        description.name.clone_from(&self.name);
        // Components that the document does not use are not part of the description. They may be for other outputs.
        let is_there = |name: &String| description.components.iter().any(|entry| entry.name == *name);
        let grants = self.grants.iter().filter(|(name, _)| is_there(name));
        description.grants = grants.map(|(name, grants)| (name.clone(), grants.clone())).collect();
        // The name that `weld check` gives the file.
        let name = Source::File(self.file.clone()).stem();
        description.policy = policy.map(|policy| AppliedPolicy { policy, name, decides: false });
        Ok(description)
    }

    /// The wires of the user.
    pub(crate) fn wires(&self) -> &[Wire] {
        match &self.plan {
            Plan::Automatic(automatic) => &automatic.wires,
            Plan::Wac(..) => &[],
        }
    }

    /// The description of the output in messages.
    pub(crate) fn shown(&self) -> String {
        match &self.target {
            Some(target) => format!("target `{target}`"),
            None => "the composition".to_owned(),
        }
    }

    /// The files that the output writes.
    pub(crate) fn written(&self) -> Vec<Written<'_>> {
        let output = Written { shown: self.shown(), key: "output", file: &self.file, place: &self.place };
        let snapshot = self.snapshot().map(|(file, place)| {
            let shown = format!("the snapshot of {}", self.shown());
            Written { shown, key: "snapshot", file, place }
        });
        std::iter::once(output).chain(snapshot).collect()
    }
}

/// The tables that describe one output, in order of precedence: those of its target, then those of the manifest.
struct Layers<'t> {
    /// The name in messages of the table with the keys of the composition.
    name: String,
    /// The place of that table's header.
    header: Place,
    /// The tables with keys of `[composition]`, which a target may override.
    composition: Vec<&'t DeTable<'t>>,
    /// The tables that contain `[components]`, `[wire]` and so on.
    whole: Vec<&'t DeTable<'t>>,
}

type Item<'t> = (&'t Spanned<std::borrow::Cow<'t, str>>, &'t Spanned<DeValue<'t>>);

impl<'t> Layers<'t> {
    /// The value of a key of the composition.
    fn get(&self, key: &str) -> Option<Item<'t>> {
        self.composition.iter().find_map(|table| table.get_key_value(key))
    }

    /// The items of a table. Those of the target override those of the manifest.
    fn table(&self, name: &str) -> Vec<Item<'t>> {
        let mut items: BTreeMap<&str, Item<'t>> = BTreeMap::new();
        for table in self.whole.iter().filter_map(|table| table.get(name)?.get_ref().as_table()) {
            for (key, value) in table {
                items.entry(key.get_ref()).or_insert((key, value));
            }
        }
        items.into_values().collect()
    }
}

struct Reader<'t> {
    text: &'t Text,
    directory: &'t Path,
    errors: Vec<At<ManifestError>>,
}

impl<'t> Reader<'t> {
    fn error(&mut self, error: ManifestError, place: &Place) {
        self.errors.push(At::place(error, Some(place)));
    }

    fn place<T>(&self, spanned: &Spanned<T>) -> Place {
        self.text.place(spanned.span())
    }

    /// The composition itself and its targets, each with the tables that describe it.
    fn targets(&mut self, table: &'t DeTable<'t>) -> Vec<(Option<String>, Layers<'t>)> {
        let composition: Vec<_> =
            table.get("composition").and_then(|value| value.get_ref().as_table()).into_iter().collect();
        // A missing table is an error of its own.
        let header = table.get_key_value("composition").map_or(self.text.place(0..0), |(key, _)| self.place(key));
        let name = "[composition]".to_owned();
        let base = Layers { name, header, composition: composition.clone(), whole: vec![table] };
        let mut targets = vec![(None, base)];
        for (name, target) in table.get("target").and_then(|value| value.get_ref().as_table()).into_iter().flatten() {
            let Some(target) = target.get_ref().as_table() else { continue };
            let composition = std::iter::once(target).chain(composition.iter().copied()).collect();
            let (header, target_name) = (self.place(name), name.get_ref().to_string());
            let name = error::nested("[target]", &target_name);
            let layers = Layers { name, header, composition, whole: vec![target, table] };
            targets.push((Some(target_name), layers));
        }
        targets
    }

    /// Refuses a manifest without a composition or without components.
    fn check_whole(&mut self, table: &DeTable<'_>, targets: &[(Option<String>, Layers<'_>)]) {
        let mut missing = |key: &str, help: &str| {
            let table = "the manifest".to_owned();
            self.errors.push(ManifestError::Missing { table, key: key.to_owned(), help: help.to_owned() }.into());
        };
        if targets.len() == 1 && !table.contains_key("composition") {
            missing("[composition]", "say what is built: [composition], with `root` and `output`");
        }
        if targets.iter().all(|(_, layers)| layers.table("components").is_empty()) {
            missing("[components]", "name the components: [components], with lines such as app = \"app.wasm\"");
        }
    }

    fn output(&mut self, target: Option<&str>, layers: &Layers<'t>, several: bool) -> Option<Output> {
        let before = self.errors.len();
        let (table, header) = (&layers.name, &layers.header);
        let file = self.text_of(layers, "output");
        if file.is_none() {
            let help = "say which file to write: output = \"build/NAME.wasm\"".to_owned();
            self.missing(table, "output", help, header);
        }
        let policy = self.text_of(layers, "policy").map(|(policy, place)| (self.directory.join(policy), place));
        let snapshot = self.text_of(layers, "snapshot").map(|(snapshot, place)| (self.directory.join(snapshot), place));
        let name = self.text_of(layers, "name").map(|(name, place)| {
            if name.trim().is_empty() {
                self.error(ManifestError::EmptyName, &place);
            }
            name.to_owned()
        });
        let mut components = self.components(layers);
        let grants = self.virtualize(layers, &components);
        // The innermost table that selects the kind of wiring, since a target may replace a document by wiring by name.
        let decides = |table: &&DeTable<'_>| table.contains_key("wac") || table.contains_key("root");
        let decider = layers.composition.iter().position(decides).unwrap_or_default();
        let wac = layers.composition.get(decider).and_then(|table| table.get("wac"));
        let plan = match wac.and_then(|wac| Some((wac.get_ref().as_str()?, self.place(wac)))) {
            Some((wac, place)) => {
                self.refuse_beside_wac(layers, decider);
                Plan::Wac(self.directory.join(wac), place)
            }
            None => {
                self.move_root_first(layers, &mut components);
                let known = Components::new(&components);
                let wires = self.wires(layers, &known);
                let exports = self.exports(layers, &known);
                let chains = self.chains(layers, &known, &wires, &exports);
                // A component that one output does not use may be for another.
                Plan::Automatic(Automatic { wires, chains, exports, allow_unused: several, ..Automatic::default() })
            }
        };
        let (file, place) = file.filter(|_| self.errors.len() == before)?;
        let own = |key: &str| {
            let own = layers.whole.first().filter(|_| target.is_some());
            let own = own.and_then(|table| table.get(key)?.get_ref().as_table());
            own.into_iter().flatten().map(|(name, _)| name.get_ref().to_string()).collect()
        };
        let (own, own_grants) = (own("components"), own("virtualize"));
        let target = target.map(str::to_owned);
        Some(Output {
            target,
            file: self.directory.join(file),
            place,
            own,
            own_grants,
            grants,
            name,
            components,
            policy,
            snapshot,
            plan,
            several,
        })
    }

    /// The text of a key of the composition, with its place.
    fn text_of(&self, layers: &Layers<'t>, key: &str) -> Option<(&'t str, Place)> {
        let (_, value) = layers.get(key)?;
        Some((value.get_ref().as_str()?, self.place(value)))
    }

    fn missing(&mut self, table: &str, key: &str, help: String, place: &Place) {
        let error = ManifestError::Missing { table: table.to_owned(), key: format!("`{key}`"), help };
        self.error(error, place);
    }

    fn components(&mut self, layers: &Layers<'t>) -> Vec<Entry> {
        let mut components = Vec::new();
        for (name, value) in layers.table("components") {
            let place = self.place(name);
            let name: &str = name.get_ref();
            if let Err(error) = wiring::component_name(name) {
                self.error(error, &place);
            }
            let (path, sha256) = match value.get_ref() {
                DeValue::Table(table) => (table.get("path"), table.get("sha256")),
                _ => (Some(value), None),
            };
            let Some((path, path_place)) = path.and_then(|path| Some((path.get_ref().as_str()?, self.place(path))))
            else {
                let help = "say which file it is: path = \"NAME.wasm\"".to_owned();
                let error =
                    ManifestError::Missing { table: format!("component `{name}`"), key: "`path`".to_owned(), help };
                self.error(error, &place);
                continue;
            };
            let is_word = value.get_ref().is_str() && error::TREATMENTS.contains(&path);
            if is_word && Capability::named(name).is_some() {
                let is_other = |key: &String| *key != name && Capability::named(key).is_none();
                let names = layers.table("components").into_iter().map(|(key, _)| key.get_ref().to_string());
                let help = error::grant(name, path, &names.filter(is_other).collect::<Vec<_>>());
                let (name, word) = (name.to_owned(), path.to_owned());
                self.error(ManifestError::GrantElsewhere { name, word, help }, &path_place);
                continue;
            }
            let sha256 = sha256.and_then(|digest| Some((digest.get_ref().as_str()?.to_owned(), self.place(digest))));
            if let Some((digest, place)) = &sha256
                && !text::is_sha256(digest)
            {
                self.error(ManifestError::Digest { digest: digest.clone() }, place);
            }
            let sha256 = sha256.map(|(digest, place)| (digest, Some(place)));
            let source = Source::File(self.directory.join(path));
            components.push(Entry { name: name.to_owned(), source, sha256, place: Some(path_place) });
        }
        components
    }

    /// Moves the root to the front.
    fn move_root_first(&mut self, layers: &Layers<'t>, components: &mut [Entry]) {
        let Some((root, place)) = self.text_of(layers, "root") else {
            let help = "say whose exports are the output's: root = \"COMPONENT\"".to_owned();
            return self.missing(&layers.name, "root", help, &layers.header);
        };
        match components.iter().position(|entry| entry.name == root) {
            Some(index) => components.get_mut(..=index).into_iter().for_each(|start| start.rotate_right(1)),
            None => self.unknown_component(root, components, &place),
        }
    }

    fn unknown_component(&mut self, name: &str, components: &[Entry], place: &Place) {
        self.error(wiring::unknown_component(name, components), place);
    }

    fn wires(&mut self, layers: &Layers<'t>, components: &Components<'_>) -> Vec<Wire> {
        self.read_texts(layers, "wire", |key, value| wiring::wire(key, value, components))
    }

    fn exports(&mut self, layers: &Layers<'t>, components: &Components<'_>) -> Vec<Export> {
        self.read_texts(layers, "exports", |key, value| wiring::export(key, value, components))
    }

    /// Reads the entries of a table of texts. Invalid entries become errors.
    fn read_texts<T>(
        &mut self,
        layers: &Layers<'t>,
        table: &str,
        read: impl Fn(PlacedText<'_>, PlacedText<'_>) -> Result<T, At<ManifestError>>,
    ) -> Vec<T> {
        let mut entries = Vec::new();
        for (key, value) in layers.table(table) {
            let Some(text) = value.get_ref().as_str() else { continue };
            let (key_place, place) = (self.place(key), self.place(value));
            match read((key.get_ref(), &key_place), (text, &place)) {
                Ok(entry) => entries.push(entry),
                Err(error) => self.errors.push(error),
            }
        }
        entries
    }

    fn chains(
        &mut self,
        layers: &Layers<'t>,
        components: &Components<'_>,
        wires: &[Wire],
        exports: &[Export],
    ) -> Vec<Chain> {
        let mut chains = Vec::new();
        for (key, value) in layers.table("chain") {
            let (key_place, place) = (self.place(key), self.place(value));
            let links = value.get_ref().as_array().into_iter().flatten();
            let links: Vec<_> = links.filter_map(|link| Some((link.get_ref().as_str()?, self.place(link)))).collect();
            let links: Vec<PlacedText<'_>> = links.iter().map(|(link, place)| (*link, place)).collect();
            match chain::chain((key.get_ref(), &key_place), &links, &place, components) {
                Ok(chain) => chains.push(chain),
                Err(error) => self.errors.push(error),
            }
        }
        chain::number(chains, wires, exports)
    }

    /// Refuses tables that do not go with a document, if they are in the same table as the document or in one that
    /// overrides it. Tables of the manifest that only apply to other outputs are allowed.
    fn refuse_beside_wac(&mut self, layers: &Layers<'t>, decider: usize) {
        for table in layers.whole.iter().take(decider + 1) {
            for key in ["wire", "chain", "exports"] {
                if let Some((item, _)) = table.get_key_value(key) {
                    let place = self.place(item);
                    self.error(ManifestError::NotWithWac { key: format!("[{key}]") }, &place);
                }
            }
        }
        if let Some((item, _)) = layers.composition.get(decider).and_then(|table| table.get_key_value("root")) {
            let place = self.place(item);
            self.error(ManifestError::NotWithWac { key: "`root`".to_owned() }, &place);
        }
    }
}
