//! A host with the part of `wasi:http` that a small server needs.
//!
//! It answers functions by name and not by type, so that it fits every version, and any subset of the interfaces.

use std::sync::{Arc, Mutex};

use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Linker, Resource, ResourceAny, Val};
use wasmtime::{Store, StoreContextMut};
use wasmtime_wasi::WasiCtxBuilder;
use wasmtime_wasi::p2::pipe::{MemoryInputPipe, MemoryOutputPipe};
use wasmtime_wasi::p2::{DynInputStream, DynOutputStream};

use super::{Host, compiled, engine, host_type};

/// Sends a request for a path with the body `a question` to a component that exports `wasi:http/incoming-handler`, and
/// returns the body of the response. The host refuses the component's own requests with `ConnectionRefused`, and sets
/// the environment variable `PLACE`.
#[track_caller]
pub fn serve(component: &[u8], path: &str) -> Result<String, String> {
    serve_with(component, path, |_| {})
}

/// As [`serve`], in a host whose context `give` configures.
#[track_caller]
pub fn serve_with(component: &[u8], path: &str, give: impl FnOnce(&mut WasiCtxBuilder)) -> Result<String, String> {
    let engine = engine();
    let component = compiled(component);
    let mut wasi = WasiCtxBuilder::new();
    wasi.env("PLACE", "here");
    give(&mut wasi);
    let mut store = Store::new(&engine, Host::new(wasi.build()));
    let mut linker = Linker::new(&engine);
    wasmtime_wasi::p2::add_to_linker_sync(&mut linker).unwrap();
    let answer = Answer { path: path.to_owned(), body: MemoryOutputPipe::new(1 << 20), is_set: Arc::default() };
    for (name, item) in component.component_type().imports(&engine) {
        let ComponentItem::ComponentInstance(instance) = item.ty else { continue };
        if !name.starts_with("wasi:http/") {
            continue;
        }
        let mut interface = linker.instance(name).unwrap();
        for (name, item) in instance.exports(&engine) {
            match item.ty {
                ComponentItem::Resource(_) => interface.resource(name, host_type(name), |_, _| Ok(())).unwrap(),
                ComponentItem::ComponentFunc(_) => {
                    let (answer, function) = (answer.clone(), name.to_owned());
                    let call = move |store: StoreContextMut<'_, Host>, _, given: &[Val], results: &mut [Val]| {
                        for (result, value) in results.iter_mut().zip(answer.call(store, &function, given)?) {
                            *result = value;
                        }
                        Ok(())
                    };
                    interface.func_new(name, call).unwrap();
                }
                _ => {}
            }
        }
    }
    let instance = linker.instantiate(&mut store, &component).expect("wasmtime instantiates it");
    let exports: Vec<String> = component.component_type().exports(&engine).map(|(name, _)| name.to_owned()).collect();
    let handler = exports.iter().find(|name| name.starts_with("wasi:http/incoming-handler@")).expect("it is a server");
    let handler = instance.get_export_index(&mut store, None, handler).unwrap();
    let handle = instance.get_export_index(&mut store, Some(&handler), "handle").unwrap();
    let handle = instance.get_func(&mut store, handle).unwrap();
    let given = [Val::Resource(thing(&mut store, 1)), Val::Resource(thing(&mut store, 2))];
    handle.call(&mut store, &given, &mut []).map_err(|error| format!("{error:?}"))?;
    assert!(*answer.is_set.lock().unwrap(), "it must answer");
    Ok(String::from_utf8(answer.body.contents().to_vec()).unwrap())
}

/// The request and the response.
#[derive(Clone)]
struct Answer {
    path: String,
    body: MemoryOutputPipe,
    is_set: Arc<Mutex<bool>>,
}

impl Answer {
    fn call(
        &self,
        mut store: StoreContextMut<'_, Host>,
        function: &str,
        given: &[Val],
    ) -> wasmtime::Result<Option<Val>> {
        // A borrowed handle has to be released, and an owned one is dropped here.
        for value in given {
            if let Val::Resource(resource) = value {
                resource.resource_drop(&mut store)?;
            }
        }
        let ok = |value: Option<Val>| Some(Val::Result(Ok(value.map(Box::new))));
        Ok(match function {
            "[constructor]fields" | "[constructor]outgoing-request" | "[constructor]outgoing-response" => {
                Some(Val::Resource(thing(&mut store, 3)))
            }
            "[method]incoming-request.path-with-query" => {
                Some(Val::Option(Some(Box::new(Val::String(self.path.clone())))))
            }
            "[method]outgoing-request.set-scheme" | "[method]outgoing-request.set-authority" => ok(None),
            "[method]outgoing-response.body" => ok(Some(Val::Resource(thing(&mut store, 4)))),
            "[method]incoming-request.consume" => ok(Some(Val::Resource(thing(&mut store, 5)))),
            "[method]incoming-body.stream" => {
                let stream: DynInputStream = Box::new(MemoryInputPipe::new("a question"));
                let stream = store.data_mut().table.push(stream)?;
                ok(Some(Val::Resource(stream.try_into_resource_any(&mut store)?)))
            }
            "[method]outgoing-body.write" => {
                let stream: DynOutputStream = Box::new(self.body.clone());
                let stream = store.data_mut().table.push(stream)?;
                ok(Some(Val::Resource(stream.try_into_resource_any(&mut store)?)))
            }
            "[static]outgoing-body.finish" => ok(None),
            "[static]response-outparam.set" => {
                *self.is_set.lock().unwrap() = matches!(given.get(1), Some(Val::Result(Ok(_))));
                None
            }
            "handle" => Some(Val::Result(Err(Some(Box::new(Val::Variant("connection-refused".to_owned(), None)))))),
            other => return Err(wasmtime::Error::msg(format!("`{other}` is not in this host"))),
        })
    }
}

/// A resource of the host, which stands for any resource type.
fn thing(store: impl wasmtime::AsContextMut, rep: u32) -> ResourceAny {
    Resource::<Host>::new_own(rep).try_into_resource_any(store).unwrap()
}
