//! Configurations of `wasm-tools compose`, read into the types of the crate wasm-compose.

use std::path::{Path, PathBuf};

use miette::Diagnostic;
use thiserror::Error;
use wasm_compose::config::Config;

use super::{Description, Entry, Source};
use crate::guard::{Use, guard};

/// The name of the root in a configuration.
pub(crate) const ROOT: &str = "root";

/// Wiring by a configuration.
#[derive(Debug, Clone)]
pub(crate) struct Wiring {
    /// The configuration. Paths in it are relative to its directory.
    pub config: Config,
    /// The components whose exports fill all imports of the same name. The first one with such an export takes
    /// precedence.
    pub definitions: Vec<String>,
}

/// Errors of a configuration.
#[derive(Debug, Clone, Error, Diagnostic)]
#[non_exhaustive]
#[allow(missing_docs)] // The messages say it.
pub(crate) enum ConfigError {
    #[error("`{file}` is not a configuration of `wasm-tools compose`: {message}")]
    #[diagnostic(help(
        "its keys are `search-paths`, `definitions`, `dependencies`, `instantiations` and `disallow-imports`; a WAC document is composed without `--config`"
    ))]
    Syntax { file: String, message: String },

    #[error("`{file}` gives two components the name `{name}`")]
    #[diagnostic(help("rename one of them; `root` is the component that the configuration is for"))]
    SameName { file: String, name: String },
}

/// Describes the composition of `root` by a configuration in YAML or JSON. Paths in it are relative to `directory`.
///
/// # Errors
///
/// The text is not a valid configuration, or gives two components one name.
pub(crate) fn describe(file: &str, text: &str, directory: &Path, root: Source) -> Result<Description, ConfigError> {
    let file = file.to_owned();
    let parsed: Result<Config, String> = if text.trim_start().starts_with('{') {
        serde_json::from_str(text).map_err(|error| error.to_string())
    } else if text.lines().all(|line| line.trim().is_empty() || line.trim().starts_with('#')) {
        // The parser rejects an empty document.
        Ok(Config::default())
    } else {
        match guard(Use::YAML, &file, || serde_yaml2::from_str(text)) {
            Ok(config) => config.map_err(|error| error.to_string()),
            Err(panicked) => Err(panicked.to_string()),
        }
    };
    let mut config = match parsed {
        Ok(config) => config,
        Err(message) => return Err(ConfigError::Syntax { file, message }),
    };
    // The output is always validated, even with `skip-validation`.
    config.dir = directory.to_owned();
    let mut components = vec![entry(ROOT, root)];
    let mut definitions = Vec::new();
    for path in &config.definitions {
        let source = Source::File(directory.join(path));
        definitions.push(source.stem());
        components.push(entry(&source.stem(), source));
    }
    // Dependencies are read when they are first needed.
    let named = components.iter().map(|entry| entry.name.as_str());
    let mut names: Vec<&str> = named.chain(config.dependencies.keys().map(String::as_str)).collect();
    names.sort_unstable();
    if let Some(name) = names.windows(2).find_map(|pair| match pair {
        [first, second] if first == second => Some((*first).to_owned()),
        _ => None,
    }) {
        return Err(ConfigError::SameName { file, name });
    }
    let import_components = config.import_components;
    let wiring = super::Wiring::WasmCompose(Wiring { config, definitions });
    Ok(Description { components, wiring, import_components, ..Description::default() })
}

fn entry(name: &str, source: Source) -> Entry {
    Entry { name: name.to_owned(), source, sha256: None, place: None }
}

impl Wiring {
    /// The name of the component of an instance.
    pub(crate) fn component<'a>(&'a self, instance: &'a str) -> &'a str {
        self.config.dependency_name(instance)
    }

    /// The source of a component: the path in the configuration, else a file of that name in the directory of the
    /// configuration, else in the search paths.
    pub(crate) fn search(&self, name: &str) -> Source {
        if let Some(dependency) = self.config.dependencies.get(name) {
            return Source::File(self.config.dir.join(&dependency.path));
        }
        let directory = &self.config.dir;
        let directories =
            std::iter::once(directory.clone()).chain(self.config.search_paths.iter().map(|path| directory.join(path)));
        let files = |directory: PathBuf| ["wasm", "wat"].map(|extension| directory.join(format!("{name}.{extension}")));
        Source::Search(directories.flat_map(files).collect())
    }

    /// The components of all instances that arguments name.
    pub(crate) fn named(&self) -> impl Iterator<Item = &str> {
        let arguments = self.config.instantiations.values().flat_map(|instantiation| instantiation.arguments.values());
        arguments.map(|argument| self.component(&argument.instance))
    }
}
