//! Bounds on work: what is just small enough is done, and what is just too large is an error, found before the work is done.

use std::path::Path;
use std::process::Command;

use crate::support::{fails, succeeds, weld};

/// A directory with a component in it.
fn given(text: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("c.wat"), text).unwrap();
    std::fs::write(directory.path().join("policy.toml"), "default = \"allow\"\n").unwrap();
    directory
}

/// How much memory a command said that it had at most, in MiB. Only Linux says it.
#[track_caller]
fn memory(stderr: &[u8]) -> f64 {
    let said = String::from_utf8_lossy(stderr);
    let line = said.lines().find(|line| line.starts_with("memory "));
    let said = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
    if cfg!(target_os = "linux") { said.expect("weld says how much memory it had") } else { said.unwrap_or_default() }
}

/// Runs a command that succeeds, and gives how much memory it had at most.
#[track_caller]
fn takes(command: &mut Command) -> f64 {
    memory(&succeeds(command.arg("--timings")).stderr)
}

/// Refuses a component with each command that follows what is in it, within a second for each thousand items, and little memory.
#[track_caller]
fn refused(directory: &Path, message: &str) {
    for arguments in [
        &["inspect", "c.wat"][..],
        &["inspect", "c.wat", "--html", "out.html"],
        &["snapshot", "c.wat"],
        &["check", "c.wat", "--policy", "policy.toml"],
    ] {
        let output = weld(directory).args(arguments).arg("--timings").output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(message), "{arguments:?}: {said}");
        let memory = memory(&output.stderr);
        assert!(memory < 512.0, "{arguments:?}: {memory} MiB");
    }
    assert!(!directory.join("out.html").exists());
}

/// Instance types, each of which exports two instances of the one before.
fn doubled(levels: usize, with_resources: bool) -> String {
    let first = match with_resources {
        true => r#"(export "r" (type (sub resource))) (export "f" (func (param "x" (borrow 0))))"#,
        false => r#"(export "f" (func))"#,
    };
    let mut text = format!("(type $t0 (instance {first}))\n");
    for level in 1..levels {
        let before = level - 1;
        text += &format!(
            "(type $t{level} (instance (alias outer 1 $t{before} (type)) (export \"a\" (instance (type 0))) \
             (export \"b\" (instance (type 0)))))\n"
        );
    }
    text
}

/// A component with one that is instantiated over and over, with an instance of the last type.
fn instantiated(levels: usize, with_resources: bool, count: usize) -> String {
    let types = doubled(levels, with_resources);
    let last = levels - 1;
    let instances = "(instance (instantiate $c (with \"t:t/i\" (instance $i))))\n".repeat(count);
    format!(
        "(component (component $c {types} (import \"t:t/i\" (instance $i (type $t{last}))) \
         (export \"t:t/j\" (instance $i))) {types} (import \"t:t/i\" (instance $i (type $t{last}))) {instances})"
    )
}

#[test]
fn load_refuses_exponential_instance_types_before_validation() {
    for with_resources in [false, true] {
        // What is imported has names as well, which are looked at first.
        let (items, names) = ("the types of `c.wat` have more items", "the names of what `c.wat` imports and exports");
        for (levels, message) in [(12, items), (16, if with_resources { items } else { names })] {
            refused(given(&instantiated(levels, with_resources, 990)).path(), message);
        }
    }
}

#[test]
fn load_refuses_exponential_types_before_validation() {
    refused(given(&format!("(component {})", doubled(18, true))).path(), "the types of `c.wat` have more items");
    let types = doubled(15, true);
    let more = "(type (instance (alias outer 1 $t14 (type)) (export \"a\" (instance (type 0)))))\n".repeat(100);
    refused(given(&format!("(component {types} {more})")).path(), "the types of `c.wat` have more items");
    // As soon as one is imported, each item has names that lead to it.
    let imports: String = (0..8).map(|index| format!("(import \"t:t/i{index}\" (instance (type $t14)))")).collect();
    refused(given(&format!("(component {types} {imports})")).path(), "the names of what `c.wat` imports and exports");
}

/// A component in which instances are given `instances * functions + more` functions.
fn given_functions(instances: usize, functions: usize, more: usize) -> String {
    let functions: String = (0..functions).map(|index| format!("(export \"f{index}\" (func))")).collect();
    let more: String = (0..more).map(|index| format!("(export \"g{index}\" (func))")).collect();
    let each = "(instance (instantiate $c (with \"t:t/i\" (instance $i))))\n".repeat(instances - 1);
    format!(
        "(component (component $c (import \"t:t/i\" (instance {functions}))) (import \"t:t/i\" (instance $i {functions})) \
         (import \"t:t/j\" (instance {more})) {each})"
    )
}

#[test]
fn inspect_follows_instance_items_up_to_the_limit() {
    // The outermost one is given all of them, too.
    for (more, is_fine) in [(399, true), (400, true), (401, false)] {
        let text = given_functions(400, 499, more);
        let result = weld::inspect(text.as_bytes());
        assert_eq!(result.is_ok(), is_fine, "{more}: {:?}", result.err());
        if !is_fine {
            refused(given(&text).path(), "has more than 200000 items that its instances are given or reach");
        }
    }
}

#[test]
fn inspect_html_draws_ports_up_to_the_limit() {
    // Each export has a port and a wire.
    let exports: String = (0..99_000).map(|index| format!("(export \"e{index}\" (func 0))")).collect();
    let inspect = |imports: usize| {
        let imports: String = (0..imports).map(|index| format!("(import \"f{index}\" (func))")).collect();
        weld::inspect(format!("(component {imports} {exports})").as_bytes()).unwrap()
    };
    for imports in [1_999, 2_000] {
        inspect(imports).dot().unwrap();
    }
    let inspection = inspect(2_001);
    for picture in [inspection.html(), inspection.dot(), inspection.mermaid()] {
        let said = picture.unwrap_err().to_string();
        assert!(said.contains("more than 200000 ports and wires"), "{said}");
    }
}

/// Instances of which each is given all before it.
fn wired(count: usize) -> String {
    let mut text = "(component".to_owned();
    for index in 0..count {
        let imports: String =
            (0..index).map(|of| format!("(import \"i{of}\" (instance (export \"f\" (func))))")).collect();
        let arguments: String = (0..index).map(|of| format!("(with \"i{of}\" (instance $x{of}))")).collect();
        text += &format!(
            "(component $c{index} {imports} (core module $m (func (export \"f\"))) (core instance $i (instantiate $m)) \
             (func (export \"f\") (canon lift (core func $i \"f\")))) (instance $x{index} (instantiate $c{index} {arguments}))"
        );
    }
    text + ")"
}

#[test]
fn inspect_html_refuses_a_quadratic_number_of_wires() {
    let directory = given(&wired(500));
    let said = fails(weld(directory.path()).args(["inspect", "c.wat", "--html", "out.html"]));
    assert!(said.contains("more than 200000 ports and wires"), "{said}");
    assert!(!directory.path().join("out.html").exists());
    // What is no picture can be read by programs.
    succeeds(weld(directory.path()).args(["inspect", "c.wat", "--json"]));
}

/// A component that imports a function of random numbers which has some type.
fn random(types: &str, function: &str) -> String {
    format!(
        "(component (type $i (instance {types} (export \"get-random-u64\" (func {function})))) \
         (import \"wasi:random/random@0.2.0\" (instance (type $i))))"
    )
}

#[test]
fn virt_refuses_nested_fixed_length_lists_before_allocation() {
    let types = "(type $a (list u64 1073741824)) (type $b (list $a 1073741824))";
    for function in ["(result $b)", "(result $a)", "(param \"x\" $b)", "(param \"x\" $a) (result u64)"] {
        let directory = given(&random(types, function));
        for flags in [
            &["--grant", "random.seed=7"][..],
            &["--grant", "random.seed=7", "--allow-all"],
            &["--grant", "random=deny"],
            &["--grant", "random=ignore"],
            &[],
        ] {
            let output = weld(directory.path())
                .args(["virt", "c.wat", "-o", "out.wasm", "--timings"])
                .args(flags)
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{function} {flags:?}: {said}");
            assert!(said.contains("takes or gives more than 65536 values"), "{function} {flags:?}: {said}");
            assert!(memory(&output.stderr) < 128.0, "{said}");
        }
    }
}

#[test]
fn virt_denies_functions_with_values_up_to_the_limit() {
    // The result is one of them.
    for (length, is_fine) in [(65_534, true), (65_535, true), (65_536, false)] {
        let text = format!(
            "(component (type $i (instance (type $l (list u8 {length})) (export \"f\" (func (param \"x\" $l) (result u8))))) \
             (import \"t:t/i\" (instance (type $i))))"
        );
        let grants = weld::Grants::deny_all();
        let composed = weld::Composer::new().component("c", weld::Input::bytes(text)).grant("c", grants).compose();
        assert_eq!(composed.is_ok(), is_fine, "{length}: {:?}", composed.err());
    }
}

/// A component that imports functions which take and give so many handles each, one that takes some more, and one that gives one.
fn handles(length: usize, functions: usize, more: usize) -> String {
    let functions: String = (0..functions)
        .map(|index| {
            format!("(export \"take{index}\" (func (param \"x\" $h))) (export \"give{index}\" (func (result $h)))")
        })
        .collect();
    let more = match more {
        0 => String::new(),
        more => format!("(type $m (list (own $r1) {more})) (export \"more\" (func (param \"x\" $m)))"),
    };
    format!(
        "(component (import \"t:t/s\" (instance $s (export \"r\" (type (sub resource))) \
           (export \"get\" (func (result (own 0)))))) \
         (alias export $s \"r\" (type $r)) \
         (type $i (instance (alias outer 1 $r (type $r0)) (export \"r\" (type $r1 (eq $r0))) \
           (type $h (list (own $r1) {length})) {functions} {more})) \
         (import \"t:t/i\" (instance (type $i))))"
    )
}

#[test]
fn virt_denies_functions_with_handles_up_to_the_limit() {
    let composed = |text: String, grants: weld::Grants| {
        weld::Composer::new().component("c", weld::Input::bytes(text)).grant("c", grants).compose()
    };
    for (length, is_fine) in [(8_191, true), (8_192, true), (8_193, false)] {
        for grants in [
            weld::Grants::deny_all(),
            // The adapter owns the resource type, and passes handles on.
            weld::Grants::allow_all().deny("t:t/s#get").unwrap(),
            weld::Grants::allow_all().grant("t:t/i#give0", "ignore").unwrap(),
        ] {
            let result = composed(handles(length, 1, 0), grants);
            assert_eq!(result.is_ok(), is_fine, "{length}: {:?}", result.err());
        }
    }
    // All functions together have sixteen times as many: half of them take handles, and half give them.
    for (more, is_fine) in [(14, true), (15, true), (16, false)] {
        let result = composed(handles(8_191, 8, more), weld::Grants::deny_all());
        assert_eq!(result.is_ok(), is_fine, "{more}: {:?}", result.err());
    }
}

#[test]
fn build_holds_a_file_with_many_names_in_memory_once() {
    let directory = given(
        "(component (import \"wasi:filesystem/types@0.2.0\" (instance $t (export \"descriptor\" (type (sub resource))))) \
         (alias export $t \"descriptor\" (type $d)) \
         (import \"wasi:filesystem/preopens@0.2.0\" (instance (alias outer 1 $d (type $d1)) \
           (export \"descriptor\" (type $d2 (eq $d1))) \
           (export \"get-directories\" (func (result (list (tuple (own $d2) string))))))))",
    );
    let path = |name: &str| directory.path().join(name);
    let large: Vec<u8> = (0..8u32 << 20).map(|index| (index.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    std::fs::write(path("large"), &large).unwrap();
    let mounts: String = (0..500).map(|index| format!("\"/f{index}/x\" = {{ embed = \"large\" }}\n")).collect();
    let manifest = |mounts: &str| {
        format!(
            "[composition]\nroot = \"c\"\noutput = \"out.wasm\"\n[components]\nc = \"c.wat\"\n[virtualize.c]\n\
             default = \"deny\"\n[virtualize.c.fs]\n{mounts}"
        )
    };
    std::fs::write(path("weld.toml"), manifest(&mounts)).unwrap();
    // Twice what is read and twice what is written, and 64 MiB.
    let most = 4.0 * 8.0 + 64.0;
    let memory = takes(weld(directory.path()).arg("build"));
    assert!(memory < most, "500 names: {memory} MiB");
    assert!(std::fs::metadata(path("out.wasm")).unwrap().len() < 9 << 20);
    // Names in a directory that are the file, or hold the same.
    std::fs::create_dir_all(path("tree")).unwrap();
    for index in 0..60 {
        std::fs::hard_link(path("large"), path(&format!("tree/link{index}"))).unwrap();
        std::fs::write(path(&format!("tree/copy{index}")), &large).unwrap();
    }
    std::fs::write(path("weld.toml"), manifest("\"/\" = { embed = \"tree\" }\n")).unwrap();
    let memory = takes(weld(directory.path()).arg("build"));
    assert!(memory < most + 8.0, "120 names in a directory: {memory} MiB");
}

/// A component of so many bytes, in a custom section.
fn heavy(bytes: usize) -> Vec<u8> {
    let data: Vec<u8> = (0..bytes as u32).map(|index| (index.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let mut component = wasm_encoder::Component::new();
    component.section(&wasm_encoder::CustomSection { name: "large".into(), data: data.into() });
    let mut module = wasm_encoder::Module::new();
    module.section(&wasm_encoder::CustomSection { name: "m".into(), data: [1][..].into() });
    component.section(&wasm_encoder::ModuleSection(&module));
    component.finish()
}

#[test]
fn plug_holds_a_component_with_many_names_in_memory_once() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    std::fs::write(path("root.wasm"), heavy(8 << 20)).unwrap();
    let mut command = weld(directory.path());
    command.args(["plug", "root.wasm", "--allow-unused-plugs", "--timings", "-o", "out.wasm"]);
    for index in 0..60 {
        std::fs::copy(path("root.wasm"), path(&format!("{index}.wasm"))).unwrap();
        command.arg("--plug").arg(format!("{index}.wasm"));
    }
    let output = command.output().unwrap();
    let memory = memory(&output.stderr);
    assert!(memory < 4.0 * 8.0 + 64.0, "{memory} MiB");
}

#[test]
fn build_memory_is_at_most_twice_inputs_and_output_and_64_mib() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    let size = 24 << 20;
    std::fs::write(path("root.wasm"), heavy(size)).unwrap();
    std::fs::write(path("other.wat"), "(component (import \"t:t/i\" (instance)))").unwrap();
    let mut command = weld(directory.path());
    let memory = takes(command.args(["virt", "root.wasm", "-o", "out.wasm"]));
    let most = 4.0 * 24.0 + 64.0;
    assert!(memory < most, "virt: {memory} MiB of {most}");
    // What is large is written from where it was read.
    assert!(memory < 24.0 + 50.0, "virt: {memory} MiB: the output has a copy of the component");
    let memory = takes(weld(directory.path()).args(["inspect", "root.wasm"]));
    assert!(memory < 2.0 * 24.0 + 64.0, "inspect: {memory} MiB");
}

/// A chain of interfaces, each of which takes handles of the one before.
fn chain(length: usize) -> String {
    let mut text =
        "(import \"t:t/i0\" (instance $i0 (export \"t\" (type (sub resource))))) (alias export $i0 \"t\" (type $t0))\n"
            .to_owned();
    for index in 1..length {
        let before = index - 1;
        text += &format!(
            "(import \"t:t/i{index}\" (instance $i{index} (alias outer 1 $t{before} (type $u)) \
             (export \"p\" (type $q (eq $u))) (export \"t\" (type (sub resource))) \
             (export \"f\" (func (param \"x\" (own $q)))))) (alias export $i{index} \"t\" (type $t{index}))\n"
        );
    }
    format!("(component {text})")
}

#[test]
fn build_follows_a_chain_of_interfaces_on_a_small_stack() {
    for length in [99, 100, 101, 900] {
        let directory = given(&chain(length));
        let manifest = "[composition]\nroot = \"c\"\noutput = \"out.wasm\"\n[components]\nc = \"c.wat\"\n[virtualize.c]\n\
                        default = \"allow\"\n\"t:t/i3\" = \"deny\"\n";
        std::fs::write(directory.path().join("weld.toml"), manifest).unwrap();
        succeeds(weld(directory.path()).arg("build").env("RUST_MIN_STACK", "1048576"));
    }
    // The validator takes a thousand instances.
    for length in [1_001, 10_000] {
        let directory = given(&chain(length));
        let said =
            fails(weld(directory.path()).args(["virt", "c.wat", "-o", "out.wasm"]).env("RUST_MIN_STACK", "1048576"));
        assert!(said.contains("instances count exceeds limit of 1000"), "{length}: {said}");
    }
}

#[test]
fn virt_refuses_an_adapter_above_the_component_size_limit() {
    let directory = given(&chain(900));
    let said = fails(weld(directory.path()).args(["virt", "c.wat", "-o", "out.wasm"]));
    assert!(said.contains("an adapter for `c` would be larger than a component may be: "), "{said}");
    assert!(!said.contains("defect"), "{said}");
}

/// A component that makes forty handles and passes them on together, in a list of a fixed length.
const PASSES: &str = r#"
(component
  (import "t:t/s" (instance $s
    (export "r" (type $r (sub resource)))
    (export "get" (func (result (own $r))))
    (export "make" (func (result (own $r))))
    (export "take" (func (param "x" (list (own $r) 40)) (result u32)))))
  (core module $libc (memory (export "memory") 1))
  (core instance $libc (instantiate $libc))
  (core func $get (canon lower (func $s "get")))
  (core func $make (canon lower (func $s "make")))
  (core func $take (canon lower (func $s "take") (memory $libc "memory")))
  (core module $code
    (import "l" "memory" (memory 1))
    (import "h" "make" (func $make (result i32)))
    (import "h" "take" (func $take (param i32) (result i32)))
    (func (export "run") (result i32) (local $at i32)
      (loop $again
        (i32.store (i32.add (local.get $at) (i32.const 64)) (call $make))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br_if $again (i32.lt_u (local.get $at) (i32.const 160))))
      (call $take (i32.const 64))))
  (core instance $code (instantiate $code
    (with "l" (instance $libc))
    (with "h" (instance (export "make" (func $make)) (export "take" (func $take))))))
  (func (export "run") (result u32) (canon lift (core func $code "run"))))
"#;

/// What makes and takes them: it counts those that come in the order in which they were made.
const TAKES: &str = r#"
(component
  (type $r (resource (rep i32)))
  (core func $new (canon resource.new $r))
  (core func $rep (canon resource.rep $r))
  (core module $code
    (import "r" "new" (func $new (param i32) (result i32)))
    (import "r" "rep" (func $rep (param i32) (result i32)))
    (memory (export "memory") 1)
    (global $made (mut i32) (i32.const 0))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
    (func (export "make") (result i32)
      (global.set $made (i32.add (global.get $made) (i32.const 4)))
      (call $new (global.get $made)))
    (func (export "take") (param $list i32) (result i32) (local $at i32) (local $good i32)
      (loop $again
        (local.set $good (i32.add (local.get $good) (i32.eq
          (call $rep (i32.load (i32.add (local.get $list) (local.get $at))))
          (i32.add (local.get $at) (i32.const 4)))))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br_if $again (i32.lt_u (local.get $at) (i32.const 160))))
      (local.get $good)))
  (core instance $code (instantiate $code
    (with "r" (instance (export "new" (func $new)) (export "rep" (func $rep))))))
  (func $make (result (own $r)) (canon lift (core func $code "make")))
  (func $take (param "x" (list (own $r) 40)) (result u32)
    (canon lift (core func $code "take") (memory $code "memory") (realloc (func $code "realloc"))))
  (instance $s (export "r" (type $r)) (export "get" (func $make)) (export "make" (func $make))
    (export "take" (func $take)))
  (export "t:t/s" (instance $s)))
"#;

#[test]
fn virt_passes_handles_of_fixed_length_lists_in_order() {
    // The adapter owns the resource type, since it must make handles for what is denied.
    let virtualized = weld::Composer::new()
        .component("passes", weld::Input::bytes(PASSES))
        .grant("passes", weld::Grants::allow_all().deny("t:t/s#get").unwrap())
        .compose()
        .unwrap();
    let composed = weld::Composer::new()
        .component("virtualized", weld::Input::bytes(virtualized.into_bytes()))
        .component("takes", weld::Input::bytes(TAKES))
        .compose()
        .unwrap();
    assert_eq!(crate::support::call(composed.bytes(), "run"), 40);
}

/// Refuses a component with each command, with little memory.
#[track_caller]
fn refused_by_all(directory: &Path, message: &str) {
    refused(directory, message);
    for arguments in [&["virt", "c.wat", "--allow-all", "-o", "out.wasm"][..], &["verify", "c.wat", "--input", "c.wat"]]
    {
        let said = fails(weld(directory).args(arguments));
        assert!(said.contains(message), "{arguments:?}: {said}");
    }
}

#[test]
fn load_refuses_quadratic_repetition_of_names() {
    // A name of 90,000 bytes for each of so many functions: at most some 90.
    let named = |functions: usize| {
        let name = "a".repeat(90_000);
        let functions: String = (0..functions).map(|number| format!(r#"(export "f{number}" (func))"#)).collect();
        format!(r#"(component (import "{name}" (instance {functions})))"#)
    };
    let directory = given(&named(80));
    succeeds(weld(directory.path()).args(["virt", "c.wat", "--allow-all", "-o", "out.wasm"]));
    let message = "the names of what `c.wat` imports and exports are too long for a component of its size";
    refused_by_all(given(&named(120)).path(), message);
    // So are short ones, through instances within instances.
    let doubled = doubled(15, false);
    refused_by_all(given(&format!(r#"(component {doubled} (import "n" (instance (type $t14))))"#)).path(), message);
}

#[test]
fn load_accepts_imports_up_to_the_limit() {
    const LIMIT: usize = 10_000;
    let importing = |count: usize| {
        let imports: String = (0..count).map(|number| format!(r#"(import "f{number}" (func))"#)).collect();
        format!("(component {imports})")
    };
    for count in [LIMIT - 1, LIMIT] {
        let directory = given(&importing(count));
        succeeds(weld(directory.path()).args(["inspect", "c.wat"]));
    }
    refused_by_all(given(&importing(LIMIT + 1)).path(), "`c.wat` has more than 10000 imports");
}

#[test]
fn virt_denies_functions_up_to_the_limit() {
    const LIMIT: usize = 10_000;
    let importing = |count: usize| {
        let functions: String = (1..count).map(|number| format!(r#"(export "f{number}" (func))"#)).collect();
        format!(r#"(component (import "a:b/c" (instance (export "r" (type (sub resource))) {functions})))"#)
    };
    let virt = |count: usize, flag: &str| {
        let directory = given(&importing(count));
        weld(directory.path()).args(["virt", "c.wat", "-o", "out.wasm", flag, "-q"]).output().unwrap()
    };
    for (count, flag) in [(LIMIT - 1, "--no-provenance"), (LIMIT, "--no-provenance"), (LIMIT + 1, "--allow-all")] {
        let output = virt(count, flag);
        assert!(output.status.success(), "{count}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let output = virt(LIMIT + 1, "--no-provenance");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("`c` imports more than 10000 functions and types, and grants take some of them away"),
        "{said}"
    );
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn verify_refuses_a_chain_of_unknown_components_above_the_limit() {
    // 2,000 instances, each of which has the functions of all before.
    let stranger = r#"(component $s (import "f" (func $f)) (core func $l (canon lower (func $f)))
        (core module $m (import "h" "f" (func $f)) (export "f" (func $f)))
        (core instance $i (instantiate $m (with "h" (instance (export "f" (func $l))))))
        (func $g (canon lift (core func $i "f"))) (export "f" (func $g)))"#;
    let app = r#"(component $app (import "f" (func $f)) (core func $l (canon lower (func $f))))"#;
    let chain = |count: usize, first: &str, inner: &str| -> String {
        (0..count)
            .map(|number| {
                let before = if number == 0 { first.to_owned() } else { format!("$f{}", number - 1) };
                format!(
                    r#"(instance $i{number} (instantiate {inner} (with "f" (func {before}))))
                    (alias export $i{number} "f" (func $f{number}))"#
                )
            })
            .collect()
    };
    let many = format!(
        r#"(component $many (import "f" (func $f)) (alias outer $top $s (component $s)) {} (export "f" (func $f49)))"#,
        chain(50, "$f", "$s")
    );
    let output = format!(
        r#"(component $top (import "f" (func $f)) {stranger} {many} {} {app}
          (instance $app (instantiate $app (with "f" (func $f89)))))"#,
        chain(90, "$f", "$many"),
    );
    let directory = given(&output);
    std::fs::write(directory.path().join("app.wat"), app).unwrap();
    let ran = weld(directory.path()).args(["verify", "c.wat", "--input", "app.wat", "--allow-all"]).output().unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(said.contains("what its components pass on to each other is too much to follow"), "{said}");
    assert_eq!(ran.status.code(), Some(1));
    std::fs::write(directory.path().join("policy.toml"), "[[rule]]\nallow = [\"stdout\"]\n").unwrap();
    let said = fails(weld(directory.path()).args(["check", "c.wat", "--policy", "policy.toml"]));
    assert!(said.contains("more than 1000000 steps through which its instances reach what it imports"), "{said}");
    // So are the names on the ways from each to the host.
    assert!(
        String::from_utf8_lossy(&succeeds(weld(directory.path()).args(["explain", "c.wat", "f"])).stdout)
            .contains("reaches `f`")
    );
    std::fs::write(directory.path().join("c.wat"), output.replace("$i", &format!("${}", "a".repeat(200)))).unwrap();
    let said = fails(weld(directory.path()).args(["explain", "c.wat", "f"]));
    assert!(said.contains("bytes of names on the ways by which its parts reach that"), "{said}");
}

#[test]
fn inspect_follows_aliases_of_aliases_once() {
    // Each from its name to the type would be forty million steps, in each of many places.
    let names = 9_000;
    let aliases: String = (0..names).map(|number| format!("(export \"t{number}\" (type (eq {number})))")).collect();
    let interface = format!("(instance (type (record (field \"a\" u32))) {aliases})");
    let package = format!(
        r#"(component (@custom "wit-component-encoding" "\04\00")
          (type (component (type {interface}) (export "a:b/i" (instance (type 0))))) (export "i" (type 0)))"#
    );
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("package.wat"), package).unwrap();
    let app = format!(r#"(component (import "a:b/i" {interface}))"#);
    std::fs::write(directory.path().join("app.wat"), app).unwrap();
    let start = std::time::Instant::now();
    succeeds(weld(directory.path()).args(["inspect", "package.wat"]));
    succeeds(weld(directory.path()).args(["inspect", "--wit", "app.wat"]));
    succeeds(weld(directory.path()).args(["virt", "app.wat", "-o", "out.wasm"]));
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn grants_of_nothing_suggest_for_the_first_ones() {
    let items = 800;
    let functions: String = (0..items).map(|number| format!("(export \"get-value-{number}\" (func))")).collect();
    let directory = tempfile::tempdir().unwrap();
    let app = format!(r#"(component (import "acme:kv/store" (instance {functions})))"#);
    std::fs::write(directory.path().join("app.wat"), app).unwrap();
    let grants: String = (0..items).map(|n| format!("\"acme:kv/store#get-walue-{n}\" = \"deny\"\n")).collect();
    let manifest = format!(
        "[composition]\nroot = \"app\"\noutput = \"out.wasm\"\n[components]\napp = \"app.wat\"\n\
         [virtualize.app]\n{grants}"
    );
    std::fs::write(directory.path().join("weld.toml"), manifest).unwrap();
    let error = fails(weld(directory.path()).arg("build"));
    // Each is an error; people read the first ones.
    assert_eq!(error.matches("so there is nothing to grant").count(), items, "{error}");
    assert_eq!(error.matches("did you mean").count(), 100, "{error}");
}
