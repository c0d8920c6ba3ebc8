//! HTTP, from the client's side.

use alloc::string::{String, ToString};

use crate::say;
use crate::wasi::http::outgoing_handler;
use crate::wasi::http::types::{Fields, Method, OutgoingRequest, RequestOptions};

pub fn probe(name: &str) -> Option<String> {
    let key = "x-key".to_string();
    let value = || b"value".to_vec();
    Some(match name {
        "fields append" => say(Fields::new().append(&key, &value())),
        "fields get" => say(Fields::new().get(&key)),
        "fields has" => say(Fields::new().has(&key)),
        "fields clone" => say(Fields::new().clone().entries()),
        "fields from-list" => say(Fields::from_list(&[(key, value())]).map(|fields| fields.entries())),
        "request" => {
            OutgoingRequest::new(Fields::new());
            say("request")
        }
        "request method" => say(OutgoingRequest::new(Fields::new()).method()),
        "request set-method" => say(OutgoingRequest::new(Fields::new()).set_method(&Method::Post)),
        "request path" => say(OutgoingRequest::new(Fields::new()).path_with_query()),
        "request scheme" => say(OutgoingRequest::new(Fields::new()).scheme()),
        "request headers" => say(OutgoingRequest::new(Fields::new()).headers().entries()),
        "request body" => say(OutgoingRequest::new(Fields::new()).body().map(|_| "body")),
        "options" => {
            let options = RequestOptions::new();
            say((options.set_connect_timeout(Some(1)), options.connect_timeout()))
        }
        "handle" => {
            let request = OutgoingRequest::new(Fields::new());
            say(outgoing_handler::handle(request, Some(RequestOptions::new())).map(|_| "response"))
        }
        _ => return None,
    })
}
