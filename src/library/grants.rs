//! The builder of grants.

use std::path::PathBuf;
use std::sync::Arc;

use super::Error;
use crate::describe::setting::Input;
use crate::describe::{Grants, Source, Treatment, virt};
use crate::name::Capability;

/// Names in grants are those of `weld virt --grant`: a capability such as `stdout`, an interface or a pattern such as
/// `wasi:random/*`, or a function such as `wasi:random/random#get-random-u64`. The most specific grant for a function
/// applies.
impl Grants {
    /// Creates grants that deny all functions that no grant names.
    ///
    /// A call of a denied function returns an error, an empty list or nothing, as the type of the function allows. It
    /// traps if the type allows none of these.
    pub fn deny_all() -> Grants {
        Grants::all(Treatment::Deny)
    }

    /// Creates grants that allow all functions that no grant names.
    pub fn allow_all() -> Grants {
        Grants::all(Treatment::Allow)
    }

    /// Returns the names of all capabilities, which are groups of functions of WASI.
    ///
    /// ```
    /// assert!(weld::Grants::capabilities().any(|name| name == "sockets"));
    /// ```
    pub fn capabilities() -> impl Iterator<Item = &'static str> {
        Capability::names()
    }

    /// Accepts grants that name nothing that the component imports. By default, they are an error.
    pub fn allow_missing(mut self) -> Grants {
        self.allow_missing = true;
        self
    }

    /// Allows the functions that a name stands for: the component calls those of the host.
    ///
    /// # Errors
    ///
    /// The name is not the name of a capability, an interface or a function, nor a pattern.
    ///
    /// ```
    /// let grants = weld::Grants::deny_all().allow("stdout")?.allow("wasi:random/*")?;
    /// assert!(weld::Grants::deny_all().allow("").is_err());
    /// # Ok::<(), weld::Error>(())
    /// ```
    pub fn allow(self, name: &str) -> Result<Grants, Error> {
        self.grant(name, "allow")
    }

    /// Denies the functions that a name stands for: calls are refused as in [`deny_all`](Grants::deny_all).
    ///
    /// # Errors
    ///
    /// The name is not the name of a capability, an interface or a function, nor a pattern.
    pub fn deny(self, name: &str) -> Result<Grants, Error> {
        self.grant(name, "deny")
    }

    /// Adds a grant, as `--grant NAME=VALUE` of `weld virt` does.
    ///
    /// The value is `allow`, `deny`, `trap`, `ignore`, or a setting, as `docs/manifest.md` describes. The name
    /// `default` stands for all functions that no grant names.
    ///
    /// # Errors
    ///
    /// The name cannot be granted, or cannot have this value.
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
        // The user wrote no flag that a message could point into.
        self.grants.iter_mut().for_each(|grant| grant.place = None);
        Ok(self)
    }

    /// Sets an environment variable. The component sees only variables that are set.
    ///
    /// # Errors
    ///
    /// The name is not a valid name of a variable.
    ///
    /// ```
    /// let grants = weld::Grants::deny_all().env("LANG", "en")?.env("HOME", "/")?;
    /// # Ok::<(), weld::Error>(())
    /// ```
    pub fn env(mut self, name: &str, value: &str) -> Result<Grants, Error> {
        virt::variable(&mut self, name, value).map_err(Error::of)?;
        Ok(self)
    }

    /// Sets the text that the component reads from standard input.
    pub fn stdin(mut self, text: &str) -> Grants {
        self.settings.stdin = Some(Input::Text(text.to_owned()));
        self.provide("stdin", None);
        self
    }

    /// Embeds a file with these bytes, which the component can read at the absolute path `guest`. The component sees
    /// only embedded files.
    ///
    /// # Errors
    ///
    /// The path is not absolute, or conflicts with another one.
    ///
    /// ```
    /// let grants = weld::Grants::deny_all().embed_bytes("/data/words.txt", "hello")?;
    /// # Ok::<(), weld::Error>(())
    /// ```
    pub fn embed_bytes(self, guest: &str, bytes: impl Into<Vec<u8>>) -> Result<Grants, Error> {
        let bytes: Vec<u8> = bytes.into();
        self.mount(guest, Source::Memory { name: guest.to_owned(), bytes: Arc::from(bytes) })
    }

    /// Embeds a file or a directory of this machine, which the component can read at the absolute path `guest`. The
    /// files are read when the composition is made.
    ///
    /// # Errors
    ///
    /// The path `guest` is not absolute, or conflicts with another one.
    pub fn embed(self, guest: &str, host_path: impl Into<PathBuf>) -> Result<Grants, Error> {
        self.mount(guest, Source::File(host_path.into()))
    }

    fn mount(mut self, guest: &str, source: Source) -> Result<Grants, Error> {
        virt::embed(&mut self, guest, source).map_err(Error::of)?;
        Ok(self)
    }
}
