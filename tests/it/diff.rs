//! `weld diff`: what it says of two components, in which order, and how it ends.

mod output;
mod snapshots;
mod types;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::support::{self, fails, guest, project, succeeds, weld};
use serde_json::Value;
use tempfile::TempDir;

/// A directory to work in, with components in it.
struct Directory(TempDir);

impl Directory {
    fn new() -> Directory {
        Directory(tempfile::tempdir().unwrap())
    }

    /// Writes a file, and gives its name.
    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let file = self.0.path().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
        name.to_owned()
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.path().join(name)).unwrap()
    }

    /// Builds the example `cms` with some more in its manifest, after a change of what is in its directory.
    fn cms(&self, output: &str, more: &str, change: impl FnOnce(&Path)) -> String {
        let directory = tempfile::tempdir().unwrap();
        for name in ["front.wasm", "kv.wasm", "storygen.wasm"] {
            std::fs::copy(project().join("examples/cms").join(name), directory.path().join(name)).unwrap();
        }
        let manifest = format!(
            "[composition]\nname = \"acme:cms@1.0.0\"\nroot = \"front\"\noutput = \"out.wasm\"\n\n[components]\n\
             front = \"front.wasm\"\nstorygen = \"storygen.wasm\"\nkv = \"kv.wasm\"\n\n{more}"
        );
        std::fs::write(directory.path().join("weld.toml"), manifest).unwrap();
        change(directory.path());
        succeeds(weld(directory.path()).args(["build", "-q"]));
        self.put(output, std::fs::read(directory.path().join("out.wasm")).unwrap())
    }

    /// Plugs components in WAT, the first of which is the socket, each by its name.
    fn plug(&self, output: &str, components: &[(&str, &str)]) -> String {
        let directory = Directory::new();
        let mut command = weld(directory.0.path());
        command.args(["plug", "-q", "-o", "out.wasm"]);
        for (index, (name, text)) in components.iter().enumerate() {
            let name = directory.put(&format!("{name}.wat"), text);
            if index > 0 {
                command.arg("--plug");
            }
            command.arg(name);
        }
        succeeds(&mut command);
        self.put(output, directory.read("out.wasm"))
    }

    /// Writes a snapshot.
    fn snapshot(&self, component: &str, output: &str) -> String {
        let text = succeeds(weld(self.0.path()).args(["snapshot", component])).stdout;
        self.put(output, text)
    }

    /// What weld says of two files, and how it ends.
    #[track_caller]
    fn diff(&self, before: &str, after: &str) -> (String, i32) {
        self.diff_with(before, after, &[])
    }

    #[track_caller]
    fn diff_with(&self, before: &str, after: &str, flags: &[&str]) -> (String, i32) {
        let output = weld(self.0.path()).args(["diff", before, after]).args(flags).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        (String::from_utf8(output.stdout).unwrap(), output.status.code().unwrap())
    }

    /// What weld says of two files that differ, without their sizes.
    #[track_caller]
    fn words(&self, before: &str, after: &str) -> String {
        let (text, code) = self.diff(before, after);
        assert_eq!(code, 1, "{text}");
        match text.find("\nsize\n") {
            Some(size) => text[..size].to_owned(),
            None => text,
        }
    }

    /// The digests of the adapters in two components, as they are shown.
    fn adapters(&self, before: &str, after: &str) -> String {
        let digest = |file: &str| {
            let inspection: Value = serde_json::from_str(&weld::inspect(self.read(file)).unwrap().json()).unwrap();
            let adapter = inspection["components"].as_array().unwrap().iter().find(|it| it["role"] == "adapter");
            format!("sha256 {}…", &adapter.unwrap()["sha256"].as_str().unwrap()[..12])
        };
        format!("{} -> {}", digest(before), digest(after))
    }

    /// The beginning of a digest, as it is shown.
    fn digest(&self, file: &str) -> String {
        format!("sha256 {}…", &support::sha256(&self.read(file))[..12])
    }
}

/// The headings of groups, in order.
fn groups(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with(' ')).collect()
}

fn path(file: &Path) -> String {
    file.to_str().unwrap().to_owned()
}

fn guests() -> Vec<PathBuf> {
    let directory = guest("command-p3").parent().unwrap().to_owned();
    let files = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files.filter(|file| file.extension().is_some_and(|end| end == "wasm")).collect();
    files.sort();
    assert!(files.len() > 20);
    files
}

/// Imports a function, and exports one that calls it.
const ML: &str = r#"(component
    (import "acme:net/fetch@1.0.0" (instance $net (export "fetch" (func (result u32)))))
    (core func $fetch (canon lower (func $net "fetch")))
    (core module $code (import "" "f" (func $f (result i32))) (func (export "go") (result i32) call $f))
    (core instance $code (instantiate $code (with "" (instance (export "f" (func $fetch))))))
    (func (export "go") (result u32) (canon lift (core func $code "go"))))"#;

/// Exports that function, and needs nothing.
const NET: &str = r#"(component
    (core module $code (func (export "f") (result i32) i32.const 1))
    (core instance $code (instantiate $code))
    (func $fetch (result u32) (canon lift (core func $code "f")))
    (instance (export "acme:net/fetch@1.0.0") (export "fetch" (func $fetch))))"#;

/// Exports that function, and has it from the host's sockets.
const NET_WITH_SOCKETS: &str = r#"(component
    (import "wasi:sockets/probe@0.2.12" (instance $sockets (export "probe" (func (result u32)))))
    (core func $probe (canon lower (func $sockets "probe")))
    (core module $code (import "" "f" (func $f (result i32))) (func (export "f") (result i32) call $f))
    (core instance $code (instantiate $code (with "" (instance (export "f" (func $probe))))))
    (func $fetch (result u32) (canon lift (core func $code "f")))
    (instance (export "acme:net/fetch@1.0.0") (export "fetch" (func $fetch))))"#;

/// A component whose world is its whole content: functions that it imports, in an interface and by themselves.
fn importing(items: &str) -> String {
    format!("(component {items})")
}

#[test]
fn diff_reports_a_changed_byte_as_a_replaced_nested_component() {
    let directory = Directory::new();
    let old = directory.cms("old.wasm", "", |_| {});
    let new = directory.cms("new.wasm", "", |inputs| {
        let file = inputs.join("kv.wasm");
        let mut bytes = std::fs::read(&file).unwrap();
        // A path in a message of the standard library's.
        let place = bytes.windows(7).position(|window| window == b"/rustc/").unwrap();
        bytes[place + 1] = b'R';
        directory.put("kv.wasm", &bytes);
        std::fs::write(file, bytes).unwrap();
    });
    directory.put("old-kv.wasm", std::fs::read(project().join("examples/cms/kv.wasm")).unwrap());
    let expected = format!(
        "components\n  ~ `kv` is another component: {} -> {}, code changed\n",
        directory.digest("old-kv.wasm"),
        directory.digest("kv.wasm")
    );
    // The size is what it was.
    assert_eq!(directory.diff(&old, &new), (expected, 1));
}

#[test]
fn diff_reports_a_new_wire_and_its_new_instance() {
    let directory = Directory::new();
    let old = directory.cms("old.wasm", "", |_| {});
    let new = directory.cms("new.wasm", "[wire]\n\"storygen/acme:cms/store@1.0.0\" = \"kv#1\"\n", |_| {});
    directory.put("kv.wasm", std::fs::read(project().join("examples/cms/kv.wasm")).unwrap());
    let kv = directory.digest("kv.wasm");
    assert_eq!(
        directory.words(&old, &new),
        format!(
            "components\n  + `kv#1` ({kv})\n\n\
             wiring\n  ~ `storygen`: `acme:cms/store@1.0.0` from `kv#1`, not from `kv`\n"
        )
    );
    assert_eq!(
        directory.words(&new, &old),
        format!(
            "components\n  - `kv#1` ({kv})\n\n\
             wiring\n  ~ `storygen`: `acme:cms/store@1.0.0` from `kv`, not from `kv#1`\n"
        )
    );
}

#[test]
fn diff_reports_a_single_changed_wire_as_wiring() {
    let directory = Directory::new();
    // Two instances in both, the other way round.
    let wires = |front: &str, storygen: &str| {
        format!(
            "[wire]\n\"front/acme:cms/store@1.0.0\" = \"{front}\"\n\"storygen/acme:cms/store@1.0.0\" = \"{storygen}\"\n"
        )
    };
    let old = directory.cms("old.wasm", &wires("kv", "kv#1"), |_| {});
    let new = directory.cms("new.wasm", &wires("kv#1", "kv"), |_| {});
    assert_eq!(
        directory.words(&old, &new),
        "wiring\n  ~ `front`: `acme:cms/store@1.0.0` from `kv#1`, not from `kv`\n  \
         ~ `storygen`: `acme:cms/store@1.0.0` from `kv`, not from `kv#1`\n"
    );
}

#[test]
fn diff_reports_a_setting_as_grant_and_regenerated_adapter() {
    let directory = Directory::new();
    let grants = |value: &str| {
        format!("[virtualize.storygen]\ndefault = \"allow\"\nenv = {{ set = {{ LANG = \"{value}\" }} }}\n")
    };
    let old = directory.cms("old.wasm", &grants("C"), |_| {});
    let new = directory.cms("new.wasm", &grants("D"), |_| {});
    assert_eq!(
        directory.words(&old, &new),
        format!(
            "adapters\n  ~ `storygen:adapter`, generated again: {}, code changed\n\n\
             grants\n  ~ `storygen`: `env` set LANG=C -> set LANG=D\n",
            directory.adapters(&old, &new)
        )
    );
}

#[test]
fn diff_reports_a_capability_grant_first_as_reachable() {
    let directory = Directory::new();
    let grants = |more: &str| format!("[virtualize.storygen]\ndefault = \"deny\"\nstdout = \"allow\"\n{more}");
    let old = directory.cms("old.wasm", &grants(""), |_| {});
    let new = directory.cms("new.wasm", &grants("stderr = \"allow\"\n"), |_| {});
    // `front` reaches standard error all the time. That the adapter stands before it no more is not said again.
    assert_eq!(
        directory.words(&old, &new),
        format!(
            "capabilities\n  + `storygen` can now reach `stderr`\n\n\
             adapters\n  ~ `storygen:adapter`, generated again: {}, code changed\n\n\
             grants\n  + `storygen`: `stderr` allow\n",
            directory.adapters(&old, &new)
        )
    );
}

#[test]
fn diff_reports_each_changed_version_on_one_line() {
    let directory = Directory::new();
    let (old, new) = (guest("command-0.2.6"), guest("command-0.2.12"));
    let text = directory.words(&path(&old), &path(&new));
    assert_eq!(groups(&text), ["imports", "exports", "components"]);
    let (mut imports, _) = support::names(&std::fs::read(&new).unwrap());
    imports.sort();
    let line = |name: &String| format!("  ~ {} 0.2.6 -> 0.2.12\n", name.strip_suffix("@0.2.12").unwrap());
    let imports: String = imports.iter().map(line).collect();
    assert!(text.starts_with(&format!("imports\n{imports}\nexports\n  ~ wasi:cli/run 0.2.6 -> 0.2.12\n\n")), "{text}");
}

#[test]
fn diff_reports_what_a_replaced_component_reaches_first() {
    let directory = Directory::new();
    let old = directory.plug("old.wasm", &[("ml", ML), ("net", NET)]);
    let new = directory.plug("new.wasm", &[("ml", ML), ("net", NET_WITH_SOCKETS)]);
    let digest = |name: &str, text: &str| {
        directory.put(name, wat::parse_str(text).unwrap());
        directory.digest(name)
    };
    let (was, is) = (digest("a", NET), digest("b", NET_WITH_SOCKETS));
    assert_eq!(
        directory.words(&old, &new),
        format!(
            "capabilities\n  \
             + the component can now reach `sockets`\n  \
             + `ml` can now reach `sockets`, through `net`\n  \
             + `net` can now reach `sockets`\n\n\
             imports\n  + wasi:sockets/probe@0.2.12, for `ml` and `net`\n\n\
             components\n  ~ `net` is another component: {was} -> {is}, code changed\n"
        )
    );
    assert_eq!(
        directory.words(&new, &old),
        format!(
            "capabilities\n  \
             - the component can no longer reach `sockets`\n  \
             - `ml` can no longer reach `sockets`, through `net`\n  \
             - `net` can no longer reach `sockets`\n\n\
             imports\n  - wasi:sockets/probe@0.2.12, for `ml` and `net`\n\n\
             components\n  ~ `net` is another component: {is} -> {was}, code changed\n"
        )
    );
}

/// A component that makes one of [`NET_WITH_SOCKETS`], called `net`, and exports what that does. In `depth` more around it, each called
/// `box`.
fn joined(depth: usize) -> String {
    let inner = match depth {
        0 => NET_WITH_SOCKETS.replacen("(component", "(component $net", 1),
        depth => joined(depth - 1).replacen("(component", "(component $box", 1),
    };
    let name = if depth == 0 { "net" } else { "box" };
    format!(
        r#"(component
            (import "wasi:sockets/probe@0.2.12" (instance $sockets (export "probe" (func (result u32)))))
            {inner}
            (instance ${name} (instantiate ${name} (with "wasi:sockets/probe@0.2.12" (instance $sockets))))
            (alias export ${name} "acme:net/fetch@1.0.0" (instance $fetch))
            (export "acme:net/fetch@1.0.0" (instance $fetch)))"#
    )
}

#[test]
fn diff_reports_capabilities_of_instances_within_a_new_one() {
    let directory = Directory::new();
    // `other` reaches sockets in both, so that the component as a whole and `ml` gain nothing.
    let other = NET_WITH_SOCKETS.replace("acme:net/fetch", "acme:net/other");
    let ml = ML.replacen(
        "(component",
        r#"(component (import "acme:net/other@1.0.0" (instance (export "fetch" (func (result u32)))))"#,
        1,
    );
    let old = directory.plug("old.wasm", &[("ml", &ml), ("other", &other), ("safe", NET)]);
    for (depth, path) in [(0, "fast/net"), (1, "fast/box/net"), (3, "fast/box/box/box/net")] {
        let new = directory.plug("new.wasm", &[("ml", &ml), ("other", &other), ("fast", &joined(depth))]);
        let text = directory.words(&old, &new);
        let gained =
            format!("capabilities\n  + `{path}`, which is new, can reach `sockets`\n\ncomponents\n  + `fast` (");
        assert!(text.starts_with(&gained), "{text}");
        let text = directory.words(&new, &old);
        let lost =
            format!("capabilities\n  - `{path}`, which is gone, could reach `sockets`\n\ncomponents\n  + `safe` (");
        assert!(text.starts_with(&lost), "{text}");
        // Snapshots say the same, and so does JSON.
        let snapshots = (directory.snapshot(&old, "old.weld"), directory.snapshot(&new, "new.weld"));
        let text = directory.words(&snapshots.0, &snapshots.1);
        assert!(text.starts_with(&gained), "{text}");
        let (json, _) = directory.diff_with(&old, &new, &["--json"]);
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let capabilities = json["capabilities"].as_array().unwrap();
        assert_eq!(capabilities.len(), 1, "{json}");
        assert_eq!(capabilities[0]["instance"], path);
        assert_eq!(capabilities[0]["with_instance"], true);
    }
}

#[test]
fn diff_reports_capabilities_of_an_instance_moved_into_another() {
    let directory = Directory::new();
    let old = directory.plug("old.wasm", &[("ml", ML), ("net", NET_WITH_SOCKETS)]);
    let new = directory.plug("new.wasm", &[("ml", ML), ("box", &joined(0))]);
    let text = directory.words(&old, &new);
    assert!(
        text.starts_with(
            "capabilities\n  + `box/net`, which is new, can reach `sockets`\n  \
             - `net`, which is gone, could reach `sockets`\n\n"
        ),
        "{text}"
    );
    let text = directory.words(&new, &old);
    assert!(
        text.starts_with(
            "capabilities\n  + `net`, which is new, can reach `sockets`\n  \
             - `box/net`, which is gone, could reach `sockets`\n\n"
        ),
        "{text}"
    );
}

#[test]
fn diff_reports_capabilities_of_a_false_adapter_in_a_new_instance() {
    let directory = Directory::new();
    let old = directory.put("old.weld", with_sockets("x", "  x  sha256 0\n"));
    let new = |by: &str, from: &str| {
        let tree = format!(
            "  p  sha256 1\n    y  sha256 2\n      i  <- {from}\n    y:adapter  (adapter)  sha256 3\n  x  sha256 0\n"
        );
        directory.put("new.weld", with_sockets(by, &tree))
    };
    let gained = |path: &str| format!("capabilities\n  + `{path}`, which is new, can reach `sockets`\n\n");
    for (by, from, path) in [
        // It is said of the one that it is for, where that one reaches it.
        ("p/y, p/y:adapter, x", "y:adapter", "p/y"),
        ("p/y:adapter, x", "y:adapter", "p/y:adapter"),
        ("p/y:adapter, x", "outer", "p/y:adapter"),
    ] {
        let text = directory.words(&old, &new(by, from));
        assert!(text.starts_with(&gained(path)), "{text}");
    }
}

#[test]
fn diff_distinguishes_an_instance_name_from_a_nested_path() {
    let directory = Directory::new();
    let net = |name: &str, from: &str| {
        format!(
            r#"{} (instance $"{name}" (instantiate $"{name}" {from}))"#,
            match from {
                "" => NET.replacen("(component", &format!("(component $\"{name}\""), 1),
                _ => NET_WITH_SOCKETS.replacen("(component", &format!("(component $\"{name}\""), 1),
            }
        )
    };
    let sockets = r#"(with "wasi:sockets/probe@0.2.12" (instance $sockets))"#;
    let of = |from: &str| {
        format!(
            r#"(component
                (import "wasi:sockets/probe@0.2.12" (instance $sockets (export "probe" (func (result u32)))))
                {} (instance $safe (instantiate $safe {sockets})) {})"#,
            joined(0).replacen("(component", "(component $safe", 1),
            net("safe/net", from)
        )
    };
    let (old, new) = (directory.put("old.wat", of("")), directory.put("new.wat", of(sockets)));
    let text = directory.words(&old, &new);
    assert!(text.starts_with("capabilities\n  + `\"safe/net\"` can now reach `sockets`\n\n"), "{text}");
}

#[test]
fn diff_matches_a_renamed_instance() {
    let directory = Directory::new();
    let old = directory.plug("old.wasm", &[("ml", ML), ("net", NET_WITH_SOCKETS)]);
    let new = directory.plug("new.wasm", &[("ml", ML), ("wire", NET_WITH_SOCKETS)]);
    assert_eq!(directory.words(&old, &new), "components\n  ~ `net` is called `wire`, and is the same component\n");
}

#[test]
fn diff_counts_host_core_modules_as_capabilities() {
    let directory = Directory::new();
    let old = directory.put("old.wat", r#"(component (import "f" (func)))"#);
    let new = directory.put("new.wat", r#"(component (import "f" (func)) (import "m" (core module)))"#);
    let text = directory.words(&old, &new);
    let expected =
        "capabilities\n  + the component can now reach `m`\n\nimports\n  + m: core module\n\ntypes\n  not compared: ";
    // WIT has no words for it.
    assert!(text.starts_with(expected), "{text}");
    // Where that is so of both, types are compared.
    let more = directory.put("more.wat", r#"(component (import "f" (func (result u8))) (import "m" (core module)))"#);
    let text = directory.words(&new, &more);
    let imports = "imports\n  ~ f\n    - f: func()\n    + f: func() -> u8\n\ncomponents\n";
    assert!(text.starts_with(&format!("{imports}  ~ the component itself: sha256 ")), "{text}");
    // Types are not.
    let ty = r#"(import "t" (type (sub resource)))"#;
    let new = directory.put("type.wat", format!(r#"(component (import "f" (func)) {ty})"#));
    assert_eq!(directory.words(&old, &new), "imports\n  + resource t;\n");
}

#[test]
fn diff_matches_a_component_that_became_nested() {
    let directory = Directory::new();
    let old = path(&guest("command-p3"));
    directory.put("new.wasm", support::virt(&guest("command-p3"), &["default=allow", "sockets=deny"]));
    assert_eq!(
        directory.words(&old, "new.wasm"),
        "capabilities\n  \
         - the component can no longer reach `sockets`\n  \
         - `command-p3` can no longer reach `sockets`\n\n\
         imports\n  \
         - wasi:sockets/ip-name-lookup@0.3.0, for `command-p3`\n  \
         - wasi:sockets/types@0.3.0, for `command-p3`\n\n\
         components\n  ~ the component is within another now, as `command-p3`\n\n\
         adapters\n  + `command-p3:adapter`\n\n\
         grants\n  + `command-p3`: `sockets` deny\n  + `command-p3`: `*` allow\n"
    );
    let text = directory.words("new.wasm", &old);
    assert_eq!(groups(&text), ["capabilities", "imports", "components", "adapters", "grants"]);
    assert!(text.contains("  ~ the component is what `command-p3` was, by itself\n"), "{text}");
}

#[test]
fn diff_compares_wasi_0_3_with_0_2() {
    let directory = Directory::new();
    let text = directory.words(&path(&guest("command-0.2.12")), &path(&guest("command-p3")));
    assert_eq!(groups(&text), ["capabilities", "imports", "exports", "components"]);
    // It asks for the directory that it is in, and has functions that the other has not.
    assert!(
        text.starts_with("capabilities\n  + the component can now reach `cwd` and `sockets`\n\nimports\n"),
        "{text}"
    );
    assert!(text.contains("  ~ wasi:cli/exit 0.2.12 -> 0.3.0\n"), "{text}");
    assert!(text.contains("    + wait-for: async func(how-long: duration);\n"), "{text}");
    assert!(text.contains("  + wasi:sockets/types@0.3.0\n"), "{text}");
}

#[test]
fn diff_reports_other_bytes_of_an_equal_component() {
    let directory = Directory::new();
    let old = directory.plug("old.wasm", &[("ml", ML), ("net", NET)]);
    let mut bytes = directory.read(&old);
    // A custom section `x` of no content.
    bytes.extend([0, 2, 1, b'x']);
    directory.put("new.wasm", bytes);
    let (text, code) = directory.diff(&old, "new.wasm");
    let size = directory.read(&old).len();
    assert_eq!(code, 1);
    assert_eq!(
        text,
        format!(
            "size\n  {size} -> {} bytes (+4)\n\nsame in everything that weld compares; only metadata (custom sections) differs\n",
            size + 4
        )
    );
    // Of as many bytes, there is no size to tell.
    let mut bytes = directory.read("new.wasm");
    *bytes.last_mut().unwrap() = b'y';
    directory.put("other.wasm", bytes);
    let expected = ("same in everything that weld compares; only metadata (custom sections) differs\n".to_owned(), 1);
    assert_eq!(directory.diff("new.wasm", "other.wasm"), expected);
}

#[test]
fn diff_distinguishes_changed_code_from_changed_metadata() {
    let directory = Directory::new();
    let module = |value: u32| {
        format!(
            "(component (core module $m (func (export \"get\") (result i32) i32.const {value}))
               (core instance $m (instantiate $m))
               (func $get (result u32) (canon lift (core func $m \"get\")))
               (instance $n (export \"get\" (func $get)))
               (export \"acme:n/n\" (instance $n)))"
        )
    };
    let app = "(component (import \"acme:n/n\" (instance $n (export \"get\" (func (result u32)))))
                 (export \"run\" (func $n \"get\")))";
    let metadata = |text: &str| text.replacen("(core module $m", "(core module $m (@custom \"x\" \"y\")", 1);
    let old = directory.plug("old.wasm", &[("app", app), ("n", &module(1))]);
    let named = directory.plug("named.wasm", &[("app", app), ("n", &metadata(&module(1)))]);
    let other = directory.plug("other.wasm", &[("app", app), ("n", &module(2))]);
    assert!(directory.words(&old, &named).ends_with("…, only metadata changed\n"), "{}", directory.words(&old, &named));
    assert!(directory.words(&old, &other).ends_with("…, code changed\n"), "{}", directory.words(&old, &other));
    for (after, content) in [(&named, "metadata"), (&other, "code")] {
        let (json, _) = directory.diff_with(&old, after, &["--json"]);
        let json: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["components"][0]["content"], content);
    }
    // What a snapshot does not say is not guessed.
    let snapshot = directory.snapshot(&old, "old.weld");
    let (json, _) = directory.diff_with(&snapshot, &named, &["--json"]);
    assert_eq!(serde_json::from_str::<Value>(&json).unwrap()["components"][0]["content"], Value::Null);
    assert!(!directory.words(&snapshot, &named).contains("metadata"));
    // The component itself.
    directory.put("n.wat", module(1));
    directory.put("named.wat", metadata(&module(1)));
    directory.put("other.wat", module(2));
    assert!(directory.words("n.wat", "named.wat").ends_with("…, only metadata changed\n"));
    assert!(directory.words("n.wat", "other.wat").ends_with("…, code changed\n"));
}

/// The changes of each kind that there are in each group, seen from one side or from the other.
fn counted(difference: &Value, is_mirrored: bool) -> Vec<(&'static str, Vec<&str>)> {
    let mirror = |change| match change {
        "added" if is_mirrored => "removed",
        "removed" if is_mirrored => "added",
        "wrapped" if is_mirrored => "unwrapped",
        "unwrapped" if is_mirrored => "wrapped",
        change => change,
    };
    let seen = |group| {
        let changes = difference[group].as_array().unwrap().iter();
        let mut changes: Vec<&str> = changes.map(|it| mirror(it["change"].as_str().unwrap())).collect();
        changes.sort();
        (group, changes)
    };
    ["capabilities", "imports", "exports", "components", "wiring", "adapters", "grants"].map(seen).into()
}

#[test]
fn diff_has_the_same_groups_in_both_directions() {
    let directory = Directory::new();
    let mut files: Vec<Vec<u8>> = guests().iter().map(|file| std::fs::read(file).unwrap()).collect();
    for more in
        ["", "[virtualize.storygen]\ndefault = \"deny\"\n", "[wire]\n\"storygen/acme:cms/store@1.0.0\" = \"kv#1\"\n"]
    {
        let file = directory.cms("cms.wasm", more, |_| {});
        files.push(directory.read(&file));
    }
    files.push(support::virt(&guest("command-0.2.12"), &["default=allow", "random=deny"]));
    files.push(support::plug(&guest("kv-app"), &[guest("kv-store")]));
    let given = files.len();
    // Of the core modules, one has imports that only its WIT describes.
    let snapshots: Vec<_> = files.into_iter().filter_map(|bytes| weld::snapshot(bytes).ok()).collect();
    assert!(snapshots.len() > 25 && snapshots.len() == given - 1, "{} of {given}", snapshots.len());
    let json = |difference: &weld::Difference| -> Value { serde_json::from_str(&difference.json()).unwrap() };
    for a in &snapshots {
        assert_eq!(weld::diff(a, a), weld::Difference::default());
        for b in &snapshots {
            let (there, back) = (weld::diff(a, b), weld::diff(b, a));
            assert_eq!(there.is_empty(), back.is_empty());
            let (there, back) = (json(&there), json(&back));
            assert_eq!(counted(&there, false), counted(&back, true));
            assert_eq!(there["types_unknown"].is_null(), back["types_unknown"].is_null());
        }
    }
}

/// The text of a snapshot with that tree.
fn with_tree(tree: &str) -> String {
    format!("weld snapshot 1\n\ntree\n{tree}\nwit\n  world root {{\n  }}\n")
}

impl Directory {
    /// What weld says of two snapshots with these trees, from either side: of something that differs, it says something.
    #[track_caller]
    fn of_trees(&self, before: &str, after: &str) -> String {
        let (old, new) = (self.put("old.weld", with_tree(before)), self.put("new.weld", with_tree(after)));
        assert_eq!(self.diff(&new, &old).1, self.diff(&old, &new).1);
        self.diff(&old, &new).0
    }
}

/// The text of a snapshot with one import and that tree.
fn with_sockets(reached_by: &str, tree: &str) -> String {
    let world = "  world root {\n    import wasi:sockets/probe@0.2.12;\n  }\n  package wasi:sockets@0.2.12 {\n    \
                 interface probe {\n      probe: func() -> u32;\n    }\n  }\n";
    format!("weld snapshot 1\n\nimports\n  wasi:sockets/probe@0.2.12  {reached_by}\n\ntree\n{tree}\nwit\n{world}")
}

#[test]
fn diff_reports_no_rewiring_for_a_wrapped_component() {
    let directory = Directory::new();
    let world = "\nwit\n  world root {\n    import i: func();\n  }\n";
    let imports = |by: &str| format!("imports\n  i  {by}\n");
    let program = format!(
        "weld snapshot 1\n\ncomponent\n  sha256 1\n\n{}\ntree\n  a  sha256 2\n    i  <- host\n    \
         j  <- {{f <- host#i, \"g <- host,\" <- hosts}}\n  hosts  sha256 3\n{world}",
        imports("a")
    );
    let wrapper = format!(
        "weld snapshot 1\n\n{}\ntree\n  p  sha256 1\n    i  <- host\n    a  sha256 2\n      i  <- outer\n      \
         j  <- {{f <- outer#i, \"g <- host,\" <- hosts}}\n    hosts  sha256 3\n{world}",
        imports("p, p/a")
    );
    let (old, new) = (directory.put("old.weld", program), directory.put("new.weld", wrapper));
    assert_eq!(directory.words(&old, &new), "components\n  ~ the component is within another now, as `p`\n");
    assert_eq!(directory.words(&new, &old), "components\n  ~ the component is what `p` was, by itself\n");
}

#[test]
fn diff_reports_what_a_wrapped_composition_no_longer_reaches_and_nothing_else() {
    let directory = Directory::new();
    let hello = project().join("examples/hello");
    let parts = [hello.join("command.wasm"), "--plug".into(), hello.join("library.wasm")];
    succeeds(weld(directory.0.path()).args(["plug", "-o", "whole.wasm"]).args(parts));
    let denied = ["virt", "whole.wasm", "-o", "virt.wasm", "--allow-all", "--grant", "exit=deny"];
    succeeds(weld(directory.0.path()).args(denied));
    let said = directory.words("whole.wasm", "virt.wasm");
    let lost: Vec<&str> = said.lines().filter(|line| line.contains("no longer reach")).collect();
    assert_eq!(
        lost,
        ["  - the component can no longer reach `exit`", "  - `whole/command` can no longer reach `exit`"],
        "{said}"
    );
    assert!(!directory.words("virt.wasm", "whole.wasm").contains("`stdout`"));
}

#[test]
fn diff_reports_a_changed_instantiation_order() {
    let directory = Directory::new();
    let [old, new] = [["a", "b"], ["b", "a"]].map(|order| {
        let made = order.map(|name| format!("(instance ${name} (instantiate $c))")).concat();
        let text = format!("(component (component $c (core module)) {made})");
        directory.put(&format!("{}.wat", order.concat()), text)
    });
    let said = |order: &str| format!("wiring\n  ~ instances are created in another order: {order}\n");
    assert_eq!(directory.words(&old, &new), said("b, a"));
    assert_eq!(directory.words(&new, &old), said("that of their names"));
}

#[test]
fn diff_compares_the_types_of_a_renamed_interface() {
    let directory = Directory::new();
    let named = |parameter: &str| {
        format!(r#"(component (import "x" (implements "a:b/c") (instance (export "f" (func {parameter})))))"#)
    };
    let old = directory.put("old.wat", named(""));
    let new = directory.put("new.wat", named(r#"(param "n" u32)"#));
    assert_eq!(directory.words(&old, &new), "imports\n  ~ x\n    - f: func();\n    + f: func(n: u32);\n");
}

#[test]
fn diff_reports_a_changed_external_id() {
    let directory = Directory::new();
    let of = |id: &str| format!(r#"(component (import "f" (external-id "{id}") (func)))"#);
    let (old, new) = (directory.put("old.wat", of("a")), directory.put("new.wat", of("b")));
    let expected = "imports\n  ~ f\n    - @external-id(\"a\") f: func();\n    + @external-id(\"b\") f: func();\n";
    assert_eq!(directory.words(&old, &new), expected);
}

#[test]
fn diff_reports_differences_outside_all_groups() {
    let directory = Directory::new();
    // What is within an interface may say it, too.
    let of = |id: &str| format!(r#"(component (import "x:y/z" (instance (export "f" (external-id "{id}") (func)))))"#);
    let (old, new) = (directory.put("old.wat", of("a")), directory.put("new.wat", of("b")));
    let (text, code) = directory.diff(&old, &new);
    assert!(
        text.ends_with("the snapshots differ in a way that has no words: compare `weld snapshot` of both\n"),
        "{text}"
    );
    assert_eq!(code, 1);
}

/// A component that imports `x`, which is what `says` says, and one thing more.
fn with_label(says: &str, more: &str) -> String {
    format!(
        r#"(component {more}
             (import "x" {says} (instance $x (export "get-random-u64" (func (result u64)))))
             (component $user
               (import "x" (instance $x (export "get-random-u64" (func (result u64)))))
               (core func $f (canon lower (func $x "get-random-u64"))))
             (instance $user (instantiate $user (with "x" (instance $x)))))"#
    )
}

#[test]
fn diff_reports_a_capability_under_another_label() {
    let implements = "(implements \"wasi:random/random@0.2.0\")";
    // A core module makes a world of which WIT has no words.
    for more in ["", "(import \"code\" (core module))"] {
        let directory = Directory::new();
        let (old, new) =
            (directory.put("old.wat", with_label("", more)), directory.put("new.wat", with_label(implements, more)));
        let (text, _) = directory.diff(&old, &new);
        assert!(
            text.starts_with(
                "capabilities\n  + the component can now reach `random`\n  + `user` can now reach `random`\n  \
                 - the component can no longer reach `x`\n"
            ),
            "{more}: {text}"
        );
    }
    // A function that is called like an interface is what that is.
    let directory = Directory::new();
    let old = directory.put("old.wat", "(component (import \"x\" (func)))");
    let new = directory.put("new.wat", "(component (import \"wasi:random/random@0.2.0\" (func)))");
    assert!(directory.diff(&old, &new).0.contains("+ the component can now reach `random`"));
}

#[test]
fn diff_matches_the_parts_of_a_virtualized_composition() {
    let directory = Directory::new();
    let before = directory.cms("before.wasm", "", |_| {});
    succeeds(weld(directory.0.path()).args(["virt", &before, "--stdout", "-q", "-o", "after.wasm"]));
    let (words, _) = directory.diff(&before, "after.wasm");
    assert!(words.contains("  ~ the component is within another now, as `before`\n"), "{words}");
    assert!(words.contains("  - `before/storygen` can no longer reach `stdin`, `stderr`, `exit`, `fs` and"), "{words}");
    for wrong in ["is new", "is gone", "  + `before`\n", "  - `kv`", "\nwiring\n"] {
        assert!(!words.contains(wrong), "{wrong}: {words}");
    }
    let (back, _) = directory.diff("after.wasm", &before);
    assert!(back.contains("  ~ the component is what `before` was, by itself\n"), "{back}");
    // Another composition of the same parts is no part of it.
    let other = "[wire]\n\"front/acme:cms/store\" = \"kv#1\"\n";
    let other = directory.cms("other.wasm", other, |_| {});
    let (words, _) = directory.diff(&other, "after.wasm");
    assert!(!words.contains("within another now"), "{words}");
}
