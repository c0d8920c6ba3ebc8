//! The global allocator.

use core::alloc::{GlobalAlloc, Layout};
use heap::{Heap, Pages};

use crate::global::Global;

/// Pages from `memory.grow`. They come after the settings, which the adapter puts behind the data of the module.
struct Grown;

impl Pages for Grown {
    #[cfg(target_arch = "wasm32")]
    fn grow(&mut self, pages: usize) -> Option<usize> {
        let first = core::arch::wasm32::memory_grow(0, pages);
        // The last page is not used, because no object may end at the end of the address space.
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

// SAFETY: Blocks do not overlap, are aligned, and have at least the requested size. There is one thread.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.0.get().allocate(layout)
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: The requirements of the caller are the same.
        unsafe { self.0.get().free(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let heap = self.0.get();
        if heap.fits(layout.size(), size) {
            return block;
        }
        // SAFETY: The alignment is that of a valid layout, and the caller guarantees that the size is valid for it.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        let moved = heap.allocate(wanted);
        if !moved.is_null() {
            // SAFETY: Both blocks have at least this number of bytes, and the old one is not used any more.
            unsafe {
                core::ptr::copy_nonoverlapping(block, moved, layout.size().min(size));
                heap.free(block, layout);
            }
        }
        moved
    }
}
