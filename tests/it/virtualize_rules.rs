//! What a call answers that is denied, ignored or made to trap: rule by rule, in a host that has nothing.
//!
//! `prober` asks for WASI 0.2, `command-p3` for 0.3, `own` and `later` for interfaces of nobody's but the tests'.

use crate::support::probed::Probed;
use crate::support::{guest, names, virt};

/// A guest under grants that leave it no import.
#[track_caller]
fn granted(name: &str, grants: &[&str]) -> Probed {
    let output = virt(&guest(name), grants);
    assert_eq!(names(&output).0, <[&str; 0]>::default());
    Probed::new(&output)
}

/// Answers that hold a message of weld's about a function.
fn with_messages(answers: &[(&str, &str, &str)]) -> Vec<(String, String)> {
    let answer = |(what, answer, function): &(&str, &str, &str)| {
        let message = format!("\"denied by weld: {function}\"");
        (what.to_string(), answer.replace("MESSAGE", &message))
    };
    answers.iter().map(answer).collect()
}

#[track_caller]
fn expect_messages(probed: &Probed, answers: &[(&str, &str, &str)]) {
    let answers = with_messages(answers);
    let answers: Vec<(&str, &str)> = answers.iter().map(|(what, answer)| (what.as_str(), answer.as_str())).collect();
    probed.expect(&answers);
}

/// The functions of `wasi:cli`, for which nothing is there, and the clocks.
const NEUTRAL: &[(&str, &str)] = &[
    ("get-environment", "[]"),
    ("get-arguments", "[]"),
    ("initial-cwd", "None"),
    ("get-directories", "0"),
    ("get-terminal-stdin", "None"),
    ("get-terminal-stdout", "None"),
    ("get-terminal-stderr", "None"),
    ("monotonic-clock now", "1"),
    ("monotonic-clock twice", "true"),
    ("wall-clock now", "(0, 0)"),
    ("sleep", "()"),
    ("sleep until", "()"),
    ("ready", "true"),
    ("poll", "[0, 1, 2]"),
    ("poll one twice", "[0, 1]"),
];

/// A stream of no bytes is at its end, whether it is denied or ignored.
const ENDED: &[(&str, &str)] = &[
    ("stdin", "\"stream\""),
    ("stdin read", "Err(StreamError::Closed)"),
    ("stdin blocking-read", "Err(StreamError::Closed)"),
    ("stdin skip", "Err(StreamError::Closed)"),
    ("stdin blocking-skip", "Err(StreamError::Closed)"),
    ("stdin subscribe", "true"),
    ("stdin all", "(0, StreamError::Closed)"),
];

#[test]
fn virt_denied_files_are_absent_and_denied_clocks_stand_still() {
    let denied = granted("prober", &[]);
    denied.expect(NEUTRAL);
    // How fine a clock is that stands still is not said; a program must be able to ask.
    denied.ask("monotonic-clock resolution").unwrap();
    denied.ask("wall-clock resolution").unwrap();
}

#[test]
fn virt_denied_streams_are_closed() {
    let denied = granted("prober", &[]);
    denied.expect(ENDED);
    for stream in ["stdout", "stderr"] {
        for (how, answer) in [
            ("check-write", "Err(StreamError::Closed)"),
            ("write", "(false, Err(StreamError::Closed))"),
            ("blocking-write-and-flush", "Err(StreamError::Closed)"),
            ("flush", "Err(StreamError::Closed)"),
            ("blocking-flush", "Err(StreamError::Closed)"),
            ("write-zeroes", "(false, Err(StreamError::Closed))"),
            ("blocking-write-zeroes-and-flush", "Err(StreamError::Closed)"),
            ("subscribe", "true"),
            ("much", "Err(StreamError::Closed)"),
        ] {
            denied.expect(&[(&format!("{stream} {how}"), answer)]);
        }
    }
    denied
        .expect(&[("stdin splice", "Err(StreamError::Closed)"), ("stdin blocking-splice", "Err(StreamError::Closed)")]);
}

#[test]
fn virt_denied_sockets_are_errors() {
    granted("prober", &[]).expect(&[
        ("sockets instance-network", "\"network\""),
        ("sockets create-tcp-socket", "Err(\"access-denied\")"),
        ("sockets create-udp-socket", "Err(\"access-denied\")"),
        ("sockets resolve-addresses", "Err(\"access-denied\")"),
        ("sockets bind", "Err(\"access-denied\")"),
        ("sockets next-address", "Err(\"access-denied\")"),
    ]);
}

#[test]
fn virt_denied_requests_are_errors() {
    let denied = granted("prober", &[]);
    denied.expect(&[
        // None of the cases says that something is denied, so it is the first.
        ("http fields append", "Err(HeaderError::InvalidSyntax)"),
        ("http fields from-list", "Err(HeaderError::InvalidSyntax)"),
        ("http fields get", "[]"),
        ("http fields clone", "[]"),
        ("http request", "\"request\""),
        ("http request set-method", "Err(())"),
        ("http request path", "None"),
        ("http request scheme", "None"),
        ("http request headers", "[]"),
        ("http request body", "Err(())"),
        ("http options", "(Err(()), None)"),
        ("http handle", "Err(ErrorCode::HttpRequestDenied)"),
    ]);
    denied.expect_traps(&[
        ("http fields has", "wasi:http/types@0.2.12#[method]fields.has"),
        ("http request method", "wasi:http/types@0.2.12#[method]outgoing-request.method"),
    ]);
}

#[test]
fn virt_denied_function_without_an_error_type_traps_by_name() {
    granted("prober", &[]).expect_traps(&[
        ("exit", "wasi:cli/exit@0.2.12#exit"),
        ("exit failing", "wasi:cli/exit@0.2.12#exit"),
        ("exit-with-code", "wasi:cli/exit@0.2.12#exit-with-code"),
        ("get-random-bytes", "wasi:random/random@0.2.12#get-random-bytes"),
        ("get-random-u64", "wasi:random/random@0.2.12#get-random-u64"),
        ("get-insecure-random-bytes", "wasi:random/insecure@0.2.12#get-insecure-random-bytes"),
        ("get-insecure-random-u64", "wasi:random/insecure@0.2.12#get-insecure-random-u64"),
        ("insecure-seed", "wasi:random/insecure-seed@0.2.12#insecure-seed"),
    ]);
}

#[test]
fn virt_trap_makes_each_call_trap() {
    granted("prober", &["default=trap"]).expect_traps(&[
        ("get-environment", "wasi:cli/environment@0.2.12#get-environment"),
        ("get-directories", "wasi:filesystem/preopens@0.2.12#get-directories"),
        ("get-terminal-stdin", "wasi:cli/terminal-stdin@0.2.12#get-terminal-stdin"),
        ("stdin", "wasi:cli/stdin@0.2.12#get-stdin"),
        ("stdout check-write", "wasi:cli/stdout@0.2.12#get-stdout"),
        ("wall-clock now", "wasi:clocks/wall-clock@0.2.12#now"),
        ("monotonic-clock resolution", "wasi:clocks/monotonic-clock@0.2.12#resolution"),
        ("sockets create-tcp-socket", "wasi:sockets/tcp-create-socket@0.2.12#create-tcp-socket"),
        ("http request", "wasi:http/types@0.2.12#[constructor]fields"),
        ("get-random-u64", "wasi:random/random@0.2.12#get-random-u64"),
        ("exit", "wasi:cli/exit@0.2.12#exit"),
    ]);
    granted("own", &["default=trap"]).expect_traps(&[
        ("errors access-denied", "test:custom/errors@1.2.0#access-denied"),
        ("errors untyped", "test:custom/errors@1.2.0#untyped"),
        ("values maybe", "test:custom/values@1.2.0#maybe"),
        ("values broad", "test:custom/values@1.2.0#broad"),
        ("things new", "test:custom/things@1.2.0#[constructor]thing"),
        ("things open", "test:custom/things@1.2.0#[static]thing.open"),
        ("sizes seventeen", "test:custom/sizes@1.2.0#seventeen"),
        ("sizes nine-texts", "test:custom/sizes@1.2.0#nine-texts"),
        ("twice 1.3.0", "test:twice/it@1.3.0#get"),
        ("twice 2.0.0", "test:twice/it@2.0.0#get"),
    ]);
}

#[test]
fn virt_ignore_makes_each_call_succeed_without_effect() {
    let ignored = granted("prober", &["default=ignore"]);
    ignored.expect(NEUTRAL);
    ignored.expect(ENDED);
    for stream in ["stdout", "stderr"] {
        for (how, answer) in [
            ("check-write", "Ok(1048576)"),
            ("write", "(true, Ok(()))"),
            ("blocking-write-and-flush", "Ok(())"),
            ("flush", "Ok(())"),
            ("blocking-flush", "Ok(())"),
            ("write-zeroes", "(true, Ok(()))"),
            ("blocking-write-zeroes-and-flush", "Ok(())"),
            ("subscribe", "true"),
            ("much", "Ok(())"),
        ] {
            ignored.expect(&[(&format!("{stream} {how}"), answer)]);
        }
    }
    ignored.expect(&[
        ("sockets instance-network", "\"network\""),
        ("sockets create-tcp-socket", "Ok(\"socket\")"),
        ("sockets create-udp-socket", "Ok(\"socket\")"),
        ("sockets resolve-addresses", "Ok(\"addresses\")"),
        ("sockets bind", "Ok(())"),
        // There are addresses, and none of them is left.
        ("sockets next-address", "Ok(false)"),
        ("http fields append", "Ok(())"),
        ("http fields get", "[]"),
        ("http fields has", "false"),
        ("http fields from-list", "Ok([])"),
        ("http request set-method", "Ok(())"),
        ("http request path", "None"),
        ("http request body", "Ok(\"body\")"),
        ("http options", "(Ok(()), None)"),
        ("http handle", "Ok(\"response\")"),
        ("get-random-bytes", "[]"),
        ("get-random-u64", "0"),
        ("insecure-seed", "(0, 0)"),
        ("exit", "()"),
        ("exit failing", "()"),
        ("exit-with-code", "()"),
    ]);
}

#[test]
fn virt_handle_has_the_treatment_of_the_function_that_made_it() {
    let mixed = granted("prober", &["stdout=ignore"]);
    mixed.expect(&[
        ("stdout check-write", "Ok(1048576)"),
        ("stdout much", "Ok(())"),
        ("stdout subscribe", "true"),
        ("stderr check-write", "Err(StreamError::Closed)"),
        ("stderr write", "(false, Err(StreamError::Closed))"),
        ("stderr subscribe", "true"),
        ("stdin read", "Err(StreamError::Closed)"),
        ("poll", "[0, 1, 2]"),
    ]);
    // A function that traps makes no handle, and what others make is no matter of its own.
    let trapping = granted("prober", &["stderr=trap", "stdout=ignore"]);
    trapping.expect_traps(&[("stderr", "wasi:cli/stderr@0.2.12#get-stderr")]);
    trapping.expect(&[("stdout check-write", "Ok(1048576)"), ("stdin read", "Err(StreamError::Closed)")]);

    let things = granted("own", &["test:custom/things#[static]thing.open=ignore"]);
    expect_messages(
        &things,
        &[
            ("things open", "Ok(\"thing: Ok(())\")", ""),
            ("things get", "thing: Err(MESSAGE)", "test:custom/things@1.2.0#[method]thing.rename"),
        ],
    );
}

#[test]
fn virt_most_specific_grant_decides() {
    let random = ["random=ignore", "wasi:random/random=deny", "wasi:random/random#get-random-u64=ignore"];
    let mut orders = vec![random];
    orders.push([random[2], random[0], random[1]]);
    orders.push([random[1], random[2], random[0]]);
    for grants in orders {
        let probed = granted("prober", &grants);
        probed.expect(&[("get-random-u64", "0"), ("get-insecure-random-u64", "0"), ("insecure-seed", "(0, 0)")]);
        probed.expect_traps(&[("get-random-bytes", "wasi:random/random@0.2.12#get-random-bytes")]);
    }
    let probed = granted("prober", &["default=ignore", "wasi:random/*=deny"]);
    probed.expect(&[("stdout check-write", "Ok(1048576)")]);
    probed.expect_traps(&[("insecure-seed", "wasi:random/insecure-seed@0.2.12#insecure-seed")]);
    // Of one version of a package, where there are two.
    let probed = granted("own", &["test:twice/it@2.0.0=trap"]);
    probed.expect_traps(&[("twice 2.0.0", "test:twice/it@2.0.0#get")]);
    assert!(probed.ask("twice 1.3.0").unwrap().starts_with("(None, [], "));
}

#[test]
fn virt_denied_result_is_the_access_error() {
    let denied = granted("own", &[]);
    let cases = [
        ("access-denied", "Err(\"access-denied\")"),
        ("access", "Err(EAccess::Access)"),
        ("not-permitted", "Err(\"not-permitted\")"),
        ("http-request-denied", "Err(EHttp::HttpRequestDenied)"),
        ("denied", "Err(\"denied\")"),
        ("unauthorized", "Err(\"unauthorized\")"),
        ("read-only", "Err(\"read-only\")"),
        ("not-supported", "Err(\"not-supported\")"),
        ("unsupported", "Err(\"unsupported\")"),
        ("closed", "Err(EClosed::Closed)"),
        ("other", "Err(EOther::Other(MESSAGE))"),
        ("other-optional", "Err(EOtherOptional::Other(Some(MESSAGE)))"),
        ("unknown", "Err(\"unknown\")"),
        ("internal", "Err(EInternal::InternalError(Some(MESSAGE)))"),
        ("first", "Err(EFirst::Missing)"),
        ("payloads", "Err(EPayloads::Reasons([]))"),
        ("text", "Err(MESSAGE)"),
        ("untyped", "Err(())"),
        ("without-error", "Err(())"),
    ];
    for (name, answer) in cases {
        let (what, function) = (format!("errors {name}"), format!("test:custom/errors@1.2.0#{name}"));
        expect_messages(&denied, &[(&what, answer, &function)]);
    }
}

#[test]
fn virt_denied_value_is_empty_or_none_or_a_trap() {
    let denied = granted("own", &[]);
    let nothing: String = ('a'..='j').map(|name| format!("{name}: None, ")).collect();
    expect_messages(
        &denied,
        &[
            ("values maybe", "None", ""),
            ("values names", "[]", ""),
            ("values pair", "(None, [])", ""),
            (
                "values summary",
                "Report { names: [], outcome: Err(MESSAGE), size: None }",
                "test:custom/values@1.2.0#summary",
            ),
            (
                "values broad",
                &format!("Wide {{ {nothing}k: [], l: [], m: None, n: None, o: Err(MESSAGE) }}"),
                "test:custom/values@1.2.0#broad",
            ),
        ],
    );
    // A record with a number in it cannot be refused by its fields.
    for name in ["half", "number", "float", "yes", "text", "character", "paint", "rights", "form", "nothing"] {
        denied.expect_traps(&[(&format!("values {name}"), &format!("test:custom/values@1.2.0#{name}"))]);
    }
}

#[test]
fn virt_denied_handle_has_denied_methods() {
    let denied = granted("own", &[]);
    let rename = "test:custom/things@1.2.0#[method]thing.rename";
    let of = |function: &str| format!("test:custom/things@1.2.0#{function}");
    expect_messages(
        &denied,
        &[
            ("things new", "thing: Err(MESSAGE)", rename),
            ("things copy", "thing: Err(MESSAGE)", rename),
            ("things get", "thing: Err(MESSAGE)", rename),
            ("things open", "Err(MESSAGE)", &of("[static]thing.open")),
            ("things find", "None", ""),
            ("things label", "None", ""),
            ("things merge", "Err(MESSAGE)", &of("[method]thing.merge")),
            ("things same", "None", ""),
            ("things list-all", "0", ""),
            ("things take", "Err(MESSAGE)", &of("take")),
            ("things look", "Err(MESSAGE)", &of("look")),
            ("things take-crate", "Err(MESSAGE)", &of("take-crate")),
            ("things take-lot", "[Err(MESSAGE), Err(MESSAGE), Err(MESSAGE)]", &of("take-lot")),
            ("things look-all", "[]", ""),
            ("things maybe-take", "(None, None)", ""),
            ("things many", "Err(MESSAGE)", &of("take")),
        ],
    );
    // A tuple by its parts: there is a handle, and there is none.
    let two = denied.ask("things get-two").unwrap();
    assert!(two.starts_with("(\"thing: Err(") && two.contains(rename) && two.ends_with(", None)"), "{two}");
    denied.expect_traps(&[("things name", &of("[method]thing.name"))]);
}

#[test]
fn virt_denies_functions_of_many_and_large_parameters() {
    let denied = granted("own", &[]);
    for name in ["seventeen", "nine-texts", "put", "put-texts"] {
        let (what, function) = (format!("sizes {name}"), format!("test:custom/sizes@1.2.0#{name}"));
        expect_messages(&denied, &[(&what, "Err(MESSAGE)", &function)]);
    }
    let scalars = "test:custom/sizes@1.2.0#scalars";
    expect_messages(&denied, &[("sizes scalars", "[Err(MESSAGE), Err(MESSAGE), Err(MESSAGE)]", scalars)]);
    // A gigabyte in all: what an adapter was given must not stay in its memory.
    expect_messages(&denied, &[("sizes put-much", "Err(MESSAGE)", "test:custom/sizes@1.2.0#put")]);
}

#[test]
fn virt_denies_versions_of_a_package_separately() {
    let denied = granted("own", &[]);
    let name = "test:twice/it@1.3.0#[method]thing.name";
    expect_messages(&denied, &[("twice 1.3.0", "(None, [], Err(MESSAGE))", name)]);
    let said = denied.ask("twice 2.0.0").unwrap();
    let message = |function: &str| format!("Err(\"denied by weld: test:twice/it@2.0.0#{function}\")");
    assert_eq!(said, format!("({}, {})", message("get"), message("[method]thing.name")));
}

#[test]
fn virt_denies_functions_of_the_world() {
    let denied = granted("own", &[]);
    denied.expect(&[("world locate", "Point { x: None, y: None }")]);
    // They have no interface. What stands in its place, if anything, is not said.
    let said = denied.ask("world ask").unwrap();
    assert!(said.starts_with("Err(\"denied by weld: ") && said.ends_with("ask\")"), "{said}");
    let trap = denied.ask("world log").unwrap_err();
    assert!(trap.lines().any(|line| line.contains("denied: ") && line.trim_end().ends_with("log")), "{trap}");
}

#[test]
fn virt_grants_functions_of_the_world_separately() {
    let mixed = granted("own", &["#log=ignore", "#ask=ignore"]);
    mixed.expect(&[("world log", "()"), ("world ask", "Ok(\"\")"), ("world locate", "Point { x: None, y: None }")]);
}

#[test]
fn virt_ignored_results_are_ok_and_ignored_values_are_zero() {
    let ignored = granted("own", &["default=ignore"]);
    let nothing: String = ('a'..='j').map(|name| format!("{name}: None, ")).collect();
    ignored.expect(&[
        ("errors access-denied", "Ok(0)"),
        ("errors access", "Ok(\"\")"),
        ("errors not-permitted", "Ok(())"),
        ("errors denied", "Ok([])"),
        ("errors unauthorized", "Ok(false)"),
        ("errors read-only", "Ok('\\0')"),
        ("errors not-supported", "Ok(0.0)"),
        ("errors unsupported", "Ok(0.0)"),
        ("errors closed", "Ok(0)"),
        ("errors text", "Ok(0)"),
        ("errors untyped", "Ok(())"),
        ("errors without-error", "Ok(0)"),
        ("values maybe", "None"),
        ("values names", "[]"),
        ("values pair", "(None, [])"),
        ("values summary", "Report { names: [], outcome: Ok(0), size: None }"),
        ("values half", "Mixed { names: [], size: 0 }"),
        ("values broad", &format!("Wide {{ {nothing}k: [], l: [], m: None, n: None, o: Ok(false) }}")),
        ("values number", "0"),
        ("values float", "0.0"),
        ("values yes", "false"),
        ("values text", "\"\""),
        ("values character", "'\\0'"),
        // The first case, as zero is.
        ("values paint", "Color::Red"),
        ("values rights", "0"),
        ("values form", "Shape::Point"),
        ("values nothing", "()"),
        ("things new", "thing: Ok(())"),
        ("things open", "Ok(\"thing: Ok(())\")"),
        ("things find", "None"),
        ("things name", "\"\""),
        ("things label", "None"),
        ("things copy", "thing: Ok(())"),
        ("things merge", "Ok(\"thing: Ok(())\")"),
        ("things same", "None"),
        ("things get", "thing: Ok(())"),
        ("things get-two", "(\"thing: Ok(())\", None)"),
        ("things list-all", "0"),
        ("things take", "Ok(())"),
        ("things look", "Ok(0)"),
        // What it gives is a handle and no more of them.
        ("things take-crate", "Ok(0)"),
        ("things take-lot", "[Ok(()), Ok(()), Ok(())]"),
        ("things look-all", "[]"),
        ("things maybe-take", "(None, None)"),
        ("things many", "Ok(())"),
        ("sizes seventeen", "Ok(0)"),
        ("sizes nine-texts", "Ok(())"),
        ("sizes scalars", "[Ok(()), Ok(()), Ok(())]"),
        ("sizes put", "Ok(())"),
        ("sizes put-much", "Ok(())"),
        ("sizes put-texts", "Ok([])"),
        ("twice 1.3.0", "(None, [], Ok(\"\"))"),
        ("twice 2.0.0", "(Ok(0), Ok([]))"),
        ("world ask", "Ok(\"\")"),
        ("world locate", "Point { x: None, y: None }"),
        ("world log", "()"),
    ]);
}

#[test]
fn virt_denied_wasi_0_3_streams_and_futures_are_closed_or_errors() {
    let denied = granted("command-p3", &[]);
    denied.expect(&[
        ("environment", "0"),
        ("arguments", "[]"),
        ("cwd", "None"),
        ("directories", "0"),
        ("read", "None"),
        // The error has no case that says so, so it is the first.
        ("stdin", "(0, Err(ErrorCode::Io))"),
        ("stdout", "(5, Err(ErrorCode::Io))"),
        ("stderr", "(5, Err(ErrorCode::Io))"),
        ("terminal", "None"),
        // Clocks stand still, and who waits for one waits no longer.
        ("wait", "()"),
        ("sleep", "()"),
        ("now", "(1, 0, 0)"),
        ("tcp", "Err(ErrorCode::AccessDenied)"),
        ("udp", "Err(ErrorCode::AccessDenied)"),
        ("lookup", "Err(ErrorCode::AccessDenied)"),
    ]);
    denied.expect_traps(&[("random", "wasi:random/random@0.3.0#get-random-u64"), ("exit", "wasi:cli/exit@0.3.0#exit")]);
}

#[test]
fn virt_ignored_wasi_0_3_streams_are_at_their_end_and_accept_writes() {
    granted("command-p3", &["default=ignore"]).expect(&[
        ("environment", "0"),
        ("stdin", "(0, Ok(()))"),
        // All is read, and then the future says so.
        ("stdout", "(0, Ok(()))"),
        ("stderr", "(0, Ok(()))"),
        ("sleep", "()"),
        ("now", "(1, 0, 0)"),
        ("random", "0"),
        ("exit", "()"),
        ("tcp", "Ok(\"socket\")"),
        ("lookup", "Ok(\"addresses\")"),
    ]);
    granted("command-p3", &["stdout=ignore"]).expect(&[
        ("stdout", "(0, Ok(()))"),
        ("stderr", "(5, Err(ErrorCode::Io))"),
        ("stdin", "(0, Err(ErrorCode::Io))"),
    ]);
}

#[test]
fn virt_denies_async_functions_streams_and_futures_by_type() {
    let denied = granted("later", &[]);
    let of = |function: &str| format!("test:custom/later@1.2.0#{function}");
    expect_messages(
        &denied,
        &[
            ("ask", "Err(MESSAGE)", &of("ask")),
            ("names", "[]", ""),
            ("take", "None", ""),
            ("task", "Err(MESSAGE)", &of("[method]task.wait")),
            ("start", "Err(MESSAGE)", &of("[static]task.start")),
            ("numbers", "[]", ""),
            ("outcome", "Err(MESSAGE)", &of("outcome")),
            ("both", "([], None)", ""),
            // Nothing of what is written is taken.
            ("collect", "(5, Err(MESSAGE))", &of("collect")),
            ("copy", "(5, MESSAGE)", &of("copy")),
            ("texts", "(2000, Err(MESSAGE))", &of("texts")),
            ("hand", "(2000, Err(MESSAGE))", &of("hand")),
            ("many", "(5, Err(MESSAGE))", &of("many")),
        ],
    );
    denied.expect_traps(&[("number", &of("number")), ("later-number", &of("later-number"))]);
}

#[test]
fn virt_ignores_async_functions_streams_and_futures_by_type() {
    let ignored = granted("later", &["default=ignore"]);
    ignored.expect(&[
        ("ask", "Ok(\"\")"),
        ("names", "[]"),
        ("number", "0"),
        ("take", "None"),
        ("task", "Ok(0)"),
        ("start", "Ok(0)"),
        ("numbers", "[]"),
        ("outcome", "Ok(0)"),
        ("both", "([], None)"),
        ("later-number", "0"),
        // All is read, handles are dropped, and the answer comes at the end.
        ("texts", "(0, Ok(0))"),
        ("hand", "(0, Ok(0))"),
        ("many", "(0, Ok(0))"),
    ]);
    // Whether a stream is read to its end that is given to a function which does nothing is not said.
    assert!(ignored.ask("collect").unwrap().ends_with(", Ok(0))"));
    assert!(ignored.ask("copy").unwrap().ends_with(", [])"));
    granted("later", &["default=trap"]).expect_traps(&[
        ("ask", "test:custom/later@1.2.0#ask"),
        ("numbers", "test:custom/later@1.2.0#numbers"),
        ("task", "test:custom/later@1.2.0#[constructor]task"),
    ]);
}
