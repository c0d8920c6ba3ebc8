//! `wasi:random`. Each interface has a random stream of its own, so that calls of one do not change the results of
//! another.

use abi::{Out, Text};
use random::Random;

use crate::global::{Given, Global};
use crate::settings::settings;
use crate::{OrTrap, trap};

const SECURE: u64 = 0;
const INSECURE: u64 = 1;
const INSECURE_SEED: u64 = 2;

static RANDOM: Global<Random> = Global::new(Random::new());
static INSECURE_RANDOM: Global<Random> = Global::new(Random::new());
static BYTES: Given<u8> = Given::new();

#[unsafe(export_name = "wasi:random/random#get-random-bytes")]
extern "C" fn get_random_bytes(length: u64, out: Out<Text>) {
    out.put(bytes(RANDOM.get(), SECURE, length));
}

#[unsafe(export_name = "wasi:random/random#get-random-u64")]
extern "C" fn get_random_u64() -> u64 {
    RANDOM.get().number(settings().seed, SECURE)
}

#[unsafe(export_name = "wasi:random/insecure#get-insecure-random-bytes")]
extern "C" fn get_insecure_random_bytes(length: u64, out: Out<Text>) {
    out.put(bytes(INSECURE_RANDOM.get(), INSECURE, length));
}

#[unsafe(export_name = "wasi:random/insecure#get-insecure-random-u64")]
extern "C" fn get_insecure_random_u64() -> u64 {
    INSECURE_RANDOM.get().number(settings().seed, INSECURE)
}

/// `tuple<u64, u64>`.
#[repr(C)]
struct Pair(u64, u64);

#[unsafe(export_name = "wasi:random/insecure-seed#insecure-seed")]
extern "C" fn insecure_seed(out: Out<Pair>) {
    let (mut random, seed) = (Random::new(), settings().seed);
    out.put(Pair(random.number(seed, INSECURE_SEED), random.number(seed, INSECURE_SEED)));
}

// ---- WASI 0.3 ----

/// The number of bytes in a result at most. WASI 0.3 allows fewer bytes than requested.
const MOST: u64 = 1 << 20;

#[unsafe(export_name = "wasi:random/random@0.3#get-random-bytes")]
extern "C" fn get_random_bytes_3(most: u64, out: Out<Text>) {
    get_random_bytes(most.min(MOST), out);
}

#[unsafe(export_name = "wasi:random/random@0.3#get-random-u64")]
extern "C" fn get_random_u64_3() -> u64 {
    get_random_u64()
}

#[unsafe(export_name = "wasi:random/insecure@0.3#get-insecure-random-bytes")]
extern "C" fn get_insecure_random_bytes_3(most: u64, out: Out<Text>) {
    get_insecure_random_bytes(most.min(MOST), out);
}

#[unsafe(export_name = "wasi:random/insecure@0.3#get-insecure-random-u64")]
extern "C" fn get_insecure_random_u64_3() -> u64 {
    get_insecure_random_u64()
}

#[unsafe(export_name = "wasi:random/insecure-seed@0.3#get-insecure-seed")]
extern "C" fn get_insecure_seed_3(out: Out<Pair>) {
    insecure_seed(out);
}

fn bytes(random: &mut Random, stream: u64, length: u64) -> Text {
    let length = usize::try_from(length).ok().or_trap();
    BYTES.give(|bytes| {
        bytes.clear();
        if bytes.try_reserve_exact(length).is_err() {
            trap();
        }
        bytes.resize(length, 0);
        random.fill(settings().seed, stream, bytes);
    })
}
