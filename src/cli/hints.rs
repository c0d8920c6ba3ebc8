//! Tips for errors of the command line: what to type in place of an unknown flag, value or command.
//!
//! clap suggests the flag with the most similar spelling. For a flag that grants something, that suggestion can be the
//! opposite of what the user meant. Such suggestions are removed, unless the typed word differs by a typing error only.
//! Further tips cover flags and commands of other tools, and flags that users form by analogy. Tips do not change what
//! weld accepts.

use std::path::Path;

use clap::CommandFactory;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use strsim::damerau_levenshtein;

use crate::describe::Directory;
use crate::emit;
use crate::load::file;
use crate::name::Capability;
use crate::text::{self, Shown};

/// The names of capabilities, and of groups of them, in flags.
const CAPABILITIES: &[&str] = &[
    "all", "args", "clocks", "config", "cwd", "env", "exit", "fs", "http", "keyvalue", "logging", "network", "random",
    "sockets", "stdio", "stdin", "stdout", "stderr",
];

/// Prefixes of flags that are meant to deny something. A prefix of the first group means that before any word, a prefix
/// of the second group only before a capability.
const DENYING: [&[&str]; 2] = [
    &["deny", "disallow", "forbid", "block", "no-allow", "no-inherit"],
    &["no", "disable", "without", "drop", "revoke"],
];

/// Prefixes of flags that are meant to allow a capability.
const ALLOWING: &[&str] = &["allow", "inherit", "with", "enable", "permit", "use", "grant"];

/// Tips for the commands of other tools.
const COMMANDS: &[(&[&str], &str)] = &[
    (&["run", "serve", "exec"], "weld does not run components; a runtime does: `wasmtime run FILE`"),
    (&["link", "join", "merge", "concat"], "`weld plug SOCKET --plug FILE` fills the imports of a component"),
    (&["virtualize", "sandbox", "restrict", "deny"], "`weld virt COMPONENT` denies a component functions of the host"),
    (&["audit", "lint", "policy"], "`weld check COMPONENT --policy FILE` checks a component against a policy"),
    (&["validate"], "`weld inspect COMPONENT` validates a component, and shows what is in it"),
    (
        &["wit", "print", "dump", "show", "info", "tree", "graph", "metadata"],
        "`weld inspect COMPONENT` shows what is in a component",
    ),
    (&["new", "component", "embed", "adapt"], "`weld componentize FILE` makes a component from a core module"),
    (&["parse", "resolve", "encode"], "`weld compose FILE` composes a WAC document"),
    (&["lock", "update"], "`weld build --update` updates the lock"),
];

/// A command line with an error.
struct Typed<'t> {
    /// The subcommand, if it is known.
    command: Option<&'t clap::Command>,
    /// The words after the subcommand, or all words.
    words: &'t [String],
}

/// Replaces the suggestions of clap in an error by tips, and removes suggestions that could grant what was not meant.
/// `line` is the definition of the command line, after `build`. `words` are the typed words after the name of the
/// program.
pub(super) fn explained(mut error: clap::Error, line: &clap::Command, words: &[String]) -> clap::Error {
    let named = words.iter().enumerate().find_map(|(at, word)| Some((at, line.find_subcommand(word)?)));
    let (command, words) = match named {
        Some((at, command)) => (Some(command), words.get(at + 1..).unwrap_or_default()),
        None => (None, words),
    };
    let typed = Typed { command, words };
    let tip = typed.tip(&error);
    // This is "to pass '--x' as a value". No file is meant by a flag.
    error.remove(ContextKind::Suggested);
    // Values of stream flags are treatments, and `disallow` is similar to `allow`.
    let value = context(&error, ContextKind::SuggestedValue);
    if tip.is_some() || !may_be_meant(context(&error, ContextKind::InvalidValue), value) {
        error.remove(ContextKind::SuggestedValue);
    }
    let is_meant = match error.get(ContextKind::SuggestedArg) {
        Some(ContextValue::String(near)) => {
            tip.is_none() && may_be_meant(context(&error, ContextKind::InvalidArg), near)
        }
        _ => true,
    };
    if !is_meant {
        error.remove(ContextKind::SuggestedArg);
        // The usage of clap shows the suggested flag.
        if let Some(command) = command {
            error.insert(ContextKind::Usage, ContextValue::StyledStr(command.clone().render_usage()));
        }
    }
    if let Some(tip) = tip {
        error.remove(ContextKind::SuggestedSubcommand);
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![StyledStr::from(tip)]));
    }
    error
}

/// Returns a text of the error's context, or an empty text.
fn context(error: &clap::Error, kind: ContextKind) -> &str {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text,
        _ => "",
    }
}

/// Whether a user who typed `flag` may have meant the flag `near`. A flag that grants something must differ by a typing
/// error only.
fn may_be_meant(flag: &str, near: &str) -> bool {
    let (flag, near) = (flag.trim_start_matches('-'), near.trim_start_matches('-'));
    let grants = ["grant", "env", "config", "mount", "preopen", "preopen-ro", "stdio", "stdin", "stdout", "stderr"];
    match near.strip_prefix("allow-") {
        None if near == "allow" => is_typing_error(flag, near) && flag.starts_with('a'),
        Some("missing" | "unused-plugs" | "obsolete-names") => true,
        Some(capability) => flag.strip_prefix("allow-").is_some_and(|word| is_typing_error(word, capability)),
        None => !grants.contains(&near) || is_typing_error(flag, near),
    }
}

/// Whether a word differs from another by one typing error at most. With two, it may be another word: `secrets` is not
/// `sockets`.
fn is_typing_error(word: &str, meant: &str) -> bool {
    meant.chars().count() > 2 && damerau_levenshtein(word, meant) <= 1
}

/// Returns the capability, or the group of capabilities, that a word stands for.
fn capability(word: &str) -> Option<&'static str> {
    if let Some(name) = CAPABILITIES.iter().find(|name| **name == word) {
        return Some(name);
    }
    if ["everything", "any"].contains(&word) {
        return Some("all");
    }
    match Capability::meant(word)? {
        [one] => Some(one),
        several if several.contains(&"http") => Some("network"),
        _ => Some("stdio"),
    }
}

/// Writes how to allow a capability.
fn allowing(capability: &str) -> String {
    match capability {
        "fs" => {
            "`--preopen-ro GUEST=HOST` and `--preopen GUEST=HOST` give a directory of the host, read-only or writable, \
             `--mount GUEST=PATH` embeds one, and `--allow-fs` gives all directories of the host"
                .to_owned()
        }
        "logging" => {
            "`--grant logging=stderr` writes messages to standard error, and `--grant logging=allow` to the log of the host"
                .to_owned()
        }
        "keyvalue" => {
            "`--grant keyvalue=memory` keeps keys and values in memory, and `--grant keyvalue=allow` gives those of the host"
                .to_owned()
        }
        "network" => "`--allow-sockets` allows sockets, and `--allow-http` outgoing HTTP requests".to_owned(),
        "stdin" | "stdout" | "stderr" => format!("write `--{capability}`"),
        _ => format!("write `--allow-{capability}`"),
    }
}

/// The tip for flags that are meant to allow reading files only.
const READING: &str =
    "`--preopen-ro GUEST=HOST` gives a directory of the host read-only, and `--mount GUEST=PATH` embeds one";

/// Writes how to deny a capability.
fn denying(capability: &str) -> String {
    let flags = match capability {
        "all" => return "everything that no flag allows is denied: leave it out".to_owned(),
        // A value of their flags is the name of a variable, or there is no flag.
        "env" | "config" | "keyvalue" | "logging" => format!("`--grant {capability}=deny`"),
        "stdio" | "stdin" | "stdout" | "stderr" => format!("`--{capability}=deny`"),
        "network" => "`--allow-sockets=false` and `--allow-http=false`".to_owned(),
        _ => format!("`--allow-{capability}=false`"),
    };
    format!("everything that no flag allows is denied; with `--allow-all`, write {flags}")
}

/// Writes how to apply the treatment `how`, `trap` or `ignore`, to a capability.
fn refusing(capability: &str, how: &str) -> String {
    match capability {
        "all" => format!("write `--grant default={how}`"),
        "network" => format!("write `--grant sockets={how}` and `--grant http={how}`"),
        "stdio" | "stdin" | "stdout" | "stderr" => format!("write `--{capability}={how}`"),
        _ => format!("write `--grant {capability}={how}`"),
    }
}

/// Lists the flags that allow capabilities.
fn known_grants() -> String {
    let flags = CAPABILITIES.iter().filter(|name| !["all", "network", "keyvalue", "logging"].contains(name));
    let flags = flags.filter(|name| !name.starts_with("std") || **name == "stdio");
    let flags: Vec<String> = flags.map(|name| format!("`--allow-{name}`")).collect();
    format!("there are {}; any interface or function is `--grant NAME=allow`", flags.join(", "))
}

/// Reads a word that is meant to allow a capability (`true`) or to deny it (`false`).
fn yes_or_no(word: &str) -> Option<bool> {
    match word.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" | "y" | "allow" | "allowed" | "all" | "inherit" => Some(true),
        "false" | "no" | "off" | "0" | "n" | "none" | "never" | "deny" | "denied" | "disallow" | "disable"
        | "disabled" | "block" | "forbid" => Some(false),
        _ => None,
    }
}

/// Whether a word is the source or the destination of a standard stream.
fn is_redirection(flag: &str, word: &str) -> bool {
    matches!((flag, word), ("--stdin", "empty") | ("--stdout", "stderr") | ("--stderr", "stdout"))
}

/// Writes how to give a value to a flag that takes it after `=`. `word` was typed as the value. `None` if it cannot be
/// one.
fn with_value(flag: &str, word: &str) -> Option<String> {
    let stream = ["--stdio", "--stdin", "--stdout", "--stderr"].contains(&flag);
    let list = ["--allow-env", "--allow-config"].contains(&flag);
    match (yes_or_no(word), flag.strip_prefix("--allow-")) {
        _ if stream && ["trap", "ignore"].contains(&word) || is_redirection(flag, word) => {
            Some(format!("write `{flag}={word}`"))
        }
        (Some(true), _) if stream => Some(format!("write `{flag}`")),
        (Some(false), _) if stream => Some(format!("write `{flag}=deny`")),
        _ if stream && ["null", "discard", "devnull", "/dev/null"].contains(&word) => {
            Some(format!("write `{flag}=ignore`"))
        }
        (Some(true), Some(_)) => Some(format!("write `{flag}`")),
        (Some(false), Some(capability)) if list => Some(denying(capability)),
        (Some(false), Some(_)) => Some(format!("write `{flag}=false`")),
        (None, Some(capability)) if list && word.contains('=') => {
            Some(format!("write `--{capability} {}`", Shown(word)))
        }
        (None, Some("fs")) if word.contains('/') => Some(directory(Some(word), false)),
        (None, Some("http")) if word.contains(['.', ':', '*']) || word == "localhost" => {
            let scheme = if word.contains("://") { "" } else { "https://" };
            Some(format!("write `{flag}={scheme}{}`", Shown(word)))
        }
        (None, Some("sockets")) if word.contains(['.', ':', '*']) || word == "localhost" => {
            let (word, port) = (Shown(word), if word.contains(':') { "" } else { ":443" });
            Some(format!(
                "`{flag}` allows all addresses; for some, write `--grant 'sockets.connect=[\"{word}{port}\"]'`, or `sockets.listen`"
            ))
        }
        (None, Some(_)) if list && !is_component(word) => Some(format!("write `{flag}={}`", Shown(word))),
        _ => None,
    }
}

/// Whether a word has the form of a component's file name.
fn is_component(word: &str) -> bool {
    word.ends_with(".wasm") || word.ends_with(".wat")
}

/// Writes how to grant a directory that was typed in the form of another tool.
fn directory(value: Option<&str>, guest_first: bool) -> String {
    let directory = value.and_then(|value| Directory::read(value, guest_first));
    directory.map_or_else(|| allowing("fs"), |directory| directory.advice(None))
}

impl Typed<'_> {
    /// Returns the tip for an error.
    fn tip(&self, error: &clap::Error) -> Option<String> {
        let argument = context(error, ContextKind::InvalidArg);
        match error.kind() {
            ErrorKind::UnknownArgument if argument.starts_with('-') => self.unknown_flag(argument),
            ErrorKind::UnknownArgument | ErrorKind::TooManyValues => self.unexpected_word(argument),
            ErrorKind::InvalidValue if self.is("man") => {
                let word = context(error, ContextKind::InvalidValue);
                super::Arguments::command().find_subcommand(word).and_then(|_| self.unexpected_word(word))
            }
            ErrorKind::InvalidValue => {
                let flag = argument.split(['[', ' ', '=']).next()?;
                with_value(flag, context(error, ContextKind::InvalidValue))
            }
            ErrorKind::MissingRequiredArgument => self.missing_argument(error),
            ErrorKind::InvalidSubcommand => self.unknown_subcommand(context(error, ContextKind::InvalidSubcommand)),
            _ => None,
        }
    }

    /// Whether the subcommand has a name.
    fn is(&self, name: &str) -> bool {
        self.command.is_some_and(|command| command.get_name() == name)
    }

    /// Whether the subcommand has a flag.
    fn has(&self, flag: &str) -> bool {
        let is_it = |argument: &clap::Arg| argument.get_long() == Some(flag);
        self.command.is_some_and(|command| command.get_arguments().any(is_it))
    }

    /// Returns the word after a flag, or after its `=`.
    fn value_of(&self, flag: &str) -> Option<&str> {
        let at = self.words.iter().position(|word| word.split('=').next() == Some(flag))?;
        match self.words.get(at)?.split_once('=') {
            Some((_, value)) => Some(value),
            None => self.words.get(at + 1).map(String::as_str).filter(|word| !word.starts_with('-')),
        }
    }

    /// Returns the tip for an unknown flag.
    fn unknown_flag(&self, flag: &str) -> Option<String> {
        let value = self.value_of(flag);
        let shown = |or: &str| value.map_or(or.to_owned(), |value| Shown(value).to_string());
        let argument = |or: &str| value.map_or(or.to_owned(), text::argument);
        match flag {
            "-o" if self.has("out") => return Some(format!("write `--out {}`", shown("DIR"))),
            "-o" | "--output" if self.has("html") && value.is_some_and(|file| file.ends_with(".html")) => {
                return Some(format!("write `--html {}`", shown("FILE")));
            }
            "-f" | "--file" | "--manifest" | "--manifest-path" if self.is("build") => {
                return Some(format!("the manifest is named without a flag: `weld build {}`", argument("FILE")));
            }
            "--depfile" if !self.is("build") => {
                return Some("`weld build --depfile FILE` has it; `weld init` writes the manifest for that".to_owned());
            }
            "--dry-run" | "-n" if self.is("build") => return Some("`--check` writes nothing".to_owned()),
            "--dry-run" | "-n" if self.has("print") => return Some("`--print` writes nothing".to_owned()),
            "--socket" | "--input" if self.is("plug") => {
                return Some(
                    "the component whose imports are filled is named without a flag: `weld plug FILE --plug FILE`"
                        .into(),
                );
            }
            "--plug" => return Some("components are filled by `weld plug FILE --plug FILE`".to_owned()),
            "--registry" => {
                return Some(
                    "weld has no registry client: get packages by other means, and name their files".to_owned(),
                );
            }
            "--adapter" | "--adapters" if !self.is("componentize") => {
                return Some(format!(
                    "an adapter is for a core module: `weld componentize MODULE --adapt {}` makes a component from one",
                    argument("FILE")
                ));
            }
            "-o" | "--output" | "--out" => return self.output_tip(value),
            "-f" | "--format" => return self.format_tip(value?),
            "-p" | "--plugs" | "--with" if self.is("plug") => {
                return Some(format!("write `--plug {}`", shown("FILE")));
            }
            _ => {}
        }
        // clap reads several letters after one hyphen as several flags.
        let begins = |word: &&String| word.starts_with(flag) && !word.starts_with("--") && word.len() > 2;
        if let Some(name) = self.words.iter().find(begins).map(|word| word.trim_start_matches('-'))
            && self.has(name.split('=').next().unwrap_or_default())
        {
            return Some(format!("write `--{}`, with two hyphens", Shown(name)));
        }
        if let Some(long) = self.long_flag(flag) {
            return Some(format!("write `--{long}`"));
        }
        if !self.has("allow-random") {
            return self.grant_elsewhere(flag);
        }
        virt_flag(flag, value)
    }

    /// Returns the tip for an output file of a command that prints its output.
    fn output_tip(&self, file: Option<&str>) -> Option<String> {
        let command = self.command?.get_name();
        let file = file.map_or("FILE".to_owned(), |file| Shown(file).to_string());
        if command == "build" {
            return Some("the manifest names the outputs: `output = \"FILE\"`".to_owned());
        }
        Some(format!("`weld {command}` prints to standard output: `> {file}`"))
    }

    /// Returns the tip for a flag whose value is a format.
    fn format_tip(&self, format: &str) -> Option<String> {
        let flag = if format == "text" { "wat" } else { format };
        self.has(flag).then(|| format!("write `--{flag}`"))
    }

    /// Returns the long flag that a letter may stand for, if there is only one and it grants nothing.
    fn long_flag(&self, flag: &str) -> Option<&str> {
        let letter = flag.strip_prefix('-').filter(|letter| letter.len() == 1)?;
        let longs = self.command?.get_arguments().filter(|argument| argument.get_short().is_none());
        let mut longs = longs.filter_map(clap::Arg::get_long).filter(|long| long.starts_with(letter));
        let long = longs.next().filter(|long| longs.next().is_none() && !long.starts_with("allow-"))?;
        (!["grant", "mount", "preopen"].contains(&long)).then_some(long)
    }

    /// Returns the tip for a flag that grants something, on a command that has no such flags.
    fn grant_elsewhere(&self, flag: &str) -> Option<String> {
        let command = self.command?;
        let is_one = ["--grant", "--mount", "--preopen", "--preopen-ro", "--env", "--stdio", "--dir"].contains(&flag);
        let word = flag.trim_start_matches('-');
        let is_grant = capability(word).is_none() && grant(word, None).is_some();
        if !(is_one || is_grant) || self.is_near_flag(flag) {
            return None;
        }
        Some(match command.get_name() {
            "build" => "the manifest says what components may use: `[virtualize.NAME]`".to_owned(),
            "check" => "the policy says what components may use: `--policy FILE`".to_owned(),
            _ => "`weld virt` says what a component may use, and `[virtualize.NAME]` in a manifest".to_owned(),
        })
    }

    /// Whether a flag of the subcommand differs from a flag by a typing error, or begins with it.
    fn is_near_flag(&self, flag: &str) -> bool {
        let flag = flag.trim_start_matches('-');
        let is_near = |argument: &clap::Arg| {
            argument.get_long().is_some_and(|long| is_typing_error(flag, long) || long.starts_with(flag))
        };
        self.command.is_some_and(|command| command.get_arguments().any(is_near))
    }

    /// Returns the tip for a word that the subcommand does not take.
    fn unexpected_word(&self, word: &str) -> Option<String> {
        // A flag that takes its value after `=` does not take the next word, which is then read as a component.
        let mut pairs = self.words.iter().zip(self.words.iter().skip(1));
        let value = |(flag, word): (&String, &String)| match self.has(flag.trim_start_matches('-')) {
            true => with_value(flag, word),
            false => None,
        };
        if let Some(tip) = pairs.find_map(value) {
            return Some(tip);
        }
        let shown = Shown(word);
        let command = self.command?;
        // Word processors replace hyphens by other dashes.
        let flag =
            word.trim_start_matches(['-', '\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2014}', '\u{2212}']);
        if !word.starts_with('-') && self.has(flag) {
            return Some(format!("write `--{flag}`, with two hyphens"));
        }
        let has_output = ["-o", "--output"].iter().any(|flag| self.value_of(flag).is_some());
        let may_be_output = !has_output && !emit::is_there(Path::new(word));
        Some(match command.get_name() {
            "plug" if may_be_output => {
                format!("write `--plug` before each plug: `--plug {shown}`; the file to write is `-o {shown}`")
            }
            "plug" => format!("write `--plug` before each plug: `--plug {shown}`"),
            "snapshot" => self.snapshot_tip(),
            "splice" => format!("write `--insert` before each component to put there: `--insert {shown}`"),
            "split" => format!("the directory to write to is `-o {shown}`"),
            "add" => "one component is added at a time: `weld add FILE` for each".to_owned(),
            "inspect" | "componentize" => format!("`weld {}` takes one file at a time", command.get_name()),
            "explain" => "one question is answered at a time; `network` asks for `sockets` and `http`".to_owned(),
            "diff" => "two are compared at a time: `weld diff BEFORE AFTER`".to_owned(),
            "compose" if is_component(word) => {
                "a component is filled by others with `weld plug FILE --plug FILE`; `weld compose` takes a WAC document"
                    .to_owned()
            }
            "verify" if word.ends_with(".toml") => format!("the manifest is `--manifest {shown}`"),
            "verify" => {
                format!("write `--input` before each input: `--input {shown}`")
            }
            "virt" if self.words.iter().any(|word| word == "--") => {
                "arguments belong to the runtime, which runs the component: `wasmtime run FILE ARGUMENT`; `--allow-args` lets the \
                 component have them"
                    .to_owned()
            }
            "virt" if word.contains("://") => {
                let flag = self.words.iter().find(|flag| flag.starts_with("--allow-http="));
                let flag = flag.map_or("--allow-http=GET", String::as_str);
                format!("put a rule with a space in quotes: `{}`", text::shell(&format!("{flag} {word}")))
            }
            // `-v` has another meaning for container tools.
            "virt" if word.contains(":/") => directory(Some(word), false),
            "virt" if is_component(word) && !file::exists(Path::new(word)) => format!("write `-o {}`", text::argument(word)),
            "virt" => "one component is virtualized at a time; a manifest describes several: `weld build`".to_owned(),
            "build" => format!("one manifest is built at a time; a target of a manifest is `--target {shown}`"),
            "targets" => format!("the WIT that has the world is `--wit {shown}`"),
            "man" => format!(
                "`weld man --out DIR` writes a page for each command, `weld-{shown}.1` among them; `weld help {shown}` shows its help"
            ),
            _ => return None,
        })
    }

    /// Returns the tip for a snapshot that was typed without a flag.
    fn snapshot_tip(&self) -> String {
        let files: Vec<&String> = self.words.iter().filter(|word| !word.starts_with('-')).take(2).collect();
        let (components, others): (Vec<&String>, Vec<&String>) = files.into_iter().partition(|file| is_component(file));
        let [component, golden] = match (components.as_slice(), others.as_slice()) {
            ([component], [golden]) => [component, golden].map(|file| text::argument(file)),
            _ => ["COMPONENT", "FILE"].map(str::to_owned),
        };
        format!(
            "`weld snapshot {component} --check {golden}` compares the component with a saved snapshot, and \
             `weld snapshot {component} --update {golden}` writes it"
        )
    }

    /// Returns the tip for a missing argument.
    fn missing_argument(&self, error: &clap::Error) -> Option<String> {
        let Some(ContextValue::Strings(missing)) = error.get(ContextKind::InvalidArg) else { return None };
        let lacks = |flag: &str| missing.iter().any(|argument| argument.starts_with(flag));
        if self.is("verify") && (lacks("--manifest") || lacks("--input")) {
            return Some("name the inputs of the output: `--input FILE` for each, or `--manifest FILE`".to_owned());
        }
        if self.is("check") && lacks("--policy") {
            let policy = self.words.iter().find(|word| word.ends_with(".toml"));
            let policy = policy.map_or("FILE".to_owned(), |file| Shown(file).to_string());
            return Some(format!(
                "name the policy: `--policy {policy}`; `--suggest` prints one that allows what the components reach now"
            ));
        }
        if self.is("explain") && lacks("<CAPABILITY>") {
            return Some(
                "say what is asked: a capability, such as `network` or `fs`, an interface or a function".to_owned(),
            );
        }
        if self.is("inspect") && lacks("<COMPONENT>") {
            let page = self.value_of("--html").filter(|file| is_component(file))?;
            let file = text::argument(page);
            return Some(format!(
                "`--html FILE` names the page that is written, `{file}` here: `weld inspect {file} --html FILE`"
            ));
        }
        if self.is("split") && lacks("--output") {
            return Some("name a directory that does not exist, or is empty: `-o DIR`".to_owned());
        }
        if self.is("completions") {
            return Some("name the shell: `bash`, `zsh`, `fish`, `elvish` or `powershell`".to_owned());
        }
        if self.is("splice") && (lacks("--at") || lacks("--insert")) {
            return Some("`--at COMPONENT/IMPORT` says where, and `--insert FILE` what".to_owned());
        }
        if self.is("swap") && lacks("<NAME=FILE>") {
            return Some(
                "say what is replaced, by its name in `weld inspect`, and with which file: `NAME=FILE`".to_owned(),
            );
        }
        if self.is("targets") && lacks("--wit") {
            return Some(
                "name the WIT file, or the directory of a WIT package, that has the world: `--wit PATH`".to_owned(),
            );
        }
        if ["record", "trace", "replay"].iter().any(|command| self.is(command)) && lacks("--at") {
            return Some(
                "`--at COMPONENT/IMPORT` says which calls, by the names that `weld inspect` prints; `--at COMPONENT/host` is all that the \
                 host fills"
                    .to_owned(),
            );
        }
        (self.is("plug") && lacks("--plug"))
            .then(|| "name a component that fills imports of the first: `--plug FILE`".to_owned())
    }

    /// Returns the tip for an unknown command.
    fn unknown_subcommand(&self, word: &str) -> Option<String> {
        if is_component(word) {
            return Some(format!("name a command before the file, such as `weld inspect {}`", text::argument(word)));
        }
        if <super::man::Topic as clap::ValueEnum>::from_str(word, false).is_ok() {
            return Some(format!("`weld man {word}` prints the manual of it"));
        }
        COMMANDS.iter().find(|(words, _)| words.contains(&word)).map(|(_, tip)| (*tip).to_owned())
    }
}

/// Returns the tip for an unknown flag of `weld virt`.
fn virt_flag(flag: &str, value: Option<&str>) -> Option<String> {
    match flag {
        "--dir" | "--dirs" | "--volume" => Some(directory(value, false)),
        "--mapdir" | "--map-dir" => Some(directory(value, true)),
        "--tcplisten" | "--listenfd" | "--listen" | "--addr" => Some(
            "weld does not run components: `--allow-sockets` allows sockets, and the host decides where they listen"
                .into(),
        ),
        "-S" | "--wasi" => Some(format!("this is a flag of a runtime; {}", known_grants())),
        "--seed" => Some(format!(
            "write `--grant random.seed={}`",
            value.map_or("NUMBER".to_owned(), |value| Shown(value).to_string())
        )),
        "--mount-ro" => Some("`--mount GUEST=PATH` is read-only".to_owned()),
        "--ro" | "--readonly" | "--read-only" => Some(
            "`--preopen-ro GUEST=HOST` gives a directory of the host read-only, `--mount GUEST=PATH` embeds one".into(),
        ),
        _ if flag.starts_with("--preopen") => Some(
            "`--preopen GUEST=HOST` gives a directory of the host to read and write, `--preopen-ro GUEST=HOST` \
                 read-only"
                .to_owned(),
        ),
        _ => grant(flag.trim_start_matches('-'), value),
    }
}

/// Returns the tip for a flag, without its dashes, that is meant to allow or to deny a capability.
fn grant(flag: &str, value: Option<&str>) -> Option<String> {
    let after = |prefix: &&str| match flag.strip_prefix(*prefix)? {
        // `--deny random`, `--allow=random`
        "" => Some(value.unwrap_or_default()),
        rest => rest.strip_prefix('-'),
    };
    let [whatever, known_only] = DENYING;
    if let Some(word) = whatever.iter().find_map(after) {
        return Some(capability(word).map_or_else(|| denying("NAME"), denying));
    }
    for word in ["trap", "ignore"] {
        if let Some(capability) = after(&word).and_then(capability) {
            return Some(refusing(capability, word));
        }
    }
    if let Some(capability) = known_only.iter().find_map(after).and_then(capability) {
        return Some(denying(capability));
    }
    let is_denied = value.and_then(yes_or_no) == Some(false);
    if let Some(word) = ALLOWING.iter().find_map(after) {
        let is_allow = flag.starts_with("allow");
        let slip = CAPABILITIES.iter().copied().find(|name| is_typing_error(word, name));
        return match (capability(word), slip) {
            (Some(capability), _) | (None, Some(capability)) if is_denied => Some(denying(capability)),
            (Some("fs"), _) if word.contains("read") => Some(READING.to_owned()),
            (Some(capability), _) => Some(allowing(capability)),
            // The suggestion of clap is right.
            (None, Some(_)) => None,
            (None, None) => is_allow.then(known_grants),
        };
    }
    capability(flag).map(|capability| if is_denied { denying(capability) } else { allowing(capability) })
}
