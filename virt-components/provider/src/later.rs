//! Memory for the results of asynchronous functions of the host.

use abi::Text;
use core::alloc::Layout;

use crate::OrTrap;

/// Frees a text from the host.
pub fn free(text: &Text) {
    let bytes = text.bytes();
    if let (false, Ok(layout)) = (bytes.is_empty(), Layout::from_size_align(bytes.len(), 1)) {
        // SAFETY: The host allocated the text with `realloc`, in this size, and it is not used any more.
        unsafe { alloc::alloc::dealloc(bytes.as_ptr().cast_mut(), layout) };
    }
}

/// Allocates memory for the host: Canonical ABI, "realloc".
#[unsafe(export_name = "weld:tasks#realloc")]
extern "C" fn realloc(old: *mut u8, old_size: usize, align: usize, size: usize) -> *mut u8 {
    let layout = Layout::from_size_align(size, align).ok().or_trap();
    if size == 0 {
        return align as *mut u8;
    }
    // SAFETY: The new size is not zero. The old block has the old size, and no more than the smaller of both sizes is
    // copied.
    unsafe {
        let room = alloc::alloc::alloc(layout);
        if room.is_null() {
            crate::trap();
        }
        if old_size > 0 {
            core::ptr::copy_nonoverlapping(old, room, old_size.min(size));
            alloc::alloc::dealloc(old, Layout::from_size_align_unchecked(old_size, align));
        }
        room
    }
}
