//! Reads directories that the tests create.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::disallowed_methods)]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::{Node, Tree};
use crate::files::Files;
use crate::limits;

/// Creates a directory with files, each given with its contents. A path that ends with `/` is a directory.
fn directory(files: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        if path.to_string_lossy().ends_with('/') {
            fs::create_dir_all(path).unwrap();
        } else {
            fs::write(path, content).unwrap();
        }
    }
    directory
}

/// The entries of a tree, one in a line.
fn lines(node: &Node, path: &str) -> Vec<String> {
    match node {
        Node::Directory(entries) => {
            let below = entries.iter().flat_map(|(name, node)| lines(node, &format!("{path}/{name}")));
            std::iter::once(format!("{path}/")).chain(below).collect()
        }
        Node::File(bytes) => vec![format!("{path} {}", String::from_utf8_lossy(bytes))],
        Node::Link(target) => vec![format!("{path} -> {target}")],
    }
}

#[track_caller]
fn read(path: &Path, follow: bool) -> Vec<String> {
    lines(&Tree::read(&Files::Disk, path, follow).unwrap().root, "")
}

/// The error of a directory, which the message calls `F`.
#[track_caller]
fn error_of(directory: &TempDir, follow: bool) -> String {
    let root = directory.path().join("F");
    let error = Tree::read(&Files::Disk, &root, follow).unwrap_err();
    error.to_string().replace(&directory.path().display().to_string(), "").replace("/F", "F")
}

#[test]
fn tree_is_in_byte_order() {
    let directory = directory(&[("b", "2"), ("B/ä", "ä"), ("a/x", "1"), ("a/empty/", ""), ("Z", ""), (".hidden", "")]);
    let expected = ["/", "/.hidden ", "/B/", "/B/ä ä", "/Z ", "/a/", "/a/empty/", "/a/x 1", "/b2 "];
    fs::rename(directory.path().join("b"), directory.path().join("b2")).unwrap();
    fs::write(directory.path().join("b2"), "").unwrap();
    let tree = Tree::read(&Files::Disk, directory.path(), false).unwrap();
    assert_eq!(lines(&tree.root, ""), expected);
    assert_eq!((tree.files.len(), tree.directories.len()), (5, 4));
    assert_eq!((tree.amount.entries, tree.amount.bytes), (8, 3));
}

#[test]
fn tree_digest_covers_names_kinds_and_contents() {
    let digest = |files: &[(&str, &str)]| Tree::read(&Files::Disk, directory(files).path(), false).unwrap().digest;
    let base = digest(&[("a", "1"), ("b/c", "")]);
    assert_eq!(base, digest(&[("b/c", ""), ("a", "1")]));
    for other in
        [&[("a", "2"), ("b/c", "")] as &[_], &[("a1", ""), ("b/c", "")], &[("a", "1"), ("b/c/", "")], &[("a", "1")]]
    {
        assert_ne!(base, digest(other), "{other:?}");
    }
    let with_a_link = directory(&[("b/c", "")]);
    symlink("b/c", with_a_link.path().join("a")).unwrap();
    let (kept, followed) =
        (Tree::read(&Files::Disk, with_a_link.path(), false), Tree::read(&Files::Disk, with_a_link.path(), true));
    assert_ne!(kept.unwrap().digest, followed.as_ref().unwrap().digest);
    assert_eq!(followed.unwrap().digest, digest(&[("a", ""), ("b/c", "")]));
}

#[test]
fn tree_may_be_a_file_or_a_symlink_to_one() {
    let directory = directory(&[("file", "content"), ("dir/x", "")]);
    symlink("file", directory.path().join("link")).unwrap();
    symlink("dir", directory.path().join("to-dir")).unwrap();
    assert_eq!(read(&directory.path().join("file"), false), [" content"]);
    assert_eq!(read(&directory.path().join("link"), false), [" content"]);
    assert_eq!(read(&directory.path().join("to-dir"), false), ["/", "/x "]);
    let error = Tree::read_file(&Files::Disk, &directory.path().join("to-dir")).unwrap_err();
    assert!(error.to_string().ends_with("to-dir`: it is a directory"), "{error}");
    let error = Tree::read(&Files::Disk, &directory.path().join("none"), false).unwrap_err();
    assert!(error.to_string().starts_with("there is no `"), "{error}");
}

#[test]
fn tree_keeps_or_follows_symlinks_within_it() {
    let directory = directory(&[("a/b/file", "1"), ("z", "2")]);
    for (target, link) in
        [("b/file", "a/one"), ("../a/./b/", "a/two"), ("two/../../z", "a/three"), ("three", "a/four"), ("..", "a/b/up")]
    {
        symlink(target, directory.path().join(link)).unwrap();
    }
    let kept = read(directory.path(), false);
    assert!(kept.contains(&"/a/two -> ../a/./b/".to_owned()) && kept.contains(&"/a/b/up -> ..".to_owned()), "{kept:?}");
    fs::remove_file(directory.path().join("a/b/up")).unwrap();
    let expected =
        ["/", "/a/", "/a/b/", "/a/b/file 1", "/a/four 2", "/a/one 1", "/a/three 2", "/a/two/", "/a/two/file 1", "/z 2"];
    assert_eq!(read(directory.path(), true), expected);
}

#[test]
fn tree_error_names_symlinks_that_lead_outside() {
    for (target, reason) in [
        ("/etc/passwd", "that is an absolute path"),
        ("../../outside", "that is out of the directory which is embedded"),
        ("../../F/x", "that is out of the directory which is embedded"),
        ("none", "there is nothing"),
        ("../x/y", "there is nothing"),
        ("../x/", "there is nothing"),
        ("../x/..", "there is nothing"),
        ("link", "that leads back to it"),
        ("back", "that leads back to it"),
    ] {
        for follow in [false, true] {
            let directory = directory(&[("F/x", ""), ("F/d/y", ""), ("outside", "")]);
            symlink("link", directory.path().join("F/d/back")).unwrap();
            symlink(target, directory.path().join("F/d/link")).unwrap();
            // The error is about the first symlink by name.
            let named = format!("cannot embed the link `F/d/back`, which leads to `link`: {reason}");
            assert_eq!(error_of(&directory, follow), named, "{target}");
        }
    }
}

#[test]
fn tree_error_names_a_symlink_to_its_parent_directory() {
    for (target, link) in [("..", "F/d/up"), (".", "F/d/self"), ("../../e", "F/d/g/e")] {
        let directory = directory(&[("F/d/g/x", ""), ("F/e/x", "")]);
        symlink("../d", directory.path().join("F/e/d")).unwrap();
        symlink(target, directory.path().join(link)).unwrap();
        Tree::read(&Files::Disk, &directory.path().join("F"), false).unwrap();
        let said = error_of(&directory, true);
        assert!(said.ends_with("that is a directory around it, which would have no end"), "{said}");
    }
}

#[test]
fn tree_error_names_special_files() {
    let directory = directory(&[("F/d/x", "")]);
    let pipe = directory.path().join("F/d/pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert_eq!(error_of(&directory, false), "cannot embed `F/d/pipe`: it is a pipe");
    fs::remove_file(&pipe).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(directory.path().join("F/d/socket")).unwrap();
    assert_eq!(error_of(&directory, true), "cannot embed `F/d/socket`: it is a socket");
    let error = Tree::read(&Files::Disk, Path::new("/dev/null"), false).unwrap_err();
    assert_eq!(error.to_string(), "cannot embed `/dev/null`: it is a device");
}

#[test]
fn tree_error_names_names_that_are_not_portable() {
    let not_text = directory(&[("F/d/x", "")]);
    fs::write(not_text.path().join("F/d").join(OsStr::from_bytes(b"a\xff")), "").unwrap();
    assert_eq!(
        error_of(&not_text, false),
        "cannot embed `F/d/a\u{fffd}`: its name is not UTF-8, and no component could ask for it"
    );
    let target = directory(&[("F/x", "")]);
    symlink(OsStr::from_bytes(b"a\xff"), target.path().join("F/link")).unwrap();
    assert!(error_of(&target, false).starts_with("cannot embed the link `F/link`: where it leads is not UTF-8"));
    for (one, other) in [("Readme", "README"), ("GRÖSSE", "größe"), ("Σ", "ς"), ("d/", "D")] {
        let directory = directory(&[(&format!("F/{one}"), ""), (&format!("F/{other}"), "")]);
        let said = error_of(&directory, false);
        assert!(said.ends_with("their names differ in nothing but case"), "{said}");
    }
    // The names do not conflict in different directories.
    read(directory(&[("a/x", ""), ("b/X", "")]).path(), false);
}

#[test]
fn tree_error_names_unreadable_files() {
    let directory = directory(&[("F/d/x", ""), ("F/e/x", "")]);
    fs::set_permissions(directory.path().join("F/d"), fs::Permissions::from_mode(0o000)).unwrap();
    // A privileged user may read every directory.
    if fs::read_dir(directory.path().join("F/d")).is_err() {
        assert_eq!(error_of(&directory, false), "cannot embed `F/d`: permission denied");
    }
    fs::set_permissions(directory.path().join("F/d"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(directory.path().join("F/e/x"), fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(directory.path().join("F/e/x")).is_err() {
        assert_eq!(error_of(&directory, false), "cannot embed `F/e/x`: permission denied");
    }
}

#[test]
fn tree_that_is_too_large_is_not_read() {
    let large = directory(&[("F/d/x", "")]);
    let file = fs::File::options().write(true).open(large.path().join("F/d/x")).unwrap();
    file.set_len(limits::EMBEDDED_BYTES + 1).unwrap();
    assert_eq!(error_of(&large, false), "cannot embed `F`: there are more than 768 MiB");

    let deep = directory(&[(&format!("F/{}x", "d/".repeat(limits::TREE_DEPTH)), "")]);
    read(&deep.path().join("F"), true);
    let deeper = directory(&[(&format!("F/{}x", "d/".repeat(limits::TREE_DEPTH + 1)), "")]);
    assert!(error_of(&deeper, false).ends_with("it is more than 100 directories deep"));
}

#[test]
fn tree_limits_count_followed_symlinks() {
    // Each directory has ten links to the next one: there would be 10 to the power of 12 files.
    let many = directory(&[("F/12/x", "")]);
    for level in 0..12 {
        fs::create_dir(many.path().join(format!("F/{level}"))).unwrap();
        for link in 0..10 {
            symlink(format!("../{}", level + 1), many.path().join(format!("F/{level}/{link}"))).unwrap();
        }
    }
    Tree::read(&Files::Disk, &many.path().join("F"), false).unwrap();
    assert_eq!(error_of(&many, true), "cannot embed `F`: there are more than 100000 files, directories and links");

    // The followed path is longer than a system could open.
    let long = directory(&[("F/20/x", "")]);
    for level in 0..20 {
        fs::create_dir(long.path().join(format!("F/{level}"))).unwrap();
        symlink(format!("../{}", level + 1), long.path().join(format!("F/{level}/{}", "n".repeat(250)))).unwrap();
    }
    assert!(error_of(&long, true).ends_with("its path has more than 4096 bytes"));
}
