//! Directories in the notations of runtimes and container tools, and the flags of weld for them.

use crate::text::shell;

/// A directory of the host, and its path in the guest: `data::/data`, `/srv:/data:ro`, `data` or
/// `type=bind,source=data,target=/data`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Directory {
    host: String,
    guest: String,
    is_read_only: bool,
}

impl Directory {
    /// Reads the notation of another tool. `guest_first` states whether the path in the guest is before the colon.
    /// `None` if a side is empty.
    pub(crate) fn read(text: &str, guest_first: bool) -> Option<Directory> {
        // A user may write the notation of weld after the flag of another tool.
        if let Some((guest, host)) = text.split_once('=').filter(|_| !text.contains([':', ','])) {
            return Directory::new(host, guest, false);
        }
        let options = Options::after(text);
        let directories = options.as_ref().map_or(text, |options| options.directory);
        let is_read_only = options.as_ref().is_some_and(Options::is_read_only);
        let is_absolute = |path: &str| path.starts_with('/');
        let (host, guest) = match (directories.split_once("::"), directories.split_once(':')) {
            // With a single colon, each of these tools requires an absolute path in the guest.
            (None, Some((guest, host))) if is_absolute(guest) && !is_absolute(host) => (host, guest),
            (Some((guest, host)), _) | (None, Some((guest, host))) if guest_first => (host, guest),
            (Some(sides), _) | (None, Some(sides)) => sides,
            (None, None) => (directories, directories),
        };
        Directory::new(host, guest, is_read_only)
    }

    /// Reads the value of the flag `--mount` of container tools: `type=bind,source=data,target=/data,readonly`.
    pub(crate) fn bound(text: &str) -> Option<Directory> {
        let pairs: Vec<(&str, &str)> = text.split(',').map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect();
        let of = |keys: &[&str]| pairs.iter().find(|(key, _)| keys.contains(key)).map(|(_, value)| *value);
        let host = of(&["source", "src"])?;
        let guest = of(&["target", "destination", "dst"])?;
        Directory::new(host, guest, of(&["readonly", "ro"]).is_some_and(|value| value != "false"))
    }

    /// The directory `host` at the path `guest`. `None` if either is empty.
    pub(crate) fn new(host: &str, guest: &str, is_read_only: bool) -> Option<Directory> {
        let parts: Vec<&str> = guest.split('/').filter(|part| !["", ".", ".."].contains(part)).collect();
        let is_named = !host.is_empty() && !guest.is_empty();
        is_named.then(|| Directory { host: host.to_owned(), guest: format!("/{}", parts.join("/")), is_read_only })
    }

    /// Advice on the flag of weld and that of the runtime. `flag` is the flag of weld that was typed, without its
    /// dashes, if it was one.
    pub(crate) fn advice(&self, flag: Option<&str>) -> String {
        let Directory { host, guest, is_read_only } = self;
        let pair = |guest: &str, from: &str| shell(&format!("{guest}={from}"));
        let embedded = format!("`--mount {}`", pair(guest, host));
        if flag == Some("mount") {
            // The path of an embedded directory of the host is rarely also its path in the guest.
            return match host == guest {
                true => format!("write `--mount {}`, where DIRECTORY is what is embedded", pair(guest, "DIRECTORY")),
                false => format!("write {embedded}"),
            };
        }
        let other = match flag {
            _ if *is_read_only => "",
            Some("preopen") => "; `--preopen-ro` gives it read-only",
            Some(_) => "",
            None => "; `--preopen` lets the component write as well",
        };
        let flag = flag.filter(|_| !is_read_only).unwrap_or("preopen-ro");
        let told = if host == guest { shell(host) } else { shell(&format!("{host}::{guest}")) };
        format!(
            "write `--{flag} {}`, and have the runtime give the directory by that name, such as `wasmtime run --dir \
             {told}`{other}; {embedded} embeds it instead",
            pair(guest, guest)
        )
    }
}

/// Options after a directory, as other tools write them: `/data:ro`, `/data,mode=read-only`.
pub(crate) struct Options<'d> {
    /// The text before the options.
    pub directory: &'d str,
    /// The options, with their separators.
    pub options: &'d str,
}

impl<'d> Options<'d> {
    /// The options at the end of a text. `None` if there are none.
    pub(crate) fn after(text: &'d str) -> Option<Options<'d>> {
        let mut end = text.len();
        while let Some(at) = text.get(..end)?.rfind([':', ',']).filter(|at| *at > 0) {
            let (separator, word) = text.get(at..end)?.split_at_checked(1)?;
            // `/data::ro` has an empty word before the last one.
            if !(is_option(separator, word) || word.is_empty() && end < text.len()) {
                break;
            }
            end = at;
        }
        let (directory, options) = text.split_at_checked(end)?;
        (!options.is_empty()).then_some(Options { directory, options })
    }

    /// Whether the options forbid writing.
    pub(crate) fn is_read_only(&self) -> bool {
        let mut words = self.options.split([':', ',', '=']).map(str::to_ascii_lowercase);
        words.any(|word| ["ro", "readonly", "read-only", "read_only"].contains(&word.as_str()))
    }
}

/// Whether a word after `:` or `,` is an option of Docker, Podman or Kubernetes, rather than a part of a name.
fn is_option(separator: &str, word: &str) -> bool {
    const WORDS: &[&str] = &[
        "ro",
        "rw",
        "readonly",
        "read-only",
        "read_only",
        "read-write",
        "readwrite",
        "z",
        "u",
        "nocopy",
        "cached",
        "delegated",
        "consistent",
        "shared",
        "rshared",
        "slave",
        "rslave",
        "private",
        "rprivate",
    ];
    WORDS.contains(&word.to_ascii_lowercase().as_str()) || (separator == "," && word.contains('='))
}

#[cfg(test)]
mod tests {
    use super::Directory;

    #[test]
    fn directory_of_each_notation_has_one_advice() {
        let read = "write `--preopen-ro /data=/data`, and have the runtime give the directory by that name, such as \
                    `wasmtime run --dir data::/data`; `--mount /data=data` embeds it instead";
        let advice = |text: &str, flag| Directory::read(text, false).map(|of| of.advice(flag)).unwrap_or_default();
        for text in ["data::/data", "data:/data", "data", "data:data/"] {
            assert_eq!(advice(text, Some("preopen-ro")), read, "{text}");
            assert_eq!(advice(text, Some("mount")), "write `--mount /data=data`", "{text}");
            let of = |other| read.replace("; `--mount", &format!("; {other}; `--mount"));
            assert_eq!(advice(text, None), of("`--preopen` lets the component write as well"), "{text}");
            let write = of("`--preopen-ro` gives it read-only").replacen("--preopen-ro", "--preopen", 1);
            assert_eq!(advice(text, Some("preopen")), write, "{text}");
        }
        assert_eq!(advice("data:/data:ro", None), read);
        assert_eq!(Directory::read("/data::data", true), Directory::read("data::/data", false));
        let bound = Directory::bound("type=bind,source=data,target=/data,readonly").map(|of| of.advice(None));
        assert_eq!(bound.as_deref(), Some(read));
        let of = |text: &str| Directory::read(text, false).map(|of| (of.host, of.guest));
        let is = |host: &str, guest: &str| Some((host.to_owned(), guest.to_owned()));
        assert_eq!((of("."), of("../a/b")), (is(".", "/"), is("../a/b", "/a/b")));
        assert_eq!([of(""), of("data:"), of("::/data")], [None, None, None]);
    }
}
