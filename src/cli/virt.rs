//! `weld virt`: denies a component functions of the host.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::terminal::Terminal;
use super::world::World;
use super::{Composed, Outcome, examples, say_adapter, write_json};
use crate::compose::{adapter, read_policy};
use crate::describe::setting::{Mount, MountKind, Names};
use crate::describe::virt::{self, Directories, FlagError};
use crate::describe::{self, At, Grants, Policy, Source, Treatment};
use crate::load::{LoadError, file};
use crate::name::Capability;
use crate::report::adapters::{self, Kept, Report};
use crate::text::Shown;
use crate::timings::Timings;
use crate::{PhaseError, policy};

/// Deny a component functions of the host
///
/// Without flags, all imports are denied. A denied function returns an error, an empty list or nothing, as its type
/// allows, and traps if its type allows none of these. What was granted and denied is printed. With `--wit` instead of a component, only the adapter is
/// written, which exports what a world imports.
#[derive(Debug, Args)]
#[command(override_usage = "weld virt <COMPONENT> [OPTIONS]\n       weld virt --wit <PATH> [--world <WORLD>] [OPTIONS]", after_help = examples::VIRT)]
pub(super) struct Arguments {
    /// The component: binary, WAT text, or a core module
    #[arg(value_name = "COMPONENT", conflicts_with = "wit")]
    component: Option<PathBuf>,
    /// Write the adapter for a world of this WIT: a file, the directory of a package, or a binary package
    #[arg(long, value_name = "PATH")]
    wit: Option<PathBuf>,
    #[command(flatten)]
    world: World,
    #[command(flatten)]
    flags: Flags,
    #[command(flatten)]
    composed: Composed,
}

/// The flags that grant something.
#[derive(Debug, Args)]
pub(super) struct Flags {
    #[command(flatten)]
    allowed: Allowed,
    #[command(flatten)]
    stdio: Stdio,
    #[command(flatten)]
    settings: Settings,
    /// Grant a capability, an interface or a function, such as `random.seed=42`; NAME and VALUE are those of
    /// `[virtualize.X]` in a manifest, where a path is quoted (`fs./tmp=…` is `fs."/tmp" = …` there); takes precedence over
    /// other flags; can be repeated
    #[arg(long = "grant", value_name = "NAME=VALUE", help_heading = "Grants")]
    grants: Vec<String>,
    /// Accept a `--grant` of an import that the component does not have
    #[arg(long, help_heading = "Grants")]
    allow_missing: bool,
    /// Grant only what a policy allows, and check the output against the policy
    #[arg(long, value_name = "FILE", help_heading = "Grants")]
    policy: Option<PathBuf>,
    /// Log each call to standard error, which must be allowed: `weld: wasi:clocks/wall-clock@0.2.6#now`
    #[arg(long, help_heading = "Grants", conflicts_with = "policy")]
    debug: bool,
}

/// The flags that allow capabilities, or deny them.
#[derive(Debug, Args)]
#[command(next_help_heading = "Allow")]
struct Allowed {
    /// Allow everything that no other flag names
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true",
        hide_possible_values = true)]
    allow_all: Option<bool>,
    /// Allow the arguments of the command line
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true",
        hide_possible_values = true)]
    allow_args: Option<bool>,
    /// Allow clocks
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true",
        hide_possible_values = true)]
    allow_clocks: Option<bool>,
    /// Allow the runtime configuration, or only these keys
    #[arg(long, value_name = "NAME", num_args = 0.., require_equals = true, value_delimiter = ',')]
    allow_config: Option<Vec<String>>,
    /// Allow the name of the initial working directory
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true",
        hide_possible_values = true)]
    allow_cwd: Option<bool>,
    /// Allow environment variables, or only these
    #[arg(long, value_name = "NAME", num_args = 0.., require_equals = true, value_delimiter = ',')]
    allow_env: Option<Vec<String>>,
    /// Allow the program to exit early, or with a code
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true",
        hide_possible_values = true)]
    allow_exit: Option<bool>,
    /// Allow the file system
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true",
        hide_possible_values = true)]
    allow_fs: Option<bool>,
    /// Allow outgoing HTTP requests, or only those of rules: `https://api.example.com`, `GET,HEAD https://*.example.com/a/*`
    #[arg(long, value_name = "RULE", num_args = 0.., require_equals = true, value_delimiter = ',',
        default_missing_value = "true")]
    allow_http: Option<Vec<String>>,
    /// Allow random numbers
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true",
        hide_possible_values = true)]
    allow_random: Option<bool>,
    /// Allow sockets
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true",
        hide_possible_values = true)]
    allow_sockets: Option<bool>,
    /// Allow standard input, output and error
    #[arg(
        long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true",
        hide_possible_values = true,
        conflicts_with = "stdio"
    )]
    allow_stdio: Option<bool>,
}

/// The flags for standard streams.
#[derive(Debug, Args)]
#[command(next_help_heading = "Standard streams")]
struct Stdio {
    /// Treat standard input, output and error: allow (without a value), deny, trap or ignore
    #[arg(long, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "allow",
        value_parser = words(&[]), hide_possible_values = true)]
    stdio: Option<String>,
    /// The same for standard input alone; also empty
    #[arg(long, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "allow",
        value_parser = words(&["empty"]), hide_possible_values = true)]
    stdin: Option<String>,
    /// The same for standard output alone; also stderr, which redirects it
    #[arg(long, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "allow",
        value_parser = words(&["stdout", "stderr"]), hide_possible_values = true)]
    stdout: Option<String>,
    /// The same for standard error alone; also stdout, which redirects it
    #[arg(long, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "allow",
        value_parser = words(&["stdout", "stderr"]), hide_possible_values = true)]
    stderr: Option<String>,
}

/// The flags for settings: variables and files.
#[derive(Debug, Args)]
#[command(next_help_heading = "Variables and files")]
struct Settings {
    /// Set an environment variable; those of the host still need `--allow-env` or `--allow-all`; can be repeated
    #[arg(short, long, value_name = "NAME=VALUE")]
    env: Vec<String>,
    /// Set a key of the runtime configuration; those of the host still need `--allow-config` or `--allow-all`; can be
    /// repeated
    #[arg(short, long, value_name = "NAME=VALUE")]
    config: Vec<String>,
    /// Embed a directory or a file read-only at the path GUEST; no other files are visible; can be repeated
    #[arg(long, value_name = "GUEST=PATH")]
    mount: Vec<String>,
    /// Mount at GUEST the directory that the host preopens as HOST, or one below it, to read and write; can be
    /// repeated
    #[arg(long, value_name = "GUEST=HOST")]
    preopen: Vec<String>,
    /// Like `--preopen`, but read-only: nothing in the directory can be changed; can be repeated
    #[arg(long, value_name = "GUEST=HOST")]
    preopen_ro: Vec<String>,
}

/// Returns the values of a flag for a stream: all treatments, and `others`.
fn words(others: &[&'static str]) -> PossibleValuesParser {
    PossibleValuesParser::new(Treatment::names().chain(others.iter().copied()).collect::<Vec<_>>())
}

pub(super) fn run(arguments: Arguments, terminal: &Terminal, timings: &mut Timings) -> Result<Outcome, PhaseError> {
    let grants = arguments.flags.grants()?;
    arguments.composed.output.spare_embedded(&grants.settings)?;
    if arguments.world.is_named() && arguments.wit.is_none() {
        return Err(PhaseError::Usage("`--world` names a world of `--wit`: name the file that has it"));
    }
    host_names(&grants.settings, Path::new("")).iter().for_each(|line| terminal.note(line));
    arguments.flags.overridden().iter().for_each(|line| terminal.warn(line));
    arguments.flags.single_paths().iter().for_each(|line| terminal.note(line));
    let policy = match &arguments.flags.policy {
        Some(file) => {
            arguments.composed.output.spare(file)?;
            arguments.flags.policy()?
        }
        None => None,
    };
    match (arguments.component, arguments.wit) {
        (Some(component), _) => {
            let mut description = virt::virt(Source::parse(component), grants);
            if let Some(policy) = policy {
                virt::by_policy(&mut description, policy);
            }
            arguments.composed.run(description, terminal, timings)
        }
        (None, Some(wit)) => {
            let Composed { output, json, .. } = &arguments.composed;
            arguments.composed.check_targets()?;
            let world = timings
                .span("load", || -> Result<_, LoadError> { arguments.world.read(&wit, |wit| wit.component()) })?;
            for doubt in policy.iter().flat_map(Policy::doubts) {
                terminal.warn(&doubt.to_string());
            }
            let notation = if policy.is_some() { adapters::Grants::Names } else { adapters::Grants::Flags };
            let grants = policy.map_or(grants, |policy| policy::grants(&policy, &world));
            let alone = adapter(&world, &grants, timings)?;
            output.emit(&alone.bytes, (terminal, timings))?;
            let report = Report::new(&world, &alone);
            say_adapter(&report.adapter, notation, terminal);
            let kept = Kept::lines(&report.adapter.kept, terminal.is_verbose(), None);
            kept.iter().for_each(|line| terminal.say(line));
            if *json {
                write_json(&report)?;
            }
            Ok(Outcome::Done)
        }
        (None, None) => {
            Err(PhaseError::Usage("there is nothing to virtualize: name a component, or a world with `--wit`"))
        }
    }
}

/// Writes a note for each mount of a directory that the host preopens by another name than an absolute path. If the name
/// is also a path on this machine, relative to `directory`, the user may have meant to embed it.
pub(super) fn host_names(settings: &describe::Settings, directory: &Path) -> Vec<String> {
    let line = |(guest, mount): (&String, &Mount)| {
        let MountKind::Host { path, .. } = &mount.kind else { return None };
        // A host preopens absolute directories under their own names.
        let is_name = path == "." || path.starts_with('/');
        if is_name {
            return None;
        }
        let is_here = file::exists(&directory.join(path));
        let (guest, path) = (Shown(guest), Shown(path));
        let preopened =
            format!("`{guest}` is the directory that the host preopens as `{path}`, such as `wasmtime run --dir");
        Some(match is_here {
            true => {
                format!("{preopened} {path}`; `{path}` here is not embedded: `--mount {guest}={path}` does that")
            }
            false => format!("{preopened} DIRECTORY::{path}`"),
        })
    };
    settings.mounts.iter().filter_map(line).collect()
}

impl Allowed {
    /// The capabilities that a flag allows or denies entirely, with its value.
    fn whole(&self) -> [(&'static str, Option<bool>); 7] {
        [
            ("args", self.allow_args),
            ("clocks", self.allow_clocks),
            ("cwd", self.allow_cwd),
            ("exit", self.allow_exit),
            ("fs", self.allow_fs),
            ("random", self.allow_random),
            ("sockets", self.allow_sockets),
        ]
    }
}

impl Flags {
    /// Whether no flag grants something.
    pub(super) fn says_nothing(&self) -> bool {
        let is_empty = |grants: Grants| {
            let Grants { default, grants, allow_missing, debug, .. } = grants;
            default == Treatment::Deny && grants.is_empty() && !allow_missing && !debug
        };
        self.policy.is_none() && self.grants().is_ok_and(is_empty)
    }

    /// Whether a policy states the grants.
    pub(super) fn has_policy(&self) -> bool {
        self.policy.is_some()
    }

    /// Reads the policy that states the grants, if there is one.
    pub(super) fn policy(&self) -> Result<Option<Policy>, PhaseError> {
        let Some(file) = &self.policy else { return Ok(None) };
        let grants = self.grants()?;
        if grants.default != Treatment::Deny || !grants.grants.is_empty() {
            return Err(PhaseError::Usage("`--policy` says what is granted: leave the flags out that say so too"));
        }
        Ok(Some(read_policy(&Source::parse(file.clone()))?))
    }

    /// Writes a warning for each flag of a capability that a `--grant` overrides.
    fn overridden(&self) -> Vec<String> {
        let (Allowed { allow_config, allow_env, allow_http, .. }, Stdio { stdin, stdout, stderr, .. }) =
            (&self.allowed, &self.stdio);
        let lists = [("config", allow_config), ("env", allow_env), ("http", allow_http)];
        let streams = [("stdin", stdin), ("stdout", stdout), ("stderr", stderr)];
        let allowed = self.allowed.whole().into_iter().filter_map(|(name, allowed)| allowed.map(|_| name));
        let allowed = allowed.chain(lists.into_iter().filter_map(|(name, list)| list.as_ref().map(|_| name)));
        let streams = streams.into_iter().filter_map(|(name, word)| word.as_ref().map(|_| (name, format!("--{name}"))));
        let given: BTreeMap<&str, String> =
            allowed.map(|name| (name, format!("--allow-{name}"))).chain(streams).collect();
        let settings = [("env", "--env", &self.settings.env), ("config", "--config", &self.settings.config)];
        let settings = settings.map(|(name, flag, values)| (name, flag, !values.is_empty()));
        let warnings = |flag: &String| {
            let (key, value) = flag.split_once('=').unwrap_or((flag, ""));
            let key = key.trim();
            let name = key.split('.').next().unwrap_or_default();
            let names = Capability::group(name).map_or_else(|| vec![name], <[&str]>::to_vec);
            let others = names.iter().filter_map(|name| given.get(name)).map(String::as_str);
            // A setting is added to others of its capability; a treatment takes their place.
            let is_treatment = Treatment::named(value.trim().trim_matches(['"', '\''])).is_some() && name == key;
            let replaced = settings.iter().filter(|(of, _, is_given)| *is_given && is_treatment && names.contains(of));
            let replaced = replaced.map(|(_, flag, _)| *flag);
            let warning =
                |other| format!("`--grant {}` takes precedence over `{other}`, which has no effect", Shown(flag));
            others.chain(replaced).map(warning).collect::<Vec<_>>()
        };
        self.grants.iter().flat_map(warnings).collect()
    }

    /// Writes a note for each rule of `--allow-http` that allows a single path. The user may have meant all paths of
    /// the host.
    fn single_paths(&self) -> Vec<String> {
        let note = |rule: &String| {
            let (scheme, rest) = rule.split_once("://")?;
            let (authority, path) = rest.split_once('/').filter(|(_, path)| !path.contains('*'))?;
            let below = if rule.ends_with('/') { "*" } else { "/*" };
            let (rule, path, all) = (Shown(rule), Shown(path), format!("{scheme}://{authority}"));
            let all = Shown(&all);
            Some(format!(
                "`{rule}` allows the path `/{path}` alone; `{all}` allows all paths, and `{rule}{below}` those below it"
            ))
        };
        rules(self.allowed.allow_http.as_deref().unwrap_or_default()).iter().filter_map(note).collect()
    }

    /// Adds the grants of `--allow-http`.
    fn add_http(&self, grants: &mut Grants) -> Result<(), Vec<At<FlagError>>> {
        let Some(parts) = &self.allowed.allow_http else { return Ok(()) };
        match parts.as_slice() {
            [word] if word == "true" || word == "false" => grants.add("http", treatment_of(word == "true"), None),
            parts if parts.iter().any(|part| part == "true" || part == "false") => {
                return Err(vec![FlagError::HttpTwice.into()]);
            }
            parts => virt::requests(grants, rules(parts))?,
        }
        Ok(())
    }

    /// Converts the flags to grants, the more general flags first: the last of several grants with the same name
    /// applies.
    pub(super) fn grants(&self) -> Result<Grants, PhaseError> {
        let Allowed { allow_all, allow_stdio, .. } = self.allowed;
        let mut grants = Grants::all(treatment_of(allow_all.unwrap_or(false)));
        grants.allow_missing = self.allow_missing;
        grants.debug = self.debug;
        for (name, allowed) in self.allowed.whole() {
            allowed.into_iter().for_each(|allowed| grants.add(name, treatment_of(allowed), None));
        }
        let Stdio { stdio, stdin, stdout, stderr } = &self.stdio;
        let all = stdio.clone().or(allow_stdio.map(|allowed| treatment_of(allowed).to_string()));
        for (name, own) in [("stdin", stdin), ("stdout", stdout), ("stderr", stderr)] {
            if let Some(word) = own.as_ref().or(all.as_ref()) {
                grants.word(name, word, None).map_err(|error| vec![At::from(FlagError::from(error))])?;
            }
        }
        let Settings { env, config, mount, preopen, preopen_ro } = &self.settings;
        let has_directories = !(mount.is_empty() && preopen.is_empty() && preopen_ro.is_empty());
        let Allowed { allow_env, allow_config, allow_fs, .. } = &self.allowed;
        let mut wrong = Vec::new();
        for (name, set, allow) in [("env", env, allow_env), ("config", config, allow_config)] {
            // `true` and `false` are no names of variables here. `--grant` allows variables of these names.
            let allow = match allow.as_deref() {
                // With `--allow-all`, variables are set in addition to those of the host.
                None if !set.is_empty() && grants.default == Treatment::Allow => Names::All,
                None => Names::None,
                Some([]) => Names::All,
                Some([word]) if word == "true" => Names::All,
                Some([word]) if word == "false" => {
                    grants.add(name, Treatment::Deny, None);
                    Names::None
                }
                Some(names) => Names::Some(names.iter().cloned().collect()),
            };
            wrong.extend(virt::variables(&mut grants, name, set, allow).err().into_iter().flatten());
        }
        wrong.extend(self.add_http(&mut grants).err().into_iter().flatten());
        let directories = Directories { embed: mount, preopen, read_only: preopen_ro };
        wrong.extend(virt::mounts(&mut grants, directories).err().into_iter().flatten());
        if *allow_fs == Some(true) && has_directories {
            wrong.push(FlagError::AllowFs.into());
        }
        wrong.extend(virt::add(&mut grants, &self.grants).err().into_iter().flatten());
        // A `--grant` may deny the file system in spite of mounts. It may not allow all directories in their place.
        let fs = grants.of("wasi:filesystem/preopens", "get-directories");
        let gives_all = fs.is_some_and(|(grant, _)| grant.treatment == Treatment::Allow);
        if gives_all && has_directories && *allow_fs != Some(true) {
            wrong.push(FlagError::GrantFs.into());
        }
        if wrong.is_empty() { Ok(grants) } else { Err(wrong.into()) }
    }
}

/// Joins the parts of `--allow-http` to rules. Commas separate both rules and the methods of a rule.
fn rules(parts: &[String]) -> Vec<String> {
    let mut rules: Vec<String> = Vec::new();
    let mut methods = String::new();
    for part in parts {
        match part.contains("://") {
            true => rules.push(std::mem::take(&mut methods) + part),
            false => methods += &format!("{part},"),
        }
    }
    // Methods without a URL are an invalid rule, which is refused later.
    rules.extend((!methods.is_empty()).then(|| methods.trim_end_matches(',').to_owned()));
    rules
}

fn treatment_of(allowed: bool) -> Treatment {
    if allowed { Treatment::Allow } else { Treatment::Deny }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use clap::Parser;

    use super::Arguments;
    use crate::describe::setting::{MountKind, Names, Stream};
    use crate::describe::{Grants, Source, Treatment};
    use crate::name::Capability;
    use crate::report::adapters;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        arguments: Arguments,
    }

    fn grants(flags: &str) -> Grants {
        let words = ["weld", "app.wasm"].into_iter().chain(flags.split_whitespace());
        Line::try_parse_from(words).unwrap().arguments.flags.grants().unwrap()
    }

    /// Returns the treatment of a function.
    fn of(grants: &Grants, interface: &str, function: &str) -> Treatment {
        grants.of(interface, function).map_or(grants.default, |(grant, _)| grant.treatment)
    }

    #[test]
    fn virt_flags_set_variables_beside_inherited_ones() {
        let some = |names: &[&str]| Names::Some(names.iter().map(|name| (*name).to_owned()).collect());
        for (flags, allow) in [
            ("-e A=1", Names::None),
            ("-e A=1 --allow-env", Names::All),
            ("-e A=1 --allow-env=B,C", some(&["B", "C"])),
            ("-e A=1 --allow-env=B --allow-env=C", some(&["B", "C"])),
            ("-e A=1 --allow-all", Names::All),
            ("-e A=1 --allow-all --allow-env=B", some(&["B"])),
            ("-e A=1 --allow-env=true", Names::All),
            ("-e A=1 --allow-all --allow-env=false", Names::None),
        ] {
            let grants = grants(flags);
            let env = grants.settings.env.as_ref().unwrap();
            assert_eq!((env.set.get("A").unwrap().as_str(), &env.allow), ("1", &allow), "{flags}");
            assert_eq!(of(&grants, "wasi:cli/environment@0.2.0", "get-environment"), Treatment::Provide);
            assert_eq!(of(&grants, "wasi:cli/environment@0.2.0", "get-arguments"), grants.default);
        }
        let grants = grants("-c a.b=x=y --allow-env");
        assert_eq!(grants.settings.config.as_ref().unwrap().set.get("a.b").unwrap(), "x=y");
        assert_eq!(of(&grants, "wasi:config/store@0.2.0-draft", "get"), Treatment::Provide);
        let env = |flags| of(&self::grants(flags), "wasi:cli/environment@0.2.0", "get-environment");
        assert_eq!(env("--allow-all --allow-env=false"), Treatment::Deny);
        assert_eq!(env("--allow-env=true"), Treatment::Allow);
        // If nothing is set and all is allowed, no adapter is needed.
        assert!(grants.settings.env.is_none());
        assert_eq!(of(&grants, "wasi:cli/environment@0.2.0", "get-environment"), Treatment::Allow);
    }

    #[test]
    fn virt_flags_mount_embedded_and_host_directories() {
        let grants =
            grants("--allow-all --mount /=./local --mount /a/=b --preopen /host-dir=/host/path --preopen-ro /ro=/x");
        let mounts: Vec<_> = grants.settings.mounts.iter().map(|(at, mount)| (at.as_str(), &mount.kind)).collect();
        let embed = |path: &str| MountKind::Embed { source: Source::File(path.into()), follow: false, overlay: None };
        let host = |path: &str, read_only| MountKind::Host { path: path.to_owned(), read_only };
        let (all, read) = (host("/host/path", false), host("/x", true));
        assert_eq!(mounts, [("/", &embed("./local")), ("/a", &embed("b")), ("/host-dir", &all), ("/ro", &read)]);
        assert_eq!(of(&grants, "wasi:filesystem/types@0.2.0", "x"), Treatment::Provide);
    }

    #[test]
    fn virt_flags_redirect_streams() {
        let grants = grants("--stdio=ignore --stdin=empty --stdout=stderr --stderr=stderr");
        assert_eq!((grants.settings.stdout, grants.settings.stderr), (Some(Stream::Stderr), None));
        assert!(grants.settings.stdin.is_some());
        let of = |name: &str| of(&grants, &format!("wasi:cli/{name}@0.2.0"), &format!("get-{name}"));
        assert_eq!(
            [of("stdin"), of("stdout"), of("stderr")],
            [Treatment::Provide, Treatment::Provide, Treatment::Allow]
        );
        let words = ["weld", "app.wasm", "--stdin=stdout"];
        assert!(Line::try_parse_from(words).is_err());
    }

    #[test]
    fn virt_has_a_flag_for_each_capability() {
        for capability in Capability::all() {
            let grants = grants(&adapters::flag(capability));
            for (interface, function) in [
                ("wasi:cli/environment", "get-environment"),
                ("wasi:cli/environment", "get-arguments"),
                ("wasi:cli/environment", "initial-cwd"),
                ("wasi:config/store", "get"),
                ("wasi:cli/stdin", "get-stdin"),
                ("wasi:cli/stdout", "get-stdout"),
                ("wasi:cli/stderr", "get-stderr"),
                ("wasi:cli/exit", "exit"),
                ("wasi:clocks/wall-clock", "now"),
                ("wasi:random/random", "get-random-u64"),
                ("wasi:filesystem/preopens", "get-directories"),
                ("wasi:sockets/tcp-create-socket", "create-tcp-socket"),
                ("wasi:http/outgoing-handler", "handle"),
                ("wasi:keyvalue/store", "open"),
                ("wasi:logging/logging", "log"),
            ] {
                let expected = if capability.gives(interface, function) { Treatment::Allow } else { Treatment::Deny };
                assert_eq!(of(&grants, interface, function), expected, "{capability} {interface}#{function}");
            }
        }
    }

    #[test]
    fn virt_grant_overrides_other_flags_of_the_same_name() {
        let grants = grants("-e A=1 --mount /=a --stdin=empty --grant env=trap --grant fs=deny --grant stdin=allow");
        assert!(grants.settings.env.is_none() && grants.settings.mounts.is_empty() && grants.settings.stdin.is_none());
        assert_eq!(of(&grants, "wasi:cli/environment@0.2.0", "get-environment"), Treatment::Trap);
        assert_eq!(of(&grants, "wasi:filesystem/types@0.2.0", "x"), Treatment::Deny);
    }
}
