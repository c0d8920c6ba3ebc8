//! Outputs are whole or not there, whatever happens to the command.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::{self, fails, guest, succeeds, weld};

/// A command that composes something into `out.wasm`.
fn composes(directory: &Path) -> Command {
    let mut command = weld(directory);
    command.arg("plug").arg(guest("hello-command")).arg("--plug").arg(guest("hello-lib")).args(["-o", "out.wasm"]);
    command
}

fn composed() -> Vec<u8> {
    support::plug(&guest("hello-command"), &[guest("hello-lib")])
}

#[test]
fn output_is_old_or_new_after_a_kill_at_any_point() {
    let directory = tempfile::tempdir().unwrap();
    let output = directory.path().join("out.wasm");
    let new = composed();
    let (mut old_left, mut new_left) = (0, 0);
    for delay in 0..60 {
        std::fs::write(&output, "as before").unwrap();
        let mut child = composes(directory.path()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(500 * delay));
        child.kill().unwrap();
        child.wait().unwrap();
        match std::fs::read(&output).unwrap() {
            left if left == b"as before" => old_left += 1,
            left if left == new => new_left += 1,
            left => panic!("{} bytes were left", left.len()),
        }
    }
    assert!(old_left > 0, "no kill came before the output");
    assert_eq!(old_left + new_left, 60);
}

#[cfg(unix)]
#[test]
fn output_without_space_leaves_the_old_file() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("out.wasm"), "as before").unwrap();
    // A limit on file size ends the write in the middle, as a full disk does.
    let script = format!(
        "trap '' XFSZ; ulimit -f 16; exec {} plug {} --plug {} -o out.wasm",
        env!("CARGO_BIN_EXE_weld"),
        guest("hello-command").display(),
        guest("hello-lib").display()
    );
    let said = fails(Command::new("sh").args(["-c", &script]).current_dir(directory.path()));
    assert!(said.contains("cannot write `out.wasm`"), "{said}");
    assert_eq!(std::fs::read(directory.path().join("out.wasm")).unwrap(), b"as before");
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1, "the temporary file is gone");
}

#[cfg(target_os = "linux")]
#[test]
fn output_to_a_full_device_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let mut command = weld(directory.path());
    command.arg("plug").arg(guest("hello-command")).arg("--plug").arg(guest("hello-lib")).args(["-o", "/dev/full"]);
    assert!(fails(&mut command).contains("cannot write `/dev/full`: no space left on the device"));
    // The device is still one, and not a file in its place.
    use std::os::unix::fs::FileTypeExt;
    assert!(std::fs::metadata("/dev/full").unwrap().file_type().is_char_device());
}

#[test]
fn output_over_an_input_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("hello-command.wasm");
    std::fs::copy(guest("hello-command"), &file).unwrap();
    let mut command = weld(directory.path());
    command.arg("plug").arg(&file).arg("--plug").arg(guest("hello-lib")).arg("-o").arg(&file);
    assert!(fails(&mut command).contains("it is an input"));
    assert_eq!(std::fs::read(&file).unwrap(), std::fs::read(guest("hello-command")).unwrap());
}

#[cfg(unix)]
#[test]
fn output_keeps_file_mode_and_follows_symlinks() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let directory = tempfile::tempdir().unwrap();
    let target = directory.path().join("target.wasm");
    std::fs::write(&target, "as before").unwrap();
    std::fs::set_permissions(&target, std::fs::Permissions::from_mode(0o640)).unwrap();
    symlink("target.wasm", directory.path().join("out.wasm")).unwrap();
    succeeds(&mut composes(directory.path()));
    assert!(std::fs::symlink_metadata(directory.path().join("out.wasm")).unwrap().is_symlink());
    assert_eq!(std::fs::read(&target).unwrap(), composed());
    assert_eq!(std::fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o640);
}

#[cfg(unix)]
#[test]
fn output_permissions_follow_the_umask() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let script = format!(
        "umask 027; exec {} plug {} --plug {} -o out.wasm",
        env!("CARGO_BIN_EXE_weld"),
        guest("hello-command").display(),
        guest("hello-lib").display()
    );
    succeeds(Command::new("sh").args(["-c", &script]).current_dir(directory.path()));
    let mode = std::fs::metadata(directory.path().join("out.wasm")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn output_to_a_missing_directory_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let mut command = weld(directory.path());
    command.arg("plug").arg(guest("hello-command")).arg("--plug").arg(guest("hello-lib"));
    let said = fails(command.args(["-o", "build/out.wasm"]));
    assert!(said.contains("its directory `build` does not exist") && said.contains("mkdir -p build"), "{said}");
}

#[test]
fn output_to_a_directory_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("out.wasm")).unwrap();
    assert!(fails(&mut composes(directory.path())).contains("cannot write `out.wasm`: it is a directory"));
}

#[test]
fn stdin_and_stdout_are_named_by_a_dash() {
    let directory = tempfile::tempdir().unwrap();
    let mut command = weld(directory.path());
    command.arg("plug").arg("-").arg("--plug").arg(guest("hello-lib")).args(["-o", "-"]);
    command.stdin(std::fs::File::open(guest("hello-command")).unwrap());
    let written = succeeds(&mut command).stdout;
    assert_eq!(support::prints(&written, &[]), "Hello from the library!\n");
    // Without `-o` too, as other tools have it.
    let mut command = weld(directory.path());
    command.arg("plug").arg(guest("hello-command")).arg("--plug").arg(guest("hello-lib"));
    assert_eq!(succeeds(&mut command).stdout, composed());
}

#[test]
fn output_as_text_parses_to_the_same_component() {
    let directory = tempfile::tempdir().unwrap();
    let mut command = weld(directory.path());
    command.arg("plug").arg(guest("hello-command")).arg("--plug").arg(guest("hello-lib")).arg("-t");
    let text = String::from_utf8(succeeds(&mut command).stdout).unwrap();
    assert!(text.starts_with("(component"), "{}", &text[..80]);
    assert_eq!(support::prints(&wat::parse_str(&text).unwrap(), &[]), "Hello from the library!\n");
    // And weld reads it.
    let read = weld::Composer::new().component("hello", weld::Input::bytes(text)).compose().unwrap();
    assert_eq!(support::prints(read.bytes(), &[]), "Hello from the library!\n");
}

#[test]
fn output_to_a_closed_text_reader_is_no_error() {
    let script = format!(
        "{} plug {} --plug {} -t | head -c 10",
        env!("CARGO_BIN_EXE_weld"),
        guest("hello-command").display(),
        guest("hello-lib").display()
    );
    let output = succeeds(Command::new("sh").args(["-c", &script]));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn output_to_a_closed_binary_reader_is_an_error() {
    let script = format!(
        "{} componentize {} 2>said | head -c 10 >/dev/null; cat said",
        env!("CARGO_BIN_EXE_weld"),
        guest("command.module").display()
    );
    let directory = tempfile::tempdir().unwrap();
    let output = succeeds(Command::new("sh").args(["-c", &script]).current_dir(directory.path()));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("cannot write `<stdout>`"), "{said}");
}

#[cfg(unix)]
#[test]
fn output_follows_a_dangling_symlink() {
    let directory = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("target.wasm", directory.path().join("out.wasm")).unwrap();
    succeeds(&mut composes(directory.path()));
    assert_eq!(std::fs::read(directory.path().join("target.wasm")).unwrap(), composed());
    assert!(std::fs::symlink_metadata(directory.path().join("out.wasm")).unwrap().is_symlink());
}

#[cfg(unix)]
#[test]
fn output_to_a_symlink_cycle_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("out.wasm", directory.path().join("out.wasm")).unwrap();
    assert!(fails(&mut composes(directory.path())).contains("cannot write `out.wasm`"));
    assert!(std::fs::symlink_metadata(directory.path().join("out.wasm")).unwrap().is_symlink());
}

#[cfg(target_os = "linux")]
#[test]
fn output_as_binary_to_a_terminal_is_refused() {
    // `script` runs the command with a terminal for its output.
    let command = format!(
        "{} plug {} --plug {}",
        env!("CARGO_BIN_EXE_weld"),
        guest("hello-command").display(),
        guest("hello-lib").display()
    );
    let output = Command::new("script").args(["-qec", &command, "/dev/null"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("a binary component would be written to the terminal"), "{said}");
}

/// A manifest of several outputs and their snapshots, of which `big` is large enough to take a while.
fn several(directory: &Path) {
    for name in ["hello-command", "hello-lib", "left", "right", "diamond"] {
        std::fs::copy(guest(name), directory.join(format!("{name}.wasm"))).unwrap();
    }
    let target = |name: &str, root: &str, plug: &str| {
        format!(
            "[target.{name}]\nroot = \"{root}\"\noutput = \"{name}.wasm\"\nsnapshot = \"{name}.snap\"\n\
             [target.{name}.components]\n{root} = \"{root}.wasm\"\n{plug} = \"{plug}.wasm\"\n"
        )
    };
    let targets: String =
        ["one", "two", "three"].iter().map(|name| target(name, "hello-command", "hello-lib")).collect();
    std::fs::write(directory.join("weld.toml"), targets).unwrap();
}

/// The names of what is in a directory.
fn names(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

const BUILT: [&str; 7] = ["one.wasm", "two.wasm", "three.wasm", "one.snap", "two.snap", "three.snap", "weld.lock"];

#[test]
fn build_that_is_killed_leaves_each_file_old_or_new() {
    let directory = tempfile::tempdir().unwrap();
    several(directory.path());
    let started = std::time::Instant::now();
    succeeds(weld(directory.path()).args(["build", "--update"]));
    // How long a build takes to its writes depends on what else the machine does: each kill tells more of it.
    let mut until_writes = started.elapsed();
    let read = |name: &str| std::fs::read(directory.path().join(name)).unwrap();
    let new = BUILT.map(read);
    let mut dice = crate::support::dice::Dice(0x5eed);
    let (mut all_old, mut all_new) = (0, 0);
    for _ in 0..100 {
        for name in BUILT {
            std::fs::write(directory.path().join(name), if name == "weld.lock" { "version = 1\n" } else { "" })
                .unwrap();
        }
        let old = BUILT.map(read);
        let mut child = weld(directory.path()).args(["build", "--update"]).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(until_writes.mul_f64(0.5 + dice.roll(1000) as f64 / 1000.0));
        let _ = child.kill();
        child.wait().unwrap();
        let left = BUILT.map(read);
        for ((name, left), (old, new)) in BUILT.iter().zip(&left).zip(old.iter().zip(&new)) {
            assert!(left == old || left == new, "{name} has {} bytes", left.len());
        }
        let (is_old, is_new) = (left == old, left == new);
        all_old += usize::from(is_old);
        all_new += usize::from(is_new);
        until_writes = until_writes.mul_f64(match (is_old, is_new) {
            (true, _) => 1.1,
            (_, true) => 0.9,
            _ => 1.0,
        });
    }
    assert!(all_old > 0 && all_new > 0, "{all_old} of the builds left all old, {all_new} all new");
}

#[cfg(unix)]
#[test]
fn build_that_is_interrupted_leaves_no_temporary_file() {
    use std::os::unix::process::ExitStatusExt;
    let directory = tempfile::tempdir().unwrap();
    several(directory.path());
    let before = names(directory.path());
    let started = std::time::Instant::now();
    succeeds(weld(directory.path()).args(["build", "--update"]));
    let whole = started.elapsed();
    let mut dice = crate::support::dice::Dice(0x5eed);
    let mut stopped = 0;
    for signal in [("INT", 2), ("TERM", 15), ("HUP", 1)] {
        for _ in 0..30 {
            BUILT.iter().for_each(|name| _ = std::fs::remove_file(directory.path().join(name)));
            let mut child = weld(directory.path()).args(["build", "--update"]).stderr(Stdio::null()).spawn().unwrap();
            std::thread::sleep(whole.mul_f64(dice.roll(1100) as f64 / 1000.0));
            succeeds(Command::new("sh").arg("-c").arg(format!("kill -{} {} || true", signal.0, child.id())));
            let status = child.wait().unwrap();
            assert!(status.success() || status.signal() == Some(signal.1), "{status}");
            stopped += usize::from(!status.success());
            let left = names(directory.path());
            let stray = left.iter().find(|name| !before.contains(name) && !BUILT.contains(&name.as_str()));
            assert_eq!(stray, None);
        }
    }
    assert!(stopped > 10, "only {stopped} were stopped");
}

#[cfg(unix)]
#[test]
fn build_keeps_ignored_signals_ignored() {
    let directory = tempfile::tempdir().unwrap();
    succeeds(Command::new("mkfifo").arg(directory.path().join("pipe")));
    // It waits for somebody who writes into the pipe.
    let script = format!(
        "trap '' INT HUP; {} inspect pipe & sleep 0.5; kill -INT $!; kill -HUP $!; sleep 0.2; kill -TERM $!; wait $!",
        env!("CARGO_BIN_EXE_weld"),
    );
    let mut command = Command::new("sh");
    let status = command.args(["-c", &script]).current_dir(directory.path()).status().unwrap();
    assert_eq!(status.code(), Some(128 + 15), "{status}");
}

#[cfg(unix)]
#[test]
fn output_to_a_named_pipe_is_complete() {
    use std::os::unix::fs::FileTypeExt;
    let directory = tempfile::tempdir().unwrap();
    let pipe = directory.path().join("out.wasm");
    succeeds(Command::new("mkfifo").arg(&pipe));
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || std::fs::read(pipe).unwrap()
    });
    // Not `succeeds`, which reads what was written.
    assert!(composes(directory.path()).status().unwrap().success());
    assert!(reader.join().unwrap() == composed());
    assert!(std::fs::metadata(&pipe).unwrap().file_type().is_fifo());
    assert_eq!(names(directory.path()), ["out.wasm"]);
}

#[cfg(target_os = "linux")]
#[test]
fn output_to_a_read_only_directory_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let mut command = weld(directory.path());
    command.arg("plug").arg(guest("hello-command")).arg("--plug").arg(guest("hello-lib"));
    // Not even for an administrator, who may write into directories that are read-only.
    let said = fails(command.args(["-o", "/proc/self/fd/out.wasm"]));
    assert!(said.contains("cannot write `/proc/self/fd/out.wasm`"), "{said}");
}

#[test]
fn concurrent_builds_keep_all_components_in_the_lock() {
    for _ in 0..20 {
        let directory = tempfile::tempdir().unwrap();
        several(directory.path());
        let build = |target: &str| {
            let mut command = weld(directory.path());
            command.args(["build", "--target", target]).stderr(Stdio::null());
            command.spawn().unwrap()
        };
        let mut builds = ["one", "two", "three"].map(build);
        assert!(builds.iter_mut().all(|build| build.wait().unwrap().success()));
        let lock = std::fs::read_to_string(directory.path().join("weld.lock")).unwrap();
        for target in ["one", "two", "three"] {
            assert!(lock.contains(&format!("[target.\"{target}\".components]")), "{target}: {lock}");
        }
        succeeds(weld(directory.path()).args(["build", "--locked"]));
    }
}

#[test]
fn each_command_that_writes_a_component_says_which_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    for (name, of) in
        [("app", "hello-command"), ("lib", "hello-lib"), ("module", "command.module"), ("cmd", "command-0.2.12")]
    {
        std::fs::copy(crate::support::guest(of), path.join(format!("{name}.wasm"))).unwrap();
    }
    std::fs::write(path.join("app.wac"), "package a:b;\nlet lib = new acme:lib { ... };\nexport lib...;").unwrap();
    std::fs::write(path.join("policy.toml"), "default = \"allow\"\n").unwrap();
    for arguments in [
        "plug app.wasm --plug lib.wasm -o whole.wasm",
        "plug app.wasm --plug lib.wasm -t -o whole.wat",
        "compose app.wac -d acme:lib=lib.wasm -o composed.wasm",
        "virt cmd.wasm --stdout -o quiet.wasm",
        "swap whole.wasm lib=lib.wasm -o swapped.wasm",
        "trace cmd.wasm --at cmd/host -o traced.wasm",
        "componentize module.wasm -o command.wasm",
        "check cmd.wasm --policy policy.toml --json -o report.json",
    ] {
        let words: Vec<&str> = arguments.split(' ').collect();
        let said = |words: &[&str]| {
            let output = crate::support::succeeds(crate::support::weld(path).args(words));
            String::from_utf8(output.stderr).unwrap()
        };
        let file = words.last().unwrap();
        let first = said(&words);
        assert!(first.starts_with(&format!("{file}: ")), "{arguments}: {first}");
        assert!(!said(&[&words[..], &["-q"]].concat()).contains(&format!("{file}: ")), "{arguments}");
        // To standard output, nothing is said of a file.
        let piped = said(&[&words[..words.len() - 1], &["-"]].concat());
        assert!(!piped.contains("<stdout>") && !piped.starts_with("-: "), "{arguments}: {piped}");
    }
}
