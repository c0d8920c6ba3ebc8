//! The settings, as the README says.

use crate::{List, Text};

/// Bits of [`Settings::host`].
pub mod host {
    /// `wasi:io/poll#[method]pollable.ready`.
    pub const READY: u32 = 1;
    /// `wasi:clocks/monotonic-clock#subscribe-duration`.
    pub const DURATION: u32 = 2;
    /// `wasi:io/streams#[method]input-stream.read`.
    pub const READ: u32 = 4;
    /// `wasi:io/streams#[method]output-stream.check-write` and `write`.
    pub const WRITE: u32 = 8;
    /// `wasi:filesystem/types#[method]descriptor.open-at`.
    pub const OPEN: u32 = 16;
    /// `wasi:io/poll#poll`.
    pub const POLL: u32 = 32;
    /// `wasi:io/streams#[method]input-stream.blocking-read`.
    pub const BLOCKING_READ: u32 = 64;
    /// `wasi:io/streams#[method]output-stream.blocking-write-and-flush`.
    pub const BLOCKING_WRITE: u32 = 128;
    /// `wasi:http/types#[method]outgoing-request.method`, `scheme`, `authority` and `path-with-query`.
    pub const REQUEST: u32 = 256;
    /// `wasi:filesystem/types@0.3.0#[method]descriptor.open-at`.
    pub const OPEN_3: u32 = 512;
    /// `wasi:http/types@0.3.0#[method]request.get-method`, `get-scheme`, `get-authority` and `get-path-with-query`.
    pub const REQUEST_3: u32 = 1024;
}

/// All that a component was given.
#[repr(C)]
pub struct Settings {
    /// Which functions of the host's are there: [`host`].
    pub host: u32,
    /// Environment variables.
    pub env: Variables,
    /// Configuration values.
    pub config: Variables,
    /// Arguments.
    pub args: List<Text>,
    /// The working directory: none or one.
    pub cwd: List<Text>,
    /// What standard input has.
    pub stdin: Text,
    /// Both clocks.
    pub clock: Clock,
    /// Of random numbers.
    pub seed: u64,
    /// In the order of their paths.
    pub mounts: List<Mount>,
    /// Those of all mounts.
    pub nodes: List<Node>,
    /// Which requests may be sent.
    pub http: Rules,
    /// Which addresses may be reached.
    pub sockets: Sockets,
    /// Which keys there are at the start.
    pub keyvalue: KeyValue,
}

/// Keys and values in memory.
#[repr(C)]
pub struct KeyValue {
    /// How many bytes they may have in all.
    pub memory: u64,
    /// Those that there are at the start, by their buckets.
    pub buckets: List<Bucket>,
}

/// A bucket.
#[repr(C)]
pub struct Bucket {
    /// Its name.
    pub name: Text,
    /// Its keys and their values.
    pub set: List<Variable>,
}

/// Rules, as texts.
#[repr(C)]
pub struct Rules {
    /// What is allowed.
    pub allow: List<Text>,
    /// What of that is not.
    pub deny: List<Text>,
}

/// Rules for sockets, as texts.
#[repr(C)]
pub struct Sockets {
    /// What may be connected to.
    pub connect: List<Text>,
    /// What may be listened at.
    pub listen: List<Text>,
    /// What may be looked up.
    pub lookup: List<Text>,
}

/// Set variables, and which of the host's are had too.
#[repr(C)]
pub struct Variables {
    /// In the order of their names.
    pub set: List<Variable>,
    /// 0: none of the host's, 1: all but [`Variables::denied`], 2: [`Variables::allowed`] but for those.
    pub host: u32,
    /// Names.
    pub allowed: List<Text>,
    /// Names.
    pub denied: List<Text>,
}

/// A name and its value.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Variable {
    /// Its name.
    pub name: Text,
    /// Its value.
    pub value: Text,
}

/// When it is, and how time passes.
#[repr(C)]
pub struct Clock {
    /// Since 1970, at the start.
    pub seconds: u64,
    /// Nanoseconds that pass with each question.
    pub step: u64,
    /// Less than a second.
    pub nanoseconds: u32,
}

/// A part of the file system.
#[repr(C)]
pub struct Mount {
    /// How many bytes files may have in all that are written to.
    pub quota: u64,
    /// Absolute and normal.
    pub path: Text,
    /// 0: read-only, 1: writable, 2: the host's, 3: the host's, read-only.
    pub kind: u32,
    /// Its root among the nodes.
    pub first: u32,
    /// How many nodes it has.
    pub count: u32,
    /// What the host calls it.
    pub host: Text,
}

/// A file, folder or link that a mount has at the start.
#[repr(C)]
pub struct Node {
    kind: u32,
    data: Text,
}

/// What a folder calls one of the nodes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Entry {
    /// Its name.
    pub name: Text,
    /// Its index among the nodes of all mounts.
    pub node: u32,
}

/// What a node is.
#[derive(Clone, Copy)]
pub enum Contents {
    /// By the bytes of the names.
    Folder(List<Entry>),
    /// Its bytes.
    File(Text),
    /// Where it leads.
    Link(Text),
}

impl Node {
    /// Makes a node.
    pub const fn new(contents: Contents) -> Self {
        match contents {
            Contents::Folder(List { address, length, .. }) => {
                // SAFETY: It is read as what it is, by its kind.
                Node { kind: 0, data: unsafe { List::from_raw(address.cast(), length) } }
            }
            Contents::File(data) => Node { kind: 1, data },
            Contents::Link(data) => Node { kind: 2, data },
        }
    }

    /// What it is.
    pub fn contents(&self) -> Contents {
        match self.kind {
            // SAFETY: A folder's data is a list of entries, which whoever made the node vouched for.
            0 => Contents::Folder(unsafe { List::from_raw(self.data.address.cast(), self.data.length) }),
            1 => Contents::File(self.data),
            _ => Contents::Link(self.data),
        }
    }
}

// What the assembler writes.
#[cfg(target_arch = "wasm32")]
const _: () = {
    use core::mem::{offset_of, size_of};
    assert!(size_of::<Variables>() == 28);
    assert!(offset_of!(Settings, env) == 4);
    assert!(offset_of!(Settings, config) == 32);
    assert!(offset_of!(Settings, args) == 60);
    assert!(offset_of!(Settings, cwd) == 68);
    assert!(offset_of!(Settings, stdin) == 76);
    assert!(offset_of!(Settings, clock) == 88);
    assert!(offset_of!(Settings, seed) == 112);
    assert!(offset_of!(Settings, mounts) == 120);
    assert!(offset_of!(Settings, nodes) == 128);
    assert!(offset_of!(Settings, http) == 136);
    assert!(offset_of!(Settings, sockets) == 152);
    assert!(offset_of!(Settings, keyvalue) == 176);
    assert!(size_of::<Settings>() == 192);
    assert!(size_of::<Bucket>() == 16);
    assert!(offset_of!(Mount, path) == 8);
    assert!(offset_of!(Mount, kind) == 16);
    assert!(offset_of!(Mount, first) == 20);
    assert!(offset_of!(Mount, count) == 24);
    assert!(offset_of!(Mount, host) == 28);
    assert!(size_of::<Mount>() == 40);
    assert!(size_of::<Node>() == 12);
    assert!(size_of::<Entry>() == 12);
};
