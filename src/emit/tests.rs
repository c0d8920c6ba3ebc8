//! Makes each operation of writing fail in turn. Every file must be old or new as a whole, and no other file may
//! remain.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::disallowed_methods)]

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::disk::{Disk, System, Temporary};
use super::{Target, update_on};

/// A file system in which one operation fails, or runs `happens` first.
struct Faulty<'d> {
    /// The number of remaining operations until then.
    left: Cell<usize>,
    happens: &'d dyn Fn() -> io::Result<()>,
    /// The name of the last operation.
    last: Cell<&'static str>,
}

impl<'d> Faulty<'d> {
    fn new(left: usize, happens: &'d dyn Fn() -> io::Result<()>) -> Faulty<'d> {
        Faulty { left: Cell::new(left), happens, last: Cell::new("") }
    }

    /// Whether writing finished before the operation that should fail.
    fn is_done(&self) -> bool {
        self.left.get() > 0
    }

    fn step(&self, what: &'static str) -> io::Result<()> {
        self.last.set(what);
        match self.left.get() {
            0 => Ok(()),
            1 => {
                self.left.set(0);
                (self.happens)()
            }
            left => {
                self.left.set(left - 1);
                Ok(())
            }
        }
    }
}

impl Disk for Faulty<'_> {
    fn make_directories(&self, path: &Path) -> io::Result<()> {
        self.step("make directories")?;
        System.make_directories(path)
    }

    fn make(&self, directory: &Path) -> io::Result<Temporary> {
        self.step("make")?;
        System.make(directory)
    }

    fn permit(&self, file: &File, permissions: Permissions) -> io::Result<()> {
        self.step("permit")?;
        System.permit(file, permissions)
    }

    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        // A full disk fails in the middle of a write.
        file.write_all(&bytes[..bytes.len() / 2])?;
        self.step("write")?;
        file.write_all(&bytes[bytes.len() / 2..])
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        self.step("sync")?;
        System.sync(file)
    }

    fn rename(&self, file: Temporary, path: &Path) -> io::Result<()> {
        self.step("rename")?;
        System.rename(file, path)
    }

    fn sync_directory(&self, directory: &Path) -> io::Result<()> {
        self.step("sync directory")?;
        System.sync_directory(directory)
    }
}

/// All files below a directory.
fn all(directory: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(directory).into_iter().flatten() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(all(&path)),
            false => _ = found.insert(path.clone(), fs::read_to_string(&path).unwrap()),
        }
    }
    found
}

const FILES: [&str; 3] = ["a.wasm", "new/b.wasm", "weld.lock"];

fn full() -> io::Result<()> {
    Err(io::ErrorKind::StorageFull.into())
}

#[test]
fn build_that_fails_at_any_operation_leaves_each_file_old_or_new() {
    let mut failed = BTreeMap::new();
    for number in 1.. {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        fs::write(path("a.wasm"), "old a").unwrap();
        fs::write(path("weld.lock"), "old lock").unwrap();
        let before = all(directory.path());
        let paths = FILES.map(path);
        let files: Vec<(&Path, &[u8])> = paths.iter().map(|path| (path.as_path(), b"new".as_slice())).collect();
        let disk = Faulty::new(number, &full);
        let result = update_on(&disk, &files);
        let after = all(directory.path());
        if disk.is_done() {
            result.unwrap();
            assert!(FILES.iter().all(|name| after[&path(name)] == "new"));
            break;
        }
        let error = result.unwrap_err().to_string();
        assert!(error.starts_with("cannot write `") && error.ends_with("no space left on the device"), "{error}");
        *failed.entry(disk.last.get()).or_insert(0) += 1;
        for (path, text) in &after {
            let is_known = paths.contains(path);
            assert!(is_known && (text == "new" || before.get(path) == Some(text)), "{number}: {}", path.display());
        }
        assert!(before.keys().all(|path| after.contains_key(path)), "{number}: a file is gone");
        // No file is renamed before all are written.
        if !["rename", "sync directory"].contains(&disk.last.get()) {
            assert!(after == before, "{number}");
        }
    }
    let expected = [
        ("make", 3),
        ("make directories", 3),
        ("permit", 2),
        ("rename", 3),
        ("sync", 3),
        ("sync directory", 3),
        ("write", 3),
    ];
    assert_eq!(failed, BTreeMap::from(expected));
}

#[test]
fn output_that_fails_at_any_operation_is_old_or_new() {
    for number in 1.. {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("out.wasm");
        fs::write(&path, "old").unwrap();
        let target = Target::File(path.clone());
        let disk = Faulty::new(number, &full);
        let result = target.stage(&disk, &path, &[b"new"]).and_then(|staged| staged.put(&disk, &target));
        assert_eq!(result.is_ok(), disk.is_done());
        let text = if disk.is_done() || disk.last.get() == "sync directory" { "new" } else { "old" };
        assert_eq!(all(directory.path()), BTreeMap::from([(path, text.to_owned())]), "{number}");
        if disk.is_done() {
            assert!(number > 5);
            break;
        }
    }
}

#[test]
fn output_to_a_removed_directory_is_an_error() {
    for number in 1.. {
        let outer = tempfile::tempdir().unwrap();
        let directory = outer.path().join("build");
        fs::create_dir(&directory).unwrap();
        let path = directory.join("out.wasm");
        let remove = || fs::remove_dir_all(&directory);
        let disk = Faulty::new(number, &remove);
        let target = Target::File(path.clone());
        let result = target.stage(&disk, &path, &[b"new"]).and_then(|staged| staged.put(&disk, &target));
        if disk.is_done() {
            assert!(number > 4);
            break;
        }
        // After the last rename, the removal of the directory is not an error of writing.
        assert!(result.is_err() || disk.last.get() == "sync directory", "{number}");
        assert!(!directory.exists(), "{number}");
    }
}
