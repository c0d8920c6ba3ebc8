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
fn example_cms_reads_one_directory_as_the_readme_restricts_it() {
    let (_, directory) = build_cms();
    let readme = std::fs::read_to_string(support::project().join("README.md")).unwrap();
    let line = readme.lines().find(|line| line.ends_with("-o reader.wasm")).unwrap();
    support::succeeds(support::weld(directory.path()).args(line.split_whitespace().skip(1)));
    let args = ["show", "The Slow Post"];
    assert_eq!(prints(&directory, "reader.wasm", &args), prints(&directory, "build/cms.wasm", &args));
}

/// The commands of the README with what it shows of their output, of which `…` leaves parts out.
fn shown(readme: &str) -> Vec<(Vec<&str>, Vec<&str>)> {
    let mut shown: Vec<(Vec<&str>, Vec<&str>)> = Vec::new();
    for block in readme.split("```").skip(1).step_by(2) {
        let mut lines = block.lines().skip(1).peekable();
        while lines.next_if(|line| !line.starts_with("$ weld ")).is_some() {}
        while let Some(line) = lines.next() {
            let mut output = Vec::new();
            while let Some(line) = lines.next_if(|line| !line.starts_with("$ weld ")) {
                output.push(line);
            }
            shown.push((line.split_whitespace().skip(2).collect(), output));
        }
    }
    shown
}

/// Whether a line has all parts of another one, in order.
fn has(line: &str, parts: &str) -> bool {
    let mut rest = Some(line);
    for part in parts.split('…') {
        rest = rest.and_then(|rest| Some(&rest[rest.find(part.trim_end())? + part.trim_end().len()..]));
    }
    rest.is_some()
}

#[test]
fn readme_shows_what_commands_print() {
    if std::env::var_os("WELD_CMS").is_some() || std::env::var_os("WELD_GUESTS").is_some() {
        return;
    }
    let (_, directory) = build_cms();
    let path = directory.path();
    let readme = std::fs::read_to_string(support::project().join("README.md")).unwrap();
    std::fs::create_dir_all(path.join("tests/guests/built")).unwrap();
    std::fs::create_dir_all(path.join("examples/cms")).unwrap();
    let command = "tests/guests/built/command-0.2.12.wasm";
    std::fs::copy(support::guest("command-0.2.12"), path.join(command)).unwrap();
    std::os::unix::fs::symlink(cms().join("stories"), path.join("examples/cms/stories")).unwrap();
    let (_, policy) = readme.split_once("```toml\n[[rule]]").unwrap();
    std::fs::write(path.join("policy.toml"), format!("[[rule]]{}", policy.split_once("```").unwrap().0)).unwrap();
    let stdio = ["virt", command, "--stdio", "-o", "stdio.wasm"];
    support::succeeds(support::weld(path).args(stdio));
    // What stands for itself has a test elsewhere.
    let is_here = |words: &Vec<&str>| !words.iter().any(|word| ["socket.wasm", "app.wasm"].contains(word));
    let shown = shown(&readme);
    assert!(shown.len() > 8, "{shown:?}");
    let mut wrong = String::new();
    for (words, expected) in shown.into_iter().filter(|(words, _)| is_here(words)) {
        let output = support::weld(path).args(&words).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        for line in expected.into_iter().filter(|line| !line.trim().is_empty()) {
            if !said.lines().any(|of| has(of, line)) {
                wrong += &format!("weld {}\nhas no line `{line}` in\n{said}\n", words.join(" "));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
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

/// What `front` prints with all that it imports of the other components stubbed, as its README has it.
#[test]
fn example_stub_runs_a_component_without_the_others() {
    let directory = tempfile::tempdir().unwrap();
    let example = support::project().join("examples/stub");
    let built = std::env::var_os("WELD_CMS").map_or_else(cms, PathBuf::from);
    for (from, to) in [(built.join("front.wasm"), "cms/front.wasm"), (example.join("weld.toml"), "stub/weld.toml")] {
        std::fs::create_dir_all(directory.path().join(to).parent().unwrap()).unwrap();
        std::fs::copy(from, directory.path().join(to)).unwrap();
    }
    support::succeeds(support::weld(&directory.path().join("stub")).arg("build"));
    let readme = std::fs::read_to_string(example.join("README.md")).unwrap();
    let run = |output: &str, args: &[&str]| {
        let component = std::fs::read(directory.path().join("stub/build").join(output)).unwrap();
        assert!(!support::names(&component).0.iter().any(|import| import.starts_with("acme:")));
        support::run(&component, args)
    };
    let shows = |text: &str| assert!(readme.contains(&format!("\n```\n{text}```\n")), "the README has not:\n{text}");
    for args in [vec!["list"], vec!["show", "Third"]] {
        let ran = run("front.wasm", &args);
        assert_eq!(ran.result, Ok(Ok(())), "{}", ran.stderr);
        shows(&ran.stdout);
    }
    let ran = run("unreadable.wasm", &["list"]);
    assert!(ran.result.unwrap_err().contains("status 1"));
    shows(&ran.stderr);
    let ran = run("unreadable.wasm", &["show", "Third"]);
    assert_eq!(ran.stderr, "there is no story `Third`\n");
}

#[test]
fn example_locks_match_those_of_make_and_ninja() {
    for example in ["make", "ninja", "stub"] {
        let manifest = support::project().join("examples").join(example).join("weld.toml");
        let output =
            support::weld(support::project()).args(["build", "--check", "--locked"]).arg(&manifest).output().unwrap();
        // 1 where the outputs, which are not kept, would be written. 2 is another component than the lock has.
        assert!(matches!(output.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&output.stderr));
    }
}
