//! The constructors of worlds.

use std::path::Path;

use super::Error;
use crate::load::world::{Features, Wit};

impl Wit {
    /// Reads a world from a WIT file, from the directory of a WIT package, or from a WIT package in its binary form.
    ///
    /// `world` is the name of the world. It can be `None` if the package has a single world.
    ///
    /// # Errors
    ///
    /// The package cannot be read or is invalid, has no world of the name, or has several worlds and `world` is `None`.
    pub fn file(path: impl AsRef<Path>, world: Option<&str>) -> Result<Wit, Error> {
        Wit::read(path.as_ref(), world, &Features::default()).map_err(Error::of)
    }

    /// Reads a world from the text of a WIT package. `world` is the name of the world, as in [`Wit::file`].
    ///
    /// # Errors
    ///
    /// The package is invalid, has no world of the name, or has several worlds and `world` is `None`.
    pub fn text(wit: &str, world: Option<&str>) -> Result<Wit, Error> {
        Wit::parse("<wit>", wit, world).map_err(Error::of)
    }
}
