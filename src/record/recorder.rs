//! Recorders: components that import some interfaces and export the same. They write each call down, or answer it from a
//! recording.
//!
//! A recorder is generated like an adapter, from a component that imports just these interfaces, and what a recorder writes with.
//! Handles have the numbers in the order of which they are given.

use std::collections::BTreeSet;

use wasmparser::component_types::ResourceId;

use super::calls::{self, Line};
use super::error::RecordError;
use super::world;
use crate::abi::{Abi, Shape};
use crate::adapter;
use crate::decide::decisions::{Action, Decisions, Owner};
use crate::decide::recording::{Form, Recorder};
use crate::decide::{DecideError, decide};
use crate::describe::{Grants, Settings, Treatment};
use crate::imports::handles::resource_name;
use crate::imports::{Function, Imports};
use crate::load::{Component, Embedded};
use crate::name::qualified;
use crate::types::TypeKey;

/// What a recorder is asked to be.
pub struct Request<'r> {
    /// The instance that calls.
    pub at: &'r str,
    /// The component of that instance.
    pub component: &'r Component,
    /// Its imports that are recorded.
    pub imports: &'r BTreeSet<String>,
    pub form: Form,
    /// Whether it may write to standard error.
    pub writes: bool,
    /// The lines of the recording, where there is one.
    pub lines: &'r [Line],
}

/// Generates a recorder.
///
/// # Errors
///
/// An import cannot be recorded, or a line of the recording is no call of it.
pub fn generate(request: &Request<'_>) -> Result<Vec<u8>, RecordError> {
    let Request { at, component, imports, form, writes, lines } = *request;
    let world = world::of(component, imports, &[])?;
    check_all(&Imports::of(&world), imports)?;
    let sink = if writes { world::sink(component, imports) } else { Vec::new() };
    let world = world::of(component, imports, &sink)?;
    let all = Imports::of(&world);
    let recorded = |name: &str| imports.contains(name);
    let owned = owned(&all, &recorded);
    let calls = calls::read(&world, &all, lines, at, imports)?;
    let refused = |error: DecideError| RecordError::Impossible { at: (*at).to_owned(), why: error.to_string() };
    let first = |errors: Vec<DecideError>| {
        let why = errors.first().map(ToString::to_string).unwrap_or_default();
        RecordError::Impossible { at: (*at).to_owned(), why }
    };
    let grants = Grants::all(Treatment::Allow);
    let mut decisions = decide(&all, &grants, &|_| true, false).map_err(first)?;
    decisions.record(&recorded, owned, Recorder { at: (*at).to_owned(), form, sink, calls });
    adapter::inner(&decisions, &Settings::default(), &Embedded::default()).map_err(refused)
}

/// The resource types that recorded interfaces define.
fn owned(imports: &Imports<'_>, recorded: &dyn Fn(&str) -> bool) -> BTreeSet<ResourceId> {
    let component = imports.component;
    let interfaces = imports.interfaces.iter().filter(|interface| recorded(interface.name));
    let resources = interfaces.flat_map(|interface| &interface.resources).copied();
    let is_owned = |id: &ResourceId| {
        let key = TypeKey::Resource(*id);
        component.imported(key).is_some_and(|(interface, _)| recorded(interface))
    };
    resources.filter(is_owned).collect()
}

/// Whether calls of all functions can be recorded.
fn check_all(all: &Imports<'_>, recorded: &BTreeSet<String>) -> Result<(), RecordError> {
    let owned = owned(all, &|name| recorded.contains(name));
    for interface in all.interfaces.iter().filter(|interface| recorded.contains(interface.name)) {
        if let Some((name, _)) = interface.others.first() {
            let function = qualified(interface.name, name);
            return Err(RecordError::Function { function, why: "it is no function".to_owned() });
        }
        interface.functions.iter().try_for_each(|function| check(all.component, function, &owned))?;
    }
    Ok(())
}

/// Whether calls of a function can be recorded.
fn check(component: &Component, function: &Function<'_>, owned: &BTreeSet<ResourceId>) -> Result<(), RecordError> {
    let not = |why: String| Err(RecordError::Function { function: function.shown(), why });
    if function.ty.async_ {
        return not("it is asynchronous".to_owned());
    }
    let values = function.ty.params.iter().map(|(_, ty)| ty).chain(&function.ty.result);
    if function.size.excess(1).is_some() {
        return not("it takes or gives too much".to_owned());
    }
    for shape in values.flat_map(|ty| Abi(component).handles(ty)) {
        let id = match shape {
            Shape::Own(id) | Shape::Borrow(id) => id.resource(),
            Shape::Stream(_) => return not("it exchanges a stream".to_owned()),
            Shape::Future(..) => return not("it exchanges a future".to_owned()),
            _ => return not("it exchanges handles that are of no resource type".to_owned()),
        };
        if !owned.contains(&id) {
            let key = TypeKey::Resource(id);
            let of = component.imported(key).map(|(interface, _)| interface.to_owned()).unwrap_or_default();
            let resource = resource_name(component, id);
            return Err(RecordError::Resource { function: function.shown(), resource, interface: of });
        }
    }
    Ok(())
}

impl Decisions<'_> {
    /// Records the functions of some interfaces, whose resource types become the adapter's.
    fn record(&mut self, recorded: &dyn Fn(&str) -> bool, owned: BTreeSet<ResourceId>, recorder: Recorder) {
        let replays = recorder.form == Form::Replay;
        for decided in self.interfaces.iter_mut().filter(|of| recorded(of.interface.name)) {
            decided.is_adapted = true;
            for of in &mut decided.functions {
                of.is_passed = false;
                of.action = if replays { Action::Replay } else { Action::Record };
                if replays {
                    of.grant.treatment = Treatment::Deny;
                }
            }
        }
        for id in owned {
            let maker = (!replays).then(|| "a recorder".to_owned());
            self.owners.0.insert(id, Owner { maker, is_nullable: replays, ..Owner::default() });
        }
        self.recorder = Some(recorder);
    }
}
