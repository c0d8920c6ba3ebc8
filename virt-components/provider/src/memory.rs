//! Memory, and what happens without it.

#[cfg(target_arch = "wasm32")]
mod allocator {
    use core::alloc::{GlobalAlloc, Layout};
    use dlmalloc::Dlmalloc;

    use crate::global::Global;

    /// Pages that are grown. dlmalloc's own source of memory begins with what is between the heap's base and the first page that it grows;
    /// this is where the settings are.
    struct Pages;

    const PAGE: usize = 65536;

    // SAFETY: What `memory.grow` gives is nobody else's, and is zero.
    unsafe impl dlmalloc::Allocator for Pages {
        fn alloc(&self, size: usize) -> (*mut u8, usize, u32) {
            let pages = size.div_ceil(PAGE);
            let first = core::arch::wasm32::memory_grow(0, pages);
            if first == usize::MAX {
                return (core::ptr::null_mut(), 0, 0);
            }
            let mut size = pages * PAGE;
            if (first * PAGE).wrapping_add(size) == 0 {
                // No object ends at the end of the address space.
                size -= 16;
            }
            ((first * PAGE) as *mut u8, size, 0)
        }

        fn remap(&self, _: *mut u8, _: usize, _: usize, _: bool) -> *mut u8 {
            core::ptr::null_mut()
        }

        fn free_part(&self, _: *mut u8, _: usize, _: usize) -> bool {
            false
        }

        fn free(&self, _: *mut u8, _: usize) -> bool {
            false
        }

        fn can_release_part(&self, _: u32) -> bool {
            false
        }

        fn allocates_zeros(&self) -> bool {
            true
        }

        fn page_size(&self) -> usize {
            PAGE
        }
    }

    struct Allocator(Global<Dlmalloc<Pages>>);

    #[global_allocator]
    static ALLOCATOR: Allocator = Allocator(Global::new(Dlmalloc::new_with_allocator(Pages)));

    // SAFETY: It is dlmalloc, which holds to the rules.
    unsafe impl GlobalAlloc for Allocator {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            // SAFETY: The caller holds to them too.
            unsafe { self.0.get().malloc(layout.size(), layout.align()) }
        }

        unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
            // SAFETY: As above.
            unsafe { self.0.get().free(place, layout.size(), layout.align()) }
        }

        unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
            // SAFETY: As above.
            unsafe { self.0.get().realloc(place, layout.size(), layout.align(), size) }
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod allocator {
    use core::alloc::{GlobalAlloc, Layout};

    /// There is nothing to allocate where this is only checked.
    struct None;

    #[global_allocator]
    static ALLOCATOR: None = None;

    // SAFETY: It never gives anything.
    unsafe impl GlobalAlloc for None {
        unsafe fn alloc(&self, _: Layout) -> *mut u8 {
            core::ptr::null_mut()
        }

        unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
    }
}

/// Nobody could read a message.
#[cfg(not(test))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    crate::trap()
}
