//! `wasi:keyvalue` of both drafts, in memory. Functions of 0.2.0-draft2 have names of their own if their types differ.

use abi::settings::Variable;
use abi::{List, Maybe, Out, Pointer, Reply, Text};
use alloc::boxed::Box;
use alloc::vec::Vec;
use keyvalue::{Error as Reason, Number, Store, Swap};

use crate::global::{Global, lend};
use crate::io::provider;
use crate::settings::settings;
use crate::{OrTrap, provider_rep};

/// `error`. The provider only returns `other`.
#[repr(C, u8)]
#[allow(dead_code)]
enum Error {
    NoSuchStore,
    AccessDenied,
    Other(Text),
}

impl From<Reason> for Error {
    fn from(reason: Reason) -> Error {
        Error::Other(List::new(reason.text()))
    }
}

/// `cas-error`.
#[repr(C, u8)]
#[allow(dead_code)]
enum CasError {
    Store(Error),
    Failed(u32),
}

/// `key-response`.
#[repr(C)]
struct Keys<C> {
    keys: List<Text>,
    cursor: Maybe<C>,
}

type Answer<T> = Reply<T, Error>;

// The layout in the component.
#[cfg(target_arch = "wasm32")]
const _: () = {
    use core::mem::size_of;
    assert!(size_of::<Answer<Keys<u64>>>() == 32);
    assert!(size_of::<Answer<Keys<Text>>>() == 24);
    assert!(size_of::<Answer<Maybe<Text>>>() == 16);
    assert!(size_of::<Reply<(), CasError>>() == 20);
};

/// The store, and the lists that were returned last, which stay valid until the next call.
struct State {
    store: Store,
    keys: Vec<Text>,
    found: Vec<Maybe<Variable>>,
    pairs: Vec<Pair>,
    /// Copies of the requested keys for `pairs`, because the arguments are not valid after the call.
    asked: Vec<u8>,
}

/// The state is in a box, so that the module contains no data for it.
static STATE: Global<Option<Box<State>>> = Global::new(None);

/// The state. The first call creates it from the settings.
fn state() -> &'static mut State {
    let state = STATE.get();
    if state.is_none() {
        // The settings were checked when they were written.
        let store = Store::new(&settings().keyvalue).ok().or_trap();
        let (keys, found, pairs, asked) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        *state = Some(Box::new(State { store, keys, found, pairs, asked }));
    }
    state.as_mut().or_trap()
}

fn store() -> &'static mut Store {
    &mut state().store
}

/// The state, and the number of the bucket that a handle stands for. All handles of a bucket have the same
/// representation, so that there is nothing to drop.
fn within(handle: u32) -> (&'static mut State, u32) {
    let (state, bucket) = (state(), provider(handle));
    if !state.store.has(bucket) {
        crate::trap();
    }
    (state, bucket)
}

/// The store, and the number of the bucket that a handle stands for.
fn bucket(handle: u32) -> (&'static mut Store, u32) {
    let (state, bucket) = within(handle);
    (&mut state.store, bucket)
}

fn answer<T>(result: keyvalue::Result<T>) -> Answer<T> {
    Reply::from(result.map_err(Error::from))
}

#[unsafe(export_name = "wasi:keyvalue/store#open")]
extern "C" fn open(name: Pointer<u8>, length: usize, out: Out<Answer<u32>>) {
    out.put(answer(store().open(name.list(length).bytes()).map(provider_rep)));
}

#[unsafe(export_name = "wasi:keyvalue/store#[method]bucket.get")]
extern "C" fn get(handle: u32, key: Pointer<u8>, length: usize, out: Out<Answer<Maybe<Text>>>) {
    let (store, bucket) = bucket(handle);
    let value = store.get(bucket, key.list(length).bytes()).map(|(_, value)| lend(value));
    out.put(Reply::Ok(Maybe::from(value)));
}

#[unsafe(export_name = "wasi:keyvalue/store#[method]bucket.set")]
extern "C" fn set(
    handle: u32,
    key: Pointer<u8>,
    key_length: usize,
    value: Pointer<u8>,
    value_length: usize,
    out: Out<Answer<()>>,
) {
    let (store, bucket) = bucket(handle);
    out.put(answer(store.set(bucket, key.list(key_length).bytes(), value.list(value_length).bytes())));
}

#[unsafe(export_name = "wasi:keyvalue/store#[method]bucket.delete")]
extern "C" fn delete(handle: u32, key: Pointer<u8>, length: usize, out: Out<Answer<()>>) {
    let (store, bucket) = bucket(handle);
    store.delete(bucket, key.list(length).bytes());
    out.put(Reply::Ok(()));
}

#[unsafe(export_name = "wasi:keyvalue/store#[method]bucket.exists")]
extern "C" fn exists(handle: u32, key: Pointer<u8>, length: usize, out: Out<Answer<bool>>) {
    let (store, bucket) = bucket(handle);
    out.put(Reply::Ok(store.get(bucket, key.list(length).bytes()).is_some()));
}

// ---- lists of keys ----

/// A page of the keys after a key, and the last key of the page if there are more.
fn list(store: &Store, keys: &mut Vec<Text>, bucket: u32, after: Option<&[u8]>) -> (List<Text>, Option<Text>) {
    keys.clear();
    let more = store.keys(bucket, after, |key| keys.push(lend(key)));
    (lend(keys), keys.last().copied().filter(|_| more))
}

#[unsafe(export_name = "wasi:keyvalue/store#[method]bucket.list-keys")]
extern "C" fn list_keys(handle: u32, has_cursor: u32, cursor: u64, out: Out<Answer<Keys<u64>>>) {
    let (State { store, keys, .. }, bucket) = within(handle);
    let after = store.after(bucket, if has_cursor == 0 { 0 } else { cursor });
    let listed = after.map(|after| list(store, keys, bucket, after));
    out.put(answer(listed.and_then(|(keys, last)| {
        let cursor = last.map(|last| store.cursor(bucket, last.bytes())).transpose()?;
        Ok(Keys { keys, cursor: cursor.into() })
    })));
}

#[unsafe(export_name = "wasi:keyvalue/store@0.2.0-draft2#[method]bucket.list-keys")]
extern "C" fn list_keys_2(
    handle: u32,
    has_cursor: u32,
    cursor: Pointer<u8>,
    length: usize,
    out: Out<Answer<Keys<Text>>>,
) {
    let (State { store, keys, .. }, bucket) = within(handle);
    let after = (has_cursor != 0).then(|| cursor.list(length).bytes());
    // The cursor of this draft is the last key.
    let (keys, last) = list(store, keys, bucket, after);
    out.put(Reply::Ok(Keys { keys, cursor: last.into() }));
}

// ---- batches ----

#[unsafe(export_name = "wasi:keyvalue/batch#get-many")]
extern "C" fn get_many(handle: u32, keys: Pointer<Text>, count: usize, out: Out<Answer<List<Maybe<Variable>>>>) {
    let (State { store, found, .. }, bucket) = within(handle);
    let pair = |key: &Text| {
        let (name, value) = store.get(bucket, key.bytes())?;
        Some(Variable { name: lend(name), value: lend(value) })
    };
    found.clear();
    found.extend(keys.list(count).slice().iter().map(|key| Maybe::from(pair(key))));
    out.put(Reply::Ok(lend(found)));
}

/// A key and its value, if it has one.
#[repr(C)]
struct Pair {
    key: Text,
    value: Maybe<Text>,
}

#[unsafe(export_name = "wasi:keyvalue/batch@0.2.0-draft2#get-many")]
extern "C" fn get_many_2(handle: u32, keys: Pointer<Text>, count: usize, out: Out<Answer<List<Pair>>>) {
    let (State { store, pairs, asked, .. }, bucket) = within(handle);
    let keys = keys.list(count).slice();
    asked.clear();
    keys.iter().for_each(|key| asked.extend_from_slice(key.bytes()));
    pairs.clear();
    let mut rest = asked.as_slice();
    for key in keys {
        let (own, others) = rest.split_at_checked(key.bytes().len()).or_trap();
        rest = others;
        let value = store.get(bucket, own).map(|(_, value)| lend(value));
        pairs.push(Pair { key: lend(own), value: value.into() });
    }
    out.put(Reply::Ok(lend(pairs)));
}

#[unsafe(export_name = "wasi:keyvalue/batch#set-many")]
extern "C" fn set_many(handle: u32, pairs: Pointer<Variable>, count: usize, out: Out<Answer<()>>) {
    let (store, bucket) = bucket(handle);
    let mut pairs = pairs.list(count).slice().iter();
    out.put(answer(pairs.try_for_each(|pair| store.set(bucket, pair.name.bytes(), pair.value.bytes()))));
}

#[unsafe(export_name = "wasi:keyvalue/batch#delete-many")]
extern "C" fn delete_many(handle: u32, keys: Pointer<Text>, count: usize, out: Out<Answer<()>>) {
    let (store, bucket) = bucket(handle);
    keys.list(count).slice().iter().for_each(|key| store.delete(bucket, key.bytes()));
    out.put(Reply::Ok(()));
}

// ---- atomics ----

fn add<N: Number>(handle: u32, key: Pointer<u8>, length: usize, delta: N, out: Out<Answer<N>>) {
    let (store, bucket) = bucket(handle);
    out.put(answer(store.increment(bucket, key.list(length).bytes(), delta)));
}

#[unsafe(export_name = "wasi:keyvalue/atomics#increment")]
extern "C" fn increment(handle: u32, key: Pointer<u8>, length: usize, delta: u64, out: Out<Answer<u64>>) {
    add(handle, key, length, delta, out);
}

#[unsafe(export_name = "wasi:keyvalue/atomics@0.2.0-draft2#increment")]
extern "C" fn increment_2(handle: u32, key: Pointer<u8>, length: usize, delta: i64, out: Out<Answer<i64>>) {
    add(handle, key, length, delta, out);
}

#[unsafe(export_name = "wasi:keyvalue/atomics#[dtor]cas")]
extern "C" fn drop_cas(cas: u32) {
    if let abi::Owner::Provider(cas) = crate::owner(cas) {
        store().end(cas).or_trap();
    }
}

#[unsafe(export_name = "wasi:keyvalue/atomics@0.2.0-draft2#[static]cas.new")]
extern "C" fn new_cas(handle: u32, key: Pointer<u8>, length: usize, out: Out<Answer<u32>>) {
    let (store, bucket) = bucket(handle);
    out.put(answer(store.begin(bucket, key.list(length).bytes()).map(provider_rep)));
}

#[unsafe(export_name = "wasi:keyvalue/atomics@0.2.0-draft2#[method]cas.current")]
extern "C" fn current(cas: u32, out: Out<Answer<Maybe<Text>>>) {
    let value = store().current(provider(cas)).or_trap();
    out.put(Reply::Ok(Maybe::from(value.map(lend))));
}

#[unsafe(export_name = "wasi:keyvalue/atomics@0.2.0-draft2#swap")]
extern "C" fn swap(cas: u32, value: Pointer<u8>, length: usize, out: Out<Reply<(), CasError>>) {
    out.put(match store().swap(provider(cas), value.list(length).bytes()).or_trap() {
        Ok(Swap::Done) => Reply::Ok(()),
        Ok(Swap::Changed(cas)) => Reply::Err(CasError::Failed(provider_rep(cas))),
        Err(reason) => Reply::Err(CasError::Store(reason.into())),
    });
}
