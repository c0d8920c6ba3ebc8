//! The settings of an adapter, in the layout that the README describes.

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

/// The settings of a component.
#[repr(C)]
pub struct Settings {
    /// The host functions that exist, as bits of [`host`].
    pub host: u32,
    /// The environment variables.
    pub env: Variables,
    /// The configuration values.
    pub config: Variables,
    /// The arguments.
    pub args: List<Text>,
    /// The working directory: none or one.
    pub cwd: List<Text>,
    /// The content of standard input.
    pub stdin: Text,
    /// The start and the step of both clocks.
    pub clock: Clock,
    /// The seed of random numbers.
    pub seed: u64,
    /// The mounts, sorted by path.
    pub mounts: List<Mount>,
    /// The nodes of all mounts.
    pub nodes: List<Node>,
    /// The rules for HTTP requests.
    pub http: Rules,
    /// The rules for sockets.
    pub sockets: Sockets,
    /// The key-value store.
    pub keyvalue: KeyValue,
}

/// A key-value store in memory.
#[repr(C)]
pub struct KeyValue {
    /// The size of all buckets in bytes, at most.
    pub memory: u64,
    /// The buckets at the start.
    pub buckets: List<Bucket>,
}

/// A bucket.
#[repr(C)]
pub struct Bucket {
    /// The name.
    pub name: Text,
    /// The keys and values at the start.
    pub set: List<Variable>,
}

/// Rules for HTTP requests, as texts.
#[repr(C)]
pub struct Rules {
    /// The rules that allow requests.
    pub allow: List<Text>,
    /// The rules that deny some of the allowed requests.
    pub deny: List<Text>,
}

/// Rules for sockets, as texts.
#[repr(C)]
pub struct Sockets {
    /// The addresses to which sockets may connect.
    pub connect: List<Text>,
    /// The addresses at which sockets may listen.
    pub listen: List<Text>,
    /// The names that may be looked up.
    pub lookup: List<Text>,
}

/// Variables: those that settings have, and those of the host that the component gets as well.
#[repr(C)]
pub struct Variables {
    /// The variables of the settings, sorted by name.
    pub set: List<Variable>,
    /// The variables of the host that the component gets. 0: none; 1: all except [`Variables::denied`]; 2:
    /// [`Variables::allowed`] except these.
    pub host: u32,
    /// The names of allowed variables of the host.
    pub allowed: List<Text>,
    /// The names of denied variables of the host.
    pub denied: List<Text>,
}

/// A name and its value.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Variable {
    /// The name.
    pub name: Text,
    /// The value.
    pub value: Text,
}

/// The settings of both clocks.
#[repr(C)]
pub struct Clock {
    /// The time of day at the start, in seconds since 1970.
    pub seconds: u64,
    /// The nanoseconds by which each reading of a clock advances both.
    pub step: u64,
    /// The rest of the time of day at the start, less than a second.
    pub nanoseconds: u32,
}

/// A mount.
#[repr(C)]
pub struct Mount {
    /// The size in bytes of all changed files, at most.
    pub quota: u64,
    /// The path in the component's file system, absolute and normalized.
    pub path: Text,
    /// 0: in memory, read-only; 1: in memory, writable; 2: a directory of the host; 3: a directory of the host,
    /// read-only.
    pub kind: u32,
    /// The index of the root in the nodes.
    pub first: u32,
    /// The number of nodes.
    pub count: u32,
    /// The path of the host's directory.
    pub host: Text,
}

/// A file, directory or symlink of a mount at the start.
#[repr(C)]
pub struct Node {
    kind: u32,
    data: Text,
}

/// An entry of a directory.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Entry {
    /// The name.
    pub name: Text,
    /// The index of the node in the nodes of all mounts.
    pub node: u32,
}

/// The content of a node.
#[derive(Clone, Copy)]
pub enum Contents {
    /// The entries of a directory, sorted by the bytes of their names.
    Directory(List<Entry>),
    /// The bytes of a file.
    File(Text),
    /// The target of a symlink.
    Link(Text),
}

impl Node {
    /// Makes a node.
    pub const fn new(contents: Contents) -> Self {
        match contents {
            Contents::Directory(List { address, length, .. }) => {
                // SAFETY: `contents` reads the list by the kind.
                Node { kind: 0, data: unsafe { List::from_raw(address.cast(), length) } }
            }
            Contents::File(data) => Node { kind: 1, data },
            Contents::Link(data) => Node { kind: 2, data },
        }
    }

    /// The content.
    pub fn contents(&self) -> Contents {
        match self.kind {
            // SAFETY: The data of a directory is a list of entries.
            0 => Contents::Directory(unsafe { List::from_raw(self.data.address.cast(), self.data.length) }),
            1 => Contents::File(self.data),
            _ => Contents::Link(self.data),
        }
    }
}

// The layout that `src/runtime/image.rs` of weld writes.
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
