#![no_main]

libfuzzer_sys::fuzz_target!(init: weld_fuzz::begin(), |data: &[u8]| weld_fuzz::run(weld_fuzz::grants, data));
libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
    weld_fuzz::grammar::mutate(&weld_fuzz::grammar::GRANTS, data, size, most, seed)
});
