//! Rules for HTTP requests: their grammar, and whether a request is one that they allow.
//!
//! A rule is `[METHODS ]SCHEME://HOST[:PORT][/PATH]`. What is compared is not text but what a client would do with it: RFC 3986 (URI),
//! RFC 9110 (HTTP), and the URL standard where browsers are stricter or read more than the RFCs. Of what two clients could understand
//! in two ways, nothing is allowed.

extern crate alloc;

use alloc::vec::Vec;

use super::host::{Host, NoHost, is_below, port};
use super::path::{decoded, glob, is_ambiguous, lax, resolved};

/// A request, as whoever makes it has said it.
#[derive(Debug, Clone, Copy)]
pub struct Request<'r> {
    /// The method, in the case in which it goes out.
    pub method: &'r [u8],
    /// The scheme. `None` leaves the choice to the host.
    pub scheme: Option<Scheme<'r>>,
    /// The authority: host and port.
    pub authority: Option<&'r [u8]>,
    /// Path and query. `None` is an empty path.
    pub path: Option<&'r [u8]>,
}

/// The scheme of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Scheme<'s> {
    Http,
    Https,
    Other(&'s [u8]),
}

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// No rule allows it.
    NoRule,
    /// A rule denies it.
    Denied,
    /// The method is no token (RFC 9110, 5.6.2).
    Method,
    /// The scheme is neither `http` nor `https`.
    Scheme,
    /// There is no authority.
    NoAuthority,
    /// The authority has user information, behind which the host could hide.
    Userinfo,
    /// The host is no name and no address.
    Host,
    /// The host has characters that are not ASCII, which clients convert in several ways.
    NotAscii,
    /// The host is an address written as a number, which clients read in several ways.
    Number,
    /// The port is no number between 1 and 65535.
    Port,
    /// The path is not absolute, or has characters that a path cannot have.
    Path,
}

/// A rule, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule<'r> {
    /// The methods, with commas. `None` for any.
    methods: Option<&'r [u8]>,
    is_https: bool,
    host: Pattern,
    port: Port,
    /// A glob over the path. `None` for any.
    path: Option<Vec<u8>>,
}

/// What is wrong with the text of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// Something before the scheme is no list of methods.
    Methods,
    /// There is no `http://` and no `https://`.
    Scheme,
    /// There is user information.
    Userinfo,
    /// The host is neither a name, nor `*.` and a name, nor an address.
    Host,
    /// The host has characters that are not ASCII.
    NotAscii,
    /// The port is no number between 1 and 65535, and no `*`.
    Port,
    /// The path has a query, a fragment, a `.` or `..` as a segment, or characters that no path has.
    Path,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Pattern {
    Host(Host),
    /// Names that end in a `.` and this, with something before that.
    Below(Vec<u8>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Port {
    Any,
    /// The scheme's own.
    Default,
    Number(u16),
}

/// A request that has one meaning.
struct Seen<'r> {
    method: &'r [u8],
    host: Host,
    port: Option<u16>,
    /// The path with `%XX` of unreserved characters decoded, without `.` and `..`.
    path: Vec<u8>,
    /// What the most lenient server takes the path for, without `.` and `..`, and with them.
    lax: [Vec<u8>; 2],
    /// Whether servers read the path in several ways.
    is_ambiguous: bool,
}

/// Whether rules allow a request: one of `allow`, and none of `deny`.
///
/// # Errors
///
/// Why they do not.
pub fn judge(allow: &[Rule<'_>], deny: &[Rule<'_>], request: &Request<'_>) -> Result<(), Reason> {
    let seen = Seen::of(request)?;
    let schemes: &[bool] = match request.scheme {
        Some(Scheme::Http) => &[false],
        Some(Scheme::Https) => &[true],
        Some(Scheme::Other(_)) => return Err(Reason::Scheme),
        // The host may choose either.
        None => &[false, true],
    };
    for is_https in schemes {
        if deny.iter().any(|rule| rule.may_match(&seen, *is_https)) {
            return Err(Reason::Denied);
        }
        if !allow.iter().any(|rule| rule.matches(&seen, *is_https)) {
            let is_number = matches!(seen.host, Host::Number(_));
            return Err(if is_number { Reason::Number } else { Reason::NoRule });
        }
    }
    Ok(())
}

impl<'r> Rule<'r> {
    /// Reads a rule.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn parse(text: &'r [u8]) -> Result<Rule<'r>, Wrong> {
        let (methods, url) = match text.iter().position(|byte| *byte == b' ') {
            Some(at) => (Some(text.get(..at).unwrap_or_default()), text.get(at + 1..).unwrap_or_default()),
            None => (None, text),
        };
        if methods.is_some_and(|methods| !methods.split(|byte| *byte == b',').all(is_token)) {
            return Err(Wrong::Methods);
        }
        let (is_https, rest) = match (url.strip_prefix(b"https://"), url.strip_prefix(b"http://")) {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => return Err(Wrong::Scheme),
        };
        let end = rest.iter().position(|byte| *byte == b'/').unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (host, port) = split(authority).map_err(Wrong::of)?;
        let host = match host.strip_prefix(b"*.") {
            Some(name) => match Host::parse(name).map_err(|no| Wrong::of(Reason::of(no)))? {
                Host::Name(name) => Pattern::Below(name),
                _ => return Err(Wrong::Host),
            },
            None => match Host::parse(host).map_err(|no| Wrong::of(Reason::of(no)))? {
                // No client takes it for a host.
                Host::Number(number) if !number.is_address() => return Err(Wrong::Host),
                host => Pattern::Host(host),
            },
        };
        let port = match port {
            None => Port::Default,
            Some(b"*") => Port::Any,
            Some(port) => Port::Number(self::port(port).filter(|port| *port != 0).ok_or(Wrong::Port)?),
        };
        let path = match path {
            [] => None,
            path => {
                let written = decoded(path).ok_or(Wrong::Path)?;
                if resolved(&written) != written {
                    return Err(Wrong::Path);
                }
                Some(written)
            }
        };
        Ok(Rule { methods, is_https, host, port, path })
    }

    /// Whether a request is surely one of the rule's.
    fn matches(&self, seen: &Seen<'_>, is_https: bool) -> bool {
        let has_path = |path: &[u8]| !seen.is_ambiguous && glob(path, &seen.path);
        let has_method = match self.methods {
            Some(methods) => methods.split(|byte| *byte == b',').any(|method| method == seen.method),
            // RFC 9110, 9.3.6: it asks for a tunnel, through which anything goes.
            None => !seen.method.eq_ignore_ascii_case(b"CONNECT"),
        };
        self.is_https == is_https
            && self.has_port(seen, is_https)
            && self.host.matches(&seen.host)
            && has_method
            && self.path.as_deref().is_none_or(has_path)
    }

    /// Whether a request may be one of the rule's, by what any client or server could make of it.
    fn may_match(&self, seen: &Seen<'_>, is_https: bool) -> bool {
        let has_method =
            |methods: &[u8]| methods.split(|byte| *byte == b',').any(|of| of.eq_ignore_ascii_case(seen.method));
        let has_path = |path: &[u8]| {
            let path = lax(path);
            seen.is_ambiguous || seen.lax.iter().any(|of| glob(&path, of))
        };
        self.is_https == is_https
            // Without a port it is about each.
            && (self.port == Port::Default || self.has_port(seen, is_https))
            && self.host.may_match(&seen.host)
            && self.methods.is_none_or(has_method)
            && self.path.as_deref().is_none_or(has_path)
    }

    /// Whether no request can be one of the rule's, as one that allows: each with such a path is read in several ways.
    pub fn is_void(&self) -> bool {
        self.path.as_deref().is_some_and(is_ambiguous)
    }

    /// Whether it denies all that another rule allows.
    pub fn denies_all(&self, allowed: &Rule<'_>) -> bool {
        let has_methods = |methods: &[u8]| {
            let is_one =
                |method: &[u8]| methods.split(|byte| *byte == b',').any(|own| own.eq_ignore_ascii_case(method));
            allowed.methods.is_some_and(|others| others.split(|byte| *byte == b',').all(is_one))
        };
        // What the other's `*` stands for is part of what this one's does.
        let has_paths = |path: &[u8]| allowed.path.as_deref().is_some_and(|other| glob(path, other));
        self.is_https == allowed.is_https
            && (matches!(self.port, Port::Any | Port::Default) || self.number() == allowed.number())
            && self.host.covers(&allowed.host)
            && self.methods.is_none_or(has_methods)
            && self.path.as_deref().is_none_or(has_paths)
    }

    /// Whether it may deny something of what another rule allows.
    pub fn may_deny(&self, allowed: &Rule<'_>) -> bool {
        let has_method = |methods: &[u8]| {
            let is_one =
                |method: &[u8]| methods.split(|byte| *byte == b',').any(|own| own.eq_ignore_ascii_case(method));
            allowed.methods.is_none_or(|others| others.split(|byte| *byte == b',').any(is_one))
        };
        self.is_https == allowed.is_https
            && (matches!(self.port, Port::Any | Port::Default)
                || allowed.port == Port::Any
                || self.number() == allowed.number())
            && self.host.meets(&allowed.host)
            && self.methods.is_none_or(has_method)
    }

    /// The one port that it is about. `None` for any.
    fn number(&self) -> Option<u16> {
        match self.port {
            Port::Any => None,
            Port::Default => Some(if self.is_https { 443 } else { 80 }),
            Port::Number(number) => Some(number),
        }
    }

    fn has_port(&self, seen: &Seen<'_>, is_https: bool) -> bool {
        let default = if is_https { 443 } else { 80 };
        let port = seen.port.unwrap_or(default);
        match self.port {
            Port::Any => true,
            Port::Default => port == default,
            Port::Number(number) => port == number,
        }
    }
}

impl Reason {
    fn of(no: NoHost) -> Reason {
        match no {
            NoHost::Form => Reason::Host,
            NoHost::NotAscii => Reason::NotAscii,
        }
    }
}

impl Wrong {
    fn of(reason: Reason) -> Wrong {
        match reason {
            Reason::Userinfo => Wrong::Userinfo,
            Reason::NotAscii => Wrong::NotAscii,
            Reason::Port => Wrong::Port,
            _ => Wrong::Host,
        }
    }
}

impl Pattern {
    fn matches(&self, host: &Host) -> bool {
        match (self, host) {
            (Pattern::Host(own), host) => own == host,
            (Pattern::Below(name), Host::Name(host)) => is_below(host, name),
            (Pattern::Below(_), _) => false,
        }
    }

    /// Whether a host may be one of it, by what any client could take it for.
    fn may_match(&self, host: &Host) -> bool {
        match self {
            Pattern::Host(own) => own.may_be(host),
            Pattern::Below(_) => self.matches(host),
        }
    }

    /// Whether all hosts of another pattern are of this one.
    fn covers(&self, other: &Pattern) -> bool {
        match (self, other) {
            (Pattern::Below(name), Pattern::Below(other)) => name == other || is_below(other, name),
            (_, Pattern::Host(host)) => self.matches(host),
            (Pattern::Host(_), Pattern::Below(_)) => false,
        }
    }

    /// Whether some host may be of both.
    fn meets(&self, other: &Pattern) -> bool {
        match (self, other) {
            (_, Pattern::Host(host)) => self.may_match(host),
            (Pattern::Host(host), Pattern::Below(_)) => other.may_match(host),
            (Pattern::Below(_), Pattern::Below(_)) => self.covers(other) || other.covers(self),
        }
    }
}

impl<'r> Seen<'r> {
    fn of(request: &Request<'r>) -> Result<Seen<'r>, Reason> {
        if !is_token(request.method) {
            return Err(Reason::Method);
        }
        let (host, port) = split(request.authority.ok_or(Reason::NoAuthority)?)?;
        let host = Host::parse(host).map_err(Reason::of)?;
        let port = match port {
            // RFC 3986, 3.2.3: an empty port is the scheme's own.
            None | Some([]) => None,
            Some(port) => Some(self::port(port).filter(|port| *port != 0).ok_or(Reason::Port)?),
        };
        let whole = request.path.unwrap_or_default();
        let end = whole.iter().position(|byte| *byte == b'?').unwrap_or(whole.len());
        let (path, query) = whole.split_at(end);
        // What is sent is one line, without a fragment.
        if query.iter().any(|byte| !byte.is_ascii_graphic() || *byte == b'#') {
            return Err(Reason::Path);
        }
        let path = if path.is_empty() { b"/" } else { path };
        // A path that begins with `//` names another authority where it is taken for a reference (RFC 3986, 4.2).
        if !path.starts_with(b"/") || path.starts_with(b"//") {
            return Err(Reason::Path);
        }
        let written = decoded(path).ok_or(Reason::Path)?;
        let path = resolved(&written);
        let (is_ambiguous, lax) = (is_ambiguous(&written), [lax(&path), lax(&written)]);
        Ok(Seen { method: request.method, host, port, path, lax, is_ambiguous })
    }
}

/// A token: RFC 9110, 5.6.2.
fn is_token(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte))
}

/// The host and the port of an authority. The host has brackets around an IPv6 address.
fn split(authority: &[u8]) -> Result<(&[u8], Option<&[u8]>), Reason> {
    if authority.contains(&b'@') {
        return Err(Reason::Userinfo);
    }
    // The colons of an IPv6 address are within brackets.
    let start = match authority {
        [b'[', ..] => authority.iter().position(|byte| *byte == b']').ok_or(Reason::Host)?,
        _ => 0,
    };
    let colon = authority.iter().skip(start).position(|byte| *byte == b':').map(|at| start + at);
    match colon {
        Some(at) => Ok((authority.get(..at).unwrap_or_default(), Some(authority.get(at + 1..).unwrap_or_default()))),
        None => Ok((authority, None)),
    }
}
