//! A host with mock sockets. It accepts all calls and records them, and connects nowhere.
//!
//! It is laxer than WASI: a socket may be bound, be connected and listen any number of times, in any order.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use wasmtime::component::Val;
use wasmtime::{Error, StoreContextMut};

use super::Host;
use super::by_name::{self, Answers, Handles, ok};

/// The state of the host, with the calls that it has received.
#[derive(Debug, Default)]
pub struct Seen {
    /// The calls: `connect tcp 10.0.0.1:443`, `send udp 10.0.0.1:53`, `lookup a.example`.
    pub asked: Vec<String>,
    /// The addresses for each name.
    pub names: BTreeMap<String, Vec<IpAddr>>,
    /// The senders of datagrams, which each socket receives.
    pub senders: Vec<SocketAddr>,
    /// The remaining addresses of each stream.
    streams: BTreeMap<u32, Vec<IpAddr>>,
    pub handles: Handles,
}

/// The state, which the host and the test share.
pub type Shared = by_name::Shared<Seen>;

/// `ip-address`.
pub fn ip(address: IpAddr) -> Val {
    let (case, parts) = match address {
        IpAddr::V4(address) => ("ipv4", address.octets().map(Val::U8).to_vec()),
        IpAddr::V6(address) => ("ipv6", address.segments().map(Val::U16).to_vec()),
    };
    Val::Variant(case.to_owned(), Some(Box::new(Val::Tuple(parts))))
}

/// `ip-socket-address`.
pub fn socket(address: SocketAddr) -> Val {
    let field = |name: &str, value| (name.to_owned(), value);
    let Val::Variant(case, Some(parts)) = ip(address.ip()) else { unreachable!() };
    let mut fields = vec![field("port", Val::U16(address.port()))];
    fields.extend((case == "ipv6").then(|| field("flow-info", Val::U32(0))));
    fields.push(field("address", *parts));
    fields.extend((case == "ipv6").then(|| field("scope-id", Val::U32(0))));
    Val::Variant(case, Some(Box::new(Val::Record(fields))))
}

/// An `ip-socket-address` as text.
fn read(value: &Val) -> Option<SocketAddr> {
    match value {
        Val::Option(Some(value)) => read(value),
        Val::Variant(_, Some(record)) => {
            let Val::Record(fields) = &**record else { return None };
            let field = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value);
            let (Some(Val::U16(port)), Some(Val::Tuple(parts))) = (field("port"), field("address")) else {
                return None;
            };
            let bytes: Vec<u8> =
                parts.iter().filter_map(|part| if let Val::U8(byte) = part { Some(*byte) } else { None }).collect();
            let groups: Vec<u16> =
                parts.iter().filter_map(|part| if let Val::U16(group) = part { Some(*group) } else { None }).collect();
            let address = match <[u8; 4]>::try_from(bytes) {
                Ok(bytes) => IpAddr::V4(Ipv4Addr::from(bytes)),
                Err(_) => IpAddr::V6(Ipv6Addr::from(<[u16; 8]>::try_from(groups).unwrap())),
            };
            Some(SocketAddr::new(address, *port))
        }
        _ => None,
    }
}

/// Defines `wasi:sockets`, and `acme:relay`, with which a component gets sockets of others and passes sockets on.
impl Answers for Seen {
    const INTERFACES: &'static [&'static str] = &["wasi:sockets/", "acme:relay/"];
    // The resource types of `wasi:io`.

    fn handles(&mut self) -> &mut Handles {
        &mut self.handles
    }

    fn call(
        &mut self,
        store: &mut StoreContextMut<'_, Host>,
        function: &str,
        given: &[Val],
        numbers: &[u32],
    ) -> wasmtime::Result<Option<Val>> {
        let code = |code: &str| Some(Val::Result(Err(Some(Box::new(Val::Enum(code.to_owned()))))));
        let kind = if function.contains("tcp") { "tcp" } else { "udp" };
        let address = given.iter().find_map(read);
        let shown = address.map_or("nobody".to_owned(), |address| address.to_string());
        let name = function.rsplit(['.', ']']).next().unwrap();
        Ok(match name {
            "instance-network" | "give-tcp" | "give-udp" | "give-incoming" | "give-outgoing" | "give-answers" => {
                let (number, handle) = self.object(store);
                self.streams.insert(number, vec![Ipv4Addr::new(10, 9, 9, 9).into()]);
                Some(handle)
            }
            "take-tcp" | "take-outgoing" => None,
            "create-tcp-socket" | "create-udp-socket" => ok(Some(self.object(store).1)),
            "start-bind" | "start-connect" | "start-listen" | "finish-bind" | "finish-listen" => {
                self.asked.push(match name {
                    "start-bind" => format!("bind {kind} {shown}"),
                    "start-connect" => format!("connect {kind} {shown}"),
                    "start-listen" => format!("listen {kind}"),
                    other => format!("{other} {kind}"),
                });
                ok(None)
            }
            "finish-connect" | "accept" => {
                self.asked.push(format!("{name} {kind}"));
                code("would-block")
            }
            "stream" => {
                self.asked.push(format!("stream udp {shown}"));
                ok(Some(Val::Tuple(vec![self.object(store).1, self.object(store).1])))
            }
            "check-send" => ok(Some(Val::U64(64))),
            "send" => {
                let Val::List(datagrams) = &given[1] else { panic!("{given:?}") };
                for datagram in datagrams {
                    let Val::Record(fields) = datagram else { panic!("{datagram:?}") };
                    let to = fields.iter().find(|(name, _)| name == "remote-address").and_then(|(_, to)| read(to));
                    self.asked.push(format!("send udp {}", to.map_or("nobody".to_owned(), |to| to.to_string())));
                }
                ok(Some(Val::U64(datagrams.len() as u64)))
            }
            "receive" => {
                let datagram = |from: &SocketAddr| {
                    let data = Val::List(from.to_string().into_bytes().into_iter().map(Val::U8).collect());
                    Val::Record(vec![("data".to_owned(), data), ("remote-address".to_owned(), socket(*from))])
                };
                ok(Some(Val::List(self.senders.iter().map(datagram).collect())))
            }
            "resolve-addresses" => {
                let Val::String(name) = &given[1] else { panic!("{given:?}") };
                self.asked.push(format!("lookup {name}"));
                let (number, handle) = self.object(store);
                self.streams.insert(number, self.names.get(name).cloned().unwrap_or_default());
                ok(Some(handle))
            }
            "resolve-next-address" => {
                let left = self.streams.entry(numbers[0]).or_default();
                let next = (!left.is_empty()).then(|| ip(left.remove(0)));
                ok(Some(Val::Option(next.map(Box::new))))
            }
            other => return Err(Error::msg(format!("`{other}` is not in this host"))),
        })
    }
}
