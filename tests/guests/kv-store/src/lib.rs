//! Exports a resource, and free functions that borrow it and take it over.

#![no_std]

extern crate alloc;
extern crate guest_runtime as _;

use alloc::collections::BTreeMap;
use alloc::rc::Rc;
use alloc::string::String;
use core::cell::RefCell;

use exports::acme::kv::store::{Connection, ConnectionBorrow, Guest, GuestConnection};

wit_bindgen::generate!({ path: "../../../wit/guests/kv.wit", world: "kv-store" });

type Pairs = Rc<RefCell<BTreeMap<String, String>>>;

/// The pairs by the name of their store. They outlive the connections, so that a test can tell a shared instance from a new one.
struct Stores(RefCell<BTreeMap<String, Pairs>>);

// SAFETY: the component has one thread.
unsafe impl Sync for Stores {}

static STORES: Stores = Stores(RefCell::new(BTreeMap::new()));

struct Open {
    pairs: Pairs,
}

impl GuestConnection for Open {
    fn new(name: String) -> Self {
        let mut stores = STORES.0.borrow_mut();
        Self { pairs: Rc::clone(stores.entry(name).or_default()) }
    }

    fn get(&self, key: String) -> Option<String> {
        self.pairs.borrow().get(&key).cloned()
    }

    fn set(&self, key: String, value: String) {
        self.pairs.borrow_mut().insert(key, value);
    }

    fn remove(&self, key: String) -> Option<String> {
        self.pairs.borrow_mut().remove(&key)
    }

    fn clear(&self) {
        self.pairs.borrow_mut().clear();
    }
}

struct Store;

impl Guest for Store {
    type Connection = Open;

    fn count(of: ConnectionBorrow<'_>) -> u32 {
        of.get::<Open>().pairs.borrow().len() as u32
    }

    fn merge(into: Connection, from: Connection) -> Connection {
        // The two may be connections to one store, which cannot be borrowed twice: take a copy first.
        let copy = from.get::<Open>().pairs.borrow().clone();
        into.get::<Open>().pairs.borrow_mut().extend(copy);
        into
    }
}

export!(Store);
