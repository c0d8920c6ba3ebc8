//! Generates recorders: components that import some interfaces and export the same ones. They write each call to
//! standard error, or answer it from a recording.
//!
//! A recorder is generated like an adapter, from a component that imports just these interfaces, and those with which
//! the recorder writes. Handles are numbered in the order in which calls return them.

use std::collections::BTreeSet;

use wasmparser::component_types::ResourceId;

use super::calls::{self, Line};
use super::error::RecordError;
use super::world::Edges;
use crate::abi::{Abi, Shape};
use crate::adapter;
use crate::decide::decisions::{Action, Decisions, Owner};
use crate::decide::recording::{Call, Form, Recorder};
use crate::decide::{Around, DecideError, decide};
use crate::describe::{Grants, Settings, Treatment};
use crate::imports::handles::resource_name;
use crate::imports::{Function, Imports, Interface};
use crate::load::{Component, Embedded};
use crate::name::qualified;
use crate::types::{Side, TypeKey};

/// The properties of a recorder to be generated.
pub(super) struct Request<'r> {
    /// The prefix of the edges in lines: the calling instance, such as `kv/`.
    pub at: &'r str,
    pub edges: Edges<'r>,
    pub form: Form,
    /// Whether the recorder writes to standard error.
    pub writes: bool,
    /// The lines of the recording. Empty unless the recorder replays.
    pub lines: &'r [Line],
    /// Whether there is no other recorder, so that the recording may be of an instance of another name.
    pub is_only: bool,
}

/// Generates a recorder. Also returns the number of calls that it answers.
///
/// # Errors
///
/// Calls of an import cannot be recorded, or a line of the recording does not fit the import.
pub(super) fn generate(request: &Request<'_>) -> Result<(Vec<u8>, usize), RecordError> {
    let Request { at, edges, form, writes, lines, is_only } = *request;
    let world = edges.world(&[])?;
    check_all(&Imports::of(&world), edges).map_err(|error| match error {
        RecordError::Function { function, why, .. } => {
            let others = recordable(edges).iter().map(|name| format!("{at}{name}")).collect();
            RecordError::Function { function, why, others }
        }
        error => error,
    })?;
    let sink = if writes { edges.sink() } else { Vec::new() };
    let world = edges.world(&sink)?;
    let all = Imports::of(&world);
    let owned = owned(&all, edges.names);
    let calls = calls::read(&all, lines, (at, is_only), edges.names)?;
    let count = calls.len();
    let shown = at.trim_end_matches(['/', ' ']);
    let refused = |error: DecideError| RecordError::Impossible { at: shown.to_owned(), why: error.to_string() };
    let first = |errors: Vec<DecideError>| {
        let why = errors.first().map(ToString::to_string).unwrap_or_default();
        RecordError::Impossible { at: shown.to_owned(), why }
    };
    let grants = Grants::all(Treatment::Allow);
    let mut decisions = decide(&all, &grants, Around::ALONE).map_err(first)?;
    decisions.record(edges.names, owned, Recorder { at: (*at).to_owned(), form, sink, calls });
    let bytes = adapter::inner(&decisions, &Settings::default(), &Embedded::default()).map_err(refused)?;
    Ok((bytes, count))
}

/// The resource types that recorded interfaces define.
fn owned(imports: &Imports<'_>, recorded: &BTreeSet<String>) -> BTreeSet<ResourceId> {
    let component = imports.component;
    let interfaces = imports.interfaces.iter().filter(|interface| recorded.contains(interface.name));
    let resources = interfaces.flat_map(|interface| &interface.resources).copied();
    let is_owned = |id: &ResourceId| {
        let key = TypeKey::Resource(*id);
        component.imported(key).is_some_and(|(interface, _)| recorded.contains(interface))
    };
    resources.filter(is_owned).collect()
}

/// The edges whose calls can be recorded if the other edges are left out.
fn recordable(edges: Edges<'_>) -> BTreeSet<String> {
    let (mut names, mut known) = (edges.names.clone(), usize::MAX);
    // An edge that uses handles of another one cannot be recorded without it.
    while names.len() < known {
        known = names.len();
        let all = Edges { names: &names, ..edges };
        let Ok(world) = all.world(&[]) else { return BTreeSet::new() };
        let imports = Imports::of(&world);
        let can = |name: &&String| {
            let has_name = |interface: &&Interface<'_>| interface.name == **name || interface.name.is_empty();
            let mut interfaces = imports.interfaces.iter().filter(has_name);
            interfaces.all(|interface| check_interface(&imports, interface, all, Some(name)).is_ok())
        };
        let recordable: BTreeSet<String> = names.iter().filter(can).cloned().collect();
        names = recordable;
    }
    names
}

/// Checks that calls of all functions can be recorded.
fn check_all(all: &Imports<'_>, edges: Edges<'_>) -> Result<(), RecordError> {
    let is_recorded = |name: &str| name.is_empty() || edges.names.contains(name);
    let mut interfaces = all.interfaces.iter().filter(|interface| is_recorded(interface.name));
    interfaces.try_for_each(|interface| check_interface(all, interface, edges, None))
}

/// Checks that calls of the functions of an interface can be recorded. Of functions that are imports themselves, only
/// the one of the name `only` is checked, if that is given.
fn check_interface(
    all: &Imports<'_>,
    interface: &Interface<'_>,
    edges: Edges<'_>,
    only: Option<&str>,
) -> Result<(), RecordError> {
    let owned = owned(all, edges.names);
    if let Some((name, _)) = interface.others.first() {
        let function = qualified(interface.name, name);
        return Err(RecordError::Function { function, why: "it is no function".to_owned(), others: Vec::new() });
    }
    let is_meant = |function: &&Function<'_>| !interface.name.is_empty() || only.is_none_or(|of| of == function.name);
    let mut functions = interface.functions.iter().filter(is_meant);
    functions.try_for_each(|function| check(all.component, function, (edges, &owned)))
}

/// Checks that calls of a function can be recorded.
fn check(
    component: &Component,
    function: &Function<'_>,
    (edges, owned): (Edges<'_>, &BTreeSet<ResourceId>),
) -> Result<(), RecordError> {
    let not = |why: String| Err(RecordError::Function { function: function.shown(), why, others: Vec::new() });
    let values = function.ty.params.iter().map(|(_, ty)| ty).chain(&function.ty.result);
    if function.size.excess(1).is_some() {
        return not("it takes or gives too much".to_owned());
    }
    for shape in values.flat_map(|ty| Abi(component).handles(ty)) {
        let id = match shape {
            Shape::Own(id) | Shape::Borrow(id) => id.resource(),
            Shape::Stream(_) => return not("it exchanges a stream, and no call says what goes through that".to_owned()),
            Shape::Future(..) => return not("it exchanges a future, and no call says what that gives".to_owned()),
            _ => return not("it exchanges handles that are of no resource type".to_owned()),
        };
        if function.ty.async_ {
            return not("it is asynchronous, and exchanges handles".to_owned());
        }
        if !owned.contains(&id) {
            let key = TypeKey::Resource(id);
            let interface = component.imported(key).map(|(interface, _)| interface.to_owned()).unwrap_or_default();
            let resource = resource_name(component, id);
            if edges.side == Side::Export && edges.component.imports().contains_key(&interface) {
                return not(format!(
                    "it exchanges handles of `{resource}`, which are those of the import `{interface}`"
                ));
            }
            return Err(RecordError::Resource { function: function.shown(), resource, interface });
        }
    }
    Ok(())
}

/// Whether a recorded call of a function ended the program, which only a call of the host's `wasi:cli/exit` can do.
fn ends(function: &Function<'_>, calls: &[Call]) -> bool {
    let is_end = |call: &Call| !call.has_returned && call.is_of(function.interface, function.name);
    let (interface, _) = function.known();
    let has_values = function.ty.result.is_none() && function.resources.is_empty();
    interface == "wasi:cli/exit" && has_values && calls.iter().any(is_end)
}

impl Decisions<'_> {
    /// Changes decisions so that the functions of these interfaces are recorded or replayed. The adapter becomes the
    /// owner of their resource types.
    fn record(&mut self, recorded: &BTreeSet<String>, owned: BTreeSet<ResourceId>, recorder: Recorder) {
        let replays = recorder.form == Form::Replay;
        let is_recorded = |name: &str| name.is_empty() || recorded.contains(name);
        for decided in self.interfaces.iter_mut().filter(|decided| is_recorded(decided.interface.name)) {
            decided.is_adapted |= !decided.functions.is_empty() || !decided.interface.name.is_empty();
            for function in &mut decided.functions {
                function.is_passed = false;
                let ends = replays && ends(function.function, &recorder.calls);
                function.action = if replays { Action::Replay { ends } } else { Action::Record };
                // Other calls may begin before the host has answered.
                function.goes_on = !replays && function.function.ty.async_;
                if replays && !ends {
                    function.grant.treatment = Treatment::Deny;
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
