//! Configuration values: the same settings as environment variables, with a lookup of single keys.

#![no_std]
#![forbid(unsafe_code)]

use abi::Text;
use abi::settings::Variables;
pub use environment::merge;

/// The source of a key's value.
#[derive(Debug, PartialEq)]
pub enum Value {
    /// The settings, which have this value.
    Set(Text),
    /// The host, which may have a value.
    Host,
    /// None: the key has no value, even if the host has one.
    None,
}

/// Looks up a key.
pub fn get(values: &Variables, key: &[u8]) -> Value {
    match environment::set(values, key) {
        Some(value) => Value::Set(value),
        None if environment::permits(values, key) => Value::Host,
        None => Value::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use abi::List;
    use abi::settings::Variable;

    #[test]
    fn a_key_is_set_or_the_hosts_or_nobodys() {
        static DENIED: [Text; 1] = [List::new(b"secret")];
        static SET: [Variable; 1] = [Variable { name: List::new(b"a"), value: List::new(b"1") }];
        let values = Variables { set: List::new(&SET), host: 1, allowed: List::new(&[]), denied: List::new(&DENIED) };
        assert_eq!(get(&values, b"a"), Value::Set(List::new(b"1")));
        assert_eq!(get(&values, b"b"), Value::Host);
        assert_eq!(get(&values, b"secret"), Value::None);
    }
}
