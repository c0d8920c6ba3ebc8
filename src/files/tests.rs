//! Files in memory are as those on the disk, and what changes is seen.

#![allow(clippy::disallowed_methods)] // Tests write their own inputs.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::{Files, Kind};

/// What somebody learns of a tree of files: each path below the root, what it is, and what it holds.
fn all(files: &Files, root: &Path, at: &Path) -> Vec<(PathBuf, Kind, Vec<u8>)> {
    let mut names: Vec<_> = files.names(at).unwrap().map(Result::unwrap).collect();
    names.sort();
    let mut found = Vec::new();
    for path in names.into_iter().map(|name| at.join(name)) {
        let (status, mut bytes) = (files.status_of_link(&path).unwrap(), Vec::new());
        if status.kind == Kind::File {
            let mut file = files.open(&path).unwrap();
            assert!(file.status().unwrap().is_same(&status));
            file.read_to_end(&mut bytes).unwrap();
            assert_eq!(bytes.len() as u64, status.length);
        }
        found.push((path.strip_prefix(root).unwrap().to_owned(), status.kind, bytes));
        if status.kind == Kind::Directory {
            found.extend(all(files, root, &path));
        }
    }
    found
}

#[test]
fn files_in_memory_are_as_on_the_disk() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    let given = [("a.txt", "1"), ("sub/b.txt", "22"), ("sub/c/d.txt", ""), ("other/e", "3")];
    for (path, text) in given {
        std::fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
        File::create(root.join(path)).unwrap().write_all(text.as_bytes()).unwrap();
    }
    let memory = Files::memory(given.map(|(path, text)| (root.join("x/..").join(path), text)));
    assert_eq!(all(&Files::Disk, root, root), all(&memory, root, root));
    for path in ["a.txt", "sub", "sub/c", "sub/./c/../b.txt", "", "none", "sub/none", "a.txt/none"] {
        let path = root.join(path);
        let asked = |files: &Files| (files.is_there(&path), files.is_file(&path), files.is_directory(&path));
        assert_eq!(asked(&Files::Disk), asked(&memory), "{}", path.display());
        let kind = |files: &Files| files.open(&path).and_then(|mut file| file.read_to_end(&mut vec![])).is_ok();
        assert_eq!(kind(&Files::Disk), kind(&memory), "{}", path.display());
    }
}

#[test]
fn files_in_memory_have_paths_from_where_the_process_is() {
    let files = Files::memory([("app.wasm", "1"), ("../kv.wasm", "2"), ("/lib.wasm", "3")]);
    let names = |path: &str| files.names(Path::new(path)).unwrap().map(Result::unwrap).collect::<Vec<_>>();
    assert_eq!(names(""), ["app.wasm"]);
    assert_eq!(names("."), ["app.wasm"]);
    assert_eq!(names(".."), ["kv.wasm"]);
    assert_eq!(names("/"), ["lib.wasm"]);
    assert!(files.is_file(Path::new("./x/../app.wasm")) && !files.is_there(Path::new("x")));
}

#[test]
fn status_shows_a_file_that_changes_while_it_is_read() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let status = |file: &tempfile::NamedTempFile| Files::Disk.status(file.path()).unwrap();
    file.write_all(b"(component)").unwrap();
    let before = status(&file);
    assert!(!before.has_changed(&status(&file)));
    // As long as before, and later.
    let other = File::options().write(true).open(file.path()).unwrap();
    other.set_modified(other.metadata().unwrap().modified().unwrap() + std::time::Duration::from_millis(1)).unwrap();
    assert!(before.has_changed(&status(&file)));
    file.write_all(b" ").unwrap();
    assert!(before.has_changed(&status(&file)) && before.is_same(&status(&file)));
}
