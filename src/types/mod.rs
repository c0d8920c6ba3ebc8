//! Types of components: what every phase asks of them.

pub mod copy;
