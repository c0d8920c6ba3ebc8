//! A small allocator. dlmalloc would be four fifths of the size of an adapter that only sets variables.
//!
//! There are four block sizes between a power of two and the next one, so that rounding takes no more than a quarter.
//! Freed blocks are kept by size and never merged. Most blocks are tables and files, which double when they grow, so
//! that one often takes the block that another has freed.

#![no_std]

use core::alloc::Layout;
use core::ptr::null_mut;

/// A source of memory pages.
pub trait Pages {
    /// Allocates consecutive pages, and returns the address of the first. `None` if memory is exhausted.
    fn grow(&mut self, pages: usize) -> Option<usize>;
}

/// The size of a page in bytes.
pub const PAGE: usize = 65536;

/// The size of the smallest block, and the alignment of all blocks.
const LEAST: usize = 16;

/// A heap.
pub struct Heap<P> {
    pages: P,
    /// The start of the memory that has not been divided into blocks. It ends at `end`.
    next: usize,
    end: usize,
    /// The first freed block of each size class, or zero. The first word of a freed block is the address of the next
    /// one, or zero.
    free: [usize; 128],
}

impl<P: Pages> Heap<P> {
    /// Creates a heap without memory.
    pub const fn new(pages: P) -> Self {
        Heap { pages, next: 0, end: 0, free: [0; 128] }
    }

    /// Allocates a block. The result is null if memory is exhausted, or if the size or the alignment is too large.
    pub fn allocate(&mut self, layout: Layout) -> *mut u8 {
        if layout.align() > LEAST || layout.size() > 1 << 30 {
            return null_mut();
        }
        let size = rounded(layout.size());
        if let Some(free) = self.free.get_mut(class(size))
            && *free != 0
        {
            let block = *free as *mut u8;
            // SAFETY: The block is free, so nothing else uses it, and `free` has written a word to it.
            *free = unsafe { block.cast::<usize>().read() };
            return block;
        }
        if self.end - self.next < size {
            let pages = size.div_ceil(PAGE);
            let Some(start) = self.pages.grow(pages) else { return null_mut() };
            let end = start + pages * PAGE;
            if start != self.end {
                // Other code has taken pages in between. A large block leaves the rest of the old pages to smaller
                // ones.
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

    /// Frees a block.
    ///
    /// # Safety
    ///
    /// The block was allocated by this heap for this layout, and is not used any more.
    pub unsafe fn free(&mut self, block: *mut u8, layout: Layout) {
        if let Some(free) = self.free.get_mut(class(rounded(layout.size()))) {
            // SAFETY: Nothing uses the block, and it has space for a word, for which it is aligned.
            unsafe { block.cast::<usize>().write(*free) };
            *free = block as usize;
        }
    }

    /// Whether two sizes have blocks of one size, so that a block need not be moved.
    pub fn fits(&self, old: usize, new: usize) -> bool {
        rounded(old) == rounded(new)
    }
}

/// The size of the block for a number of bytes: a multiple of a quarter of the power of two below.
fn rounded(size: usize) -> usize {
    let size = size.max(LEAST);
    let step = (1 << size.ilog2() >> 2).max(LEAST);
    (size + step - 1) & !(step - 1)
}

/// The size class of a block size: its power of two, and the two bits below.
fn class(size: usize) -> usize {
    let power = size.ilog2();
    (power as usize) << 2 | size >> (power - 2) & 3
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use std::{vec, vec::Vec};

    /// Pages, of which `skip` pages are lost before each allocation.
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
    fn sizes_are_rounded_by_no_more_than_a_quarter_and_have_distinct_classes() {
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
    fn blocks_never_overlap() {
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
                    // SAFETY: The block was allocated with this size.
                    unsafe { block.write_bytes(step as u8, size) };
                    live.push((block, size, step as u8));
                } else {
                    let (block, size, byte) = live.swap_remove(random as usize % live.len());
                    // SAFETY: As above; and the block is not used any more.
                    unsafe {
                        assert!(core::slice::from_raw_parts(block, size).iter().all(|at| *at == byte));
                        heap.free(block, layout(size));
                    }
                }
            }
        }
    }

    #[test]
    fn freed_blocks_are_reused() {
        let mut heap = heap(3, 0);
        for _ in 0..100 {
            let block = heap.allocate(layout(100_000));
            assert!(!block.is_null());
            // SAFETY: The block was just allocated.
            unsafe { heap.free(block, layout(100_000)) };
        }
        assert!(heap.allocate(layout(200_000)).is_null());
        assert!(heap.allocate(layout(usize::MAX >> 2)).is_null());
        assert!(heap.fits(100_000, 100_001) && !heap.fits(16, 17));
    }
}
