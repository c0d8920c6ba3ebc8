//! Calls of a mount in memory, each answered as the model answers it.

use abi::settings::{Clock, Contents, Entry, Mount, Node, Rules, Settings, Sockets, Variables};
use abi::{Datetime, List};
use arbitrary::{Arbitrary, Unstructured};
use filesystem::{Code, FileSystem, Here, Open, Stop, flags, open_flags};

use crate::model::{Follow, Found, Kind, Model, Refused};

const QUOTA: u64 = 4096;
const NOW: Datetime = Datetime { seconds: 1, nanoseconds: 0 };

/// A call. Paths lead on from what is open by a number.
#[derive(Debug, Arbitrary)]
enum Call {
    Open { from: u8, path: Path, follow: bool, how: [bool; 4], reads: bool, writes: bool },
    Close { of: u8 },
    MakeDirectory { from: u8, path: Path },
    RemoveDirectory { from: u8, path: Path },
    Unlink { from: u8, path: Path },
    Rename { from: u8, path: Path, to: u8, new: Path },
    Link { from: u8, path: Path, to: u8, new: Path },
    Symlink { target: Path, from: u8, path: Path },
    Readlink { from: u8, path: Path },
    Stat { from: u8, path: Path, follow: bool },
    List { of: u8 },
    Read { of: u8 },
    Write { of: u8, at: Offset, length: u16 },
    Zeros { of: u8, at: Offset, length: Offset },
    SetSize { of: u8, size: Offset },
}

/// An offset: near the start, or anywhere at all.
#[derive(Debug, Clone, Copy, Arbitrary)]
enum Offset {
    Near(u16),
    Far(u64),
}

impl Offset {
    fn number(self) -> u64 {
        match self {
            Offset::Near(number) => u64::from(number) % (QUOTA + 100),
            Offset::Far(number) => number,
        }
    }
}

/// A path of names that are met again.
#[derive(Debug, Arbitrary)]
struct Path {
    names: Vec<Name>,
    slash: bool,
}

#[derive(Debug, Arbitrary)]
enum Name {
    A,
    B,
    C,
    D,
    Here,
    Up,
    Empty,
    Long,
    TooLong,
    Other(Vec<u8>),
}

impl Path {
    fn bytes(&self) -> Vec<u8> {
        let names = self.names.iter().take(6).map(|name| match name {
            Name::A => b"a".to_vec(),
            Name::B => b"b".to_vec(),
            Name::C => b"c".to_vec(),
            Name::D => b"d".to_vec(),
            Name::Here => b".".to_vec(),
            Name::Up => b"..".to_vec(),
            Name::Empty => vec![],
            Name::Long => vec![b'l'; 255],
            Name::TooLong => vec![b'l'; 256],
            Name::Other(bytes) => bytes.clone(),
        });
        let mut path = names.collect::<Vec<_>>().join(&b'/');
        if self.slash {
            path.push(b'/');
        }
        path
    }
}

fn leak<T>(elements: Vec<T>) -> List<T> {
    List::new(Box::leak(elements.into_boxed_slice()))
}

fn text(text: &'static str) -> abi::Text {
    List::new(text.as_bytes())
}

/// A mount that has some files from the start, or none. They are made once.
fn settings(is_filled: bool) -> &'static Settings {
    let none = || Variables { set: leak(vec![]), host: 0, allowed: leak(vec![]), denied: leak(vec![]) };
    let directory = |entries: &[(&'static str, u32)]| {
        Node::new(Contents::Folder(leak(
            entries.iter().map(|&(name, node)| Entry { name: text(name), node }).collect(),
        )))
    };
    let nodes = match is_filled {
        false => vec![directory(&[])],
        true => vec![
            directory(&[("a", 1), ("b", 4), ("d", 5)]),
            directory(&[("a", 2), ("b", 3)]),
            Node::new(Contents::File(text("one"))),
            directory(&[]),
            Node::new(Contents::File(text("three"))),
            Node::new(Contents::Link(text("a/b"))),
        ],
    };
    let count = nodes.len() as u32;
    let mount = Mount { quota: QUOTA, path: text("/m"), kind: 1, first: 0, count, host: text("") };
    Box::leak(Box::new(Settings {
        host: 0,
        env: none(),
        config: none(),
        args: leak(vec![]),
        cwd: leak(vec![]),
        stdin: text(""),
        clock: Clock { seconds: 0, step: 0, nanoseconds: 0 },
        seed: 0,
        mounts: leak(vec![mount]),
        nodes: leak(nodes),
        http: Rules { allow: leak(vec![]), deny: leak(vec![]) },
        sockets: Sockets { connect: leak(vec![]), listen: leak(vec![]), lookup: leak(vec![]) },
    }))
}

fn model(is_filled: bool) -> Model {
    let mut model = Model::new(QUOTA);
    if is_filled {
        let directory = || Kind::Directory(Default::default());
        let a = model.embed(0, "a", directory());
        model.embed(a, "a", Kind::File(b"one".to_vec()));
        model.embed(a, "b", directory());
        model.embed(0, "b", Kind::File(b"three".to_vec()));
        model.embed(0, "d", Kind::Link(b"a/b".to_vec()));
    }
    model
}

/// What is open, in both.
struct Handle {
    open: Open,
    node: usize,
}

struct Both {
    files: FileSystem,
    model: Model,
    /// The first one is the root.
    open: Vec<Handle>,
}

thread_local! {
    static SETTINGS: [&'static Settings; 2] = [settings(false), settings(true)];
}

/// Makes calls until the bytes end, and compares each answer with the model's.
pub fn mount(data: &[u8]) {
    let mut u = Unstructured::new(data);
    let is_filled = u.arbitrary().unwrap_or_default();
    let mut files = FileSystem::new();
    files.start(SETTINGS.with(|settings| settings[usize::from(is_filled)]));
    let root = Handle { open: files.root(0).expect("the mount has a root"), node: 0 };
    let mut both = Both { files, model: model(is_filled), open: vec![root] };
    for _ in 0..200 {
        if u.is_empty() {
            break;
        }
        let Ok(call) = Call::arbitrary(&mut u) else { break };
        both.call(&call);
    }
    both.compare(0, 0);
    both.clear();
}

impl Both {
    fn at(&self, number: u8) -> usize {
        usize::from(number) % self.open.len()
    }

    fn find(&self, from: u8, path: &[u8], follow: Follow) -> (Result<Here, Code>, Result<Found, Refused>) {
        let handle = &self.open[self.at(from)];
        let how = match follow {
            Follow::Yes => filesystem::Follow::Yes,
            Follow::WithSlash => filesystem::Follow::Slash,
            Follow::No => filesystem::Follow::No,
        };
        let here = self.files.find(&handle.open, path, how).map_err(|stop| match stop {
            Stop::Code(code) => code,
            Stop::Away(_) => panic!("nothing is the host's"),
        });
        (here, self.model.find(handle.node, path, follow))
    }

    fn call(&mut self, call: &Call) {
        let same = |said: bool, expected: bool, error: Option<Code>| {
            assert_eq!(said, expected, "{call:?}: {error:?}");
        };
        macro_rules! both {
            ($found:expr, $method:ident) => {{
                let (here, found) = $found;
                let said = here.and_then(|here| self.files.$method(&here, NOW));
                same(said.is_ok(), found.and_then(|found| self.model.$method(&found)).is_ok(), said.err());
            }};
        }
        match call {
            Call::Open { from, path, follow, how, reads, writes } => {
                let [create, _, exclusive, _] = *how;
                let is_followed = *follow && !(create && exclusive);
                let (here, found) =
                    self.find(*from, &path.bytes(), if is_followed { Follow::Yes } else { Follow::WithSlash });
                let bits = [open_flags::CREATE, open_flags::DIRECTORY, open_flags::EXCLUSIVE, open_flags::TRUNCATE];
                let bits = bits.iter().zip(how).filter(|(_, is)| **is).fold(0, |bits, (bit, _)| bits | bit);
                let wanted = if *reads { flags::READ } else { 0 } | if *writes { flags::WRITE } else { 0 };
                let said = here.and_then(|here| self.files.open(&here, bits, wanted, NOW));
                let expected = found.and_then(|found| self.model.open(&found, *how, *writes));
                same(said.is_ok(), expected.is_ok(), said.as_ref().err().copied());
                if let (Ok(open), Ok(node)) = (said, expected) {
                    let is_file = matches!(self.model.kind(node), Kind::File(_));
                    let expected = if *writes { wanted } else { flags::READ };
                    assert!(!is_file || open.flags == expected, "{call:?}: {}", open.flags);
                    self.open.push(Handle { open, node });
                }
            }
            Call::Close { of } => {
                if let at @ 1.. = self.at(*of) {
                    let handle = self.open.swap_remove(at);
                    self.files.close(handle.open.place);
                    self.model.close(handle.node);
                }
            }
            Call::MakeDirectory { from, path } => {
                let (here, found) = self.find(*from, &path.bytes(), Follow::No);
                let said = here.and_then(|here| self.files.create_directory(&here, NOW));
                same(said.is_ok(), found.and_then(|found| self.model.make_directory(&found)).is_ok(), said.err());
            }
            Call::RemoveDirectory { from, path } => {
                both!(self.find(*from, &path.bytes(), Follow::No), remove_directory)
            }
            Call::Unlink { from, path } => both!(self.find(*from, &path.bytes(), Follow::No), unlink),
            Call::Rename { from, path, to, new } => {
                let (here, found) = self.find(*from, &path.bytes(), Follow::No);
                let (new_here, new_found) = self.find(*to, &new.bytes(), Follow::No);
                let said = here.and_then(|here| self.files.rename(&here, &new_here?, NOW));
                let expected = found.and_then(|found| self.model.rename(&found, &new_found?));
                same(said.is_ok(), expected.is_ok(), said.err());
            }
            Call::Link { from, path, to, new } => {
                let (here, found) = self.find(*from, &path.bytes(), Follow::WithSlash);
                let (new_here, new_found) = self.find(*to, &new.bytes(), Follow::No);
                let said = here.and_then(|here| self.files.link(&here, &new_here?, NOW));
                let expected = found.and_then(|found| self.model.link(&found, &new_found?));
                same(said.is_ok(), expected.is_ok(), said.err());
            }
            Call::Symlink { target, from, path } => {
                let (here, found) = self.find(*from, &path.bytes(), Follow::No);
                let said = here.and_then(|here| self.files.symlink(&target.bytes(), &here, NOW));
                let expected = found.and_then(|found| self.model.make_link(&target.bytes(), &found));
                same(said.is_ok(), expected.is_ok(), said.err());
            }
            Call::Readlink { from, path } => {
                let (here, found) = self.find(*from, &path.bytes(), Follow::WithSlash);
                let said = here.and_then(|here| self.files.readlink(&here).map(<[u8]>::to_vec));
                let expected = found.and_then(|found| self.model.target(&found).map(<[u8]>::to_vec));
                assert_eq!(said.map_err(|_| Refused), expected, "{call:?}");
            }
            Call::Stat { from, path, follow } => {
                let (here, found) =
                    self.find(*from, &path.bytes(), if *follow { Follow::Yes } else { Follow::WithSlash });
                let said = here.and_then(|here| here.place()).map(|place| self.files.stat(place));
                let said = said.map(|stat| (stat.kind, stat.links, stat.size)).map_err(|_| Refused);
                let expected = found.and_then(|found| self.model.place(&found)).map(|node| self.model.stat(node));
                assert_eq!(said, expected, "{call:?}");
            }
            Call::List { of } => {
                let Handle { open, node } = &self.open[self.at(*of)];
                let said = self.files.list(open).map_err(|_| Refused);
                let said = said.map(|all| all.iter().map(|one| one.name().to_vec()).collect::<Vec<_>>());
                let expected = match self.model.kind(*node) {
                    Kind::Directory(entries) => Ok(entries.keys().cloned().collect()),
                    _ => Err(Refused),
                };
                assert_eq!(said, expected, "{call:?}");
            }
            Call::Read { of } => {
                let Handle { open, node } = &self.open[self.at(*of)];
                let said = self.files.read(open).map_err(|_| Refused);
                let expected = match self.model.kind(*node) {
                    Kind::File(bytes) if open.flags & flags::READ != 0 => Ok(bytes.as_slice()),
                    _ => Err(Refused),
                };
                assert_eq!(said, expected, "{call:?}");
                let (said, expected) = (self.files.stat(open.place), self.model.stat(*node));
                assert_eq!((said.kind, said.links, said.size), expected, "{call:?}");
            }
            Call::Write { of, at, length } => {
                let bytes: Vec<u8> = (0..*length % 3000).map(|number| number as u8).collect();
                self.change(
                    call,
                    *of,
                    |files, place| files.write(place, at.number(), &bytes, NOW),
                    |model, node| model.write(node, at.number(), &bytes),
                );
            }
            Call::Zeros { of, at, length } => {
                self.change(
                    call,
                    *of,
                    |files, place| files.write_zeros(place, at.number(), length.number(), NOW),
                    |model, node| model.write_zeros(node, at.number(), length.number()),
                );
            }
            Call::SetSize { of, size } => {
                let at = self.at(*of);
                let Handle { open, node } = &self.open[at];
                let said = self.files.set_size(open, size.number(), NOW);
                let is_file = matches!(self.model.kind(*node), Kind::File(_)) && open.flags & flags::WRITE != 0;
                let expected = is_file && self.model.resize(*node, size.number()).is_ok();
                same(said.is_ok(), expected, said.err());
            }
        }
    }

    /// Changes an open file that may be written to, in both.
    fn change<T: PartialEq + std::fmt::Debug>(
        &mut self,
        call: &Call,
        of: u8,
        files: impl FnOnce(&mut FileSystem, filesystem::Place) -> Result<T, Code>,
        model: impl FnOnce(&mut Model, usize) -> Result<T, Refused>,
    ) {
        let at = self.at(of);
        let Handle { open, node } = &self.open[at];
        let may = self.files.check_write(open);
        let is_file = matches!(self.model.kind(*node), Kind::File(_)) && open.flags & flags::WRITE != 0;
        assert_eq!(may.is_ok(), is_file, "{call:?}: {may:?}");
        if is_file {
            assert_eq!(
                files(&mut self.files, open.place).map_err(|_| Refused),
                model(&mut self.model, *node),
                "{call:?}"
            );
        }
    }

    /// Compares all that is below a directory that is open.
    fn compare(&mut self, at: usize, depth: usize) {
        let node = self.open[at].node;
        let Kind::Directory(entries) = self.model.kind(node).clone() else { return };
        let listed = self.files.list(&self.open[at].open).expect("a directory can be listed");
        let names: Vec<&[u8]> = listed.iter().map(|one| one.name()).collect();
        assert_eq!(names, entries.keys().map(Vec::as_slice).collect::<Vec<_>>());
        for (name, (node, _)) in entries {
            let here = self
                .files
                .find(&self.open[at].open, &name, filesystem::Follow::No)
                .ok()
                .expect("what is listed is there");
            let stat = self.files.stat(here.place().expect("what is listed is there"));
            assert_eq!((stat.kind, stat.links, stat.size), self.model.stat(node));
            if let Kind::Link(target) = self.model.kind(node) {
                assert_eq!(self.files.readlink(&here), Ok(target.as_slice()));
                continue;
            }
            let open = self.files.open(&here, 0, flags::READ, NOW).ok().expect("what is there can be opened");
            if let Kind::File(bytes) = self.model.kind(node) {
                assert_eq!(self.files.read(&open), Ok(bytes.as_slice()));
            }
            // It is as deep as there were calls at most.
            self.open.push(Handle { open, node });
            let last = self.open.len() - 1;
            self.compare(last, depth + 1);
            let handle = self.open.pop().expect("it was opened");
            self.files.close(handle.open.place);
        }
    }

    /// Removes all that is there: then the whole quota is free again.
    fn clear(&mut self) {
        for handle in self.open.drain(1..) {
            self.files.close(handle.open.place);
        }
        let root = &self.open[0].open;
        let find =
            |files: &FileSystem, path: &[u8]| files.find(root, path, filesystem::Follow::No).ok().expect("it is there");
        let mut left: Vec<Vec<u8>> = vec![];
        let mut todo: Vec<Vec<u8>> = vec![b".".to_vec()];
        while let Some(path) = todo.pop() {
            let here = find(&self.files, &path);
            let is_directory = here.place().is_ok_and(|place| self.files.is_folder(place));
            if is_directory {
                let open =
                    self.files.open(&here, open_flags::DIRECTORY, flags::READ, NOW).ok().expect("it can be opened");
                let listed = self.files.list(&open).expect("it can be listed");
                todo.extend(listed.iter().map(|one| [path.as_slice(), one.name()].join(&b'/')));
                self.files.close(open.place);
            }
            left.push(path);
        }
        for path in left.iter().skip(1).rev() {
            let here = find(&self.files, path);
            let is_directory = here.place().is_ok_and(|place| self.files.is_folder(place));
            let removed =
                if is_directory { self.files.remove_directory(&here, NOW) } else { self.files.unlink(&here, NOW) };
            assert_eq!(removed, Ok(()), "{path:?}");
        }
        let here = find(&self.files, b"whole");
        let open =
            self.files.open(&here, open_flags::CREATE, flags::WRITE, NOW).ok().expect("there is room for a name");
        assert_eq!(self.files.write(open.place, 0, &[1; QUOTA as usize + 1], NOW), Ok(QUOTA as usize));
    }
}
