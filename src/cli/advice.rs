//! Commands that messages advise, as a shell takes them. `tests/it/advice.rs` runs them.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::{emit, text};

/// The command that was typed. A word that names a file is replaced by another one; further words come last.
pub fn typed(replaced: Option<(&Path, &Path)>, more: &[&str]) -> String {
    let words = std::env::args_os().skip(1).map(|word| match replaced {
        Some((from, to)) => renamed(&word, from, to),
        None => word.to_string_lossy().into_owned(),
    });
    let words = words.chain(more.iter().map(|word| (*word).to_owned()));
    std::iter::once("weld".to_owned()).chain(words.map(|word| text::shell(&word))).collect::<Vec<_>>().join(" ")
}

/// A word with the name of another file: `FILE`, `--output=FILE`, `-oFILE`.
fn renamed(word: &OsStr, from: &Path, to: &Path) -> String {
    let (word, from, to) = (word.to_string_lossy(), from.to_string_lossy(), to.to_string_lossy());
    let flag = word.strip_suffix(&*from).filter(|flag| !from.is_empty() && is_flag(flag));
    flag.map_or_else(|| word.to_string(), |flag| format!("{flag}{to}"))
}

/// Whether a file may follow in the same word.
fn is_flag(text: &str) -> bool {
    text.is_empty() || (text.starts_with('-') && (text.len() == 2 || text.ends_with('=')))
}

/// A name that nothing has: `policy-2.toml` beside `policy.toml`. Of a directory, it has no extension.
pub fn free(path: &Path, is_directory: bool) -> PathBuf {
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
