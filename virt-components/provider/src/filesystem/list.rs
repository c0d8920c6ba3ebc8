//! Listings of directories.

use super::*;
use ::filesystem::Listed;
use abi::Maybe;

/// A listing in progress.
struct Listing {
    /// The host's stream of entries, which come first.
    host: Option<Handle>,
    entries: Vec<Listed>,
    next: usize,
}

/// `directory-entry`.
#[repr(C)]
pub struct Entry {
    pub kind: u8,
    pub name: Text,
}

static LISTINGS: Global<Table<Listing>> = Global::new(Table::new());

#[unsafe(export_name = "wasi:filesystem/types#[method]descriptor.read-directory")]
extern "C" fn read_directory(this: u32, out: Put<u32>) {
    match get(this) {
        Descriptor::Host(host) => {
            let mounts = host.prefix.map_or(Vec::new(), |prefix| files().list_mounts(prefix));
            if mounts.is_empty() {
                return out.put(host::opened(|out| host::read_directory(host.handle, out)));
            }
            let stream: Reply<Handle, Code> = abi::receive(|out| host::read_directory(host.handle, out));
            out.put(Result::from(stream).map(|stream| {
                provider_rep(LISTINGS.get().add(Listing { host: Some(stream), entries: mounts, next: 0 }))
            }));
        }
        Descriptor::Own(open) => {
            let entries = files().list(open);
            out.put(entries.map(|entries| provider_rep(LISTINGS.get().add(Listing { host: None, entries, next: 0 }))));
        }
    }
}

#[unsafe(export_name = "wasi:filesystem/types#[method]directory-entry-stream.read-directory-entry")]
extern "C" fn read_directory_entry(this: u32, out: Put<Maybe<Entry>>) {
    let listing = LISTINGS.get().get_mut(crate::io::provider(this)).or_trap();
    while let Some(host) = listing.host {
        let reply: Reply<Maybe<Entry>, Code> = abi::receive(|out| host::read_directory_entry(host, out));
        match &reply {
            // A mount hides an entry of the host with the same name.
            Reply::Ok(Maybe::Some(entry)) if listing.entries.iter().any(|at| at.name() == entry.name.bytes()) => {}
            Reply::Ok(Maybe::None) => {
                host::drop_listing(host);
                listing.host = None;
            }
            _ => return out.put(reply),
        }
    }
    let entry = listing.entries.get(listing.next);
    listing.next += 1;
    let entry = entry.map(|entry| Entry { kind: entry.kind, name: crate::global::lend(entry.name()) });
    out.put(Reply::Ok(entry.into()));
}

#[unsafe(export_name = "wasi:filesystem/types#[dtor]directory-entry-stream")]
extern "C" fn drop_listing(this: u32) {
    if let Owner::Provider(index) = owner(this)
        && let Some(host) = LISTINGS.get().remove(index).or_trap().host
    {
        host::drop_listing(host);
    }
}
