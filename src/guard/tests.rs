//! Panics of libraries: those that are known become errors, and random inputs cause no others.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::disallowed_methods)]
#![allow(clippy::print_stdout)] // The seed of a run that fails.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use super::{Origin, Use, boundary, guard, is_guarded};
use crate::snapshot::Snapshot;
use crate::{Policy, inspect, load, policy};

#[test]
fn guard_reports_library_task_and_file_of_a_panic() {
    let panicked = guard(Use::WIT, "a.wit", || -> u32 { panic!("at {}\nsecond line", 7) }).unwrap_err();
    assert_eq!(panicked.to_string(), "`wit-parser`, which weld uses to read WIT, fails on `a.wit`: at 7");
    assert_eq!(guard(Use::WIT, "a.wit", is_guarded), Ok(true));
    assert!(!is_guarded());
}

#[test]
fn guard_attributes_a_panic_to_the_library_of_its_location() {
    let of = |file: &str| Origin::of(Some("no"), Some((file, 7)));
    let registry = "/home/user/.cargo/registry/src/index-1949cf8c6b5b557f/wasm-metadata-0.258.3/src/lib.rs";
    let origin = of(registry);
    assert_eq!((origin.library.as_deref(), origin.is_own), (Some("wasm-metadata"), false));
    assert_eq!(origin.text, "no (wasm-metadata-0.258.3/src/lib.rs:7)");
    let origin = of(file!());
    assert_eq!((origin.library, origin.is_own), (None, true));
    // Cargo builds from a registry, from vendored sources and from a repository, on any system.
    for (file, library, short) in [
        ("/build/vendor/wit-parser/src/ast/lex.rs", "wit-parser", "wit-parser/src/ast/lex.rs"),
        (
            "/home/u/.cargo/git/checkouts/wasm-tools-1f/a1b2/crates/wasmparser/src/lib.rs",
            "wasmparser",
            "wasmparser/src/lib.rs",
        ),
        (
            r"C:\Users\u\.cargo\registry\src\index.crates.io-6f\wasm-metadata-0.258.3-rc.1\src\lib.rs",
            "wasm-metadata",
            "wasm-metadata-0.258.3-rc.1/src/lib.rs",
        ),
    ] {
        let origin = of(file);
        assert_eq!((origin.library.as_deref(), origin.is_own), (Some(library), false), "{file}");
        assert_eq!(origin.text, format!("no ({short}:7)"));
    }
    for file in [
        "/rustc/5980/library/core/src/slice.rs",
        "/rust/deps/hashbrown-0.15.2/src/raw.rs",
        "/home/u/.rustup/toolchains/stable/lib/rustlib/src/rust/library/alloc/src/vec/mod.rs",
        // The program that has weld as a library.
        "app/src/main.rs",
    ] {
        let origin = of(file);
        assert_eq!((origin.library, origin.is_own), (None, false), "{file}");
    }
}

#[test]
fn guard_lets_panics_of_weld_through() {
    let own = || std::panic::panic_any("own");
    let origin = || Some(Origin::of(Some("own"), Some((file!(), 1))));
    // As a hook for panics would have it, which is one for all tests of this program.
    let guarded = catch_unwind(|| {
        guard(Use::WIT, "a.wit", || {
            super::LAST.set(origin());
            own()
        })
    });
    assert!(guarded.is_err());
    assert_eq!(super::remembered(), origin());
    let guarded = catch_unwind(|| {
        boundary("link", "a.wasm", || {
            super::LAST.set(origin());
            own()
        })
    });
    assert!(guarded.is_err());
    assert_eq!(super::remembered(), origin());
}

#[test]
fn guard_names_phase_and_library_of_a_panic() {
    let library = Some("wasmparser".to_owned());
    let panicked = boundary("link", "a.wasm", || {
        super::enter("verify");
        super::LAST.set(Some(Origin { library: library.clone(), is_own: false, text: String::new() }));
        std::panic::panic_any("no")
    });
    let panicked: super::Panicked = match panicked {
        Err(panicked) => panicked,
        Ok(()) => unreachable!(),
    };
    assert_eq!(panicked.to_string(), "`wasmparser`, which weld uses to verify, fails on `a.wasm`: no");
    assert_eq!(panicked.phase, "verify");
}

/// The binary form of a WIT package, whose interface names a function type, for which WIT has no words.
const FUNCTION_TYPE: &str = r#"
(component
  (@custom "wit-component-encoding" "\04\00")
  (type (component
    (type (component
      (type (instance
        (type (func))
        (export "callback" (type (eq 0)))))
      (import "test:hostile/callbacks" (instance (type 0)))))
    (export "test:hostile/w" (component (type 0)))))
  (export "w" (type 0)))
"#;

/// Numbers by the algorithm called splitmix: they look random, and are the same for the same seed.
struct Dice(u64);

impl Dice {
    /// A number below that of the sides.
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % sides as u64) as usize
    }
}

/// All that weld does with a file that it is given alone.
fn read_in_every_way(file: &Path, bytes: &[u8]) {
    std::fs::write(file, bytes).unwrap();
    let _ = load::world::text(file);
    let Ok(component) = load::decode("mutated".to_owned(), "mutated".to_owned(), bytes.to_vec()) else { return };
    if let Ok(inspection) = inspect::inspect(&component) {
        let _ = Snapshot::of(&inspection).to_string();
    }
    let _ = policy::check(&component, &Policy::parse("policy.toml", "").unwrap(), &BTreeSet::new());
}

#[test]
fn guard_is_the_only_place_where_mutated_inputs_panic() {
    // The hook prints what nothing guards, and is the same for all tests of this program.
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if !is_guarded() {
            before(info);
        }
    }));
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("mutated.wasm");
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let built = |name: &str| std::fs::read(project.join("tests/guests/built").join(name)).unwrap();
    let seeds = [
        wat::parse_str(FUNCTION_TYPE).unwrap(),
        built("counter.wasm"),
        built("kv-app.wasm"),
        built("hello-c.module.wasm"),
        std::fs::read(project.join("adapters/provider.wit.wasm")).unwrap(),
    ];
    // The nightly run sets another one each day.
    let seed = std::env::var("WELD_SEED").map_or(0x5eed, |seed| seed.parse().unwrap());
    println!("WELD_SEED={seed}");
    let mut dice = Dice(seed);
    for seed in &seeds {
        for _ in 0..120 {
            let mut bytes = seed.clone();
            for _ in 0..1 + dice.roll(4) {
                let at = dice.roll(bytes.len());
                match dice.roll(3) {
                    0 => bytes[at] = dice.roll(256) as u8,
                    1 => bytes[at] ^= 1 << dice.roll(8),
                    _ => bytes.copy_within(at..(at + dice.roll(16)).min(seed.len()), seed.len() / 2),
                }
            }
            let read = AssertUnwindSafe(|| read_in_every_way(&file, &bytes));
            assert!(catch_unwind(read).is_ok(), "see {}", {
                let kept = std::env::temp_dir().join("weld-mutated.wasm");
                std::fs::write(&kept, &bytes).unwrap();
                kept.display().to_string()
            });
        }
    }
}
