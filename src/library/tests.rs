//! Errors of the library, and compositions with files in memory.

#![allow(clippy::disallowed_methods)] // Tests write their own inputs.

use super::{Composer, Diagnostic, Error, Findings, Input, check};
use std::path::PathBuf;

use crate::describe::{Grants, Policy};
use crate::{Build, BuildOptions, Composition, Difference, Inspection, Snapshot, Wit};

const APP: &str = r#"(component
    (import "wasi:random/random@0.2.0" (instance (export "get-random-u64" (func (result u64))))))"#;

/// A component that opens directories.
const FILES: &str = r#"(component
    (import "wasi:filesystem/types@0.2.0" (instance $types (export "descriptor" (type (sub resource)))))
    (alias export $types "descriptor" (type $descriptor))
    (import "wasi:filesystem/preopens@0.2.0" (instance
        (alias outer 1 $descriptor (type $outer))
        (export "descriptor" (type $d (eq $outer)))
        (type $own (own $d))
        (type $list (list (tuple $own string)))
        (export "get-directories" (func (result $list))))))"#;

fn app(name: &str) -> Composer {
    Composer::new().component(name, Input::bytes(APP))
}

/// Composes, and returns the messages of the error.
#[track_caller]
fn refused(composer: Composer) -> Vec<String> {
    let error = composer.compose().unwrap_err();
    error.diagnostics().iter().map(|diagnostic| diagnostic.message().to_owned()).collect()
}

#[test]
fn composer_refuses_two_components_of_one_name() {
    let two = app("kv").component("kv", Input::bytes(APP)).allow_unused();
    let expected = ["two components are called `kv`"];
    assert_eq!(refused(two.clone().grant("kv", Grants::deny_all())), expected);
    assert_eq!(two.verify(Input::bytes(APP)).unwrap_err().to_string(), expected[0]);
    let document = "package acme:app; let library = new acme:library {}; export library...;";
    let twice = Composer::new().document(document);
    let twice = twice.component("acme:library", Input::bytes(APP)).component("acme:library", Input::bytes(APP));
    assert_eq!(refused(twice), ["two components are called `acme:library`"]);
}

#[test]
fn composer_refuses_grants_of_an_unknown_component() {
    let grants = || Grants::deny_all().allow("sockets").unwrap().allow("acme:kv/store").unwrap();
    assert!(app("app").grant("app", grants().allow_missing()).compose().is_ok());
    assert_eq!(refused(app("app").grant("app", grants())).len(), 1);
    let expected = ["there is no component `ap` to grant anything"];
    assert_eq!(refused(app("app").grant("ap", Grants::deny_all().allow_missing())), expected);
}

#[test]
fn composer_refuses_an_empty_composition() {
    let expected = ["there are no components to compose"];
    assert_eq!(refused(Composer::new()), expected);
    assert!(Composer::new().verify(Input::bytes(APP)).is_err());
    assert_eq!(refused(Composer::new().grant_by_policy(Policy::parse("policy.toml", "").unwrap())), expected);
    let by_policy = Composer::new().document("package acme:app;");
    assert_eq!(refused(by_policy.grant_by_policy(Policy::parse("policy.toml", "").unwrap())).len(), 1);
}

#[test]
fn composer_takes_the_component_names_of_manifests() {
    for name in ["host", "", " ", "a/b", "a#1", "a\nb"] {
        let [message] = refused(app(name)).try_into().unwrap();
        assert!(message.starts_with("a component cannot be called `"), "{message}");
    }
}

#[test]
fn findings_count_columns_in_characters() {
    let text = "rule = [{ component = \"ääää\", alow = [\"random\"] }]";
    let (before, _) = text.split_once("alow").unwrap();
    for (lines, start) in [(1, ""), (2, "# é\n"), (3, "# é\r\n\r\n")] {
        let errors = Policy::parse("policy.toml", &format!("{start}{text}")).unwrap_err().diagnostics();
        let column = before.chars().count() + 1;
        assert_eq!(errors.iter().map(Diagnostic::place).collect::<Vec<_>>(), [Some(("policy.toml", lines, column))]);
    }
}

#[test]
fn findings_list_rules_that_name_nothing() {
    let policy = |rules: &str| Policy::parse("policy.toml", &format!("default = 'allow'\n{rules}")).unwrap();
    let findings = check(APP.as_bytes(), &policy("rule = [{ component = 'library', deny = ['random'] }]")).unwrap();
    assert!(findings.is_empty());
    assert_eq!(findings.warnings().len(), 1);
    assert!(findings.warnings()[0].contains("`library`"), "{:?}", findings.warnings());
    assert!(check(APP.as_bytes(), &policy("")).unwrap().warnings().is_empty());
}

#[test]
fn findings_list_foreign_code() {
    let composer = app("app");
    let output = composer.compose().unwrap().into_bytes();
    let findings = composer.verify(&output).unwrap();
    assert!(findings.is_empty() && findings.warnings().is_empty(), "{findings:?}");
    // The nested component has no imports and no exports, and is no input.
    let nested = format!(
        "(component (import \"wasi:random/random@0.2.0\" (instance $r (export \"get-random-u64\" (func (result u64)))))
         {APP} (component)
         (instance (instantiate 0 (with \"wasi:random/random@0.2.0\" (instance $r)))) (instance (instantiate 1)))"
    );
    let findings = composer.verify(Input::bytes(nested)).unwrap();
    let expected = ["1 component is neither an input nor an adapter of this version of weld"];
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(findings.warnings(), expected);
}

#[test]
fn build_lists_files_read_and_files_that_differ_from_the_lock() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    let manifest =
        "[composition]\nroot = 'app'\noutput = 'out.wasm'\nsnapshot = 'out.weld'\n[components]\napp = 'app.wat'\n";
    std::fs::write(path("weld.toml"), manifest).unwrap();
    std::fs::write(path("app.wat"), APP).unwrap();
    let build = |options: BuildOptions| crate::build(path("weld.toml"), &options).unwrap();
    let first = build(BuildOptions::new());
    assert!(first.warnings().is_empty(), "{:?}", first.warnings());
    assert_eq!(first.files().collect::<Vec<_>>(), [path("app.wat"), path("weld.lock"), path("weld.toml")]);
    first.write().unwrap();
    std::fs::write(path("app.wat"), "(component)").unwrap();
    let second = build(BuildOptions::new());
    let [lock, snapshot] = second.warnings().try_into().unwrap();
    assert!(lock.starts_with("component `app` is not the one in `"), "{lock}");
    assert!(snapshot.ends_with("out.weld differs from what was built"), "{snapshot}");
    let files = [path("app.wat"), path("out.weld"), path("weld.lock"), path("weld.toml")];
    assert_eq!(second.files().collect::<Vec<_>>(), files);
    build(BuildOptions::new().update()).write().unwrap();
    assert!(!build(BuildOptions::new().locked()).is_outdated().unwrap());
}

#[test]
fn library_types_are_send_and_sync() {
    fn is_send_and_sync<T: Send + Sync + std::fmt::Debug>() {}
    is_send_and_sync::<Build>();
    is_send_and_sync::<BuildOptions>();
    is_send_and_sync::<Composer>();
    is_send_and_sync::<Composition>();
    is_send_and_sync::<Diagnostic>();
    is_send_and_sync::<Difference>();
    is_send_and_sync::<Error>();
    is_send_and_sync::<Findings>();
    is_send_and_sync::<Grants>();
    is_send_and_sync::<Input>();
    is_send_and_sync::<Inspection>();
    is_send_and_sync::<Policy>();
    is_send_and_sync::<Snapshot>();
    is_send_and_sync::<Wit>();
}

/// Returns the files of a composition, by path.
fn parts() -> Vec<(&'static str, &'static str)> {
    let manifest = r#"
        [composition]
        root = "app"
        output = "out.wasm"
        policy = "rules/policy.toml"
        [components]
        app = "parts/app.wat"
        library = "parts/library.wat"
    "#;
    let app = r#"(component
        (import "wasi:random/random@0.2.0" (instance (export "get-random-u64" (func (result u64)))))
        (import "answer" (func $answer (result u32)))
        (export "run" (func $answer)))"#;
    let library = r#"(component
        (core module $code (func (export "answer") (result i32) i32.const 42))
        (core instance $code (instantiate $code))
        (func (export "answer") (result u32) (canon lift (core func $code "answer"))))"#;
    let policy = "default = \"allow\"\n";
    vec![("weld.toml", manifest), ("parts/app.wat", app), ("parts/library.wat", library), ("rules/policy.toml", policy)]
}

#[test]
fn build_reads_a_manifest_and_what_it_names_from_memory() {
    let built =
        |files: Vec<(&'static str, &'static str)>| crate::build("weld.toml", &crate::BuildOptions::new().files(files));
    let build = built(parts()).unwrap();
    let outputs: Vec<_> = build.outputs().map(|(file, composition)| (file.to_owned(), composition)).collect();
    assert_eq!(outputs.len(), 1);
    assert_eq!(outputs[0].0, std::path::Path::new("out.wasm"));
    let inspection = crate::inspect(outputs[0].1.bytes()).unwrap();
    assert_eq!(inspection.imports().collect::<Vec<_>>(), ["wasi:random/random@0.2.0"]);

    // The policy is read from memory.
    let mut files = parts();
    files[3].1 = "default = \"allow\"\n[[rule]]\ndeny = [\"random\"]\n";
    assert!(built(files).unwrap_err().to_string().contains("random"));

    // Files of the file system are not read, whether they exist or not.
    for (name, expected) in [
        ("weld.toml", "there is no manifest `weld.toml`"),
        ("parts/app.wat", "cannot read `parts/app.wat`: no such file"),
        ("rules/policy.toml", "there is no policy `rules/policy.toml`"),
    ] {
        let files = parts().into_iter().filter(|(path, _)| *path != name).collect();
        let error = built(files).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    let mut files = parts();
    files[0].1 =
        "[composition]\nroot = \"a\"\noutput = \"o.wasm\"\n[components]\na = \"examples/hello/library.wasm\"\n";
    assert!(built(files).unwrap_err().to_string().contains("examples/hello/library.wasm"));
}

/// Returns the files below directories of the project, by path.
fn files_below(directories: &[&str]) -> Vec<(PathBuf, Vec<u8>)> {
    let mut open: Vec<PathBuf> = directories.iter().map(PathBuf::from).collect();
    let mut files = Vec::new();
    while let Some(path) = open.pop() {
        match std::fs::read_dir(&path) {
            Ok(entries) => open.extend(entries.map(|entry| entry.unwrap().path())),
            Err(_) => files.push((path.clone(), std::fs::read(path).unwrap())),
        }
    }
    files
}

#[test]
fn build_makes_the_same_of_the_same_files_in_memory() {
    let files = files_below(&["golden", "examples", "tests/guests/built"]);
    let manifests = files.iter().map(|(path, _)| path).filter(|path| path.ends_with("weld.toml"));
    let mut compared = 0;
    for manifest in manifests.filter(|path| path.starts_with("golden")) {
        let built = |options: BuildOptions| crate::build(manifest, &options.locked());
        let on_disk = built(BuildOptions::new()).unwrap();
        let in_memory = built(BuildOptions::new().files(files.clone())).unwrap();
        assert_eq!(in_memory.warnings(), Vec::<String>::new());
        let outputs = |build: &Build| -> Vec<_> {
            build.outputs().map(|(path, composition)| (path.to_owned(), composition.bytes().to_vec())).collect()
        };
        assert!(outputs(&on_disk) == outputs(&in_memory), "{}", manifest.display());
        compared += 1;
    }
    assert!(compared >= 16, "{compared}");
    // A snapshot in memory is compared too.
    let snapshot = PathBuf::from("golden/settings/composition.weld");
    let stale = files.into_iter().filter(|(path, _)| *path != snapshot).chain([(snapshot.clone(), b"weld".to_vec())]);
    let error = crate::build("golden/settings/weld.toml", &BuildOptions::new().files(stale)).unwrap_err();
    assert!(error.to_string().contains("composition.weld"), "{error}");
}

#[test]
fn composer_reads_the_same_files_from_memory() {
    let composer = |input: Input| {
        let grants = Grants::deny_all().embed("/", "examples/hello").unwrap();
        Composer::new().component("app", input).grant("app", grants)
    };
    let on_disk = composer(Input::bytes(FILES)).compose().unwrap();
    let in_memory = |files: Vec<(PathBuf, Vec<u8>)>| {
        let files = files.into_iter().chain([("app.wat".into(), FILES.into())]);
        composer(Input::file("app.wat")).files(files).compose()
    };
    let mut files = files_below(&["examples/hello"]);
    assert!(in_memory(files.clone()).unwrap().bytes() == on_disk.bytes());
    files[0].1.push(b' ');
    assert!(in_memory(files).unwrap().bytes() != on_disk.bytes());
    // The directory exists on the disk, and is not read.
    let error = in_memory(vec![]).unwrap_err().to_string();
    assert!(error.contains("examples/hello"), "{error}");
}

#[test]
fn build_refuses_an_output_over_an_input_in_memory() {
    let manifest = r#"
        [composition]
        root = "app"
        output = "other/../parts/app.wat"
        [components]
        app = "./parts/app.wat"
    "#;
    let files = [("weld.toml", manifest), ("parts/app.wat", APP)];
    let error = crate::build("weld.toml", &BuildOptions::new().files(files)).unwrap_err();
    assert!(error.to_string().contains("would be written over component `app`"), "{error}");
}

#[test]
fn build_refuses_names_that_no_directory_can_have_both() {
    let manifest = |files: &[&'static str]| {
        let text = "[composition]\nroot = 'app'\noutput = 'o.wasm'\n[components]\napp = 'app.wat'\n\
                    [virtualize.app]\nfs.'/' = { embed = 'data' }\n";
        let given = files.iter().map(|file| (*file, "x"));
        crate::build(
            "weld.toml",
            &BuildOptions::new().files([("weld.toml", text), ("app.wat", FILES)].into_iter().chain(given)),
        )
    };
    assert!(manifest(&["data/a/b", "data/c"]).is_ok());
    for (files, expected) in [
        (["data/a", "data/A"], "differ in nothing but case"),
        (["data/a/b", "data/A/c"], "differ in nothing but case"),
        (["data/a", "data/a/b"], "other files are below it"),
        (["data/../../x", "data2/b"], "there is no `data` to embed"),
    ] {
        let error = manifest(&files).unwrap_err().to_string();
        assert!(error.contains(expected), "{files:?}: {error}");
    }
}
