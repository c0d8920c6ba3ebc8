//! The memory image of the settings and the embedded files that providers read.
//!
//! The structures are defined in `virt-components/abi/src/settings.rs`. A test compares the image with them.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::describe::Settings;
use crate::describe::setting::{Input, KeyValue, Mount, MountKind, Names, Variables};
use crate::load::Embedded;
use crate::load::embedded::Node;
use crate::text::Shown;

/// A part of the initial memory.
#[derive(Debug, Default)]
pub(crate) struct Image {
    /// The address of the first byte.
    pub start: u32,
    pub bytes: Vec<u8>,
    /// The address of the settings.
    pub settings: u32,
}

/// The kind of a mount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    ReadOnly = 0,
    Writable = 1,
    Host = 2,
    HostReadOnly = 3,
}

/// A mount to be written.
struct Placed<'s> {
    kind: Kind,
    quota: u64,
    /// The content. `None` for a directory of the host.
    root: Option<Node>,
    host: &'s str,
}

/// The largest address of the end: some readers take lengths as signed 32-bit numbers.
const END: usize = 1 << 30;

impl Image {
    /// Writes settings to an image from the address `start` on. `available` has the bits of the host functions that
    /// exist.
    ///
    /// # Errors
    ///
    /// A mount has an impossible path, or the content is larger than the address space allows.
    pub(crate) fn new(settings: &Settings, embedded: &Embedded, start: u32, available: u32) -> Result<Image, String> {
        let mounts = placed(settings, embedded)?;
        let start = start.next_multiple_of(16);
        let mut writer = Writer { start, bytes: Vec::new(), known: BTreeMap::new() };
        let mut fields = Fields::default();
        fields.number(available);
        for variables in [&settings.env, &settings.config] {
            writer.variables(variables.as_ref(), &mut fields);
        }
        let args = writer.texts(settings.args.iter().flatten().map(String::as_str));
        fields.list(args);
        let cwd = writer.texts(settings.cwd.iter().map(String::as_str));
        fields.list(cwd);
        let stdin = match &settings.stdin {
            Some(Input::Text(text)) => writer.content(text.as_bytes()),
            Some(Input::File { file, .. }) => match embedded.get(file, false).map(|tree| &*tree.root) {
                Some(Node::File(bytes)) => writer.content(bytes),
                _ => return Err(format!("`{}` has not been read", file.shown())),
            },
            None => (0, 0),
        };
        fields.list(stdin);
        fields.number(0);
        let clock = settings.clock;
        fields.long(clock.map_or(0, |clock| clock.seconds));
        fields.long(clock.map_or(0, |clock| clock.step));
        fields.number(clock.map_or(0, |clock| clock.nanoseconds));
        fields.number(0);
        fields.long(settings.seed.unwrap_or_default());
        let (mounts, nodes) = writer.mounts(&mounts);
        fields.list(mounts);
        fields.list(nodes);
        let http = settings.http.as_ref();
        for rules in [http.map(|rules| &rules.allow), http.map(|rules| &rules.deny)] {
            let rules = writer.texts(rules.into_iter().flatten().map(String::as_str));
            fields.list(rules);
        }
        let sockets = settings.sockets.as_ref();
        let sockets = [sockets.map(|of| &of.connect), sockets.map(|of| &of.listen), sockets.map(|of| &of.lookup)];
        for rules in sockets {
            let rules = writer.texts(rules.into_iter().flatten().map(String::as_str));
            fields.list(rules);
        }
        fields.long(settings.keyvalue.as_ref().map_or(0, |keyvalue| keyvalue.memory));
        let buckets = writer.buckets(settings.keyvalue.as_ref());
        fields.list(buckets);
        let settings = writer.append(&fields.bytes, 8);
        if (start as usize).saturating_add(writer.bytes.len()) > END {
            return Err("what is embedded takes more than a gigabyte".to_owned());
        }
        Ok(Image { start, bytes: writer.bytes, settings })
    }
}

/// The mounts by path. Each mounted file has a mounted directory around it.
fn placed<'s>(settings: &'s Settings, embedded: &Embedded) -> Result<BTreeMap<String, Placed<'s>>, String> {
    let mut mounts = BTreeMap::new();
    for (path, Mount { kind, .. }) in &settings.mounts {
        let directory = || Some(Node::Directory(BTreeMap::new()));
        let placed = match kind {
            MountKind::Embed { source, follow, overlay } => {
                let tree = embedded.get(source, *follow).ok_or_else(|| format!("`{}` was not read", source.shown()))?;
                let kind = if overlay.is_some() { Kind::Writable } else { Kind::ReadOnly };
                let quota = overlay.unwrap_or_default();
                Placed { kind, quota, root: Some((*tree.root).clone()), host: "" }
            }
            MountKind::Memory(quota) => Placed { kind: Kind::Writable, quota: *quota, root: directory(), host: "" },
            MountKind::Host { path, read_only } => {
                let kind = if *read_only { Kind::HostReadOnly } else { Kind::Host };
                Placed { kind, quota: 0, root: None, host: path }
            }
        };
        mounts.insert(path.clone(), placed);
    }
    let is_file = |mount: &Placed<'_>| matches!(mount.root, Some(Node::File(_) | Node::Link(_)));
    for path in mounts.keys() {
        if let Some(file) = parents(path).find(|parent| mounts.get(*parent).is_some_and(is_file)) {
            let (path, file) = (Shown(path), Shown(file));
            return Err(format!("nothing can be mounted at `{path}`: what is mounted at `{file}` is no directory"));
        }
    }
    // A mounted file is an entry of a mounted directory, so there must be one.
    let files: Vec<String> = mounts.iter().filter(|(_, mount)| is_file(mount)).map(|(path, _)| path.clone()).collect();
    for file in files {
        if around(&mounts, &file).is_none() {
            let parent = parents(&file).next().unwrap_or("/");
            let root = Some(Node::Directory(BTreeMap::new()));
            mounts.insert(parent.to_owned(), Placed { kind: Kind::ReadOnly, quota: 0, root, host: "" });
        }
    }
    for path in mounts.keys() {
        let Some(outer) = around(&mounts, path) else { continue };
        let inner = path.get(outer.len()..).unwrap_or_default().trim_start_matches('/');
        if let Some(found) = mounts.get(&outer).and_then(|mount| in_the_way(mount.root.as_ref()?, inner)) {
            let (path, outer) = (Shown(path), Shown(&outer));
            return Err(format!(
                "nothing can be mounted at `{path}`: `{}`, which is no directory, is in the way in `{outer}`",
                Shown(found)
            ));
        }
    }
    Ok(mounts)
}

/// The path of the innermost mounted directory around a path.
fn around(mounts: &BTreeMap<String, Placed<'_>>, path: &str) -> Option<String> {
    let is_directory = |mount: &Placed<'_>| mount.root.as_ref().is_none_or(|root| matches!(root, Node::Directory(_)));
    parents(path).find(|parent| mounts.get(*parent).is_some_and(is_directory)).map(str::to_owned)
}

/// The directories around a path, innermost first.
fn parents(path: &str) -> impl Iterator<Item = &str> {
    fn parent<'p>(path: &&'p str) -> Option<&'p str> {
        let (parent, _) = path.rsplit_once('/').filter(|_| *path != "/")?;
        Some(if parent.is_empty() { "/" } else { parent })
    }
    std::iter::successors(parent(&path), parent)
}

/// The first part of a mount's path that is not a directory in the tree around it. The last part does not count, because the
/// mount hides it.
fn in_the_way<'p>(tree: &Node, path: &'p str) -> Option<&'p str> {
    let (way, _) = path.rsplit_once('/')?;
    let mut node = tree;
    for name in way.split('/') {
        let Node::Directory(entries) = node else { return None };
        match entries.get(name) {
            Some(directory @ Node::Directory(_)) => node = directory,
            Some(_) => return Some(name),
            None => return None,
        }
    }
    None
}

/// The fields of a structure, in order.
#[derive(Default)]
struct Fields {
    bytes: Vec<u8>,
}

impl Fields {
    fn number(&mut self, value: u32) {
        self.bytes.extend(value.to_le_bytes());
    }

    fn long(&mut self, value: u64) {
        self.bytes.extend(value.to_le_bytes());
    }

    fn list(&mut self, (address, length): (u32, u32)) {
        self.number(address);
        self.number(length);
    }
}

struct Writer<'n> {
    start: u32,
    bytes: Vec<u8>,
    /// The addresses of contents: equal contents are written once.
    known: BTreeMap<&'n [u8], u32>,
}

impl<'n> Writer<'n> {
    /// Appends bytes, and returns their address.
    fn append(&mut self, bytes: &[u8], align: usize) -> u32 {
        self.bytes.resize(self.bytes.len().next_multiple_of(align), 0);
        let address = self.start.saturating_add(u32::try_from(self.bytes.len()).unwrap_or(u32::MAX));
        self.bytes.extend_from_slice(bytes);
        address
    }

    /// The address and length of a content, which is written unless an equal content was.
    fn content(&mut self, bytes: &'n [u8]) -> (u32, u32) {
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        if bytes.is_empty() {
            return (0, 0);
        }
        let address = match self.known.get(bytes) {
            Some(address) => *address,
            None => {
                let address = self.append(bytes, 1);
                self.known.insert(bytes, address);
                address
            }
        };
        (address, length)
    }

    /// Writes a list with the elements in `fields`.
    fn list(&mut self, count: usize, fields: &Fields) -> (u32, u32) {
        if count == 0 {
            return (0, 0);
        }
        (self.append(&fields.bytes, 8), u32::try_from(count).unwrap_or(u32::MAX))
    }

    fn texts(&mut self, texts: impl Iterator<Item = &'n str>) -> (u32, u32) {
        let (mut fields, mut count) = (Fields::default(), 0);
        for text in texts {
            fields.list(self.content(text.as_bytes()));
            count += 1;
        }
        self.list(count, &fields)
    }

    fn variables(&mut self, variables: Option<&'n Variables>, fields: &mut Fields) {
        let Some(Variables { set, allow, deny }) = variables else {
            return fields.bytes.extend([0; 28]);
        };
        fields.list(self.pairs(set));
        let (host, allowed) = match allow {
            Names::None => (0, (0, 0)),
            Names::All => (1, (0, 0)),
            Names::Some(names) => (2, self.texts(names.iter().map(String::as_str))),
        };
        fields.number(host);
        fields.list(allowed);
        fields.list(self.texts(deny.iter().map(String::as_str)));
    }

    /// Writes names with their values.
    fn pairs(&mut self, set: &'n BTreeMap<String, String>) -> (u32, u32) {
        let mut pairs = Fields::default();
        for (name, value) in set {
            pairs.list(self.content(name.as_bytes()));
            pairs.list(self.content(value.as_bytes()));
        }
        self.list(set.len(), &pairs)
    }

    /// Writes buckets with their keys.
    fn buckets(&mut self, keyvalue: Option<&'n KeyValue>) -> (u32, u32) {
        let (mut fields, mut count) = (Fields::default(), 0);
        for (name, keys) in keyvalue.into_iter().flat_map(|keyvalue| &keyvalue.set) {
            fields.list(self.content(name.as_bytes()));
            fields.list(self.pairs(keys));
            count += 1;
        }
        self.list(count, &fields)
    }

    /// Writes the lists of mounts and of nodes.
    fn mounts(&mut self, mounts: &'n BTreeMap<String, Placed<'_>>) -> ((u32, u32), (u32, u32)) {
        let (mut list, mut nodes) = (Fields::default(), Vec::new());
        for (path, mount) in mounts {
            let first = nodes.len();
            if let Some(root) = &mount.root {
                self.node(root, &mut nodes);
            }
            list.long(mount.quota);
            list.list(self.content(path.as_bytes()));
            list.number(mount.kind as u32);
            list.number(first as u32);
            list.number((nodes.len() - first) as u32);
            list.list(self.content(mount.host.as_bytes()));
            // Padding: the size of the structure is a multiple of the alignment of its largest field.
            list.number(0);
        }
        let mounts = self.list(mounts.len(), &list);
        let mut fields = Fields::default();
        for (kind, data) in &nodes {
            fields.number(*kind);
            fields.list(*data);
        }
        (mounts, self.list(nodes.len(), &fields))
    }

    /// Writes a node and its descendants, and returns its number.
    fn node(&mut self, node: &'n Node, nodes: &mut Vec<(u32, (u32, u32))>) -> u32 {
        let number = nodes.len();
        nodes.push((0, (0, 0)));
        let written = match node {
            Node::Directory(entries) => {
                let mut fields = Fields::default();
                for (name, entry) in entries {
                    fields.list(self.content(name.as_bytes()));
                    let entry = self.node(entry, nodes);
                    fields.number(entry);
                }
                (0, self.list(entries.len(), &fields))
            }
            Node::File(bytes) => (1, self.content(bytes)),
            Node::Link(path) => (2, self.content(path.as_bytes())),
        };
        if let Some(place) = nodes.get_mut(number) {
            *place = written;
        }
        number as u32
    }
}
