//! The text of errors. Each folder in `tests/errors` is a case: `command` is run in a copy of it, must fail, must
//! leave an output that was there as it was, and must say what `stderr` has.
//!
//! `BLESS=1 cargo test --test errors` rewrites what is there; read the difference before you commit it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::disallowed_methods)]

mod support;

use std::path::Path;

#[test]
fn errors_say_what_is_wrong_and_what_to_do() {
    let cases = support::project().join("tests/errors");
    let mut folders: Vec<_> = std::fs::read_dir(&cases).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    assert!(folders.len() >= 15, "the cases are in {}", cases.display());
    let wrong: Vec<String> = folders.iter().filter_map(|folder| case(folder)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Runs one case. Gives what is wrong with it, if anything is.
fn case(folder: &Path) -> Option<String> {
    let name = folder.file_name().unwrap().to_string_lossy().into_owned();
    let copy = tempfile::tempdir().unwrap();
    copy_all(folder, copy.path());
    std::fs::write(copy.path().join("out.wasm"), "as before").unwrap();

    let command = std::fs::read_to_string(folder.join("command")).unwrap();
    let arguments = command.trim().strip_prefix("weld ").expect("a command is `weld …`");
    let said = support::fails(support::weld(copy.path()).args(arguments.split_whitespace()));
    assert_eq!(std::fs::read(copy.path().join("out.wasm")).unwrap(), b"as before", "{name}");

    let golden = folder.join("stderr");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&golden, &said).unwrap();
    }
    let expected = std::fs::read_to_string(&golden).unwrap_or_default();
    (said != expected).then(|| format!("{name}: expected\n{expected}\nbut it says\n{said}"))
}

/// Copies what is in a folder, links as links.
fn copy_all(from: &Path, to: &Path) {
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap().path();
        let copy = to.join(file.file_name().unwrap());
        if file.is_symlink() {
            #[cfg(unix)]
            std::os::unix::fs::symlink(std::fs::read_link(&file).unwrap(), copy).unwrap();
        } else if file.is_dir() {
            std::fs::create_dir(&copy).unwrap();
            copy_all(&file, &copy);
        } else {
            std::fs::copy(&file, copy).unwrap();
        }
    }
}
