//! `wasi:http/outgoing-handler` with rules, and the requests of `wasi:http/types`.
//!
//! All requests are objects of the host. The provider wraps the requests that the component creates, and stores the
//! parts that the component sets, so that the host need not be asked when the request is sent. The parts of other
//! requests are read with functions of the host, if the component imports all of these.

#[cfg(feature = "host")]
mod wasi3;

use abi::settings::host::REQUEST;
use abi::{Handle, Maybe, Out, Owner, Pointer, Reply, Text, receive};
use alloc::vec::Vec;
use core::mem::MaybeUninit;
use http::{Method, RequestParts, SchemeValue};
use io::Table;

use crate::global::Global;
use crate::settings::settings;
use crate::{OrTrap, host, host_rep, owner, provider_rep, trap};

/// `method`.
#[repr(C, u8)]
#[allow(dead_code)]
pub enum WasiMethod {
    Get,
    Head,
    Post,
    Put,
    Delete,
    Connect,
    Options,
    Trace,
    Patch,
    Other(Text),
}

/// `scheme`.
#[repr(C, u8)]
#[allow(dead_code)]
pub enum WasiScheme {
    Http,
    Https,
    Other(Text),
}

/// `error-code`: its case, and space for the largest payload.
#[repr(C, align(8))]
pub struct ErrorCode {
    case: u8,
    payload: MaybeUninit<[u64; 3]>,
}

/// `HTTP-request-denied`.
const DENIED: ErrorCode = ErrorCode { case: 15, payload: MaybeUninit::new([0; 3]) };

// The layout in the component.
#[cfg(target_arch = "wasm32")]
const _: () = {
    use core::mem::size_of;
    assert!(size_of::<WasiMethod>() == 12);
    assert!(size_of::<Maybe<WasiScheme>>() == 16);
    assert!(size_of::<Reply<u32, ErrorCode>>() == 40);
};

/// A request that the component created.
struct Outgoing {
    request: Handle,
    parts: RequestParts,
}

/// The requests that the component created, of one version of WASI.
struct Requests(Global<Table<Outgoing>>);

static REQUESTS: Requests = Requests::new();

impl Requests {
    const fn new() -> Requests {
        Requests(Global::new(Table::new()))
    }

    /// Adds a request that the host has created for the component, and returns its representation.
    fn add(&self, request: Handle) -> u32 {
        provider_rep(self.0.get().add(Outgoing { request, parts: RequestParts::default() }))
    }

    /// The host's handle of a request. Traps if there is no object, because the functions that use it have no error.
    fn of_host(&self, request: u32) -> Handle {
        match owner(request) {
            Owner::Provider(index) => self.0.look().get(index).or_trap().request,
            Owner::Host(request) => request,
            Owner::Denied | Owner::Ignored => trap(),
        }
    }

    /// Takes a request from the component. The result is the host's handle, and the parts of the request if they are
    /// known. `asked` reads the parts of a request that the component did not create.
    fn give(
        &self,
        request: u32,
        asked: impl FnOnce(Handle) -> Option<RequestParts>,
    ) -> (Option<Handle>, Option<RequestParts>) {
        match owner(request) {
            Owner::Provider(index) => {
                let Outgoing { request, parts } = self.0.get().remove(index).or_trap();
                (Some(request), Some(parts))
            }
            Owner::Host(request) => (Some(request), asked(request)),
            Owner::Denied | Owner::Ignored => (None, None),
        }
    }

    /// Sets a part of a request of the host, and stores it if the host accepted it and the component created the
    /// request. The result is 0 for success.
    fn set(&self, request: u32, tell: impl FnOnce(Handle) -> u32, remember: impl FnOnce(&mut RequestParts)) -> u32 {
        match owner(request) {
            Owner::Provider(index) => {
                let outgoing = self.0.get().get_mut(index).or_trap();
                let failed = tell(outgoing.request);
                if failed == 0 {
                    remember(&mut outgoing.parts);
                }
                failed
            }
            Owner::Host(request) => tell(request),
            Owner::Denied | Owner::Ignored => 1,
        }
    }
}

fn copied(has: u32, text: Pointer<u8>, length: usize) -> Option<Vec<u8>> {
    (has != 0).then(|| text.list(length).bytes().to_vec())
}

fn said_method(case: u32, text: Pointer<u8>, length: usize) -> impl FnOnce(&mut RequestParts) {
    move |parts| parts.method = Method::of(case, &copied(u32::from(case > 8), text, length).unwrap_or_default())
}

fn said_scheme(has: u32, case: u32, text: Pointer<u8>, length: usize) -> impl FnOnce(&mut RequestParts) {
    move |parts| {
        parts.scheme =
            (has != 0).then(|| SchemeValue::of(case, &copied(u32::from(case > 1), text, length).unwrap_or_default()))
    }
}

fn said_authority(has: u32, text: Pointer<u8>, length: usize) -> impl FnOnce(&mut RequestParts) {
    move |parts| parts.authority = copied(has, text, length)
}

fn said_path(has: u32, text: Pointer<u8>, length: usize) -> impl FnOnce(&mut RequestParts) {
    move |parts| parts.path = copied(has, text, length)
}

#[unsafe(export_name = "wasi:http/types#[dtor]outgoing-request")]
extern "C" fn drop_request(request: u32) {
    if let Owner::Provider(index) = owner(request) {
        host::drop_request(REQUESTS.0.get().remove(index).or_trap().request);
    }
}

#[unsafe(export_name = "wasi:http/types#[constructor]outgoing-request")]
extern "C" fn new(headers: u32) -> u32 {
    match owner(headers) {
        Owner::Host(headers) => REQUESTS.add(host::new_request(headers)),
        // Denied headers make a denied request.
        _ => Owner::Denied.rep().or_trap(),
    }
}

#[unsafe(export_name = "wasi:http/types#[method]outgoing-request.body")]
extern "C" fn body(request: u32, out: Out<Reply<u32, ()>>) {
    out.put(match owner(request) {
        Owner::Denied | Owner::Ignored => Reply::Err(()),
        _ => match receive(|out| host::request_body(REQUESTS.of_host(request), out)) {
            Reply::Ok(body) => Reply::Ok(host_rep(body)),
            Reply::Err(()) => Reply::Err(()),
        },
    });
}

#[unsafe(export_name = "wasi:http/types#[method]outgoing-request.headers")]
extern "C" fn headers(request: u32) -> u32 {
    host_rep(host::request_headers(REQUESTS.of_host(request)))
}

#[unsafe(export_name = "wasi:http/types#[method]outgoing-request.method")]
extern "C" fn method(request: u32, out: Out<WasiMethod>) {
    host::request_method(REQUESTS.of_host(request), out);
}

#[unsafe(export_name = "wasi:http/types#[method]outgoing-request.scheme")]
extern "C" fn scheme(request: u32, out: Out<Maybe<WasiScheme>>) {
    host::request_scheme(REQUESTS.of_host(request), out);
}

#[unsafe(export_name = "wasi:http/types#[method]outgoing-request.authority")]
extern "C" fn authority(request: u32, out: Out<Maybe<Text>>) {
    host::request_authority(REQUESTS.of_host(request), out);
}

#[unsafe(export_name = "wasi:http/types#[method]outgoing-request.path-with-query")]
extern "C" fn path(request: u32, out: Out<Maybe<Text>>) {
    host::request_path(REQUESTS.of_host(request), out);
}

#[unsafe(export_name = "wasi:http/types#[method]outgoing-request.set-method")]
extern "C" fn set_method(request: u32, case: u32, text: Pointer<u8>, length: usize) -> u32 {
    REQUESTS.set(request, |of| host::set_method(of, case, text, length), said_method(case, text, length))
}

#[unsafe(export_name = "wasi:http/types#[method]outgoing-request.set-scheme")]
extern "C" fn set_scheme(request: u32, has: u32, case: u32, text: Pointer<u8>, length: usize) -> u32 {
    REQUESTS.set(request, |of| host::set_scheme(of, has, case, text, length), said_scheme(has, case, text, length))
}

#[unsafe(export_name = "wasi:http/types#[method]outgoing-request.set-authority")]
extern "C" fn set_authority(request: u32, has: u32, text: Pointer<u8>, length: usize) -> u32 {
    REQUESTS.set(request, |of| host::set_authority(of, has, text, length), said_authority(has, text, length))
}

#[unsafe(export_name = "wasi:http/types#[method]outgoing-request.set-path-with-query")]
extern "C" fn set_path(request: u32, has: u32, text: Pointer<u8>, length: usize) -> u32 {
    REQUESTS.set(request, |of| host::set_path(of, has, text, length), said_path(has, text, length))
}

fn text(text: Maybe<Text>) -> Option<Vec<u8>> {
    match text {
        Maybe::Some(text) => Some(text.bytes().to_vec()),
        Maybe::None => None,
    }
}

/// Reads the parts of a request with functions of the host.
fn heard(
    method: impl FnOnce(Out<WasiMethod>),
    scheme: impl FnOnce(Out<Maybe<WasiScheme>>),
    authority: impl FnOnce(Out<Maybe<Text>>),
    path: impl FnOnce(Out<Maybe<Text>>),
) -> RequestParts {
    let method = match receive(method) {
        WasiMethod::Get => Method::Known(0),
        WasiMethod::Head => Method::Known(1),
        WasiMethod::Post => Method::Known(2),
        WasiMethod::Put => Method::Known(3),
        WasiMethod::Delete => Method::Known(4),
        WasiMethod::Connect => Method::Known(5),
        WasiMethod::Options => Method::Known(6),
        WasiMethod::Trace => Method::Known(7),
        WasiMethod::Patch => Method::Known(8),
        WasiMethod::Other(text) => Method::Other(text.bytes().to_vec()),
    };
    let scheme = match receive(scheme) {
        Maybe::None => None,
        Maybe::Some(WasiScheme::Http) => Some(SchemeValue::Http),
        Maybe::Some(WasiScheme::Https) => Some(SchemeValue::Https),
        Maybe::Some(WasiScheme::Other(text)) => Some(SchemeValue::Other(text.bytes().to_vec())),
    };
    let authority = text(receive(authority));
    let path = text(receive(path));
    RequestParts { method, scheme, authority, path }
}

/// The parts of a request that the component did not create, if the component imports the functions to read them.
fn asked(request: Handle) -> Option<RequestParts> {
    (settings().host & REQUEST != 0).then(|| {
        heard(
            |out| host::request_method(request, out),
            |out| host::request_scheme(request, out),
            |out| host::request_authority(request, out),
            |out| host::request_path(request, out),
        )
    })
}

/// Whether the rules allow a request. A request whose parts are unknown is not allowed.
fn is_allowed(parts: Option<RequestParts>) -> bool {
    parts.is_some_and(|parts| parts.judge(&settings().http).is_ok())
}

#[unsafe(export_name = "wasi:http/outgoing-handler#handle")]
extern "C" fn handle(request: u32, has_options: u32, options: u32, out: Out<Reply<u32, ErrorCode>>) {
    let (request, parts) = REQUESTS.give(request, asked);
    let options = match (has_options != 0).then(|| owner(options)) {
        Some(Owner::Host(options)) => Some(options),
        _ => None,
    };
    if let (Some(request), true) = (request, is_allowed(parts)) {
        let (has, options) = options.map_or((0, Handle(0)), |options| (1, options));
        return out.put(match receive(|out| host::handle(request, has, options, out)) {
            Reply::Ok(response) => Reply::Ok(host_rep(response)),
            Reply::Err(error) => Reply::Err(error),
        });
    }
    if let Some(request) = request {
        host::drop_request(request);
    }
    if let Some(options) = options {
        host::drop_options(options);
    }
    out.put(Reply::Err(DENIED));
}
