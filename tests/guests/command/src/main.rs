//! Asks the system for one thing at a time, as its arguments say, and prints what it answers.
//!
//! Steps are separated by `--`, because what they change may last no longer than a run: `write /tmp/x hi -- read /tmp/x`.
//! A step that fails prints `error: <step>: <kind>` on stderr, with the kind as std names it, and the run ends with code 1.

mod files;

use std::env;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, ErrorKind, Write};
use std::process::{self, ExitCode};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

fn main() -> ExitCode {
    let args: Vec<String> = env::args().collect();
    // A host that denies the arguments gives none: this is then an answer like any other, and no error.
    let Some(steps) = args.get(1..).filter(|steps| !steps.is_empty()) else {
        return finish(&[], say("no arguments"));
    };
    for step in steps.split(|arg| arg == "--") {
        let words: Vec<&str> = step.iter().map(String::as_str).collect();
        let result = run(&words);
        if result.is_err() {
            return finish(&words, result);
        }
    }
    ExitCode::SUCCESS
}

fn finish(step: &[&str], result: io::Result<()>) -> ExitCode {
    let Err(error) = result else { return ExitCode::SUCCESS };
    // When stderr is denied too, the exit code has to say it all.
    let _ = writeln!(io::stderr(), "{}", complaint(step, &error));
    ExitCode::FAILURE
}

fn complaint(step: &[&str], error: &io::Error) -> String {
    format!("error: {}: {:?}", step.join(" "), error.kind())
}

fn run(step: &[&str]) -> io::Result<()> {
    match *step {
        ["try", ref step @ ..] => run(step).or_else(|error| say(complaint(step, &error))),
        ["args", ..] => env::args().try_for_each(say),
        ["env"] => variables(),
        ["env", name] => env::var(name).map_err(|_| ErrorKind::NotFound.into()).and_then(say),
        ["cwd"] => say(env::current_dir()?.display()),

        ["read", path] => files::read(path),
        ["slice", path, offset, len] => files::slice(path, number(offset)?, number(len)?),
        ["size", path] => files::size(path),
        ["ls", path] => files::ls(path),
        ["stat", path] => files::stat(path),
        ["lstat", path] => files::lstat(path),
        ["readlink", path] => files::readlink(path),
        ["write", path, text] => files::write(path, text),
        ["append", path, text] => files::append(path, text),
        ["truncate", path, len] => files::truncate(path, number(len)?),
        ["rename", from, to] => files::rename(from, to),
        ["link", from, to] => files::link(from, to),
        ["rm", path] => files::rm(path),
        ["mkdir", path] => files::mkdir(path),
        ["rmdir", path] => files::rmdir(path),
        ["dance", dir] => files::dance(dir),

        ["clock"] => clock(),
        ["sleep", millis] => {
            thread::sleep(Duration::from_millis(number(millis)?));
            say(format_args!("slept {millis}"))
        }
        ["random"] => random(),

        ["cat"] => io::copy(&mut io::stdin(), &mut io::stdout()).and_then(|_| io::stdout().flush()),
        ["out", text] => say(text),
        ["err", text] => writeln!(io::stderr(), "{text}"),
        ["exit", code] => process::exit(number(code)?),
        ["panic"] => panic!("asked to panic"),
        _ => Err(ErrorKind::InvalidInput.into()),
    }
}

/// Prints a line. `println!` would panic where stdout is denied; this makes it an error of the step.
fn say(line: impl std::fmt::Display) -> io::Result<()> {
    let mut stdout = io::stdout();
    writeln!(stdout, "{line}")?;
    stdout.flush()
}

fn number<N: std::str::FromStr>(text: &str) -> io::Result<N> {
    text.parse().map_err(|_| ErrorKind::InvalidInput.into())
}

fn variables() -> io::Result<()> {
    let mut lines: Vec<String> = env::vars().map(|(name, value)| format!("{name}={value}")).collect();
    lines.sort();
    lines.iter().try_for_each(say)
}

fn clock() -> io::Result<()> {
    let wall = SystemTime::now().duration_since(UNIX_EPOCH).map_err(io::Error::other)?;
    let start = Instant::now();
    say(format_args!("wall seconds {}", wall.as_secs()))?;
    say(format_args!("wall nanoseconds {}", wall.subsec_nanos()))?;
    // `elapsed` would panic, or answer zero, on a clock that runs backwards; a clock that stands still is fine.
    let elapsed = Instant::now().checked_duration_since(start).ok_or(ErrorKind::InvalidData)?;
    say(format_args!("monotonic nanoseconds {}", elapsed.as_nanos()))
}

/// Randomness in the two ways in which a Rust program gets it: the seed of its hash maps, and bytes.
fn random() -> io::Result<()> {
    say(format_args!("hash {:016x}", RandomState::new().hash_one("weld")))?;
    let mut bytes = [0; 8];
    // SAFETY: the pointer and the length are those of one array, which outlives the call.
    let errno = unsafe { random_get(bytes.as_mut_ptr(), bytes.len()) };
    if errno != 0 {
        return Err(io::Error::from_raw_os_error(errno));
    }
    say(format_args!("bytes {:016x}", u64::from_be_bytes(bytes)))
}

#[link(wasm_import_module = "wasi_snapshot_preview1")]
unsafe extern "C" {
    fn random_get(buffer: *mut u8, len: usize) -> i32;
}
