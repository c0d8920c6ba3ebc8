//! The output is a function of the inputs' bytes and of the description.

use std::collections::BTreeSet;

use crate::support::{self, guest, succeeds, weld};

#[test]
fn output_is_independent_of_flag_order_directory_threads_locale_and_time_zone() {
    let plugs = [guest("left"), guest("right"), guest("counter")];
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    let directories: Vec<_> = (0..3).map(|_| tempfile::tempdir().unwrap()).collect();
    let mut outputs = BTreeSet::new();
    for run in 0..24 {
        let directory = directories[run % directories.len()].path();
        let mut command = weld(directory);
        command.arg("plug").arg(guest("diamond"));
        for plug in orders[run % orders.len()] {
            command.arg("--plug").arg(&plugs[plug]);
        }
        command
            .args(["-o", "out.wasm"])
            .env("RAYON_NUM_THREADS", ["1", "2", "16"][run / 3 % 3])
            .env("LC_ALL", ["C", "tr_TR.UTF-8"][run / 6 % 2])
            .env("TZ", ["UTC", "Asia/Kathmandu"][run / 12 % 2]);
        succeeds(&mut command);
        outputs.insert(std::fs::read(directory.join("out.wasm")).unwrap());
    }
    assert_eq!(outputs.len(), 1);
}

#[test]
fn output_is_independent_of_input_directories() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let copy = there.path().join("hello-lib.wasm");
    std::fs::copy(guest("hello-lib"), &copy).unwrap();
    for (plug, output) in [(guest("hello-lib"), "a.wasm"), (copy, "b.wasm")] {
        succeeds(
            weld(here.path()).arg("plug").arg(guest("hello-command")).arg("--plug").arg(plug).args(["-o", output]),
        );
    }
    let read = |name: &str| std::fs::read(here.path().join(name)).unwrap();
    assert_eq!(read("a.wasm"), read("b.wasm"));
}

#[test]
fn output_distinguishes_components_of_one_name_by_content() {
    let directory = tempfile::tempdir().unwrap();
    let part = |directory_name: &str, export: &str| {
        let file = directory.path().join(directory_name).join("part.wat");
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        let text =
            format!(r#"(component (import "text" (func $text (result string))) (export "{export}" (func $text)))"#);
        std::fs::write(&file, text).unwrap();
        file
    };
    let socket = directory.path().join("socket.wat");
    let text = r#"(component (import "one" (func (result string))) (import "two" (func (result string))))"#;
    std::fs::write(&socket, text).unwrap();
    // The same two components, under two pairs of paths whose order is the other way round.
    let mut outputs = BTreeSet::new();
    for (one, two) in [("a", "b"), ("z", "y")] {
        let mut command = weld(directory.path());
        command.arg("plug").arg(&socket).args(["-o", "out.wasm"]);
        command.arg("--plug").arg(part(one, "one")).arg("--plug").arg(part(two, "two"));
        succeeds(&mut command);
        outputs.insert(std::fs::read(directory.path().join("out.wasm")).unwrap());
    }
    assert_eq!(outputs.len(), 1);
}

#[test]
fn error_output_is_deterministic() {
    let directory = tempfile::tempdir().unwrap();
    let said: BTreeSet<String> = (0..20)
        .map(|run| {
            let mut plugs = [guest("left"), guest("kv-store"), guest("hello-lib")];
            plugs.rotate_left(run % 3);
            let mut command = weld(directory.path());
            command.arg("plug").arg(guest("diamond")).args(["-o", "out.wasm"]);
            for plug in plugs {
                command.arg("--plug").arg(plug);
            }
            support::fails(command.env("RAYON_NUM_THREADS", ["1", "2", "16"][run % 3]))
        })
        .collect();
    assert_eq!(said.len(), 1, "{said:#?}");
}
