//! Errors of wiring, with advice.

use std::collections::BTreeSet;
use std::path::Path;

use miette::Diagnostic;
use thiserror::Error;

use crate::describe::manifest::nearest;
use crate::name::{Track, base};
use crate::text::{count, indented, shell, some_of};
use crate::types::compare::Difference;

/// The reason that components cannot be wired as described. Names are those of the composition's components.
#[derive(Debug, Error, Diagnostic)]
#[non_exhaustive]
#[allow(missing_docs)] // The messages say it.
pub(crate) enum LinkError {
    #[error("`{import}` is re-exported from an import of `{instance}` that the grants deny")]
    #[diagnostic(help("allow `{instance}` the import, or leave the export out"))]
    TakenAway { instance: String, import: String },

    #[error("import `{import}` of `{importer}` is matched by {}", exporters(.candidates, *.described))]
    #[diagnostic(help("{}", ambiguity_help(.importer, .import, .candidates, *.identical, *.described)))]
    Ambiguous {
        importer: String,
        import: String,
        candidates: Vec<Candidate>,
        /// Whether they are one component, given more than once.
        identical: bool,
        /// Whether a manifest names them, instead of the command line.
        described: bool,
    },

    #[error("import `{import}` of `{importer}` does not fit export `{export}` of `{exporter}`\n{}{}", both(.difference), near_item(.near))]
    #[diagnostic(help("{}", mismatch_help(.import, .exporter, .export, .fitting.as_deref())))]
    Mismatch {
        importer: String,
        import: String,
        exporter: String,
        export: String,
        difference: Box<Difference>,
        /// For an item that the export lacks: the item of the export with a similar name.
        near: Option<String>,
        /// For a wire to an unsuitable export: some exports that fit, as wires name them.
        fitting: Option<Vec<String>>,
    },

    #[error("`{socket}` uses no export of {}", names(.plugs))]
    #[diagnostic(help(
        "{}{}{}", denied_help(.denied, false), turned_help(.socket, .turned),
        nothing_matched_help(.socket, .imports, .exports, .near, *.may_be_unused)
    ))]
    NothingMatched {
        socket: String,
        plugs: Vec<String>,
        /// A plug that imports what the socket exports.
        turned: Option<String>,
        /// Whether unused plugs are permitted.
        may_be_unused: bool,
        /// The imports of the socket.
        imports: Vec<String>,
        /// The exports of the plugs, with the plug's name.
        exports: Vec<(String, String)>,
        near: Vec<NearMiss>,
        denied: Vec<Denied>,
    },

    #[error("no export of {} is used", names(.plugs))]
    #[diagnostic(help(
        "{}{}{}", denied_help(.denied, *.described), root_help(.turned),
        unused_help(.exports, .near, .filled, .unfilled, .described)
    ))]
    Unused {
        plugs: Vec<String>,
        exports: Vec<(String, String)>,
        near: Vec<NearMiss>,
        /// The imports that a plug could fill, and the component that fills each instead.
        filled: Vec<Instead>,
        /// The imports that no component fills, other than those of WASI, each with the component that has it.
        unfilled: Vec<(String, String)>,
        /// A component that imports what the root exports, with the root.
        turned: Option<(String, String)>,
        /// Whether a manifest names them, instead of the command line.
        described: bool,
        denied: Vec<Denied>,
    },

    #[error("`{component}` does not import `{import}`")]
    #[diagnostic(help("{}{}", denied_help(.denied, true), known_help("imports", .import, .known)))]
    UnknownImport { component: String, import: String, known: Vec<String>, denied: Vec<Denied> },

    #[error("`{component}` {verb} `{name}` by several names")]
    #[diagnostic(help("write the one that is meant\n{}", indented(.names.iter().cloned())))]
    SeveralNames { component: String, verb: &'static str, name: String, names: Vec<String> },

    #[error("`{component}` does not export `{export}`")]
    #[diagnostic(help("{}", known_help("exports", .export, .known)))]
    UnknownExport { component: String, export: String, known: Vec<String> },

    #[error("import `{import}` of `{importer}` does not fit `{argument}`\n{}", both(.difference))]
    #[diagnostic(help("{}", argument_help(.import, .argument, .has)))]
    ArgumentMismatch {
        importer: String,
        import: String,
        argument: String,
        /// Whether the argument is an instance with an export of the import's name.
        has: bool,
        difference: Box<Difference>,
    },

    #[error("{0}")]
    Document(String),

    #[error("`{name}` is not defined")]
    #[diagnostic(help("define it before: `let {name} = …;` or `import {name}: …;`"))]
    Undefined { name: String },

    #[error("`{name}` is defined twice")]
    #[diagnostic(help("give one of the two another name"))]
    DefinedTwice { name: String },

    #[error("`{name}` is a type, and only an instance or an item of one can stand here")]
    #[diagnostic(help("a type that the document defines is exported by its name already: leave this out"))]
    IsType { name: String },

    #[error("`{package}` is the package that the document itself is")]
    #[diagnostic(help("instantiate another package, or rename the document's"))]
    OwnPackage { package: String },

    #[error("`{package}` is a WIT package, and cannot be instantiated")]
    #[diagnostic(help("it has types and no code: give a component that implements it"))]
    PackageOfTypes { package: String },

    #[error("`{what}` is not an instance, so it exports nothing")]
    #[diagnostic(help("only an instance has exports: `new PACKAGE {{ … }}`, or an `import` of an interface"))]
    NotAnInstance { what: String },

    #[error("`...` is not the last argument")]
    #[diagnostic(help("it leaves to the host all that no other argument fills: put it last"))]
    FillNotLast,

    #[error("`{package}` lacks {}", names(.missing))]
    #[diagnostic(help("fill each of its imports, or end the arguments with `...` to leave the rest to the host"))]
    MissingArguments { package: String, missing: Vec<String> },

    #[error("`{instance}` exports nothing that is still to be filled")]
    #[diagnostic(help("leave `...{instance}` out"))]
    SpreadFillsNothing { instance: String },

    #[error("`{instance}` exports nothing that is not exported already")]
    #[diagnostic(help("leave `export {instance}...;` out"))]
    SpreadExportsNothing { instance: String },

    #[error("the export has no name")]
    #[diagnostic(help("give it one: `export … as \"NAME\";`, or export all that it has: `export …...;`"))]
    ExportNeedsName,

    #[error("component `{name}` cannot be imported by that name: {reason}")]
    #[diagnostic(help("rename the dependency, or nest the components instead of importing them"))]
    ImportName { name: String, reason: String },

    #[error(
        "component `{component}` would be imported by the name `{name}`, of a form that the Component Model no longer has"
    )]
    #[diagnostic(help(
        "current hosts and tools refuse it: leave `--import-dependencies` out, so that the output contains the components, or write \
         it all the same, for hosts that still know such names: `--allow-obsolete-names`"
    ))]
    ObsoleteImport { component: String, name: String },

    #[error("`{name}` cannot be the name of an export: {reason}")]
    #[diagnostic(help("use a name in kebab case, or that of an interface, `ns:pkg/iface@1.0.0`"))]
    ExportName { name: String, reason: String },

    #[error("nothing fills {}, and imports are not allowed", names(.imports))]
    #[diagnostic(help("name a dependency for each, or remove `disallow-imports`"))]
    ImportsDisallowed { imports: Vec<String> },

    #[error("no dependency of the component was found")]
    #[diagnostic(help("{}", no_dependencies_help(.imports)))]
    NoDependencies { imports: Vec<String> },

    #[error("nothing that `{component}` exports fits import `{import}` of `{importer}`")]
    #[diagnostic(help("name the export: `export: NAME` beside `instance:`"))]
    NoneFits { importer: String, import: String, component: String },

    #[error("argument `{import}` of `{importer}` names instance `{instance}`, of which there is no component")]
    #[diagnostic(help("name its file under `dependencies`, or its component in `instantiations`"))]
    NoDependency { importer: String, import: String, instance: String },

    #[error("import `{import}` of `{importer}` is wired twice")]
    #[diagnostic(help("leave one of the wires out"))]
    TwoWires { importer: String, import: String },

    #[error(
        "wire `{importer}/{import}` has no effect: `{import}` is a type of `{interface}`, and comes from what fills that"
    )]
    #[diagnostic(help("leave it out, or write `\"{importer}/{interface}\" = \"host\"`"))]
    WireOfType { importer: String, import: String, interface: String },

    #[error("{edge} has two chains")]
    #[diagnostic(help("name all links in one of them"))]
    TwoChains { edge: String },

    #[error("the output exports no `{name}` at which a chain could be")]
    #[diagnostic(help("{}", known_help("exports", .name, .known)))]
    ChainOfNoExport { name: String, known: Vec<String> },

    #[error("the output exports `{name}` by several names")]
    #[diagnostic(help("write the one that is meant\n{}", indented(.names.iter().cloned())))]
    ChainOfSeveral { name: String, names: Vec<String> },

    #[error("`{component}` stands in a chain at `{import}`, and does not import that")]
    #[diagnostic(help(
        "a link imports and exports the interface of its chain\n{}", known_help("imports", .import, .known)
    ))]
    LinkWithoutImport { component: String, import: String, known: Vec<String> },

    #[error(
        "the host fills `{import}` of `{importer}`, and `{component}`, which stands before it, would have the host fill `{continues}` {}",
        if import == continues { "with another `external-id`" } else { "instead" }
    )]
    #[diagnostic(help(
        "a host may have something else there: build `{component}` so that it imports `{import}`, with the same `external-id`"
    ))]
    AnotherImport { component: String, importer: String, import: String, continues: String },

    #[error("instance `{instance}` is wired, and nothing uses it")]
    #[diagnostic(help("fill an import from it, or leave the wire out"))]
    UnusedInstance { instance: String },

    #[error("the composition needs more than {limit} instances, and a component may have {limit}")]
    #[diagnostic(help("compose some of its components first, and wire the result"))]
    TooManyInstances { limit: usize },

    #[error("imports `{first}` and `{second}` of `{component}` are of one type, which wasmparser cannot validate")]
    #[diagnostic(help("build `{component}` again: tools that write components give each import a type of its own"))]
    ImportsOfOneType { component: String, first: String, second: String },

    #[error("`{name}` is imported twice")]
    #[diagnostic(help("use the first, or give this one another name: `import … as \"NAME\": …;`"))]
    TwoImports { name: String },

    #[error("`{name}` is exported twice")]
    #[diagnostic(help("leave one of the exports out, or give it another name"))]
    TwoExports { name: String },

    #[error("each of the components is used by another one: {}", quoted(.names))]
    #[diagnostic(help("say which one is the root: `weld plug ROOT --plug OTHER`, or `root` in a manifest"))]
    NoRoot { names: Vec<String> },

    #[error("the components import each other in a cycle\n{}", cycle(.steps))]
    #[diagnostic(help(
        "a component is instantiated after all that it imports: leave one of them out, so that the host gives what it \
         exports"
    ))]
    Cycle { steps: Vec<Step> },

    #[error(
        "imports `{first_import}` of `{first}` and `{second_import}` of `{second}` stay with the host, which can give \
         only one of them\n  `{first}`: {}\n  `{second}`: {}",
        .difference.expected, found(.difference)
    )]
    #[diagnostic(help(
        "plug a component that exports one of them, or build both against the same version of the interface's WIT"
    ))]
    Merge { first: String, first_import: String, second: String, second_import: String, difference: Box<Difference> },

    #[error(
        "`{importer}` and {user} use two different resource types as `{resource}`\n  `{importer}` takes it from \
         {importer_owner}\n  {user} takes it from {user_owner}"
    )]
    #[diagnostic(help(
        "a resource type has one owner: let both take `{interface}` from the same component, or both from the host"
    ))]
    TwoOwners {
        /// The component with the conflicting imports.
        importer: String,
        /// The source of the other type: a component, or an import of the component that stays with the host.
        user: String,
        resource: String,
        interface: String,
        importer_owner: String,
        user_owner: String,
    },
}

/// An export that would fill an import.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Candidate {
    /// The component with the export.
    pub exporter: String,
    /// The name of the export.
    pub export: String,
    /// The file of the component.
    pub file: String,
}

impl Candidate {
    /// The names of candidates in wires: their components, or their exports if one component has several of them.
    pub(crate) fn fillers(candidates: &[Candidate]) -> Vec<String> {
        let exporters: BTreeSet<&String> = candidates.iter().map(|candidate| &candidate.exporter).collect();
        let filler = |candidate: &Candidate| match exporters.len() == candidates.len() {
            true => candidate.exporter.clone(),
            false => format!("{}/{}", candidate.exporter, candidate.export),
        };
        candidates.iter().map(filler).collect()
    }
}

/// An export with a name similar to that of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NearMiss {
    /// The import, and the component that has it.
    pub import: (String, String),
    /// The export, and the component that has it.
    pub export: (String, String),
    /// The difference between the names.
    pub why: &'static str,
}

/// An import that a part of a component has and the component does not, since an adapter in it answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Denied {
    /// The component.
    pub component: String,
    /// The part of it.
    pub part: String,
    /// The import of the part.
    pub import: String,
}

/// One wire of a cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    /// The importing component.
    pub importer: String,
    /// Its import.
    pub import: String,
    /// The component that exports it.
    pub exporter: String,
}

fn names(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => "no component".to_owned(),
    }
}

/// The exports, with the files of their components where names are ambiguous: `kv-2` may be the component of any file
/// `kv`.
fn exporters(candidates: &[Candidate], described: bool) -> String {
    let is_told = |of: &Candidate| Path::new(&of.file).file_stem().is_some_and(|stem| *stem == *of.exporter);
    let has_files = !described && !candidates.iter().all(is_told);
    let shown = |of: &Candidate| {
        let file = if has_files { format!(" (`{}`)", of.file) } else { String::new() };
        format!("export `{}` of `{}`{file}", of.export, of.exporter)
    };
    let shown: Vec<String> = candidates.iter().map(shown).collect();
    match shown.split_last() {
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

fn ambiguity_help(importer: &str, import: &str, candidates: &[Candidate], identical: bool, described: bool) -> String {
    if identical && !described {
        return "they are the same component: give it once".to_owned();
    }
    let fillers = Candidate::fillers(candidates);
    let Some((first, others)) = fillers.split_first() else { return String::new() };
    let others: Vec<String> = others.iter().map(|other| toml_string(other)).collect();
    let wire = format!(
        "\n\n[wire]\n{} = {}    # or {}",
        toml_string(&format!("{importer}/{import}")),
        toml_string(first),
        others.join(", ")
    );
    let place = match described {
        true => "`[wire]` of the manifest (`[target.NAME.wire]` is for one output)",
        false => "`[wire]` of a manifest, which `weld init` writes",
    };
    if first.contains('/') {
        return format!("say which one in {place}:{wire}");
    }
    let all: Vec<String> = match described {
        true => fillers.clone(),
        false => candidates.iter().map(|candidate| candidate.file.clone()).collect(),
    };
    let (out, both) = if all.len() == 2 { ("one", "both") } else { ("all but one", "several") };
    match described {
        true => format!("say which one in {place}, or leave out {out} of {}:{wire}", names(&all)),
        false => {
            format!("leave out {out} of {}; where {both} are needed, say which one in {place}:{wire}", names(&all))
        }
    }
}

/// A key of TOML.
fn bare_or_quoted(key: &str) -> String {
    let is_bare = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if is_bare { key.to_owned() } else { toml_string(key) }
}

/// A basic string of TOML.
fn toml_string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn argument_help(import: &str, argument: &str, has: &bool) -> String {
    match has {
        true => format!("`{argument}` exports `{import}`: give that alone, `…[\"{import}\"]`, or spread it, `...`"),
        false => "build both against the same version of the interface's WIT, or give something else".to_owned(),
    }
}

fn mismatch_help(import: &str, exporter: &str, export: &str, fitting: Option<&[String]>) -> String {
    match fitting {
        Some([]) => {
            return format!(
                "no component exports what fits: build `{exporter}` against the WIT of `{import}`, or leave the wire out"
            );
        }
        Some(fitting) => {
            let fitting: Vec<String> = fitting.iter().map(|name| toml_string(name)).collect();
            return format!("wire what fits: {}", fitting.join(" or "));
        }
        None => {}
    }
    let older = match (Track::of(import), Track::of(export)) {
        (Some((_, imported)), Some((_, exported))) if exported < imported => {
            format!("`{exporter}` exports an older version; ")
        }
        _ => String::new(),
    };
    format!("{older}build both against the same version of the interface's WIT, or leave `{exporter}` out")
}

fn both(difference: &Difference) -> String {
    format!("  imported: {}\n  exported: {}", difference.expected, found(difference))
}

/// An import that a component could fill, and that another one fills.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Instead {
    /// The component that is not used for the import.
    pub plug: String,
    /// The import.
    pub import: String,
    /// The component that fills it.
    pub by: String,
}

fn near_item(near: &Option<String>) -> String {
    near.as_ref().map(|name| format!("; it has `{name}`")).unwrap_or_default()
}

fn found(difference: &Difference) -> &str {
    difference.found.as_deref().unwrap_or("nothing of that name")
}

/// Names, each in backticks.
fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn cycle(steps: &[Step]) -> String {
    let shown: Vec<String> = steps
        .iter()
        .map(|step| format!("  `{}` imports `{}` from `{}`", step.importer, step.import, step.exporter))
        .collect();
    shown.join("\n")
}

/// Help for imports that a component no longer has, because it was restricted before it was composed.
fn denied_help(denied: &[Denied], described: bool) -> String {
    let Some(Denied { component, import, .. }) = denied.first() else { return String::new() };
    let (shown, others) = some_of(denied);
    let mut text = String::new();
    for Denied { component, part, import } in shown {
        text += &format!(
            "an adapter of weld in `{component}` denies `{import}` to `{part}`, so nothing can fill that import any more\n"
        );
    }
    if others > 0 {
        text += &format!("and so it is with {others} others\n");
    }
    let grant =
        format!("or restrict it with `--grant {}`, which leaves the import open", shell(&format!("{import}=allow")));
    match described {
        true => {
            text + &format!(
                "name the component as it was before `weld virt`, and say in `[virtualize.{}]` what it may use; {grant}\n",
                bare_or_quoted(component)
            )
        }
        false => text + &format!("run `weld plug` first and `weld virt` on its output; {grant}\n"),
    }
}

/// Help for a socket and a plug that were probably exchanged.
fn turned_help(socket: &str, turned: &Option<String>) -> String {
    let turned = turned.as_ref().map(|plug| {
        format!("`{plug}` imports what `{socket}` exports: the component that imports comes first, and `{socket}` is its plug\n")
    });
    turned.unwrap_or_default()
}

fn nothing_matched_help(
    socket: &str,
    imports: &[String],
    exports: &[(String, String)],
    near: &[NearMiss],
    may_be_unused: bool,
) -> String {
    let mut text = match may_be_unused {
        true => "`--allow-unused-plugs` leaves out such plugs, and no plug is left\n".to_owned(),
        false => String::new(),
    };
    if imports.is_empty() {
        text.push_str(&format!("`{socket}` has no imports"));
    } else {
        text.push_str(&format!("`{socket}` imports\n{}", indented(imports.iter().cloned())));
    }
    text.push_str(&exports_help("the plugs", exports));
    text.push_str(&near_help(near));
    text
}

fn known_help(verb: &str, wanted: &str, known: &[String]) -> String {
    // Other versions of the name are listed as they are, so only similar names remain.
    let near = nearest(known.iter().map(|name| base(name)), base(wanted)).filter(|near| near != base(wanted));
    let near = near.and_then(|near| known.iter().find(|name| base(name) == near));
    match (known, near) {
        ([], _) => format!("it {verb} nothing"),
        (_, Some(near)) => format!("did you mean `{near}`?"),
        (known, None) => format!("it {verb}\n{}", indented(first_names(known).into_iter())),
    }
}

/// The number of names that a message lists.
const LISTED: usize = 10;

/// Some names, those that are not of WASI first, and how many others there are.
fn first_names(names: &[String]) -> Vec<String> {
    let is_of_wasi = |name: &&String| name.starts_with("wasi:");
    let (of_wasi, others): (Vec<&String>, Vec<&String>) = names.iter().partition(is_of_wasi);
    let mut listed: Vec<String> = others.into_iter().chain(of_wasi).take(LISTED).cloned().collect();
    let more = names.len() - listed.len();
    listed.extend((more > 0).then(|| format!("and {}", count(more, "other"))));
    listed
}

fn no_dependencies_help(imports: &[String]) -> String {
    match imports {
        [] => "it imports nothing".to_owned(),
        imports => format!("name the component that fills one of its imports\n{}", indented(imports.iter().cloned())),
    }
}

/// What to do where a manifest probably names the wrong root.
fn root_help(turned: &Option<(String, String)>) -> String {
    let turned = turned.as_ref().map(|(plug, root)| {
        format!("`{plug}` imports what the root `{root}` exports: is `root = {}` meant?\n", toml_string(plug))
    });
    turned.unwrap_or_default()
}

fn unused_help(
    exports: &[(String, String)],
    near: &[NearMiss],
    filled: &[Instead],
    unfilled: &[(String, String)],
    described: &bool,
) -> String {
    let mut text = match described {
        true => "leave it out, or wire an import to it".to_owned(),
        false => "leave it out, or allow it with `--allow-unused-plugs`".to_owned(),
    };
    // Exports are unknown for components that no output of a manifest describes.
    if !(*described && exports.is_empty()) {
        text.push_str(&exports_help(if *described { "the components" } else { "the plugs" }, exports));
    }
    if !unfilled.is_empty() {
        let imports = unfilled.iter().map(|(component, import)| format!("{import} ({component})"));
        text.push_str(&format!("\nno component fills\n{}", indented(imports)));
    }
    for Instead { plug, import, by } in filled {
        text.push_str(&format!("\n`{by}` fills `{import}`, which `{plug}` could fill as well"));
    }
    text.push_str(&near_help(near));
    text
}

fn exports_help(who: &str, exports: &[(String, String)]) -> String {
    if exports.is_empty() {
        return format!("\n{who} export nothing");
    }
    let shown = exports.iter().map(|(plug, export)| format!("{export} ({plug})"));
    format!("\n{who} export\n{}", indented(shown))
}

fn near_help(near: &[NearMiss]) -> String {
    if near.is_empty() {
        return String::new();
    }
    let shown = near.iter().map(|miss| {
        let ((importer, import), (exporter, export)) = (&miss.import, &miss.export);
        format!("`{export}` of `{exporter}` is not `{import}` of `{importer}`: {}", miss.why)
    });
    format!("\nnearly right\n{}", indented(shown))
}
