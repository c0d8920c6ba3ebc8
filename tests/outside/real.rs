//! Components as the toolchains of other languages emit them: a language runtime inside, 10 MB and more.
//!
//! They are built by `tests/real/build.sh OUTDIR`, and found by `WELD_REAL_COMPONENTS=OUTDIR`:
//!
//! ```sh
//! tests/real/build.sh target/real
//! WELD_REAL_COMPONENTS=$PWD/target/real cargo test --test outside -- real:: real_settings::
//! ```

use std::path::{Path, PathBuf};

use crate::support::{self, compositions, guest, names, plug, prints};

fn real(name: &str) -> PathBuf {
    let directory = std::env::var_os("WELD_REAL_COMPONENTS").expect("WELD_REAL_COMPONENTS names a directory");
    Path::new(&directory).join(name)
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
fn plug_fills_a_python_component() {
    let output = plug(&guest("adder-command"), &[real("adder-py.wasm")]);
    imports_nothing_more(&output, &real("adder-py.wasm"));
    assert_eq!(prints(&output, &["4", "5"]), "4 + 5 = 9\n");
}

#[test]
fn plug_fills_a_javascript_component() {
    let output = plug(&guest("adder-command"), &[real("adder-js.wasm")]);
    imports_nothing_more(&output, &real("adder-js.wasm"));
    assert_eq!(prints(&output, &["4294967295", "2"]), "4294967295 + 2 = 1\n");
}

#[test]
fn plug_reports_two_language_runtimes_that_export_one_interface() {
    let directory = tempfile::tempdir().unwrap();
    let mut command = support::weld(directory.path());
    command.arg("plug").arg(guest("adder-command")).args(["-o", "out.wasm"]);
    command.arg("--plug").arg(real("adder-py.wasm")).arg("--plug").arg(real("adder-js.wasm"));
    let said = support::fails(&mut command);
    assert!(said.contains("matched by export `docs:adder/add@0.1.0` of `adder-js` and"), "{said}");
}

#[test]
fn virt_allow_all_keeps_worlds_of_language_runtimes() {
    for name in ["adder-py.wasm", "adder-js.wasm"] {
        let component = std::fs::read(real(name)).unwrap();
        assert_eq!(support::wit(&support::alone(&real(name))), support::wit(&component), "{name}");
    }
}

/// Adds with a component that is an adder, in a host that has nothing but WASI.
#[track_caller]
fn adds(component: &[u8], x: u32, y: u32) -> u32 {
    let engine = support::engine();
    let component = support::compiled(component);
    let linker = support::wasi(&engine);
    let mut store = support::store(&engine);
    let instance = linker.instantiate(&mut store, &component).expect("it needs nothing else");
    let add = instance.get_export_index(&mut store, None, "docs:adder/add@0.1.0").unwrap();
    let add = instance.get_export_index(&mut store, Some(&add), "add").unwrap();
    let add = instance.get_typed_func::<(u32, u32), (u32,)>(&mut store, add).unwrap();
    add.call(&mut store, (x, y)).unwrap().0
}

#[test]
fn virt_denies_all_imports_of_language_runtimes() {
    for name in ["adder-py.wasm", "adder-js.wasm"] {
        let output = support::virt(&real(name), &[]);
        assert_eq!(names(&output).0, <[&str; 0]>::default(), "{name}");
        support::compiled(&output);
    }
}

#[test]
fn virt_lets_language_runtimes_run_with_only_random_numbers() {
    for name in ["adder-py.wasm", "adder-js.wasm"] {
        let output = support::virt(&real(name), &["random=allow"]);
        let imports = names(&output).0;
        assert!(!imports.is_empty() && imports.iter().all(|name| name.starts_with("wasi:random/")), "{imports:?}");
        assert_eq!(adds(&output, 4, 5), 9, "{name}");
        assert_eq!(adds(&output, u32::MAX, 2), 1, "{name}");
    }
}

#[test]
fn virt_denies_a_language_runtime_what_its_command_has() {
    for name in ["adder-py.wasm", "adder-js.wasm"] {
        let directory = tempfile::tempdir().unwrap();
        std::fs::copy(guest("adder-command"), directory.path().join("command.wasm")).unwrap();
        std::fs::copy(real(name), directory.path().join("adder.wasm")).unwrap();
        let manifest = "[composition]\nroot = \"command\"\noutput = \"out.wasm\"\n\n\
                        [components]\ncommand = \"command.wasm\"\nadder = \"adder.wasm\"\n\n\
                        [virtualize.adder]\ndefault = \"deny\"\nrandom = \"allow\"\n";
        std::fs::write(directory.path().join("weld.toml"), manifest).unwrap();
        support::succeeds(support::weld(directory.path()).arg("build"));
        let output = std::fs::read(directory.path().join("out.wasm")).unwrap();
        let given = names(&std::fs::read(guest("adder-command")).unwrap()).0;
        for import in names(&output).0 {
            assert!(given.contains(&import) || import.starts_with("wasi:random/"), "{import}");
        }
        assert_eq!(prints(&output, &["4", "5"]), "4 + 5 = 9\n", "{name}");
    }
}

#[test]
fn compositions_with_language_runtimes_are_split_and_swapped() {
    for name in ["adder-py.wasm", "adder-js.wasm"] {
        let bytes = plug(&guest("adder-command"), &[real(name)]);
        assert!(compositions::is_reproduced(name, &bytes), "{name}");
        let (swapped, _) = compositions::swapped_with_itself(name, &bytes);
        assert!(swapped >= 2, "{name}: {swapped}");
    }
}
