//! An allocator. dlmalloc would be four fifths of what an adapter costs that only sets variables.
//!
//! Blocks have one of four sizes between a power of two and the next, so that no more than a quarter is lost; freed ones are kept by their
//! size, and never joined. What is allocated here are tables and files that grow, each time by as much again as they have, so that what
//! one leaves is what the next one takes.

#![no_std]

use core::alloc::Layout;
use core::ptr::null_mut;

/// Where memory is from.
pub trait Pages {
    /// Gives so many pages, which are one after another, and says at which address; nothing if there are none.
    fn grow(&mut self, pages: usize) -> Option<usize>;
}

/// As large as a page is.
pub const PAGE: usize = 65536;

/// No block is smaller, and all are aligned to as much.
const LEAST: usize = 16;

/// Memory that is free.
pub struct Heap<P> {
    pages: P,
    /// Pages that no block has been made of.
    next: usize,
    end: usize,
    /// Blocks that were freed, by their size. Each has in its first word where another of the size is, or zero.
    free: [usize; 128],
}

impl<P: Pages> Heap<P> {
    /// A heap without memory.
    pub const fn new(pages: P) -> Self {
        Heap { pages, next: 0, end: 0, free: [0; 128] }
    }

    /// Allocates; gives a null pointer where that cannot be done.
    pub fn allocate(&mut self, layout: Layout) -> *mut u8 {
        if layout.align() > LEAST || layout.size() > 1 << 30 {
            return null_mut();
        }
        let size = rounded(layout.size());
        if let Some(free) = self.free.get_mut(class(size))
            && *free != 0
        {
            let block = *free as *mut u8;
            // SAFETY: The block was freed, so that it is nobody else's, and has had a word written to it then.
            *free = unsafe { block.cast::<usize>().read() };
            return block;
        }
        if self.end - self.next < size {
            let pages = size.div_ceil(PAGE);
            let Some(start) = self.pages.grow(pages) else { return null_mut() };
            let end = start + pages * PAGE;
            if start != self.end {
                // Others have taken pages in between. A large block leaves what there was for the smaller ones.
                if size >= PAGE {
                    return start as *mut u8;
                }
                self.next = start;
            }
            self.end = end;
        }
        let block = self.next;
        self.next += size;
        block as *mut u8
    }

    /// Frees.
    ///
    /// # Safety
    ///
    /// The block was allocated here, for this layout, and nobody uses it any more.
    pub unsafe fn free(&mut self, block: *mut u8, layout: Layout) {
        if let Some(free) = self.free.get_mut(class(rounded(layout.size()))) {
            // SAFETY: The block is nobody's, and has room for a word, which it is aligned for.
            unsafe { block.cast::<usize>().write(*free) };
            *free = block as usize;
        }
    }

    /// Whether a block is as large for one size as for another, so that it can stay.
    pub fn fits(&self, old: usize, new: usize) -> bool {
        rounded(old) == rounded(new)
    }
}

/// The size of the block for so many bytes: a multiple of a quarter of the power of two below.
fn rounded(size: usize) -> usize {
    let size = size.max(LEAST);
    let step = (1 << size.ilog2() >> 2).max(LEAST);
    (size + step - 1) & !(step - 1)
}

/// Where blocks of a size are kept: by the three highest bits of it.
fn class(size: usize) -> usize {
    let power = size.ilog2();
    (power as usize) << 2 | size >> (power - 2) & 3
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use std::{vec, vec::Vec};

    /// Pages, of which others take some too.
    struct Arena {
        memory: Vec<u128>,
        taken: usize,
        skip: usize,
    }

    impl Pages for Arena {
        fn grow(&mut self, pages: usize) -> Option<usize> {
            let first = self.taken + self.skip;
            self.taken = first + pages;
            (self.taken * PAGE <= self.memory.len() * 16).then(|| self.memory.as_mut_ptr() as usize + first * PAGE)
        }
    }

    fn heap(pages: usize, skip: usize) -> Heap<Arena> {
        Heap::new(Arena { memory: vec![0; pages * PAGE / 16], taken: 0, skip })
    }

    fn layout(size: usize) -> Layout {
        Layout::from_size_align(size, 8).unwrap()
    }

    #[test]
    fn sizes_are_rounded_by_no_more_than_a_quarter_and_have_classes_of_their_own() {
        let mut last = (0, 0);
        for size in 1..100_000 {
            let block = rounded(size);
            assert!(block >= size && block.is_multiple_of(LEAST) && rounded(block) == block, "{size}");
            assert!(block <= size + (size / 4).max(LEAST - 1), "{size}");
            let now = (block, class(block));
            assert!(now == last || (now.0 > last.0 && now.1 > last.1), "{size}");
            last = now;
        }
        assert!(class(rounded(1 << 30)) < 128);
    }

    #[test]
    fn blocks_are_apart_however_they_come_and_go() {
        for skip in [0, 1] {
            let mut heap = heap(2000, skip);
            let mut live: Vec<(*mut u8, usize, u8)> = vec![];
            let mut random = 1u32;
            for step in 0..20_000 {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                if random >> 31 == 0 || live.len() < 10 {
                    let size = 1 + (random >> 8) as usize % if step % 50 == 0 { 200_000 } else { 300 };
                    let block = heap.allocate(layout(size));
                    assert!(!block.is_null() && (block as usize).is_multiple_of(LEAST));
                    // SAFETY: It was allocated with this size.
                    unsafe { block.write_bytes(step as u8, size) };
                    live.push((block, size, step as u8));
                } else {
                    let (block, size, byte) = live.swap_remove(random as usize % live.len());
                    // SAFETY: As above; and it is used no more.
                    unsafe {
                        assert!(core::slice::from_raw_parts(block, size).iter().all(|at| *at == byte));
                        heap.free(block, layout(size));
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_freed_is_taken_again() {
        let mut heap = heap(3, 0);
        for _ in 0..100 {
            let block = heap.allocate(layout(100_000));
            assert!(!block.is_null());
            // SAFETY: It was just allocated.
            unsafe { heap.free(block, layout(100_000)) };
        }
        assert!(heap.allocate(layout(200_000)).is_null());
        assert!(heap.allocate(layout(usize::MAX >> 2)).is_null());
        assert!(heap.fits(100_000, 100_001) && !heap.fits(16, 17));
    }
}
