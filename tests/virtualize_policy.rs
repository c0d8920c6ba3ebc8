//! What a policy strips: `weld virt --policy` makes what `weld check` accepts, of every guest.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::disallowed_methods)]

mod support;

use support::{guest, imported_functions, succeeds, weld};

const POLICIES: &[&str] = &[
    "",
    "default = \"allow\"\n",
    "[[rule]]\nallow = [\"stdout\", \"stderr\", \"stdin\", \"args\", \"exit\"]\n",
    "[[rule]]\nallow = [\"wasi:cli/*\", \"wasi:io/*\", \"clocks\"]\ndeny = [\"env\"]\n",
    "default = \"allow\"\n[[rule]]\ndeny = [\"fs\", \"sockets\", \"random\"]\n",
    "[[rule]]\nallow = [\"*\"]\ndeny = [\"wasi:filesystem/types#[method]descriptor.unlink-file-at\", \"http\"]\n",
];

#[test]
fn what_a_policy_leaves_of_each_guest_meets_it() {
    let folder = tempfile::tempdir().unwrap();
    let built = guest("command-0.2.12").parent().unwrap().to_owned();
    let mut guests: Vec<_> = std::fs::read_dir(built).unwrap().map(|entry| entry.unwrap().path()).collect();
    guests.retain(|path| path.extension().is_some_and(|extension| extension == "wasm"));
    // This one says nothing of what it imports.
    guests.retain(|path| !path.ends_with("hello-c.module.wasm"));
    guests.sort();
    assert!(guests.len() > 20);
    let mut stripped = 0;
    for guest in &guests {
        for policy in POLICIES {
            std::fs::write(folder.path().join("policy.toml"), policy).unwrap();
            let mut virt = weld(folder.path());
            succeeds(virt.arg("virt").arg(guest).args(["-o", "out.wasm", "--policy", "policy.toml", "-q"]));
            succeeds(weld(folder.path()).args(["check", "out.wasm", "--policy", "policy.toml", "-q"]));
            // As it was, it may not have met it.
            let mut check = weld(folder.path());
            let before = check.arg("check").arg(guest).args(["--policy", "policy.toml", "-q"]).output().unwrap();
            stripped += usize::from(before.status.code() == Some(1));
        }
    }
    assert!(stripped > 20, "{stripped}");
}

#[test]
fn what_was_stripped_is_listed() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("policy.toml"), "[[rule]]\nallow = [\"*\"]\ndeny = [\"random\"]\n").unwrap();
    let mut virt = weld(folder.path());
    virt.arg("virt").arg(guest("command-0.2.12")).args(["-o", "out.wasm", "--policy", "policy.toml"]);
    let said = String::from_utf8(succeeds(&mut virt).stderr).unwrap();
    assert!(said.starts_with("denied: wasi:random/random@0.2.12 (1 function)\n"), "{said}");
    let left = imported_functions(&std::fs::read(folder.path().join("out.wasm")).unwrap());
    assert!(left.len() > 20 && left.iter().all(|(interface, _)| !interface.starts_with("wasi:random/")));
}
