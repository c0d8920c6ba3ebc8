//! Keeps what it is given for as long as its instance lives. It needs nothing of the host.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use exports::acme::cms::store::{Guest, GuestBucket};

wit_bindgen::generate!({ path: "../wit", world: "kv" });

type Pairs = Rc<RefCell<BTreeMap<String, String>>>;

thread_local! {
    /// The buckets outlive the handles to them: who opens a name again finds what was there.
    static BUCKETS: RefCell<BTreeMap<String, Pairs>> = const { RefCell::new(BTreeMap::new()) };
}

struct Store;

impl Guest for Store {
    type Bucket = Bucket;

    fn buckets() -> Vec<String> {
        BUCKETS.with_borrow(|buckets| buckets.keys().cloned().collect())
    }
}

struct Bucket(Pairs);

impl GuestBucket for Bucket {
    fn new(name: String) -> Self {
        Self(BUCKETS.with_borrow_mut(|buckets| Rc::clone(buckets.entry(name).or_default())))
    }

    fn get(&self, key: String) -> Option<String> {
        self.0.borrow().get(&key).cloned()
    }

    fn set(&self, key: String, value: String) {
        self.0.borrow_mut().insert(key, value);
    }

    fn keys(&self) -> Vec<String> {
        self.0.borrow().keys().cloned().collect()
    }
}

export!(Store);
