//! Parses the world of a snapshot into lines and blocks in braces.
//!
//! A comparison needs no more of WIT than this. It works the same for text that only resembles WIT, for worlds that WIT
//! cannot express.

use std::collections::{BTreeMap, BTreeSet};

/// The nesting depth of braces. WIT needs less than ten; deeper blocks are parsed as lines.
const DEPTH: usize = 32;

/// The keywords that precede the name of a definition.
const DEFINITIONS: &[&str] = &["type", "record", "variant", "enum", "flags", "resource", "interface"];

/// A line, with the block that it opens, if it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    /// The line, without the brace that it opens.
    pub line: String,
    /// The lines in the block.
    pub children: Option<Vec<Node>>,
}

/// The type of an import or an export.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape<'w> {
    /// The lines of an interface.
    Interface(&'w [Node]),
    /// The line of any other type.
    Line(&'w str),
}

/// A world, with its items by name.
#[derive(Debug, Default)]
pub(super) struct World {
    imports: BTreeMap<String, Vec<Node>>,
    exports: BTreeMap<String, Vec<Node>>,
    plain_imports: BTreeMap<String, String>,
    plain_exports: BTreeMap<String, String>,
    interfaces: BTreeMap<String, Vec<Node>>,
    /// The interfaces that imports of other names implement.
    identities: BTreeMap<String, String>,
    /// The interfaces that the world imports or exports by name.
    named: Vec<String>,
    /// The types that the world itself defines.
    pub own: Vec<Node>,
    /// The names of these types.
    defined: BTreeSet<String>,
}

impl World {
    /// Parses any text.
    pub(super) fn read(text: &str) -> World {
        let mut world = World::default();
        for node in nodes(text) {
            let Some(children) = node.children else { continue };
            match node.line.split_once(' ') {
                Some(("world", _)) => children.into_iter().for_each(|child| world.add(child)),
                Some(("package", package)) => {
                    let (package, version) = match crate::name::versioned(package) {
                        (package, Some(version)) => (package, format!("@{version}")),
                        (package, None) => (package, String::new()),
                    };
                    for Node { line, children } in children {
                        if let (Some(name), Some(children)) = (line.strip_prefix("interface "), children) {
                            world.interfaces.insert(format!("{package}/{name}{version}"), children);
                        }
                    }
                }
                _ => {}
            }
        }
        for line in text.lines().map(str::trim) {
            let (Some(interface), line) = split_attributes(line) else { continue };
            let name = line.strip_prefix("import ").map(|rest| rest.strip_prefix("interface ").unwrap_or(rest));
            let name = name.and_then(|rest| rest.split([' ', ':']).next());
            world.identities.extend(name.map(|name| (name.to_owned(), interface.to_owned())));
        }
        world.defined = world.own.iter().flat_map(Node::defined).collect();
        world.add_other_names();
        world.add_external_ids(text);
        world
    }

    /// Adds the `external-id`s of imports and exports, which select an item of the host: as a line of an interface, or
    /// before any other type. The attribute precedes the item, on the same line or on one of its own.
    fn add_external_ids(&mut self, text: &str) {
        let mut before: Option<&str> = None;
        for mut line in text.lines().map(str::trim) {
            let mut id = before.take();
            while let Some((attribute, rest)) = line.strip_prefix('@').and_then(|rest| rest.split_once("\")")) {
                let length = line.len() - rest.len();
                id = line.get(..length).filter(|_| attribute.starts_with("external-id(")).or(id);
                line = rest.trim_start();
            }
            if line.is_empty() {
                before = id;
            }
            let (Some(id), Some((side, item))) = (id, line.split_once(' ')) else { continue };
            let (known, plain) = match side {
                "import" => (&mut self.imports, &mut self.plain_imports),
                "export" => (&mut self.exports, &mut self.plain_exports),
                _ => continue,
            };
            let item = item.strip_prefix("interface ").unwrap_or(item).trim_start_matches('%');
            let name = item.split_once(": ").map_or(item, |(name, _)| name).trim_end_matches([';', '{', '}', ' ']);
            match plain.get_mut(name) {
                Some(ty) => *ty = format!("{id} {ty}"),
                None => {
                    let own = || self.interfaces.get(name).cloned().unwrap_or_default();
                    let nodes = known.entry(name.to_owned()).or_insert_with(own);
                    nodes.insert(0, Node { line: id.to_owned(), children: None });
                }
            }
        }
    }

    /// Whether a text is a complete world: all braces are closed, and all interfaces that it names are defined.
    pub(super) fn is_whole(text: &str) -> bool {
        let mut depth = 0_usize;
        for line in text.lines().map(str::trim) {
            match line {
                "}" => depth = depth.saturating_sub(1),
                line if line.ends_with('{') => depth += 1,
                _ => {}
            }
        }
        let world = World::read(text);
        let is_there = |name: &String| world.interfaces.contains_key(name);
        depth == 0 && text.lines().any(|line| line.starts_with("world ")) && world.named.iter().all(is_there)
    }

    /// Moves each interface that is imported or exported under another name to that name, with the line that states the
    /// name.
    fn add_other_names(&mut self) {
        let World { imports, exports, plain_imports, plain_exports, interfaces, identities, .. } = self;
        let identity = |(name, line): (&String, &String)| {
            let (_, interface) = line.split_once(": ")?;
            let interface = interface.trim_end_matches(';');
            interfaces.contains_key(interface).then(|| (name.clone(), interface.to_owned()))
        };
        identities.extend(plain_imports.iter().filter_map(identity));
        for (plain, known) in [(plain_imports, imports), (plain_exports, exports)] {
            plain.retain(|name, line| {
                let interface = line.split_once(": ").and_then(|(_, rest)| interfaces.get(rest.trim_end_matches(';')));
                let Some(interface) = interface else { return true };
                let line = Node { line: line.clone(), children: None };
                known.insert(name.clone(), std::iter::once(line).chain(interface.iter().cloned()).collect());
                false
            });
        }
    }

    /// Whether the world itself defines a type of that name.
    pub(super) fn defines(&self, name: &str) -> bool {
        self.defined.contains(name)
    }

    /// The interface that an import implements, if its name is not that of the interface.
    pub(super) fn identity(&self, import: &str) -> Option<&str> {
        self.identities.get(import).map(String::as_str)
    }

    /// The type of an import. `None` if the text does not contain it.
    pub(super) fn import(&self, name: &str) -> Option<Shape<'_>> {
        self.shape(name, &self.imports, &self.plain_imports)
    }

    /// The type of an export. `None` if the text does not contain it.
    pub(super) fn export(&self, name: &str) -> Option<Shape<'_>> {
        self.shape(name, &self.exports, &self.plain_exports)
    }

    fn shape<'w>(
        &'w self,
        name: &str,
        interfaces: &'w BTreeMap<String, Vec<Node>>,
        plain: &'w BTreeMap<String, String>,
    ) -> Option<Shape<'w>> {
        let interface = interfaces.get(name).or_else(|| self.interfaces.get(name));
        let interface = interface.map(|nodes| Shape::Interface(nodes));
        interface.or_else(|| plain.get(name).map(|line| Shape::Line(line)))
    }

    /// Adds a line of the world's block.
    fn add(&mut self, node: Node) {
        let (interfaces, rest) = match node.line.split_once(' ') {
            Some(("import", rest)) => (&mut self.imports, rest),
            Some(("export", rest)) => (&mut self.exports, rest),
            _ => return self.own.push(node),
        };
        match node.children {
            // `import name: interface {`; or, in text that only resembles WIT, `import interface name {`.
            Some(children) => {
                let name = rest.strip_prefix("interface ").or_else(|| rest.strip_suffix(": interface")).unwrap_or(rest);
                interfaces.insert(name.to_owned(), children);
            }
            None => self.add_line(node.line.starts_with("import "), rest.to_owned()),
        }
    }

    /// Adds an import or an export that has no block.
    fn add_line(&mut self, is_import: bool, rest: String) {
        let (interfaces, plain) = match is_import {
            true => (&mut self.imports, &mut self.plain_imports),
            false => (&mut self.exports, &mut self.plain_exports),
        };
        if let Some(name) = rest.strip_prefix("interface ") {
            // The interface is empty.
            interfaces.insert(name.strip_suffix(" {}").unwrap_or(name).to_owned(), Vec::new());
        } else if rest.split_once(' ').is_some_and(|(word, _)| DEFINITIONS.contains(&word)) {
            self.own.push(Node { line: rest, children: None });
        } else if let Some((name, _)) = rest.split_once(": ") {
            plain.insert(name.trim_start_matches('%').to_owned(), rest.clone());
        } else if let Some(name) = rest.strip_suffix(';') {
            // An interface that is imported or exported by name is defined in its package.
            self.named.push(name.to_owned());
        }
    }
}

impl Node {
    /// The name of what the line defines, to pair lines.
    pub(super) fn key(&self) -> String {
        let line = self.line.trim_end_matches([',', ';']);
        if let Some((path, names)) = line.strip_prefix("use ").and_then(|used| used.split_once(".{")) {
            // Other versions of an interface are the same interface.
            return format!("use {}.{{{names}", crate::name::base(path));
        }
        let defined = line.split_once(' ').filter(|(word, _)| DEFINITIONS.contains(word));
        let name = defined.map_or(line, |(_, rest)| rest);
        let end = name.find(['(', ':', '=', ' ', '{']).unwrap_or(name.len());
        // `wasi:cli/run` is one name.
        let end = if name.contains('/') { name.find(' ').unwrap_or(name.len()) } else { end };
        let name = name.get(..end).unwrap_or(name);
        match name {
            // In text that only resembles WIT, a constructor is beside its resource.
            name if line.contains(" constructor(") => format!("{name} constructor"),
            name => name.to_owned(),
        }
    }

    /// The names under which the line may define a type: its own, and that under which `use` renames a type.
    pub(super) fn defined(&self) -> Vec<String> {
        let used = self.line.strip_suffix("};").and_then(|used| used.split_once(".{"));
        let used = used.and_then(|(_, used)| used.rsplit(' ').next()).map(str::to_owned);
        used.into_iter().chain([self.key()]).collect()
    }

    /// The text of the line and its block.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, 0);
        text.trim_end().to_owned()
    }

    fn write(&self, text: &mut String, depth: usize) {
        let indent = "  ".repeat(depth);
        match &self.children {
            None => text.push_str(&format!("{indent}{}\n", self.line)),
            Some(children) => {
                text.push_str(&format!("{indent}{} {{\n", self.line));
                children.iter().for_each(|child| child.write(text, depth + 1));
                text.push_str(&format!("{indent}}}\n"));
            }
        }
    }
}

/// The names of the functions in an interface.
pub(super) fn functions(nodes: &[Node]) -> Vec<String> {
    let mut found = Vec::new();
    for node in nodes {
        match &node.children {
            Some(children) => found.extend(functions(children)),
            None if is_function(&node.line) => found.push(node.key()),
            None => {}
        }
    }
    found
}

fn is_function(line: &str) -> bool {
    [": func(", ": async func(", ": static func(", ": static async func(", "constructor("]
        .iter()
        .any(|mark| line.contains(mark))
}

/// Splits a line with an import or export into the interface of `@implements` and the text after all attributes:
/// `@implements("ns:pkg/iface") import interface name {`. A feature gate has a line of its own, which is returned
/// unchanged.
fn split_attributes(line: &str) -> (Option<&str>, &str) {
    let (mut rest, mut implements) = (line, None);
    while let Some((attribute, after)) = rest.strip_prefix('@').and_then(|rest| rest.split_once("\") ")) {
        let value = attribute.strip_prefix("implements(\"");
        (rest, implements) = (after, value.or(implements));
    }
    match rest.starts_with("import ") || rest.starts_with("export ") {
        true => (implements, rest),
        false => (None, line),
    }
}

/// Parses a text into lines and blocks.
fn nodes(text: &str) -> Vec<Node> {
    let mut open: Vec<Node> = Vec::new();
    let mut done: Vec<Node> = Vec::new();
    // The number of open braces beyond `DEPTH`.
    let mut ignored = 0_usize;
    for line in text.lines().map(str::trim) {
        // Comments and feature gates do not change types. In text that only resembles WIT, attributes precede an
        // import.
        let (_, line) = split_attributes(line);
        if line.is_empty() || line.starts_with("//") || line.starts_with('@') {
            continue;
        }
        let leaf = Node { line: line.to_owned(), children: None };
        let finished = match line.strip_suffix('{') {
            Some(header) if open.len() < DEPTH => {
                open.push(Node { line: header.trim_end().to_owned(), children: Some(Vec::new()) });
                continue;
            }
            Some(_) => {
                ignored += 1;
                leaf
            }
            None if line == "}" && ignored > 0 => {
                ignored -= 1;
                leaf
            }
            None if line == "}" => match open.pop() {
                Some(block) => block,
                None => continue,
            },
            None => leaf,
        };
        split_use(finished).into_iter().for_each(|node| push_node(&mut open, &mut done, node));
    }
    // Blocks that are not closed end with the text.
    while let Some(block) = open.pop() {
        push_node(&mut open, &mut done, block);
    }
    done
}

/// Divides `use` of several types into a line for each: how types are grouped into lines is not significant.
fn split_use(node: Node) -> Vec<Node> {
    let used = node.line.strip_prefix("use ").and_then(|used| used.strip_suffix("};")?.split_once(".{"));
    let Some((path, names)) = used else { return vec![node] };
    let line = |name: &str| Node { line: format!("use {path}.{{{}}};", name.trim()), children: None };
    names.split(',').map(line).collect()
}

fn push_node(open: &mut [Node], done: &mut Vec<Node>, node: Node) {
    match open.last_mut().and_then(|block| block.children.as_mut()) {
        Some(children) => children.push(node),
        None => done.push(node),
    }
}
