//! How values lie in memory, and how they are passed: as much of the Canonical ABI as adapters and providers need.
//!
//! Component Model, Canonical ABI, "Despecialization", "Alignment", "Element Size" and "Flattening".

use wasm_encoder::ValType;
use wasmparser::PrimitiveValType as P;
use wasmparser::component_types::{
    AliasableResourceId, ComponentDefinedType as T, ComponentDefinedTypeId, ComponentFuncType, ComponentValType,
};

use crate::types::Outline;

/// How many parameters are passed flat; where there are more, a pointer to all of them is.
const MAX_FLAT_PARAMS: usize = 16;
/// How many parameters are that are passed to a function that is called asynchronously.
pub const MAX_FLAT_ASYNC_PARAMS: usize = 4;
/// How many results are.
const MAX_FLAT_RESULTS: usize = 1;

/// What a type is for the Canonical ABI, which knows fewer kinds than there are ways to write one.
#[derive(Debug, Clone)]
pub enum Shape {
    /// An integer, boolean or character of so many bytes.
    Scalar(u32),
    /// A float of so many bytes.
    Float(u32),
    /// A string or a list, with its elements, if these can hold handles.
    Pointed(Option<Elements>),
    /// Records and tuples.
    Fields(Vec<ComponentValType>),
    /// Lists of a fixed length, of which the validator bounds no product.
    Repeated(ComponentValType, u32),
    /// Variants, enums, options and results: the payloads of their cases.
    Cases(Vec<Option<ComponentValType>>),
    /// So many flags.
    Flags(u32),
    Own(AliasableResourceId),
    Borrow(AliasableResourceId),
    Stream(ComponentDefinedTypeId),
    Future(ComponentDefinedTypeId, Option<ComponentValType>),
    /// A handle of another kind.
    Handle,
}

/// What the elements of a list are: one value, or, of maps, two.
#[derive(Debug, Clone)]
pub struct Elements(pub Vec<ComponentValType>);

/// How much memory a value takes, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Layout {
    pub size: u32,
    pub align: u32,
}

/// How a variant lies in memory.
#[derive(Debug, Clone, Copy)]
pub struct Variant {
    /// How many bytes say which case it is.
    pub discriminant: u32,
    /// Where the payload is.
    pub payload: u32,
    /// The whole.
    pub layout: Layout,
}

/// The core signature of a lifted function.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Signature {
    /// What is passed. One pointer, where `spilled`.
    pub params: Vec<ValType>,
    /// Whether parameters are too many to be passed flat.
    pub spilled: bool,
    /// What is returned, where that is not too much.
    pub result: Vec<ValType>,
    /// Whether what is returned is a pointer to the result.
    pub returns_pointer: bool,
}

/// The core signature of a function as it is called: parameters and results.
pub type Lowered = (Vec<ValType>, Vec<ValType>);

/// The Canonical ABI for the types of one component.
#[derive(Clone, Copy)]
pub struct Abi<'c>(pub &'c Outline);

impl Abi<'_> {
    /// What a type is.
    pub fn shape(&self, ty: &ComponentValType) -> Shape {
        match ty {
            ComponentValType::Primitive(ty) => primitive(*ty),
            ComponentValType::Type(id) => self.defined(*id),
        }
    }

    fn defined(&self, id: ComponentDefinedTypeId) -> Shape {
        let listed = |elements: Vec<ComponentValType>| Shape::Pointed(Some(Elements(elements)));
        match self.0.types().get(id) {
            Some(T::Primitive(ty)) => primitive(*ty),
            Some(T::List { element, .. }) => listed(vec![*element]),
            Some(T::Map { key, value, .. }) => listed(vec![*key, *value]),
            Some(T::FixedLengthList { element, length, .. }) => Shape::Repeated(*element, *length),
            Some(T::Record(ty)) => Shape::Fields(ty.fields.values().copied().collect()),
            Some(T::Tuple(ty)) => Shape::Fields(ty.types.to_vec()),
            Some(T::Variant(ty)) => Shape::Cases(ty.cases.values().map(|case| case.ty).collect()),
            Some(T::Enum(names)) => Shape::Cases(vec![None; names.len()]),
            Some(T::Option { ty, .. }) => Shape::Cases(vec![None, Some(*ty)]),
            Some(T::Result { ok, err, .. }) => Shape::Cases(vec![*ok, *err]),
            Some(T::Flags(names)) => Shape::Flags(u32::try_from(names.len()).unwrap_or(u32::MAX)),
            Some(T::Own(id)) => Shape::Own(*id),
            Some(T::Borrow(id)) => Shape::Borrow(*id),
            Some(T::Stream { .. }) => Shape::Stream(id),
            Some(T::Future { ty, .. }) => Shape::Future(id, *ty),
            // Ids are those of this component's own types.
            None => Shape::Handle,
        }
    }

    /// How much memory a value of a type takes.
    pub fn layout(&self, ty: &ComponentValType) -> Layout {
        match self.shape(ty) {
            Shape::Scalar(size) | Shape::Float(size) => Layout { size, align: size },
            Shape::Pointed(_) => Layout { size: 8, align: 4 },
            Shape::Fields(types) => self.fields(&types).1,
            Shape::Repeated(element, length) => {
                let Layout { size, align } = self.layout(&element);
                Layout { size: size.saturating_mul(length), align }
            }
            Shape::Cases(cases) => self.cases(&cases).layout,
            Shape::Flags(count) => match count {
                0..=8 => Layout { size: 1, align: 1 },
                9..=16 => Layout { size: 2, align: 2 },
                _ => Layout { size: 4 * count.div_ceil(32), align: 4 },
            },
            Shape::Own(_) | Shape::Borrow(_) | Shape::Stream(_) | Shape::Future(..) | Shape::Handle => {
                Layout { size: 4, align: 4 }
            }
        }
    }

    /// Where each of some values lies that follow each other, and how much memory they take.
    pub fn fields(&self, types: &[ComponentValType]) -> (Vec<u32>, Layout) {
        let (mut offsets, mut end, mut align) = (Vec::with_capacity(types.len()), 0u32, 1);
        for ty in types {
            let layout = self.layout(ty);
            let offset = aligned(end, layout.align);
            offsets.push(offset);
            end = offset.saturating_add(layout.size);
            align = align.max(layout.align);
        }
        (offsets, Layout { size: aligned(end, align), align })
    }

    /// How a variant lies in memory. Each layout is asked for once: asked for twice, it would be so at each level.
    pub fn cases(&self, cases: &[Option<ComponentValType>]) -> Variant {
        let discriminant = match cases.len() {
            0..=0x100 => 1,
            0x101..=0x1_0000 => 2,
            _ => 4,
        };
        let payloads: Vec<Layout> = cases.iter().flatten().map(|ty| self.layout(ty)).collect();
        let align = payloads.iter().map(|payload| payload.align).max().unwrap_or(1);
        let size = payloads.iter().map(|payload| payload.size).max().unwrap_or_default();
        let payload = aligned(discriminant, align);
        let align = align.max(discriminant);
        let layout = Layout { size: aligned(payload.saturating_add(size), align), align };
        Variant { discriminant, payload, layout }
    }

    /// What a value of a type is passed as, added to what is passed before it. Ends early where there is too much.
    fn flatten(&self, ty: &ComponentValType, flat: &mut Vec<ValType>) {
        if flat.len() > MAX_FLAT_PARAMS {
            return;
        }
        match self.shape(ty) {
            Shape::Scalar(8) => flat.push(ValType::I64),
            Shape::Float(8) => flat.push(ValType::F64),
            Shape::Float(_) => flat.push(ValType::F32),
            Shape::Pointed(_) => flat.extend([ValType::I32, ValType::I32]),
            Shape::Fields(types) => types.iter().for_each(|ty| self.flatten(ty, flat)),
            Shape::Repeated(element, length) => {
                for _ in (0..length).take_while(|number| *number <= MAX_FLAT_PARAMS as u32) {
                    self.flatten(&element, flat);
                }
            }
            Shape::Cases(cases) => {
                flat.push(ValType::I32);
                let mut joined: Vec<ValType> = Vec::new();
                for case in cases.iter().flatten() {
                    for (index, ty) in self.flat(case).into_iter().enumerate() {
                        match joined.get_mut(index) {
                            Some(slot) => *slot = join(*slot, ty),
                            None => joined.push(ty),
                        }
                    }
                }
                flat.extend(joined);
            }
            Shape::Flags(count) => flat.extend((0..count.div_ceil(32)).map(|_| ValType::I32)),
            _ => flat.push(ValType::I32),
        }
    }

    /// What a value of a type is passed as.
    pub fn flat(&self, ty: &ComponentValType) -> Vec<ValType> {
        let mut flat = Vec::new();
        self.flatten(ty, &mut flat);
        flat
    }

    /// The core signature of a function that is lifted synchronously.
    pub fn signature(&self, ty: &ComponentFuncType) -> Signature {
        let mut params = Vec::new();
        ty.params.iter().for_each(|(_, ty)| self.flatten(ty, &mut params));
        let mut result = ty.result.as_ref().map(|ty| self.flat(ty)).unwrap_or_default();
        let (spilled, returns_pointer) = (params.len() > MAX_FLAT_PARAMS, result.len() > MAX_FLAT_RESULTS);
        if spilled {
            params = vec![ValType::I32];
        }
        if returns_pointer {
            result = vec![ValType::I32];
        }
        Signature { params, spilled, result, returns_pointer }
    }

    /// What `task.return` takes of a function: its result flat, or a pointer to it.
    pub fn returned(&self, ty: &ComponentFuncType) -> Vec<ValType> {
        let result = ty.result.as_ref().map(|ty| self.flat(ty)).unwrap_or_default();
        if result.len() > MAX_FLAT_PARAMS { vec![ValType::I32] } else { result }
    }

    /// What the elements of a stream are.
    pub fn element(&self, id: ComponentDefinedTypeId) -> Option<ComponentValType> {
        match self.0.types().get(id) {
            Some(T::Stream { ty, .. }) => *ty,
            _ => None,
        }
    }

    /// The core signature of a function as it is called: a result that is too large is put where the last parameter points.
    ///
    /// Component Model, Canonical ABI, "Flattening", for `canon lower`.
    pub fn lowered(&self, ty: &ComponentFuncType) -> Lowered {
        let Signature { mut params, mut result, returns_pointer, .. } = self.signature(ty);
        if returns_pointer {
            params.append(&mut result);
        }
        (params, result)
    }

    /// The core signature of a function as it is called with `async`: the result is put where the last parameter points.
    pub fn lowered_async(&self, ty: &ComponentFuncType) -> Lowered {
        let mut params = self.signature(ty).params;
        if params.len() > MAX_FLAT_ASYNC_PARAMS {
            params = vec![ValType::I32];
        }
        params.extend(ty.result.map(|_| ValType::I32));
        (params, vec![ValType::I32])
    }

    /// The handles of all kinds that a value may have, wherever they are in it, once for all elements of a list: what a stream or a
    /// future will give is not in it yet.
    pub fn handles(&self, ty: &ComponentValType) -> Vec<Shape> {
        let mut found = Vec::new();
        self.add_handles(ty, &mut found);
        found
    }

    fn add_handles(&self, ty: &ComponentValType, found: &mut Vec<Shape>) {
        match self.shape(ty) {
            Shape::Fields(types) | Shape::Pointed(Some(Elements(types))) => {
                types.iter().for_each(|ty| self.add_handles(ty, found));
            }
            Shape::Repeated(element, _) => self.add_handles(&element, found),
            Shape::Cases(cases) => cases.iter().flatten().for_each(|ty| self.add_handles(ty, found)),
            Shape::Scalar(_) | Shape::Float(_) | Shape::Flags(_) | Shape::Pointed(None) => {}
            handle @ (Shape::Own(_) | Shape::Borrow(_) | Shape::Stream(_) | Shape::Future(..) | Shape::Handle) => {
                found.push(handle);
            }
        }
    }

    /// Whether a value of a type has parts that are reached through a pointer.
    pub fn has_pointers(&self, ty: &ComponentValType) -> bool {
        match self.shape(ty) {
            Shape::Pointed(_) => true,
            Shape::Fields(types) => types.iter().any(|ty| self.has_pointers(ty)),
            Shape::Repeated(element, _) => self.has_pointers(&element),
            Shape::Cases(cases) => cases.iter().flatten().any(|ty| self.has_pointers(ty)),
            _ => false,
        }
    }
}

fn primitive(ty: P) -> Shape {
    match ty {
        P::Bool | P::S8 | P::U8 => Shape::Scalar(1),
        P::S16 | P::U16 => Shape::Scalar(2),
        P::S32 | P::U32 | P::Char => Shape::Scalar(4),
        P::S64 | P::U64 => Shape::Scalar(8),
        P::F32 => Shape::Float(4),
        P::F64 => Shape::Float(8),
        P::String => Shape::Pointed(None),
        P::ErrorContext => Shape::Handle,
    }
}

/// What two cases of a variant have in one place.
fn join(a: ValType, b: ValType) -> ValType {
    match (a, b) {
        (a, b) if a == b => a,
        (ValType::I32, ValType::F32) | (ValType::F32, ValType::I32) => ValType::I32,
        _ => ValType::I64,
    }
}

/// The first multiple of `align`, a power of two, from `offset` on.
pub fn aligned(offset: u32, align: u32) -> u32 {
    offset.saturating_add(align - 1) & !(align - 1)
}
