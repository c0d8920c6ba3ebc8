//! A component as data: its nested components, its instances, their wires, and the host imports that each instance
//! reaches.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::provenance::Provenance;
use crate::text::count;

/// A description of a component: its parts, how they are connected, and what they reach.
///
/// A component is defined once in the file. An instance is the result of an instantiation; one component can have
/// several instances.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Inspection {
    /// The version of this format. Fields may be added within a version.
    pub(crate) version: u32,
    /// The name that the component's own name section gives it.
    pub(crate) name: Option<String>,
    /// The outermost component and all nested ones. Each nested component comes after the one that contains it.
    pub(crate) components: Vec<Component>,
    /// The instances that exist once the outermost component is instantiated, and those that the user of its exports or
    /// a host component may create. The outermost instance is the first; each other one comes after the one that
    /// creates it.
    pub(crate) instances: Vec<Instance>,
    /// The imports of the outermost component, with the instances that reach them.
    pub(crate) imports: Vec<HostImport>,
    /// The world of the outermost component as WIT.
    pub(crate) wit: Wit,
    /// The content of the custom section `weld`, if the component has a valid one.
    pub(crate) provenance: Option<Provenance>,
    /// The SHA-256 of the bytes without the custom section `weld`, if that is the last section. If weld changed nothing
    /// else, this is the digest of the input.
    pub(crate) bare_sha256: Option<String>,
}

/// The JSON Schema of an inspection, draft 2020-12.
pub(crate) fn schema() -> String {
    let mut schema = schemars::schema_for!(Inspection);
    schema.insert("$id".to_owned(), "weld-inspect-1".into());
    // Serializing a schema cannot fail: it consists of strings, lists and fields.
    let text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    format!("{text}\n")
}

/// A component as it is defined in the file.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Component {
    /// The name that the enclosing component's name section gives it; otherwise the name from its own name section;
    /// otherwise `component` and its index.
    pub name: String,
    /// The enclosing component, by its index in `components`. `null` for the outermost.
    pub within: Option<usize>,
    /// The purpose of the component.
    pub role: Role,
    /// Its purpose for instances that have the name of an adapter, and for others. A component with the bytes of an adapter is
    /// nested once with it.
    #[serde(skip)]
    pub roles: (Role, Role),
    /// The SHA-256 of its bytes.
    pub sha256: String,
    /// The size in bytes.
    pub size: usize,
    /// The offset of its first byte in the file.
    pub offset: usize,
    /// The imports, in order.
    pub imports: Vec<Item>,
    /// The exports, in order.
    pub exports: Vec<Item>,
    /// The core modules that it defines, in order.
    pub modules: Vec<Module>,
    /// The metadata from its custom sections.
    pub metadata: Metadata,
}

/// The purpose of a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Role {
    /// The component has core code of its own.
    Program,
    /// The component has no core code of its own and connects instances of other components.
    Composition,
    /// The component stands between an instance and what fills its imports, and weld generated it. This is only a claim
    /// of the file: the name of the component, and the `producers` section of the enclosing one.
    Adapter,
    /// Neither the component nor any nested one has core code: it exports items of others under other names.
    Shim,
}

impl Role {
    /// The noun for components of this role.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Role::Program => "program",
            Role::Composition => "composition",
            Role::Adapter => "adapter",
            Role::Shim => "without code",
        }
    }
}

impl Inspection {
    /// The instances that are nested in each instance, in order.
    pub(crate) fn instances_within(&self) -> BTreeMap<usize, Vec<usize>> {
        let mut within: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, instance) in self.instances.iter().enumerate() {
            instance.within.into_iter().for_each(|outer| within.entry(outer).or_default().push(index));
        }
        within
    }

    /// The number of nested components at all depths, in total and by role, in words.
    pub(crate) fn nested(&self) -> String {
        let nested = || self.components.iter().skip(1);
        let words = |role: Role| {
            let number = nested().filter(|component| component.role == role).count();
            let words =
                if role == Role::Shim { format!("{number} {}", role.word()) } else { count(number, role.word()) };
            (number > 0).then_some(words)
        };
        let roles = [Role::Program, Role::Composition, Role::Adapter, Role::Shim];
        let roles: Vec<String> = roles.into_iter().filter_map(words).collect();
        let all = count(nested().count(), "nested component");
        if roles.is_empty() { all } else { format!("{all}: {}", roles.join(", ")) }
    }
}

/// An import or an export of a component.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Item {
    /// The name.
    pub name: String,
    /// The kind of the item.
    pub kind: Kind,
    /// The type as WIT: one line, or the lines of an interface.
    pub wit: String,
    /// The interface that the item implements, if its name is not that of the interface.
    #[serde(skip)]
    pub(crate) implements: Option<String>,
}

/// The kinds of imports and exports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)] // The kinds of the Component Model.
pub(crate) enum Kind {
    Instance,
    Function,
    Type,
    Value,
    Component,
    CoreModule,
}

/// A core module.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Module {
    /// The name that its name section gives it.
    pub name: Option<String>,
    /// The size in bytes.
    pub size: usize,
    /// The offset of its first byte in the file.
    pub offset: usize,
    /// The first error of the validator in its code, with the offset. No host accepts a component with such a module.
    /// `null` if the code is valid, or was not validated.
    pub invalid: Option<String>,
    /// The metadata from its custom sections.
    pub metadata: Metadata,
}

/// An instance of a component.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Instance {
    /// The name, which is unique among the instances that the same instance creates. An instance without a name is
    /// named after its first export.
    pub name: String,
    /// The names of the enclosing instances and of this one, joined by `/`, without that of the outermost.
    pub path: String,
    /// The instance that creates it, by its index in `instances`. If none in the file does, the holder of its
    /// component: the instance of an imported component that is given it, or the outermost, which exports it. `null`
    /// for the outermost.
    pub within: Option<usize>,
    /// The component of which it is an instance, by its index in `components`. `null` if the component is imported, or
    /// cannot be determined.
    pub component: Option<usize>,
    /// The instantiation arguments, in order. Empty for the outermost, whose imports the host fills.
    pub imports: Vec<Wire>,
    /// The exports that are not items of its own code, in order, with their origins.
    pub exports: Vec<Wire>,
    /// The capabilities that it reaches, directly or through other instances, such as `stdout` and `fs`, and the
    /// imports that belong to no capability. An import that has the name of a capability is written `the import fs`.
    pub capabilities: Vec<String>,
    /// The same list, with how the instance reaches each of them.
    pub reaches: Vec<Reaches>,
}

/// How an instance reaches a capability, or an import that belongs to none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Reaches {
    /// The capability or import, as in `capabilities`.
    pub what: String,
    /// The first instance on the shortest path to it, by its index in `instances`; `null` if the instance itself is
    /// given an item of it.
    pub through: Option<usize>,
    /// Whether the instance is given only types of it, and no function.
    pub types_only: bool,
}

/// An import or an export, and what fills it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Wire {
    /// The name of the import or export.
    pub name: String,
    /// The origin of the item that fills it.
    pub from: Source,
}

/// The origin of an item, in terms of the enclosing instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub(crate) enum Source {
    /// An import of the enclosing instance. If that is the outermost, the host fills it.
    Import {
        /// The name of the import.
        name: String,
        /// The names of the exports that lead from the import to the item.
        path: Vec<String>,
    },
    /// An instance, or an export of one.
    Instance {
        /// The index of the instance in `instances`.
        instance: usize,
        /// The names of the exports that lead from the instance to the item. Empty for the instance as a whole.
        path: Vec<String>,
    },
    /// An inline instance, which consists of items of other origins.
    Bundle {
        /// The exports of the inline instance.
        items: Vec<Wire>,
    },
    /// A component, passed on without being instantiated.
    Component {
        /// The index of the component in `components`.
        component: usize,
    },
    /// An item that the enclosing instance defines itself, such as a function of its code or a type.
    Own,
}

/// An import of the outermost component, which the host fills.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct HostImport {
    /// The name.
    pub name: String,
    /// The kind of the import.
    pub kind: Kind,
    /// The interface that the import implements, if its name is not that of the interface.
    pub implements: Option<String>,
    /// The `external-id`, which tells the host which item is meant.
    pub external_id: Option<String>,
    /// Whether the import is an interface that contains only types.
    pub types_only: bool,
    /// The capabilities to which it belongs. Empty if it belongs to none.
    pub capabilities: Vec<String>,
    /// The instances that reach it.
    pub reached_by: Vec<Reached>,
    /// The pairs of interface and function by whose names a host may identify an item of the import, by the name of the
    /// item. The empty name stands for the import itself.
    #[serde(skip)]
    pub poses: BTreeMap<String, Vec<(String, String)>>,
}

/// An instance that reaches a host import.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Reached {
    /// The index of the instance in `instances`.
    pub instance: usize,
    /// The functions that it reaches. Empty if the import is a function itself, or contains only types.
    pub functions: Vec<String>,
    /// The number of other instances on the shortest path: 0 if the instance itself is given an item of the import.
    pub steps: usize,
    /// The functions that it reaches through other instances, by the first instance on the shortest path.
    pub through: Vec<Through>,
}

/// The functions that an instance reaches through another one.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Through {
    /// The other instance, by its index in `instances`.
    pub instance: usize,
    /// The functions. Empty if the import is a function itself, or contains only types.
    pub functions: Vec<String>,
}

/// A world as WIT.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct Wit {
    /// The text.
    pub text: String,
    /// The reason that the text only resembles WIT, if WIT cannot express all imports and exports of the component.
    pub reason: Option<String>,
}

/// The metadata that custom sections of a component or a core module contain. Nothing verifies them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Metadata {
    /// The source languages, and the tools that processed the code.
    pub producers: Vec<Producer>,
    /// The version.
    pub version: Option<String>,
    /// The description.
    pub description: Option<String>,
    /// The authors.
    pub authors: Option<String>,
    /// The licences, as an SPDX expression.
    pub licenses: Option<String>,
    /// The address of the source code.
    pub source: Option<String>,
    /// The address of the home page.
    pub homepage: Option<String>,
    /// The revision of the source code.
    pub revision: Option<String>,
    /// The packages that it was built from: the section `.dep-v0`.
    pub dependencies: Vec<Dependency>,
    /// The names of sections of these kinds that cannot be parsed.
    pub malformed: Vec<String>,
}

/// A tool or a language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Producer {
    /// The field of the `producers` section: `language`, `processed-by` or `sdk`.
    pub field: String,
    /// The name.
    pub name: String,
    /// The version. May be empty.
    pub version: String,
}

/// A package that a component or a core module was built from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Dependency {
    /// The name.
    pub name: String,
    /// The version.
    pub version: String,
    /// The source of the package: `crates.io`, `git`, `local`, `registry`, or another text.
    pub source: String,
    /// Whether the package is only a build dependency.
    pub build: bool,
}
