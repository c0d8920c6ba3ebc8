//! What mounts answer to the calls that no language's library makes, and to each error that there is: as the host's directory does.

use std::path::Path;

use crate::support::puppet::{self, Given, Puppet, ask, field, granted, text, words};

use wasmtime::component::Val;
use wasmtime_wasi::{FsPerms, WasiCtxBuilder};

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

    fn open(&mut self, directory: u32, path: &str, open: &str, flags: &str) -> Option<u32> {
        let opened = self.puppet.open(directory, path, open, flags);
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

    fn stat_at(&mut self, directory: u32, how: &str, path: &str) {
        let stat = self.file("", "descriptor-stat-at", directory, vec![words(how), path.val()]);
        self.stat(&format!("{path:?} {{{how}}}"), stat);
    }

    fn times(&mut self, what: &str, file: u32) {
        let stat = self.file(what, "descriptor-stat", file, vec![]);
        self.lines.pop();
        let of = |name: &str| text(&field(&stat, name));
        self.lines.push(format!(
            "times of {what} -> {} {}",
            of("data-access-timestamp"),
            of("data-modification-timestamp")
        ));
    }

    fn listing(&mut self, what: &str, directory: u32) {
        let stream = self.puppet.handle("filesystem-types/descriptor-read-directory", &[directory.val()]);
        let mut entries = Vec::new();
        loop {
            let next = ask!(self.puppet, "filesystem-types/directory-entry-stream-read-directory-entry", stream);
            if next == "ok(none)" {
                break;
            }
            entries.push(next);
        }
        assert_eq!(
            ask!(self.puppet, "filesystem-types/directory-entry-stream-read-directory-entry", stream),
            "ok(none)"
        );
        ask!(self.puppet, "filesystem-types/drop-directory-entry-stream", stream);
        entries.sort();
        self.lines.push(format!("listing of {what} -> {}", entries.join(" ")));
    }
}

/// What a directory that is empty at first answers, from which nothing but `a`, `b` and so on is reached.
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
    for (how, path, which) in
        [("", "b", 0), ("symlink-follow", "d/linked", 0), ("", ".", 4), ("", "d/new", 2), ("", "none", 0)]
    {
        let hash = text(
            &log.puppet
                .call("filesystem-types/descriptor-metadata-hash-at", &[root.val(), words(how), path.val()])
                .unwrap(),
        );
        log.lines.push(format!(
            "hash of {path} {}",
            if hash.starts_with("ok") { (hash == hashes[which]).to_string() } else { hash }
        ));
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
        ("l", ""),
        ("ll", ""),
        ("ld", "directory"),
        ("ld/new", ""),
        ("ld/up", ""),
        ("ln", ""),
        ("d/up", ""),
        ("d/out", ""),
        ("loop", ""),
        ("loop/x", ""),
        ("lslash", ""),
        ("l", "exclusive create"),
        ("ld/../b", ""),
        ("ln", "create"),
        ("none", ""),
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
        ("none", "x"),
        ("a", "d"),
        ("d", "a"),
        ("d", "d/in"),
        ("b", "b"),
        ("a", "b"),
        ("l", "moved"),
        ("d", "moved"),
        ("a", "../x"),
        ("../x", "a"),
        ("a", "a/x"),
        ("a", "none/x"),
        (".", "x"),
        ("d/..", "x"),
        ("a", ""),
        ("", "a"),
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
    // A directory that is gone is still open.
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
/// said to be a directory; what cannot be written to is a descriptor that is not for that; and who reads nothing is told of no end.
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
    "a descriptor-read 0 0 -> ok(([], false))",
];

/// The answers that differ from the host's, where those that are as good are taken for the same. What a mount is at is busy, be it
/// also wrong in another way.
fn differences(said: &[String], expected: &[String]) -> String {
    assert_eq!(said.len(), expected.len());
    let alike = |said: &String, expected: &String| {
        said == expected
            || MAY_DIFFER.contains(&said.as_str())
            || said.ends_with("-> err(busy)") && expected.contains("-> err(")
    };
    let differ = said.iter().zip(expected).filter(|(one, other)| !alike(one, other));
    differ.map(|(one, other)| format!("weld: {one}\nhost: {other}\n")).collect()
}

#[test]
fn mount_in_memory_answers_each_call_like_the_host() {
    let host = tempfile::tempdir().unwrap();
    let mut bare =
        Puppet::new(puppet::component(), |wasi| _ = wasi.preopened_dir(host.path(), "/m", FsPerms::ReadWrite).unwrap());
    let root = bare.directory("/m");
    let expected = transcript(&mut bare, root);
    let mut puppet = memory("1MiB");
    let root = puppet.directory("/m");
    let said = transcript(&mut puppet, root);
    assert_eq!(differences(&said, &expected), "");
}

#[test]
fn mount_of_a_renamed_host_directory_answers_each_call_like_the_host() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::create_dir(other.path().join("sub")).unwrap();
    let mut bare =
        Puppet::new(puppet::component(), |wasi| _ = wasi.preopened_dir(one.path(), "/m", FsPerms::ReadWrite).unwrap());
    let root = bare.directory("/m");
    let expected = transcript(&mut bare, root);
    for grants in [&["fs./n={host=\"/m/sub\"}"][..], &["fs./n={host=\"/m/sub\"}", "fs./n/mount={memory=\"1MiB\"}"]] {
        let give = |wasi: &mut WasiCtxBuilder| _ = wasi.preopened_dir(other.path(), "/m", FsPerms::ReadWrite).unwrap();
        std::fs::remove_dir_all(other.path().join("sub")).unwrap();
        std::fs::create_dir(other.path().join("sub")).unwrap();
        let mut puppet = Puppet::new(&granted(Path::new("."), grants), give);
        let root = puppet.directory("/n");
        let said = transcript(&mut puppet, root);
        // The mount in it is listed beside what the host has.
        let entry = "ok(some({type: directory, name: \"mount\"}))";
        let is_listed = said.iter().filter(|line| line.starts_with("listing of root") && line.contains(entry)).count();
        assert_eq!(is_listed, 2 * (grants.len() - 1));
        let hosts = |line: &String| line.replace(&format!("{entry} "), "").replace(&format!(" {entry}"), "");
        assert_eq!(differences(&said.iter().map(hosts).collect::<Vec<_>>(), &expected), "", "{grants:?}");
    }
}

#[test]
fn mount_confines_new_symlinks() {
    let host = tempfile::tempdir().unwrap();
    std::fs::write(host.path().join("secret"), "secret").unwrap();
    let grants = ["fs./={memory=\"1MiB\"}", "fs./h={host=\"/srv\"}", "fs./in/m={memory=\"1MiB\"}"];
    let mut puppet = Puppet::new(&granted(Path::new("."), &grants), |wasi| {
        wasi.preopened_dir(host.path(), "/srv", FsPerms::ReadWrite).unwrap();
    });
    let (root, m) = (puppet.directory("/"), puppet.directory("/in/m"));
    for (to, path) in [("../../h/secret", "up"), ("..", "parent"), ("../../h", "directory"), ("m/../../h/secret", "x")]
    {
        assert_eq!(ask!(puppet, "filesystem-types/descriptor-symlink-at", m, to, path), "ok");
    }
    for path in ["up", "parent", "directory/secret", "x", "../../h/secret", "parent/../h/secret"] {
        let opened = puppet.open(m, path, "", "read");
        assert!(
            matches!(opened.as_ref().map_err(String::as_str), Err("err(not-permitted)" | "err(no-entry)")),
            "{path}: {opened:?}"
        );
    }
    // From above both are below.
    let secret = puppet.open(root, "h/secret", "", "read").unwrap();
    assert_eq!(
        ask!(puppet, "filesystem-types/descriptor-read", secret, 100_u64, 0_u64).split('"').nth(1),
        Some("secret")
    );
    assert_eq!(
        ask!(puppet, "filesystem-types/descriptor-symlink-at", root, "/h/secret", "absolute"),
        "err(not-permitted)"
    );
}

/// Each call that changes something, of a directory with a file, a directory and a link.
fn changes(puppet: &mut Puppet, root: u32, other: u32) -> Vec<(&'static str, String)> {
    let file = puppet.open(root, "file", "", "read").unwrap();
    let directory = puppet.open(root, "directory", "directory", "read").unwrap();
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
        ("remove-directory-at", vec!["directory".val()]),
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
        ("set-times", directory, vec![time(1, 0), time(1, 0)]),
        ("create-directory-at", directory, vec!["new".val()]),
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
        ("directory", "directory", "read mutate-directory"),
        ("link", "", "write"),
    ] {
        said.push(("open-at", puppet.open(root, path, open, flags).map_or_else(|error| error, |_| "ok".to_owned())));
    }
    said
}

#[test]
fn mount_rejects_each_write_to_embedded_or_read_only_files() {
    let files = tempfile::tempdir().unwrap();
    let make = |path: &Path| {
        std::fs::write(path.join("file"), "contents").unwrap();
        std::fs::create_dir(path.join("directory")).unwrap();
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
        let (root, other) = (puppet.directory("/m"), puppet.directory("/other"));
        for (call, answer) in changes(&mut puppet, root, other) {
            // A descriptor that is only to be read says so, whosever it is.
            let refused = ["err(read-only)", "err(cross-device)", "err(bad-descriptor)", "err(not-permitted)"];
            assert!(refused.contains(&answer.as_str()), "{mount}: {call}: {answer}");
        }
        let mut names: Vec<_> =
            std::fs::read_dir(host.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["directory", "file", "link"], "{mount}");
        let contents = puppet.open(root, "link", "", "read").unwrap();
        let said = ask!(puppet, "filesystem-types/descriptor-read", contents, 100_u64, 0_u64);
        assert!(said.contains("contents"), "{said}");
        let flags = ask!(puppet, "filesystem-types/descriptor-get-flags", root);
        assert!(!flags.contains("mutate-directory") && !flags.contains("write"), "{mount}: {flags}");
    }
}

#[test]
fn mount_overlay_answers_each_call_like_the_host() {
    let host = tempfile::tempdir().unwrap();
    let mut bare =
        Puppet::new(puppet::component(), |wasi| _ = wasi.preopened_dir(host.path(), "/m", FsPerms::ReadWrite).unwrap());
    let root = bare.directory("/m");
    let expected = transcript(&mut bare, root);
    let empty = tempfile::tempdir().unwrap();
    for mounts in [
        &["fs./m={embed=\".\", overlay=\"memory\"}"][..],
        // One within another, and one that has another within, and a host that is virtual in part.
        &["fs./={embed=\".\"}", "fs./m={memory=\"1MiB\"}"],
        &["fs./={memory=\"1MiB\"}", "fs./m={embed=\".\", overlay=\"1MiB\"}", "fs./h={host=\"/none\"}"],
    ] {
        let mut puppet = Puppet::new(&granted(empty.path(), mounts), |_| {});
        let root = puppet.directory("/m");
        let said = transcript(&mut puppet, root);
        assert_eq!(differences(&said, &expected), "", "{mounts:?}");
    }
}

#[test]
fn mount_times_follow_the_configured_clock() {
    let grants = ["fs./m={memory=\"1MiB\"}", "clocks={fixed=2026-01-01T00:00:00Z}"];
    let mut puppet = Puppet::new(&granted(Path::new("."), &grants), |_| {});
    let root = puppet.directory("/m");
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
fn mount_supports_thousands_of_handles_and_files() {
    let mut puppet = memory("1MiB");
    let root = puppet.directory("/m");
    let contents = "x".repeat(1000);
    for round in 0..3000 {
        let name = format!("file-{round}");
        let file = puppet
            .open(root, &name, "create exclusive", "read write")
            .unwrap_or_else(|error| panic!("{round}: {error}"));
        assert_eq!(ask!(puppet, "filesystem-types/descriptor-write", file, contents.as_bytes(), 0_u64), "ok(1000)");
        let stream = puppet.handle("filesystem-types/descriptor-read-via-stream", &[file.val(), 0_u64.val()]);
        let pollable = puppet.handle("io-streams/input-stream-subscribe", &[stream.val()]);
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

#[test]
fn mount_rejects_impossible_sizes() {
    for (mount, size) in
        [("fs./m={memory=\"1MiB\"}", "1 MiB"), ("fs./m={embed=\".\", overlay=\"memory\"}", "all there is")]
    {
        let empty = tempfile::tempdir().unwrap();
        let mut puppet = Puppet::new(&granted(empty.path(), &[mount]), |_| {});
        puppet.limit();
        let root = puppet.directory("/m");
        let file = puppet.open(root, "file", "create", "read write").unwrap();
        assert_eq!(ask!(puppet, "filesystem-types/descriptor-write", file, b"text", 0_u64), "ok(4)");
        for at in [100_000_000_u64, 1 << 31, 1 << 32, (1 << 32) + 1, u64::MAX - 1, u64::MAX] {
            let errors = ["err(insufficient-space)", "err(file-too-large)", "err(invalid)"];
            let said = ask!(puppet, "filesystem-types/descriptor-set-size", file, at);
            assert!(errors.contains(&said.as_str()), "{size}: set-size {at}: {said}");
            let said = ask!(puppet, "filesystem-types/descriptor-write", file, b"x", at);
            assert!(errors.contains(&said.as_str()), "{size}: write {at}: {said}");
            let said = ask!(puppet, "filesystem-types/descriptor-read", file, at, at);
            assert!(said == "ok(([], true))" || said == "err(invalid)", "{size}: read {at}: {said}");
            let said = ask!(puppet, "filesystem-types/descriptor-read", file, at, 1_u64);
            assert_eq!(said, "ok((\"ext\", true))", "{size}: read {at}");
        }
        // It is what it was.
        assert_eq!(ask!(puppet, "filesystem-types/descriptor-read", file, 100_u64, 0_u64), "ok((\"text\", true))");
    }
}

#[test]
fn mount_reports_insufficient_space_without_host_memory_and_reuses_freed_memory() {
    let empty = tempfile::tempdir().unwrap();
    let mut puppet = Puppet::new(&granted(empty.path(), &["fs./m={embed=\".\", overlay=\"memory\"}"]), |_| {});
    puppet.limit();
    let root = puppet.directory("/m");
    for round in 0..4 {
        let mut written = 0_u64;
        let file = puppet.open(root, "file", "create", "read write").unwrap();
        loop {
            let said = ask!(puppet, "filesystem-types/descriptor-set-size", file, (written + 1) << 20);
            if said != "ok" {
                assert_eq!(said, "err(insufficient-space)");
                break;
            }
            written += 1;
            assert_eq!(ask!(puppet, "filesystem-types/descriptor-write", file, b"end", (written << 20) - 3), "ok(3)");
        }
        // The room that a file which grows has to be moved into is a part of it.
        assert!((8..32).contains(&written), "round {round}: {written} MiB");
        assert_eq!(
            ask!(puppet, "filesystem-types/descriptor-read", file, 9_u64, (written << 20) - 4),
            "ok((\"\\0end\", true))"
        );
        ask!(puppet, "filesystem-types/drop-descriptor", file);
        assert_eq!(ask!(puppet, "filesystem-types/descriptor-unlink-file-at", root, "file"), "ok");
    }
}

#[test]
fn mount_accepts_and_rejects_the_same_names_as_the_host() {
    let host = tempfile::tempdir().unwrap();
    let mut bare =
        Puppet::new(puppet::component(), |wasi| _ = wasi.preopened_dir(host.path(), "/m", FsPerms::ReadWrite).unwrap());
    let (theirs, mut puppet) = (bare.directory("/m"), memory("1MiB"));
    let root = puppet.directory("/m");
    let (long, longer) = ("x".repeat(255), "x".repeat(256));
    for name in [&long, &longer, "*", "a\\b", " ", "\t", "\n", "☂", "...", "-", "a:b", "~", "CON", "\u{202e}", "a\0b"]
    {
        let (said, expected) = (
            puppet.open(root, name, "create exclusive", "write"),
            bare.open(theirs, name, "create exclusive", "write"),
        );
        assert_eq!(said.map(|_| ()), expected.map(|_| ()), "{name:?}");
    }
    let names = |puppet: &mut Puppet, directory: u32| {
        let mut log = Log { puppet, lines: vec![] };
        log.listing("", directory);
        log.lines
    };
    assert_eq!(names(&mut puppet, root), names(&mut bare, theirs));
}

#[test]
fn mounts_are_the_preopened_directories() {
    let files = tempfile::tempdir().unwrap();
    std::fs::write(files.path().join("file"), b"\xff\0\n bytes").unwrap();
    let grants = [
        "fs./b={embed=\".\"}",
        "fs./a/deep={memory=\"1B\"}",
        "fs./a={embed=\".\"}",
        "fs./b/file={embed=\"file\"}",
        "stdin.file=file",
    ];
    let mut puppet = Puppet::new(&granted(files.path(), &grants), |_| {});
    assert_eq!(puppet.directories().keys().collect::<Vec<_>>(), ["/a", "/a/deep", "/b"]);
    // Each is given each time, as a handle of its own.
    let (one, other) = (puppet.directory("/a"), puppet.directory("/a"));
    assert_ne!(one, other);
    assert_eq!(ask!(puppet, "filesystem-types/descriptor-is-same-object", one, other), "true");
    let stdin = puppet.handle("cli-stdin/get-stdin", &[]);
    let Ok(Val::Result(Ok(Some(bytes)))) = puppet.call("io-streams/input-stream-read", &[stdin.val(), 100_u64.val()])
    else {
        panic!()
    };
    assert_eq!(*bytes, b"\xff\0\n bytes".val());
}
