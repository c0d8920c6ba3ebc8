//! Policies, `policy.toml`: rules that a finished component must meet.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use miette::Diagnostic;
use serde_json::{Value, json};
use thiserror::Error;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use wildmatch::WildMatch;

use super::manifest::shape::{self, Key, Shape, key};
use super::manifest::{ManifestError, meant_help, near_help, nearest, nearest_grant, tree};
use super::{At, Place, Text, measure};
use crate::name::grammar::{Nameless, nameless};
use crate::name::{self, Capability, Pattern};
use crate::text::{Shown, argument};

/// A policy.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Whether what no rule names is allowed.
    pub(crate) default: bool,
    /// Where that is said.
    pub(crate) default_place: Option<Place>,
    /// Its rules, in order, which means nothing: what any of them denies is denied.
    pub(crate) rules: Vec<Rule>,
    /// How large a component may be, in bytes.
    pub(crate) size: Option<Limit>,
    /// How many components may be nested in it, at whatever depth.
    pub(crate) components: Option<Limit>,
    text: Text,
}

/// What some components may reach.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The components that it is about, and where that is said; all of them without it.
    pub component: Option<(String, Place)>,
    /// What they may reach.
    pub allow: Vec<Named>,
    /// What they may not reach, whatever else is said.
    pub deny: Vec<Named>,
}

/// A pattern, and where it is written.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Named {
    pub pattern: Pattern,
    pub place: Place,
}

/// A name in a policy that nothing has, so that the rule says nothing where something was meant.
#[derive(Debug, Clone)]
pub struct Doubt {
    /// The name, as it is written.
    pub text: String,
    /// What it is meant to name.
    pub kind: Doubted,
    /// What was probably meant, if that can be told.
    pub near: Option<String>,
    /// Whether the rule is to allow it, where it is a pattern.
    pub allows: bool,
    /// Where it is written.
    pub place: Place,
}

/// What a name in a policy is meant to name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubted {
    /// A component: none goes by that name.
    Component,
    /// An interface of WASI, which WASI does not have.
    Interface,
    /// A function of an interface of WASI, which does not have it.
    Function,
    /// An interface of WASI, of a version in which there is none.
    Version,
    /// A function or the like of the world itself, where an interface is imported by that name.
    Label,
    /// A function of an interface by a name by which something else is imported.
    Plain,
}

/// The most that there may be of something.
#[derive(Debug, Clone)]
pub struct Limit {
    /// The number.
    pub value: u64,
    /// As it is written: `20MiB`.
    pub text: String,
    /// Where that is.
    pub place: Place,
}

/// The policy that a composition must meet.
#[derive(Debug, Clone)]
pub struct AppliedPolicy {
    /// The policy.
    pub policy: Policy,
    /// What it calls the composition itself.
    pub name: String,
    /// Whether it also says what the root may use, and so what is taken away from it.
    pub decides: bool,
}

impl AppliedPolicy {
    /// Whether they are about components of a composition by name.
    pub fn name_components(&self) -> bool {
        !self.decides && self.policy.rules.iter().any(|rule| rule.component.is_some())
    }
}

/// A policy that says nothing weld can check.
#[derive(Debug, Clone, Error, Diagnostic)]
#[non_exhaustive]
#[allow(missing_docs)] // The messages say it.
pub enum PolicyError {
    #[error(transparent)]
    #[diagnostic(transparent)]
    Form(#[from] ManifestError),

    #[error("`{file}` is a directory, not a policy")]
    #[diagnostic(help("name the file inside it, such as `policy.toml`"))]
    Directory { file: String },

    #[error("there is no policy `{file}`")]
    #[diagnostic(help("{}", missing_help(.file, .near.as_deref())))]
    Missing { file: String, near: Option<String> },

    #[error("`{name}` is no capability")]
    #[diagnostic(help("{}", capability_help(.name, .near, .known)))]
    Capability { name: String, near: Option<String>, known: Vec<String> },

    #[error("{what} is empty, and names nothing")]
    #[diagnostic(help("{help}"))]
    Empty { what: &'static str, help: &'static str },

    #[error("`{name}` names a package, and so no interface")]
    #[diagnostic(help("`{name}/*` names all of its interfaces"))]
    Package { name: String },

    #[error("`{version}` is no version, so `{name}` names nothing")]
    #[diagnostic(help("write all of it, such as `0.2.0`, which stands for all of 0.2, or leave it out"))]
    Version { name: String, version: String },

    #[error("{0}")]
    #[diagnostic(help("{}", .0.help()))]
    Nameless(Nameless),

    #[error("`{text}` names nothing that WASI has: {what}")]
    #[diagnostic(help("{}", near_help(.near, .known)))]
    NotOfWasi { text: String, what: String, near: Option<String>, known: Vec<String> },

    #[error("the rule says nothing")]
    #[diagnostic(help("say what it allows or denies: allow = [\"stdout\"], deny = [\"sockets\"]"))]
    Nothing,

    #[error("`{text}` is not a size")]
    #[diagnostic(help("write a whole number and its unit, B, KiB, MiB, GiB, kB, MB or GB: \"20MiB\""))]
    Size { text: String },
}

/// What may have been meant by a policy that is missing, and how a first one is written.
fn missing_help(file: &str, near: Option<&str>) -> String {
    let near = near.map(|near| if near.ends_with('?') { format!("{near} ") } else { format!("{near}; ") });
    format!(
        "{}`weld check COMPONENT --suggest -o {}` writes one that allows what the component reaches now",
        near.unwrap_or_default(),
        argument(file)
    )
}

fn capability_help(name: &str, near: &Option<String>, known: &[String]) -> String {
    let help = meant_help(name).unwrap_or_else(|| near_help(near, known));
    match near {
        Some(_) => help,
        None => format!(
            "{help}{} what a component imports by that name alone is `#{name}`, and an interface that it imports under that label \
             `{name}#*`",
            if help.ends_with('?') { "" } else { ";" }
        ),
    }
}

const POLICY: Shape = Shape::Table(&[
    key("default", "Whether what no rule names is allowed; `deny` without it.", Shape::Word(&["allow", "deny"])),
    key("rule", "What components may reach, straight or through others.", Shape::Tables(RULE)),
    key("limits", "How large the component may be.", Shape::Table(LIMITS)),
]);

const RULE: &[Key] = &[
    key(
        "component",
        "The components that the rule is about, with all that is nested in them; `*` stands for any text. All of them \
         without it.",
        Shape::Text,
    ),
    key(
        "allow",
        "What they may reach: capabilities, interfaces (`ns:pkg/iface`, `ns:pkg/*`), functions (`ns:pkg/iface#func`).",
        Shape::Texts,
    ),
    key("deny", "What they may not reach, whatever any rule allows.", Shape::Texts),
];

const LIMITS: &[Key] = &[
    key("size", "How large the binary may be, such as `20MiB`.", Shape::Text),
    key("components", "How many components may be nested in it, at whatever depth.", Shape::Number),
];

/// The JSON Schema of policies, as editors want it.
pub fn schema() -> String {
    let mut schema = POLICY.document("policy.toml");
    let mut insert = |at: &str, key: &str, value: Value| {
        if let Some(Value::Object(found)) = schema.pointer_mut(at) {
            found.insert(key.to_owned(), value);
        }
    };
    let rule = "/properties/rule/items";
    let says = |key: &str| json!({ "required": [key], "properties": { key: { "minItems": 1 } } });
    insert(rule, "anyOf", json!([says("allow"), says("deny")]));
    insert(&format!("{rule}/properties/component"), "pattern", "\\S".into());
    for key in ["allow", "deny"] {
        let words = Capability::names().chain(Capability::groups()).collect::<Vec<_>>().join("|");
        let pattern = format!("^({words}|[^#]*[*:][^#]*|[^#]*#.*\\S.*)$");
        insert(&format!("{rule}/properties/{key}/items"), "pattern", pattern.into());
    }
    insert("/properties/limits/properties/size", "pattern", "^[0-9]+ ?(B|[kK]B|MB|GB|KiB|MiB|GiB)$".into());
    shape::text(&schema)
}

impl Policy {
    /// Reads a policy.
    ///
    /// # Errors
    ///
    /// All that is wrong with it, each at its place.
    pub(crate) fn read(text: Text) -> Result<Policy, Vec<At<PolicyError>>> {
        let table = match tree::parse(&text, "the policy", &POLICY) {
            Ok(table) => table,
            Err(errors) => return Err(errors.into_iter().map(|at| at.map(PolicyError::from)).collect()),
        };
        let mut reader = Reader { text: &text, errors: Vec::new() };
        let rules = table.get("rule").and_then(|rules| rules.get_ref().as_array());
        let rules = rules.into_iter().flatten().filter_map(|rule| reader.rule(rule)).collect();
        let limits = table.get("limits").and_then(|limits| limits.get_ref().as_table());
        let limit = |key: &str| limits.and_then(|limits| limits.get(key));
        let size = limit("size").and_then(|value| reader.size(value));
        let components = limit("components").and_then(|value| reader.number(value));
        let mut errors = reader.errors;
        errors.sort_by_key(At::offset);
        if !errors.is_empty() {
            return Err(errors);
        }
        let default = table.get("default");
        let default_place = default.map(|value| text.place(value.span()));
        let default = default.is_some_and(|value| value.get_ref().as_str() == Some("allow"));
        Ok(Policy { default, default_place, rules, size, components, text })
    }

    /// The interfaces and functions of WASI that its rules name and that WASI does not have: such a rule allows or denies
    /// nothing of what weld knows.
    pub(crate) fn doubts(&self) -> Vec<Doubt> {
        let allowed = self.rules.iter().flat_map(|rule| &rule.allow).filter_map(Doubt::of_wasi);
        let allowed = allowed.map(|doubt| Doubt { allows: true, ..doubt });
        let mut doubts: Vec<Doubt> = allowed.chain(self.denied().filter_map(Doubt::of_wasi)).collect();
        doubts.sort_by_key(|doubt| doubt.place.start());
        doubts
    }

    /// What its rules deny, in order.
    pub(crate) fn denied(&self) -> impl Iterator<Item = &Named> {
        self.rules.iter().flat_map(|rule| &rule.deny)
    }

    /// What messages call its file.
    pub(crate) fn file(&self) -> &str {
        self.text.file()
    }
}

impl Rule {
    /// Whether it is about all components, whatever they are called.
    pub fn is_of_all(&self) -> bool {
        self.component.as_ref().is_none_or(|(pattern, _)| pattern.chars().all(|char| char == '*'))
    }

    /// Whether it is about the components of a name; see `policy` for which names a component has.
    pub fn names(&self, component: &str) -> bool {
        self.component.as_ref().is_none_or(|(pattern, _)| WildMatch::new(pattern).matches(component))
    }
}

impl Doubt {
    /// The same of several components, `others` among them: what was meant is the nearest of what each of them has.
    pub fn with<'d>(&'d self, others: impl IntoIterator<Item = &'d Doubt>) -> Doubt {
        let near = std::iter::once(self).chain(others).filter_map(|doubt| doubt.near.as_deref());
        match self.kind {
            Doubted::Component => Doubt { near: near_component(near, &self.text), ..self.clone() },
            _ => self.clone(),
        }
    }

    /// A rule about a component, where none of `names` is one that it calls components.
    pub fn of_component<'n>(name: &str, place: &Place, names: impl IntoIterator<Item = &'n str>) -> Doubt {
        let near = near_component(names, name);
        Doubt { text: name.to_owned(), kind: Doubted::Component, near, allows: false, place: place.clone() }
    }

    /// Whether the rule that is in doubt is about a component of that name, or one that is nested in it.
    pub fn is_of(&self, component: &str) -> bool {
        let first = self.text.split('/').next().unwrap_or_default();
        self.kind == Doubted::Component && WildMatch::new(first).matches(component)
    }

    /// Of what is imported by a plain name, where a pattern of the other form is meant. `imports` are the names of a component's
    /// imports, each with whether it is an interface.
    ///
    /// Component Model, Explainer, "Import and Export Definitions": an interface that is imported by a label has functions,
    /// and the label is the name of none.
    pub fn of_plain<'n>(denied: &Named, imports: impl IntoIterator<Item = (&'n str, bool)>) -> Option<Doubt> {
        let text = denied.pattern.as_str();
        let (of, function) = name::unqualified(text);
        let function = function.filter(|_| !of.contains(':'))?;
        let name = if of.is_empty() { function } else { of };
        // What means everything is no mistake.
        let is_wild = name.chars().all(|char| char == '*');
        let is_it = |(import, _): &(&str, bool)| !is_wild && WildMatch::new(name).matches(import);
        let (interfaces, others): (Vec<_>, Vec<_>) =
            imports.into_iter().filter(is_it).partition(|(_, is_interface)| *is_interface);
        let (kind, near) = match (of.is_empty(), interfaces.is_empty(), others.is_empty()) {
            (true, false, true) if name.contains(':') => (Doubted::Label, name.to_owned()),
            (true, false, true) => (Doubted::Label, format!("{name}#*")),
            (false, true, false) => (Doubted::Plain, format!("#{name}")),
            _ => return None,
        };
        Some(Doubt { text: text.to_owned(), kind, near: Some(near), allows: false, place: denied.place.clone() })
    }

    /// What a pattern names of WASI and WASI does not have, in any of its versions: an interface, a version, or a function. WASI
    /// has packages that weld does not know, of which nothing is in doubt.
    fn of_wasi(named: &Named) -> Option<Doubt> {
        let text = named.pattern.as_str();
        let (interface, function) = name::unqualified(text);
        let (base, version) = name::versioned(interface);
        let (package, own) = base.split_once('/').map_or((base, None), |(package, own)| (package, Some(own)));
        package.strip_prefix("wasi:")?;
        let doubt = |kind, near: Option<String>| {
            Some(Doubt { text: text.to_owned(), kind, near, allows: false, place: named.place.clone() })
        };
        let known: Vec<String> = name::interfaces().filter(|known| WildMatch::new(base).matches(known)).collect();
        if known.is_empty() {
            let near = near_interface(package, own);
            let near = near.map(|near| name::qualified(&near, function.unwrap_or_default()));
            let is_package =
                |known: &String| known.split('/').next().is_some_and(|of| WildMatch::new(package).matches(of));
            let is_known =
                own.is_some_and(|own| own != "*") && package != ANY && name::interfaces().any(|of| is_package(&of));
            return if near.is_some() || is_known { doubt(Doubted::Interface, near) } else { None };
        }
        let version = version.and_then(|version| semver::Version::parse(version).ok());
        let has = |known: &&String| version.as_ref().is_none_or(|version| name::has_version(known, version));
        let there: Vec<&String> = known.iter().filter(has).collect();
        // Drafts of packages that weld does not know are not known.
        let is_draft = || base == ANY && version.as_ref().is_some_and(|version| !version.pre.is_empty());
        if there.is_empty() && !is_draft() {
            return doubt(Doubted::Version, Some(name::qualified(base, function.unwrap_or_default())));
        }
        let function = function?;
        let functions: Vec<&str> = there.iter().filter_map(|known| name::functions(known)).flatten().collect();
        if functions.iter().any(|known| WildMatch::new(function).matches(known)) {
            return None;
        }
        // Where any package is meant, one that weld does not know may have it.
        let is_any = package == ANY && own.is_none_or(|own| own.contains('*'));
        let near = near_function(&functions, function).map(|near| format!("{interface}#{near}"));
        if near.is_some() || !is_any { doubt(Doubted::Function, near) } else { None }
    }

    /// What is in doubt, in words: one line, whatever the names in it hold.
    pub fn message(&self) -> String {
        let Doubt { text, kind, near, allows, .. } = self;
        let says = if *allows { "allows" } else { "denies" };
        let (interface, function) = name::unqualified(text);
        let mut message = match kind {
            Doubted::Component => format!("the rule for `{text}` applies to nothing: no component has that name"),
            Doubted::Interface => format!("`{text}` {says} nothing that WASI has: there is no `{interface}`"),
            Doubted::Version => {
                let version = name::versioned(interface).1.unwrap_or_default();
                format!("`{text}` {says} nothing that WASI has: there is no version {version} of it")
            }
            Doubted::Label => {
                let name = function.unwrap_or_default();
                format!("`{text}` {says} nothing here: what is imported as `{name}` is an interface")
            }
            Doubted::Plain => {
                format!("`{text}` {says} nothing here: what is imported as `{}` is no interface", interface)
            }
            Doubted::Function => {
                let function = function.unwrap_or_default();
                format!("`{text}` {says} nothing that WASI has: there is no `{function}` in `{interface}`")
            }
        };
        if let Some(near) = near {
            message.push_str(&format!("; did you mean `{near}`?"));
        }
        Shown(&message).to_string()
    }

    /// The same of a rule that is probably for a component of another file.
    pub(crate) fn elsewhere(&self) -> String {
        let ((line, column), file) = (self.place.position(), Shown(self.place.file()));
        format!("the rule for `{}` is about no component here ({file}:{line}:{column})", Shown(&self.text))
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ((line, column), file) = (self.place.position(), Shown(self.place.file()));
        write!(f, "{} ({file}:{line}:{column})", self.message())
    }
}

/// The component that is meant by a name that none has: that of its file, or the nearest one.
fn near_component<'n>(names: impl IntoIterator<Item = &'n str>, name: &str) -> Option<String> {
    let names: Vec<&str> = names.into_iter().collect();
    let file = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = [".wasm", ".wat"].iter().find_map(|end| file.strip_suffix(end)).unwrap_or(file);
    let is_file = |known: &&&str| **known == stem && stem != name;
    names.iter().find(is_file).map(|known| (*known).to_owned()).or_else(|| nearest(names, name))
}

/// All packages of WASI.
const ANY: &str = "wasi:*";

/// What of WASI a name of an interface is nearly, which may have a `*` for any part: of all interfaces of a package, for a
/// misspelt package.
fn near_interface(package: &str, own: Option<&str>) -> Option<String> {
    let own = own?;
    let parts =
        || name::interfaces().filter_map(|known| known.split_once('/').map(|(a, b)| (a.to_owned(), b.to_owned())));
    let is_of = |(of, _): &(String, String)| WildMatch::new(package).matches(of);
    match (package.contains('*'), own.contains('*')) {
        (false, false) => nearest(name::interfaces(), &format!("{package}/{own}")),
        // Of packages that are known, the interface is misspelt.
        (true, false) => Some(format!("{package}/{}", nearest(parts().filter(is_of).map(|(_, own)| own), own)?)),
        (false, true) => {
            let bare = |package: &str| package.strip_prefix("wasi:").map(str::to_owned);
            let known: BTreeSet<String> = parts().filter_map(|(package, _)| bare(&package)).collect();
            let near = nearest(&known, &bare(package)?)?;
            let near = format!("wasi:{near}/{own}");
            let is_there = name::interfaces().any(|known| WildMatch::new(&near).matches(&known));
            (is_there && near != format!("{package}/{own}")).then_some(near)
        }
        (true, true) => None,
    }
}

/// The function that one is nearly, among those that are there.
fn near_function(known: &[&str], function: &str) -> Option<String> {
    // A method is often called by its short name.
    let short = |known: &&&str| known.split_once(['.', ']']).is_some_and(|(_, name)| name == function);
    let is_short = |known: &&&str| known.rsplit_once('.').is_some_and(|(_, name)| name == function) || short(known);
    let near = known.iter().find(is_short).map(|known| (*known).to_owned());
    let near = near.or_else(|| nearest(known.iter().copied(), function).filter(|_| !function.contains('*')));
    // `get-random` is the beginning of two, `open` that of a method's short name.
    let begins = |known: &&&str| {
        let short = known.rsplit_once('.').map_or(**known, |(_, name)| name);
        function.len() > 2 && (known.starts_with(function) || short.starts_with(function))
    };
    let near = near.or_else(|| known.iter().find(begins).map(|known| (*known).to_owned()));
    // `conect` is nearly a word of `start-connect`.
    let words = || known.iter().flat_map(|known| known.rsplit(['.', ']']).next().unwrap_or(known).split('-'));
    let word = || nearest(words(), function).filter(|_| !function.contains('*'));
    let has = |word: &str| known.iter().find(|known| known.split(['.', ']', '-']).any(|of| of == word));
    near.or_else(|| has(&word()?).map(|known| (*known).to_owned()))
}

struct Reader<'t> {
    text: &'t Text,
    errors: Vec<At<PolicyError>>,
}

impl Reader<'_> {
    fn error(&mut self, error: PolicyError, span: Range<usize>) {
        self.errors.push(At::place(error, Some(&self.text.place(span))));
    }

    fn rule(&mut self, rule: &Spanned<DeValue<'_>>) -> Option<Rule> {
        let table = rule.get_ref().as_table()?;
        let component = table.get("component");
        if let Some(component) = component.filter(|value| value.get_ref().as_str().is_some_and(is_blank)) {
            let help = "name the components that the rule is about, or leave it out for all of them";
            self.error(PolicyError::Empty { what: "`component`", help }, component.span());
        }
        let before = self.errors.len();
        let (allow, deny) = (self.patterns(table, "allow"), self.patterns(table, "deny"));
        if allow.is_empty() && deny.is_empty() && self.errors.len() == before {
            self.error(PolicyError::Nothing, rule.span());
        }
        let component =
            component.and_then(|value| Some((value.get_ref().as_str()?.to_owned(), self.text.place(value.span()))));
        Some(Rule { component, allow, deny })
    }

    fn patterns(&mut self, rule: &DeTable<'_>, key: &str) -> Vec<Named> {
        let mut patterns = Vec::new();
        for item in rule.get(key).and_then(|items| items.get_ref().as_array()).into_iter().flatten() {
            let Some(text) = item.get_ref().as_str() else { continue };
            let place = || self.text.place(item.span());
            match (Capability::group(text), wrong(text)) {
                (Some(names), _) => {
                    patterns.extend(names.iter().map(|name| Named { pattern: Pattern::parse(name), place: place() }));
                }
                (None, Some(error)) => self.error(error, item.span()),
                (None, None) => patterns.push(Named { pattern: Pattern::parse(text), place: place() }),
            }
        }
        patterns
    }

    fn size(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Limit> {
        let text = value.get_ref().as_str()?;
        match measure::bytes(text) {
            Some(bytes) => Some(Limit { value: bytes, text: text.to_owned(), place: self.text.place(value.span()) }),
            None => {
                self.error(PolicyError::Size { text: text.to_owned() }, value.span());
                None
            }
        }
    }

    fn number(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Limit> {
        let DeValue::Integer(number) = value.get_ref() else { return None };
        // Its shape has been checked, so it is one.
        let value_of = u64::from_str_radix(number.as_str(), number.radix()).ok()?;
        Some(Limit { value: value_of, text: value_of.to_string(), place: self.text.place(value.span()) })
    }
}

/// What a text asks for, outside of a policy: patterns, or a word for several capabilities, such as `network`. `imports` are what
/// the component imports, each with whether it is an interface: one that has a plain name goes by that.
///
/// # Errors
///
/// Where it names nothing.
pub fn asked<'n>(text: &str, imports: impl IntoIterator<Item = (&'n str, bool)>) -> Result<Vec<Pattern>, PolicyError> {
    let plain: Vec<(&str, bool)> = imports.into_iter().filter(|(name, _)| !name.contains(':')).collect();
    let own = plain.iter().find(|(name, _)| *name == text);
    if let Some((name, is_interface)) = own.filter(|_| Capability::named(text).is_none()) {
        let pattern = if *is_interface { format!("{name}#*") } else { format!("#{name}") };
        return Ok(vec![Pattern::parse(&pattern)]);
    }
    match (Capability::called(text), wrong(text)) {
        (Some(meant), _) => Ok(meant.iter().map(|name| Pattern::parse(name)).collect()),
        (None, Some(PolicyError::Capability { name, near: None, known })) => {
            let near = nearest(plain.iter().map(|(name, _)| *name), text);
            Err(PolicyError::Capability { name, near, known })
        }
        (None, Some(error)) => Err(error),
        (None, None) => Ok(vec![Pattern::parse(text)]),
    }
}

/// The error for a text that names something of WASI which WASI does not have, in any of its versions.
pub fn not_of_wasi(text: &str) -> Option<PolicyError> {
    let named = Named { pattern: Pattern::parse(text), place: Text::new("", text).place(0..0) };
    let Doubt { kind, near, .. } = Doubt::of_wasi(&named)?;
    let (interface, function) = name::unqualified(text);
    let (base, version) = name::versioned(interface);
    let function = function.unwrap_or_default();
    let what = match kind {
        Doubted::Version => format!("there is no version {} of `{base}`", version.unwrap_or_default()),
        Doubted::Function => format!("there is no `{function}` in `{interface}`"),
        _ => format!("there is no `{interface}`"),
    };
    let package = base.split('/').next().unwrap_or_default();
    let known: Vec<String> = match kind {
        Doubted::Function => {
            let of = name::interfaces().filter(|known| WildMatch::new(base).matches(known));
            let functions = of.filter_map(|known| name::functions(&known)).flatten();
            functions.map(str::to_owned).collect()
        }
        _ => name::interfaces().filter(|known| known.split('/').next() == Some(package)).collect(),
    };
    Some(PolicyError::NotOfWasi { text: text.to_owned(), what, near, known })
}

/// What is wrong with the text of a pattern: what can name nothing would deny nothing.
pub(crate) fn wrong(text: &str) -> Option<PolicyError> {
    let name = || text.to_owned();
    let help = "name a capability, an interface or a function";
    let (interface, function) = name::unqualified(text);
    if is_blank(text) {
        return Some(PolicyError::Empty { what: "the pattern", help });
    }
    if function.is_some_and(is_blank) {
        return Some(PolicyError::Empty { what: "the function after `#`", help: "`#*` names all functions" });
    }
    if let Some(nameless) = nameless(text) {
        return Some(PolicyError::Nameless(nameless));
    }
    let (base, version) = name::versioned(interface);
    if let Some(version) = version.filter(|version| semver::Version::parse(version).is_err()) {
        return Some(PolicyError::Version { name: name(), version: version.to_owned() });
    }
    if base.contains(':') && !base.contains(['/', '*']) {
        return Some(PolicyError::Package { name: base.to_owned() });
    }
    let is_plain = function.is_none() && !text.contains([':', '*']);
    if is_plain && Capability::named(text).is_none() {
        let known = || Capability::names();
        let near = nearest_grant(known(), text);
        return Some(PolicyError::Capability { name: name(), near, known: known().map(str::to_owned).collect() });
    }
    None
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}
