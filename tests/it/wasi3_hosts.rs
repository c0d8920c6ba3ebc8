//! WASI 0.3: mounts of directories of the host, run in wasmtime over a real one.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use wasmtime_wasi::{FsPerms, WasiCtxBuilder};

use crate::filesystem::STEPS;
use crate::support::probed::Probed;
use crate::support::{Ran, guest, names, run_p3, virt, virt_in};

/// A directory with such files, and directories where the path ends in a slash.
fn directory(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (path, contents) in files {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        if path.to_str().unwrap().ends_with('/') {
            fs::create_dir_all(path).unwrap();
        } else {
            fs::write(path, contents).unwrap();
        }
    }
    directory
}

/// `steps-p3` with mounts.
fn mounted(directory: &Path, mounts: &[&str]) -> Vec<u8> {
    let mounts: Vec<String> = mounts.iter().map(|mount| format!("--grant=fs.{mount}")).collect();
    let flags: Vec<&str> = ["--stdout", "--allow-args"].into_iter().chain(mounts.iter().map(String::as_str)).collect();
    virt_in(directory, &guest("steps-p3"), &flags)
}

/// What steps print, which `; ` separates.
#[track_caller]
fn prints(component: &[u8], steps: &str, host: &Path, perms: FsPerms, name: &str) -> String {
    let words = steps.split("; ").collect::<Vec<_>>().join(" -- ");
    let words: Vec<&str> = words.split(' ').map(|word| if word == "''" { "" } else { word }).collect();
    let give = |wasi: &mut WasiCtxBuilder| _ = wasi.preopened_dir(host, name, perms).unwrap();
    let Ran { stdout, stderr, result } = run_p3(component, &words, give);
    assert_eq!((result, stderr.as_str()), (Ok(Ok(())), ""), "{steps}: {stdout}");
    stdout
}

#[track_caller]
fn prints_of(component: &[u8], steps: &str, host: &tempfile::TempDir) -> String {
    prints(component, steps, host.path(), FsPerms::ReadWrite, "/srv")
}

/// What a directory of the host's does, beside [`STEPS`].
const MORE: &str = "symlink new /m/link; readlink /m/link; read /m/link; lstat /m/link; symlink ../../etc /m/out; ls /m/out; symlink /etc /m/abs; \
    ls /m/abs; touch /m/new; stat /m/new; flags /m/new; flags /m/empty; fill /m/large 300000; size /m/large; copy /m/large /m/copy; size /m/copy; \
    leave /m/large all; leave /m/large stream; leave /m/large future; leave /m/large file; cancel /m/new; cancel /m/none; read /m/new";

/// The answers by step, without times and the sizes of directories, and listings in order.
fn comparable(said: &str) -> Vec<Vec<String>> {
    let line = |line: &str| match line.split(' ').collect::<Vec<_>>()[..] {
        ["DescriptorType::Directory", ..] => "directory".to_owned(),
        [kind, size, links, _] if kind.starts_with("DescriptorType") => format!("{kind} {size} {links}"),
        // Whether the host had answered by then is a matter of time.
        ["cancelled", _] => "cancelled".to_owned(),
        _ => line.to_owned(),
    };
    let step = |step: &str| {
        let mut lines: Vec<String> = step.lines().map(line).collect();
        if lines.first().is_some_and(|step| step.starts_with("ls_")) {
            lines.sort();
        }
        lines
    };
    said.split('@').map(step).collect()
}

#[test]
fn virt_wasi_0_3_forwards_to_a_host_directory() {
    let steps = format!("{STEPS}; {MORE}");
    let marked: Vec<String> =
        steps.split("; ").map(|step| format!("out @{}; {step}", step.replace(' ', "_"))).collect();
    let marked = marked.join("; ");
    let (one, other) = (directory(&[]), directory(&[]));
    let bare = fs::read(guest("steps-p3")).unwrap();
    let expected = comparable(&prints(&bare, &marked, one.path(), FsPerms::ReadWrite, "/m"));
    let output = mounted(Path::new("."), &["/m={host=\"/srv\"}"]);
    let said = comparable(&prints_of(&output, &marked, &other));
    assert!(said.len() > 100 && said.len() == expected.len(), "{said:#?}");
    let differ: Vec<_> = said.iter().zip(&expected).filter(|(one, other)| one != other).collect();
    assert!(differ.is_empty(), "weld's, and the host's:\n{differ:#?}");
    // The directory is the host's own.
    assert_eq!(fs::read(one.path().join("new")).unwrap(), fs::read(other.path().join("new")).unwrap());
}

#[test]
fn virt_wasi_0_3_keeps_a_host_directory_read_only() {
    let steps = [
        "write /data/file x",
        "write /data/new x",
        "append /data/file x",
        "truncate /data/file 0",
        "fill /data/file 10",
        "rename /data/file /data/other",
        "link /data/file /data/other",
        "symlink file /data/other",
        "touch /data/file",
        "rm /data/file",
        "mkdir /data/new",
        "rmdir /data/d",
        "write /data/d/new x",
    ];
    for mount in ["/data={host=\"/srv\", mode=\"read-only\"}", "/data={host=\"/srv/sub\", mode=\"read-only\"}"] {
        let host = directory(&[("file", "contents\n"), ("d/", ""), ("sub/file", "contents\n"), ("sub/d/", "")]);
        let output = mounted(Path::new("."), &[mount]);
        let expected: String = steps.iter().map(|step| format!("error: {step}: ErrorCode::ReadOnly\n")).collect();
        assert_eq!(prints_of(&output, &steps.join("; "), &host), expected, "{mount}");
        let reads = "read /data/file; ls /data/d; slice /data/file 3 2; flags /data/file";
        let expected = "contents\nteDescriptorFlags(READ) DescriptorType::RegularFile true true\n";
        assert_eq!(prints_of(&output, reads, &host), expected, "{mount}");
        assert_eq!(fs::read_to_string(host.path().join("file")).unwrap(), "contents\n");
    }
}

#[test]
fn virt_wasi_0_3_nests_mounts_of_each_kind() {
    let files = directory(&[("e/file", "embedded\n"), ("e/sub/file", "hidden\n")]);
    let host = directory(&[("file", "the host's\n"), ("in/file", "hidden\n"), ("z", "")]);
    let mounts = [
        "/={embed=\"e\"}",
        "/sub={host=\"/srv\"}",
        "/sub/in={embed=\"e\"}",
        "/sub/new={memory=\"1KiB\"}",
        "/tmp={memory=\"1KiB\"}",
        "/tmp/host={host=\"/srv\", mode=\"read-only\"}",
    ];
    let output = mounted(files.path(), &mounts);
    let steps = "read /file; read /sub/file; read /sub/in/file; ls /sub/in; write /sub/new/x x; read /sub/new/x; out .; \
                 read /tmp/host/file; write /tmp/host/file no; write /tmp/x x; ls /tmp; rm /sub/in/file; ls /; \
                 rename /tmp/x /sub/new/y; link /file /tmp/file; copy /sub/file /tmp/x; read /tmp/x; rmdir /sub/in";
    let expected = "embedded\nthe host's\nembedded\nfile\nsub/\nx.\nthe host's\n\
                    error: write /tmp/host/file no: ErrorCode::ReadOnly\nhost/\nx\n\
                    error: rm /sub/in/file: ErrorCode::ReadOnly\nfile\nsub/\ntmp/\n\
                    error: rename /tmp/x /sub/new/y: ErrorCode::CrossDevice\nerror: link /file /tmp/file: ErrorCode::CrossDevice\n\
                    the host's\nerror: rmdir /sub/in: ErrorCode::Busy\n";
    assert_eq!(prints_of(&output, steps, &host), expected);
    let said = prints_of(&output, "ls /sub", &host);
    let mut listed: Vec<&str> = said.lines().collect();
    listed.sort();
    assert_eq!(listed, ["file", "in/", "new/", "z"]);
    // Many at once, of each kind.
    let one = "'read /file' 'read /sub/file' 'read /sub/in/file' 'stat /sub/none'".replace(' ', "\u{1}");
    let words = vec![one.replace('\'', "").replace("\u{1}read", " read").replace("\u{1}stat", " stat"); 25].join(" ");
    let words: Vec<String> =
        std::iter::once("all".to_owned()).chain(words.split(' ').map(|word| word.replace('\u{1}', " "))).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let give = |wasi: &mut WasiCtxBuilder| _ = wasi.preopened_dir(host.path(), "/srv", FsPerms::ReadWrite).unwrap();
    let ran = run_p3(&output, &words, give);
    let expected = "embedded\nthe host's\nembedded\nerror: stat /sub/none: ErrorCode::NoEntry\n".repeat(25);
    assert_eq!((ran.result, ran.stdout.as_str()), (Ok(Ok(())), expected.as_str()));
}

#[test]
fn virt_wasi_0_3_mounts_a_part_of_a_host_directory() {
    let host =
        directory(&[("file", "contents\n"), ("sub/inner", "inner\n"), ("sub/deep/x", "x\n"), ("secret", "secret\n")]);
    symlink("../secret", host.path().join("sub/out")).unwrap();
    symlink("/etc/passwd", host.path().join("sub/abs")).unwrap();
    symlink("deep/x", host.path().join("sub/in")).unwrap();
    for mount in ["/data={host=\"/srv/sub\"}", "/data={host=\"/srv/sub\", mode=\"read-only\"}"] {
        let output = mounted(Path::new("."), &[mount]);
        let steps = "read /data/inner; read /data/in; ls /data/deep; read /data/file; read /data/sub/inner; read /data/../secret; \
                     read /data/out; read /data/abs; read /data/deep/../../secret; ls /data/..; stat /data/out";
        let said = prints_of(&output, steps, &host);
        let lines: Vec<&str> = said.lines().collect();
        let not_found =
            ["error: read /data/file: ErrorCode::NoEntry", "error: read /data/sub/inner: ErrorCode::NoEntry"];
        assert_eq!(lines[..5], ["inner", "x", "x", not_found[0], not_found[1]], "{said}");
        assert_eq!(lines.len(), 11, "{said}");
        for line in &lines[5..] {
            assert!(line.starts_with("error: ") && line.ends_with(": ErrorCode::NotPermitted"), "{line}");
        }
    }
    // Through no symlink, and not where there is none.
    symlink("sub", host.path().join("link")).unwrap();
    for part in ["link", "none", "sub/inner", "sub/../sub"] {
        let output = mounted(Path::new("."), &[&format!("/data={{host=\"/srv/{part}\"}}")]);
        let said = prints_of(&output, "read /data/inner; stat /data", &host);
        let is_error = |line: &str| line.starts_with("error: ");
        assert!(said.lines().count() == 2 && said.lines().all(is_error), "{part}: {said}");
    }
}

#[test]
fn virt_wasi_0_2_and_0_3_share_a_host_directory() {
    let host = directory(&[]);
    let output = virt(&guest("mixed"), &["fs./={host=\"/srv\"}"]);
    assert!(names(&output).0.iter().all(|name| name.starts_with("wasi:filesystem/") || name.starts_with("wasi:io/")));
    let probed = Probed::new(&output);
    for (probe, expected) in [("3 to 2", "(Ok(()), Ok(\"of three\"))"), ("2 to 3", "(Ok(()), Ok(\"of two\"))")] {
        let give = |wasi: &mut WasiCtxBuilder| _ = wasi.preopened_dir(host.path(), "/srv", FsPerms::ReadWrite).unwrap();
        assert_eq!(probed.ask_in_wasi(probe, give).as_deref(), Ok(expected), "{probe}");
    }
}
