//! Memory.

use core::alloc::{GlobalAlloc, Layout};
use heap::{Heap, Pages};

use crate::global::Global;

/// Pages that are grown: what is between the heap's base and the first of them are the settings.
struct Grown;

impl Pages for Grown {
    #[cfg(target_arch = "wasm32")]
    fn grow(&mut self, pages: usize) -> Option<usize> {
        let first = core::arch::wasm32::memory_grow(0, pages);
        // The last page is left alone, because no object ends at the end of all addresses.
        if first == usize::MAX || first + pages > 65535 { None } else { Some(first * heap::PAGE) }
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn grow(&mut self, _: usize) -> Option<usize> {
        None
    }
}

struct Allocator(Global<Heap<Grown>>);

#[global_allocator]
static ALLOCATOR: Allocator = Allocator(Global::new(Heap::new(Grown)));

// SAFETY: Blocks are apart, aligned, and as large as they are to be. No other thread is there.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.0.get().allocate(layout)
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: The caller says the same.
        unsafe { self.0.get().free(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let heap = self.0.get();
        if heap.fits(layout.size(), size) {
            return block;
        }
        // SAFETY: The alignment is that of a layout; and the caller has seen to it that the size can be one's.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        let moved = heap.allocate(wanted);
        if !moved.is_null() {
            // SAFETY: Both have so many bytes, and the old one is used no more.
            unsafe {
                core::ptr::copy_nonoverlapping(block, moved, layout.size().min(size));
                heap.free(block, layout);
            }
        }
        moved
    }
}
