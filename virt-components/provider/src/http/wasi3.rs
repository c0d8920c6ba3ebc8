//! The same for WASI 0.3: `wasi:http/client` and an imported `handler`, and the requests that these are called with.
//!
//! Both are asynchronous: what is refused is answered at once, and the host is called for what is not. Streams and futures are the host's,
//! and go by as they are.

use abi::settings::host::REQUEST_3;
use alloc::boxed::Box;
use tasks::Flow;

use super::*;
use crate::later::free;

static REQUESTS: Requests = Requests::new();

#[unsafe(export_name = "wasi:http/types#[dtor]request")]
extern "C" fn drop_request(request: u32) {
    if let Whose::Provider(index) = whose(request) {
        host::drop_request_3(REQUESTS.0.get().remove(index).or_trap().request);
    }
}

/// A handle of the host's that a function is passed. There is nothing else that could be passed on with a stream.
fn hosts(number: u32) -> Handle {
    match whose(number) {
        Whose::Host(handle) => handle,
        _ => trap(),
    }
}

#[unsafe(export_name = "wasi:http/types@0.3#[static]request.new")]
extern "C" fn new(
    headers: u32,
    has_contents: u32,
    contents: u32,
    trailers: u32,
    has_options: u32,
    options: u32,
    out: Out<[u32; 2]>,
) {
    let headers = hosts(headers);
    let options = if has_options == 0 { Handle(0) } else { hosts(options) };
    let [request, sent] = receive(|out| {
        host::new_request_3(headers, has_contents, contents, trailers, has_options, options, out);
    });
    out.put([REQUESTS.add(Handle(request)), sent]);
}

#[unsafe(export_name = "wasi:http/types@0.3#[static]request.consume-body")]
extern "C" fn consume_body(request: u32, result: u32, out: Out<[u32; 2]>) {
    let (request, _) = REQUESTS.give(request, |_| None);
    host::consume_body_3(request.or_trap(), result, out);
}

#[unsafe(export_name = "wasi:http/types@0.3#[method]request.get-method")]
extern "C" fn method(request: u32, out: Out<MethodOf>) {
    host::request_method_3(REQUESTS.of_host(request), out);
}

#[unsafe(export_name = "wasi:http/types@0.3#[method]request.get-scheme")]
extern "C" fn scheme(request: u32, out: Out<Maybe<SchemeOf>>) {
    host::request_scheme_3(REQUESTS.of_host(request), out);
}

#[unsafe(export_name = "wasi:http/types@0.3#[method]request.get-authority")]
extern "C" fn authority(request: u32, out: Out<Maybe<Text>>) {
    host::request_authority_3(REQUESTS.of_host(request), out);
}

#[unsafe(export_name = "wasi:http/types@0.3#[method]request.get-path-with-query")]
extern "C" fn path(request: u32, out: Out<Maybe<Text>>) {
    host::request_path_3(REQUESTS.of_host(request), out);
}

#[unsafe(export_name = "wasi:http/types@0.3#[method]request.get-options")]
extern "C" fn options(request: u32, out: Out<Maybe<u32>>) {
    out.put(match receive(|out| host::request_options_3(REQUESTS.of_host(request), out)) {
        Maybe::Some(options) => Maybe::Some(of_host(options)),
        Maybe::None => Maybe::None,
    });
}

#[unsafe(export_name = "wasi:http/types@0.3#[method]request.get-headers")]
extern "C" fn headers(request: u32) -> u32 {
    of_host(host::request_headers_3(REQUESTS.of_host(request)))
}

#[unsafe(export_name = "wasi:http/types@0.3#[method]request.set-method")]
extern "C" fn set_method(request: u32, case: u32, text: At<u8>, length: usize) -> u32 {
    REQUESTS.set(request, |of| host::set_method_3(of, case, text, length), said_method(case, text, length))
}

#[unsafe(export_name = "wasi:http/types@0.3#[method]request.set-scheme")]
extern "C" fn set_scheme(request: u32, has: u32, case: u32, text: At<u8>, length: usize) -> u32 {
    REQUESTS.set(request, |of| host::set_scheme_3(of, has, case, text, length), said_scheme(has, case, text, length))
}

#[unsafe(export_name = "wasi:http/types@0.3#[method]request.set-authority")]
extern "C" fn set_authority(request: u32, has: u32, text: At<u8>, length: usize) -> u32 {
    REQUESTS.set(request, |of| host::set_authority_3(of, has, text, length), said_authority(has, text, length))
}

#[unsafe(export_name = "wasi:http/types@0.3#[method]request.set-path-with-query")]
extern "C" fn set_path(request: u32, has: u32, text: At<u8>, length: usize) -> u32 {
    REQUESTS.set(request, |of| host::set_path_3(of, has, text, length), said_path(has, text, length))
}

/// What a request of somebody else's is, if the host can be asked.
fn asked(request: Handle) -> Option<Said> {
    (settings().host & REQUEST_3 != 0).then(|| {
        heard(
            |out| host::request_method_3(request, out),
            |out| host::request_scheme_3(request, out),
            |out| host::request_authority_3(request, out),
            |out| host::request_path_3(request, out),
        )
    })
}

/// A request on its way.
struct Sending {
    result: Reply<u32, ErrorCode>,
    /// What the host's function is passed.
    request: Handle,
    /// Whether the response is to be a number, and no handle of the host's.
    is_numbered: bool,
    /// Whether the result is the host's, and a text in it is ours to free.
    is_hosts: bool,
}

/// Has the host called with a request, or answers that it is refused.
fn begin(flow: &mut Flow, request: Option<Handle>, is_numbered: bool) {
    // What the host leaves as it was says that there is no text.
    let result = Reply::Err(DENIED);
    let handle = request.unwrap_or(Handle(0));
    let sending = Box::leak(Box::new(Sending { result, request: handle, is_numbered, is_hosts: false }));
    flow.at = request.map_or(0, |_| core::ptr::from_ref(&sending.request) as usize);
    flow.count = core::ptr::from_ref(&sending.result) as usize;
    flow.state = core::ptr::from_mut(sending) as u32;
}

/// Sends a request, if the rules allow it.
fn judge(request: u32, flow: &mut Flow) {
    let (request, said) = REQUESTS.give(request, asked);
    let is_allowed = is_allowed(said);
    if let (Some(request), false) = (request, is_allowed) {
        host::drop_request_3(request);
    }
    begin(flow, request.filter(|_| is_allowed), true);
}

/// Sends a request that no rule is about.
fn pass(request: u32, flow: &mut Flow) {
    let (request, _) = REQUESTS.give(request, |_| None);
    begin(flow, request, true);
}

/// Refuses. Nobody calls it: where requests are judged, the host is asked.
fn refuse(request: u32, out: Out<Reply<u32, ErrorCode>>) {
    drop_request(request);
    out.put(Reply::Err(DENIED));
}

/// When the host has answered, and once more when that was given.
fn called(flow: &mut Flow) {
    let sending = flow.state as *mut Sending;
    if flow.ended != 0 {
        // SAFETY: It is from `begin`, and this is the last step.
        return unsafe { Box::from_raw(sending) }.forget();
    }
    flow.at = 0;
    // SAFETY: It is from `begin`, and the flow is used no more after the last step, which frees it.
    let sending = unsafe { &mut *sending };
    sending.is_hosts = true;
    if let (Reply::Ok(response), true) = (&mut sending.result, sending.is_numbered) {
        *response = of_host(Handle(*response));
    }
}

impl Sending {
    /// Frees the text of an error of the host's.
    fn forget(&self) {
        let (Reply::Err(error), true) = (&self.result, self.is_hosts) else { return };
        // Where the optional text of a case is: `DNS-error`, the sizes of trailers and of a response's headers, the codings, and
        // `internal-error`; behind something else in `TLS-alert-received`, and in `HTTP-request-header-size`, which may have nothing.
        let at = match error.case {
            1 | 24 | 27 | 30 | 31 | 32 | 38 => 0,
            14 | 22 => 4,
            _ => return,
        };
        let payload = core::ptr::from_ref(&error.payload) as usize;
        let [text] = At::<Maybe<Text>>::new(payload + at).list(1).slice() else { return };
        if let Maybe::Some(text) = text {
            free(text);
        }
    }
}

#[unsafe(export_name = "wasi:http/client@0.3#send")]
extern "C" fn send(request: u32, out: Out<Reply<u32, ErrorCode>>) {
    refuse(request, out);
}

#[unsafe(export_name = "wasi:http/client@0.3#[host]send")]
extern "C" fn host_send(request: u32, flow: &mut Flow) {
    judge(request, flow);
}

#[unsafe(export_name = "wasi:http/client@0.3#[host][pass]send")]
extern "C" fn pass_send(request: u32, flow: &mut Flow) {
    pass(request, flow);
}

#[unsafe(export_name = "wasi:http/client@0.3#[called]")]
extern "C" fn send_called(flow: &mut Flow) {
    called(flow);
}

#[unsafe(export_name = "wasi:http/handler@0.3#handle")]
extern "C" fn handle(request: u32, out: Out<Reply<u32, ErrorCode>>) {
    refuse(request, out);
}

#[unsafe(export_name = "wasi:http/handler@0.3#[host]handle")]
extern "C" fn host_handle(request: u32, flow: &mut Flow) {
    judge(request, flow);
}

#[unsafe(export_name = "wasi:http/handler@0.3#[host][pass]handle")]
extern "C" fn pass_handle(request: u32, flow: &mut Flow) {
    pass(request, flow);
}

/// A request that somebody has for the component, whose handle has been exchanged.
#[unsafe(export_name = "wasi:http/handler@0.3#[host][export]handle")]
extern "C" fn export_handle(request: Handle, flow: &mut Flow) {
    begin(flow, Some(request), false);
}

#[unsafe(export_name = "wasi:http/handler@0.3#[called]")]
extern "C" fn handle_called(flow: &mut Flow) {
    called(flow);
}
