//! Components as the toolchains of other languages emit them: a language runtime inside, 10 MB and more.
//!
//! They are built by `tests/real/build.sh OUTDIR`, and found by `WELD_REAL_COMPONENTS=OUTDIR`:
//!
//! ```sh
//! tests/real/build.sh target/real
//! WELD_REAL_COMPONENTS=$PWD/target/real cargo test --features real-components --test real
//! ```

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::disallowed_methods)]

mod support;

use std::path::{Path, PathBuf};

use support::{guest, names, plug, prints};

fn real(name: &str) -> PathBuf {
    let folder = std::env::var_os("WELD_REAL_COMPONENTS").expect("WELD_REAL_COMPONENTS names a folder");
    Path::new(&folder).join(name)
}

/// The output's imports are those of both, without what was plugged, each at the higher of two versions.
#[track_caller]
fn imports_nothing_more(output: &[u8], plugged: &Path) {
    let given = |path: &Path| names(&std::fs::read(path).unwrap()).0;
    let given: Vec<String> = [given(&guest("adder-command")), given(plugged)].concat();
    for import in names(output).0 {
        assert!(given.contains(&import), "{import}");
    }
}

#[test]
fn a_python_component_is_plugged() {
    let output = plug(&guest("adder-command"), &[real("adder-py.wasm")]);
    imports_nothing_more(&output, &real("adder-py.wasm"));
    assert_eq!(prints(&output, &["4", "5"]), "4 + 5 = 9\n");
}

#[test]
fn a_javascript_component_is_plugged() {
    let output = plug(&guest("adder-command"), &[real("adder-js.wasm")]);
    imports_nothing_more(&output, &real("adder-js.wasm"));
    assert_eq!(prints(&output, &["4294967295", "2"]), "4294967295 + 2 = 1\n");
}

#[test]
fn two_language_runtimes_have_a_claim_to_one_import() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = support::weld(folder.path());
    command.arg("plug").arg(guest("adder-command")).args(["-o", "out.wasm"]);
    command.arg("--plug").arg(real("adder-py.wasm")).arg("--plug").arg(real("adder-js.wasm"));
    let said = support::fails(&mut command);
    assert!(said.contains("matched by export `docs:adder/add@0.1.0` of `adder-js` and"), "{said}");
}

#[test]
fn components_of_language_runtimes_keep_their_worlds() {
    for name in ["adder-py.wasm", "adder-js.wasm"] {
        let component = std::fs::read(real(name)).unwrap();
        assert_eq!(support::wit(&support::alone(&real(name))), support::wit(&component), "{name}");
    }
}
