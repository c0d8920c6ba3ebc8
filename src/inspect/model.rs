//! What a component is, as data: what is nested in it, who is plugged into whom, and who reaches what of the host's.

use schemars::JsonSchema;
use serde::Serialize;

use crate::provenance::Provenance;

/// A component, and all that there is to see of it from outside of its code.
///
/// Components and instances are told apart: a component is what is nested somewhere in the file, once; an instance is
/// what becomes of it when it is instantiated, which may happen several times.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Inspection {
    /// The version of this format. Fields may be added within a version.
    pub version: u32,
    /// What the component calls itself, if it does.
    pub name: Option<String>,
    /// The component, and all that are nested in it, each after the one that it is nested in.
    pub components: Vec<Component>,
    /// The instances that are made when the first of the components is instantiated: its own first, each after the one
    /// that makes it.
    pub instances: Vec<Instance>,
    /// What it imports, and who in it reaches that.
    pub imports: Vec<HostImport>,
    /// Its world as WIT.
    pub wit: Wit,
    /// What it was made of, if it says so.
    pub provenance: Option<Provenance>,
}

/// The JSON Schema of an inspection, draft 2020-12.
pub fn schema() -> String {
    let mut schema = schemars::schema_for!(Inspection);
    schema.insert("$id".to_owned(), "weld-inspect-1".into());
    // It is made of strings, lists and fields, which always have a form in JSON.
    let text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    format!("{text}\n")
}

/// A component as it lies in the file.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Component {
    /// What the component that it is nested in calls it; else what it calls itself; else `component` and a number.
    pub name: String,
    /// The component that it is nested in, by its index in `components`. `null` for the outermost.
    pub within: Option<usize>,
    /// What it is there for.
    pub role: Role,
    /// The SHA-256 of its bytes.
    pub sha256: String,
    /// How many bytes it has.
    pub size: usize,
    /// Where these begin in the file.
    pub offset: usize,
    /// What it imports, in order.
    pub imports: Vec<Item>,
    /// What it exports, in order.
    pub exports: Vec<Item>,
    /// The core modules in it, in order.
    pub modules: Vec<Module>,
    /// What it says about itself.
    pub metadata: Metadata,
}

/// What a component is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// It has code of its own.
    Program,
    /// It has none, and joins components in it that have.
    Composition,
    /// It was generated to stand between a component and what that imports: by weld, which calls it so.
    Adapter,
    /// There is no code in it, nor in anything within it: it gives names to what others have.
    Shim,
}

/// Something that a component imports or exports.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Item {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Its type, in the words of WIT: one line, or an interface over several.
    pub wit: String,
}

/// The kinds of what components import and export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)] // The Component Model's own.
pub enum Kind {
    Instance,
    Function,
    Type,
    Value,
    Component,
    CoreModule,
}

/// A core module.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Module {
    /// What its name section calls it, if that does.
    pub name: Option<String>,
    /// How many bytes it has.
    pub size: usize,
    /// Where these begin in the file.
    pub offset: usize,
    /// What it says about itself.
    pub metadata: Metadata,
}

/// An instance of a component.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Instance {
    /// Its name: no other instance that is made in the same one has it.
    pub name: String,
    /// The names of the instances that lead to it, the outermost's left out, joined by `/`.
    pub path: String,
    /// The instance that makes it, by its index in `instances`. `null` for the outermost.
    pub within: Option<usize>,
    /// The component that it is one of, by its index in `components`. `null` where that is imported, or came to it by a
    /// way that cannot be followed.
    pub component: Option<usize>,
    /// What fills its imports, in the order of the instantiation. Those of the outermost are the host's to fill.
    pub imports: Vec<Wire>,
    /// What its exports are, where they are not its own code's, in order.
    pub exports: Vec<Wire>,
    /// The parts of the world outside that it reaches, straight or through others: `stdout`, `fs`, and interfaces that are
    /// of no such part.
    pub capabilities: Vec<String>,
}

/// An import or an export, and what it is filled with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Wire {
    /// The name of the import or export.
    pub name: String,
    /// What fills it.
    pub from: Source,
}

/// Where something comes from, as the instance that has it around itself sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Source {
    /// An import of the instance that makes this one: the host's, where that is the outermost.
    Import {
        /// Its name.
        name: String,
        /// The exports that lead on from there.
        path: Vec<String>,
    },
    /// An instance.
    Instance {
        /// Its index in `instances`.
        instance: usize,
        /// The export of it, and the exports that lead on from there; empty for the instance as a whole.
        path: Vec<String>,
    },
    /// An instance that is put together of other things.
    Bundle {
        /// Its exports.
        items: Vec<Wire>,
    },
    /// A component, to be instantiated by whoever gets it.
    Component {
        /// Its index in `components`.
        component: usize,
    },
    /// Something that the instance defines itself: a function of its code, a type.
    Own,
}

/// An import of the outermost component: the host fills it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HostImport {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// The parts of the world outside that it belongs to; none where it is of no such part.
    pub capabilities: Vec<String>,
    /// Who reaches it.
    pub reached_by: Vec<Reached>,
}

/// An instance that reaches something.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Reached {
    /// Its index in `instances`.
    pub instance: usize,
    /// The functions that it reaches; none where the import is a function itself, or has types alone.
    pub functions: Vec<String>,
    /// Through how many other instances: 0 where it is given the import itself.
    pub steps: usize,
}

/// A world as WIT.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Wit {
    /// The text.
    pub text: String,
    /// Why this is not WIT, but only looks like it, where WIT has no words for all that the component imports and exports.
    pub reason: Option<String>,
}

/// What a component or a core module says about itself, in custom sections. It is the word of whoever wrote the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Metadata {
    /// Which languages it was written in, and which tools made it.
    pub producers: Vec<Producer>,
    /// Its version.
    pub version: Option<String>,
    /// What it is, in words.
    pub description: Option<String>,
    /// Who wrote it.
    pub authors: Option<String>,
    /// Under which licences, as an SPDX expression.
    pub licenses: Option<String>,
    /// Where its source is.
    pub source: Option<String>,
    /// Where there is more about it.
    pub homepage: Option<String>,
    /// Of which revision of its source it is.
    pub revision: Option<String>,
    /// The packages that it was built of: the section `.dep-v0`.
    pub dependencies: Vec<Dependency>,
    /// The names of custom sections of these kinds that cannot be read.
    pub malformed: Vec<String>,
}

/// A tool or a language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Producer {
    /// What it did: `language`, `processed-by`, `sdk`.
    pub field: String,
    /// Its name.
    pub name: String,
    /// Its version, which may be empty.
    pub version: String,
}

/// A package that something was built of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Dependency {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Where it came from: `crates.io`, `git`, `local`, `registry`, or in other words.
    pub source: String,
    /// Whether it was of use at build time alone.
    pub build: bool,
}
