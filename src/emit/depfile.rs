//! Dependency files, in the syntax that `make` includes and `ninja` reads.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::EmitError;
use crate::text;

/// A rule: a file, and the files that it is made of.
pub struct Rule<'a> {
    /// What is made.
    pub target: &'a Path,
    /// What it is made of.
    pub files: BTreeSet<PathBuf>,
}

/// The text of a dependency file. Each file that something is made of also gets a rule without anything, so that
/// `make` does not stop where the file is gone and no longer needed.
///
/// # Errors
///
/// Where the syntax has no form for a path. `file` is what messages call the dependency file.
pub fn depfile(file: &Path, rules: &[Rule<'_>]) -> Result<String, EmitError> {
    let failed = |path: &Path| EmitError::LineBreak { file: text::path(file), path: text::path(path) };
    let mut text = String::new();
    for rule in rules {
        text.push_str(&escaped(rule.target, true).ok_or_else(|| failed(rule.target))?);
        text.push(':');
        for path in &rule.files {
            text.push_str(" \\\n  ");
            text.push_str(&escaped(path, false).ok_or_else(|| failed(path))?);
        }
        text.push('\n');
    }
    // A file that a rule makes and another reads has a rule already.
    let targets: BTreeSet<&Path> = rules.iter().map(|rule| rule.target).collect();
    let files: BTreeSet<&PathBuf> = rules.iter().flat_map(|rule| &rule.files).collect();
    for path in files.into_iter().filter(|path| !targets.contains(path.as_path())) {
        text.push('\n');
        text.push_str(&escaped(path, true).ok_or_else(|| failed(path))?);
        text.push_str(":\n");
    }
    Ok(text)
}

/// A path as GNU Make reads it: `$$`, and a backslash before what would end the name or start something else.
fn escaped(path: &Path, is_target: bool) -> Option<String> {
    let path = path.to_str()?;
    let mut text = String::with_capacity(path.len());
    if path.starts_with('~') {
        text.push_str("./");
    }
    let mut backslashes = 0;
    for c in path.chars() {
        match c {
            '\n' | '\r' => return None,
            '$' => text.push('$'),
            ' ' | '\t' | '#' | ':' => {
                // Backslashes before an escaped character are halved; elsewhere they stand for themselves.
                text.extend(std::iter::repeat_n('\\', backslashes + 1));
            }
            '%' if is_target => text.push('\\'),
            _ => {}
        }
        backslashes = if c == '\\' { backslashes + 1 } else { 0 };
        text.push(c);
    }
    Some(text)
}
