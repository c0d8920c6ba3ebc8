//! The layout and the flat types of values: the part of the Canonical ABI that adapters and providers need.
//!
//! Component Model, Canonical ABI, "Despecialization", "Alignment", "Element Size" and "Flattening".

use wasm_encoder::ValType;
use wasmparser::PrimitiveValType as P;
use wasmparser::component_types::{
    AliasableResourceId, ComponentDefinedType as T, ComponentDefinedTypeId, ComponentFuncType, ComponentValType,
};

use crate::types::Outline;

/// The most core values that are passed flat to a function. More are passed as a pointer.
const MAX_FLAT_PARAMS: usize = 16;
/// The most core values that are passed flat to a function that is called with `async`.
pub(crate) const MAX_FLAT_ASYNC_PARAMS: usize = 4;
/// The most core values that are returned flat.
const MAX_FLAT_RESULTS: usize = 1;

/// The despecialized kind of a type. Several types have one kind: a tuple is a record, an option is a variant.
#[derive(Debug, Clone)]
pub(crate) enum Shape {
    /// An integer, a boolean or a character: its size in bytes.
    Scalar(u32),
    /// A float: its size in bytes.
    Float(u32),
    /// A string (`None`), a list or a map: a pointer and a length.
    Pointed(Option<Elements>),
    /// A record or a tuple: the types of its fields.
    Fields(Vec<ComponentValType>),
    /// A list of a fixed length: its element and its length. The validator does not bound the product of nested
    /// lengths.
    Repeated(ComponentValType, u32),
    /// A variant, an enum, an option or a result: the payloads of its cases.
    Cases(Vec<Option<ComponentValType>>),
    /// The number of flags.
    Flags(u32),
    Own(AliasableResourceId),
    Borrow(AliasableResourceId),
    Stream(ComponentDefinedTypeId),
    Future(ComponentDefinedTypeId, Option<ComponentValType>),
    /// A handle of another kind: an `error-context`.
    Handle,
}

/// The types of an element: one type for a list, the key and the value for a map.
#[derive(Debug, Clone)]
pub(crate) struct Elements(pub Vec<ComponentValType>);

/// The size and the alignment of a value in memory, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub(crate) struct Layout {
    pub size: u32,
    pub align: u32,
}

/// The layout of a variant in memory.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Variant {
    /// The size of the discriminant, in bytes.
    pub discriminant: u32,
    /// The offset of the payload.
    pub payload: u32,
    /// The size and the alignment of the whole.
    pub layout: Layout,
}

/// The core signature of a lifted function.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Signature {
    /// The types of the parameters. One pointer if `spilled`.
    pub params: Vec<ValType>,
    /// Whether the parameters are passed in memory because they are more than can be passed flat.
    pub spilled: bool,
    /// The types of the results. One pointer if `returns_pointer`.
    pub result: Vec<ValType>,
    /// Whether the function returns a pointer to its result.
    pub returns_pointer: bool,
}

/// The core signature of a lowered function: parameters and results.
pub(crate) type Lowered = (Vec<ValType>, Vec<ValType>);

/// The Canonical ABI for the types of one component.
#[derive(Clone, Copy)]
pub(crate) struct Abi<'c>(pub &'c Outline);

impl Abi<'_> {
    /// Returns the despecialized kind of a type.
    pub(crate) fn shape(&self, ty: &ComponentValType) -> Shape {
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
            // Does not occur: ids are those of this component.
            None => Shape::Handle,
        }
    }

    /// Returns the size and the alignment of a value of a type.
    pub(crate) fn layout(&self, ty: &ComponentValType) -> Layout {
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

    /// Returns the offsets of the fields of a record, and the layout of the record.
    pub(crate) fn fields(&self, types: &[ComponentValType]) -> (Vec<u32>, Layout) {
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

    /// Returns the layout of a variant by the payloads of its cases. The layout of each payload is computed once: twice
    /// at each level of nested variants would be exponential.
    pub(crate) fn cases(&self, cases: &[Option<ComponentValType>]) -> Variant {
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

    /// Appends the flat types of a value of a type to those of the values before it. Ends early after more than
    /// [`MAX_FLAT_PARAMS`].
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

    /// Returns the flat types of a value of a type.
    pub(crate) fn flat(&self, ty: &ComponentValType) -> Vec<ValType> {
        let mut flat = Vec::new();
        self.flatten(ty, &mut flat);
        flat
    }

    /// Returns the core signature of a function that is lifted synchronously.
    ///
    /// Component Model, Canonical ABI, "Flattening", for `canon lift`.
    pub(crate) fn signature(&self, ty: &ComponentFuncType) -> Signature {
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

    /// Returns the parameters of `task.return` for a function: its result flat, or a pointer to it.
    pub(crate) fn returned(&self, ty: &ComponentFuncType) -> Vec<ValType> {
        let result = ty.result.as_ref().map(|ty| self.flat(ty)).unwrap_or_default();
        if result.len() > MAX_FLAT_PARAMS { vec![ValType::I32] } else { result }
    }

    /// Returns the type of the elements of a stream.
    pub(crate) fn element(&self, id: ComponentDefinedTypeId) -> Option<ComponentValType> {
        match self.0.types().get(id) {
            Some(T::Stream { ty, .. }) => *ty,
            _ => None,
        }
    }

    /// Returns the core signature of a lowered function. If the result is too large to be returned flat, the last
    /// parameter is the address that the result is written to.
    ///
    /// Component Model, Canonical ABI, "Flattening", for `canon lower`.
    pub(crate) fn lowered(&self, ty: &ComponentFuncType) -> Lowered {
        let Signature { mut params, mut result, returns_pointer, .. } = self.signature(ty);
        if returns_pointer {
            params.append(&mut result);
        }
        (params, result)
    }

    /// Returns the core signature of a function that is lowered with `async`. If it has a result, the last parameter is
    /// the address that the result is written to.
    pub(crate) fn lowered_async(&self, ty: &ComponentFuncType) -> Lowered {
        let mut params = self.signature(ty).params;
        if params.len() > MAX_FLAT_ASYNC_PARAMS {
            params = vec![ValType::I32];
        }
        params.extend(ty.result.map(|_| ValType::I32));
        (params, vec![ValType::I32])
    }

    /// Returns the handles of all kinds in a value of a type, at any depth. The elements of a list count once. The
    /// elements of streams and futures are not part of the value.
    pub(crate) fn handles(&self, ty: &ComponentValType) -> Vec<Shape> {
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

    /// Whether a value of a type contains pointers: strings, lists or maps.
    pub(crate) fn has_pointers(&self, ty: &ComponentValType) -> bool {
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

/// Returns the core type that holds the values of two cases of a variant at one position.
fn join(a: ValType, b: ValType) -> ValType {
    match (a, b) {
        (a, b) if a == b => a,
        (ValType::I32, ValType::F32) | (ValType::F32, ValType::I32) => ValType::I32,
        _ => ValType::I64,
    }
}

/// Returns the first multiple of `align`, a power of two, that is not below `offset`.
pub(crate) fn aligned(offset: u32, align: u32) -> u32 {
    offset.saturating_add(align - 1) & !(align - 1)
}
