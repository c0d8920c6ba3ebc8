//! What the linker is to do.

fn main() {
    // As for the provider. Types are nested deeper than what the provider has on its stack.
    for argument in ["--import-memory", "-zstack-size=65536", "--stack-first", "--export=__heap_base"] {
        println!("cargo::rustc-link-arg-cdylib={argument}");
    }
    println!("cargo::rerun-if-changed=build.rs");
}
