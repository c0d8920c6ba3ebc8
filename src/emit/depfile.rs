//! Dependency files, in what is common to the syntax that `make` includes and to that which `ninja` reads.
//!
//! Neither has a form for every path, and where both have one, it may not be the same. Whatever is not known to be read
//! as that very path by both is refused: a dependency that is read as another path is one that is not seen to change.
//! `tests/outside/depfile.rs` asks the programs themselves.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

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
    let failed = |path: &Path, reason: &str| EmitError::NoForm {
        file: text::path(file),
        path: text::path(path),
        reason: reason.to_owned(),
    };
    let (mut targets, mut files) = (BTreeSet::new(), BTreeSet::new());
    let mut text = String::new();
    for rule in rules {
        let target = escaped(rule.target).map_err(|reason| failed(rule.target, &reason))?;
        if let Some(c) = target.chars().find(|c| is_odd_in_target(*c)) {
            return Err(failed(rule.target, &format!("`{c}`, which `make` gives another meaning in what is made")));
        }
        let mut made_of = Vec::new();
        for path in &rule.files {
            made_of.push(escaped(path).map_err(|reason| failed(path, &reason))?);
        }
        // Straight after the colon, `make` would take `a=b` for a variable of the target.
        made_of.sort_by_key(|path| path.contains('='));
        if let (Some(first), Some(path)) = (made_of.first(), rule.files.first())
            && first.contains('=')
        {
            return Err(failed(path, "`=`, which `make` takes for a variable"));
        }
        text.push_str(&target);
        text.push(':');
        for path in &made_of {
            text.push_str(" \\\n  ");
            text.push_str(path);
        }
        text.push('\n');
        targets.insert(target);
        files.extend(made_of);
    }
    // A file that a rule makes and another reads has a rule already. Others cannot be what a rule makes: where such a
    // file is gone, `make` asks for it until the dependency file is removed.
    for path in files.iter().filter(|path| !targets.contains(*path) && !path.contains(is_odd_in_target)) {
        text.push('\n');
        text.push_str(path);
        text.push_str(":\n");
    }
    Ok(text)
}

/// Whether `make` takes a character for something else where it is in what a rule makes: a pattern, a variable.
fn is_odd_in_target(c: char) -> bool {
    matches!(c, '%' | '=')
}

/// A path in the form that both programs read. Else what it has that has none.
fn escaped(path: &Path) -> Result<String, String> {
    let path = plain(path);
    let path = path.to_str().ok_or("bytes that are not UTF-8")?;
    let mut text = String::with_capacity(path.len());
    // `make` would look for a user of that name.
    if path.starts_with('~') {
        let absolute = std::path::absolute(path).ok().map(PathBuf::into_os_string);
        let directory = absolute.and_then(|absolute| absolute.into_string().ok()).ok_or("`~` at its start")?;
        return escaped(Path::new(&directory));
    }
    match path.chars().next_back() {
        Some(c @ (' ' | ':' | '\\')) => return Err(format!("`{c}` at its end")),
        // To `make`, `a(b)` is the member of an archive.
        Some(')') => return Err("`)` at its end".to_owned()),
        _ => {}
    }
    let mut backslashes = 0;
    for c in path.chars() {
        match c {
            // Backslashes before an escaped space are halved; elsewhere they stand for themselves.
            ' ' => text.extend(std::iter::repeat_n('\\', backslashes + 1)),
            // What `make` halves before these, `ninja` does not.
            '#' | ':' | '$' if backslashes > 0 => return Err(format!("`\\{c}`")),
            '#' | ':' => text.push('\\'),
            '$' => text.push('$'),
            '\\' | '+' | ',' | '/' | '_' | '.' | '(' | ')' | '{' | '}' | '%' | '=' | '@' | '!' | '-' | '~' => {}
            c if c.is_ascii_alphanumeric() || !c.is_ascii() => {}
            c if c.is_ascii_control() => return Err("a control character".to_owned()),
            c => return Err(format!("`{c}`")),
        }
        backslashes = if c == '\\' { backslashes + 1 } else { 0 };
        text.push(c);
    }
    Ok(text)
}

/// A path without `.` and, where that leads to the same file, without `..`: `make` compares paths as texts, and `ninja`
/// takes out `..` even behind a link.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(plain.components().next_back(), Some(Component::Normal(_))) => {
                if fs::symlink_metadata(&plain).is_ok_and(|metadata| metadata.is_symlink())
                    && let Ok(directory) = fs::canonicalize(&plain)
                {
                    plain = directory;
                }
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}
