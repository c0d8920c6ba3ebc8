//! Rules for sockets: their grammar, and the decision whether they allow an address or the lookup of a name.
//!
//! A rule for an address is `ADDRESS[/BITS]:PORT`. An IPv6 address has brackets. A rule for a name is `NAME:PORT`. It
//! applies to the addresses that the host returned for that name. PORT is a number, a range `8000-8010`, or `*`. A rule
//! for a lookup is a name. A name may begin with `*.`, and then stands for any name below it.

extern crate alloc;

use alloc::vec::Vec;

use super::host::{Address, Host, NoHost, digits, is_below, port, v4, v6};

/// An address and a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Socket {
    pub address: Address,
    pub port: u16,
}

/// All rules of a component.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Rules {
    pub connect: Vec<Rule>,
    pub listen: Vec<Rule>,
    pub lookup: Vec<Names>,
}

/// A rule for addresses, or for those of names, with ports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    whom: Whom,
    first: u16,
    last: u16,
}

/// A pattern for names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Names {
    /// The name itself.
    One(Vec<u8>),
    /// Any name below the name.
    Below(Vec<u8>),
}

/// An allowed lookup of a name: the indices of the rules in [`Rules::connect`] that apply to the addresses of the name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lookup(Vec<usize>);

/// The addresses that the host returned for names, each with the index of a rule in [`Rules::connect`] that applies to
/// it.
#[derive(Debug, Default)]
pub struct Answers(Vec<(Address, usize)>);

/// An error in the text of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// The rule has no port.
    NoPort,
    /// The port is neither a number from 1 to 65535 nor a range of them nor `*`.
    Port,
    /// The first port of a range is larger than the last one.
    Range,
    /// The text after the slash is not a number, or is larger than the number of bits of the address.
    Bits,
    /// The address has bits set after its prefix.
    Behind,
    /// The text is neither an address nor a name.
    Form,
    /// The name has characters that are not ASCII.
    NotAscii,
    /// An IPv6 address has no brackets.
    Brackets,
    /// A rule for listening has a name in place of an address.
    Name,
    /// A rule for a lookup has an address in place of a name.
    Address,
    /// A rule for connecting has the unspecified address, to which no connection is possible.
    Nobody,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Whom {
    /// The addresses with a prefix: an address, and the number of its bits that count.
    Block(Address, u32),
    Names(Names),
}

/// The largest number of answers that are remembered.
const ANSWERS: usize = 1024;

impl Rules {
    /// Whether a socket may connect to an address, or send it a datagram.
    pub fn may_connect(&self, to: Socket, answers: &Answers) -> bool {
        let is_it = |(place, rule): (usize, &Rule)| match &rule.whom {
            Whom::Block(..) => rule.has(to),
            Whom::Names(_) => rule.has_port(to.port) && answers.0.contains(&(to.address, place)),
        };
        // Port 0 cannot be connected to.
        to.port != 0 && self.connect.iter().enumerate().any(is_it)
    }

    /// Whether a socket may listen at an address. With port 0, the host chooses the port.
    pub fn may_listen(&self, at: Socket) -> bool {
        self.listen.iter().any(|rule| rule.has(at))
    }

    /// Decides whether a socket may be bound to an address: `Some(true)` if it may also listen there, `Some(false)` if
    /// it may not, and `None` if it may not be bound. If there are rules for connecting, a socket may be bound to the
    /// unspecified address with port 0.
    pub fn may_bind(&self, at: Socket) -> Option<bool> {
        let is_any = at.port == 0 && matches!(at.address, Address::V4(0) | Address::V6([0, 0, 0, 0, 0, 0, 0, 0]));
        match self.may_listen(at) {
            true => Some(true),
            false => (is_any && !self.connect.is_empty()).then_some(false),
        }
    }

    /// Decides whether a name may be looked up. The result goes with its answers to [`Answers::add`]. An address in
    /// place of a name is its own answer, and may be looked up if a rule contains it.
    pub fn look_up(&self, name: &[u8]) -> Option<Lookup> {
        let name = match v6(name) {
            Some(address) => Host::Address(Address::v6(address)),
            None => Host::parse(name).ok()?,
        };
        match name {
            Host::Address(address) => {
                let mut rules = self.connect.iter().chain(&self.listen);
                rules.any(|rule| rule.has_address(address)).then(Lookup::default)
            }
            Host::Name(name) => {
                let is_one = |rule: &Rule| matches!(&rule.whom, Whom::Names(names) if names.has(&name));
                let rules = self.connect.iter().enumerate().filter(|(_, rule)| is_one(rule));
                let rules: Vec<usize> = rules.map(|(place, _)| place).collect();
                let is_allowed = !rules.is_empty() || self.lookup.iter().any(|names| names.has(&name));
                is_allowed.then_some(Lookup(rules))
            }
            // Resolvers interpret such a number in different ways.
            Host::Number(_) => None,
        }
    }
}

impl Answers {
    /// Creates an empty list of answers.
    pub const fn new() -> Self {
        Answers(Vec::new())
    }

    /// Adds an address that the host returned for an allowed lookup. At most [`ANSWERS`] are kept, and the oldest is
    /// removed first.
    pub fn add(&mut self, address: Address, lookup: &Lookup) {
        for place in &lookup.0 {
            if !self.0.contains(&(address, *place)) {
                if self.0.len() == ANSWERS {
                    self.0.remove(0);
                }
                self.0.push((address, *place));
            }
        }
    }
}

impl Rule {
    /// Reads a rule for connecting.
    ///
    /// # Errors
    ///
    /// The text is not such a rule.
    pub fn connect(text: &[u8]) -> Result<Rule, Wrong> {
        let (whom, ports) = split(text)?;
        let (first, last) = self::ports(ports, 1)?;
        let whom = match block(whom)? {
            // WASI, `wasi:sockets/tcp`, `start-connect`: the unspecified address is an invalid argument.
            Some((Address::V4(0), 32) | (Address::V6([0, 0, 0, 0, 0, 0, 0, 0]), 128)) => return Err(Wrong::Nobody),
            Some((address, bits)) => Whom::Block(address, bits),
            None => Whom::Names(Names::parse(whom).map_err(|wrong| match wrong {
                Wrong::Address => Wrong::Form,
                wrong => wrong,
            })?),
        };
        Ok(Rule { whom, first, last })
    }

    /// Reads a rule for listening.
    ///
    /// # Errors
    ///
    /// The text is not such a rule.
    pub fn listen(text: &[u8]) -> Result<Rule, Wrong> {
        let (whom, ports) = split(text)?;
        let (first, last) = self::ports(ports, 0)?;
        match block(whom)? {
            Some((address, bits)) => Ok(Rule { whom: Whom::Block(address, bits), first, last }),
            None => Err(match Names::parse(whom) {
                Ok(_) => Wrong::Name,
                Err(Wrong::Address) => Wrong::Form,
                Err(wrong) => wrong,
            }),
        }
    }

    fn has(&self, of: Socket) -> bool {
        self.has_port(of.port) && self.has_address(of.address)
    }

    fn has_port(&self, port: u16) -> bool {
        (self.first..=self.last).contains(&port)
    }

    fn has_address(&self, address: Address) -> bool {
        match self.whom {
            Whom::Block(block, bits) => prefix(block, bits) == prefix(address, bits),
            Whom::Names(_) => false,
        }
    }
}

impl Names {
    /// Reads a rule for lookups, or the name in a rule for connecting.
    ///
    /// # Errors
    ///
    /// The text is not a name, with or without `*.`.
    pub fn parse(text: &[u8]) -> Result<Names, Wrong> {
        let (name, is_below) = match text.strip_prefix(b"*.") {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        match Host::parse(name) {
            Ok(Host::Name(name)) => Ok(if is_below { Names::Below(name) } else { Names::One(name) }),
            Ok(_) => Err(Wrong::Address),
            Err(NoHost::NotAscii) => Err(Wrong::NotAscii),
            Err(NoHost::Form) => Err(if v6(name).is_some() { Wrong::Address } else { Wrong::Form }),
        }
    }

    fn has(&self, name: &[u8]) -> bool {
        match self {
            Names::One(one) => one == name,
            Names::Below(of) => is_below(name, of),
        }
    }
}

/// Splits a rule at its last colon.
fn split(text: &[u8]) -> Result<(&[u8], &[u8]), Wrong> {
    let is_bare = v6(text).is_some() || matches!(text, [b'[', .., b']']);
    let colon = text.iter().rposition(|byte| *byte == b':').filter(|_| !is_bare).ok_or(Wrong::NoPort)?;
    Ok((text.get(..colon).unwrap_or_default(), text.get(colon + 1..).unwrap_or_default()))
}

/// Reads an address and the number of bits of its prefix. `None` for a text in another form, which may be a name.
fn block(text: &[u8]) -> Result<Option<(Address, u32)>, Wrong> {
    let (address, bits) = match text.iter().position(|byte| *byte == b'/') {
        Some(at) => (text.get(..at).unwrap_or_default(), Some(text.get(at + 1..).unwrap_or_default())),
        None => (text, None),
    };
    let (address, all) = match address {
        [b'[', address @ .., b']'] => (v6(address).map(Address::V6).ok_or(Wrong::Form)?, 128),
        address if v6(address).is_some() => return Err(Wrong::Brackets),
        address => match v4(address) {
            Some(address) => (Address::V4(address), 32),
            None if bits.is_some() => return Err(Wrong::Form),
            None => return Ok(None),
        },
    };
    let bits = match bits {
        Some(bits) => digits(bits, 10).filter(|_| bits.len() <= 3).filter(|bits| *bits <= all).ok_or(Wrong::Bits)?,
        None => all,
    };
    if prefix(address, bits) != prefix(address, all) {
        return Err(Wrong::Behind);
    }
    Ok(Some(match address {
        // A prefix of IPv4-mapped addresses becomes a prefix of IPv4.
        Address::V6(groups) if bits >= 96 => match Address::v6(groups) {
            Address::V4(address) => (Address::V4(address), bits - 96),
            address => (address, bits),
        },
        address => (address, bits),
    }))
}

/// Returns whether an address is IPv6, and the address with all bits after its first `bits` set to zero.
fn prefix(address: Address, bits: u32) -> (bool, u128) {
    let (is_v6, value, all) = match address {
        Address::V4(address) => (false, u128::from(address), 32),
        Address::V6(groups) => (true, groups.iter().fold(0, |value, group| value << 16 | u128::from(*group)), 128),
    };
    let mask = u128::MAX.checked_shl(all - bits.min(all)).unwrap_or(0);
    (is_v6, value & mask)
}

/// Reads a port, a range of ports or `*`, and returns the first and the last port. `least` is the smallest allowed
/// number.
fn ports(text: &[u8], least: u16) -> Result<(u16, u16), Wrong> {
    let number = |text: &[u8]| port(text).filter(|port| *port >= least).ok_or(Wrong::Port);
    if text == b"*" {
        return Ok((0, u16::MAX));
    }
    match text.iter().position(|byte| *byte == b'-') {
        Some(at) => {
            let first = number(text.get(..at).unwrap_or_default())?;
            let last = number(text.get(at + 1..).unwrap_or_default())?;
            if first <= last { Ok((first, last)) } else { Err(Wrong::Range) }
        }
        None => number(text).map(|port| (port, port)),
    }
}
