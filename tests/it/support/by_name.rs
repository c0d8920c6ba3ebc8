//! A host that answers functions by name, so that it fits any subset of some interfaces that a component imports.

use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, Linker, Resource, ResourceAny, ResourceType, Val};
use wasmtime::{AsContextMut, StoreContextMut};

use super::{Host, engine, host_type};

/// A mock of some interfaces, which answers calls and records them.
pub trait Answers: Default + Send + 'static {
    /// The prefix of the names of its interfaces.
    const INTERFACES: &'static [&'static str];

    /// The handles that it has returned.
    fn handles(&mut self) -> &mut Handles;

    /// Answers a call. `numbers` are the numbers of the handles in the arguments.
    ///
    /// # Errors
    ///
    /// There is no such function.
    fn call(
        &mut self,
        store: &mut StoreContextMut<'_, Host>,
        function: &str,
        given: &[Val],
        numbers: &[u32],
    ) -> wasmtime::Result<Option<Val>>;

    /// Makes a new handle with its number.
    fn object(&mut self, store: &mut StoreContextMut<'_, Host>) -> (u32, Val) {
        let handles = self.handles();
        handles.last += 1;
        handles.live += 1;
        let handle: ResourceAny = Resource::<Host>::new_own(handles.last).try_into_resource_any(&mut *store).unwrap();
        (handles.last, Val::Resource(handle))
    }
}

/// Handles of any resource type.
#[derive(Debug, Default)]
pub struct Handles {
    last: u32,
    /// The number of handles so far.
    pub live: usize,
}

/// The mock, which the host and the test share.
pub type Shared<T> = Arc<Mutex<T>>;

/// Defines everything that a component imports from the interfaces.
pub fn add<T: Answers>(linker: &mut Linker<Host>, component: &[u8]) -> Shared<T> {
    let engine = engine();
    let component = Component::new(&engine, component).unwrap();
    let seen = Shared::<T>::default();
    linker.allow_shadowing(true);
    for (name, item) in component.component_type().imports(&engine) {
        let ComponentItem::ComponentInstance(instance) = item.ty else { continue };
        if !T::INTERFACES.iter().any(|start| name.starts_with(start)) {
            continue;
        }
        let mut interface = linker.instance(name).unwrap();
        for (name, item) in instance.exports(&engine) {
            match item.ty {
                ComponentItem::Resource(_) => {
                    let (seen, ty) = (seen.clone(), host_type(name));
                    let is_own = ty == ResourceType::host::<Host>();
                    let drop = move |_: StoreContextMut<'_, Host>, _| {
                        seen.lock().unwrap().handles().live -= usize::from(is_own);
                        Ok(())
                    };
                    // A type that an interface uses from another one is defined with that one.
                    _ = interface.resource(name, ty, drop);
                }
                ComponentItem::ComponentFunc(ty) if ty.async_() => {
                    let (seen, function) = (seen.clone(), name.to_owned());
                    let add = interface.func_new_concurrent(name, move |accessor, _, given, results| {
                        let (seen, function) = (seen.clone(), function.clone());
                        Box::pin(async move {
                            later().await;
                            accessor.with(|mut access| {
                                let mut store = access.as_context_mut();
                                let mut seen = seen.lock().unwrap();
                                let numbers = numbers(&mut *seen, &mut store, given)?;
                                let value = seen.call(&mut store, &function, given, &numbers)?;
                                results.iter_mut().zip(value).for_each(|(result, value)| *result = value);
                                Ok(())
                            })
                        })
                    });
                    add.unwrap();
                }
                ComponentItem::ComponentFunc(_) => {
                    let (seen, function) = (seen.clone(), name.to_owned());
                    let call = move |mut store: StoreContextMut<'_, Host>, _, given: &[Val], results: &mut [Val]| {
                        let mut seen = seen.lock().unwrap();
                        let numbers = numbers(&mut *seen, &mut store, given)?;
                        let value = seen.call(&mut store, &function, given, &numbers)?;
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

/// Is pending once, so that the caller has to wait.
async fn later() {
    let mut was_asked = false;
    let answer = |context: &mut Context<'_>| match std::mem::replace(&mut was_asked, true) {
        true => Poll::Ready(()),
        false => {
            context.waker().wake_by_ref();
            Poll::Pending
        }
    };
    poll_fn(answer).await;
}

/// The numbers of the handles in some values. Owned handles are dropped.
fn numbers(of: &mut impl Answers, store: &mut StoreContextMut<'_, Host>, given: &[Val]) -> wasmtime::Result<Vec<u32>> {
    let mut numbers = Vec::new();
    for value in given {
        let value = if let Val::Option(Some(value)) = value { value } else { value };
        if let Val::Resource(handle) = value {
            let is_owned = handle.owned();
            let handle: Resource<Host> = handle.try_into_resource(&mut *store)?;
            of.handles().live -= usize::from(is_owned);
            numbers.push(handle.rep());
        }
    }
    Ok(numbers)
}

/// A result with the case `ok`, and its payload.
pub fn ok(value: Option<Val>) -> Option<Val> {
    Some(Val::Result(Ok(value.map(Box::new))))
}
