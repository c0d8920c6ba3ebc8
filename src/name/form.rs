//! What a name says that it is, by the grammar that the validator reads it by.
//!
//! Component Model, Explainer, "Import and Export Definitions". The delimiters of one form are letters of another: there is a `#`, an
//! `@` and a `/` in `url=<https://example.com/a@1#b>`. So names are taken apart here, and nowhere else.

use std::borrow::Cow;

use semver::Version;
use wasmparser::WasmFeatures;
use wasmparser::names::{ComponentName, ComponentNameKind};

/// What the name of an import or export says that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form<'a> {
    /// A function that is of no resource type, a type, or anything else with a name of its own: `label`.
    Label(&'a str),
    /// The constructor of a resource type: `[constructor]resource`.
    Constructor(&'a str),
    /// A function that takes a handle of a resource type first: `[method]resource.name`.
    Method(Member<'a>),
    /// Another function of a resource type: `[static]resource.name`.
    Static(Member<'a>),
    /// An interface of a package: `ns:pkg/iface@version`.
    Interface(InterfaceName<'a>),
    /// The implementation that is meant, as names of imports could once say: [`is_obsolete`].
    Obsolete(&'a str),
}

/// A function of a resource type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member<'a> {
    /// The resource type, by its name in the interface or the world of the function.
    pub resource: &'a str,
    /// The function, by its name in the resource type.
    pub name: &'a str,
}

/// The parts of the name of an interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InterfaceName<'a> {
    /// All but the version: `ns:pkg/iface`.
    pub base: &'a str,
    /// `ns:pkg`.
    pub package: &'a str,
    /// `iface`. With nested names, which not every validator takes, there may be more of these, with `/` in between.
    pub interface: &'a str,
    /// The text after the `@`.
    pub version: Option<&'a str>,
}

impl<'a> Form<'a> {
    /// The form of a name. `None` for text that names nothing, such as a pattern with a `*`.
    pub fn of(name: &'a str) -> Option<Form<'a>> {
        let parsed = ComponentName::new_with_features(name, 0, WasmFeatures::all()).ok()?;
        Some(match parsed.kind() {
            ComponentNameKind::Label(_) => Form::Label(name),
            ComponentNameKind::Constructor(_) => Form::Constructor(name.strip_prefix("[constructor]")?),
            ComponentNameKind::Method(_) => Form::Method(Member::of(name.strip_prefix("[method]")?)?),
            ComponentNameKind::Static(_) => Form::Static(Member::of(name.strip_prefix("[static]")?)?),
            ComponentNameKind::Interface(_) => Form::Interface(InterfaceName::of(name)?),
            ComponentNameKind::Dependency(_) | ComponentNameKind::Url(_) | ComponentNameKind::Hash(_) => {
                Form::Obsolete(name)
            }
        })
    }

    /// The resource type of which it names a function.
    pub fn resource(self) -> Option<&'a str> {
        match self {
            Form::Constructor(resource) => Some(resource),
            Form::Method(member) | Form::Static(member) => Some(member.resource),
            Form::Label(_) | Form::Interface(_) | Form::Obsolete(_) => None,
        }
    }
}

impl<'a> Member<'a> {
    /// Reads what follows the brackets of a valid name.
    fn of(text: &'a str) -> Option<Member<'a>> {
        let (resource, name) = text.split_once('.')?;
        Some(Member { resource, name })
    }
}

impl<'a> InterfaceName<'a> {
    /// The parts of a name, where it is that of an interface.
    pub fn read(name: &'a str) -> Option<InterfaceName<'a>> {
        match Form::of(name)? {
            Form::Interface(interface) => Some(interface),
            _ => None,
        }
    }

    /// Reads a name that the parser takes for that of an interface. It takes any text for a version, which the validator reads
    /// later; the methods of its own type panic where there is a `:` in one.
    fn of(name: &'a str) -> Option<InterfaceName<'a>> {
        let (base, version) = versioned(name);
        let is_of_version = |byte: u8| byte.is_ascii_alphanumeric() || b".+-".contains(&byte);
        if !version.unwrap_or_default().bytes().all(is_of_version) {
            return None;
        }
        let (package, interface) = base.split_once('/')?;
        Some(InterfaceName { base, package, interface, version })
    }
}

/// The innermost word in brackets of a name of the Canonical ABI: `stream-read-0` of `[async-lower][stream-read-0]f`.
pub fn bracketed(name: &str) -> Option<&str> {
    let (_, inner) = name.rsplit_once('[')?;
    Some(inner.split_once(']')?.0)
}

/// Whether a name says which implementation is meant, as names of imports could: `url=<…>`, `locked-dep=<…>`,
/// `unlocked-dep=<…>`, `integrity=<…>`. The Component Model no longer has such names.
pub fn is_obsolete(name: &str) -> bool {
    ["url=", "locked-dep=", "unlocked-dep=", "integrity="].iter().any(|start| name.starts_with(start))
}

/// A name, or the pattern of one, without its version; and the version. Only names of interfaces and packages have one.
pub fn versioned(name: &str) -> (&str, Option<&str>) {
    match name.split_once('@').filter(|_| !is_obsolete(name)) {
        Some((base, version)) => (base, Some(version)),
        None => (name, None),
    }
}

/// The name of an interface without its version, whatever that is.
pub fn base(name: &str) -> &str {
    versioned(name).0
}

/// Splits an interface name into `ns:pkg/iface` and its version. `None` for names that are not interfaces.
///
/// A version that is not SemVer counts as part of no interface name: such a name only ever equals itself.
pub fn split(name: &str) -> Option<(&str, Option<Version>)> {
    let InterfaceName { base, version, .. } = InterfaceName::read(name)?;
    match version {
        None => Some((base, None)),
        Some(version) => Some((base, Some(Version::parse(version).ok()?))),
    }
}

/// What is compared of a name that is taken away, or of a pattern of one: neither case nor hyphens, but for those of a version, and
/// of that no build metadata, by which versions do not differ (Semantic Versioning 2.0.0, no. 10).
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| byte.is_ascii_uppercase() || byte == b'-' || byte == b'+') {
        return Cow::Borrowed(text);
    }
    let (name, version) = text.split_at(text.find('@').unwrap_or(text.len()));
    let version = version.split('+').next().unwrap_or_default();
    Cow::Owned(name.chars().filter(|c| *c != '-').map(|c| c.to_ascii_lowercase()).chain(version.chars()).collect())
}

/// What is compared of the name of an import, export, parameter, field, case or flag: two names of one scope are strongly
/// unique if they differ in that.
///
/// Component Model, Explainer, "Name Uniqueness": without case, and without annotations but for `[constructor]`. Validators
/// since compare them without hyphens as well, and know `[set]`, which stays.
pub fn canonical(name: &str) -> String {
    let bare = |text: &str| text.chars().filter(|c| *c != '-').map(|c| c.to_ascii_lowercase()).collect::<String>();
    // Component Model, Explainer, "Name Uniqueness": the member of a resource type that is called as that is, is one with it.
    let of_resource = |text: &str| {
        let text = bare(text);
        text.split_once('.').filter(|(resource, name)| resource == name).map(|(resource, _)| resource.to_owned())
    };
    let member = |text: &str| of_resource(text).unwrap_or_else(|| bare(text));
    match Form::of(name) {
        Some(Form::Label(text)) => bare(text),
        Some(Form::Constructor(resource)) => format!("[constructor]{}", bare(resource)),
        Some(Form::Method(Member { resource, name }) | Form::Static(Member { resource, name })) => {
            member(&format!("{resource}.{name}"))
        }
        // Versions have an order of their own, in which hyphens count.
        Some(Form::Interface(InterfaceName { base, version: Some(version), .. })) => {
            format!("{}@{version}", bare(base))
        }
        Some(Form::Interface(InterfaceName { base, version: None, .. })) => bare(base),
        // Digests and addresses are what they are.
        Some(Form::Obsolete(_)) => name.to_owned(),
        None if is_obsolete(name) => name.to_owned(),
        // Annotations that the parser does not know.
        None => match name.rsplit_once(']') {
            Some((annotations, text)) if annotations.ends_with("[constructor") => {
                format!("[constructor]{}", bare(text))
            }
            Some((annotations, text)) if annotations.ends_with("[set") => {
                of_resource(text).unwrap_or_else(|| format!("[set]{}", bare(text)))
            }
            Some((_, text)) => member(text),
            None => member(name),
        },
    }
}

/// A function of an interface, as messages and patterns call it. Either may be empty: for what a world imports itself,
/// and for an interface as such.
pub fn qualified(interface: &str, function: &str) -> String {
    match (interface, function) {
        ("", name) | (name, "") => name.to_owned(),
        (interface, function) => format!("{interface}#{function}"),
    }
}

/// The labels before one that is another with a number: that one, and it with each number before, which begin at 2. `y` and `y2`
/// for `y3`. None for any other name.
pub fn numbered<'n>(label: &'n str, name: &str) -> Option<impl Iterator<Item = String> + use<'n>> {
    let text = name.strip_prefix(label)?;
    let number = text.parse::<u32>().ok().filter(|number| *number > 1 && number.to_string() == text)?;
    Some(std::iter::once(label.to_owned()).chain((2..number).map(move |number| format!("{label}{number}"))))
}

/// A path of names, of which the first is that of an import or an export, as messages call what it leads to.
pub fn shown(path: &[String]) -> String {
    path.split_last().map_or_else(String::new, |(name, outer)| qualified(&outer.join("#"), name))
}

/// What messages and patterns say, as an import and the item of it, if they say one: the opposite of [`qualified`].
pub fn unqualified(text: &str) -> (&str, Option<&str>) {
    // A name that may have a `#` of its own ends with a `>`, and has no other before a `#`.
    let end = match is_obsolete(text) && text.contains('>') {
        true => text.find(">#").map(|at| at + 1),
        false => text.find('#'),
    };
    match end.and_then(|end| Some((text.get(..end)?, text.get(end + 1..)?))) {
        Some((import, item)) => (import, Some(item)),
        None => (text, None),
    }
}

/// The component that an instance is a further one of, by its name: `kv` for `kv#1`.
pub fn unnumbered(instance: &str) -> Option<&str> {
    let is_number = |number: &str| number.bytes().all(|byte| byte.is_ascii_digit());
    instance.rsplit_once('#').filter(|(_, number)| is_number(number)).map(|(component, _)| component)
}

#[cfg(test)]
mod tests;
