//! `sockets = { connect, listen, lookup }`: what a component reaches, whatever it does with sockets, run in wasmtime.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use wasmtime::component::Val;
use wasmtime_wasi::WasiCtxBuilder;

use crate::support::by_name;
use crate::support::dice::{Dice, seed_or};
use crate::support::probed::Probed;
use crate::support::puppet::{self, Puppet, text};
use crate::support::sockets::{Shared, socket};
use crate::support::{fails, guest, imported_functions, succeeds, virt, virt_in, weld};

#[path = "../../virt-components/sockets/src/table.rs"]
#[allow(dead_code)]
mod table;

use table::{Row, TABLE};

/// By which sockets come from others, and go to them.
const RELAY: &str = "package acme:relay;

interface relay {
  use wasi:sockets/tcp@0.2.12.{tcp-socket};
  use wasi:sockets/udp@0.2.12.{udp-socket, incoming-datagram-stream, outgoing-datagram-stream};
  use wasi:sockets/ip-name-lookup@0.2.12.{resolve-address-stream};
  give-tcp: func() -> tcp-socket;
  give-udp: func() -> udp-socket;
  give-incoming: func() -> incoming-datagram-stream;
  give-outgoing: func() -> outgoing-datagram-stream;
  give-answers: func() -> resolve-address-stream;
  take-tcp: func(socket: tcp-socket);
  take-outgoing: func(%stream: outgoing-datagram-stream);
}
";

/// A puppet with sockets.
fn component() -> &'static [u8] {
    static COMPONENT: OnceLock<Vec<u8>> = OnceLock::new();
    COMPONENT.get_or_init(|| {
        let names =
            ["network", "instance-network", "tcp", "tcp-create-socket", "udp", "udp-create-socket", "ip-name-lookup"];
        let names: Vec<String> = names.iter().map(|name| format!("wasi:sockets/{name}@0.2.12")).collect();
        let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
        names.push("acme:relay/relay");
        puppet::component_beside(RELAY, &names)
    })
}

/// The grants of rules, as the table has them.
fn grants(rules: &str) -> Vec<String> {
    let clauses = rules.split(';').filter(|clause| !clause.trim().is_empty());
    let grant = |clause: &str| {
        let mut words = clause.split_whitespace();
        let verb = words.next().unwrap();
        format!("sockets.{verb}=[{}]", words.map(|word| format!("{word:?}")).collect::<Vec<_>>().join(","))
    };
    let grants: Vec<String> = clauses.map(grant).collect();
    if grants.is_empty() { vec!["sockets.connect=[]".to_owned()] } else { grants }
}

/// A component with sockets, and what the host is asked for.
struct Client {
    puppet: Puppet,
    host: Shared,
    network: u32,
}

const DENIED: &str = "err(access-denied)";

impl Client {
    fn new(rules: &str) -> Client {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("puppet.wasm");
        std::fs::write(&file, component()).unwrap();
        let mut flags = vec!["--grant".to_owned(), "acme:relay/relay=allow".to_owned()];
        flags.extend(grants(rules).into_iter().flat_map(|grant| ["--grant".to_owned(), grant]));
        let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
        let bytes = virt_in(directory.path(), &file, &flags);
        let mut host = None;
        let mut puppet = Puppet::with(&bytes, |_| {}, |linker| host = Some(by_name::add(linker, &bytes)));
        let network = puppet.handle("sockets-instance-network/instance-network", &[]);
        Client { puppet, host: host.unwrap(), network }
    }

    fn says(&mut self, function: &str, given: &[Val]) -> String {
        self.puppet.says(&format!("sockets-{function}"), given)
    }

    fn made(&mut self, kind: &str) -> u32 {
        let family = Val::Enum("ipv4".to_owned());
        self.puppet.handle(&format!("sockets-{kind}-create-socket/create-{kind}-socket"), &[family])
    }

    fn to(&mut self, of: u32, function: &str, address: &str) -> String {
        let given = [Val::U32(of), Val::U32(self.network), socket(address.parse().unwrap())];
        self.says(function, &given)
    }

    fn connect(&mut self, of: u32, address: &str) -> String {
        self.to(of, "tcp/tcp-socket-start-connect", address)
    }

    fn bind(&mut self, kind: &str, of: u32, address: &str) -> String {
        self.to(of, &format!("{kind}/{kind}-socket-start-bind"), address)
    }

    fn listen(&mut self, of: u32) -> String {
        self.says("tcp/tcp-socket-start-listen", &[Val::U32(of)])
    }

    /// The streams of a socket that is connected to an address, or to none.
    fn stream(&mut self, of: u32, address: Option<&str>) -> Result<(u32, u32), String> {
        let address = address.map(|address| Box::new(socket(address.parse().unwrap())));
        let streams = self.puppet.call("sockets-udp/udp-socket-stream", &[Val::U32(of), Val::Option(address)]).unwrap();
        match &streams {
            Val::Result(Ok(Some(both))) => match &**both {
                Val::Tuple(both) => match both[..] {
                    [Val::U32(incoming), Val::U32(outgoing)] => Ok((incoming, outgoing)),
                    _ => panic!("{both:?}"),
                },
                other => panic!("{other:?}"),
            },
            other => Err(text(other)),
        }
    }

    fn send(&mut self, of: u32, to: &[Option<&str>]) -> String {
        let datagram = |to: &Option<&str>| {
            let to = to.map(|to| Box::new(socket(to.parse().unwrap())));
            Val::Record(vec![
                ("data".to_owned(), Val::List(vec![Val::U8(7)])),
                ("remote-address".to_owned(), Val::Option(to)),
            ])
        };
        let datagrams = Val::List(to.iter().map(datagram).collect());
        self.says("udp/outgoing-datagram-stream-send", &[Val::U32(of), datagrams])
    }

    fn receive(&mut self, of: u32) -> String {
        self.says("udp/incoming-datagram-stream-receive", &[Val::U32(of), Val::U64(9)])
    }

    /// What a name is answered, or the refusal.
    fn look_up(&mut self, name: &str) -> String {
        let given = [Val::U32(self.network), Val::String(name.to_owned())];
        let answers = self.puppet.call("sockets-ip-name-lookup/resolve-addresses", &given).unwrap();
        let Val::Result(Ok(Some(stream))) = &answers else { return text(&answers) };
        let mut all = Vec::new();
        loop {
            let next = self.says("ip-name-lookup/resolve-address-stream-resolve-next-address", &[(**stream).clone()]);
            if next == "ok(none)" {
                return all.join(" ");
            }
            all.push(next);
        }
    }

    /// What the host was asked since this was asked.
    fn asked(&mut self) -> Vec<String> {
        std::mem::take(&mut self.host.lock().unwrap().asked)
    }

    /// Does what a row of the table asks, and says what came of it: of each function, what it answered, and what the host was asked.
    fn ask(&mut self, row: &Row) -> Vec<(String, Vec<String>)> {
        for answer in row.answered.split(',').filter(|answer| !answer.is_empty()) {
            let (name, address) = answer.split_once(' ').unwrap();
            self.host.lock().unwrap().names.insert(name.to_owned(), vec![address.parse().unwrap()]);
            assert_ne!(self.look_up(name), DENIED);
        }
        self.asked();
        let (verb, what) = row.asked.split_once(' ').unwrap();
        let mut said = Vec::new();
        match verb {
            "connect" => {
                let tcp = self.made("tcp");
                said.push((self.connect(tcp, what), self.asked()));
                let udp = self.made("udp");
                said.push((self.stream(udp, Some(what)).map_or_else(|code| code, |_| "ok".to_owned()), self.asked()));
                let (_, outgoing) = self.stream(udp, None).unwrap();
                self.asked();
                said.push((self.send(outgoing, &[Some(what)]).replace("ok(1)", "ok"), self.asked()));
            }
            "listen" => {
                let tcp = self.made("tcp");
                self.bind("tcp", tcp, what);
                self.asked();
                said.push((self.listen(tcp), self.asked()));
            }
            "bind" => {
                for kind in ["tcp", "udp"] {
                    let made = self.made(kind);
                    said.push((self.bind(kind, made, what), self.asked()));
                }
            }
            "lookup" => {
                let answer = self.look_up(what);
                said.push((if answer == DENIED { answer } else { "ok".to_owned() }, self.asked()));
            }
            other => panic!("{other}"),
        }
        said
    }
}

#[test]
fn socket_rules_hold_for_each_row_of_the_table() {
    // What was answered before is of that component.
    let mut by_component: BTreeMap<(&str, &str), Vec<&Row>> = BTreeMap::new();
    TABLE.iter().for_each(|row| by_component.entry((row.rules, row.answered)).or_default().push(row));
    let mut wrong = Vec::new();
    for ((rules, _), rows) in by_component {
        let mut client = Client::new(rules);
        for row in rows {
            let expected = if row.verdict == "no" { (DENIED, 0) } else { ("ok", 1) };
            for (said, asked) in client.ask(row) {
                if (said.as_str(), asked.len()) != expected {
                    wrong.push(format!("{:?} {:?} ({}): {said} {asked:?}", row.rules, row.asked, row.why));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

const RULES: &str = "connect 10.0.0.1:53 10.0.0.2:* db.internal:5432; listen 127.0.0.1:8080";
const EVIL: &str = "6.6.6.6:53";

#[test]
fn socket_rules_hold_for_whoever_changes_a_socket_after_it_was_looked_at() {
    let mut client = Client::new(RULES);
    // Connects to what is allowed, and then to something else.
    let tcp = client.made("tcp");
    assert_eq!(client.connect(tcp, "10.0.0.1:53"), "ok");
    assert_eq!(client.connect(tcp, EVIL), DENIED);
    assert_eq!(client.connect(tcp, "10.0.0.2:9"), "ok");
    assert_eq!(client.asked(), ["connect tcp 10.0.0.1:53", "connect tcp 10.0.0.2:9"]);
    // Was bound where it may not listen, before or after it was bound where it may.
    for both in [["0.0.0.0:0", "127.0.0.1:8080"], ["127.0.0.1:8080", "0.0.0.0:0"]] {
        let tcp = client.made("tcp");
        for at in both {
            assert_eq!(client.bind("tcp", tcp, at), "ok");
        }
        client.asked();
        assert_eq!(client.listen(tcp), DENIED);
        assert_eq!(client.connect(tcp, EVIL), DENIED);
        assert!(client.asked().is_empty());
    }
    // Was never bound, or was bound where it may not be.
    let tcp = client.made("tcp");
    assert_eq!(client.listen(tcp), DENIED);
    assert_eq!(client.bind("tcp", tcp, "127.0.0.1:8081"), DENIED);
    assert_eq!(client.listen(tcp), DENIED);
    assert!(client.asked().is_empty());
    assert_eq!(client.bind("tcp", tcp, "127.0.0.1:8080"), "ok");
    assert_eq!(client.listen(tcp), "ok");
    assert_eq!(client.asked(), ["bind tcp 127.0.0.1:8080", "listen tcp"]);
    // Sends to nobody in particular by a stream of a socket that was connected, and is not.
    let udp = client.made("udp");
    assert_eq!(client.bind("udp", udp, "0.0.0.0:0"), "ok");
    let (_, connected) = client.stream(udp, Some("10.0.0.1:53")).unwrap();
    let (_, open) = client.stream(udp, None).unwrap();
    assert_eq!(client.stream(udp, Some(EVIL)), Err(DENIED.to_owned()));
    client.asked();
    assert_eq!(client.send(connected, &[None]), "ok(1)");
    assert_eq!(client.send(open, &[None]), "err(invalid-argument)");
    assert_eq!(client.asked(), ["send udp nobody"]);
    // One of several datagrams is for somebody else.
    let good = Some("10.0.0.1:53");
    for stream in [connected, open] {
        assert_eq!(client.send(stream, &[Some(EVIL), good]), DENIED);
        assert!(client.asked().is_empty());
        assert_eq!(client.send(stream, &[good, Some(EVIL), good]), "ok(1)");
        assert_eq!(client.asked(), ["send udp 10.0.0.1:53"]);
        assert_eq!(client.send(stream, &[]), "ok(0)");
    }
    // An answer for another name, or for none.
    client.host.lock().unwrap().names.insert("db.internal".to_owned(), vec!["10.0.0.7".parse().unwrap()]);
    let tcp = client.made("tcp");
    assert_eq!(client.connect(tcp, "10.0.0.7:5432"), DENIED);
    assert_eq!(client.look_up("evil.example"), DENIED);
    assert_eq!(client.look_up("db.internal"), "ok(some(ipv4((10, 0, 0, 7))))");
    assert_eq!(client.connect(tcp, "10.0.0.7:5432"), "ok");
    assert_eq!(client.connect(tcp, "10.0.0.7:53"), DENIED);
    assert_eq!(client.connect(tcp, "10.0.0.8:5432"), DENIED);
    assert_eq!(client.asked(), ["lookup db.internal", "connect tcp 10.0.0.7:5432"]);
}

#[test]
fn socket_rules_keep_datagrams_of_others_from_a_client() {
    let mut client = Client::new(RULES);
    let senders = ["10.0.0.1:53", EVIL, "10.0.0.2:1", "10.0.0.1:54"].map(|text| text.parse().unwrap());
    client.host.lock().unwrap().senders = senders.to_vec();
    let of = |received: &str| senders.iter().filter(|sender| received.contains(&format!("{sender}\""))).count();
    let udp = client.made("udp");
    for is_bound in [false, true] {
        if is_bound {
            assert_eq!(client.bind("udp", udp, "0.0.0.0:0"), "ok");
        }
        for address in [None, Some("10.0.0.1:53")] {
            let (incoming, _) = client.stream(udp, address).unwrap();
            let received = client.receive(incoming);
            assert!(
                of(&received) == 2 && received.contains("10.0.0.1:53") && received.contains("10.0.0.2:1"),
                "{received}"
            );
        }
    }
    // Whoever may listen may hear anybody.
    let udp = client.made("udp");
    assert_eq!(client.bind("udp", udp, "127.0.0.1:8080"), "ok");
    let (incoming, _) = client.stream(udp, None).unwrap();
    assert_eq!(of(&client.receive(incoming)), 4);
    // Nothing is left of what is for nobody.
    client.host.lock().unwrap().senders = vec![EVIL.parse().unwrap()];
    let udp = client.made("udp");
    let (incoming, _) = client.stream(udp, None).unwrap();
    assert_eq!(client.receive(incoming), "ok([])");
}

#[test]
fn socket_rules_hold_for_sockets_of_others() {
    let mut client = Client::new(RULES);
    let given = |client: &mut Client, what: &str| client.puppet.handle(&format!("relay-relay/give-{what}"), &[]);
    let tcp = given(&mut client, "tcp");
    assert_eq!(client.connect(tcp, "10.0.0.1:53"), DENIED);
    assert_eq!(client.bind("tcp", tcp, "127.0.0.1:8080"), DENIED);
    for function in ["start-listen", "finish-listen", "finish-bind", "finish-connect", "accept"] {
        assert_eq!(client.says(&format!("tcp/tcp-socket-{function}"), &[Val::U32(tcp)]), DENIED, "{function}");
    }
    let udp = given(&mut client, "udp");
    assert_eq!(client.bind("udp", udp, "127.0.0.1:8080"), DENIED);
    assert_eq!(client.says("udp/udp-socket-finish-bind", &[Val::U32(udp)]), DENIED);
    assert_eq!(client.stream(udp, None), Err(DENIED.to_owned()));
    assert_eq!(client.stream(udp, Some("10.0.0.1:53")), Err(DENIED.to_owned()));
    let outgoing = given(&mut client, "outgoing");
    assert_eq!(client.send(outgoing, &[None]), DENIED);
    assert_eq!(client.send(outgoing, &[Some(EVIL)]), DENIED);
    let answers = given(&mut client, "answers");
    let next = "ip-name-lookup/resolve-address-stream-resolve-next-address";
    assert_eq!(client.says(next, &[Val::U32(answers)]), "ok(some(ipv4((10, 9, 9, 9))))");
    let own = client.made("tcp");
    assert_eq!(client.connect(own, "10.9.9.9:5432"), DENIED);
    assert!(client.asked().is_empty());
    // What it may send to anyhow.
    assert_eq!(client.send(outgoing, &[Some("10.0.0.1:53")]), "ok(1)");
    client.host.lock().unwrap().senders = vec![EVIL.parse().unwrap()];
    let incoming = given(&mut client, "incoming");
    assert_eq!(client.receive(incoming), "ok([])");
    // Nobody uses the component's own sockets for it.
    let (_, outgoing) = client.made("udp").pipe(|udp| client.stream(udp, Some("10.0.0.1:53"))).unwrap();
    for (function, handle) in [("take-tcp", own), ("take-outgoing", outgoing)] {
        let answer = client.puppet.call(&format!("relay-relay/{function}"), &[Val::U32(handle)]);
        assert!(answer.is_err(), "{}", text(&answer.unwrap()));
    }
}

/// Hands a value on.
trait Pipe: Sized {
    fn pipe<T>(self, to: impl FnOnce(Self) -> T) -> T {
        to(self)
    }
}

impl Pipe for u32 {}

#[test]
fn socket_rules_hold_in_whatever_order_functions_are_called() {
    let mut dice = Dice(seed_or(11));
    let mut client = Client::new(RULES);
    client.host.lock().unwrap().names.insert("db.internal".to_owned(), vec!["10.0.0.7".parse().unwrap()]);
    let addresses = [
        "10.0.0.1:53",
        "10.0.0.2:7",
        "10.0.0.7:5432",
        EVIL,
        "127.0.0.1:8080",
        "0.0.0.0:0",
        "[::ffff:6.6.6.6]:53",
        "10.0.0.1:0",
    ];
    let may_connect = |address: &str, is_known: bool| match address {
        "10.0.0.1:53" | "10.0.0.2:7" => true,
        "10.0.0.7:5432" => is_known,
        _ => false,
    };
    let (mut is_known, mut reached) = (false, 0);
    for _ in 0..60 {
        let (tcp, udp) = (client.made("tcp"), client.made("udp"));
        let (mut streams, mut bound) = (Vec::new(), Vec::new());
        for _ in 0..12 {
            let address = addresses[dice.roll(addresses.len())];
            match dice.roll(7) {
                0 => _ = client.connect(tcp, address),
                1 => _ = client.bind("tcp", tcp, address),
                2 => _ = client.listen(tcp),
                3 => _ = client.bind("udp", udp, address),
                4 => {
                    let address = Some(address).filter(|_| dice.roll(2) == 0);
                    streams.extend(client.stream(udp, address).map(|(_, outgoing)| (outgoing, address.is_some())));
                }
                5 if dice.roll(8) == 0 => is_known |= client.look_up("db.internal") != DENIED,
                _ => {
                    let Some((stream, is_connected)) = streams.get(dice.roll(streams.len().max(1))).copied() else {
                        continue;
                    };
                    let to = Some(address).filter(|_| dice.roll(3) > 0);
                    client.send(stream, &[to]);
                    if to.is_none() {
                        let asked = client.asked();
                        assert_eq!(asked.len(), usize::from(is_connected), "{asked:?}");
                        continue;
                    }
                }
            }
            for asked in client.asked() {
                reached += 1;
                let words: Vec<&str> = asked.split(' ').collect();
                match words[..] {
                    ["connect" | "send", _, to] => assert!(may_connect(to, is_known), "{asked}"),
                    ["stream", "udp", to] => assert!(to == "nobody" || may_connect(to, is_known), "{asked}"),
                    ["bind", kind, at] => {
                        assert!(["127.0.0.1:8080", "0.0.0.0:0"].contains(&at), "{asked}");
                        bound.extend((kind == "tcp").then(|| at.to_owned()));
                    }
                    ["listen", "tcp"] => {
                        assert!(!bound.is_empty() && bound.iter().all(|at| at == "127.0.0.1:8080"), "{bound:?}")
                    }
                    ["lookup", "db.internal"] => {}
                    _ => panic!("{asked}"),
                }
            }
        }
    }
    assert!(reached > 50 && is_known, "{reached}");
}

#[test]
fn socket_rules_leave_nothing_behind() {
    let mut client = Client::new(RULES);
    let live = |client: &Client| client.host.lock().unwrap().handles.live;
    let before = live(&client);
    let (tcp, udp) = (client.made("tcp"), client.made("udp"));
    assert_eq!(client.connect(tcp, EVIL), DENIED);
    let (incoming, outgoing) = client.stream(udp, None).unwrap();
    client.look_up("evil.example");
    assert_eq!(live(&client) - before, 4);
    for (resource, handle) in [
        ("tcp-socket", tcp),
        ("incoming-datagram-stream", incoming),
        ("outgoing-datagram-stream", outgoing),
        ("udp-socket", udp),
    ] {
        let interface = if resource == "tcp-socket" { "tcp" } else { "udp" };
        client.puppet.call(&format!("sockets-{interface}/drop-{resource}"), &[Val::U32(handle)]).unwrap();
    }
    assert_eq!(live(&client), before);
}

/// The guest with sockets under rules.
fn probed(rules: &str) -> Probed {
    let grants = grants(rules);
    let mut all = vec!["clocks=allow"];
    all.extend(grants.iter().map(String::as_str));
    let output = virt(&guest("sockets"), &all);
    let own = imported_functions(&std::fs::read(guest("sockets")).unwrap());
    assert!(imported_functions(&output).iter().all(|function| own.contains(function)), "no import is added");
    Probed::new(&output)
}

fn ask(probed: &Probed, what: &str) -> String {
    let network = |wasi: &mut WasiCtxBuilder| {
        wasi.inherit_network().allow_tcp(true).allow_udp(true).allow_ip_name_lookup(true);
    };
    probed.ask_in_wasi(what, network).unwrap_or_else(|trap| panic!("{what}: {trap}"))
}

/// A server that answers each connection with its port and what it heard.
fn tcp_server() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, mut heard) = (stream.unwrap(), String::new());
            // Whoever connects twice ends the first.
            if stream.read_to_string(&mut heard).is_ok() {
                _ = stream.write_all(format!("{port} heard {heard}").as_bytes());
            }
        }
    });
    port
}

/// One that answers each datagram in the same way.
fn udp_server() -> u16 {
    let server = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = server.local_addr().unwrap().port();
    thread::spawn(move || {
        let mut buffer = [0; 1024];
        while let Ok((length, from)) = server.recv_from(&mut buffer) {
            let heard = String::from_utf8_lossy(&buffer[..length]);
            server.send_to(format!("{port} heard {heard}").as_bytes(), from).unwrap();
        }
    });
    port
}

/// A port at which nobody is.
fn free() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn socket_rules_hold_for_a_client_of_tcp_on_the_loopback() {
    let (first, second) = (tcp_server(), tcp_server());
    let client = probed(&format!("connect 127.0.0.1:{first} localhost:{second}"));
    assert_eq!(ask(&client, &format!("connect 127.0.0.1:{first} hello")), format!("{first} heard hello"));
    for refused in [
        format!("connect 127.0.0.1:{second} hello"),
        format!("connect 127.0.0.2:{first} hello"),
        format!("connect [::1]:{first} hello"),
        format!("connect 0.0.0.0:{first} hello"),
        format!("connect-from 127.0.0.1:{} 127.0.0.1:{first} hello", free()),
    ] {
        assert_eq!(ask(&client, &refused), "access-denied", "{refused}");
    }
    let from_any = format!("connect-from 0.0.0.0:0 127.0.0.1:{first} hello");
    assert_eq!(ask(&client, &from_any), format!("{first} heard hello"));
    let twice = ask(&client, &format!("connect-twice 127.0.0.1:{first} 127.0.0.1:{second} hello"));
    assert_eq!(twice, format!("access-denied {first} heard hello"));
    // An address is allowed by the name that was looked up, in the very component.
    assert_eq!(ask(&client, &format!("lookup-connect localhost {second} hello")), format!("{second} heard hello"));
    assert_eq!(ask(&client, "lookup localhost.evil.example"), "access-denied");
    assert!(ask(&client, "lookup localhost").contains("127.0.0.1"));
    assert_eq!(ask(&client, "listen-unbound 127.0.0.1:0"), "access-denied");
}

#[test]
fn socket_rules_hold_for_a_server_of_tcp_on_the_loopback() {
    let port = free();
    let server = probed(&format!("listen 127.0.0.1:{port}"));
    let refused = free();
    for at in
        [format!("127.0.0.1:{refused}"), format!("0.0.0.0:{port}"), "127.0.0.1:0".to_owned(), format!("[::1]:{port}")]
    {
        assert_eq!(ask(&server, &format!("serve {at}")), "access-denied", "{at}");
    }
    let asked = thread::spawn(move || {
        for _ in 0..200 {
            if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) {
                let mut heard = String::new();
                stream.write_all(b"hello").unwrap();
                stream.shutdown(std::net::Shutdown::Write).unwrap();
                stream.read_to_string(&mut heard).unwrap();
                return heard;
            }
            thread::sleep(Duration::from_millis(20));
        }
        "nobody listens".to_owned()
    });
    // What was accepted listens to nobody.
    assert_eq!(ask(&server, &format!("serve 127.0.0.1:{port}")), "heard hello true access-denied");
    assert_eq!(asked.join().unwrap(), "heard hello");
    assert_eq!(ask(&server, &format!("connect 127.0.0.1:{port} hello")), "access-denied");
}

#[test]
fn socket_rules_hold_for_datagrams_on_the_loopback() {
    let (first, second) = (udp_server(), udp_server());
    let client = probed(&format!("connect 127.0.0.1:{first}"));
    let to = |verb: &str, at: &str, port: u16| ask(&client, &format!("{verb} {at} 127.0.0.1:{port} hello"));
    for verb in ["send", "send-connected"] {
        assert_eq!(to(verb, "0.0.0.0:0", first), format!("{first} heard hello"));
        assert_eq!(to(verb, "0.0.0.0:0", second), "access-denied");
        assert_eq!(to(verb, &format!("0.0.0.0:{}", free()), first), "access-denied");
    }
    let after = ask(&client, &format!("send-after 0.0.0.0:0 127.0.0.1:{first} 127.0.0.1:{second} hello"));
    assert!(after.starts_with("invalid-argument access-denied "), "{after}");
    // A pair: one that listens and answers, and one that asks.
    let (port, other) = (free(), free());
    let server = probed(&format!("listen 127.0.0.1:{port}; connect 127.0.0.1:{other}"));
    let asked = thread::spawn(move || {
        let pair = probed(&format!("connect 127.0.0.1:{port}; listen 127.0.0.1:{other}"));
        thread::sleep(Duration::from_millis(300));
        ask(&pair, &format!("send 127.0.0.1:{other} 127.0.0.1:{port} hello"))
    });
    let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
    assert_eq!(ask(&server, &format!("answer 127.0.0.1:{port}")), "hello");
    assert_eq!(asked.join().unwrap(), "heard hello");
    // Anybody's datagrams are for who listens, and no others' for who does not.
    let receives = |probed: Probed, at: SocketAddr, from: UdpSocket| {
        let done = thread::spawn(move || {
            for _ in 0..15 {
                from.send_to(b"from anybody", at).unwrap();
                thread::sleep(Duration::from_millis(100));
            }
        });
        let received = ask(&probed, &format!("receive {at}"));
        done.join().unwrap();
        received
    };
    let at: SocketAddr = format!("127.0.0.1:{}", free()).parse().unwrap();
    let listens = probed(&format!("listen {at}"));
    assert_eq!(receives(listens, at, sender), "from anybody");
}

#[test]
fn socket_rules_are_grants_and_are_told() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    std::fs::copy(guest("sockets"), path.join("app.wasm")).unwrap();
    let manifest = "[composition]\nname = \"acme:ruled\"\nroot = \"app\"\noutput = \"out.wasm\"\nsnapshot = \"out.weld\"\n\n\
        [components]\napp = \"app.wasm\"\n\n[virtualize.app]\n\
        sockets = { connect = [\"10.0.0.0/8:443\", \"db.internal:5432\"], listen = [\"[::1]:8000-8010\"], lookup = [\"*.internal\"] }\n";
    std::fs::write(path.join("weld.toml"), manifest).unwrap();
    succeeds(weld(path).arg("build"));
    let said = "connect 10.0.0.0/8:443 db.internal:5432, listen [::1]:8000-8010, lookup *.internal";
    let snapshot = std::fs::read_to_string(path.join("out.weld")).unwrap();
    assert!(snapshot.contains(said), "{snapshot}");
    let inspected = succeeds(weld(path).args(["inspect", "out.wasm"])).stdout;
    let inspected = String::from_utf8(inspected).unwrap();
    assert!(inspected.contains(said), "{inspected}");
    let inspected = inspected.replace("\n│       ", " ").replace("\n        ", " ");
    assert!(inspected.contains(&format!("sockets (by its provenance: {said})")), "{inspected}");
    succeeds(weld(path).args(["verify", "out.wasm", "--manifest", "weld.toml"]));
    let open = manifest.lines().filter(|line| !line.starts_with("sockets =")).collect::<Vec<_>>().join("\n");
    for other in [
        manifest.replace("/8:443", "/9:443"),
        manifest.replace("8000", "8001"),
        manifest.replace("\"*.internal\"", ""),
        open.clone() + "\n",
        open + "\nsockets = \"allow\"\n",
    ] {
        std::fs::write(path.join("weld.toml"), &other).unwrap();
        let output = weld(path).args(["verify", "out.wasm", "--manifest", "weld.toml"]).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    }
    // Other rules are another file, for review.
    std::fs::write(path.join("weld.toml"), manifest.replace("/8:443", "/9:443").replace("out.w", "new.w")).unwrap();
    succeeds(weld(path).arg("build"));
    let output = weld(path).args(["diff", "out.weld", "new.weld"]).output().unwrap();
    let found = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(found.contains("10.0.0.0/9:443"), "{found}");
    std::fs::write(path.join("weld.toml"), manifest).unwrap();
    // A policy takes what is bound by rules as reached in full.
    for (policy, code) in [("default = \"allow\"\n[[rule]]\ndeny = [\"sockets\"]\n", 1), ("default = \"allow\"\n", 0)] {
        std::fs::write(path.join("policy.toml"), policy).unwrap();
        let output = weld(path).args(["check", "out.wasm", "--policy", "policy.toml"]).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stderr));
    }
    succeeds(weld(path).args(["split", "out.wasm", "-o", "parts"]));
    succeeds(weld(&path.join("parts")).arg("build"));
    let by_parts = std::fs::read_to_string(path.join("parts/weld.toml")).unwrap();
    assert!(by_parts.contains("listen = [\"[::1]:8000-8010\"]"), "{by_parts}");
}

#[test]
fn socket_rules_that_cannot_be_kept_are_errors() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    std::fs::copy(guest("sockets"), path.join("app.wasm")).unwrap();
    for (flags, said) in [
        (&["--grant=sockets.connect=[\"10.0.0.1\"]"][..], "it has no port"),
        (&["--grant=sockets.connect=[\"10.0.0.1/8:443\"]"], "write zeros in their place"),
        (&["--grant=sockets.listen=[\"localhost:80\"]"], "sockets listen at addresses"),
        (&["--grant=sockets={}"], "`sockets` sets nothing"),
        (
            &[
                "--grant=sockets.listen=[\"127.0.0.1:80\"]",
                "--grant=wasi:sockets/tcp#[method]tcp-socket.start-connect=allow",
            ],
            "it is allowed beside rules for sockets",
        ),
    ] {
        let found = fails(weld(path).args(["virt", "app.wasm", "-o", "out.wasm"]).args(flags));
        assert!(found.contains(said), "{flags:?}: {found}");
    }
    // Nobody judges the functions of WASI 0.3 yet, nor those of another type.
    let later =
        "(component (import \"wasi:sockets/types@0.3.0\" (instance (export \"tcp-socket\" (type $t (sub resource)))
        (export \"[method]tcp-socket.get-hop-limit\" (func (param \"self\" (borrow $t)) (result u8))))))";
    let other =
        "(component (import \"wasi:sockets/tcp@0.2.0\" (instance (export \"tcp-socket\" (type $t (sub resource)))
        (export \"[method]tcp-socket.start-listen\" (func (param \"self\" (borrow $t)) (result u8))))))";
    let named =
        "(component (import \"wasi:sockets/tcp@0.2.0\" (instance (export \"tcp-socket\" (type $t (sub resource)))
        (export \"[method]tcp-socket.start-anything\" (func (param \"self\" (borrow $t)))))))";
    for text in [later, other, named] {
        std::fs::write(path.join("other.wat"), text).unwrap();
        let found = fails(weld(path).args([
            "virt",
            "other.wat",
            "-o",
            "out.wasm",
            "--grant=sockets.listen=[\"127.0.0.1:80\"]",
        ]));
        assert!(
            found.contains("cannot be provided") || found.contains("of WASI 0.2, and nowhere else"),
            "{text}: {found}"
        );
    }
}
