//! `http = { allow, deny }`: which requests leave a component, whatever it does with them, run in wasmtime.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use wasmtime::component::Val;

use crate::support::by_name;
use crate::support::dice::{Dice, seed_or};
use crate::support::http::serve;
use crate::support::puppet::{self, Puppet, text};
use crate::support::requests::{REFUSED, Shared, server, wit_3};
use crate::support::{fails, guest, imported_functions, succeeds, virt, virt_in, weld};

#[path = "../../virt-components/http/src/table.rs"]
#[allow(dead_code)]
mod table;

use table::{Row, TABLE};

/// The WASI that requests are of.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Release {
    Two,
    Three,
}

use Release::{Three, Two};

/// What is imported of `wasi:http` of 0.2. `GETTERS` is a place for what asks requests what they are.
const WIT: &str = r#"
package acme:relay;

interface relay {
  use wasi:http/types@0.2.12.{outgoing-request};
  /// A request of somebody else's.
  give: func(authority: string) -> outgoing-request;
  /// A request for somebody else, who sends it.
  take: func(request: outgoing-request);
}

package wasi:http@0.2.12 {
  interface types {
    variant method { get, head, post, put, delete, connect, options, trace, patch, other(string) }
    variant scheme { HTTP, HTTPS, other(string) }
    record DNS-error-payload { rcode: option<string>, info-code: option<u16> }
    record TLS-alert-received-payload { alert-id: option<u8>, alert-message: option<string> }
    record field-size-payload { field-name: option<string>, field-size: option<u32> }
    variant error-code {
      DNS-timeout, DNS-error(DNS-error-payload), destination-not-found, destination-unavailable,
      destination-IP-prohibited, destination-IP-unroutable, connection-refused, connection-terminated,
      connection-timeout, connection-read-timeout, connection-write-timeout, connection-limit-reached,
      TLS-protocol-error, TLS-certificate-error, TLS-alert-received(TLS-alert-received-payload),
      HTTP-request-denied, HTTP-request-length-required, HTTP-request-body-size(option<u64>),
      HTTP-request-method-invalid, HTTP-request-URI-invalid, HTTP-request-URI-too-long,
      HTTP-request-header-section-size(option<u32>), HTTP-request-header-size(option<field-size-payload>),
      HTTP-request-trailer-section-size(option<u32>), HTTP-request-trailer-size(field-size-payload),
      HTTP-response-incomplete, HTTP-response-header-section-size(option<u32>),
      HTTP-response-header-size(field-size-payload), HTTP-response-body-size(option<u64>),
      HTTP-response-trailer-section-size(option<u32>), HTTP-response-trailer-size(field-size-payload),
      HTTP-response-transfer-coding(option<string>), HTTP-response-content-coding(option<string>),
      HTTP-response-timeout, HTTP-upgrade-failed, HTTP-protocol-error, loop-detected, configuration-error,
      internal-error(option<string>),
    }
    resource fields { constructor(); }
    type headers = fields;
    resource request-options { constructor(); }
    resource outgoing-body {}
    resource future-incoming-response {}
    resource outgoing-request {
      constructor(headers: headers);
      body: func() -> result<outgoing-body>;
      set-method: func(method: method) -> result;
      set-path-with-query: func(path-with-query: option<string>) -> result;
      set-scheme: func(scheme: option<scheme>) -> result;
      set-authority: func(authority: option<string>) -> result;
      headers: func() -> headers;
      GETTERS
    }
  }
  interface outgoing-handler {
    use types.{outgoing-request, request-options, future-incoming-response, error-code};
    handle: func(request: outgoing-request, options: option<request-options>)
      -> result<future-incoming-response, error-code>;
  }
}
"#;

const GETTERS: &str = "method: func() -> method;
      path-with-query: func() -> option<string>;
      scheme: func() -> option<scheme>;
      authority: func() -> option<string>;";

const RELAY_3: &str = "package acme:relay;
interface relay {
  use wasi:http/types@0.3.0.{request};
  give: func(authority: string) -> request;
  take: func(request: request);
}";

/// A puppet that makes requests, with or without the functions that ask what a request is.
fn component(release: Release, has_getters: bool) -> &'static [u8] {
    static COMPONENTS: [OnceLock<Vec<u8>>; 4] = [const { OnceLock::new() }; 4];
    COMPONENTS[usize::from(has_getters) + 2 * usize::from(release == Three)].get_or_init(|| match release {
        Two => {
            let interfaces = ["wasi:http/types@0.2.12", "wasi:http/outgoing-handler@0.2.12", "acme:relay/relay"];
            puppet::component_of(&WIT.replace("GETTERS", if has_getters { GETTERS } else { "" }), &interfaces)
        }
        Three => {
            let interfaces =
                ["wasi:http/types@0.3.0", "wasi:http/client@0.3.0", "wasi:http/handler@0.3.0", "acme:relay/relay"];
            puppet::component_of_packages(&[&wit_3(has_getters), RELAY_3], &interfaces)
        }
    })
}

/// The grants of rules: those with a `!` deny.
fn grants(rules: &[&str]) -> Vec<String> {
    let list = |is_denied: bool| {
        let rules = rules.iter().filter(|rule| rule.starts_with('!') == is_denied);
        let rules = rules.map(|rule| format!("\"{}\"", rule.trim_start_matches('!')));
        format!("[{}]", rules.collect::<Vec<_>>().join(","))
    };
    vec![format!("http.allow={}", list(false)), format!("http.deny={}", list(true))]
}

/// The puppet under rules.
fn ruled(release: Release, has_getters: bool, rules: &[&str]) -> Vec<u8> {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("puppet.wasm");
    std::fs::write(&file, component(release, has_getters)).unwrap();
    let mut flags = vec!["--grant".to_owned(), "acme:relay/relay=allow".to_owned()];
    flags.extend(grants(rules).into_iter().flat_map(|grant| ["--grant".to_owned(), grant]));
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    virt_in(directory.path(), &file, &flags)
}

/// A component that makes requests, and what the host is asked for.
struct Client {
    release: Release,
    /// The function that sends.
    sends: &'static str,
    puppet: Puppet,
    host: Shared,
}

impl Client {
    fn new(release: Release, has_getters: bool, rules: &[&str]) -> Client {
        let bytes = ruled(release, has_getters, rules);
        let mut host = None;
        let puppet = Puppet::with(&bytes, |_| {}, |linker| host = Some(by_name::add(linker, &bytes)));
        let sends = if release == Two { "http-outgoing-handler/handle" } else { "http-client/send" };
        Client { release, sends, puppet, host: host.unwrap() }
    }

    fn request(&mut self) -> u32 {
        self.request_with(None)
    }

    /// A request; in WASI 0.3, options belong to it.
    fn request_with(&mut self, options: Option<u32>) -> u32 {
        let fields = self.puppet.handle("http-types/fields", &[]);
        if self.release == Two {
            return self.puppet.handle("http-types/outgoing-request", &[Val::U32(fields)]);
        }
        let trailers = self.puppet.handle("http-types/request-new-future", &[]);
        let options = Val::Option(options.map(|options| Box::new(Val::U32(options))));
        let given = [Val::U32(fields), Val::Option(None), Val::U32(trailers), options];
        match self.puppet.call("http-types/request-new", &given) {
            Ok(Val::Tuple(parts)) => match parts[..] {
                [Val::U32(request), Val::U32(_)] => request,
                _ => panic!("{parts:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    /// The name of a function of requests.
    fn of_request(&self, name: &str) -> String {
        format!("http-types/{}request-{name}", if self.release == Two { "outgoing-" } else { "" })
    }

    fn set(&mut self, request: u32, what: &str, value: Val) -> String {
        let function = self.of_request(&format!("set-{what}"));
        self.puppet.says(&function, &[Val::U32(request), value])
    }

    fn set_method(&mut self, request: u32, method: &str) {
        const KNOWN: &[&str] = &["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];
        let value = match KNOWN.contains(&method) {
            true => Val::Variant(method.to_lowercase(), None),
            false => Val::Variant("other".to_owned(), Some(Box::new(Val::String(method.to_owned())))),
        };
        assert_eq!(self.set(request, "method", value), "ok");
    }

    fn set_scheme(&mut self, request: u32, scheme: &str) {
        let scheme = match scheme {
            "" => None,
            "http" | "https" => Some(Val::Variant(scheme.to_uppercase(), None)),
            other => Some(Val::Variant("other".to_owned(), Some(Box::new(Val::String(other.to_owned()))))),
        };
        assert_eq!(self.set(request, "scheme", Val::Option(scheme.map(Box::new))), "ok");
    }

    fn set_text(&mut self, request: u32, what: &str, text: &str) -> String {
        let text = Some(text).filter(|text| *text != "-").map(|text| Box::new(Val::String(text.to_owned())));
        self.set(request, what, Val::Option(text))
    }

    fn handle(&mut self, request: u32) -> String {
        self.handle_with(request, None)
    }

    fn handle_with(&mut self, request: u32, options: Option<u32>) -> String {
        let options = Val::Option(options.map(|options| Box::new(Val::U32(options))));
        let given = if self.release == Two { vec![Val::U32(request), options] } else { vec![Val::U32(request)] };
        let answer = self.puppet.says(self.sends, &given);
        if answer.starts_with("ok(") { "ok".to_owned() } else { answer }
    }

    /// What the host has sent since this was asked.
    fn sent(&mut self) -> Vec<String> {
        std::mem::take(&mut self.host.lock().unwrap().sent)
    }
}

const REFUSAL: &str = "err(HTTP-request-denied)";

#[test]
fn http_rules_hold_for_each_request_of_the_table() {
    let mut by_rules: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    TABLE.iter().for_each(|row| by_rules.entry(row.rules).or_default().push(row));
    let mut wrong = Vec::new();
    for (release, (rules, rows)) in
        [Two, Three].into_iter().flat_map(|release| by_rules.iter().map(move |of| (release, of)))
    {
        let rules: Vec<&str> = rules.split(';').filter(|rule| !rule.is_empty()).collect();
        let mut client = Client::new(release, false, &rules);
        for row in rows {
            let request = client.request();
            client.set_method(request, row.method);
            client.set_scheme(request, row.scheme);
            assert_eq!(client.set_text(request, "authority", row.authority), "ok");
            assert_eq!(client.set_text(request, "path-with-query", row.path), "ok");
            let (answer, sent) = (client.handle(request), client.sent());
            let is_allowed = row.refused.is_empty();
            let expected = if is_allowed { ("ok", 1) } else { (REFUSAL, 0) };
            if (answer.as_str(), sent.len()) != expected {
                wrong.push(format!("{release:?} {:?} {:?} {answer} {sent:?}", row.rules, row.why));
            }
        }
        let host = client.host.lock().unwrap();
        assert_eq!(host.asked, 0, "it is remembered, and not asked");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn http_rules_hold_in_whatever_order_a_request_is_made() {
    let mut dice = Dice(seed_or(7));
    let mut allowed = [0; 2];
    for (release, has_getters) in [(Two, false), (Two, true), (Three, false), (Three, true)] {
        let mut client = Client::new(release, has_getters, &["GET,PUT https://api.example.com/v1/*"]);
        for number in 0..400 {
            if release == Three {
                client.sends = ["http-client/send", "http-handler/handle"][number % 2];
            }
            let request = client.request();
            for _ in 0..2 + dice.roll(14) {
                match dice.roll(5) {
                    0 => client.set_method(request, ["GET", "PUT", "POST", "get"][dice.roll(4)]),
                    1 => client.set_scheme(request, ["https", "https", "http", "", "x"][dice.roll(5)]),
                    2 | 3 => {
                        let authority =
                            ["api.example.com", "api.example.com", "evil.example", REFUSED, "-"][dice.roll(5)];
                        let expected = if authority == REFUSED { "err" } else { "ok" };
                        assert_eq!(client.set_text(request, "authority", authority), expected);
                    }
                    _ => {
                        let path = ["/v1/x", "/v1/x", "/v2/x", "/v1/../v2", "-"][dice.roll(5)];
                        assert_eq!(client.set_text(request, "path-with-query", path), "ok");
                    }
                }
            }
            let (answer, sent) = (client.handle(request), client.sent());
            let is_allowed = |sent: &String| {
                ["GET https://api.example.com /v1/x", "PUT https://api.example.com /v1/x"].contains(&sent.as_str())
            };
            assert!(sent.iter().all(is_allowed), "{sent:?}");
            assert_eq!(answer, if sent.is_empty() { REFUSAL } else { "ok" });
            allowed[usize::from(release == Three)] += sent.len();
        }
    }
    assert!(allowed.iter().all(|allowed| *allowed > 8), "{allowed:?}");
}

#[test]
fn http_refused_requests_leave_nothing_behind() {
    for release in [Two, Three] {
        let mut client = Client::new(release, true, &["https://api.example.com"]);
        let live = |client: &Client| client.host.lock().unwrap().handles.live;
        for (authority, left) in [("evil.example", 0), ("api.example.com", 1)] {
            let before = live(&client);
            let options = client.puppet.handle("http-types/request-options", &[]);
            let request = client.request_with(Some(options));
            client.set_scheme(request, "https");
            client.set_text(request, "authority", authority);
            let answer = client.handle_with(request, Some(options));
            assert_eq!(answer == REFUSAL, authority == "evil.example", "{answer}");
            assert_eq!(live(&client) - before, left, "the response, if there is one");
        }
        // What was never sent is dropped, and what it says of itself is what it was told.
        let before = live(&client);
        let request = client.request();
        client.set_text(request, "authority", "evil.example");
        let getter = client.of_request(if release == Two { "authority" } else { "get-authority" });
        let authority = client.puppet.says(&getter, &[Val::U32(request)]);
        assert_eq!(authority, "some(\"evil.example\")");
        let drop = client.of_request("").replace("types/", "types/drop-");
        client.puppet.call(drop.trim_end_matches('-'), &[Val::U32(request)]).unwrap();
        assert_eq!(live(&client), before);
    }
}

#[test]
fn http_requests_of_others_are_asked_or_refused() {
    for (release, has_getters) in [(Two, false), (Two, true), (Three, false), (Three, true)] {
        let mut client = Client::new(release, has_getters, &["https://api.example.com"]);
        let given = |client: &mut Client, authority: &str| {
            client.puppet.handle("relay-relay/give", &[Val::String(authority.to_owned())])
        };
        let allowed = if has_getters { "ok" } else { REFUSAL };
        let sends: &[&str] =
            if release == Two { &[client.sends] } else { &["http-client/send", "http-handler/handle"] };
        for sends in sends {
            client.sends = sends;
            let request = given(&mut client, "api.example.com");
            assert_eq!(client.handle(request), allowed);
            assert_eq!(client.sent().len(), usize::from(has_getters));
            let request = given(&mut client, "evil.example");
            assert_eq!(client.handle(request), REFUSAL);
            // What is changed is what is judged.
            let request = given(&mut client, "evil.example");
            assert_eq!(client.set_text(request, "authority", "api.example.com"), "ok");
            assert_eq!(client.handle(request), allowed);
            let request = given(&mut client, "api.example.com");
            assert_eq!(client.set_text(request, "authority", "evil.example"), "ok");
            assert_eq!(client.handle(request), REFUSAL);
            assert!(client.sent().iter().all(|sent| sent == "GET https://api.example.com /"));
        }
        // Nobody sends the component's own requests for it.
        let request = client.request();
        client.set_scheme(request, "https");
        client.set_text(request, "authority", "evil.example");
        let answer = client.puppet.call("relay-relay/take", &[Val::U32(request)]);
        assert!(answer.is_err(), "{}", text(&answer.unwrap()));
        assert_eq!(client.sent(), <[&str; 0]>::default());
    }
}

#[test]
fn http_rules_hold_for_both_wasis_in_one_component() {
    let wit = WIT.split("package wasi:http@0.2.12 {").nth(1).unwrap().replace("GETTERS", "");
    let wit = format!("package wasi:http@0.2.12;\n{}", wit.trim_end().trim_end_matches('}'));
    let interfaces = [
        "wasi:http/types@0.2.12",
        "wasi:http/outgoing-handler@0.2.12",
        "wasi:http/types@0.3.0",
        "wasi:http/client@0.3.0",
    ];
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("puppet.wasm");
    std::fs::write(&file, puppet::component_of_packages(&[&wit, &wit_3(false)], &interfaces)).unwrap();
    let bytes = virt_in(directory.path(), &file, &["--allow-http=https://api.example.com"]);
    let mut host: Option<Shared> = None;
    let mut puppet = Puppet::with(&bytes, |_| {}, |linker| host = Some(by_name::add(linker, &bytes)));
    let host = host.unwrap();
    let some = |value: Val| Val::Option(Some(Box::new(value)));
    for (authority, expected) in [("api.example.com", 1), ("evil.example", 0)] {
        let fields = puppet.handle("http-types/fields", &[]);
        let two = puppet.handle("http-types/outgoing-request", &[Val::U32(fields)]);
        let fields = puppet.handle("http-types-again/fields", &[]);
        let trailers = puppet.handle("http-types-again/request-new-future", &[]);
        let given = [Val::U32(fields), Val::Option(None), Val::U32(trailers), Val::Option(None)];
        let Ok(Val::Tuple(parts)) = puppet.call("http-types-again/request-new", &given) else { panic!() };
        let set = [("http-types/outgoing-request", Val::U32(two)), ("http-types-again/request", parts[0].clone())];
        for (of, request) in &set {
            let scheme = some(Val::Variant("HTTPS".to_owned(), None));
            assert_eq!(puppet.says(&format!("{of}-set-scheme"), &[request.clone(), scheme]), "ok");
            let authority = some(Val::String(authority.to_owned()));
            assert_eq!(puppet.says(&format!("{of}-set-authority"), &[request.clone(), authority]), "ok");
        }
        for (sends, given) in [
            ("http-outgoing-handler/handle", vec![Val::U32(two), Val::Option(None)]),
            ("http-client/send", vec![parts[0].clone()]),
        ] {
            let answer = puppet.says(sends, &given);
            assert_eq!(answer == REFUSAL, expected == 0, "{sends}: {answer}");
            assert_eq!(std::mem::take(&mut host.lock().unwrap().sent).len(), expected, "{sends}");
        }
    }
}

#[test]
fn http_rules_hold_for_servers_on_the_loopback() {
    let (first, second) = (server(), server());
    for release in [Two, Three] {
        servers_are_reached(release, first, second);
    }
}

fn servers_are_reached(release: Release, first: u16, second: u16) {
    let mut client = Client::new(release, false, &[&format!("GET http://127.0.0.1:{first}/open/*")]);
    let mut ask = |authority: String, path: &str| {
        let request = client.request();
        client.set_scheme(request, "http");
        client.set_text(request, "authority", &authority);
        client.set_text(request, "path-with-query", path);
        let answer = client.handle(request);
        let answered = std::mem::take(&mut client.host.lock().unwrap().answered);
        (answer, answered.concat().lines().last().unwrap_or_default().to_owned())
    };
    let refused = (REFUSAL.to_owned(), String::new());
    assert_eq!(
        ask(format!("127.0.0.1:{first}"), "/open/a?b"),
        ("ok".to_owned(), format!("{first} GET /open/a?b HTTP/1.1"))
    );
    for (authority, path) in [
        (format!("127.0.0.1:{first}"), "/closed"),
        (format!("127.0.0.1:{first}"), "/open/../closed"),
        (format!("127.0.0.1:{second}"), "/open/a"),
        (format!("localhost:{first}"), "/open/a"),
        (format!("127.1:{first}"), "/open/a"),
    ] {
        assert_eq!(ask(authority.clone(), path), refused, "{authority} {path}");
    }
}

#[test]
fn http_rules_hold_for_a_server_that_asks_another() {
    // Who is refused by the host is told otherwise than who is refused by a rule.
    let says = |rule: &str| {
        let output = virt(&guest("handler"), &[&format!("http.allow=[\"{rule}\"]")]);
        let said = serve(&output, "/path").unwrap();
        said.lines().find(|line| line.starts_with("request ")).unwrap().to_owned()
    };
    let by_host = says("http://127.0.0.1:1");
    assert!(by_host.contains("ConnectionRefused"), "{by_host}");
    for rule in ["http://127.0.0.1:2", "https://127.0.0.1:1", "POST http://127.0.0.1:1", "http://127.0.0.1:1/x"] {
        let by_rule = says(rule);
        assert!(by_rule.contains("HttpRequestDenied"), "{rule}: {by_rule}");
    }
    let output = virt(&guest("handler"), &["http.allow=[\"http://127.0.0.1:1\"]"]);
    let own = imported_functions(&std::fs::read(guest("handler")).unwrap());
    assert!(imported_functions(&output).iter().all(|function| own.contains(function)), "no import is added");
}

#[test]
fn http_rules_are_flags_and_grants_and_are_told() {
    let directory = tempfile::tempdir().unwrap();
    let path: &Path = directory.path();
    std::fs::copy(guest("handler"), path.join("app.wasm")).unwrap();
    let by_flag =
        virt_in(path, &path.join("app.wasm"), &["--allow-http=GET,HEAD https://a.example,https://b.example/x/*"]);
    let by_grant = virt_in(
        path,
        &path.join("app.wasm"),
        &["--grant", "http={ allow = [\"GET,HEAD https://a.example\", \"https://b.example/x/*\"] }"],
    );
    assert_eq!(by_flag, by_grant);
    let manifest = "[composition]\nname = \"acme:ruled\"\nroot = \"app\"\noutput = \"out.wasm\"\nsnapshot = \"out.weld\"\n\n\
        [components]\napp = \"app.wasm\"\n\n[virtualize.app]\n\
        http = { allow = [\"https://a.example\", \"GET https://*.b.example\"], deny = [\"https://a.example/admin*\"] }\n";
    std::fs::write(path.join("weld.toml"), manifest).unwrap();
    succeeds(weld(path).arg("build"));
    let snapshot = std::fs::read_to_string(path.join("out.weld")).unwrap();
    assert!(
        snapshot.contains("allow https://a.example \"GET https://*.b.example\", deny https://a.example/admin*"),
        "{snapshot}"
    );
    succeeds(weld(path).args(["verify", "out.wasm", "--manifest", "weld.toml"]));
    // Other rules are other grants, and so is a file without them.
    let open = manifest.lines().filter(|line| !line.starts_with("http =")).collect::<Vec<_>>().join("\n");
    for other in [manifest.replace("/admin*", "/x*"), open.clone() + "\n", open + "\nhttp = \"allow\"\n"] {
        std::fs::write(path.join("weld.toml"), &other).unwrap();
        let output = weld(path).args(["verify", "out.wasm", "--manifest", "weld.toml"]).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    }
    std::fs::write(path.join("weld.toml"), manifest).unwrap();
    // A policy takes what is bound by rules as reached in full: the file's own word is no proof.
    for (policy, code) in [("default = \"allow\"\n[[rule]]\ndeny = [\"http\"]\n", 1), ("default = \"allow\"\n", 0)] {
        std::fs::write(path.join("policy.toml"), policy).unwrap();
        let output = weld(path).args(["check", "out.wasm", "--policy", "policy.toml"]).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stderr));
    }
    succeeds(weld(path).args(["split", "out.wasm", "-o", "parts"]));
    succeeds(weld(&path.join("parts")).arg("build"));
}

#[test]
fn http_rules_that_cannot_be_kept_are_errors() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    std::fs::copy(guest("handler"), path.join("app.wasm")).unwrap();
    for (flag, said) in [
        ("--allow-http=api.example.com", "a rule names its scheme: `https://api.example.com`"),
        ("--allow-http=ftp://a", "its scheme is neither `https` nor `http`"),
        ("--grant=http.allow=[\"https://*\"]", "its host is neither a name nor an address"),
        ("--grant=http.allow=[\"https://münchen.example\"]", "its host is not ASCII"),
        ("--grant=http.deny=[\"https://a\"]", "`deny` says nothing without `allow`"),
        ("--grant=http={}", "`http` sets nothing"),
        ("--allow-http=https://a.example/x;y", "servers read such a path in several ways"),
    ] {
        let found = fails(weld(path).args(["virt", "app.wasm", "-o", "out.wasm", flag]));
        assert!(found.contains(said), "{flag}: {found}");
    }
    // What goes by another name, or has another type, is no function that a provider could stand for.
    let text = r#"(component
        (import "wasi:http/types@0.2.12" (instance $t
            (export "outgoing-request" (type (sub resource))) (export "future-incoming-response" (type (sub resource)))))
        (alias export $t "outgoing-request" (type $q)) (alias export $t "future-incoming-response" (type $f))
        (import NAME (instance
            (alias outer 1 $q (type $q)) (export "outgoing-request" (type $qq (eq $q)))
            (alias outer 1 $f (type $f)) (export "future-incoming-response" (type $ff (eq $f)))
            (export "handle" (func (param "request" (own $qq)) (result (own $ff)))))))"#;
    for name in [
        r#""wasi:http/outgoing-handler@0.2.12""#,
        r#""x" (implements "wasi:http/outgoing-handler@0.2.12")"#,
        r#""wasi:http/outgoing-handler@0.3.0""#,
    ] {
        std::fs::write(path.join("other.wat"), text.replace("NAME", name)).unwrap();
        let found = fails(weld(path).args(["virt", "other.wat", "-o", "out.wasm", "--allow-http=https://a.example"]));
        assert!(found.contains("#handle` of `other` cannot be provided"), "{name}: {found}");
    }
    // A function of WASI 0.3 that only has the name is judged by nothing.
    let text = r#"(component (import "wasi:http/client@0.3.0" (instance
        (export "request" (type $r (sub resource))) (export "response" (type $s (sub resource)))
        (export "send" (func async (param "request" (own $r)) (result (result (own $s))))))))"#;
    std::fs::write(path.join("later.wat"), text).unwrap();
    let found = fails(weld(path).args(["virt", "later.wat", "-o", "out.wasm", "--allow-http=https://a.example"]));
    assert!(found.contains("`client` and `handler` of 0.3"), "{found}");
}
