//! Errors of inputs.

use miette::Diagnostic;
use thiserror::Error;

use crate::guard::Panicked;
use crate::text::{argument, indented};

/// An error of an input. Each message names the file, and its help what to do.
#[derive(Debug, Error, Diagnostic)]
#[non_exhaustive]
#[allow(missing_docs)] // The messages say it.
pub(crate) enum LoadError {
    #[error("cannot read `{file}`: {reason}")]
    Read { file: String, reason: String },

    #[error("cannot read `{file}`: no such file")]
    Missing {
        file: String,
        /// The intended path, if there is a similar one.
        #[help]
        near: Option<String>,
    },

    #[error("there is no directory `{directory}`")]
    MissingDirectory {
        directory: String,
        /// The intended path, if there is a similar one.
        #[help]
        near: Option<String>,
    },

    #[error("`{file}` is {what}, not a component")]
    #[diagnostic(help("{help}"))]
    OtherText { file: String, what: &'static str, help: String },

    #[error("cannot read `{file}`: no such file")]
    #[diagnostic(help("`{flag}` takes one file, and can be repeated: `{flag} {}`", .file.replace(',', &format!(" {flag} "))))]
    List { file: String, flag: &'static str },

    #[error(transparent)]
    #[diagnostic(transparent)]
    Tree(#[from] super::tree::TreeError),

    #[error("there is no file for package `{name}`: looked for {}", .tried.join(", "))]
    #[diagnostic(help("{}", not_found_help(.name, .near.as_deref())))]
    NotFound {
        name: String,
        tried: Vec<String>,
        /// The intended path, if there is a similar one.
        near: Option<String>,
    },

    #[error("`{file}` is not text: byte {offset} is not UTF-8")]
    #[diagnostic(help("name another file, or save this one as UTF-8"))]
    NotText { file: String, offset: usize },

    #[error("`{file}` is a {what}, not {expected}")]
    #[diagnostic(help("{help}"))]
    Wasm { file: String, what: &'static str, expected: &'static str, help: &'static str },

    #[error("`{file}` is a policy, not a manifest")]
    #[diagnostic(help(
        "`weld check COMPONENT --policy {}` checks a component against it; in a manifest, `policy = \"{file}\"` checks an output",
        argument(.file)
    ))]
    PolicyAsManifest { file: String },

    #[error("`{file}` is a WAC document, not a manifest")]
    #[diagnostic(help("compose the document: `weld compose {} -o out.wasm`", argument(.file)))]
    Document { file: String },

    #[error("`{name}` is no file")]
    #[diagnostic(help("weld has no registry client: get the package `{name}` by other means, and name its file"))]
    Package { name: String },

    #[error("`{file}` has another digest than expected\n  expected: sha256 {expected}\n  found:    sha256 {found}")]
    #[diagnostic(help("get the file with the expected digest, or change the digest in the manifest"))]
    Digest { file: String, expected: String, found: String },

    #[error("`{directory}` is a directory without WIT")]
    #[diagnostic(help("{}", packages_help(.worlds)))]
    NoWit {
        directory: String,
        /// The flags for the worlds of other packages below the directory.
        worlds: Vec<String>,
    },

    #[error("`{directory}` is not one WIT package: {message}")]
    #[diagnostic(help("{}", packages_help(.worlds)))]
    WitPackages {
        directory: String,
        message: String,
        /// The flags for the worlds of the packages in the directory.
        worlds: Vec<String>,
    },

    #[error("{message}")]
    Declarations { message: String },

    #[error("{what} has no form in a component: {message}")]
    #[diagnostic(help("{}", declaration_help(.message)))]
    Declaration { what: String, message: String },

    #[error("`{name}` cannot be the name of a type: {reason}")]
    #[diagnostic(help("use a name in kebab case"))]
    DeclaredName { name: String, reason: String },

    #[error("`{name}` is declared twice")]
    #[diagnostic(help("give the function or the type another name"))]
    DeclaredTwice { name: String },

    #[error("`{name}` has another name where it comes from, and cannot be given a third one here")]
    #[diagnostic(help("`use` the first of its names"))]
    DeclaredAlias { name: String },

    #[error("one declaration mentions `{first}` and `{second}`, which are versions of one package")]
    #[diagnostic(help("mention one version of the package, the higher one"))]
    DeclaredVersions { first: String, second: String },

    #[error("`{item}` of `{package}` has a core module in it, so no types can be taken from `{package}`")]
    #[diagnostic(help("take them from a WIT package"))]
    ModuleInPackage { package: String, item: String },

    #[error("`{package}` has no world `{world}`")]
    #[diagnostic(help("{}", target_help(.worlds)))]
    TargetWorld { package: String, world: String, worlds: Vec<String> },

    #[error("`{file}` declares more than {limit} imports and types")]
    #[diagnostic(help("declare them in a WIT package, and import its interfaces"))]
    TooManyDeclarations { file: String, limit: usize },

    #[error("standard input is given as more than one input")]
    #[diagnostic(help("give one of them as `-`, and the others as files"))]
    SharedStdin,

    #[error("{count} components are given, and a composition may have {limit}")]
    #[diagnostic(help("compose some of them first, and plug the result"))]
    TooMany { count: usize, limit: usize },

    #[error("`{file}` is a directory, not a component")]
    #[diagnostic(help("give the component file inside it"))]
    Directory { file: String },

    #[error("there is no manifest `{file}`")]
    #[diagnostic(help("{}", no_manifest_help(.near.as_deref())))]
    NoManifest { file: String, near: Option<String> },

    #[error("`{file}` is a file, not a directory of components")]
    #[diagnostic(help(
        "`weld init {}` writes a manifest for the components in its directory; `weld add {}` adds it to a manifest that is there",
        argument(.directory), argument(.file)
    ))]
    NoDirectory { file: String, directory: String },

    #[error("`{file}` is a directory, not a manifest")]
    #[diagnostic(help(
        "name the file inside it, such as `{file}/weld.toml`; `weld init {}` writes one for the components in it",
        argument(.file)
    ))]
    ManifestDirectory { file: String },

    #[error("`{file}` is empty")]
    #[diagnostic(help("the step that writes it may have failed"))]
    Empty { file: String },

    #[error("`{file}` is larger than {limit}, which no component may be")]
    #[diagnostic(help("name another file"))]
    TooLarge { file: String, limit: String },

    #[error("`{file}` is neither a WebAssembly binary nor WebAssembly text: it starts with {start}")]
    #[diagnostic(help("a WebAssembly binary starts with the bytes 00 61 73 6d, its text format with `(`"))]
    NotWasm { file: String, start: String },

    #[error("`{file}` is WIT text, not a component")]
    #[diagnostic(help("WIT describes a component's imports and exports; give a component that implements it"))]
    WitText { file: String },

    #[error("`{file}` is a WIT package, not a component")]
    #[diagnostic(help("it has types and no code: give a component that implements it"))]
    WitPackage { file: String },

    #[error("`{file}` is not valid WebAssembly text\n{message}")]
    Wat { file: String, message: String },

    #[error("the directory `{directory}` of `--save-inputs` is not empty")]
    #[diagnostic(help("name a directory that does not exist yet"))]
    SaveOver { directory: String },

    #[error("cannot save `{file}`: {reason}")]
    Save { file: String, reason: String },

    #[error("`{file}` changed while it was read")]
    #[diagnostic(help("run the command again when whatever writes it is done"))]
    Changed { file: String },

    #[error("`{file}` is truncated: it ends after {length} bytes, in the middle of a section")]
    #[diagnostic(help("build or download it again"))]
    Truncated { file: String, length: usize },

    #[error("`{file}` is not a valid component{}: {message} (at offset {offset:#x})", or_newer(.message))]
    Invalid { file: String, offset: u64, message: String },

    #[error("`{file}` is not a valid core module: {message} ({}at offset {offset:#x})", in_function(.function))]
    #[diagnostic(help("build or download it again"))]
    InvalidModule { file: String, message: String, function: Option<u32>, offset: u64 },

    #[error("`{file}` imports `{import}`, in which the instance `{name}` implements `{interface}`")]
    #[diagnostic(help(
        "no grant and no policy could tell that it is `{interface}`: import it by its own name, beside `{import}`"
    ))]
    ImplementsWithin { file: String, import: String, name: String, interface: String },

    #[error("`{file}` nests {what} more than {limit} levels deep")]
    #[diagnostic(help("build it again with fewer levels"))]
    TooDeep { file: String, what: &'static str, limit: usize },

    #[error("the types of `{file}` have more items than a component of its size may have")]
    #[diagnostic(help(
        "each instance within an instance repeats all items of the inner one: build it again with fewer instances within instances"
    ))]
    TooManyItems { file: String },

    #[error("`{file}` has an import with a control character in its name: `{name}`")]
    #[diagnostic(help("a name is text of one line: build the component again with another one"))]
    ControlCharacter { file: String, name: String },

    #[error("`{file}` has more than {limit} imports")]
    #[diagnostic(help("group the functions that it imports into interfaces"))]
    TooManyImports { file: String, limit: usize },

    #[error("the names of what `{file}` imports and exports are too long for a component of its size")]
    #[diagnostic(help(
        "each function counts with the names of all that it is in, its interface first: shorten the longest names, or build it again with fewer \
         instances within instances"
    ))]
    TooLongNames { file: String },

    #[error("`{file}` is a core module without WIT metadata, so what it imports and exports is not known")]
    #[diagnostic(help(
        "embed the metadata with `weld componentize {} --wit PATH --world NAME -o OUT`, or build it with bindings \
         that do", argument(.file)
    ))]
    NoMetadata { file: String },

    #[error("`{file}` is a component already")]
    #[diagnostic(help("`weld componentize` makes components of core modules; use this file as it is"))]
    AlreadyComponent { file: String },

    #[error("cannot make a component of the core module `{file}`: {message}")]
    Componentize {
        file: String,
        message: String,
        /// The imports and exports of a module that does not fit its world, and advice.
        #[help]
        help: Option<String>,
    },

    #[error("cannot make a component of the core module `{file}`, which has no WIT metadata: {message}")]
    #[diagnostic(help(
        "if it imports or exports more than preview 1 has, describe it with `weld componentize {} --wit PATH \
         --world NAME -o OUT`", argument(.file)
    ))]
    ComponentizeCommand { file: String, message: String },

    #[error("the component that was made of `{file}` has another world than the module's metadata says: {difference}")]
    #[diagnostic(help("give an adapter that has the versions of WASI that the module was built with: `--adapt FILE`"))]
    OtherWorld { file: String, difference: String },

    #[error("`{file}` imports from `wasi_unstable`, which is preview 0 of WASI, from before 2020")]
    #[diagnostic(help(
        "build it again for preview 1 or later, such as with the target `wasm32-wasip1`, or give an adapter for it: \
         `weld componentize {} --adapt wasi_unstable=FILE`", argument(.file)
    ))]
    Preview0 { file: String },

    #[error("`{file}` is {what}: pass it as `--adapt`")]
    #[diagnostic(help("give it beside the module that it is for: `weld componentize MODULE --adapt {}`", argument(.file)))]
    IsAdapter { file: String, what: &'static str },

    #[error("the WIT metadata of `{file}` cannot be read: {message}")]
    #[diagnostic(help("build the module again with current bindings"))]
    Metadata { file: String, message: String },

    #[error("`{file}` has WIT metadata of a form that is not known: it begins with {start}")]
    #[diagnostic(help(
        "a much older or a newer `wit-component` wrote it: build the module again with current bindings"
    ))]
    MetadataForm { file: String, start: String },

    #[error("cannot use `{file}` as an adapter: {message}")]
    #[diagnostic(help("an adapter is a core module, such as `wasi_snapshot_preview1.reactor.wasm`"))]
    Adapter { file: String, message: String },

    #[cfg(not(feature = "preview1"))]
    #[error("the core module `{file}` needs an adapter for preview 1, and this build of weld has none")]
    #[diagnostic(help(
        "use the crate with the feature `preview1`, or componentize the module with the command `weld`"
    ))]
    NoPreview1 { file: String },

    #[error("the adapter `{file}` is for imports from `{name}`, and `{module}` has none")]
    #[diagnostic(help("{help}"))]
    UnusedAdapter { file: String, name: String, module: String, help: String },

    #[error("two adapters are for imports from `{name}`: `{first}` and `{second}`")]
    #[diagnostic(help("leave one of them out"))]
    TwoAdapters { name: String, first: String, second: String },

    #[error("cannot use the WIT of `{file}`: {message}")]
    Wit { file: String, message: String },

    #[error("{error}")]
    #[diagnostic(help(
        "`{file}` has it with a feature, `@unstable(feature = NAME)`: give `--features NAME`, or `--all-features`"
    ))]
    Unstable { file: String, error: Box<LoadError> },

    #[error("{}", world_message(.file, .wanted.as_deref(), .worlds))]
    #[diagnostic(help("{}", world_help(.worlds)))]
    World {
        file: String,
        /// The requested world. `None` if none was requested.
        wanted: Option<String>,
        /// The available worlds.
        worlds: Vec<String>,
    },

    #[error("`{directory}` has no component in it: no file whose name ends with `.wasm` or `.wat`")]
    #[diagnostic(help("name the directory of the components: `weld init DIR`"))]
    NothingToDescribe { directory: String },

    #[error("`{directory}` has no component in it: no file whose name ends with `.wasm`")]
    #[diagnostic(help("name a directory of components, or the files themselves"))]
    NoComponents { directory: String },

    #[error(transparent)]
    #[diagnostic(transparent)]
    Panicked(#[from] Panicked),
}

impl LoadError {
    /// The error for a component where a text is expected: `expected` is the kind of that text, `help` the advice.
    /// Other errors are unchanged.
    pub(crate) fn instead_of(self, expected: &'static str, help: &'static str) -> LoadError {
        match self {
            LoadError::Wasm { file, what, .. } => LoadError::Wasm { file, what, expected, help },
            other => other,
        }
    }
}

/// The end of the message for a component that may be newer than weld supports.
fn or_newer(message: &str) -> &'static str {
    match message.starts_with("invalid leading byte") {
        true => ", or is of a newer toolchain than this weld knows",
        false => "",
    }
}

fn not_found_help(name: &str, near: Option<&str>) -> String {
    match near {
        Some(near) => after(near, &format!("`--dep {name}=FILE` names a file elsewhere")),
        None => format!("name its file: `--dep {name}=FILE`, or the directory of the packages: `--deps-dir DIR`"),
    }
}

fn no_manifest_help(near: Option<&str>) -> String {
    let name = "name the one that is meant, `weld build FILE`, or `--manifest FILE` for other commands; `weld init` writes one for the \
                components in a directory";
    near.map_or_else(|| name.to_owned(), |near| after(near, name))
}

/// Advice after a question or a statement.
fn after(near: &str, advice: &str) -> String {
    let end = if near.ends_with('?') { "" } else { ";" };
    format!("{near}{end} {advice}")
}

fn world_message(file: &str, wanted: Option<&str>, worlds: &[String]) -> String {
    match wanted {
        Some(wanted) => format!("`{wanted}` is not a world of `{file}`"),
        None if worlds.is_empty() => format!("`{file}` has no world"),
        None => format!("it is not clear which world of `{file}` is meant"),
    }
}

fn world_help(worlds: &[String]) -> String {
    match worlds {
        [] => "the package has interfaces alone; give one that has a world".to_owned(),
        worlds => format!(
            "name one of its worlds:\n{}",
            worlds.iter().map(|world| format!("  --world {world}\n")).collect::<String>().trim_end()
        ),
    }
}

/// Help for a directory that is not a WIT package, with the flags for the worlds of packages in it.
fn packages_help(worlds: &[String]) -> String {
    let package = "a directory may be a WIT package: `.wit` files, and the packages that they use in `deps`";
    match worlds {
        [] => format!("{package}; of components, name the file"),
        worlds => format!("{package}; name the one that has the world:\n{}", indented(worlds.iter().cloned())),
    }
}

fn declaration_help(message: &str) -> &'static str {
    match message.contains("not valid to be used as") {
        true => {
            "what is imported may only mention types of interfaces that are imported: define them in an `interface`, \
             and `use` them from there"
        }
        false => "names are in kebab case, and what one mentions must be defined before",
    }
}

fn target_help(worlds: &[String]) -> String {
    match worlds {
        [] => "it has no world at all; name that of a WIT package".to_owned(),
        [world] => format!("its world is `{world}`"),
        worlds => {
            format!("its worlds are\n{}", worlds.iter().map(|w| format!("  {w}\n")).collect::<String>().trim_end())
        }
    }
}

/// The function of an invalid instruction, which precedes the offset in messages.
fn in_function(function: &Option<u32>) -> String {
    function.map_or_else(String::new, |function| format!("in function {function}, "))
}
