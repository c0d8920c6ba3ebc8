//! Pictures show all that there is, are the same each time, and take nothing from a component's names but text.

use std::fmt::Write;
use std::path::Path;

use crate::support::{self, guest, project, succeeds, virt, weld};
use serde_json::Value;

/// Names that mean something to HTML, scripts, DOT, Mermaid or terminals.
const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "]]--><!--",
    "a\u{202e}b",
    "`tick`",
    "\"quoted\\\" '",
    "#quot; &lt; %% end | {x} [y]",
    "line\nbreak",
    "no\u{fffe}character\u{ffff}",
];

/// A name of these as weld shows it everywhere.
fn shown(name: &str) -> String {
    let escape = |c: char| format!("\\u{{{:x}}}", u32::from(c));
    ['\u{202e}', '\n', '\u{fffe}', '\u{ffff}'].into_iter().fold(name.to_owned(), |name, c| name.replace(c, &escape(c)))
}

/// What `weld inspect` prints of a component.
fn inspect(component: &[u8], flags: &[&str]) -> String {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("in.wasm"), component).unwrap();
    let output = succeeds(weld(directory.path()).args(["inspect", "in.wasm"]).args(flags));
    String::from_utf8(output.stdout).unwrap()
}

fn cms() -> Vec<u8> {
    let example = project().join("examples/cms");
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("build")).unwrap();
    for file in ["weld.toml", "front.wasm", "storygen.wasm", "kv.wasm"] {
        std::fs::copy(example.join(file), directory.path().join(file)).unwrap();
    }
    succeeds(weld(directory.path()).arg("build"));
    std::fs::read(directory.path().join("build/cms.wasm")).unwrap()
}

/// A component of others with code, each with a name, of which each imports what the next one exports.
fn chain(names: &[String]) -> Vec<u8> {
    let wat = |name: &str| name.chars().map(|c| format!("\\u{{{:x}}}", u32::from(c))).collect::<String>();
    let mut text = format!("(component $\"{}\" ", wat(&names[0]));
    for (number, name) in names.iter().enumerate() {
        let import = match number + 1 < names.len() {
            true => format!("(import \"a:b/u{}\" (instance (export \"run\" (func))))", number + 1),
            false => String::new(),
        };
        write!(
            text,
            "(component $\"{}\" {import}
               (@producers (processed-by \"{}\" \"{}\"))
               (core module $m (func (export \"run\")))
               (core instance $i (instantiate $m))
               (func $f (canon lift (core func $i \"run\")))
               (instance $x (export \"run\" (func $f)))
               (export \"a:b/u{number}\" (instance $x)))",
            wat(name),
            wat(name),
            wat(name)
        )
        .unwrap();
    }
    for (number, name) in names.iter().enumerate().rev() {
        let given = match number + 1 < names.len() {
            true => format!("(with \"a:b/u{}\" (instance $e{}))", number + 1, number + 1),
            false => String::new(),
        };
        let name = wat(name);
        write!(text, "(instance $\"{name}\" (instantiate $\"{name}\" {given}))").unwrap();
        write!(text, "(alias export $\"{name}\" \"a:b/u{number}\" (instance $e{number}))").unwrap();
    }
    text.push_str("(export \"a:b/u0\" (instance $e0)))");
    wat::parse_str(&text).unwrap()
}

fn hostile() -> Vec<u8> {
    chain(&HOSTILE.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
}

/// The JSON that the page's script reads.
fn data(page: &str) -> Value {
    let (_, rest) = page.split_once("<script id=\"data\" type=\"application/json\">").unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

/// The wires of a page, each as the titles of the blocks and the names of the ports at its ends.
fn wires(page: &str) -> Vec<[String; 2]> {
    let things = data(page)["things"].as_object().unwrap().clone();
    let facts = things.iter().filter(|(id, _)| id.starts_with('w')).map(|(_, thing)| thing["facts"].clone());
    facts.map(|facts| [0, 1].map(|end| facts[end][1].as_str().unwrap().to_owned())).collect()
}

#[test]
fn html_has_each_instance_and_wire() {
    let component = cms();
    let page = inspect(&component, &["--html", "-"]);
    let wires = wires(&page);
    let of = |wire: &[&str; 2]| wires.iter().any(|other| other == wire);
    assert!(of(&["front: acme:cms/stories@1.0.0", "storygen: acme:cms/stories@1.0.0"]));
    assert!(of(&["front: acme:cms/store@1.0.0", "kv: acme:cms/store@1.0.0"]));
    assert!(of(&["storygen: acme:cms/store@1.0.0", "kv: acme:cms/store@1.0.0"]));
    assert!(of(&["exports: wasi:cli/run@0.2.12", "front: wasi:cli/run@0.2.12"]));
    assert!(of(&["storygen: wasi:cli/stdout@0.2.12", "host: wasi:cli/stdout@0.2.12"]));
    // What any of the three imports is filled, once.
    let inspection: Value = serde_json::from_str(&inspect(&component, &["--json"])).unwrap();
    let imports = |name: &str| {
        let mut components = inspection["components"].as_array().unwrap().iter();
        components.find(|component| component["name"] == name).unwrap()["imports"].as_array().unwrap().len()
    };
    assert_eq!(wires.len(), imports("front") + imports("storygen") + imports("kv") + 1);

    let dot = inspect(&component, &["--dot"]);
    assert_eq!(dot.lines().filter(|line| line.contains(" -> ")).count(), wires.len());
    let mermaid = inspect(&component, &["--mermaid"]);
    for name in ["front", "storygen", "kv", "host", "exports"] {
        assert!(dot.contains(&format!("<B>{name}</B>")), "{dot}");
        assert!(mermaid.contains(&format!("[\"{name}\"]")), "{mermaid}");
    }
}

#[test]
fn html_of_a_short_chain_shows_rows() {
    let rows = |count: usize| {
        let names: Vec<String> = (0..count).map(|number| format!("unit-{number}")).collect();
        let page = inspect(&chain(&names), &["--html", "-"]);
        // The interface that the last one exports, beside its end.
        page.contains(&format!(">a:b/u{}</text>", count - 1)) || page.contains(&format!(">a:b/u{}<tspan", count - 1))
    };
    assert!((2..=12).all(rows));
    // Of many, only names are.
    assert!(!rows(60));
}

#[test]
fn html_marks_wires_that_end_in_an_adapter() {
    let page = inspect(&virt(&guest("command-0.2.12"), &["stdout=allow"]), &["--html", "-"]);
    let things = &data(&page)["things"];
    let kind = |import: &str| {
        let mut wires = things.as_object().unwrap().iter().filter(|(id, _)| id.starts_with('w'));
        let import = format!("command-0.2.12: {import}");
        wires.find(|(_, thing)| thing["facts"][0][1] == import).unwrap().1["kind"].clone()
    };
    assert_eq!(kind("wasi:cli/stdout@0.2.12"), "wire to an adapter, which has it from the host");
    assert_eq!(kind("wasi:random/random@0.2.12"), "wire that ends in an adapter");
    assert_eq!(kind("wasi:filesystem/types@0.2.12"), "wire that ends in an adapter");
    let block = things.as_object().unwrap().values().find(|thing| thing["title"] == "command-0.2.12").unwrap();
    let lists = block["lists"].as_array().unwrap();
    let held = lists.iter().find(|list| list[0] == "not passed on to the host").unwrap()[1].as_array().unwrap();
    assert!(held.contains(&"random".into()) && held.contains(&"fs".into()), "{held:?}");
    assert!(!held.contains(&"stdout".into()), "{held:?}");
}

#[test]
fn html_has_one_host_wire_for_each_capability() {
    let component = std::fs::read(guest("command-0.2.12")).unwrap();
    let page = inspect(&component, &["--html", "-"]);
    let things = data(&page)["things"].clone();
    // One row for both interfaces at either end, and one wire, each of which knows what is in it.
    let joined = |kind: &str| {
        let mut found = things.as_object().unwrap().iter().filter(|(_, it)| it["title"] == "fs" && it["kind"] == kind);
        let (id, thing) = found.next().unwrap_or_else(|| panic!("{kind}"));
        assert!(found.next().is_none());
        (id.clone(), list(thing, "in it"))
    };
    let interfaces = ["wasi:filesystem/types@0.2.12", "wasi:filesystem/preopens@0.2.12"];
    let (own, mut of) = joined("2 imports of in");
    of.sort_unstable_by_key(|name| std::cmp::Reverse(*name));
    assert_eq!(of, interfaces);
    let (host, _) = joined("2 imports of the whole, which the host fills");
    let wire = format!("data-from=\"{own}\" data-to=\"{host}\"");
    assert_eq!(page.matches(&wire).count(), 1);
    for name in interfaces {
        let parts = things.as_object().unwrap().values().filter(|it| it["title"] == name && it["at"] == own.as_str());
        assert_eq!(parts.count(), 1, "{name}");
    }
    // What an adapter denies is one row and one wire as well, and it says how many they are.
    let page = inspect(&virt(&guest("command-0.2.12"), &["stdout=allow"]), &["--html", "-"]);
    let kinds = data(&page)["things"].as_object().unwrap().clone();
    let held = kinds.values().filter(|it| it["kind"] == "wire that ends in an adapter").count();
    assert!(held > 10 && page.contains(&format!(">{held} not passed on</text>")), "{held}");
    assert_eq!(page.matches("class=\"wire held\" id=").count(), 1);
}

#[test]
fn html_escapes_names() {
    let component = hostile();
    let page = inspect(&component, &["--html", "-"]);
    for markup in ["<script>alert", "<img", "]]-->", "onerror=alert(1)>", "\u{202e}"] {
        assert!(!page.contains(markup), "{markup}");
    }
    // The script, its data, and their ends: no more than there would be without hostile names.
    assert_eq!((page.matches("<script").count(), page.matches("</script").count()), (2, 2));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(page.contains("a\\u{202e}b"));
    let things = &data(&page)["things"];
    let titles: Vec<&str> = things.as_object().unwrap().values().filter_map(|thing| thing["title"].as_str()).collect();
    for name in HOSTILE {
        let shown = shown(name);
        assert!(titles.contains(&shown.as_str()), "{shown}");
    }

    let dot = inspect(&component, &["--dot"]);
    assert!(dot.contains("<B>&lt;script&gt;alert(1)&lt;/script&gt;</B>"), "{dot}");
    assert!(!dot.contains("<script") && !dot.contains("<img") && !dot.contains("-->"), "{dot}");
    assert!(!dot.contains('\u{202e}'));

    // Whatever is escaped anywhere is so in every form: Graphviz takes no text that has what is no character.
    let shown = shown("no\u{fffe}character\u{ffff}");
    assert!(dot.contains(&format!("<B>{shown}</B>")), "{dot}");
    for c in ['\u{fffe}', '\u{ffff}'] {
        let forms = [&page, &dot, &inspect(&component, &["--mermaid"])];
        assert!(shown.contains(c) || forms.iter().all(|form| !form.contains(c)), "{c:?}");
    }

    let mermaid = inspect(&component, &["--mermaid"]);
    assert!(mermaid.contains("[\"#60;script#62;alert#40;1#41;#60;/script#62;\"]"), "{mermaid}");
    assert!(!mermaid.contains('\u{202e}') && !mermaid.contains('`') && !mermaid.contains("<img"));
    // A label ends where it should: each line has two quotation marks, or none.
    assert!(mermaid.lines().all(|line| [0, 2].contains(&line.matches('"').count())), "{mermaid}");
}

#[test]
fn html_loads_no_external_resources() {
    let page = inspect(&cms(), &["--html", "-"]);
    let rest = page.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
    for place in ["src=", "@import", "url(", "<link", "<iframe", "javascript:", "http:", "https:"] {
        // Where the metadata of a component has an address, it is shown, and leads nowhere.
        let data = rest.split_once("<script id=\"data\"").unwrap();
        assert!(!data.0.contains(place), "{place}");
        assert!(!data.1.split_once("</script>").unwrap().1.contains(place), "{place}");
    }
    assert!(page.contains("default-src &#39;none&#39;") || page.contains("default-src 'none'"));
    assert!(!page.contains("unsafe-inline") && !page.contains(" style=") && !page.contains(" onclick="));
}

#[test]
fn html_is_deterministic() {
    let many = chain(&(0..80).map(|number| format!("unit {number}")).collect::<Vec<_>>());
    for component in [cms(), virt(&guest("command-0.2.12"), &[]), many] {
        for flags in [&["--html", "-"][..], &["--dot"], &["--mermaid"]] {
            let first = inspect(&component, flags);
            assert!((0..3).all(|_| inspect(&component, flags) == first), "{flags:?}");
        }
    }
}

#[test]
fn html_nests_a_composition_in_its_composition() {
    let text = r#"
      (component $outer
        (import "a:b/host" (instance $h (export "run" (func))))
        (component $pair
          (import "a:b/host" (instance $h (export "run" (func))))
          (component $inner
            (import "a:b/host" (instance (export "run" (func))))
            (core module $m (func (export "run")))
            (core instance $i (instantiate $m))
            (func $f (canon lift (core func $i "run")))
            (export "run" (func $f)))
          (instance $one (instantiate $inner (with "a:b/host" (instance $h))))
          (export "go" (func $one "run")))
        (instance $both (instantiate $pair (with "a:b/host" (instance $h))))
        (export "start" (func $both "go")))"#;
    let component = wat::parse_str(text).unwrap();
    let dot = inspect(&component, &["--dot"]);
    let (_, cluster) = dot.split_once("subgraph cluster_2 {").unwrap();
    let (cluster, _) = cluster.split_once("\n  }").unwrap();
    assert!(cluster.contains("label=\"both\"") && cluster.contains("<B>one</B>"), "{dot}");
    assert!(inspect(&component, &["--mermaid"]).contains("subgraph b2[\"both\"]"));
    let mut found = wires(&inspect(&component, &["--html", "-"]));
    found.sort();
    let wire = |from: &str, to: &str| [from.to_owned(), to.to_owned()];
    let expected = [
        wire("both: a:b/host", "host: a:b/host"),
        wire("both: go", "one: run"),
        wire("exports: start", "both: go"),
        wire("one: a:b/host", "both: a:b/host"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn html_shows_a_single_component_as_a_block_with_its_imports() {
    let component = std::fs::read(guest("command-0.2.12")).unwrap();
    let inspection: Value = serde_json::from_str(&inspect(&component, &["--json"])).unwrap();
    let wires = wires(&inspect(&component, &["--html", "-"]));
    let ends = |end: usize, name: &str| wires.iter().filter(|wire| wire[end].starts_with(name)).count();
    assert_eq!(ends(1, "host: "), inspection["imports"].as_array().unwrap().len());
    assert_eq!(ends(0, "exports: "), 1);
}

#[test]
fn html_shows_an_empty_component() {
    let page = inspect(&wat::parse_str("(component)").unwrap(), &["--html", "-"]);
    assert!(page.contains("gives nothing"));
    assert!(inspect(&wat::parse_str("(component)").unwrap(), &["--dot"]).starts_with("digraph"));
}

#[test]
fn html_shows_instances_up_to_the_limit() {
    // One after the other, each with its export as a second one; and beside each other.
    let row = chain(&(0..490).map(|number| format!("unit {number}")).collect::<Vec<_>>());
    let page = inspect(&row, &["--html", "-"]);
    assert_eq!(page.matches("class=\"block program\"").count(), 490);
    let mut text = "(component (component $c (core module))".to_owned();
    (0..990).for_each(|number| write!(text, "(instance $i{number} (instantiate $c))").unwrap());
    let page = inspect(&wat::parse_str(format!("{text})")).unwrap(), &["--html", "-"]);
    assert_eq!(page.matches("class=\"block program\"").count(), 990);
}

#[test]
fn html_is_never_written_over_its_component() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("in.wasm");
    std::fs::copy(guest("command-0.2.12"), &file).unwrap();
    let before = std::fs::read(&file).unwrap();
    let said = support::fails(weld(directory.path()).args(["inspect", "in.wasm", "--html", "./in.wasm"]));
    assert!(said.contains("is the same file"), "{said}");
    assert_eq!(std::fs::read(&file).unwrap(), before);
    let said = support::fails(weld(directory.path()).args(["inspect", "in.wasm", "--html", "none/page.html"]));
    assert!(said.contains("does not exist"), "{said}");
    succeeds(weld(directory.path()).args(["inspect", "in.wasm", "--html", "page.html"]));
    assert!(std::fs::read_to_string(directory.path().join("page.html")).unwrap().starts_with("<!DOCTYPE html>"));
    assert!(!Path::new("page.html").exists());
}

#[test]
fn inspect_accepts_one_output_form_at_a_time() {
    let directory = tempfile::tempdir().unwrap();
    for flags in [["--dot", "--mermaid"], ["--dot", "--json"], ["--mermaid", "--html=-"]] {
        support::fails(weld(directory.path()).arg("inspect").arg(guest("command-0.2.12")).args(flags));
    }
}

/// What the page's script knows of the block of some title.
fn thing<'d>(things: &'d Value, title: &str) -> &'d Value {
    let mut things = things.as_object().unwrap().iter().filter(|(id, _)| !id.contains(['w', 'i', 'e', 'I', 'E', 'c']));
    things.find(|(_, thing)| thing["title"] == title).unwrap_or_else(|| panic!("{title}")).1
}

/// The entries of a list of what the page's script knows of something.
fn list<'t>(thing: &'t Value, name: &str) -> Vec<&'t str> {
    let found = thing["lists"].as_array().unwrap().iter().find(|list| list[0] == name);
    found.map_or_else(Vec::new, |list| list[1].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect())
}

/// The page of a component written in WAT.
fn page_of(wat: &str) -> String {
    inspect(&wat::parse_str(wat).unwrap(), &["--html", "-"])
}

#[test]
fn html_of_a_hundred_thousand_wires_takes_bounded_memory() {
    let mut text = "(component (import \"h\" (func $h)) (component $c".to_owned();
    (0..100).for_each(|import| write!(text, "(import \"i{import}\" (func))").unwrap());
    text.push_str(
        "(core module $m (func (export \"run\"))) (core instance $i (instantiate $m))
         (func $f (canon lift (core func $i \"run\"))) (export \"run\" (func $f)))",
    );
    for number in 0..990_usize {
        write!(text, "(instance $u{number} (instantiate $c").unwrap();
        for import in 0..100 {
            match number.checked_sub(import + 1) {
                Some(before) => write!(text, "(with \"i{import}\" (func $f{before}))").unwrap(),
                None => write!(text, "(with \"i{import}\" (func $h))").unwrap(),
            }
        }
        write!(text, ")) (alias export $u{number} \"run\" (func $f{number}))").unwrap();
    }
    let begun = std::time::Instant::now();
    let page = page_of(&format!("{text})"));
    let things = data(&page)["things"].as_object().unwrap().clone();
    assert_eq!(things.keys().filter(|id| id.starts_with('w')).count(), 99_000);
    assert!(begun.elapsed().as_secs() < 120, "{:?}", begun.elapsed());
}

#[test]
fn html_of_a_hundred_thousand_exports_takes_bounded_time() {
    let mut text = "(component (core module $m (func (export \"run\"))) (core instance $i (instantiate $m))
        (func $f (canon lift (core func $i \"run\")))"
        .to_owned();
    (0..99_999).for_each(|export| write!(text, "(export \"e{export}\" (func $f))").unwrap());
    let begun = std::time::Instant::now();
    let page = page_of(&format!("{text})"));
    let things = data(&page)["things"].as_object().unwrap().clone();
    assert_eq!(things.keys().filter(|id| id.starts_with('w')).count(), 99_999);
    // Nobody looks at so many rows.
    assert_eq!(page.matches("class=\"port export").count() + page.matches("class=\"port import").count(), 2);
    assert!(begun.elapsed().as_secs() < 120, "{:?}", begun.elapsed());
}

#[test]
fn html_names_only_the_imported_capabilities_of_the_environment() {
    let import =
        r#"(import "wasi:cli/environment@0.2.0" (instance $e (export "get-environment" (func (result u32)))))"#;
    let page = page_of(&format!(
        "(component {import} (component $app {import} (core module))
           (instance $app (instantiate $app (with \"wasi:cli/environment@0.2.0\" (instance $e)))))"
    ));
    let things = data(&page)["things"].clone();
    let ports: Vec<&Value> =
        things.as_object().unwrap().values().filter(|it| it["title"] == "wasi:cli/environment@0.2.0").collect();
    // That of the host, that of the instance, and the wire between them, of which nothing of the kind is said.
    assert_eq!(ports.len(), 3);
    let capabilities: Vec<&str> = ports.iter().flat_map(|port| list(port, "capabilities")).collect();
    assert_eq!(capabilities, ["env", "env"]);
}

/// A component whose adapter has what is within another one in it fill what the app imports. `given` and `used` are functions of an
/// interface: what the adapter has of the host's, and what the app has of the adapter's.
fn adapted(interface: &str, given: &str, used: &str) -> Value {
    let import = |name: &str, function: &str| {
        format!("(import \"{interface}\" (instance ${name} (export \"{function}\" (func (result u32)))))")
    };
    let (host, app) = (import("h", given), import("a", used));
    let page = page_of(&format!(
        r#"(component (@producers (processed-by "weld" "0.1.0")) {host}
             (component $app {app} (core module))
             (component $"app:adapter" (core module) {host}
               (component $inner {host}
                 (core func $g (canon lower (func $h "{given}")))
                 (core module $m (import "" "g" (func $g (result i32))) (func (export "f") (result i32) (call $g)))
                 (core instance $i (instantiate $m (with "" (instance (export "g" (func $g))))))
                 (func $f (result u32) (canon lift (core func $i "f")))
                 (export "f" (func $f)))
               (instance $inner (instantiate $inner (with "{interface}" (instance $h))))
               (instance $x (export "{used}" (func $inner "f")))
               (export "{interface}" (instance $x)))
             (instance $"app:adapter" (instantiate $"app:adapter" (with "{interface}" (instance $h))))
             (alias export $"app:adapter" "{interface}" (instance $x))
             (instance $app (instantiate $app (with "{interface}" (instance $x)))))"#
    ));
    let things = data(&page)["things"].clone();
    let mut wires = things.as_object().unwrap().iter().filter(|(id, _)| id.starts_with('w'));
    let wire = wires.find(|(_, thing)| thing["facts"][0][1] == format!("app: {interface}")).unwrap();
    wire.1["kind"].clone()
}

#[test]
fn html_shows_host_imports_of_code_within_an_adapter() {
    let random = "wasi:random/random@0.2.0";
    let passed = "wire to an adapter, which has it from the host";
    assert_eq!(adapted(random, "get-random-u64", "get-random-u64"), passed);
    // One of these can be made of the other.
    assert_eq!(adapted(random, "get-random-u64", "get-random-bytes"), passed);
    assert_eq!(adapted("acme:any/thing@1.0.0", "one", "other"), passed);
}

#[test]
fn html_distinguishes_arguments_from_environment_behind_an_adapter() {
    let environment = "wasi:cli/environment@0.2.0";
    let held = "wire that ends in an adapter";
    assert_eq!(adapted(environment, "get-arguments", "get-environment"), held);
    assert_ne!(adapted(environment, "get-arguments", "get-arguments"), held);
}

#[test]
fn html_shows_what_an_adapter_passes_on_function_by_function() {
    let output = virt(&guest("command-0.2.12"), &["stdout=allow", "args=allow"]);
    let page = inspect(&output, &["--html", "-"]);
    let things = data(&page)["things"].as_object().unwrap().clone();
    let of = |title: &str, kind: &str| {
        let mut found = things.values().filter(|thing| thing["title"] == title && thing["kind"] == kind);
        found.next().unwrap_or_else(|| panic!("{title}")).clone()
    };
    let environment = of("wasi:cli/environment@0.2.12", "import of command-0.2.12");
    assert_eq!(list(&environment, "capabilities"), ["args"]);
    assert_eq!(list(&environment, "not passed on to the host"), ["env"]);
    assert_eq!(of("wasi:cli/terminal-stdout@0.2.12", "wire that ends in an adapter")["facts"][0][0], "import");
    let block = of("command-0.2.12", "program");
    let held = list(&block, "not passed on to the host");
    assert!(held.contains(&"env") && held.contains(&"wasi:cli/terminal-stdout@0.2.12"), "{held:?}");
    assert!(!held.contains(&"args") && !held.contains(&"stdout"), "{held:?}");
    assert!(!page.contains(">env, args<"));
    // What was granted is there without a click.
    let granted = page.split("Granted, by what its metadata says").nth(1).unwrap();
    let granted = granted.split("What the host fills").next().unwrap();
    assert!(granted.contains(">args</td>") && granted.contains(">allow</td>"), "{granted}");
}

#[test]
fn html_attributes_grants_to_the_component_they_are_for() {
    use wasm_encoder::{ComponentSection, CustomSection};
    let text = r#"(component $whole (@producers (processed-by "weld" "0.1.0"))
      (component $kv (core module))
      (component $"kv:adapter" (core module (func)))
      (component $"kv:adapter-2" (core module (func) (func)))
      (component $"kv#1:exports" (core module (func) (func) (func)))
      (component $pair (component $kv (core module)) (instance $kv (instantiate $kv)))
      (instance $kv (instantiate $kv)) (instance $"kv#1" (instantiate $kv)) (instance $other (instantiate $kv))
      (instance $"kv:adapter" (instantiate $"kv:adapter")) (instance $"kv:adapter-2" (instantiate $"kv:adapter-2"))
      (instance $"kv#1:exports" (instantiate $"kv#1:exports")) (instance $pair (instantiate $pair)))"#;
    let mut component = wat::parse_str(text).unwrap();
    let digest = "0".repeat(64);
    let said = format!(
        r#"{{"version":1,"weld":"0.1.0","components":[{{"name":"kv","sha256":"{digest}"}}],
             "grants":[{{"component":"kv","grant":"random","value":"deny"}}]}}"#
    );
    CustomSection { name: "weld".into(), data: said.as_bytes().into() }.append_to_component(&mut component);
    let things = data(&inspect(&component, &["--html", "-"]))["things"].clone();
    let of = |path: &str| {
        let blocks = things.as_object().unwrap().values();
        let has_path = |thing: &&Value| {
            let facts = thing["facts"].as_array().unwrap();
            let of_it = facts.iter().find(|fact| fact[0] == "path").map_or(&thing["title"], |fact| &fact[1]);
            of_it == path && facts.iter().any(|fact| fact[0] == "sha256")
        };
        let block = blocks.into_iter().find(has_path).unwrap_or_else(|| panic!("{path}"));
        (list(block, "granted").join(", "), list(block, "made of").len())
    };
    // The last one is another instance of it, by another name, as documents of WAC give.
    for path in ["kv", "kv#1", "kv:adapter", "kv:adapter-2", "kv#1:exports", "other"] {
        assert_eq!(of(path), ("random = deny".to_owned(), 1), "{path}");
    }
    for path in ["pair", "pair/kv"] {
        assert_eq!(of(path), (String::new(), 0), "{path}");
    }
}

#[test]
fn html_marks_imports_of_types_only_and_attributes_inputs_to_no_host() {
    let component = virt(&guest("command-0.2.12"), &["stdout=allow"]);
    let page = inspect(&component, &["--html", "-"]);
    let json = page.split("<script id=\"data\" type=\"application/json\">").nth(1).unwrap();
    let data: Value = serde_json::from_str(json.split("</script>").next().unwrap()).unwrap();
    let things = data["things"].as_object().unwrap();
    let list = |thing: &Value, heading: &str| {
        let lists = thing["lists"].as_array().unwrap();
        lists.iter().find(|list| list[0] == heading).map(|list| list[1].clone())
    };
    let host = things.values().find(|thing| thing["kind"] == "host").unwrap();
    assert_eq!((list(host, "made of"), list(host, "granted")), (None, None));
    let whole = things.values().find(|thing| thing["kind"] == "exports").unwrap();
    assert!(list(whole, "made of").is_some() && list(whole, "granted").is_some());
    let port = things.values().find(|thing| {
        thing["title"] == "wasi:io/error@0.2.12" && thing["kind"].as_str().unwrap().contains("the whole")
    });
    assert_eq!(port.unwrap()["facts"][0][1], "types only: no function of it is used");
    let types = serde_json::json!(["wasi:io/error@0.2.12"]);
    assert!(
        things.values().any(|thing| list(thing, "types only, no functions").as_ref() == Some(&types)),
        "{things:#?}"
    );
    for shown in ["wasi:io/error@0.2.12 (types only)", "wasi:io (types only)"] {
        assert!(page.contains(shown), "{shown}");
    }
}

/// The badges of the block of some name, each with its class.
fn badges(page: &str, block: &str) -> Vec<(String, String)> {
    let block = page.split("<g class=\"block ").find(|of| of.contains(&format!("aria-label=\"{block}, "))).unwrap();
    let badges = block.split("class=\"badge ").skip(1);
    let badge = |text: &str| {
        let (class, rest) = text.split_once('"').unwrap();
        let shown = rest.split("text-anchor=\"middle\">").nth(1).unwrap();
        (class.to_owned(), shown.split('<').next().unwrap().to_owned())
    };
    badges.map(badge).collect()
}

#[test]
fn html_shows_what_leads_out_through_another_component_first() {
    let own = [
        ("cli/stdin", "get-stdin"),
        ("cli/stdout", "get-stdout"),
        ("cli/stderr", "get-stderr"),
        ("cli/exit", "exit"),
        ("cli/environment", "get-environment"),
        ("filesystem/preopens", "get-directories"),
        ("random/random", "get-random-u64"),
        ("clocks/wall-clock", "now"),
    ];
    let import = |(name, function): &(&str, &str)| {
        format!("(import \"wasi:{name}@0.2.0\" (instance $\"{name}\" (export \"{function}\" (func))))")
    };
    let given = |(name, _): &(&str, &str)| format!("(with \"wasi:{name}@0.2.0\" (instance $\"{name}\"))");
    let sockets = ("sockets/instance-network", "instance-network");
    let page = page_of(&format!(
        r#"(component {own} {sockets}
             (component $store {sockets} (core module $m (func (export "f"))) (core instance $m (instantiate $m))
               (func $f (canon lift (core func $m "f"))) (export "get" (func $f)))
             (component $app {own} (import "get" (func)) (core module))
             (instance $store (instantiate $store {give_sockets}))
             (instance $app (instantiate $app {give} (with "get" (func $store "get")))))"#,
        own = own.iter().map(import).collect::<String>(),
        give = own.iter().map(given).collect::<String>(),
        sockets = import(&sockets),
        give_sockets = given(&sockets),
    ));
    let badges = badges(&page, "app");
    assert_eq!(badges[0], ("through".to_owned(), "sockets".to_owned()), "{badges:?}");
    assert_eq!(badges[1], ("direct".to_owned(), "fs".to_owned()), "{badges:?}");
    // What there is no room for is named to whoever points at it.
    let (_, more) = badges.last().unwrap();
    assert!(more.starts_with('+') && page.contains("<title>stdin, clocks, random</title>"), "{badges:?}");
    assert!(page.contains("sockets (through store)"));
}

#[test]
fn html_marks_both_ends_of_a_wire_of_types_only() {
    let import = r#"(import "wasi:clocks/wall-clock@0.2.0" (instance $i
        (type $t (record (field "seconds" u64))) (export "datetime" (type (eq $t)))))"#;
    let page = page_of(&format!(
        r#"(component {import} (component $app {import} (core module))
             (instance $app (instantiate $app (with "wasi:clocks/wall-clock@0.2.0" (instance $i)))))"#
    ));
    // At the host, at the component, and in the table of imports.
    assert_eq!(page.matches(">clocks (types only)<").count(), 3);
    let things = data(&page)["things"].clone();
    let is_noted = |thing: &&Value| thing["facts"][0][1] == "types only: no function of it is used";
    assert_eq!(things.as_object().unwrap().values().filter(is_noted).count(), 2);
}

#[test]
fn html_continues_wires_through_components_without_code() {
    let drawn = |given: &str| {
        let page = page_of(&format!(
            r#"(component (import "a" (func $a)) (import "b" (func $b))
                 (component $p (core module) (export "m" (core module 0)))
                 (component $s (import "x" (func $x)) (export "y" (func $x)))
                 (instance $i (instantiate $s (with "x" (func ${given}))))
                 (instance (instantiate $p)) (export "e" (instance $i)))"#
        ));
        assert_eq!(thing(&data(&page)["things"], "i")["kind"], "composition");
        assert!(page.contains("class=\"block composition is-frame\""));
        let mut wires = wires(&page);
        wires.sort();
        wires
    };
    let wire = |from: &str, to: &str| [from.to_owned(), to.to_owned()];
    for given in ["a", "b"] {
        let host = format!("host: {given}");
        assert_eq!(drawn(given), [wire("exports: e", "i: y"), wire("i: x", &host), wire("i: y", "i: x")]);
    }
}

#[test]
fn inspect_draws_exports_of_a_server_at_its_own_code() {
    // The export is an instance without code, which has the types of the host and the function of the component.
    let directory = tempfile::tempdir().unwrap();
    let said = succeeds(weld(directory.path()).arg("inspect").arg(guest("handler")).arg("--mermaid")).stdout;
    let said = String::from_utf8(said).unwrap();
    let wires: Vec<&str> = said.lines().filter(|line| line.contains("wasi:http/incoming-handler")).collect();
    assert!(
        !wires.is_empty() && wires.iter().all(|wire| wire.trim_start().starts_with("b0 ") && wire.ends_with("b2")),
        "{said}"
    );
}
