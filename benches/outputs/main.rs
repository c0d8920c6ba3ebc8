//! What a component costs that weld wrote when it runs, beside the bare one: `cargo bench --bench outputs`.
//!
//! One guest calls functions and moves bytes, bare and behind an adapter by turns, in this process. A table in Markdown is printed,
//! which docs/PERFORMANCE.md has: medians, and of the ratios the median of the pairs.

#![allow(clippy::print_stdout, clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used)]
#![allow(clippy::indexing_slicing)]

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use wasmtime::component::{Component, InstancePre, Linker, ResourceTable};
use wasmtime::{Engine, Store};
use wasmtime_wasi::p2::pipe::SinkOutputStream;
use wasmtime_wasi::{FsPerms, WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};

/// How often each of a pair is measured.
const RUNS: usize = 9;
/// The path of the directory in the guest.
const DIRECTORY: &str = "/data";
const CALLS: u32 = 1_000_000;
/// Of 4096 bytes: 64 MiB.
const PIECES: u32 = 16384;
const FILES: u32 = 5000;

fn main() {
    // Cargo passes `--bench`; whatever else is given chooses tables by their names.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|wanted| name.contains(wanted.as_str()));
    let bench = Bench::new();
    let tables: [(&str, Table); 3] =
        [("calls", Bench::calls), ("files", Bench::files), ("instances", Bench::instances)];
    tables.iter().filter(|(name, _)| is_wanted(name)).for_each(|(_, table)| table(&bench));
}

/// What measures something, and prints it.
type Table = fn(&Bench);

struct Bench {
    engine: Engine,
    /// Has the guest, its adapters, and a directory `host`.
    directory: tempfile::TempDir,
}

impl Bench {
    fn new() -> Bench {
        let directory = tempfile::tempdir().expect("a directory");
        let project = Path::new(env!("CARGO_MANIFEST_DIR"));
        let wit = directory.path().join("wit");
        std::fs::create_dir_all(wit.join("deps")).unwrap();
        std::fs::create_dir(directory.path().join("host")).unwrap();
        std::fs::copy(project.join("benches/outputs/guest.wit"), wit.join("guest.wit")).unwrap();
        for file in std::fs::read_dir(project.join("wit/wasi-0.2.12")).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), wit.join("deps").join(file.file_name())).unwrap();
        }
        let bench = Bench { engine: Engine::default(), directory };
        let module = project.join("benches/outputs/guest.wat").display().to_string();
        bench.weld(&["componentize", &module, "--wit", "wit", "-o", "bare.wasm"]);
        bench
    }

    fn weld(&self, arguments: &[&str]) {
        let weld = std::env::var("WELD").unwrap_or_else(|_| env!("CARGO_BIN_EXE_weld").to_owned());
        let mut command = Command::new(weld);
        let output = command.current_dir(self.directory.path()).args(arguments).output().expect("weld runs");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn bare(&self) -> Guest {
        self.guest("bare.wasm")
    }

    /// The guest behind the adapter that some flags give.
    fn virt(&self, flags: &[&str]) -> Guest {
        self.weld(&[&["virt", "bare.wasm", "-q", "-o", "virt.wasm"], flags].concat());
        self.guest("virt.wasm")
    }

    fn guest(&self, file: &str) -> Guest {
        let component = Component::from_file(&self.engine, self.directory.path().join(file)).expect("it compiles");
        let mut linker = Linker::new(&self.engine);
        wasmtime_wasi::p2::add_to_linker_sync(&mut linker).unwrap();
        for name in ["bench:outputs/plain", "bench:outputs/other"] {
            let mut interface = linker.instance(name).unwrap();
            interface.func_wrap("next", |_, (x,): (u64,)| Ok((x + 1,))).unwrap();
        }
        Guest {
            linked: linker.instantiate_pre(&component).expect("it links"),
            host: self.directory.path().join("host"),
        }
    }

    /// Calls of the host and of providers.
    fn calls(&self) {
        println!("\n### Calls of the output\n");
        println!("| call | ns | bare, ns | × |\n|---|---:|---:|---:|");
        let bare = self.bare();
        let row = |what: &str, function: &str, flags: &[&str]| {
            let behind = self.virt(flags);
            let [own, other, ratio] = pairs(|| behind.time(function, CALLS), || bare.time(function, CALLS));
            let nanoseconds = |seconds: f64| seconds * 1e9 / f64::from(CALLS);
            println!("| {what} | {:.1} | {:.1} | {ratio:.2} |", nanoseconds(own), nanoseconds(other));
        };
        let denied = ["--allow-all", "--grant", "bench:outputs/other=deny"];
        row("an allowed import, beside a denied one", "call-plain", &denied);
        let ignored = ["--allow-all", "--stderr=ignore"];
        row("`output-stream.check-write`, forwarded, since stderr is ignored", "call-stream", &ignored);
        row("the same of the ignored stderr", "call-stderr", &ignored);
        row(
            "`monotonic-clock.now`, fixed",
            "call-clock",
            &["--allow-all", "--grant", "clocks.fixed=\"2026-01-01T00:00:00Z\""],
        );
        row("`random.get-random-u64`, of a seed", "call-random", &["--allow-all", "--grant", "random.seed=1"]);
    }

    /// The virtual file system beside a directory of the host.
    fn files(&self) {
        println!("\n### Files of the output\n");
        println!("| work | mount | ms | in the host's directory, ms | × |\n|---|---|---:|---:|---:|");
        let bare = self.bare();
        // The first of a pair fills the host's directory.
        bare.time("write-large", PIECES);
        bare.time("write-small", FILES);
        let memory = self.virt(&["--allow-all", "--grant", "fs.\"/data\"={ memory = \"256MiB\" }"]);
        let host = self.virt(&["--allow-all", "--preopen", "/data=/data"]);
        let embedded = self.virt(&["--allow-all", "--mount", "/data=host"]);
        let megabytes = format!("{} MiB", PIECES >> 8);
        let works = [
            (format!("write {megabytes}"), "write-large", None, PIECES),
            (format!("read {megabytes}"), "read-large", Some("write-large"), PIECES),
            (format!("create and write {FILES} files"), "write-small", None, FILES),
            (format!("open and read {FILES} files"), "read-small", Some("write-small"), FILES),
        ];
        for (what, function, before, times) in works {
            let row = |mount: &str, guest: &Guest, before: Option<&str>| {
                let own = || guest.time_after(before, function, times);
                let [own, other, ratio] = pairs(own, || bare.time(function, times));
                println!("| {what} | {mount} | {:.1} | {:.1} | {ratio:.2} |", own * 1e3, other * 1e3);
            };
            row("memory", &memory, before);
            if before.is_some() {
                row("embedded", &embedded, None);
            }
            row("a directory of the host", &host, None);
        }
    }

    /// Instantiation.
    fn instances(&self) {
        println!("\n### Instantiation of the output\n");
        println!("| adapter | µs | bare, µs | × |\n|---|---:|---:|---:|");
        let bare = self.bare();
        let settings: [(&str, &[&str]); 4] = [
            ("all denied", &[]),
            ("an ignored stream", &["--allow-all", "--stderr=ignore"]),
            ("a mount in memory", &["--allow-all", "--grant", "fs.\"/data\"={ memory = \"1MiB\" }"]),
            ("an embedded directory of a small file", &["--allow-all", "--mount", "/data/wit=wit/guest.wit"]),
        ];
        for (what, flags) in settings {
            let behind = self.virt(flags);
            let [own, other, ratio] = pairs(|| behind.instantiate(200), || bare.instantiate(200));
            println!("| {what} | {:.1} | {:.1} | {ratio:.2} |", own * 1e6, other * 1e6);
        }
    }
}

/// A component that is ready to be instantiated.
struct Guest {
    linked: InstancePre<Host>,
    host: std::path::PathBuf,
}

impl Guest {
    /// The seconds that a call of an export takes.
    fn time(&self, function: &str, times: u32) -> f64 {
        self.time_after(None, function, times)
    }

    /// The same in an instance in which another export was called before.
    fn time_after(&self, before: Option<&str>, function: &str, times: u32) -> f64 {
        let mut store = self.store();
        let instance = self.linked.instantiate(&mut store).expect("it is instantiated");
        let mut seconds = 0.0;
        for function in before.into_iter().chain([function]) {
            let function = instance.get_typed_func::<(u32,), ()>(&mut store, function).expect("it exports it");
            let start = Instant::now();
            function.call(&mut store, (times,)).expect("it ends well");
            seconds = start.elapsed().as_secs_f64();
        }
        seconds
    }

    /// The seconds that one instantiation takes, of so many.
    fn instantiate(&self, times: u32) -> f64 {
        let start = Instant::now();
        for _ in 0..times {
            self.linked.instantiate(&mut self.store()).expect("it is instantiated");
        }
        start.elapsed().as_secs_f64() / f64::from(times)
    }

    fn store(&self) -> Store<Host> {
        let mut wasi = WasiCtxBuilder::new();
        wasi.stdout(SinkOutputStream).stderr(SinkOutputStream);
        wasi.preopened_dir(&self.host, DIRECTORY, FsPerms::ReadWrite).expect("the directory is there");
        Store::new(self.linked.engine(), Host { wasi: wasi.build(), table: ResourceTable::new() })
    }
}

struct Host {
    wasi: WasiCtx,
    table: ResourceTable,
}

impl WasiView for Host {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

/// The median of each, and that of their ratios, by turns, after a pair that does not count.
fn pairs(own: impl Fn() -> f64, other: impl Fn() -> f64) -> [f64; 3] {
    let measured: Vec<(f64, f64)> = (0..=RUNS).map(|_| (own(), other())).skip(1).collect();
    let median = |of: fn(&(f64, f64)) -> f64| {
        let mut values: Vec<f64> = measured.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[RUNS / 2]
    };
    [median(|pair| pair.0), median(|pair| pair.1), median(|pair| pair.0 / pair.1)]
}
