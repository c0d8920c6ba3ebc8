//! Grants that a program gives.

use std::path::PathBuf;
use std::sync::Arc;

use super::Error;
use crate::describe::setting::Input;
use crate::describe::{Grants, Source, Treatment, virt};
use crate::name::Capability;

/// What becomes of the functions that a component imports. Names are those of `weld virt --grant`: a capability such as
/// `stdout`, an interface such as `wasi:random/*`, or a function, `wasi:random/random#get-random-u64`. The name that is
/// closest to a function decides about it.
impl Grants {
    /// Denies every function that no grant names: a call is refused in the way that the type of the function allows, and
    /// traps where that allows none.
    pub fn deny_all() -> Grants {
        Grants::all(Treatment::Deny)
    }

    /// Allows every function that no grant names.
    pub fn allow_all() -> Grants {
        Grants::all(Treatment::Allow)
    }

    /// The names of capabilities: parts of WASI that can be granted by a word.
    ///
    /// ```
    /// assert!(weld::Grants::capabilities().any(|name| name == "sockets"));
    /// ```
    pub fn capabilities() -> impl Iterator<Item = &'static str> {
        Capability::names()
    }

    /// Allows grants of what the component does not import, which have no effect. Without this they are an error.
    pub fn allow_missing(mut self) -> Grants {
        self.allow_missing = true;
        self
    }

    /// Leaves to a component what it imports of a name.
    ///
    /// # Errors
    ///
    /// Where the name is none that can be granted.
    ///
    /// ```
    /// let grants = weld::Grants::deny_all().allow("stdout")?.allow("wasi:random/*")?;
    /// assert!(weld::Grants::deny_all().allow("").is_err());
    /// # Ok::<(), weld::Error>(())
    /// ```
    pub fn allow(self, name: &str) -> Result<Grants, Error> {
        self.grant(name, "allow")
    }

    /// Refuses calls, in the way that the type of each function allows.
    ///
    /// # Errors
    ///
    /// Where the name is none that can be granted.
    pub fn deny(self, name: &str) -> Result<Grants, Error> {
        self.grant(name, "deny")
    }

    /// What `--grant NAME=VALUE` of `weld virt` says: `allow`, `deny`, `trap`, `ignore`, or a setting, which
    /// `docs/manifest.md` describes. The name `default` stands for every function that no grant names.
    ///
    /// # Errors
    ///
    /// Where the name is none that can be granted, or has no such value.
    ///
    /// ```
    /// let grants = weld::Grants::deny_all()
    ///     .grant("stdout", "ignore")?
    ///     .grant("random.seed", "42")?
    ///     .grant("clocks.fixed", "2026-01-01T00:00:00Z")?
    ///     .grant("fs./tmp.memory", "1MiB")?;
    /// # Ok::<(), weld::Error>(())
    /// ```
    pub fn grant(mut self, name: &str, value: &str) -> Result<Grants, Error> {
        virt::grant(&mut self, name, value).map_err(Error::of)?;
        // Nobody typed the flag that it was read as.
        self.grants.iter_mut().for_each(|grant| grant.place = None);
        Ok(self)
    }

    /// Sets an environment variable. The component sees the variables that are set, and no others.
    ///
    /// # Errors
    ///
    /// Where the name is no name of a variable.
    ///
    /// ```
    /// let grants = weld::Grants::deny_all().env("LANG", "en")?.env("HOME", "/")?;
    /// # Ok::<(), weld::Error>(())
    /// ```
    pub fn env(mut self, name: &str, value: &str) -> Result<Grants, Error> {
        virt::variable(&mut self, name, value).map_err(Error::of)?;
        Ok(self)
    }

    /// Gives the component a text as its standard input.
    pub fn stdin(mut self, text: &str) -> Grants {
        self.settings.stdin = Some(Input::Text(text.to_owned()));
        self.provide("stdin", None);
        self
    }

    /// Embeds a file of these bytes, read-only. `guest` is the path at which the component sees it. It sees what is embedded,
    /// and no other files.
    ///
    /// # Errors
    ///
    /// Where the path is not absolute.
    ///
    /// ```
    /// let grants = weld::Grants::deny_all().embed_bytes("/data/words.txt", "hello")?;
    /// # Ok::<(), weld::Error>(())
    /// ```
    pub fn embed_bytes(self, guest: &str, bytes: impl Into<Vec<u8>>) -> Result<Grants, Error> {
        let bytes: Vec<u8> = bytes.into();
        self.mount(guest, Source::Memory { name: guest.to_owned(), bytes: Arc::from(bytes) })
    }

    /// Embeds a directory of this machine's, or a file, read-only. `guest` is the path at which the component sees it. It is
    /// read when the composition is made.
    ///
    /// # Errors
    ///
    /// Where the path is not absolute.
    pub fn embed(self, guest: &str, host_path: impl Into<PathBuf>) -> Result<Grants, Error> {
        self.mount(guest, Source::File(host_path.into()))
    }

    fn mount(mut self, guest: &str, source: Source) -> Result<Grants, Error> {
        virt::embed(&mut self, guest, source).map_err(Error::of)?;
        Ok(self)
    }
}
