//! A host for HTTP requests. It records all requests, and sends only those to a port of the loopback interface.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::task::Poll;
use std::thread;

use wasmtime::component::{ComponentType, Func, FutureReader, Lift, Linker, Lower, Resource, Val};
use wasmtime::{AsContextMut, Store, StoreContextMut};
use wasmtime_wasi::p2::pipe::{MemoryInputPipe, MemoryOutputPipe};
use wasmtime_wasi::p2::{DynInputStream, DynOutputStream, subscribe};
use wasmtime_wasi::runtime::in_tokio;

use super::by_name::{self, Answers, Handles, ok};
use super::{Host, compiled, engine, store};

/// A request of the host.
#[derive(Debug, Clone, Default)]
struct Request {
    method: Option<Val>,
    scheme: Option<Val>,
    authority: Option<String>,
    path: Option<String>,
}

/// The state of the host, with the calls that it has received.
#[derive(Debug, Default)]
pub struct Seen {
    requests: BTreeMap<u32, Request>,
    /// The responses, by the handles of the future, of the response and of its body. `None` if there was no server.
    answers: BTreeMap<u32, Option<String>>,
    pub handles: Handles,
    /// The requests that were sent: `GET https://api.example.com /path`.
    pub sent: Vec<String>,
    /// The responses to requests to the loopback interface.
    pub answered: Vec<String>,
    /// The number of calls that read a part of a request.
    pub asked: usize,
    /// The text of the error with which each request fails, if it is set.
    pub failure: Option<String>,
}

/// The state, which the host and the test share.
pub type Shared = by_name::Shared<Seen>;

/// The authority that this host refuses to set.
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

/// Defines `wasi:http`, and `acme:relay`, with which a component gets requests of others and passes requests on.
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
        // WASI 0.3 has other names for the same functions.
        let function = function.replace("]request.", "]outgoing-request.").replace(".get-", ".");
        let function = function.as_str();
        if function.starts_with("[method]outgoing-request.") && !function.contains(".set-") {
            self.asked += 1;
        }
        let request = self.requests.entry(number).or_default();
        Ok(match function {
            "[constructor]fields" | "[constructor]request-options" | "[method]outgoing-request.headers" => {
                Some(self.object(store).1)
            }
            "[static]outgoing-request.new" => {
                let (number, handle) = self.object(store);
                self.requests.insert(number, Request::default());
                Some(Val::Tuple(vec![handle, sent(store)?]))
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
            "handle" | "send" => {
                let request = self.requests.remove(&number).unwrap();
                let answer = self.send(&request);
                if let Some(text) = &self.failure {
                    let text = Val::Option(Some(Box::new(Val::String(text.clone()))));
                    let error = Val::Variant("internal-error".to_owned(), Some(Box::new(text)));
                    return Ok(Some(Val::Result(Err(Some(Box::new(error))))));
                }
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
            // `acme:relay` returns a request that the component did not create, to this authority.
            "give" => Some(self.request(store, text(&given[0]))),
            "take" => {
                let request = self.requests.remove(&number).unwrap();
                _ = self.send(&request);
                None
            }
            other => return Err(wasmtime::Error::msg(format!("`{other}` is not in this host"))),
        })
    }
}

/// The world with the part of `wasi:http` of WASI 0.3 that providers implement, with or without the functions that read
/// a request.
pub fn wit_3(has_getters: bool) -> String {
    const WIT: &str = include_str!("../../../wit/provider/http-3.wit");
    const ASK: &[&str] = &["get-method:", "get-scheme:", "get-authority:", "get-path-with-query:"];
    let is_left = |line: &&str| has_getters || !ASK.iter().any(|name| line.contains(name));
    let wit = WIT.lines().filter(is_left).collect::<Vec<_>>().join("\n");
    let made = |name: &str| (format!("resource {name} {{"), format!("resource {name} {{\n    constructor();"));
    let [fields, options] = ["fields", "request-options"].map(made);
    wit.replace(&fields.0, &fields.1).replace(&options.0, &options.1)
}

/// A future that tells that the whole request was sent.
fn sent(store: &mut StoreContextMut<'_, Host>) -> wasmtime::Result<Val> {
    let all = async { wasmtime::error::Ok(Ok::<(), ErrorCode>(())) };
    Ok(Val::Future(FutureReader::new(&mut *store, all)?.try_into_future_any(&mut *store)?))
}

/// The cases of `error-code` of WASI 0.3, in order.
#[derive(Debug, Clone, ComponentType, Lift, Lower)]
#[component(variant)]
#[rustfmt::skip]
enum ErrorCode {
    #[component(name = "DNS-timeout")] DnsTimeout,
    #[component(name = "DNS-error")] DnsError(DnsError),
    #[component(name = "destination-not-found")] NotFound,
    #[component(name = "destination-unavailable")] Unavailable,
    #[component(name = "destination-IP-prohibited")] Prohibited,
    #[component(name = "destination-IP-unroutable")] Unroutable,
    #[component(name = "connection-refused")] Refused,
    #[component(name = "connection-terminated")] Terminated,
    #[component(name = "connection-timeout")] Timeout,
    #[component(name = "connection-read-timeout")] ReadTimeout,
    #[component(name = "connection-write-timeout")] WriteTimeout,
    #[component(name = "connection-limit-reached")] Limit,
    #[component(name = "TLS-protocol-error")] Protocol,
    #[component(name = "TLS-certificate-error")] Certificate,
    #[component(name = "TLS-alert-received")] Alert(Alert),
    #[component(name = "HTTP-request-denied")] Denied,
    #[component(name = "HTTP-request-length-required")] Length,
    #[component(name = "HTTP-request-body-size")] Body(Option<u64>),
    #[component(name = "HTTP-request-method-invalid")] Method,
    #[component(name = "HTTP-request-URI-invalid")] Uri,
    #[component(name = "HTTP-request-URI-too-long")] UriLength,
    #[component(name = "HTTP-request-header-section-size")] HeaderSection(Option<u32>),
    #[component(name = "HTTP-request-header-size")] Header(Option<FieldSize>),
    #[component(name = "HTTP-request-trailer-section-size")] TrailerSection(Option<u32>),
    #[component(name = "HTTP-request-trailer-size")] Trailer(FieldSize),
    #[component(name = "HTTP-response-incomplete")] Incomplete,
    #[component(name = "HTTP-response-header-section-size")] ResponseHeaderSection(Option<u32>),
    #[component(name = "HTTP-response-header-size")] ResponseHeader(FieldSize),
    #[component(name = "HTTP-response-body-size")] ResponseBody(Option<u64>),
    #[component(name = "HTTP-response-trailer-section-size")] ResponseTrailerSection(Option<u32>),
    #[component(name = "HTTP-response-trailer-size")] ResponseTrailer(FieldSize),
    #[component(name = "HTTP-response-transfer-coding")] TransferCoding(Option<String>),
    #[component(name = "HTTP-response-content-coding")] ContentCoding(Option<String>),
    #[component(name = "HTTP-response-timeout")] ResponseTimeout,
    #[component(name = "HTTP-upgrade-failed")] Upgrade,
    #[component(name = "HTTP-protocol-error")] HttpProtocol,
    #[component(name = "loop-detected")] Loop,
    #[component(name = "configuration-error")] Configuration,
    #[component(name = "internal-error")] Internal(Option<String>),
}

#[derive(Debug, Clone, ComponentType, Lift, Lower)]
#[component(record)]
struct DnsError {
    rcode: Option<String>,
    #[component(name = "info-code")]
    code: Option<u16>,
}

#[derive(Debug, Clone, ComponentType, Lift, Lower)]
#[component(record)]
struct Alert {
    #[component(name = "alert-id")]
    id: Option<u8>,
    #[component(name = "alert-message")]
    message: Option<String>,
}

#[derive(Debug, Clone, ComponentType, Lift, Lower)]
#[component(record)]
struct FieldSize {
    #[component(name = "field-name")]
    name: Option<String>,
    #[component(name = "field-size")]
    size: Option<u32>,
}

impl Seen {
    /// Makes a request that the component did not create.
    pub fn request(&mut self, store: &mut StoreContextMut<'_, Host>, authority: Option<String>) -> Val {
        let (number, handle) = self.object(store);
        let scheme = Some(Val::Variant("HTTPS".to_owned(), None));
        self.requests.insert(number, Request { scheme, authority, ..Request::default() });
        handle
    }

    /// Makes a handle for a response.
    fn answer(&mut self, store: &mut StoreContextMut<'_, Host>, answer: Option<String>) -> Val {
        let (number, handle) = self.object(store);
        self.answers.insert(number, answer);
        handle
    }

    fn stream(store: &mut StoreContextMut<'_, Host>, text: &str) -> wasmtime::Result<Resource<DynInputStream>> {
        let stream: DynInputStream = Box::new(MemoryInputPipe::new(text.to_owned()));
        Ok(store.data_mut().table.push(stream)?)
    }

    /// Sends a request, and returns the response.
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
        // The server may not exist.
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

/// Starts a server on the loopback interface that answers each request with its first line. Returns its port.
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

/// A running component that serves requests of WASI 0.3, with the state of its host.
pub struct Server {
    store: Store<Host>,
    handle: Func,
    pub host: Shared,
}

impl Server {
    /// Instantiates a component that exports `wasi:http/handler`, in a host that limits each memory to 32 MiB.
    pub fn new(bytes: &[u8]) -> Server {
        let (engine, component) = (engine(), compiled(bytes));
        let mut linker = Linker::new(&engine);
        let host = by_name::add(&mut linker, bytes);
        let mut store = store(&engine);
        store.limiter(|host| &mut host.limits);
        let instance = in_tokio(linker.instantiate_async(&mut store, &component)).expect("wasmtime instantiates it");
        let interface = instance.get_export_index(&mut store, None, "wasi:http/handler@0.3.0").unwrap();
        let handle = instance.get_export_index(&mut store, Some(&interface), "handle").unwrap();
        let handle = instance.get_func(&mut store, handle).unwrap();
        Server { store, handle, host }
    }

    /// Sends requests for some authorities at the same time, and returns the responses.
    pub fn asked(&mut self, authorities: &[&str]) -> Vec<Result<String, String>> {
        let Server { store, handle, host } = self;
        let handle = *handle;
        let mut requests = Vec::new();
        for authority in authorities {
            let request = host.lock().unwrap().request(&mut store.as_context_mut(), Some((*authority).to_owned()));
            requests.push(request);
        }
        let all = async {
            let called = store.run_concurrent(async |accessor| {
                let calls = requests.into_iter().map(|request| async move {
                    let mut results = [Val::Bool(false)];
                    let called = handle.call_concurrent(accessor, &[request], &mut results).await;
                    called.map(|()| super::puppet::text(&results[0])).map_err(|error| format!("{error:?}"))
                });
                all(calls).await
            });
            called.await.unwrap()
        };
        in_tokio(all)
    }

    /// Sends a request, and returns `ok` or the error.
    #[track_caller]
    pub fn ask(&mut self, authority: &str) -> String {
        let answer = self.asked(&[authority]).pop().unwrap().unwrap();
        if answer.starts_with("ok(") { "ok".to_owned() } else { answer }
    }

    /// The requests that the host has sent since the last call.
    pub fn sent(&mut self) -> Vec<String> {
        std::mem::take(&mut self.host.lock().unwrap().sent)
    }
}

/// Waits for all futures, and returns their results in order.
async fn all<T>(futures: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut futures: Vec<_> = futures.map(Box::pin).collect();
    let mut results: Vec<Option<T>> = futures.iter().map(|_| None).collect();
    poll_fn(|context| {
        for (future, result) in futures.iter_mut().zip(&mut results).filter(|(_, result)| result.is_none()) {
            if let Poll::Ready(value) = future.as_mut().poll(context) {
                *result = Some(value);
            }
        }
        if results.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    results.into_iter().flatten().collect()
}
