//! `weld virt`: takes away from a component what it may not use.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::terminal::Terminal;
use super::{Composed, Outcome, say_adapter, write_json};
use crate::describe::virt::{self, FlagError};
use crate::describe::{At, Grants, Source, Treatment};
use crate::load::LoadError;
use crate::load::world::Wit;
use crate::report::adapters::Report;
use crate::timings::Timings;
use crate::{Error, adapter, policy, read_policy};

/// Take away from a component what it may not use
///
/// Without flags, all that it imports is denied: calls are refused in the way that each function's own type allows, and
/// trap where it allows none. What was denied is printed. With `--wit` in the place of a component, what is written is
/// the adapter alone, which exports all that a world imports.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The component: binary, WAT text, or a core module
    #[arg(value_name = "COMPONENT", conflicts_with = "wit")]
    component: Option<PathBuf>,
    /// The WIT file, package folder or binary package that has the world which the adapter alone is for
    #[arg(long, value_name = "PATH")]
    wit: Option<PathBuf>,
    /// The world in it, if it has more than one
    #[arg(long, value_name = "WORLD", requires = "wit")]
    world: Option<String>,
    #[command(flatten)]
    allowed: Allowed,
    #[command(flatten)]
    stdio: Stdio,
    /// Grant a capability, an interface or a function: NAME is any key of a manifest's `[virtualize.X]`, VALUE as there;
    /// can be repeated, and counts before all other flags that name the same
    #[arg(long = "grant", value_name = "NAME=VALUE", help_heading = "Grants")]
    grants: Vec<String>,
    /// Accept a `--grant` of what the component does not import
    #[arg(long, help_heading = "Grants")]
    allow_missing: bool,
    /// Grant just what a policy allows, and check that the output meets it
    #[arg(long, value_name = "FILE", help_heading = "Grants")]
    policy: Option<PathBuf>,
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    composed: Composed,
}

/// Capabilities, allowed or not.
#[derive(Debug, Args)]
#[command(next_help_heading = "Grants")]
struct Allowed {
    /// Allow all that no other flag names
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true",
        hide_possible_values = true)]
    allow_all: Option<bool>,
    /// Allow clocks
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true",
        hide_possible_values = true)]
    allow_clocks: Option<bool>,
    /// Allow the runtime configuration
    #[arg(long, value_name = "NAME", num_args = 0.., require_equals = true, value_delimiter = ',')]
    allow_config: Option<Vec<String>>,
    /// Allow environment variables
    #[arg(long, value_name = "NAME", num_args = 0.., require_equals = true, value_delimiter = ',')]
    allow_env: Option<Vec<String>>,
    /// Allow to end the program early
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true",
        hide_possible_values = true)]
    allow_exit: Option<bool>,
    /// Allow the file system
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true",
        hide_possible_values = true)]
    allow_fs: Option<bool>,
    /// Allow outgoing HTTP requests
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true",
        hide_possible_values = true)]
    allow_http: Option<bool>,
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

/// What becomes of standard streams.
#[derive(Debug, Args)]
#[command(next_help_heading = "Grants")]
struct Stdio {
    /// What becomes of standard input, output and error: allow (without a value), deny, trap or ignore
    #[arg(long, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "allow",
        value_parser = treatment(), hide_possible_values = true)]
    stdio: Option<Treatment>,
    /// What becomes of standard input, whatever becomes of the others
    #[arg(long, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "allow",
        value_parser = treatment(), hide_possible_values = true)]
    stdin: Option<Treatment>,
    /// What becomes of standard output
    #[arg(long, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "allow",
        value_parser = treatment(), hide_possible_values = true)]
    stdout: Option<Treatment>,
    /// What becomes of standard error
    #[arg(long, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "allow",
        value_parser = treatment(), hide_possible_values = true)]
    stderr: Option<Treatment>,
}

/// Flags of `wasi-virt` that there is nothing to honour them with. Known, so that the error says just that.
#[derive(Debug, Args)]
struct Settings {
    #[arg(short, long, hide = true, value_name = "NAME=VALUE")]
    env: Vec<String>,
    #[arg(short, long, hide = true, value_name = "NAME=VALUE")]
    config: Vec<String>,
    #[arg(long, hide = true, value_name = "PATH=FOLDER")]
    mount: Vec<String>,
    #[arg(long, hide = true, value_name = "PATH=FOLDER")]
    preopen: Vec<String>,
    #[arg(long, hide = true)]
    debug: bool,
}

fn treatment() -> impl TypedValueParser<Value = Treatment> {
    let names = PossibleValuesParser::new(Treatment::names().collect::<Vec<_>>());
    names.try_map(|name| Treatment::named(&name).ok_or("no treatment"))
}

pub(super) fn run(arguments: Arguments, terminal: &Terminal, timings: &mut Timings) -> Result<Outcome, Error> {
    let grants = arguments.grants()?;
    if arguments.world.is_some() && arguments.wit.is_none() {
        return Err(Error::Usage("`--world` names a world of `--wit`: name the file that has it"));
    }
    let policy = match arguments.policy {
        Some(_) if grants.default != Treatment::Deny || !grants.grants.is_empty() => {
            return Err(Error::Usage("`--policy` says what is granted: leave the flags out that say so too"));
        }
        Some(file) => {
            arguments.composed.output.spare(&file)?;
            Some(read_policy(&Source::parse(file), None)?)
        }
        None => None,
    };
    match (arguments.component, arguments.wit) {
        (Some(component), _) => {
            let mut description = virt::virt(Source::parse(component), grants);
            if let Some(policy) = policy {
                virt::by_policy(&mut description, policy);
            }
            arguments.composed.run(&description, terminal, timings)
        }
        (None, Some(wit)) => {
            let Composed { output, json } = &arguments.composed;
            arguments.composed.check_targets()?;
            let world = timings.span("load", || -> Result<_, LoadError> {
                Wit::read(&wit, arguments.world.as_deref())?.component()
            })?;
            let grants = policy.map_or(grants, |policy| policy::grants(&policy, &world));
            let (bytes, adapter) = adapter(&world, &grants, timings)?;
            output.emit(&bytes, timings)?;
            let report = Report::new(&world, &adapter, &bytes);
            say_adapter(&report.adapter, terminal);
            if *json {
                write_json(&report)?;
            }
            Ok(Outcome::Done)
        }
        (None, None) => Err(Error::Usage("there is nothing to virtualize: name a component, or a world with `--wit`")),
    }
}

impl Arguments {
    /// What the flags say, the more specific ones later: of grants that name the same, the last counts.
    fn grants(&self) -> Result<Grants, Error> {
        self.refuse_settings()?;
        let Allowed { allow_all, allow_stdio, .. } = self.allowed;
        let mut grants = Grants::all(treatment_of(allow_all.unwrap_or(false)));
        grants.allow_missing = self.allow_missing;
        for (name, allowed) in [
            ("clocks", self.allowed.allow_clocks),
            ("config", self.allowed.allow_config.is_some().then_some(true)),
            ("env", self.allowed.allow_env.is_some().then_some(true)),
            ("exit", self.allowed.allow_exit),
            ("fs", self.allowed.allow_fs),
            ("http", self.allowed.allow_http),
            ("random", self.allowed.allow_random),
            ("sockets", self.allowed.allow_sockets),
        ] {
            allowed.into_iter().for_each(|allowed| grants.add(name, treatment_of(allowed), None));
        }
        let Stdio { stdio, stdin, stdout, stderr } = self.stdio;
        let all = stdio.or(allow_stdio.map(treatment_of));
        for (name, own) in [("stdin", stdin), ("stdout", stdout), ("stderr", stderr)] {
            own.or(all).into_iter().for_each(|treatment| grants.add(name, treatment, None));
        }
        virt::add(&mut grants, &self.grants)?;
        Ok(grants)
    }

    /// Refuses flags that only a provider could honour: ignored, they would leave less, or more, than was asked for.
    fn refuse_settings(&self) -> Result<(), Error> {
        let Settings { env, config, mount, preopen, debug } = &self.settings;
        let names = |names: &Option<Vec<String>>| names.as_ref().is_some_and(|names| !names.is_empty());
        let given = [
            ("--env", !env.is_empty()),
            ("--config", !config.is_empty()),
            ("--mount", !mount.is_empty()),
            ("--preopen", !preopen.is_empty()),
            ("--debug", *debug),
            ("--allow-env=NAME", names(&self.allowed.allow_env)),
            ("--allow-config=NAME", names(&self.allowed.allow_config)),
        ];
        let given = given.into_iter().filter(|(_, is_given)| *is_given);
        let wrong: Vec<At<FlagError>> = given.map(|(flag, _)| FlagError::not_yet(flag).into()).collect();
        if wrong.is_empty() { Ok(()) } else { Err(wrong.into()) }
    }
}

fn treatment_of(allowed: bool) -> Treatment {
    if allowed { Treatment::Allow } else { Treatment::Deny }
}
