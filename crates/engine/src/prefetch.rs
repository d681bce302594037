//! Asking for memory before it is needed. It changes no value; on processors that it does not know, it does nothing.
//!
//! The one place with an intrinsic: no plain code can ask without waiting, and processors do not foresee where a state's
//! thirty to forty cache lines lie. What is worth asking for, the stages of a step say.

/// States from which a batch outgrows the caches of a core, so that asking ahead pays for itself.
pub const FAR: usize = 256;
/// How many states ahead to ask.
pub const AHEAD: usize = 6;
/// How many states ahead to ask for what leads to a state: indices and keys, of which a line holds those of many.
pub const LEADS_AHEAD: usize = 32;

/// Bytes that memory comes in.
const LINE: usize = 64;

/// Asks for an element of a slice, if there is one.
#[inline(always)]
pub fn ask_at<T>(of: &[T], index: usize) {
    if let Some(element) = of.get(index) {
        ask(element);
    }
}

/// Asks for all of what is referred to.
#[inline(always)]
pub fn ask<T>(what: &T) {
    let start = std::ptr::from_ref(what).cast::<i8>();
    for offset in (0..size_of::<T>()).step_by(LINE) {
        ask_line(start.wrapping_add(offset));
    }
}

#[inline(always)]
fn ask_line(line: *const i8) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: it reads nothing that could be seen and never faults, and every processor of this kind has it.
    unsafe {
        std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(line);
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = line;
}
