//! The flags that choose a world of some WIT.

use std::path::Path;

use clap::Args;

use crate::load::LoadError;
use crate::load::world::{Features, Wit};
use crate::text;

/// The flags that go with `--wit`.
#[derive(Debug, Args)]
pub(super) struct World {
    /// The name of the world, if there are several
    #[arg(long, value_name = "WORLD", requires = "wit")]
    world: Option<String>,
    /// Read the items of these features too: those with `@unstable(feature = NAME)`
    #[arg(long, value_name = "NAME", value_delimiter = ',', requires = "wit")]
    features: Vec<String>,
    /// Read the items of all features
    #[arg(long, requires = "wit", conflicts_with = "features")]
    all_features: bool,
}

impl World {
    pub(super) fn is_named(&self) -> bool {
        self.world.is_some()
    }

    /// Reads the world of some WIT, and returns what `make` makes of it. If the items of all features would prevent an
    /// error, the error names the features.
    ///
    /// # Errors
    ///
    /// The WIT cannot be read or has no such world, or `make` fails.
    pub(super) fn read<T>(&self, wit: &Path, make: impl Fn(Wit) -> Result<T, LoadError>) -> Result<T, LoadError> {
        let features = Features { names: self.features.clone(), all: self.all_features };
        features.read(&text::path(wit), |features| make(Wit::read(wit, self.world.as_deref(), features)?))
    }

    /// Reads the world of some WIT with the items of all features.
    ///
    /// # Errors
    ///
    /// The WIT cannot be read, or has no such world.
    pub(super) fn read_all(&self, wit: &Path) -> Result<Wit, LoadError> {
        Wit::read(wit, self.world.as_deref(), &Features::ALL)
    }
}
