//! Buckets of keys and values in memory, as the drafts of `wasi:keyvalue` have them.
//!
//! All that is kept counts: of a key its bytes, those of its value, and [`COST`]; of a bucket its name, and as much; and likewise of
//! what else lives on.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

use abi::settings::KeyValue;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::ops::Bound::{Excluded, Unbounded};
use io::Table;

/// What a key takes beside its bytes and those of its value.
pub const COST: u64 = 64;

/// How many keys are listed at once, and how many bytes these may have; there is always one.
pub const PAGE: usize = 1024;
const BYTES: usize = 1 << 16;

/// How many cursors that are numbers are remembered.
pub const CURSORS: usize = 256;

/// Why something cannot be done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Error {
    /// There is no memory left.
    Full,
    /// A value that is to be incremented is no number.
    NoNumber,
    /// The number would be too large or too small.
    Overflow,
    /// A cursor that is not known, or not any more.
    NoCursor,
}

impl Error {
    /// What the component is told. Every adapter with a provider has the data of all: a table of texts would be larger.
    pub fn text(self) -> &'static [u8] {
        const TEXTS: &[u8] =
            b"the store is full;the value is no number;the number is out of range;the cursor is not known";
        TEXTS.split(|byte| *byte == b';').nth(self as usize).unwrap_or_default()
    }
}

/// A result with such an error.
pub type Result<T> = core::result::Result<T, Error>;

struct Entry {
    value: Vec<u8>,
    /// The number of the write that it is from.
    version: u64,
}

type Entries = BTreeMap<Vec<u8>, Entry>;

struct Bucket {
    name: Vec<u8>,
    entries: Entries,
}

/// A compare-and-swap operation.
struct Cas {
    bucket: u32,
    key: Vec<u8>,
    /// The version that the key had, if it was there.
    version: Option<u64>,
}

/// What a swap comes to that takes place for a key that has not changed.
#[derive(Debug, PartialEq)]
pub enum Swap {
    /// The value is the new one.
    Done,
    /// The key has changed. The number is that of the operation, which goes on with what the key is now.
    Changed(u32),
}

/// All buckets. Those are numbered that were opened, in that order.
pub struct Store {
    buckets: Vec<Bucket>,
    cas: Table<Cas>,
    /// Where lists were left off that go on with a number: the bucket and the last key. The first one is that of the number
    /// [`Store::first`].
    cursors: Vec<(u32, Vec<u8>)>,
    first: u64,
    /// How many writes there were.
    writes: u64,
    /// How many bytes are left.
    left: u64,
}

impl Store {
    /// The store that settings describe.
    pub fn new(settings: &KeyValue) -> Result<Store> {
        let (buckets, cas, cursors) = (Vec::new(), Table::new(), Vec::new());
        let mut store = Store { buckets, cas, cursors, first: 1, writes: 0, left: settings.memory };
        for bucket in settings.buckets.slice() {
            let number = store.open(bucket.name.bytes())?;
            for entry in bucket.set.slice() {
                store.set(number, entry.name.bytes(), entry.value.bytes())?;
            }
        }
        Ok(store)
    }

    /// The number of the bucket of a name. There is one of any name.
    pub fn open(&mut self, name: &[u8]) -> Result<u32> {
        let known = self.buckets.iter().position(|bucket| bucket.name == name);
        let number = known.unwrap_or(self.buckets.len()) as u32;
        if known.is_none() {
            let left = take(self.left, cost(name, &[]))?;
            self.buckets.push(Bucket { name: name.to_vec(), entries: Entries::new() });
            self.left = left;
        }
        Ok(number)
    }

    /// Whether there is a bucket of a number.
    pub fn has(&self, bucket: u32) -> bool {
        (bucket as usize) < self.buckets.len()
    }

    fn entries(&self, bucket: u32) -> Option<&Entries> {
        self.buckets.get(bucket as usize).map(|bucket| &bucket.entries)
    }

    /// The key as it is kept, with its value.
    pub fn get(&self, bucket: u32, key: &[u8]) -> Option<(&[u8], &[u8])> {
        let (key, entry) = self.entries(bucket)?.get_key_value(key)?;
        Some((key, &entry.value))
    }

    /// Sets the value of a key. Where there is no room for it, all stays as it was.
    pub fn set(&mut self, bucket: u32, key: &[u8], value: &[u8]) -> Result<()> {
        let Some(Bucket { entries, .. }) = self.buckets.get_mut(bucket as usize) else { return Ok(()) };
        let known = entries.get_mut(key);
        let freed = known.as_ref().map_or(0, |entry| cost(key, &entry.value));
        let left = take(self.left + freed, cost(key, value))?;
        let version = self.writes + 1;
        let new = Entry { value: value.to_vec(), version };
        match known {
            Some(entry) => *entry = new,
            None => _ = entries.insert(key.to_vec(), new),
        }
        (self.left, self.writes) = (left, version);
        Ok(())
    }

    /// Removes a key, if it is there.
    pub fn delete(&mut self, bucket: u32, key: &[u8]) {
        let Some(Bucket { entries, .. }) = self.buckets.get_mut(bucket as usize) else { return };
        if let Some(entry) = entries.remove(key) {
            self.left += cost(key, &entry.value);
        }
    }

    /// Adds to a number, which is kept in decimal notation; a key that is not there is zero.
    pub fn increment<N: Number>(&mut self, bucket: u32, key: &[u8], delta: N) -> Result<N> {
        let known = match self.get(bucket, key) {
            Some((_, value)) => {
                read(value).and_then(|(is_negative, magnitude)| N::of(is_negative, magnitude)).ok_or(Error::NoNumber)?
            }
            None => N::ZERO,
        };
        let number = known.plus(delta).ok_or(Error::Overflow)?;
        let (is_negative, magnitude) = number.parts();
        let mut digits = [b'-'; 21];
        let mut at = digits.len();
        let mut rest = magnitude;
        loop {
            at -= 1;
            if let Some(digit) = digits.get_mut(at) {
                *digit = b'0' + (rest % 10) as u8;
            }
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        at -= usize::from(is_negative);
        self.set(bucket, key, digits.get(at..).unwrap_or_default())?;
        Ok(number)
    }

    /// The keys after one, or from the first on, in the order of their bytes; and whether there are more.
    pub fn keys(&self, bucket: u32, after: Option<&[u8]>, mut give: impl FnMut(&[u8])) -> bool {
        let Some(entries) = self.entries(bucket) else { return false };
        let start = after.map_or(Unbounded, Excluded);
        let (mut count, mut bytes) = (0, 0);
        for (key, _) in entries.range::<[u8], _>((start, Unbounded)) {
            if count == PAGE || (count > 0 && bytes + key.len() > BYTES) {
                return true;
            }
            (count, bytes) = (count + 1, bytes + key.len());
            give(key);
        }
        false
    }

    /// The number of the cursor that goes on after a key.
    pub fn cursor(&mut self, bucket: u32, key: &[u8]) -> Result<u64> {
        let is_it = |(of, last): &(u32, Vec<u8>)| *of == bucket && last == key;
        let at = match self.cursors.iter().position(is_it) {
            Some(at) => at,
            None => {
                // The oldest make room.
                while self.cursors.len() == CURSORS
                    || (take(self.left, cost(key, &[])).is_err() && !self.cursors.is_empty())
                {
                    let (_, key) = self.cursors.remove(0);
                    self.left += cost(&key, &[]);
                    self.first += 1;
                }
                let left = take(self.left, cost(key, &[]))?;
                self.cursors.push((bucket, key.to_vec()));
                self.left = left;
                self.cursors.len() - 1
            }
        };
        Ok(self.first + at as u64)
    }

    /// The key after which the cursor of a number goes on; none for zero, which begins.
    pub fn after(&self, bucket: u32, cursor: u64) -> Result<Option<&[u8]>> {
        if cursor == 0 {
            return Ok(None);
        }
        let at = cursor.checked_sub(self.first).and_then(|at| usize::try_from(at).ok());
        match at.and_then(|at| self.cursors.get(at)) {
            Some((of, key)) if *of == bucket => Ok(Some(key)),
            _ => Err(Error::NoCursor),
        }
    }

    fn version(&self, bucket: u32, key: &[u8]) -> Option<u64> {
        self.entries(bucket)?.get(key).map(|entry| entry.version)
    }

    /// Begins a compare-and-swap operation. Gives its number.
    pub fn begin(&mut self, bucket: u32, key: &[u8]) -> Result<u32> {
        let left = take(self.left, cost(key, &[]))?;
        let cas = Cas { bucket, key: key.to_vec(), version: self.version(bucket, key) };
        self.left = left;
        Ok(self.cas.add(cas))
    }

    /// The value of the key of an operation, which goes on from that. Nothing where there is no such operation.
    pub fn current(&mut self, cas: u32) -> Option<Option<&[u8]>> {
        let Cas { bucket, key, version } = self.cas.get_mut(cas)?;
        let entry = self.buckets.get(*bucket as usize).and_then(|of| of.entries.get(key.as_slice()));
        *version = entry.map(|entry| entry.version);
        Some(entry.map(|entry| entry.value.as_slice()))
    }

    /// Ends an operation: the key gets a value if it has not changed since. Nothing where there is no such operation.
    pub fn swap(&mut self, cas: u32, value: &[u8]) -> Option<Result<Swap>> {
        let Cas { bucket, key, version } = self.cas.remove(cas)?;
        let now = self.version(bucket, &key);
        if now != version {
            return Some(Ok(Swap::Changed(self.cas.add(Cas { bucket, key, version: now }))));
        }
        self.left += cost(&key, &[]);
        Some(self.set(bucket, &key, value).map(|()| Swap::Done))
    }

    /// Lets go of an operation. Nothing where there is no such operation.
    pub fn end(&mut self, cas: u32) -> Option<()> {
        let Cas { key, .. } = self.cas.remove(cas)?;
        self.left += cost(&key, &[]);
        Some(())
    }
}

fn cost(key: &[u8], value: &[u8]) -> u64 {
    key.len() as u64 + value.len() as u64 + COST
}

fn take(left: u64, cost: u64) -> Result<u64> {
    left.checked_sub(cost).ok_or(Error::Full)
}

/// Reads decimal notation: whether the number is negative, and its magnitude. `core` would bring a table of UTF-8 for that.
fn read(text: &[u8]) -> Option<(bool, u64)> {
    let (is_negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if digits.is_empty() {
        return None;
    }
    let digit = |number: u64, byte: &u8| {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        number.checked_mul(10)?.checked_add(u64::from(digit))
    };
    Some((is_negative, digits.iter().try_fold(0, digit)?))
}

/// A number that can be incremented.
pub trait Number: Copy {
    /// Nothing.
    const ZERO: Self;
    /// The number of a sign and a magnitude, if there is one.
    fn of(is_negative: bool, magnitude: u64) -> Option<Self>;
    /// The sum, if it is in range.
    fn plus(self, other: Self) -> Option<Self>;
    /// Whether it is negative, and its magnitude.
    fn parts(self) -> (bool, u64);
}

impl Number for u64 {
    const ZERO: u64 = 0;
    fn of(is_negative: bool, magnitude: u64) -> Option<u64> {
        (!is_negative).then_some(magnitude)
    }
    fn plus(self, other: u64) -> Option<u64> {
        self.checked_add(other)
    }
    fn parts(self) -> (bool, u64) {
        (false, self)
    }
}

impl Number for i64 {
    const ZERO: i64 = 0;
    fn of(is_negative: bool, magnitude: u64) -> Option<i64> {
        if is_negative { 0i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() }
    }
    fn plus(self, other: i64) -> Option<i64> {
        self.checked_add(other)
    }
    fn parts(self) -> (bool, u64) {
        (self < 0, self.unsigned_abs())
    }
}

#[cfg(test)]
mod tests;
