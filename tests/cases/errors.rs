//! The text of errors. Each directory in `tests/errors` is a case: `command` is run in a copy of it, must fail, must
//! leave an output that was there as it was, and must say what `stderr` has.
//!
//! `BLESS=1 cargo test --test cases errors::` rewrites what is there; read the difference before you commit it.

use std::path::{Path, PathBuf};

use libtest_mimic::Trial;

use crate::support;

/// A case.
struct Case {
    name: String,
    directory: PathBuf,
    /// The words of its command, without `weld`.
    command: Vec<String>,
}

impl Case {
    fn read(directory: PathBuf) -> Case {
        let name = directory.file_name().unwrap().to_string_lossy().into_owned();
        let command = std::fs::read_to_string(directory.join("command"));
        let command = command.unwrap_or_else(|error| panic!("{name}: `command`: {error}"));
        let command = command.trim().strip_prefix("weld ").unwrap_or_else(|| panic!("{name}: a command is `weld …`"));
        Case { command: command.split_whitespace().map(str::to_owned).collect(), name, directory }
    }

    /// What it is to say.
    fn said(&self) -> String {
        std::fs::read_to_string(self.directory.join("stderr")).unwrap_or_default()
    }
}

/// A test for each case, and one of how many of them give advice that is tried.
pub fn tests() -> Vec<Trial> {
    let directories = std::fs::read_dir(support::project().join("tests/errors")).unwrap();
    let mut cases: Vec<Case> = directories.map(|entry| Case::read(entry.unwrap().path())).collect();
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    let advised = |case: &Case| -> usize {
        advice(&case.said()).iter().map(|advice| remedies(advice, &case.command).len()).sum()
    };
    let tried: usize = cases.iter().map(advised).sum();
    let test = |case: Case| {
        Trial::test(format!("errors::{}", case.name), move || {
            says_what_is_wrong_and_what_to_do(&case);
            no_sentence_has_a_gap(&case);
            what_it_advises_works(&case);
            Ok(())
        })
    };
    let many = Trial::test("errors::advice_is_tried_in_many_cases", move || {
        assert!(tried >= 70, "{tried}");
        Ok(())
    });
    cases.into_iter().map(test).chain([many]).collect()
}

/// Runs a case. It leaves an output that was there as it was.
fn says_what_is_wrong_and_what_to_do(case: &Case) {
    let copy = tempfile::tempdir().unwrap();
    copy_all(&case.directory, copy.path());
    std::fs::write(copy.path().join("out.wasm"), "as before").unwrap();
    let said = support::fails(support::weld(copy.path()).args(&case.command));
    assert_eq!(std::fs::read(copy.path().join("out.wasm")).unwrap(), b"as before");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(case.directory.join("stderr"), &said).unwrap();
    }
    let expected = case.said();
    assert!(said == expected, "expected\n{expected}\nbut it says\n{said}");
}

fn no_sentence_has_a_gap(case: &Case) {
    for line in case.said().lines() {
        // What the user wrote is shown as it is, and what points into it stands below.
        let is_text = !line.contains(['│', '·']);
        assert!(!(is_text && line.trim().contains("          ")), "{line}");
    }
}

/// One error of several: what is wrong, and what to do about it.
struct Advice<'a> {
    title: &'a str,
    help: String,
}

/// The errors that have a help text.
fn advice(said: &str) -> Vec<Advice<'_>> {
    let mut found: Vec<Advice<'_>> = Vec::new();
    let mut title = "";
    let mut is_help = false;
    for line in said.lines() {
        if let Some(text) = line.strip_prefix("  × ") {
            (title, is_help) = (text, false);
        } else if let Some(text) = line.strip_prefix("  help: ") {
            is_help = true;
            found.push(Advice { title, help: text.to_owned() });
        } else if let Some(text) = line.strip_prefix("        ").filter(|_| is_help) {
            found.last_mut().unwrap().help.push_str(&format!("\n{text}"));
        }
    }
    found
}

/// The texts in backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// What to do as a help text says: the whole command, or what goes in the place of what.
enum Remedy<'a> {
    Run(Vec<&'a str>),
    Replace(Vec<&'a str>, &'a str),
    Append(Vec<&'a str>),
    /// The same, in the place of what the flag said before.
    Flag(Vec<&'a str>),
}

/// The remedies of a help text that can be tried as they are written, without a file or a name that is the reader's to choose.
fn remedies<'a>(advice: &'a Advice<'_>, command: &[String]) -> Vec<Remedy<'a>> {
    let mut remedies = Vec::new();
    let about = quoted(advice.title);
    let is_for_the_reader =
        |text: &str| text.split(['=', ' ']).any(|word| word.len() > 2 && word == word.to_uppercase());
    if let Some((_, meant)) = advice.help.split_once("did you mean ") {
        remedies.extend(quoted(meant).first().map(|meant| Remedy::Replace(about.clone(), meant)));
    }
    // A way to write something is shown for what was written wrongly.
    let is_written = |flag: &&str| command.join(" ").contains(*flag);
    for text in quoted(&advice.help).into_iter().filter(|text| !is_for_the_reader(text)) {
        let words: Vec<&str> = text.split(' ').collect();
        match words.as_slice() {
            ["weld", "build", "--update"] => remedies.push(Remedy::Run(words[1..].to_vec())),
            ["--grant", value] if value.contains('=') && about.iter().any(|about| about.starts_with("--grant")) => {
                remedies.push(Remedy::Replace(about.clone(), text));
            }
            ["--grant", value] if value.contains('=') => remedies.push(Remedy::Append(words)),
            [flag] if flag.starts_with("--allow-") && !is_written(flag) => remedies.push(Remedy::Append(words)),
            _ => {}
        }
    }
    let lines = advice.help.lines().map(str::trim).filter(|line| line.starts_with("--"));
    remedies.extend(lines.map(|line| Remedy::Flag(line.split(' ').collect())));
    remedies
}

/// The text with whole words of it replaced; nothing where they are not there.
fn replaced(text: &str, from: &str, to: &str) -> Option<String> {
    let (mut made, mut rest, mut found) = (String::new(), text, false);
    let is_in_a_name = |next: Option<char>| next.is_some_and(|c| c.is_alphanumeric() || "-_".contains(c));
    while let Some(at) = rest.find(from).filter(|_| !from.is_empty()) {
        let (before, after) = (&rest[..at], &rest[at + from.len()..]);
        let is_whole = !is_in_a_name(before.chars().last()) && !is_in_a_name(after.chars().next());
        made.push_str(before);
        made.push_str(if is_whole { to } else { from });
        (rest, found) = (after, found || is_whole);
    }
    found.then(|| made + rest)
}

/// Replaces whole words in a command, and in the manifest, the policy or the document that it reads, of a directory. Says
/// whether they were anywhere.
fn replace(directory: &Path, command: &mut Vec<String>, from: &str, to: &str) -> bool {
    let line = replaced(&command.join(" "), from, to);
    let mut found = line.is_some();
    if let Some(line) = line {
        *command = line.split(' ').map(str::to_owned).collect();
    }
    for file in std::fs::read_dir(directory).unwrap().map(|file| file.unwrap().path()) {
        let is_written = file.extension().is_some_and(|end| ["toml", "wac", "yml", "yaml"].iter().any(|of| end == *of));
        let text = std::fs::read_to_string(&file).ok().filter(|_| is_written);
        if let Some(text) = text.and_then(|text| replaced(&text, from, to)) {
            std::fs::write(&file, text).unwrap();
            found = true;
        }
    }
    found
}

fn what_it_advises_works(case: &Case) {
    let said = case.said();
    for advice in advice(&said) {
        for remedy in remedies(&advice, &case.command) {
            let copy = tempfile::tempdir().unwrap();
            copy_all(&case.directory, copy.path());
            let mut words = case.command.clone();
            // What is only called otherwise may be wrong in other ways.
            let mut is_whole = true;
            let shown = match remedy {
                Remedy::Run(run) => {
                    words = run.iter().map(|word| (*word).to_owned()).collect();
                    run.join(" ")
                }
                Remedy::Append(more) => {
                    // A flag that is there has another value then.
                    if let Some(at) = words.iter().position(|word| word == more[0] && more[0] != "--grant") {
                        words.splice(at..(at + more.len()).min(words.len()), []);
                    }
                    words.extend(more.iter().map(|word| (*word).to_owned()));
                    more.join(" ")
                }
                Remedy::Flag(flag) => {
                    if let Some(at) = words.iter().position(|word| word == flag[0]) {
                        words.drain(at..at + flag.len());
                    }
                    words.extend(flag.iter().map(|word| (*word).to_owned()));
                    flag.join(" ")
                }
                Remedy::Replace(about, to) => {
                    is_whole = false;
                    let from = about.into_iter().find(|from| replace(copy.path(), &mut words, from, to));
                    format!("{to} for {}", from.unwrap_or_else(|| panic!("nothing to replace by {to}")))
                }
            };
            let ran = support::weld(copy.path()).args(&words).output().unwrap();
            let says = String::from_utf8(ran.stderr).unwrap();
            assert!(matches!(ran.status.code(), Some(0..=2)), "{shown}: {says}");
            let still = says.lines().any(|line| line.trim_start_matches(['×', ' ', '│']) == advice.title);
            assert!(!still, "{shown} does not help\n{says}");
            let is_only = said.matches('×').count() == 1 && !said.contains("\n  │ ");
            if is_whole && is_only {
                assert_eq!(ran.status.code(), Some(0), "{shown} leads to another error\n{says}");
            }
        }
    }
}

/// Copies what is in a directory, links as links.
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
