//! Errors of a manifest on its own, before any component is read.

use miette::Diagnostic;
use thiserror::Error;

use super::advice;
use super::shape::{self, Key};
use crate::name::Capability;
use crate::name::grammar::Nameless;
use crate::rules::{http, sockets};
use crate::text::{Shown, slips, toml};

/// An error of a manifest.
#[derive(Debug, Clone, Error, Diagnostic)]
#[non_exhaustive]
#[allow(missing_docs)] // The messages say it.
pub(crate) enum ManifestError {
    #[error("{whole} is not valid TOML: {message}")]
    Syntax {
        whole: &'static str,
        message: String,
        /// The correction, if the error suggests one.
        #[help]
        help: Option<&'static str>,
    },

    #[error("{table} has no key `{key}`")]
    #[diagnostic(help("{}", key_help(.table, .key, .near, .known)))]
    UnknownKey { table: String, key: String, near: Option<String>, known: Vec<String> },

    #[error("`{name}` is no capability")]
    #[diagnostic(help("{}", meant_help(.name).unwrap_or_default()))]
    NoCapability { name: String },

    #[error("{0}")]
    #[diagnostic(help("{}", .0.help()))]
    Nameless(Nameless),

    #[error("`{key}` is {found}, and should be {expected}")]
    Kind {
        key: String,
        found: String,
        expected: String,
        /// The correction, if the manifest suggests one.
        #[help]
        help: Option<Box<str>>,
    },

    #[error("the value of `{key}` is not valid TOML: {message}")]
    #[diagnostic(help(
        "a shell takes quotes away: put the whole flag in single quotes, or name one setting in each flag, `--grant NAME.SETTING=VALUE`"
    ))]
    Value { key: String, message: String },

    #[error("{table} lacks {key}")]
    #[diagnostic(help("{help}"))]
    Missing { table: String, key: String, help: String },

    #[error("there is no component `{name}`")]
    #[diagnostic(help("{}", component_help(.name, .near, .known)))]
    UnknownComponent { name: String, near: Option<String>, known: Vec<String> },

    #[error("a component cannot be called `{name}`")]
    #[diagnostic(help("{help}"))]
    ComponentName { name: String, help: &'static str },

    #[error("two components are called `{name}`")]
    #[diagnostic(help("give each a name of its own; `{name}#1` is a further instance of one"))]
    SameComponent { name: String },

    #[error("component `{name}` is there already: `{file}`")]
    #[diagnostic(help("`--name NAME` gives the other one a name of its own"))]
    NameTaken { name: String, file: String },

    #[error("`{file}` is there already, as component `{name}`")]
    #[diagnostic(help("a further instance of it is `{name}#1`, in `[wire]`"))]
    ComponentTaken { name: String, file: String },

    #[error("manifest `{manifest}` cannot name `{file}`")]
    #[diagnostic(help(
        "a manifest names files in UTF-8, relative to its directory: rename the file, or put it elsewhere"
    ))]
    Unsayable { manifest: String, file: String },

    #[error("`{text}` does not name an import")]
    #[diagnostic(help("name the component and its import: \"COMPONENT/IMPORT\""))]
    NoImport { text: String },

    #[error("`{text}` does not name an instance")]
    #[diagnostic(help(
        "further instances of a component are \"COMPONENT#1\", \"COMPONENT#2\" and so on, up to {limit}"
    ))]
    InstanceNumber { text: String, limit: u32 },

    #[error("the chain at `{edge}` has no links")]
    #[diagnostic(help("name the components that stand there, or leave the line out"))]
    EmptyChain { edge: String },

    #[error("`{text}` is no edge")]
    #[diagnostic(help("an edge is `COMPONENT/IMPORT`, or `export NAME`{}", edges_help(.edges)))]
    NoEdge { text: String, edges: Vec<String> },

    #[error("`{text}` is not a link of a chain")]
    #[diagnostic(help("a link is \"COMPONENT\" or \"COMPONENT#1\": its import and its export are those of the edge"))]
    Link { text: String },

    #[error("`{name}` names no component, so nothing of it is wired")]
    #[diagnostic(help(
        "a wire begins with the component whose import is filled: {} = {value}; an export of the output is a line in `[exports]`: {} = \
         {value}",
        toml(&format!("COMPONENT/{name}")), toml(name), value = toml(value)
    ))]
    ExportAsWire { name: String, value: String },

    #[error("`{component}/{name}` is no name of an export")]
    #[diagnostic(help(
        "what fills an import is a line in `[wire]`: {} = {value}; in `[exports]` the name comes without a component: {} = {}",
        toml(&format!("{component}/{name}")), toml(name), toml(component), value = toml(value)
    ))]
    WireAsExport { component: String, name: String, value: String },

    #[error("`{name} = \"{word}\"` is a grant, and `[components]` has files")]
    #[diagnostic(help("{help}"))]
    GrantElsewhere { name: String, word: String, help: String },

    #[error("the host exports nothing that could be exported again")]
    #[diagnostic(help("name a component: \"COMPONENT\" or \"COMPONENT/EXPORT\""))]
    ExportOfHost,

    #[error("`{digest}` is not a SHA-256 digest")]
    #[diagnostic(help("it has 64 hexadecimal digits, as `sha256sum` prints them"))]
    Digest { digest: String },

    #[error("the WAC document decides the wiring, so {key} has no meaning here")]
    #[diagnostic(help("remove it, or remove `wac`"))]
    NotWithWac { key: String },

    #[error("{first} and {second} write the same file")]
    #[diagnostic(help("give one of them {} of its own", if *.key == "output" { "an `output`" } else { "a `snapshot`" }))]
    SameOutput { first: String, second: String, key: &'static str },

    #[error("`{name}` cannot be the name of an export: {reason}")]
    #[diagnostic(help("use a name in kebab case, or that of an interface, `ns:pkg/iface@1.0.0`"))]
    ExportName { name: String, reason: String },

    #[error("{output} would be written over {input}")]
    #[diagnostic(help("give the {key} a name of its own"))]
    OutputIsInput { output: String, input: String, key: &'static str },

    #[error("the lock `{lock}` would be written over {input}")]
    #[diagnostic(help("give the other file a name of its own"))]
    LockIsInput { lock: String, input: String },

    #[error("{inner} would be in a directory where {outer} is a file")]
    #[diagnostic(help("give one of them another `{key}`"))]
    OutputIsDirectory { outer: String, inner: String, key: &'static str },

    #[error("{what} cannot be honoured yet")]
    #[diagnostic(help("this version of weld would have to ignore it; remove it, and do not rely on it"))]
    NotYet { what: String },

    #[error("`{name}` is given twice")]
    #[diagnostic(help("leave one of the two out: it would be ignored"))]
    Twice { name: String },

    #[error("`{name}` is given both a word and settings")]
    #[diagnostic(help("a word decides about the whole capability: leave one of the two out"))]
    Mixed { name: String },

    #[error("`{name}` has both `{first}` and `{second}`")]
    #[diagnostic(help("leave one of them out"))]
    Both { name: String, first: &'static str, second: &'static str },

    #[error("`{key}` says nothing without `{needed}`")]
    #[diagnostic(help("add `{needed}`, or leave `{key}` out"))]
    Without { key: &'static str, needed: &'static str },

    #[error("`{name}` sets nothing")]
    #[diagnostic(help("say what is set: {help}"))]
    Nothing { name: String, help: &'static str },

    #[error("`{}` names no function, and nothing else returns a value", Shown(.name))]
    #[diagnostic(help("name the function: `INTERFACE#FUNCTION`"))]
    NoFunction { name: String },

    #[error("`{}` is no rule for requests: {}", Shown(.text), advice::request(*.wrong).0)]
    #[diagnostic(help("{}", advice::request_help(.text, *.wrong)))]
    RequestRule { text: String, wrong: http::Wrong },

    #[error("`{}` is no rule of `{key}` for sockets: {}", Shown(.text), advice::socket(key, *.wrong).0)]
    #[diagnostic(help("{}", advice::socket(key, *.wrong).1))]
    SocketRule { key: &'static str, text: String, wrong: sockets::Wrong },

    #[error("the rule `{}` has no effect: {why}", Shown(.text))]
    #[diagnostic(help("{help}"))]
    IdleRule { text: String, why: String, help: &'static str },

    #[error("nothing is mounted at `{path}`")]
    #[diagnostic(help(
        "say what is: `embed` a directory or a file, `memory` with a size, or `host` with what the host preopens"
    ))]
    EmptyMount { path: String },

    #[error("two mounts are at `{path}`")]
    #[diagnostic(help(
        "{}leave one of them out",
        if *.is_spelled_alike { "" } else { "a `/` at the end does not make another path: " }
    ))]
    SameMount { path: String, is_spelled_alike: bool },

    #[error("`{path}` cannot be a guest path: {reason}")]
    #[diagnostic(help("{}", .help.as_deref().unwrap_or(GUEST_PATH)))]
    GuestPath {
        path: String,
        reason: String,
        /// The probable intention.
        help: Option<String>,
    },

    #[error("{of} takes no option `{option}` after the directory")]
    #[diagnostic(help("{help}"))]
    HostOption { of: String, option: String, help: String },

    #[error("the path is empty")]
    #[diagnostic(help(
        "name a file or a directory; `.` is the manifest's directory, or in a flag the working directory"
    ))]
    NoPath,

    #[error("`{text}` is not a time that clocks can show: {reason}")]
    #[diagnostic(help("write day, hour and offset: \"2026-01-01T00:00:00Z\""))]
    Time { text: String, reason: &'static str },

    #[error("what `set` of `keyvalue` has takes {used} bytes, and {size} are all that there are")]
    #[diagnostic(help(
        "write `memory = \"…\"` with more: a key takes its bytes, those of its value and 64, and a bucket its name and 64"
    ))]
    TooSmall { size: u64, used: u64 },

    #[error("`{text}` is not a duration")]
    #[diagnostic(help("write a number and its unit, ns, us, ms, s, m or h: \"1ms\""))]
    Duration { text: String },

    #[error("`{text}` is not a size")]
    #[diagnostic(help(
        "write a whole number and its unit, B, KiB, MiB, GiB, kB, MB or GB: \"64MiB\"; an overlay may also be \"memory\", \
         which has no limit"
    ))]
    Size { text: String },

    #[error("the size is 0, so nothing could be written")]
    #[diagnostic(help("give it a size, such as \"64MiB\""))]
    NoSize,

    #[error("`{name}` denies variables where none are allowed")]
    #[diagnostic(help("`deny` takes away from what `allow` gives: add `allow = true`, or leave `deny` out"))]
    DenyOfNothing { name: String },

    #[error("`{name}` cannot be the name of a variable: {reason}")]
    #[diagnostic(help("give it another name"))]
    VariableName { name: String, reason: &'static str },

    #[error("{what} contains a NUL character, which would end it")]
    #[diagnostic(help("remove the `\\u0000`"))]
    Zero { what: &'static str },

    #[error("{output} would be written into `{directory}`, which is embedded")]
    #[diagnostic(help("the next build would embed it: write it elsewhere, or embed another directory"))]
    OutputIsEmbedded { output: String, directory: String },

    #[error("there is no target `{name}`")]
    #[diagnostic(help("{}", target_help(.name, .near, .known)))]
    UnknownTarget { name: String, near: Option<String>, known: Vec<String> },

    #[error("the manifest has several outputs: name the one that is meant with `--target`")]
    #[diagnostic(help("{}", near_help(&None, .known)))]
    SeveralOutputs { known: Vec<String> },

    #[error("the name of the composition is empty")]
    #[diagnostic(help("write a name such as `acme:cms@1.2.0`, or leave `name` out"))]
    EmptyName,
}

impl ManifestError {
    /// The error for an unknown key.
    pub(super) fn unknown_key(table: &str, key: &str, known: &[Key]) -> ManifestError {
        let names = || known.iter().map(|known| known.name);
        ManifestError::UnknownKey {
            table: table.to_owned(),
            key: key.to_owned(),
            near: nearest_grant(names(), key),
            known: names().map(str::to_owned).collect(),
        }
    }
}

/// The form of a path of the guest.
const GUEST_PATH: &str = "a guest path starts with `/` and has no `.`, `..` or `//` in it: `/`, `/data/files`";

/// The maximal number of names in a message that has no nearest name.
const SHOWN: usize = 16;

/// The form of an unknown key: for a key that contains a capability and a key of it, only the latter quoted; else the
/// nearest key.
fn key_help(table: &str, key: &str, near: &Option<String>, known: &[String]) -> String {
    if let Some(help) = meant_key_help(table, key, known) {
        return help;
    }
    let Some((table, path)) = key.split_once('.').filter(|(table, _)| known.iter().any(|name| name == table)) else {
        return near_help(near, known);
    };
    let is_key = |key: &str| shape::mount().iter().any(|known| known.name == key);
    let (path, below) = match path.rsplit_once('.') {
        Some((path, key)) if path.starts_with('/') && is_key(key) => (path, format!(".{key}")),
        _ => (path, String::new()),
    };
    let is_bare = |path: &str| path.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    let path = if is_bare(path) { path.to_owned() } else { format!("\"{path}\"") };
    format!("write it as `{table}.{path}{below}`: quotes around all of it make one key of it")
}

/// The correct form of a key that other tools use, or that belongs to another table.
fn meant_key_help(table: &str, key: &str, known: &[String]) -> Option<String> {
    let has = |name: &str| known.iter().any(|known| known == name);
    let is_of = |words: &[&str]| words.contains(&key.to_ascii_lowercase().as_str());
    let key = Shown(key);
    if has("output") || has("composition") || has("components") {
        let is_grant = key.0 == "default" || Capability::named(key.0).is_some();
        return is_grant.then(|| grant(key.0, "…", &[]));
    }
    if has("fs") && has("default") {
        return grant_help(key.0).or_else(|| meant_help(key.0));
    }
    if has("embed") && has("host") {
        return match () {
            () if is_of(&["ro", "readonly", "read-only", "read_only", "readonly", "writable", "rw"]) => Some(
                "a directory of the host is read-only with `mode = \"read-only\"`; what is embedded always is"
                    .to_owned(),
            ),
            () if is_of(&["path", "dir", "directory", "from", "source", "src", "file", "preopen", "mount"]) => {
                Some("`embed` copies a file or a directory, `host` gives a directory that the host preopens".to_owned())
            }
            () => None,
        };
    }
    if has("set") && has("deny") && !is_of(&["default"]) && nearest(known, key.0).is_none() {
        let name = table.trim_end_matches(']').rsplit('.').next().unwrap_or_default().trim_start_matches('[');
        return Some(format!(
            "a value is set with `{name}.set.{key} = \"…\"`, and passed on with `{name}.allow = [\"{key}\"]`"
        ));
    }
    (has("rule") && is_of(&["allow", "deny", "component"]))
        .then(|| format!("it is a key of a rule: `[[rule]]`, and `{key}` in a line below it"))
}

/// The form of a grant whose key states the treatment: `allow`, `deny-fs`.
fn grant_help(key: &str) -> Option<String> {
    let (word, rest) = TREATMENTS.iter().find_map(|word| Some((*word, key.strip_prefix(word)?)))?;
    if rest.is_empty() {
        return Some(format!(
            "each capability has a key of its own, such as `stdout = \"{word}\"`; `default` decides about all others"
        ));
    }
    let name = rest.strip_prefix('-')?;
    match name {
        "all" => {
            return Some(format!("write `default = \"{word}\"`, which decides about all that has no grant of its own"));
        }
        "missing" => {
            return Some(
                "it is a flag of `weld virt`: in a manifest, leave out grants for what the component does not import"
                    .to_owned(),
            );
        }
        _ => {}
    }
    let names = Capability::named(name).map_or_else(|| Capability::meant(name), |_| None);
    let names = names.map_or_else(|| vec![name], <[_]>::to_vec);
    let all: Vec<String> = names.iter().map(|name| format!("`{} = \"{word}\"`", Shown(name))).collect();
    Some(format!("write it as {}", listed(&all)))
}

/// The treatments, which are values and not keys.
pub(super) const TREATMENTS: &[&str] = &["allow", "deny", "trap", "ignore"];

/// `a`, `a and b`, `a, b and c`.
fn listed(names: &[String]) -> String {
    match names {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        all => all.concat(),
    }
}

/// The intended target, or the form of a target if there are none.
fn target_help(name: &str, near: &Option<String>, known: &[String]) -> String {
    match known {
        [] => format!(
            "a target is a table with an output of its own: `{}` and `output = \"FILE\"`",
            nested("[target]", name)
        ),
        known => near_help(near, known),
    }
}

pub(crate) fn near_help(near: &Option<String>, known: &[String]) -> String {
    let quoted = || {
        let shown = known.iter().take(SHOWN).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        if known.len() > SHOWN { format!("{shown} and {} others", known.len() - SHOWN) } else { shown }
    };
    match (near, known) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, []) => "there are none".to_owned(),
        (None, [only]) => format!("the only one is `{only}`"),
        (None, _) => format!("there are {}", quoted()),
    }
}

/// The intended component of an unknown name: a component by its file name, a further instance, or a component with its
/// import.
fn component_help(name: &str, near: &Option<String>, known: &[String]) -> String {
    for known in known {
        let Some(rest) = name.strip_prefix(known.as_str()) else { continue };
        let (known, number) = (Shown(known), rest.trim_start_matches(['-', '_', '.']));
        if [".wasm", ".wat"].contains(&rest) {
            return format!("did you mean `{known}`?");
        }
        if number.parse::<u16>().is_ok_and(|number| number > 0) {
            return format!("a further instance of `{known}` is `{known}#{number}`");
        }
        if let Some(item) = rest.strip_prefix(['.', ':']).filter(|item| !item.is_empty()) {
            return format!("a `/` is between a component and what it imports or exports: `{known}/{}`", Shown(item));
        }
    }
    match near {
        None if name.contains(':') => {
            format!("a component comes first: \"COMPONENT/IMPORT\"; {}", near_help(near, known))
        }
        _ => near_help(near, known),
    }
}

fn edges_help(edges: &[String]) -> String {
    let edges: Vec<String> = edges.iter().map(|edge| format!("`{}`", Shown(edge))).collect();
    if edges.is_empty() { String::new() } else { format!(": {}", listed(&edges)) }
}

/// The capabilities that a word of other tools refers to.
pub(crate) fn meant_help(word: &str) -> Option<String> {
    let meant: Vec<String> = Capability::meant(word)?.iter().map(|name| format!("`{name}`")).collect();
    Some(format!("did you mean {}?", listed(&meant)))
}

/// The name nearest to `wanted`, if one is near.
pub(crate) fn nearest<N: AsRef<str> + Ord>(names: impl IntoIterator<Item = N>, wanted: &str) -> Option<String> {
    let (distance, near) = nearest_of(names, wanted)?;
    (distance <= 2 && distance * 2 <= wanted.chars().count()).then_some(near)
}

/// As [`nearest`], for names of which another may grant more. Fewer slips are accepted, since two slips in a short word
/// give another word.
pub(crate) fn nearest_grant<N: AsRef<str> + Ord>(names: impl IntoIterator<Item = N>, wanted: &str) -> Option<String> {
    let (distance, near) = nearest_of(names, wanted)?;
    let is_turned = || wanted.chars().rev().eq(near.chars());
    let slips = match wanted.chars().count() {
        0..=2 if is_turned() => 1,
        0..=2 => 0,
        3..=8 => 1,
        _ => 2,
    };
    (distance <= slips).then_some(near)
}

fn nearest_of<N: AsRef<str> + Ord>(names: impl IntoIterator<Item = N>, wanted: &str) -> Option<(usize, String)> {
    let wanted = wanted.to_lowercase();
    let slips = |name: N| Some((slips(&name.as_ref().to_lowercase(), &wanted)?, name));
    let (distance, name) = names.into_iter().filter_map(slips).min()?;
    Some((distance, name.as_ref().to_owned()))
}

/// The header of a table in a table: `[target.release]`.
pub(super) fn nested(table: &str, key: &str) -> String {
    let is_bare = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    let key = if is_bare { key.to_owned() } else { format!("\"{key}\"") };
    format!("{}.{key}]", table.trim_end_matches(']'))
}

/// The form of a grant that is in another table than that of its component.
pub(super) fn grant(key: &str, word: &str, components: &[String]) -> String {
    let component = if let [only] = components { Shown(only).to_string() } else { "NAME".to_owned() };
    let (table, key) = (nested("[virtualize]", &component), bare(key));
    format!("a grant is a line in the table of its component: `{table}`, and in it `{key} = \"{word}\"`")
}

/// A key in TOML: bare if possible, else quoted.
pub(super) fn bare(key: &str) -> String {
    let is_bare = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if is_bare { key.to_owned() } else { toml(key) }
}
