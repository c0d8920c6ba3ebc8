//! A file system that is plain to read: what a mount in memory must answer. Of errors it knows only that they are.

use std::collections::{BTreeMap, VecDeque};

/// Something could not be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused;

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A directory: each name with its node, and whether it was there from the start.
    Directory(BTreeMap<Vec<u8>, (usize, bool)>),
    /// A file.
    File(Vec<u8>),
    /// A symlink.
    Link(Vec<u8>),
}

struct Node {
    kind: Kind,
    names: u64,
    opens: u64,
    /// Whether its bytes were there from the start, and nobody has written any since: the quota is not for these.
    is_embedded: bool,
}

/// Where a path leads.
pub struct Found {
    directory: usize,
    /// `None` where the path ends in `.` or `..`.
    name: Option<Vec<u8>>,
    node: Option<usize>,
    slash: bool,
}

/// Whether a link at the end of a path is followed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Follow {
    Yes,
    WithSlash,
    No,
}

/// All of it. The root is node 0.
pub struct Model {
    nodes: Vec<Node>,
    quota: u64,
}

/// No file is larger.
const LARGEST: u64 = 0x7fff_ffff;

impl Model {
    /// An empty one, with so many bytes for what is written.
    pub fn new(quota: u64) -> Model {
        let root = Node { kind: Kind::Directory(BTreeMap::new()), names: 1, opens: 0, is_embedded: true };
        Model { nodes: vec![root], quota }
    }

    /// Adds what is there from the start.
    pub fn embed(&mut self, directory: usize, name: &str, kind: Kind) -> usize {
        let node = self.nodes.len();
        self.nodes.push(Node { kind, names: 1, opens: 0, is_embedded: true });
        self.entries(directory).insert(name.as_bytes().to_vec(), (node, true));
        node
    }

    fn entries(&mut self, directory: usize) -> &mut BTreeMap<Vec<u8>, (usize, bool)> {
        match &mut self.nodes[directory].kind {
            Kind::Directory(entries) => entries,
            _ => panic!("the model has names in a file"),
        }
    }

    /// What a node is.
    pub fn kind(&self, node: usize) -> &Kind {
        &self.nodes[node].kind
    }

    fn is_directory(&self, node: usize) -> bool {
        matches!(self.nodes[node].kind, Kind::Directory(_))
    }

    fn is_alive(&self, node: usize) -> bool {
        self.nodes[node].names > 0 || self.nodes[node].opens > 0
    }

    fn used(&self) -> u64 {
        let own = |(at, node): (usize, &Node)| match &node.kind {
            Kind::File(bytes) | Kind::Link(bytes) if !node.is_embedded && self.is_alive(at) => bytes.len() as u64,
            _ => 0,
        };
        self.nodes.iter().enumerate().map(own).sum()
    }

    fn has_room_for_a_name(&self) -> bool {
        let own = |node: &Node| match &node.kind {
            Kind::Directory(entries) => entries.values().filter(|(_, is_embedded)| !is_embedded).count() as u64,
            _ => 0,
        };
        self.nodes.iter().map(own).sum::<u64>() < self.quota / 64 + 64
    }

    /// Follows a path.
    pub fn find(&self, base: usize, path: &[u8], follow: Follow) -> Result<Found, Refused> {
        if path.is_empty() || path.starts_with(b"/") || path.contains(&0) || !self.is_directory(base) {
            return Err(Refused);
        }
        let parts = |path: &[u8]| {
            path.split(|byte| *byte == b'/').filter(|part| !part.is_empty()).map(<[u8]>::to_vec).collect::<Vec<_>>()
        };
        let mut slash = path.ends_with(b"/");
        let mut rest: VecDeque<Vec<u8>> = parts(path).into();
        let mut way = vec![base];
        let mut links = 0;
        while let Some(part) = rest.pop_front() {
            let directory = *way.last().ok_or(Refused)?;
            let is_last = rest.is_empty();
            if part == b"." || part == b".." {
                if part == b".." {
                    way.pop();
                }
                if is_last {
                    let directory = *way.last().ok_or(Refused)?;
                    return Ok(Found { directory, name: None, node: Some(directory), slash });
                }
                continue;
            }
            if part.len() > 255 {
                return Err(Refused);
            }
            let Kind::Directory(entries) = self.kind(directory) else { return Err(Refused) };
            let Some(&(node, _)) = entries.get(&part) else {
                let found = Found { directory, name: Some(part), node: None, slash };
                return if is_last { Ok(found) } else { Err(Refused) };
            };
            match self.kind(node) {
                Kind::Link(target) if !is_last || follow == Follow::Yes || (follow == Follow::WithSlash && slash) => {
                    links += 1;
                    if links > 40 {
                        return Err(Refused);
                    }
                    slash |= is_last && target.ends_with(b"/");
                    parts(target).into_iter().rev().for_each(|part| rest.push_front(part));
                    // The target is looked up from where its link is.
                }
                Kind::Directory(_) if !is_last => way.push(node),
                Kind::File(_) | Kind::Link(_) if !is_last || slash => return Err(Refused),
                _ => return Ok(Found { directory, name: Some(part), node: Some(node), slash }),
            }
        }
        Err(Refused)
    }

    /// A place where something new may be.
    fn free(&self, found: &Found) -> Result<(usize, Vec<u8>), Refused> {
        let is_free = found.node.is_none() && self.nodes[found.directory].names > 0 && self.has_room_for_a_name();
        found.name.clone().filter(|_| is_free).map(|name| (found.directory, name)).ok_or(Refused)
    }

    fn add(&mut self, (directory, name): (usize, Vec<u8>), kind: Kind) -> usize {
        let node = self.nodes.len();
        self.nodes.push(Node { kind, names: 1, opens: 0, is_embedded: false });
        self.entries(directory).insert(name, (node, false));
        node
    }

    fn remove(&mut self, found: &Found) {
        let name = found.name.as_ref().expect("what is removed has a name");
        if let Some((node, _)) = self.entries(found.directory).remove(name) {
            self.nodes[node].names -= 1;
        }
    }

    /// Opens a file or a directory. The node, and whether it may be read and written.
    pub fn open(&mut self, found: &Found, how: [bool; 4], writes: bool) -> Result<usize, Refused> {
        let [create, directory, exclusive, truncate] = how;
        if directory && (create || exclusive || truncate) {
            return Err(Refused);
        }
        let node = match found.node {
            None if create && !found.slash => {
                let place = self.free(found)?;
                self.add(place, Kind::File(Vec::new()))
            }
            None => return Err(Refused),
            Some(_) if create && exclusive => return Err(Refused),
            Some(node) => match self.kind(node) {
                Kind::Directory(_) if truncate || writes || create => return Err(Refused),
                Kind::Link(_) => return Err(Refused),
                Kind::File(_) if directory => return Err(Refused),
                Kind::File(_) if truncate => {
                    self.resize(node, 0)?;
                    node
                }
                _ => node,
            },
        };
        self.nodes[node].opens += 1;
        Ok(node)
    }

    /// Closes it.
    pub fn close(&mut self, node: usize) {
        self.nodes[node].opens -= 1;
    }

    /// Makes a directory.
    pub fn make_directory(&mut self, found: &Found) -> Result<(), Refused> {
        let place = self.free(found)?;
        self.add(place, Kind::Directory(BTreeMap::new()));
        Ok(())
    }

    /// Makes a symlink.
    pub fn make_link(&mut self, target: &[u8], found: &Found) -> Result<(), Refused> {
        let is_path = !target.is_empty() && !target.starts_with(b"/") && !target.contains(&0);
        let place = self.free(found)?;
        if !is_path || found.slash || self.used() + target.len() as u64 > self.quota {
            return Err(Refused);
        }
        self.add(place, Kind::Link(target.to_vec()));
        Ok(())
    }

    /// Gives a file or a symlink one more name.
    pub fn link(&mut self, old: &Found, new: &Found) -> Result<(), Refused> {
        let node = old.node.filter(|node| !self.is_directory(*node)).ok_or(Refused)?;
        let (directory, name) = self.free(new)?;
        if new.slash {
            return Err(Refused);
        }
        self.entries(directory).insert(name, (node, false));
        self.nodes[node].names += 1;
        Ok(())
    }

    /// What is there.
    pub fn place(&self, found: &Found) -> Result<usize, Refused> {
        found.node.ok_or(Refused)
    }

    /// Where a symlink leads.
    pub fn target(&self, found: &Found) -> Result<&[u8], Refused> {
        match self.kind(found.node.ok_or(Refused)?) {
            Kind::Link(target) => Ok(target),
            _ => Err(Refused),
        }
    }

    /// Removes the name of what is no directory.
    pub fn unlink(&mut self, found: &Found) -> Result<(), Refused> {
        if self.is_directory(found.node.ok_or(Refused)?) {
            return Err(Refused);
        }
        self.remove(found);
        Ok(())
    }

    fn is_empty(&self, node: usize) -> bool {
        matches!(self.kind(node), Kind::Directory(entries) if entries.is_empty())
    }

    /// Removes an empty directory.
    pub fn remove_directory(&mut self, found: &Found) -> Result<(), Refused> {
        let node = found.node.ok_or(Refused)?;
        if found.name.is_none() || !self.is_empty(node) {
            return Err(Refused);
        }
        self.remove(found);
        Ok(())
    }

    /// Renames.
    pub fn rename(&mut self, old: &Found, new: &Found) -> Result<(), Refused> {
        let node = old.node.ok_or(Refused)?;
        let (Some(_), Some(name)) = (&old.name, &new.name) else { return Err(Refused) };
        if new.node == Some(node) {
            return Ok(());
        }
        if self.nodes[new.directory].names == 0 {
            return Err(Refused);
        }
        if self.is_directory(node) {
            if self.is_below(node, new.directory) || new.node.is_some_and(|there| !self.is_empty(there)) {
                return Err(Refused);
            }
        } else if new.slash || new.node.is_some_and(|there| self.is_directory(there)) {
            return Err(Refused);
        }
        if new.node.is_some() {
            self.remove(new);
        }
        self.remove(old);
        self.entries(new.directory).insert(name.clone(), (node, false));
        self.nodes[node].names += 1;
        Ok(())
    }

    fn is_below(&self, top: usize, node: usize) -> bool {
        top == node
            || matches!(self.kind(top), Kind::Directory(entries) if entries.values().any(|(below, _)| self.is_below(*below, node)))
    }

    /// Type, names and size.
    pub fn stat(&self, node: usize) -> (u8, u64, u64) {
        let (kind, size) = match self.kind(node) {
            Kind::Directory(_) => (3, 0),
            Kind::Link(target) => (5, target.len()),
            Kind::File(bytes) => (6, bytes.len()),
        };
        (kind, self.nodes[node].names, size as u64)
    }

    /// How large a file may become.
    fn largest(&self, node: usize) -> u64 {
        let own = match &self.nodes[node] {
            Node { kind: Kind::File(bytes), is_embedded: false, .. } => bytes.len() as u64,
            _ => 0,
        };
        own + self.quota.saturating_sub(self.used())
    }

    /// Makes a file as large as this.
    pub fn resize(&mut self, node: usize, size: u64) -> Result<(), Refused> {
        if size > LARGEST || size > self.largest(node) {
            return Err(Refused);
        }
        let node = &mut self.nodes[node];
        let Kind::File(bytes) = &mut node.kind else { return Err(Refused) };
        bytes.resize(size as usize, 0);
        node.is_embedded = false;
        Ok(())
    }

    /// Writes as much as there is space for, and says how much that was.
    pub fn write(&mut self, node: usize, at: u64, new: &[u8]) -> Result<usize, Refused> {
        if new.is_empty() {
            return Ok(0);
        }
        let largest = self.largest(node).min(LARGEST);
        let Kind::File(bytes) = self.kind(node) else { return Err(Refused) };
        let size = bytes.len() as u64;
        if at >= largest || size > largest {
            return Err(Refused);
        }
        let end = largest.min(at.saturating_add(new.len() as u64));
        self.resize(node, end.max(size))?;
        let Kind::File(bytes) = &mut self.nodes[node].kind else { return Err(Refused) };
        let written = (end - at) as usize;
        bytes[at as usize..end as usize].copy_from_slice(&new[..written]);
        Ok(written)
    }

    /// Writes zeros: all of them, or as many as there is space for.
    pub fn write_zeros(&mut self, node: usize, at: u64, length: u64) -> Result<(), Refused> {
        if length == 0 {
            return Ok(());
        }
        // No more than there can be space for.
        let zeros = vec![0; length.min(self.quota + 1) as usize];
        match self.write(node, at, &zeros)? as u64 == length {
            true => Ok(()),
            false => Err(Refused),
        }
    }
}
