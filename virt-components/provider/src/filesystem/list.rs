//! What folders have.

use super::*;
use ::filesystem::Listed;
use abi::Maybe;

/// What a folder had when it was asked for that.
struct Listing {
    entries: Vec<Listed>,
    next: usize,
}

/// `directory-entry`.
#[repr(C)]
struct Entry {
    kind: u8,
    name: Text,
}

static LISTINGS: Global<Table<Listing>> = Global::new(Table::new());

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.read-directory")]
extern "C" fn read_directory(this: u32, out: Put<u32>) {
    match get(this) {
        Descriptor::Host(host) => host::read_directory(host.handle, out),
        Descriptor::Own(open) => {
            let entries = files().list(open);
            out.put(entries.map(|entries| number(LISTINGS.get().add(Listing { entries, next: 0 }))));
        }
    }
}

#[unsafe(export_name = "wasi:filesystem/types#[method]directory-entry-stream.read-directory-entry")]
extern "C" fn read_directory_entry(this: u32, out: Put<Maybe<Entry>>) {
    let listing = LISTINGS.get().get_mut(crate::io::provider(this)).or_trap();
    let entry = listing.entries.get(listing.next);
    listing.next += 1;
    let entry = entry.map(|entry| Entry { kind: entry.kind, name: crate::global::lend(entry.name()) });
    out.put(Reply::Ok(entry.into()));
}

#[unsafe(export_name = "wasi:filesystem/types#[dtor]directory-entry-stream")]
extern "C" fn drop_listing(this: u32) {
    if let Whose::Provider(index) = Whose::of(this) {
        LISTINGS.get().remove(index).or_trap();
    }
}
