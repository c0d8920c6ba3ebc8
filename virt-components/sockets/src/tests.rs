use super::rule::Wrong;
use super::table::{Row, TABLE};
use super::*;

extern crate std;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::string::String;
use std::vec::Vec;
use std::{format, println};

/// Makes a socket address from parts, as the adapter gets it from the component.
fn address(address: IpAddr) -> Address {
    match address {
        IpAddr::V4(address) => Address::V4(u32::from(address)),
        IpAddr::V6(address) => Address::v6(address.segments()),
    }
}

fn socket(text: &str) -> Socket {
    let socket: SocketAddr = text.parse().unwrap();
    Socket { address: address(socket.ip()), port: socket.port() }
}

fn rules(text: &str) -> Rules {
    let mut rules = Rules::default();
    for clause in text.split(';').filter(|clause| !clause.is_empty()) {
        let mut words = clause.split_whitespace();
        let verb = words.next().unwrap();
        let words = words.map(str::as_bytes);
        match verb {
            "connect" => rules.connect = words.map(|text| Rule::connect(text).unwrap()).collect(),
            "listen" => rules.listen = words.map(|text| Rule::listen(text).unwrap()).collect(),
            "lookup" => rules.lookup = words.map(|text| Names::parse(text).unwrap()).collect(),
            other => panic!("{other}"),
        }
    }
    rules
}

fn verdict(row: &Row) -> &'static str {
    let (rules, mut answers) = (rules(row.rules), Answers::new());
    for answer in row.answered.split(',').filter(|answer| !answer.is_empty()) {
        let (name, found) = answer.split_once(' ').unwrap();
        answers.add(address(found.parse().unwrap()), &rules.look_up(name.as_bytes()).unwrap());
    }
    let (verb, what) = row.asked.split_once(' ').unwrap();
    let said = |is_allowed| if is_allowed { "yes" } else { "no" };
    match verb {
        "connect" => said(rules.may_connect(socket(what), &answers)),
        "listen" => said(rules.may_listen(socket(what))),
        "lookup" => said(rules.look_up(what.as_bytes()).is_some()),
        "bind" => match rules.may_bind(socket(what)) {
            Some(false) => "bound",
            may => said(may.is_some()),
        },
        other => panic!("{other}"),
    }
}

#[test]
fn addresses_and_names_are_judged_as_the_table_says() {
    assert!(TABLE.len() >= 60);
    let mut wrong = 0;
    for row in TABLE {
        let found = verdict(row);
        if found != row.verdict {
            println!("{:?} {:?} {:?}: {found}, not {} ({})", row.rules, row.answered, row.asked, row.verdict, row.why);
            wrong += 1;
        }
    }
    assert_eq!(wrong, 0, "of {}", TABLE.len());
}

#[test]
fn rules_that_mean_nothing_are_refused() {
    for (text, connect, listen) in [
        ("", Wrong::NoPort, Wrong::NoPort),
        ("10.0.0.1", Wrong::NoPort, Wrong::NoPort),
        ("10.0.0.1:", Wrong::Port, Wrong::Port),
        ("10.0.0.1:65536", Wrong::Port, Wrong::Port),
        ("10.0.0.1:80,81", Wrong::Port, Wrong::Port),
        ("10.0.0.1:81-80", Wrong::Range, Wrong::Range),
        ("10.0.0.1:80-", Wrong::Port, Wrong::Port),
        ("10.0.0.1/33:80", Wrong::Bits, Wrong::Bits),
        ("10.0.0.0/:80", Wrong::Bits, Wrong::Bits),
        ("10.0.0.0/8/8:80", Wrong::Bits, Wrong::Bits),
        ("10.0.0.1/8:80", Wrong::Behind, Wrong::Behind),
        ("[2001:db8::1]/32:80", Wrong::Behind, Wrong::Behind),
        ("[2001:db8::]/129:80", Wrong::Bits, Wrong::Bits),
        ("[2001:db8::]:x", Wrong::Port, Wrong::Port),
        ("[2001:db8::]", Wrong::NoPort, Wrong::NoPort),
        ("::1", Wrong::NoPort, Wrong::NoPort),
        ("1:2:3:4:5:6:7:8:80", Wrong::Brackets, Wrong::Brackets),
        ("2001:db8::/32:80", Wrong::Brackets, Wrong::Brackets),
        ("[2001:db8:::1]:80", Wrong::Form, Wrong::Form),
        ("[10.0.0.1]:80", Wrong::Form, Wrong::Form),
        ("127.1:80", Wrong::Form, Wrong::Form),
        ("2130706433:80", Wrong::Form, Wrong::Form),
        ("256.0.0.1:80", Wrong::Form, Wrong::Form),
        ("*:80", Wrong::Form, Wrong::Form),
        ("*.*.example:80", Wrong::Form, Wrong::Form),
        ("a.example/8:80", Wrong::Form, Wrong::Form),
        ("https://a.example:443", Wrong::Form, Wrong::Form),
        ("münchen.example:80", Wrong::NotAscii, Wrong::NotAscii),
    ] {
        let found = (Rule::connect(text.as_bytes()).err(), Rule::listen(text.as_bytes()).err());
        assert_eq!(found, (Some(connect), Some(listen)), "{text:?}");
    }
    assert_eq!(Rule::connect(b"10.0.0.1:0").err(), Some(Wrong::Port));
    assert_eq!(Rule::connect(b"0.0.0.0:80").err(), Some(Wrong::Nobody));
    assert_eq!(Rule::connect(b"[::]:80").err(), Some(Wrong::Nobody));
    assert_eq!(Rule::listen(b"a.example:80").err(), Some(Wrong::Name));
    for (text, wrong) in [
        ("", Wrong::Form),
        ("10.0.0.1", Wrong::Address),
        ("127.1", Wrong::Address),
        ("[::1]", Wrong::Address),
        ("::1", Wrong::Address),
        ("*", Wrong::Form),
        ("a.example:80", Wrong::Form),
        ("münchen.example", Wrong::NotAscii),
    ] {
        assert_eq!(Names::parse(text.as_bytes()).err(), Some(wrong), "{text:?}");
    }
}

/// Compares blocks with a computation on the numbers of the standard library's addresses, for all lengths of prefixes.
#[test]
fn blocks_have_the_addresses_with_the_same_first_bits() {
    let port = 80;
    for bits in 0..=32 {
        let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
        let base = 0xac1f_90a5 & mask;
        let Ok(rule) = Rule::connect(format!("{}/{bits}:80", Ipv4Addr::from(base)).as_bytes()) else {
            panic!("{bits}")
        };
        let rules = Rules { connect: [rule].into(), ..Rules::default() };
        for other in (0..32).map(|bit| base ^ 1 << bit).chain([base]) {
            let to = Socket { address: Address::V4(other), port };
            assert_eq!(rules.may_connect(to, &Answers::new()), other & mask == base, "{bits} {other:x}");
        }
    }
    for bits in 0..=128 {
        let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
        let base = 0x2001_0db8_85a3_9999_8a2e_0370_7334_f00f & mask;
        let Ok(rule) = Rule::connect(format!("[{}]/{bits}:80", Ipv6Addr::from(base)).as_bytes()) else {
            panic!("{bits}")
        };
        let rules = Rules { connect: [rule].into(), ..Rules::default() };
        for other in (0..128).map(|bit| base ^ 1 << bit).chain([base]) {
            let address = address(IpAddr::V6(Ipv6Addr::from(other)));
            let is_of_v4 = matches!(address, Address::V4(_));
            let to = Socket { address, port };
            assert_eq!(rules.may_connect(to, &Answers::new()), other & mask == base && !is_of_v4, "{bits} {other:x}");
        }
    }
}

#[test]
fn answers_are_bounded() {
    let rules = rules("connect *.example:80");
    let (lookup, mut answers) = (rules.look_up(b"a.example").unwrap(), Answers::new());
    let at = |number| Socket { address: Address::V4(number), port: 80 };
    for number in 1..=1025 {
        answers.add(Address::V4(number), &lookup);
        answers.add(Address::V4(number), &lookup);
    }
    let known: Vec<String> =
        (1..=1026).filter(|it| rules.may_connect(at(*it), &answers)).map(|it| format!("{it}")).collect();
    assert_eq!((known.len(), known[0].as_str()), (1024, "2"), "the oldest is forgotten");
}
