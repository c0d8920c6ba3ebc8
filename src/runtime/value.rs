//! Values of component types that an adapter returns without calling anything, and their layout in its memory.

use wasmparser::component_types::{ComponentDefinedTypeId, ComponentValType, ResourceId};

use super::memory::Memory;
use super::rep::RefusalKind;
use crate::abi::{Abi, Elements, Shape};

/// A value that an adapter can return.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// A scalar, a float or flags, as bits.
    Bits(u64),
    /// A string. An empty one also stands for an empty list.
    Text(String),
    /// A list, or the pairs of a map, each of which is [`Value::Fields`] of its key and its value. No element has handles.
    List(Vec<Value>),
    /// A record, a tuple or a fixed-length list.
    Fields(Vec<Value>),
    /// A case of a variant.
    Case(usize, Option<Box<Value>>),
    /// A new null handle of a resource type of the adapter.
    Own(ResourceId, RefusalKind),
    /// The readable end of a closed stream.
    Ended(ComponentDefinedTypeId),
    /// A future of a value.
    Future(ComponentDefinedTypeId, Option<Box<Value>>),
}

impl Value {
    /// The value, and all values that it consists of.
    pub(crate) fn parts(&self) -> Vec<&Value> {
        let mut parts = vec![self];
        match self {
            Value::Fields(parts_of) | Value::List(parts_of) => parts.extend(parts_of.iter().flat_map(Value::parts)),
            Value::Case(_, payload) | Value::Future(_, payload) => {
                parts.extend(payload.iter().flat_map(|payload| payload.parts()));
            }
            Value::Bits(_) | Value::Text(_) | Value::Own(..) | Value::Ended(_) => {}
        }
        parts
    }

    /// Whether the value is the same for each call, because it contains no handles.
    pub(crate) fn is_constant(&self) -> bool {
        let is_handle = |part: &&Value| matches!(part, Value::Own(..) | Value::Ended(_) | Value::Future(..));
        !self.parts().iter().any(is_handle)
    }
}

impl Memory {
    /// Adds a value to the memory. Returns its address, and its handles with their offsets: each call makes these anew.
    pub(crate) fn value<'v>(
        &mut self,
        abi: Abi<'_>,
        ty: &ComponentValType,
        value: &'v Value,
    ) -> (u32, Vec<(u32, &'v Value)>) {
        let layout = abi.layout(ty);
        let mut stored = Stored { abi, bytes: vec![0; layout.size as usize], handles: Vec::new() };
        stored.store(self, ty, value, 0);
        let address = match stored.handles.is_empty() {
            true => self.constant(stored.bytes, layout.align),
            false => self.draft(&stored.bytes, layout.align),
        };
        (address, stored.handles)
    }

    /// Adds the elements of a list to the memory, and returns their address. `types` are the types of an element: one,
    /// or two for a map.
    pub(crate) fn list(&mut self, abi: Abi<'_>, types: &[ComponentValType], elements: &[Value]) -> u32 {
        let (offsets, layout) = abi.fields(types);
        let mut stored = Stored { abi, bytes: vec![0; layout.size as usize * elements.len()], handles: Vec::new() };
        for (element, number) in elements.iter().zip(0..) {
            let values = match (types, element) {
                ([_], value) => std::slice::from_ref(value),
                (_, Value::Fields(pair)) => pair.as_slice(),
                _ => &[],
            };
            for ((ty, value), offset) in types.iter().zip(values).zip(&offsets) {
                stored.store(self, ty, value, layout.size * number + offset);
            }
        }
        self.constant(stored.bytes, layout.align.max(1))
    }

    /// Adds a text to the memory, and returns its address and length.
    pub(crate) fn text(&mut self, text: &str) -> (u32, u32) {
        // An empty text may stand for an empty list, so that it is aligned for any element type.
        let align = if text.is_empty() { 16 } else { 1 };
        (self.constant(text.as_bytes().to_vec(), align), text.len() as u32)
    }
}

/// The bytes of a value, without its handles.
struct Stored<'t, 'v> {
    abi: Abi<'t>,
    bytes: Vec<u8>,
    handles: Vec<(u32, &'v Value)>,
}

impl<'v> Stored<'_, 'v> {
    fn store(&mut self, memory: &mut Memory, ty: &ComponentValType, value: &'v Value, at: u32) {
        match (value, self.abi.shape(ty)) {
            (Value::Bits(bits), _) => self.write(at, &bits.to_le_bytes(), self.abi.layout(ty).size),
            (Value::Text(text), _) => {
                let (address, length) = memory.text(text);
                self.write(at, &address.to_le_bytes(), 4);
                self.write(at + 4, &length.to_le_bytes(), 4);
            }
            (Value::List(elements), Shape::Pointed(Some(Elements(types)))) => {
                let address = memory.list(self.abi, &types, elements);
                self.write(at, &address.to_le_bytes(), 4);
                self.write(at + 4, &(elements.len() as u32).to_le_bytes(), 4);
            }
            (Value::Fields(fields), Shape::Fields(types)) => {
                let (offsets, _) = self.abi.fields(&types);
                for ((field, ty), offset) in fields.iter().zip(&types).zip(offsets) {
                    self.store(memory, ty, field, at + offset);
                }
            }
            (Value::Fields(fields), Shape::Repeated(element, _)) => {
                let size = self.abi.layout(&element).size;
                for (field, number) in fields.iter().zip(0..) {
                    self.store(memory, &element, field, at + size * number);
                }
            }
            (Value::Case(index, payload), Shape::Cases(cases)) => {
                let variant = self.abi.cases(&cases);
                self.write(at, &(*index as u32).to_le_bytes(), variant.discriminant);
                if let (Some(payload), Some(Some(ty))) = (payload, cases.get(*index)) {
                    self.store(memory, ty, payload, at + variant.payload);
                }
            }
            (Value::Own(..) | Value::Ended(_) | Value::Future(..), _) => self.handles.push((at, value)),
            // A value always has the form of its type.
            (Value::List(_) | Value::Fields(_) | Value::Case(..), _) => {}
        }
    }

    /// Writes the first `size` bytes of a number.
    fn write(&mut self, at: u32, number: &[u8], size: u32) {
        let places = self.bytes.iter_mut().skip(at as usize).take(size as usize);
        places.zip(number).for_each(|(place, byte)| *place = *byte);
    }
}
