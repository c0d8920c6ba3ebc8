//! Reads the world of a snapshot: lines that open and close a brace, and lines between them.
//!
//! That is all of WIT that is needed to say what changed, and it is the same in WIT and in what only looks like it, of worlds
//! for which WIT has no words.

use std::collections::{BTreeMap, BTreeSet};

/// How deep braces are followed. No WIT has more than a handful; what is deeper is taken for lines.
const DEPTH: usize = 32;

/// What precedes the name of a type where that is defined.
const DEFINITIONS: &[&str] = &["type", "record", "variant", "enum", "flags", "resource", "interface"];

/// A line, and what is in its braces if it opens some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    /// The line; where it opens a brace, without that.
    pub line: String,
    /// The lines in the brace.
    pub children: Option<Vec<Node>>,
}

/// What an import or an export is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape<'w> {
    /// An interface.
    Interface(&'w [Node]),
    /// Anything else: its type.
    Line(&'w str),
}

/// A world, by the names of what is in it.
#[derive(Debug, Default)]
pub(super) struct World {
    imports: BTreeMap<String, Vec<Node>>,
    exports: BTreeMap<String, Vec<Node>>,
    plain_imports: BTreeMap<String, String>,
    plain_exports: BTreeMap<String, String>,
    interfaces: BTreeMap<String, Vec<Node>>,
    /// The interfaces that imports are which go by other names.
    identities: BTreeMap<String, String>,
    /// The interfaces that the world imports or exports by their names.
    named: Vec<String>,
    /// What the world defines itself.
    pub own: Vec<Node>,
    /// The names of that.
    defined: BTreeSet<String>,
}

impl World {
    /// Reads a text, whatever it is.
    pub fn read(text: &str) -> World {
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
            let (Some(interface), line) = unattributed(line) else { continue };
            let name = line.strip_prefix("import ").map(|rest| rest.strip_prefix("interface ").unwrap_or(rest));
            let name = name.and_then(|rest| rest.split([' ', ':']).next());
            world.identities.extend(name.map(|name| (name.to_owned(), interface.to_owned())));
        }
        world.defined = world.own.iter().flat_map(Node::defined).collect();
        world.name_again();
        world.identify(text);
        world
    }

    /// Adds to imports and exports what they say by `external-id`, which selects what a host gives: as a line of an
    /// interface, or before the type of anything else. It stands before the item, in a line of its own or not.
    fn identify(&mut self, text: &str) {
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

    /// Whether a text is that of a world, and has all of it: each brace is closed, and the interfaces that are named are there.
    pub fn is_whole(text: &str) -> bool {
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

    /// Has each interface that goes by another name be there under that, together with the line that says so.
    fn name_again(&mut self) {
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

    /// Whether the world has a type of that name.
    pub fn defines(&self, name: &str) -> bool {
        self.defined.contains(name)
    }

    /// The interface that an import is, where it goes by another name.
    pub fn identity(&self, import: &str) -> Option<&str> {
        self.identities.get(import).map(String::as_str)
    }

    /// What an import is. `None` where the text does not say it.
    pub fn import(&self, name: &str) -> Option<Shape<'_>> {
        self.shape(name, &self.imports, &self.plain_imports)
    }

    /// What an export is. `None` where the text does not say it.
    pub fn export(&self, name: &str) -> Option<Shape<'_>> {
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

    /// Adds a line of the world itself.
    fn add(&mut self, node: Node) {
        let (interfaces, rest) = match node.line.split_once(' ') {
            Some(("import", rest)) => (&mut self.imports, rest),
            Some(("export", rest)) => (&mut self.exports, rest),
            _ => return self.own.push(node),
        };
        match node.children {
            // `import name: interface {`, and in what only looks like WIT `import interface name {`.
            Some(children) => {
                let name = rest.strip_prefix("interface ").or_else(|| rest.strip_suffix(": interface")).unwrap_or(rest);
                interfaces.insert(name.to_owned(), children);
            }
            None => self.add_line(node.line.starts_with("import "), rest.to_owned()),
        }
    }

    /// Adds an import or an export of one line.
    fn add_line(&mut self, is_import: bool, rest: String) {
        let (interfaces, plain) = match is_import {
            true => (&mut self.imports, &mut self.plain_imports),
            false => (&mut self.exports, &mut self.plain_exports),
        };
        if let Some(name) = rest.strip_prefix("interface ") {
            // It has nothing in it.
            interfaces.insert(name.strip_suffix(" {}").unwrap_or(name).to_owned(), Vec::new());
        } else if rest.split_once(' ').is_some_and(|(word, _)| DEFINITIONS.contains(&word)) {
            self.own.push(Node { line: rest, children: None });
        } else if let Some((name, _)) = rest.split_once(": ") {
            plain.insert(name.trim_start_matches('%').to_owned(), rest.clone());
        } else if let Some(name) = rest.strip_suffix(';') {
            // An interface is named alone, and is defined in its package.
            self.named.push(name.to_owned());
        }
    }
}

impl Node {
    /// What the line is about: the name of what it defines.
    pub fn key(&self) -> String {
        let line = self.line.trim_end_matches([',', ';']);
        if let Some((path, names)) = line.strip_prefix("use ").and_then(|used| used.split_once(".{")) {
            // Another version of the same interface is the same.
            return format!("use {}.{{{names}", crate::name::base(path));
        }
        let defined = line.split_once(' ').filter(|(word, _)| DEFINITIONS.contains(word));
        let name = defined.map_or(line, |(_, rest)| rest);
        let end = name.find(['(', ':', '=', ' ', '{']).unwrap_or(name.len());
        // `wasi:cli/run` is one name.
        let end = if name.contains('/') { name.find(' ').unwrap_or(name.len()) } else { end };
        let name = name.get(..end).unwrap_or(name);
        match name {
            // Of worlds for which WIT has no words, constructors stand beside their resources.
            name if line.contains(" constructor(") => format!("{name} constructor"),
            name => name.to_owned(),
        }
    }

    /// The names of the type that it may define: its own, and that under which it uses another interface's.
    pub fn defined(&self) -> Vec<String> {
        let used = self.line.strip_suffix("};").and_then(|used| used.split_once(".{"));
        let used = used.and_then(|(_, used)| used.rsplit(' ').next()).map(str::to_owned);
        used.into_iter().chain([self.key()]).collect()
    }

    /// The line and all that is in its braces.
    pub fn text(&self) -> String {
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

/// The interface that an import is, where its line begins with that, and the line without all that is said of it first:
/// `@implements("ns:pkg/iface") import interface name {`. A gate has a line of its own.
fn unattributed(line: &str) -> (Option<&str>, &str) {
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

/// The lines of a text, by their braces.
fn nodes(text: &str) -> Vec<Node> {
    let mut open: Vec<Node> = Vec::new();
    let mut done: Vec<Node> = Vec::new();
    // How many braces are open that are too deep to be followed.
    let mut ignored = 0_usize;
    for line in text.lines().map(str::trim) {
        // Comments and gates say nothing about types. In what only looks like WIT, an import follows what is said of it.
        let (_, line) = unattributed(line);
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
        each_used(finished).into_iter().for_each(|node| put(&mut open, &mut done, node));
    }
    // What is not closed ends with the text.
    while let Some(block) = open.pop() {
        put(&mut open, &mut done, block);
    }
    done
}

/// A line for each type that one uses: which of them stand in one line says nothing.
fn each_used(node: Node) -> Vec<Node> {
    let used = node.line.strip_prefix("use ").and_then(|used| used.strip_suffix("};")?.split_once(".{"));
    let Some((path, names)) = used else { return vec![node] };
    let of = |name: &str| Node { line: format!("use {path}.{{{}}};", name.trim()), children: None };
    names.split(',').map(of).collect()
}

fn put(open: &mut [Node], done: &mut Vec<Node>, node: Node) {
    match open.last_mut().and_then(|block| block.children.as_mut()) {
        Some(children) => children.push(node),
        None => done.push(node),
    }
}
