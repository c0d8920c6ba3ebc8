//! Explanations of invalid rules for requests and sockets, with corrections.

use crate::rules::{http, sockets};
use crate::text::Shown;

/// The correction of an invalid rule for requests.
pub(super) fn request_help(text: &str, wrong: http::Wrong) -> String {
    let word = text.to_ascii_lowercase();
    match wrong {
        http::Wrong::Scheme if ["no", "off", "none", "deny", "denied"].contains(&word.as_str()) => {
            "to deny all requests, write `--allow-http=false`, or `http = \"deny\"`".to_owned()
        }
        http::Wrong::Scheme if ["yes", "on", "all", "any", "allow", "allowed", "*"].contains(&word.as_str()) => {
            "to allow all requests, write `--allow-http`, or `http = \"allow\"`".to_owned()
        }
        http::Wrong::Scheme
            if !text.contains("//") && http::Rule::parse(format!("https://{text}").as_bytes()).is_ok() =>
        {
            format!("a rule names its scheme: `https://{}`", Shown(text))
        }
        wrong => request(wrong).1.to_owned(),
    }
}

/// The fault of a rule for requests, and the advice.
pub(super) fn request(wrong: http::Wrong) -> (&'static str, &'static str) {
    match wrong {
        http::Wrong::Methods => (
            "what comes before the scheme is no list of methods",
            "write methods with commas and without spaces: `GET,HEAD https://api.example.com`",
        ),
        http::Wrong::Scheme => (
            "its scheme is neither `https` nor `http`",
            "a rule is `[METHODS ]SCHEME://HOST[:PORT][/PATH]`: `https://api.example.com`",
        ),
        http::Wrong::Userinfo => {
            ("it has user information", "leave out what is before the `@`: no request may have any")
        }
        http::Wrong::Host => (
            "its host is neither a name nor an address",
            "a host is `api.example.com`, `*.example.com` for any name below that, `127.0.0.1` or `[::1]`",
        ),
        http::Wrong::NotAscii => {
            ("its host is not ASCII", "write the host as clients send it, each such label with its `xn--` in front")
        }
        http::Wrong::Port => {
            ("its port is no number from 1 to 65535", "leave it out for the port of the scheme, or write `*` for any")
        }
        http::Wrong::Path => (
            "its path is none that a request could have",
            "a path has no query and no fragment, no `.` or `..` as a part, and encodes what is not ASCII as `%XX`; `*` is any text",
        ),
    }
}

/// The fault of a rule for sockets, and the advice.
pub(super) fn socket(key: &str, wrong: sockets::Wrong) -> (&'static str, &'static str) {
    use sockets::Wrong;
    match wrong {
        Wrong::Form if key == "lookup" => {
            ("it is no name", "write `db.internal`, or `*.internal` for any name below that")
        }
        Wrong::Form if key == "listen" => {
            ("it begins with no address", "write `127.0.0.1:8080`, `[::1]:8080` or `10.0.0.0/8:*`")
        }
        Wrong::Form => (
            "it begins with neither an address nor a name",
            "write `10.0.0.0/8:443`, `[2001:db8::]/32:*`, `db.internal:5432`, or `*.internal:443` for any name below that",
        ),
        Wrong::NoPort => (
            "it has no port",
            "write one after a colon: `10.0.0.1:443`, `[2001:db8::1]:8000-8010`, `db.internal:*` for any",
        ),
        Wrong::Port => {
            ("its port is no number from 1 to 65535", "write a number, a range such as `8000-8010`, or `*` for any")
        }
        Wrong::Range => ("its range of ports ends before it begins", "write the smaller number first: `8000-8010`"),
        Wrong::Bits => (
            "what follows the slash is no number of bits",
            "an address of IPv4 has up to 32, one of IPv6 up to 128: `10.0.0.0/8:443`",
        ),
        Wrong::Behind => (
            "its address has bits after those that count",
            "write zeros in their place: `10.0.0.0/8:443`; or leave `/` and the number out, for this one address",
        ),
        Wrong::NotAscii => {
            ("its name is not ASCII", "write the name as it is looked up, each such label with its `xn--` in front")
        }
        Wrong::Brackets => ("its address has no brackets", "write it in brackets: `[2001:db8::1]:443`"),
        Wrong::Name => (
            "it is a name, and sockets listen at addresses",
            "write the address: `127.0.0.1:8080`; `0.0.0.0:8080` and `[::]:8080` are all that the host has",
        ),
        Wrong::Address => (
            "it is an address, which is not looked up",
            "leave it out: an address that is looked up is its own answer, where a rule of `connect` or `listen` is about it",
        ),
        Wrong::Nobody => ("nobody is at that address", "all addresses are `0.0.0.0/0` and `[::]/0`"),
    }
}
