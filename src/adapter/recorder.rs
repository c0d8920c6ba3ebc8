//! The module that records calls, with the functions of the host's by which it writes.

use std::collections::BTreeSet;

use wasm_encoder::ComponentBuilder;

use super::core::Built;
use super::inner::Inner;
use crate::decide::recording::Recorder;
use crate::runtime::memory::{Base, Memory};
use crate::runtime::provider::{Instance, drop_of, name_of};
use crate::types::copy::writer::Result;

impl Inner<'_> {
    /// Instantiates the needed part of the recorder's module. Without a sink, it writes nothing.
    pub(super) fn recorder(
        &mut self,
        recorder: &Recorder,
        base: &Base,
        memory: &Memory,
        built: &Built<'_>,
    ) -> Result<Instance> {
        let sink = || recorder.sink.iter().filter_map(|name| self.decisions.interface(name)).map(|of| of.interface);
        let functions = sink().flat_map(|interface| &interface.functions);
        let functions: Vec<(String, u32)> = functions
            .filter_map(|of| Some((name_of(of.interface, of.name), self.host_function(of.interface, of.name)?)))
            .collect();
        let drops = sink().flat_map(|interface| interface.types.iter().map(move |ty| (interface.name, ty)));
        let drops: Vec<(String, u32)> = drops
            .filter_map(|(interface, ty)| Some((drop_of(interface, ty.name), self.hosts.resource(ty.resource()?)?)))
            .collect();
        let exports: BTreeSet<String> = built.providers.iter().cloned().collect();
        let find = |items: &[(String, u32)], name: &str| items.iter().find(|(of, _)| of == name).map(|(_, of)| *of);
        let is_there = |name: &str| find(&functions, name).or_else(|| find(&drops, name)).is_some();
        let part = self.providers.part(&exports, memory.ty(), &is_there)?;
        let host = |builder: &mut ComponentBuilder, name: &str| match find(&functions, name) {
            Some(function) => Some(builder.lower_func(None, function, base.lowering())),
            None => find(&drops, name).map(|ty| builder.resource_drop(ty)),
        };
        part.instantiate(&mut self.writer.builder, base, memory, host)
    }
}
