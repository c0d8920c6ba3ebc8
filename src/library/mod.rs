//! The public interface of weld. The rest of the crate is private.
//!
//! Each type here is a thin layer over the phases: it makes a description, calls the phases, and returns their result.
//! No signature has types of other crates.

mod build;
mod checks;
mod component;
mod composer;
mod composition;
mod difference;
mod edit;
mod error;
mod findings;
mod grants;
mod input;
mod schema;
#[cfg(test)]
mod tests;
mod wit;

pub use build::{add, build, init};
pub use checks::{Checks, check_all, suggest};
pub use component::{Explanation, check, componentize, diff, explain, inspect, print, snapshot, targets};
pub use composer::Composer;
pub use edit::{record, replay, splice, split, swap, trace};
pub use error::{Diagnostic, Error};
pub use findings::Findings;
pub use input::Input;
pub use schema::schemas;
