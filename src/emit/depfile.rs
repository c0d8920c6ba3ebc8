//! Dependency files, in the common part of the syntaxes of `make` and `ninja`.
//!
//! Neither syntax can express every path, and they differ in escapes. A path that the two may not read alike is
//! refused, because a change of a misread dependency would go unnoticed. `tests/outside/depfile.rs` runs both programs.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::EmitError;
use crate::text;

/// A rule: a file, and the files that it depends on.
pub(crate) struct Rule<'a> {
    /// The file that is built.
    pub target: &'a Path,
    /// The files that it depends on.
    pub files: BTreeSet<PathBuf>,
}

/// The text of a dependency file. Each dependency also gets an empty rule, so that `make` continues if it is removed
/// and no longer needed.
///
/// # Errors
///
/// A path cannot be expressed. `file` is the name of the dependency file in messages.
pub(crate) fn depfile(file: &Path, rules: &[Rule<'_>]) -> Result<String, EmitError> {
    let failed = |path: &Path, reason: &str| EmitError::NoForm {
        file: text::path(file),
        path: text::path(path),
        reason: reason.to_owned(),
    };
    let (mut targets, mut files) = (BTreeSet::new(), BTreeSet::new());
    let mut text = String::new();
    for rule in rules {
        let target = escaped(rule.target).map_err(|reason| failed(rule.target, &reason))?;
        if let Some(c) = target.chars().find(|c| is_special_in_target(*c)) {
            return Err(failed(rule.target, &format!("`{c}`, which `make` gives another meaning in what is made")));
        }
        let mut dependencies = Vec::new();
        for path in &rule.files {
            dependencies.push(escaped(path).map_err(|reason| failed(path, &reason))?);
        }
        // Directly after the colon, `make` reads `a=b` as a variable of the target.
        dependencies.sort_by_key(|path| path.contains('='));
        if let (Some(first), Some(path)) = (dependencies.first(), rule.files.first())
            && first.contains('=')
        {
            return Err(failed(path, "`=`, which `make` takes for a variable"));
        }
        text.push_str(&target);
        text.push(':');
        for path in &dependencies {
            text.push_str(" \\\n  ");
            text.push_str(path);
        }
        text.push('\n');
        targets.insert(target);
        files.extend(dependencies);
    }
    // A dependency that is also a target has a rule. A path with a character that is special in targets cannot have
    // one: if that file is removed, `make` fails until the dependency file is removed.
    for path in files.iter().filter(|path| !targets.contains(*path) && !path.contains(is_special_in_target)) {
        text.push('\n');
        text.push_str(path);
        text.push_str(":\n");
    }
    Ok(text)
}

/// Whether `make` treats a character of a target as a pattern or a variable.
fn is_special_in_target(c: char) -> bool {
    matches!(c, '%' | '=')
}

/// A path in the form that both programs read.
///
/// # Errors
///
/// The part of the path that has no such form.
fn escaped(path: &Path) -> Result<String, String> {
    let path = normalized(path);
    let path = path.to_str().ok_or("bytes that are not UTF-8")?;
    let mut text = String::with_capacity(path.len());
    // `make` expands `~` at the start of a path.
    if path.starts_with('~') {
        let absolute = std::path::absolute(path).ok().map(PathBuf::into_os_string);
        let directory = absolute.and_then(|absolute| absolute.into_string().ok()).ok_or("`~` at its start")?;
        return escaped(Path::new(&directory));
    }
    match path.chars().next_back() {
        Some(c @ (' ' | ':' | '\\')) => return Err(format!("`{c}` at its end")),
        // `make` reads `a(b)` as a member of an archive.
        Some(')') => return Err("`)` at its end".to_owned()),
        _ => {}
    }
    let mut backslashes = 0;
    for c in path.chars() {
        match c {
            // Backslashes before an escaped space are halved. Elsewhere they are literal.
            ' ' => text.extend(std::iter::repeat_n('\\', backslashes + 1)),
            // `make` halves backslashes before these characters, `ninja` does not.
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

/// A path without `.`, and without `..` where that leads to the same file. `make` compares paths as texts, and `ninja`
/// removes `..` even after a symlink.
fn normalized(path: &Path) -> PathBuf {
    let mut normalized = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(normalized.components().next_back(), Some(Component::Normal(_))) => {
                if fs::symlink_metadata(&normalized).is_ok_and(|metadata| metadata.is_symlink())
                    && let Ok(directory) = fs::canonicalize(&normalized)
                {
                    normalized = directory;
                }
                normalized.pop();
            }
            part => normalized.push(part),
        }
    }
    normalized
}
