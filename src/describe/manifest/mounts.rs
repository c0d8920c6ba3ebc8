//! Mounts: their keys, and whether these agree.

use std::collections::BTreeMap;
use std::path::Path;

use toml::de::DeValue;

use super::item::{Item, unquoted};
use super::{ManifestError, shape};
use crate::describe::Options;
use crate::describe::setting::{Mount, MountKind};
use crate::describe::{At, Place, Source, measure};
use crate::limits;
use crate::text::Shown;

/// Incomplete mounts, by the path in the guest.
#[derive(Default)]
pub(super) struct Mounts(BTreeMap<String, MountKeys>);

struct MountKeys {
    /// The path as it is written.
    spelled: String,
    place: Place,
    /// The keys so far, including those with invalid values.
    keys: BTreeMap<String, Place>,
    /// The embedded source, with its place.
    source: Option<(Source, Place)>,
    memory: Option<u64>,
    overlay: Option<u64>,
    host: Option<String>,
    is_read_only: bool,
    follow: bool,
}

impl Mounts {
    /// Splits a name in a flag after `fs`: a path, and a key of the mount if the value belongs to that key.
    pub(super) fn split<'n>(name: &'n str, value: &DeValue<'_>) -> (&'n str, Option<&'n str>) {
        let is_key = |key: &str| shape::mount().iter().any(|known| known.name == key);
        match name.rsplit_once('.') {
            Some((path, key)) if !value.is_table() && is_key(key) => (unquoted(path), Some(key)),
            _ => (unquoted(name), None),
        }
    }

    /// Starts or continues the mount at a path. Returns whether the spelling of the path agrees with earlier ones.
    pub(super) fn open(
        &mut self,
        spelled: &str,
        path: &str,
        item: &Item<'_>,
        errors: &mut Vec<At<ManifestError>>,
    ) -> bool {
        let mount = self.0.entry(path.to_owned()).or_insert_with(|| MountKeys {
            spelled: spelled.to_owned(),
            place: item.key.clone(),
            keys: BTreeMap::new(),
            source: None,
            memory: None,
            overlay: None,
            host: None,
            is_read_only: false,
            follow: false,
        });
        if mount.spelled != spelled {
            let error = ManifestError::SameMount { path: Shown(path).to_string(), is_spelled_alike: false };
            errors.push(At::place(error, Some(&mount.place)).also(&item.key));
            return false;
        }
        true
    }

    /// Reads a key of a mount. Its shape has been checked.
    pub(super) fn say(&mut self, path: &str, key: &str, item: &Item<'_>, directory: &Path) -> Option<ManifestError> {
        let mount = self.0.get_mut(path)?;
        mount.keys.insert(key.to_owned(), item.key.clone());
        let value = item.value.get_ref();
        match (key, value) {
            ("embed" | "host", DeValue::String(path)) if path.is_empty() => return Some(ManifestError::NoPath),
            ("host", DeValue::String(path)) if path.contains('\0') => {
                return Some(ManifestError::Zero { what: "a path" });
            }
            ("embed", DeValue::String(path)) => {
                mount.source = Some((Source::File(directory.join(path.as_ref())), item.place()));
            }
            ("host", DeValue::String(path)) => {
                if let Some(options) = Options::after(path) {
                    return Some(refused(&options));
                }
                mount.host = Some(path.clone().into_owned());
            }
            ("overlay", DeValue::String(word)) if word == "memory" => mount.overlay = Some(u64::MAX),
            ("memory" | "overlay", _) => match size(item) {
                Ok(size) if key == "memory" => mount.memory = Some(size),
                Ok(size) => mount.overlay = Some(size),
                Err(error) => return Some(error),
            },
            ("mode", _) => mount.is_read_only = true,
            ("follow-symlinks", DeValue::Boolean(follow)) => mount.follow = *follow,
            _ => {}
        }
        None
    }

    /// The complete mounts. Contradictory keys become errors.
    pub(super) fn finish(self, errors: &mut Vec<At<ManifestError>>) -> BTreeMap<String, Mount> {
        let mut mounts = BTreeMap::new();
        for (path, mount) in self.0 {
            if let Err(error) = mount.check(&path) {
                errors.push(error);
            } else if let Some(mount) = mount.complete() {
                mounts.insert(path, mount);
            }
        }
        mounts
    }
}

impl MountKeys {
    fn check(&self, path: &str) -> Result<(), At<ManifestError>> {
        let sources: Vec<_> = ["embed", "memory", "host"]
            .into_iter()
            .filter_map(|key| self.keys.get(key).map(|place| (key, place)))
            .collect();
        if let [(first, place), (second, other), ..] = sources.as_slice() {
            let name = format!("fs.\"{}\"", Shown(path));
            return Err(At::place(ManifestError::Both { name, first, second }, Some(place)).also(other));
        }
        for (key, needed) in [("overlay", "embed"), ("follow-symlinks", "embed"), ("mode", "host")] {
            if let (Some(place), None) = (self.keys.get(key), self.keys.get(needed)) {
                return Err(At::place(ManifestError::Without { key, needed }, Some(place)));
            }
        }
        if sources.is_empty() {
            let error = ManifestError::EmptyMount { path: Shown(path).to_string() };
            return Err(At::place(error, Some(&self.place)));
        }
        Ok(())
    }

    fn complete(self) -> Option<Mount> {
        let MountKeys { source, memory, overlay, host, is_read_only: read_only, follow, place, .. } = self;
        let (kind, place) = match (source, host, memory) {
            (Some((source, place)), ..) => (MountKind::Embed { source, follow, overlay }, place),
            (None, Some(path), _) => (MountKind::Host { path, read_only }, place),
            (None, None, Some(size)) => (MountKind::Memory(size), place),
            // The value was invalid, which is reported already.
            (None, None, None) => return None,
        };
        Some(Mount { kind, place: Some(place) })
    }
}

/// The error for options after a directory in a manifest.
fn refused(options: &Options<'_>) -> ManifestError {
    let directory = Shown(options.directory);
    let help = match options.is_read_only() {
        true => format!("for read-only access: `host = \"{directory}\"` and `mode = \"read-only\"`"),
        false => format!("leave it out: `host = \"{directory}\"`"),
    };
    ManifestError::HostOption { of: "`host`".to_owned(), option: Shown(options.options).to_string(), help }
}

/// How many bytes a text or a number says.
pub(super) fn size(item: &Item<'_>) -> Result<u64, ManifestError> {
    let text = item.value.get_ref().as_str();
    let size = match text {
        Some(text) => measure::bytes(text).or_else(|| text.parse().ok()),
        None => item.number(),
    };
    match size {
        Some(0) => Err(ManifestError::NoSize),
        Some(size) => Ok(size),
        None => Err(ManifestError::Size { text: Shown(text.unwrap_or_default()).to_string() }),
    }
}

/// Normalizes an absolute path of the guest: the result has no `/` at its end.
///
/// # Errors
///
/// The path is not absolute, is too long, or has empty components, `.` or `..`.
pub(crate) fn guest_path(path: &str) -> Result<String, ManifestError> {
    let wrong = |reason: String| Err(ManifestError::GuestPath { path: Shown(path).to_string(), reason, help: None });
    let Some(below) = path.strip_prefix('/') else {
        return wrong("it does not start with `/`".to_owned());
    };
    if path.contains('\0') {
        return wrong("a zero would end it".to_owned());
    }
    if path.len() > limits::TREE_PATH {
        return wrong(format!("it has more than {} bytes", limits::TREE_PATH));
    }
    let below = below.strip_suffix('/').unwrap_or(below);
    if below.is_empty() && path.len() <= 1 {
        return Ok("/".to_owned());
    }
    for name in below.split('/') {
        match name {
            "" => return wrong("it has nothing between two `/`".to_owned()),
            "." | ".." => return wrong(format!("it has a `{name}`")),
            name if name.len() > limits::TREE_NAME => {
                return wrong(format!("a name in it has more than {} bytes", limits::TREE_NAME));
            }
            _ => {}
        }
    }
    Ok(format!("/{below}"))
}
