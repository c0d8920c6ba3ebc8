//! Rules for requests of WASI 0.3: `wasi:http/client`, an imported `wasi:http/handler`, and their requests.
//!
//! Both functions are asynchronous: a refused request is answered at once, and for other requests the host is called.
//! Streams and futures belong to the host and are passed unchanged.

use abi::settings::host::REQUEST_3;
use alloc::boxed::Box;
use tasks::Flow;

use super::*;
use crate::later::free;

static REQUESTS: Requests = Requests::new();

#[unsafe(export_name = "wasi:http/types#[dtor]request")]
extern "C" fn drop_request(request: u32) {
    if let Owner::Provider(index) = owner(request) {
        host::drop_request_3(REQUESTS.0.get().remove(index).or_trap().request);
    }
}

/// The host's handle of an argument. Traps for other owners: an object of the provider cannot be passed to the host
/// with a stream.
fn hosts(number: u32) -> Handle {
    match owner(number) {
        Owner::Host(handle) => handle,
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
extern "C" fn method(request: u32, out: Out<WasiMethod>) {
    host::request_method_3(REQUESTS.of_host(request), out);
}

#[unsafe(export_name = "wasi:http/types@0.3#[method]request.get-scheme")]
extern "C" fn scheme(request: u32, out: Out<Maybe<WasiScheme>>) {
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
        Maybe::Some(options) => Maybe::Some(host_rep(options)),
        Maybe::None => Maybe::None,
    });
}

#[unsafe(export_name = "wasi:http/types@0.3#[method]request.get-headers")]
extern "C" fn headers(request: u32) -> u32 {
    host_rep(host::request_headers_3(REQUESTS.of_host(request)))
}

#[unsafe(export_name = "wasi:http/types@0.3#[method]request.set-method")]
extern "C" fn set_method(request: u32, case: u32, text: Pointer<u8>, length: usize) -> u32 {
    REQUESTS.set(request, |of| host::set_method_3(of, case, text, length), said_method(case, text, length))
}

#[unsafe(export_name = "wasi:http/types@0.3#[method]request.set-scheme")]
extern "C" fn set_scheme(request: u32, has: u32, case: u32, text: Pointer<u8>, length: usize) -> u32 {
    REQUESTS.set(request, |of| host::set_scheme_3(of, has, case, text, length), said_scheme(has, case, text, length))
}

#[unsafe(export_name = "wasi:http/types@0.3#[method]request.set-authority")]
extern "C" fn set_authority(request: u32, has: u32, text: Pointer<u8>, length: usize) -> u32 {
    REQUESTS.set(request, |of| host::set_authority_3(of, has, text, length), said_authority(has, text, length))
}

#[unsafe(export_name = "wasi:http/types@0.3#[method]request.set-path-with-query")]
extern "C" fn set_path(request: u32, has: u32, text: Pointer<u8>, length: usize) -> u32 {
    REQUESTS.set(request, |of| host::set_path_3(of, has, text, length), said_path(has, text, length))
}

/// The parts of a request that the component did not create, if the component imports the functions to read them.
fn asked(request: Handle) -> Option<RequestParts> {
    (settings().host & REQUEST_3 != 0).then(|| {
        heard(
            |out| host::request_method_3(request, out),
            |out| host::request_scheme_3(request, out),
            |out| host::request_authority_3(request, out),
            |out| host::request_path_3(request, out),
        )
    })
}

/// A request that is being sent.
struct Sending {
    result: Reply<u32, ErrorCode>,
    /// The argument of the host function.
    request: Handle,
    /// Whether the response is returned as a representation, instead of a handle.
    is_numbered: bool,
    /// Whether the result is from the host, so that its text has to be freed.
    is_hosts: bool,
}

/// Sets a flow up to call the host with a request. Without a request, the result is `HTTP-request-denied`.
fn begin(flow: &mut Flow, request: Option<Handle>, is_numbered: bool) {
    // Bytes that the host does not write mean that there is no text.
    let result = Reply::Err(DENIED);
    let handle = request.unwrap_or(Handle(0));
    let sending = Box::leak(Box::new(Sending { result, request: handle, is_numbered, is_hosts: false }));
    flow.at = request.map_or(0, |_| core::ptr::from_ref(&sending.request) as usize);
    flow.count = core::ptr::from_ref(&sending.result) as usize;
    flow.state = core::ptr::from_mut(sending) as u32;
}

/// Sends a request, if the rules allow it.
fn judge(request: u32, flow: &mut Flow) {
    let (request, parts) = REQUESTS.give(request, asked);
    let is_allowed = is_allowed(parts);
    if let (Some(request), false) = (request, is_allowed) {
        host::drop_request_3(request);
    }
    begin(flow, request.filter(|_| is_allowed), true);
}

/// Sends a request that is not judged.
fn pass(request: u32, flow: &mut Flow) {
    let (request, _) = REQUESTS.give(request, |_| None);
    begin(flow, request, true);
}

/// Refuses a request. It is the export without the host, which adapters that judge requests do not call.
fn refuse(request: u32, out: Out<Reply<u32, ErrorCode>>) {
    drop_request(request);
    out.put(Reply::Err(DENIED));
}

/// Is called when the host has answered, and again when the result was returned.
fn called(flow: &mut Flow) {
    let sending = flow.state as *mut Sending;
    if flow.ended != 0 {
        // SAFETY: The address is from `begin`, and this is the last step.
        return unsafe { Box::from_raw(sending) }.forget();
    }
    flow.at = 0;
    // SAFETY: The address is from `begin`, and only the last step frees it.
    let sending = unsafe { &mut *sending };
    sending.is_hosts = true;
    if let (Reply::Ok(response), true) = (&mut sending.result, sending.is_numbered) {
        *response = host_rep(Handle(*response));
    }
}

impl Sending {
    /// Frees the text of an error from the host.
    fn forget(&self) {
        let (Reply::Err(error), true) = (&self.result, self.is_hosts) else { return };
        // The offset of the optional text in the payload of each case: 0 in `DNS-error`, in the cases for trailers, for
        // headers of a response and for codings, and in `internal-error`; 4 in `TLS-alert-received` and in
        // `HTTP-request-header-size`, where another field precedes it.
        let at = match error.case {
            1 | 24 | 27 | 30 | 31 | 32 | 38 => 0,
            14 | 22 => 4,
            _ => return,
        };
        let payload = core::ptr::from_ref(&error.payload) as usize;
        let [text] = Pointer::<Maybe<Text>>::new(payload + at).list(1).slice() else { return };
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

/// Calls the component's exported handler with a request of the host, whose handle has been converted.
#[unsafe(export_name = "wasi:http/handler@0.3#[host][export]handle")]
extern "C" fn export_handle(request: Handle, flow: &mut Flow) {
    begin(flow, Some(request), false);
}

#[unsafe(export_name = "wasi:http/handler@0.3#[called]")]
extern "C" fn handle_called(flow: &mut Flow) {
    called(flow);
}
