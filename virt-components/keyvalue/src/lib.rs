//! A key-value store in memory, for the drafts of `wasi:keyvalue`.
//!
//! Everything that is stored counts towards the limit: the bytes of a key and of its value, plus [`COST`]; the name of
//! a bucket, plus [`COST`]; and cursors and compare-and-swap operations likewise.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

use abi::settings::KeyValue;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::ops::Bound::{Excluded, Unbounded};
use io::Table;

/// The bytes that an entry counts beside those of its key and value.
pub const COST: u64 = 64;

/// The number of keys in a page at most.
pub const PAGE: usize = 1024;

/// The bytes of the keys in a page at most. A page always has a key.
const BYTES: usize = 1 << 16;

/// The number of numbered cursors that are kept at most.
pub const CURSORS: usize = 256;

/// The errors of a store.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Error {
    /// The limit is reached.
    Full,
    /// The value to increment is not a number.
    NoNumber,
    /// The number would be out of range.
    Overflow,
    /// The cursor is unknown, or was removed to make space for others.
    NoCursor,
}

impl Error {
    /// The message for the component. The messages are one text, because every adapter with a provider contains it, and
    /// a table would be larger.
    pub fn text(self) -> &'static [u8] {
        const TEXTS: &[u8] =
            b"the store is full;the value is no number;the number is out of range;the cursor is not known";
        TEXTS.split(|byte| *byte == b';').nth(self as usize).unwrap_or_default()
    }
}

/// A result of a store.
pub type Result<T> = core::result::Result<T, Error>;

struct Entry {
    value: Vec<u8>,
    /// The number of the write that set the value.
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
    /// The version of the entry when the operation began, if there was one.
    version: Option<u64>,
}

/// The result of a swap.
#[derive(Debug, PartialEq)]
pub enum Swap {
    /// The new value is set.
    Done,
    /// The entry has changed. The number is that of a new operation, which begins with the current value.
    Changed(u32),
}

/// A store. Buckets are numbered in the order in which they are first opened.
pub struct Store {
    buckets: Vec<Bucket>,
    cas: Table<Cas>,
    /// The numbered cursors: the bucket and the last listed key of each. The number of the first cursor is `first`.
    cursors: Vec<(u32, Vec<u8>)>,
    first: u64,
    /// The number of writes so far.
    writes: u64,
    /// The number of bytes that are left of the limit.
    left: u64,
}

impl Store {
    /// Creates the store of the settings.
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

    /// Opens the bucket of a name, which is created if necessary, and returns its number.
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

    /// Whether there is a bucket of this number.
    pub fn has(&self, bucket: u32) -> bool {
        (bucket as usize) < self.buckets.len()
    }

    fn entries(&self, bucket: u32) -> Option<&Entries> {
        self.buckets.get(bucket as usize).map(|bucket| &bucket.entries)
    }

    /// The stored key and its value.
    pub fn get(&self, bucket: u32, key: &[u8]) -> Option<(&[u8], &[u8])> {
        let (key, entry) = self.entries(bucket)?.get_key_value(key)?;
        Some((key, &entry.value))
    }

    /// Sets the value of a key. An error changes nothing.
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

    /// Removes a key, if it exists.
    pub fn delete(&mut self, bucket: u32, key: &[u8]) {
        let Some(Bucket { entries, .. }) = self.buckets.get_mut(bucket as usize) else { return };
        if let Some(entry) = entries.remove(key) {
            self.left += cost(key, &entry.value);
        }
    }

    /// Adds to a number, which is stored in decimal notation. A missing key counts as zero.
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

    /// Passes a page of keys to `give`, sorted by bytes: those after a key, or from the first key on. Returns whether
    /// there are more.
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

    /// Creates a cursor that continues after a key, and returns its number.
    pub fn cursor(&mut self, bucket: u32, key: &[u8]) -> Result<u64> {
        let is_it = |(of, last): &(u32, Vec<u8>)| *of == bucket && last == key;
        let at = match self.cursors.iter().position(is_it) {
            Some(at) => at,
            None => {
                // The oldest cursors are removed.
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

    /// The key after which a cursor continues. `None` for the cursor zero, which begins with the first key.
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

    /// Begins a compare-and-swap operation, and returns its number.
    pub fn begin(&mut self, bucket: u32, key: &[u8]) -> Result<u32> {
        let left = take(self.left, cost(key, &[]))?;
        let cas = Cas { bucket, key: key.to_vec(), version: self.version(bucket, key) };
        self.left = left;
        Ok(self.cas.add(cas))
    }

    /// The current value of the key of an operation. The operation then compares with this value. `None` if there is no
    /// such operation.
    pub fn current(&mut self, cas: u32) -> Option<Option<&[u8]>> {
        let Cas { bucket, key, version } = self.cas.get_mut(cas)?;
        let entry = self.buckets.get(*bucket as usize).and_then(|of| of.entries.get(key.as_slice()));
        *version = entry.map(|entry| entry.version);
        Some(entry.map(|entry| entry.value.as_slice()))
    }

    /// Ends an operation: sets the value of the key, if the entry has not changed since. `None` if there is no such
    /// operation.
    pub fn swap(&mut self, cas: u32, value: &[u8]) -> Option<Result<Swap>> {
        let Cas { bucket, key, version } = self.cas.remove(cas)?;
        let now = self.version(bucket, &key);
        if now != version {
            return Some(Ok(Swap::Changed(self.cas.add(Cas { bucket, key, version: now }))));
        }
        self.left += cost(&key, &[]);
        Some(self.set(bucket, &key, value).map(|()| Swap::Done))
    }

    /// Drops an operation. `None` if there is no such operation.
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

/// Parses decimal notation: whether the number is negative, and its magnitude. The parser of `core` needs UTF-8, whose
/// check would add a table.
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
    /// Zero.
    const ZERO: Self;
    /// The number of a sign and a magnitude, if it is in range.
    fn of(is_negative: bool, magnitude: u64) -> Option<Self>;
    /// The sum, if it is in range.
    fn plus(self, other: Self) -> Option<Self>;
    /// Whether the number is negative, and its magnitude.
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
