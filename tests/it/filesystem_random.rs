//! Calls that nobody thought of: long sequences of them at random, asked of the host's directory and of mounts, which answer the same.

use std::path::Path;

use crate::support::dice;
use crate::support::puppet::{self, Given, Puppet, ask, field, granted, text, words};
use wasmtime::component::Val;
use wasmtime_wasi::FsPerms;

/// Numbers that are the same for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    fn of<'v>(&mut self, values: &[&'v str]) -> &'v str {
        values[self.below(values.len())]
    }

    /// A path of a few names, so that most of what is made is met again.
    fn path(&mut self) -> String {
        let mut path = self.of(&["a", "b", "c", "d"]).to_owned();
        while self.below(5) < 2 {
            path = format!("{path}/{}", self.of(&["a", "b", "c", "d", "a", "b", "c", "d", ".", ".."]));
        }
        // Of a link whose path ends so, the host says what it is itself.
        if path.ends_with("/.") { path + "/a" } else { path }
    }
}

/// What a directory answers to so many calls.
fn answers(puppet: &mut Puppet, root: u32, seed: u64, calls: usize) -> Vec<String> {
    let mut random = Random(seed);
    let mut open: Vec<u32> = vec![];
    let mut lines = vec![];
    for _ in 0..calls {
        let path = random.path();
        let (what, answer) = match random.below(16) {
            0..=2 => {
                let how = random.of(&["", "create", "create exclusive", "create truncate", "directory", "truncate"]);
                // The host's may be written to as well where it is made or emptied.
                let makes = how.contains("create") || how == "truncate";
                let flags = random.of(if makes { &["read write", "write"] } else { &["read", "read write", "write"] });
                let opened = puppet.open(root, &path, how, flags);
                let said = opened.as_ref().map_or_else(Clone::clone, |_| "ok".to_owned());
                open.extend(opened);
                (format!("open {path} {{{how}}} {{{flags}}}"), said)
            }
            3 => (
                format!("mkdir {path}"),
                ask!(puppet, "filesystem-types/descriptor-create-directory-at", root, path.as_str()),
            ),
            4 => (
                format!("rmdir {path}"),
                ask!(puppet, "filesystem-types/descriptor-remove-directory-at", root, path.as_str()),
            ),
            5 => (
                format!("unlink {path}"),
                ask!(puppet, "filesystem-types/descriptor-unlink-file-at", root, path.as_str()),
            ),
            6 | 7 => {
                let to = random.path();
                let answer =
                    ask!(puppet, "filesystem-types/descriptor-rename-at", root, path.as_str(), root, to.as_str());
                (format!("rename {path} {to}"), answer)
            }
            8 => {
                let to = random.path();
                let answer = ask!(
                    puppet,
                    "filesystem-types/descriptor-link-at",
                    root,
                    words(""),
                    path.as_str(),
                    root,
                    to.as_str()
                );
                (format!("link {path} {to}"), answer)
            }
            9 => {
                let to = random.path();
                let answer = ask!(puppet, "filesystem-types/descriptor-symlink-at", root, to.as_str(), path.as_str());
                (format!("symlink {to} {path}"), answer)
            }
            10 => (
                format!("readlink {path}"),
                ask!(puppet, "filesystem-types/descriptor-readlink-at", root, path.as_str()),
            ),
            11 => {
                let how = random.of(&["", "symlink-follow"]);
                let stat = puppet
                    .call("filesystem-types/descriptor-stat-at", &[root.val(), words(how), path.as_str().val()])
                    .unwrap();
                (format!("stat {path} {{{how}}}"), stat_of(&stat))
            }
            12 => {
                let listed = match puppet.open(root, &path, "directory", "read") {
                    Ok(directory) => listing(puppet, directory),
                    Err(error) => error,
                };
                (format!("list {path}"), listed)
            }
            which => {
                if open.is_empty() {
                    continue;
                }
                let at = random.below(open.len());
                let handle = open[at];
                let offset = random.below(50) as u64;
                match which {
                    13 => {
                        let bytes = "0123456789".repeat(1 + random.below(2));
                        let answer =
                            ask!(puppet, "filesystem-types/descriptor-write", handle, bytes.as_bytes(), offset);
                        (format!("write {} {offset}", bytes.len()), answer)
                    }
                    14 => {
                        (format!("size {offset}"), ask!(puppet, "filesystem-types/descriptor-set-size", handle, offset))
                    }
                    _ if random.below(3) == 0 => {
                        ask!(puppet, "filesystem-types/drop-descriptor", open.remove(at));
                        continue;
                    }
                    _ => {
                        let stat = puppet.call("filesystem-types/descriptor-stat", &[handle.val()]).unwrap();
                        let read = ask!(puppet, "filesystem-types/descriptor-read", handle, 30_u64, offset);
                        (format!("read {offset}"), format!("{} {read}", stat_of(&stat)))
                    }
                }
            }
        };
        lines.push(format!("{what} -> {}", alike(&answer)));
    }
    lines
}

/// Answers without what may differ: which of several errors is said, and whether the end of a file is said with its last bytes.
fn alike(answer: &str) -> String {
    let answer = answer.replace(", true))", "))").replace(", false))", "))");
    match answer.split_once("err(") {
        Some((before, _)) => format!("{before}err"),
        None => answer,
    }
}

fn stat_of(stat: &Val) -> String {
    let of = |name: &str| text(&field(stat, name));
    match stat {
        Val::Result(Ok(_)) if of("type") == "directory" => "directory".to_owned(),
        Val::Result(Ok(_)) => [of("type"), of("size"), of("link-count")].join(" "),
        other => text(other),
    }
}

fn listing(puppet: &mut Puppet, directory: u32) -> String {
    let stream = puppet.handle("filesystem-types/descriptor-read-directory", &[directory.val()]);
    let mut entries = vec![];
    loop {
        let next = ask!(puppet, "filesystem-types/directory-entry-stream-read-directory-entry", stream);
        if next == "ok(none)" {
            entries.sort();
            ask!(puppet, "filesystem-types/drop-directory-entry-stream", stream);
            ask!(puppet, "filesystem-types/drop-descriptor", directory);
            return entries.join(" ");
        }
        entries.push(next);
    }
}

/// Some files to begin with.
fn make(directory: &Path) {
    std::fs::create_dir_all(directory.join("a/b")).unwrap();
    std::fs::create_dir_all(directory.join("c/d")).unwrap();
    std::fs::write(directory.join("a/a"), "one").unwrap();
    std::fs::write(directory.join("a/b/c"), "two").unwrap();
    std::fs::write(directory.join("b"), "three").unwrap();
    std::os::unix::fs::symlink("a/b", directory.join("d")).unwrap();
    std::os::unix::fs::symlink("../../b", directory.join("a/b/d")).unwrap();
}

#[test]
fn mounts_answer_random_calls_like_the_host() {
    let below = tempfile::tempdir().unwrap();
    make(below.path());
    let start = dice::seed_or(0);
    let mounts = [("fs./m={memory=\"1MiB\"}", false), ("fs./m={embed=\".\", overlay=\"1MiB\"}", true)];
    for (mount, filled) in mounts {
        let output = granted(below.path(), &[mount]);
        let mut ok = 0;
        for seed in start..start + SEEDS {
            let host = tempfile::tempdir().unwrap();
            if filled {
                make(host.path());
            }
            let mut bare = Puppet::new(puppet::component(), |wasi| {
                _ = wasi.preopened_dir(host.path(), "/m", FsPerms::ReadWrite).unwrap()
            });
            let root = bare.directory("/m");
            let expected = answers(&mut bare, root, seed, CALLS);
            let mut puppet = Puppet::new(&output, |_| {});
            let root = puppet.directory("/m");
            let said = answers(&mut puppet, root, seed, CALLS);
            if let Some(at) = (0..said.len().min(expected.len())).find(|at| said[*at] != expected[*at]) {
                let before = said[at.saturating_sub(40)..at].join("\n");
                panic!("{mount} seed {seed} call {at}\n{before}\nweld: {}\nhost: {}", said[at], expected[at]);
            }
            assert_eq!(said.len(), expected.len());
            ok += said.iter().filter(|line| !line.contains("-> err")).count();
        }
        // Most of them would prove little if they all failed.
        assert!(ok > SEEDS as usize * CALLS / 5, "{ok}");
    }
}

const SEEDS: u64 = 8;
const CALLS: usize = 500;
