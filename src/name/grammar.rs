//! Finds patterns that cannot name anything in any component.
//!
//! Component Model, Explainer, "Import and Export Definitions": the grammar of the names of interfaces and functions.

use std::fmt;

use super::{Capability, base, unqualified};
use crate::text::Shown;

/// A pattern that cannot name anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Nameless {
    /// The pattern.
    pub text: String,
    /// The mistake in it.
    pub fault: Fault,
    /// The pattern that was probably meant, if there is a suggestion.
    pub meant: Option<String>,
}

/// A mistake in a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The pattern contains blanks or control characters.
    Blank,
    /// A part of the pattern is empty.
    EmptyPart,
    /// The pattern contains a `?`, which is no wildcard.
    QuestionMark,
    /// The pattern contains a character that no name has.
    Character(char),
    /// A word mixes upper and lower case, or the name of a package has upper case.
    Case,
    /// The version follows the function.
    VersionOfFunction,
    /// A capability is followed by a function.
    FunctionOfCapability,
    /// The pattern contains more than one `#`.
    SecondHash,
    /// A function that is neither a method nor static contains a `.`.
    Dot,
    /// The annotation in brackets does not exist.
    Brackets,
    /// A constructor has a name besides that of its resource type.
    Constructor,
    /// A method or a static function has no resource type.
    NoResource,
}

impl fmt::Display for Nameless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = Shown(&self.text);
        match self.fault {
            Fault::Blank => write!(f, "`{text}` has blanks, and no name has any"),
            Fault::EmptyPart => write!(f, "a part of `{text}` is empty, and so it names nothing"),
            Fault::QuestionMark => write!(f, "`{text}` names nothing: only `*` stands for other text"),
            Fault::Character(char) => write!(f, "`{text}` names nothing: names have no `{}`", char.escape_debug()),
            Fault::Case => write!(f, "`{text}` has capital letters where names have none, and so names nothing"),
            Fault::VersionOfFunction => write!(f, "`{text}` has a version after a function, and functions have none"),
            Fault::FunctionOfCapability => {
                write!(f, "`{text}` names nothing: a capability has no functions of its own")
            }
            Fault::SecondHash => write!(f, "`{text}` has two `#`, and names nothing"),
            Fault::Dot => write!(f, "`{text}` names nothing: only methods and static functions have a `.`"),
            Fault::Brackets => {
                write!(f, "`{text}` names nothing: in brackets there is `constructor`, `method` or `static`")
            }
            Fault::Constructor => write!(f, "`{text}` names nothing: a constructor is called after its resource type"),
            Fault::NoResource => write!(f, "`{text}` names nothing: a method is called `[method]RESOURCE.NAME`"),
        }
    }
}

impl Nameless {
    /// Explains in words what to do.
    pub(crate) fn help(&self) -> String {
        match (&self.meant, self.fault) {
            (Some(meant), Fault::FunctionOfCapability) => {
                let (capability, _) = unqualified(&self.text);
                format!("did you mean `{meant}`? All of the capability is `{capability}`")
            }
            (Some(meant), _) => format!("did you mean `{meant}`?"),
            (None, Fault::Case) => {
                "packages are written in lower case, and so is each word of another name, unless all \
                                    of it is in capital letters"
                    .to_owned()
            }
            (None, Fault::Character('.')) => {
                "a method is written `ns:pkg/iface#[method]RESOURCE.NAME`, as `weld inspect -v` prints it".to_owned()
            }
            (None, Fault::EmptyPart) => "write `ns:pkg/iface`, or `ns:pkg/*` for all of a package".to_owned(),
            (None, _) => {
                "write `ns:pkg/iface`, or `ns:pkg/iface#func` for a function of it; `*` stands for any text".to_owned()
            }
        }
    }
}

/// Finds the mistake in a pattern. `None` if its form is that of a pattern that can name something.
pub(crate) fn nameless(text: &str) -> Option<Nameless> {
    let wrong = |fault, meant| Some(Nameless { text: text.to_owned(), fault, meant });
    if let Some(blank) = text.chars().find(|char| char.is_whitespace() || char.is_control()) {
        let meant = text.split_whitespace().collect::<Vec<_>>().join("");
        let meant = Some(meant).filter(|meant| !blank.is_control() && nameless(meant).is_none());
        return wrong(Fault::Blank, meant);
    }
    let (import, function) = unqualified(text);
    // Names of obsolete forms, such as `url=<https://example.com/A>`, have another grammar. A `*` may stand for their start.
    if super::is_obsolete(import) || import.contains('<') || (import.contains('=') && import.contains('*')) {
        return None;
    }
    let known = |meant: &&str| Capability::named(meant).is_some() || meant.contains(':');
    if let Some((name, _)) = import.split_once('=') {
        return wrong(Fault::Character('='), Some(name).filter(known).map(str::to_owned));
    }
    if let Some(flag) = import.strip_prefix("--") {
        let meant = flag.strip_prefix("allow-").unwrap_or(flag);
        return wrong(Fault::EmptyPart, Some(meant).filter(known).map(str::to_owned));
    }
    if let Some(function) = function {
        if Capability::named(import).is_some() {
            let interface = Capability::named(import).and_then(Capability::interface);
            return wrong(Fault::FunctionOfCapability, interface.map(|interface| format!("{interface}#{function}")));
        }
        if function.contains('#') {
            return wrong(Fault::SecondHash, None);
        }
    }
    let of_import = || interface(import).map(|(fault, meant)| (fault, meant.map(|meant| rejoined(&meant, function))));
    let of_function = || {
        let name = function.filter(|name| !name.is_empty())?;
        of_function(import, name).map(|(fault, meant)| (fault, meant.map(|meant| rejoined_at(import, &meant, fault))))
    };
    let (fault, meant) = of_import().or_else(of_function)?;
    // A suggestion must not contain another mistake.
    wrong(fault, meant.filter(|meant| nameless(meant).is_none()))
}

fn rejoined(import: &str, function: Option<&str>) -> String {
    match function {
        Some(function) => format!("{import}#{function}"),
        None => import.to_owned(),
    }
}

/// Joins the import with a suggestion for the function. A version of the function is moved to the import.
fn rejoined_at(import: &str, function: &str, fault: Fault) -> String {
    match (fault, function.split_once('@')) {
        (Fault::VersionOfFunction, Some((function, version))) if base(import) == import && !import.is_empty() => {
            format!("{import}@{version}#{function}")
        }
        (Fault::VersionOfFunction, Some((function, _))) => format!("{import}#{function}"),
        _ => format!("{import}#{function}"),
    }
}

type Wrong = (Fault, Option<String>);

/// Finds the mistake in the name of an import.
fn interface(text: &str) -> Option<Wrong> {
    let (name, version) = match text.split_once('@') {
        Some((name, version)) => (name, format!("@{version}")),
        None => (text, String::new()),
    };
    if text.is_empty() {
        return None;
    }
    if name.contains('?') {
        return Some((Fault::QuestionMark, Some(name.replace('?', "*") + &version)));
    }
    let parts: Vec<&str> = name.split([':', '/']).collect();
    if parts.iter().any(|part| part.is_empty()) {
        let meant = name.strip_suffix('/').map(|package| format!("{package}/*{version}"));
        return Some((Fault::EmptyPart, meant.filter(|_| name.contains(':'))));
    }
    for part in parts {
        if let Some((fault, meant)) = kebab(part) {
            // For a method without its interface, no suggestion would be complete.
            let meant = meant.filter(|_| name != part || !part.contains('.'));
            return Some((fault, meant.map(|meant| name.replace(part, &meant) + &version)));
        }
    }
    (!is_cased(name)).then_some((Fault::Case, None))
}

/// Finds the mistake in the name of a function, or of another item of an import.
fn of_function(import: &str, name: &str) -> Option<Wrong> {
    // An item of an import, or of the world, can have the name of an interface.
    if name.contains([':', '<', '=']) {
        return interface(name);
    }
    if name.contains('@') {
        return Some((Fault::VersionOfFunction, Some(name.to_owned())));
    }
    if name.contains('?') {
        return Some((Fault::QuestionMark, Some(name.replace('?', "*"))));
    }
    let Some(annotated) = name.strip_prefix('[') else {
        return match name.split_once('.') {
            // A `*` before the `.` can also match the annotation.
            Some((resource, member)) if resource.contains('*') => {
                kebab(member).map(|(fault, meant)| (fault, meant.map(|meant| format!("{resource}.{meant}"))))
            }
            Some(_) => Some((Fault::Dot, Some(format!("[method]{name}")))),
            None => kebab(name),
        };
    };
    let Some((kind, member)) = annotated.split_once(']') else {
        return (!annotated.contains('*')).then_some((Fault::Brackets, None));
    };
    let with = |member: &str| Some(format!("[{kind}]{member}"));
    match (kind, member.split_once('.')) {
        ("constructor", Some((resource, _))) if !member.contains('*') => Some((Fault::Constructor, with(resource))),
        ("method" | "static", None) if !member.contains('*') => {
            // A function of that name without a resource type may be meant.
            Some((Fault::NoResource, Some(member.to_owned()).filter(|member| !import.is_empty() && !member.is_empty())))
        }
        ("constructor" | "method" | "static", _) => {
            let (part, (fault, meant)) = member.split('.').find_map(|part| Some((part, kebab(part)?)))?;
            Some((fault, meant.and_then(|meant| with(&member.replacen(part, &meant, 1)))))
        }
        _ if kind.contains('*') => None,
        _ => {
            let kinds = ["constructor", "method", "static"];
            let near = kinds.into_iter().min_by_key(|known| strsim::levenshtein(known, kind));
            Some((Fault::Brackets, near.map(|near| format!("[{near}]{member}"))))
        }
    }
}

/// Finds the mistake in words that are separated by `-`. A `*` may stand for any of them.
fn kebab(name: &str) -> Option<Wrong> {
    if name.is_empty() {
        return Some((Fault::EmptyPart, None));
    }
    let unknown = |char: &char| !char.is_ascii_alphanumeric() && !['-', '*'].contains(char);
    if let Some(char) = name.chars().find(unknown) {
        let meant = name.replace(['_', ' ', '.'], "-").to_ascii_lowercase();
        return Some((
            Fault::Character(char),
            Some(meant).filter(|meant| !meant.contains(|char: char| unknown(&char))),
        ));
    }
    if name.split('-').any(str::is_empty) {
        let meant: Vec<&str> = name.split('-').filter(|word| !word.is_empty()).collect();
        return Some((Fault::EmptyPart, Some(meant.join("-")).filter(|meant| !meant.is_empty())));
    }
    let is_mixed = |word: &str| {
        let has = |is: fn(&char) -> bool| word.chars().any(|char| is(&char));
        has(char::is_ascii_uppercase) && has(char::is_ascii_lowercase)
    };
    name.split(['-', '*']).any(is_mixed).then(|| (Fault::Case, Some(lowered(name)).filter(|meant| meant != name)))
}

/// Converts camel case to the form of names: `getRandom` to `get-random`.
fn lowered(name: &str) -> String {
    let mut text = String::new();
    let mut before = '-';
    for char in name.chars() {
        if char.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit()) {
            text.push('-');
        }
        text.push(char.to_ascii_lowercase());
        before = char;
    }
    text
}

/// Whether the case of an interface pattern is possible. Packages are in lower case. A word of another name may be
/// entirely in upper case, such as `HTTP`.
fn is_cased(base: &str) -> bool {
    let has_capitals = |text: &str| text.contains(|char: char| char.is_ascii_uppercase());
    // The text before a `/` is always a package. Without a `/`, the package ends at the first `*` after the namespace.
    let package = match (base.rsplit_once('/'), base.rsplit_once(':')) {
        (Some((package, _)), _) => package,
        (None, Some((namespace, package))) => {
            let package = package.split('*').next().unwrap_or_default();
            base.get(..namespace.len() + 1 + package.len()).unwrap_or(base)
        }
        (None, None) => "",
    };
    !has_capitals(package)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{Fault, nameless};

    fn meant(text: &str) -> Option<String> {
        nameless(text).unwrap_or_else(|| panic!("{text} is taken")).meant
    }

    #[test]
    fn pattern_grammar_has_no_values_and_no_flags() {
        for (text, expected) in [
            ("http=https://a.b", Some("http")),
            ("wasi:cli/stdout=deny", Some("wasi:cli/stdout")),
            ("a=b", None),
            ("--allow-http", Some("http")),
            ("--stdout", Some("stdout")),
            ("--nothing", None),
        ] {
            assert_eq!(meant(text).as_deref(), expected, "{text}");
        }
        for text in ["url=<https://example.com/A>", "*=<https://example.com/*>", "unlocked-dep=<a:b>"] {
            assert_eq!(nameless(text), None, "{text}");
        }
    }

    #[test]
    fn pattern_grammar_accepts_names_that_can_occur() {
        for text in [
            "random",
            "log",
            "*",
            "wasi:*",
            "wasi:random/*",
            "wasi:random/random",
            "wasi:random/random@0.2.0",
            "wasi:io/*@0.2.0",
            "a:b/to-HTTP#GET",
            "#log",
            "#*",
            "#LOG",
            "kv#*",
            "*#get",
            "a:*HTTP",
            "#l*",
            "wasi:io/streams#[method]output-stream.*",
            "wasi:io/streams#*fail",
            "a:b/c#[constructor]r",
            "a:b/c#[static]r.open",
            "a:b/c#[*]r.m",
            "a:b/c#[meth*",
            "a:b/c#*.read",
            "#wasi:random/random@0.2.0",
            "a:b/c#d:e/f@1.0.0",
            "url=<https://example.com/Ab>",
            "a:b:c/d/e",
            "l*",
            "a1:b2/c-3d",
            "acme:kv/*#d*",
            "a:b/c#[constructor]*",
        ] {
            assert_eq!(nameless(text), None);
        }
    }

    #[test]
    fn pattern_grammar_suggests_the_nearest_name() {
        for (text, expected) in [
            ("wasi:random/random ", "wasi:random/random"),
            (" random", "random"),
            ("wasi:random/", "wasi:random/*"),
            ("wasi:random/@0.2.0", "wasi:random/*@0.2.0"),
            ("w?si:random/random", "w*si:random/random"),
            ("wasi:random/random#get_random_u64", "wasi:random/random#get-random-u64"),
            ("wasi:random/random#getRandomU64", "wasi:random/random#get-random-u64"),
            ("wasi:random/random#get-random-u64@0.2.0", "wasi:random/random@0.2.0#get-random-u64"),
            ("wasi:random/random@0.2.0#get-random-u64@0.2.0", "wasi:random/random@0.2.0#get-random-u64"),
            ("random#*", "wasi:random/random#*"),
            ("wasi:io/streams#output-stream.write", "wasi:io/streams#[method]output-stream.write"),
            ("wasi:io/streams#[methode]output-stream.write", "wasi:io/streams#[method]output-stream.write"),
            ("a:b/c#[constructor]r.new", "a:b/c#[constructor]r"),
            ("a:b/c#[method]get", "a:b/c#get"),
            ("a:b/some_thing", "a:b/some-thing"),
            ("a:b/c#get-", "a:b/c#get"),
        ] {
            assert_eq!(meant(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn pattern_grammar_refuses_names_that_cannot_occur() {
        for (text, fault) in [
            (":random/random", Fault::EmptyPart),
            ("wasi:/random", Fault::EmptyPart),
            ("wasi:random//random", Fault::EmptyPart),
            ("wasi::random/random", Fault::EmptyPart),
            ("/random", Fault::EmptyPart),
            ("wasi:*/", Fault::EmptyPart),
            ("a:b/c-", Fault::EmptyPart),
            ("a:b/c#[method].read", Fault::EmptyPart),
            ("a:b/c#[method]r.", Fault::EmptyPart),
            ("a:b/c#[constructor]", Fault::EmptyPart),
            ("a:b/c#[method]", Fault::NoResource),
            ("a:b/c#[method", Fault::Brackets),
            ("a:b/c#d#e", Fault::SecondHash),
            ("a:b/c#d\u{7}", Fault::Blank),
            ("a:b/c#größe", Fault::Character('ö')),
            ("a:b/c!#d", Fault::Character('!')),
            ("WASI:random/random", Fault::Case),
            ("wasi:RANDOM/random", Fault::Case),
            ("WASI:*", Fault::Case),
            ("a:b/Http", Fault::Case),
            ("a:b/c#Get", Fault::Case),
        ] {
            assert_eq!(nameless(text).map(|wrong| wrong.fault), Some(fault), "{text}");
        }
    }

    #[test]
    fn pattern_grammar_accepts_capitals_as_whole_words_of_interfaces() {
        for can in ["wasi:random/random", "a:b/HTTP", "a:b/to-HTTP-2", "a:b/*HTTP*x", "a:*HTTP", "*HTTP", "LOG", "*"] {
            assert_eq!(nameless(can), None, "{can}");
        }
        for cannot in ["WASI:random/random", "wasi:RANDOM/random", "WASI:*", "*WASI:*", "wasi:RAN*", "*RANDOM/*"] {
            assert!(nameless(cannot).is_some(), "{cannot}");
        }
        for mixed in ["a:b/Http", "a:b/to-Http", "a:b/hTTP", "a:b/*Ht*", "Log", "Wasi:*"] {
            assert!(nameless(mixed).is_some(), "{mixed}");
        }
    }
}
