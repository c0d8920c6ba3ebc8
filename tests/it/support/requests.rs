//! A host that is asked to send requests: it writes down what it would send, and sends what is for a port of the loopback.
//!
//! It is written by name, so that it fits whatever part of the interfaces is left.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, Linker, Resource, ResourceType, Val};
use wasmtime::{StoreContextMut, component::ResourceAny};

use super::{Host, engine};

/// A request, as the host has it.
#[derive(Debug, Clone, Default)]
struct Request {
    method: Option<Val>,
    scheme: Option<Val>,
    authority: Option<String>,
    path: Option<String>,
}

/// What the host was asked for.
#[derive(Debug, Default)]
pub struct Seen {
    requests: BTreeMap<u32, Request>,
    last: u32,
    /// The requests that were sent: `GET https://api.example.com /path`.
    pub sent: Vec<String>,
    /// What was answered to those that went to the loopback.
    pub answered: Vec<String>,
    /// How often it was asked what a request is.
    pub asked: usize,
    /// The handles that there are, of any resource type.
    pub live: usize,
}

/// The same, for the host and for the test.
pub type Shared = Arc<Mutex<Seen>>;

/// The authority that this host does not take.
pub const REFUSED: &str = "refused.example";

/// Defines all that a component imports of `wasi:http`, and of `acme:relay`, by which requests come from others and go to them.
pub fn add(linker: &mut Linker<Host>, component: &[u8]) -> Shared {
    let engine = engine();
    let component = Component::new(&engine, component).unwrap();
    let seen = Shared::default();
    for (name, item) in component.component_type().imports(&engine) {
        let ComponentItem::ComponentInstance(instance) = item.ty else { continue };
        if !name.starts_with("wasi:http/") && !name.starts_with("acme:relay/") {
            continue;
        }
        let mut interface = linker.instance(name).unwrap();
        for (name, item) in instance.exports(&engine) {
            match item.ty {
                ComponentItem::Resource(_) => {
                    let seen = seen.clone();
                    let drop = move |_: StoreContextMut<'_, Host>, _| {
                        seen.lock().unwrap().live -= 1;
                        Ok(())
                    };
                    interface.resource(name, ResourceType::host::<Host>(), drop).unwrap();
                }
                ComponentItem::ComponentFunc(_) => {
                    let (seen, function) = (seen.clone(), name.to_owned());
                    let call = move |mut store: StoreContextMut<'_, Host>, _, given: &[Val], results: &mut [Val]| {
                        let value = seen.lock().unwrap().call(&mut store, &function, given)?;
                        results.iter_mut().zip(value).for_each(|(result, value)| *result = value);
                        Ok(())
                    };
                    interface.func_new(name, call).unwrap();
                }
                _ => {}
            }
        }
    }
    seen
}

fn text(value: &Val) -> Option<String> {
    match value {
        Val::Option(Some(value)) => text(value),
        Val::String(text) => Some(text.clone()),
        _ => None,
    }
}

fn option(value: Option<Val>) -> Val {
    Val::Option(value.map(Box::new))
}

impl Seen {
    fn object(&mut self, store: &mut StoreContextMut<'_, Host>) -> (u32, Val) {
        self.last += 1;
        self.live += 1;
        let handle: ResourceAny = Resource::<Host>::new_own(self.last).try_into_resource_any(&mut *store).unwrap();
        (self.last, Val::Resource(handle))
    }

    /// The request of a handle. One that is given ends here.
    fn number(&mut self, store: &mut StoreContextMut<'_, Host>, value: &Val) -> u32 {
        let Val::Resource(handle) = value else { panic!("{value:?}") };
        let is_owned = handle.owned();
        let handle: Resource<Host> = handle.try_into_resource(&mut *store).unwrap();
        self.live -= usize::from(is_owned);
        handle.rep()
    }

    fn call(
        &mut self,
        store: &mut StoreContextMut<'_, Host>,
        function: &str,
        given: &[Val],
    ) -> wasmtime::Result<Option<Val>> {
        let ok = |value: Option<Val>| Some(Val::Result(Ok(value.map(Box::new))));
        let numbers: Vec<u32> = {
            let handles = given.iter().map(|value| match value {
                Val::Option(Some(value)) => value,
                value => value,
            });
            let handles = handles.filter(|value| matches!(value, Val::Resource(_)));
            handles.map(|handle| self.number(store, handle)).collect()
        };
        let number = numbers.first().copied().unwrap_or_default();
        if function.starts_with("[method]outgoing-request.") && !function.contains(".set-") {
            self.asked += 1;
        }
        let request = self.requests.entry(number).or_default();
        Ok(match function {
            "[constructor]fields" | "[constructor]request-options" | "[method]outgoing-request.headers" => {
                Some(self.object(store).1)
            }
            "[constructor]outgoing-request" => {
                let (number, handle) = self.object(store);
                self.requests.insert(number, Request::default());
                Some(handle)
            }
            "[method]outgoing-request.body" => ok(Some(self.object(store).1)),
            "[method]outgoing-request.set-method" => {
                request.method = Some(given[1].clone());
                ok(None)
            }
            "[method]outgoing-request.set-scheme" => {
                let Val::Option(scheme) = &given[1] else { panic!() };
                request.scheme = scheme.as_deref().cloned();
                ok(None)
            }
            "[method]outgoing-request.set-authority" if text(&given[1]).as_deref() == Some(REFUSED) => {
                Some(Val::Result(Err(None)))
            }
            "[method]outgoing-request.set-authority" => {
                request.authority = text(&given[1]);
                ok(None)
            }
            "[method]outgoing-request.set-path-with-query" => {
                request.path = text(&given[1]);
                ok(None)
            }
            "[method]outgoing-request.method" => {
                Some(request.method.clone().unwrap_or(Val::Variant("get".to_owned(), None)))
            }
            "[method]outgoing-request.scheme" => Some(option(request.scheme.clone())),
            "[method]outgoing-request.authority" => Some(option(request.authority.clone().map(Val::String))),
            "[method]outgoing-request.path-with-query" => Some(option(request.path.clone().map(Val::String))),
            "handle" => {
                let request = self.requests.remove(&number).unwrap();
                self.send(&request);
                ok(Some(self.object(store).1))
            }
            // Of `acme:relay`: a request of another's, to that authority.
            "give" => {
                let (number, handle) = self.object(store);
                let scheme = Some(Val::Variant("HTTPS".to_owned(), None));
                self.requests.insert(number, Request { scheme, authority: text(&given[0]), ..Request::default() });
                Some(handle)
            }
            "take" => {
                let request = self.requests.remove(&number).unwrap();
                self.send(&request);
                None
            }
            other => return Err(wasmtime::Error::msg(format!("`{other}` is not in this host"))),
        })
    }

    fn send(&mut self, request: &Request) {
        let case = |value: &Option<Val>| match value {
            Some(Val::Variant(_, Some(payload))) => text(payload).unwrap(),
            Some(Val::Variant(case, None)) => case.clone(),
            _ => "none".to_owned(),
        };
        let (method, scheme) = (case(&request.method).replace("none", "get"), case(&request.scheme).to_lowercase());
        let authority = request.authority.clone().unwrap_or_default();
        let path = request.path.clone().unwrap_or_else(|| "/".to_owned());
        self.sent.push(format!("{} {scheme}://{authority} {path}", method.to_uppercase()));
        // There may be no server.
        if authority.starts_with("127.0.0.1:")
            && let Ok(mut stream) = TcpStream::connect(&authority)
        {
            let head =
                format!("{} {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n", method.to_uppercase());
            stream.write_all(head.as_bytes()).unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            self.answered.push(answer);
        }
    }
}
