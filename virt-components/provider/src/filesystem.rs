//! `wasi:filesystem`.

mod at;
mod descriptor;
mod hosts;
pub mod list;
mod wasi3;
#[cfg(feature = "host")]
mod wasi3_hosts;

use ::filesystem::{Code, FileSystem, HostPath, MountPrefix, Open};
use abi::{Datetime, Handle, List, Out, Owner, Pointer, Reply, Text};
use alloc::vec::Vec;
use io::Table;

use crate::clocks::CLOCK;
use crate::global::{Given, Global};
use crate::host::{self, Directory, Put};
use crate::settings::settings;
use crate::{OrTrap, owner, provider_rep};

/// `tuple<list<u8>, bool>`.
#[repr(C)]
pub struct Read {
    pub bytes: Text,
    pub end: bool,
}

/// A descriptor of the provider.
enum Descriptor {
    Own(Open),
    Host(Host),
}

/// The version of WASI to which a handle of the host belongs.
#[derive(Clone, Copy, PartialEq)]
pub enum Release {
    Two,
    Three,
}

/// A directory of the host that has not been opened yet: its mount, and its path below the open handle.
#[cfg_attr(not(feature = "host"), allow(dead_code))]
#[derive(Clone, Copy)]
pub struct Below {
    mount: u32,
    path: Text,
}

/// A descriptor of the host, inside a descriptor of the provider.
#[cfg_attr(not(feature = "host"), allow(dead_code))]
#[derive(Clone, Copy)]
pub struct Host {
    handle: Handle,
    read_only: bool,
    /// The prefix of the directory, if it may contain mounts.
    prefix: Option<MountPrefix>,
    /// Whether the handle belongs to a mount and is kept when the descriptor is dropped.
    kept: bool,
    release: Release,
    /// The directory below the handle that has to be opened first.
    below: Option<Below>,
    /// The proof that the module can have mounts of the host.
    #[expect(dead_code, reason = "its type says all")]
    proof: HostMounts,
}

#[cfg(feature = "host")]
type HostMounts = ();
/// There is no such value, and so no [`Host`]: the compiler removes the code for it.
#[cfg(not(feature = "host"))]
type HostMounts = core::convert::Infallible;

/// The proof that this module can have mounts of the host, if it can.
fn any() -> Option<HostMounts> {
    #[cfg(feature = "host")]
    return Some(());
    #[cfg(not(feature = "host"))]
    None
}

static FILES: Global<FileSystem> = Global::new(FileSystem::new());
static DESCRIPTORS: Global<Table<Descriptor>> = Global::new(Table::new());
static DIRECTORIES: Given<Directory> = Given::new();

/// The file system. It is started, because all descriptors and streams come from [`get_directories`].
pub fn files() -> &'static mut FileSystem {
    FILES.get()
}

/// The time for changes of files.
pub fn now() -> Datetime {
    CLOCK.get().look(&settings().clock)
}

fn add(descriptor: Descriptor) -> u32 {
    provider_rep(DESCRIPTORS.get().add(descriptor))
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
                // A mount of a single file is not a preopened directory. It is an entry of its parent directory.
                Some(open) if !files.is_directory(open.place) => {
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
    if let Owner::Provider(index) = owner(descriptor) {
        match DESCRIPTORS.get().remove(index).or_trap() {
            Descriptor::Own(open) => FILES.get().close(open.place),
            Descriptor::Host(host) if host.kept => {}
            Descriptor::Host(host) => hosts::release(host.handle, host.release),
        }
    }
}

/// The directory or file that a descriptor stands for.
enum Base {
    /// An open node of the provider.
    Own(&'static Open),
    Host(Host),
    Nobody,
}

/// The directory or file that a descriptor of any owner stands for.
fn whom(descriptor: u32, release: Release) -> Base {
    match owner(descriptor) {
        Owner::Denied | Owner::Ignored => Base::Nobody,
        Owner::Host(handle) => {
            let host = |proof| {
                Base::Host(Host { handle, read_only: false, prefix: None, kept: true, release, below: None, proof })
            };
            any().map_or(Base::Nobody, host)
        }
        Owner::Provider(_) => match get(descriptor) {
            Descriptor::Own(open) => Base::Own(open),
            Descriptor::Host(host) => Base::Host(*host),
        },
    }
}
