//! A host that is asked to send requests: it writes down what it would send, and sends what is for a port of the loopback.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use wasmtime::StoreContextMut;
use wasmtime::component::{Resource, Val};
use wasmtime_wasi::p2::pipe::{MemoryInputPipe, MemoryOutputPipe};
use wasmtime_wasi::p2::{DynInputStream, DynOutputStream, subscribe};

use super::Host;
use super::by_name::{self, Answers, Handles, ok};

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
    /// What was answered to requests, by the handles of the future, of the response and of its body. `None` where there was no server.
    answers: BTreeMap<u32, Option<String>>,
    pub handles: Handles,
    /// The requests that were sent: `GET https://api.example.com /path`.
    pub sent: Vec<String>,
    /// What was answered to those that went to the loopback.
    pub answered: Vec<String>,
    /// How often it was asked what a request is.
    pub asked: usize,
}

/// The same, for the host and for the test.
pub type Shared = by_name::Shared<Seen>;

/// The authority that this host does not take.
pub const REFUSED: &str = "refused.example";

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

/// All of `wasi:http`, and of `acme:relay`, by which requests come from others and go to them.
impl Answers for Seen {
    const INTERFACES: &'static [&'static str] = &["wasi:http/", "acme:relay/"];

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
                let answer = self.send(&request);
                ok(Some(self.answer(store, answer)))
            }
            "[static]fields.from-list" => ok(Some(self.object(store).1)),
            "[method]outgoing-body.write" => {
                let stream: DynOutputStream = Box::new(MemoryOutputPipe::new(1 << 20));
                ok(Some(Val::Resource(store.data_mut().table.push(stream)?.try_into_resource_any(&mut *store)?)))
            }
            "[static]outgoing-body.finish" => ok(None),
            "[method]future-incoming-response.subscribe" => {
                let stream = Self::stream(store, "")?;
                let pollable = subscribe(&mut store.data_mut().table, stream)?;
                Some(Val::Resource(pollable.try_into_resource_any(&mut *store)?))
            }
            "[method]future-incoming-response.get" => {
                let response = match self.answers.get(&number).cloned().flatten() {
                    Some(answer) => Ok(Some(Box::new(self.answer(store, Some(answer))))),
                    None => Err(Some(Box::new(Val::Variant("connection-refused".to_owned(), None)))),
                };
                Some(option(Some(Val::Result(Ok(Some(Box::new(Val::Result(response))))))))
            }
            "[method]incoming-response.status" => Some(Val::U16(200)),
            "[method]incoming-response.headers" => Some(self.object(store).1),
            "[method]fields.entries" => Some(Val::List(Vec::new())),
            "[method]incoming-response.consume" => {
                let answer = self.answers.get(&number).cloned().flatten();
                ok(Some(self.answer(store, answer)))
            }
            "[method]incoming-body.stream" => {
                let answer = self.answers.get(&number).cloned().flatten().unwrap_or_default();
                let stream = Self::stream(store, answer.split_once("\r\n\r\n").map_or("", |(_, body)| body))?;
                ok(Some(Val::Resource(stream.try_into_resource_any(&mut *store)?)))
            }
            "[static]incoming-body.finish" => Some(self.object(store).1),
            // Of `acme:relay`: a request of another's, to that authority.
            "give" => {
                let (number, handle) = self.object(store);
                let scheme = Some(Val::Variant("HTTPS".to_owned(), None));
                self.requests.insert(number, Request { scheme, authority: text(&given[0]), ..Request::default() });
                Some(handle)
            }
            "take" => {
                let request = self.requests.remove(&number).unwrap();
                _ = self.send(&request);
                None
            }
            other => return Err(wasmtime::Error::msg(format!("`{other}` is not in this host"))),
        })
    }
}

impl Seen {
    /// A handle of what was answered.
    fn answer(&mut self, store: &mut StoreContextMut<'_, Host>, answer: Option<String>) -> Val {
        let (number, handle) = self.object(store);
        self.answers.insert(number, answer);
        handle
    }

    fn stream(store: &mut StoreContextMut<'_, Host>, text: &str) -> wasmtime::Result<Resource<DynInputStream>> {
        let stream: DynInputStream = Box::new(MemoryInputPipe::new(text.to_owned()));
        Ok(store.data_mut().table.push(stream)?)
    }

    /// Sends a request, and gives what is answered.
    fn send(&mut self, request: &Request) -> Option<String> {
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
        if !authority.starts_with("127.0.0.1:") {
            return None;
        }
        let mut stream = TcpStream::connect(&authority).ok()?;
        let head =
            format!("{} {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n", method.to_uppercase());
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        self.answered.push(answer.clone());
        Some(answer)
    }
}

/// A server on the loopback that answers each request with its first line, and the port that it listens at.
pub fn server() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let (mut read, mut buffer) = (String::new(), [0; 1024]);
            while !read.contains("\r\n\r\n") {
                let length = stream.read(&mut buffer).unwrap();
                read += &String::from_utf8_lossy(&buffer[..length]);
            }
            let line = read.lines().next().unwrap();
            let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{port} {line}", line.len() + 6);
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    port
}
