//! What weld costs, beside what others cost that do the same: `cargo bench`.
//!
//! Whole processes are measured, as a build would run them: each command in turn with the one that it is compared with, so that a
//! machine that is busy is as busy for both. The operating system says what each took. What is printed is a table in Markdown, which
//! docs/PERFORMANCE.md has.
//!
//! `WELD` names another build of weld than the one that is built for this. `WAC` and `WASM_TOOLS` name the other programs, where they
//! are not on the path; without them, their columns stay empty. `WELD_LARGE` names a large component to use in the place of the one that is generated, which exports `docs:adder/add@0.1.0` too, and `WELD_RUNS` how often each command is measured.

#![allow(clippy::print_stdout, clippy::print_stderr, clippy::disallowed_methods, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

mod inputs;
mod measure;

use std::path::{Path, PathBuf};

use measure::{Cost, Peer, Run, pairs};

fn main() {
    // Cargo passes `--bench`; whatever else is given chooses tables by their names.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    if let [make, what @ ..] = wanted.as_slice()
        && make == "make"
    {
        return inputs::make(what);
    }
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|wanted| name.contains(wanted.as_str()));
    let directory = tempfile::tempdir().expect("a directory for inputs");
    let bench = Bench {
        weld: std::env::var("WELD").unwrap_or_else(|_| env!("CARGO_BIN_EXE_weld").to_owned()),
        directory: directory.path().to_owned(),
        wac: Peer::find("WAC", "wac"),
        wasm_tools: Peer::find("WASM_TOOLS", "wasm-tools"),
    };
    let tables: [(&str, Table); 5] = [
        ("large", Bench::large),
        ("many", Bench::many),
        ("adapters", Bench::adapters),
        ("cold", Bench::cold),
        ("phases", Bench::phases),
    ];
    tables.iter().filter(|(name, _)| is_wanted(name)).for_each(|(_, table)| table(&bench));
}

/// What measures something, and prints it.
type Table = fn(&Bench);

struct Bench {
    weld: String,
    directory: PathBuf,
    wac: Option<Peer>,
    wasm_tools: Option<Peer>,
}

impl Bench {
    fn file(&self, name: &str) -> String {
        self.directory.join(name).display().to_string()
    }

    fn weld(&self, arguments: &[&str]) -> Run {
        Run::new(&self.weld, arguments)
    }

    /// One component of many megabytes: what is done to each of its bytes is what it costs.
    fn large(&self) {
        let large = match std::env::var("WELD_LARGE") {
            Ok(file) => file,
            Err(_) => self.made("large", "large.wasm"),
        };
        let large = large.as_str();
        let size = std::fs::metadata(large).expect("the large component").len();
        let socket = self.made("socket", "socket.wasm");
        let (out, copy) = (self.file("out.wasm"), self.file("copy.wasm"));
        println!("\n### One large component: {size} bytes\n");
        println!("{}", Cost::HEAD);
        let plug = self.weld(&["plug", &socket, "--plug", large, "-o", &out]);
        let peer = self.wac.as_ref().map(|wac| wac.run(&["plug", &socket, "--plug", large, "-o", &out]));
        Cost::row("`plug` it into a small socket", &pairs(plug, peer), "wac plug");
        let copied = || Run::new("cp", &[large, &copy]);
        Cost::row("the same", &pairs(self.weld(&["plug", &socket, "--plug", large, "-o", &out]), Some(copied())), "cp");
        let validated = || self.wasm_tools.as_ref().map(|tools| tools.run(&["validate", large]));
        let virt = || self.weld(&["virt", large, "-q", "-o", &out]);
        Cost::row("`virt`, all denied", &pairs(virt(), validated()), "wasm-tools validate");
        Cost::row("`inspect`", &pairs(self.weld(&["inspect", large]), validated()), "wasm-tools validate");
        Cost::row("`snapshot`", &pairs(self.weld(&["snapshot", large]), validated()), "wasm-tools validate");
    }

    /// Many small components, joined in several ways: what it costs must grow as their number does.
    fn many(&self) {
        println!("\n### Many components\n");
        println!("Twice as many cost how many times as much CPU is in brackets.\n");
        println!("| composition | command | CPU ms | peak MB | validation of the output |");
        println!("|---|---|---:|---:|---:|");
        for shape in inputs::Shape::ALL {
            let mut before: Vec<(f64, f64)> = Vec::new();
            for number in shape.numbers() {
                let name = shape.name();
                let directory = PathBuf::from(self.made(&format!("{name} {number}"), &format!("{name}-{number}")));
                let file = |name: &str| directory.join(name).display().to_string();
                let (manifest, output, policy) = (file("weld.toml"), file("out.wasm"), file("policy.toml"));
                let inputs: Vec<String> = vec!["--manifest".to_owned(), manifest.clone()];
                let build = self.weld(&["build", &manifest, "-q"]);
                build.once();
                let other = self.other(&directory, &output);
                let commands: [(&str, Vec<&str>); 6] = [
                    ("build", vec!["build", &manifest, "-q"]),
                    ("inspect", vec!["inspect", &output]),
                    ("snapshot", vec!["snapshot", &output]),
                    ("diff", vec!["diff", &output, &other]),
                    ("check", vec!["check", &output, "--policy", &policy]),
                    ("verify", vec!["verify", &output, &inputs[0], &inputs[1]]),
                ];
                let mut costs = Vec::new();
                for (place, (name, arguments)) in commands.iter().enumerate() {
                    let limit = self.wasm_tools.as_ref().map(|tools| tools.run(&["validate", &output]));
                    let measured = pairs(self.weld(arguments), limit);
                    let (cpu, limit) = (measured.own.cpu, measured.other.map_or(0.0, |other| other.cpu));
                    let growth = before.get(place).map(|(own, limit_before)| {
                        (format!(" ({:.2})", cpu / own), format!(" ({:.2})", limit / limit_before))
                    });
                    let (grows, limit_grows) = growth.unwrap_or_default();
                    println!(
                        "| {} of {number} | `{name}` | {:.1}{grows} | {:.1} | {:.1}{limit_grows} |",
                        shape.name(),
                        cpu * 1e3,
                        measured.own.peak,
                        limit * 1e3
                    );
                    costs.push((cpu, limit));
                }
                before = costs;
            }
        }
    }

    /// Another composition than an output: `diff` says of two that are the same at once that they are.
    fn other(&self, directory: &Path, output: &str) -> String {
        let mut bytes = std::fs::read(output).expect("the output");
        // A custom section of no name.
        bytes.extend([0, 1, 0]);
        let other = directory.join("other.wasm");
        std::fs::write(&other, bytes).expect("another output");
        other.display().to_string()
    }

    /// What each phase takes, as `--timings` says.
    fn phases(&self) {
        println!("\n### Phases\n");
        println!("| command | phase | wall ms |");
        println!("|---|---|---:|");
        let (large, socket) = (self.made("large", "large.wasm"), self.made("socket", "socket.wasm"));
        let chain = self.made("chain 400", "phases");
        let (out, manifest) = (self.file("out.wasm"), format!("{chain}/weld.toml"));
        for (what, arguments) in [
            ("`plug` of the large component", vec!["plug", &socket, "--plug", &large, "-o", &out]),
            ("`virt` of the large component", vec!["virt", &large, "-q", "-o", &out]),
            ("`build` of a chain of 400", vec!["build", &manifest, "-q"]),
        ] {
            for (phase, wall) in self.weld(&arguments).phases() {
                println!("| {what} | {phase} | {:.1} |", wall * 1e3);
            }
        }
    }

    /// What an adapter adds to a component.
    fn adapters(&self) {
        println!("\n### Adapters\n");
        println!("| component | deny-all adds bytes | without the provenance |");
        println!("|---|---:|---:|");
        let guests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guests/built");
        for guest in ["hello-command", "command-0.2.6", "handler", "kv-app"] {
            let file = guests.join(format!("{guest}.wasm")).display().to_string();
            let out = self.file("virtualized.wasm");
            let sized = |arguments: &[&str]| {
                self.weld(arguments).once();
                std::fs::metadata(&out).expect("the output").len()
            };
            let with = sized(&["virt", &file, "-q", "-o", &out]);
            let bare = sized(&["virt", &file, "-q", "-o", &out, "--no-provenance"]);
            let own = std::fs::metadata(&file).expect("a guest").len();
            println!("| `{guest}` of {own} bytes | {} | {} |", with - own, bare - own);
        }
    }

    /// What a command costs that does nothing.
    fn cold(&self) {
        println!("\n### Start\n");
        println!("{}", Cost::HEAD);
        let peer = self.wasm_tools.as_ref().map(|tools| tools.run(&["--help"]));
        Cost::row("`--help`", &pairs(self.weld(&["--help"]), peer), "wasm-tools --help");
        println!("\nThe program has {} bytes.", std::fs::metadata(&self.weld).expect("the program").len());
    }

    /// An input, which another process makes: what this one has in memory counts for those that it starts.
    fn made(&self, what: &str, name: &str) -> String {
        let (file, own) = (self.file(name), std::env::current_exe().expect("this program"));
        let arguments: Vec<&str> = ["make"].into_iter().chain(what.split(' ')).chain([file.as_str()]).collect();
        Run::new(&own.display().to_string(), &arguments).once();
        file
    }
}
