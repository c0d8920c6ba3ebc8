//! Worlds of WIT packages.

mod flat;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use wasmparser::Parser;
use wit_component::{OutputToString, WitPrinter};
use wit_parser::{PackageId, Resolve, UnresolvedPackage, UnresolvedPackageGroup, World, WorldId};

use super::error::LoadError;
use super::{Component, file, metadata, saved};
use crate::describe::Source;
use crate::files::Files;
use crate::guard::{Use, guard};
use crate::text;
use flat::Flat;

/// A world in a WIT package.
pub struct Wit {
    file: String,
    resolve: Resolve,
    world: WorldId,
}

impl std::fmt::Debug for Wit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wit").field("file", &self.file).field("world", &self.world).finish_non_exhaustive()
    }
}

/// The features of WIT items that are read: items with `@unstable(feature = NAME)` (Component Model, WIT, "Feature
/// Gates").
#[derive(Debug, Clone, Default)]
pub(crate) struct Features {
    pub(crate) names: Vec<String>,
    /// Whether all features are enabled.
    pub(crate) all: bool,
}

impl Features {
    pub(crate) const ALL: Features = Features { names: Vec::new(), all: true };

    fn resolve(&self) -> Resolve {
        let features = self.names.iter().cloned().collect();
        Resolve { all_features: self.all, features, ..Resolve::default() }
    }

    /// Reads an input with these features. If the input could only be read with all features, the error states this.
    ///
    /// # Errors
    ///
    /// Those of `read`.
    pub(crate) fn read<T>(&self, file: &str, read: impl Fn(&Features) -> Result<T, LoadError>) -> Result<T, LoadError> {
        match read(self) {
            Err(error) if !self.all && read(&Features::ALL).is_ok() => {
                Err(LoadError::Unstable { file: file.to_owned(), error: Box::new(error) })
            }
            result => result,
        }
    }
}

impl Wit {
    /// Reads a WIT file, the directory of a package or a package in its binary form, and selects `world`, or the only
    /// world.
    ///
    /// # Errors
    ///
    /// The package cannot be parsed, with the message of the parser, or has no such world.
    pub(crate) fn read(path: &Path, world: Option<&str>, features: &Features) -> Result<Wit, LoadError> {
        let (resolve, package, _) = parse(path, features)?;
        Wit::select(text::path(path), resolve, package, world)
    }

    /// As [`Wit::read`], for a text in memory. `file` is its name in messages.
    ///
    /// # Errors
    ///
    /// Those of [`Wit::read`].
    pub(crate) fn parse(file: &str, text: &str, world: Option<&str>) -> Result<Wit, LoadError> {
        let (resolve, package) = parse_text(file, text, &Features::default())?;
        Wit::select(file.to_owned(), resolve, package, world)
    }

    fn select(file: String, resolve: Resolve, package: PackageId, world: Option<&str>) -> Result<Wit, LoadError> {
        let own = package;
        // A name that is a keyword of WIT has a `%` only in text.
        let plain = |name: &str| name.replace('%', "");
        let is_named = |(_, candidate): &(WorldId, &World)| {
            let (Some(world), Some(package)) = (world.map(plain), candidate.package) else { return false };
            (package == own && plain(&candidate.name) == world)
                || plain(&resolve.id_of_name(package, &candidate.name)) == world
        };
        let by_name = resolve.worlds.iter().find(is_named).map(|(id, _)| id);
        match by_name.map_or_else(|| resolve.select_world(&[package], world), Ok) {
            Ok(world) => Ok(Wit { file, resolve, world }),
            Err(_) => {
                let worlds = names(&resolve, package);
                Err(LoadError::World { file, wanted: world.map(str::to_owned), worlds })
            }
        }
    }

    pub(super) fn resolve(&self) -> &Resolve {
        &self.resolve
    }

    pub(super) fn id(&self) -> WorldId {
        self.world
    }

    /// The world as a component with only types, which has the imports and exports of the world.
    ///
    /// # Errors
    ///
    /// The package cannot be encoded in the binary form, from which the types are read.
    pub(crate) fn component(&self) -> Result<Component, LoadError> {
        let failed = |message: String| LoadError::Wit { file: self.file.clone(), message: text::lines(&message) };
        let world = self.resolve.worlds.get(self.world);
        let (Some(world), Some(package)) = (world, world.and_then(|world| world.package)) else {
            return Err(failed("its world is of no package".to_owned()));
        };
        let name = self.resolve.id_of_name(package, &world.name);
        let package = encoded(&self.file, &self.resolve, package)?;
        let package = match Component::decode_any(world.name.clone(), self.file.clone(), package.clone()) {
            // An offset would refer to bytes that the user does not have.
            Err(LoadError::Invalid { message, .. }) => {
                // The type of the world may be too large where its single imports and exports are not.
                let flat = flat::flat(&package, &name);
                let component = flat.and_then(|Flat { bytes, exports }| {
                    Component::decode_any(name, self.file.clone(), bytes).ok()?.exporting(&exports)
                });
                return component.ok_or_else(|| failed(message));
            }
            package => package?,
        };
        package.world(&world.name).ok_or_else(|| failed(format!("its binary form has no world `{}`", world.name)))
    }
}

/// A world of a package in its binary form. `name` is the name of the package.
///
/// # Errors
///
/// The bytes are not such a package, or have no such world.
pub(crate) fn in_package(name: &str, package: Vec<u8>, world: &str) -> Result<Component, LoadError> {
    let package = Component::decode_any(name.to_owned(), name.to_owned(), package)?;
    let (file, worlds) = (name.to_owned(), package.worlds());
    package.world(world).ok_or_else(|| LoadError::World { file, wanted: Some(world.to_owned()), worlds })
}

/// Encodes a WIT file or a directory in the binary form of packages. Returns the files that it was read from as well.
/// In memory, a package is a single file.
///
/// # Errors
///
/// The package cannot be parsed, with the message of the parser.
pub(super) fn package(files: &Files, path: &Path) -> Result<(Vec<u8>, Vec<PathBuf>), LoadError> {
    let features = Features::default();
    let (resolve, package, paths) = match files.are_in_memory() {
        true => {
            let text = file::read_text_in(files, &Source::File(path.to_owned()))?;
            let (resolve, package) = parse_text(&text::path(path), &text, &features)?;
            (resolve, package, Vec::new())
        }
        false => parse(path, &features)?,
    };
    Ok((encoded(&text::path(path), &resolve, package)?, paths))
}

/// The binary form of a package.
fn encoded(file: &str, resolve: &Resolve, package: PackageId) -> Result<Vec<u8>, LoadError> {
    let encoded = guard(Use::WIT_BINARY, file, || wit_component::encode(resolve, package))?;
    let failed = |message: String| LoadError::Wit { file: file.to_owned(), message: text::lines(&message) };
    encoded.map_err(|error| failed(format!("{error:#}")))
}

/// The text of a WIT file, the directory of a package or a package in its binary form: the package, then those that it
/// uses.
///
/// # Errors
///
/// The package cannot be parsed, with the message of the parser.
pub(crate) fn text(path: &Path) -> Result<String, LoadError> {
    let (resolve, package, _) = parse(path, &Features::ALL)?;
    let file = text::path(path);
    let printed = guard(Use::WIT_TEXT, &file, || print(&resolve, package))?;
    printed.map_err(|message| LoadError::Wit { file, message })
}

/// The text of a package, followed by all others, by name.
///
/// # Errors
///
/// WIT cannot express an item.
pub(crate) fn print(resolve: &Resolve, package: PackageId) -> Result<String, String> {
    let mut others: Vec<_> = resolve.packages.iter().map(|(id, _)| id).filter(|id| *id != package).collect();
    others.sort_by_key(|id| resolve.packages.get(*id).map(|package| &package.name));
    let mut printer = WitPrinter::new(OutputToString::default());
    printer.print(resolve, package, &others).map_err(|error| text::lines(&format!("{error:#}")))?;
    Ok(printer.output.to_string())
}

fn parse_text(file: &str, text: &str, features: &Features) -> Result<(Resolve, PackageId), LoadError> {
    let parse = || {
        let mut resolve = features.resolve();
        match resolve.push_str(file, text) {
            Ok(package) => Ok((resolve, package)),
            Err(error) => Err(text::lines(resolve.render_error(&error).trim_end())),
        }
    };
    let parsed = guard(Use::WIT, file, parse)?;
    parsed.map_err(|message| LoadError::Wit { file: file.to_owned(), message })
}

fn parse(path: &Path, features: &Features) -> Result<(Resolve, PackageId, Vec<PathBuf>), LoadError> {
    let files = &Files::Disk;
    if !files.is_there(path) {
        return Err(LoadError::Missing { file: text::path(path), near: file::near_path(files, path) });
    }
    saved::wit(path)?;
    // The parser reports a directory that cannot be read.
    let is_wit = |name: OsString| Path::new(&name).extension().is_some_and(|end| end == "wit");
    if files.names(path).is_ok_and(|mut names| !names.any(|name| name.is_ok_and(is_wit))) {
        return Err(LoadError::NoWit { directory: text::path(path), worlds: worlds_below(files, path) });
    }
    check_packages(path)?;
    let parse = || {
        let mut resolve = features.resolve();
        match resolve.push_path(path) {
            Ok((package, sources)) => {
                let files = resolve.packages.iter().filter_map(|(id, _)| sources.package_paths(id));
                let files = files.flatten().map(Path::to_owned).collect();
                Ok((resolve, package, files))
            }
            Err(error) => Err(text::lines(resolve.render_error(&error).trim_end())),
        }
    };
    let file = text::path(path);
    let parsed = guard(Use::WIT, &file, parse)?;
    parsed.map_err(|message| match worlds_below(files, path) {
        worlds if worlds.is_empty() => LoadError::Wit { file, message },
        worlds => LoadError::WitPackages { directory: file, message, worlds },
    })
}

/// The flags for the worlds below a directory that is not itself a package: the worlds of its files, if these belong to
/// several packages, and those of its subdirectories.
fn worlds_below(files: &Files, directory: &Path) -> Vec<String> {
    let Ok(names) = files.names(directory) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = names.filter_map(|name| Some(directory.join(name.ok()?))).collect();
    paths.sort();
    let parse = |path: &Path| match files.is_directory(path) {
        true => UnresolvedPackageGroup::parse_dir(path).ok(),
        false => UnresolvedPackageGroup::parse(
            path,
            &String::from_utf8(file::read(&Source::File(path.to_owned())).ok()?).ok()?,
        )
        .ok(),
    };
    let is_wit = |path: &Path| files.is_directory(path) || path.extension().is_some_and(|end| end == "wit");
    let packages = paths.iter().filter(|path| is_wit(path) && !path.ends_with("deps")).filter_map(|path| {
        let group = guard(Use::WIT, &text::path(path), || parse(path)).ok()??;
        Some((path, group.main))
    });
    let packages: Vec<_> = packages.collect();
    // Files of a single package have an error of their own, and cannot be read one by one.
    if packages
        .iter()
        .filter(|(path, _)| !files.is_directory(path))
        .map(|(_, package)| &package.name)
        .collect::<BTreeSet<_>>()
        .len()
        == 1
    {
        return Vec::new();
    }
    let worlds = |(path, package): &(&PathBuf, UnresolvedPackage)| {
        let line = |world: &String| format!("--wit {} --world {world}", text::argument(&text::path(path)));
        package.worlds.iter().map(|(_, world)| line(&world.name)).collect::<Vec<_>>()
    };
    packages.iter().flat_map(worlds).collect()
}

/// Checks the packages in their binary form that the parser will read: the file itself, or those in the directory
/// `deps`. They may also be WAT.
///
/// # Errors
///
/// A package is invalid, or is not WIT.
fn check_packages(path: &Path) -> Result<(), LoadError> {
    if Files::Disk.is_file(path) {
        return check_package(path);
    }
    let deps = path.join("deps");
    // The parser reports files that cannot be read.
    let Ok(names) = Files::Disk.names(&deps) else { return Ok(()) };
    let mut files: Vec<PathBuf> = names.filter_map(|name| Some(deps.join(name.ok()?))).collect();
    files.sort();
    let is_read = |path: &Path| path.extension().is_some_and(|end| end == "wit" || end == "wat" || end == "wasm");
    files.iter().filter(|path| is_read(path) && Files::Disk.is_file(path)).try_for_each(|path| check_package(path))
}

fn check_package(path: &Path) -> Result<(), LoadError> {
    let (file, bytes) = (text::path(path), file::read(&Source::File(path.to_owned()))?);
    if !wat::Detect::from_bytes(&bytes).is_wasm() {
        return Ok(());
    }
    let bytes = super::binary(&file, bytes)?;
    if !Parser::is_component(&bytes) {
        return Err(LoadError::Wit { file, message: "it is a core module, and no WIT package".to_owned() });
    }
    if Component::decode(String::new(), file.clone(), bytes.clone()).is_ok() {
        let help = "WIT is a file of text, the directory of a package, or a package in its binary form; `weld inspect FILE --wit` \
                    prints the world of a component";
        return Err(LoadError::Wasm { file, what: "component", expected: "WIT", help });
    }
    metadata::check(&file, &bytes)
}

/// The possible values of `--world`: the worlds of the package, then those of the packages that it uses.
fn names(resolve: &Resolve, package: PackageId) -> Vec<String> {
    let own = resolve.packages.get(package).into_iter().flat_map(|package| package.worlds.keys().cloned());
    let of_others = resolve.worlds.iter().filter_map(|(_, world)| {
        let other = world.package.filter(|other| *other != package)?;
        Some(resolve.id_of_name(other, &world.name))
    });
    own.chain(of_others).collect()
}
