//! Components with a language runtime inside that are given files, variables, clocks and numbers in the place of the host's. They are
//! built and found as `real.rs` says.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::requests::{self, server};
use crate::support::{self, by_name, names, virt_in};
use wasmtime::Store;
use wasmtime::component::{ComponentNamedList, Instance, Lift, Linker, Lower};
use wasmtime_wasi::{FsPerms, WasiCtxBuilder};

fn real(name: &str) -> PathBuf {
    let directory = std::env::var_os("WELD_REAL_COMPONENTS").expect("WELD_REAL_COMPONENTS names a directory");
    Path::new(&directory).join(name)
}

/// A component that runs.
struct Running {
    store: Store<support::Host>,
    instance: Instance,
}

impl Running {
    fn new(component: &[u8], give: impl FnOnce(&mut WasiCtxBuilder)) -> Running {
        Running::with(component, give, |_| {})
    }

    /// The same in a host that has more than WASI.
    fn with(
        component: &[u8],
        give: impl FnOnce(&mut WasiCtxBuilder),
        add: impl FnOnce(&mut Linker<support::Host>),
    ) -> Running {
        let engine = support::engine();
        let component = support::compiled(component);
        let mut linker = support::wasi(&engine);
        add(&mut linker);
        let mut store = support::store_with(&engine, give);
        let instance = linker.instantiate(&mut store, &component).expect("it needs nothing else");
        Running { store, instance }
    }

    #[track_caller]
    fn call<P: ComponentNamedList + Lower, R>(&mut self, function: &str, given: P) -> R
    where
        (R,): ComponentNamedList + Lift,
    {
        let function = self.instance.get_typed_func::<P, (R,)>(&mut self.store, function).unwrap();
        function.call(&mut self.store, given).unwrap().0
    }
}

fn site() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let write = |path: &str, contents: &[u8]| {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    };
    write("data/b.bin", &(0..=255).cycle().take(100_000).collect::<Vec<u8>>());
    write("data/a ☂.txt", "text".as_bytes());
    write("data/sub/empty", b"");
    write("lib/greeting.py", b"from parts import words\n\n\ndef say():\n    return words.HELLO + ' from a mount'\n");
    write("lib/parts/__init__.py", b"");
    write("lib/parts/words.py", b"HELLO = 'hello'\n");
    directory
}

type Text<T> = Result<T, String>;

/// What a Python program that has those files sees.
#[track_caller]
fn sees_the_site(running: &mut Running, root: &str) {
    let at = |path: &str| format!("{root}{path}");
    let names: Text<Vec<String>> = running.call("names", (at("/data").as_str(),));
    assert_eq!(names.unwrap(), ["a ☂.txt", "b.bin", "sub"]);
    let read: Text<Vec<u8>> = running.call("contents", (at("/data/a ☂.txt").as_str(),));
    assert_eq!(read.unwrap(), b"text");
    let read: Text<Vec<u8>> = running.call("contents", (at("/data/b.bin").as_str(),));
    assert!(read.unwrap() == (0..=255).cycle().take(100_000).collect::<Vec<u8>>());
    let read: Text<Vec<u8>> = running.call("contents", (at("/data/sub/empty").as_str(),));
    assert_eq!(read.unwrap(), b"");
    let read: Text<Vec<u8>> = running.call("contents", (at("/data/none").as_str(),));
    let error = read.unwrap_err();
    assert!(error.starts_with("FileNotFoundError("), "{error}");
    let read: Text<Vec<u8>> = running.call("contents", (at("/data/sub").as_str(),));
    let error = read.unwrap_err();
    assert!(error.starts_with("IsADirectoryError("), "{error}");
}

#[test]
fn virt_mount_is_readable_and_importable_from_python() {
    let site = site();
    let flags = ["--mount", "/site=.", "-e", "NAME=value", "-e", "LANG=C.UTF-8", "--grant=random.seed=1"];
    let output = virt_in(site.path(), &real("files-py.wasm"), &flags);
    assert_eq!(names(&output).0, <[&str; 0]>::default());
    let mut running = Running::new(&output, |wasi| _ = wasi.env("NAME", "host").env("OTHER", "host"));
    sees_the_site(&mut running, "/site");
    assert_eq!(running.call::<_, Option<String>>("variable", ("NAME",)).as_deref(), Some("value"));
    assert_eq!(running.call::<_, Option<String>>("variable", ("OTHER",)), None);
    let said: Text<String> = running.call("say", ("/site/lib", "greeting"));
    assert_eq!(said.as_deref(), Ok("hello from a mount"));
    let said: Text<String> = running.call("say", ("/site/lib", "none"));
    assert_eq!(said.unwrap_err(), "ModuleNotFoundError(\"No module named 'none'\")");
    let kept: Text<()> = running.call("keep", ("/site/data/new", &b"x"[..]));
    let error = kept.unwrap_err();
    assert!(error.starts_with("OSError(") && error.contains("Read-only file system"), "{error}");
}

#[test]
fn virt_mount_is_writable_from_python_where_allowed() {
    let (site, host) = (site(), tempfile::tempdir().unwrap());
    fs::write(host.path().join("theirs"), "theirs").unwrap();
    let flags = [
        "--grant=fs./={embed=\".\", overlay=\"1MiB\"}",
        "--grant=fs./tmp={memory=\"64kB\"}",
        "--grant=fs./host={host=\"/srv\"}",
        "--grant=random=allow",
    ];
    let output = virt_in(site.path(), &real("files-py.wasm"), &flags);
    let mut running = Running::new(&output, |wasi| {
        wasi.preopened_dir(host.path(), "/srv", FsPerms::ReadWrite).unwrap();
    });
    sees_the_site(&mut running, "");
    for path in ["/data/new", "/data/b.bin", "/tmp/new", "/host/new"] {
        assert_eq!(running.call::<_, Text<()>>("keep", (path, &b"mine"[..])), Ok(()), "{path}");
        assert_eq!(running.call::<_, Text<Vec<u8>>>("contents", (path,)).unwrap(), b"mine", "{path}");
    }
    assert_eq!(running.call::<_, Text<Vec<u8>>>("contents", ("/host/theirs",)).unwrap(), b"theirs");
    assert_eq!(fs::read(host.path().join("new")).unwrap(), b"mine");
    assert_eq!(running.call::<_, Text<Vec<String>>>("names", ("/",)).unwrap(), ["data", "host", "lib", "tmp"]);
    assert_eq!(running.call::<_, Text<()>>("keep", ("/tmp/large", &[0_u8; 63_000][..])), Ok(()));
    let kept: Text<()> = running.call("keep", ("/tmp/more", &[0_u8; 2_000][..]));
    let error = kept.unwrap_err();
    // Its library takes each failure of a stream for this, that of a full disk of the host's too.
    assert_eq!(error, "OSError(29, 'I/O error')");
    // Modules that were compiled are kept in the overlay, beside their source.
    assert_eq!(running.call::<_, Text<String>>("say", ("/lib", "greeting")).as_deref(), Ok("hello from a mount"));
}

#[test]
fn virt_random_seed_makes_javascript_deterministic() {
    let numbers = |seed: &str, clocks: &str| {
        let flags = [format!("--grant=random.seed={seed}"), format!("--grant=clocks={{{clocks}}}")];
        let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
        let output = virt_in(Path::new("."), &real("numbers-js.wasm"), &flags);
        assert_eq!(names(&output).0, <[&str; 0]>::default());
        let run = || {
            let mut running = Running::new(&output, |_| {});
            let now: (f64, f64) = running.call("now", ());
            let random: Vec<f64> = (0..10).map(|_| running.call("random", ())).collect();
            let ids: Vec<String> = (0..2).map(|_| running.call("uuid", ())).collect();
            (now, random, ids)
        };
        let first = run();
        assert_eq!(run(), first);
        first
    };
    let fixed = "fixed=2026-01-01T00:00:00.5Z";
    let (now, random, ids) = numbers("1", fixed);
    assert_eq!(now, (1_767_225_600_500.0, 1_767_225_600_500.0));
    assert!(ids[0] != ids[1] && ids[0].len() == 36, "{ids:?}");
    assert!(random.windows(2).all(|pair| pair[0] != pair[1]), "{random:?}");
    let (_, others, other_ids) = numbers("2", fixed);
    assert_ne!(other_ids, ids);
    assert_ne!(others, random);
    let (now, ..) = numbers("1", &format!("{fixed}, step=\"1s\""));
    assert_eq!(now.1 - now.0, 1000.0);
}

#[test]
fn http_rules_hold_for_clients_in_python_and_javascript() {
    let (first, second) = (server(), server());
    for (name, refusal) in [("fetch-py.wasm", "ErrorCode_HttpRequestDenied"), ("fetch-js.wasm", "Error: fetch")] {
        let rules = format!("http.allow=[\"GET http://127.0.0.1:{first}/open/*\"]");
        let output = virt_in(Path::new("."), &real(name), &["--grant", &rules, "--grant=random=allow"]);
        let mut host: Option<requests::Shared> = None;
        let add = |linker: &mut Linker<support::Host>| host = Some(by_name::add(linker, &output));
        let mut running = Running::with(&output, |_| {}, add);
        let mut get = |url: &str| running.call::<_, Text<String>>("get", (url,));
        let allowed = get(&format!("http://127.0.0.1:{first}/open/a?b"));
        assert_eq!(allowed.as_deref(), Ok(&*format!("200 {first} GET /open/a?b HTTP/1.1")), "{name}");
        for url in [
            format!("http://127.0.0.1:{first}/closed"),
            format!("http://127.0.0.1:{first}/open/../closed"),
            format!("http://127.0.0.1:{second}/open/a"),
            format!("http://localhost:{first}/open/a"),
            format!("https://127.0.0.1:{first}/open/a"),
            format!("http://user@127.0.0.1:{first}/open/a"),
        ] {
            let refused = get(&url).unwrap_err();
            assert!(refused.starts_with(refusal), "{name}: {url}: {refused}");
        }
        let sent = host.unwrap().lock().unwrap().sent.clone();
        assert_eq!(sent, [format!("GET http://127.0.0.1:{first} /open/a?b")], "{name}");
    }
}
