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
    /// Whether functions that no rule names are allowed.
    pub(crate) default: bool,
    /// The place of the default in the user's text.
    pub(crate) default_place: Option<Place>,
    /// The rules. Their order is not significant: a function that any rule denies is denied.
    pub(crate) rules: Vec<Rule>,
    /// The maximal size of a component, in bytes.
    pub(crate) size: Option<Limit>,
    /// The maximal number of components nested in a component, at any depth.
    pub(crate) components: Option<Limit>,
    text: Text,
}

/// A rule: the functions that some components may reach.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    /// A pattern for the names of the components that the rule applies to, with its place. `None` for all components.
    pub component: Option<(String, Place)>,
    /// The patterns of functions that they may reach.
    pub allow: Vec<Named>,
    /// The patterns of functions that they may not reach. These take precedence over all others.
    pub deny: Vec<Named>,
}

/// A pattern, with its place in the user's text.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub(crate) struct Named {
    pub pattern: Pattern,
    pub place: Place,
}

/// A name in a policy that matches nothing, so that its rule has no effect.
#[derive(Debug, Clone)]
pub(crate) struct Doubt {
    /// The name as it is written.
    pub text: String,
    /// The kind of item that the name is for.
    pub kind: Doubted,
    /// The name that was probably meant, if there is a similar one.
    pub near: Option<String>,
    /// Whether the name is a pattern that a rule allows.
    pub allows: bool,
    /// The place of the name in the user's text.
    pub place: Place,
}

/// The kind of item that a name in a policy is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doubted {
    /// A component. None has that name.
    Component,
    /// An interface of WASI that does not exist.
    Interface,
    /// A function that does not exist in its interface of WASI.
    Function,
    /// An interface of WASI that does not exist in the stated version.
    Version,
    /// An item of the world itself, but an interface is imported by that name.
    Label,
    /// A function of an interface, but another kind of item is imported by the name of the interface.
    Plain,
}

/// A maximum.
#[derive(Debug, Clone)]
pub(crate) struct Limit {
    /// The number.
    pub value: u64,
    /// The number as it is written: `20MiB`.
    pub text: String,
    /// The place of the number in the user's text.
    pub place: Place,
}

/// The policy that a composition must meet.
#[derive(Debug, Clone)]
pub(crate) struct AppliedPolicy {
    /// The policy.
    pub policy: Policy,
    /// The name of the composition itself in the policy.
    pub name: String,
    /// Whether the policy also determines the grants of the root. If so, functions that it denies are refused.
    pub decides: bool,
}

impl AppliedPolicy {
    /// Whether rules name components of the composition.
    pub(crate) fn name_components(&self) -> bool {
        !self.decides && self.policy.rules.iter().any(|rule| rule.component.is_some())
    }
}

/// Errors of a policy.
#[derive(Debug, Clone, Error, Diagnostic)]
#[non_exhaustive]
#[allow(missing_docs)] // The messages say it.
pub(crate) enum PolicyError {
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

/// Help for a missing policy: a similar file name, and the command that writes a first policy.
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

/// The JSON Schema of policies, for editors.
pub(crate) fn schema() -> String {
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
    /// All errors of the text, each at its place.
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

    /// Names in the rules that WASI does not have. A rule with such a name has no effect on functions that weld knows.
    pub(crate) fn doubts(&self) -> Vec<Doubt> {
        let allowed = self.rules.iter().flat_map(|rule| &rule.allow).filter_map(Doubt::of_wasi);
        let allowed = allowed.map(|doubt| Doubt { allows: true, ..doubt });
        let mut doubts: Vec<Doubt> = allowed.chain(self.denied().filter_map(Doubt::of_wasi)).collect();
        doubts.sort_by_key(|doubt| doubt.place.start());
        doubts
    }

    /// The patterns that the rules deny, in order.
    pub(crate) fn denied(&self) -> impl Iterator<Item = &Named> {
        self.rules.iter().flat_map(|rule| &rule.deny)
    }

    /// The name of its file in messages.
    pub(crate) fn file(&self) -> &str {
        self.text.file()
    }
}

impl Rule {
    /// Whether it applies to all components.
    pub(crate) fn is_of_all(&self) -> bool {
        self.component.as_ref().is_none_or(|(pattern, _)| pattern.chars().all(|char| char == '*'))
    }

    /// Whether it applies to the components with a name. The names of a component are defined in the module `policy`.
    pub(crate) fn names(&self, component: &str) -> bool {
        self.component.as_ref().is_none_or(|(pattern, _)| WildMatch::new(pattern).matches(component))
    }
}

impl Doubt {
    /// This doubt about several components: the suggestion is the nearest of those in it and in `others`.
    pub(crate) fn with<'d>(&'d self, others: impl IntoIterator<Item = &'d Doubt>) -> Doubt {
        let near = std::iter::once(self).chain(others).filter_map(|doubt| doubt.near.as_deref());
        match self.kind {
            Doubted::Component => Doubt { near: near_component(near, &self.text), ..self.clone() },
            _ => self.clone(),
        }
    }

    /// The doubt about a rule for a component that is not among `names`, the names of all components.
    pub(crate) fn of_component<'n>(name: &str, place: &Place, names: impl IntoIterator<Item = &'n str>) -> Doubt {
        let near = near_component(names, name);
        Doubt { text: name.to_owned(), kind: Doubted::Component, near, allows: false, place: place.clone() }
    }

    /// Whether the rule is for a component with that name, or for one nested in it.
    pub(crate) fn is_of(&self, component: &str) -> bool {
        let first = self.text.split('/').next().unwrap_or_default();
        self.kind == Doubted::Component && WildMatch::new(first).matches(component)
    }

    /// The doubt about a denied pattern that has the wrong form for an import with a plain name. `imports` are the
    /// names of the imports of a component, each with whether it is an interface.
    ///
    /// Component Model, Explainer, "Import and Export Definitions": the label of an imported interface is not the name
    /// of a function.
    pub(crate) fn of_plain<'n>(denied: &Named, imports: impl IntoIterator<Item = (&'n str, bool)>) -> Option<Doubt> {
        let text = denied.pattern.as_str();
        let (interface, function) = name::unqualified(text);
        let function = function.filter(|_| !interface.contains(':'))?;
        let name = if interface.is_empty() { function } else { interface };
        // A name of only `*` is meant to match everything.
        let is_wild = name.chars().all(|char| char == '*');
        let is_it = |(import, _): &(&str, bool)| !is_wild && WildMatch::new(name).matches(import);
        let (interfaces, others): (Vec<_>, Vec<_>) =
            imports.into_iter().filter(is_it).partition(|(_, is_interface)| *is_interface);
        let (kind, near) = match (interface.is_empty(), interfaces.is_empty(), others.is_empty()) {
            (true, false, true) if name.contains(':') => (Doubted::Label, name.to_owned()),
            (true, false, true) => (Doubted::Label, format!("{name}#*")),
            (false, true, false) => (Doubted::Plain, format!("#{name}")),
            _ => return None,
        };
        Some(Doubt { text: text.to_owned(), kind, near: Some(near), allows: false, place: denied.place.clone() })
    }

    /// The doubt about a pattern of an interface, a version or a function that no version of WASI has. Packages of WASI
    /// that weld does not know are not doubted.
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
        // A draft version may be that of an unknown package.
        let is_draft = || base == ANY && version.as_ref().is_some_and(|version| !version.pre.is_empty());
        if there.is_empty() && !is_draft() {
            return doubt(Doubted::Version, Some(name::qualified(base, function.unwrap_or_default())));
        }
        let function = function?;
        let functions: Vec<&str> = there.iter().filter_map(|known| name::functions(known)).flatten().collect();
        if functions.iter().any(|known| WildMatch::new(function).matches(known)) {
            return None;
        }
        // An unknown package may have the function, if the pattern matches any package.
        let is_any = package == ANY && own.is_none_or(|own| own.contains('*'));
        let near = near_function(&functions, function).map(|near| format!("{interface}#{near}"));
        if near.is_some() || !is_any { doubt(Doubted::Function, near) } else { None }
    }

    /// The doubt as a single line, whatever characters the names have.
    pub(crate) fn message(&self) -> String {
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

    /// The doubt about a rule that is probably for a component of another file.
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

/// The component that an unknown name was probably meant for: the one of that file, or the nearest name.
fn near_component<'n>(names: impl IntoIterator<Item = &'n str>, name: &str) -> Option<String> {
    let names: Vec<&str> = names.into_iter().collect();
    let file = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = [".wasm", ".wat"].iter().find_map(|end| file.strip_suffix(end)).unwrap_or(file);
    let is_file = |known: &&&str| **known == stem && stem != name;
    names.iter().find(is_file).map(|known| (*known).to_owned()).or_else(|| nearest(names, name))
}

/// The pattern of all packages of WASI.
const ANY: &str = "wasi:*";

/// The known interface that is nearest to a name, of which any part may contain `*`. For a misspelt package it is a
/// pattern of the interfaces of the nearest package.
fn near_interface(package: &str, own: Option<&str>) -> Option<String> {
    let own = own?;
    let parts =
        || name::interfaces().filter_map(|known| known.split_once('/').map(|(a, b)| (a.to_owned(), b.to_owned())));
    let is_of = |(of, _): &(String, String)| WildMatch::new(package).matches(of);
    match (package.contains('*'), own.contains('*')) {
        (false, false) => nearest(name::interfaces(), &format!("{package}/{own}")),
        // The package is known, so the name of the interface is misspelt.
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

/// The known function that is nearest to a name.
fn near_function(known: &[&str], function: &str) -> Option<String> {
    // Users often write only the short name of a method.
    let short = |known: &&&str| known.split_once(['.', ']']).is_some_and(|(_, name)| name == function);
    let is_short = |known: &&&str| known.rsplit_once('.').is_some_and(|(_, name)| name == function) || short(known);
    let near = known.iter().find(is_short).map(|known| (*known).to_owned());
    let near = near.or_else(|| nearest(known.iter().copied(), function).filter(|_| !function.contains('*')));
    // For `get-random` and `open`: the name may be the start of a function, or of the short name of a method.
    let begins = |known: &&&str| {
        let short = known.rsplit_once('.').map_or(**known, |(_, name)| name);
        function.len() > 2 && (known.starts_with(function) || short.starts_with(function))
    };
    let near = near.or_else(|| known.iter().find(begins).map(|known| (*known).to_owned()));
    // For `conect`: the name may be a misspelt word of `start-connect`.
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
        // The shape has been checked, so this is a number.
        let value_of = u64::from_str_radix(number.as_str(), number.radix()).ok()?;
        Some(Limit { value: value_of, text: value_of.to_string(), place: self.text.place(value.span()) })
    }
}

/// Reads a text outside of a policy: a pattern, or a word for several capabilities, such as `network`. `imports` are
/// the names of the imports of the component, each with whether it is an interface. The text may be one of the plain
/// names among these.
///
/// # Errors
///
/// The text is not a valid pattern.
pub(crate) fn asked<'n>(
    text: &str,
    imports: impl IntoIterator<Item = (&'n str, bool)>,
) -> Result<Vec<Pattern>, PolicyError> {
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

/// The error for a text that names an interface, a version or a function that WASI does not have.
pub(crate) fn not_of_wasi(text: &str) -> Option<PolicyError> {
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

/// The error for an invalid pattern. A pattern that can match nothing would deny nothing.
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
