//! Files in the place of the host's: what programs in Rust see of mounts of each kind. The calls that they do not make are in
//! `filesystem_calls.rs`.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::support::http::serve;
use crate::support::{self, Ran, guest, names, run, run_with, virt_in};
use tempfile::TempDir;
use wasmtime_wasi::{FsPerms, WasiCtxBuilder};

const COMMANDS: &[&str] = &["command-0.2.0", "command-0.2.3", "command-0.2.6", "command-0.2.12"];

/// Those whose preview 1 adapter sees more than the first and the last of several directories.
const OF_MANY_FOLDERS: &[&str] = &["command-0.2.3", "command-0.2.6", "command-0.2.12"];

/// A directory with such files; a path that ends with a slash is a directory.
fn directory(files: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (path, contents) in files {
        let path = directory.path().join(path);
        if path.to_str().unwrap().ends_with('/') {
            fs::create_dir_all(path).unwrap();
        } else {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, contents).unwrap();
        }
    }
    directory
}

/// A guest that can print, with such mounts, as `/=embed:directory`, `/tmp=memory:1MiB`.
#[track_caller]
fn mounted(directory: &Path, guest_name: &str, mounts: &[&str]) -> Vec<u8> {
    let flags: Vec<String> = mounts.iter().map(|mount| format!("--grant=fs.{mount}")).collect();
    let flags = ["--grant=args=allow", "--stdout", "--allow-exit"].into_iter().chain(flags.iter().map(String::as_str));
    virt_in(directory, &guest(guest_name), &flags.collect::<Vec<_>>())
}

/// What steps print, which are separated by `; `, in a host that gives something. Each is tried.
#[track_caller]
fn tries_in(component: &[u8], steps: &str, give: impl FnOnce(&mut WasiCtxBuilder)) -> String {
    let mut words = Vec::new();
    for step in steps.split("; ") {
        words.extend((!words.is_empty()).then_some("--"));
        words.push("try");
        words.extend(step.split(' ').map(|word| if word == "''" { "" } else { word }));
    }
    let ran = run_with(component, &words, give);
    assert_eq!((ran.result, ran.stderr.as_str()), (Ok(Ok(())), ""), "{steps}\n{}", ran.stdout);
    ran.stdout
}

#[track_caller]
fn tries(component: &[u8], steps: &str) -> String {
    tries_in(component, steps, |_| {})
}

/// As the `size` step of the command says it.
fn size(bytes: &[u8]) -> String {
    let hash = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3));
    format!("{} {hash:016x}\n", bytes.len())
}

fn noise(len: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        b'!' + (state >> 58) as u8
    };
    (0..len).map(|_| next()).collect()
}

#[test]
fn mount_reads_embedded_files_byte_for_byte_without_the_host() {
    let directory = directory(&[("m/empty", ""), ("m/deep/er/file", "deep\n"), ("m/none/", "")]);
    let large = noise(3_000_000);
    fs::write(directory.path().join("m/large"), &large).unwrap();
    fs::write(directory.path().join("m/deep/zeros"), vec![0; 70_000]).unwrap();
    for command in COMMANDS {
        let output = mounted(directory.path(), command, &["/m={embed=\"m\"}"]);
        let imports = names(&output).0;
        assert!(!imports.iter().any(|name| name.contains("filesystem")), "{imports:?}");
        let steps = "size /m/empty; size /m/large; read /m/deep/er/file; size /m/deep/zeros; slice /m/large 2999990 100; ls /m/none";
        let end = std::str::from_utf8(&large[2_999_990..]).unwrap();
        let expected = [&size(b""), &size(&large), "deep\n", &size(&[0; 70_000]), end].concat();
        assert_eq!(tries(&output, steps), expected, "{command}");
    }
}

#[test]
fn mount_reads_a_file_of_64_megabytes() {
    let directory = directory(&[]);
    let large = noise(64 << 20);
    fs::write(directory.path().join("large"), &large).unwrap();
    let output = mounted(directory.path(), "command-0.2.12", &["/m={embed=\".\"}"]);
    assert!(output.len() < large.len() + 300_000);
    let end = std::str::from_utf8(&large[(64 << 20) - 5..]).unwrap();
    assert_eq!(tries(&output, "size /m/large; slice /m/large 67108859 9"), size(&large) + end);
}

#[test]
fn mount_lists_a_directory_of_5000_files_in_byte_order() {
    let directory = directory(&[]);
    for number in 0..5000 {
        fs::write(directory.path().join(format!("f{number}")), format!("{number}\n")).unwrap();
    }
    for command in COMMANDS {
        let output = mounted(directory.path(), command, &["/m={embed=\".\"}"]);
        let mut expected: Vec<String> = (0..5000).map(|number| format!("f{number}")).collect();
        expected.sort();
        let said = tries(&output, "ls /m; read /m/f0; read /m/f4999; read /m/f2500");
        assert!(said == expected.join("\n") + "\n0\n4999\n2500\n", "{command}");
    }
}

#[test]
fn mount_accepts_names_of_any_letters() {
    let long = "n".repeat(255);
    let files = ["a b", "B", "a", "é", "e\u{301}", "☂", "𝄞", "z%$&'\"\\", "-", ".hidden", "...", &long];
    let directory = tempfile::tempdir().unwrap();
    for name in files {
        fs::create_dir(directory.path().join(name)).unwrap();
        fs::write(directory.path().join(name).join("file"), format!("in {name}\n")).unwrap();
    }
    let mut sorted = files.to_vec();
    sorted.sort_by_key(|name| name.as_bytes());
    for command in COMMANDS {
        let output = mounted(directory.path(), command, &["/m={embed=\".\"}"]);
        let expected: String = sorted.iter().map(|name| format!("{name}/\n")).collect();
        assert_eq!(tries(&output, "ls /m"), expected, "{command}");
        for name in files {
            let path = format!("/m/{name}/file");
            let ran = run(&output, &["read", &path]);
            assert_eq!((ran.stdout, ran.result), (format!("in {name}\n"), Ok(Ok(()))), "{command} {name}");
        }
    }
}

#[test]
fn mount_follows_symlinks_within_it() {
    let directory = directory(&[("m/file", "contents\n"), ("m/deep/er/own", "own\n")]);
    for (from, to) in [
        ("link", "file"),
        ("to-link", "link"),
        ("directory", "deep/er"),
        ("deep/er/up", "../../file"),
        ("deep/over", "./../deep//er/up"),
    ] {
        symlink(to, directory.path().join("m").join(from)).unwrap();
    }
    let steps = "read /m/link; read /m/to-link; read /m/directory/own; read /m/directory/up; read /m/deep/over; ls /m/directory; \
                 readlink /m/directory; readlink /m/deep/over; try readlink /m/file; read /m/directory/../../file";
    for command in COMMANDS {
        let output = mounted(directory.path(), command, &["/m={embed=\"m\"}"]);
        let said = tries(&output, steps);
        let (first, rest) = said.split_at(said.find("own\nup\n").unwrap());
        assert_eq!(first, "contents\ncontents\nown\ncontents\ncontents\n", "{command}");
        let rest: Vec<&str> = rest.lines().collect();
        let error = "error: readlink /m/file: InvalidInput";
        assert_eq!(rest, ["own", "up", "deep/er", "./../deep//er/up", error, "contents"], "{command}");
        // Names and kinds, as they are without following.
        let kinds = |path: &str| {
            let said = tries(&output, &format!("stat {path}; lstat {path}"));
            said.lines().map(|line| line.rsplit_once(' ').unwrap().0.to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(kinds("/m/link"), ["file 9", "symlink 4"], "{command}");
        assert_eq!(kinds("/m/file"), ["file 9", "file 9"], "{command}");
        assert!(kinds("/m/directory")[0].starts_with("dir ") && kinds("/m/directory")[1] == "symlink 7", "{command}");
        // With `follow-symlinks` they are what they lead to.
        let output = mounted(directory.path(), command, &["/m={embed=\"m\", follow-symlinks=true}"]);
        let said = tries(&output, "lstat /m/to-link; read /m/directory/up; readlink /m/link");
        assert!(said.starts_with("file 9 ") && said.contains("\ncontents\nerror: readlink"), "{command}: {said}");
    }
}

#[test]
fn mount_may_be_a_single_file() {
    let directory = directory(&[("motd.txt", "hello\n"), ("m/a", "a\n")]);
    for command in COMMANDS {
        let output = mounted(directory.path(), command, &["/etc/motd={embed=\"motd.txt\"}"]);
        let said = tries(
            &output,
            "read /etc/motd; ls /etc; read /etc/motd/x; write /etc/motd x; rm /etc/motd; write /etc/new x",
        );
        let expected = "hello\nmotd\nerror: read /etc/motd/x: NotADirectory\nerror: write /etc/motd x: ReadOnlyFilesystem\n\
                        error: rm /etc/motd: ResourceBusy\nerror: write /etc/new x: ReadOnlyFilesystem\n";
        assert_eq!(said, expected, "{command}");
        // In a directory that is a mount itself, over a file of the same name.
        let output = mounted(directory.path(), command, &["/={embed=\"m\"}", "/a={embed=\"motd.txt\"}"]);
        assert_eq!(tries(&output, "read /a; ls /"), "hello\na\n", "{command}");
    }
}

#[test]
fn mount_with_the_longest_path_prefix_answers() {
    let directory = directory(&[
        ("one/file", "one\n"),
        ("one/two/file", "hidden\n"),
        ("two/file", "two\n"),
        ("three/x", "three\n"),
    ]);
    for command in OF_MANY_FOLDERS {
        let mounts = [
            "/={embed=\"one\"}",
            "/two={embed=\"two\"}",
            "/two/more/three={embed=\"three\"}",
            "/tmp={memory=\"1MiB\"}",
        ];
        let output = mounted(directory.path(), command, &mounts);
        let said = tries(
            &output,
            "read /file; read /two/file; read /two/more/three/x; write /tmp/y mine; read /tmp/y; ls /; ls /two; ls /two/more; \
             ls /two/more/three; write /two/y x; write /y x",
        );
        let expected = "one\ntwo\nthree\nminefile\ntmp/\ntwo/\nfile\nmore/\nthree/\nx\n\
                        error: write /two/y x: ReadOnlyFilesystem\nerror: write /y x: ReadOnlyFilesystem\n";
        assert_eq!(said, expected, "{command}");
    }
}

#[test]
fn mounts_of_each_kind_nest() {
    let files = directory(&[("e/file", "embedded\n"), ("e/sub/file", "hidden\n")]);
    let host = directory(&[("file", "the host's\n"), ("in/file", "hidden\n"), ("z", "")]);
    for command in OF_MANY_FOLDERS {
        let mounts = [
            "/={embed=\"e\"}",
            "/sub={host=\"/host\"}",
            "/sub/in={embed=\"e\"}",
            "/sub/new={memory=\"1KiB\"}",
            "/tmp={memory=\"1KiB\"}",
            "/tmp/host={host=\"/host\", mode=\"read-only\"}",
        ];
        let output = mounted(files.path(), command, &mounts);
        let steps = "read /file; read /sub/file; read /sub/in/file; ls /sub/in; write /sub/new/x x; read /sub/new/x; out .; \
                     read /tmp/host/file; write /tmp/host/file no; write /tmp/x x; ls /tmp; rm /sub/in/file; ls /; \
                     rename /tmp/x /sub/new/y; link /file /tmp/file; rmdir /sub/in";
        let said =
            tries_in(&output, steps, |wasi| _ = wasi.preopened_dir(host.path(), "/host", FsPerms::ReadWrite).unwrap());
        let expected = "embedded\nthe host's\nembedded\nfile\nsub/\nx.\nthe host's\n\
                        error: write /tmp/host/file no: ReadOnlyFilesystem\nhost/\nx\n\
                        error: rm /sub/in/file: ReadOnlyFilesystem\nfile\nsub/\ntmp/\n\
                        error: rename /tmp/x /sub/new/y: CrossesDevices\nerror: link /file /tmp/file: CrossesDevices\n";
        assert!(said.starts_with(expected), "{command}: {said}\n{expected}");
        // What is mounted cannot be taken away.
        let last = said.lines().last().unwrap();
        assert!(last.starts_with("error: rmdir /sub/in: "), "{command}: {last}");
        let listed = tries_in(&output, "ls /sub", |wasi| {
            _ = wasi.preopened_dir(host.path(), "/host", FsPerms::ReadWrite).unwrap()
        });
        let mut listed: Vec<&str> = listed.lines().collect();
        listed.sort();
        assert_eq!(listed, ["file", "in/", "new/", "z"], "{command}");
        assert_eq!(fs::read_to_string(host.path().join("file")).unwrap(), "the host's\n");
    }
}

#[test]
fn mount_refuses_writes_to_embedded_files() {
    let directory = directory(&[("file", "contents\n"), ("empty/", ""), ("full/file", "")]);
    let steps = [
        "write /m/file x",
        "write /m/new x",
        "append /m/file x",
        "truncate /m/file 0",
        "rename /m/file /m/other",
        "link /m/file /m/other",
        "rm /m/file",
        "mkdir /m/new",
        "rmdir /m/empty",
        "write /m/full/file x",
    ];
    for command in COMMANDS {
        let output = mounted(directory.path(), command, &["/m={embed=\".\"}"]);
        let expected: String = steps.iter().map(|step| format!("error: {step}: ReadOnlyFilesystem\n")).collect();
        assert_eq!(tries(&output, &steps.join("; ")), expected, "{command}");
        assert_eq!(tries(&output, "read /m/file; ls /m"), "contents\nempty/\nfile\nfull/\n", "{command}");
    }
}

#[test]
fn mount_in_memory_supports_directory_operations() {
    let dance = "ok write\nok rename\nok append\nok truncate\nok delete\n";
    for command in COMMANDS {
        let output = mounted(Path::new("."), command, &["/tmp={memory=\"1MiB\"}"]);
        assert!(!names(&output).0.iter().any(|name| name.contains("filesystem")));
        assert_eq!(tries(&output, "ls /tmp; dance /tmp; dance /tmp; ls /tmp"), dance.repeat(2), "{command}");
        // It begins anew with each instance.
        assert_eq!(tries(&output, "write /tmp/x x"), "", "{command}");
        assert_eq!(tries(&output, "ls /tmp"), "", "{command}");
        let output = mounted(Path::new("tests/reach/files"), command, &["/tmp={embed=\".\", overlay=\"memory\"}"]);
        assert_eq!(tries(&output, "dance /tmp"), dance, "{command}");
    }
}

/// What a directory of the host's does, which these steps are asked of as well.
pub const STEPS: &str = "mkdir /m/d; mkdir /m/d; mkdir /m/d/e; write /m/d/f one; read /m/d/f; stat /m/d/g; read /m/d; rm /m/d; rmdir /m/d; \
    rmdir /m/d/f; rename /m/d/f /m/d/e/f; ls /m/d; read /m/d/f; read /m/d/e/f; rename /m/d/e /m/x; rmdir /m/d; ls /m; read /m/x/f; \
    rename /m/x /m/x/y; rename /m/none /m/y; write /m/a a; write /m/b b; rename /m/a /m/b; read /m/b; rename /m/b /m/x; mkdir /m/empty; \
    rename /m/b /m/empty; rename /m/empty /m/b; rename /m/x /m/empty; ls /m; read /m/empty/f; link /m/b /m/hard; append /m/hard more; read /m/b; \
    rm /m/b; read /m/hard; link /m/empty /m/hard2; link /m/hard /m/hard; write /m/none/x x; append /m/new start; truncate /m/new 8; size /m/new; \
    truncate /m/new 2; read /m/new; slice /m/new 1 5; slice /m/new 9 5; truncate /m/empty 0; truncate /m/none 0; rename /m/new /m/new; \
    read /m/new/; read /m//new; read /m/./new; ls /m/empty/; ls /m/empty/.; read /m/empty/../new; read /m/new/../new; ls /m/new; \
    read /m/empty//../././new; mkdir /m/slash/; ls /m/slash; rmdir /m/slash; write /m/slash/ x; read ''; stat ''; rmdir /m/empty/.; mkdir /m/.; \
    rm /m/new/; rename /m/new /m/other/; stat /m/./; read /m/../m/new; read /m/../../../../../etc/passwd; ls /m/..; mkdir /m/../x; \
    rename /m/new /m/../x; lstat /m/empty/f; rmdir /m/empty; rm /m/none; rm /m/empty/none; readlink /m/new; readlink /m/none; rename /m/empty /m/new";

/// What the host's directory and a mount answer to steps. A line says which step it is.
#[track_caller]
fn same_answers(command: &str, output: &[u8], steps: &str, host: &Path, perms: FsPerms) {
    let marked =
        steps.split("; ").map(|step| format!("out @{}; {step}", step.replace(' ', "_"))).collect::<Vec<_>>().join("; ");
    let bare = fs::read(guest(command)).unwrap();
    let expected = tries_in(&bare, &marked, |wasi| _ = wasi.preopened_dir(host, "/m", perms).unwrap());
    let (said, expected) = (comparable(&tries(output, &marked)), comparable(&expected));
    assert!(said.len() > 30 && said.len() == expected.len());
    let differ: Vec<_> = said.iter().zip(&expected).filter(|(one, other)| one != other).collect();
    assert!(differ.is_empty(), "{command}: weld's, and the host's:\n{differ:#?}");
}

/// The answers without the times of `stat`, which are of no fixed value, the sizes of directories, which mean nothing, and the host's
/// order in listings.
fn comparable(said: &str) -> Vec<Vec<String>> {
    let block = |block: &str| {
        let lines = block.lines().map(|line| match line.split(' ').collect::<Vec<_>>()[..] {
            ["dir", _, _] => "dir".to_owned(),
            [kind @ ("file" | "symlink"), len, _] => format!("{kind} {len}"),
            _ => line.to_owned(),
        });
        let mut lines: Vec<String> = lines.collect();
        if block.starts_with("ls") {
            lines[1..].sort();
        }
        lines
    };
    said.split('@').map(block).collect()
}

#[test]
fn mount_in_memory_agrees_with_the_host_filesystem() {
    for command in COMMANDS {
        let host = tempfile::tempdir().unwrap();
        let output = mounted(Path::new("."), command, &["/m={memory=\"1MiB\"}"]);
        same_answers(command, &output, STEPS, host.path(), FsPerms::ReadWrite);
        // As POSIX has it: the host that the tests run in does not.
        assert_eq!(tries(&output, "mkdir /m/d/; rmdir /m/d/; ls /m"), "", "{command}");
    }
}

#[test]
fn mount_overlay_of_nothing_agrees_with_the_host_filesystem() {
    for command in COMMANDS {
        let host = tempfile::tempdir().unwrap();
        let empty = tempfile::tempdir().unwrap();
        let output = mounted(empty.path(), command, &["/m={embed=\".\", overlay=\"1MiB\"}"]);
        same_answers(command, &output, STEPS, host.path(), FsPerms::ReadWrite);
    }
}

#[test]
fn mount_overlay_of_files_agrees_with_the_host_filesystem() {
    // What the first steps make is there before.
    let files =
        [("d/f", "one"), ("x/f", "f"), ("b", "b"), ("a", "a"), ("empty/", ""), ("new", "start"), ("none/z", "")];
    for command in COMMANDS {
        let (host, below) = (directory(&files), directory(&files));
        let output = mounted(below.path(), command, &["/m={embed=\".\", overlay=\"1MiB\"}"]);
        same_answers(command, &output, STEPS, host.path(), FsPerms::ReadWrite);
    }
}

#[test]
fn mount_of_a_renamed_host_directory_agrees_with_the_host_filesystem() {
    for command in COMMANDS {
        let (host, other) = (tempfile::tempdir().unwrap(), directory(&[("sub/", "")]));
        let output = mounted(Path::new("."), command, &["/m={host=\"/other/sub\"}"]);
        let marked = STEPS
            .split("; ")
            .map(|step| format!("out @{}; {step}", step.replace(' ', "_")))
            .collect::<Vec<_>>()
            .join("; ");
        let bare = fs::read(guest(command)).unwrap();
        let expected =
            tries_in(&bare, &marked, |wasi| _ = wasi.preopened_dir(host.path(), "/m", FsPerms::ReadWrite).unwrap());
        let said = tries_in(&output, &marked, |wasi| {
            _ = wasi.preopened_dir(other.path(), "/other", FsPerms::ReadWrite).unwrap()
        });
        assert_eq!(comparable(&said), comparable(&expected), "{command}");
        // What was done there was done.
        assert_eq!(fs::read_dir(other.path().join("sub")).unwrap().count(), fs::read_dir(host.path()).unwrap().count());
    }
}

#[test]
fn mount_of_embedded_files_reads_like_the_host_filesystem() {
    let directory = directory(&[("m/new", "new\n"), ("m/empty/f", "f\n"), ("m/b c", "")]);
    for (from, to) in [("l", "new"), ("empty/up", "../new"), ("e", "empty")] {
        symlink(to, directory.path().join("m").join(from)).unwrap();
    }
    let steps = "read /m/new; read /m/new/; read /m//new; read /m/./new; ls /m/empty/; ls /m/empty/.; read /m/empty/../new; read /m/new/../new; \
                 ls /m/new; read /m/empty; read ''; stat ''; stat /m/; stat /m; stat /m/empty/f; lstat /m/l; lstat /m/e; stat /m/e; \
                 read /m/e/up; read /m/e/../new; read /m/l/; readlink /m/l; readlink /m/l/; readlink /m/e/up; read /m/../../x; read /m/none; ls /m/none; \
                 read /m/none/none; read /m/new/none; stat /m/new/.; ls /m/..; read /etc/passwd; read new; ls .; size /m/new; slice /m/new 1 2; slice /m/new 10 2";
    for command in COMMANDS {
        let output = mounted(directory.path(), command, &["/m={embed=\"m\"}"]);
        same_answers(command, &output, steps, &directory.path().join("m"), FsPerms::ReadOnly);
        // As POSIX has it: the host that the tests run in does not.
        assert!(tries(&output, "lstat /m/e/").starts_with("dir "), "{command}");
    }
}

#[test]
fn mount_quota_counts_contents_and_frees_deleted_files() {
    for command in COMMANDS {
        for mount in ["/m={memory=\"100kB\"}", "/m={embed=\"none\", overlay=\"100kB\"}"] {
            let directory = directory(&[("none/", "")]);
            let output = mounted(directory.path(), command, &[mount]);
            let steps = "write /m/a 1; truncate /m/a 40000; write /m/b 1; truncate /m/b 40000; write /m/c 1; truncate /m/c 40000; rm /m/a; \
                         truncate /m/c 40000; size /m/c; truncate /m/b 0; write /m/d 2; truncate /m/d 40000; truncate /m/d 100001; rm /m/none; \
                         rm /m/b; rm /m/c; rm /m/d; write /m/e 1; truncate /m/e 90000";
            let zeros = [&b"1"[..], &[0; 39_999]].concat();
            let expected = format!(
                "error: truncate /m/c 40000: StorageFull\n{}error: truncate /m/d 100001: StorageFull\nerror: rm /m/none: NotFound\n",
                size(&zeros)
            );
            assert_eq!(tries(&output, steps), expected, "{command} {mount}");
            // By writing: what there is room for is written, as on a disk.
            let append = format!("append /m/a {}", "x".repeat(15_000));
            let said = tries(
                &output,
                &format!("write /m/b b; truncate /m/b 75000; {append}; {append}; rm /m/a; {append}; stat /m/a"),
            );
            let (error, rest) = said.split_once('\n').unwrap();
            assert!(error.ends_with(": StorageFull") && rest.starts_with("file 15000 "), "{command} {mount}: {rest}");
        }
    }
}

#[test]
fn mount_quota_holds_for_many_small_files() {
    let output = mounted(Path::new("."), "command-0.2.12", &["/m={memory=\"4kB\"}"]);
    let steps: Vec<String> = (0..100).map(|number| format!("write /m/{number} {}", "y".repeat(100))).collect();
    let said = tries(&output, &steps.join("; "));
    let failed = said.lines().filter(|line| line.ends_with(": StorageFull")).count();
    assert!((60..100).contains(&failed) && said.lines().count() == failed, "{failed}");
}

#[test]
fn mount_overlay_is_writable_over_an_unchanged_base() {
    let directory = directory(&[
        ("file", "below\n"),
        ("other", "other\n"),
        ("d/one", "one\n"),
        ("d/e/two", "two\n"),
        ("rw", "abcdef"),
    ]);
    symlink("d/e", directory.path().join("link")).unwrap();
    for command in COMMANDS {
        let output = mounted(directory.path(), command, &["/m={embed=\".\", overlay=\"memory\"}"]);
        let steps = "append /m/file above; read /m/file; out .; write /m/other new; read /m/other; out .; rm /m/d/one; ls /m/d; \
                     write /m/link/three 3; ls /m/d/e; rename /m/d /m/x; ls /m; read /m/x/e/two; read /m/link/two; rm /m/x/e/two; rm /m/x/e/three; \
                     rmdir /m/x/e; rmdir /m/x; ls /m; truncate /m/rw 3; read /m/rw; out .; mkdir /m/d; ls /m/d; rename /m/rw /m/file; read /m/file; \
                     rm /m/link; link /m/file /m/d/hard; append /m/d/hard !; read /m/file";
        let expected = "below\nabove.\nnew.\ne/\nthree\ntwo\nfile\nlink\nother\nrw\nx/\ntwo\nerror: read /m/link/two: NotFound\n\
                        file\nlink\nother\nrw\nabc.\nabcabc!";
        assert_eq!(tries(&output, steps), expected, "{command}");
        assert_eq!(
            tries(&output, "read /m/file; read /m/d/one; ls /m"),
            "below\none\nd/\nfile\nlink\nother\nrw\n",
            "{command}"
        );
        assert_eq!(fs::read_to_string(directory.path().join("file")).unwrap(), "below\n");
    }
}

#[test]
fn mount_renames_host_directories() {
    let host =
        directory(&[("file", "contents\n"), ("sub/inner", "inner\n"), ("sub/deep/x", "x\n"), ("secret", "secret\n")]);
    symlink("../secret", host.path().join("sub/out")).unwrap();
    symlink("/etc/passwd", host.path().join("sub/abs")).unwrap();
    symlink("deep/x", host.path().join("sub/in")).unwrap();
    let give = |perms: FsPerms| {
        let path = host.path().to_owned();
        move |wasi: &mut WasiCtxBuilder| _ = wasi.preopened_dir(path, "/srv", perms).unwrap()
    };
    for command in COMMANDS {
        // All of it.
        let output = mounted(Path::new("."), command, &["/data={host=\"/srv\"}"]);
        let steps = "read /data/file; read /data/sub/inner; write /data/new n; read /data/new; rm /data/new; read /srv/file; read /data/sub/out";
        let expected = "contents\ninner\nnerror: read /srv/file: Uncategorized\nsecret\n";
        assert_eq!(tries_in(&output, steps, give(FsPerms::ReadWrite)), expected, "{command}");
        // A part of it, which nothing leads out of.
        for mount in ["/data={host=\"/srv/sub\"}", "/data={host=\"/srv/sub\", mode=\"read-only\"}"] {
            let output = mounted(Path::new("."), command, &[mount]);
            let steps = "read /data/inner; read /data/in; ls /data/deep; read /data/file; read /data/sub/inner; read /data/../secret; \
                         read /data/out; read /data/abs; read /data/deep/../../secret; ls /data/..; stat /data/out; readlink /data/out";
            let said = tries_in(&output, steps, give(FsPerms::ReadWrite));
            assert!(!said.contains("secret\n") || said.ends_with("../secret\n"), "{command}: {said}");
            let lines: Vec<&str> = said.lines().collect();
            let not_found = ["error: read /data/file: NotFound", "error: read /data/sub/inner: NotFound"];
            assert_eq!(lines[..5], ["inner", "x", "x", not_found[0], not_found[1]], "{command}");
            assert_eq!(lines.len(), 12, "{command}: {said}");
            for line in &lines[5..11] {
                assert!(line.starts_with("error: ") && line.ends_with(": PermissionDenied"), "{command}: {line}");
            }
        }
    }
}

#[test]
fn mount_of_a_host_directory_may_be_read_only() {
    let steps = [
        "write /data/file x",
        "write /data/new x",
        "append /data/file x",
        "truncate /data/file 0",
        "rename /data/file /data/other",
        "link /data/file /data/other",
        "rm /data/file",
        "mkdir /data/new",
        "rmdir /data/d",
        "write /data/d/new x",
    ];
    for command in COMMANDS {
        for mount in ["/data={host=\"/srv\", mode=\"read-only\"}", "/data={host=\"/srv/sub\", mode=\"read-only\"}"] {
            let host = directory(&[("file", "contents\n"), ("d/", ""), ("sub/file", "contents\n"), ("sub/d/", "")]);
            let give =
                |wasi: &mut WasiCtxBuilder| _ = wasi.preopened_dir(host.path(), "/srv", FsPerms::ReadWrite).unwrap();
            let output = mounted(Path::new("."), command, &[mount]);
            let expected: String = steps.iter().map(|step| format!("error: {step}: ReadOnlyFilesystem\n")).collect();
            assert_eq!(tries_in(&output, &steps.join("; "), give), expected, "{command}");
            assert_eq!(
                tries_in(&output, "read /data/file; ls /data/d; slice /data/file 3 2", give),
                "contents\nte",
                "{command}"
            );
            assert!(host.path().join("sub/d").is_dir() && host.path().join("d").is_dir());
        }
    }
}

#[test]
fn mount_of_a_missing_host_directory_is_not_found() {
    let host = directory(&[("file", "contents\n")]);
    let files = directory(&[("e", "embedded\n")]);
    for command in COMMANDS {
        let output = mounted(files.path(), command, &["/data={host=\"/none\"}", "/e={embed=\".\"}"]);
        let said = tries_in(&output, "ls /data; read /data/file; read /e/e; write /data/x x", |wasi| {
            wasi.preopened_dir(host.path(), "/srv", FsPerms::ReadWrite).unwrap();
        });
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines.len(), 4, "{command}: {said}");
        assert_eq!(lines[2], "embedded", "{command}");
        for line in [lines[0], lines[1], lines[3]] {
            assert!(line.starts_with("error: ") && line.contains("/data"), "{command}: {line}");
        }
        // A part that is not there, of what is.
        let output = mounted(files.path(), command, &["/data={host=\"/srv/none\"}", "/e={embed=\".\"}"]);
        let said = tries_in(&output, "ls /data; read /e/e", |wasi| {
            wasi.preopened_dir(host.path(), "/srv", FsPerms::ReadWrite).unwrap();
        });
        assert!(said.starts_with("error: ls /data: ") && said.ends_with("\nembedded\n"), "{command}: {said}");
    }
}

#[test]
fn mount_keeps_host_preopens_beside_other_settings() {
    let host = directory(&[("d/e/", "")]);
    for command in COMMANDS {
        let output = virt_in(
            Path::new("."),
            &guest(command),
            &[
                "--grant=args=allow",
                "--stdout",
                "--allow-fs",
                "--grant=clocks={fixed=2026-01-01T00:00:00Z}",
                "--grant=stdin.text=in",
            ],
        );
        let said = tries_in(&output, "dance /h/d; cat; sleep 5; dance /h/d/e; ls /h/d", |wasi| {
            wasi.preopened_dir(host.path(), "/h", FsPerms::ReadWrite).unwrap();
        });
        let dance = "ok write\nok rename\nok append\nok truncate\nok delete\n";
        assert_eq!(said, format!("{dance}inslept 5\n{dance}e/\n"), "{command}");
    }
}

#[test]
fn mount_is_readable_by_a_server() {
    let directory = directory(&[("site/index.html", "<p>mounted</p>"), ("site/deep/page", "deep")]);
    for (flags, environment) in [(&["--allow-http"][..], ""), (&["--allow-env", "-e", "A=b"], "A=b;PLACE=here;")] {
        let flags = [&["--mount", "/=site", "--grant=wasi:http/types=allow"], flags].concat();
        let output = virt_in(directory.path(), &guest("handler"), &flags);
        assert!(!names(&output).0.iter().any(|name| name.contains("filesystem")));
        for (path, contents) in
            [("/index.html", "<p>mounted</p>"), ("/deep/page", "deep"), ("/none", "ErrorCode { code: 20")]
        {
            let said = serve(&output, path).unwrap();
            let start = format!("path {path}\nasked a question\nenvironment {environment}\nfile {contents}");
            assert!(said.starts_with(&start), "{said}");
        }
    }
}

#[test]
fn mount_preserves_exits_and_traps() {
    let output = mounted(Path::new("."), "command-0.2.12", &["/tmp={memory=\"1KiB\"}"]);
    let Ran { stdout, result, .. } = run(&output, &["read", "/tmp/none"]);
    assert_eq!(stdout, "");
    assert!(result.unwrap_err().contains("Exited with i32 exit status 1"));
}

#[test]
fn mount_keeps_host_directories_above_its_path() {
    let host = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(host.path().join("a/secret")).unwrap();
    std::fs::write(host.path().join("a/secret/key"), "the host's").unwrap();
    let grants = ["default=deny", "args=allow", "stdout=allow", "fs./h.host=/h", "fs./h/a/secret.memory=1KiB"];
    let output = support::virt(&support::guest("command-0.2.12"), &grants);
    let steps = "try rename /h/a /h/b -- try rmdir /h/a -- try rm /h/a/secret -- try rename /h/a/secret /h/s \
                 -- try read /h/a/secret/key -- write /h/a/secret/key own -- read /h/a/secret/key";
    let ran = support::run_with(&output, &steps.split_whitespace().collect::<Vec<_>>(), |wasi| {
        wasi.preopened_dir(host.path(), "/h", wasmtime_wasi::FsPerms::ReadWrite).unwrap();
    });
    let said = "error: rename /h/a /h/b: ResourceBusy\nerror: rmdir /h/a: ResourceBusy\n\
                error: rm /h/a/secret: IsADirectory\nerror: rename /h/a/secret /h/s: CrossesDevices\n\
                error: read /h/a/secret/key: NotFound\nown";
    assert_eq!((ran.stdout.as_str(), ran.result), (said, Ok(Ok(()))), "{}", ran.stderr);
    assert_eq!(std::fs::read(host.path().join("a/secret/key")).unwrap(), b"the host's");
}

#[test]
fn mount_of_a_host_subdirectory_confines_symlinks() {
    let host = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(host.path().join("pub/data")).unwrap();
    std::fs::create_dir(host.path().join("secret")).unwrap();
    std::fs::write(host.path().join("secret/key"), "the host's").unwrap();
    std::fs::write(host.path().join("pub/data/file"), "given").unwrap();
    let grants = ["default=deny", "args=allow", "stdout=allow", "fs./z.host=/h/pub/data"];
    let output = support::virt(&support::guest("command-0.2.12"), &grants);
    let read = |steps: &str| {
        let ran = support::run_with(&output, &steps.split_whitespace().collect::<Vec<_>>(), |wasi| {
            wasi.preopened_dir(host.path(), "/h", wasmtime_wasi::FsPerms::ReadWrite).unwrap();
        });
        assert_eq!(ran.result, Ok(Ok(())), "{}", ran.stderr);
        ran.stdout
    };
    assert_eq!(read("read /z/file"), "given");
    // Whoever may write to the directory above puts a link in its place.
    for link in ["pub/data", "pub"] {
        std::fs::rename(host.path().join(link), host.path().join("old")).unwrap();
        let target = if link == "pub" { "." } else { "../secret" };
        std::os::unix::fs::symlink(target, host.path().join(link)).unwrap();
        std::fs::create_dir_all(host.path().join("data")).unwrap();
        assert_eq!(
            read("try read /z/key -- try ls /z"),
            "error: read /z/key: Uncategorized\nerror: ls /z: Uncategorized\n"
        );
        std::fs::remove_file(host.path().join(link)).unwrap();
        std::fs::rename(host.path().join("old"), host.path().join(link)).unwrap();
    }
    assert_eq!(read("read /z/file"), "given");
}
