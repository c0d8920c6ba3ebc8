//! The sizes of function types, found without enumerating their values: lists of a fixed length, and types that mention
//! each other, can exceed any memory.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Add;

use wasmparser::component_types::{
    ComponentDefinedType as T, ComponentDefinedTypeId, ComponentFuncType, ComponentValType,
};

use crate::limits;
use crate::load::Component;

/// The size of a type.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Size {
    /// The number of values, such as numbers, texts, flags and handles.
    pub values: u64,
    /// The number of handles among them.
    pub handles: u64,
}

impl Size {
    /// The limit of an adapter for `functions` functions that this size exceeds: the number, and what it counts. `None`
    /// if the size is within the limits.
    pub(crate) fn excess(self, functions: u64) -> Option<(u64, &'static str)> {
        let (values, handles) = (limits::VALUES * functions, limits::HANDLES * functions);
        match () {
            () if self.values > values => Some((values, "values")),
            () if self.handles > handles => Some((handles, "handles")),
            () => None,
        }
    }

    fn times(self, count: u32) -> Size {
        let times = |number: u64| number.saturating_mul(count.into());
        Size { values: times(self.values), handles: times(self.handles) }
    }
}

impl Add for Size {
    type Output = Size;

    fn add(self, other: Size) -> Size {
        Size { values: self.values.saturating_add(other.values), handles: self.handles.saturating_add(other.handles) }
    }
}

/// The sizes of the types of a component. Each is computed once, since types share other types.
pub(crate) struct Sizes<'c> {
    component: &'c Component,
    known: RefCell<BTreeMap<ComponentDefinedTypeId, Size>>,
}

impl<'c> Sizes<'c> {
    /// Starts without any sizes.
    pub(crate) fn new(component: &'c Component) -> Sizes<'c> {
        Sizes { component, known: RefCell::default() }
    }

    /// The size of the parameters and the result of a function.
    pub(crate) fn function(&self, ty: &ComponentFuncType) -> Size {
        self.sum(ty.params.iter().map(|(_, ty)| ty).chain(&ty.result))
    }

    fn sum<'t>(&self, types: impl Iterator<Item = &'t ComponentValType>) -> Size {
        types.fold(Size::default(), |sum, ty| sum + self.value(ty))
    }

    fn value(&self, ty: &ComponentValType) -> Size {
        let ComponentValType::Type(id) = ty else { return Size { values: 1, handles: 0 } };
        if let Some(size) = self.known.borrow().get(id) {
            return *size;
        }
        let size = self.defined(*id);
        self.known.borrow_mut().insert(*id, size);
        size
    }

    /// The validator limits the depth of types.
    fn defined(&self, id: ComponentDefinedTypeId) -> Size {
        let handle = Size { values: 1, handles: 1 };
        match self.component.types().get(id) {
            Some(T::FixedLengthList { element, length, .. }) => self.value(element).times(*length),
            Some(T::Record(ty)) => self.sum(ty.fields.values()),
            Some(T::Tuple(ty)) => self.sum(ty.types.iter()),
            Some(T::Variant(ty)) => self.sum(ty.cases.values().filter_map(|case| case.ty.as_ref())),
            Some(T::Result { ok, err, .. }) => self.sum(ok.iter().chain(err)),
            Some(T::List { element: ty, .. } | T::Option { ty, .. }) => self.value(ty),
            Some(T::Map { key, value, .. }) => self.value(key) + self.value(value),
            Some(T::Stream { ty, .. } | T::Future { ty, .. }) => handle + self.sum(ty.iter()),
            Some(T::Own(_) | T::Borrow(_)) => handle,
            Some(T::Primitive(_) | T::Enum(_) | T::Flags(_)) | None => Size { values: 1, handles: 0 },
        }
    }
}
