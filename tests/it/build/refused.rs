//! Files that a build does not write, or does not read.

use super::*;

#[test]
fn build_refuses_an_output_that_is_a_component_by_absolute_path() {
    let directory = directory("", &[("in.wat", COUNTER)]);
    let path = directory.path().join("in.wat");
    let manifest = format!("[composition]\nroot = \"app\"\noutput = \"in.wat\"\n\n[components]\napp = {path:?}\n");
    write(directory.path(), "weld.toml", &manifest);
    refuses(&directory, &[], "the composition would be written over component `app`");
}

#[cfg(unix)]
#[test]
fn build_refuses_an_output_symlink_to_an_input() {
    let manifest = |output: &str| {
        format!(
            "[composition]\nroot = \"app\"\noutput = \"{output}\"\n\n[components]\napp = \"in.wat\"\n\n\
             [target.other]\noutput = \"other.wasm\"\n"
        )
    };
    for (file, what) in [
        ("in.wat", "the composition would be written over component `app`"),
        ("weld.toml", "the composition would be written over the manifest"),
        ("weld.lock", "the composition would be written over the lock"),
        ("other.wasm", "the composition and target `other` write the same file"),
    ] {
        for hard in [false, true] {
            let directory = directory(&manifest("link.wasm"), &[("in.wat", COUNTER)]);
            let (file, link) = (directory.path().join(file), directory.path().join("link.wasm"));
            if hard && !file.exists() {
                std::fs::write(&file, "").unwrap();
            }
            match hard {
                true => std::fs::hard_link(&file, &link).unwrap(),
                false => std::os::unix::fs::symlink(file.file_name().unwrap(), &link).unwrap(),
            }
            refuses(&directory, &[], what);
        }
    }
    // A directory that is a link.
    let directory = directory(&manifest("here/in.wat"), &[("in.wat", COUNTER)]);
    std::os::unix::fs::symlink(".", directory.path().join("here")).unwrap();
    refuses(&directory, &[], "the composition would be written over component `app`");
}

#[cfg(unix)]
#[test]
fn build_refuses_a_lock_symlink_to_a_component() {
    let directory = directory(&format!("{HEAD}[components]\napp = \"in.wat\"\n"), &[("in.wat", COUNTER)]);
    std::os::unix::fs::symlink("in.wat", directory.path().join("weld.lock")).unwrap();
    refuses(&directory, &["--update"], "the lock `weld.lock` would be written over component `app`");
}

#[test]
fn build_refuses_a_depfile_that_is_a_file_of_another_target() {
    let manifest = "[components]\napp = \"in.wat\"\n\n[target.a]\nroot = \"app\"\noutput = \"a.wasm\"\n\n\
                    [target.b]\nroot = \"lib\"\noutput = \"b.wasm\"\ncomponents.lib = \"lib.wat\"\n";
    let directory = directory(manifest, &[("in.wat", COUNTER), ("lib.wat", COUNTER)]);
    for file in ["in.wat", "./in.wat", "weld.toml", "weld.lock", "a.wasm", "b.wasm", "lib.wat"] {
        let target = if file == "lib.wat" { "a" } else { "b" };
        refuses(&directory, &["--target", target, "--depfile", file], "is the same file");
    }
    refuses(&directory, &["--target", "b", "--depfile", "b.wasm/out.d"], "would have to be a directory");
    succeeds(weld(directory.path()).args(["build", "--target", "b", "--depfile", "out.d"]));
}

#[test]
fn build_refuses_an_output_that_is_the_directory_of_another() {
    for (first, second) in [("p", "p/q.wasm"), ("p/q.wasm", "p"), ("x/../p", "./p/q/r.wasm")] {
        let manifest = format!(
            "[components]\napp = \"in.wat\"\n\n[target.a]\nroot = \"app\"\noutput = \"{first}\"\n\n\
             [target.b]\nroot = \"app\"\noutput = \"{second}\"\n"
        );
        let directory = directory(&manifest, &[("in.wat", COUNTER)]);
        refuses(&directory, &[], "would be in a directory where target");
    }
    let manifest = HEAD.replace("out.wasm", "weld.lock/out.wasm");
    let directory = directory(&format!("{manifest}[components]\napp = \"in.wat\"\n"), &[("in.wat", COUNTER)]);
    refuses(&directory, &[], "cannot write `weld.lock/out.wasm`: `weld.lock` would have to be a directory");
}

#[cfg(unix)]
#[test]
fn build_refuses_an_output_that_is_a_device() {
    let manifest = HEAD.replace("out.wasm", "/dev/null");
    let directory = directory(&format!("{manifest}[components]\napp = \"in.wat\"\n"), &[("in.wat", COUNTER)]);
    for arguments in [&[][..], &["--check"]] {
        refuses(&directory, arguments, "cannot write `/dev/null`: it is not a regular file");
    }
}

#[cfg(unix)]
#[test]
fn build_refuses_a_lock_that_is_no_regular_file() {
    let manifest = format!("{HEAD}[components]\napp = \"in.wat\"\n");
    for arguments in [&[][..], &["--locked"], &["--check"], &["--update"]] {
        let fifo = directory(&manifest, &[("in.wat", COUNTER)]);
        pipe(&fifo, "weld.lock");
        let zero = directory(&manifest, &[("in.wat", COUNTER)]);
        std::os::unix::fs::symlink("/dev/zero", zero.path().join("weld.lock")).unwrap();
        for directory in [fifo, zero] {
            let output = ends(&directory, arguments);
            assert_eq!(output.status.code(), Some(2), "{}", said(&output));
            assert!(said(&output).contains("`weld.lock`: it is not a regular file"), "{}", said(&output));
            assert!(!directory.path().join("out.wasm").exists());
        }
    }
}

#[test]
fn build_update_of_one_target_refuses_a_corrupt_lock() {
    let directory = targets();
    write(directory.path(), "weld.lock", "version = 1\n<<<<<<<\n");
    refuses(&directory, &["--update", "--target", "apart"], "write it for all of them: `weld build --update`");
    succeeds(weld(directory.path()).args(["build", "--update"]));
}
