//! Rules for sockets: their grammar, and whether they allow an address or the lookup of a name.
//!
//! A rule for an address is `ADDRESS[/BITS]:PORT`, with brackets around one of IPv6; a rule for a name is `NAME:PORT`, and is about the
//! addresses that the host answered for that name. PORT is a number, a range `8000-8010`, or `*`. A rule for a lookup is a name. Each name may
//! be `*.` and one, for any name below that.

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

/// Names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Names {
    /// This one.
    One(Vec<u8>),
    /// Those below it.
    Below(Vec<u8>),
}

/// What may be done with the answers for a name: the rules, by their places, that are about these.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lookup(Vec<usize>);

/// What the host answered for names, by the rules that are about these.
#[derive(Debug, Default)]
pub struct Answers(Vec<(Address, usize)>);

/// What is wrong with the text of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// There is no port.
    NoPort,
    /// The port is no number from 1 to 65535, no range of them, and no `*`.
    Port,
    /// A range of ports begins behind its end.
    Range,
    /// What follows the slash is no number of bits that the address has.
    Bits,
    /// The address has bits behind those that count.
    Behind,
    /// It is neither an address nor a name.
    Form,
    /// The name has characters that are not ASCII.
    NotAscii,
    /// It is an address of IPv6 without brackets.
    Brackets,
    /// It is a name, and nobody listens at one.
    Name,
    /// It is an address, and an address is not looked up.
    Address,
    /// Nobody is at that address.
    Nobody,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Whom {
    /// The addresses that begin with the same bits.
    Block(Address, u32),
    Names(Names),
}

/// How many answers are remembered.
const ANSWERS: usize = 1024;

impl Rules {
    /// Whether something may be connected to, or be sent a datagram.
    pub fn may_connect(&self, to: Socket, answers: &Answers) -> bool {
        let is_it = |(place, rule): (usize, &Rule)| match &rule.whom {
            Whom::Block(..) => rule.has(to),
            Whom::Names(_) => rule.has_port(to.port) && answers.0.contains(&(to.address, place)),
        };
        // Nobody is at port 0.
        to.port != 0 && self.connect.iter().enumerate().any(is_it)
    }

    /// Whether a socket may listen at an address. Port 0 is one that the host chooses.
    pub fn may_listen(&self, at: Socket) -> bool {
        self.listen.iter().any(|rule| rule.has(at))
    }

    /// Whether a socket may be bound to an address, and whether it may listen there. One that only connects may be bound to no address in
    /// particular.
    pub fn may_bind(&self, at: Socket) -> Option<bool> {
        let is_any = at.port == 0 && matches!(at.address, Address::V4(0) | Address::V6([0, 0, 0, 0, 0, 0, 0, 0]));
        match self.may_listen(at) {
            true => Some(true),
            false => (is_any && !self.connect.is_empty()).then_some(false),
        }
    }

    /// Whether a name may be looked up, and what its answers are for. An address that is written as a name is its own answer: it may be
    /// looked up where a rule is about it.
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
            // Resolvers read it in several ways.
            Host::Number(_) => None,
        }
    }
}

impl Answers {
    /// None yet.
    pub const fn new() -> Self {
        Answers(Vec::new())
    }

    /// Remembers an address that the host answered. Of too many the oldest is forgotten.
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
    /// What is wrong with it.
    pub fn connect(text: &[u8]) -> Result<Rule, Wrong> {
        let (whom, ports) = split(text)?;
        let (first, last) = self::ports(ports, 1)?;
        let whom = match block(whom)? {
            // WASI, `wasi:sockets/tcp`, `start-connect`: no address in particular is none to connect to.
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
    /// What is wrong with it.
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
    /// Reads a rule for names.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
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

/// What is before the last colon, and behind it.
fn split(text: &[u8]) -> Result<(&[u8], &[u8]), Wrong> {
    let is_bare = v6(text).is_some() || matches!(text, [b'[', .., b']']);
    let colon = text.iter().rposition(|byte| *byte == b':').filter(|_| !is_bare).ok_or(Wrong::NoPort)?;
    Ok((text.get(..colon).unwrap_or_default(), text.get(colon + 1..).unwrap_or_default()))
}

/// The addresses that a text names, if it is one of addresses.
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
        // A block of addresses that stand for those of IPv4 is one of those.
        Address::V6(groups) if bits >= 96 => match Address::v6(groups) {
            Address::V4(address) => (Address::V4(address), bits - 96),
            address => (address, bits),
        },
        address => (address, bits),
    }))
}

/// The first bits of an address, and whether it is one of IPv6.
fn prefix(address: Address, bits: u32) -> (bool, u128) {
    let (is_v6, value, all) = match address {
        Address::V4(address) => (false, u128::from(address), 32),
        Address::V6(groups) => (true, groups.iter().fold(0, |value, group| value << 16 | u128::from(*group)), 128),
    };
    let mask = u128::MAX.checked_shl(all - bits.min(all)).unwrap_or(0);
    (is_v6, value & mask)
}

/// The first and the last of some ports.
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
