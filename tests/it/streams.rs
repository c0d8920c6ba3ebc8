//! Streams and pollables of which some are the host's and some are not, asked as no language's library does.

use std::path::Path;

use crate::support::names;
use crate::support::puppet::{GRANTS, Given, Puppet, ask, granted, text, words};
use wasmtime::component::Val;
use wasmtime_wasi::FsPerms;

/// A puppet with all that streams are of: input that is set, output of the host's, files of both.
fn streams(host: &Path) -> Puppet {
    let files = tempfile::tempdir().unwrap();
    std::fs::write(files.path().join("file"), "0123456789").unwrap();
    let output = granted(files.path(), GRANTS);
    let imports = names(&output).0;
    assert!(!imports.iter().any(|name| name.contains("stdin") || name.contains("stderr")), "{imports:?}");
    Puppet::new(&output, |wasi| {
        wasi.preopened_dir(host, "/h", FsPerms::ReadWrite).unwrap();
    })
}

const IN: &str = "io-streams/input-stream-";
const OUT: &str = "io-streams/output-stream-";

/// A function of streams, by its name without the resource.
macro_rules! stream {
    ($puppet:expr, $of:expr, $function:expr $(, $given:expr)* $(,)?) => {
        ask!($puppet, &format!("{}{}", $of, $function) $(, $given)*)
    };
}

#[test]
fn stream_of_an_embedded_file_reads_from_any_offset() {
    let host = tempfile::tempdir().unwrap();
    let mut puppet = streams(host.path());
    let directory = puppet.directory("/e");
    let file = puppet.open(directory, "file", "", "read").unwrap();
    let mut at =
        |offset: u64| puppet.handle("filesystem-types/descriptor-read-via-stream", &[file.val(), offset.val()]);
    let (start, middle, end, beyond) = (at(0), at(5), at(10), at(1000));
    ask!(puppet, "filesystem-types/drop-descriptor", file);
    assert_eq!(stream!(puppet, IN, "read", start, 3_u64), "ok(\"012\")");
    assert_eq!(stream!(puppet, IN, "skip", start, 2_u64), "ok(2)");
    assert_eq!(stream!(puppet, IN, "blocking-read", start, 2_u64), "ok(\"56\")");
    assert_eq!(stream!(puppet, IN, "blocking-read", middle, 100_u64), "ok(\"56789\")");
    assert_eq!(stream!(puppet, IN, "read", middle, 1_u64), "err(closed)");
    assert_eq!(stream!(puppet, IN, "blocking-skip", start, 100_u64), "ok(3)");
    assert_eq!(stream!(puppet, IN, "blocking-skip", start, 100_u64), "err(closed)");
    assert_eq!(stream!(puppet, IN, "read", end, 1_u64), "err(closed)");
    assert_eq!(stream!(puppet, IN, "blocking-read", beyond, 1_u64), "err(closed)");
    let written = puppet.open(directory, "file", "", "read write");
    assert_eq!(written, Err("err(read-only)".to_owned()));
}

#[test]
fn stream_writes_a_file_in_memory() {
    let host = tempfile::tempdir().unwrap();
    let mut puppet = streams(host.path());
    let directory = puppet.directory("/m");
    let file = puppet.open(directory, "file", "create", "read write").unwrap();
    let contents = |puppet: &mut Puppet| ask!(puppet, "filesystem-types/descriptor-read", file, 1000_u64, 0_u64);
    let out = puppet.handle("filesystem-types/descriptor-write-via-stream", &[file.val(), 2_u64.val()]);
    let room: u64 =
        stream!(puppet, OUT, "check-write", out).trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap();
    assert!(room > 0);
    assert_eq!(stream!(puppet, OUT, "write", out, b"one"), "ok");
    stream!(puppet, OUT, "check-write", out);
    assert_eq!(stream!(puppet, OUT, "write-zeroes", out, 2_u64), "ok");
    assert_eq!(stream!(puppet, OUT, "flush", out), "ok");
    assert_eq!(stream!(puppet, OUT, "blocking-flush", out), "ok");
    assert_eq!(stream!(puppet, OUT, "blocking-write-and-flush", out, b"two"), "ok");
    assert_eq!(stream!(puppet, OUT, "blocking-write-zeroes-and-flush", out, 1_u64), "ok");
    assert_eq!(contents(&mut puppet), "ok((\"\\0\\0one\\0\\0two\\0\", true))");
    // Two that append do not write over each other.
    let mut append = || puppet.handle("filesystem-types/descriptor-append-via-stream", &[file.val()]);
    let (one, other) = (append(), append());
    for (stream, text) in [(one, b"A"), (other, b"B"), (one, b"C")] {
        assert_eq!(stream!(puppet, OUT, "blocking-write-and-flush", stream, text), "ok");
    }
    assert_eq!(contents(&mut puppet), "ok((\"\\0\\0one\\0\\0two\\0ABC\", true))");
    // A stream of a file that is gone goes on.
    assert_eq!(ask!(puppet, "filesystem-types/descriptor-unlink-file-at", directory, "file"), "ok");
    assert_eq!(stream!(puppet, OUT, "blocking-write-and-flush", one, b"D"), "ok");
    assert!(contents(&mut puppet).contains("ABCD"));
}

#[test]
fn stream_write_beyond_the_quota_fails_with_the_quota_error() {
    let host = tempfile::tempdir().unwrap();
    let mut puppet = streams(host.path());
    let directory = puppet.directory("/m");
    let file = puppet.open(directory, "file", "create", "read write").unwrap();
    let out = puppet.handle("filesystem-types/descriptor-write-via-stream", &[file.val(), 0_u64.val()]);
    assert_eq!(stream!(puppet, OUT, "blocking-write-and-flush", out, &[b'x'; 90]), "ok");
    let given = [out.val(), (&[b'y'; 90]).val()];
    let failed = puppet.call(&format!("{OUT}blocking-write-and-flush"), &given).unwrap();
    let Val::Result(Err(Some(error))) = &failed else { panic!("{}", text(&failed)) };
    let Val::Variant(name, Some(error)) = &**error else { panic!("{}", text(&failed)) };
    assert_eq!(name, "last-operation-failed");
    assert_eq!(ask!(puppet, "filesystem-types/filesystem-error-code", (**error).clone()), "some(insufficient-space)");
    let said = ask!(puppet, "io-error/error-to-debug-string", (**error).clone());
    assert!(said.len() > 2, "{said}");
    ask!(puppet, "io-error/drop-error", (**error).clone());
    assert_eq!(ask!(puppet, "filesystem-types/descriptor-write", file, &[b'z'; 90], 95_u64), "ok(5)");
    assert_eq!(
        ask!(puppet, "filesystem-types/descriptor-write", file, &[b'z'; 90], 100_u64),
        "err(insufficient-space)"
    );
    assert_eq!(ask!(puppet, "filesystem-types/descriptor-set-size", file, 101_u64), "err(insufficient-space)");
    assert_eq!(ask!(puppet, "filesystem-types/descriptor-set-size", file, 0_u64), "ok");
    assert_eq!(ask!(puppet, "filesystem-types/descriptor-write", file, &[b'z'; 90], 0_u64), "ok(90)");
}

#[test]
fn stream_splice_works_between_virtual_and_host_streams() {
    let host = tempfile::tempdir().unwrap();
    std::fs::write(host.path().join("from"), "the host's text").unwrap();
    let mut puppet = streams(host.path());
    let (m, h, e) = (puppet.directory("/m"), puppet.directory("/h"), puppet.directory("/e"));
    let out_of = |puppet: &mut Puppet, directory: u32, path: &str| {
        let file = puppet.open(directory, path, "create", "write").unwrap();
        puppet.handle("filesystem-types/descriptor-append-via-stream", &[file.val()])
    };
    let into = |puppet: &mut Puppet, directory: u32, path: &str| {
        let file = puppet.open(directory, path, "", "read").unwrap();
        puppet.handle("filesystem-types/descriptor-read-via-stream", &[file.val(), 0_u64.val()])
    };
    // The host's to a file in memory, and that to the host's.
    let (from, to) = (into(&mut puppet, h, "from"), out_of(&mut puppet, m, "copy"));
    let wait = |puppet: &mut Puppet| {
        let pollable = puppet.handle(&format!("{IN}subscribe"), &[from.val()]);
        ask!(puppet, "io-poll/pollable-block", pollable);
        ask!(puppet, "io-poll/drop-pollable", pollable);
    };
    wait(&mut puppet);
    assert_eq!(stream!(puppet, OUT, "splice", to, from, 4_u64), "ok(4)");
    wait(&mut puppet);
    assert_eq!(stream!(puppet, OUT, "splice", to, from, 1000_u64), "ok(11)");
    wait(&mut puppet);
    assert_eq!(stream!(puppet, OUT, "splice", to, from, 1000_u64), "err(closed)");
    let (from, to) = (into(&mut puppet, m, "copy"), out_of(&mut puppet, h, "to"));
    assert_eq!(stream!(puppet, OUT, "blocking-splice", to, from, 1000_u64), "ok(15)");
    assert_eq!(stream!(puppet, OUT, "blocking-flush", to), "ok");
    assert_eq!(std::fs::read_to_string(host.path().join("to")).unwrap(), "the host's text");
    // What is embedded to memory, without waiting; to what is ignored; and input that is set to the host's.
    let (from, to) = (into(&mut puppet, e, "file"), out_of(&mut puppet, m, "digits"));
    stream!(puppet, OUT, "check-write", to);
    assert_eq!(stream!(puppet, OUT, "splice", to, from, 7_u64), "ok(7)");
    let stdin = puppet.handle("cli-stdin/get-stdin", &[]);
    let to = out_of(&mut puppet, h, "input");
    assert_eq!(stream!(puppet, OUT, "blocking-splice", to, stdin, 1000_u64), "ok(6)");
    assert_eq!(stream!(puppet, OUT, "blocking-flush", to), "ok");
    assert_eq!(std::fs::read_to_string(host.path().join("input")).unwrap(), "a text");
    // The host's to the host's.
    let (from, to) = (into(&mut puppet, h, "from"), out_of(&mut puppet, h, "third"));
    assert_eq!(stream!(puppet, OUT, "blocking-splice", to, from, 1000_u64), "ok(15)");
    assert_eq!(stream!(puppet, OUT, "blocking-flush", to), "ok");
    assert_eq!(std::fs::read_to_string(host.path().join("third")).unwrap(), "the host's text");
    let digits = puppet.open(m, "digits", "", "read").unwrap();
    assert_eq!(ask!(puppet, "filesystem-types/descriptor-read", digits, 100_u64, 0_u64), "ok((\"0123456\", true))");
}

#[test]
fn stream_blocking_splice_waits_for_the_host() {
    let host = tempfile::tempdir().unwrap();
    std::fs::write(host.path().join("from"), "the host's text").unwrap();
    let mut puppet = streams(host.path());
    let (m, h) = (puppet.directory("/m"), puppet.directory("/h"));
    let (from, to) = (puppet.open(h, "from", "", "read").unwrap(), puppet.open(m, "copy", "create", "write").unwrap());
    let from = puppet.handle("filesystem-types/descriptor-read-via-stream", &[from.val(), 0_u64.val()]);
    let to = puppet.handle("filesystem-types/descriptor-write-via-stream", &[to.val(), 0_u64.val()]);
    assert_eq!(stream!(puppet, OUT, "blocking-splice", to, from, 4_u64), "ok(4)");
    assert_eq!(stream!(puppet, OUT, "blocking-splice", to, from, 1000_u64), "ok(11)");
    assert_eq!(stream!(puppet, OUT, "blocking-splice", to, from, 1000_u64), "err(closed)");
}

#[test]
fn poll_returns_exactly_the_ready_pollables_of_any_owner() {
    let host = tempfile::tempdir().unwrap();
    let mut puppet = streams(host.path());
    let (e, stdin) = (puppet.directory("/e"), puppet.handle("cli-stdin/get-stdin", &[]));
    let file = puppet.open(e, "file", "", "read").unwrap();
    let file = puppet.handle("filesystem-types/descriptor-read-via-stream", &[file.val(), 0_u64.val()]);
    let input = puppet.handle(&format!("{IN}subscribe"), &[stdin.val()]);
    let file = puppet.handle(&format!("{IN}subscribe"), &[file.val()]);
    let mut host_in =
        |nanoseconds: u64| puppet.handle("clocks-monotonic-clock/subscribe-duration", &[nanoseconds.val()]);
    let (hour, now, soon) = (host_in(3_600_000_000_000), host_in(0), host_in(20_000_000));
    // The host says that it is ready once it had time to find out.
    ask!(puppet, "io-poll/pollable-block", now);
    assert_eq!(puppet.poll(&[hour, input, hour, now, file]), [1, 3, 4]);
    assert_eq!(puppet.poll(&[hour, input]), [1]);
    assert_eq!(puppet.poll(&[input, input, file]), [0, 1, 2]);
    // The host's alone are waited for.
    assert_eq!(puppet.poll(&[hour, soon]), [1]);
    assert_eq!(ask!(puppet, "io-poll/pollable-ready", hour), "false");
    assert_eq!(ask!(puppet, "io-poll/pollable-ready", input), "true");
    assert_eq!(ask!(puppet, "io-poll/pollable-ready", soon), "true");
    assert_eq!(ask!(puppet, "io-poll/pollable-block", input), "()");
}

#[test]
fn poll_of_an_empty_list_traps_like_the_host() {
    let host = tempfile::tempdir().unwrap();
    let mut puppet = streams(host.path());
    assert!(puppet.call("io-poll/poll", &[Val::List(vec![])]).is_err());
}

#[test]
fn poll_of_a_stopped_clock_advances_it_to_the_first_deadline() {
    let output = granted(Path::new("."), &["clocks={fixed=2026-01-01T00:00:00Z}", "stdin.text=x", "sockets=allow"]);
    let mut puppet = Puppet::new(&output, |wasi| _ = wasi.allow_ip_name_lookup(true).inherit_network());
    let mut after = |nanoseconds: u64| puppet.handle("clocks-monotonic-clock/subscribe-duration", &[nanoseconds.val()]);
    let (second, minute, also) = (after(1_000_000_000), after(60_000_000_000), after(1_000_000_000));
    let now = |puppet: &mut Puppet| ask!(puppet, "clocks-monotonic-clock/now").parse::<u64>().unwrap();
    let start = now(&mut puppet);
    assert_eq!(puppet.poll(&[minute, second, also]), [1, 2]);
    assert_eq!(now(&mut puppet) - start, 1_000_000_000);
    assert_eq!(puppet.poll(&[minute, second]), [1]);
    assert_eq!(puppet.poll(&[minute]), [0]);
    assert_eq!(now(&mut puppet) - start, 60_000_000_000);
    // With something that is ready nothing moves.
    let stdin = puppet.handle("cli-stdin/get-stdin", &[]);
    let input = puppet.handle(&format!("{IN}subscribe"), &[stdin.val()]);
    let hour = puppet.handle("clocks-monotonic-clock/subscribe-duration", &[3_600_000_000_000_u64.val()]);
    assert_eq!(puppet.poll(&[hour, input]), [1]);
    assert_eq!(now(&mut puppet) - start, 60_000_000_000);
    // The host's, in the end, is given beside it.
    let network = puppet.handle("sockets-instance-network/instance-network", &[]);
    let lookup = puppet.handle("sockets-ip-name-lookup/resolve-addresses", &[network.val(), "127.0.0.1".val()]);
    let lookup = puppet.handle("sockets-ip-name-lookup/resolve-address-stream-subscribe", &[lookup.val()]);
    ask!(puppet, "io-poll/pollable-block", lookup);
    assert_eq!(puppet.poll(&[hour, lookup, input]), [1, 2]);
}

#[test]
fn descriptors_of_different_mounts_are_separate() {
    let host = tempfile::tempdir().unwrap();
    std::fs::write(host.path().join("file"), "x").unwrap();
    let mut puppet = streams(host.path());
    let (m, h, e) = (puppet.directory("/m"), puppet.directory("/h"), puppet.directory("/e"));
    let file = puppet.open(m, "mine", "create", "write").unwrap();
    let theirs = puppet.open(h, "file", "", "read").unwrap();
    let embedded = puppet.open(e, "file", "", "read").unwrap();
    for (one, other) in [(file, theirs), (theirs, embedded), (m, h), (e, m), (file, embedded)] {
        assert_eq!(ask!(puppet, "filesystem-types/descriptor-is-same-object", one, other), "false");
        let mut hash = |handle: u32| ask!(puppet, "filesystem-types/descriptor-metadata-hash", handle);
        assert_ne!(hash(one), hash(other));
    }
    for (from, to, path) in
        [(m, h, "mine"), (h, m, "file"), (e, m, "file"), (m, e, "mine"), (h, e, "file"), (e, h, "file")]
    {
        let link = ask!(puppet, "filesystem-types/descriptor-link-at", from, words(""), path, to, "new");
        let rename = ask!(puppet, "filesystem-types/descriptor-rename-at", from, path, to, "new");
        let refused = ["err(cross-device)", "err(read-only)"];
        assert!(refused.contains(&link.as_str()) && refused.contains(&rename.as_str()), "{path}: {link} {rename}");
    }
    assert_eq!(std::fs::read_dir(host.path()).unwrap().count(), 1);
}
