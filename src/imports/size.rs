//! How much a function takes and gives, found without writing any of it down: lists of a fixed length, and types that are made of each
//! other, can be larger than any memory.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Add;

use wasmparser::component_types::{
    ComponentDefinedType as T, ComponentDefinedTypeId, ComponentFuncType, ComponentValType,
};

use crate::limits;
use crate::load::Component;

/// How much something is made of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// Numbers, texts, flags, handles.
    pub values: u64,
    /// Those of them that are handles.
    pub handles: u64,
}

impl Size {
    /// What there is more of than an adapter has room for in one function, and how much that is; in `functions` functions together.
    pub fn excess(self, functions: u64) -> Option<(u64, &'static str)> {
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

/// The sizes of the types of a component, each found once: types share others, which share others in turn.
pub struct Sizes<'c> {
    component: &'c Component,
    known: RefCell<BTreeMap<ComponentDefinedTypeId, Size>>,
}

impl<'c> Sizes<'c> {
    /// Those of a component.
    pub fn new(component: &'c Component) -> Sizes<'c> {
        Sizes { component, known: RefCell::default() }
    }

    /// What a function takes and gives.
    pub fn function(&self, ty: &ComponentFuncType) -> Size {
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

    /// The validator bounds how deep types are made of each other.
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
