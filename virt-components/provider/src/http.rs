//! `wasi:http/outgoing-handler` by rules, and the requests of `wasi:http/types` that it is called with.
//!
//! A request is the host's. What a component says of one that it makes itself goes by here, and is remembered, so that nothing has to be
//! asked when it is sent. One that somebody else made is asked by the functions that the component imports for that, all of which have to be
//! there.

#[cfg(feature = "host")]
mod wasi3;

use abi::settings::host::REQUEST;
use abi::{At, Handle, Maybe, Out, Reply, Text, Whose, receive};
use alloc::vec::Vec;
use core::mem::MaybeUninit;
use http::{Method, OfScheme, Said};
use io::Table;

use crate::global::Global;
use crate::settings::settings;
use crate::{OrTrap, host, number, of_host, trap, whose};

/// `method`.
#[repr(C, u8)]
#[allow(dead_code)]
pub enum MethodOf {
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
pub enum SchemeOf {
    Http,
    Https,
    Other(Text),
}

/// `error-code`: its case, and the room of the largest payload.
#[repr(C, align(8))]
pub struct ErrorCode {
    case: u8,
    payload: MaybeUninit<[u64; 3]>,
}

/// `HTTP-request-denied`.
const DENIED: ErrorCode = ErrorCode { case: 15, payload: MaybeUninit::new([0; 3]) };

// What the component lays out.
#[cfg(target_arch = "wasm32")]
const _: () = {
    use core::mem::size_of;
    assert!(size_of::<MethodOf>() == 12);
    assert!(size_of::<Maybe<SchemeOf>>() == 16);
    assert!(size_of::<Reply<u32, ErrorCode>>() == 40);
};

/// A request that the component made.
struct Outgoing {
    request: Handle,
    said: Said,
}

/// The requests that the component made, of one WASI.
struct Requests(Global<Table<Outgoing>>);

static REQUESTS: Requests = Requests::new();

impl Requests {
    const fn new() -> Requests {
        Requests(Global::new(Table::new()))
    }

    /// One that the host has made for the component, as a number.
    fn add(&self, request: Handle) -> u32 {
        number(self.0.get().add(Outgoing { request, said: Said::default() }))
    }

    /// The host's request, whoever made it. A function without an error cannot say that there is none.
    fn of_host(&self, request: u32) -> Handle {
        match whose(request) {
            Whose::Provider(index) => self.0.look().get(index).or_trap().request,
            Whose::Host(request) => request,
            Whose::Denied | Whose::Ignored => trap(),
        }
    }

    /// The host's request, which the component gives away, and what it is. `asked` asks for that where somebody else made it.
    fn give(&self, request: u32, asked: impl FnOnce(Handle) -> Option<Said>) -> (Option<Handle>, Option<Said>) {
        match whose(request) {
            Whose::Provider(index) => {
                let Outgoing { request, said } = self.0.get().remove(index).or_trap();
                (Some(request), Some(said))
            }
            Whose::Host(request) => (Some(request), asked(request)),
            Whose::Denied | Whose::Ignored => (None, None),
        }
    }

    /// Tells the host something of a request, and remembers it where the host took it and the request is the component's.
    fn set(&self, request: u32, tell: impl FnOnce(Handle) -> u32, remember: impl FnOnce(&mut Said)) -> u32 {
        match whose(request) {
            Whose::Provider(index) => {
                let of = self.0.get().get_mut(index).or_trap();
                let failed = tell(of.request);
                if failed == 0 {
                    remember(&mut of.said);
                }
                failed
            }
            Whose::Host(request) => tell(request),
            Whose::Denied | Whose::Ignored => 1,
        }
    }
}

fn copied(has: u32, text: At<u8>, length: usize) -> Option<Vec<u8>> {
    (has != 0).then(|| text.list(length).bytes().to_vec())
}

fn said_method(case: u32, text: At<u8>, length: usize) -> impl FnOnce(&mut Said) {
    move |said| said.method = Method::of(case, &copied(u32::from(case > 8), text, length).unwrap_or_default())
}

fn said_scheme(has: u32, case: u32, text: At<u8>, length: usize) -> impl FnOnce(&mut Said) {
    move |said| {
        said.scheme =
            (has != 0).then(|| OfScheme::of(case, &copied(u32::from(case > 1), text, length).unwrap_or_default()))
    }
}

fn said_authority(has: u32, text: At<u8>, length: usize) -> impl FnOnce(&mut Said) {
    move |said| said.authority = copied(has, text, length)
}

fn said_path(has: u32, text: At<u8>, length: usize) -> impl FnOnce(&mut Said) {
    move |said| said.path = copied(has, text, length)
}

#[unsafe(export_name = "wasi:http/types#[dtor]outgoing-request")]
extern "C" fn drop_request(request: u32) {
    if let Whose::Provider(index) = whose(request) {
        host::drop_request(REQUESTS.0.get().remove(index).or_trap().request);
    }
}

#[unsafe(export_name = "wasi:http/types#[constructor]outgoing-request")]
extern "C" fn new(headers: u32) -> u32 {
    match whose(headers) {
        Whose::Host(headers) => REQUESTS.add(host::new_request(headers)),
        // Of denied headers, a denied request.
        _ => Whose::Denied.number().or_trap(),
    }
}

#[unsafe(export_name = "wasi:http/types#[method]outgoing-request.body")]
extern "C" fn body(request: u32, out: Out<Reply<u32, ()>>) {
    out.put(match whose(request) {
        Whose::Denied | Whose::Ignored => Reply::Err(()),
        _ => match receive(|out| host::request_body(REQUESTS.of_host(request), out)) {
            Reply::Ok(body) => Reply::Ok(of_host(body)),
            Reply::Err(()) => Reply::Err(()),
        },
    });
}

#[unsafe(export_name = "wasi:http/types#[method]outgoing-request.headers")]
extern "C" fn headers(request: u32) -> u32 {
    of_host(host::request_headers(REQUESTS.of_host(request)))
}

#[unsafe(export_name = "wasi:http/types#[method]outgoing-request.method")]
extern "C" fn method(request: u32, out: Out<MethodOf>) {
    host::request_method(REQUESTS.of_host(request), out);
}

#[unsafe(export_name = "wasi:http/types#[method]outgoing-request.scheme")]
extern "C" fn scheme(request: u32, out: Out<Maybe<SchemeOf>>) {
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
extern "C" fn set_method(request: u32, case: u32, text: At<u8>, length: usize) -> u32 {
    REQUESTS.set(request, |of| host::set_method(of, case, text, length), said_method(case, text, length))
}

#[unsafe(export_name = "wasi:http/types#[method]outgoing-request.set-scheme")]
extern "C" fn set_scheme(request: u32, has: u32, case: u32, text: At<u8>, length: usize) -> u32 {
    REQUESTS.set(request, |of| host::set_scheme(of, has, case, text, length), said_scheme(has, case, text, length))
}

#[unsafe(export_name = "wasi:http/types#[method]outgoing-request.set-authority")]
extern "C" fn set_authority(request: u32, has: u32, text: At<u8>, length: usize) -> u32 {
    REQUESTS.set(request, |of| host::set_authority(of, has, text, length), said_authority(has, text, length))
}

#[unsafe(export_name = "wasi:http/types#[method]outgoing-request.set-path-with-query")]
extern "C" fn set_path(request: u32, has: u32, text: At<u8>, length: usize) -> u32 {
    REQUESTS.set(request, |of| host::set_path(of, has, text, length), said_path(has, text, length))
}

fn text(text: Maybe<Text>) -> Option<Vec<u8>> {
    match text {
        Maybe::Some(text) => Some(text.bytes().to_vec()),
        Maybe::None => None,
    }
}

/// What a request is, by what the host says of it.
fn heard(
    method: impl FnOnce(Out<MethodOf>),
    scheme: impl FnOnce(Out<Maybe<SchemeOf>>),
    authority: impl FnOnce(Out<Maybe<Text>>),
    path: impl FnOnce(Out<Maybe<Text>>),
) -> Said {
    let method = match receive(method) {
        MethodOf::Get => Method::Known(0),
        MethodOf::Head => Method::Known(1),
        MethodOf::Post => Method::Known(2),
        MethodOf::Put => Method::Known(3),
        MethodOf::Delete => Method::Known(4),
        MethodOf::Connect => Method::Known(5),
        MethodOf::Options => Method::Known(6),
        MethodOf::Trace => Method::Known(7),
        MethodOf::Patch => Method::Known(8),
        MethodOf::Other(text) => Method::Other(text.bytes().to_vec()),
    };
    let scheme = match receive(scheme) {
        Maybe::None => None,
        Maybe::Some(SchemeOf::Http) => Some(OfScheme::Http),
        Maybe::Some(SchemeOf::Https) => Some(OfScheme::Https),
        Maybe::Some(SchemeOf::Other(text)) => Some(OfScheme::Other(text.bytes().to_vec())),
    };
    let authority = text(receive(authority));
    let path = text(receive(path));
    Said { method, scheme, authority, path }
}

/// What a request of somebody else's is, if the host can be asked.
fn asked(request: Handle) -> Option<Said> {
    (settings().host & REQUEST != 0).then(|| {
        heard(
            |out| host::request_method(request, out),
            |out| host::request_scheme(request, out),
            |out| host::request_authority(request, out),
            |out| host::request_path(request, out),
        )
    })
}

/// Whether the rules allow a request, if it is known what that is.
fn is_allowed(said: Option<Said>) -> bool {
    said.is_some_and(|said| said.judge(&settings().http).is_ok())
}

#[unsafe(export_name = "wasi:http/outgoing-handler#handle")]
extern "C" fn handle(request: u32, has_options: u32, options: u32, out: Out<Reply<u32, ErrorCode>>) {
    let (request, said) = REQUESTS.give(request, asked);
    let options = match (has_options != 0).then(|| whose(options)) {
        Some(Whose::Host(options)) => Some(options),
        _ => None,
    };
    if let (Some(request), true) = (request, is_allowed(said)) {
        let (has, options) = options.map_or((0, Handle(0)), |options| (1, options));
        return out.put(match receive(|out| host::handle(request, has, options, out)) {
            Reply::Ok(response) => Reply::Ok(of_host(response)),
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
