//! `wasi:filesystem`.

mod at;
mod descriptor;
mod hosts;
pub mod list;
mod wasi3;
#[cfg(feature = "host")]
mod wasi3_hosts;

use ::filesystem::{Away, Code, FileSystem, Open, Spot};
use abi::{At, Datetime, Handle, List, Out, Reply, Text, Whose};
use alloc::vec::Vec;
use io::Table;

use crate::clocks::CLOCK;
use crate::global::{Given, Global};
use crate::host::{self, Directory, Put};
use crate::settings::settings;
use crate::{OrTrap, number, whose};

/// `tuple<list<u8>, bool>`.
#[repr(C)]
pub struct Read {
    pub bytes: Text,
    pub end: bool,
}

/// A descriptor of the provider's.
enum Descriptor {
    Own(Open),
    Host(Host),
}

/// Of which WASI a handle of the host's is.
#[derive(Clone, Copy, PartialEq)]
pub enum Release {
    Two,
    Three,
}

/// A folder that is still to be opened, of which mount, and by which path.
#[cfg_attr(not(feature = "host"), allow(dead_code))]
#[derive(Clone, Copy)]
pub struct Below {
    mount: u32,
    path: Text,
}

/// A descriptor of the host's, inside one of the provider's.
#[cfg_attr(not(feature = "host"), allow(dead_code))]
#[derive(Clone, Copy)]
pub struct Host {
    handle: Handle,
    read_only: bool,
    /// Where it is, if there may be mounts in it.
    spot: Option<Spot>,
    /// It is that of a mount, which is needed again.
    kept: bool,
    release: Release,
    /// What is to be opened first, of that handle.
    below: Option<Below>,
    /// That there are any.
    #[expect(dead_code, reason = "its type says all")]
    any: Any,
}

#[cfg(feature = "host")]
type Any = ();
/// There is no such value, and so no such folder: the compiler leaves out what is done with one.
#[cfg(not(feature = "host"))]
type Any = core::convert::Infallible;

/// A proof that folders of the host's are among the mounts, in a module that can have some.
fn any() -> Option<Any> {
    #[cfg(feature = "host")]
    return Some(());
    #[cfg(not(feature = "host"))]
    None
}

static FILES: Global<FileSystem> = Global::new(FileSystem::new());
static DESCRIPTORS: Global<Table<Descriptor>> = Global::new(Table::new());
static DIRECTORIES: Given<Directory> = Given::new();

/// The file system. Whoever has a descriptor or a stream has it from [`get_directories`], which started it.
pub fn files() -> &'static mut FileSystem {
    FILES.get()
}

/// The time for what is written.
pub fn now() -> Datetime {
    CLOCK.get().look(&settings().clock)
}

fn add(descriptor: Descriptor) -> u32 {
    number(DESCRIPTORS.get().add(descriptor))
}

fn get(descriptor: u32) -> &'static Descriptor {
    DESCRIPTORS.look().get(crate::io::provider(descriptor)).or_trap()
}

#[unsafe(export_name = "wasi:filesystem/preopens#get-directories")]
extern "C" fn get_directories(out: Out<List<Directory>>) {
    give_directories(out, Release::Two);
}

fn give_directories(out: Out<List<Directory>>, release: Release) {
    let files = FILES.get();
    files.start(settings());
    let hosts = hosts::all(files, settings().mounts.slice(), release);
    out.put(DIRECTORIES.give(|directories| {
        directories.clear();
        for mount in 0..files.mounts().count() {
            let descriptor = match files.root(mount) {
                // A mount of one file is only seen from the folder that it is in.
                Some(open) if !files.is_folder(open.place) => {
                    files.close(open.place);
                    None
                }
                Some(open) => Some(Descriptor::Own(open)),
                None => hosts.get(mount as usize).copied().flatten().map(Descriptor::Host),
            };
            if let (Some(descriptor), Some(mount)) = (descriptor, files.mounts().get(mount)) {
                directories.push(Directory { descriptor: add(descriptor), path: mount.path });
            }
        }
    }));
}

#[unsafe(export_name = "wasi:filesystem/types#[dtor]descriptor")]
extern "C" fn drop_descriptor(descriptor: u32) {
    if let Whose::Provider(index) = whose(descriptor) {
        match DESCRIPTORS.get().remove(index).or_trap() {
            Descriptor::Own(open) => FILES.get().close(open.place),
            Descriptor::Host(host) if host.kept => {}
            Descriptor::Host(host) => hosts::release(host.handle, host.release),
        }
    }
}

/// Who a function of a path is for.
enum Whom {
    /// The provider, by an open folder.
    Own(&'static Open),
    Host(Host),
    Nobody,
}

/// Who a descriptor of a function with two of them is for.
fn whom(descriptor: u32, release: Release) -> Whom {
    match whose(descriptor) {
        Whose::Denied | Whose::Ignored => Whom::Nobody,
        Whose::Host(handle) => {
            let host =
                |any| Whom::Host(Host { handle, read_only: false, spot: None, kept: true, release, below: None, any });
            any().map_or(Whom::Nobody, host)
        }
        Whose::Provider(_) => match get(descriptor) {
            Descriptor::Own(open) => Whom::Own(open),
            Descriptor::Host(host) => Whom::Host(*host),
        },
    }
}
