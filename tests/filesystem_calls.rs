//! What mounts answer to the calls that no language's library makes, and to each error that there is: as the host's folder does.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::disallowed_methods)]

mod support;

use std::path::Path;

use support::puppet::{self, Given, Puppet, field, text, words};
use support::{names, virt_in};
use wasmtime::component::Val;
use wasmtime_wasi::{FsPerms, WasiCtxBuilder};

/// The puppet with grants; paths are relative to the folder.
#[track_caller]
fn granted(folder: &Path, grants: &[&str]) -> Vec<u8> {
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("puppet.wasm");
    std::fs::write(&file, puppet::component()).unwrap();
    let flags: Vec<&str> = grants.iter().flat_map(|grant| ["--grant", grant]).collect();
    virt_in(folder, &file, &flags)
}

fn memory(size: &str) -> Puppet {
    Puppet::new(&granted(Path::new("."), &[&format!("fs./m={{memory=\"{size}\"}}")]), |_| {})
}

fn time(seconds: u64, nanoseconds: u32) -> Val {
    let time = vec![("seconds".to_owned(), Val::U64(seconds)), ("nanoseconds".to_owned(), Val::U32(nanoseconds))];
    Val::Variant("timestamp".to_owned(), Some(Box::new(Val::Record(time))))
}

fn no_change() -> Val {
    Val::Variant("no-change".to_owned(), None)
}

/// Calls, and what was answered.
struct Log<'p> {
    puppet: &'p mut Puppet,
    lines: Vec<String>,
}

impl Log<'_> {
    fn ask(&mut self, what: &str, function: &str, given: Vec<Val>) -> Val {
        let answer = self.puppet.call(function, &given).unwrap_or_else(|trap| panic!("{what} {function}: {trap}"));
        let name = function.rsplit('/').next().unwrap();
        // Which numbers handles have is no part of it.
        let given = given[1..].iter().filter(|value| !matches!(value, Val::U32(_))).map(text);
        self.lines.push(format!("{what} {name} {} -> {}", given.collect::<Vec<_>>().join(" "), text(&answer)));
        answer
    }

    fn file(&mut self, what: &str, function: &str, handle: u32, given: Vec<Val>) -> Val {
        let given = [vec![handle.val()], given].concat();
        self.ask(what, &format!("filesystem-types/{function}"), given)
    }

    fn open(&mut self, folder: u32, path: &str, open: &str, flags: &str) -> Option<u32> {
        let opened = self.puppet.open(folder, path, open, flags);
        let said = opened.as_ref().map_or_else(String::clone, |_| "ok".to_owned());
        self.lines.push(format!("open {path:?} {{{open}}} {{{flags}}} -> {said}"));
        opened.ok()
    }

    /// All of it but times.
    fn stat(&mut self, what: &str, stat: Val) {
        self.lines.pop();
        let of = |name: &str| text(&field(&stat, name));
        let said = match &stat {
            Val::Result(Ok(_)) if of("type") == "directory" => "directory".to_owned(),
            Val::Result(Ok(_)) => [of("type"), of("size"), of("link-count")].join(" "),
            other => text(other),
        };
        self.lines.push(format!("stat {what} -> {said}"));
    }

    fn stat_at(&mut self, folder: u32, how: &str, path: &str) {
        let stat = self.file("", "descriptor-stat-at", folder, vec![words(how), path.val()]);
        self.stat(&format!("{path:?} {{{how}}}"), stat);
    }

    fn times(&mut self, what: &str, file: u32) {
        let stat = self.file(what, "descriptor-stat", file, vec![]);
        self.lines.pop();
        let of = |name: &str| text(&field(&stat, name));
        self.lines.push(format!("times of {what} -> {} {}", of("data-access-timestamp"), of("data-modification-timestamp")));
    }

    fn listing(&mut self, what: &str, folder: u32) {
        let stream = self.puppet.handle("filesystem-types/descriptor-read-directory", &[folder.val()]);
        let mut entries = Vec::new();
        loop {
            let next = ask!(self.puppet, "filesystem-types/directory-entry-stream-read-directory-entry", stream);
            if next == "ok(none)" {
                break;
            }
            entries.push(next);
        }
        assert_eq!(ask!(self.puppet, "filesystem-types/directory-entry-stream-read-directory-entry", stream), "ok(none)");
        ask!(self.puppet, "filesystem-types/drop-directory-entry-stream", stream);
        entries.sort();
        self.lines.push(format!("listing of {what} -> {}", entries.join(" ")));
    }
}

/// What a folder that is empty at first answers, from which nothing but `a`, `b` and so on is reached.
fn transcript(puppet: &mut Puppet, root: u32) -> Vec<String> {
    let mut log = Log { puppet, lines: vec![] };
    // Opening.
    log.open(root, "a", "", "read");
    log.open(root, "a", "exclusive create", "read write");
    let a = log.open(root, "a", "", "read write").unwrap();
    log.open(root, "a", "exclusive create", "read write");
    log.open(root, "a", "directory", "read");
    log.file("", "descriptor-create-directory-at", root, vec!["d".val()]);
    log.file("", "descriptor-create-directory-at", root, vec!["d".val()]);
    log.file("", "descriptor-create-directory-at", root, vec!["none/d".val()]);
    log.file("", "descriptor-create-directory-at", root, vec!["a/d".val()]);
    log.file("", "descriptor-create-directory-at", root, vec!["../d".val()]);
    log.file("", "descriptor-create-directory-at", root, vec!["/d".val()]);
    log.file("", "descriptor-create-directory-at", root, vec!["".val()]);
    let d = log.open(root, "d", "directory", "read mutate-directory").unwrap();
    for (path, open, flags) in [
        ("d", "create", "read"),
        ("d", "", "write"),
        ("d", "truncate", "write"),
        ("d", "exclusive create", "read"),
        ("d/", "", "read"),
        ("d/.", "", "read"),
        ("d/../a", "", "read"),
        ("d/..", "", "read"),
        (".", "", "read"),
        ("", "", "read"),
        ("..", "", "read"),
        ("d/../..", "", "read"),
        ("/", "", "read"),
        ("/a", "", "read"),
        ("a/", "", "read"),
        ("a/.", "", "read"),
        ("a/b", "", "read"),
        ("a/..", "", "read"),
        ("none/", "create", "write"),
        ("none/x", "create", "write"),
        ("d//.//../a", "", "read"),
        ("d/new", "create", "write"),
        ("d/new", "create truncate", "write"),
        ("none", "", "read"),
        ("none", "truncate", "write"),
    ] {
        log.open(root, path, open, flags);
    }
    log.open(d, "new", "", "read");
    log.open(d, "../a", "", "read");
    // What is open.
    for (what, handle) in [("a", a), ("d", d), ("root", root)] {
        log.file(what, "descriptor-get-type", handle, vec![]);
        log.file(what, "descriptor-sync", handle, vec![]);
        log.file(what, "descriptor-sync-data", handle, vec![]);
    }
    log.file("a", "descriptor-get-flags", a, vec![]);
    log.file("a", "descriptor-advise", a, vec![0_u64.val(), 10_u64.val(), Val::Enum("sequential".to_owned())]);
    // Bytes at offsets.
    log.file("a", "descriptor-write", a, vec![b"hello".val(), 0_u64.val()]);
    log.file("a", "descriptor-write", a, vec![b"world".val(), 10_u64.val()]);
    log.file("a", "descriptor-write", a, vec![b"".val(), 100_u64.val()]);
    for (len, at) in [(100, 0), (5, 0), (5, 10), (5, 12), (5, 15), (5, 1000), (0, 0), (0, 15), (1 << 40, 14)] {
        log.file("a", "descriptor-read", a, vec![Val::U64(len), Val::U64(at)]);
    }
    let stat = log.file("a", "descriptor-stat", a, vec![]);
    log.stat("a", stat);
    for size in [3_u64, 0, 20] {
        log.file("a", "descriptor-set-size", a, vec![size.val()]);
        log.file("a", "descriptor-read", a, vec![100_u64.val(), 0_u64.val()]);
    }
    log.file("d", "descriptor-set-size", d, vec![0_u64.val()]);
    log.file("d", "descriptor-read", d, vec![1_u64.val(), 0_u64.val()]);
    log.file("d", "descriptor-write", d, vec![b"x".val(), 0_u64.val()]);
    let read_only = log.open(root, "a", "", "read").unwrap();
    log.file("a to read", "descriptor-get-flags", read_only, vec![]);
    log.file("a to read", "descriptor-write", read_only, vec![b"x".val(), 0_u64.val()]);
    log.file("a to read", "descriptor-set-size", read_only, vec![1_u64.val()]);
    let write_only = log.open(root, "a", "", "write").unwrap();
    log.file("a to write", "descriptor-get-flags", write_only, vec![]);
    log.file("a to write", "descriptor-read", write_only, vec![1_u64.val(), 0_u64.val()]);
    // Names.
    let link = |from: &str, to: &str| vec![words(""), from.val(), root.val(), to.val()];
    log.file("", "descriptor-link-at", root, link("a", "b"));
    log.file("", "descriptor-link-at", root, link("a", "b"));
    log.file("", "descriptor-link-at", root, link("d", "e"));
    log.file("", "descriptor-link-at", root, link("none", "e"));
    log.file("", "descriptor-link-at", root, link("a", "../e"));
    log.file("", "descriptor-link-at", root, vec![words(""), "a".val(), d.val(), "linked".val()]);
    let b = log.open(root, "b", "", "read").unwrap();
    let new = log.open(root, "d/new", "", "read").unwrap();
    for (what, one, other) in [("a b", a, b), ("a a", a, a), ("a new", a, new), ("a d", a, d), ("root d", root, d)] {
        log.file(what, "descriptor-is-same-object", one, vec![other.val()]);
    }
    let mut hashes = vec![];
    for handle in [a, b, new, d, root] {
        hashes.push(text(&log.puppet.call("filesystem-types/descriptor-metadata-hash", &[handle.val()]).unwrap()));
    }
    let same: Vec<Vec<bool>> = hashes.iter().map(|one| hashes.iter().map(|other| one == other).collect()).collect();
    log.lines.push(format!("hashes {same:?}"));
    for (how, path, which) in [("", "b", 0), ("symlink-follow", "d/linked", 0), ("", ".", 4), ("", "d/new", 2), ("", "none", 0)] {
        let hash = text(&log.puppet.call("filesystem-types/descriptor-metadata-hash-at", &[root.val(), words(how), path.val()]).unwrap());
        log.lines.push(format!("hash of {path} {}", if hash.starts_with("ok") { (hash == hashes[which]).to_string() } else { hash }));
    }
    log.stat_at(root, "", "b");
    // Links.
    for (to, path) in [
        ("a", "l"),
        ("l", "ll"),
        ("d", "ld"),
        ("none", "ln"),
        ("../a", "d/up"),
        ("../../a", "d/out"),
        ("loop", "loop"),
        ("a", "l"),
        ("a", "none/l"),
        ("a/", "lslash"),
        ("/etc/passwd", "abs"),
    ] {
        log.file("", "descriptor-symlink-at", root, vec![to.val(), path.val()]);
    }
    for path in ["l", "ld", "d/up", "d/out", "a", "none", "d", "loop", ".", ".."] {
        log.file("", "descriptor-readlink-at", root, vec![path.val()]);
        log.stat_at(root, "", path);
        log.stat_at(root, "symlink-follow", path);
    }
    for (path, open) in [
        ("l", ""), ("ll", ""), ("ld", "directory"), ("ld/new", ""), ("ld/up", ""), ("ln", ""), ("d/up", ""), ("d/out", ""), ("loop", ""),
        ("loop/x", ""), ("lslash", ""), ("l", "exclusive create"), ("ld/../b", ""), ("ln", "create"), ("none", ""),
    ] {
        log.open(root, path, open, "read");
    }
    for path in ["l", "ld", "loop", "a"] {
        let given = [root.val(), words(""), path.val(), words(""), words("read")];
        let opened = text(&log.puppet.call("filesystem-types/descriptor-open-at", &given).unwrap());
        log.lines.push(format!("open {path} unfollowed -> {}", if opened.starts_with("ok") { "ok" } else { &opened }));
    }
    log.listing("root", root);
    log.listing("d", d);
    // Times.
    log.file("a", "descriptor-set-times", a, vec![time(1, 2), time(1_700_000_000, 999_999_999)]);
    log.times("a", a);
    log.times("b", b);
    log.file("a", "descriptor-set-times", a, vec![no_change(), time(5, 0)]);
    log.times("a", a);
    log.file("a", "descriptor-set-times", a, vec![time(7, 0), no_change()]);
    log.times("a", a);
    log.file("", "descriptor-set-times-at", root, vec![words("symlink-follow"), "l".val(), time(8, 0), time(9, 0)]);
    log.times("a", a);
    log.file("", "descriptor-set-times-at", root, vec![words(""), "l".val(), time(10, 0), time(11, 0)]);
    log.times("a", a);
    log.file("", "descriptor-set-times-at", root, vec![words(""), "none".val(), time(10, 0), time(11, 0)]);
    // Moving and removing.
    let rename = |from: &str, to: &str| vec![from.val(), root.val(), to.val()];
    for (from, to) in [
        ("none", "x"), ("a", "d"), ("d", "a"), ("d", "d/in"), ("b", "b"), ("a", "b"), ("l", "moved"), ("d", "moved"), ("a", "../x"), ("../x", "a"),
        ("a", "a/x"), ("a", "none/x"), (".", "x"), ("d/..", "x"), ("a", ""), ("", "a"),
    ] {
        log.file("", "descriptor-rename-at", root, rename(from, to));
    }
    log.file("", "descriptor-rename-at", root, vec!["moved".val(), d.val(), "moved".val()]);
    for path in ["d", "none", "a/x", "..", ".", "", "/a", "d/moved", "l"] {
        log.file("", "descriptor-unlink-file-at", root, vec![path.val()]);
    }
    for path in ["a", "none", "d", "ld", "..", "."] {
        log.file("", "descriptor-remove-directory-at", root, vec![path.val()]);
    }
    log.listing("root", root);
    // A folder that is gone is still open.
    log.file("", "descriptor-create-directory-at", root, vec!["gone".val()]);
    let gone = log.open(root, "gone", "directory", "read mutate-directory").unwrap();
    log.file("", "descriptor-remove-directory-at", root, vec!["gone".val()]);
    log.open(gone, "x", "create", "write");
    log.open(gone, ".", "", "read");
    log.listing("gone", gone);
    log.file("gone", "descriptor-get-type", gone, vec![]);
    // And so is a file.
    log.file("", "descriptor-unlink-file-at", root, vec!["a".val()]);
    log.file("", "descriptor-unlink-file-at", root, vec!["b".val()]);
    log.file("", "descriptor-unlink-file-at", root, vec!["d/linked".val()]);
    log.file("a", "descriptor-write", a, vec![b"alive".val(), 0_u64.val()]);
    log.file("b", "descriptor-read", b, vec![5_u64.val(), 0_u64.val()]);
    let stat = log.file("a", "descriptor-stat", a, vec![]);
    log.stat("a", stat);
    log.lines
}

/// Where another answer than the host's is as good: the end of a file is said with its last bytes, not after them; what is no file is
/// said to be a folder; and what cannot be written to is a descriptor that is not for that.
const MAY_DIFFER: &[&str] = &[
    r#"a descriptor-read 100 0 -> ok(("hello\0\0\0\0\0world", true))"#,
    r#"a descriptor-read 5 10 -> ok(("world", true))"#,
    r#"a descriptor-read 5 12 -> ok(("rld", true))"#,
    r#"a descriptor-read 1099511627776 14 -> ok(("d", true))"#,
    r#"a descriptor-read 100 0 -> ok(("hel", true))"#,
    r#"a descriptor-read 100 0 -> ok(("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", true))"#,
    "d descriptor-set-size 0 -> err(is-directory)",
    "d descriptor-read 1 0 -> err(is-directory)",
    r#"d descriptor-write "x" 0 -> err(is-directory)"#,
    "a to read descriptor-set-size 1 -> err(bad-descriptor)",
    r#" descriptor-remove-directory-at "." -> err(busy)"#,
];

#[test]
fn a_memory_mount_answers_each_call_as_the_host_s_folder_does() {
    let host = tempfile::tempdir().unwrap();
    let mut bare = Puppet::new(puppet::component(), |wasi| _ = wasi.preopened_dir(host.path(), "/m", FsPerms::ReadWrite).unwrap());
    let root = bare.folder("/m");
    let expected = transcript(&mut bare, root);
    let mut puppet = memory("1MiB");
    let root = puppet.folder("/m");
    let said = transcript(&mut puppet, root);
    assert_eq!(said.len(), expected.len());
    let differ: Vec<_> = said.iter().zip(&expected).filter(|(one, other)| one != other && !MAY_DIFFER.contains(&one.as_str())).collect();
    assert!(differ.is_empty(), "weld's, and the host's:\n{}", differ.iter().map(|(one, other)| format!("{one}\n    {other}\n")).collect::<String>());
}

#[test]
fn a_host_s_folder_answers_each_call_under_another_name() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::create_dir(other.path().join("sub")).unwrap();
    let mut bare = Puppet::new(puppet::component(), |wasi| _ = wasi.preopened_dir(one.path(), "/m", FsPerms::ReadWrite).unwrap());
    let root = bare.folder("/m");
    let expected = transcript(&mut bare, root);
    for grants in [&["fs./n={host=\"/m/sub\"}"][..], &["fs./n={host=\"/m/sub\"}", "fs./n/mount={memory=\"1MiB\"}"]] {
        let give = |wasi: &mut WasiCtxBuilder| _ = wasi.preopened_dir(other.path(), "/m", FsPerms::ReadWrite).unwrap();
        std::fs::remove_dir_all(other.path().join("sub")).unwrap();
        std::fs::create_dir(other.path().join("sub")).unwrap();
        let mut puppet = Puppet::new(&granted(Path::new("."), grants), give);
        let root = puppet.folder("/n");
        let said = transcript(&mut puppet, root);
        let is_mount = |line: &String| line.starts_with("listing of root") && grants.len() > 1;
        let differ: Vec<_> = said.iter().zip(&expected).filter(|(one, other)| one != other && !is_mount(one)).collect();
        assert!(differ.is_empty(), "weld's, and the host's:\n{}", differ.iter().map(|(one, other)| format!("{one}\n    {other}\n")).collect::<String>());
    }
}

/// A puppet with all that streams are of: input that is set, output of the host's, files of both.
fn streams(host: &Path) -> Puppet {
    let files = tempfile::tempdir().unwrap();
    std::fs::write(files.path().join("file"), "0123456789").unwrap();
    let grants = [
        "stdin.text=a text",
        "stdout=allow",
        "stderr=ignore",
        "fs./m={memory=\"100B\"}",
        "fs./h={host=\"/h\"}",
        "fs./e={embed=\".\"}",
        "wasi:clocks/*=allow",
    ];

    let output = granted(files.path(), &grants);
    let imports = names(&output).0;
    assert!(!imports.iter().any(|name| name.contains("stdin") || name.contains("stderr")), "{imports:?}");
    Puppet::new(&output, |wasi| {
        wasi.preopened_dir(host, "/h", FsPerms::ReadWrite).unwrap();
    })
}

const IN: &str = "io-streams/input-stream-";
const OUT: &str = "io-streams/output-stream-";

/// A function of streams, by its name without the resource.
macro_rules! stream {
    ($puppet:expr, $of:expr, $function:expr $(, $given:expr)* $(,)?) => {
        ask!($puppet, &format!("{}{}", $of, $function) $(, $given)*)
    };
}

#[test]
fn an_embedded_file_is_read_as_a_stream_from_anywhere() {
    let host = tempfile::tempdir().unwrap();
    let mut puppet = streams(host.path());
    let folder = puppet.folder("/e");
    let file = puppet.open(folder, "file", "", "read").unwrap();
    let mut at = |offset: u64| puppet.handle("filesystem-types/descriptor-read-via-stream", &[file.val(), offset.val()]);
    let (start, middle, end, beyond) = (at(0), at(5), at(10), at(1000));
    ask!(puppet, "filesystem-types/drop-descriptor", file);
    assert_eq!(stream!(puppet, IN, "read", start, 3_u64), "ok(\"012\")");
    assert_eq!(stream!(puppet, IN, "skip", start, 2_u64), "ok(2)");
    assert_eq!(stream!(puppet, IN, "blocking-read", start, 2_u64), "ok(\"56\")");
    assert_eq!(stream!(puppet, IN, "blocking-read", middle, 100_u64), "ok(\"56789\")");
    assert_eq!(stream!(puppet, IN, "read", middle, 1_u64), "err(closed)");
    assert_eq!(stream!(puppet, IN, "blocking-skip", start, 100_u64), "ok(3)");
    assert_eq!(stream!(puppet, IN, "blocking-skip", start, 100_u64), "err(closed)");
    assert_eq!(stream!(puppet, IN, "read", end, 1_u64), "err(closed)");
    assert_eq!(stream!(puppet, IN, "blocking-read", beyond, 1_u64), "err(closed)");
    let written = puppet.open(folder, "file", "", "read write");
    assert_eq!(written, Err("err(read-only)".to_owned()));
}

#[test]
fn a_file_in_memory_is_written_as_a_stream() {
    let host = tempfile::tempdir().unwrap();
    let mut puppet = streams(host.path());
    let folder = puppet.folder("/m");
    let file = puppet.open(folder, "file", "create", "read write").unwrap();
    let contents = |puppet: &mut Puppet| ask!(puppet, "filesystem-types/descriptor-read", file, 1000_u64, 0_u64);
    let out = puppet.handle("filesystem-types/descriptor-write-via-stream", &[file.val(), 2_u64.val()]);
    let room: u64 = stream!(puppet, OUT, "check-write", out).trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap();
    assert!(room > 0);
    assert_eq!(stream!(puppet, OUT, "write", out, b"one"), "ok");
    stream!(puppet, OUT, "check-write", out);
    assert_eq!(stream!(puppet, OUT, "write-zeroes", out, 2_u64), "ok");
    assert_eq!(stream!(puppet, OUT, "flush", out), "ok");
    assert_eq!(stream!(puppet, OUT, "blocking-flush", out), "ok");
    assert_eq!(stream!(puppet, OUT, "blocking-write-and-flush", out, b"two"), "ok");
    assert_eq!(stream!(puppet, OUT, "blocking-write-zeroes-and-flush", out, 1_u64), "ok");
    assert_eq!(contents(&mut puppet), "ok((\"\\0\\0one\\0\\0two\\0\", true))");
    // Two that append do not write over each other.
    let mut append = || puppet.handle("filesystem-types/descriptor-append-via-stream", &[file.val()]);
    let (one, other) = (append(), append());
    for (stream, text) in [(one, b"A"), (other, b"B"), (one, b"C")] {
        assert_eq!(stream!(puppet, OUT, "blocking-write-and-flush", stream, text), "ok");
    }
    assert_eq!(contents(&mut puppet), "ok((\"\\0\\0one\\0\\0two\\0ABC\", true))");
    // A stream of a file that is gone goes on.
    assert_eq!(ask!(puppet, "filesystem-types/descriptor-unlink-file-at", folder, "file"), "ok");
    assert_eq!(stream!(puppet, OUT, "blocking-write-and-flush", one, b"D"), "ok");
    assert!(contents(&mut puppet).contains("ABCD"));
}

#[test]
fn a_write_beyond_the_quota_fails_with_a_code_that_says_so() {
    let host = tempfile::tempdir().unwrap();
    let mut puppet = streams(host.path());
    let folder = puppet.folder("/m");
    let file = puppet.open(folder, "file", "create", "read write").unwrap();
    let out = puppet.handle("filesystem-types/descriptor-write-via-stream", &[file.val(), 0_u64.val()]);
    assert_eq!(stream!(puppet, OUT, "blocking-write-and-flush", out, &[b'x'; 90]), "ok");
    let given = [out.val(), (&[b'y'; 90]).val()];
    let failed = puppet.call(&format!("{OUT}blocking-write-and-flush"), &given).unwrap();
    let Val::Result(Err(Some(error))) = &failed else { panic!("{}", text(&failed)) };
    let Val::Variant(name, Some(error)) = &**error else { panic!("{}", text(&failed)) };
    assert_eq!(name, "last-operation-failed");
    assert_eq!(ask!(puppet, "filesystem-types/filesystem-error-code", (**error).clone()), "some(insufficient-space)");
    let said = ask!(puppet, "io-error/error-to-debug-string", (**error).clone());
    assert!(said.len() > 2, "{said}");
    ask!(puppet, "io-error/drop-error", (**error).clone());
    assert_eq!(ask!(puppet, "filesystem-types/descriptor-write", file, &[b'z'; 90], 95_u64), "ok(5)");
    assert_eq!(ask!(puppet, "filesystem-types/descriptor-write", file, &[b'z'; 90], 100_u64), "err(insufficient-space)");
    assert_eq!(ask!(puppet, "filesystem-types/descriptor-set-size", file, 101_u64), "err(insufficient-space)");
    assert_eq!(ask!(puppet, "filesystem-types/descriptor-set-size", file, 0_u64), "ok");
    assert_eq!(ask!(puppet, "filesystem-types/descriptor-write", file, &[b'z'; 90], 0_u64), "ok(90)");
}

#[test]
fn what_is_read_here_is_spliced_there_whoever_has_them() {
    let host = tempfile::tempdir().unwrap();
    std::fs::write(host.path().join("from"), "the host's text").unwrap();
    let mut puppet = streams(host.path());
    let (m, h, e) = (puppet.folder("/m"), puppet.folder("/h"), puppet.folder("/e"));
    let out_of = |puppet: &mut Puppet, folder: u32, path: &str| {
        let file = puppet.open(folder, path, "create", "write").unwrap();
        puppet.handle("filesystem-types/descriptor-append-via-stream", &[file.val()])
    };
    let into = |puppet: &mut Puppet, folder: u32, path: &str| {
        let file = puppet.open(folder, path, "", "read").unwrap();
        puppet.handle("filesystem-types/descriptor-read-via-stream", &[file.val(), 0_u64.val()])
    };
    // The host's to a file in memory, and that to the host's.
    let (from, to) = (into(&mut puppet, h, "from"), out_of(&mut puppet, m, "copy"));
    let wait = |puppet: &mut Puppet| {
        let pollable = puppet.handle(&format!("{IN}subscribe"), &[from.val()]);
        ask!(puppet, "io-poll/pollable-block", pollable);
        ask!(puppet, "io-poll/drop-pollable", pollable);
    };
    wait(&mut puppet);
    assert_eq!(stream!(puppet, OUT, "splice", to, from, 4_u64), "ok(4)");
    wait(&mut puppet);
    assert_eq!(stream!(puppet, OUT, "splice", to, from, 1000_u64), "ok(11)");
    wait(&mut puppet);
    assert_eq!(stream!(puppet, OUT, "splice", to, from, 1000_u64), "err(closed)");
    let (from, to) = (into(&mut puppet, m, "copy"), out_of(&mut puppet, h, "to"));
    assert_eq!(stream!(puppet, OUT, "blocking-splice", to, from, 1000_u64), "ok(15)");
    assert_eq!(stream!(puppet, OUT, "blocking-flush", to), "ok");
    assert_eq!(std::fs::read_to_string(host.path().join("to")).unwrap(), "the host's text");
    // What is embedded to memory, without waiting; to what is ignored; and input that is set to the host's.
    let (from, to) = (into(&mut puppet, e, "file"), out_of(&mut puppet, m, "digits"));
    stream!(puppet, OUT, "check-write", to);
    assert_eq!(stream!(puppet, OUT, "splice", to, from, 7_u64), "ok(7)");
    let stdin = puppet.handle("cli-stdin/get-stdin", &[]);
    let to = out_of(&mut puppet, h, "input");
    assert_eq!(stream!(puppet, OUT, "blocking-splice", to, stdin, 1000_u64), "ok(6)");
    assert_eq!(stream!(puppet, OUT, "blocking-flush", to), "ok");
    assert_eq!(std::fs::read_to_string(host.path().join("input")).unwrap(), "a text");
    // The host's to the host's.
    let (from, to) = (into(&mut puppet, h, "from"), out_of(&mut puppet, h, "third"));
    assert_eq!(stream!(puppet, OUT, "blocking-splice", to, from, 1000_u64), "ok(15)");
    assert_eq!(stream!(puppet, OUT, "blocking-flush", to), "ok");
    assert_eq!(std::fs::read_to_string(host.path().join("third")).unwrap(), "the host's text");
    let digits = puppet.open(m, "digits", "", "read").unwrap();
    assert_eq!(ask!(puppet, "filesystem-types/descriptor-read", digits, 100_u64, 0_u64), "ok((\"0123456\", true))");
}

#[test]
fn a_splice_that_may_wait_waits_for_what_is_the_host_s() {
    let host = tempfile::tempdir().unwrap();
    std::fs::write(host.path().join("from"), "the host's text").unwrap();
    let mut puppet = streams(host.path());
    let (m, h) = (puppet.folder("/m"), puppet.folder("/h"));
    let (from, to) = (puppet.open(h, "from", "", "read").unwrap(), puppet.open(m, "copy", "create", "write").unwrap());
    let from = puppet.handle("filesystem-types/descriptor-read-via-stream", &[from.val(), 0_u64.val()]);
    let to = puppet.handle("filesystem-types/descriptor-write-via-stream", &[to.val(), 0_u64.val()]);
    assert_eq!(stream!(puppet, OUT, "blocking-splice", to, from, 4_u64), "ok(4)");
    assert_eq!(stream!(puppet, OUT, "blocking-splice", to, from, 1000_u64), "ok(11)");
    assert_eq!(stream!(puppet, OUT, "blocking-splice", to, from, 1000_u64), "err(closed)");
}

#[test]
fn poll_gives_just_those_that_are_ready_whoever_has_them() {
    let host = tempfile::tempdir().unwrap();
    let mut puppet = streams(host.path());
    let (e, stdin) = (puppet.folder("/e"), puppet.handle("cli-stdin/get-stdin", &[]));
    let file = puppet.open(e, "file", "", "read").unwrap();
    let file = puppet.handle("filesystem-types/descriptor-read-via-stream", &[file.val(), 0_u64.val()]);
    let input = puppet.handle(&format!("{IN}subscribe"), &[stdin.val()]);
    let file = puppet.handle(&format!("{IN}subscribe"), &[file.val()]);
    let mut host_in = |nanoseconds: u64| puppet.handle("clocks-monotonic-clock/subscribe-duration", &[nanoseconds.val()]);
    let (hour, now, soon) = (host_in(3_600_000_000_000), host_in(0), host_in(20_000_000));
    // The host says that it is ready once it had time to find out.
    ask!(puppet, "io-poll/pollable-block", now);
    assert_eq!(puppet.poll(&[hour, input, hour, now, file]), [1, 3, 4]);
    assert_eq!(puppet.poll(&[hour, input]), [1]);
    assert_eq!(puppet.poll(&[input, input, file]), [0, 1, 2]);
    // The host's alone are waited for.
    assert_eq!(puppet.poll(&[hour, soon]), [1]);
    assert_eq!(ask!(puppet, "io-poll/pollable-ready", hour), "false");
    assert_eq!(ask!(puppet, "io-poll/pollable-ready", input), "true");
    assert_eq!(ask!(puppet, "io-poll/pollable-ready", soon), "true");
    assert_eq!(ask!(puppet, "io-poll/pollable-block", input), "()");
}

#[test]
fn poll_over_no_pollable_traps_as_the_host_s_does() {
    let host = tempfile::tempdir().unwrap();
    let mut puppet = streams(host.path());
    assert!(puppet.call("io-poll/poll", &[Val::List(vec![])]).is_err());
}

#[test]
fn poll_over_a_clock_that_stands_moves_it_to_the_first_instant() {
    let output = granted(Path::new("."), &["clocks={fixed=2026-01-01T00:00:00Z}", "stdin.text=x", "sockets=allow"]);
    let mut puppet = Puppet::new(&output, |wasi| _ = wasi.allow_ip_name_lookup(true).inherit_network());
    let mut after = |nanoseconds: u64| puppet.handle("clocks-monotonic-clock/subscribe-duration", &[nanoseconds.val()]);
    let (second, minute, also) = (after(1_000_000_000), after(60_000_000_000), after(1_000_000_000));
    let now = |puppet: &mut Puppet| ask!(puppet, "clocks-monotonic-clock/now").parse::<u64>().unwrap();
    let start = now(&mut puppet);
    assert_eq!(puppet.poll(&[minute, second, also]), [1, 2]);
    assert_eq!(now(&mut puppet) - start, 1_000_000_000);
    assert_eq!(puppet.poll(&[minute, second]), [1]);
    assert_eq!(puppet.poll(&[minute]), [0]);
    assert_eq!(now(&mut puppet) - start, 60_000_000_000);
    // With something that is ready nothing moves.
    let stdin = puppet.handle("cli-stdin/get-stdin", &[]);
    let input = puppet.handle(&format!("{IN}subscribe"), &[stdin.val()]);
    let hour = puppet.handle("clocks-monotonic-clock/subscribe-duration", &[3_600_000_000_000_u64.val()]);
    assert_eq!(puppet.poll(&[hour, input]), [1]);
    assert_eq!(now(&mut puppet) - start, 60_000_000_000);
    // The host's, in the end, is given beside it.
    let network = puppet.handle("sockets-instance-network/instance-network", &[]);
    let lookup = puppet.handle("sockets-ip-name-lookup/resolve-addresses", &[network.val(), "127.0.0.1".val()]);
    let lookup = puppet.handle("sockets-ip-name-lookup/resolve-address-stream-subscribe", &[lookup.val()]);
    ask!(puppet, "io-poll/pollable-block", lookup);
    assert_eq!(puppet.poll(&[hour, lookup, input]), [1, 2]);
}

#[test]
fn links_that_are_made_lead_nowhere_outside_of_their_mount() {
    let host = tempfile::tempdir().unwrap();
    std::fs::write(host.path().join("secret"), "secret").unwrap();
    let grants = ["fs./={memory=\"1MiB\"}", "fs./h={host=\"/srv\"}", "fs./in/m={memory=\"1MiB\"}"];
    let mut puppet = Puppet::new(&granted(Path::new("."), &grants), |wasi| {
        wasi.preopened_dir(host.path(), "/srv", FsPerms::ReadWrite).unwrap();
    });
    let (root, m) = (puppet.folder("/"), puppet.folder("/in/m"));
    for (to, path) in [("../../h/secret", "up"), ("..", "parent"), ("../../h", "folder"), ("m/../../h/secret", "x")] {
        assert_eq!(ask!(puppet, "filesystem-types/descriptor-symlink-at", m, to, path), "ok");
    }
    for path in ["up", "parent", "folder/secret", "x", "../../h/secret", "parent/../h/secret"] {
        let opened = puppet.open(m, path, "", "read");
        assert!(matches!(opened.as_ref().map_err(String::as_str), Err("err(not-permitted)" | "err(no-entry)")), "{path}: {opened:?}");
    }
    // From above both are below.
    let secret = puppet.open(root, "h/secret", "", "read").unwrap();
    assert_eq!(ask!(puppet, "filesystem-types/descriptor-read", secret, 100_u64, 0_u64).split('"').nth(1), Some("secret"));
    assert_eq!(ask!(puppet, "filesystem-types/descriptor-symlink-at", root, "/h/secret", "absolute"), "err(not-permitted)");
}

#[test]
fn descriptors_of_different_mounts_do_not_mix() {
    let host = tempfile::tempdir().unwrap();
    std::fs::write(host.path().join("file"), "x").unwrap();
    let mut puppet = streams(host.path());
    let (m, h, e) = (puppet.folder("/m"), puppet.folder("/h"), puppet.folder("/e"));
    let file = puppet.open(m, "mine", "create", "write").unwrap();
    let theirs = puppet.open(h, "file", "", "read").unwrap();
    let embedded = puppet.open(e, "file", "", "read").unwrap();
    for (one, other) in [(file, theirs), (theirs, embedded), (m, h), (e, m), (file, embedded)] {
        assert_eq!(ask!(puppet, "filesystem-types/descriptor-is-same-object", one, other), "false");
        let mut hash = |handle: u32| ask!(puppet, "filesystem-types/descriptor-metadata-hash", handle);
        assert_ne!(hash(one), hash(other));
    }
    for (from, to, path) in [(m, h, "mine"), (h, m, "file"), (e, m, "file"), (m, e, "mine"), (h, e, "file"), (e, h, "file")] {
        let link = ask!(puppet, "filesystem-types/descriptor-link-at", from, words(""), path, to, "new");
        let rename = ask!(puppet, "filesystem-types/descriptor-rename-at", from, path, to, "new");
        let refused = ["err(cross-device)", "err(read-only)"];
        assert!(refused.contains(&link.as_str()) && refused.contains(&rename.as_str()), "{path}: {link} {rename}");
    }
    assert_eq!(std::fs::read_dir(host.path()).unwrap().count(), 1);
}

/// Each call that changes something, of a folder with a file, a folder and a link.
fn changes(puppet: &mut Puppet, root: u32, other: u32) -> Vec<(&'static str, String)> {
    let file = puppet.open(root, "file", "", "read").unwrap();
    let folder = puppet.open(root, "folder", "directory", "read").unwrap();
    let types = |name: &str| format!("filesystem-types/descriptor-{name}");
    let mut said = vec![];
    for (name, given) in [
        ("create-directory-at", vec!["new".val()]),
        ("set-times-at", vec![words("symlink-follow"), "file".val(), time(1, 0), time(1, 0)]),
        ("link-at", vec![words(""), "file".val(), root.val(), "new".val()]),
        ("rename-at", vec!["file".val(), root.val(), "new".val()]),
        ("rename-at", vec!["file".val(), other.val(), "new".val()]),
        ("symlink-at", vec!["file".val(), "new".val()]),
        ("unlink-file-at", vec!["file".val()]),
        ("remove-directory-at", vec!["folder".val()]),
    ] {
        let given = [vec![root.val()], given].concat();
        said.push((name, text(&puppet.call(&types(name), &given).unwrap())));
    }
    for (name, handle, given) in [
        ("write", file, vec![b"x".val(), 0_u64.val()]),
        ("write-via-stream", file, vec![0_u64.val()]),
        ("append-via-stream", file, vec![]),
        ("set-size", file, vec![0_u64.val()]),
        ("set-times", file, vec![time(1, 0), time(1, 0)]),
        ("set-times", folder, vec![time(1, 0), time(1, 0)]),
        ("create-directory-at", folder, vec!["new".val()]),
    ] {
        let given = [vec![handle.val()], given].concat();
        said.push((name, text(&puppet.call(&types(name), &given).unwrap())));
    }
    for (path, open, flags) in [
        ("file", "", "write"),
        ("file", "", "read write"),
        ("file", "truncate", "read"),
        ("file", "truncate", "write"),
        ("new", "create", "read"),
        ("new", "create exclusive", "write"),
        ("folder", "directory", "read mutate-directory"),
        ("link", "", "write"),
    ] {
        said.push(("open-at", puppet.open(root, path, open, flags).map_or_else(|error| error, |_| "ok".to_owned())));
    }
    said
}

#[test]
fn no_call_changes_what_is_embedded_or_read_only() {
    let files = tempfile::tempdir().unwrap();
    let make = |path: &Path| {
        std::fs::write(path.join("file"), "contents").unwrap();
        std::fs::create_dir(path.join("folder")).unwrap();
        std::os::unix::fs::symlink("file", path.join("link")).unwrap();
    };
    make(files.path());
    for mount in ["fs./m={embed=\".\"}", "fs./m={host=\"/h\", mode=\"read-only\"}"] {
        let host = tempfile::tempdir().unwrap();
        make(host.path());
        let output = granted(files.path(), &[mount, "fs./other={memory=\"1MiB\"}"]);
        let mut puppet = Puppet::new(&output, |wasi| {
            wasi.preopened_dir(host.path(), "/h", FsPerms::ReadWrite).unwrap();
        });
        let (root, other) = (puppet.folder("/m"), puppet.folder("/other"));
        for (call, answer) in changes(&mut puppet, root, other) {
            // A descriptor that is only to be read says so, whosever it is.
            let refused = ["err(read-only)", "err(cross-device)", "err(bad-descriptor)", "err(not-permitted)"];
            assert!(refused.contains(&answer.as_str()), "{mount}: {call}: {answer}");
        }
        let mut names: Vec<_> = std::fs::read_dir(host.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["file", "folder", "link"], "{mount}");
        let contents = puppet.open(root, "link", "", "read").unwrap();
        let said = ask!(puppet, "filesystem-types/descriptor-read", contents, 100_u64, 0_u64);
        assert!(said.contains("contents"), "{said}");
        let flags = ask!(puppet, "filesystem-types/descriptor-get-flags", root);
        assert!(!flags.contains("mutate-directory") && !flags.contains("write"), "{mount}: {flags}");
    }
}

#[test]
fn an_overlay_answers_each_call_as_the_host_s_folder_does() {
    let host = tempfile::tempdir().unwrap();
    let mut bare = Puppet::new(puppet::component(), |wasi| _ = wasi.preopened_dir(host.path(), "/m", FsPerms::ReadWrite).unwrap());
    let root = bare.folder("/m");
    let expected = transcript(&mut bare, root);
    let empty = tempfile::tempdir().unwrap();
    for mounts in [
        &["fs./m={embed=\".\", overlay=\"memory\"}"][..],
        // One within another, and one that has another within, and a host that is virtual in part.
        &["fs./={embed=\".\"}", "fs./m={memory=\"1MiB\"}"],
        &["fs./={memory=\"1MiB\"}", "fs./m={embed=\".\", overlay=\"1MiB\"}", "fs./h={host=\"/none\"}"],
    ] {
        let mut puppet = Puppet::new(&granted(empty.path(), mounts), |_| {});
        let root = puppet.folder("/m");
        let said = transcript(&mut puppet, root);
        let differ: Vec<_> =
            said.iter().zip(&expected).filter(|(one, other)| one != other && !MAY_DIFFER.contains(&one.as_str())).collect();
        assert!(differ.is_empty(), "{mounts:?}: weld's, and the host's:\n{differ:#?}");
    }
}

#[test]
fn times_are_those_of_the_clock_that_is_set_and_are_kept() {
    let grants = ["fs./m={memory=\"1MiB\"}", "clocks={fixed=2026-01-01T00:00:00Z}"];
    let mut puppet = Puppet::new(&granted(Path::new("."), &grants), |_| {});
    let root = puppet.folder("/m");
    let file = puppet.open(root, "file", "create", "read write").unwrap();
    let modified = |puppet: &mut Puppet| {
        let stat = puppet.call("filesystem-types/descriptor-stat", &[file.val()]).unwrap();
        text(&field(&stat, "data-modification-timestamp"))
    };
    let made = "some({seconds: 1767225600, nanoseconds: 0})";
    assert_eq!(modified(&mut puppet), made);
    let minute = puppet.handle("clocks-monotonic-clock/subscribe-duration", &[60_000_000_000_u64.val()]);
    ask!(puppet, "io-poll/pollable-block", minute);
    assert_eq!(modified(&mut puppet), made);
    assert_eq!(ask!(puppet, "filesystem-types/descriptor-write", file, b"x", 0_u64), "ok(1)");
    assert_eq!(modified(&mut puppet), "some({seconds: 1767225660, nanoseconds: 0})");
    let now = Val::Variant("now".to_owned(), None);
    assert_eq!(ask!(puppet, "filesystem-types/descriptor-set-times", file, time(3, 4), time(3, 4)), "ok");
    assert_eq!(modified(&mut puppet), "some({seconds: 3, nanoseconds: 4})");
    assert_eq!(ask!(puppet, "filesystem-types/descriptor-set-times", file, now.clone(), now), "ok");
    assert_eq!(modified(&mut puppet), "some({seconds: 1767225660, nanoseconds: 0})");
}

#[test]
fn thousands_of_handles_and_files_come_and_go() {
    let mut puppet = memory("1MiB");
    let root = puppet.folder("/m");
    let contents = "x".repeat(1000);
    for round in 0..3000 {
        let name = format!("file-{round}");
        let file = puppet.open(root, &name, "create exclusive", "read write").unwrap_or_else(|error| panic!("{round}: {error}"));
        assert_eq!(ask!(puppet, "filesystem-types/descriptor-write", file, contents.as_bytes(), 0_u64), "ok(1000)");
        let stream = puppet.handle("filesystem-types/descriptor-read-via-stream", &[file.val(), 0_u64.val()]);
        let pollable = puppet.handle(&format!("{IN}subscribe"), &[stream.val()]);
        ask!(puppet, "io-poll/drop-pollable", pollable);
        ask!(puppet, "io-streams/drop-input-stream", stream);
        // The descriptor's end comes after that of the file's name, every other time.
        if round % 2 == 0 {
            ask!(puppet, "filesystem-types/drop-descriptor", file);
        }
        assert_eq!(ask!(puppet, "filesystem-types/descriptor-unlink-file-at", root, name.as_str()), "ok");
        if round % 2 == 1 {
            ask!(puppet, "filesystem-types/drop-descriptor", file);
        }
    }
    // All of the quota is there again.
    let file = puppet.open(root, "last", "create", "write").unwrap();
    assert_eq!(ask!(puppet, "filesystem-types/descriptor-set-size", file, 1_000_000_u64), "ok");
}
