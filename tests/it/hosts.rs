//! The cells of `tests/reach/cells.json` and `cells-p3.json` in the crate `wasmtime`, and what becomes of handles that a host mixes up.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::support::{Ran, guest, plug, project, run, run_p3, run_with, virt_in};
use serde_json::Value;
use wasmtime_wasi::p2::pipe::MemoryInputPipe;
use wasmtime_wasi::{FsPerms, WasiCtxBuilder};

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name())).unwrap();
        if path.is_dir() { copy(&path, &to.join(name)) } else { _ = fs::copy(path, to.join(name)).unwrap() }
    }
}

/// The files in a directory, by their paths from there, with what they hold.
fn files(directory: &Path, path: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(directory.join(path)).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let path = if path.is_empty() { name } else { format!("{path}/{name}") };
        match directory.join(&path) {
            directory_in_it if directory_in_it.is_dir() => found.extend(files(directory, &path)),
            file => _ = found.insert(path, fs::read_to_string(file).unwrap()),
        }
    }
    found
}

#[test]
fn virt_output_prints_the_same_on_each_host() {
    let guests = ["command-0.2.0", "command-0.2.3", "command-0.2.6", "command-0.2.12"];
    run_cells("cells.json", &guests, Some("try"), |output, words, give| run_with(output, words, give));
}

#[test]
fn virt_wasi_0_3_output_prints_the_same_on_each_host() {
    run_cells("cells-p3.json", &["steps-p3"], None, |output, words, give| {
        let Ran { stdout, stderr, result } = run_p3(output, words, give);
        let result = result.and_then(|result| result.map_err(|()| "it fails".to_owned())).map(|()| Ok(()));
        Ran { stdout, stderr, result }
    });
}

/// What the host gives.
type Give<'g> = &'g dyn Fn(&mut WasiCtxBuilder);

/// Runs each cell of a file for each of some guests, whose steps begin with a word.
fn run_cells(file: &str, guests: &[&str], verb: Option<&'static str>, run: impl Fn(&[u8], &[&str], Give<'_>) -> Ran) {
    let directory = project().join("tests/reach");
    let cells: Value = serde_json::from_str(&fs::read_to_string(directory.join(file)).unwrap()).unwrap();
    for cell in cells.as_array().unwrap() {
        for guest_name in guests {
            let name = format!("{}, {guest_name}", cell["name"]);
            let guest = guest(guest_name);
            let output = match (&cell["plug"], &cell["virt"]) {
                (Value::String(file), _) => plug(&guest, &[directory.join(file)]),
                (_, Value::Null) => fs::read(&guest).unwrap(),
                (_, flags) => virt_in(&directory, &guest, &texts(flags)),
            };
            let mut words = Vec::new();
            for step in cell["steps"].as_array().into_iter().flatten() {
                words.extend((!words.is_empty()).then_some("--"));
                words.extend(verb);
                words.extend(step.as_str().unwrap().split(' '));
            }
            words.extend(cell["words"].is_array().then(|| texts(&cell["words"])).into_iter().flatten());
            let root = tempfile::tempdir().unwrap();
            let host = root.path().join("host");
            copy(&directory.join("files"), &host);
            fs::write(root.path().join("outside.txt"), "nobody gets here").unwrap();
            let Ran { stdout, stderr, result } = run(&output, &words, &|wasi| {
                wasi.stdin(MemoryInputPipe::new("what the host has on its standard input\n"));
                wasi.env("SECRET", "of the host, too").env("SHARED", "of the host");
                wasi.preopened_dir(&host, "/host", FsPerms::ReadWrite).unwrap();
            });
            assert_eq!(stdout, cell["stdout"].as_str().unwrap(), "{name}");
            // What is told of calls may be in the middle of a line of the guest's.
            let (mut told, mut own) = (Vec::new(), String::new());
            match cell["told of"].is_array() {
                true => {
                    let mut parts = stderr.split("weld: ");
                    own.push_str(parts.next().unwrap());
                    for part in parts {
                        let (line, rest) = part.split_once('\n').unwrap();
                        told.push(line);
                        own.push_str(rest);
                    }
                }
                false => own = stderr,
            }
            assert_eq!(own, cell["stderr"].as_str().unwrap_or_default(), "{name}");
            for interface in cell["told of"].as_array().into_iter().flatten() {
                let start = format!("{}@", interface.as_str().unwrap());
                assert!(told.iter().any(|line| line.starts_with(&start)), "{name}: {told:?}");
            }
            assert_eq!(result.is_err(), cell["fails"].as_bool().unwrap_or_default(), "{name}: {result:?}");
            if let Some(left) = cell["left"].as_object() {
                let left = left.iter().map(|(path, text)| (path.clone(), text.as_str().unwrap().to_owned())).collect();
                assert_eq!(files(&host, ""), left, "{name}");
            }
        }
    }
}

/// The instruction `i32.const`, with a number of five bytes.
///
/// Core WebAssembly, Binary Format, "Integers".
fn constant(number: u32) -> [u8; 6] {
    let byte = |at: u32| (number >> (7 * at)) as u8 & 0x7f;
    let sign = if number >> 31 == 1 { 0x70 } else { 0 };
    [0x41, byte(0) | 0x80, byte(1) | 0x80, byte(2) | 0x80, byte(3) | 0x80, byte(4) & 0x0f | sign]
}

/// The instruction `call`.
const CALL: u8 = 0x10;
/// What a handle stands for that a denied function makes.
const DENIED: u32 = 1 << 29 | 1;
const IGNORED: u32 = 1 << 29 | 2;

/// A program that writes to both of its streams, of which standard error is denied; on a host that has another
/// representation for the handle of that.
fn with_stderr(component: &[u8], rep: u32) -> Ran {
    let [before, after] = [DENIED, rep].map(|rep| [&constant(rep)[..], &[CALL]].concat());
    let mut component = component.to_vec();
    let found: Vec<usize> =
        (0..component.len() - before.len()).filter(|at| component[*at..].starts_with(&before)).collect();
    assert!(!found.is_empty(), "no denied handle is made");
    for at in found {
        component[at..at + after.len()].copy_from_slice(&after);
    }
    run(&component, &["try", "err", "secret", "--", "try", "out", "shown"])
}

#[test]
fn virt_traps_on_a_handle_that_a_host_corrupts() {
    for flags in [&["--stdout"][..], &["--stdout", "--grant=fs./tmp.memory=1KiB"]] {
        let flags = [&["--grant=args=allow"], flags].concat();
        let component = virt_in(project(), &guest("command-0.2.12"), &flags);
        // Nothing is ignored here, so what an ignored function would have made is denied, too.
        for nobodys in [DENIED, IGNORED] {
            let Ran { stdout, stderr, .. } = with_stderr(&component, nobodys);
            assert_eq!((stdout.as_str(), stderr.as_str()), ("error: err secret: Uncategorized\nshown\n", ""));
        }
        // None at all; a handle of the host's without what says so; what is left of one of ours that lost its upper bits,
        // and with bits that it did not have.
        let lost = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 1 << 26, 1 << 27, 1 << 29, (1 << 29) + 3, (1 << 30) - 1, 3 << 27];
        let more = [1 << 30, 1 << 30 | 5, 1 << 30 | DENIED, 1 << 31, 1 << 31 | DENIED, u32::MAX, u32::MAX - 1];
        for rep in lost.into_iter().chain(more) {
            let Ran { stdout, stderr, result } = with_stderr(&component, rep);
            assert_eq!((stdout.as_str(), stderr.as_str()), ("", ""), "{rep:#x}");
            let trap = result.expect_err("it traps");
            assert!(trap.contains("unreachable") || trap.contains("unknown handle"), "{rep:#x}: {trap}");
        }
    }
}

/// A module that calls a host's `open-at`, and says that the handle of what was opened is that of the directory.
const GIVEN_TWICE: &str = r#"
(core module $given-twice
  (import "" "memory" (memory 0))
  (import "" "open-at" (func $open-at (param i32 i32 i32 i32 i32 i32 i32)))
  (func (export "open-at") (param $directory i32) (param i32 i32 i32 i32 i32) (param $result i32)
    (call $open-at (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4) (local.get 5) (local.get 6))
    (if (i32.eqz (i32.load8_u (local.get $result)))
      (then (i32.store offset=4 (local.get $result) (local.get $directory))))))
"#;

/// A component with an adapter, in a host whose `open-at` gives the number of a handle that the adapter holds already.
fn with_a_handle_given_twice(component: &[u8]) -> Vec<u8> {
    let mut text = String::new();
    let mut printer = wasmprinter::Config::new();
    printer.name_unnamed(true).print(component, &mut wasmprinter::PrintFmtWrite(&mut text)).unwrap();
    let opens =
        text.lines().find(|line| line.contains(r#"(alias export $"#) && line.contains(r#"descriptor.open-at" (func"#));
    let opens = opens.unwrap().split(' ').find(|word| word.starts_with("$#func")).unwrap().to_owned();
    let is_lowered = |line: &&str| line.contains(&format!("(canon lower (func {opens}) "));
    let lowered: Vec<&str> = text.lines().filter(is_lowered).collect();
    assert!(!lowered.is_empty(), "{opens} is lowered");
    // In a type of an instance, the parser takes the name of an item after its kind alone.
    let moved = |line: &str| -> Option<String> {
        let (indent, rest) = line.split_once("(export $")?;
        let (name, rest) = rest.split_once(' ')?;
        let (export, ty) = rest.split_once("\" (")?;
        let (kind, ty) = ty.split_once(' ').filter(|(_, ty)| ty.starts_with('('))?;
        Some(format!("{indent}(export {export}\" ({kind} ${name} {ty}"))
    };
    let mut corrupt: String = text.lines().map(|line| moved(line).unwrap_or(line.to_owned()) + "\n").collect();
    for (number, line) in lowered.iter().enumerate() {
        let name = line.trim().strip_prefix("(core func ").unwrap().split(' ').next().unwrap();
        let memory = line.split("(memory ").nth(1).unwrap().split(')').next().unwrap();
        let other = line.replacen(name, &format!("$right{number}"), 1);
        let module = GIVEN_TWICE.replace("$given-twice", &format!("$given-twice{number}"));
        let instance = format!(
            "{other}{module}(core instance $twice{number} (instantiate $given-twice{number} (with \"\" (instance \
             (export \"memory\" (memory {memory})) (export \"open-at\" (func $right{number}))))))\n\
             (alias core export $twice{number} \"open-at\" (core func {name}))"
        );
        corrupt = corrupt.replacen(line, &instance, 1);
    }
    wat::parse_str(corrupt).unwrap()
}

#[test]
fn virt_traps_on_a_handle_that_a_host_gives_twice() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("a.txt"), "a file").unwrap();
    let flags = ["--stdout", "--preopen=/data=/host", "--grant=args=allow"];
    let component = virt_in(project(), &guest("command-0.2.12"), &flags);
    let corrupt = with_a_handle_given_twice(&component);
    let give =
        |wasi: &mut WasiCtxBuilder| _ = wasi.preopened_dir(directory.path(), "/host", FsPerms::ReadOnly).unwrap();
    let words = ["try", "read", "/data/a.txt"];
    assert_eq!(run_with(&component, &words, give).stdout, "a file");
    let Ran { stdout, result, .. } = run_with(&corrupt, &words, give);
    assert_eq!(stdout, "");
    assert!(result.unwrap_err().contains("unreachable"));
}
