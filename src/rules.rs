//! Rules that say which requests a component may make, and which addresses it may reach.
//!
//! They are judged within an adapter, by the providers, which are built of the same files: these need nothing but `core` and
//! `alloc`, and use nothing else of weld.

// What is judged is for the providers: weld itself reads rules.
#[allow(dead_code, unreachable_pub)]
pub(crate) mod host;
#[allow(dead_code, unreachable_pub)]
pub(crate) mod http;
#[allow(dead_code, unreachable_pub)]
mod path;
#[allow(dead_code, unreachable_pub)]
pub(crate) mod sockets;
