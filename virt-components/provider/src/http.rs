//! `wasi:http/outgoing-handler` by rules, and the requests of `wasi:http/types` that it is called with.
//!
//! A request is the host's. What a component says of one that it makes itself goes by here, and is remembered, so that nothing has to be
//! asked when it is sent. One that somebody else made is asked by the functions that the component imports for that, all of which have to be
//! there.

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

static REQUESTS: Global<Table<Outgoing>> = Global::new(Table::new());

/// The host's request, whoever made it. A function without an error cannot say that there is none.
fn request(request: u32) -> Handle {
    match whose(request) {
        Whose::Provider(index) => REQUESTS.look().get(index).or_trap().request,
        Whose::Host(request) => request,
        Whose::Denied | Whose::Ignored => trap(),
    }
}

/// Tells the host something of a request, and remembers it where the host took it and the request is the component's.
fn set(request: u32, tell: impl FnOnce(Handle) -> u32, remember: impl FnOnce(&mut Said)) -> u32 {
    match whose(request) {
        Whose::Provider(index) => {
            let of = REQUESTS.get().get_mut(index).or_trap();
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

fn copied(has: u32, text: At<u8>, length: usize) -> Option<Vec<u8>> {
    (has != 0).then(|| text.list(length).bytes().to_vec())
}

#[unsafe(export_name = "wasi:http/types#[dtor]outgoing-request")]
extern "C" fn drop_request(request: u32) {
    if let Whose::Provider(index) = whose(request) {
        host::drop_request(REQUESTS.get().remove(index).or_trap().request);
    }
}

#[unsafe(export_name = "wasi:http/types#[constructor]outgoing-request")]
extern "C" fn new(headers: u32) -> u32 {
    match whose(headers) {
        Whose::Host(headers) => {
            let request = host::new_request(headers);
            number(REQUESTS.get().add(Outgoing { request, said: Said::default() }))
        }
        // Of denied headers, a denied request.
        _ => Whose::Denied.number().or_trap(),
    }
}

#[unsafe(export_name = "wasi:http/types#[method]outgoing-request.body")]
extern "C" fn body(request: u32, out: Out<Reply<u32, ()>>) {
    out.put(match whose(request) {
        Whose::Denied | Whose::Ignored => Reply::Err(()),
        _ => match receive(|out| host::request_body(self::request(request), out)) {
            Reply::Ok(body) => Reply::Ok(of_host(body)),
            Reply::Err(()) => Reply::Err(()),
        },
    });
}

#[unsafe(export_name = "wasi:http/types#[method]outgoing-request.headers")]
extern "C" fn headers(request: u32) -> u32 {
    of_host(host::request_headers(self::request(request)))
}

#[unsafe(export_name = "wasi:http/types#[method]outgoing-request.method")]
extern "C" fn method(request: u32, out: Out<MethodOf>) {
    host::request_method(self::request(request), out);
}

#[unsafe(export_name = "wasi:http/types#[method]outgoing-request.scheme")]
extern "C" fn scheme(request: u32, out: Out<Maybe<SchemeOf>>) {
    host::request_scheme(self::request(request), out);
}

#[unsafe(export_name = "wasi:http/types#[method]outgoing-request.authority")]
extern "C" fn authority(request: u32, out: Out<Maybe<Text>>) {
    host::request_authority(self::request(request), out);
}

#[unsafe(export_name = "wasi:http/types#[method]outgoing-request.path-with-query")]
extern "C" fn path(request: u32, out: Out<Maybe<Text>>) {
    host::request_path(self::request(request), out);
}

#[unsafe(export_name = "wasi:http/types#[method]outgoing-request.set-method")]
extern "C" fn set_method(request: u32, case: u32, text: At<u8>, length: usize) -> u32 {
    set(
        request,
        |of| host::set_method(of, case, text, length),
        |said| said.method = Method::of(case, &copied(u32::from(case > 8), text, length).unwrap_or_default()),
    )
}

#[unsafe(export_name = "wasi:http/types#[method]outgoing-request.set-scheme")]
extern "C" fn set_scheme(request: u32, has: u32, case: u32, text: At<u8>, length: usize) -> u32 {
    set(
        request,
        |of| host::set_scheme(of, has, case, text, length),
        |said| {
            said.scheme =
                (has != 0).then(|| OfScheme::of(case, &copied(u32::from(case > 1), text, length).unwrap_or_default()))
        },
    )
}

#[unsafe(export_name = "wasi:http/types#[method]outgoing-request.set-authority")]
extern "C" fn set_authority(request: u32, has: u32, text: At<u8>, length: usize) -> u32 {
    set(request, |of| host::set_authority(of, has, text, length), |said| said.authority = copied(has, text, length))
}

#[unsafe(export_name = "wasi:http/types#[method]outgoing-request.set-path-with-query")]
extern "C" fn set_path(request: u32, has: u32, text: At<u8>, length: usize) -> u32 {
    set(request, |of| host::set_path(of, has, text, length), |said| said.path = copied(has, text, length))
}

fn text(text: Maybe<Text>) -> Option<Vec<u8>> {
    match text {
        Maybe::Some(text) => Some(text.bytes().to_vec()),
        Maybe::None => None,
    }
}

/// What a request of somebody else's is, if the host can be asked.
fn asked(request: Handle) -> Option<Said> {
    if settings().host & REQUEST == 0 {
        return None;
    }
    let method = match receive(|out| host::request_method(request, out)) {
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
    let scheme = match receive(|out| host::request_scheme(request, out)) {
        Maybe::None => None,
        Maybe::Some(SchemeOf::Http) => Some(OfScheme::Http),
        Maybe::Some(SchemeOf::Https) => Some(OfScheme::Https),
        Maybe::Some(SchemeOf::Other(text)) => Some(OfScheme::Other(text.bytes().to_vec())),
    };
    let authority = text(receive(|out| host::request_authority(request, out)));
    let path = text(receive(|out| host::request_path(request, out)));
    Some(Said { method, scheme, authority, path })
}

#[unsafe(export_name = "wasi:http/outgoing-handler#handle")]
extern "C" fn handle(request: u32, has_options: u32, options: u32, out: Out<Reply<u32, ErrorCode>>) {
    let (request, said) = match whose(request) {
        Whose::Provider(index) => {
            let Outgoing { request, said } = REQUESTS.get().remove(index).or_trap();
            (Some(request), Some(said))
        }
        Whose::Host(request) => (Some(request), asked(request)),
        Whose::Denied | Whose::Ignored => (None, None),
    };
    let options = match (has_options != 0).then(|| whose(options)) {
        Some(Whose::Host(options)) => Some(options),
        _ => None,
    };
    let is_allowed = said.is_some_and(|said| said.judge(&settings().http).is_ok());
    if let (Some(request), true) = (request, is_allowed) {
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
