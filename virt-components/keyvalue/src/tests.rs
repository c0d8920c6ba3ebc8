use super::*;
use abi::List;
use abi::settings::{Bucket as Given, Variable};
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::{format, vec};

const NONE: KeyValue = KeyValue { memory: 1 << 20, buckets: List::new(&[]) };

fn store(memory: u64) -> Store {
    Store::new(&KeyValue { memory, ..NONE }).unwrap()
}

fn listed(store: &Store, bucket: u32, after: Option<&[u8]>) -> (Vec<String>, bool) {
    let mut keys = Vec::new();
    let more = store.keys(bucket, after, |key| keys.push(String::from_utf8(key.to_vec()).unwrap()));
    (keys, more)
}

#[test]
fn a_store_begins_with_what_is_set() {
    static VALUES: [Variable; 2] = [
        Variable { name: List::new(b"a"), value: List::new(b"1") },
        Variable { name: List::new(b""), value: List::new(b"empty") },
    ];
    static BUCKETS: [Given; 2] = [
        Given { name: List::new(b""), set: List::new(&VALUES) },
        Given { name: List::new(b"other"), set: List::new(&[]) },
    ];
    // The bytes of a bucket with two keys, and of another bucket.
    let exact = (64) + (64 + 2) + (64 + 5) + (64 + 5);
    let settings = |memory| KeyValue { memory, buckets: List::new(&BUCKETS) };
    assert!(Store::new(&settings(exact - 1)).is_err());
    let mut store = Store::new(&settings(exact)).unwrap();
    assert_eq!((store.open(b""), store.open(b"other"), store.open(b"a third")), (Ok(0), Ok(1), Err(Error::Full)));
    assert_eq!(store.get(0, b"a"), Some((&b"a"[..], &b"1"[..])));
    assert_eq!((store.get(1, b"a"), store.get(2, b"a"), store.has(2)), (None, None, false));
    assert_eq!(listed(&store, 0, None), (vec![String::new(), "a".to_string()], false));
    // A value of the same length replaces the other; a longer one does not.
    assert_eq!(store.set(0, b"a", b"2"), Ok(()));
    assert_eq!(store.set(0, b"a", b"22"), Err(Error::Full));
    assert_eq!(store.get(0, b"a"), Some((&b"a"[..], &b"2"[..])));
    store.delete(0, b"a");
    assert_eq!(store.set(0, b"a", b"2"), Ok(()));
}

#[test]
fn errors_have_texts() {
    let texts = [Error::Full, Error::NoNumber, Error::Overflow, Error::NoCursor].map(Error::text);
    let [full, no_number, overflow, no_cursor] = texts.map(|text| core::str::from_utf8(text).unwrap());
    assert_eq!((full, no_number), ("the store is full", "the value is no number"));
    assert_eq!((overflow, no_cursor), ("the number is out of range", "the cursor is not known"));
}

#[test]
fn numbers_are_in_decimal_notation() {
    let mut store = store(1 << 20);
    store.open(b"").unwrap();
    assert_eq!(store.increment(0, b"n", 0u64), Ok(0));
    assert_eq!(store.increment(0, b"n", 41u64), Ok(41));
    assert_eq!(store.increment(0, b"n", -50i64), Ok(-9));
    assert_eq!(store.get(0, b"n").unwrap().1, b"-9");
    // Numbers that the type of the other draft cannot represent.
    assert_eq!(store.increment(0, b"n", 1u64), Err(Error::NoNumber));
    for number in [i64::MIN, i64::MAX, 0, -1, 10, -10] {
        store.delete(0, b"n");
        assert_eq!(store.increment(0, b"n", number), Ok(number));
        assert_eq!(store.get(0, b"n").unwrap().1, number.to_string().as_bytes());
    }
    for (value, delta) in [(i64::MAX, 1i64), (i64::MIN, -1)] {
        store.set(0, b"n", value.to_string().as_bytes()).unwrap();
        assert_eq!(store.increment(0, b"n", delta), Err(Error::Overflow));
        assert_eq!(store.get(0, b"n").unwrap().1, value.to_string().as_bytes());
    }
    store.set(0, b"n", u64::MAX.to_string().as_bytes()).unwrap();
    assert_eq!(store.increment(0, b"n", 1u64), Err(Error::Overflow));
    assert_eq!(store.increment(0, b"n", 0u64), Ok(u64::MAX));
    for wrong in [&b""[..], b"one", b"1 ", b"1.0", b"\xff", b"-", b"+1", b"1-", b":", b"99999999999999999999"] {
        store.set(0, b"n", wrong).unwrap();
        assert_eq!(store.increment(0, b"n", 1i64), Err(Error::NoNumber));
    }
}

#[test]
fn keys_are_listed_in_order_in_pages() {
    let mut store = store(1 << 30);
    let (bucket, other) = (store.open(b"a").unwrap(), store.open(b"b").unwrap());
    for number in (0..2500).rev() {
        store.set(bucket, format!("{number:04}").as_bytes(), b"").unwrap();
    }
    store.set(other, b"0000", b"").unwrap();
    let (first, more) = listed(&store, bucket, None);
    assert_eq!((first.len(), first[0].as_str(), more), (PAGE, "0000", true));
    let cursor = store.cursor(bucket, first[PAGE - 1].as_bytes()).unwrap();
    // The listed keys are removed, including the last; another key is added among them, and one after them.
    first.iter().for_each(|key| store.delete(bucket, key.as_bytes()));
    store.set(bucket, b"0000", b"").unwrap();
    store.set(bucket, b"9999", b"").unwrap();
    let after = store.after(bucket, cursor).unwrap().map(<[u8]>::to_vec);
    let (second, more) = listed(&store, bucket, after.as_deref());
    assert_eq!((second.len(), second[0].as_str(), more), (PAGE, "1024", true));
    let (third, more) = listed(&store, bucket, Some(second[PAGE - 1].as_bytes()));
    assert_eq!((third.len(), third.last().unwrap().as_str(), more), (2500 - 2 * PAGE + 1, "9999", false));
    // Zero is the first page; a cursor belongs to its bucket; there is one cursor for each position.
    assert_eq!(store.after(bucket, 0), Ok(None));
    assert_eq!(
        (store.after(other, cursor), store.after(bucket, cursor + 1)),
        (Err(Error::NoCursor), Err(Error::NoCursor))
    );
    assert_eq!(store.cursor(bucket, b"1023"), Ok(cursor));
    // A page of long keys has fewer of them.
    let long = |letter: u8| vec![letter; 40_000];
    let store = &mut self::store(1 << 20);
    store.open(b"").unwrap();
    b"abc".iter().for_each(|letter| store.set(0, &long(*letter), b"").unwrap());
    let (keys, more) = listed(store, 0, None);
    assert_eq!((keys.len(), more), (1, true));
    store.set(0, &vec![b'Z'; 100_000], b"").unwrap();
    assert_eq!(listed(store, 0, None).0.len(), 1);
}

#[test]
fn the_oldest_cursors_are_forgotten() {
    let mut store = store(1 << 20);
    store.open(b"").unwrap();
    let left = store.left;
    let cursors: Vec<u64> =
        (0..CURSORS as u64 + 2).map(|at| store.cursor(0, at.to_string().as_bytes()).unwrap()).collect();
    assert_eq!(store.after(0, cursors[1]), Err(Error::NoCursor));
    assert_eq!(store.after(0, cursors[2]), Ok(Some(&b"2"[..])));
    assert_eq!(store.after(0, cursors[CURSORS + 1]), Ok(Some(&b"257"[..])));
    // Old cursors are removed for new ones, but not for a key that is larger than all of them.
    let rest = vec![0; (store.left - COST - 1) as usize];
    store.set(0, b"r", &rest).unwrap();
    assert_eq!(store.left, 0);
    assert!(store.cursor(0, b"another").is_ok());
    assert_eq!(store.cursor(0, &vec![0; 1 << 20]), Err(Error::Full));
    assert!(store.cursors.is_empty());
    store.delete(0, b"r");
    assert_eq!(store.left, left);
}

#[test]
fn a_swap_takes_place_where_nobody_wrote() {
    let mut store = store(1 << 20);
    store.open(b"").unwrap();
    let left = store.left;
    let cas = store.begin(0, b"k").unwrap();
    assert_eq!(store.current(cas), Some(None));
    assert_eq!(store.swap(cas, b"1"), Some(Ok(Swap::Done)));
    assert_eq!((store.swap(cas, b"1"), store.end(cas)), (None, None));
    assert_eq!(store.current(cas), None);
    // Writing the same value is a change.
    let cas = store.begin(0, b"k").unwrap();
    store.set(0, b"k", b"1").unwrap();
    let Some(Ok(Swap::Changed(again))) = store.swap(cas, b"2") else { panic!() };
    assert_eq!(store.current(again), Some(Some(&b"1"[..])));
    assert_eq!(store.swap(again, b"2"), Some(Ok(Swap::Done)));
    let cas = store.begin(0, b"k").unwrap();
    store.set(0, b"k", b"3").unwrap();
    assert_eq!(store.current(cas), Some(Some(&b"3"[..])));
    assert_eq!(store.swap(cas, b"2"), Some(Ok(Swap::Done)));
    // The operation compares with the value that was read last, and a removed key has changed.
    let cas = store.begin(0, b"k").unwrap();
    store.delete(0, b"k");
    assert_eq!(store.current(cas), Some(None));
    store.set(0, b"k", b"3").unwrap();
    let Some(Ok(Swap::Changed(again))) = store.swap(cas, b"4") else { panic!() };
    store.delete(0, b"k");
    let Some(Ok(Swap::Changed(again))) = store.swap(again, b"4") else { panic!() };
    assert_eq!(store.end(again), Some(()));
    assert_eq!(store.left, left, "an operation that is over takes no memory");
}

/// A model of a store from the text of the drafts: a map, and the bytes that its content takes.
#[derive(Default)]
struct Model {
    buckets: Vec<String>,
    values: BTreeMap<(u32, Vec<u8>), Vec<u8>>,
}

impl Model {
    fn used(&self) -> u64 {
        let buckets: u64 = self.buckets.iter().map(|name| 64 + name.len() as u64).sum();
        buckets + self.values.iter().map(|((_, key), value)| 64 + (key.len() + value.len()) as u64).sum::<u64>()
    }
}

#[test]
fn a_store_does_what_a_map_does() {
    const MEMORY: u64 = 4_000;
    let mut random = 7u64;
    let mut roll = |sides: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % sides
    };
    let (mut full, mut kept) = (0, 0);
    for _ in 0..20 {
        let (mut store, mut model) = (store(MEMORY), Model::default());
        for name in ["", "a", "b"] {
            store.open(name.as_bytes()).unwrap();
            model.buckets.push(name.to_string());
        }
        for _ in 0..2_000 {
            let bucket = roll(3) as u32;
            let key = format!("{}", roll(40)).into_bytes();
            let place = (bucket, key.clone());
            match roll(6) {
                0..3 => {
                    let value = vec![b'v'; roll(150) as usize];
                    let before = model.values.insert(place.clone(), value.clone());
                    if model.used() <= MEMORY {
                        assert_eq!(store.set(bucket, &key, &value), Ok(()));
                        kept += 1;
                    } else {
                        assert_eq!(store.set(bucket, &key, &value), Err(Error::Full));
                        full += 1;
                        match before {
                            Some(value) => _ = model.values.insert(place, value),
                            None => _ = model.values.remove(&place),
                        }
                    }
                }
                3 => {
                    store.delete(bucket, &key);
                    model.values.remove(&place);
                }
                _ => {
                    let expected = model.values.get(&place).map(Vec::as_slice);
                    assert_eq!(store.get(bucket, &key).map(|(_, value)| value), expected);
                }
            }
            assert_eq!(store.left, MEMORY - model.used());
        }
        for bucket in 0..3 {
            let expected = model.values.keys().filter(|(of, _)| *of == bucket);
            let expected: Vec<String> = expected.map(|(_, key)| String::from_utf8(key.clone()).unwrap()).collect();
            assert_eq!(listed(&store, bucket, None), (expected, false));
        }
    }
    assert!(full > 1_000 && kept > 1_000, "{full} {kept}");
}
