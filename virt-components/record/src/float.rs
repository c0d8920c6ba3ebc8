//! Prints floats as the shortest decimal numbers that parse to the same float.
//!
//! Burger and Dybvig, "Printing Floating-Point Numbers Quickly and Accurately", 1996, "free-format": the number, and
//! the distances to the middles between it and its neighbours, are fractions with a common denominator, from which the
//! digits are computed.

use alloc::vec::Vec;

/// A natural number of up to 1,280 bits. The largest values, 2^1024 times eight and 10^324 times 2^55, fit.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Natural([u32; 40]);

impl Natural {
    fn new(number: u64) -> Self {
        let mut words = [0; 40];
        for (place, word) in words.iter_mut().zip([number as u32, (number >> 32) as u32]) {
            *place = word;
        }
        Natural(words)
    }

    fn times(&mut self, factor: u32) {
        let mut carry = 0;
        for word in &mut self.0 {
            let product = u64::from(*word) * u64::from(factor) + carry;
            (*word, carry) = (product as u32, product >> 32);
        }
    }

    fn doubled(mut self, times: u32) -> Self {
        for _ in 0..times {
            self.times(2);
        }
        self
    }

    fn plus(mut self, other: &Self) -> Self {
        let mut carry = 0;
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            let sum = u64::from(*word) + u64::from(*other) + carry;
            (*word, carry) = (sum as u32, sum >> 32);
        }
        self
    }

    fn subtract(&mut self, other: &Self) {
        let mut borrow = false;
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            let (difference, first) = word.overflowing_sub(*other);
            let (difference, second) = difference.overflowing_sub(borrow.into());
            (*word, borrow) = (difference, first | second);
        }
    }

    fn is_less(&self, other: &Self) -> bool {
        let mut words = self.0.iter().rev().zip(other.0.iter().rev());
        words.find(|(a, b)| a != b).is_some_and(|(a, b)| a < b)
    }
}

/// Prints a float of 32 bits.
pub fn single(bits: u32, out: &mut Vec<u8>) {
    let fraction = u64::from(bits & 0x7f_ffff);
    print(bits >> 31 != 0, fraction, bits >> 23 & 0xff, 23, out);
}

/// Prints a float of 64 bits.
pub fn double(bits: u64, out: &mut Vec<u8>) {
    print(bits >> 63 != 0, bits & ((1 << 52) - 1), (bits >> 52) as u32 & 0x7ff, 52, out);
}

/// Prints a float of a sign, a fraction of a number of bits, and a biased exponent.
fn print(is_negative: bool, fraction: u64, exponent: u32, bits: u32, out: &mut Vec<u8>) {
    let (most, bias) = if bits == 23 { (0xff, 127) } else { (0x7ff, 1023) };
    if exponent == most && fraction != 0 {
        return out.extend_from_slice(b"nan");
    }
    if is_negative {
        out.push(b'-');
    }
    match (exponent, fraction) {
        (exponent, _) if exponent == most => out.extend_from_slice(b"inf"),
        (0, 0) => out.push(b'0'),
        (0, _) => place(digits(fraction, 1 - bias - bits as i32, false), out),
        _ => {
            let is_power = fraction == 0 && exponent > 1;
            place(digits(fraction | 1 << bits, exponent as i32 - bias - bits as i32, is_power), out);
        }
    }
}

/// The digits of a number times a power of two, and the power of ten before the first digit. Below a power of two, the
/// neighbour is nearer.
fn digits(number: u64, power: i32, is_power: bool) -> (Vec<u8>, i32) {
    let (up, down) = (power.max(0).unsigned_abs(), power.min(0).unsigned_abs());
    let more = u32::from(is_power);
    let mut rest = Natural::new(number).doubled(up + 1 + more);
    let mut whole = Natural::new(1).doubled(down + 1 + more);
    let mut above = Natural::new(1).doubled(up + more);
    let mut below = Natural::new(1).doubled(up);
    // A middle parses to the even one of both neighbours.
    let is_even = number & 1 == 0;
    let is_above = |rest: &Natural, above: &Natural, whole: &Natural| {
        let sum = rest.plus(above);
        !sum.is_less(whole) && (is_even || sum != *whole)
    };
    let mut exponent = 0;
    while is_above(&rest, &above, &whole) {
        whole.times(10);
        exponent += 1;
    }
    loop {
        let (mut next, mut next_above) = (rest, above);
        next.times(10);
        next_above.times(10);
        if is_above(&next, &next_above, &whole) {
            break;
        }
        (rest, above) = (next, next_above);
        below.times(10);
        exponent -= 1;
    }
    let mut digits = Vec::new();
    loop {
        for number in [&mut rest, &mut above, &mut below] {
            number.times(10);
        }
        let mut digit = 0;
        while !rest.is_less(&whole) {
            rest.subtract(&whole);
            digit += 1;
        }
        let ends_low = rest.is_less(&below) || (is_even && rest == below);
        let ends_high = is_above(&rest, &above, &whole);
        let is_up = ends_high && (!ends_low || !rest.plus(&rest).is_less(&whole));
        digits.push(b'0' + digit + u8::from(is_up));
        if ends_low || ends_high {
            return (digits, exponent);
        }
    }
}

/// Prints digits with a point or an exponent.
fn place((digits, exponent): (Vec<u8>, i32), out: &mut Vec<u8>) {
    let count = digits.len() as i32;
    match exponent {
        -5..=0 => {
            out.extend_from_slice(b"0.");
            out.extend((exponent..0).map(|_| b'0'));
            out.extend_from_slice(&digits);
        }
        1..=21 => {
            let whole = digits.iter().copied().chain((count..exponent).map(|_| b'0'));
            out.extend(whole.take(exponent as usize));
            if count > exponent {
                out.push(b'.');
                out.extend(digits.iter().skip(exponent as usize));
            }
        }
        _ => {
            let (first, rest) = digits.split_first().unwrap_or((&b'0', &[]));
            out.push(*first);
            if !rest.is_empty() {
                out.push(b'.');
                out.extend_from_slice(rest);
            }
            out.push(b'e');
            if exponent < 1 {
                out.push(b'-');
            }
            crate::text::decimal(out, u64::from((exponent - 1).unsigned_abs()));
        }
    }
}
