//! Commands that messages advise, quoted for a shell. `tests/it/advice.rs` runs them.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::{emit, text};

/// Returns the command that the user typed. `replaced` is a file in it, and the file in place of it. `added` words come
/// last.
pub(super) fn typed(replaced: Option<(&Path, &Path)>, added: &[&str]) -> String {
    let words = std::env::args_os().skip(1).map(|word| match replaced {
        Some((from, to)) => renamed(&word, from, to),
        None => word.to_string_lossy().into_owned(),
    });
    let words = words.chain(added.iter().map(|word| (*word).to_owned()));
    std::iter::once("weld".to_owned()).chain(words.map(|word| text::shell(&word))).collect::<Vec<_>>().join(" ")
}

/// Replaces the name of a file in a word: `FILE`, `--output=FILE`, `-oFILE`.
fn renamed(word: &OsStr, from: &Path, to: &Path) -> String {
    let (word, from, to) = (word.to_string_lossy(), from.to_string_lossy(), to.to_string_lossy());
    let flag = word.strip_suffix(&*from).filter(|flag| !from.is_empty() && is_flag(flag));
    flag.map_or_else(|| word.to_string(), |flag| format!("{flag}{to}"))
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
    use std::ffi::OsStr;
    use std::path::Path;

    use super::renamed;

    #[test]
    fn advice_renames_the_file_in_any_form_of_its_flag() {
        let renamed = |word: &str| renamed(OsStr::new(word), Path::new("p"), Path::new("q"));
        for (word, other) in [("p", "q"), ("-op", "-oq"), ("--output=p", "--output=q"), ("app", "app"), ("-o", "-o")] {
            assert_eq!(renamed(word), other);
        }
    }
}
