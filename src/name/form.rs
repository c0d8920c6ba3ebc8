//! The forms of names, by the grammar of the validator.
//!
//! Component Model, Explainer, "Import and Export Definitions". A delimiter of one form can be part of the text of
//! another: `url=<https://example.com/a@1#b>` has a `#`, an `@` and a `/`. So no other module takes names apart.

use std::borrow::Cow;

use semver::Version;
use wasmparser::WasmFeatures;
use wasmparser::names::{ComponentName, ComponentNameKind};

/// The form of the name of an import or export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form<'a> {
    /// A function without a resource type, a type, or another item with a plain name: `label`.
    Label(&'a str),
    /// The constructor of a resource type: `[constructor]resource`.
    Constructor(&'a str),
    /// A function whose first parameter is a handle of a resource type: `[method]resource.name`.
    Method(Member<'a>),
    /// Another function of a resource type: `[static]resource.name`.
    Static(Member<'a>),
    /// An interface of a package: `ns:pkg/iface@version`.
    Interface(InterfaceName<'a>),
    /// An obsolete name of an import that states its implementation: [`is_obsolete`].
    Obsolete(&'a str),
}

/// A function of a resource type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Member<'a> {
    /// The name of the resource type, in the interface or world of the function.
    pub resource: &'a str,
    /// The name of the function, in the resource type.
    pub name: &'a str,
}

/// The parts of an interface name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InterfaceName<'a> {
    /// The name without the version: `ns:pkg/iface`.
    pub base: &'a str,
    /// `ns:pkg`.
    pub package: &'a str,
    /// `iface`. Nested names, which not every validator accepts, have several of these, separated by `/`.
    pub interface: &'a str,
    /// The text after the `@`.
    pub version: Option<&'a str>,
}

impl<'a> Form<'a> {
    /// Parses a name. `None` if the text is not a valid name, such as a pattern with a `*`.
    pub(crate) fn of(name: &'a str) -> Option<Form<'a>> {
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

    /// The resource type of a constructor, method or static function.
    pub(crate) fn resource(self) -> Option<&'a str> {
        match self {
            Form::Constructor(resource) => Some(resource),
            Form::Method(member) | Form::Static(member) => Some(member.resource),
            Form::Label(_) | Form::Interface(_) | Form::Obsolete(_) => None,
        }
    }
}

impl<'a> Member<'a> {
    /// Parses the text after the brackets of a valid name.
    fn of(text: &'a str) -> Option<Member<'a>> {
        let (resource, name) = text.split_once('.')?;
        Some(Member { resource, name })
    }
}

impl<'a> InterfaceName<'a> {
    /// Parses an interface name. `None` if the text is not one.
    pub(crate) fn read(name: &'a str) -> Option<InterfaceName<'a>> {
        match Form::of(name)? {
            Form::Interface(interface) => Some(interface),
            _ => None,
        }
    }

    /// Parses a name that wasmparser accepts as an interface name. wasmparser accepts any text as the version, which
    /// the validator checks later. The methods of wasmparser's own type panic if the version contains a `:`.
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

/// The innermost text in brackets in a name of the Canonical ABI: `stream-read-0` in `[async-lower][stream-read-0]f`.
pub(crate) fn bracketed(name: &str) -> Option<&str> {
    let (_, inner) = name.rsplit_once('[')?;
    Some(inner.split_once(']')?.0)
}

/// Whether a name has an obsolete form, which states the implementation of an import: `url=<…>`, `locked-dep=<…>`,
/// `unlocked-dep=<…>`, `integrity=<…>`. The Component Model no longer has such names.
pub(crate) fn is_obsolete(name: &str) -> bool {
    ["url=", "locked-dep=", "unlocked-dep=", "integrity="].iter().any(|start| name.starts_with(start))
}

/// Splits a name, or a pattern, into the part before the version and the version. Only names of interfaces and packages
/// have a version.
pub(crate) fn versioned(name: &str) -> (&str, Option<&str>) {
    match name.split_once('@').filter(|_| !is_obsolete(name)) {
        Some((base, version)) => (base, Some(version)),
        None => (name, None),
    }
}

/// The part of a name before the version. The version can be any text.
pub(crate) fn base(name: &str) -> &str {
    versioned(name).0
}

/// Splits an interface name into `ns:pkg/iface` and its version. `None` for names that are not interfaces.
///
/// A name with a version that is not SemVer is not split either: it is compatible with no other name.
pub(crate) fn split(name: &str) -> Option<(&str, Option<Version>)> {
    let InterfaceName { base, version, .. } = InterfaceName::read(name)?;
    match version {
        None => Some((base, None)),
        Some(version) => Some((base, Some(Version::parse(version).ok()?))),
    }
}

/// The form in which names that are denied are compared: in lower case and without hyphens. A version keeps its
/// hyphens, but not its build metadata, which is not significant (Semantic Versioning 2.0.0, no. 10).
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| byte.is_ascii_uppercase() || byte == b'-' || byte == b'+') {
        return Cow::Borrowed(text);
    }
    let (name, version) = text.split_at(text.find('@').unwrap_or(text.len()));
    let version = version.split('+').next().unwrap_or_default();
    Cow::Owned(name.chars().filter(|c| *c != '-').map(|c| c.to_ascii_lowercase()).chain(version.chars()).collect())
}

/// The form in which names of imports, exports, parameters, fields, cases and flags are compared. Two names of one
/// scope are strongly unique if these forms differ.
///
/// Component Model, Explainer, "Name Uniqueness": in lower case, and without annotations other than `[constructor]`.
/// Newer validators also remove hyphens, and keep `[set]`.
pub(crate) fn canonical(name: &str) -> String {
    let bare = |text: &str| text.chars().filter(|c| *c != '-').map(|c| c.to_ascii_lowercase()).collect::<String>();
    // Component Model, Explainer, "Name Uniqueness": a member with the name of its resource type conflicts with that
    // type.
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
        // Hyphens in a version are significant.
        Some(Form::Interface(InterfaceName { base, version: Some(version), .. })) => {
            format!("{}@{version}", bare(base))
        }
        Some(Form::Interface(InterfaceName { base, version: None, .. })) => bare(base),
        // Digests and addresses are compared as they are.
        Some(Form::Obsolete(_)) => name.to_owned(),
        None if is_obsolete(name) => name.to_owned(),
        // An annotation that wasmparser does not know.
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

/// The name of an item in messages and patterns: the import and the item, separated by `#`. The import is empty for an
/// import of the world itself, and the item for an interface as such.
pub(crate) fn qualified(interface: &str, function: &str) -> String {
    match (interface, function) {
        ("", name) | (name, "") => name.to_owned(),
        (interface, function) => format!("{interface}#{function}"),
    }
}

/// If `name` is `label` with a number of at least 2, the label and its numbered forms before that one: `y` and `y2` for
/// `y3`. `None` for any other name.
pub(crate) fn numbered<'n>(label: &'n str, name: &str) -> Option<impl Iterator<Item = String> + use<'n>> {
    let text = name.strip_prefix(label)?;
    let number = text.parse::<u32>().ok().filter(|number| *number > 1 && number.to_string() == text)?;
    Some(std::iter::once(label.to_owned()).chain((2..number).map(move |number| format!("{label}{number}"))))
}

/// A path of names as text for messages. The first name is that of an import or an export.
pub(crate) fn shown(path: &[String]) -> String {
    path.split_last().map_or_else(String::new, |(name, outer)| qualified(&outer.join("#"), name))
}

/// Splits text of a message or a pattern into the import and the item, if there is one: the inverse of [`qualified`].
pub(crate) fn unqualified(text: &str) -> (&str, Option<&str>) {
    // An obsolete name may contain a `#`. Such a name ends at the first `>#`.
    let end = match is_obsolete(text) && text.contains('>') {
        true => text.find(">#").map(|at| at + 1),
        false => text.find('#'),
    };
    match end.and_then(|end| Some((text.get(..end)?, text.get(end + 1..)?))) {
        Some((import, item)) => (import, Some(item)),
        None => (text, None),
    }
}

/// The component of a further instance, by the name of the instance: `kv` for `kv#1`. `None` for other names.
pub(crate) fn unnumbered(instance: &str) -> Option<&str> {
    let is_number = |number: &str| number.bytes().all(|byte| byte.is_ascii_digit());
    instance.rsplit_once('#').filter(|(_, number)| is_number(number)).map(|(component, _)| component)
}

#[cfg(test)]
mod tests;
