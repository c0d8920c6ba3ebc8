#![no_main]

libfuzzer_sys::fuzz_target!(init: weld_fuzz::begin(), |data: &[u8]| weld_fuzz::run(weld_fuzz::components, data));
