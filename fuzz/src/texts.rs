//! Texts that users write, for components that are there: `parts/`.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use weld::{BuildOptions, Composer, Grants, Input, Policy};

use crate::{accepted, assert_no_control, assert_valid};

const PARTS: [(&str, &str); 3] = [
    ("app", include_str!("parts/app.wat")),
    ("store", include_str!("parts/store.wat")),
    ("filter", include_str!("parts/filter.wat")),
];

/// A component that has all that weld can give one by itself.
const COMMAND: &[u8] = include_bytes!("../../tests/guests/built/command-0.2.12.wasm");

/// A directory with the parts, for what is described by files.
static DIRECTORY: LazyLock<PathBuf> = LazyLock::new(|| {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("target/parts/{}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("a directory can be made");
    let policy = ("policy.toml".to_owned(), "default = 'allow'\n");
    for (name, text) in PARTS.map(|(name, text)| (format!("{name}.wat"), text)).into_iter().chain([policy]) {
        std::fs::write(directory.join(name), text).expect("a file can be written");
    }
    directory
});

fn part(name: &str) -> Input {
    let part = PARTS.iter().find(|(part, _)| *part == name).map(|(_, text)| *text).unwrap_or_default();
    Input::bytes(part).named(format!("{name}.wat"))
}

fn text(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok()
}

/// Builds what a manifest describes; nothing is written but the manifest.
pub fn manifest(data: &[u8]) {
    let manifest = DIRECTORY.join("weld.toml");
    std::fs::write(&manifest, data).expect("a file can be written");
    if let Some(build) = accepted(weld::build(&manifest, &BuildOptions::new())) {
        build.outputs().for_each(|(_, output)| assert_valid(output.bytes()));
        build.warnings().iter().for_each(|line| assert_no_control(line));
        // There is no lock yet.
        build.files().filter(|file| !file.ends_with("weld.lock")).for_each(|file| assert!(file.exists(), "{file:?}"));
    }
    // Whatever it is, with a component more it is no worse.
    if let Some(text) = accepted(weld::add(&manifest, DIRECTORY.join("filter.wat"), Some("one-more"))) {
        assert!(text.contains("one-more"));
        std::fs::write(&manifest, text).expect("a file can be written");
        assert!(accepted(weld::add(&manifest, DIRECTORY.join("filter.wat"), Some("one-more"))).is_none());
    }
}

/// Checks components against a policy, and grants one what it says.
pub fn policy(data: &[u8]) {
    let Some(policy) = text(data).and_then(|text| accepted(Policy::parse("policy.toml", text))) else { return };
    let checks =
        accepted(weld::check_all(PARTS.map(|(name, _)| part(name)), &policy)).expect("the parts are components");
    assert_eq!(checks.is_met(), checks.lines().is_empty());
    checks.lines().iter().for_each(|line| assert_no_control(line));
    for report in [checks.json(), checks.sarif(true)] {
        serde_json::from_str::<serde_json::Value>(&report).expect("the report is JSON");
    }
    assert_no_control(&checks.github(true));
    assert_no_control(&checks.markdown());
    let composer = Composer::new().component("app", part("app")).grant_by_policy(policy.clone());
    if let Some(output) = accepted(composer.compose()) {
        assert_valid(output.bytes());
        let found = accepted(composer.verify(Input::bytes(output.bytes()))).expect("the description is one");
        assert!(found.is_empty(), "{:?}", found.lines());
        let found =
            accepted(weld::check(Input::bytes(output.bytes()).named("app.wasm"), &policy)).expect("it is a component");
        assert!(found.is_empty(), "{:?}", found.lines());
    }
}

/// Grants, `NAME=VALUE` in each line.
pub fn grants(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let mut grants = Grants::deny_all();
    for line in text.lines().take(20) {
        let (name, value) = line.split_once('=').unwrap_or((line, "allow"));
        // What names files would have them read.
        if !["embed", "host", "overlay", "file"].iter().any(|word| line.contains(word)) {
            grants = accepted(grants.clone().grant(name, value)).unwrap_or(grants);
        }
    }
    let composer = Composer::new().component("command", Input::bytes(COMMAND)).grant("command", grants.allow_missing());
    if let Some(output) = accepted(composer.compose()) {
        assert_valid(output.bytes());
        output.warnings().iter().for_each(|line| assert_no_control(line));
        let found = accepted(composer.verify(Input::bytes(output.bytes()))).expect("the description is one");
        assert!(found.is_empty(), "{:?}", found.lines());
    }
}

/// A WAC document.
pub fn wac(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let composer = Composer::new().document(text).allow_unused();
    let composer =
        PARTS.iter().fold(composer, |composer, (name, _)| composer.component(format!("acme:{name}"), part(name)));
    if let Some(output) = accepted(composer.compose()) {
        assert_valid(output.bytes());
        // Of a document that instantiates nothing there is nothing to verify, which is an error.
        let Some(found) = accepted(composer.verify(Input::bytes(output.bytes()))) else { return };
        // What a document imports itself and uses for nothing is one, whoever reads it.
        let unused = |line: &String| line.ends_with(": the output imports it, and no component has it");
        assert!(found.lines().iter().all(unused), "{:?}", found.lines());
    }
}

/// A configuration of `wasm-tools compose`.
pub fn config(data: &[u8]) {
    let Some(text) = text(data) else { return };
    if let Some(output) = accepted(weld::fuzzing::configured(text, &DIRECTORY, Path::new("app.wat"))) {
        assert_valid(output.bytes());
    }
}
