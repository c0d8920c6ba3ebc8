//! Commands that messages advise, quoted for a shell. `tests/it/advice.rs` runs them.

use std::path::{Path, PathBuf};

use crate::{emit, text};

/// Returns the command that the user typed. `replaced` is a file in it, and the file in place of it: as the value of a flag, if it is
/// one, and not where the same file is an input. `added` words come last.
pub(super) fn typed(replaced: Option<(&Path, &Path)>, added: &[&str]) -> String {
    let words = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let words = renamed(words, replaced).into_iter().chain(added.iter().map(|word| (*word).to_owned()));
    std::iter::once("weld".to_owned()).chain(words.map(|word| text::shell(&word))).collect::<Vec<_>>().join(" ")
}

/// Replaces the name of a file in words: `FILE`, `-o FILE`, `--output=FILE`, `-oFILE`.
fn renamed(mut words: Vec<String>, replaced: Option<(&Path, &Path)>) -> Vec<String> {
    let Some((from, to)) = replaced else { return words };
    let (from, to) = (from.to_string_lossy(), to.to_string_lossy());
    let flag =
        |word: &String| word.strip_suffix(&*from).filter(|flag| !from.is_empty() && is_flag(flag)).map(str::to_owned);
    let named = words.iter().map(flag).enumerate().filter_map(|(at, flag)| Some((at, flag?)));
    let mut named: Vec<(usize, String)> = named.collect();
    let follows_flag =
        |at: usize| at.checked_sub(1).and_then(|at| words.get(at)).is_some_and(|word| word.starts_with('-'));
    let is_value = |(at, flag): &(usize, String)| !flag.is_empty() || follows_flag(*at);
    if named.iter().any(is_value) {
        named.retain(is_value);
    }
    for (at, flag) in named {
        words.get_mut(at).into_iter().for_each(|word| *word = format!("{flag}{to}"));
    }
    words
}

/// Whether the name of a file may follow a text in the same word.
fn is_flag(text: &str) -> bool {
    text.is_empty() || (text.starts_with('-') && (text.len() == 2 || text.ends_with('=')))
}

/// Returns the name of a file that does not exist, such as `policy-2.toml` for `policy.toml`. The name of a directory
/// has no extension.
pub(super) fn free(path: &Path, is_directory: bool) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let extension = path.extension().map(|it| format!(".{}", it.to_string_lossy())).unwrap_or_default();
    let extension = if is_directory { String::new() } else { extension };
    let mut names = (2..).map(|number| path.with_file_name(format!("{stem}-{number}{extension}")));
    names.find(|name| !emit::is_there(name)).unwrap_or_else(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::renamed;

    #[test]
    fn advice_renames_the_file_in_any_form_of_its_flag_and_no_input() {
        let renamed = |words: &[&str]| {
            renamed(words.iter().map(|word| (*word).to_owned()).collect(), Some((Path::new("p"), Path::new("q"))))
                .join(" ")
        };
        for (word, other) in [("p", "q"), ("-op", "-oq"), ("--output=p", "--output=q"), ("app", "app"), ("-o", "-o")] {
            assert_eq!(renamed(&[word]), other);
        }
        assert_eq!(renamed(&["split", "p", "-o", "p"]), "split p -o q");
        assert_eq!(renamed(&["plug", "p", "--plug", "r", "--output=p"]), "plug p --plug r --output=q");
    }
}
