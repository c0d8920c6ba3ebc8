//! The compositions in `golden/`, each a manifest in a directory of its own: their snapshots, and the text of what weld writes.
//!
//! `BLESS=1 cargo test --test cases golden::` writes both anew, and the locks. Every composition is also compared with its plan.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use libtest_mimic::Trial;
use serde_json::Value;

use crate::support::{self, project, succeeds, weld};

/// The text of core modules that is longer than this is left out: what providers do is not weld's to say here.
const MODULE_LINES: usize = 400;

/// A test for each case. What one writes is in the directory of the case, so its checks follow each other.
pub fn tests() -> Vec<Trial> {
    let mut cases: Vec<PathBuf> =
        std::fs::read_dir(project().join("golden")).unwrap().map(|e| e.unwrap().path()).collect();
    cases.retain(|case| case.is_dir());
    cases.sort();
    assert!(cases.len() > 10);
    let test = |case: PathBuf| {
        Trial::test(format!("golden::{}", case.file_name().unwrap().to_string_lossy()), move || {
            is_what_was_reviewed(&case);
            is_what_was_planned(&case);
            Ok(())
        })
    };
    cases.into_iter().map(test).collect()
}

/// Builds a case, and gives what it says of it, and the output.
fn build(case: &Path, flags: &[&str]) -> (Value, Vec<u8>) {
    let said = succeeds(weld(case).args(["build", "--json", "-q"]).args(flags));
    let report: Value = serde_json::from_slice(&said.stdout).unwrap();
    let output = std::fs::read(case.join(report["outputs"][0]["file"].as_str().unwrap())).unwrap();
    support::validate(&output);
    (report, output)
}

/// The text of a composition, without that of the components that it was given.
fn wat(output: &[u8], generated: &BTreeSet<String>) -> String {
    let (mut text, mut left_out) = (String::new(), 0);
    let mut until = None;
    let mut module: Vec<String> = Vec::new();
    for line in weld::print(output).unwrap().lines() {
        if let Some(end) = until {
            left_out += 1;
            if line == end {
                text.push_str(&format!("{end} ;; the {left_out} lines of what was given\n"));
                until = None;
            }
            continue;
        }
        let is_start = line.starts_with("  (component ");
        if is_start && !generated.iter().any(|name| line.starts_with(&format!("  (component ${name} "))) {
            (until, left_out) = (Some("  )"), 0);
        }
        if !module.is_empty() || line.starts_with("    (core module ") {
            module.push(line.to_owned());
            if line == "    )" {
                if module.len() > MODULE_LINES {
                    module = vec![module[0].clone(), format!("    ) ;; {} lines", module.len() - 1)];
                }
                text.extend(module.drain(..).map(|line| line + "\n"));
            }
            continue;
        }
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// What the plan has as a list of one field.
fn all<'v>(values: &'v Value, list: &str, field: &str) -> Vec<&'v str> {
    values[list].as_array().unwrap().iter().map(|value| value[field].as_str().unwrap()).collect()
}

/// Fails where weld writes something else than was reviewed.
fn is_what_was_reviewed(case: &Path) {
    let is_blessed = std::env::var_os("BLESS").is_some();
    let (report, output) = build(case, if is_blessed { &["--update"] } else { &["--locked"] });
    let composition = &report["outputs"][0]["composition"];
    let of = composition["components"].as_array().unwrap().iter();
    let generated = of.filter(|component| component["adapter"] == true).map(|c| c["name"].as_str().unwrap().to_owned());
    let text = wat(&output, &generated.collect());
    let file = case.join("composition.wat");
    if is_blessed {
        std::fs::write(&file, &text).unwrap();
    }
    let said = "`BLESS=1 cargo test --test cases golden::` writes it anew; look at what changed";
    assert!(std::fs::read_to_string(&file).unwrap_or_default() == text, "{} differs: {said}", file.display());
    let output = composition["output"].clone();
    let file = report["outputs"][0]["file"].as_str().unwrap();
    let checked = weld(case).args(["snapshot", file, "--check", "composition.weld"]).output().unwrap();
    assert!(
        checked.status.success(),
        "{} {output}: {said}\n{}",
        case.display(),
        String::from_utf8_lossy(&checked.stdout)
    );
}

/// Fails where what is decoded is not what was planned.
fn is_what_was_planned(case: &Path) {
    let (report, output) = build(case, &["--locked"]);
    let plan = &report["outputs"][0]["composition"];
    let file = report["outputs"][0]["file"].as_str().unwrap();
    let said = succeeds(weld(case).args(["inspect", file, "--json"]));
    let found: Value = serde_json::from_slice(&said.stdout).unwrap();
    let name = case.display();

    let instances = found["instances"].as_array().unwrap();
    let outermost: Vec<(usize, &Value)> = instances.iter().enumerate().filter(|(_, of)| of["within"] == 0).collect();
    // Instances, and what they are instances of.
    let mut found_instances: Vec<(&str, &str, bool)> = Vec::new();
    for (_, instance) in &outermost {
        let component = &found["components"][instance["component"].as_u64().unwrap() as usize];
        let is_adapter = component["role"] == "adapter";
        found_instances.push((instance["name"].as_str().unwrap(), component["sha256"].as_str().unwrap(), is_adapter));
    }
    let planned_instances = plan["instances"].as_array().unwrap().iter().map(|instance| {
        let components = plan["components"].as_array().unwrap();
        let component = components.iter().find(|component| component["name"] == instance["component"]).unwrap();
        (instance["name"].as_str().unwrap(), component["sha256"].as_str().unwrap(), component["adapter"] == true)
    });
    let mut planned_instances: Vec<_> = planned_instances.collect();
    found_instances.sort_unstable();
    planned_instances.sort_unstable();
    assert_eq!(found_instances, planned_instances, "{name}");

    // Who fills whose imports.
    let (mut wires, mut hosts) = (BTreeSet::new(), BTreeSet::new());
    for (_, instance) in &outermost {
        for wire in instance["imports"].as_array().unwrap() {
            let (importer, import) = (instance["name"].as_str().unwrap(), wire["name"].as_str().unwrap());
            let from = &wire["from"];
            let path: Vec<&str> = from["path"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
            match from["is"].as_str().unwrap() {
                "instance" => {
                    let exporter = instances[from["instance"].as_u64().unwrap() as usize]["name"].as_str().unwrap();
                    wires.insert((importer, import, exporter, path.join("#")));
                }
                "import" => _ = hosts.insert((from["name"].as_str().unwrap(), importer, import)),
                other => panic!("{name}: {importer} {import} is {other}"),
            }
        }
    }
    let text = |value: &'_ Value, field: &str| value[field].as_str().unwrap().to_owned();
    let planned = plan["wires"].as_array().unwrap().iter();
    let planned: BTreeSet<_> =
        planned.map(|w| (text(w, "importer"), text(w, "import"), text(w, "exporter"), text(w, "export"))).collect();
    let wires: BTreeSet<_> =
        wires.into_iter().map(|(a, b, c, d)| (a.to_owned(), b.to_owned(), c.to_owned(), d)).collect();
    assert_eq!(wires, planned, "{name}");
    let mut planned = BTreeSet::new();
    for import in plan["imports"].as_array().unwrap() {
        for importer in import["importers"].as_array().unwrap() {
            planned.insert((text(import, "name"), text(importer, "component"), text(importer, "import")));
        }
    }
    let hosts: BTreeSet<_> = hosts.into_iter().map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned())).collect();
    assert_eq!(hosts, planned, "{name}");

    // What is on the outside.
    assert_eq!(all(&found, "imports", "name"), all(plan, "imports", "name"), "{name}");
    let exports: Vec<&str> = all(&found["components"][0], "exports", "name");
    let planned: Vec<&str> = plan["exports"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    assert_eq!(exports, planned, "{name}");
    assert_eq!(found["components"][0]["size"].as_u64().unwrap() as usize, output.len());
    assert_eq!(found["components"][0]["sha256"], plan["output"]["sha256"]);
}
