//! The keys of a manifest, each defined once for the reader and the JSON Schema. Policies use the same terms.

use serde_json::{Map, Value, json};
use toml::de::DeValue;

/// The permitted values of a key.
pub(crate) enum Shape {
    /// Any text.
    Text,
    /// One of these words.
    Word(&'static [&'static str]),
    /// `true` or `false`.
    Bool,
    /// A whole number, not negative.
    Number,
    /// A time in TOML, or a text of the same form.
    Time,
    /// An array of texts.
    Texts,
    /// A table of known keys.
    Table(&'static [Key]),
    /// An array of tables of known keys.
    Tables(&'static [Key]),
    /// A table with keys of the user's choice, whose values have one shape, and with known keys.
    Map {
        /// Keys with shapes of their own.
        known: &'static [Key],
        /// The shape of all other values.
        of: &'static Shape,
    },
    /// One of several shapes of different kinds in TOML.
    Either(&'static [Shape]),
}

/// A key of a table.
pub(crate) struct Key {
    /// The name.
    pub name: &'static str,
    /// The documentation in the schema.
    pub doc: &'static str,
    /// The permitted values.
    pub shape: Shape,
}

/// A key with its documentation and its permitted values.
pub(crate) const fn key(name: &'static str, doc: &'static str, shape: Shape) -> Key {
    Key { name, doc, shape }
}

/// A whole manifest.
pub(crate) const MANIFEST: Shape = Shape::Table(&[
    key("composition", "What is built.", Shape::Table(COMPOSITION)),
    key("components", "The components, by the names that the manifest gives them.", COMPONENTS),
    key(
        "wire",
        "What fills an import, where names do not say enough: \"COMPONENT/IMPORT\" = \"COMPONENT\", \
         \"COMPONENT/EXPORT\" or \"host\".",
        TEXTS_BY_NAME,
    ),
    key(
        "chain",
        "Components that stand before what fills an import, or is exported: \"COMPONENT/IMPORT\" or \"export NAME\" = \
         [\"COMPONENT\", …], from the import on.",
        CHAINS,
    ),
    key(
        "exports",
        "What the output exports beside what the root does: \"NAME\" = \"COMPONENT\" or \"COMPONENT/EXPORT\".",
        TEXTS_BY_NAME,
    ),
    key("virtualize", "What each component may use: grants, by the component's name.", VIRTUALIZE),
    key(
        "target",
        "Further outputs, by name. A target overrides any key above.",
        Shape::Map { known: &[], of: &TARGET },
    ),
]);

const COMPOSITION: &[Key] = &[
    key("name", "What the composition is called, such as `acme:cms@1.2.0`.", Shape::Text),
    key("root", "The component whose exports are the output's.", Shape::Text),
    key("output", "The file to write, relative to the manifest. Its directory is created.", Shape::Text),
    key("snapshot", "A file for review of what the output is, relative to the manifest. Commit it.", Shape::Text),
    key("policy", "The rules that the output must meet.", Shape::Text),
    key("wac", "A WAC document that wires the components, which are its packages.", Shape::Text),
];

const TARGET: Shape = Shape::Table(&[
    key("name", "What the composition is called.", Shape::Text),
    key("root", "The component whose exports are the output's.", Shape::Text),
    key("output", "The file to write, relative to the manifest.", Shape::Text),
    key("snapshot", "A file for review of what the output is.", Shape::Text),
    key("policy", "The rules that the output must meet.", Shape::Text),
    key("wac", "A WAC document that wires the components.", Shape::Text),
    key("components", "Components of this target.", COMPONENTS),
    key("wire", "Wires of this target.", TEXTS_BY_NAME),
    key("chain", "Chains of this target.", CHAINS),
    key("exports", "Exports of this target.", TEXTS_BY_NAME),
    key("virtualize", "Grants of this target.", VIRTUALIZE),
]);

const TEXTS_BY_NAME: Shape = Shape::Map { known: &[], of: &Shape::Text };

const CHAINS: Shape = Shape::Map { known: &[], of: &Shape::Texts };

const COMPONENTS: Shape = Shape::Map {
    known: &[],
    of: &Shape::Either(&[
        Shape::Text,
        Shape::Table(&[
            key("path", "The file, relative to the manifest: a component, its text, or a core module.", Shape::Text),
            key("sha256", "The digest that the file must have.", Shape::Text),
        ]),
    ]),
};

const VIRTUALIZE: Shape = Shape::Map { known: &[], of: &Shape::Map { known: GRANTS, of: &FUNCTION } };

/// The capability and the key of a setting: `env` and `set` of `env.set`.
pub(crate) fn setting(name: &str) -> Option<(&str, &str)> {
    name.split_once('.').filter(|(name, _)| GRANTS.iter().any(|known| known.name == *name))
}

/// The keys of a mount.
pub(crate) fn mount() -> &'static [Key] {
    MOUNT
}

/// The keys of the settings of a capability. Empty for a capability without settings.
pub(crate) fn keys(capability: &str) -> &'static [Key] {
    let table = |shape: &'static Shape| match shape {
        Shape::Table(keys) => Some(*keys),
        _ => None,
    };
    match grant(capability) {
        Shape::Either(shapes) => shapes.iter().find_map(table).unwrap_or_default(),
        shape => table(shape).unwrap_or_default(),
    }
}

/// The shape of a key of a capability, or of an item below it: `set` of `env`, and `LANG` below that.
pub(crate) fn of_setting(capability: &str, key: &str, below: Option<Below<'_>>) -> Option<&'static Shape> {
    if capability == "fs" {
        let Some(Below { name, .. }) = below else { return Some(const { &A_MOUNT }) };
        return MOUNT.iter().find(|known| known.name == name).map(|known| &known.shape);
    }
    match (&keys(capability).iter().find(|known| known.name == key)?.shape, below) {
        (shape, None) => Some(shape),
        (Shape::Map { of, .. }, Some(Below { inner: None, .. })) => Some(of),
        (Shape::Map { of: Shape::Map { of, .. }, .. }, Some(Below { inner: Some(_), .. })) => Some(of),
        _ => None,
    }
}

/// The names of an item below a key of a capability.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Below<'n> {
    /// The name below the key: `LANG` of `env.set.LANG`.
    pub name: &'n str,
    /// The name below that: `visits` of `keyvalue.set.default.visits`.
    pub inner: Option<&'n str>,
}

/// The shape of a grant.
pub(crate) fn grant(name: &str) -> &'static Shape {
    GRANTS.iter().find(|known| known.name == name).map_or(&FUNCTION, |known| &known.shape)
}

/// Whether a grant is for a capability, or is the default.
pub(crate) fn is_known(name: &str) -> bool {
    GRANTS.iter().any(|known| known.name == name)
}

/// The grants of any capability, interface or function.
const PLAIN: Shape = Shape::Word(WORDS);
const WORDS: &[&str] = &["allow", "deny", "trap", "ignore"];

/// The grants of an interface or a function.
const FUNCTION: Shape = Shape::Either(&[
    PLAIN,
    Shape::Table(&[key(
        "returns",
        "What each call of the function returns, in WAVE: `some(\"x\")`; `()` where it has no result.",
        Shape::Text,
    )]),
]);

const NAMES: Shape = Shape::Either(&[Shape::Bool, Shape::Texts]);

const VARIABLES: Shape = Shape::Either(&[
    PLAIN,
    Shape::Table(&[
        key("set", "Variables with their values.", TEXTS_BY_NAME),
        key("allow", "The host's variables that are passed on: names, or all of them.", NAMES),
        key("deny", "Those that are not.", Shape::Texts),
    ]),
]);

const SINK: Shape = Shape::Word(&["allow", "deny", "trap", "ignore", "stdout", "stderr"]);

const GRANTS: &[Key] = &[
    key("default", "What all is given that no other key names; `deny` without it.", PLAIN),
    key("env", "Environment variables.", VARIABLES),
    key(
        "args",
        "Arguments.",
        Shape::Either(&[
            PLAIN,
            Shape::Table(&[key("set", "The arguments, of which the first is the program's name.", Shape::Texts)]),
        ]),
    ),
    key(
        "cwd",
        "The working directory.",
        Shape::Either(&[PLAIN, Shape::Table(&[key("set", "The path.", Shape::Text)])]),
    ),
    key("config", "wasi:config.", VARIABLES),
    key(
        "stdin",
        "Standard input.",
        Shape::Either(&[
            Shape::Word(&["allow", "deny", "trap", "ignore", "empty"]),
            Shape::Table(&[
                key("text", "What is read from it.", Shape::Text),
                key("file", "The file that is read from it.", Shape::Text),
            ]),
        ]),
    ),
    key("stdout", "Standard output.", SINK),
    key("stderr", "Standard error.", SINK),
    key("exit", "wasi:cli/exit.", PLAIN),
    key(
        "clocks",
        "wasi:clocks.",
        Shape::Either(&[
            PLAIN,
            Shape::Table(&[
                key(
                    "fixed",
                    "The time at which clocks stand, as RFC 3339 writes it: `2026-01-01T00:00:00Z`.",
                    Shape::Time,
                ),
                key("step", "How far they go with each question: `1ms`.", Shape::Text),
            ]),
        ]),
    ),
    key("random", "wasi:random.", Shape::Either(&[PLAIN, Shape::Table(&[key("seed", "The seed.", Shape::Number)])])),
    key("fs", "wasi:filesystem, or what is mounted where.", Shape::Either(&[PLAIN, MOUNTS])),
    key(
        "sockets",
        "wasi:sockets, or which addresses may be reached.",
        Shape::Either(&[
            PLAIN,
            Shape::Table(&[
                key(
                    "connect",
                    "Rules for what may be connected to and sent datagrams, `ADDRESS[/BITS]:PORT` or `NAME:PORT`: `10.0.0.0/8:443`, \
                     `[2001:db8::]/32:*`, `db.internal:5432`.",
                    Shape::Texts,
                ),
                key(
                    "listen",
                    "Rules for where sockets may listen, `ADDRESS[/BITS]:PORT`: `127.0.0.1:8080`, `0.0.0.0:8000-8010`.",
                    Shape::Texts,
                ),
                key(
                    "lookup",
                    "Names that may be looked up, beside those that may be connected to: `one.example`, `*.internal`.",
                    Shape::Texts,
                ),
            ]),
        ]),
    ),
    key(
        "http",
        "wasi:http, or which requests may be sent.",
        Shape::Either(&[
            PLAIN,
            Shape::Table(&[
                key(
                    "allow",
                    "Rules for the requests that may be sent, `[METHODS ]SCHEME://HOST[:PORT][/PATH]`: `https://api.example.com`, \
                     `GET,HEAD https://*.example.com/assets/*`.",
                    Shape::Texts,
                ),
                key("deny", "Rules for those of them that may not.", Shape::Texts),
            ]),
        ]),
    ),
    key(
        "keyvalue",
        "wasi:keyvalue, or what of it is in memory.",
        Shape::Either(&[
            Shape::Word(&["allow", "deny", "trap", "ignore", "memory"]),
            Shape::Table(&[
                key(
                    "memory",
                    "How much keys and values take at most: `16MiB`, or a number of bytes; 16 MiB without it.",
                    SIZE,
                ),
                key("set", "Keys with their values, by the names of their buckets.", BUCKETS),
            ]),
        ]),
    ),
    key(
        "logging",
        "wasi:logging, or where its messages are written.",
        Shape::Word(&["allow", "deny", "trap", "ignore", "stderr"]),
    ),
];

const BUCKETS: Shape = Shape::Map { known: &[], of: &TEXTS_BY_NAME };

const MOUNTS: Shape = Shape::Map { known: &[], of: &A_MOUNT };
const A_MOUNT: Shape = Shape::Table(MOUNT);

const SIZE: Shape = Shape::Either(&[Shape::Text, Shape::Number]);

const MOUNT: &[Key] = &[
    key("embed", "A directory or file that is copied into the component.", Shape::Text),
    key("memory", "A writable directory, empty at first, that takes so much: `64MiB`, or a number of bytes.", SIZE),
    key("overlay", "Makes what is embedded writable: `memory`, or how much that may take.", SIZE),
    key("host", "What the host preopens by that name, or something below it.", Shape::Text),
    key("mode", "How what the host gives may be used.", Shape::Word(&["read-only"])),
    key("follow-symlinks", "Whether links within what is embedded are replaced by what they lead to.", Shape::Bool),
];

impl Shape {
    /// The description in messages.
    pub(crate) fn expected(&self) -> String {
        match self {
            Shape::Text => "a string".to_owned(),
            Shape::Word(words) => or(words.iter().map(|word| format!("\"{word}\"")).collect()),
            Shape::Bool => "true or false".to_owned(),
            Shape::Number => "a number".to_owned(),
            Shape::Time => "a time".to_owned(),
            Shape::Texts => "an array of strings".to_owned(),
            Shape::Tables(_) => "an array of tables, in double brackets".to_owned(),
            Shape::Table(_) | Shape::Map { .. } => "a table".to_owned(),
            Shape::Either(shapes) => or(shapes.iter().map(Shape::expected).collect()),
        }
    }

    /// The schema of a file of this shape.
    pub(crate) fn document(&self, title: &str) -> Value {
        let mut schema = self.schema();
        if let Value::Object(schema) = &mut schema {
            schema.insert("$schema".to_owned(), "http://json-schema.org/draft-07/schema#".into());
            schema.insert("title".to_owned(), title.into());
        }
        schema
    }

    /// The schema of a value of this shape.
    fn schema(&self) -> Value {
        match self {
            Shape::Text => json!({ "type": "string" }),
            Shape::Word(words) => json!({ "enum": words }),
            Shape::Bool => json!({ "type": "boolean" }),
            Shape::Number => json!({ "type": "integer", "minimum": 0 }),
            // Programs that check TOML against a schema represent times as text.
            Shape::Time => json!({ "type": "string" }),
            Shape::Texts => json!({ "type": "array", "items": { "type": "string" } }),
            Shape::Table(keys) => {
                json!({ "type": "object", "properties": properties(keys), "additionalProperties": false })
            }
            Shape::Tables(keys) => json!({ "type": "array", "items": Shape::Table(keys).schema() }),
            Shape::Map { known: [], of } => json!({ "type": "object", "additionalProperties": of.schema() }),
            Shape::Map { known, of } => {
                json!({ "type": "object", "properties": properties(known), "additionalProperties": of.schema() })
            }
            Shape::Either(shapes) => json!({ "anyOf": shapes.iter().map(Shape::schema).collect::<Vec<_>>() }),
        }
    }
}

/// `a`, `a or b`, `a, b or c`.
fn or(parts: Vec<String>) -> String {
    match parts.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

fn properties(keys: &[Key]) -> Map<String, Value> {
    let property = |key: &Key| {
        let mut schema = key.shape.schema();
        if let Value::Object(schema) = &mut schema {
            schema.insert("description".to_owned(), key.doc.into());
        }
        (key.name.to_owned(), schema)
    };
    keys.iter().map(property).collect()
}

/// The JSON Schema of manifests, for editors.
pub(crate) fn schema() -> String {
    let mut schema = MANIFEST.document("weld.toml");
    if let Value::Object(schema) = &mut schema {
        // A target may have the keys instead of the manifest.
        let either = |key: &str| json!({ "anyOf": [{ "required": [key] }, { "required": ["target"] }] });
        schema.insert("allOf".to_owned(), json!([either("composition"), either("components")]));
    }
    for components in ["/properties/components", "/properties/target/additionalProperties/properties/components"] {
        if let Some(Value::Object(components)) = schema.pointer_mut(components) {
            let names = json!({ "pattern": "^[^/#\\u0000-\\u001f]*[^/#\\s\\u0000-\\u001f][^/#\\u0000-\\u001f]*$" });
            let names = json!({ "allOf": [names, { "not": { "const": "host" } }] });
            components.insert("propertyNames".to_owned(), names);
        }
        let table = format!("{components}/additionalProperties/anyOf/1");
        if let Some(Value::Object(table)) = schema.pointer_mut(&table) {
            table.insert("required".to_owned(), json!(["path"]));
        }
        if let Some(Value::Object(digest)) = schema.pointer_mut(&format!("{table}/properties/sha256")) {
            digest.insert("pattern".to_owned(), "^[0-9a-fA-F]{64}$".into());
        }
    }
    text(&schema)
}

/// A schema as the text of its file.
pub(crate) fn text(schema: &Value) -> String {
    // The value consists of strings, numbers, arrays and objects, which serialize without errors.
    format!("{}\n", serde_json::to_string_pretty(schema).unwrap_or_default())
}

/// Whether a value has the kind of a shape, regardless of its content.
pub(crate) fn is_of_kind(value: &DeValue<'_>, shape: &Shape) -> bool {
    match shape {
        Shape::Text | Shape::Word(_) => value.is_str(),
        Shape::Bool => value.is_bool(),
        Shape::Number => value.is_integer(),
        Shape::Time => value.is_str() || value.is_datetime(),
        Shape::Texts | Shape::Tables(_) => value.is_array(),
        Shape::Table(_) | Shape::Map { .. } => value.is_table(),
        Shape::Either(shapes) => shapes.iter().any(|shape| is_of_kind(value, shape)),
    }
}
