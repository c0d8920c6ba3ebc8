//! Worlds that a program names.

use std::path::Path;

use super::Error;
use crate::load::world::{Features, Wit};

impl Wit {
    /// A world of a WIT file, of a directory of WIT, or of a package in its binary form. Without a name, its only one.
    ///
    /// # Errors
    ///
    /// Where the package cannot be read, or has no such world.
    pub fn file(path: impl AsRef<Path>, world: Option<&str>) -> Result<Wit, Error> {
        Wit::read(path.as_ref(), world, &Features::default()).map_err(Error::of)
    }

    /// A world of a WIT package that is a text. Without a name, its only one.
    ///
    /// # Errors
    ///
    /// Where the package cannot be read, or has no such world.
    pub fn text(wit: &str, world: Option<&str>) -> Result<Wit, Error> {
        Wit::parse("<wit>", wit, world).map_err(Error::of)
    }
}
