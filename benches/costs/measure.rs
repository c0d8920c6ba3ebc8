//! What commands cost, as the operating system counts it.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use wait4::Wait4;

/// Another program.
pub struct Peer(PathBuf);

impl Peer {
    /// The program that a variable names, or the one of a name on the path, if it is there.
    pub fn find(variable: &str, name: &str) -> Option<Peer> {
        let named = std::env::var_os(variable).map(PathBuf::from);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let found =
            named.or_else(|| std::env::split_paths(&path).map(|path| path.join(name)).find(|file| file.is_file()));
        if found.is_none() {
            eprintln!("`{name}` is not there: set {variable} to its path");
        }
        found.map(Peer)
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        Run::new(&self.0.display().to_string(), arguments)
    }
}

/// A command that can be run any number of times.
pub struct Run {
    program: String,
    arguments: Vec<String>,
}

/// What one run of a command took.
#[derive(Clone, Copy)]
pub struct Spent {
    /// Seconds.
    pub wall: f64,
    /// Seconds of all processors, in the program and in the kernel for it.
    pub cpu: f64,
    /// Megabytes that it had at most.
    pub peak: f64,
}

impl Run {
    pub fn new(program: &str, arguments: &[&str]) -> Run {
        Run {
            program: program.to_owned(),
            arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(),
        }
    }

    /// Runs it. It must end well, or with what a comparison found.
    pub fn once(&self) -> Spent {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let start = Instant::now();
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{}: {error}", self.program));
        let ended = child.wait4().expect("its end");
        let wall = start.elapsed().as_secs_f64();
        let is_well = matches!(ended.status.code(), Some(0 | 1));
        assert!(is_well, "{} {:?}: {}", self.program, self.arguments, ended.status);
        let used = ended.rusage;
        Spent { wall, cpu: (used.utime + used.stime).as_secs_f64(), peak: used.maxrss as f64 / 1e6 }
    }
}

impl Run {
    /// What each phase of weld took, in seconds: the medians of some runs, by the lines that `--timings` prints.
    pub fn phases(&self) -> Vec<(String, f64)> {
        let mut all: Vec<(String, Vec<f64>)> = Vec::new();
        for _ in 0..runs() {
            let mut command = Command::new(&self.program);
            let ended = command.args(&self.arguments).arg("--timings").output().expect("its end");
            for line in String::from_utf8_lossy(&ended.stderr).lines() {
                let words: Vec<&str> = line.split_whitespace().collect();
                let [phase, time, "ms"] = *words.as_slice() else { continue };
                let Ok(time) = time.parse::<f64>() else { continue };
                match all.iter_mut().find(|(known, _)| known == phase) {
                    Some((_, times)) => times.push(time / 1e3),
                    None => all.push((phase.to_owned(), vec![time / 1e3])),
                }
            }
        }
        all.into_iter().map(|(phase, times)| (phase, median(times.into_iter()))).collect()
    }
}

/// How often each command is measured.
fn runs() -> usize {
    std::env::var("WELD_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(9)
}

/// The medians of a command and of another, which were run in turn.
pub struct Paired {
    pub own: Spent,
    pub other: Option<Spent>,
    /// How many times as much the first took as the other, in the middle of the pairs.
    pub wall: Option<f64>,
    pub cpu: Option<f64>,
}

/// Runs two commands in turn, once unmeasured.
pub fn pairs(own: Run, other: Option<Run>) -> Paired {
    let runs = runs();
    let mut all: Vec<(Spent, Option<Spent>)> = Vec::new();
    for run in 0..=runs {
        let spent = (own.once(), other.as_ref().map(Run::once));
        if run > 0 {
            all.push(spent);
        }
    }
    let medians = |all: Vec<Spent>| Spent {
        wall: median(all.iter().map(|spent| spent.wall)),
        cpu: median(all.iter().map(|spent| spent.cpu)),
        peak: median(all.iter().map(|spent| spent.peak)),
    };
    let both = || all.iter().filter_map(|(own, other)| Some((own, (*other)?)));
    Paired {
        own: medians(all.iter().map(|(own, _)| *own).collect()),
        other: other.as_ref().map(|_| medians(both().map(|(_, other)| other).collect())),
        wall: other.as_ref().map(|_| median(both().map(|(own, other)| own.wall / other.wall))),
        cpu: other.as_ref().map(|_| median(both().map(|(own, other)| own.cpu / other.cpu.max(1e-6)))),
    }
}

pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The lines of a table.
pub struct Cost;

impl Cost {
    pub const HEAD: &str = "| command | wall ms | CPU ms | peak MB | beside | wall ms | CPU ms | peak MB | wall × | CPU × | peak × |\n\
         |---|---:|---:|---:|---|---:|---:|---:|---:|---:|---:|";

    pub fn row(what: &str, paired: &Paired, beside: &str) {
        let shown = |spent: &Spent| format!("{:.1} | {:.1} | {:.1}", spent.wall * 1e3, spent.cpu * 1e3, spent.peak);
        match (&paired.other, paired.wall, paired.cpu) {
            (Some(other), Some(wall), Some(cpu)) => println!(
                "| {what} | {} | `{beside}` | {} | {wall:.2} | {cpu:.2} | {:.2} |",
                shown(&paired.own),
                shown(other),
                paired.own.peak / other.peak
            ),
            _ => println!("| {what} | {} | `{beside}` is not there | | | | | | |", shown(&paired.own)),
        }
    }
}
