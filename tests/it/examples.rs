//! What the examples promise. Those of `make` and `ninja` have a test of their own, `examples/test.sh`.

use std::path::{Path, PathBuf};

use crate::support::{self, Ran};
use tempfile::TempDir;

fn cms() -> PathBuf {
    support::project().join("examples/cms")
}

/// What `weld build` says about the content system, and the directory that it was built in. `WELD_CMS` names another directory of its
/// components: CI builds them anew.
fn build_cms() -> (String, TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let built = std::env::var_os("WELD_CMS").map_or_else(cms, PathBuf::from);
    for component in ["front", "storygen", "kv"] {
        let file = format!("{component}.wasm");
        std::fs::copy(built.join(&file), directory.path().join(&file)).unwrap();
    }
    std::fs::copy(cms().join("weld.toml"), directory.path().join("weld.toml")).unwrap();
    let mut command = support::weld(directory.path());
    command.arg("build");
    if built == cms() {
        std::fs::copy(cms().join("weld.lock"), directory.path().join("weld.lock")).unwrap();
        command.arg("--locked");
    }
    let output = support::succeeds(&mut command);
    (String::from_utf8(output.stderr).unwrap(), directory)
}

fn run(directory: &TempDir, output: &str, args: &[&str], stories: &Path) -> Ran {
    let component = std::fs::read(directory.path().join(output)).unwrap();
    support::run_with_directories(&component, args, &[(stories, "/stories")])
}

/// What a command of the content system prints, with the stories of the example.
#[track_caller]
fn prints(directory: &TempDir, output: &str, args: &[&str]) -> String {
    let ran = run(directory, output, args, &cms().join("stories"));
    assert_eq!(ran.result, Ok(Ok(())), "{}", ran.stderr);
    ran.stdout
}

#[test]
fn example_cms_prints_the_output_of_its_readme() {
    let (said, directory) = build_cms();
    let readme = std::fs::read_to_string(cms().join("README.md")).unwrap();
    let shows = |text: &str| assert!(readme.contains(&format!("\n```\n{text}```\n")), "the README has not:\n{text}");
    shows(&prints(&directory, "build/cms.wasm", &["list"]));
    shows(&prints(&directory, "build/cms.wasm", &["show", "The Slow Post", "--store"]));
    if std::env::var_os("WELD_CMS").is_none() {
        shows(&said);
    }
}

#[test]
fn example_second_instance_has_its_own_store() {
    let (_, directory) = build_cms();
    let args = ["show", "The Slow Post", "The Slow Post", "--store"];
    let shared = prints(&directory, "build/cms.wasm", &args);
    let separate = prints(&directory, "build/cms-separate.wasm", &args);
    assert!(shared.contains("[shown 1 time]") && shared.contains("[shown 2 times]"), "{shared}");
    // Only in the same instance does `front` see what `storygen` keeps.
    assert_eq!(shared.replace("store: pages/The Slow Post\n", ""), separate);
    assert_ne!(shared, separate);
}

#[test]
fn example_missing_stories_are_reported() {
    let (_, directory) = build_cms();
    let ran = run(&directory, "build/cms.wasm", &["show", "The Fast Post"], &cms().join("stories"));
    assert_eq!(ran.stderr, "there is no story `The Fast Post`\n");
    assert!(ran.result.unwrap_err().contains("status 1"));

    let component = std::fs::read(directory.path().join("build/cms.wasm")).unwrap();
    let ran = support::run(&component, &["list"]);
    assert!(ran.stderr.starts_with("the stories cannot be read: /stories: "), "{}", ran.stderr);
    assert!(ran.result.is_err());
}

#[test]
fn example_store_has_no_imports() {
    let built = std::env::var_os("WELD_CMS").map_or_else(cms, PathBuf::from);
    let (imports, exports) = support::names(&std::fs::read(built.join("kv.wasm")).unwrap());
    assert_eq!((imports, exports), (vec![], vec!["acme:cms/store@1.0.0".to_owned()]));
}

#[test]
fn example_locks_match_those_of_make_and_ninja() {
    for example in ["make", "ninja"] {
        let manifest = support::project().join("examples").join(example).join("weld.toml");
        let output =
            support::weld(support::project()).args(["build", "--check", "--locked"]).arg(&manifest).output().unwrap();
        // 1 where the outputs, which are not kept, would be written. 2 is another component than the lock has.
        assert!(matches!(output.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&output.stderr));
    }
}
