//! Tests of the file system with paths and error codes.

use super::*;
use crate::open_flags::{CREATE, DIRECTORY, EXCLUSIVE, TRUNCATE};
use abi::settings::{Clock, Contents, Entry, KeyValue, Mount, Node, Rules, Sockets, Variables};
use abi::{Datetime, List, Maybe};
use alloc::{boxed::Box, string::String, vec, vec::Vec};
use core::mem::{offset_of, size_of};
use flags::{MUTATE_DIRECTORY, READ, WRITE};

const NOW: Datetime = Datetime { seconds: 100, nanoseconds: 5 };

fn leak<T>(elements: Vec<T>) -> List<T> {
    List::new(Box::leak(elements.into_boxed_slice()))
}

fn text(text: &'static str) -> abi::Text {
    List::new(text.as_bytes())
}

/// The content of a mount, sorted by name.
enum Tree {
    Directory(Vec<(&'static str, Tree)>),
    File(&'static str),
    Link(&'static str),
}

use Tree::{Directory, File, Link};

#[derive(Default)]
struct Image {
    mounts: Vec<Mount>,
    nodes: Vec<Option<Node>>,
}

impl Image {
    fn node(&mut self, tree: &Tree) -> u32 {
        let at = self.nodes.len();
        self.nodes.push(None);
        let contents = match tree {
            Directory(entries) => Contents::Directory(leak(
                entries.iter().map(|(name, tree)| Entry { name: text(name), node: self.node(tree) }).collect(),
            )),
            File(bytes) => Contents::File(text(bytes)),
            Link(target) => Contents::Link(text(target)),
        };
        self.nodes[at] = Some(Node::new(contents));
        at as u32
    }

    fn mount(mut self, path: &'static str, kind: u32, quota: u64, tree: &Tree) -> Self {
        let first = if kind < 2 { self.node(tree) } else { 0 };
        let count = self.nodes.len() as u32 - first;
        self.mounts.push(Mount { quota, path: text(path), kind, first, count, host: text("") });
        self
    }

    fn start(self) -> Fixture {
        let none = || Variables { set: leak(vec![]), host: 0, allowed: leak(vec![]), denied: leak(vec![]) };
        let settings = Box::leak(Box::new(Settings {
            host: 0,
            env: none(),
            config: none(),
            args: leak(vec![]),
            cwd: leak(vec![]),
            stdin: text(""),
            clock: Clock { seconds: 0, step: 0, nanoseconds: 0 },
            seed: 0,
            mounts: leak(self.mounts),
            nodes: leak(self.nodes.into_iter().map(Option::unwrap).collect()),
            http: Rules { allow: leak(vec![]), deny: leak(vec![]) },
            sockets: Sockets { connect: leak(vec![]), listen: leak(vec![]), lookup: leak(vec![]) },
            keyvalue: KeyValue { memory: 0, buckets: leak(vec![]) },
        }));
        let mut files = FileSystem::new();
        files.start(settings);
        let base = files.root(0).unwrap();
        Fixture { files, base }
    }
}

/// A file system, and the root of its first mount.
struct Fixture {
    files: FileSystem,
    base: Open,
}

impl Fixture {
    fn open(&mut self, path: &str, how: u8, wanted: u8) -> Result<Open, Stop> {
        let resolved = self.files.find(&self.base, path.as_bytes(), Follow::open(1, how))?;
        Ok(self.files.open(&resolved, how, wanted, NOW)?)
    }
    fn name(&self, path: &str) -> Result<Resolved, Stop> {
        self.files.find(&self.base, path.as_bytes(), Follow::No)
    }
    fn read(&mut self, path: &str) -> Result<String, Stop> {
        let open = self.open(path, 0, READ)?;
        let bytes = self.files.read(&open)?.to_vec();
        self.files.close(open.place);
        Ok(String::from_utf8(bytes).unwrap())
    }
    fn write(&mut self, path: &str, bytes: &str) -> Result<usize, Stop> {
        let open = self.open(path, CREATE | TRUNCATE, WRITE)?;
        let written = self.files.write(open.place, 0, bytes.as_bytes(), NOW);
        self.files.close(open.place);
        Ok(written?)
    }
    fn list(&mut self, path: &str) -> Result<Vec<(String, u8)>, Stop> {
        let open = self.open(path, DIRECTORY, READ)?;
        let listed = self.files.list(&open)?;
        self.files.close(open.place);
        Ok(listed.iter().map(|listed| (String::from_utf8(listed.name().to_vec()).unwrap(), listed.kind)).collect())
    }
    fn names(&mut self, path: &str) -> String {
        self.list(path).unwrap().into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(" ")
    }
    fn stat(&self, path: &str) -> Result<Stat, Stop> {
        Ok(self.files.stat(self.files.find(&self.base, path.as_bytes(), Follow::Slash)?.place()?))
    }
    fn mkdir(&mut self, path: &str) -> Result<(), Stop> {
        let resolved = self.name(path)?;
        Ok(self.files.create_directory(&resolved, NOW)?)
    }
    fn rmdir(&mut self, path: &str) -> Result<(), Stop> {
        let resolved = self.name(path)?;
        Ok(self.files.remove_directory(&resolved, NOW)?)
    }
    fn unlink(&mut self, path: &str) -> Result<(), Stop> {
        let resolved = self.name(path)?;
        Ok(self.files.unlink(&resolved, NOW)?)
    }
    fn symlink(&mut self, target: &str, path: &str) -> Result<(), Stop> {
        let resolved = self.name(path)?;
        Ok(self.files.symlink(target.as_bytes(), &resolved, NOW)?)
    }
    fn link(&mut self, old: &str, new: &str) -> Result<(), Stop> {
        let (old, new) = (self.name(old)?, self.name(new)?);
        Ok(self.files.link(&old, &new, NOW)?)
    }
    fn rename(&mut self, old: &str, new: &str) -> Result<(), Stop> {
        let (old, new) = (self.name(old)?, self.name(new)?);
        Ok(self.files.rename(&old, &new, NOW)?)
    }
}

fn err<T>(code: Code) -> Result<T, Stop> {
    Err(Stop::Code(code))
}

/// Drops the value of a result, for values that cannot be compared.
fn code<T>(result: Result<T, Stop>) -> Result<(), Code> {
    match result {
        Ok(_) => Ok(()),
        Err(Stop::Code(code)) => Err(code),
        Err(Stop::Host(_)) => panic!("it leads away"),
    }
}

fn site() -> Tree {
    Directory(vec![
        ("a", Directory(vec![("b", Directory(vec![("c", File("deep"))])), ("up", Link("../hello"))])),
        ("abroad", Link("/etc/passwd")),
        ("dangling", Link("nowhere")),
        ("hello", File("hello world")),
        ("loop", Link("loop")),
        ("out", Link("../outside")),
        ("to-b", Link("a/b/")),
    ])
}

fn read_only() -> Fixture {
    Image::default().mount("/", 0, 0, &site()).start()
}

fn writable(quota: u64) -> Fixture {
    Image::default().mount("/", 1, quota, &site()).start()
}

#[test]
fn paths_lead_where_they_say() {
    let mut files = read_only();
    for path in ["a/b/c", "./a//b/./c", "a/b/../b/c", "a/../a/b/c", "to-b/c", "to-b/../b/c", "a//../to-b///c"] {
        assert_eq!(files.read(path).as_deref(), Ok("deep"), "{path}");
    }
    assert_eq!(files.read("a/up").as_deref(), Ok("hello world"));
    assert_eq!(files.names("."), "a abroad dangling hello loop out to-b");
    assert_eq!(files.names("./"), files.names("a/.."));
    assert_eq!(files.names("to-b"), "c");
    for (path, code) in [
        ("", Code::NO_ENTRY),
        ("/", Code::NOT_PERMITTED),
        ("/hello", Code::NOT_PERMITTED),
        ("..", Code::NOT_PERMITTED),
        ("a/../..", Code::NOT_PERMITTED),
        ("a/b/../../../hello", Code::NOT_PERMITTED),
        ("out", Code::NOT_PERMITTED),
        ("abroad", Code::NOT_PERMITTED),
        ("loop", Code::LOOP),
        ("dangling", Code::NO_ENTRY),
        ("missing/hello", Code::NO_ENTRY),
        ("hello/", Code::NOT_DIRECTORY),
        ("hello/x", Code::NOT_DIRECTORY),
        ("hello/..", Code::NOT_DIRECTORY),
        ("hello\0", Code::INVALID),
    ] {
        assert_eq!(files.read(path), err(code), "{path}");
    }
    let long = "x".repeat(256);
    assert_eq!(files.read(&long), err(Code::NAME_TOO_LONG));
    assert_eq!(files.read(&long[1..]), err(Code::NO_ENTRY));
}

#[test]
fn a_descriptor_is_a_root_for_its_paths() {
    let mut files = read_only();
    files.base = files.open("a/b", DIRECTORY, READ).unwrap();
    assert_eq!(files.read("c").as_deref(), Ok("deep"));
    assert_eq!(files.read("../up"), err(Code::NOT_PERMITTED));
    files.base = files.open("c", 0, READ).unwrap();
    assert_eq!(files.read("x"), err(Code::NOT_DIRECTORY));
}

#[test]
fn as_many_links_are_followed_as_on_linux() {
    let mut files = writable(10_000);
    files.symlink("hello", "l0").unwrap();
    for at in 1..41 {
        files.symlink(&alloc::format!("l{}", at - 1), &alloc::format!("l{at}")).unwrap();
    }
    assert_eq!(files.read("l39").as_deref(), Ok("hello world"));
    assert_eq!(files.read("l40"), err(Code::LOOP));
}

#[test]
fn a_link_is_followed_if_that_is_asked_for_or_a_slash_is_behind_it() {
    let mut files = read_only();
    assert_eq!(files.stat("to-b").unwrap().kind, nodes::kind::LINK);
    assert_eq!(files.stat("to-b").unwrap().size, 4);
    assert_eq!(files.stat("to-b/").unwrap().kind, nodes::kind::DIRECTORY);
    assert_eq!(files.stat("dangling").unwrap().kind, nodes::kind::LINK);
    let resolved = files.files.find(&files.base, b"to-b", Follow::path(0)).unwrap();
    assert_eq!(files.files.readlink(&resolved), Ok(&b"a/b/"[..]));
    assert_eq!(files.files.open(&resolved, 0, READ, NOW).err(), Some(Code::LOOP));
    let resolved = files.files.find(&files.base, b"hello", Follow::path(0)).unwrap();
    assert_eq!(files.files.readlink(&resolved), Err(Code::INVALID));
    assert_eq!(code(files.open("to-b", DIRECTORY, READ)), Ok(()));
}

#[test]
fn nothing_changes_that_is_read_only() {
    let mut files = read_only();
    let refused = Err(Stop::Code(Code::READ_ONLY));
    assert_eq!(files.write("hello", "x"), err(Code::READ_ONLY));
    assert_eq!(files.write("new", "x"), err(Code::READ_ONLY));
    assert_eq!(code(files.open("hello", TRUNCATE, 0)), Err(Code::READ_ONLY));
    assert_eq!(code(files.open("a", 0, READ | MUTATE_DIRECTORY)), Err(Code::READ_ONLY));
    assert_eq!(files.mkdir("new"), refused);
    assert_eq!(files.unlink("hello"), refused);
    assert_eq!(files.rmdir("a/b"), refused);
    assert_eq!(files.symlink("hello", "new"), refused);
    assert_eq!(files.link("hello", "new"), refused);
    assert_eq!(files.rename("hello", "new"), refused);
    let open = files.open("hello", 0, READ).unwrap();
    assert_eq!(files.files.set_size(&open, 0, NOW), Err(Code::READ_ONLY));
    assert_eq!(files.files.set_times(open.place, NewTime::Now, NewTime::Now, NOW), Err(Code::READ_ONLY));
    assert_eq!(files.base.flags, READ);
    // An existing entry is reported before the mount is found to be read-only.
    assert_eq!(files.mkdir("a"), err(Code::EXIST));
    assert_eq!(files.unlink("missing"), err(Code::NO_ENTRY));
    assert_eq!(code(files.open("hello", CREATE, READ)), Ok(()));
}

#[test]
fn open_flags_mean_what_they_mean_in_posix() {
    let mut files = writable(1000);
    for (path, how, wanted, expected) in [
        ("hello", CREATE | EXCLUSIVE, WRITE, Err(Code::EXIST)),
        ("dangling", CREATE | EXCLUSIVE, WRITE, Err(Code::EXIST)),
        ("a", CREATE, READ, Err(Code::IS_DIRECTORY)),
        ("a", TRUNCATE, READ, Err(Code::IS_DIRECTORY)),
        ("a", 0, WRITE, Err(Code::IS_DIRECTORY)),
        ("a", 0, READ | MUTATE_DIRECTORY, Ok(())),
        ("hello", DIRECTORY, READ, Err(Code::NOT_DIRECTORY)),
        ("missing", DIRECTORY, READ, Err(Code::NO_ENTRY)),
        ("missing", CREATE | DIRECTORY, READ, Err(Code::INVALID)),
        ("missing/", CREATE, WRITE, Err(Code::IS_DIRECTORY)),
        ("missing/x", CREATE, WRITE, Err(Code::NO_ENTRY)),
        ("missing", 0, WRITE, Err(Code::NO_ENTRY)),
        ("hello", CREATE, READ | WRITE, Ok(())),
    ] {
        assert_eq!(code(files.open(path, how, wanted)), expected, "{path} {how} {wanted}");
    }
    // The file is created at the target of a dangling symlink.
    files.write("dangling", "made").unwrap();
    assert_eq!(files.read("nowhere").as_deref(), Ok("made"));

    let only_written = files.open("hello", 0, WRITE).unwrap();
    assert_eq!(files.files.read(&only_written), Err(Code::BAD_DESCRIPTOR));
    let only_read = files.open("hello", 0, 0).unwrap();
    assert_eq!(only_read.flags, READ);
    assert_eq!(files.files.check_write(&only_read), Err(Code::BAD_DESCRIPTOR));
    assert_eq!(files.files.set_size(&only_read, 1, NOW), Err(Code::BAD_DESCRIPTOR));
    assert_eq!(files.files.read(&files.base), Err(Code::IS_DIRECTORY));
    assert_eq!(files.files.list(&only_read).err(), Some(Code::NOT_DIRECTORY));
}

#[test]
fn what_is_written_is_written_to_a_copy() {
    let mut files = writable(1000);
    let open = files.open("a/up", 0, READ | WRITE).unwrap();
    assert_eq!(files.files.write(open.place, 6, b"moon!!", NOW), Ok(6));
    assert_eq!(files.read("hello").as_deref(), Ok("hello moon!!"));
    assert_eq!(files.files.write(open.place, 14, b"x", NOW), Ok(1));
    assert_eq!(files.read("hello").as_deref(), Ok("hello moon!!\0\0x"));
    assert_eq!(files.files.set_size(&open, 5, NOW), Ok(()));
    assert_eq!(files.files.set_size(&open, 7, NOW), Ok(()));
    assert_eq!(files.read("hello").as_deref(), Ok("hello\0\0"));
    assert_eq!(files.files.write_zeros(open.place, 1, 100, NOW), Ok(()));
    assert_eq!(files.stat("hello").unwrap().size, 101);
    assert_eq!(files.read("hello").unwrap(), alloc::format!("h{}", "\0".repeat(100)));
    // The rest of the image is not copied.
    assert_eq!(files.read("a/b/c").as_deref(), Ok("deep"));
    assert_eq!(files.names("."), "a abroad dangling hello loop out to-b");
}

#[test]
fn a_mount_has_no_more_space_than_its_quota() {
    let mut files = writable(16);
    assert_eq!(files.write("x", "0123456789"), Ok(10));
    assert_eq!(files.write("y", "0123456789"), Ok(6));
    assert_eq!(files.write("z", "0"), err(Code::INSUFFICIENT_SPACE));
    assert_eq!(files.read("z").as_deref(), Ok(""));
    let open = files.open("z", 0, WRITE).unwrap();
    assert_eq!(files.files.set_size(&open, 1, NOW), Err(Code::INSUFFICIENT_SPACE));
    assert_eq!(files.files.set_size(&open, u64::MAX, NOW), Err(Code::FILE_TOO_LARGE));
    assert_eq!(files.files.write(open.place, u64::MAX, b"x", NOW), Err(Code::FILE_TOO_LARGE));
    assert_eq!(files.files.write(open.place, 0, b"", NOW), Ok(0));
    // Removed, shortened and replaced files free their space.
    files.unlink("x").unwrap();
    assert_eq!(files.files.write(open.place, 2, b"0123456789", NOW), Ok(8));
    files.rename("z", "y").unwrap();
    assert_eq!(files.write("z", "0123456789"), Ok(6));
    assert_eq!(files.write("z", "012"), Ok(3));
    assert_eq!(files.files.set_size(&open, 0, NOW), Ok(()));
    // A file of the image takes space for all of its bytes when it is written to. Without space, it does not change.
    let hello = files.open("hello", 0, WRITE).unwrap();
    assert_eq!(files.files.write(hello.place, 0, b"J", NOW), Ok(1));
    assert_eq!(files.read("hello").as_deref(), Ok("Jello world"));
    assert_eq!(files.write("w", "0123456789"), Ok(2));
    let deep = files.open("a/b/c", 0, WRITE).unwrap();
    assert_eq!(files.files.write(deep.place, 0, b"J", NOW), Err(Code::INSUFFICIENT_SPACE));
    assert_eq!(files.read("a/b/c").as_deref(), Ok("deep"));
}

#[test]
fn what_is_open_lives_on_without_a_name() {
    let mut files = writable(20);
    for name in ["new", "hello"] {
        files.write(name, "0123456789").unwrap();
        let open = files.open(name, 0, READ | WRITE).unwrap();
        files.unlink(name).unwrap();
        assert_eq!(files.read(name), err(Code::NO_ENTRY));
        assert_eq!(files.files.stat(open.place).links, 0);
        assert_eq!(files.files.write(open.place, 0, b"x", NOW), Ok(1));
        assert_eq!(files.files.read(&open), Ok(&b"x123456789"[..]));
        assert_eq!(files.write("other", &"0".repeat(20)), Ok(10));
        files.files.close(open.place);
        assert_eq!(files.write("other", &"0".repeat(20)), Ok(20));
        files.unlink("other").unwrap();
    }
    let directory = files.open("a/b", DIRECTORY, READ).unwrap();
    files.unlink("a/b/c").unwrap();
    files.rmdir("a/b").unwrap();
    files.base = directory;
    assert_eq!(files.mkdir("x"), err(Code::NO_ENTRY));
    assert_eq!(files.write("x", ""), err(Code::NO_ENTRY));
}

#[test]
fn an_editor_saves_a_file() {
    let mut files = writable(1000);
    // The editor writes a new file, keeps the old one under another name, and renames the new one.
    files.write("hello.tmp", "changed").unwrap();
    files.link("hello", "hello~").unwrap();
    assert_eq!(files.stat("hello").unwrap().links, 2);
    let old = files.open("hello", 0, READ).unwrap();
    files.rename("hello.tmp", "hello").unwrap();
    assert_eq!(files.read("hello").as_deref(), Ok("changed"));
    assert_eq!(files.read("hello~").as_deref(), Ok("hello world"));
    assert_eq!(files.stat("hello~").unwrap().links, 1);
    assert_eq!(files.files.read(&old), Ok(&b"hello world"[..]));
    assert_eq!(files.read("hello.tmp"), err(Code::NO_ENTRY));
    assert_eq!(files.names("."), "a abroad dangling hello hello~ loop out to-b");
}

#[test]
fn renames_mean_what_they_mean_in_posix() {
    let mut files = writable(1000);
    files.mkdir("empty").unwrap();
    for (old, new, expected) in [
        ("missing", "x", Err(Code::NO_ENTRY)),
        ("a", "a/b/x", Err(Code::INVALID)),
        ("a", "a/x", Err(Code::INVALID)),
        ("empty", "a", Err(Code::NOT_EMPTY)),
        ("a", "hello", Err(Code::NOT_DIRECTORY)),
        ("hello", "a", Err(Code::IS_DIRECTORY)),
        ("hello", "x/", Err(Code::NOT_DIRECTORY)),
        ("hello/", "x", Err(Code::NOT_DIRECTORY)),
        ("hello", "missing/x", Err(Code::NO_ENTRY)),
        ("a/.", "x", Err(Code::BUSY)),
        ("a", "a", Ok(())),
        ("a", "empty", Ok(())),
        ("empty/b", "b/", Ok(())),
        ("to-b", "hello", Ok(())),
    ] {
        assert_eq!(code(files.rename(old, new)), expected, "{old} {new}");
    }
    assert_eq!(files.names("."), "abroad b dangling empty hello loop out");
    assert_eq!(files.read("b/c").as_deref(), Ok("deep"));
    assert_eq!(files.stat("hello").unwrap().kind, nodes::kind::LINK);
    // Renaming one name of a file to another name of it changes nothing.
    files.link("b/c", "c").unwrap();
    files.rename("c", "b/c").unwrap();
    assert_eq!(files.read("c").as_deref(), Ok("deep"));
}

#[test]
fn names_are_made_and_removed_as_in_posix() {
    let mut files = writable(1000);
    assert_eq!(files.mkdir("new/"), Ok(()));
    assert_eq!(files.mkdir("new"), err(Code::EXIST));
    assert_eq!(files.mkdir("dangling"), err(Code::EXIST));
    assert_eq!(files.mkdir("."), err(Code::EXIST));
    assert_eq!(files.mkdir("missing/new"), err(Code::NO_ENTRY));
    assert_eq!(files.unlink("new"), err(Code::IS_DIRECTORY));
    assert_eq!(files.unlink("to-b/"), err(Code::NOT_DIRECTORY));
    assert_eq!(files.rmdir("to-b/"), err(Code::NOT_DIRECTORY));
    assert_eq!(files.rmdir("hello"), err(Code::NOT_DIRECTORY));
    assert_eq!(files.rmdir("a"), err(Code::NOT_EMPTY));
    assert_eq!(files.rmdir("new/."), err(Code::INVALID));
    assert_eq!(files.rmdir("new/"), Ok(()));
    assert_eq!(files.unlink("to-b"), Ok(()));
    assert_eq!(files.read("a/b/c").as_deref(), Ok("deep"));
    assert_eq!(files.symlink("/etc", "x"), err(Code::NOT_PERMITTED));
    assert_eq!(files.symlink("", "x"), err(Code::NO_ENTRY));
    assert_eq!(files.symlink("x", "hello"), err(Code::EXIST));
    assert_eq!(files.link("a", "x"), err(Code::NOT_PERMITTED));
    assert_eq!(files.link("hello", "a"), err(Code::EXIST));
    assert_eq!(files.link("hello", "x/"), err(Code::NO_ENTRY));
}

#[test]
fn times_are_those_of_the_clock_and_those_that_are_set() {
    let mut files = writable(1000);
    let times = |stat: Stat| stat.times.map(|time| if let Maybe::Some(time) = time { time.seconds } else { 999 });
    assert_eq!(times(files.stat("hello").unwrap()), [0, 0, 0]);
    let open = files.open("hello", 0, WRITE).unwrap();
    files.files.write(open.place, 0, b"J", NOW).unwrap();
    assert_eq!(times(files.stat("hello").unwrap()), [0, 100, 100]);
    let later = Datetime { seconds: 200, nanoseconds: 0 };
    let old = NewTime::Time(Datetime { seconds: 7, nanoseconds: 0 });
    files.files.set_times(open.place, old, NewTime::Same, later).unwrap();
    assert_eq!(times(files.stat("hello").unwrap()), [7, 100, 200]);
    files.files.set_times(open.place, NewTime::Same, NewTime::Now, later).unwrap();
    assert_eq!(times(files.stat("hello").unwrap()), [7, 200, 200]);
    let none = NewTime::Time(Datetime { seconds: 7, nanoseconds: 1_000_000_000 });
    assert_eq!(files.files.set_times(open.place, NewTime::Same, none, later), Err(Code::INVALID));
    files.mkdir("new").unwrap();
    assert_eq!(times(files.stat("new").unwrap()), [100, 100, 100]);
    assert_eq!(times(files.stat(".").unwrap()), [0, 100, 100]);
}

#[test]
fn objects_differ_by_their_hashes() {
    let mut files = writable(1000);
    let hash = |files: &Fixture, path: &str| files.files.hash(files.name(path).unwrap().place().unwrap());
    let before = hash(&files, "hello");
    assert_eq!(hash(&files, "hello"), before);
    assert_ne!(hash(&files, "a").lower, before.lower);
    files.link("hello", "x").unwrap();
    assert_eq!(hash(&files, "x"), before);
    let open = files.open("hello", 0, WRITE).unwrap();
    files.files.write(open.place, 0, b"J", NOW).unwrap();
    let after = hash(&files, "hello");
    assert_eq!(after.lower, before.lower);
    assert_ne!(after.upper, before.upper);
}

#[test]
fn a_listing_is_of_the_time_it_was_asked_for() {
    let mut files = writable(1000);
    let listed = files.files.list(&files.base).unwrap();
    files.unlink("hello").unwrap();
    files.write("b", "").unwrap();
    let names: Vec<_> = listed.iter().map(Listed::name).collect();
    assert_eq!(names, [&b"a"[..], b"abroad", b"dangling", b"hello", b"loop", b"out", b"to-b"]);
    assert_eq!(listed[0].kind, nodes::kind::DIRECTORY);
    assert_eq!(listed[1].kind, nodes::kind::LINK);
    assert_eq!(listed[3].kind, nodes::kind::FILE);
    assert_eq!(files.names("."), "a abroad b dangling loop out to-b");
}

/// A read-only root with mounts of all kinds in it.
fn nested() -> Fixture {
    Image::default()
        .mount("/", 0, 0, &Directory(vec![("data", Directory(vec![("x", File("x"))])), ("etc", File("in the way"))]))
        .mount("/data/cache", 1, 100, &Directory(vec![("old", File("old"))]))
        .mount("/data/cache/deep/er", 0, 0, &Directory(vec![("file", File("deeper"))]))
        .mount("/data/host", 2, 0, &Directory(vec![]))
        .mount("/etc/motd", 0, 0, &File("welcome"))
        .start()
}

#[test]
fn mounts_are_one_tree() {
    let mut files = nested();
    assert_eq!(files.list("."), Ok(vec![("data".into(), 3), ("etc".into(), 3)]));
    assert_eq!(files.list("data"), Ok(vec![("cache".into(), 3), ("host".into(), 3), ("x".into(), 6)]));
    assert_eq!(files.list("etc"), Ok(vec![("motd".into(), 6)]));
    assert_eq!(files.names("data/cache"), "deep old");
    assert_eq!(files.read("etc/motd").as_deref(), Ok("welcome"));
    assert_eq!(files.read("data/cache/deep/er/file").as_deref(), Ok("deeper"));
    assert_eq!(files.read("data/cache/deep/er/../../old").as_deref(), Ok("old"));
    assert_eq!(files.read("data/cache/../x").as_deref(), Ok("x"));
    assert_eq!(files.read("etc/motd/"), err(Code::NOT_DIRECTORY));
    assert_eq!(files.write("data/cache/new", "new"), Ok(3));
    assert_eq!(files.write("data/new", "new"), err(Code::READ_ONLY));
    assert_eq!(files.write("data/cache/deep/er/file", "new"), err(Code::READ_ONLY));
    // The descriptors of the mounts have the same content.
    files.base = files.files.root(1).unwrap();
    assert_eq!(files.names("."), "deep new old");
    assert_eq!(files.read("deep/er/file").as_deref(), Ok("deeper"));
    assert_eq!(files.read("../x"), err(Code::NOT_PERMITTED));
    assert!(files.files.root(3).is_none());
}

#[test]
fn mounts_and_the_way_there_are_busy() {
    let mut files = nested();
    assert_eq!(files.rmdir("data/cache/deep"), err(Code::BUSY));
    assert_eq!(files.rmdir("data/cache/deep/er"), err(Code::BUSY));
    assert_eq!(files.rename("data/cache/deep", "data/cache/x"), err(Code::BUSY));
    assert_eq!(files.rename("data/cache/old", "data/cache/deep"), err(Code::BUSY));
    assert_eq!(files.unlink("etc/motd"), err(Code::BUSY));
    assert_eq!(files.mkdir("data/cache"), err(Code::EXIST));
    assert_eq!(files.link("data/x", "data/cache/x"), err(Code::CROSS_DEVICE));
    assert_eq!(files.rename("data/x", "data/cache/x"), err(Code::CROSS_DEVICE));
}

#[test]
fn paths_leave_for_the_host_and_come_back() {
    let mut files = nested();
    for (path, rest) in [
        ("data/host", "."),
        ("data/host/", "."),
        ("data/host/a/b/", "a/b/"),
        ("data/cache/../host/a/../b", "a/../b"),
        ("data//host///a", "a"),
    ] {
        assert_eq!(files.read(path), Err(Stop::Host(HostPath { mount: 3, rest: rest.into() })), "{path}");
    }
    assert_eq!(files.read("data/host/../x").as_deref(), Ok("x"));
    assert_eq!(files.read("data/host/a/../../x").as_deref(), Ok("x"));
    assert_eq!(files.names("data/host/.."), "cache host x");
    assert_eq!(files.names("data/host/../"), "cache host x");
    assert_eq!(files.read("data/host/../../.."), err(Code::NOT_PERMITTED));
}

#[test]
fn mounts_inside_the_hosts_are_found_by_their_names() {
    let files = Image::default()
        .mount("/m", 0, 0, &Directory(vec![]))
        .mount("/h", 2, 0, &Directory(vec![]))
        .mount("/h/file", 0, 0, &File("mine"))
        .mount("/h/way/there", 1, 100, &Directory(vec![("x", File("x"))]))
        .start()
        .files;
    let root = files.mounts().prefix(1);
    assert_eq!(files.cross(root, b"a/../way/./there/x/"), Ok((3, &b"x/"[..])));
    assert_eq!(files.cross(root, b"file"), Ok((2, &b""[..])));
    assert_eq!(files.cross(root, b"other/file"), Err(None));
    assert_eq!(files.cross(root, b".."), Err(None));
    let Err(Some(way)) = files.cross(root, b"way/") else { panic!("it is on the way") };
    assert_eq!(files.cross(way, b"there"), Ok((3, &b""[..])));
    let names = |prefix| files.list_mounts(prefix).iter().map(|at| (at.name().to_vec(), at.kind)).collect::<Vec<_>>();
    assert_eq!(names(root), [(b"file".to_vec(), nodes::kind::FILE)]);
    assert_eq!(names(way), [(b"there".to_vec(), nodes::kind::DIRECTORY)]);
    let bytes = |path: &[u8], mount| {
        files.find_in(mount, path, Follow::Yes).and_then(|resolved| Ok(files.bytes(resolved.place()?).to_vec()))
    };
    assert_eq!(bytes(b"", 2), Ok(b"mine".to_vec()));
    assert_eq!(bytes(b"x", 2), err(Code::NOT_DIRECTORY));
    assert_eq!(bytes(b"x", 3), Ok(b"x".to_vec()));
}

#[test]
fn to_start_costs_no_more_for_a_larger_image() {
    let entries = (0..5000).map(|at| (&*alloc::format!("{at:04}").leak(), File("contents"))).collect();
    let mut files = Image::default().mount("/", 1, 1000, &Directory(entries)).start();
    assert_eq!(files.list(".").unwrap().len(), 5000);
    assert_eq!(files.read("4999").as_deref(), Ok("contents"));
    files.unlink("2500").unwrap();
    assert_eq!(files.list(".").unwrap().len(), 4999);
    assert_eq!(files.read("2500"), err(Code::NO_ENTRY));
}

#[test]
fn stat_is_laid_out_as_the_canonical_abi_has_it() {
    assert_eq!((offset_of!(Stat, links), offset_of!(Stat, size), offset_of!(Stat, times)), (8, 16, 24));
    assert_eq!((size_of::<Stat>(), size_of::<abi::Reply<Stat, Code>>()), (96, 104));
    assert_eq!(size_of::<abi::Reply<Hash, Code>>(), 24);
    assert_eq!(size_of::<abi::Reply<u8, Code>>(), 2);
    assert_eq!(size_of::<abi::Reply<u32, Code>>(), 8);
}

#[test]
fn links_and_names_have_an_end_too() {
    let mut files = writable(640);
    let target = [b'x'; 600];
    let target = core::str::from_utf8(&target).unwrap();
    files.symlink(target, "long").unwrap();
    assert_eq!(files.symlink(target, "longer"), Err(Code::INSUFFICIENT_SPACE.into()));
    files.unlink("long").unwrap();
    files.symlink(target, "long").unwrap();
    // The quota allows ten names, and 64 more are always allowed. The symlink takes one of them.
    for number in 0..73 {
        files.mkdir(&alloc::format!("directory{number}")).unwrap();
    }
    assert_eq!(files.mkdir("one-more"), Err(Code::INSUFFICIENT_SPACE.into()));
    files.unlink("long").unwrap();
    files.mkdir("one-more").unwrap();
}
