//! What is said of settings, key by key, be it in the tables of a manifest or in several flags; and once all is said,
//! whether it goes together.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::item::{Item, not_yet, unquoted};
use super::mounts::{Mounts, guest_path, size};
use super::shape::Below;
use super::{ManifestError, rules, shape, tree};
use crate::describe::setting::{Clock, Input, KeyValue, Names, Sockets, Stream, Variables};
use crate::describe::{At, Grant, Grants, Place, Settings, Source, Treatment, measure};
use crate::name::grammar::nameless;
use crate::name::{Capability, Pattern};
use crate::text::Shown;

/// Settings on their way: what was said so far, over what others had said before.
pub(crate) struct Draft<'d> {
    grants: &'d mut Grants,
    /// What paths of files are relative to.
    directory: &'d Path,
    /// Where each thing was said, by the keys that lead to it.
    said: BTreeMap<Vec<String>, Place>,
    /// Where something of a capability was set first.
    set: BTreeMap<String, Place>,
    time: Option<(u64, u32)>,
    step: Option<u64>,
    mounts: Mounts,
    /// Where rules are, by the key whose they are.
    ruled: BTreeMap<String, Vec<Place>>,
    errors: Vec<At<ManifestError>>,
}

impl<'d> Draft<'d> {
    /// A draft of what is to be added to grants. What they say already counts where nothing else is said.
    pub(crate) fn new(grants: &'d mut Grants, directory: &'d Path) -> Self {
        Draft {
            grants,
            directory,
            said: BTreeMap::new(),
            set: BTreeMap::new(),
            time: None,
            step: None,
            mounts: Mounts::default(),
            ruled: BTreeMap::new(),
            errors: Vec::new(),
        }
    }

    fn error(&mut self, error: ManifestError, place: &Place) {
        self.errors.push(At::place(error, Some(place)));
    }

    /// Takes what is said of a name: a word, or a table of settings. Its shape has been checked.
    pub(crate) fn say(&mut self, name: &str, item: &Item<'_>) {
        match item.value.get_ref() {
            DeValue::String(word) => {
                let path = [name.to_owned()];
                if let Some(nameless) = nameless(name) {
                    return self.error(ManifestError::Nameless(nameless), &item.key);
                }
                if let Some(names) = Capability::group(name) {
                    return self.group(names, word, &path, item);
                }
                if self.once(&path, item) && self.not_mixed(name, item, false) {
                    match self.grants.word(name, word, Some(item.key.clone())) {
                        Ok(()) => {}
                        Err(error) => self.error(error, &item.place()),
                    }
                }
            }
            DeValue::Table(table) if !shape::is_known(name) => {
                if let Some(nameless) = nameless(name) {
                    return self.error(ManifestError::Nameless(nameless), &item.key);
                }
                match item.items(table).find(|of| of.name == "returns") {
                    Some(of) => self.stub(name, &Item { name, key: item.key.clone(), value: of.value, text: of.text }),
                    None => {
                        let error = ManifestError::Nothing { name: name.to_owned(), help: "returns = \"VALUE\"" };
                        self.error(error, &item.place());
                    }
                }
            }
            DeValue::Table(table) if self.not_mixed(name, item, true) => self.table(name, table, item),
            _ => {}
        }
    }

    /// Takes the value that a function returns, a text in WAVE.
    pub(crate) fn stub(&mut self, name: &str, item: &Item<'_>) {
        let pattern = Pattern::parse(name);
        if !pattern.can_be_of_a_function() {
            return self.error(ManifestError::NoFunction { name: name.to_owned() }, &item.key);
        }
        let value = item.value.get_ref().as_str().map(str::to_owned);
        if self.once(&[name.to_owned()], item) {
            self.grants.set(Grant { returns: value, ..Grant::new(pattern, Treatment::Return, Some(item.key.clone())) });
        }
    }

    /// Takes what is said of several capabilities by one word. What is said of one of them by its own name counts, before this and
    /// after it.
    fn group(&mut self, names: &[&str], word: &str, path: &[String], item: &Item<'_>) {
        if !self.once(path, item) {
            return;
        }
        for name in names {
            let is_said = self.said.contains_key([(*name).to_owned()].as_slice()) || self.set.contains_key(*name);
            if is_said {
                continue;
            }
            if let Err(error) = self.grants.word(name, word, Some(item.key.clone())) {
                self.error(error, &item.place());
            }
        }
    }

    /// Takes what is said of a capability: each key of a table.
    fn table(&mut self, name: &str, table: &DeTable<'_>, item: &Item<'_>) {
        self.set.entry(name.to_owned()).or_insert(item.key.clone());
        match name {
            "env" => _ = self.grants.settings.env.get_or_insert_default(),
            "config" => _ = self.grants.settings.config.get_or_insert_default(),
            "keyvalue" => _ = self.grants.settings.keyvalue.get_or_insert_default(),
            _ if table.is_empty() => {
                let help = match name {
                    "args" => "set = [\"PROGRAM\", \"ARGUMENT\"]",
                    "cwd" => "set = \"/\"",
                    "stdin" => "text = \"…\", or file = \"…\"",
                    "clocks" => "fixed = \"2026-01-01T00:00:00Z\"",
                    "random" => "seed = 42",
                    "http" => "allow = [\"https://api.example.com\"]",
                    "sockets" => {
                        "connect = [\"10.0.0.1:443\"], listen = [\"127.0.0.1:8080\"] or lookup = [\"*.internal\"]"
                    }
                    _ => "\"/tmp\" = { memory = \"1MiB\" }",
                };
                self.error(ManifestError::Nothing { name: name.to_owned(), help }, &item.place());
            }
            _ => {}
        }
        for item in item.items(table) {
            self.key(name, item.name, &item);
        }
    }

    /// Takes what is said of a key of a capability: `env.set`, or of one below that: `env.set.LANG`, `fs./tmp.memory`.
    pub(crate) fn setting(&mut self, name: &str, key: &str, item: &Item<'_>) {
        let shown = format!("{name}.{key}");
        let known = shape::keys(name);
        let (path, below) = parts(name, key, item.value.get_ref());
        let Some(of) = shape::of_setting(name, path, below) else {
            let error = ManifestError::unknown_key(&format!("[{name}]"), key, known);
            return self.error(error, &item.key);
        };
        if let Err(errors) = tree::check(item.text, &shown, item.value, of) {
            return self.errors.extend(errors);
        }
        if !self.not_mixed(name, item, true) {
            return;
        }
        self.set.entry(name.to_owned()).or_insert(item.key.clone());
        match (name, below) {
            ("fs", Some(below)) => self.mount(path, below.name, item),
            ("keyvalue", Some(Below { name: bucket, inner: Some(key) })) => {
                self.pair(unquoted(bucket), unquoted(key), item);
            }
            ("keyvalue", Some(bucket)) => self.bucket(unquoted(bucket.name), item),
            (_, Some(below)) => self.variable(name, unquoted(below.name), item),
            (_, None) => self.key(name, path, item),
        }
    }

    fn key(&mut self, name: &str, key: &str, item: &Item<'_>) {
        if name == "fs" {
            let DeValue::Table(table) = item.value.get_ref() else { return };
            if self.guest_path(key, &item.key).is_some_and(|path| self.mounts.open(key, &path, item, &mut self.errors))
            {
                for item in item.items(table) {
                    self.mount(key, item.name, &item);
                }
            }
            return;
        }
        if let ("env" | "config", "set", DeValue::Table(table)) = (name, key, item.value.get_ref()) {
            self.variables(name);
            for item in item.items(table) {
                self.variable(name, item.name, &item);
            }
            return;
        }
        if let ("keyvalue", "set", DeValue::Table(table)) = (name, key, item.value.get_ref()) {
            for item in item.items(table) {
                self.bucket(item.name, &item);
            }
            return;
        }
        if !self.once(&[name.to_owned(), key.to_owned()], item) {
            return;
        }
        match (name, key, item.value.get_ref()) {
            ("env" | "config", "allow", DeValue::Boolean(all)) => {
                self.variables(name).allow = if *all { Names::All } else { Names::None };
            }
            ("env" | "config", "allow", _) => {
                let names = self.names(name, item);
                self.variables(name).allow = if names.is_empty() { Names::None } else { Names::Some(names) };
            }
            ("env" | "config", "deny", _) => {
                let names = self.names(name, item);
                self.variables(name).deny = names;
            }
            ("args", "set", _) => {
                let arguments = item.texts();
                for (argument, place) in &arguments {
                    self.no_zero(argument, "an argument", place);
                }
                self.grants.settings.args = Some(arguments.into_iter().map(|(argument, _)| argument).collect());
            }
            ("cwd", "set", DeValue::String(path)) => self.grants.settings.cwd = self.guest_path(path, &item.place()),
            ("stdin", "text", DeValue::String(text)) => {
                self.grants.settings.stdin = Some(Input::Text(text.clone().into_owned()));
            }
            ("stdin", "file", DeValue::String(path)) if path.is_empty() => {
                self.error(ManifestError::NoPath, &item.place());
            }
            ("stdin", "file", DeValue::String(path)) => {
                let file = Source::File(self.directory.join(path.as_ref()));
                self.grants.settings.stdin = Some(Input::File { file, place: Some(item.place()) });
            }
            ("clocks", "fixed", value) => {
                let (text, time) = match value {
                    DeValue::Datetime(time) => (time.to_string(), measure::moment(time)),
                    value => {
                        let text = value.as_str().unwrap_or_default();
                        (text.to_owned(), measure::time(text))
                    }
                };
                match time {
                    Ok(time) => self.time = Some(time),
                    Err(reason) => self.error(ManifestError::Time { text, reason }, &item.place()),
                }
            }
            ("clocks", "step", DeValue::String(text)) => match measure::duration(text) {
                Some(step) => self.step = Some(step),
                None => self.error(ManifestError::Duration { text: text.clone().into_owned() }, &item.place()),
            },
            ("keyvalue", _, _) => match size(item) {
                Ok(size) => self.keyvalue().memory = size,
                Err(error) => self.error(error, &item.place()),
            },
            ("http", _, _) => self.requests(key, item),
            ("sockets", _, _) => self.sockets(key, item),
            ("random", "seed", _) => self.grants.settings.seed = item.number(),
            _ => {}
        }
    }

    fn variables(&mut self, name: &str) -> &mut Variables {
        let Settings { env, config, .. } = &mut self.grants.settings;
        if name == "env" { env } else { config }.get_or_insert_default()
    }

    fn variable(&mut self, name: &str, variable: &str, item: &Item<'_>) {
        let path = [name.to_owned(), "set".to_owned(), variable.to_owned()];
        let Some(value) = item.value.get_ref().as_str().filter(|_| self.once(&path, item)) else { return };
        if let Err(error) = is_variable(name, variable) {
            return self.error(error, &item.key);
        }
        if name == "env" {
            self.no_zero(value, "the value of a variable", &item.place());
        }
        self.variables(name).set.insert(variable.to_owned(), value.to_owned());
    }

    fn keyvalue(&mut self) -> &mut KeyValue {
        self.grants.settings.keyvalue.get_or_insert_default()
    }

    /// The keys of a bucket, with their values.
    fn bucket(&mut self, bucket: &str, item: &Item<'_>) {
        let DeValue::Table(table) = item.value.get_ref() else { return };
        self.keyvalue().set.entry(bucket.to_owned()).or_default();
        for item in item.items(table) {
            self.pair(bucket, item.name, &item);
        }
    }

    /// A key of a bucket, with its value.
    fn pair(&mut self, bucket: &str, key: &str, item: &Item<'_>) {
        let path = ["keyvalue", "set", bucket, key].map(str::to_owned);
        let Some(value) = item.value.get_ref().as_str().filter(|_| self.once(&path, item)) else { return };
        let keys = self.keyvalue().set.entry(bucket.to_owned()).or_default();
        keys.insert(key.to_owned(), value.to_owned());
    }

    /// Rules for requests, in an array.
    fn requests(&mut self, key: &str, item: &Item<'_>) {
        let texts = self.rules(key, item, &rules::of_request);
        let rules = self.grants.settings.http.get_or_insert_default();
        *if key == "allow" { &mut rules.allow } else { &mut rules.deny } = texts;
    }

    /// Rules for sockets, in an array.
    fn sockets(&mut self, key: &str, item: &Item<'_>) {
        let texts = self.rules(key, item, &|text| rules::of_socket(key, text));
        let Sockets { connect, listen, lookup } = self.grants.settings.sockets.get_or_insert_default();
        *match key {
            "connect" => connect,
            "listen" => listen,
            _ => lookup,
        } = texts;
    }

    /// The rules of an array, each of which can be read or is an error.
    fn rules(&mut self, key: &str, item: &Item<'_>, wrong: &dyn Fn(&str) -> Option<ManifestError>) -> Vec<String> {
        let (texts, places): (Vec<String>, Vec<Place>) = item.texts().into_iter().unzip();
        for (text, place) in texts.iter().zip(&places) {
            if let Some(error) = wrong(text) {
                self.error(error, place);
            }
        }
        self.ruled.insert(key.to_owned(), places);
        texts
    }

    /// The names of variables in an array.
    fn names(&mut self, name: &str, item: &Item<'_>) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for (variable, place) in item.texts() {
            match is_passed(name, &variable) {
                Ok(()) => _ = names.insert(variable),
                Err(error) => self.error(error, &place),
            }
        }
        names
    }

    fn mount(&mut self, spelled: &str, key: &str, item: &Item<'_>) {
        let Some(path) = self.guest_path(spelled, &item.key) else { return };
        let keys = ["fs".to_owned(), path.clone(), key.to_owned()];
        if self.mounts.open(spelled, &path, item, &mut self.errors) && self.once(&keys, item) {
            let wrong = self.mounts.say(&path, key, item, self.directory);
            self.errors.extend(wrong.map(|error| At::place(error, Some(&item.place()))));
        }
    }

    /// A path of the guest's, as it is kept.
    fn guest_path(&mut self, path: &str, place: &Place) -> Option<String> {
        match guest_path(path) {
            Ok(path) => Some(path),
            Err(error) => {
                self.error(error, place);
                None
            }
        }
    }

    fn no_zero(&mut self, text: &str, what: &'static str, place: &Place) {
        if text.contains('\0') {
            self.error(ManifestError::Zero { what }, place);
        }
    }

    /// Refuses to be told something twice: one of the two would be ignored.
    fn once(&mut self, path: &[String], item: &Item<'_>) -> bool {
        match self.said.insert(path.to_vec(), item.key.clone()) {
            None => true,
            Some(first) => {
                let name = path.iter().map(|part| Shown(part).to_string()).collect::<Vec<_>>().join(".");
                self.errors.push(At::place(ManifestError::Twice { name }, Some(&item.key)).also(&first));
                false
            }
        }
    }

    /// Refuses a word beside settings of the same name.
    fn not_mixed(&mut self, name: &str, item: &Item<'_>, is_set: bool) -> bool {
        let other = if is_set { self.said.get([name.to_owned()].as_slice()) } else { self.set.get(name) };
        match other.cloned() {
            None => true,
            Some(first) => {
                let error = ManifestError::Mixed { name: name.to_owned() };
                self.errors.push(At::place(error, Some(&item.key)).also(&first));
                false
            }
        }
    }

    /// Adds what was said to the grants, if it goes together.
    ///
    /// # Errors
    ///
    /// All that is wrong with what was said.
    pub(crate) fn finish(self) -> Result<(), Vec<At<ManifestError>>> {
        let Draft { grants, said, set, time, step, mounts, ruled, mut errors, .. } = self;
        let settings = &mut grants.settings;
        let at = |keys: &[&str]| said.get(&keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>());
        for (name, variables) in [("env", &settings.env), ("config", &settings.config)] {
            if let (Some(Variables { allow: Names::None, deny, .. }), Some(place)) = (variables, at(&[name, "deny"]))
                && !deny.is_empty()
            {
                errors.push(At::place(ManifestError::DenyOfNothing { name: name.to_owned() }, Some(place)));
            }
        }
        if let (None, Some(deny)) = (at(&["http", "allow"]), at(&["http", "deny"])) {
            errors.push(At::place(ManifestError::Without { key: "deny", needed: "allow" }, Some(deny)));
        } else if errors.is_empty() && set.contains_key("http") {
            let idle = settings.http.iter().flat_map(rules::idle);
            errors.extend(
                idle.map(|(key, at, error)| At::place(error, ruled.get(key).and_then(|places| places.get(at)))),
            );
        }
        if let (Some(text), Some(file)) = (at(&["stdin", "text"]), at(&["stdin", "file"])) {
            let error = ManifestError::Both { name: "stdin".to_owned(), first: "text", second: "file" };
            errors.push(At::place(error, Some(text)).also(file));
        }
        match (time, step, at(&["clocks", "step"])) {
            (Some((seconds, nanoseconds)), step, _) => {
                settings.clock = Some(Clock { seconds, nanoseconds, step: step.unwrap_or_default() });
            }
            (None, _, Some(step)) if at(&["clocks", "fixed"]).is_none() => {
                let error = ManifestError::Without { key: "step", needed: "fixed" };
                errors.push(At::place(error, Some(step)));
            }
            _ => {}
        }
        if let Some((keyvalue, place)) = settings.keyvalue.as_ref().zip(set.get("keyvalue"))
            && keyvalue.used() > keyvalue.memory
        {
            let error = ManifestError::TooSmall { size: keyvalue.memory, used: keyvalue.used() };
            errors.push(At::place(error, Some(at(&["keyvalue", "memory"]).unwrap_or(place))));
        }
        settings.mounts.extend(mounts.finish(&mut errors));
        for (name, place) in set {
            grants.provide(&name, Some(place));
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// What a flag names of a capability: a key, and the names below it. `env.set`, `env.set.LANG`, `fs./tmp`, `fs./tmp.embed`,
/// `keyvalue.set.default`, `keyvalue.set.default.visits`.
pub(super) fn parts<'k>(name: &str, key: &'k str, value: &DeValue<'_>) -> (&'k str, Option<Below<'k>>) {
    let below = |name| Below { name, inner: None };
    match key.split_once('.') {
        _ if name == "fs" => {
            let (path, key) = Mounts::split(key, value);
            (path, key.map(below))
        }
        // The names of variables contain dots. Only buckets have keys.
        Some((key, bucket)) if name == "keyvalue" && value.as_table().is_none() => match split_name(bucket) {
            Some((bucket, inner)) => (key, Some(Below { name: bucket, inner: Some(inner) })),
            None => (key, Some(below(bucket))),
        },
        Some((key, name)) => (key, Some(below(name))),
        None => (key, None),
    }
}

/// Splits names at the first dot that is not in quotes.
fn split_name(names: &str) -> Option<(&str, &str)> {
    let quote = names.chars().next().filter(|quote| ['"', '\''].contains(quote));
    let end = match quote {
        Some(quote) => names.get(1..)?.find(quote)? + 2,
        None => names.find('.')?,
    };
    let (name, rest) = names.split_at_checked(end)?;
    Some((name, rest.strip_prefix('.')?))
}

/// Whether something can be the name of a variable, of the environment or of the configuration.
pub(crate) fn is_variable(of: &str, name: &str) -> Result<(), ManifestError> {
    let reason = match name {
        "" => "it is empty",
        name if of == "env" && name.contains('=') => "`=` would end it",
        name if of == "env" && name.contains('\0') => "a zero would end it",
        _ => return Ok(()),
    };
    Err(ManifestError::VariableName { name: Shown(name).to_string(), reason })
}

/// Whether the variable of the host that has a name can be passed on. A name is taken literally, so that one with a `*` in it is meant
/// otherwise.
pub(crate) fn is_passed(of: &str, name: &str) -> Result<(), ManifestError> {
    if name.contains('*') {
        let reason = "names are no patterns: name each variable, or pass on all of them";
        return Err(ManifestError::VariableName { name: Shown(name).to_string(), reason });
    }
    is_variable(of, name)
}

impl Grants {
    /// Adds what a word says of a name, which may be `default`: a treatment, or the shortest form of a setting.
    ///
    /// # Errors
    ///
    /// Where nothing can do what it says.
    pub(crate) fn word(&mut self, name: &str, word: &str, place: Option<Place>) -> Result<(), ManifestError> {
        let settings = &mut self.settings;
        match (name, word) {
            ("stdin", "empty") => settings.stdin = Some(Input::Text(String::new())),
            ("stdout", "stderr") => settings.stdout = Some(Stream::Stderr),
            ("stderr", "stdout") => settings.stderr = Some(Stream::Stdout),
            ("keyvalue", "memory") => settings.keyvalue = Some(KeyValue::default()),
            ("logging", "stderr") => settings.logging = true,
            _ => {
                let treatment = match (name, word) {
                    ("stdout", "stdout") | ("stderr", "stderr") => Some(Treatment::Allow),
                    (_, word) => Treatment::named(word),
                };
                settings.clear(name);
                self.add(name, treatment.ok_or_else(|| not_yet(name))?, place);
                return Ok(());
            }
        }
        self.provide(name, place);
        Ok(())
    }

    /// Has a capability come from a provider.
    pub(crate) fn provide(&mut self, name: &str, place: Option<Place>) {
        self.set(Grant::new(Pattern::parse(name), Treatment::Provide, place));
    }
}

#[cfg(test)]
mod tests;
