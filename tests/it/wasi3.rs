//! WASI 0.3: what a component is given in the place of the host, run in wasmtime.
//!
//! `steps-p3` does what `command` does in WASI 0.2, and `mixed` imports both.

use std::path::Path;

use crate::support::dice::Dice;
use crate::support::probed::Probed;
use crate::support::{Ran, guest, names, plug, run_p3, succeeds, virt, virt_in, weld};

/// A directory with files to mount.
fn files() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().join("files");
    std::fs::create_dir_all(root.join("sub/deeper")).unwrap();
    std::fs::write(root.join("a.txt"), "hello").unwrap();
    std::fs::write(root.join("empty"), "").unwrap();
    std::fs::write(root.join("sub/b.txt"), "in the directory\n").unwrap();
    let large: Vec<u8> = (0..300_000u32).map(|at| (at % 251) as u8).collect();
    std::fs::write(root.join("large"), large).unwrap();
    std::fs::write(directory.path().join("in.txt"), "line 1\nline 2\n").unwrap();
    directory
}

/// What `weld virt` makes of `steps-p3`, which may print, with more flags.
#[track_caller]
fn steps(directory: &Path, flags: &[&str]) -> Vec<u8> {
    let output = virt_in(directory, &guest("steps-p3"), &[&["--stdout"], flags].concat());
    std::fs::write(directory.join("o.wasm"), &output).unwrap();
    let mut verify = weld(directory);
    verify.args(["verify", "o.wasm", "--input"]).arg(guest("steps-p3")).arg("--stdout").args(flags);
    succeeds(&mut verify);
    output
}

/// What some steps print: words, in one text each.
#[track_caller]
fn prints(component: &[u8], steps: &str) -> String {
    // A word in quotes has spaces.
    let words: Vec<&str> = steps
        .split('\'')
        .enumerate()
        .flat_map(|(at, part)| -> Vec<&str> {
            if at % 2 == 0 { part.split_whitespace().collect() } else { vec![part] }
        })
        .collect();
    let Ran { stdout, stderr, result } = run_p3(component, &words, |_| {});
    assert_eq!((result, stderr.as_str()), (Ok(Ok(())), ""), "{steps}: {stdout}");
    stdout
}

#[test]
fn virt_wasi_0_3_supports_settings_without_streams() {
    let directory = files();
    let output = steps(
        directory.path(),
        &[
            "-e",
            "LANG=C",
            "-e",
            "A=b c",
            "--grant=args.set=[\"steps\", \"args\", \"--\", \"env\", \"--\", \"cwd\", \"--\", \"clock\", \"--\", \"sleep\", \"2\", \"--\", \"clock\", \"--\", \"until\", \"5000000\", \"--\", \"until\", \"1\"]",
            "--grant=cwd.set=\"/home\"",
            "--grant=clocks.fixed=1970-01-01T00:00:05Z",
        ],
    );
    assert_eq!(
        names(&output).0.iter().filter(|name| !name.starts_with("wasi:cli/")).count(),
        0,
        "{:?}",
        names(&output).0
    );
    let said = prints(&output, "not these");
    let expected = "steps\nargs\n--\nenv\n--\ncwd\n--\nclock\n--\nsleep\n2\n--\nclock\n--\nuntil\n5000000\n--\nuntil\n1\n\
                    A=b c\nLANG=C\nSome(\"/home\")\n5 0 1 1 1\nslept 2\n5 2000000 2000001 1 1\nuntil 5000000\nuntil 5000000\n";
    assert_eq!(said, expected);
    // The same seed gives the same numbers as to WASI 0.2.
    let random = steps(directory.path(), &["--allow-args", "--grant=random.seed=42"]);
    let said = prints(&random, "random -- random");
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines[0].starts_with('[') && lines[0] != lines[1], "{said}");
    assert_eq!(said, prints(&random, "random -- random"));
}

#[test]
fn virt_wasi_0_3_merges_host_variables() {
    let output =
        virt(&guest("steps-p3"), &["stdout=allow", "args=allow", "env={ set = { A = \"1\" }, allow = [\"B\"] }"]);
    let ran = run_p3(&output, &["env"], |wasi| _ = wasi.env("B", "2").env("C", "3"));
    assert_eq!(ran.stdout, "A=1\nB=2\n");
}

#[test]
fn virt_wasi_0_3_reads_stdin_as_a_stream() {
    let directory = files();
    let output = steps(directory.path(), &["--allow-args", "--grant=stdin.file=\"in.txt\""]);
    assert_eq!(prints(&output, "cat"), "line 1\nline 2\n");
    // What one stream did not give, the next one does.
    assert_eq!(prints(&output, "head 4 -- head 3 -- cat"), "line\n 1\n\nline 2\n");
    assert_eq!(prints(&output, "cat -- cat"), "line 1\nline 2\n");
    let output = steps(directory.path(), &["--allow-args", "--stdin=empty"]);
    assert_eq!(prints(&output, "cat"), "");
}

#[test]
fn virt_wasi_0_3_redirects_stdout_as_a_stream() {
    let output = virt(&guest("steps-p3"), &["stdout=\"stderr\"", "stderr=allow", "args=allow"]);
    let ran = run_p3(&output, &["out", "text"], |_| {});
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", "text\n"));
    let output = virt(&guest("steps-p3"), &["stderr=\"stdout\"", "stdout=allow", "args=allow"]);
    let ran = run_p3(&output, &["err", "text"], |_| {});
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("text\n0 Ok(())\n", ""));
}

#[test]
fn virt_wasi_0_3_reads_an_embedded_directory_by_streams() {
    let directory = files();
    let output = steps(directory.path(), &["--allow-args", "--mount=/=files"]);
    assert_eq!(names(&output).0.iter().filter(|name| name.contains("filesystem")).count(), 0);
    for (step, expected) in [
        ("folders", "/\n"),
        ("read /a.txt", "hello"),
        ("read /empty", ""),
        ("slice /a.txt 1 3", "ell"),
        ("slice /a.txt 5 3", ""),
        ("slice /a.txt 9000000000 3", ""),
        ("size /large", "300000 "),
        ("ls /", "a.txt\nempty\nlarge\nsub/\n"),
        ("ls /sub", "b.txt\ndeeper/\n"),
        ("ls /sub/deeper", ""),
        ("stat /sub/b.txt", "DescriptorType::RegularFile 17 1 0\n"),
        ("stat /sub", "DescriptorType::Directory 0 1 0\n"),
        ("flags /a.txt", "DescriptorFlags(READ) DescriptorType::RegularFile true true\n"),
        ("read /none", "error: read /none: ErrorCode::NoEntry\n"),
        ("read /sub", "error: read /sub: ErrorCode::IsDirectory\n"),
        ("ls /a.txt", "error: ls /a.txt: ErrorCode::NotDirectory\n"),
        ("write /a.txt x", "error: write /a.txt x: ErrorCode::ReadOnly\n"),
        ("write /new x", "error: write /new x: ErrorCode::ReadOnly\n"),
        ("mkdir /new", "error: mkdir /new: ErrorCode::ReadOnly\n"),
        ("rm /a.txt", "error: rm /a.txt: ErrorCode::ReadOnly\n"),
        ("readlink /a.txt", "error: readlink /a.txt: ErrorCode::Invalid\n"),
        ("leave /large all", "left all\n"),
        ("leave /large stream", "left stream\n"),
        ("leave /large future", "300000\n"),
        ("leave /large some", "1\n"),
        ("leave /large file", "300000\n"),
        ("leave /sub all", "left all\n"),
        (
            "all 'read /a.txt' 'slice /a.txt 0 2' 'ls /sub' 'leave /large some' 'read /none'",
            "hellohe\0b.txt\ndeeper/\n1\nerror: read /none: ErrorCode::NoEntry\n",
        ),
    ] {
        let said = prints(&output, step);
        let expected = expected.replace('\0', "");
        assert!(said == expected || (step.starts_with("size") && said.starts_with(&expected)), "{step}: {said}");
    }
}

#[test]
fn virt_wasi_0_3_writes_a_directory_in_memory_by_streams() {
    let directory = files();
    let flags =
        ["--allow-args", "--grant=fs./.memory=\"1MiB\"", "--grant=fs./o={ embed = \"files\", overlay = \"memory\" }"];
    let output = steps(directory.path(), &flags);
    for (step, expected) in [
        ("write /x text -- read /x", "text"),
        ("write /x text -- append /x more -- read /x -- stat /x", "textmoreDescriptorType::RegularFile 8 1 0\n"),
        ("write /x abcdef -- truncate /x 3 -- read /x", "abc"),
        ("mkdir /d -- write /d/x 1 -- ls / -- ls /d -- rename /d/x /y -- ls /d -- read /y", "d/\no/\nx\n1"),
        ("write /x 1 -- link /x /y -- rm /x -- read /y", "1"),
        (
            "write /x 1 -- symlink x /l -- read /l -- readlink /l -- lstat /l",
            "1x\nDescriptorType::SymbolicLink 1 1 0\n",
        ),
        ("mkdir /d -- rmdir /d -- ls /", "o/\n"),
        ("write /x 1 -- touch /x -- stat /x", "DescriptorType::RegularFile 1 1 7\n"),
        ("fill /x 200000 -- size /x -- copy /x /y -- size /y", "200000 f82c6da5cfebb44d\n200000 f82c6da5cfebb44d\n"),
        // More than there is space for: what fits is written.
        (
            "fill /x 2000000 -- stat /x",
            "error: fill /x 2000000: ErrorCode::InsufficientSpace\nDescriptorType::RegularFile 1048576 1 0\n",
        ),
        (
            "write /o/a.txt changed -- read /o/a.txt -- read /o/sub/b.txt -- append /o/sub/b.txt more -- read /o/sub/b.txt",
            "changedin the directory\nin the directory\nmore",
        ),
        ("rm /o/a.txt -- read /o/a.txt -- ls /o", "error: read /o/a.txt: ErrorCode::NoEntry\nempty\nlarge\nsub/\n"),
        (
            "all 'write /1 one' 'write /2 two' 'fill /3 100000' -- read /1 -- read /2 -- stat /3",
            "onetwoDescriptorType::RegularFile 100000 1 0\n",
        ),
        ("leave /o/large some -- leave /o/large all -- read /o/a.txt", "1\nleft all\nhello"),
    ] {
        let said = prints(&output, step);
        assert_eq!(said, expected, "{step}");
    }
}

#[test]
fn virt_wasi_0_2_and_0_3_share_one_virtual_world() {
    let flags = [
        "-e",
        "A=1",
        "--grant=args.set=[\"x\"]",
        "--grant=fs./.memory=\"1MiB\"",
        "--grant=clocks={ fixed = 1970-01-01T00:00:00Z, step = \"10ns\" }",
    ];
    let directory = files();
    let output = virt_in(directory.path(), &guest("mixed"), &flags);
    assert_eq!(names(&output).0, <[&str; 0]>::default());
    Probed::new(&output).expect(&[
        ("environment", "([(\"A\", \"1\")], [(\"A\", \"1\")])"),
        ("arguments", "([\"x\"], [\"x\"])"),
        ("clock", "(1, 11, 1021, 1031)"),
        ("3 to 2", "(Ok(()), Ok(\"of three\"))"),
        ("2 to 3", "(Ok(()), Ok(\"of two\"))"),
        // What a stream has taken from a file, it gives; the rest it takes later.
        ("both", "(Ok(()), Ok(()), \"0123\", 6, Ok(()), Ok(\"ABCDEFGHIJ\"))"),
    ]);
    let output = virt_in(directory.path(), &guest("mixed"), &["--grant=stdin.text=\"0123456789\""]);
    Probed::new(&output).expect(&[("stdin", "(\"0123\", Err(\"closed\"), Ok(()), Ok(\"456789\"))")]);
}

#[test]
fn virt_wasi_0_3_adds_few_bytes() {
    let directory = files();
    let own = std::fs::read(guest("steps-p3")).unwrap().len();
    let size = |flags: &[&str]| {
        virt_in(directory.path(), &guest("steps-p3"), &[&["--no-provenance"], flags].concat()).len() - own
    };
    let rest = size(&["--allow-all"]);
    let files = 300_000 + 5 + 17;
    for (flags, most) in [
        (&["--allow-all", "--mount=/=files"][..], files + 55_000),
        (&["--allow-all", "--stdin=empty"], 12_500),
        (&["--allow-all", "--stdout=ignore"], 12_500),
        (&["--allow-all", "--stderr=deny"], 12_500),
    ] {
        let added = size(flags) - rest;
        assert!(added < most, "{flags:?} adds {added} bytes");
    }
}

/// A step that can be done beside others, and what it prints.
fn step(dice: &mut Dice, number: usize) -> (String, String) {
    let contents =
        |at: usize, len: usize| (at..at + len).map(|at| char::from(b'a' + (at % 26) as u8)).collect::<String>();
    let (at, len) = (dice.roll(20), dice.roll(12));
    match dice.roll(9) {
        0 => ("read /o/a.txt".to_owned(), "hello".to_owned()),
        1 => (format!("slice /o/letters {at} {len}"), contents(at, len.min(40 - at))),
        2 => ("leave /o/large some".to_owned(), "1\n".to_owned()),
        3 => ("leave /o/large all".to_owned(), "left all\n".to_owned()),
        4 => ("leave /o/large future".to_owned(), "300000\n".to_owned()),
        5 => ("leave /o/large stream".to_owned(), "left stream\n".to_owned()),
        6 => ("ls /o/sub".to_owned(), "b.txt\ndeeper/\n".to_owned()),
        7 => (format!("write /w{number} {}", contents(at, len + 1)), String::new()),
        _ => (format!("read /none{number}"), format!("error: read /none{number}: ErrorCode::NoEntry\n")),
    }
}

#[test]
fn virt_wasi_0_3_keeps_concurrent_streams_separate() {
    let directory = files();
    let letters: String = (0..40u8).map(|at| char::from(b'a' + at % 26)).collect();
    std::fs::write(directory.path().join("files/letters"), letters).unwrap();
    let flags =
        ["--allow-args", "--grant=fs./.memory=\"1MiB\"", "--grant=fs./o={ embed = \"files\", overlay = \"memory\" }"];
    let output = steps(directory.path(), &flags);
    for seed in 0..40 {
        let mut dice = Dice(seed);
        let (mut words, mut expected, mut written) = (vec!["all".to_owned()], String::new(), Vec::new());
        for number in 0..100 {
            let (step, said) = step(&mut dice, number);
            if let Some(rest) = step.strip_prefix("write ") {
                written.push(rest.split_once(' ').map(|(path, text)| (path.to_owned(), text.to_owned())).unwrap());
            }
            words.push(step);
            expected += &said;
        }
        // All that was written is there in the end.
        for (path, text) in written {
            words.extend(["--".to_owned(), "read".to_owned(), path]);
            expected += &text;
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let ran = run_p3(&output, &words, |_| {});
        assert_eq!((ran.result, ran.stdout.as_str()), (Ok(Ok(())), expected.as_str()), "{seed}");
    }
}

#[test]
fn example_of_a_pump_and_a_front_is_read() {
    let page = std::fs::read_to_string(crate::support::project().join("docs/wasi-0.3.md")).unwrap();
    let (_, example) = page.split_once("```wat\n").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("stdin.wat");
    std::fs::write(&path, example).unwrap();
    let output = plug(&guest("steps-p3"), &[path]);
    assert_eq!(prints(&output, "cat -- head 5 -- cat"), "hello from the pump\nhello\nhello from the pump\n");
}
