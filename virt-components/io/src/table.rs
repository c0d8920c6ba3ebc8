//! A table of the objects that handles stand for.

use alloc::vec::Vec;

/// Objects by index. The index of a removed object is reused.
pub struct Table<T> {
    slots: Vec<Slot<T>>,
    /// The index of the slot that was freed last, plus one; or zero.
    free: u32,
}

enum Slot<T> {
    /// A free slot, with the index of the slot that was freed before it, plus one; or zero.
    Free(u32),
    Used(T),
}

impl<T> Table<T> {
    /// Creates an empty table.
    pub const fn new() -> Self {
        Table { slots: Vec::new(), free: 0 }
    }

    /// Adds an object, and returns its index.
    pub fn add(&mut self, object: T) -> u32 {
        let index = self.free.wrapping_sub(1);
        match self.slots.get_mut(index as usize) {
            Some(slot) => {
                if let Slot::Free(next) = *slot {
                    self.free = next;
                }
                *slot = Slot::Used(object);
                index
            }
            None => {
                self.slots.push(Slot::Used(object));
                self.slots.len() as u32 - 1
            }
        }
    }

    /// The object at an index, if there is one.
    pub fn get(&self, index: u32) -> Option<&T> {
        match self.slots.get(index as usize)? {
            Slot::Used(object) => Some(object),
            Slot::Free(_) => None,
        }
    }

    /// The object at an index, mutably.
    pub fn get_mut(&mut self, index: u32) -> Option<&mut T> {
        match self.slots.get_mut(index as usize)? {
            Slot::Used(object) => Some(object),
            Slot::Free(_) => None,
        }
    }

    /// The objects, in the order of indices.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.slots.iter().filter_map(|slot| match slot {
            Slot::Used(object) => Some(object),
            Slot::Free(_) => None,
        })
    }

    /// Removes the object at an index, if there is one.
    pub fn remove(&mut self, index: u32) -> Option<T> {
        let slot = self.slots.get_mut(index as usize)?;
        if let Slot::Free(_) = slot {
            return None;
        }
        match core::mem::replace(slot, Slot::Free(self.free)) {
            Slot::Used(object) => {
                self.free = index + 1;
                Some(object)
            }
            Slot::Free(_) => None,
        }
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_of_a_removed_object_is_reused() {
        let mut table = Table::new();
        assert_eq!((table.add('a'), table.add('b'), table.add('c')), (0, 1, 2));
        assert_eq!(table.remove(0), Some('a'));
        assert_eq!(table.remove(0), None);
        assert_eq!(table.remove(2), Some('c'));
        assert_eq!((table.get(0), table.get(1), table.get(9)), (None, Some(&'b'), None));
        assert_eq!((table.add('d'), table.add('e'), table.add('f')), (2, 0, 3));
        assert_eq!(table.get_mut(3), Some(&mut 'f'));
    }
}
