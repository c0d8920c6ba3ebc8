//! Hosts: names, and addresses in each of the forms in which they are written.

extern crate alloc;

use alloc::vec::Vec;

/// A host, as it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Host {
    /// In lower case, without a dot at the end.
    Name(Vec<u8>),
    Address(Address),
    Number(Number),
}

/// An address. One of IPv6 to which one of IPv4 is mapped is that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Address {
    V4(u32),
    V6([u16; 8]),
}

/// An address of IPv4 in a form that not everybody takes for it: one that the URL standard knows and RFC 3986 does not (`127.1`,
/// `0x7f000001`), or one of IPv6 (`::127.0.0.1`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// The text, or the bytes of an address of IPv6.
    text: Vec<u8>,
    /// The addresses that readers take it for. Empty where the URL standard has it be none.
    readings: Vec<u32>,
}

/// Why a text is no host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoHost {
    /// It is no name and no address.
    Form,
    /// It has characters that are not ASCII, which readers convert in several ways.
    NotAscii,
}

impl Host {
    /// What a host is: RFC 3986, 3.2.2, and the URL standard, 3.5 "Host parsing". An address of IPv6 is in brackets.
    ///
    /// # Errors
    ///
    /// Why it is none.
    pub fn parse(text: &[u8]) -> Result<Host, NoHost> {
        if !text.is_ascii() {
            return Err(NoHost::NotAscii);
        }
        if let [b'[', address @ .., b']'] = text {
            let groups = v6(address).ok_or(NoHost::Form)?;
            return Ok(match compatible(groups) {
                Some(reading) => {
                    let text = groups.iter().flat_map(|group| group.to_be_bytes()).collect();
                    Host::Number(Number { text, readings: Vec::from([reading]) })
                }
                None => Host::Address(Address::v6(groups)),
            });
        }
        let text = text.strip_suffix(b".").unwrap_or(text);
        let is_label = |label: &[u8]| {
            let is_of_label = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-' || *byte == b'_';
            (1..=63).contains(&label.len()) && label.iter().all(is_of_label)
        };
        if text.len() > 253 || !text.split(|byte| *byte == b'.').all(is_label) {
            return Err(NoHost::Form);
        }
        let name: Vec<u8> = text.to_ascii_lowercase();
        // URL standard, 3.5, "ends in a number checker".
        let last = name.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
        let is_number = match last.strip_prefix(b"0x") {
            Some(digits) => digits.iter().all(u8::is_ascii_hexdigit),
            None => last.iter().all(u8::is_ascii_digit),
        };
        if !is_number {
            return Ok(Host::Name(name));
        }
        // Everybody reads four decimal numbers without zeros before them in the same way, and nothing else.
        Ok(match v4(&name) {
            Some(address) => Host::Address(Address::V4(address)),
            None => Host::Number(Number::of(name)),
        })
    }

    /// Whether two hosts are one for some reader.
    pub fn may_be(&self, other: &Host) -> bool {
        match (self, other) {
            (Host::Number(number), Host::Number(other)) => {
                number.text == other.text
                    || number.readings.is_empty()
                    || other.readings.is_empty()
                    || number.readings.iter().any(|reading| other.readings.contains(reading))
            }
            (Host::Number(number), Host::Address(Address::V4(address)))
            | (Host::Address(Address::V4(address)), Host::Number(number)) => {
                number.readings.is_empty() || number.readings.contains(address)
            }
            _ => self == other,
        }
    }
}

/// Whether a name is below another: `a.b` below `b`.
pub fn is_below(name: &[u8], other: &[u8]) -> bool {
    name.strip_suffix(other).and_then(|rest| rest.strip_suffix(b".")).is_some_and(|rest| !rest.is_empty())
}

impl Address {
    /// An address of IPv6, or the one of IPv4 that is mapped to it (RFC 4291, 2.5.5.2): that one is connected to.
    pub fn v6(address: [u16; 8]) -> Address {
        match address {
            [0, 0, 0, 0, 0, 0xffff, high, low] => Address::V4(u32::from(high) << 16 | u32::from(low)),
            address => Address::V6(address),
        }
    }
}

/// The address of IPv4 that one of IPv6 is "compatible" with (RFC 4291, 2.5.5.1). Such addresses are obsolete: one reader takes them for
/// that of IPv4, and another connects to them by IPv6.
fn compatible(address: [u16; 8]) -> Option<u32> {
    match address {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => None,
        [0, 0, 0, 0, 0, 0, high, low] => Some(u32::from(high) << 16 | u32::from(low)),
        _ => None,
    }
}

impl Number {
    /// Whether the URL standard has it be an address.
    pub fn is_address(&self) -> bool {
        !self.readings.is_empty()
    }

    fn of(text: Vec<u8>) -> Number {
        // URL standard, 3.5, "IPv4 parser". Some readers have no octal numbers.
        let readings = match number(&text, 8) {
            Some(address) => core::iter::once(address).chain(number(&text, 10)).collect(),
            None => Vec::new(),
        };
        Number { text, readings }
    }
}

/// An address of up to four numbers, the last of which has all bits that are left. `octal` is the base of those with a zero before them.
fn number(text: &[u8], octal: u64) -> Option<u32> {
    let parts = text.split(|byte| *byte == b'.');
    let count = u32::try_from(parts.clone().count()).ok().filter(|count| *count <= 4)?;
    let mut address: u64 = 0;
    for (index, part) in (1..).zip(parts) {
        let (digits, base) = match part {
            [b'0', b'x', digits @ ..] => (digits, 16),
            [b'0', digits @ ..] if !digits.is_empty() => (digits, octal),
            digits => (digits, 10),
        };
        let digit = |byte: u8| char::from(byte).to_digit(base as u32).map(u64::from);
        let value = digits.iter().try_fold(0u64, |value, byte| value.checked_mul(base)?.checked_add(digit(*byte)?))?;
        let bits = if index == count { 8 * (5 - count) } else { 8 };
        if value >= 1 << bits {
            return None;
        }
        address = address << bits | value;
    }
    u32::try_from(address).ok()
}

/// A number of at most eight digits.
pub fn digits(text: &[u8], radix: u32) -> Option<u32> {
    if !(1..=8).contains(&text.len()) {
        return None;
    }
    text.iter()
        .try_fold(0, |number: u32, byte| number.checked_mul(radix)?.checked_add(char::from(*byte).to_digit(radix)?))
}

/// A port, or 0.
pub fn port(text: &[u8]) -> Option<u16> {
    let port = digits(text, 10).filter(|_| text.len() <= 5)?;
    u16::try_from(port).ok()
}

/// An address of IPv4: RFC 3986, 3.2.2, which has no zeros before a number.
pub fn v4(text: &[u8]) -> Option<u32> {
    let (mut address, mut count) = (0, 0);
    for part in text.split(|byte| *byte == b'.') {
        let number = digits(part, 10).filter(|number| *number < 256 && (part.len() == 1 || !part.starts_with(b"0")))?;
        address = address << 8 | number;
        count += 1;
    }
    (count == 4).then_some(address)
}

/// An address of IPv6: RFC 4291, 2.2.
pub fn v6(text: &[u8]) -> Option<[u16; 8]> {
    let mut groups: Vec<u16> = Vec::new();
    // How many groups come before `::`.
    let mut gap = None;
    let mut rest = text;
    if let Some(after) = rest.strip_prefix(b"::") {
        (gap, rest) = (Some(0), after);
    }
    while !rest.is_empty() {
        let end = rest.iter().position(|byte| *byte == b':').unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        if part.contains(&b'.') {
            let address = v4(part).filter(|_| after.is_empty())?;
            groups.extend([(address >> 16) as u16, address as u16]);
            break;
        }
        groups.push(digits(part, 16).filter(|_| part.len() <= 4)? as u16);
        if groups.len() > 8 {
            return None;
        }
        rest = match after {
            [] => after,
            [b':', b':', after @ ..] if gap.is_none() => {
                gap = Some(groups.len());
                after
            }
            // A colon that nothing follows, or that another one does, is none between groups.
            [b':', after @ ..] if !after.is_empty() && !after.starts_with(b":") => after,
            _ => return None,
        };
    }
    let is_whole = groups.len() == 8;
    let at = if groups.len() < 8 { gap? } else { Some(8).filter(|_| is_whole && gap.is_none())? };
    let mut address = [0; 8];
    address.iter_mut().zip(groups.iter().take(at)).for_each(|(to, from)| *to = *from);
    address.iter_mut().rev().zip(groups.iter().skip(at).rev()).for_each(|(to, from)| *to = *from);
    Some(address)
}
