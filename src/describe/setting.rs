//! Settings: what a component gets in the place of what the host has.

use std::collections::{BTreeMap, BTreeSet};

use super::{Place, Source};

/// What providers give a component. A capability that is set here is granted as [`super::Treatment::Provide`], too; which
/// of its functions come from the provider is for the grants to say.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    /// Environment variables.
    pub env: Option<Variables>,
    /// The runtime configuration.
    pub config: Option<Variables>,
    /// The arguments, that of the program's name among them.
    pub args: Option<Vec<String>>,
    /// The working directory.
    pub cwd: Option<String>,
    /// What is read from standard input.
    pub stdin: Option<Input>,
    /// The stream that standard output goes to.
    pub stdout: Option<Stream>,
    /// The stream that standard error goes to.
    pub stderr: Option<Stream>,
    /// Whether messages of `wasi:logging` are written to standard error.
    pub logging: bool,
    /// The time.
    pub clock: Option<Clock>,
    /// What random numbers are made of.
    pub seed: Option<u64>,
    /// What is mounted, by the guest's absolute and normal path.
    pub mounts: BTreeMap<String, Mount>,
    /// Which requests may be sent.
    pub http: Option<Rules>,
    /// Which addresses may be reached.
    pub sockets: Option<Sockets>,
    /// The keys and values in memory.
    pub keyvalue: Option<KeyValue>,
}

/// Keys and values in memory. They last as long as the instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyValue {
    /// How many bytes they take at most.
    pub memory: u64,
    /// Those that are there at the start, by their buckets.
    pub set: BTreeMap<String, BTreeMap<String, String>>,
}

impl KeyValue {
    /// What it takes at most where nobody says.
    pub(crate) const MEMORY: u64 = 16 << 20;
    /// What a bucket or a key takes beside its bytes; the providers count the same (`virt-components/keyvalue`).
    const COST: u64 = 64;

    /// How many bytes it takes at the start.
    pub(crate) fn used(&self) -> u64 {
        let pairs = |keys: &BTreeMap<String, String>| -> usize {
            keys.iter().map(|(key, value)| key.len() + value.len()).sum()
        };
        let of_bucket = |(name, keys): (&String, &BTreeMap<String, String>)| {
            (name.len() + pairs(keys)) as u64 + KeyValue::COST * (1 + keys.len() as u64)
        };
        self.set.iter().map(of_bucket).sum()
    }
}

impl Default for KeyValue {
    fn default() -> KeyValue {
        KeyValue { memory: KeyValue::MEMORY, set: BTreeMap::new() }
    }
}

/// Rules, each of which can be read; see [`crate::rules`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Rules {
    /// What is allowed.
    pub allow: Vec<String>,
    /// What of that is not.
    pub deny: Vec<String>,
}

/// Rules for sockets, each of which can be read; see [`crate::rules`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Sockets {
    /// What may be connected to.
    pub connect: Vec<String>,
    /// What may be listened at.
    pub listen: Vec<String>,
    /// What may be looked up.
    pub lookup: Vec<String>,
}

/// Something that settings name, which the phase load reads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Named<'s> {
    /// What it is for: the path where it is mounted, or `stdin`.
    pub at: &'s str,
    /// Where it is.
    pub source: &'s Source,
    /// Whether links within it are replaced by what they lead to.
    pub follow: bool,
    /// Where the user says so.
    pub place: Option<&'s Place>,
}

impl Settings {
    /// All that the phase load is to read.
    pub(crate) fn named(&self) -> impl Iterator<Item = Named<'_>> {
        let stdin = self.stdin.iter().filter_map(|input| match input {
            Input::File { file, place } => {
                Some(Named { at: Named::STDIN, source: file, follow: false, place: place.as_ref() })
            }
            Input::Text(_) => None,
        });
        let mounts = self.mounts.iter().filter_map(|(path, mount)| match &mount.kind {
            MountKind::Embed { source, follow, .. } => {
                Some(Named { at: path, source, follow: *follow, place: mount.place.as_ref() })
            }
            _ => None,
        });
        stdin.chain(mounts)
    }

    /// Forgets what was set of a capability.
    pub(crate) fn clear(&mut self, capability: &str) {
        match capability {
            "env" => self.env = None,
            "config" => self.config = None,
            "args" => self.args = None,
            "cwd" => self.cwd = None,
            "stdin" => self.stdin = None,
            "stdout" => self.stdout = None,
            "stderr" => self.stderr = None,
            "logging" => self.logging = false,
            "clocks" => self.clock = None,
            "random" => self.seed = None,
            "fs" => self.mounts.clear(),
            "http" => self.http = None,
            "sockets" => self.sockets = None,
            "keyvalue" => self.keyvalue = None,
            _ => {}
        }
    }
}

impl Named<'_> {
    /// What standard input is called, in the place of a path.
    pub(crate) const STDIN: &'static str = "stdin";

    /// Whether it is standard input, which has to be a file.
    pub(crate) fn is_stdin(&self) -> bool {
        self.at == Named::STDIN
    }
}

/// Variables, some of them the host's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Variables {
    /// Those that are set, with their values. The host's of the same names do not count.
    pub set: BTreeMap<String, String>,
    /// The host's that are passed on.
    pub allow: Names,
    /// Of these, those that are not.
    pub deny: BTreeSet<String>,
}

/// Names of variables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Names {
    /// None.
    #[default]
    None,
    /// All that there are.
    All,
    /// These.
    Some(BTreeSet<String>),
}

/// What is read from standard input.
#[derive(Debug, Clone)]
pub(crate) enum Input {
    /// A text, which may be empty.
    Text(String),
    /// The contents of a file, which the phase load reads.
    File {
        /// The file.
        file: Source,
        /// Where the user names it.
        place: Option<Place>,
    },
}

/// An output stream of the component's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub(crate) enum Stream {
    Stdout,
    Stderr,
}

/// A time that stands still, or goes a step with each question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clock {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub seconds: u64,
    /// Nanoseconds within the second.
    pub nanoseconds: u32,
    /// How many nanoseconds pass with each question.
    pub step: u64,
}

/// What a guest's path leads to.
#[derive(Debug, Clone)]
pub(crate) struct Mount {
    /// What is there.
    pub kind: MountKind,
    /// Where the user says so.
    pub place: Option<Place>,
}

impl Mount {
    /// Whether it is a directory of the host's.
    pub(crate) fn is_hosts(&self) -> bool {
        matches!(self.kind, MountKind::Host { .. })
    }
}

/// What is mounted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MountKind {
    /// A directory or a file that is copied into the component.
    Embed {
        /// What messages call it, and the phase load reads.
        source: Source,
        /// Whether links within it are replaced by what they lead to.
        follow: bool,
        /// Whether it may be written over, and how many bytes that may take; what is written lasts as long as the instance.
        overlay: Option<u64>,
    },
    /// A directory, empty at first, that takes so many bytes; what is written lasts as long as the instance.
    Memory(u64),
    /// What the host preopens by that name, or something below it.
    Host {
        /// The host's name for it.
        path: String,
        /// Whether nothing of it may be changed.
        read_only: bool,
    },
}
